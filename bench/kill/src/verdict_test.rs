//! That the counting can fail: a sound run is taken apart in one place at a time.

use serde_json::{Value, json};

use crate::{
    journal::{Ack, Edit, Entry, Journal, Kind, Later, Profile, Step},
    people::{People, Person},
    seen::Seen,
    store::{Evidence, HiddenSteps, Notice, Stored},
    verdict::judge,
};

struct Run {
    people: People,
    journal: Journal,
    seen: Seen,
    stored: Stored,
}

fn person(id: &str) -> Person {
    Person { id: id.to_owned(), token: String::new() }
}

fn entry(key: &str, kind: Kind, id: &str, flag: Option<&str>) -> Entry {
    let flags = flag.into_iter().map(|flag| (kind.rule().unwrap_or_default().to_owned(), flag.to_owned()));
    Entry {
        key: key.to_owned(),
        parent: 0,
        kind,
        mood: 5,
        letters: 40,
        sent: 1,
        ack: Some(Ack { id: id.to_owned(), print: 1, flags: flags.collect() }),
        other_answers: 0,
        refused: None,
        later: Later::default(),
    }
}

fn stored(entry: &Entry) -> Value {
    let id = entry.ack.as_ref().map(|ack| ack.id.clone());
    let mut check_in = json!({"id": id, "private": false, "revision": entry.later.edits + 1});
    for (name, value) in entry.body().as_object().into_iter().flatten() {
        check_in[name] = value.clone();
    }
    check_in["note"] = json!(entry.note_now());
    if let Some(edit) = &entry.later.edit {
        check_in["mood"] = json!(edit.mood);
        check_in["safe_now"] = if edit.danger { json!("no") } else { serde_json::Value::Null };
    }
    check_in
}

/// Three shared entries, a private one, one that was changed, one that was removed, a step and a change of settings,
/// all as they should be.
fn sound() -> Run {
    let danger = |private| Kind::Danger { unsure: false, private };
    let mut changed = entry("c0-5", Kind::Ordinary, "e", None);
    let edit = Edit { mood: 6, danger: true, flags: Some(vec![("not_safe".into(), "H".into())]) };
    changed.later = Later { edit: Some(edit), edits: 2, ..Later::default() };
    let mut removed = entry("c0-6", Kind::Ordinary, "f", None);
    removed.later.removed = true;
    let mut entries = vec![
        entry("c0-0", Kind::Ordinary, "a", None),
        entry("c0-1", danger(false), "b", Some("F")),
        entry("c0-2", danger(true), "c", Some("F")),
        entry("c0-3", Kind::Contact, "d", Some("G")),
    ];
    entries.push(changed);
    let there = entries.iter().map(stored).collect();
    entries.push(removed);
    let evidence = [
        ("not_safe", "F", "b"),
        ("not_safe", "F", "c"),
        ("contact_request", "G", "d"),
        ("not_safe", "H", "e"),
    ];
    let notices = [("F/1", "asha"), ("F/1", "bea"), ("F/2", "asha"), ("H/1", "asha"), ("H/1", "bea")];
    let flag = |rule: &str, id: &str, history: Value| json!({"rule": {"id": rule}, "evidence": [{"id": id}], "history": history});
    let step = Step { mark: "c0-4".into(), doula: 0, flag: "F".into(), sent: 1, taken: true, refused: None };
    let profile = Profile { name: "Maya".into(), tag: "\"3\"".into(), edits: 2, refused: None };
    Run {
        people: People {
            parents: vec![person("maya")],
            doulas: vec![person("asha"), person("bea")],
            links: 2,
        },
        seen: Seen {
            check_ins: vec![there],
            flags: [
                ("F".to_owned(), flag("not_safe", "b", json!([{"note": "c0-4"}]))),
                ("G".to_owned(), flag("contact_request", "d", json!([]))),
                ("H".to_owned(), flag("not_safe", "e", json!([]))),
            ]
            .into(),
            profiles: vec![("Maya".to_owned(), "\"3\"".to_owned())],
            replayed: 6,
            other_replays: vec![],
        },
        journal: Journal { entries, steps: vec![step], profiles: vec![profile] },
        stored: Stored {
            evidence: evidence
                .map(|(rule, flag, id)| Evidence {
                    rule: rule.into(),
                    flag: flag.into(),
                    check_in: id.into(),
                })
                .into(),
            notices: notices.map(|(event, to)| Notice { event: event.into(), recipient: to.into() }).into(),
            torn: vec![("rows".to_owned(), 0)],
            ..Stored::default()
        },
    }
}

