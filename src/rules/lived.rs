//! A history lived again by some lines: what was said in the order in which it came in, and between that the days without
//! an answer that a timer would have asked about.
//!
//! Pure, and asked on both sides of a comparison, so that what it does not know (a pause that a later one took the place
//! of, what was edited since) is the same on both. Wish and pause are those of now, and a restart of what is usual is
//! known from its day on, whenever it was recorded.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Context, Point, Profile, RuleSpec, Trigger, Usual, Usuals,
    due::{Ahead, next_due},
    history::History,
    judge,
    quiet::{Known, LONGEST_PAUSE_DAYS, Quiet, morning},
    replay,
    settings::{InForce, Settings},
};

/// The least that tells two instants apart, as they are stored.
pub const A_MOMENT: SignedDuration = SignedDuration::from_micros(1);

/// Whether a flag beside silence is open at an instant, over everything and towards doulas, after these points.
pub type Open<'a> = &'a dyn Fn(&[Point], Timestamp) -> (bool, bool);

/// Whose life, and by which lines.
#[derive(Copy, Clone)]
pub struct Life<'a> {
    /// The rules.
    pub specs: &'a [RuleSpec],
    /// What was said. Days that were asked about play no part: they are asked anew.
    pub history: &'a History,
    /// The parent.
    pub profile: &'a Profile,
    /// The restarts of what is usual for her.
    pub restarts: &'a [Usual],
    /// The lines of every instant.
    pub lines: &'a InForce,
    /// Where her mornings are.
    pub zone: &'a TimeZone,
    /// Her wish and her pause; which flags are open follows from what is raised.
    pub known: Known,
    /// Which flags are open.
    pub open: Open<'a>,
    /// Nothing later is asked.
    pub until: Timestamp,
}

/// What the rules say at each point, in the order of time.
pub fn live(life: &Life<'_>) -> Vec<Point> {
    let mut said: Vec<Trigger> = life.history.said_from(Date::MIN);
    said.retain(|trigger| trigger.quiet().is_none());
    // In the order in which it came in; what came in at once stays in the order in which it was felt.
    said.sort_by_key(Trigger::recorded_at);
    let mut lived = Lived {
        life,
        history: History::default(),
        points: Vec::with_capacity(said.len()),
        usuals: Usuals::begun_anew(life.restarts),
        outdated: false,
    };
    let mut after = None;
    for trigger in said {
        let at = trigger.recorded_at();
        if let Some(after) = after.replace(at) {
            lived.wait(after, at);
        }
        lived.hear(trigger);
    }
    if let Some(after) = after {
        lived.wait(after, life.until.saturating_add(A_MOMENT).unwrap_or(Timestamp::MAX));
    }
    lived.settle();
    lived.points
}

struct Lived<'a> {
    life: &'a Life<'a>,
    /// Everything until now, with the days that were asked about.
    history: History,
    points: Vec<Point>,
    usuals: Usuals,
    /// Something was said of the past, so the points are to be worked out again.
    outdated: bool,
}

impl Lived<'_> {
    fn hear(&mut self, trigger: Trigger) {
        let newest = !self.outdated && self.history.is_newest(&trigger);
        self.history.add(trigger.clone());
        if newest {
            let settings = self.life.lines.at(trigger.said_at());
            let mut usuals = std::mem::take(&mut self.usuals);
            let whole = self.context(&settings);
            let point = judge(self.life.specs, &whole, &mut usuals, &trigger);
            self.usuals = usuals;
            self.points.push(point);
        } else {
            self.outdated = true;
        }
    }

    /// Asks about what becomes due after one instant and before another.
    fn wait(&mut self, mut after: Timestamp, before: Timestamp) {
        while self.a_morning_lies_between(after, before) {
            self.settle();
            let known = self.known_at(after);
            let Some(due) = self.next(known, after).filter(|at| at.at < before) else { return };
            // Whoever closed a flag meanwhile has the day worked out again on its morning.
            let then = self.known_at(due.at);
            let is_still_due = || self.next(then, due.at - A_MOMENT).is_some_and(|again| again.at == due.at);
            after = due.at;
            if then == known || is_still_due() {
                self.hear(Trigger::Day(Quiet { on: due.on, at: due.at, known: then }));
            }
        }
    }

    fn a_morning_lies_between(&self, after: Timestamp, before: Timestamp) -> bool {
        let today = after.to_zoned(self.life.zone.clone()).date();
        let mornings = [today, today.tomorrow().unwrap_or(today)].map(|day| morning(day, self.life.zone));
        mornings.into_iter().any(|at| after < at && at < before)
    }

    fn next(&self, known: Known, after: Timestamp) -> Option<super::Due> {
        let Life { profile, lines, zone, .. } = *self.life;
        next_due(&Ahead { history: &self.history, profile, lines, known, zone }, after)
    }

    fn known_at(&self, at: Timestamp) -> Known {
        let (flag_open, shared_flag_open) = (self.life.open)(&self.points, at);
        let today = at.to_zoned(self.life.zone.clone()).date();
        // Of a day that lies further before its end, the pause had not begun.
        let begun = |end: &Date| end.saturating_sub(LONGEST_PAUSE_DAYS.days()) <= today;
        let paused_through = self.life.known.paused_through.filter(begun);
        Known { flag_open, shared_flag_open, paused_through, ..self.life.known }
    }

    fn settle(&mut self) {
        if std::mem::take(&mut self.outdated) {
            let settings = Settings::default();
            let whole = self.context(&settings);
            let begun = Usuals::begun_anew(self.life.restarts);
            self.points = replay(self.life.specs, &whole, self.life.lines, begun.clone(), Date::MIN);
            self.usuals = begun;
            for Usuals { all, shared } in self.points.iter().map(|point| &point.frozen) {
                self.usuals.all.extend(all);
                self.usuals.shared.extend(shared);
            }
        }
    }

    fn context<'c>(&'c self, settings: &'c Settings) -> Context<'c> {
        let (history, profile) = (&self.history, self.life.profile);
        Context { history, profile, settings, usual: &[], today: Date::MIN }
    }
}
