//! Who may begin anew what is usual for whom, who reads what of it, and who takes it back.

use serde_json::{Value, json};

use super::{OWN, RESTARTS, measure, of_client};
use crate::support::{Answer, Person, TestApp, both_databases};

const TODAY: &str = "2026-11-23";

async fn begin(app: &TestApp, doula: &Person, client: &Person, reason: &str) -> Answer {
    let path = format!("{}/mood/restarts", of_client(client));
    app.post(doula, &path, json!({"from": TODAY, "reason": reason})).await
}

/// Who did it, why, and whether it was taken back, as somebody reads it, the latest first.
async fn seen(app: &TestApp, person: &Person, path: &str) -> Vec<(String, Option<String>, bool)> {
    let mood = measure(&app.get(person, path).await.expect(200), "mood");
    let one = |restart: &Value| {
        let by = restart["by"]["display_name"].as_str().expect("a name").to_owned();
        let reason = restart.get("reason").map(|reason| reason.as_str().expect("text").to_owned());
        (by, reason, !restart["withdrawn_at"].is_null())
    };
    mood["restarts"].as_array().expect("a list").iter().map(one).collect()
}

fn row(by: &str, reason: Option<&str>, withdrawn: bool) -> (String, Option<String>, bool) {
    (by.to_owned(), reason.map(str::to_owned), withdrawn)
}

both_databases! {
    /// H38, H41: the parent reads everything; a doula what was recorded inside her link, and of words her own.
    async fn each_reads_what_is_hers_to_read(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.advance_minutes(1);
        app.post(&maya, RESTARTS, json!({"from": TODAY, "reason": "my own words"})).await.expect(201);
        app.advance_minutes(1);
        begin(&app, &asha, &maya, "words of Asha").await.expect(201);
        app.advance_minutes(1);
        app.link(&maya, &bea, &["check_ins"], true).await;
        let client = of_client(&maya);
        assert_eq!(seen(&app, &bea, &client).await, [], "recorded before her link");
        app.advance_minutes(1);
        let reply = begin(&app, &bea, &maya, "words of Bea").await.expect(201);
        assert_eq!(reply.text("/by/display_name"), "Bea");
        assert_eq!(
            seen(&app, &maya, OWN).await,
            [
                row("Bea", Some("words of Bea"), false),
                row("Asha", Some("words of Asha"), false),
                row("Maya", Some("my own words"), false),
            ]
        );
        assert_eq!(
            seen(&app, &asha, &client).await,
            [row("Bea", None, false), row("Asha", Some("words of Asha"), false), row("Maya", None, false)]
        );
        assert_eq!(seen(&app, &bea, &client).await, [row("Bea", Some("words of Bea"), false)]);
        let other = measure(&app.get(&maya, OWN).await.expect(200), "anxiety");
        assert_eq!((&other["stands"], &other["restarts"]), (&Value::Null, &json!([])));
    }

    async fn a_doula_takes_back_her_own_and_the_parent_any(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        for doula in [&asha, &bea] {
            app.link(&maya, doula, &["check_ins"], true).await;
        }
        let client = of_client(&maya);
        let of_today = format!("{client}/mood/restarts/{TODAY}");
        app.delete(&asha, &of_today).await.expect(404);
        begin(&app, &asha, &maya, "of Asha").await.expect(201);
        assert_eq!(app.delete(&bea, &of_today).await.expect(404).text("/code"), "not_found");
        app.advance_minutes(1);
        begin(&app, &bea, &maya, "of Bea").await.expect(201);
        for _ in 0..2 {
            app.delete(&bea, &of_today).await.expect(204);
        }
        assert_eq!(
            seen(&app, &maya, OWN).await,
            [row("Bea", Some("of Bea"), true), row("Asha", Some("of Asha"), false)]
        );
        app.advance_minutes(1);
        begin(&app, &bea, &maya, "of Bea again").await.expect(201);
        app.delete(&maya, &format!("{RESTARTS}/{TODAY}")).await.expect(204);
        assert!(seen(&app, &maya, OWN).await.iter().all(|(_, _, withdrawn)| *withdrawn));
        assert_eq!(seen(&app, &maya, OWN).await.len(), 3);
        app.delete(&maya, &format!("{RESTARTS}/2026-11-22")).await.expect(404);
    }

    async fn it_takes_the_scope_and_a_live_link(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["flags", "screenings"], true).await;
        let client = of_client(&maya);
        for (doula, status, code) in [(&asha, 403, "scope_not_granted"), (&bea, 404, "not_found")] {
            let taken_back = format!("{client}/mood/restarts/{TODAY}");
            let answers = [
                app.get(doula, &client).await,
                begin(&app, doula, &maya, "of hers").await,
                app.post(doula, &format!("{client}/mood/restarts"), json!({"why": 1})).await,
                app.delete(doula, &taken_back).await,
            ];
            for answer in answers {
                assert_eq!((answer.status, answer.text("/code")), (status, code), "{}", answer.body);
            }
        }
        assert_eq!(seen(&app, &maya, OWN).await, []);
    }

    /// The usual of private days is nobody else's, and neither is what stands of it.
    async fn what_stands_for_a_doula_is_made_of_shared_days(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for _ in 0..19 {
            app.check_in(&maya, json!({"mood": 7, "private": true})).await;
            app.advance_hours(24);
            maya = app.sign_in(&maya).await;
        }
        app.check_in(&maya, json!({"mood": 7, "private": true})).await;
        asha = app.sign_in(&asha).await;
        let stands = |answer: Answer| measure(&answer, "mood")["stands"]["mean"].clone();
        assert_eq!(stands(app.get(&maya, OWN).await.expect(200)), 7.0);
        assert_eq!(stands(app.get(&asha, &of_client(&maya)).await.expect(200)), Value::Null);
    }

    /// H33: after a loss connection is neither shown nor begun anew; what was begun can still be taken back.
    async fn connection_is_left_alone_after_a_loss(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let client = of_client(&maya);
        let reason = json!({"reason": "Other days now."});
        let own = "/v1/check-ins/usuals/connection/restarts";
        app.post(&maya, own, reason.clone()).await.expect(201);
        let names = |answer: Answer| -> Vec<Value> {
            answer.list("/measures").iter().map(|one| one["measure"].clone()).collect()
        };
        assert_eq!(names(app.get(&maya, OWN).await), ["mood", "anxiety", "connection"]);
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        for (person, list) in [(&maya, OWN), (&asha, client.as_str())] {
            assert_eq!(names(app.get(person, list).await), ["mood", "anxiety"], "{list}");
            let path = format!("{list}/connection/restarts");
            let refused = app.post(person, &path, json!({"from": "2026-11-20", "reason": "r"})).await;
            assert_eq!(refused.expect(409).text("/code"), "not_applicable", "{path}");
            app.post(person, &format!("{list}/anxiety/restarts"), reason.clone()).await.expect(201);
        }
        app.delete(&maya, &format!("{own}/{TODAY}")).await.expect(204);
    }
}
