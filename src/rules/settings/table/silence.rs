//! What can be set of silence.
//!
//! The shipped days are those of the clinical rule of the product, 4 and 7, and 2 after low days or beside another flag; its
//! second step there, 4, comes after 5 by the simulated cohort (decision 0020).
//! What makes a habit, and how a habit of a parent's own stretches these days, is not set here and says in
//! `rules/cadence.rs` where it comes from.

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};
use crate::rules::RuleId;

/// Days without an answer, of a parent who answers on most days.
const fn days(
    id: SettingId,
    name: &'static str,
    meaning: &'static str,
    (default, loosest, strictest): (u16, u16, u16),
) -> Setting {
    Setting {
        id,
        of: Topic::Rule(RuleId::Silence),
        name,
        meaning,
        unit: Unit::Days,
        default,
        loosest,
        strictest,
    }
}

pub(super) const ROWS: &[Setting] = &[
    days(
        SettingId::SilenceFirst,
        "first_days",
        "of a parent who answers on most days it is a notice after this many days without an answer",
        (4, 7, 3),
    ),
    days(SettingId::SilenceSecond, "second_days", "and a follow-up after this many", (7, 10, 4)),
    days(
        SettingId::SilenceSoonerFirst,
        "sooner_first_days",
        "after low moods, or while another flag for follow-up waits, it is a notice after this many days",
        (2, 4, 1),
    ),
    days(
        SettingId::SilenceSoonerSecond,
        "sooner_second_days",
        "and then a follow-up after this many",
        (5, 7, 2),
    ),
    Setting {
        id: SettingId::SilenceLow,
        of: Topic::Rule(RuleId::Silence),
        name: "low",
        meaning: "the last moods count as low when the mean of three is this value or lower",
        unit: Unit::Points,
        default: 3,
        loosest: 2,
        strictest: 5,
    },
];
