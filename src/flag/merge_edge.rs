//! Cases of `merge`: rises, new danger, private and shared weight side by side.

use jiff::{SignedDuration, Timestamp};

use super::{
    lifecycle::{Snooze, State, Status},
    merge::{Brought, Change, add, open, shared_weight},
    parts::{EventKind, Flag},
};
use crate::rules::{Evidence, Finding, LowDays, Reason, SafeNow, Settings, Severity, Source};

fn at(hour: i64) -> Timestamp {
    let base: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a literal");
    base + SignedDuration::from_hours(hour)
}

fn finding(reason: Reason, severity: Severity, private: bool) -> Finding {
    let danger = matches!(reason, Reason::NotSafe { .. });
    Finding {
        rule: reason.rule(),
        version: 1,
        severity,
        reason,
        evidence: vec![Evidence {
            source: Source::CheckIn("0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal")),
            local_date: "2026-11-23".parse().expect("a literal"),
            recorded_at: at(0),
            said_at: at(0),
            private,
        }],
        about: None,
        danger_answer: danger,
        private_danger: true,
    }
}

fn not_safe(answer: SafeNow, private: bool) -> Finding {
    let on = "2026-11-23".parse().expect("a literal");
    finding(Reason::NotSafe { answer, on }, Severity::Urgent, private)
}

fn request(severity: Severity, private: bool) -> Finding {
    finding(Reason::ContactRequest { on: "2026-11-23".parse().expect("a literal") }, severity, private)
}

/// What a finding of one new entry brings, private or shared.
fn brought(finding: &Finding, private_readers: bool) -> Brought<'_> {
    let private = finding.evidence[0].private;
    Brought {
        finding,
        shared: shared_weight(finding, (!private).then_some(finding)),
        private_trigger: private,
        private_ground: private,
        private_call: private,
        new_danger: finding.danger_answer,
        new_evidence: true,
        new_shared_evidence: !private,
        private_readers,
        due: Settings::default().due_times(finding.rule),
    }
}

fn opened(finding: &Finding, hour: i64) -> (Flag, Change) {
    let parent = "0191e7c2-93a4-7c3e-8f00-0000000000aa".parse().expect("a literal");
    let id = "0191e7c2-93a4-7c3e-8f00-0000000000bb".parse().expect("a literal");
    open(id, parent, &brought(finding, true), at(hour))
}

fn added(flag: &Flag, finding: &Finding, hour: i64) -> (Flag, Change) {
    add(flag, &brought(finding, true), at(hour)).expect("something is new")
}

#[test]
fn a_new_flag_is_due_by_its_severity_counted_from_its_recording() {
    for (severity, hours) in
        [(Severity::Urgent, 2), (Severity::SameDay, 12), (Severity::FollowUp, 72), (Severity::Notice, 168)]
    {
        let (flag, change) = opened(&request(severity, false), 5);
        assert_eq!(flag.due_at, at(5 + hours));
        assert_eq!(flag.shared.expect("shared").due_at, at(5 + hours));
        // H18: a notice is told to nobody.
        assert_eq!(change.tells_shared, severity > Severity::Notice);
        assert!(!change.private && !change.tells_private && flag.private.is_none());
    }
}

/// H07: "no" after "unsure" is added, the due time is not later, and the reason is the graver answer.
#[test]
fn h07_a_second_graver_answer_is_added_and_never_later() {
    let (flag, _) = opened(&not_safe(SafeNow::Unsure, false), 0);
    let (next, change) = added(&flag, &not_safe(SafeNow::No, false), 1);
    assert_eq!((next.due_at, next.revision), (at(2), 2));
    assert!(matches!(next.reason, Reason::NotSafe { answer: SafeNow::No, .. }));
    assert!(change.tells_shared);
    assert_eq!(change.kind, EventKind::Danger);
}

#[test]
fn h07_severity_rises_shortens_the_due_time_and_never_falls() {
    let (flag, _) = opened(&request(Severity::FollowUp, false), 0);
    let (risen, change) = added(&flag, &request(Severity::SameDay, false), 10);
    assert_eq!((risen.severity, risen.due_at), (Severity::SameDay, at(22)));
    assert_eq!((change.kind, change.tells_shared), (EventKind::Severity, true));
    let (late, _) = added(&flag, &request(Severity::SameDay, false), 70);
    assert_eq!(late.due_at, at(72), "a rise never moves the due time back");
    let (same, change) = added(&risen, &request(Severity::Notice, false), 11);
    assert_eq!((same.severity, same.due_at), (Severity::SameDay, at(22)));
    assert_eq!((change.kind, change.tells_shared), (EventKind::Evidence, false));
}

