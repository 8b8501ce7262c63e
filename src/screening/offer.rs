//! Which questionnaire is worth offering now, and from which day on. Pure: what was said comes in, a list goes out.
//!
//! Another form is offered where the data of a questionnaire says so (`next_step`, `recheck`), after a heavy weekly
//! reflection, and while a flag of mood that stays low is open. An offer raises nothing and ends by itself: with the form
//! that it offers. Nothing is offered while something urgent is open, because then a person is what is needed.

use std::cmp::Reverse;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    catalogue::Catalogue,
    instrument::{Action, Instrument},
};
use crate::{
    id::{FlagId, ScreeningId},
    rules::{
        Form, LOOK_BACK_DAYS, SettingId, Settings, days_between, in_the_middle, is_beyond_line, scale_name,
    },
};

/// What is offered after a heavy week and beside mood that stays low (product decision: its words may be shown to
/// everybody, and it asks about self-harm; clinical table: "offer PHQ-9").
const STANDARD: &str = "phq-9";
/// Any of these answers the offer of one of the standard questionnaires (product decision: one of them is enough).
const STANDARDS: &[&str] = &["phq-9", "gad-7", "epds"];
const WEEKLY: &str = "weekly-reflection";
const EPDS: &str = "epds";

/// A flag of mood that stays low which nobody has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowFlag {
    /// Which.
    pub id: FlagId,
    /// Since when it is there for whoever reads the offer.
    pub since: Timestamp,
}

/// What an offer rests on: of a doula's, only what she may see.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// Her questionnaires, earliest first.
    pub forms: &'a [Form],
    /// The flag of low mood, and the local day that it is there since.
    pub low: Option<(LowFlag, Date)>,
    /// A flag that is urgent is not closed.
    pub urgent: bool,
    /// Nothing may be asked about a baby.
    pub no_baby: bool,
    /// Her local day.
    pub today: Date,
    /// The lines in force.
    pub settings: &'a Settings,
}

/// Why something is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// What came before it asks for a longer form.
    NextStep,
    /// It lay in the middle and is to be filled in again.
    Again,
    /// The week was heavy.
    HeavyWeek,
    /// Mood stays low.
    StaysLow,
}

/// What asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// A questionnaire that was filled in.
    Screening {
        /// Which.
        id: ScreeningId,
        /// Of which instrument.
        instrument: String,
        /// Its total, and what that could have come to.
        total: (u16, u16),
    },
    /// A flag that nobody has closed.
    Flag(FlagId),
}

/// A questionnaire that is worth offering.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Which.
    pub instrument: &'static Instrument,
    /// Why.
    pub why: Why,
    /// What asks for it.
    pub because: Because,
    /// The local day of that.
    pub asked_on: Date,
    /// From this day on it may be filled in.
    pub open_from: Date,
    /// From this day on it is late; `None` where nothing is late.
    pub late_from: Option<Date>,
}

/// What is worth offering, the soonest first, each instrument once. The same basis gives the same list.
pub fn offers(basis: &Basis<'_>) -> Vec<Offer> {
    if basis.urgent {
        return Vec::new();
    }
    let mut all: Vec<Offer> = latest(basis).filter_map(|form| of_form(basis, form)).collect();
    all.extend(of_low_mood(basis));
    all.retain(|offer| !(basis.no_baby && offer.instrument.about_a_baby()));
    // Of several that ask for one form, the soonest, and of those the one that she remembers best.
    let soonest = |offer: &Offer| (offer.open_from.max(basis.today), Reverse(offer.asked_on));
    all.sort_by_key(|offer| (offer.instrument.id.as_str(), soonest(offer)));
    all.dedup_by(|one, other| one.instrument.id == other.instrument.id);
    all.sort_by_key(|offer| (offer.open_from, offer.instrument.id.as_str()));
    all
}

/// The latest complete one of each instrument, as far back as rules look.
fn latest<'a>(basis: &Basis<'a>) -> impl Iterator<Item = &'a Form> {
    let (forms, today) = (basis.forms, basis.today);
    forms.iter().enumerate().filter_map(move |(at, form)| {
        let recent = days_between(form.local_date, today) <= LOOK_BACK_DAYS;
        let later = |other: &Form| other.total.is_some() && other.instrument == form.instrument;
        (form.total.is_some() && recent && !forms[at + 1..].iter().any(later)).then_some(form)
    })
}

