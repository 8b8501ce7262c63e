//! What the newest check-in asks for: the needs it speaks of, the most pressing first.
//!
//! A need decides when something may be offered; it is no finding and raises nothing. All lines are product
//! decisions for one tap on a 0 to 10 scale, not thresholds of a questionnaire.

use crate::resource::catalogue::{Context, Kind, Need};
use crate::resource::situation::Situation;

const CONNECTION_UP_TO: u8 = 4;
const ANXIETY_FROM: u8 = 7;
/// Fewer than ten half hours, which is five hours.
const SLEEP_UNDER_HALF_HOURS: u8 = 10;
const SUPPORT_UP_TO: u8 = 3;
/// From how many needs at once it counts as overwhelming.
const OVERWHELM_FROM: usize = 2;

/// The needs of the newest check-in; empty on an ordinary day or without one.
pub(super) fn of(situation: &Situation) -> Vec<Need> {
    let Some(newest) = situation.newest else { return Vec::new() };
    // Connection is an answer about a baby: unused while none is visible, and never a prompt to bond after a loss.
    let with_baby = !situation.babies.is_empty() && !situation.has(Context::Loss);
    let at_most = |value: Option<u8>, line: u8| value.is_some_and(|value| value <= line);
    let checks = [
        (situation.is_low(), Need::LowMood),
        (with_baby && at_most(newest.connection, CONNECTION_UP_TO), Need::LowConnection),
        (newest.anxiety.is_some_and(|anxiety| anxiety >= ANXIETY_FROM), Need::Anxiety),
        (newest.sleep_half_hours.is_some_and(|slept| slept < SLEEP_UNDER_HALF_HOURS), Need::PoorSleep),
        (at_most(newest.support, SUPPORT_UP_TO), Need::Isolation),
    ];
    let mut needs: Vec<Need> = checks.into_iter().filter_map(|(there, need)| there.then_some(need)).collect();
    if needs.len() >= OVERWHELM_FROM {
        needs.push(Need::Overwhelm);
    }
    needs
}

/// Which kinds answer a need best.
pub(super) fn suits(need: Need, kind: Kind) -> bool {
    match need {
        Need::LowConnection | Need::Fussiness => matches!(kind, Kind::Connection | Kind::Massage),
        Need::LowMood | Need::Overwhelm => matches!(kind, Kind::Support | Kind::SelfCare),
        Need::Anxiety | Need::PoorSleep | Need::Colic => kind == Kind::SelfCare,
        Need::Isolation => kind == Kind::Support,
    }
}
