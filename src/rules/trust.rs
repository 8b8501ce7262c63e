//! What is written beside an open flag, so that other numbers are not taken for more than they say. Pure.
//!
//! A note raises nothing, closes nothing and changes no severity: a total of zero may mean that it did not feel safe to
//! answer, and a rise after low days is no reason to call off. A doula reads it on the flag, made anew each time from what
//! she may see; the parent is never told that her answers were doubted.

use jiff::{Timestamp, civil::Date};

use super::{
    entry::{Entry, Measure},
    form::{Form, about_a_baby},
    form_wording,
    full_scale::FullScale,
    history::{Day, History, LOOK_BACK_DAYS, Mean, days_between},
    rule_id::{Family, RuleId},
    wording,
};

/// The version of the notes.
pub const VERSION: u16 = 2;
/// Scales on which zero is the lightest total. WHO-5 is the other way round, EPDS-3A is only shown, and of a practice's
/// own nobody knows (product decision; on a zero EPDS: piri.org.au).
pub const LIGHT_AT_ZERO: &[&str] =
    &["epds", "phq-9", "phq-2", "gad-7", "gad-2", "whooley", "pass", "mibs", "pbq", "weekly-reflection"];
/// A day of the low stretch has a mood at this value or below (product decision: the line of sustained low).
pub const LOW: u8 = 3;
/// So many answered days in a row make a low stretch (product decision: the persistence of Schat 2021 and 2023).
pub const LOW_DAYS: usize = 3;
/// So many of the latest answered days lie higher (product decision: one good day is none).
pub const HIGH_DAYS: usize = 2;
/// So far above the mean of the stretch (product decision: the smallest fall that attune is measured by, turned around).
pub const RISE: u32 = 3;
/// The stretch ended at most so many days before the latest answer (product decision: the span of sustained low).
pub const WITHIN_DAYS: i32 = 14;
/// So far back from the latest answer the stretch is looked for (product decision: one that has just ended is seen as far
/// back as the rules look).
pub const STRETCH_DAYS: i32 = WITHIN_DAYS + LOOK_BACK_DAYS;

/// Something that is written beside an open flag.
#[derive(Clone, Eq, PartialEq, Debug)]
pub enum TrustNote {
    /// A questionnaire came to a total of zero.
    AllZero {
        /// Which instrument.
        instrument: String,
        /// The local day.
        on: Date,
    },
    /// Mood is higher after a low stretch, and nobody noted contact since that began.
    Rise {
        /// First day of the stretch.
        from: Date,
        /// Its last day.
        to: Date,
        /// The first of the higher days.
        since: Date,
    },
    /// Of a short form: the full scale was filled in since, over the same days.
    FullScale {
        /// Which instrument.
        instrument: String,
        /// The local day.
        on: Date,
    },
}

/// The flag that notes are written beside.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Beside {
    /// Its rule.
    pub rule: RuleId,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When contact was last noted on it.
    pub contacted_at: Option<Timestamp>,
    /// Whether anything about a baby may be said.
    pub of_a_baby: bool,
}

impl TrustNote {
    /// The stable word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AllZero { .. } => "all_zero",
            Self::Rise { .. } => "rise",
            Self::FullScale { .. } => "full_scale",
        }
    }

    /// The note in words for a doula who may see values.
    pub fn words(&self) -> String {
        match self {
            Self::AllZero { instrument, on } => format!(
                "The {} of {} came to a total of 0. That alone is no reason to set this aside: it can also mean that it \
                 did not feel safe to answer.",
                form_wording::name(instrument),
                form_wording::short(*on)
            ),
            Self::Rise { from, to, since } => format!(
                "Mood has been higher since {}, after low days {}, and nobody has noted contact on this flag in between. A rise alone \
                 says little; a conversation is still worth having.",
                form_wording::short(*since),
                wording::span(*from, *to)
            ),
            Self::FullScale { instrument, on } => format!(
                "The {} was filled in since, on {}, over the same two weeks: look at that first, it asks more. Below its \
                 line it is no all-clear, and this flag stays until somebody closes it.",
                form_wording::name(instrument),
                form_wording::short(*on)
            ),
        }
    }
}

/// What stands beside a flag that is not closed, by the history that its reader may see.
pub fn notes(history: &History, beside: Beside) -> Vec<TrustNote> {
    if !doubts(beside.rule) {
        return Vec::new();
    }
    let notes = [all_zero(history, beside), rise(history, beside), full_scale(history, beside)];
    notes.into_iter().flatten().collect()
}