fn flag_of(run: &mut Run) -> &mut Value {
    run.seen.flags.get_mut("F").unwrap()
}

/// What is found, with its count, after something was done to a sound run.
#[track_caller]
fn found(change: impl FnOnce(&mut Run)) -> Vec<(&'static str, usize)> {
    let mut run = sound();
    change(&mut run);
    let broken = judge(&run.people, &run.journal, &run.seen, &run.stored);
    broken.into_iter().filter(|broken| broken.count > 0).map(|broken| (broken.what, broken.count)).collect()
}

#[test]
fn a_sound_run_has_nothing_to_say() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn a_lost_check_in_is_found() {
    assert_eq!(found(|run| drop(run.seen.check_ins[0].remove(0))), [("acknowledged check-ins missing", 1)]);
    assert_eq!(
        found(|run| run.seen.check_ins[0][0]["mood"] = json!(6)),
        [("acknowledged check-ins changed", 1)]
    );
    assert_eq!(
        found(|run| run.seen.check_ins[0][2]["private"] = json!(false)),
        [("acknowledged check-ins changed", 1)]
    );
}

#[test]
fn a_lost_change_of_a_check_in_and_one_that_came_back_are_found() {
    let changed = [("acknowledged check-ins changed", 1)];
    assert_eq!(found(|run| run.seen.check_ins[0][4]["revision"] = json!(2)), changed);
    assert_eq!(found(|run| run.seen.check_ins[0][4]["revision"] = json!(4)), changed);
    assert_eq!(found(|run| run.seen.check_ins[0][4]["mood"] = json!(5)), changed);
    assert_eq!(found(|run| run.seen.check_ins[0][4]["note"] = json!("c0-5 changed 1 times")), changed);
    assert_eq!(found(|run| run.seen.check_ins[0][4]["safe_now"] = Value::Null), changed);
    let back = |run: &mut Run| run.seen.check_ins[0].push(stored(&run.journal.entries[5]));
    assert_eq!(found(back), [("removed check-ins that are there", 1)]);
    assert_eq!(
        found(|run| run.journal.entries[4].later.refused = Some("412".into())),
        [("never answered, or refused", 1)]
    );
}

#[test]
fn a_doubled_check_in_is_found() {
    let twin = |run: &mut Run| {
        let mut twin = run.seen.check_ins[0][0].clone();
        twin["id"] = json!("z");
        run.seen.check_ins[0].push(twin);
    };
    assert_eq!(found(twin), [("check-ins doubled", 1)]);
    assert_eq!(found(|run| run.journal.entries[0].other_answers = 1), [("check-ins doubled", 1)]);
    assert_eq!(
        found(|run| run.seen.check_ins[0].push(json!({"id": "y", "note": "c9-9"}))),
        [("check-ins that nobody sent", 1)]
    );
}

