//! A parent who used to answer and stops: when it is noticed, by whom it is read, and how it ends.
//!
//! Pauses and wishes are in `silence/pause.rs`, private answers and later links in `silence/private.rs`, edits in
//! `silence/replay.rs`, questionnaires in `silence/forms.rs`, low days after birth in `silence/low.rs`, the rows of timers in `silence/look.rs`.

mod forms;
mod life;
mod look;
mod low;
mod pause;
mod private;
mod replay;

use actix_web::test::TestRequest;
use attune::{
    db::schema::{audit, changes},
    id::UserId,
};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, TextExpressionMethods};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{at, flags, notices, only_flag, step},
    support::{Person, TestApp, both_databases},
};

/// Moves the clock forward; what falls due has happened when this returns. The people are signed in anew.
pub async fn later<const N: usize>(app: &TestApp, span: &str, people: [&mut Person; N]) {
    let body = json!({ "advance": span });
    app.anonymous(TestRequest::post().uri("/v1/sandbox/clock").set_json(body)).await.expect(200);
    for person in people {
        *person = app.sign_in(person).await;
    }
}

/// A check-in of each of the last seven days, today's last.
pub async fn week(app: &TestApp, parent: &Person, answers: Value) {
    for ago in (0..7).rev() {
        let mut body = answers.clone();
        body["occurred_at"] = (app.now() - SignedDuration::from_hours(24 * ago)).to_string().into();
        app.check_in(parent, body).await;
    }
}

/// Maya, who wrote every day of the last week, and Asha, who sees what she shares.
pub async fn family(app: &TestApp) -> (Person, Person) {
    let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    week(app, &maya, json!({"mood": 6})).await;
    (maya, asha)
}

/// Her own flags, newest first.
pub async fn own(app: &TestApp, parent: &Person) -> Vec<Value> {
    app.get(parent, "/v1/me/flags").await.expect(200).list("/data").to_vec()
}

pub fn kinds(flag: &Value) -> Vec<&str> {
    flag["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

const SINCE: &str = "Nothing was shared for some days after 23 November: ";

/// Roles and acts that were recorded of flags of hers, and how often her devices were told of one.
async fn traces(app: &TestApp, parent: &Person) -> (Vec<(String, String)>, i64) {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        let acts = audit::table
            .filter(audit::parent_id.eq(id).and(audit::actor_id.eq(id)))
            .filter(audit::action.like("flag.%"))
            .order(audit::id.asc())
            .select((audit::actor_role, audit::action))
            .load(conn)?;
        let told = changes::table.filter(changes::parent_id.eq(id)).filter(changes::kind.eq("flag"));
        Ok((acts, told.count().get_result(conn)?))
    });
    read.await.unwrap()
}

