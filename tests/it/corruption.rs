//! Damage in the database: the request that meets it fails as a whole, and nobody else's does.
//!
//! Cells are damaged from outside, past every check of the schema. Files are damaged byte by byte under a server
//! that was stopped or killed.

mod file;

use serde_json::{Value, json};

use crate::support::{Person, TestApp, both_databases};

/// Where it shows, which table, and what the cell is set to on SQLite and on PostgreSQL (empty: impossible there).
const DAMAGED: &[(&str, &str, &str, &str)] = &[
    ("/v1/check-ins", "check_ins", "note_sealed = x'00'", "note_sealed = '\\x00'"),
    ("/v1/check-ins", "check_ins", "note_sealed = x''", "note_sealed = ''"),
    ("/v1/check-ins", "check_ins", "note_sealed = randomblob(70)", "note_sealed = decode(md5('a'), 'hex')"),
    ("/v1/check-ins", "check_ins", "note_sealed = 'a text'", ""),
    ("/v1/check-ins", "check_ins", "tags_sealed = randomblob(70)", "tags_sealed = decode(md5('b'), 'hex')"),
    ("/v1/check-ins", "check_ins", "safe_now = 'perhaps'", "safe_now = 'perhaps'"),
    ("/v1/check-ins", "check_ins", "safe_now = x'ff00'", ""),
    ("/v1/check-ins", "check_ins", "local_date = 'some day'", "local_date = 'some day'"),
    ("/v1/check-ins", "check_ins", "local_date = '2026-13-45'", "local_date = '2026-13-45'"),
    ("/v1/check-ins", "check_ins", "local_date = CAST(x'ff' AS TEXT)", ""),
    ("/v1/check-ins", "check_ins", "local_date = x'32303236'", ""),
    ("/v1/check-ins", "check_ins", "time_zone = CAST(x'c328' AS TEXT)", ""),
    ("/v1/check-ins", "check_ins", "id = 'no id'", "id = 'no id'"),
    ("/v1/check-ins", "check_ins", "mood = 99", "mood = 99"),
    ("/v1/check-ins", "check_ins", "mood = -1", "mood = -1"),
    ("/v1/check-ins", "check_ins", "sleep_half_hours = 4000", "sleep_half_hours = 4000"),
    (
        "/v1/me",
        "users",
        "display_name_sealed = randomblob(60)",
        "display_name_sealed = decode(md5('c'), 'hex')",
    ),
    ("/v1/me", "users", "email_sealed = randomblob(60)", "email_sealed = decode(md5('d'), 'hex')"),
    ("/v1/me", "users", "role = 'queen'", "role = 'queen'"),
    ("/v1/me", "person_keys", "wrapped = randomblob(60)", "wrapped = decode(md5('e'), 'hex')"),
    ("/v1/me", "parents", "contexts = '{broken'", "contexts = '{broken'"),
    ("/v1/babies", "babies", "name_sealed = randomblob(60)", "name_sealed = decode(md5('f'), 'hex')"),
    ("/v1/babies", "babies", "birth_date = 'soon'", "birth_date = 'soon'"),
    ("/v1/babies", "babies", "contexts = 'no list'", "contexts = 'no list'"),
    ("/v1/me/flags", "flags", "severity = 'awful'", "severity = 'awful'"),
    ("/v1/me/flags", "flags", "status = 'lost'", "status = 'lost'"),
    ("/v1/me/flags", "flags", "rule = 'no_rule'", "rule = 'no_rule'"),
    ("/v1/me/flags", "flags", "reason = '{'", "reason = '{'"),
];

async fn lived_in(app: &TestApp, name: &str) -> Person {
    let parent = app.parent(name).await;
    let baby = json!({"birth_date": "2026-11-01", "name": "words of hers"});
    app.post(&parent, "/v1/babies", baby).await.expect(201);
    let body = json!({"mood": 2, "safe_now": "unsure", "note": "words of hers", "tags": ["words"]});
    app.check_in(&parent, body).await;
    parent
}

fn damage(app: &TestApp, table: &str, set: &str, parent: &str) {
    let whose = match table {
        "users" => "id",
        "person_keys" => "person_id",
        _ => "parent_id",
    };
    let prefix = if app.is_sqlite() { "PRAGMA ignore_check_constraints = ON; " } else { "" };
    app.outside(&format!("{prefix}UPDATE {table} SET {set} WHERE {whose} = '{parent}'"));
}

