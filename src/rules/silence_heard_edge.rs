//! The edges of `silence.rs` on what counts as an answer: private ones, late ones, questionnaires, and what doulas may
//! be told of them.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{
    Entry, Evidence, Form, History, Known, Quiet, QuietDays, Reason, SilenceStep, Source,
    sample::{TODAY, back, day, entry},
    silence_edge::{FOLLOW_UP, NOTICE, alone, ask_all, moods, raised, today, week},
};

#[test]
fn a_private_answer_is_an_answer_and_its_day_is_told_to_nobody() {
    let mut entries = week(4);
    entries[0].private = true;
    let history = History::new(entries.clone());
    let (all, shared) = ask_all(&history, today(Known::default()));
    let (all, shared) = (all.expect("four days"), shared.expect("four days"));
    let days = |since: &str| {
        Reason::Silence(QuietDays {
            heard: day("2026-11-19"),
            since: day(since),
            on: day(TODAY),
            step: SilenceStep::First,
            low: false,
        })
    };
    assert_eq!((all.reason, shared.reason), (days("2026-11-19"), days("2026-11-18")));
    // It is one silence, whoever looks at it; what names it is shown to nobody.
    assert_eq!(all.evidence, shared.evidence);
    let named = Evidence {
        source: Source::Silence(day("2026-11-19")),
        local_date: day("2026-11-19"),
        recorded_at: today(Known::default()).at,
        said_at: today(Known::default()).at,
        private: false,
    };
    assert_eq!(all.evidence, [named]);
    assert!(!all.private_danger && !all.danger_answer);

    entries[0].local_date = day(&back(3));
    assert_eq!(raised(&entries, Known::default()), (None, None), "a private answer three days ago");
}

#[test]
fn towards_a_doula_only_shared_days_make_a_habit_or_a_low_mood() {
    let mut entries = moods(5, [6, 6, 6, 6]);
    entries[1].private = true;
    assert_eq!(raised(&entries, Known::default()), (NOTICE, None), "three shared days of seven");
    let mut entries = moods(2, [1, 1, 1, 6, 6, 6, 6]);
    for entry in &mut entries[..3] {
        entry.private = true;
    }
    assert_eq!(raised(&entries, Known::default()), (NOTICE, None), "low in private");
    let mut entries = week(8);
    for entry in &mut entries {
        entry.private = true;
    }
    assert_eq!(raised(&entries, Known::default()), (FOLLOW_UP, None), "nothing was ever shared");
}

#[test]
fn what_was_written_later_counts_from_then_and_undoes_nothing() {
    let wrote = |hours_later: i64| {
        let mut entries = week(6);
        entries[0].recorded_at += SignedDuration::from_hours(hours_later);
        entries
    };
    // Felt at noon six days ago; written on that day, on the next, and three days ago.
    for (hours, expected) in [(0, NOTICE), (11, NOTICE), (12, NOTICE), (36, NOTICE), (72, None)] {
        assert_eq!(alone(&wrote(hours), Known::default()), expected, "{hours} hours later");
    }
    // Written after this morning: nobody had heard from her by then.
    assert_eq!(alone(&wrote(6 * 24), Known::default()), FOLLOW_UP);
    let history = History::new(wrote(6 * 24));
    let (found, _) = ask_all(&history, today(Known::default()));
    assert_eq!(found.expect("as it was").evidence[0].source, Source::Silence(day(&back(7))));
}

#[test]
fn a_questionnaire_is_an_answer() {
    let form = |ago: i32| super::sample::form(1, "phq-2", &back(ago), Some(1));
    let history = |ago| History::new(week(8)).with_forms(vec![form(ago)]);
    for (ago, private, expected) in [(3, false, None), (3, true, None), (4, true, NOTICE)] {
        let history = History::new(week(8)).with_forms(vec![Form { private, ..form(ago) }]);
        let (all, shared) = ask_all(&history, today(Known::default()));
        assert_eq!(
            (all.map(|f| f.severity), shared.map(|f| f.severity)),
            (expected, expected),
            "{ago} {private}"
        );
    }
    let (all, _) = ask_all(&history(4), today(Known::default()));
    assert_eq!(all.expect("four days").evidence[0].source, Source::Silence(day(&back(4))));
}

#[test]
fn an_answer_from_a_place_where_it_is_tomorrow_is_an_answer() {
    let mut entries = week(1);
    entries[0].local_date = day(&back(-1));
    assert_eq!(alone(&entries, Known::default()), None);
}

/// What was asked on a morning is judged by what was known by then, whatever came since.
#[test]
fn a_replay_says_what_was_said_then() {
    let at = |text: &str| text.parse::<Timestamp>().expect("a literal");
    let mut entries = week(6);
    let asked = Quiet { on: day(&back(2)), at: at("2026-11-21T07:00:00Z"), known: Known::default() };
    let before = ask_all(&History::new(entries.clone()), asked);
    assert_eq!(before.0.as_ref().map(|found| found.severity), NOTICE);
    // An answer the same day at noon, one about an earlier day written then, and a pause begun since.
    entries.push(Entry { mood: Some(1), ..entry(5_000, &back(2)) });
    let late = Entry { mood: Some(1), recorded_at: at("2026-11-21T12:00:00Z"), ..entry(4_000, &back(4)) };
    entries.push(late);
    let history = History::new(entries).with_quiet_days(vec![asked]);
    assert_eq!(ask_all(&history, asked), before);
    assert_eq!(history.said_from(day(&back(2))).len(), 2, "the day is replayed with what was said");
    let late = day(TODAY).saturating_add(1.day());
    assert_eq!(history.said_from(late).len(), 0);
}