both_databases! {
    async fn h14_a_parent_who_stops_is_a_notice_after_four_days_and_a_follow_up_after_seven(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let notice = only_flag(&app, &asha).await;
        assert_eq!((&notice["rule"]["id"], &notice["severity"]), (&json!("silence"), &json!("notice")));
        assert_eq!(notice["reason"], format!("{SINCE}a short message is worth it."));
        assert_eq!(notice["evidence"], json!([{"kind": "silence", "local_date": "2026-11-23"}]));
        assert_eq!(at(&notice["due_at"]).duration_since(at(&notice["raised_at"])).as_hours(), 168);
        assert_eq!(kinds(&notice), ["raised"]);
        assert_eq!(notices(&app, &asha).await, 0, "a notice writes to nobody");
        let mine = own(&app, &maya).await;
        assert_eq!((mine.len(), &mine[0]["id"], &mine[0]["seen_by"]), (1, &notice["id"], &json!(["Asha"])));
        let words = "After 23 November it was quiet here for a while. There is nothing to catch up on; you can write \
                     again whenever it suits you.";
        assert_eq!(mine[0]["reason"], words);

        later(&app, "P2D", [&mut maya, &mut asha]).await;
        assert_eq!(only_flag(&app, &asha).await["severity"], "notice");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let follow_up = only_flag(&app, &asha).await;
        assert_eq!((&follow_up["id"], &follow_up["severity"]), (&notice["id"], &json!("follow_up")));
        assert_eq!(follow_up["reason"], format!("{SINCE}a call is worth it."));
        assert_eq!(follow_up["evidence"], notice["evidence"]);
        assert_eq!(kinds(&follow_up), ["raised", "severity"]);
        let due = at(&follow_up["due_at"]).duration_since(app.now());
        assert!(due <= SignedDuration::from_hours(72) && due > SignedDuration::from_hours(71), "{due}");
        assert_eq!(notices(&app, &asha).await, 1);
        let (acts, told) = traces(&app, &maya).await;
        let act = |action: &str| ("system".to_owned(), action.to_owned());
        assert_eq!((acts, told), (vec![act("flag.raise"), act("flag.add")], 2));

        later(&app, "P50D", [&mut maya, &mut asha]).await;
        assert_eq!(kinds(&only_flag(&app, &asha).await), ["raised", "severity"], "once per silence");
        assert_eq!(notices(&app, &asha).await, 1);
    }

    async fn h14_a_server_that_was_down_catches_up_in_order(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P8D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["severity"].as_str(), kinds(&flag)), (Some("follow_up"), vec!["raised", "severity"]));
        assert_eq!(notices(&app, &asha).await, 1);
    }

    async fn a_silence_ends_with_an_answer_and_its_flag_stays(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let before = only_flag(&app, &asha).await;
        let (_, told) = traces(&app, &maya).await;
        app.check_in(&maya, json!({"mood": 6})).await;
        let after = only_flag(&app, &asha).await;
        let words = format!("{SINCE}a short message is worth it. Something was shared again on 28 November.");
        assert_eq!((&after["reason"], &after["status"]), (&json!(words), &json!("open")));
        assert_eq!(after["history"], before["history"]);
        let mine = own(&app, &maya).await;
        assert!(mine[0]["reason"].as_str().unwrap().ends_with("suits you. You have written again since."));
        assert_eq!(traces(&app, &maya).await.1, told + 1, "her devices read the flag again");
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(kinds(&only_flag(&app, &asha).await), ["raised"], "no further step");

        let id = after["id"].as_str().unwrap();
        step(&app, &asha, id, json!({"to": "dismissed", "reason": "She was away."})).await.expect(200);
        let closed = only_flag(&app, &asha).await;
        assert_eq!(closed["reason"], format!("{SINCE}a short message is worth it."), "as it was closed");
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        let open = flags(&app, &asha, "").await;
        assert_eq!((open.len(), open[0]["severity"].as_str()), (1, Some("notice")), "a new silence is a new flag");
        assert_eq!(open[0]["evidence"], json!([{"kind": "silence", "local_date": "2026-11-28"}]));
    }

    async fn a_second_silence_adds_to_the_flag_that_nobody_closed(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        week(&app, &maya, json!({"mood": 6})).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(kinds(&flag), ["raised", "severity", "evidence"]);
        let silence = |on: &str| json!({"kind": "silence", "local_date": on});
        assert_eq!(flag["evidence"], json!([silence("2026-11-23"), silence("2026-11-30")]));
        assert_eq!(flag["severity"], "follow_up", "it never falls by itself");
        assert_eq!(notices(&app, &asha).await, 1);
    }

    async fn low_days_and_open_flags_bring_both_steps_sooner(app: TestApp) {
        for (name, last) in [("Low", json!({"mood": 1})), ("Open", json!({"mood": 6, "contact_me": true}))] {
            app.state.clock.set(crate::support::START.parse().unwrap());
            let (mut maya, mut asha) =
                (app.parent_with_baby(name, 60).await, app.doula(&format!("Of{name}")).await);
            app.link(&maya, &asha, &["check_ins"], true).await;
            week(&app, &maya, json!({"mood": 6})).await;
            for _ in 0..3 {
                app.check_in(&maya, last.clone()).await;
            }
            later(&app, "P1D", [&mut maya, &mut asha]).await;
            let silence = |flags: Vec<Value>| flags.into_iter().find(|flag| flag["rule"]["id"] == "silence");
            assert!(silence(flags(&app, &asha, "").await).is_none(), "{name}");
            later(&app, "P1D", [&mut maya, &mut asha]).await;
            let notice = silence(flags(&app, &asha, "").await).expect("two days");
            assert_eq!(notice["severity"], "notice", "{name}");
            let low = notice["reason"].as_str().unwrap().contains("and mood was low before that");
            assert_eq!(low, name == "Low", "{notice}");
            later(&app, "P2D", [&mut maya, &mut asha]).await;
            assert_eq!(silence(flags(&app, &asha, "").await).unwrap()["severity"], "notice", "{name}");
            later(&app, "P1D", [&mut maya, &mut asha]).await;
            assert_eq!(silence(flags(&app, &asha, "").await).unwrap()["severity"], "follow_up", "{name}");
        }
    }

    async fn a_flag_that_is_closed_no_longer_brings_them_sooner(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        let asked = app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
        let id = asked.text("/flags/0/id").to_owned();
        step(&app, &asha, &id, json!({"to": "dismissed", "reason": "We talked."})).await.expect(200);
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await[0]["severity"], "notice");
    }

    async fn the_second_step_is_raised_although_the_notice_was_closed(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        let notice = only_flag(&app, &asha).await;
        let id = notice["id"].as_str().unwrap();
        step(&app, &asha, id, json!({"to": "dismissed", "reason": "Perhaps a holiday."})).await.expect(200);
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        let open = flags(&app, &asha, "").await;
        assert_eq!((open.len(), open[0]["severity"].as_str()), (1, Some("follow_up")));
        assert_ne!(open[0]["id"], notice["id"]);
        let id = open[0]["id"].as_str().unwrap().to_owned();
        step(&app, &asha, &id, json!({"to": "dismissed", "reason": "She called."})).await.expect(200);
        later(&app, "P30D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 0, "nothing more in this silence");
    }

    async fn a_parent_without_a_doula_has_the_flag_all_the_same(app: TestApp) {
        let mut maya = app.parent("Maya").await;
        week(&app, &maya, json!({"mood": 6})).await;
        later(&app, "P7D", [&mut maya]).await;
        let mine = own(&app, &maya).await;
        assert_eq!((mine.len(), &mine[0]["severity"]), (1, &json!("follow_up")));
        assert_eq!(mine[0]["seen_by"], json!([]));
    }

    async fn nothing_is_noticed_of_somebody_who_wrote_now_and_then(app: TestApp) {
        let (mut maya, mut asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for _ in 0..3 {
            app.check_in(&maya, json!({"mood": 6})).await;
            later(&app, "P3D", [&mut maya, &mut asha]).await;
        }
        later(&app, "P60D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
    }
}
