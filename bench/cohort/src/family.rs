//! Made-up families: what they would answer day by day, and what really happens to them.
//!
//! The numbers are those that the project agreed on for judging its rules. Within-person spread, day-to-day correlation
//! and answer rates are of the order that daily mood studies report (Schat 2023; Eisner 2022: 67 % of prompts
//! answered); depths and durations are product decisions. Nobody real is in here.

use fastrand::Rng;

/// Days of a run: twelve weeks from birth.
pub const DAYS: usize = 84;

/// What happens to a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Nothing but baby blues in half and one bad week in an eighth of them.
    Well,
    /// The same, and two days of three without an answer.
    Sparse,
    /// Glad and short of sleep, as a newborn makes many.
    GladAndTired,
    /// A fall of 3 to 4.5 points over 2 to 4 days that stays.
    FastDecline,
    /// The same over 10 to 21 days.
    SlowDecline,
    /// Own usual mood 2.2 to 3.6.
    LowFromTheStart,
    /// Connection 1 to 3, mood as in well families.
    LowConnection,
    /// Mood 9 to 10 on under 2.5 hours of sleep for six days.
    Elation,
    /// A slow fall, and then no answers.
    FadingOut,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 9] = [
        Self::Well,
        Self::Sparse,
        Self::GladAndTired,
        Self::FastDecline,
        Self::SlowDecline,
        Self::LowFromTheStart,
        Self::LowConnection,
        Self::Elation,
        Self::FadingOut,
    ];

    /// Whether every flag of `follow_up` or above is one too many.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Well | Self::Sparse | Self::GladAndTired)
    }
}

/// What is answered on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// 0 to 10.
    pub mood: u8,
    /// 0 to 10.
    pub connection: u8,
    /// 0 to 10.
    pub anxiety: u8,
    /// Half hours of sleep.
    pub sleep: u8,
}

/// One family.
#[derive(Debug, Clone)]
pub struct Family {
    /// What happens to it.
    pub group: Group,
    /// The day on which that begins; 0 from the start.
    pub onset: usize,
    /// One answer a day, or none.
    pub days: Vec<Option<Answer>>,
}

fn between(rng: &mut Rng, from: f64, to: f64) -> f64 {
    from + (to - from) * rng.f64()
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * rng.f64().max(f64::MIN_POSITIVE).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.f64()).cos()
}

/// A measure that wanders around a level from day to day.
struct Wander {
    spread: f64,
    correlation: f64,
    now: f64,
}

impl Wander {
    fn new(rng: &mut Rng) -> Self {
        let (spread, correlation) = (between(rng, 0.8, 1.5), between(rng, 0.3, 0.5));
        let now = normal(rng) * spread;
        Self { spread, correlation, now }
    }

    fn next(&mut self, rng: &mut Rng) -> f64 {
        let fresh = (1.0 - self.correlation * self.correlation).sqrt() * self.spread * normal(rng);
        self.now = self.correlation * self.now + fresh;
        self.now
    }
}

fn scale(value: f64) -> u8 {
    value.round().clamp(0.0, 10.0) as u8
}

impl Family {
    /// A family of a group; the same state of the generator gives the same family.
    pub fn new(group: Group, rng: &mut Rng) -> Self {
        let usual = match group {
            Group::LowFromTheStart => between(rng, 2.2, 3.6),
            Group::GladAndTired => between(rng, 7.5, 9.0),
            _ => between(rng, 5.5, 9.0),
        };
        let close =
            if group == Group::LowConnection { between(rng, 1.0, 3.0) } else { between(rng, 5.0, 9.0) };
        let worry = between(rng, 1.0, 5.0);
        let sleep =
            if group == Group::GladAndTired { between(rng, 3.5, 5.0) } else { between(rng, 5.0, 7.0) };
        let blues = rng.f64() < 0.5;
        let bad_week =
            (group.is_well() && rng.f64() < 0.125).then(|| (rng.usize(14..DAYS - 7), rng.usize(4..=7)));
        let onset = match group {
            Group::FastDecline | Group::SlowDecline | Group::FadingOut => rng.usize(30..=54),
            Group::Elation => rng.usize(5..=60),
            _ => 0,
        };
        let depth = between(rng, 3.0, 4.5);
        let length = match group {
            Group::FastDecline => rng.usize(2..=4),
            Group::SlowDecline => rng.usize(10..=21),
            Group::FadingOut => rng.usize(10..=14),
            _ => 0,
        };
        let missing = if group == Group::Sparse { 2.0 / 3.0 } else { 0.25 };
        let (mut mood, mut connection, mut anxiety) = (Wander::new(rng), Wander::new(rng), Wander::new(rng));
        let days = (0..DAYS).map(|day| {
            let mut level = usual + mood.next(rng);
            if blues && (3..=10).contains(&day) {
                level -= 1.8;
            }
            if bad_week.is_some_and(|(from, long)| (from..from + long).contains(&day)) {
                level -= 2.2;
            }
            if length > 0 && day >= onset {
                level -= depth * ((day - onset + 1) as f64 / length as f64).min(1.0);
            }
            let mut answer = Answer {
                mood: scale(level),
                connection: scale(close + connection.next(rng)),
                anxiety: scale(worry + anxiety.next(rng)),
                sleep: (2.0 * (sleep + 0.8 * normal(rng))).round().clamp(0.0, 48.0) as u8,
            };
            let answered = rng.f64() >= missing;
            if group == Group::Elation && (onset..onset + 6).contains(&day) {
                answer.mood = rng.u8(9..=10);
                answer.sleep = rng.u8(0..=4);
                return Some(answer);
            }
            let gone = group == Group::FadingOut && day >= onset + length;
            (answered && !gone).then_some(answer)
        });
        Self { group, onset, days: days.collect() }
    }

    /// The last day with an answer.
    pub fn last_answer(&self) -> usize {
        self.days.iter().rposition(Option::is_some).unwrap_or(0)
    }

    /// The first day on which a lasting level can be judged: day 14 or later, eight answers in fourteen days.
    pub fn first_judged(&self) -> Option<usize> {
        (14..DAYS).find(|day| {
            let window = &self.days[day - 13..=*day];
            self.days[*day].is_some() && window.iter().flatten().count() >= 8
        })
    }
}
