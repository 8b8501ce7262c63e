//! What a parent said in order, the local days it falls on, and the quiet days that were asked about.
//!
//! One point per local day: the mean of what was given on it, kept as sum and count so that a
//! line is compared exactly. A day without an answer is absent, never zero and never carried on.

use jiff::civil::Date;

use super::{
    answer::Answer,
    entry::{Entry, Measure},
    form::Form,
    quiet::Quiet,
    trigger::Trigger,
};

/// Whole days from one local day to another; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    // Civil dates end with year 9999 on both sides, so the count is far below the limit of i32.
    (from.duration_until(to).as_hours() / 24) as i32
}

/// How many local days before an entry its rules look at.
pub const LOOK_BACK_DAYS: i32 = 60;

/// The mean of a measure on one local day, exact. `count` is never 0.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Mean {
    /// The values added up.
    pub sum: u32,
    /// How many values there were.
    pub count: u32,
}

impl Mean {
    /// True when the mean is the line or below it.
    pub fn at_most(self, line: u8) -> bool {
        self.sum <= u32::from(line) * self.count
    }

    /// True when the mean is the line or above it.
    pub fn at_least(self, line: u8) -> bool {
        self.sum >= u32::from(line) * self.count
    }

    /// True when the mean is below the line and not on it.
    pub fn is_below(self, line: u8) -> bool {
        !self.at_least(line)
    }
}

/// One local day that has at least one check-in.
#[derive(Clone, Debug)]
pub struct Day<'a> {
    /// The day.
    pub date: Date,
    /// What was written for it, in the order in which it was felt.
    pub entries: Vec<&'a Entry>,
}

impl Day<'_> {
    /// The day's mean of a measure; `None` when nobody gave it on that day.
    pub fn mean(&self, measure: Measure) -> Option<Mean> {
        let values = self.entries.iter().filter_map(|entry| entry.value(measure)).map(u32::from);
        let (sum, count) = values.fold((0, 0), |(sum, count), value| (sum + value, count + 1));
        (count > 0).then_some(Mean { sum, count })
    }
}

/// What one parent said: check-ins and questionnaires, each ordered by when, then by id; and the days without an
/// answer that were asked about.
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    forms: Vec<Form>,
    kept_back: Vec<Answer>,
    quiet_days: Vec<Quiet>,
}

