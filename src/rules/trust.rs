//! What is written beside an open flag, so that better numbers are not taken for more than they say. Pure.
//!
//! A note raises nothing, closes nothing and changes no severity: a total of zero may mean that it did not feel safe to
//! answer, and a rise after low days is no reason to call off. A doula reads it on the flag, made anew each time from what
//! she may see; the parent is never told that her answers were doubted.

use jiff::{Timestamp, civil::Date};

use super::{
    entry::{Entry, Measure},
    form::Form,
    form_wording,
    history::{Day, History, Mean, days_between},
    rule_id::{Family, RuleId},
    wording,
};

/// The version of both notes.
pub const VERSION: u16 = 1;
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

/// Something that is written beside an open flag.
#[derive(Clone, Eq, PartialEq, Debug)]
pub enum TrustNote {
    /// A questionnaire came to zero on every item.
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
}

impl TrustNote {
    /// The stable word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AllZero { .. } => "all_zero",
            Self::Rise { .. } => "rise",
        }
    }

    /// The note in words for a doula who may see values.
    pub fn words(&self) -> String {
        match self {
            Self::AllZero { instrument, on } => format!(
                "The {} of {} came to 0 on every item. That alone is no reason to set this aside: it can also mean that \
                 it did not feel safe to answer.",
                form_wording::name(instrument),
                form_wording::short(*on)
            ),
            Self::Rise { from, to, since } => format!(
                "Mood has been higher since {}, after low days {}, and nobody has noted contact on this flag in between. A rise alone \
                 says little; a conversation is still worth having.",
                form_wording::short(*since),
                wording::span(*from, *to)
            ),
        }
    }
}

/// What stands beside a flag that is not closed, by the history that its reader may see.
pub fn notes(history: &History, beside: Beside) -> Vec<TrustNote> {
    if !doubts(beside.rule) {
        return Vec::new();
    }
    all_zero(history, beside).into_iter().chain(rise(history, beside)).collect()
}

/// Whether better numbers could be taken as an answer to such a flag.
pub fn doubts(rule: RuleId) -> bool {
    match rule.family() {
        Family::Danger | Family::Level | Family::Change | Family::Questionnaire | Family::System => true,
        Family::Elation | Family::AskedForIt | Family::Silence => false,
    }
}

/// The latest questionnaire of its kind that came since the flag was raised, and came to zero.
fn all_zero(history: &History, beside: Beside) -> Option<TrustNote> {
    let scored = |form: &&Form| {
        form.total.is_some() && form.possible > 0 && LIGHT_AT_ZERO.contains(&form.instrument.as_str())
    };
    let latest_of_its_kind = |form: &&Form| {
        let same = |other: &&Form| scored(other) && other.instrument == form.instrument;
        history.forms().iter().rfind(same).is_some_and(|last| last.id == form.id)
    };
    let came_since = |form: &&Form| form.recorded_at >= beside.raised_at;
    let mut forms = history.forms().iter().rev().filter(scored);
    let form = forms.find(|form| form.total == Some(0) && came_since(form) && latest_of_its_kind(form))?;
    Some(TrustNote::AllZero { instrument: form.instrument.clone(), on: form.local_date })
}

