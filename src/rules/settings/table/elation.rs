//! What can be set of the elation rule. It may only be made stricter.
//!
//! Every shipped value is a product decision: no line was published for a mood from 0 to 10.

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};
use crate::rules::RuleId;

const OF: Topic = Topic::Rule(RuleId::Elation);

pub(super) const ROWS: &[Setting] = &[
    Setting {
        id: SettingId::ElationMood,
        of: OF,
        name: "mood",
        meaning: "mood is high from this value on",
        unit: Unit::Points,
        default: 8,
        loosest: 8,
        strictest: 6,
    },
    Setting {
        id: SettingId::ElationSleep,
        of: OF,
        name: "sleep",
        meaning: "beside a high mood, sleep is little up to this",
        unit: Unit::HalfHours,
        default: 8,
        loosest: 8,
        strictest: 12,
    },
    Setting {
        id: SettingId::ElationAbove,
        of: OF,
        name: "above_own",
        meaning: "a high mood counts when it lies this far above the parent's own usual",
        unit: Unit::Points,
        default: 2,
        loosest: 2,
        strictest: 0,
    },
    Setting {
        id: SettingId::ElationVeryHighMood,
        of: OF,
        name: "very_high_mood",
        meaning: "mood is very high from this value on",
        unit: Unit::Points,
        default: 9,
        loosest: 9,
        strictest: 8,
    },
    Setting {
        id: SettingId::ElationVeryLittleSleep,
        of: OF,
        name: "very_little_sleep",
        meaning: "beside a very high mood, sleep is very little up to this",
        unit: Unit::HalfHours,
        default: 6,
        loosest: 6,
        strictest: 10,
    },
    Setting {
        id: SettingId::ElationSpedUpSleep,
        of: OF,
        name: "sped_up_sleep",
        meaning: "beside being unusually full of energy, sleep is little up to this",
        unit: Unit::HalfHours,
        default: 10,
        loosest: 10,
        strictest: 16,
    },
    Setting {
        id: SettingId::ElationWithin,
        of: OF,
        name: "within",
        meaning: "two such days count together within this time",
        unit: Unit::Days,
        default: 3,
        loosest: 3,
        strictest: 7,
    },
    // Twice the two weeks within which postpartum psychosis mostly begins (RCPsych/HSE leaflet).
    Setting {
        id: SettingId::ElationEarly,
        of: OF,
        name: "early",
        meaning: "being very high or full of energy weighs one level more for this long after birth",
        unit: Unit::Days,
        default: 28,
        loosest: 28,
        strictest: 84,
    },
];
