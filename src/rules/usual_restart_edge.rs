//! The edge table of restarts: what stands before and after one, of which days the next usual is made, what is found after
//! it, and what it never touches.

use jiff::{ToSpan, civil::Date};

use super::{
    Entry, Family, History, InForce, Measure, Point, Profile, RULES, RuleId, SafeNow, Settings, Severity,
    Usual, Usuals, replay,
    sample::{TODAY, back, born_days_before, day, entry, whole},
    usual::{latest, standing},
};

/// One entry a day with this mood; the last is today's.
fn run(moods: &[u8]) -> Vec<Entry> {
    let count = moods.len() as i32;
    (1..)
        .zip(moods)
        .map(|(at, mood)| Entry { mood: Some(*mood), ..entry(at as u32, &back(count - at)) })
        .collect()
}

fn begun(days_ago: &[i32]) -> Vec<Usual> {
    days_ago.iter().map(|ago| Usual::restart(Measure::Mood, day(&back(*ago)))).collect()
}

/// The history judged from its first day on, with restarts so many days ago.
fn lived_by(profile: &Profile, entries: Vec<Entry>, days_ago: &[i32]) -> Vec<Point> {
    let (history, settings) = (History::new(entries), Settings::default());
    let begun = Usuals::begun_anew(&begun(days_ago));
    replay(RULES, &whole(&history, profile, &settings), &InForce::default(), begun, Date::MIN)
}

fn lived(moods: &[u8], days_ago: &[i32]) -> Vec<Point> {
    lived_by(&born_days_before(Some(300), day(TODAY)), run(moods), days_ago)
}

/// What was frozen, as days ago, with its mean.
fn frozen(points: &[Point]) -> Vec<(i32, i64)> {
    let all = points.iter().flat_map(|point| &point.frozen.all);
    all.map(|usual| (super::days_between(usual.frozen_on, day(TODAY)), usual.mean / 1_000)).collect()
}

/// On which days a rule spoke, be it taken in by another one, as days ago.
fn spoke(points: &[Point], rule: RuleId) -> Vec<i32> {
    let speaks = |point: &&Point| {
        let taken_in = point.all.silenced.iter().map(|(finding, _)| finding);
        point.all.findings.iter().chain(taken_in).any(|finding| finding.rule == rule)
    };
    points
        .iter()
        .filter(speaks)
        .map(|point| super::days_between(point.trigger.local_date(), day(TODAY)))
        .collect()
}

#[test]
fn from_its_day_on_nothing_stands_and_before_it_what_stood() {
    let old = Usual { days: 19, frozen_on: day(&back(50)), ..Usual::restart(Measure::Mood, day(&back(69))) };
    let new = Usual { frozen_on: day(&back(2)), ..old };
    let list = [begun(&[20]), vec![old, new]].concat();
    let stands = |ago: i32| standing(&list, Measure::Mood, day(&back(ago)));
    assert_eq!((stands(51), stands(50), stands(21)), (None, Some(&old), Some(&old)));
    assert_eq!((stands(20), stands(3)), (None, None));
    assert_eq!((stands(2), stands(0)), (Some(&new), Some(&new)));
    assert_eq!(standing(&list, Measure::Anxiety, day(TODAY)), None, "another measure is another list");
    // On the very day on which it was frozen, in either order.
    for list in [[begun(&[50]), vec![old]].concat(), [vec![old], begun(&[50])].concat()] {
        assert_eq!(standing(&list, Measure::Mood, day(&back(50))), None);
        assert!(latest(&list, Measure::Mood, day(TODAY)).is_some_and(Usual::is_restart));
    }
}