/// The latest full scale that came since the flag of its short form was raised, over the window of such a form: one that
/// was there when the flag was raised, not one of later weeks.
fn full_scale(history: &History, beside: Beside) -> Option<TrustNote> {
    let pair = FullScale::of_short_rule(beside.rule)?;
    let came_since = |form: &&Form| {
        form.instrument == pair.id && form.total.is_some() && form.recorded_at >= beside.raised_at
    };
    let stood = |short: &Form, full: &Form| {
        short.recorded_at <= beside.raised_at && short.occurred_at <= full.occurred_at
    };
    let same_days = |full: &&Form| pair.shorts(history, full).any(|short| stood(short, full));
    let full = history.forms().iter().rev().filter(came_since).find(same_days)?;
    Some(TrustNote::FullScale { instrument: full.instrument.clone(), on: full.local_date })
}

/// Whether better numbers could be taken as an answer to such a flag.
pub fn doubts(rule: RuleId) -> bool {
    match rule.family() {
        Family::Danger | Family::Level | Family::Change | Family::Questionnaire | Family::System => true,
        Family::Elation | Family::AskedForIt | Family::Silence => false,
    }
}

/// The latest questionnaire of its kind that came since the flag was raised, and came to zero (H33: none about a baby
/// where no baby may be spoken of).
fn all_zero(history: &History, beside: Beside) -> Option<TrustNote> {
    let scored = |form: &&Form| {
        form.total.is_some() && form.possible > 0 && LIGHT_AT_ZERO.contains(&form.instrument.as_str())
    };
    let latest_of_its_kind = |form: &&Form| {
        let same = |other: &&Form| scored(other) && other.instrument == form.instrument;
        history.forms().iter().rfind(same).is_some_and(|last| last.id == form.id)
    };
    let came_since = |form: &&Form| form.recorded_at >= beside.raised_at;
    let may_be_named = |form: &&Form| beside.of_a_baby || !about_a_baby(&form.instrument);
    let mut forms = history.forms().iter().rev().filter(scored).filter(may_be_named);
    let form = forms.find(|form| form.total == Some(0) && came_since(form) && latest_of_its_kind(form))?;
    Some(TrustNote::AllZero { instrument: form.instrument.clone(), on: form.local_date })
}

/// The latest days lie well above a low stretch before them, and nobody noted contact since it began.
fn rise(history: &History, beside: Beside) -> Option<TrustNote> {
    let answered = history.days();
    let answered: Vec<(&Day<'_>, Mean)> =
        answered.iter().filter_map(|day| Some((day, day.mean(Measure::Mood)?))).collect();
    let newest = answered.last()?.0.date;
    let seen = answered.partition_point(|(day, _)| days_between(day.date, newest) > STRETCH_DAYS);
    let answered = &answered[seen..];
    let (before, high) = answered.split_at_checked(answered.len().checked_sub(HIGH_DAYS)?)?;
    let end = before.iter().rposition(|(_, mood)| mood.at_most(LOW))?;
    let low = before[..=end].iter().rev().take_while(|(_, mood)| mood.at_most(LOW)).count();
    let stretch = &before[end + 1 - low..=end];
    let (first, last) = (stretch.first()?.0, stretch.last()?.0);
    let latest = high.last()?.0;
    let came_since = |day: &Day<'_>| day.entries.iter().any(|entry| entry.recorded_at >= beside.raised_at);
    let began: Timestamp = first.entries.iter().map(|entry: &&Entry| entry.occurred_at).min()?;
    let recent = days_between(last.date, latest.date) <= WITHIN_DAYS;
    let contact = beside.contacted_at.is_some_and(|at| at >= began);
    if low < LOW_DAYS || !recent || contact || !came_since(latest) {
        return None;
    }
    let (sum, count) =
        stretch.iter().fold((0, 0), |(sum, count), (_, mood)| (sum + mood.sum, count + mood.count));
    // At least so far above the stretch, in whole numbers.
    let risen = |mood: &Mean| mood.sum * count >= (sum + RISE * count) * mood.count;
    high.iter().all(|(_, mood)| risen(mood)).then_some(TrustNote::Rise {
        from: first.date,
        to: last.date,
        since: high[0].0.date,
    })
}
