//! Every mistake at its place, and nothing that refuses a danger answer.

use serde_json::json;

use super::*;
use crate::http::json;

const NOW: &str = "2026-11-23T09:00:00Z";

fn read(body: Value, no_baby: bool) -> Result<Sent> {
    let Value::Object(object) = body else { panic!("an object") };
    Sent::read(json::into_wire(object)?, no_baby, NOW.parse().expect("a literal"))
}

fn sent(body: Value) -> Sent {
    read(body, false).unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn places(problems: &[FieldProblem]) -> Vec<(&str, &str)> {
    let place = |problem: &FieldProblem| match &problem.place {
        Place::Pointer(pointer) => (pointer.clone(), problem.code),
        _ => panic!("a pointer"),
    };
    let mut found: Vec<(&str, &str)> =
        problems.iter().map(place).map(|(pointer, code)| (&*pointer.leak(), code)).collect();
    found.sort_unstable();
    found
}

fn wrong(body: Value) -> Vec<(&'static str, &'static str)> {
    let refusal = read(body, false).err().expect("is refused");
    let problems: &'static [FieldProblem] = refusal.fields().to_vec().leak();
    places(problems)
}

#[test]
fn answers_come_by_place_or_by_name_and_both_mean_the_same() {
    let by_place = sent(json!({"instrument": "phq-2", "answers": [1, 2]}));
    let by_name =
        sent(json!({"instrument": "phq-2", "version": "1", "answers": {"2": 2, "1": 1}, "total": 3}));
    assert!(by_place == by_name);
    assert_eq!(by_place.score.total, Some(3));
    // What is asked and never counted comes by name alone.
    let named =
        json!({"1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 0, "difficulty": 3});
    assert_eq!(sent(json!({"instrument": "phq-9", "answers": named})).score.total, Some(0));
}

#[test]
fn every_mistake_is_named_at_its_place() {
    let phq = |answers: Value| json!({"instrument": "phq-2", "answers": answers});
    for (body, expected) in [
        (json!({"answers": [0, 0]}), vec![("/instrument", "required")]),
        (json!({"instrument": 9, "answers": [0, 0]}), vec![("/instrument", "wrong_type")]),
        (json!({"instrument": "bdi", "answers": [0]}), vec![("/instrument", "unknown_instrument")]),
        (json!({"instrument": "daily-checkin", "answers": [0]}), vec![("/instrument", "unknown_instrument")]),
        (
            json!({"instrument": "phq-2", "version": "9", "answers": [0, 0]}),
            vec![("/version", "unknown_version")],
        ),
        (json!({"instrument": "phq-2", "version": 1, "answers": [0, 0]}), vec![("/version", "wrong_type")]),
        (json!({"instrument": "phq-2"}), vec![("/answers", "required")]),
        (phq(json!(null)), vec![("/answers", "required")]),
        (phq(json!("0,0")), vec![("/answers", "wrong_type")]),
        (phq(json!([0])), vec![("/answers", "wrong_count")]),
        (phq(json!([0, 0, 0])), vec![("/answers", "wrong_count")]),
        (phq(json!([0, 4])), vec![("/answers/1", "out_of_range")]),
        (phq(json!([-1, 0.5])), vec![("/answers/0", "out_of_range"), ("/answers/1", "out_of_range")]),
        (phq(json!([true, "1"])), vec![("/answers/0", "wrong_type"), ("/answers/1", "wrong_type")]),
        (phq(json!([0, null])), vec![("/answers/1", "required")]),
        (phq(json!({"1": 0})), vec![("/answers/2", "required")]),
        (phq(json!({"1": 0, "2": 0, "a/b": 0})), vec![("/answers/a~1b", "unknown_item")]),
        (json!({"instrument": "phq-2", "answers": [1, 1], "total": 3}), vec![("/total", "total_disagrees")]),
        (
            json!({"instrument": "phq-2", "answers": [1, 1], "total": 2.5}),
            vec![("/total", "total_disagrees")],
        ),
        (json!({"instrument": "phq-2", "answers": [1, 1], "total": "2"}), vec![("/total", "wrong_type")]),
        (json!({"instrument": "phq-2", "answers": [1, 9], "total": 3}), vec![("/answers/1", "out_of_range")]),
        (json!({"instrument": "weekly-reflection", "answers": {}}), vec![("/answers", "required")]),
        (
            json!({"instrument": "phq-2", "answers": [1, 1], "private": "no", "occurred_at": "2026-11-01T09:00:00Z",
                "surprise": 1}),
            vec![
                ("/occurred_at", "out_of_range"),
                ("/private", "wrong_type"),
                ("/surprise", "unknown_field"),
            ],
        ),
    ] {
        assert_eq!(wrong(body.clone()), expected, "{body}");
    }
}

#[test]
fn an_optional_gap_leaves_no_total_and_none_agrees_with_it() {
    let weekly = json!({"instrument": "weekly-reflection", "answers": {"enjoyed": 4, "alone": 0}});
    assert_eq!(sent(weekly.clone()).score.total, None);
    let mut with_total = weekly;
    with_total["total"] = json!(0);
    assert_eq!(wrong(with_total), [("/total", "total_disagrees")]);
}

/// After a loss the items about a baby are not asked, and the total is a share of what was.
#[test]
fn what_is_not_asked_after_a_loss_is_not_missing() {
    let answers = json!({"enjoyed": 0, "weighed_down": 4, "worry_loop": 4, "alone": 4, "could_rest": 0});
    let weekly = read(json!({"instrument": "weekly-reflection", "answers": answers}), true).expect("is fine");
    assert_eq!((weekly.score.total, weekly.score.possible), (Some(20), 20));
}

/// Danger first: whatever else is wrong, the form is taken; but a list of the wrong length has no items.
#[test]
fn a_danger_answer_outweighs_every_other_mistake() {
    let taken = sent(json!({
        "instrument": "phq-9", "version": "9", "answers": {"9": 1, "1": 7, "x": 1}, "total": 4, "private": 1,
        "occurred_at": "yesterday", "surprise": true
    }));
    assert!(taken.urgent.danger && !taken.private && taken.score.total.is_none());
    assert_eq!(taken.occurred_at, NOW.parse().expect("a literal"));
    let left_out = places(&taken.left_out);
    assert_eq!(left_out.len(), 13, "{left_out:?}");
    for body in [
        json!({"instrument": "phq-9", "answers": [0, 0, 0, 0, 0, 0, 0, 3]}),
        json!({"instrument": "phq-9", "answers": {"9": 4}}),
        json!({"instrument": "phq-9", "answers": {"9": 1.5}}),
        json!({"instrument": "phq-9", "answers": {"9": 0.0}}),
        json!({"instrument": "phq-9", "answers": {"9": 1e300}}),
        json!({"instrument": "phq-9", "answers": {"9": -1.0}}),
        json!({"instrument": "phq-9", "answers": {"8": 1.0}}),
        json!({"instrument": "phq-2", "answers": {"9": 1}}),
        json!({"answers": {"9": 1}}),
    ] {
        let Value::Object(object) = &body else { panic!("an object") };
        assert!(!carries_danger(object), "{body}");
        assert!(read(body.clone(), false).is_err(), "{body}");
    }
    // A number with a point is none of an ordinary item's, and a danger answer all the same.
    let with_point = sent(json!({"instrument": "phq-9", "answers": [0, 0, 0, 0, 0, 0, 0, 0, 1.0]}));
    assert!(with_point.urgent.danger && with_point.left_out.is_empty() && with_point.score.total == Some(1));
    for (instrument, item) in [
        ("phq-9", "9"),
        ("epds", "10"),
        ("pbq", "18"),
        ("pbq", "24"),
        ("weekly-reflection", "self_harm"),
        ("weekly-reflection", "afraid_harm"),
    ] {
        let body = json!({"instrument": instrument, "answers": {item: 1}, "version": false});
        let Value::Object(object) = &body else { panic!("an object") };
        assert!(carries_danger(object) && sent(body).urgent.danger, "{instrument} {item}");
    }
}