#[test]
fn the_next_usual_is_made_of_the_day_of_the_restart_and_later_ones() {
    // The first stands since the twentieth of sixty days.
    assert_eq!(frozen(&lived(&[7; 60], &[])), [(40, 7)]);
    let mut moods = vec![7; 40];
    moods.extend([5; 20]);
    for (restart, expected) in [
        // Nineteen days since then lie before today, and not before yesterday.
        (19, vec![(40, 7), (0, 5)]),
        (18, vec![(40, 7)]),
        // On the day on which the first was frozen, and a day later: the one is gone, the other stays.
        (40, vec![(21, 7)]),
        (39, vec![(40, 7), (20, 7)]),
        // Before anything was frozen.
        (50, vec![(31, 7)]),
        // A day in the future of what was said has no part in it.
        (-1, vec![(40, 7)]),
    ] {
        assert_eq!(frozen(&lived(&moods, &[restart])), expected, "{restart} days ago");
    }
}

#[test]
fn of_two_restarts_the_later_counts_and_one_that_is_there_twice_counts_once() {
    let mut moods = vec![7; 40];
    moods.extend([5; 40]);
    let once = frozen(&lived(&moods, &[38]));
    assert_eq!(once, [(60, 7), (19, 5)]);
    assert_eq!(frozen(&lived(&moods, &[38, 38])), once);
    assert_eq!(frozen(&lived(&moods, &[38, 30])), [(60, 7), (11, 5)]);
    assert_eq!(frozen(&lived(&moods, &[30, 38])), [(60, 7), (11, 5)]);
}

#[test]
fn days_of_the_first_two_weeks_stay_nobodys_usual() {
    let profile = born_days_before(Some(33), day(TODAY));
    let of = |moods: usize, ago: i32| frozen(&lived_by(&profile, run(&vec![7; moods]), &[ago]));
    // Day 14 after birth is nineteen days ago.
    assert_eq!(of(30, 29), [(0, 7)]);
    assert_eq!(of(30, 19), [(0, 7)]);
    assert_eq!(of(30, 18), []);
}

#[test]
fn who_answers_rarely_has_a_new_one_after_six_weeks() {
    let every_sixth = |count: i32| -> Vec<Entry> {
        let one = |at: i32| Entry { mood: Some(6), ..entry(at as u32 + 1, &back((count - 1 - at) * 6)) };
        (0..count).map(one).collect()
    };
    let profile = born_days_before(Some(300), day(TODAY));
    let of = |ago: i32| frozen(&lived_by(&profile, every_sixth(9), &[ago]));
    assert_eq!(of(48), [(0, 6)], "eight answers over 48 days");
    assert_eq!(of(47), [], "seven answers");
}

/// H12: what is worse becomes usual by a person's choice alone.
#[test]
fn h12_a_decline_becomes_usual_by_a_restart_alone() {
    let mut moods = vec![7; 30];
    moods.extend([4; 90]);
    assert_eq!(frozen(&lived(&moods, &[])), [(100, 7)], "it stands for ever");
    assert_eq!(frozen(&lived(&moods, &[89])), [(100, 7), (70, 4)]);
}

#[test]
fn the_eight_weeks_count_from_the_new_one() {
    let mut moods = vec![7; 30];
    moods.extend([5; 19 + 57 + 20]);
    let found = frozen(&lived(&moods, &[95]));
    // The new one stands since 76 days ago; days from 57 days after it on make the one after it.
    assert_eq!(found, [(106, 7), (76, 5), (0, 5)]);
}

#[test]
fn the_rule_falls_silent_with_it_and_finds_the_next_decline() {
    let mut moods = vec![7; 30];
    moods.extend([5; 19]);
    let before = spoke(&lived(&moods, &[]), RuleId::Change);
    assert_eq!(before.first(), Some(&13), "{before:?}");
    assert!(spoke(&lived(&moods, &[18]), RuleId::Change).is_empty());
    moods.extend([2, 2, 2]);
    let after = lived(&moods, &[21]);
    assert_eq!(frozen(&after), [(32, 7), (2, 5)]);
    assert_eq!(spoke(&after, RuleId::Change), [0]);
    // While the new one forms, the days since the restart are what is usual, from the eighth on.
    let mut early = vec![7; 38];
    early.extend([2, 2, 2]);
    assert_eq!(spoke(&lived(&early, &[]), RuleId::Change), [1, 0]);
    assert_eq!(spoke(&lived(&early, &[10]), RuleId::Change), [0]);
    assert!(spoke(&lived(&early, &[9]), RuleId::Change).is_empty(), "seven days are too few");
}

