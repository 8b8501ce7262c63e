//! Cases of `baby` and `baby_change`: the days on which a condition counts, what a loss does to a new baby, and what a change
//! leaves as it was.

use jiff::civil::{Date, date};

use super::{
    baby::{
        Baby, BabyContext, BabyFacts, Clearance, Condition, ConditionKind, UnknownWord, any_visible,
        in_force, latest_birth,
    },
    baby_change::{BabyDraft, BabyPatch, ClearanceGap, ClearancePatch},
};
use crate::http::field::Patch;

fn condition(kind: ConditionKind, since: Date, until: Option<Date>) -> Condition {
    Condition { kind, since, until }
}

fn draft(hidden: Option<bool>) -> BabyDraft {
    BabyDraft {
        name: Some("Noor".to_owned()),
        birth_date: Some(date(2026, 11, 1)),
        due_date: None,
        contexts: vec![BabyContext::Preterm],
        conditions: Vec::new(),
        clearance: None,
        hidden,
    }
}

fn baby() -> Baby {
    draft(None).begin("0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal"), false)
}

fn no_change() -> BabyPatch {
    BabyPatch {
        name: Patch::Keep,
        birth_date: Patch::Keep,
        due_date: Patch::Keep,
        contexts: Patch::Keep,
        conditions: Patch::Keep,
        clearance: Patch::Keep,
        hidden: Patch::Keep,
    }
}

#[test]
fn a_vaccination_ends_by_itself() {
    let given = [condition(ConditionKind::Vaccination, date(2026, 11, 20), None)];
    // (wait in hours, day of November, counts)
    let cases = [
        (48, 19, false),
        (48, 20, true),
        (48, 22, true),
        (48, 23, false),
        (47, 22, true),
        (49, 23, true),
        (49, 24, false),
        (1, 21, true),
        (1, 22, false),
        (0, 20, false),
        (168, 27, true),
        (168, 28, false),
    ];
    for (hours, day, counts) in cases {
        let kinds = in_force(&given, date(2026, 11, day), hours);
        assert_eq!(kinds == [ConditionKind::Vaccination], counts, "{hours} h, day {day}");
    }
}

#[test]
fn a_last_day_that_was_given_is_taken_as_given() {
    for kind in ConditionKind::ALL {
        let days = [condition(kind, date(2026, 11, 20), Some(date(2026, 11, 25)))];
        for (day, counts) in [(19, false), (20, true), (25, true), (26, false)] {
            assert_eq!(!in_force(&days, date(2026, 11, day), 48).is_empty(), counts, "{kind:?}, day {day}");
        }
    }
}

#[test]
fn fever_and_skin_stay_until_the_parent_ends_them() {
    let open = [
        condition(ConditionKind::Skin, date(2026, 1, 1), None),
        condition(ConditionKind::Fever, date(2026, 11, 1), None),
        condition(ConditionKind::Fever, date(2026, 11, 2), None),
    ];
    assert_eq!(in_force(&open, date(2026, 11, 20), 48), [ConditionKind::Fever, ConditionKind::Skin]);
    assert_eq!(in_force(&open, date(2026, 10, 31), 48), [ConditionKind::Skin]);
    assert!(in_force(&[], date(2026, 11, 20), 48).is_empty());
}

#[test]
fn after_a_loss_a_new_baby_is_hidden_unless_the_parent_shows_it() {
    for (sent, after_loss, hidden) in
        [(None, false, false), (None, true, true), (Some(false), true, false), (Some(true), false, true)]
    {
        assert_eq!(draft(sent).begin(baby().id, after_loss).hidden, hidden, "{sent:?}, {after_loss}");
    }
}

#[test]
fn a_change_leaves_what_it_does_not_name() {
    assert_eq!(no_change().apply(baby()), Ok(baby()));
    let cleared = BabyPatch {
        name: Patch::Clear,
        birth_date: Patch::Clear,
        contexts: Patch::Clear,
        hidden: Patch::Set(true),
        ..no_change()
    };
    let expected = Baby { name: None, birth_date: None, contexts: Vec::new(), hidden: true, ..baby() };
    assert_eq!(cleared.apply(baby()), Ok(expected));
}

#[test]
fn a_clearance_is_changed_part_by_part_and_never_left_half() {
    let part = |given_by: Option<&str>, given_on| BabyPatch {
        clearance: Patch::Set(ClearancePatch { given_by: given_by.map(str::to_owned), given_on }),
        ..no_change()
    };
    let day = date(2026, 11, 20);
    assert_eq!(part(Some("Dr Roy"), None).apply(baby()), Err(ClearanceGap("given_on")));
    assert_eq!(part(None, Some(day)).apply(baby()), Err(ClearanceGap("given_by")));
    let given = part(Some("Dr Roy"), Some(day)).apply(baby()).expect("whole");
    assert_eq!(given.clearance, Some(Clearance { given_by: "Dr Roy".to_owned(), given_on: day }));
    let renamed = part(Some("the ward"), None).apply(given).expect("the day was there");
    assert_eq!(renamed.clearance, Some(Clearance { given_by: "the ward".to_owned(), given_on: day }));
}

#[test]
fn hidden_babies_count_for_the_days_since_birth_and_for_nothing_else() {
    let facts = |birth_date, hidden| BabyFacts {
        id: baby().id,
        birth_date,
        due_date: None,
        contexts: Vec::new(),
        conditions: Vec::new(),
        cleared_for_massage: false,
        hidden,
    };
    let first = facts(Some(date(2024, 3, 1)), false);
    let second = facts(Some(date(2026, 11, 1)), true);
    assert_eq!(latest_birth(&[second.clone(), first.clone(), facts(None, false)]), Some(date(2026, 11, 1)));
    assert!(any_visible(&[first, second.clone()]));
    assert!(!any_visible(&[second]));
    assert!(!any_visible(&[]));
}

#[test]
fn every_word_reads_back() {
    for (context, word) in BabyContext::ALL.into_iter().zip(BabyContext::WORDS) {
        assert_eq!((context.as_str(), word.parse()), (word, Ok(context)));
    }
    for (kind, word) in ConditionKind::ALL.into_iter().zip(ConditionKind::WORDS) {
        assert_eq!((kind.as_str(), word.parse()), (word, Ok(kind)));
    }
    assert_eq!("Fever".parse::<ConditionKind>(), Err(UnknownWord));
}
