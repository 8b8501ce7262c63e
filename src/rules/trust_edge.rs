//! Cases of notes beside flags: both sides of every line, and the words.

use jiff::Timestamp;

use super::{
    History, RuleId,
    entry::Entry,
    form::Form,
    sample::{self, back, day, entry},
    trust::{Beside, TrustNote, notes},
};

fn at(days_ago: i32) -> Timestamp {
    format!("{}T08:00:00Z", back(days_ago)).parse().expect("a literal instant")
}

fn beside(raised_days_ago: i32, contacted_days_ago: Option<i32>) -> Beside {
    Beside {
        rule: RuleId::SustainedLow,
        raised_at: at(raised_days_ago),
        contacted_at: contacted_days_ago.map(at),
        of_a_baby: true,
    }
}

/// Moods of today and the days before it, latest first; a gap is no answer.
fn moods(values: &[Option<u8>]) -> History {
    let entries = values.iter().zip(0..).filter_map(|(mood, ago)| {
        Some(Entry { mood: Some((*mood)?), ..entry(100 - ago as u32, &back(ago)) })
    });
    History::new(entries.collect())
}

#[test]
fn a_rise_after_a_low_stretch_is_noted_until_somebody_noted_contact() {
    let given = |values: &[u8]| values.iter().map(|mood| Some(*mood)).collect::<Vec<_>>();
    let long_ago = [given(&[7, 7]), vec![None; 12], given(&[2, 2, 2])].concat();
    let longer_ago = [given(&[7, 7]), vec![None; 13], given(&[2, 2, 2])].concat();
    for (values, contacted, noted) in [
        (given(&[6, 6, 3, 3, 3]), None, true),
        (given(&[6, 5, 3, 3, 3]), None, false),
        (given(&[5, 6, 3, 3, 3]), None, false),
        (given(&[5, 5, 2, 2, 2]), None, true),
        (given(&[5, 5, 2, 2, 3]), None, false),
        // Two low days are no stretch, and a day between them breaks it.
        (given(&[8, 8, 2, 2]), None, false),
        (given(&[8, 8, 2, 4, 2, 2]), None, false),
        // One good day is none.
        (given(&[8, 2, 2, 2]), None, false),
        // It may come slowly.
        (given(&[7, 6, 5, 4, 2, 2, 2]), None, true),
        // Gaps neither make nor break it.
        (vec![Some(7), None, Some(7), Some(2), None, Some(2), Some(2)], None, true),
        (long_ago, None, true),
        (longer_ago, None, false),
        // Contact since the stretch began explains it; contact before it does not.
        (given(&[6, 6, 3, 3, 3]), Some(1), false),
        (given(&[6, 6, 3, 3, 3]), Some(3), false),
        (given(&[6, 6, 3, 3, 3]), Some(5), true),
        (given(&[]), None, false),
        (given(&[8]), None, false),
    ] {
        let found = notes(&moods(&values), beside(1, contacted));
        assert_eq!(found.len(), usize::from(noted), "{values:?} {contacted:?}");
    }
}

#[test]
fn a_rise_that_was_there_before_the_flag_is_no_answer_to_it() {
    let history = moods(&[6, 6, 3, 3, 3].map(Some));
    assert_eq!(notes(&history, beside(0, None)).len(), 1);
    let after = Beside { raised_at: at(-1), ..beside(0, None) };
    assert_eq!(notes(&history, after), []);
}

#[test]
fn a_total_of_zero_since_the_flag_was_raised_is_noted() {
    for (instrument, total, possible, days_ago, noted) in [
        ("epds", Some(0), 30, 0, true),
        ("phq-2", Some(0), 6, 1, true),
        ("weekly-reflection", Some(0), 24, 0, true),
        ("epds", Some(1), 30, 0, false),
        ("epds", None, 30, 0, false),
        ("epds", Some(0), 30, 2, false),
        ("epds", Some(0), 0, 0, false),
        // Where zero is heaviest, where nothing follows, where nobody knows.
        ("who-5", Some(0), 25, 0, false),
        ("epds-3a", Some(0), 9, 0, false),
        ("our-own", Some(0), 10, 0, false),
    ] {
        let form = Form { possible, ..sample::form(1, instrument, &back(days_ago), total) };
        let history = History::default().with_forms(vec![form]);
        let found = notes(&history, beside(1, None));
        assert_eq!(found.len(), usize::from(noted), "{instrument} {total:?} {days_ago}");
    }
}

#[test]
fn a_later_one_of_its_kind_takes_the_place_of_a_zero() {
    let of = |number, instrument, total, ago| sample::form(number, instrument, &back(ago), Some(total));
    let history = |forms| History::default().with_forms(forms);
    let zero = of(1, "epds", 0, 2);
    assert_eq!(notes(&history(vec![zero.clone(), of(2, "epds", 4, 1)]), beside(3, None)), []);
    let beside = notes(&history(vec![zero, of(2, "phq-9", 4, 1)]), beside(3, None));
    assert_eq!(beside, [TrustNote::AllZero { instrument: "epds".into(), on: day(&back(2)) }]);
}

