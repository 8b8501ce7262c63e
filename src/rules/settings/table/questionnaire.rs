//! What can be set of rules about questionnaires: from which total on they speak. Danger items have no line to move; how
//! much it takes for things that felt unreal to be urgent may only be made stricter.
//!
//! Where the shipped lines come from stands with each rule in `form_explain.rs`. A local line for a community, with its
//! reason, is what most of them are set for (NSW Health: published cut-offs may be lower in some communities).

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};
use crate::rules::RuleId;

const UNREAL: Topic = Topic::Rule(RuleId::Unreal);

/// A total from which a rule speaks: what ships, the loosest and the strictest.
const fn total(
    id: SettingId,
    rule: RuleId,
    (name, meaning): (&'static str, &'static str),
    (default, loosest, strictest): (u16, u16, u16),
) -> Setting {
    Setting { id, of: Topic::Rule(rule), name, meaning, unit: Unit::Score, default, loosest, strictest }
}

const FOLLOW_UP: (&str, &str) = ("line", "it is a follow-up from this total on");
const SAME_DAY: (&str, &str) = ("same_day", "it is for the same day from this total on");

pub(super) const ROWS: &[Setting] = &[
    Setting {
        id: SettingId::UnrealAlone,
        of: UNREAL,
        name: "alone",
        meaning: "an answer of this much, of 4, is urgent by itself",
        unit: Unit::Points,
        default: 2,
        loosest: 2,
        strictest: 1,
    },
    Setting {
        id: SettingId::UnrealSleep,
        of: UNREAL,
        name: "sleep",
        meaning: "beside it sleep is little up to this",
        unit: Unit::HalfHours,
        default: 10,
        loosest: 10,
        strictest: 16,
    },
    Setting {
        id: SettingId::UnrealWithin,
        of: UNREAL,
        name: "within",
        meaning: "little sleep or unusual energy counts beside it within this time",
        unit: Unit::Days,
        default: 2,
        loosest: 2,
        strictest: 6,
    },
    total(SettingId::Phq9Line, RuleId::Phq9, FOLLOW_UP, (10, 12, 5)),
    total(SettingId::Phq9SameDay, RuleId::Phq9, SAME_DAY, (15, 20, 10)),
    total(SettingId::Phq2Line, RuleId::Phq2, ("line", "it is a notice from this total on"), (2, 3, 1)),
    total(SettingId::Phq2FollowUp, RuleId::Phq2, ("follow_up", FOLLOW_UP.1), (3, 4, 2)),
    total(SettingId::Gad7Line, RuleId::Gad7, FOLLOW_UP, (10, 13, 7)),
    total(SettingId::Gad7SameDay, RuleId::Gad7, SAME_DAY, (15, 19, 10)),
    total(SettingId::Gad2Line, RuleId::Gad2, FOLLOW_UP, (3, 4, 2)),
    total(
        SettingId::EpdsMiddle,
        RuleId::Epds,
        ("middle", "it is in the middle, and a notice, from this total on"),
        (10, 11, 7),
    ),
    total(SettingId::EpdsLine, RuleId::Epds, FOLLOW_UP, (13, 14, 9)),
    Setting {
        id: SettingId::EpdsRepeat,
        of: Topic::Rule(RuleId::Epds),
        name: "repeat",
        meaning: "one in the middle that is not repeated by then is a follow-up",
        unit: Unit::Days,
        default: 28,
        loosest: 42,
        strictest: 14,
    },
    total(SettingId::Who5Line, RuleId::Who5, ("line", "it is a follow-up up to this raw total"), (12, 9, 16)),
    total(SettingId::PassLine, RuleId::Pass, FOLLOW_UP, (21, 26, 16)),
    total(SettingId::MibsLine, RuleId::Mibs, FOLLOW_UP, (5, 7, 3)),
    // It names an item and is no line: with several practices every item that one of them names is watched.
    Setting {
        id: SettingId::MibsWatched,
        of: Topic::Rule(RuleId::Mibs),
        name: "watched",
        meaning: "the item of this number is watched by itself; 0 is none",
        unit: Unit::Item,
        default: 0,
        loosest: 0,
        strictest: 8,
    },
    total(SettingId::PbqLine, RuleId::Pbq, FOLLOW_UP, (26, 30, 20)),
    total(
        SettingId::PbqGeneral,
        RuleId::Pbq,
        ("general", "or from this sum of its general part on"),
        (12, 15, 9),
    ),
    total(
        SettingId::PbqRejectionAnger,
        RuleId::Pbq,
        ("rejection_anger", "or from this sum of its part on rejection and anger on"),
        (13, 17, 9),
    ),
    total(
        SettingId::WeeklyLine,
        RuleId::WeeklyReflection,
        ("line", "it speaks from this share of 28 on"),
        (17, 20, 13),
    ),
];
