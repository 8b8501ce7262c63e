//! Judging what was said as it was met: one thing, or all from a day on when the past was changed.
//!
//! An entry's point looks at the entry and what was felt before it, on the entry's own local day. Nothing that
//! was felt later counts, so a better day never takes an older finding back; what was mended before it does.

use jiff::civil::Date;

use super::{
    Context, Evaluation, RuleSpec,
    elation::is_high,
    entry::Entry,
    evaluate,
    finding::{Family, Finding, RuleId},
    settings::{InForce, Settings},
    trigger::Trigger,
    usual::{self, MEASURES, Usual, Usuals, answered},
};

/// What the rules say at one entry, questionnaire or day.
#[derive(Clone, Debug)]
pub struct Point {
    /// What became frozen as usual here, before the rules were asked.
    pub frozen: Usuals,
    /// What they were asked about.
    pub trigger: Trigger,
    /// Over everything, which is the parent's own truth.
    pub all: Evaluation,
    /// Over what is not private, which is all that a doula may learn from; empty when the trigger is private.
    pub shared: Evaluation,
}

impl Point {
    /// The rules that failed in either verdict.
    pub fn failed(&self) -> impl Iterator<Item = RuleId> {
        self.all.failed.iter().chain(&self.shared.failed).copied()
    }

    /// What stands here: the findings over everything, then those that only shared days bear out.
    pub fn findings(&self) -> Vec<&Finding> {
        let all = &self.all;
        // Private days may lift a mean above the line; towards a doula the shared days stand for themselves.
        // What takes a finding in speaks for it only where it speaks itself: a flag of a level in general words, another
        // one not at all where what it rests on is private.
        let speaks = |by: RuleId| {
            by.family() == Family::Level || self.shared.findings.iter().any(|shared| shared.rule == by)
        };
        let only_shared = self.shared.findings.iter().filter(|shared| {
            let silenced =
                all.silenced.iter().any(|(finding, by)| finding.rule == shared.rule && speaks(*by));
            !silenced && !all.findings.iter().any(|finding| finding.rule == shared.rule)
        });
        all.findings.iter().chain(only_shared).collect()
    }
}

/// Judges one thing of a whole history as it was met, on its own local day. `usuals` is what was frozen until then,
/// and takes in what becomes frozen here.
pub fn judge(specs: &[RuleSpec], whole: &Context<'_>, usuals: &mut Usuals, trigger: &Trigger) -> Point {
    let met = whole.history.as_met_by(trigger);
    let context = Context { history: &met, today: trigger.local_date(), ..*whole };
    let mut frozen = Usuals { all: freeze(&context, &mut usuals.all, trigger), shared: Vec::new() };
    let all = evaluate(specs, &Context { usual: &usuals.all, ..context }, trigger);
    let shared = if trigger.private() {
        Evaluation::default()
    } else {
        let met = met.shared();
        let context = Context { history: &met, ..context };
        frozen.shared = freeze(&context, &mut usuals.shared, trigger);
        evaluate(specs, &Context { usual: &usuals.shared, ..context }, &trigger.shared())
    };
    Point { frozen, trigger: trigger.clone(), all, shared }
}

/// Freezes what has become usual by the day of an entry, and says what that is.
fn freeze(context: &Context<'_>, frozen: &mut Vec<Usual>, trigger: &Trigger) -> Vec<Usual> {
    let Some(entry) = trigger.entry() else { return Vec::new() };
    let days = context.history.days();
    let mut fresh = Vec::new();
    for measure in MEASURES.into_iter().filter(|measure| entry.value(*measure).is_some()) {
        let answered = answered(&days, measure);
        fresh.extend(usual::freeze(measure, &answered, context.profile, frozen, entry.local_date));
    }
    frozen.extend(&fresh);
    fresh
}

/// Judges everything that was said or asked about on a local day or later, in the order in which it was, each by the
/// lines that were in force when it was last said or asked. `usuals` is what was frozen before that day.
pub fn replay(
    specs: &[RuleSpec],
    whole: &Context<'_>,
    in_force: &InForce,
    mut usuals: Usuals,
    from: Date,
) -> Vec<Point> {
    let said = whole.history.said_from(from);
    let judged = said.iter().map(|trigger| {
        let settings = in_force.at(trigger.said_at());
        judge(specs, &Context { settings: &settings, ..*whole }, &mut usuals, trigger)
    });
    judged.collect()
}

/// Whether a change says to this rule something that was not said before, so that it is told again even where
/// somebody has followed up on what stood there. Days that count towards a level say nothing by themselves.
pub fn says_anew(rule: RuleId, before: &Trigger, after: &Trigger) -> bool {
    let newly_shared = before.private() && !after.private();
    let (Some(before), Some(after)) = (before.entry(), after.entry()) else { return newly_shared };
    match rule.family() {
        Family::Danger => newly_shared || before.safe_now != after.safe_now,
        Family::AskedForIt => newly_shared || newly(before.contact_me, after.contact_me),
        Family::Elation => {
            let seen = |entry: &Entry| (entry.mood, entry.sleep_half_hours, entry.sped_up);
            newly_shared || seen(before) != seen(after)
        }
        Family::Level | Family::Change | Family::Questionnaire | Family::Silence | Family::System => false,
    }
}

