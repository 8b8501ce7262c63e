//! What can be set of the level family.
//!
//! Every shipped value is a product decision; the two weeks that lasting levels are judged on, and the first two weeks
//! after birth, which soften low mood, are not set here and say in `rules/level.rs` where they come from.

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};
use crate::rules::RuleId;

/// A scale's line at which a day counts as low.
const fn low_line(id: SettingId, rule: RuleId, meaning: &'static str) -> Setting {
    Setting {
        id,
        of: Topic::Rule(rule),
        name: "line",
        meaning,
        unit: Unit::Points,
        default: 3,
        loosest: 2,
        strictest: 5,
    }
}

/// Days of five that must count.
const fn days_of_five(id: SettingId, rule: RuleId) -> Setting {
    Setting {
        id,
        of: Topic::Rule(rule),
        name: "days",
        meaning: "it speaks from this many of the last five days on",
        unit: Unit::Days,
        default: 3,
        loosest: 4,
        strictest: 2,
    }
}

/// Answered days of two weeks below which nothing is said.
const fn answered(id: SettingId, rule: RuleId) -> Setting {
    Setting {
        id,
        of: Topic::Rule(rule),
        name: "answered",
        meaning: "it speaks once this many of the last 14 days were answered",
        unit: Unit::Days,
        default: 8,
        loosest: 11,
        strictest: 5,
    }
}

/// Share of the answered days that must count.
const fn share(id: SettingId, rule: RuleId) -> Setting {
    Setting {
        id,
        of: Topic::Rule(rule),
        name: "share",
        meaning: "it speaks when at least this share of the answered days counts",
        unit: Unit::Percent,
        default: 70,
        loosest: 90,
        strictest: 50,
    }
}

pub(super) const ROWS: &[Setting] = &[
    low_line(
        SettingId::LowFirstDaysLine,
        RuleId::LowFirstDays,
        "a day counts as low when mood is at this value or lower",
    ),
    days_of_five(SettingId::LowFirstDaysDays, RuleId::LowFirstDays),
    low_line(
        SettingId::SustainedLowLine,
        RuleId::SustainedLow,
        "a day counts as low when mood is at this value or lower",
    ),
    answered(SettingId::SustainedLowAnswered, RuleId::SustainedLow),
    share(SettingId::SustainedLowShare, RuleId::SustainedLow),
    low_line(
        SettingId::LowConnectionLine,
        RuleId::LowConnection,
        "a day counts as low when connection is at this value or lower",
    ),
    answered(SettingId::LowConnectionAnswered, RuleId::LowConnection),
    share(SettingId::LowConnectionShare, RuleId::LowConnection),
    low_line(
        SettingId::LowWithLittleSleepLine,
        RuleId::LowWithLittleSleep,
        "a day counts when mood is at this value or lower",
    ),
    Setting {
        id: SettingId::LowWithLittleSleepSleep,
        of: Topic::Rule(RuleId::LowWithLittleSleep),
        name: "sleep",
        meaning: "and sleep on it was less than this",
        unit: Unit::HalfHours,
        default: 8,
        loosest: 6,
        strictest: 12,
    },
    days_of_five(SettingId::LowWithLittleSleepDays, RuleId::LowWithLittleSleep),
    Setting {
        id: SettingId::AnxietyStaysLine,
        of: Topic::Rule(RuleId::AnxietyStays),
        name: "line",
        meaning: "a day counts as high when anxiety is at this value or higher",
        unit: Unit::Points,
        default: 8,
        loosest: 9,
        strictest: 6,
    },
    answered(SettingId::AnxietyStaysAnswered, RuleId::AnxietyStays),
    share(SettingId::AnxietyStaysShare, RuleId::AnxietyStays),
];
