//! Every mix of what a flag holds and what a link allows.

use jiff::Timestamp;

use super::{
    lifecycle::{State, Status},
    parts::{EventKind, Flag, PrivatePart, SharedPart},
    visibility::{Sight, Terms, Told, sight},
};
use crate::rules::{LowDays, PRIVATE_DANGER_WORDS, Reason, SafeNow, Severity};

fn at(hour: i64) -> Timestamp {
    let base: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a literal");
    base + jiff::SignedDuration::from_hours(hour)
}

fn terms(history_from: i64, private_danger: bool, check_ins: bool) -> Terms {
    Terms { history_from: at(history_from), private_danger, check_ins, screenings: false }
}

fn flag(reason: Reason, shared: Option<Option<Reason>>, private: bool) -> Flag {
    Flag {
        id: "0191e7c2-93a4-7c3e-8f00-000000000009".parse().expect("a literal"),
        parent: "0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal"),
        rule: reason.rule(),
        version: 1,
        severity: Severity::Urgent,
        reason,
        due_at: at(2),
        shared: shared.map(|reason| SharedPart {
            severity: Severity::FollowUp,
            reason,
            due_at: at(72),
            at: at(0),
        }),
        private: private.then(|| PrivatePart { severity: Severity::Urgent, due_at: at(12), at: at(10) }),
        state: State::plain(Status::Open),
        raised_at: at(0),
        last_seen_at: at(0),
        closed_at: None,
        revision: 1,
    }
}

fn reasons() -> Vec<Reason> {
    let day = |text: &str| text.parse().expect("a literal");
    let low = LowDays { line: 3, low: 9, answered: 11, from: day("2026-11-10"), to: day("2026-11-23") };
    vec![
        Reason::NotSafe { answer: SafeNow::Unsure, on: day("2026-11-23") },
        Reason::ContactRequest { on: day("2026-11-23") },
        Reason::SustainedLow(low),
        Reason::LowConnection(low),
    ]
}

fn has_values(words: &str) -> bool {
    words.contains(|letter: char| letter.is_ascii_digit()) || words.contains("unsure")
}

/// H41: private by private_danger by history by scope. Evidence recorded at 0 and 20, the mark at 10.
#[test]
fn h41_every_mix_of_parts_and_terms() {
    for reason in reasons() {
        for shared in [None, Some(None), Some(Some(reason.clone()))] {
            for (private, allowed, check_ins, from) in mixes() {
                let flag = flag(reason.clone(), shared.clone(), private);
                let recorded = if shared.is_some() { vec![at(0).into(), at(20).into()] } else { vec![] };
                let terms = terms(from, allowed, check_ins);
                let sees_shared = shared.is_some() && from <= 20;
                let sees_private = private && allowed && from <= 10;
                let found = sight(&flag, &recorded, terms);
                assert_eq!(found.is_some(), sees_shared || sees_private);
                let Some(found) = found else { continue };
                assert_eq!((found.shared, found.private), (sees_shared, sees_private));
                let words = found.reason(&flag, terms);
                let may_say = sees_shared && check_ins && from <= 0 && matches!(shared, Some(Some(_)));
                assert_eq!(has_values(&words), may_say, "{words}");
                assert_eq!(words.contains(PRIVATE_DANGER_WORDS), sees_private, "{words}");
                let severity = if sees_private { Severity::Urgent } else { Severity::FollowUp };
                assert_eq!(found.severity(&flag), severity);
                assert_eq!(found.due_at(&flag), if sees_private { at(12) } else { at(72) });
                let named = if sees_shared { reason.rule().as_str() } else { "private_danger" };
                assert_eq!(found.rule(&flag).0, named);
            }
        }
    }
}

fn mixes() -> Vec<(bool, bool, bool, i64)> {
    let two = [false, true];
    let mut all = Vec::new();
    for private in two {
        for allowed in two {
            for check_ins in two {
                all.extend([0, 5, 15, 25].map(|from| (private, allowed, check_ins, from)));
            }
        }
    }
    all
}

#[test]
fn h41_a_private_event_shows_only_with_the_mark_and_never_as_evidence() {
    let seen = |private| Sight { shared: true, whole: true, private, shared_again: None };
    let terms = terms(5, true, true);
    for (mark, kind, private, hour, shown) in [
        (false, EventKind::Raised, false, 6, true),
        (false, EventKind::Raised, false, 4, false),
        (false, EventKind::Danger, true, 6, false),
        (true, EventKind::Danger, true, 6, true),
        (true, EventKind::Evidence, true, 6, false),
        (false, EventKind::Evidence, false, 6, true),
    ] {
        assert_eq!(seen(mark).shows(kind, private, at(hour), terms), shown, "{kind:?} {private} {hour}");
    }
}

/// H41: shared at 20 under her eyes, it shows her the flag; that it was stored at 0, before her link, keeps its day and
/// answer from her.
#[test]
fn h41_what_was_stored_before_the_link_and_shared_inside_it_is_told_in_general_words() {
    for (from, values) in [(0, true), (5, false), (20, false)] {
        let flag = flag(reasons().remove(0), Some(Some(reasons().remove(0))), false);
        let piece = Told { first_at: at(0), ..Told::from(at(20)) };
        let terms = terms(from, false, true);
        let found = sight(&flag, &[piece], terms).expect("the flag is hers to see");
        assert!(found.shared);
        assert_eq!(found.whole, values, "{from}");
        assert_eq!(has_values(&found.reason(&flag, terms)), values, "{from}");
    }
    assert_eq!(
        sight(&flag(reasons().remove(0), Some(None), false), &[at(20).into()], terms(21, false, true)),
        None
    );
}

/// H23: what was hidden, and is still marked for her, was not taken back from her.
#[test]
fn h23_what_she_still_sees_marked_does_not_show_her_that_it_was_taken_back() {
    let flag =
        flag(Reason::UrgentTakenBack { on: "2026-11-23".parse().expect("a literal") }, Some(None), false);
    for (marked_at, shown_at, allowed, from, shown) in [
        (None, None, true, 0, true),
        (Some(at(5)), None, true, 0, false),
        (Some(at(5)), None, false, 0, true),
        // The mark lies before her link, but what was taken back does not.
        (Some(at(5)), None, true, 6, true),
        // Shared again: gone meanwhile from who could not read the mark.
        (None, Some(at(12)), true, 6, false),
        (None, Some(at(12)), false, 6, true),
    ] {
        let piece = Told { marked_at, shown_at, ..Told::from(at(10)) };
        let found = sight(&flag, &[piece], terms(from, allowed, true));
        assert_eq!(found.is_some(), shown, "{marked_at:?} {shown_at:?} {allowed} {from}");
        // Another piece that is gone for good shows it all the same.
        assert!(sight(&flag, &[piece, at(10).into()], terms(from, allowed, true)).is_some());
    }
}
