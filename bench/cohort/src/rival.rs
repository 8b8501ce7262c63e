//! What attune is compared with: a moving average against a baseline, a plain mean, and a questionnaire in week 6.

use fastrand::Rng;

use crate::family::{DAYS, Family, Group};

/// So many days a flag is worked with, as in `product`.
const HANDLED: usize = 14;

/// A rule that is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Rival {
    /// Exponentially weighted moving average with a weight of 0.2 against eight days after day 14, three days in a row
    /// outside of so many standard deviations and 1.5 points below.
    Ewma(f64),
    /// The mean mood of 14 days lies below this.
    Mean(f64),
    /// A questionnaire on day 42 that finds two of three who are unwell, and one of twenty who are well (EPDS at 13:
    /// Levis 2020).
    WeekSix,
}

impl Rival {
    /// The days on which it raises something.
    pub fn run(self, family: &Family, rng: &mut Rng) -> Vec<usize> {
        let days = match self {
            Self::Ewma(limit) => ewma(family, limit),
            Self::Mean(line) => mean(family, line),
            Self::WeekSix => week_six(family, rng),
        };
        let mut kept: Vec<usize> = Vec::new();
        for day in days {
            if kept.last().is_none_or(|last| last + HANDLED <= day) {
                kept.push(day);
            }
        }
        kept
    }
}

fn moods(family: &Family) -> Vec<(usize, f64)> {
    let given = family.days.iter().enumerate();
    given.filter_map(|(day, answer)| Some((day, f64::from(answer.as_ref()?.mood)))).collect()
}

fn ewma(family: &Family, limit: f64) -> Vec<usize> {
    const WEIGHT: f64 = 0.2;
    let later: Vec<(usize, f64)> = moods(family).into_iter().filter(|(day, _)| *day >= 14).collect();
    if later.len() <= 8 {
        return Vec::new();
    }
    let (baseline, watched) = later.split_at(8);
    let mean = baseline.iter().map(|(_, mood)| mood).sum::<f64>() / 8.0;
    let variance = baseline.iter().map(|(_, mood)| (mood - mean).powi(2)).sum::<f64>() / 7.0;
    let spread = variance.sqrt().max(1.0);
    let (mut now, mut in_a_row, mut days) = (mean, 0, Vec::new());
    for (step, (day, mood)) in (1..).zip(watched) {
        now = WEIGHT * mood + (1.0 - WEIGHT) * now;
        let width = (WEIGHT / (2.0 - WEIGHT) * (1.0 - (1.0 - WEIGHT).powi(2 * step))).sqrt();
        let outside = now < mean - limit * spread * width && now <= mean - 1.5;
        in_a_row = if outside { in_a_row + 1 } else { 0 };
        if in_a_row >= 3 {
            days.push(*day);
        }
    }
    days
}

fn mean(family: &Family, line: f64) -> Vec<usize> {
    let moods = moods(family);
    let low = |day: usize| {
        let window: Vec<f64> =
            moods.iter().filter(|(at, _)| *at <= day && at + 14 > day).map(|(_, mood)| *mood).collect();
        window.len() >= 3 && window.iter().sum::<f64>() / (window.len() as f64) < line
    };
    (13..DAYS).filter(|day| family.days[*day].is_some() && low(*day)).collect()
}

fn week_six(family: &Family, rng: &mut Rng) -> Vec<usize> {
    let unwell = match family.group {
        Group::FastDecline | Group::SlowDecline | Group::FadingOut => family.onset <= 42,
        Group::LowFromTheStart => true,
        _ => false,
    };
    let found = rng.f64() < if unwell { 0.66 } else { 0.05 };
    if found && family.days[35..=42].iter().flatten().count() > 0 { vec![42] } else { Vec::new() }
}