/// Takes the checks of the schema away, where they cannot be passed by.
fn unchecked(app: &TestApp) {
    if !app.is_sqlite() {
        app.outside(
            "DO $$ DECLARE one record; BEGIN FOR one IN SELECT conrelid::regclass AS place, conname \
             FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace LOOP \
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname); END LOOP; END $$",
        );
    }
}

both_databases! {
    /// REL-17.
    async fn a_damaged_cell_fails_its_own_request_and_no_other(app: TestApp) {
        unchecked(&app);
        let noor = lived_in(&app, "Noor").await;
        let mut wrong = Vec::new();
        for (number, (path, table, sqlite, postgres)) in DAMAGED.iter().enumerate() {
            let set = if app.is_sqlite() { sqlite } else { postgres };
            if set.is_empty() {
                continue;
            }
            let maya = lived_in(&app, &format!("Maya{number}")).await;
            let before = app.get(&maya, path).await.expect(200);
            damage(&app, table, set, &maya.id);
            let answer = app.get(&maya, path).await;
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            let kind = answer.header("content-type").to_owned();
            if (answer.status, kind.as_str()) != (500, "application/problem+json") || text.contains("words") {
                wrong.push(format!("{table}: {set}: {} {text}", answer.status));
            }
            assert_ne!(before.bytes, answer.bytes);
            let other = app.get(&noor, path).await.expect(200);
            assert!(!other.bytes.is_empty());
        }
        assert_eq!(wrong, [""; 0]);
        app.check_in(&noor, json!({"mood": 5})).await;
    }

    /// REL-17: a stored reply that was damaged is no reply, and the request is not done twice because of it.
    async fn a_damaged_stored_reply_is_not_given_out(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"mood": 5});
        app.post_once(&maya, "/v1/check-ins", "once", body.clone()).await.expect(201);
        app.outside(&format!(
            "UPDATE idempotency_keys SET body_sealed = {}",
            if app.is_sqlite() { "randomblob(80)" } else { "decode(md5('g'), 'hex')" }
        ));
        let again = app.post_once(&maya, "/v1/check-ins", "once", body).await.expect(500);
        assert_eq!((again.text("/code"), again.text("/help")), ("internal", "/v1/help"));
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 1);
    }

    /// REL-17: neither does a form that was damaged, whatever of it is, and her doula reads her flags all the same.
    async fn a_danger_answer_is_heard_although_an_older_form_is_damaged(app: TestApp) {
        unchecked(&app);
        for (number, set) in [
            "answers = 'no json'", "answers = ''", "answers = '{\"1\": 4000}'", "subscales = '['", "band = '{'",
            "total = -1", "total = 70000", "possible = -1", "possible = 70000", "self_harm = 999", "self_harm = -1",
            "harm = 999", "watched = -3", "instrument = 'no such form'", "version = ''", "time_zone = 'Nowhere/At_All'",
        ]
        .into_iter()
        .enumerate()
        {
            let maya = lived_in(&app, &format!("Maya{number}")).await;
            let asha = app.doula(&format!("Asha{number}")).await;
            app.link(&maya, &asha, &["check_ins", "screenings"], true).await;
            let form = json!({"instrument": "phq-9", "answers": [2, 2, 2, 2, 2, 2, 0, 0, 0]});
            app.post(&maya, "/v1/screenings", form).await.expect(201);
            damage(&app, "screenings", set, &maya.id);
            let answer = app.check_in(&maya, json!({"mood": 1, "safe_now": "no"})).await;
            assert_eq!(answer.text("/safety/level"), "urgent", "{set}");
            let form = json!({"instrument": "epds", "answers": {"10": 2}});
            let answer = app.post(&maya, "/v1/screenings", form).await.expect(201);
            assert_eq!(answer.text("/safety/level"), "urgent", "{set}");
            app.patch(&maya, &format!("/v1/screenings/{}", answer.text("/screening/id")), json!({"private": true}))
                .await
                .expect(200);
            let seen = app.get(&asha, "/v1/flags?severity=urgent").await.expect(200);
            assert!(!seen.list("/data").is_empty(), "{set}");
        }
    }

    /// REL-17: what was damaged behind a flag keeps no parent from saying that she is in danger.
    async fn a_danger_answer_is_heard_although_an_older_entry_is_damaged(app: TestApp) {
        let maya = lived_in(&app, "Maya").await;
        damage(&app, "check_ins", if app.is_sqlite() { "note_sealed = x'00'" } else { "note_sealed = '\\x00'" }, &maya.id);
        let answer = app.check_in(&maya, json!({"mood": 1, "safe_now": "no"})).await;
        assert_eq!(answer.text("/safety/level"), "urgent");
        assert_ne!(answer.at("/check_in/id"), &Value::Null);
    }
}
