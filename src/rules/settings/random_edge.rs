//! Random settings and histories for the tests of this folder. Nothing here ships.

use jiff::tz::TimeZone;
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_oneof},
    sample::select,
};

use super::{Changed, Settings, rows};
use crate::rules::{
    Entry, Form, History, Known, Profile, Quiet, RuleId, morning,
    sample::{TODAY, back, born_days_before, day, entry, form},
};

fn things() -> Vec<Changed> {
    let values = rows().map(|row| Changed::Value(row.id));
    values.chain(RuleId::ALL.map(Changed::Switch)).collect()
}

/// What may have been stored, sensible or not: half of it within the bounds.
pub(super) fn changes() -> impl Strategy<Value = Vec<(Changed, u16)>> {
    let change = (select(things()), any::<u16>(), any::<bool>()).prop_map(|(of, value, wild)| {
        let tame = of.row().map_or(value % 2, |row| row.min() + value % (row.max() - row.min() + 1));
        (of, if wild { value } else { tame })
    });
    vec(change, 0..30)
}

pub(super) fn settings_of(changes: &[(Changed, u16)]) -> Settings {
    let mut settings = Settings::default();
    for (of, value) in changes {
        settings.set(*of, *value);
    }
    settings
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let scale = || option::weighted(0.9, prop_oneof![3 => 0..=4_u8, 1 => 5..=7_u8, 2 => 8..=10_u8]);
    let seldom = || option::of(select(vec![false, false, false, true]));
    let one = (0..16_i32, scale(), scale(), scale(), option::of(0..=20_u8), seldom());
    vec(one, 1..32).prop_map(|all| {
        let made = all.into_iter().enumerate().map(
            |(number, (ago, mood, connection, anxiety, sleep_half_hours, sped_up))| Entry {
                mood,
                connection,
                anxiety,
                sleep_half_hours,
                sped_up,
                ..entry(number as u32, &back(ago))
            },
        );
        made.collect()
    })
}

/// Totals and parts lie about where their lines are.
fn forms() -> impl Strategy<Value = Vec<Form>> {
    let instruments = vec![
        ("phq-9", 4..=21_u16),
        ("phq-2", 0..=5),
        ("gad-7", 6..=20),
        ("gad-2", 1..=5),
        ("epds", 6..=15),
        ("who-5", 8..=17),
        ("pass", 15..=27),
        ("mibs", 2..=8),
        ("pbq", 19..=31),
        ("whooley", 0..=2),
        ("weekly-reflection", 12..=21),
    ];
    let one = select(instruments).prop_flat_map(|(instrument, totals)| {
        (0..40_i32, option::weighted(0.8, totals), 8..=18_u16, 0..=3_u8)
            .prop_map(move |(ago, total, part, unreal)| (instrument, ago, total, part, unreal))
    });
    vec(one, 0..8).prop_map(|all| {
        let made = all.into_iter().enumerate().map(|(number, (instrument, ago, total, part, unreal))| {
            let mut made = form(500 + number as u32, instrument, &back(ago), total);
            // One of the two parts at a time, so that each line decides somewhere.
            let of = if part % 2 == 0 { "general" } else { "rejection_anger" };
            made.subscales.insert(of.to_owned(), part);
            made.answers.insert("unreal".to_owned(), unreal);
            if matches!(instrument, "phq-9" | "gad-7") {
                made.answers.extend([("1".to_owned(), unreal), ("2".to_owned(), part as u8 % 4)]);
            }
            if instrument == "mibs" {
                made.answers.extend([("1".to_owned(), part as u8 % 3), ("8".to_owned(), unreal)]);
            }
            made
        });
        made.collect()
    })
}

/// A history with check-ins, questionnaires, and each day of five weeks as one without an answer; and whose it is.
pub(super) fn histories() -> impl Strategy<Value = (History, Profile)> {
    (entries(), forms(), option::of(0..60_i32)).prop_map(|(entries, forms, born)| {
        let history = History::new(entries).with_forms(forms).with_quiet_days(quiet_days());
        (history, born_days_before(born, day(TODAY)))
    })
}

fn quiet_days() -> Vec<Quiet> {
    let on = |ago: i32| {
        let on = day(&back(ago));
        let known = Known { flag_open: ago % 5 == 0, ..Known::default() };
        Quiet { on, at: morning(on, &TimeZone::UTC), known }
    };
    (-14..20).map(on).collect()
}
