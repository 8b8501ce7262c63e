//! What the ranking knows about one parent at one moment: plain values, gathered elsewhere.
//!
//! Nothing here reads a clock or a database. Hidden babies are left out by whoever fills this in, so
//! that no rule below can forget to leave them out.

use jiff::civil::Date;

use super::catalogue::Context;
use crate::id::BabyId;

/// Severity numbers as flags order them.
pub const FOLLOW_UP: u8 = 1;
/// The highest severity.
pub const URGENT: u8 = 3;

/// Mood at or below this counts as low, 0 to 10 (product decision).
pub const LOW_MOOD_UP_TO: u8 = 3;
/// This much sleep or less, in half hours, hides what needs a wakeful parent: four hours (product decision, for the
/// risk of falling asleep with a baby in the arms).
pub const SLEEPY_UP_TO_HALF_HOURS: u8 = 8;
/// The local hour from which it is night (product decision).
pub const NIGHT_FROM_HOUR: i8 = 22;
/// The local hour at which the night has ended (product decision).
pub const NIGHT_UNTIL_HOUR: i8 = 6;

/// A parent, her visible babies and her newest check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The parent's local day.
    pub today: Date,
    /// The parent's local hour, 0 to 23.
    pub local_hour: i8,
    /// The parent's own: loss, adoption, birth trauma, history of mania.
    pub contexts: Vec<Context>,
    /// Those that are not hidden.
    pub babies: Vec<BabySituation>,
    /// The newest check-in, if there is one.
    pub newest: Option<Newest>,
    /// An urgent flag, or an answer to "are you safe" other than yes, in the last 30 days.
    pub unsafe_recently: bool,
    /// Highest severity among the flags that are not closed: 0 notice, 1 follow-up, 2 same day, 3 urgent.
    pub worst_open: Option<u8>,
    /// The baby this is about, when the parent said which.
    pub chosen_baby: Option<BabyId>,
    /// How many suggestions at most.
    pub limit: usize,
}

/// One visible baby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BabySituation {
    /// Which baby.
    pub id: BabyId,
    /// When born, if known.
    pub birth_date: Option<Date>,
    /// When due, if known.
    pub due_date: Option<Date>,
    /// Neonatal unit, preterm, one of several.
    pub contexts: Vec<Context>,
    /// Recent vaccination, fever, skin condition: those in force today.
    pub conditions: Vec<Context>,
    /// A yes of the baby's team to touch is recorded.
    pub cleared_for_massage: bool,
}

/// What the ranking uses of the newest check-in; each measure 0 to 10, `None` when not answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Newest {
    /// 10 is as high as the parent can imagine, which is not the same as well.
    pub mood: Option<u8>,
    /// How connected with the baby.
    pub connection: Option<u8>,
    /// 10 is the most worry.
    pub anxiety: Option<u8>,
    /// Sleep of the last 24 hours in half hours, 0 to 48.
    pub sleep_half_hours: Option<u8>,
    /// How supported.
    pub support: Option<u8>,
    /// The entry counts as low.
    pub low: bool,
}

impl Situation {
    /// Whether the parent lives with this context herself.
    pub fn has(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }

    /// The newest entry counts as low: marked so, or mood at the line or below.
    pub fn is_low(&self) -> bool {
        self.newest.is_some_and(|newest| newest.low || newest.mood.is_some_and(|mood| mood <= LOW_MOOD_UP_TO))
    }

    /// At night, or after very little sleep.
    pub fn is_sleepy(&self) -> bool {
        let slept = self.newest.and_then(|newest| newest.sleep_half_hours);
        self.local_hour >= NIGHT_FROM_HOUR
            || self.local_hour < NIGHT_UNTIL_HOUR
            || slept.is_some_and(|half_hours| half_hours <= SLEEPY_UP_TO_HALF_HOURS)
    }

    /// A flag of this severity or above is not closed.
    pub fn is_open_from(&self, severity: u8) -> bool {
        self.worst_open.is_some_and(|worst| worst >= severity)
    }
}

impl BabySituation {
    /// Whether this baby lives with a context, or a condition is in force.
    pub fn has(&self, context: Context) -> bool {
        self.contexts.contains(&context) || self.conditions.contains(&context)
    }
}
