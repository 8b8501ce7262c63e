//! Everything that can be set. A new rule adds its names here and its rows in a file of its own.
//!
//! Only what has a stricter direction can be set: then the strictest of several practices is a line, too, and a
//! stricter line never raises less. Days after birth on which a rule begins, and the spans that it looks at, have none.
//! The one number that is no line names an item: of several, all are watched. Where a shipped value comes from stands
//! with its row; every bound is a product decision.

use super::{super::severity::Severity, setting::Setting};

mod change;
mod due;
mod elation;
mod level;
mod questionnaire;
mod silence;

/// One thing that can be set.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
#[allow(missing_docs, reason = "each says in its row what it means")]
pub enum SettingId {
    ElationMood,
    ElationSleep,
    ElationAbove,
    ElationVeryHighMood,
    ElationVeryLittleSleep,
    ElationSpedUpSleep,
    ElationWithin,
    ElationEarly,
    LowFirstDaysLine,
    LowFirstDaysDays,
    SustainedLowLine,
    SustainedLowAnswered,
    SustainedLowShare,
    LowConnectionLine,
    LowConnectionAnswered,
    LowConnectionShare,
    LowWithLittleSleepLine,
    LowWithLittleSleepSleep,
    LowWithLittleSleepDays,
    AnxietyStaysLine,
    AnxietyStaysAnswered,
    AnxietyStaysShare,
    ChangeLine,
    UnrealAlone,
    UnrealSleep,
    UnrealWithin,
    Phq9Line,
    Phq9SameDay,
    Phq2Line,
    Phq2FollowUp,
    Gad7Line,
    Gad7SameDay,
    Gad2Line,
    EpdsMiddle,
    EpdsLine,
    EpdsRepeat,
    Who5Line,
    PassLine,
    MibsLine,
    MibsWatched,
    PbqLine,
    PbqGeneral,
    PbqRejectionAnger,
    WeeklyLine,
    SilenceFirst,
    SilenceSecond,
    SilenceSoonerFirst,
    SilenceSoonerSecond,
    SilenceLow,
    DueUrgent,
    DueSameDay,
    DueFollowUp,
    DueNotice,
}

/// The rows, by family.
static FAMILIES: [&[Setting]; 6] =
    [elation::ROWS, level::ROWS, change::ROWS, questionnaire::ROWS, silence::ROWS, due::ROWS];

/// Every row, in the order of the identifiers.
pub fn rows() -> impl Iterator<Item = &'static Setting> {
    FAMILIES.into_iter().flatten()
}

impl SettingId {
    /// How many there are.
    pub const COUNT: usize = Self::DueNotice as usize + 1;

    /// Its row.
    pub fn row(self) -> &'static Setting {
        rows().nth(self as usize).expect("the table has a row for each, in their order, which a test shows")
    }

    /// The time of a severity.
    pub fn due(severity: Severity) -> Self {
        match severity {
            Severity::Notice => Self::DueNotice,
            Severity::FollowUp => Self::DueFollowUp,
            Severity::SameDay => Self::DueSameDay,
            Severity::Urgent => Self::DueUrgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rules::{
        Settings,
        settings::{Changed, Refused, Stricter, Topic, Unit},
    };

    #[test]
    fn every_setting_has_one_row_in_its_place() {
        assert_eq!(rows().count(), SettingId::COUNT);
        for (index, row) in rows().enumerate() {
            assert_eq!(row.id as usize, index, "{:?}", row.id);
            assert_eq!(row.id.row().name, row.name);
        }
        let names: HashSet<_> = rows().map(|row| (row.of, row.name)).collect();
        assert_eq!(names.len(), SettingId::COUNT, "two settings of one topic have one name");
    }

    #[test]
    fn what_is_set_has_a_name_that_reads_back() {
        for row in rows() {
            let of = Changed::Value(row.id);
            assert_eq!(Changed::of(of.topic(), of.name()), Some(of));
            assert_eq!(row.of.as_str().parse(), Ok(row.of));
            assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", row.name);
            assert!(!row.meaning.is_empty() && !row.meaning.ends_with('.'));
        }
    }

    /// H24: the shipped lines are within their bounds, and a check-in's scale holds the values of its settings.
    #[test]
    fn h24_the_shipped_value_lies_within_its_bounds() {
        for row in rows() {
            assert_ne!(row.loosest, row.strictest, "{row:?}");
            assert_eq!(row.within_bounds(row.default), row.default, "{row:?}");
            assert_eq!(Settings::default().get(row.id), row.default);
        }
    }

    /// H25: what may not be loosened has no looser value.
    #[test]
    fn h25_what_may_only_be_made_stricter_ships_at_its_loosest() {
        for row in rows() {
            let expected = match row.of {
                // The number of an item is neither looser nor stricter than another.
                Topic::Rule(rule) => rule.may_loosen() && row.unit != Unit::Item,
                // Danger and what asks for somebody within the day waits no longer than it does when shipped.
                Topic::DueTimes => matches!(row.id, SettingId::DueFollowUp | SettingId::DueNotice),
            };
            assert_eq!(row.may_loosen(), expected, "{row:?}");
            for value in row.min()..=row.max() {
                assert!(row.may_loosen() || !row.is_looser(value), "{row:?} {value}");
            }
        }
    }

    #[test]
    fn a_value_is_taken_within_its_bounds_and_on_a_step_of_its_unit() {
        let line = SettingId::SustainedLowLine.row();
        assert_eq!(line.stricter(), Stricter::Higher);
        for (number, taken) in [
            (1.0, Err(Refused::OutOfRange)),
            (2.0, Ok(2)),
            (2.5, Err(Refused::BetweenSteps)),
            (5.0, Ok(5)),
            (5.1, Err(Refused::OutOfRange)),
            (-3.0, Err(Refused::OutOfRange)),
            (1e300, Err(Refused::OutOfRange)),
            (f64::NAN, Err(Refused::OutOfRange)),
        ] {
            assert_eq!(line.accept(number), taken, "{number}");
        }
        let sleep = SettingId::ElationSleep.row();
        for (number, taken) in [
            (3.5, Err(Refused::MayNotLoosen)),
            (4.0, Ok(8)),
            (4.5, Ok(9)),
            (4.75, Err(Refused::BetweenSteps)),
            (6.5, Err(Refused::OutOfRange)),
        ] {
            assert_eq!(sleep.accept(number), taken, "{number}");
        }
        let mood = SettingId::ElationMood.row();
        assert_eq!(mood.stricter(), Stricter::Lower);
        assert_eq!(mood.accept(9.0), Err(Refused::MayNotLoosen));
        assert_eq!(mood.accept(5.0), Err(Refused::OutOfRange));
    }

    #[test]
    fn a_value_is_read_aloud_with_its_unit() {
        for (id, value, words) in [
            (SettingId::SustainedLowLine, 3, "3"),
            (SettingId::SustainedLowShare, 70, "70 %"),
            (SettingId::ElationSleep, 8, "4 hours"),
            (SettingId::ElationSleep, 9, "4.5 hours"),
            (SettingId::DueUrgent, 1, "1 hour"),
            (SettingId::LowFirstDaysDays, 3, "3 days"),
            (SettingId::MibsWatched, 0, "none"),
            (SettingId::MibsWatched, 7, "item 7"),
        ] {
            assert_eq!(id.row().unit.words(value), words);
        }
    }
}