/// H08: whatever a doula did with it, new danger brings the flag back and is due within two hours.
#[test]
fn h08_new_danger_reopens_every_unclosed_flag() {
    let until = at(40);
    let states = [
        State::plain(Status::Open),
        State::plain(Status::Acknowledged),
        State::plain(Status::Contacted),
        State { status: Status::Snoozed, snooze: Some(Snooze { from: Status::Contacted, until }) },
    ];
    for state in states {
        let (mut flag, _) = opened(&not_safe(SafeNow::Unsure, false), 0);
        flag.state = state;
        let (next, change) = added(&flag, &not_safe(SafeNow::Unsure, false), 24);
        assert_eq!(next.state, State::plain(Status::Open), "{state:?}");
        assert_eq!((next.due_at, next.shared.expect("shared").due_at), (at(26), at(26)), "{state:?}");
        assert!(change.tells_shared && change.kind == EventKind::Danger);
    }
}

#[test]
fn a_private_danger_moves_nothing_shared_and_tells_only_who_may_know() {
    let (mut flag, _) = opened(&not_safe(SafeNow::Unsure, false), 0);
    flag.state = State::plain(Status::Acknowledged);
    let private = not_safe(SafeNow::No, true);
    let (next, change) = added(&flag, &private, 24);
    assert_eq!(next.shared, flag.shared);
    assert_eq!(next.private.expect("marked").due_at, at(26));
    assert_eq!(next.state, State::plain(Status::Open));
    assert!(change.private && change.tells_private && !change.tells_shared);

    let (next, change) = add(&flag, &brought(&private, false), at(24)).expect("evidence is new");
    assert_eq!(next.state, flag.state, "without anybody to tell, the status stays");
    assert!(next.private.is_some() && change.private);
}

#[test]
fn the_first_shared_evidence_of_a_private_flag_shows_it() {
    let (flag, change) = opened(&request(Severity::SameDay, true), 0);
    assert!(flag.shared.is_none() && change.private && change.tells_private && !change.tells_shared);
    let (next, change) = added(&flag, &request(Severity::SameDay, false), 5);
    assert_eq!(next.shared.expect("shared").due_at, at(17));
    assert_eq!(next.due_at, at(12), "the parent's own due time stays");
    assert!(!change.private && change.tells_shared && !change.tells_private);
}

#[test]
fn judging_the_same_entry_again_changes_nothing() {
    let finding = not_safe(SafeNow::No, false);
    let (flag, _) = opened(&finding, 0);
    let again = Brought {
        new_danger: false,
        new_evidence: false,
        new_shared_evidence: false,
        ..brought(&finding, true)
    };
    assert_eq!(add(&flag, &again, at(1)), None);
}

/// H41: only a level rule speaks of shared days without a finding over them, and then in general words.
#[test]
fn h41_without_a_shared_finding_only_level_rules_have_a_shared_part() {
    let day = |text: &str| text.parse().expect("a literal");
    let low = LowDays { line: 3, low: 9, answered: 11, from: day("2026-11-10"), to: day("2026-11-23") };
    let level = |private| finding(Reason::SustainedLow(low), Severity::FollowUp, private);
    assert_eq!(shared_weight(&level(false), None), Some((Severity::FollowUp, None)));
    assert_eq!(shared_weight(&level(true), None), None);
    assert_eq!(shared_weight(&request(Severity::SameDay, false), None), None);
    let words = shared_weight(&level(true), Some(&level(false)));
    assert_eq!(words, Some((Severity::FollowUp, Some(Reason::SustainedLow(low)))));
}

/// H22: nothing that comes closes a flag.
#[test]
fn h22_no_evidence_closes_a_flag() {
    let (mut flag, _) = opened(&request(Severity::SameDay, false), 0);
    for hour in 1..5 {
        flag = added(&flag, &request(Severity::Notice, hour % 2 == 0), hour).0;
        assert!(!flag.state.status.is_closed() && flag.closed_at.is_none());
    }
}
