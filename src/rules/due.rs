//! When something becomes due without an answer: the next day on which a timer has to ask the rules.
//!
//! Exactly the days on which they would raise something that they have not raised yet, as far as is known now. An
//! answer, an edit, a setting or a flag moves the day, so whoever changes one of them asks here again. What is known
//! already to change by itself, a line that runs out or a link that expires, is reckoned with.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Context, Profile, Trigger,
    form::Form,
    history::History,
    judged_again, level, questionnaire,
    quiet::{Known, Quiet, morning},
    rule_id::RuleId,
    settings::{InForce, Settings, Topic},
    silence::Silent,
};

/// The rules that speak of days without an answer.
const SPEAKING: [RuleId; 3] = [RuleId::Silence, RuleId::SustainedLow, RuleId::Epds];

/// Whether what is set of this may move the day.
pub fn goes_by(topic: Topic) -> bool {
    topic.rule().is_some_and(|rule| SPEAKING.contains(&rule))
}

/// A day to ask about.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Due {
    /// The parent's local day.
    pub on: Date,
    /// The morning of it.
    pub at: Timestamp,
}

/// What says which day is the next.
#[derive(Copy, Clone, Debug)]
pub struct Ahead<'a> {
    /// What was said, with the days that were asked about since the last answer; and where `rests_on_asked_days`
    /// says so, with those that were asked about since the first questionnaire in it.
    pub history: &'a History,
    /// The parent.
    pub profile: &'a Profile,
    /// The lines of every instant.
    pub lines: &'a InForce,
    /// What a day would be judged by.
    pub known: Known,
    /// Where her mornings are.
    pub zone: &'a TimeZone,
}

/// Whether it takes days before the last answer to know the next one. `asked_at`: the morning that was asked about last.
pub fn rests_on_asked_days(history: &History, asked_at: Option<Timestamp>) -> bool {
    let repeats = |form: &Form| form.instrument == "epds" && form.total.is_some();
    asked_at.is_some_and(|at| history.forms().iter().any(|form| repeats(form) && form.occurred_at <= at))
}

/// The next day to ask about, later than `after`; `None` when nothing becomes due by time alone.
///
/// What should have been asked by `after` and was not is asked on the next morning: a step of silence, and a
/// questionnaire that was not repeated in time. Low days since birth are judged on day 14 or not at all.
pub fn next_due(ahead: &Ahead<'_>, after: Timestamp) -> Option<Due> {
    let shared = differs_for_doulas(ahead.history, ahead.known).then(|| ahead.history.shared());
    let all = View { ahead, history: ahead.history, shared: false };
    let shared = shared.as_ref().map(|history| View { ahead, history, shared: true });
    let mut from = after;
    loop {
        let (lines, end) = (ahead.lines.at(from), ahead.lines.moves_after(from));
        let soonest = ahead.first_morning(after, from);
        let views = [Some(&all), shared.as_ref()].into_iter().flatten();
        let next = views.filter_map(|view| view.next(&lines, soonest, after)).min();
        let due = next.map(|on| Due { on, at: morning(on, ahead.zone) });
        // By then other lines may count.
        match (due, end) {
            (Some(due), end) if end.is_none_or(|end| due.at < end) => return Some(due),
            (_, end) => from = end?,
        }
    }
}

impl Ahead<'_> {
    /// The first day whose morning comes later than `after` and not before `from`.
    fn first_morning(&self, after: Timestamp, from: Timestamp) -> Date {
        let today = from.to_zoned(self.zone.clone()).date();
        let at = morning(today, self.zone);
        if at > after && at >= from { today } else { today.saturating_add(1.day()) }
    }

    /// A day is asked about once; what is due on one that was is asked on the next.
    fn not_asked_yet(&self, mut on: Date) -> Date {
        while self.was_asked(on) && on < Date::MAX {
            on = on.saturating_add(1.day());
        }
        on
    }

    fn was_asked(&self, on: Date) -> bool {
        self.history.quiet_days().iter().any(|asked| asked.on == on)
    }
}

/// One of the two histories that a day is judged over.
struct View<'a> {
    ahead: &'a Ahead<'a>,
    history: &'a History,
    shared: bool,
}

impl View<'_> {
    fn day(&self, on: Date) -> Quiet {
        let day = Quiet { on, at: morning(on, self.ahead.zone), known: self.ahead.known };
        if self.shared { day.shared() } else { day }
    }

    fn context<'c>(&'c self, settings: &'c Settings, today: Date) -> Context<'c> {
        Context { history: self.history, profile: self.ahead.profile, settings, usual: &[], today }
    }

    /// The first day, `soonest` or later, on which one of the rules has something new to say by these lines.
    fn next(&self, settings: &Settings, soonest: Date, after: Timestamp) -> Option<Date> {
        let of = |rule| settings.is_on(rule);
        let silence = || self.silence(settings, soonest, after);
        let again = || self.judged_again(settings, soonest);
        let recheck = || self.recheck(settings, soonest);
        let days = [
            of(RuleId::Silence).then(silence),
            of(RuleId::SustainedLow).then(again),
            of(RuleId::Epds).then(recheck),
        ];
        days.into_iter().flatten().flatten().min()
    }

    fn silence(&self, settings: &Settings, soonest: Date, after: Timestamp) -> Option<Date> {
        let silent = Silent::of(self.history, settings, &self.day(soonest), after)?;
        let on = silent.next(self.history, self.ahead.lines, self.shared)?;
        Some(self.ahead.not_asked_yet(on.max(soonest)))
    }

    fn judged_again(&self, settings: &Settings, soonest: Date) -> Option<Date> {
        let on = judged_again::on(self.ahead.profile)?;
        if on < soonest || self.ahead.was_asked(on) {
            return None;
        }
        level::sustained_low(&self.context(settings, on), &Trigger::Day(self.day(on))).map(|_| on)
    }

    /// Once for each questionnaire that was not repeated in time, also when that comes to light later.
    fn recheck(&self, settings: &Settings, soonest: Date) -> Option<Date> {
        let (form, late_on) = questionnaire::to_repeat(&self.context(settings, soonest))?;
        let on = self.ahead.not_asked_yet(late_on.max(soonest));
        let speaks = |context: &Context<'_>, on| questionnaire::late(context, on).is_some();
        let told = |asked: &&Quiet| {
            let lines = self.ahead.lines.at(asked.at);
            // What a replay would hear on that day.
            let met = self.history.as_met_by(&Trigger::Day(**asked));
            let then = Context { history: &met, ..self.context(&lines, asked.on) };
            lines.is_on(RuleId::Epds)
                && questionnaire::to_repeat(&then).is_some_and(|(other, _)| other.id == form.id)
                && speaks(&then, asked.on)
        };
        let was_told = self.history.quiet_days().iter().rev().any(|asked| told(&asked));
        (!was_told && speaks(&self.context(settings, on), on)).then_some(on)
    }
}

/// Whether doulas may have something judged otherwise than it is over everything.
fn differs_for_doulas(history: &History, known: Known) -> bool {
    let differs = |known: &Known| known.flag_open != known.shared_flag_open;
    differs(&known)
        || history.quiet_days().iter().any(|asked| differs(&asked.known))
        || history.entries().iter().any(|entry| entry.private)
        || history.forms().iter().any(|form| form.private)
}