#[test]
fn an_unflagged_danger_answer_is_found() {
    let rows = "danger answers and requests not in exactly one flag";
    let read = "the same, as their doula reads it";
    assert_eq!(found(|run| drop(run.stored.evidence.remove(2))), [(rows, 1)]);
    // Without evidence nobody should have been told of the private one either.
    let private = found(|run| drop(run.stored.evidence.remove(1)));
    assert_eq!(private, [(rows, 1), ("notices too many", 1)]);
    let two = found(|run| {
        run.stored.evidence.push(Evidence { flag: "H".into(), ..run.stored.evidence[2].clone() })
    });
    assert_eq!(two, [(rows, 1)]);
    let other_rule = found(|run| run.stored.evidence[2].rule = "not_safe".into());
    assert_eq!(other_rule, [(rows, 1)]);
    assert_eq!(found(|run| flag_of(run)["evidence"] = json!([])), [(read, 1)]);
    assert_eq!(found(|run| run.journal.entries[1].ack.as_mut().unwrap().flags.clear()), [(read, 1)]);
    // Called for in a change of an entry that did not.
    let later = found(|run| drop(run.stored.evidence.remove(3)));
    assert_eq!(later, [(rows, 1), ("notices too many", 2)]);
    assert_eq!(found(|run| run.seen.flags.remove("H").map(drop).unwrap_or_default()), [(read, 1)]);
}

#[test]
fn a_notice_too_few_or_too_many_is_found() {
    assert_eq!(found(|run| drop(run.stored.notices.remove(2))), [("notices missing", 1)]);
    let more = |event: &str, recipient: &str| Notice { event: event.into(), recipient: recipient.into() };
    assert_eq!(found(|run| run.stored.notices.push(more("F/3", "asha"))), [("notices too many", 1)]);
    // Who may not be told of private danger.
    assert_eq!(found(|run| run.stored.notices.push(more("F/2", "bea"))), [("notices too many", 1)]);
}

#[test]
fn a_lost_step_and_a_lost_change_are_found() {
    let steps = "steps of doulas lost or doubled";
    let changes = "changes of settings lost or doubled";
    let history = |run: &mut Run, history: Value| flag_of(run)["history"] = history;
    assert_eq!(found(|run| history(run, json!([]))), [(steps, 1)]);
    assert_eq!(found(|run| history(run, json!([{"note": "c0-4"}, {"note": "c0-4"}]))), [(steps, 1)]);
    // Of a flag that was hidden the rows are counted; one that is gone otherwise is a loss.
    let hide = |run: &mut Run, steps: i64| {
        run.seen.flags.insert("S".into(), Value::Null);
        run.journal.steps[0].flag = "S".into();
        run.stored.hidden_steps = vec![HiddenSteps { flag: "S".into(), doula: "asha".into(), steps }];
    };
    assert_eq!(found(|run| hide(run, 1)), []);
    assert_eq!(found(|run| hide(run, 2)), [(steps, 1)]);
    assert_eq!(found(|run| hide(run, 0)), [(steps, 1)]);
    let gone = |run: &mut Run| {
        hide(run, 1);
        run.stored.hidden_steps.clear();
    };
    assert_eq!(found(gone), [(steps, 1)]);
    let of_another = |run: &mut Run| {
        hide(run, 1);
        run.stored.hidden_steps[0].doula = "bea".into();
    };
    assert_eq!(found(of_another), [(steps, 1)]);
    assert_eq!(found(|run| run.seen.profiles[0].0 = "Mia".into()), [(changes, 1)]);
    assert_eq!(found(|run| run.seen.profiles[0].1 = "\"4\"".into()), [(changes, 1)]);
    assert_eq!(found(|run| run.journal.profiles[0].edits = 3), [(changes, 1)]);
}

#[test]
fn what_else_can_be_wrong_is_found() {
    assert_eq!(
        found(|run| run.seen.other_replays.push("c0-0".into())),
        [("repeated keys answered otherwise", 1)]
    );
    assert_eq!(found(|run| run.stored.torn[0].1 = 3), [("rows without their companions", 1)]);
    assert_eq!(
        found(|run| run.stored.faults.push("page 3".into())),
        [("faults that the database finds in itself", 1)]
    );
    assert_eq!(
        found(|run| run.journal.entries[0].refused = Some("500".into())),
        [("never answered, or refused", 1)]
    );
}