/// The latest days lie well above a low stretch before them, and nobody noted contact since it began.
fn rise(history: &History, beside: Beside) -> Option<TrustNote> {
    let answered = history.days();
    let answered: Vec<(&Day<'_>, Mean)> =
        answered.iter().filter_map(|day| Some((day, day.mean(Measure::Mood)?))).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{self, back, day, entry};

    fn at(days_ago: i32) -> Timestamp {
        format!("{}T08:00:00Z", back(days_ago)).parse().expect("a literal instant")
    }

    fn beside(raised_days_ago: i32, contacted_days_ago: Option<i32>) -> Beside {
        Beside {
            rule: RuleId::SustainedLow,
            raised_at: at(raised_days_ago),
            contacted_at: contacted_days_ago.map(at),
        }
    }

    /// Moods of today and the days before it, latest first; a gap is no answer.
    fn moods(values: &[Option<u8>]) -> History {
        let entries = values.iter().zip(0..).filter_map(|(mood, ago)| {
            Some(Entry { mood: Some((*mood)?), ..entry(100 - ago as u32, &back(ago)) })
        });
        History::new(entries.collect())
    }

    #[test]
    fn a_rise_after_a_low_stretch_is_noted_until_somebody_noted_contact() {
        let given = |values: &[u8]| values.iter().map(|mood| Some(*mood)).collect::<Vec<_>>();
        let long_ago = [given(&[7, 7]), vec![None; 12], given(&[2, 2, 2])].concat();
        let longer_ago = [given(&[7, 7]), vec![None; 13], given(&[2, 2, 2])].concat();
        for (values, contacted, noted) in [
            (given(&[6, 6, 3, 3, 3]), None, true),
            (given(&[6, 5, 3, 3, 3]), None, false),
            (given(&[5, 6, 3, 3, 3]), None, false),
            (given(&[5, 5, 2, 2, 2]), None, true),
            (given(&[5, 5, 2, 2, 3]), None, false),
            // Two low days are no stretch, and a day between them breaks it.
            (given(&[8, 8, 2, 2]), None, false),
            (given(&[8, 8, 2, 4, 2, 2]), None, false),
            // One good day is none.
            (given(&[8, 2, 2, 2]), None, false),
            // It may come slowly.
            (given(&[7, 6, 5, 4, 2, 2, 2]), None, true),
            // Gaps neither make nor break it.
            (vec![Some(7), None, Some(7), Some(2), None, Some(2), Some(2)], None, true),
            (long_ago, None, true),
            (longer_ago, None, false),
            // Contact since the stretch began explains it; contact before it does not.
            (given(&[6, 6, 3, 3, 3]), Some(1), false),
            (given(&[6, 6, 3, 3, 3]), Some(3), false),
            (given(&[6, 6, 3, 3, 3]), Some(5), true),
            (given(&[]), None, false),
            (given(&[8]), None, false),
        ] {
            let found = notes(&moods(&values), beside(1, contacted));
            assert_eq!(found.len(), usize::from(noted), "{values:?} {contacted:?}");
        }
    }

    #[test]
    fn a_rise_that_was_there_before_the_flag_is_no_answer_to_it() {
        let history = moods(&[6, 6, 3, 3, 3].map(Some));
        assert_eq!(notes(&history, beside(0, None)).len(), 1);
        let after = Beside { raised_at: at(-1), ..beside(0, None) };
        assert_eq!(notes(&history, after), []);
    }

    #[test]
    fn a_total_of_zero_since_the_flag_was_raised_is_noted() {
        for (instrument, total, possible, days_ago, noted) in [
            ("epds", Some(0), 30, 0, true),
            ("phq-2", Some(0), 6, 1, true),
            ("weekly-reflection", Some(0), 24, 0, true),
            ("epds", Some(1), 30, 0, false),
            ("epds", None, 30, 0, false),
            ("epds", Some(0), 30, 2, false),
            ("epds", Some(0), 0, 0, false),
            // Where zero is heaviest, where nothing follows, where nobody knows.
            ("who-5", Some(0), 25, 0, false),
            ("epds-3a", Some(0), 9, 0, false),
            ("our-own", Some(0), 10, 0, false),
        ] {
            let form = Form { possible, ..sample::form(1, instrument, &back(days_ago), total) };
            let history = History::default().with_forms(vec![form]);
            let found = notes(&history, beside(1, None));
            assert_eq!(found.len(), usize::from(noted), "{instrument} {total:?} {days_ago}");
        }
    }

    #[test]
    fn a_later_one_of_its_kind_takes_the_place_of_a_zero() {
        let of = |number, instrument, total, ago| sample::form(number, instrument, &back(ago), Some(total));
        let history = |forms| History::default().with_forms(forms);
        let zero = of(1, "epds", 0, 2);
        assert_eq!(notes(&history(vec![zero.clone(), of(2, "epds", 4, 1)]), beside(3, None)), []);
        let beside = notes(&history(vec![zero, of(2, "phq-9", 4, 1)]), beside(3, None));
        assert_eq!(beside, [TrustNote::AllZero { instrument: "epds".into(), on: day(&back(2)) }]);
    }

    /// H02 among them: what is too high, or was asked for, is not explained away by a note.
    #[test]
    fn only_flags_that_better_numbers_could_be_held_against_have_notes() {
        let history = History::default().with_forms(vec![sample::form(1, "epds", &back(0), Some(0))]);
        for rule in RuleId::ALL {
            let found = notes(&history, Beside { rule, ..beside(1, None) });
            let without = matches!(rule, RuleId::Elation | RuleId::ContactRequest | RuleId::Silence);
            assert_eq!(found.is_empty(), without, "{rule:?}");
        }
    }

    #[test]
    fn the_words_say_what_is_seen_and_accuse_nobody() {
        let zero = TrustNote::AllZero { instrument: "epds".into(), on: day("2026-11-25") };
        assert_eq!(
            zero.words(),
            "The EPDS of 25 November came to 0 on every item. That alone is no reason to set this aside: it can also \
             mean that it did not feel safe to answer."
        );
        let rise =
            TrustNote::Rise { from: day("2026-11-20"), to: day("2026-11-24"), since: day("2026-11-26") };
        assert_eq!(
            rise.words(),
            "Mood has been higher since 26 November, after low days between 20 and 24 November, and nobody has noted \
             contact on this flag in between. A rise alone says little; a conversation is still worth having."
        );
    }
}
