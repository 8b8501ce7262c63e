//! What a flag that rests on questionnaires shows of them: by scope, by privacy, by when the link began.
//!
//! The flags are written as rows here, so that each mix stands alone; that a form raises one is tested where forms are
//! sent.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    flag::{flags, step},
    support::{Person, TestApp, both_databases},
};

const FLAG: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001";
const SHARED_FORM: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c001";
const PRIVATE_FORM: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c002";
const GENERAL: &str = "A questionnaire about mood lies over its line: a conversation is worth having.";
const VALUES: &str = "The PHQ-9 came to 12 of 27 on 23 November.";

const SCOPES: [&[&str]; 4] =
    [&["flags"], &["check_ins"], &["screenings"], &["check_ins", "notes", "screenings"]];

/// Stores a PHQ-9 over its line that was recorded at an instant.
fn form(app: &TestApp, parent: &Person, id: &str, private: bool, at: Timestamp) {
    row(app, parent, id, ("phq-9", 12, 27), private, at);
}

/// Stores a questionnaire (instrument, total, possible) that was recorded at an instant.
pub fn row(app: &TestApp, parent: &Person, id: &str, of: (&str, u16, u16), private: bool, at: Timestamp) {
    let (instrument, total, possible) = of;
    let on = at.to_string()[..10].to_owned();
    let (parent, at) = (&parent.id, at.as_microsecond());
    app.outside(&format!(
        "INSERT INTO screenings (parent_id, id, revision, instrument, version, answers, total, possible, subscales, \
         danger_answer, keying_doubt, keying_confirmed, private, incomplete, rules_pending, occurred_at, time_zone, \
         local_date, recorded_at, updated_at, said_at) VALUES ('{parent}', '{id}', 1, '{instrument}', '1', \
         '{{\"1\":3,\"2\":3,\"3\":3,\"4\":3}}', {total}, {possible}, '{{}}', false, false, false, {private}, false, false, {at}, \
         'Europe/London', '{on}', {at}, {at}, {at})"
    ));
}

/// Stores its flag; `shared`: with a part for doulas.
fn raise(app: &TestApp, parent: &Person, shared: bool, at: Timestamp) {
    let (parent, at) = (&parent.id, at.as_microsecond());
    let reason = r#"{"rule":"phq9","step":"total","total":12,"possible":27,"on":"2026-11-23"}"#;
    let part = if shared {
        format!("'follow_up', '{reason}', {at}, {at}")
    } else {
        "NULL, NULL, NULL, NULL".to_owned()
    };
    app.outside(&format!(
        "INSERT INTO flags (parent_id, id, rule, rule_version, severity, reason, due_at, shared_severity, \
         shared_reason, shared_due_at, shared_at, status, raised_at, last_seen_at, revision) VALUES ('{parent}', \
         '{FLAG}', 'phq9', 1, 'follow_up', '{reason}', {at}, {part}, 'open', {at}, {at}, 1)"
    ));
}

fn rests(app: &TestApp, parent: &Person, form: &str, at: Timestamp) {
    let (parent, at) = (&parent.id, at.as_microsecond());
    app.outside(&format!(
        "INSERT INTO flag_evidence (parent_id, flag_id, kind, source_id, local_date, recorded_at, added_at, \
         withdrawn_shared, kept_back) VALUES ('{parent}', '{FLAG}', 'screening', '{form}', '2026-11-23', {at}, {at}, \
         false, false)"
    ));
}

async fn doulas(app: &TestApp, parent: &Person) -> Vec<(Person, &'static [&'static str])> {
    let mut all = Vec::new();
    for (number, scopes) in SCOPES.into_iter().enumerate() {
        let doula = app.doula(&format!("Doula{number}")).await;
        app.link(parent, &doula, scopes, true).await;
        all.push((doula, scopes));
    }
    all
}

fn values() -> Value {
    json!({"instrument": "phq-9", "answers": {"1": 3, "2": 3, "3": 3, "4": 3}, "total": 12, "possible": 27})
}

