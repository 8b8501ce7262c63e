//! Tables of answers and what they come to, with the edges of every line.

use super::*;
use crate::screening::catalogue::Catalogue;

fn instrument(id: &str) -> &'static Instrument {
    Catalogue::loaded().by_id(id).expect("is in the catalogue")
}

/// Answers by position.
fn answers(id: &str, values: &[u8]) -> Answers {
    instrument(id).items.iter().map(|item| item.id.clone()).zip(values.iter().copied()).collect()
}

fn total(id: &str, values: &[u8]) -> Option<u16> {
    score(instrument(id), &answers(id, values), false).total
}

#[test]
fn keyed_numbers_are_added_and_raw_ones_turned_where_the_item_runs_the_other_way() {
    for (id, values, sum) in [
        ("phq-9", vec![1; 9], 9),
        ("phq-9", vec![3; 9], 27),
        ("epds", vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 1),
        ("epds", vec![3; 10], 30),
        ("who-5", vec![5; 5], 25),
        ("whooley", vec![0, 1], 1),
        ("mibs", vec![3; 8], 24),
        ("pass", vec![1; 31], 31),
        // 1, 4, 8, 9, 11, 16, 22, 25 are turned around: the lightest form is 5 on these and 0 on the others.
        ("pbq", vec![0; 25], 40),
        ("pbq", vec![5; 25], 85),
        ("pbq", vec![5, 0, 0, 5, 0, 0, 0, 5, 5, 0, 5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 5, 0, 0, 5], 0),
        // enjoyed, felt_close, good_enough, could_rest are turned around; the last three never count.
        ("weekly-reflection", vec![4, 0, 0, 4, 4, 0, 4, 4, 4, 4], 0),
        ("weekly-reflection", vec![0, 4, 4, 0, 0, 4, 0, 0, 0, 0], 28),
    ] {
        assert_eq!(total(id, &values), Some(sum), "{id} {values:?}");
    }
}

/// A questionnaire of a practice may count from 1, as many scales do.
#[test]
fn an_item_that_runs_the_other_way_is_turned_within_its_own_range() {
    let mut own = instrument("phq-2").clone();
    let id = own.items[1].id.clone();
    (own.items[1].min, own.items[1].max) = (1, 5);
    own.scoring.input = Input::RawResponse;
    own.scoring.reverse_items = vec![id.clone()];
    for (answer, counts) in [(1, 5), (2, 4), (3, 3), (5, 1)] {
        let given = Answers::from([(own.items[0].id.clone(), 0), (id.clone(), answer)]);
        assert_eq!(score(&own, &given, false).total, Some(counts), "{answer}");
    }
}

#[test]
fn one_missing_item_is_no_total_and_is_never_counted_as_zero() {
    for instrument in Catalogue::loaded().instruments().iter().filter(|one| !one.is_check_in()) {
        let whole = answers(&instrument.id, &vec![1; instrument.items.len()]);
        assert!(score(instrument, &whole, false).total.is_some(), "{}", instrument.id);
        for item in &instrument.items {
            let mut gap = whole.clone();
            gap.remove(&item.id);
            let counts = instrument.scoring.total_items.is_empty()
                || instrument.scoring.total_items.contains(&item.id);
            assert_eq!(
                score(instrument, &gap, false).total.is_none(),
                counts,
                "{} {}",
                instrument.id,
                item.id
            );
        }
    }
}

#[test]
fn what_is_hidden_after_a_loss_is_left_out_and_the_total_is_a_share() {
    let mut sent = answers("weekly-reflection", &[0, 4, 4, 0, 0, 4, 0, 0, 0, 0]);
    sent.remove("felt_close");
    sent.remove("good_enough");
    let of = instrument("weekly-reflection");
    let share = score(of, &sent, true);
    assert_eq!((share.total, share.possible), (Some(20), 20));
    assert_eq!(score(of, &sent, false).total, None, "with a baby they are asked");
    sent.remove("alone");
    assert_eq!(score(of, &sent, true).total, None, "any other gap is a gap");
    // Nowhere else is anything left out.
    assert_eq!(score(instrument("pbq"), &answers("pbq", &[0; 24]), true).total, None);
}

