//! What is usual, begun anew by a person: what stands then, what becomes of flags, and how it is taken back.
//!
//! `restart/who.rs` has who may do and read what, `restart/input.rs` what may be sent. Which days make the next usual is in
//! `rules::usual_restart_edge`, the comparison with a history that was written once in `edit/usual.rs`.

mod input;
mod who;

use attune::{
    db::schema::audit,
    id::UserId,
    rehearsal::{self, OfParent, asked::Asked},
    rules::RULES,
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, TextExpressionMethods};
use serde_json::{Value, json};

use crate::{
    all_or_nothing::{break_at, mend},
    flag::{flags, step},
    support::{Answer, Person, TestApp, both_databases},
};

pub const OWN: &str = "/v1/check-ins/usuals";
const RESTARTS: &str = "/v1/check-ins/usuals/mood/restarts";

/// Thirty days, one entry a day: nineteen that become usual, and a fall in the end that is a decline.
const MOODS: [i64; 30] =
    [7, 8, 7, 6, 7, 8, 7, 7, 6, 7, 8, 7, 7, 7, 6, 8, 7, 7, 8, 6, 7, 7, 6, 7, 4, 3, 3, 4, 3, 3];
/// The day of the first of the low ones.
const FALL: &str = "2026-12-17";

pub fn of_client(client: &Person) -> String {
    format!("/v1/clients/{}/usuals", client.id)
}

/// What is said of a measure.
#[track_caller]
pub fn measure(answer: &Answer, name: &str) -> Value {
    let all = answer.list("/measures");
    all.iter()
        .find(|one| one["measure"] == name)
        .unwrap_or_else(|| panic!("no {name} in {}", answer.body))
        .clone()
}

/// Days in a row, and everybody signed in after them.
pub async fn days(app: &TestApp, parent: &mut Person, moods: &[i64], others: &mut [&mut Person]) {
    for mood in moods {
        app.check_in(parent, json!({"mood": mood})).await;
        app.advance_hours(24);
        *parent = app.sign_in(parent).await;
    }
    for other in others {
        **other = app.sign_in(other).await;
    }
}

