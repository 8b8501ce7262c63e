//! The edges of `lived.rs`: which days without an answer are asked about when a history is lived again, and that a replay
//! of them hears the same.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use proptest::{collection::vec, prelude::*};

use super::{
    Changed, Context, Entry, History, InForce, Known, Point, Profile, RULES, RuleId, SafeNow, SettingId,
    Settings, Trigger, Usuals,
    due_lines_edge::{change, lines},
    lived::{Life, live},
    rehearsal::open_beside_silence,
    replay,
    sample::{self, TODAY, back, born_days_before, day, entry},
    silence_edge::moods,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
}

type Closed = (RuleId, Timestamp);

fn lived(
    history: &History,
    profile: &Profile,
    lines: &InForce,
    known: Known,
    closed: &[Closed],
) -> Vec<Point> {
    let open = |points: &[Point], at| open_beside_silence(points, closed, at);
    let (zone, until) = (TimeZone::UTC, at(&format!("{TODAY}T12:00:00Z")));
    live(&Life {
        specs: RULES,
        history,
        profile,
        restarts: &[],
        lines,
        zone: &zone,
        known,
        open: &open,
        until,
    })
}

/// The days that were asked about, as days ago.
fn asked(points: &[Point]) -> Vec<i32> {
    let days = points.iter().filter_map(|point| point.trigger.quiet());
    days.map(|quiet| super::days_between(quiet.on, day(TODAY))).collect()
}

fn asked_of(history: &History, changes: Vec<super::settings::Change>) -> Vec<i32> {
    asked(&lived(history, &Profile::default(), &lines(changes), Known::default(), &[]))
}

const LONG_AGO: &str = "2026-01-01T00:00:00Z";

fn set(id: SettingId, value: u16) -> super::settings::Change {
    change(Changed::Value(id), Some(value), LONG_AGO, None)
}

#[test]
fn each_step_of_each_silence_is_asked_by_the_lines_of_its_morning() {
    let (first, second) = (SettingId::SilenceFirst, SettingId::SilenceSecond);
    let twice = History::new([moods(20, [6; 7]), moods(12, [6]), moods(5, [6])].concat());
    assert_eq!(asked_of(&twice, vec![]), [16, 13, 8, 5]);
    assert_eq!(asked_of(&twice, vec![set(first, 3), set(second, 4)]), [17, 16, 9, 6]);
    assert_eq!(asked_of(&twice, vec![set(first, 7), set(second, 10)]), [13, 5]);
    let off = change(Changed::Switch(RuleId::Silence), Some(0), LONG_AGO, None);
    assert_eq!(asked_of(&twice, vec![off]), [0; 0]);
    // Nothing is asked after the end, and its own morning is.
    assert_eq!(asked_of(&History::new(moods(4, [6; 7])), vec![]), [0]);
    assert_eq!(asked_of(&History::new(moods(3, [6; 7])), vec![]), [0; 0]);
}

#[test]
fn a_pause_a_wish_a_flag_and_who_closed_it_move_the_days() {
    let week = History::new(moods(10, [6; 7]));
    let of = |history: &History, known, closed: &[Closed]| {
        asked(&lived(history, &Profile::default(), &InForce::default(), known, closed))
    };
    assert_eq!(of(&week, Known::default(), &[]), [6, 3]);
    let paused = Known { paused_through: Some(day(&back(6))), ..Known::default() };
    assert_eq!(of(&week, paused, &[]), [2]);
    assert_eq!(of(&week, Known { cadence_days: Some(3), ..Known::default() }, &[]), [4, 1]);
    let mut asking = moods(10, [6; 7]);
    asking[0].contact_me = Some(true);
    let flagged = History::new(asking.clone());
    assert_eq!(of(&flagged, Known::default(), &[]), [8, 5]);
    // Somebody closes it after the notice: the follow-up comes when it comes without one.
    let closed = [(RuleId::ContactRequest, asking[0].said_at + SignedDuration::from_hours(60))];
    assert_eq!(of(&flagged, Known::default(), &closed), [8, 3]);
}