#[test]
fn the_parts_of_the_bonding_form_have_sums_of_their_own() {
    let sent = answers("pbq", &[5, 0, 0, 5, 0, 0, 0, 5, 5, 0, 5, 0, 0, 0, 0, 5, 0, 2, 0, 0, 0, 5, 0, 1, 5]);
    let parts = score(instrument("pbq"), &sent, false).subscales;
    let sums: Vec<(&str, u16)> = parts.iter().map(|(id, sum)| (id.as_str(), *sum)).collect();
    assert_eq!(sums, [("general", 0), ("harm", 3), ("infant_anxiety", 0), ("rejection_anger", 0)]);
}

/// H15: the item is seen whatever the total, and whatever is missing.
#[test]
fn h15_an_urgent_item_is_urgent_with_a_total_of_one_and_on_an_incomplete_form() {
    let cases = [
        ("epds", "10", true, false),
        ("phq-9", "9", true, false),
        ("pbq", "18", false, true),
        ("pbq", "24", false, true),
        ("weekly-reflection", "self_harm", true, false),
        ("weekly-reflection", "afraid_harm", false, true),
    ];
    for (id, item, herself, other) in cases {
        let of = instrument(id);
        for (answer, counts) in [(0, false), (1, true), (2, true)] {
            let alone = Answers::from([(item.to_owned(), answer)]);
            let mut whole = answers(id, &vec![0; of.items.len()]);
            whole.insert(item.to_owned(), answer);
            for sent in [alone, whole] {
                let found = urgent(of, &sent);
                assert_eq!(found.danger, counts, "{id} {item} {answer}");
                assert_eq!(found.self_harm, (counts && herself).then_some(answer), "{id} {item} {answer}");
                assert_eq!(found.harm, (counts && other).then_some(answer), "{id} {item} {answer}");
            }
        }
    }
    let unreal = |answer| urgent(instrument("weekly-reflection"), &[("unreal".to_owned(), answer)].into());
    assert_eq!([0, 1, 2, 4].map(|answer| unreal(answer).danger), [false, false, true, true]);
}

#[test]
fn the_short_forms_have_no_item_about_safety() {
    for id in ["phq-2", "gad-2", "gad-7", "who-5", "pass", "whooley", "mibs", "epds-3a"] {
        assert!(!instrument(id).asks_about_safety(), "{id}");
    }
}

/// H09: a form entered by its place on the paper, grave or well, is noticed; no value is changed.
#[test]
fn h09_a_form_keyed_by_its_place_on_the_paper_is_doubted() {
    let turned = |place: usize, value: u8| if [0, 1, 3].contains(&place) { value } else { 3 - value };
    let by_place = |keyed: [u8; 10]| -> Vec<u8> {
        keyed.into_iter().enumerate().map(|(place, value)| turned(place, value)).collect()
    };
    for (sent, doubt) in [
        (by_place([3; 10]), true),
        (by_place([0; 10]), true),
        (vec![0; 10], false),
        (vec![3; 10], false),
        (vec![2, 2, 0, 2, 0, 0, 0, 0, 0, 0], true),
        (vec![2, 2, 1, 2, 0, 0, 0, 0, 0, 0], false),
        (vec![1, 2, 0, 2, 0, 0, 0, 0, 0, 0], false),
        (vec![0, 0, 2, 0, 2, 2, 2, 2, 2, 2], true),
    ] {
        let read = answers("epds", &sent);
        assert_eq!(keying_in_doubt("epds", &read), doubt, "{sent:?}");
        assert_eq!(read.values().map(|v| u16::from(*v)).sum::<u16>(), total("epds", &sent).expect("whole"));
    }
    assert!(!keying_in_doubt("phq-9", &answers("phq-9", &[3, 3, 0, 3, 0, 0, 0, 0, 0])));
}