both_databases! {
    /// H41.
    async fn a_form_shows_its_values_to_those_with_the_scope_for_forms_alone(app: TestApp) {
        let maya = app.parent("Maya").await;
        let doulas = doulas(&app, &maya).await;
        let now = app.now();
        form(&app, &maya, SHARED_FORM, false, now);
        raise(&app, &maya, true, now);
        rests(&app, &maya, SHARED_FORM, now);
        for (doula, scopes) in &doulas {
            let seen = flags(&app, doula, "").await;
            assert_eq!(seen.len(), 1, "{scopes:?}");
            let with_values = scopes.contains(&"screenings");
            let piece = &seen[0]["evidence"];
            let mut expected = json!([{"kind": "screening", "local_date": "2026-11-23"}]);
            if with_values {
                (expected[0]["id"], expected[0]["values"]) = (SHARED_FORM.into(), values());
            }
            assert_eq!(*piece, expected, "{scopes:?}");
            assert_eq!(seen[0]["reason"], if with_values { VALUES } else { GENERAL });
            assert_eq!((&seen[0]["raised_at"], &seen[0]["last_seen_at"]), (&json!(now), &json!(now)));
            assert_eq!(app.get(doula, "/v1/clients").await.expect(200).at("/data/0/open_flags"), 1);
        }
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!(own.list("/data/0/seen_by").len(), SCOPES.len());
    }

    /// H41: neither its flag nor its id, whatever the scopes.
    async fn a_private_form_is_no_evidence_towards_anybody(app: TestApp) {
        let maya = app.parent("Maya").await;
        let doulas = doulas(&app, &maya).await;
        let now = app.now();
        form(&app, &maya, PRIVATE_FORM, true, now);
        raise(&app, &maya, false, now);
        rests(&app, &maya, PRIVATE_FORM, now);
        for (doula, scopes) in &doulas {
            let one = app.get(doula, &format!("/v1/flags/{FLAG}")).await.expect(404);
            let none = app.get(doula, "/v1/flags/0191e7c2-93a4-7c3e-8f00-00000000abcd").await;
            assert_eq!(one.comparable(), none.comparable());
            assert_eq!(flags(&app, doula, "?status=all").await, Vec::<Value>::new(), "{scopes:?}");
        }
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!((own.text("/data/0/rule/id"), own.at("/data/0/seen_by")), ("phq9", &json!([])));
        // Marked as shared by whatever mistake, a flag whose only form is private stays unseen.
        app.outside(&format!(
            "UPDATE flags SET shared_severity = 'follow_up', shared_due_at = due_at, shared_at = raised_at \
             WHERE id = '{FLAG}'"
        ));
        for (doula, scopes) in &doulas {
            assert_eq!(flags(&app, doula, "?status=all").await, Vec::<Value>::new(), "{scopes:?}");
        }
    }

    /// H41.
    async fn of_a_flag_on_both_kinds_of_forms_only_the_shared_one_is_seen(app: TestApp) {
        let maya = app.parent("Maya").await;
        let doulas = doulas(&app, &maya).await;
        let now = app.now();
        let later = now + SignedDuration::from_mins(5);
        form(&app, &maya, SHARED_FORM, false, now);
        form(&app, &maya, PRIVATE_FORM, true, later);
        raise(&app, &maya, true, now);
        rests(&app, &maya, SHARED_FORM, now);
        rests(&app, &maya, PRIVATE_FORM, later);
        for (doula, scopes) in &doulas {
            let seen = flags(&app, doula, "").await;
            assert_eq!(seen[0]["evidence"].as_array().unwrap().len(), 1, "{scopes:?}");
            assert_eq!(seen[0]["last_seen_at"], json!(now));
            assert!(!seen[0].to_string().contains(PRIVATE_FORM));
        }
    }

    /// H41: by when it was recorded, as with check-ins.
    async fn a_form_from_before_the_link_is_not_there_for_its_doula(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (asha, early) = (app.doula("Asha").await, app.now());
        form(&app, &maya, SHARED_FORM, false, early);
        raise(&app, &maya, true, early);
        rests(&app, &maya, SHARED_FORM, early);
        app.state.clock.advance(SignedDuration::from_mins(5));
        app.link(&maya, &asha, &["screenings"], true).await;
        assert_eq!(flags(&app, &asha, "?status=all").await, Vec::<Value>::new());
        let late = app.now();
        form(&app, &maya, PRIVATE_FORM, false, late);
        rests(&app, &maya, PRIVATE_FORM, late);
        let seen = flags(&app, &asha, "").await;
        let evidence = json!([{"kind": "screening", "id": PRIVATE_FORM, "local_date": "2026-11-23", "values": values()}]);
        assert_eq!((&seen[0]["evidence"], &seen[0]["reason"]), (&evidence, &json!(GENERAL)));
    }

    /// H41: it may hold what the parent told her of the form.
    async fn what_another_doula_wrote_takes_the_scope_for_forms_to_read(app: TestApp) {
        let maya = app.parent("Maya").await;
        let doulas = doulas(&app, &maya).await;
        let writer = app.doula("Writer").await;
        app.link(&maya, &writer, &["screenings"], true).await;
        let now = app.now();
        form(&app, &maya, SHARED_FORM, false, now);
        raise(&app, &maya, true, now);
        rests(&app, &maya, SHARED_FORM, now);
        step(&app, &writer, FLAG, json!({"to": "acknowledged", "note": "twelve, mostly sleep"})).await.expect(200);
        for (doula, scopes) in &doulas {
            let seen = flags(&app, doula, "").await;
            let reads = seen[0]["history"].to_string().contains("twelve");
            assert_eq!(reads, scopes.contains(&"screenings"), "{scopes:?}");
        }
    }
}
