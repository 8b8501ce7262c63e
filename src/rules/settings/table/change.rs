//! What can be set of the change rule: how far away from usual, and for how long, before it is said.
//!
//! The shipped value and its bounds are product decisions by the simulated cohort (docs/decisions/0018).

use super::{
    super::setting::{Setting, Topic, Unit},
    SettingId,
};
use crate::rules::RuleId;

pub(super) const ROWS: &[Setting] = &[Setting {
    id: SettingId::ChangeLine,
    of: Topic::Rule(RuleId::Change),
    name: "line",
    meaning: "how far and how long away from usual, against the shipped line",
    unit: Unit::Percent,
    default: 100,
    loosest: 200,
    strictest: 60,
}];