impl History {
    /// Orders the entries. One that is given twice counts once, or it would weigh double in its day's mean.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| (entry.occurred_at, entry.id));
        entries.dedup_by_key(|entry| entry.id);
        Self { entries, ..Self::default() }
    }

    /// The same history with the questionnaires that were filled in, each once.
    pub fn with_forms(mut self, mut forms: Vec<Form>) -> Self {
        forms.sort_by_key(|form| (form.occurred_at, form.id));
        forms.dedup_by_key(|form| form.id);
        self.forms = forms;
        self
    }

    /// The same history with the days without an answer that were asked about, each once.
    pub fn with_quiet_days(mut self, mut days: Vec<Quiet>) -> Self {
        days.sort_by_key(|quiet| quiet.at);
        days.dedup_by_key(|quiet| quiet.on);
        self.quiet_days = days;
        self
    }

    /// Adds something that is not in it yet.
    pub(super) fn add(&mut self, trigger: Trigger) {
        match trigger {
            Trigger::Entry(entry) => {
                let place = (entry.occurred_at, entry.id);
                let at = self.entries.partition_point(|one| (one.occurred_at, one.id) < place);
                self.entries.insert(at, entry);
            }
            Trigger::Form(form) => {
                let place = (form.occurred_at, form.id);
                let at = self.forms.partition_point(|one| (one.occurred_at, one.id) < place);
                self.forms.insert(at, form);
            }
            Trigger::Day(quiet) => {
                let at = self.quiet_days.partition_point(|one| one.at < quiet.at);
                self.quiet_days.insert(at, quiet);
            }
        }
    }

    /// The days without an answer that were asked about, earliest first.
    pub fn quiet_days(&self) -> &[Quiet] {
        &self.quiet_days
    }

    /// When something was answered, of any kind, in no order.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        self.entries.iter().map(Answer::from).chain(self.forms.iter().map(Answer::from))
    }

    /// When something was answered that whoever may judge this history may not know of.
    pub fn kept_back(&self) -> &[Answer] {
        &self.kept_back
    }

    /// The same history, had other items of its questionnaires been watched by themselves.
    #[must_use]
    pub fn watching(mut self, watched: impl Fn(&Form) -> Option<u8>) -> Self {
        for form in &mut self.forms {
            form.watched = watched(form);
        }
        self
    }

    /// All questionnaires, earliest first.
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// Everything that was said or asked about on a local day or later, in the order in which it was.
    pub fn said_from(&self, from: Date) -> Vec<Trigger> {
        let entries = self.entries.iter().filter(|entry| entry.local_date >= from).cloned();
        let forms = self.forms.iter().filter(|form| form.local_date >= from).cloned();
        let quiet = self.quiet_days.iter().filter(|quiet| quiet.on >= from).copied();
        let said = entries.map(Trigger::from).chain(forms.map(Trigger::from));
        let mut said: Vec<Trigger> = said.chain(quiet.map(Trigger::Day)).collect();
        said.sort_by_cached_key(Trigger::place);
        said
    }

    /// Whether nothing was said or asked about after this.
    pub fn is_newest(&self, of: &Trigger) -> bool {
        let place = of.place();
        let later = |at, key: &str| (at, false, Some(key)) > (place.0, place.1, place.2.as_deref());
        let entry = self.entries.last().is_some_and(|last| later(last.occurred_at, last.id.as_str()));
        let form = self.forms.last().is_some_and(|last| later(last.occurred_at, last.id.as_str()));
        let quiet = self.quiet_days.last().is_some_and(|last| (last.at, true) > (place.0, place.1));
        !entry && !form && !quiet
    }

    /// All entries, earliest felt first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The local days with an entry, earliest first.
    pub fn days(&self) -> Vec<Day<'_>> {
        let mut days: Vec<Day<'_>> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let date = entry.local_date;
            // Nearly always the last day or a new one: only over the date line a later instant has an earlier day.
            let place = match days.last() {
                Some(last) if last.date < date => Err(days.len()),
                _ => days.binary_search_by_key(&date, |day| day.date),
            };
            match place {
                Ok(at) => days[at].entries.push(entry),
                Err(at) => days.insert(at, Day { date, entries: vec![entry] }),
            }
        }
        days
    }

    /// What there was at this: itself and what comes before it, as far back as rules look. So what was said is
    /// judged alike whether it is judged at once or when the history is replayed.
    pub fn as_met_by(&self, trigger: &Trigger) -> History {
        let (at, _, key) = trigger.place();
        let on = self.looked_back_from(trigger);
        let met = |occurred_at, id: &str, date| {
            // A day has no name and comes after everything that was said by its instant.
            (occurred_at < at || (occurred_at == at && key.as_deref().is_none_or(|key| id <= key)))
                && days_between(date, on) <= LOOK_BACK_DAYS
        };
        let entries = self.entries.iter().filter(|one| met(one.occurred_at, one.id.as_str(), one.local_date));
        let forms = self.forms.iter().filter(|one| met(one.occurred_at, one.id.as_str(), one.local_date));
        let kept_back = self.kept_back.iter().filter(|one| met(one.occurred_at, "", one.local_date));
        History {
            entries: entries.cloned().collect(),
            forms: forms.cloned().collect(),
            kept_back: kept_back.copied().collect(),
            quiet_days: self.quiet_days.iter().filter(|quiet| quiet.at <= at).copied().collect(),
        }
    }

    /// The day from which rules look back: its own, and of a day without an answer that of the last answer, however
    /// long ago that is.
    fn looked_back_from(&self, trigger: &Trigger) -> Date {
        let Some(quiet) = trigger.quiet() else { return trigger.local_date() };
        let answers = self.answers().chain(self.kept_back.iter().copied());
        let met = answers.filter(|answer| answer.occurred_at <= quiet.at).map(|answer| answer.local_date);
        met.max().map_or(quiet.on, |last| last.min(quiet.on))
    }

    /// The same history as a doula may have it judged: without what is private. That something was answered then is
    /// kept, because a private answer is an answer.
    pub fn shared(&self) -> History {
        let private = self.entries.iter().filter(|entry| entry.private).map(Answer::from);
        let forms = self.forms.iter().filter(|form| form.private).map(Answer::from);
        History {
            entries: self.entries.iter().filter(|entry| !entry.private).cloned().collect(),
            forms: self.forms.iter().filter(|form| !form.private).cloned().collect(),
            kept_back: self.kept_back.iter().copied().chain(private).chain(forms).collect(),
            quiet_days: self.quiet_days.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::entry;

    #[test]
    fn entries_are_ordered_by_when_they_were_felt_and_count_once() {
        let (first, second) = (entry(2, "2026-11-20"), entry(1, "2026-11-21"));
        let history = History::new(vec![second.clone(), first.clone(), second.clone()]);
        assert_eq!(history.entries(), [first, second]);
    }

    #[test]
    fn a_day_has_one_point_and_a_gap_is_no_zero() {
        let mut morning = entry(1, "2026-11-20");
        morning.mood = Some(2);
        let mut evening = entry(2, "2026-11-20");
        evening.mood = Some(5);
        let unanswered = entry(3, "2026-11-22");
        let history = History::new(vec![unanswered, evening, morning]);
        let days = history.days();
        assert_eq!(days.len(), 2);
        assert_eq!(days[0].mean(Measure::Mood), Some(Mean { sum: 7, count: 2 }));
        assert_eq!(days[0].mean(Measure::Connection), None);
        assert_eq!(days[1].mean(Measure::Mood), None);
    }

    #[test]
    fn a_mean_is_compared_without_rounding() {
        for (sum, count, low) in
            [(3, 1, true), (4, 1, false), (6, 2, true), (7, 2, false), (9, 3, true), (10, 3, false)]
        {
            assert_eq!(Mean { sum, count }.at_most(3), low, "{sum} over {count}");
        }
        for (sum, count, high) in [(8, 1, true), (7, 1, false), (16, 2, true), (15, 2, false), (23, 3, false)]
        {
            assert_eq!(Mean { sum, count }.at_least(8), high, "{sum} over {count}");
            assert_eq!(Mean { sum, count }.is_below(8), !high, "{sum} over {count}");
        }
    }

    #[test]
    fn days_are_counted_on_the_calendar_in_both_directions() {
        let day = |text: &str| text.parse::<Date>().expect("a literal");
        assert_eq!(days_between(day("2026-02-28"), day("2026-03-01")), 1);
        assert_eq!(days_between(day("2028-02-28"), day("2028-03-01")), 2);
        assert_eq!(days_between(day("2027-01-01"), day("2026-12-31")), -1);
    }

    #[test]
    fn the_shared_history_has_no_private_entry() {
        let mut hidden = entry(1, "2026-11-20");
        hidden.private = true;
        let open = entry(2, "2026-11-20");
        let history = History::new(vec![hidden, open.clone()]);
        assert_eq!(history.shared().entries(), [open]);
    }
}