/// Day 14 after birth, and what was to be repeated.
#[test]
fn days_of_the_other_rules_are_asked_too() {
    let born = born_days_before(Some(17), day(TODAY));
    let low = History::new(moods(4, [2; 9]));
    let of = |history: &History, lines: &InForce| asked(&lived(history, &born, lines, Known::default(), &[]));
    let no_silence = || change(Changed::Switch(RuleId::Silence), Some(0), LONG_AGO, None);
    assert_eq!(of(&low, &lines(vec![no_silence()])), [3]);
    let forms = History::default().with_forms(vec![sample::form(1, "epds", &back(40), Some(11))]);
    assert_eq!(of(&forms, &InForce::default()), [11]);
    assert_eq!(of(&forms, &lines(vec![set(SettingId::EpdsRepeat, 14)])), [25]);
}

/// What is sent in today was not known on the days of which it speaks.
#[test]
fn what_came_in_later_made_no_day_due_before() {
    let mut late = moods(10, [6; 7]);
    for entry in &mut late {
        entry.recorded_at = at(&format!("{TODAY}T11:00:00Z"));
    }
    assert_eq!(asked_of(&History::new(late.clone()), vec![]), [0; 0]);
    // One that is late ends the silence on the day on which it is written.
    let mut history = moods(12, [6; 7]);
    let mut one = Entry { recorded_at: at(&format!("{}T11:00:00Z", back(7))), ..entry(2_000, &back(11)) };
    one.mood = Some(6);
    history.push(one);
    assert_eq!(asked_of(&History::new(history), vec![]), [8, 3, 0]);
}

#[derive(Debug, Clone)]
struct Said {
    ago: i32,
    late_hours: i64,
    mood: u8,
    private: bool,
    danger: bool,
    form: Option<u16>,
}

fn said() -> impl Strategy<Value = Said> {
    let late = prop_oneof![5 => Just(0), 1 => 0..300i64];
    let form = prop::option::weighted(0.1, prop_oneof![Just(4), Just(11), Just(15)]);
    let life = (0..60i32, late, 0..=10u8, prop::bool::weighted(0.2), prop::bool::weighted(0.05), form);
    life.prop_map(|(ago, late_hours, mood, private, danger, form)| Said {
        ago,
        late_hours,
        mood,
        private,
        danger,
        form,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(80) })]

    /// Whoever replays what was said with the days that were asked about hears what was heard, and every day that was
    /// asked about had something to say.
    #[test]
    fn a_replay_of_a_lived_history_hears_the_same(all in vec(said(), 5..60), born in 0..40i32) {
        let (mut entries, mut forms) = (Vec::new(), Vec::new());
        for (number, one) in (0..).zip(&all) {
            let mut new = entry(number, &back(one.ago));
            new.recorded_at = new.occurred_at + SignedDuration::from_hours(one.late_hours);
            new.said_at = new.recorded_at;
            if let Some(total) = one.form {
                let form = sample::form(number, "epds", &back(one.ago), Some(total));
                let (recorded_at, said_at) = (new.recorded_at, new.said_at);
                forms.push(super::Form { private: one.private, recorded_at, said_at, ..form });
            } else {
                let safe_now = one.danger.then_some(SafeNow::Unsure);
                entries.push(Entry { mood: Some(one.mood), private: one.private, safe_now, ..new });
            }
        }
        let history = History::new(entries).with_forms(forms);
        let (profile, lines) = (born_days_before(Some(born), day(TODAY)), InForce::default());
        let points = lived(&history, &profile, &lines, Known::default(), &[]);
        let quiet = points.iter().filter_map(|point| point.trigger.quiet().copied()).collect();
        let (history, settings) = (history.with_quiet_days(quiet), Settings::default());
        let whole = Context { history: &history, profile: &profile, settings: &settings, usual: &[], today: Date::MIN };
        let again = replay(RULES, &whole, &lines, Usuals::default(), Date::MIN);
        prop_assert_eq!(points.len(), again.len());
        for (one, other) in points.iter().zip(&again) {
            prop_assert_eq!(&one.trigger, &other.trigger);
            prop_assert_eq!(&one.all, &other.all);
            prop_assert_eq!(&one.shared, &other.shared);
            prop_assert_eq!((&one.frozen.all, &one.frozen.shared), (&other.frozen.all, &other.frozen.shared));
        }
        let in_time = all.iter().all(|one| one.late_hours == 0);
        for point in points.iter().filter(|point| in_time && matches!(point.trigger, Trigger::Day(_))) {
            prop_assert!(!point.findings().is_empty(), "{:?}", point.trigger);
        }
    }
}
