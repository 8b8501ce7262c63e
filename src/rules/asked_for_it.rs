//! The family of requests: the parent asked to be contacted, and that is reason enough.
//!
//! Nothing silences a request and no value weighs it up or down.

use super::{Context, finding::Finding, reason::Reason, severity::Severity, trigger::Trigger};

/// Within the day (product decision: a request that waits three days is a request refused).
pub const SEVERITY: Severity = Severity::SameDay;

/// `contact_request`: `contact_me` is true.
pub fn contact_request(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let trigger = trigger.entry()?;
    if trigger.contact_me != Some(true) {
        return None;
    }
    let reason = Reason::ContactRequest { on: trigger.local_date };
    Some(Finding { private_danger: true, ..Finding::resting_on(SEVERITY, reason, vec![trigger], trigger) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        History, Profile,
        sample::{TODAY, ask, day, entry},
    };

    #[test]
    fn only_a_request_is_a_request() {
        for (asked, expected) in [(None, None), (Some(false), None), (Some(true), Some(Severity::SameDay))] {
            let mut trigger = entry(1, TODAY);
            trigger.contact_me = asked;
            let found = ask(contact_request, &History::default(), &Profile::default(), &trigger);
            assert_eq!(found.as_ref().map(|finding| finding.severity), expected, "{asked:?}");
            if let Some(finding) = found {
                assert_eq!(finding.reason, Reason::ContactRequest { on: day(TODAY) });
                assert!(finding.private_danger && !finding.danger_answer);
            }
        }
    }
}
