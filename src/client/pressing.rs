//! Who is worth a call today. Pure.
//!
//! An urgent or same-day flag that is not closed, or one for follow-up whose time has come by the end of the
//! doula's own day. A follow-up that she put off does not count until it is back.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{flag::lifecycle::Status, rules::Severity};

/// What of a flag decides.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// How soon she should look.
    pub severity: Severity,
    /// When she should have acted.
    pub due_at: Timestamp,
    /// Where the flag stands.
    pub status: Status,
}

/// Whether a flag makes a call worthwhile on the doula's local day `today`.
pub fn is_worth_a_call(flag: Weight, zone: &TimeZone, today: Date) -> bool {
    if flag.status.is_closed() {
        return false;
    }
    match flag.severity {
        Severity::Urgent | Severity::SameDay => true,
        Severity::FollowUp if flag.status == Status::Snoozed => false,
        Severity::FollowUp => flag.due_at.to_zoned(zone.clone()).date() <= today,
        Severity::Notice => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_status_and_the_day_of_the_due_time_decide() {
        let zone = TimeZone::get("Europe/Paris").expect("bundled");
        let today = "2026-11-23".parse().expect("a literal");
        let worth = |severity, due: &str, status| {
            let due_at = due.parse().expect("a literal");
            is_worth_a_call(Weight { severity, due_at, status }, &zone, today)
        };
        // 22:59 and 23:00 UTC lie on both sides of midnight in Paris.
        let (before, after) = ("2026-11-23T22:59:59Z", "2026-11-23T23:00:00Z");
        for status in [Status::Open, Status::Acknowledged, Status::Contacted] {
            assert!(worth(Severity::Urgent, after, status));
            assert!(worth(Severity::SameDay, after, status));
            assert!(worth(Severity::FollowUp, before, status));
            assert!(worth(Severity::FollowUp, "2026-11-20T09:00:00Z", status), "overdue counts");
            assert!(!worth(Severity::FollowUp, after, status));
            assert!(!worth(Severity::Notice, before, status));
        }
        assert!(worth(Severity::Urgent, before, Status::Snoozed));
        assert!(worth(Severity::SameDay, before, Status::Snoozed));
        assert!(!worth(Severity::FollowUp, before, Status::Snoozed));
        for status in [Status::Resolved, Status::Dismissed, Status::Corrected] {
            assert!(!worth(Severity::Urgent, before, status));
        }
    }
}
