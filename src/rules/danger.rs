//! The danger family: an answer that says someone may not be safe.
//!
//! Nothing softens it: not the first days after birth, not a better mood, not a date in the past,
//! not a missing field. It rests on the triggering entry alone.

use super::{
    Context, entry::SafeNow, finding::Finding, reason::Reason, severity::Severity, trigger::Trigger,
};

/// Always urgent (product decision: "unsure" weighs as much as "no", since asking twice costs time).
pub const SEVERITY: Severity = Severity::Urgent;

/// `not_safe`: `safe_now` is "unsure" or "no".
pub fn not_safe(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let trigger = trigger.entry()?;
    let answer = trigger.safe_now.filter(|answer| *answer != SafeNow::Yes)?;
    let reason = Reason::NotSafe { answer, on: trigger.local_date };
    Some(Finding { private_danger: true, ..Finding::resting_on(SEVERITY, reason, vec![trigger], trigger) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        History,
        sample::{TODAY, ask, born_days_before, day, entry},
    };

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
                        let found = ask(not_safe, &History::default(), &profile, &trigger);
                        assert_eq!(found.is_some(), urgent, "{answer:?} {born:?} {on} {mood:?}");
                        if let Some(finding) = found {
                            assert_eq!(finding.severity, Severity::Urgent);
                            assert!(finding.danger_answer && finding.private_danger);
                            assert_eq!(finding.evidence.len(), 1);
                            assert_eq!(finding.evidence[0].source, trigger.id.into());
                        }
                    }
                }
            }
        }
    }
}
