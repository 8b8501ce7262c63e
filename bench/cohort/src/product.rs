//! What attune's own rules say of a family, day by day, as they would in a running server.

use attune::rules::{
    Ahead, Context, Entry, Family as RuleFamily, History, InForce, Known, Profile, Quiet, RULES, RuleId,
    Settings, Severity, Trigger, Usuals, due::next_due, judge,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::family::Family;

/// So many days a doula works with a flag before she closes it; a later finding opens a new one.
pub const HANDLED: usize = 14;

/// A flag that was opened, or became a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// By which rule.
    pub rule: RuleId,
    /// How grave.
    pub severity: Severity,
    /// On which day of the run.
    pub day: usize,
}

/// The day of birth; any would do.
pub const BIRTH: Date = jiff::civil::date(2026, 1, 5);

/// A day of the run in the calendar.
pub fn date(day: usize) -> Date {
    BIRTH.saturating_add((day as i64).days())
}

fn noon(day: usize) -> Timestamp {
    date(day).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("UTC has every noon").timestamp()
}

/// The entry of a day.
pub fn entry(day: usize, answer: &crate::family::Answer) -> Entry {
    Entry {
        id: format!("0191e7c2-93a4-7c3e-8f00-{day:012x}").parse().expect("an id"),
        local_date: date(day),
        occurred_at: noon(day),
        said_at: noon(day),
        recorded_at: noon(day),
        private: false,
        mood: Some(answer.mood),
        connection: Some(answer.connection),
        anxiety: Some(answer.anxiety),
        sleep_half_hours: Some(answer.sleep),
        support: None,
        sped_up: None,
        safe_now: None,
        contact_me: None,
    }
}

/// A parent with a baby born on day 0.
pub fn profile() -> Profile {
    Profile { birth_date: Some(BIRTH), contexts: Vec::new(), any_baby_visible: true }
}

/// Everything that is raised of a family, in order.
pub fn run(family: &Family, settings: &Settings) -> Vec<Raised> {
    let (profile, lines) = (profile(), InForce::always(settings.clone()));
    let mut open: Vec<Raised> = Vec::new();
    let mut raised = Vec::new();
    let mut usuals = Usuals::default();
    let (mut entries, mut quiet_days): (Vec<Entry>, Vec<Quiet>) = (Vec::new(), Vec::new());
    let mut due: Option<attune::rules::due::Due> = None;
    for (day, answer) in family.days.iter().enumerate() {
        open.retain(|flag| flag.day + HANDLED > day);
        let mut asked = Vec::new();
        if let Some(at) = due.filter(|due| due.on <= date(day)) {
            let quiet = Quiet { on: at.on, at: at.at, known: known(&open) };
            quiet_days.push(quiet);
            asked.push(Trigger::Day(quiet));
        }
        if let Some(answer) = answer {
            entries.push(entry(day, answer));
            asked.push(entries[entries.len() - 1].clone().into());
        }
        if asked.is_empty() {
            continue;
        }
        // Rules look 60 days back; older entries change nothing.
        let from = entries.len().saturating_sub(64);
        let history = History::new(entries[from..].to_vec()).with_quiet_days(quiet_days.clone());
        for trigger in asked {
            let context = Context {
                history: &history,
                profile: &profile,
                settings,
                usual: &[],
                today: trigger.local_date(),
            };
            let point = judge(RULES, &context, &mut usuals, &trigger);
            for finding in &point.shared.findings {
                note(&mut open, &mut raised, Raised { rule: finding.rule, severity: finding.severity, day });
            }
            // With what was just raised: the next silence is looked at sooner while a grave flag is open.
            let (profile, zone) = (&profile, &TimeZone::UTC);
            let ahead = Ahead { history: &history, profile, lines: &lines, known: known(&open), zone };
            due = next_due(&ahead, trigger.occurred_at());
        }
    }
    raised
}

/// What a quiet day is judged by beside what was said.
fn known(open: &[Raised]) -> Known {
    let flag_open = open
        .iter()
        .any(|flag| flag.severity >= Severity::FollowUp && flag.rule.family() != RuleFamily::Silence);
    Known { flag_open, shared_flag_open: flag_open, ..Known::default() }
}

/// One open flag per rule: it is raised when it is opened, and once more when it becomes a follow-up.
fn note(open: &mut Vec<Raised>, raised: &mut Vec<Raised>, now: Raised) {
    match open.iter_mut().find(|flag| flag.rule == now.rule) {
        Some(flag) if now.severity > flag.severity => {
            if flag.severity < Severity::FollowUp && now.severity >= Severity::FollowUp {
                raised.push(now);
            }
            flag.severity = now.severity;
        }
        Some(_) => {}
        None => {
            raised.push(now);
            open.push(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::{Answer, DAYS, Group};

    /// Mood 8, and 4 from day 40 on; no answer after this day.
    fn falling_silent_after(last: usize) -> Family {
        let answer = |mood| Answer { mood, connection: 7, anxiety: 2, sleep: 13 };
        let days = (0..DAYS).map(|day| (day <= last).then(|| answer(if day < 40 { 8 } else { 4 })));
        Family { group: Group::FastDecline, onset: 40, days: days.collect() }
    }

    #[test]
    fn who_falls_silent_on_the_day_of_a_grave_flag_is_missed_sooner() {
        let grave = |flag: &&Raised| flag.severity >= Severity::FollowUp;
        let on =
            run(&falling_silent_after(DAYS), &Settings::default()).iter().find(grave).expect("a fall").day;
        let silence = |last| {
            let raised = run(&falling_silent_after(last), &Settings::default());
            raised.into_iter().find(|flag| flag.rule == RuleId::Silence).expect("a silence").day
        };
        assert_eq!(silence(on), on + 2, "beside a flag of that very day");
        assert_eq!(silence(39), 39 + 4, "without one");
    }
}
