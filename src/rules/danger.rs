//! The danger family: an answer that says someone may not be safe.
//!
//! Nothing softens it: not the first days after birth, not a better mood, not a date in the past,
//! not a missing field. It rests on the triggering entry alone.

use super::{
    Moment,
    entry::{Entry, SafeNow},
    finding::Finding,
    history::History,
    profile::Profile,
    reason::Reason,
    severity::Severity,
};

/// Always urgent (product decision: "unsure" weighs as much as "no", since asking twice costs time).
pub const SEVERITY: Severity = Severity::Urgent;

/// `not_safe`: `safe_now` is "unsure" or "no".
pub fn not_safe(_: &History, _: &Profile, trigger: &Entry, _: Moment) -> Option<Finding> {
    let answer = trigger.safe_now.filter(|answer| *answer != SafeNow::Yes)?;
    let reason = Reason::NotSafe { answer, on: trigger.local_date };
    Some(Finding { private_danger: true, ..Finding::resting_on(SEVERITY, reason, vec![trigger], trigger) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{TODAY, born_days_before, day, entry, moment};

    /// H03 and H13: no other defect, day or value takes a danger answer back.
    #[test]
    fn h03_h13_unsure_and_no_are_urgent_on_any_day() {
        for (answer, urgent) in [
            (None, false),
            (Some(SafeNow::Yes), false),
            (Some(SafeNow::Unsure), true),
            (Some(SafeNow::No), true),
        ] {
            for born in [None, Some(0), Some(2), Some(13), Some(14), Some(28), Some(29), Some(400)] {
                for on in [TODAY, "2026-11-22", "2026-11-09"] {
                    for mood in [None, Some(0), Some(10)] {
                        let mut trigger = entry(1, on);
                        trigger.safe_now = answer;
                        trigger.mood = mood;
                        let profile = born_days_before(born, day(on));
                        let found = not_safe(&History::default(), &profile, &trigger, moment());
                        assert_eq!(found.is_some(), urgent, "{answer:?} {born:?} {on} {mood:?}");
                        if let Some(finding) = found {
                            assert_eq!(finding.severity, Severity::Urgent);
                            assert!(finding.danger_answer && finding.private_danger);
                            assert_eq!(finding.evidence.len(), 1);
                            assert_eq!(finding.evidence[0].check_in, trigger.id);
                        }
                    }
                }
            }
        }
    }
}