/// A parent whose mood has fallen, and her doula, who has a flag of it.
async fn fallen(app: &TestApp) -> (Person, Person) {
    let (mut maya, mut asha) = (app.parent_with_baby("Maya", 90).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    days(app, &mut maya, &MOODS, &mut [&mut asha]).await;
    (maya, asha)
}

/// Rule and status of a parent's own flags, sorted.
async fn own_flags(app: &TestApp, parent: &Person) -> Vec<(String, String)> {
    let list = app.get(parent, "/v1/me/flags?limit=100").await.expect(200);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut all: Vec<_> =
        list.list("/data").iter().map(|flag| (text(&flag["rule"]["id"]), text(&flag["status"]))).collect();
    all.sort();
    all
}

fn these(flags: &[(&str, &str)]) -> Vec<(String, String)> {
    flags.iter().map(|(rule, status)| ((*rule).to_owned(), (*status).to_owned())).collect()
}

/// What a rehearsal finds for a parent; with no lines it compares what is stored with what the rules say.
async fn rehearsed(app: &TestApp, parent: &Person, lines: &[&str]) -> OfParent {
    let values = lines.iter().map(|line| rehearsal::asked::read(line).expect("a line")).collect();
    let (asked, parent) = (Asked { values, ..Asked::default() }, parent.id.parse::<UserId>().expect("an id"));
    let read = app.state.db.read(move |conn| rehearsal::one(conn, RULES, &asked, parent));
    read.await.expect("readable")
}

/// What somebody did to restarts, with the link that allowed it.
async fn acts(app: &TestApp, actor: &Person) -> Vec<(String, Option<String>)> {
    let id: UserId = actor.id.parse().expect("an id");
    let read = app.state.db.read(move |conn| {
        let rows = audit::table.filter(audit::actor_id.eq(id)).filter(audit::action.like("usual_restart.%"));
        Ok(rows.order(audit::id.asc()).select((audit::action, audit::link_id)).load(conn)?)
    });
    read.await.expect("readable")
}

/// The parent's flags and days, and what is usual as her doula reads it.
async fn seen(app: &TestApp, parent: &Person, doula: &Person) -> [Value; 3] {
    let flags = app.get(parent, "/v1/me/flags").await.expect(200).body;
    let days = app.get(parent, "/v1/check-ins/summary").await.expect(200).body;
    [flags, days, app.get(doula, &of_client(parent)).await.expect(200).body]
}

both_databases! {
    /// H12: what stood stands no longer, its flag closes as corrected, and taking it back brings both again.
    async fn h12_a_restart_ends_what_stood_and_can_be_taken_back(app: TestApp) {
        let (maya, asha) = fallen(&app).await;
        let client = of_client(&maya);
        let before = measure(&app.get(&asha, &client).await.expect(200), "mood");
        let stood = json!({"frozen_on": "2026-12-12", "first_day": "2026-11-23", "days": 19, "mean": 7.1, "spread": 0.9});
        assert_eq!((&before["stands"], &before["restarts"]), (&stood, &json!([])));
        assert_eq!(own_flags(&app, &maya).await, these(&[("change", "open")]));

        let body = json!({"from": FALL, "reason": "Back at work, and we have talked."});
        let begun = app.post(&asha, &format!("{client}/mood/restarts"), body).await.expect(201);
        assert_eq!((begun.header("location"), begun.text("/by/display_name")), (client.as_str(), "Asha"));
        assert_eq!((begun.text("/measure"), begun.text("/from")), ("mood", FALL));
        assert_eq!(begun.at("/withdrawn_at"), &Value::Null);
        assert_eq!(own_flags(&app, &maya).await, these(&[("change", "corrected")]));
        assert_eq!(flags(&app, &asha, "").await, Vec::<Value>::new());
        for (person, path) in [(&maya, OWN), (&asha, client.as_str())] {
            let now = measure(&app.get(person, path).await.expect(200), "mood");
            assert_eq!((&now["stands"], &now["restarts"]), (&Value::Null, &json!([begun.body])), "{path}");
        }
        let summary = app.get(&maya, "/v1/check-ins/summary").await.expect(200);
        let usual_on = |date: &str| {
            let day = summary.list("/days").iter().find(|day| day["date"] == date).expect("a day");
            day["measures"]["mood"]["own_usual"].clone()
        };
        assert_eq!(usual_on("2026-12-16")["since"], "2026-12-12");
        assert_eq!(usual_on(FALL), Value::Null);
        assert_eq!(usual_on("2026-12-22"), Value::Null);

        // The parent may take it back, whoever did it; to do so once more changes nothing.
        for _ in 0..2 {
            app.delete(&maya, &format!("{RESTARTS}/{FALL}")).await.expect(204);
        }
        let again = measure(&app.get(&maya, OWN).await.expect(200), "mood");
        assert_eq!(again["stands"], stood);
        assert_eq!(again["restarts"][0]["withdrawn_by"]["display_name"], "Maya");
        assert_eq!(again["restarts"].as_array().map(Vec::len), Some(1), "the record stays");
        assert_eq!(own_flags(&app, &maya).await, these(&[("change", "corrected"), ("change", "open")]));
        let (hers, own) = (acts(&app, &asha).await, acts(&app, &maya).await);
        assert!(matches!(&hers[..], [(act, Some(_))] if act == "usual_restart.create"), "{hers:?}");
        assert!(matches!(&own[..], [(act, None)] if act == "usual_restart.withdraw"), "{own:?}");
    }

    /// A flag that a person closed stays closed, when the usual is begun anew and when that is taken back.
    async fn a_persons_closing_stands(app: TestApp) {
        let (maya, asha) = fallen(&app).await;
        let flag = flags(&app, &asha, "").await[0]["id"].as_str().expect("an id").to_owned();
        step(&app, &asha, &flag, json!({"to": "dismissed", "reason": "We talked."})).await.expect(200);
        app.post(&maya, RESTARTS, json!({"from": FALL, "reason": "Other days now."})).await.expect(201);
        assert_eq!(own_flags(&app, &maya).await, these(&[("change", "dismissed")]));
        app.delete(&maya, &format!("{RESTARTS}/{FALL}")).await.expect(204);
        assert_eq!(own_flags(&app, &maya).await, these(&[("change", "dismissed")]));
    }

    /// H02, H23: danger, requests and what was taken back are not what a usual is about.
    async fn nothing_urgent_is_touched_by_a_restart(app: TestApp) {
        let (maya, asha) = fallen(&app).await;
        app.check_in(&maya, json!({"mood": 3, "safe_now": "unsure", "contact_me": true})).await;
        app.check_in(&maya, json!({"mood": 4, "private": true, "safe_now": "no"})).await;
        // Days of a decline that a danger flag took in are evidence of it no longer; the answer itself is.
        let grave = |all: Vec<Value>| -> Vec<Value> {
            let counts = |flag: &Value| {
                let pieces = flag["evidence"].as_array().expect("a list");
                let own = pieces.iter().filter(|piece| piece["values"]["contact_me"] == true);
                let own: Vec<&Value> = own.collect();
                json!([
                    flag["rule"], flag["severity"], flag["status"], flag["reason"], flag["due_at"], flag["raised_at"],
                    flag["last_seen_at"], own
                ])
            };
            all.iter().filter(|flag| flag["rule"]["id"] != "change").map(counts).collect()
        };
        let before = grave(flags(&app, &asha, "?status=all").await);
        assert!(before.iter().any(|flag| flag[1] == "urgent"), "{before:#?}");
        for from in [FALL, "2026-12-23", "2026-11-23"] {
            app.post(&maya, RESTARTS, json!({"from": from, "reason": "Other days now."})).await.expect(201);
            assert_eq!(grave(flags(&app, &asha, "?status=all").await), before, "{from}");
        }
        app.delete(&maya, &format!("{RESTARTS}/2026-12-23")).await.expect(204);
        assert_eq!(grave(flags(&app, &asha, "?status=all").await), before);
        let own = own_flags(&app, &maya).await;
        assert!(own.iter().all(|(rule, _)| rule != "urgent_taken_back"), "{own:?}");
    }

    /// The next usual is made of the days since then, and a decline from it is found.
    async fn a_new_usual_is_made_and_the_next_decline_found(app: TestApp) {
        let (mut maya, mut asha) = fallen(&app).await;
        let client = of_client(&maya);
        let reason = json!({"reason": "Other days now."});
        app.post(&asha, &format!("{client}/mood/restarts"), reason).await.expect(201);
        days(&app, &mut maya, &[5; 19], &mut []).await;
        days(&app, &mut maya, &[2; 3], &mut [&mut asha]).await;
        let new = measure(&app.get(&asha, &client).await.expect(200), "mood");
        // Begun anew on 23 December, made of the nineteen days from then on.
        assert_eq!((&new["stands"]["first_day"], &new["stands"]["frozen_on"]), (&json!("2026-12-23"), &json!("2027-01-11")));
        assert_eq!(new["stands"]["mean"], 5.0);
        let open = flags(&app, &asha, "").await;
        let reasons: Vec<&str> = open.iter().filter_map(|flag| flag["reason"].as_str()).collect();
        assert!(reasons.iter().any(|reason| reason.contains("usual")), "{reasons:?}");
    }

    /// REL-4: a restart that fails at any table leaves nothing, and is recorded when it is sent again.
    async fn a_restart_that_fails_halfway_leaves_nothing(app: TestApp) {
        let (maya, asha) = fallen(&app).await;
        let before = seen(&app, &maya, &asha).await;
        for (table, what, from) in [
            ("usual_restarts", "INSERT", FALL),
            ("usuals", "DELETE", "2026-12-10"),
            ("flags", "UPDATE", FALL),
            ("flag_events", "INSERT", FALL),
            ("changes", "INSERT", FALL),
            ("audit", "INSERT", FALL),
        ] {
            break_at(&app, table, what).await;
            let body = json!({"from": from, "reason": "Other days now."});
            app.post(&maya, RESTARTS, body).await.expect(500);
            mend(&app).await;
            assert_eq!(seen(&app, &maya, &asha).await, before, "{what} {table}");
        }
        app.post(&maya, RESTARTS, json!({"from": FALL, "reason": "Other days now."})).await.expect(201);
        let begun = seen(&app, &maya, &asha).await;
        break_at(&app, "usual_restarts", "UPDATE").await;
        app.delete(&maya, &format!("{RESTARTS}/{FALL}")).await.expect(500);
        mend(&app).await;
        assert_eq!(seen(&app, &maya, &asha).await, begun);
    }

    /// H24: a rehearsal lives restarts too.
    async fn h24_restarts_are_rehearsed(app: TestApp) {
        let (maya, _) = fallen(&app).await;
        let kept = rehearsed(&app, &maya, &["change.line=100"]).await;
        assert_eq!((kept.before.len(), kept.counts.differ()), (1, false), "{kept:?}");
        app.post(&maya, RESTARTS, json!({"from": FALL, "reason": "Other days now."})).await.expect(201);
        for lines in [&[][..], &["change.line=100"], &["change.line=60"]] {
            let found = rehearsed(&app, &maya, lines).await;
            assert_eq!((found.before.len(), found.after.len()), (0, 0), "{lines:?} {found:?}");
        }
    }
}
