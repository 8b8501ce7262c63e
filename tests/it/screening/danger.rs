//! H01, H03: an answer that is urgent by itself is never refused, whatever else is wrong, and the help is in the same reply.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::{flags, notices, only_flag},
    support::{Answer, Person, both_databases},
};

/// What a reply to a danger answer must have, whatever else was sent.
#[track_caller]
fn is_taken(reply: &Answer, rule: &str) {
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(reply.text("/safety/level"), "urgent");
    assert_eq!(reply.list("/suggestions"), [] as [Value; 0]);
    assert!(raised(reply).contains(&(rule, "urgent")), "{}", reply.body);
}

fn post(person: &Person, path: &str) -> TestRequest {
    let bearer = ("Authorization", format!("Bearer {}", person.token));
    TestRequest::post().uri(path).insert_header(bearer).insert_header(("Content-Type", "application/json"))
}

both_databases! {
    async fn h15_every_urgent_item_is_urgent_whatever_the_total(app: TestApp) {
        for (number, (instrument, item, rule)) in [
            ("phq-9", "9", "self_harm_item"), ("epds", "10", "self_harm_item"), ("pbq", "18", "harm_item"),
            ("pbq", "24", "harm_item"), ("weekly-reflection", "self_harm", "self_harm_item"),
            ("weekly-reflection", "afraid_harm", "harm_item"), ("weekly-reflection", "unreal", "unreal"),
        ].into_iter().enumerate() {
            let maya = app.parent_with_baby(&format!("Maya{number}"), 60).await;
            let asha = app.doula(&format!("Asha{number}")).await;
            app.link(&maya, &asha, &["screenings"], false).await;
            let known = app.get(&maya, &format!("/v1/instruments/{instrument}")).await.expect(200);
            let least = if item == "unreal" { 2 } else { 1 };
            let whole: serde_json::Map<String, Value> = known.list("/items").iter()
                .map(|one| (one["id"].as_str().unwrap_or_default().to_owned(), json!(0)))
                .chain([(item.to_owned(), json!(least))]).collect();
            let sent = fill_in(&app, &maya, instrument, Value::Object(whole)).await;
            is_taken(&sent, rule);
            assert_eq!((sent.at("/screening/incomplete"), sent.at("/warnings")), (&json!(false), &json!([])));
            assert!(sent.at("/screening/total").is_number());
            assert_eq!(sent.at("/flags/0/seen_by"), &json!([asha.name]));
            let flag = only_flag(&app, &asha).await;
            assert_eq!((flag["rule"]["id"].as_str(), flag["severity"].as_str()), (Some(rule), Some("urgent")));
            assert_eq!(notices(&app, &asha).await, 1);
        }
    }

    async fn h15_an_incomplete_form_has_no_total_and_still_its_flag(app: TestApp) {
        let maya = app.parent("Maya").await;
        let sent = fill_in(&app, &maya, "phq-9", json!([null, null, null, null, null, null, null, null, 3])).await;
        is_taken(&sent, "self_harm_item");
        let form = sent.at("/screening");
        assert_eq!((&form["total"], &form["incomplete"], &form["answers"]), (&Value::Null, &json!(true), &json!({"9": 3})));
        let left_out: Vec<&str> = sent.list("/warnings").iter().map(|one| one["pointer"].as_str().unwrap_or_default()).collect();
        assert_eq!(left_out, ["/answers/0", "/answers/1", "/answers/2", "/answers/3", "/answers/4", "/answers/5", "/answers/6", "/answers/7"]);
        assert_eq!(app.get(&maya, &path(&sent)).await.expect(200).body, *form);
    }

    async fn h03_nothing_else_in_the_request_refuses_it(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (extra, pointer) in [
            (json!({"version": "77"}), "/version"),
            (json!({"version": []}), "/version"),
            (json!({"total": 0}), ""),
            (json!({"total": "many"}), ""),
            (json!({"occurred_at": "2020-01-01T00:00:00Z"}), "/occurred_at"),
            (json!({"occurred_at": 5}), "/occurred_at"),
            (json!({"private": "no"}), "/private"),
            (json!({"surprise": {"deep": []}}), "/surprise"),
            (json!({"answers": {"9": 1, "1": 99, "nonsense": 0}}), "/answers/1"),
        ] {
            let mut body = json!({"instrument": "phq-9", "answers": {"9": 1}});
            for (name, value) in extra.as_object().expect("an object") {
                body[name] = value.clone();
            }
            let sent = app.post(&maya, SCREENINGS, body.clone()).await;
            is_taken(&sent, "self_harm_item");
            let named = sent.list("/warnings").iter().any(|one| one["pointer"] == pointer);
            assert!(named || pointer.is_empty(), "{body}: {}", sent.body);
            assert_eq!(sent.at("/screening/total"), &Value::Null);
        }
        for (header, value, path) in [
            ("Idempotency-Key", "with some spaces", SCREENINGS),
            ("X-Other", "1", "/v1/screenings?surprise=1"),
        ] {
            let body = json!({"instrument": "epds", "answers": {"10": 1}});
            let request = post(&maya, path).insert_header((header, value)).set_payload(body.to_string());
            is_taken(&app.send(request).await, "self_harm_item");
        }
        // Strange and not broken: half a character, and a number that no machine holds.
        for odd in [r#""surprise": "\ud83d""#, r#""total": 1e999"#] {
            let text = format!(r#"{{"instrument": "epds", "answers": {{"10": 2}}, {odd}}}"#);
            is_taken(&app.send(post(&maya, SCREENINGS).set_payload(text)).await, "self_harm_item");
        }
    }

    async fn h03_neither_a_window_nor_a_loss_nor_a_pause_refuses_it(app: TestApp) {
        let lou = app.parent_with_baby("Lou", 20).await;
        app.patch(&lou, "/v1/me", json!({"contexts": ["loss"], "paused_until": "2026-12-20"})).await.expect(200);
        let whole = json!([0, 0, 0, 0, 0, 0, 0, 0, 0]);
        fill_in(&app, &lou, "phq-9", whole).await;
        let again = fill_in(&app, &lou, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 1])).await;
        is_taken(&again, "self_harm_item");
        assert_eq!((again.text("/warnings/0/code"), again.at("/screening/incomplete")), ("too_soon", &json!(true)));
        assert_eq!(again.at("/screening/total"), &Value::Null);
        let pbq = fill_in(&app, &lou, "pbq", json!({"24": 1})).await;
        is_taken(&pbq, "harm_item");
        let codes: Vec<&Value> = pbq.list("/warnings").iter().map(|one| &one["code"]).collect();
        assert!(codes.contains(&&json!("not_applicable")), "{}", pbq.body);
        // H33: and no word of the reply speaks of a baby.
        assert!(!pbq.body.to_string().to_lowercase().contains("baby"), "{}", pbq.body);
    }

    /// A list of the wrong length has no known items.
    async fn what_is_no_danger_answer_is_refused_with_the_way_to_help(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        for body in [
            json!({"instrument": "phq-9", "answers": [3, 3, 3]}),
            json!({"instrument": "phq-9", "answers": {"9": 4}}),
            json!({"instrument": "phq-9", "answers": {"9": "1"}}),
            json!({"instrument": "phq-2", "answers": {"9": 1}}),
            json!({"answers": {"9": 1}}),
        ] {
            assert_eq!(app.post(&maya, SCREENINGS, body).await.expect(422).text("/help"), "/v1/help");
        }
        let danger = r#"{"instrument": "phq-9", "answers": {"9": 1}}"#;
        for (request, status) in [
            (TestRequest::post().uri(SCREENINGS).insert_header(("Content-Type", "application/json")).set_payload(danger), 401),
            (post(&asha, SCREENINGS).set_payload(danger), 403),
            (post(&maya, SCREENINGS).set_payload(r#"{"instrument": "phq-9", "answers": {"9": 1}"#), 400),
            (post(&maya, SCREENINGS).set_payload(r#"{"instrument": "phq-9", "answers": {"9": 1, "9": 1}}"#), 400),
            (post(&maya, SCREENINGS).insert_header(("Content-Type", "text/plain")).set_payload(danger), 415),
        ] {
            assert_eq!(app.send(request).await.expect(status).text("/help"), "/v1/help");
        }
    }

    async fn a_private_danger_answer_reaches_only_whom_she_allowed_and_without_content(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["screenings"], true).await;
        app.link(&maya, &bea, &["screenings"], false).await;
        let body = json!({"instrument": "phq-9", "answers": {"9": 2}, "private": true});
        let sent = app.post(&maya, SCREENINGS, body).await.expect(201);
        is_taken(&sent, "self_harm_item");
        assert_eq!((sent.at("/flags/0/seen_by"), sent.at("/safety/share_offer")), (&json!(["Asha"]), &json!(true)));
        let seen = only_flag(&app, &asha).await;
        assert_eq!((seen["rule"]["id"].as_str(), &seen["evidence"]), (Some("private_danger"), &json!([])));
        assert_eq!(flags(&app, &bea, "").await.len(), 0);
        // Shared later, it is told to both.
        let shared = app.patch(&maya, &path(&sent), json!({"private": false})).await.expect(200);
        assert_eq!(shared.at("/flags/0/seen_by"), &json!(["Asha", "Bea"]));
        assert_eq!(only_flag(&app, &bea).await["rule"]["id"], "self_harm_item");
        assert_eq!(notices(&app, &bea).await, 1);
    }
}