#[test]
fn low_mood_by_the_line_of_everybody_is_found_all_the_same() {
    let mut moods = vec![7; 30];
    moods.extend([3; 14]);
    for restarts in [&[][..], &[13], &[13, 6], &[0]] {
        let found = spoke(&lived(&moods, restarts), RuleId::SustainedLow);
        assert!(found.contains(&0) && found.contains(&4), "{restarts:?}: {found:?}");
    }
}

/// Whatever is begun anew: danger, a request, and every step of elation that asks for somebody today stay as they are.
#[test]
fn a_restart_touches_nothing_that_is_for_today_or_now() {
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..12 {
        let entries: Vec<Entry> = (0..70)
            .map(|at| Entry {
                mood: Some(next(11) as u8),
                sleep_half_hours: Some(next(20) as u8),
                sped_up: (next(9) == 0).then_some(true),
                safe_now: [None, None, None, Some(SafeNow::Unsure), Some(SafeNow::No)][next(5) as usize],
                contact_me: (next(8) == 0).then_some(true),
                private: next(5) == 0,
                ..entry(at as u32 + 1, &back(69 - at))
            })
            .collect();
        let profile = born_days_before([Some(300), Some(80), None][round % 3], day(TODAY));
        let grave = |restarts: &[i32]| -> Vec<_> {
            let points = lived_by(&profile, entries.clone(), restarts);
            let of = |point: &Point| {
                let found = point.all.findings.iter().chain(&point.shared.findings);
                let told = found.filter(|finding| {
                    finding.severity >= Severity::SameDay
                        || matches!(finding.rule.family(), Family::Danger | Family::AskedForIt)
                });
                told.map(|finding| (point.trigger.local_date(), finding.rule, finding.severity))
                    .collect::<Vec<_>>()
            };
            points.iter().flat_map(of).collect()
        };
        let (without, one) = (grave(&[]), next(60) as i32);
        assert!(without.len() > 20, "{}", without.len());
        assert_eq!(grave(&[one]), without, "{one}");
        assert_eq!(grave(&[one, next(60) as i32, 30]), without);
    }
}

/// What was frozen before a restart is what a history without it freezes, so a replay may begin at its day.
#[test]
fn days_before_a_restart_are_judged_as_without_it() {
    let moods: Vec<u8> = (0..80).map(|at: usize| [7, 6, 8, 7, 5][at % 5]).collect();
    let before = |points: Vec<Point>, ago: i32| -> Vec<_> {
        let until = day(TODAY).saturating_sub(i64::from(ago).days());
        points
            .into_iter()
            .filter(|point| point.trigger.local_date() < until)
            .map(|point| (point.frozen, point.all, point.shared))
            .collect()
    };
    for ago in [0, 1, 19, 40, 59, 79] {
        assert_eq!(before(lived(&moods, &[ago]), ago), before(lived(&moods, &[]), ago), "{ago}");
    }
}

/// H18: a high mood counts by the days since the restart, and before four of them every one does.
#[test]
fn a_high_mood_on_little_sleep_is_taken_by_the_days_since_then() {
    let mut entries = run(&[[7; 30].as_slice(), [8].as_slice()].concat());
    if let Some(today) = entries.last_mut() {
        today.sleep_half_hours = Some(8);
    }
    let profile = born_days_before(Some(300), day(TODAY));
    for (restarts, expected) in [(&[][..], &[][..]), (&[0], &[0]), (&[3], &[0]), (&[4], &[]), (&[20], &[])] {
        let found = spoke(&lived_by(&profile, entries.clone(), restarts), RuleId::Elation);
        assert_eq!(found, expected, "{restarts:?}");
    }
}
