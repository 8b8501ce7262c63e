//! Mood away from a parent's own usual, and staying away: a cumulative sum against a frozen usual.
//!
//! Each answered day adds by how much it is worse than usual, less an allowance that an ordinary day uses up; a good
//! day takes it back. So a single bad day, or a bad week of small depth, raises nothing, a deep fall is seen within
//! days and a slow one before it is deep, and missing days neither add nor take. Cumulative sums find lasting shifts
//! sooner than a moving average (Page 1954; Schat 2021); the lines are by the cohort: `docs/decisions/0018`.

use jiff::civil::Date;

use super::{
    Context,
    entry::{Entry, Measure},
    finding::Finding,
    history::Day,
    reason::{AwayFromUsual, Reason},
    settings::SettingId,
    severity::Severity,
    trigger::Trigger,
    usual::{self, LEAST_DAYS, Usual, answered, latest, made_from, standing, worse_by},
};

/// What an ordinary day uses up, in thousandths, at a common spread (product decision, by the cohort).
const ALLOWANCE: i64 = 1_400;
/// The sum from which it is said, in thousandths, at a common spread (product decision, by the cohort).
const LINE: i64 = 4_750;
/// At most so much of one day counts, in thousandths (product decision: no day alone says that something lasts).
const MOST_OF_A_DAY: i64 = 5_000;
/// So many answered days in a row must be this much worse, the last of them the one that is asked about (product
/// decision, by the cohort).
const IN_A_ROW: usize = 2;
const WORSE: i64 = 1_500;
/// The last so many answered days together must be this much worse, in thousandths (product decision, by the cohort: it
/// tells a fall from a run of days a little below, which the sum alone cannot).
const LATEST: usize = 3;
const LATEST_WORSE: i64 = 2_000;
/// The spread at which the lines above are drawn, in thousandths, and how much of a parent's own difference from it
/// moves them, in eighths (product decision, by the cohort).
const COMMON_SPREAD: i64 = 1_150;
const OWN_SPREAD_WEIGHS: i64 = 3;
/// Fewer days in a usual say less: the line is twice as high for the fewest (product decision).
const FULL_DAYS: i64 = 14;

/// Within three days, and never more: a picture of numbers is a reason to ask (product decision).
pub const SEVERITY: Severity = Severity::FollowUp;

/// `change`: mood has moved away from the parent's own usual, to the worse, and stays there. Anxiety and connection have
/// a usual too, which is shown; judged as well, they would triple what is raised for nothing, and the lines of the level
/// family watch over them (docs/decisions/0018).
pub fn change(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let trigger = trigger.entry()?;
    trigger.mood?;
    away(Measure::Mood, &context.history.days(), context, trigger)
}

fn away(measure: Measure, days: &[Day<'_>], context: &Context<'_>, trigger: &Entry) -> Option<Finding> {
    let on = trigger.local_date;
    let values: Vec<(Date, i64)> =
        answered(days, measure).into_iter().filter(|(day, _)| *day <= on).collect();
    let frozen = standing(context.usual, measure, on);
    let line = LINE * i64::from(context.settings.get(SettingId::ChangeLine)) / 100;
    let made_from = made_from(context.profile, latest(context.usual, measure, on));
    let stretch = stretch(measure, &values, frozen, made_from, line)?;
    let in_it = |day: &&Day<'_>| day.date >= stretch.from && day.date <= on;
    let entries: Vec<&Entry> = days
        .iter()
        .filter(in_it)
        .flat_map(|day| day.entries.iter().copied())
        .filter(|entry| entry.value(measure).is_some())
        .collect();
    if !entries.iter().any(|entry| entry.id == trigger.id) {
        return None;
    }
    let reason = AwayFromUsual {
        measure,
        usual_tenths: tenths(stretch.usual.mean),
        mean_tenths: tenths(stretch.mean),
        days: stretch.days,
        from: stretch.from,
        to: on,
        made_of_days: stretch.usual.days,
        made_from: stretch.usual.first,
    };
    Some(Finding::resting_on(SEVERITY, Reason::Change(reason), entries, trigger))
}

/// Days in a row that lie away from usual, up to the last one.
struct Stretch {
    usual: Usual,
    from: Date,
    days: u16,
    mean: i64,
}

/// The stretch that ends with the last of these days, when it is far and long enough.
fn stretch(
    measure: Measure,
    values: &[(Date, i64)],
    frozen: Option<&Usual>,
    made_from: Option<Date>,
    shipped_or_set: i64,
) -> Option<Stretch> {
    let line = |usual: &Usual| line(shipped_or_set, usual);
    // Until it is frozen, a usual is made of the days that came before each one.
    let mut made: Vec<(Date, i64)> = Vec::new();
    let mut usual = frozen.copied();
    let (mut sum, mut in_a_row) = (0, 0);
    let mut latest = [0; LATEST];
    let mut away: Vec<(Date, i64)> = Vec::new();
    for (day, value) in values.iter().copied() {
        match frozen {
            Some(frozen) if day < frozen.counts_from => continue,
            Some(_) => {}
            None if made_from.is_some_and(|from| day < from) => continue,
            None => {
                usual = (made.len() >= LEAST_DAYS).then(|| usual::of(measure, &made));
                made.push((day, value));
            }
        }
        let Some(usual) = &usual else { continue };
        let worse = worse_by(measure, usual.mean, value);
        in_a_row = if worse >= WORSE { in_a_row + 1 } else { 0 };
        latest.rotate_left(1);
        latest[LATEST - 1] = worse;
        sum = (sum + worse.min(MOST_OF_A_DAY) - scaled(ALLOWANCE, usual)).clamp(0, 2 * line(usual));
        if sum == 0 {
            away.clear();
        } else {
            away.push((day, value));
        }
    }
    let usual = usual?;
    let lasts = in_a_row >= IN_A_ROW && latest.iter().sum::<i64>() >= LATEST_WORSE * LATEST as i64;
    if sum <= line(&usual) || !lasts {
        return None;
    }
    let total: i64 = away.iter().map(|(_, value)| value).sum();
    Some(Stretch {
        usual,
        from: away.first()?.0,
        days: away.len() as u16,
        mean: total / away.len().max(1) as i64,
    })
}

/// A line for this parent: wider for one whose days differ much.
fn scaled(line: i64, usual: &Usual) -> i64 {
    (line * (8 - OWN_SPREAD_WEIGHS) + line * OWN_SPREAD_WEIGHS * usual.spread / COMMON_SPREAD) / 8
}

fn line(line: i64, usual: &Usual) -> i64 {
    let missing = (FULL_DAYS - i64::from(usual.days)).max(0);
    let least = FULL_DAYS - LEAST_DAYS as i64;
    scaled(line, usual) * (least + missing) / least
}

fn tenths(thousandths: i64) -> u16 {
    // Measures lie between 0 and 10.
    u16::try_from((thousandths + 50) / 100).unwrap_or(0)
}
