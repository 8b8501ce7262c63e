//! That the counting of flags can fail: a sound run of three parents is spoilt in one place at a time.

use serde_json::json;

use crate::{
    flags_report::counted,
    journal::{Ack, Entry, Journal, Kind, Later},
    people::{People, Person},
    seen::Seen,
    store::{Evidence, Notice, Stored},
};

struct Run {
    people: People,
    journal: Journal,
    seen: Seen,
    stored: Stored,
}

/// Three parents with one danger answer each, one doula, all as it should be.
fn sound() -> Run {
    let person = |id: String| Person { id, token: String::new() };
    let people = People {
        parents: (0..3).map(|at| person(format!("parent {at}"))).collect(),
        doulas: vec![person("asha".into())],
        links: 1,
    };
    let entry = |at: usize| Entry {
        key: format!("c{at}-0"),
        parent: at,
        kind: Kind::Danger { unsure: false, private: false },
        mood: 5,
        letters: 20,
        sent: 3,
        ack: Some(Ack { id: format!("e{at}"), print: 1, flags: vec![("not_safe".into(), format!("F{at}"))] }),
        other_answers: 0,
        refused: None,
        later: Later::default(),
    };
    let entries: Vec<Entry> = (0..3).map(entry).collect();
    let check_in = |entry: &Entry| {
        let mut body = entry.body();
        body["id"] = json!(format!("e{}", entry.parent));
        body["revision"] = json!(1);
        vec![body]
    };
    let flag = |at: usize| json!({"rule": {"id": "not_safe"}, "evidence": [{"id": format!("e{at}")}], "history": []});
    let seen = Seen {
        check_ins: entries.iter().map(check_in).collect(),
        flags: (0..3).map(|at| (format!("F{at}"), flag(at))).collect(),
        replayed: 3,
        ..Seen::default()
    };
    let evidence =
        |at: usize| Evidence { rule: "not_safe".into(), flag: format!("F{at}"), check_in: format!("e{at}") };
    let notice = |at: usize| Notice { event: format!("F{at}/1"), recipient: "asha".into() };
    let stored = Stored {
        evidence: (0..3).map(evidence).collect(),
        notices: (0..3).map(notice).collect(),
        check_ins: 3,
        flags: 3,
        outbox: 3,
        ..Stored::default()
    };
    Run { people, journal: Journal { entries, ..Journal::default() }, seen, stored }
}

/// What is found, with its count, after something was done to a sound run.
#[track_caller]
fn found(change: impl FnOnce(&mut Run)) -> Vec<(&'static str, usize)> {
    let mut run = sound();
    change(&mut run);
    let broken = counted(&run.people, &run.journal, &run.seen, &run.stored);
    broken.into_iter().filter(|broken| broken.count > 0).map(|broken| (broken.what, broken.count)).collect()
}

const ROWS: &str = "tables with another number of rows than keys";

#[test]
fn a_sound_run_has_nothing_to_say() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn a_doubled_and_a_missing_check_in_are_found() {
    let doubled = found(|run| {
        let twin = json!({"id": "e9", "note": run.seen.check_ins[1][0]["note"]});
        run.seen.check_ins[1].push(twin);
        run.stored.check_ins = 4;
    });
    assert_eq!(doubled, [("check-ins doubled", 1), (ROWS, 1)]);
    let missing = found(|run| {
        run.seen.check_ins[1].clear();
        run.stored.check_ins = 2;
    });
    assert_eq!(missing, [("acknowledged check-ins missing", 1), (ROWS, 1)]);
    // One doubled and one missing make the right number, and are found all the same.
    let both = found(|run| {
        let twin = json!({"id": "e9", "note": run.seen.check_ins[1][0]["note"]});
        run.seen.check_ins[1].push(twin);
        run.seen.check_ins[2].clear();
    });
    assert_eq!(both, [("acknowledged check-ins missing", 1), ("check-ins doubled", 1)]);
    let other_answer = found(|run| run.journal.entries[0].other_answers = 1);
    assert_eq!(other_answer, [("check-ins doubled", 1)]);
}

#[test]
fn a_doubled_and_a_missing_flag_are_found() {
    let rows = "danger answers and requests not in exactly one flag";
    let doubled = found(|run| {
        run.stored.evidence.push(Evidence { flag: "F9".into(), ..run.stored.evidence[1].clone() });
        run.stored.notices.push(Notice { event: "F9/1".into(), recipient: "asha".into() });
        (run.stored.flags, run.stored.outbox) = (4, 4);
    });
    // Rows of flags and of the outbox, events, and events with readers.
    assert_eq!(doubled, [(rows, 1), (ROWS, 4)]);
    let missing = found(|run| {
        run.stored.evidence.remove(1);
        run.stored.notices.remove(1);
        (run.stored.flags, run.stored.outbox) = (2, 2);
    });
    assert_eq!(missing, [(rows, 1), (ROWS, 4)]);
    // A flag that rests on nothing is in no evidence, only in the number of rows.
    assert_eq!(found(|run| run.stored.flags = 4), [(ROWS, 1)]);
}

#[test]
fn a_doubled_and_a_missing_notice_are_found() {
    let doubled = found(|run| {
        run.stored.notices.push(run.stored.notices[1].clone());
        run.stored.outbox = 4;
    });
    assert_eq!(doubled, [("notices too many", 2), (ROWS, 1)]);
    let missing = found(|run| {
        run.stored.notices.remove(1);
        run.stored.outbox = 2;
    });
    assert_eq!(missing, [("notices missing", 1), (ROWS, 3)]);
    // About something else than danger: only the number of rows tells.
    assert_eq!(found(|run| run.stored.outbox = 4), [(ROWS, 1)]);
}

#[test]
fn a_key_that_was_sent_too_rarely_is_found() {
    assert_eq!(found(|run| run.journal.entries[2].sent = 2), [("keys that were not sent three times", 1)]);
    let never = found(|run| run.journal.entries[2].refused = Some("500".into()));
    assert_eq!(never, [("never answered, or refused", 1)]);
}