fn of_form(basis: &Basis<'_>, form: &Form) -> Option<Offer> {
    let Basis { forms, settings, .. } = *basis;
    let catalogue = Catalogue::loaded();
    let asking = catalogue.by_id(&form.instrument).filter(|known| known.version == form.version)?;
    if basis.no_baby && asking.about_a_baby() {
        return None;
    }
    let total = form.total?;
    let action = asking.band_of(total, form.possible)?.action;
    // Where a rule says when it is late, that rule says what is to be filled in again.
    let again = in_the_middle(form, settings) || (action == Action::Recheck && asking.id != EPDS);
    let (why, offered) = if again {
        (Why::Again, asking)
    } else {
        // A line that a practice made stricter asks where the published band does not.
        let stricter = matches!(action, Action::None | Action::Resources) && is_beyond_line(form, settings);
        let heavy = asking.id == WEEKLY && (action == Action::FollowUp || stricter);
        match &asking.next_step {
            _ if heavy => (Why::HeavyWeek, catalogue.by_id(STANDARD)?),
            Some(next) if stricter || action == Action::NextStep => (Why::NextStep, catalogue.by_id(next)?),
            _ => return None,
        }
    };
    let place = (form.occurred_at, form.id);
    let answers = |other: &Form| {
        let later = (other.occurred_at, other.id) > place;
        let fits = match why {
            Why::HeavyWeek => later && STANDARDS.contains(&other.instrument.as_str()),
            // A longer form of the same day has told it already, whichever came first.
            Why::NextStep => other.instrument == offered.id && (later || other.local_date == form.local_date),
            Why::Again | Why::StaysLow => later && other.instrument == offered.id,
        };
        fits && other.total.is_some()
    };
    if forms.iter().any(answers) {
        return None;
    }
    let (mut open_from, mut late_from) = (form.local_date, None);
    if let (Why::Again, Some(again)) = (why, &asking.recheck) {
        let after = |days: u16| form.local_date.saturating_add(i64::from(days).days());
        open_from = after(again.after_days_min);
        // The rule that says so when it is late goes by the setting.
        let of_rule = in_the_middle(form, settings).then(|| settings.get(SettingId::EpdsRepeat));
        late_from = Some(after(of_rule.unwrap_or(again.after_days_max)));
    }
    let because = Because::Screening {
        id: form.id,
        instrument: form.instrument.clone(),
        total: (total, form.possible),
    };
    let open_from = open_from.max(again_from(forms, offered)?);
    Some(Offer { instrument: offered, why, because, asked_on: form.local_date, open_from, late_from })
}

/// Mood stays low, and the form was not filled in since that was noticed.
fn of_low_mood(basis: &Basis<'_>) -> Option<Offer> {
    let (flag, on) = basis.low?;
    let offered = Catalogue::loaded().by_id(STANDARD)?;
    let answers =
        |form: &Form| form.instrument == offered.id && form.total.is_some() && form.occurred_at >= flag.since;
    if basis.forms.iter().any(answers) {
        return None;
    }
    Some(Offer {
        instrument: offered,
        why: Why::StaysLow,
        because: Because::Flag(flag.id),
        asked_on: on,
        open_from: on.max(again_from(basis.forms, offered)?),
        late_from: None,
    })
}

/// From which day on it may be filled in again.
fn again_from(forms: &[Form], offered: &Instrument) -> Option<Date> {
    let window = i64::from(offered.min_repeat_days);
    let last = forms.iter().filter(|form| form.instrument == offered.id && form.total.is_some());
    let last = last.map(|form| form.local_date).max();
    Some(last.map_or(Date::MIN, |last| last.saturating_add(window.days())))
}

impl Offer {
    /// Why, for the parent.
    pub fn for_the_parent(&self) -> String {
        let (offered, on) = (self.name(), short(self.asked_on));
        let asked = self.asked();
        match self.why {
            Why::NextStep => format!(
                "After your {asked} of {on}, the {offered} can tell a little more, if you like. Talking about it is just as \
                 good."
            ),
            Why::Again => format!(
                "Your {asked} of {on} lay in between. Filling it in again after some weeks shows whether things have \
                 moved; a conversation need not wait for that."
            ),
            Why::HeavyWeek => format!(
                "Your {asked} of {on} sounds like a heavy week. If you like, the {offered} can help to put it into words \
                 for a conversation."
            ),
            Why::StaysLow => format!(
                "Your mood has been low for a while. If you like, the {offered} can help to begin a conversation about \
                 it, with somebody you trust or with a health professional."
            ),
        }
    }

    /// Why, for a doula who may see her questionnaires.
    pub fn for_a_doula(&self) -> String {
        let (offered, on) = (self.name(), short(self.asked_on));
        let asked = self.asked();
        let came_to = match &self.because {
            Because::Screening { total: (total, possible), .. } => format!("came to {total} of {possible}"),
            Because::Flag(_) => String::new(),
        };
        match self.why {
            Why::NextStep => format!("The {asked} {came_to} on {on}: the {offered} is worth offering."),
            Why::Again => {
                format!(
                    "The {asked} {came_to} on {on}, in the middle: it is to be filled in again after some weeks."
                )
            }
            Why::HeavyWeek => format!(
                "The {asked} {came_to} on {on}: a conversation and one of the standard questionnaires, such as the \
                 {offered}, are worth offering."
            ),
            Why::StaysLow => format!(
                "A flag of mood that stays low is open: the {offered} or an appointment with a health professional is \
                 worth offering."
            ),
        }
    }

    /// What stands beside a form whose words may not be shown.
    pub fn note(&self) -> Option<&'static str> {
        (!self.instrument.licence.wording_may_ship).then_some(
            "The words of this form may not be shown here. The doula or her practice holds the form; what is entered \
             here is its numbers.",
        )
    }

    fn name(&self) -> &str {
        called(&self.instrument.id)
    }

    fn asked(&self) -> &str {
        match &self.because {
            Because::Screening { instrument, .. } => called(instrument),
            Because::Flag(_) => "",
        }
    }
}

/// What a form is called: titles of standard scales name conditions, a short name does not.
fn called(id: &str) -> &str {
    match Catalogue::loaded().by_id(id) {
        Some(known) if known.kind == "own" && known.id != WEEKLY => &known.title,
        _ => scale_name(id),
    }
}

fn short(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

#[cfg(test)]
mod tests;
