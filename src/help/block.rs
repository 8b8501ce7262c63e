//! The safety block: what a parent sees in the same reply as an answer that may mean danger.
//!
//! A plain value, built from the known lines, the operator's confirmations and who can be reached; which lines and
//! in which order is `shown`, every sentence is in `words`. The one thing to know: the block is never empty. Where
//! no number is known, it says in words whom to call.

use jiff::Timestamp;
use jiff::civil::Date;

use super::line::{Confirmations, Lines};

pub(super) mod shown;
#[cfg(test)]
mod tests;
pub(super) mod words;

pub use shown::{Emergency, LineView};

/// Hours within which those who can see an urgent flag are asked to look: a due time, not a promise (product
/// decision, the same as the due time of an urgent flag).
pub const LOOK_WITHIN_HOURS: u8 = 2;

/// The block, in the order in which it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safety {
    /// How pressing it is.
    pub level: Level,
    /// A warm line first, then where to call in danger.
    pub message: String,
    /// The emergency number of the parent's country; `None` when the country or its number is not known.
    pub emergency: Option<Emergency>,
    /// Lines that take a crisis, round-the-clock ones first.
    pub lines: Vec<LineView>,
    /// Lines for talking, which do not take a crisis.
    pub support_lines: Vec<LineView>,
    /// Who will see this and when, or that nobody will.
    pub what_happens_next: String,
    /// Things to do at once, the first one first.
    pub do_now: Vec<String>,
    /// Whether to offer sharing: the entry was private and somebody is linked who does not know of it.
    pub share_offer: bool,
}

/// How pressing a block is; there is one level, since nothing less shows a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Now.
    Urgent,
}

impl Level {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Urgent => "urgent",
        }
    }
}

/// What brought the block up. Where both did, it is [`Finding::Danger`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// An answer by which the parent may not be safe, or may be afraid of harming somebody.
    Danger,
    /// High or sped up on very little sleep.
    Elation,
}

/// Who knows of the finding, at the moment of the reply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Display names of those who can see the flag now.
    pub doulas: Vec<String>,
    /// Display names of those who were told that the parent wishes to be contacted, without any content.
    pub told_privately: Vec<String>,
    /// Whether the entry is private.
    pub private: bool,
    /// Whether somebody is linked who is in neither list above.
    pub linked_untold: bool,
}

/// Everything about the parent and the moment that the block depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// ISO 3166-1 alpha-2 code from the profile or from a zone of one country; `None` when not known.
    pub country: Option<&'a str>,
    /// Whether the parent lives with a loss: then no sentence and no line speaks of caring for a baby.
    pub loss: bool,
    /// Whether there is no baby that may be spoken of: none yet, none recorded, or all hidden.
    pub no_baby_visible: bool,
    /// What brought the block up.
    pub finding: Finding,
    /// Who knows.
    pub reach: &'a Reach,
    /// The instant of the reply, for what is open.
    pub now: Timestamp,
    /// The parent's local day, for how old a confirmation is.
    pub today: Date,
}

/// Builds the block. It depends on nothing but its arguments, and repeats of a finding change nothing in it.
pub fn safety(lines: &Lines, confirmations: &Confirmations, situation: &Situation<'_>) -> Safety {
    let Situation { country, loss, finding, reach, now, today, .. } = *situation;
    let moment = shown::Moment { lines, confirmations, now, today };
    let emergency = country.and_then(|country| moment.emergency(country));
    // A country without an entry is as unknown as no country: lines of another one would only mislead.
    let known = country.filter(|_| emergency.is_some());
    let context = if loss { shown::Context::Loss } else { shown::Context::Parent };
    let where_to_call = words::where_to_call(lines, known, emergency.as_ref());
    Safety {
        level: Level::Urgent,
        message: format!("{} {where_to_call}", words::opening(finding)),
        lines: known.map_or_else(Vec::new, |country| moment.crisis_lines(country, context)),
        support_lines: known.map_or_else(Vec::new, |country| moment.support_lines(country, context)),
        what_happens_next: words::what_happens_next(reach, emergency.is_some()),
        do_now: words::do_now(finding, loss || situation.no_baby_visible),
        share_offer: reach.private && reach.linked_untold,
        emergency,
    }
}
