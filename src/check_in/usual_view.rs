//! What is usual for a parent, as a range to lay behind her numbers. Pure.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::{Measure, Usual, usual::standing};

/// Her own usual range: most of the days of which it is made lie in it. It is neither good nor bad.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UsualView {
    /// Its lower end, to one decimal.
    #[schema(minimum = 0, maximum = 10)]
    pub(super) from: f64,
    /// Its upper end, to one decimal.
    #[schema(minimum = 0, maximum = 10)]
    pub(super) to: f64,
    /// The local day from which it stands; it is made of days before and does not move with later ones.
    #[schema(value_type = String, format = Date)]
    since: Date,
}

impl UsualView {
    /// What stands for a measure on a day: the mean, and one standard deviation to either side.
    pub(super) fn on(usuals: &[Usual], measure: Measure, day: Date) -> Option<Self> {
        let usual = standing(usuals, measure, day)?;
        let end = |thousandths: i64| (thousandths.clamp(0, 10_000) as f64 / 100.0).round() / 10.0;
        let (from, to) = (end(usual.mean - usual.spread), end(usual.mean + usual.spread));
        Some(Self { from, to, since: usual.frozen_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::usual::of;

    #[test]
    fn the_range_lies_around_the_mean_within_the_scale_and_from_its_day_on() {
        let day = |text: &str| text.parse::<Date>().expect("a literal day");
        let made: Vec<(Date, i64)> = (1..=16).map(|at| (day(&format!("2026-11-{at:02}")), 9_500)).collect();
        let usual = [Usual { spread: 1_000, ..of(Measure::Mood, &made) }];
        assert_eq!(UsualView::on(&usual, Measure::Mood, day("2026-11-16")), None);
        assert_eq!(UsualView::on(&usual, Measure::Anxiety, day("2026-11-17")), None);
        let view = UsualView::on(&usual, Measure::Mood, day("2026-11-17")).expect("it stands");
        assert_eq!((view.from, view.to, view.since), (8.5, 10.0, day("2026-11-17")));
    }
}