/// Whether an edit calls for a person, or shows to one what was private: then it counts as said when the edit was
/// made, also to a doula whose link is younger than the entry.
pub fn calls_anew(before: &Entry, after: &Entry, settings: &Settings) -> bool {
    (before.private && !after.private)
        || (after.has_danger_answer() && before.safe_now != after.safe_now)
        || newly(before.contact_me, after.contact_me)
        || newly(before.sped_up, after.sped_up)
        || (is_high(after, settings)
            && (before.mood, before.sleep_half_hours) != (after.mood, after.sleep_half_hours))
}

fn newly(before: Option<bool>, after: Option<bool>) -> bool {
    after == Some(true) && before != Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        History, Profile, RULES, SafeNow, Settings, Severity,
        sample::{back, born_days_before, day, entry},
    };

    fn whole_from(history: &History, profile: &Profile, from: &str) -> Vec<Point> {
        let settings = Settings::default();
        let whole = Context { history, profile, settings: &settings, usual: &[], today: day(from) };
        replay(RULES, &whole, &InForce::default(), Usuals::default(), day(from))
    }

    fn low(number: u32, on: &str, mood: u8) -> Entry {
        Entry { mood: Some(mood), ..entry(number, on) }
    }

    fn raised(points: &[Point]) -> Vec<(CheckInNumber, RuleId)> {
        let number = |point: &Point| point.trigger.source().expect("no day is among them").key();
        let of = |point: &Point| {
            let id = number(point);
            point.all.findings.iter().map(move |finding| (id.clone(), finding.rule)).collect::<Vec<_>>()
        };
        points.iter().flat_map(of).collect()
    }

    type CheckInNumber = String;

    /// A better day later takes nothing back; a better value before does.
    #[test]
    fn each_entry_is_judged_by_what_was_felt_before_it() {
        let profile = born_days_before(Some(100), day("2026-11-23"));
        let lows: Vec<Entry> = (0..8).map(|ago| low(20 - ago as u32, &back(ago), 2)).collect();
        let whole = whole_from(&History::new(lows.clone()), &profile, "2026-11-01");
        let sustained = |points: &[Point]| {
            raised(points).iter().filter(|(_, rule)| *rule == RuleId::SustainedLow).count()
        };
        assert_eq!(whole.len(), 8);
        assert_eq!(sustained(&whole), 1, "only with the eighth answered day");

        let mut better_later = lows.clone();
        better_later.push(low(40, &back(0), 10));
        assert_eq!(sustained(&whole_from(&History::new(better_later), &profile, "2026-11-01")), 1);

        let mut better_before = lows;
        for mended in &mut better_before[5..] {
            mended.mood = Some(9);
        }
        assert_eq!(sustained(&whole_from(&History::new(better_before), &profile, "2026-11-01")), 0);
    }

    #[test]
    fn a_private_entry_has_no_shared_verdict() {
        let mut danger = low(1, &back(0), 5);
        danger.safe_now = Some(SafeNow::No);
        danger.private = true;
        let history = History::new(vec![danger.clone()]);
        let (profile, settings) = (Profile::default(), Settings::default());
        let today = day(&back(0));
        let context =
            Context { history: &history, profile: &profile, settings: &settings, usual: &[], today };
        let point = judge(RULES, &context, &mut Usuals::default(), &danger.into());
        assert_eq!(point.all.findings[0].severity, Severity::Urgent);
        assert_eq!(point.shared, Evaluation::default());
    }

    #[test]
    fn an_edit_says_anew_what_it_changes_and_what_it_newly_shares() {
        let mut no = low(1, &back(0), 5);
        no.safe_now = Some(SafeNow::No);
        let unsure = Entry { safe_now: Some(SafeNow::Unsure), ..no.clone() };
        let noted = Entry { support: Some(3), ..no.clone() };
        let hidden = Entry { private: true, ..no.clone() };
        let asking = Entry { contact_me: Some(true), ..no.clone() };
        let higher = Entry { mood: Some(9), ..no.clone() };
        for (before, after, rule, anew) in [
            (&unsure, &no, RuleId::NotSafe, true),
            (&no, &noted, RuleId::NotSafe, false),
            (&hidden, &no, RuleId::NotSafe, true),
            (&no, &hidden, RuleId::NotSafe, false),
            (&no, &asking, RuleId::ContactRequest, true),
            (&no, &asking, RuleId::NotSafe, false),
            (&no, &higher, RuleId::Elation, true),
            (&no, &higher, RuleId::SustainedLow, false),
            (&hidden, &no, RuleId::SustainedLow, false),
        ] {
            let (before, after) = (Trigger::from(before.clone()), Trigger::from(after.clone()));
            assert_eq!(says_anew(rule, &before, &after), anew, "{before:?} {after:?} {rule:?}");
        }
        let safe = Entry { safe_now: Some(SafeNow::Yes), ..no.clone() };
        for (before, after, calls) in [
            (&no, &safe, false),
            (&safe, &no, true),
            (&no, &higher, false),
            (&no, &hidden, false),
            (&hidden, &no, true),
        ] {
            assert_eq!(calls_anew(before, after, &Settings::default()), calls, "{before:?} {after:?}");
        }
    }
}
