//! The times until somebody should act, by severity (product decisions, `Severity::due_after`).
//!
//! What is urgent or for the same day may only be made sooner. The two longer times may be made longer, but not for
//! rules that may not be loosened (`Settings::due_times`).

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};

const fn due(
    id: SettingId,
    name: &'static str,
    meaning: &'static str,
    [default, loosest, strictest]: [u16; 3],
) -> Setting {
    Setting { id, of: Topic::DueTimes, name, meaning, unit: Unit::Hours, default, loosest, strictest }
}

pub(super) const ROWS: &[Setting] = &[
    due(SettingId::DueUrgent, "urgent", "an urgent flag is due after", [2, 2, 1]),
    due(SettingId::DueSameDay, "same_day", "a same-day flag is due after", [12, 12, 2]),
    due(SettingId::DueFollowUp, "follow_up", "a flag for follow-up is due after", [72, 120, 12]),
    due(SettingId::DueNotice, "notice", "a notice is due after", [168, 336, 24]),
];