/// H15, H33: after a loss nothing is said of a questionnaire about a baby, and another one is named in its place.
#[test]
fn h33_a_zero_of_a_questionnaire_about_a_baby_is_not_named_where_none_may_be_spoken_of() {
    let of = |number, instrument, ago| sample::form(number, instrument, &back(ago), Some(0));
    for (about, with) in [("mibs", "epds"), ("pbq", "weekly-reflection")] {
        let history = History::default().with_forms(vec![of(1, with, 1), of(2, about, 0)]);
        for (of_a_baby, named) in [(true, about), (false, with)] {
            let found = notes(&history, Beside { of_a_baby, ..beside(2, None) });
            let on = day(&back(i32::from(!of_a_baby)));
            assert_eq!(found, [TrustNote::AllZero { instrument: named.into(), on }]);
        }
    }
}

#[test]
fn a_long_stretch_is_told_as_far_back_as_it_is_looked_for() {
    for (low_days, told) in [(3, 4), (60, 61), (72, 73), (73, 74), (90, 74)] {
        let history = moods(&[vec![Some(8); 2], vec![Some(2); low_days]].concat());
        let found = notes(&history, beside(1, None));
        let from = day(&back(told));
        assert!(
            matches!(found[..], [TrustNote::Rise { from: first, .. }] if first == from),
            "{low_days}: {found:?}"
        );
    }
}

/// H02 among them: what is too high, or was asked for, is not explained away by a note.
#[test]
fn only_flags_that_better_numbers_could_be_held_against_have_notes() {
    let history = History::default().with_forms(vec![sample::form(1, "epds", &back(0), Some(0))]);
    for rule in RuleId::ALL {
        let found = notes(&history, Beside { rule, ..beside(1, None) });
        let without = matches!(rule, RuleId::Elation | RuleId::ContactRequest | RuleId::Silence);
        assert_eq!(found.is_empty(), without, "{rule:?}");
    }
}

/// Decision 0024: a flag that is open stays, and says that the fuller scale came.
#[test]
fn a_full_scale_since_the_flag_of_its_short_form_was_raised_is_noted() {
    let of = |number, instrument, total, ago| sample::form(number, instrument, &back(ago), total);
    let short = of(1, "phq-2", Some(4), 9);
    for (rule, full, noted) in [
        (RuleId::Phq2, of(2, "phq-9", Some(12), 5), true),
        (RuleId::Phq2, of(2, "phq-9", Some(3), 5), true),
        (RuleId::Phq2, of(2, "phq-9", None, 5), false),
        // Another two weeks, another scale, before the flag, before the short form.
        (RuleId::Phq2, of(2, "phq-9", Some(12), -5), false),
        (RuleId::Phq2, of(2, "gad-7", Some(12), 5), false),
        (RuleId::Phq2, of(2, "phq-9", Some(12), 10), false),
        (RuleId::Phq9, of(2, "phq-9", Some(12), 5), false),
        (RuleId::Gad2, of(2, "phq-9", Some(12), 5), false),
    ] {
        let history = History::default().with_forms(vec![short.clone(), full.clone()]);
        let found = notes(&history, Beside { rule, ..beside(8, None) });
        let on = full.local_date;
        let expected = TrustNote::FullScale { instrument: "phq-9".into(), on };
        assert_eq!(found, if noted { vec![expected] } else { vec![] }, "{rule:?} {full:?}");
    }
}

/// A short form of later weeks is not the one that the flag was raised by.
#[test]
fn a_full_scale_beside_a_later_short_form_is_not_noted() {
    let of = |number, instrument, total, ago| sample::form(number, instrument, &back(ago), Some(total));
    for (again, noted) in [(1, 0), (21, 1)] {
        let forms = vec![
            of(1, "gad-2", 4, 21),
            of(2, "gad-2", 0, again),
            of(3, "gad-7", 8, if again == 1 { 0 } else { 20 }),
        ];
        let history = History::default().with_forms(forms);
        let found = notes(&history, Beside { rule: RuleId::Gad2, ..beside(20, None) });
        assert_eq!(found.iter().filter(|note| note.as_str() == "full_scale").count(), noted, "{again}");
    }
}

#[test]
fn the_words_say_what_is_seen_and_accuse_nobody() {
    let zero = TrustNote::AllZero { instrument: "epds".into(), on: day("2026-11-25") };
    assert_eq!(
        zero.words(),
        "The EPDS of 25 November came to a total of 0. That alone is no reason to set this aside: it can also mean \
         that it did not feel safe to answer."
    );
    let rise = TrustNote::Rise { from: day("2026-11-20"), to: day("2026-11-24"), since: day("2026-11-26") };
    assert_eq!(
        rise.words(),
        "Mood has been higher since 26 November, after low days between 20 and 24 November, and nobody has noted \
         contact on this flag in between. A rise alone says little; a conversation is still worth having."
    );
    let full = TrustNote::FullScale { instrument: "gad-7".into(), on: day("2026-11-25") };
    assert_eq!(
        full.words(),
        "The GAD-7 was filled in since, on 25 November, over the same two weeks: look at that first, it asks more. Below its \
         line it is no all-clear, and this flag stays until somebody closes it."
    );
}
