//! Danger first: an entry that says somebody may not be safe is taken whatever else is wrong with it.
//!
//! Here are all the defects that it may have; what is refused all the same, the block and who is told are in
//! files of their own below.

mod block;
mod loss;
mod refusal;
mod told;

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, Person, both_databases};

/// A request that can be made stranger than the usual ones.
fn post(person: &Person, path: &str) -> TestRequest {
    TestRequest::post().uri(path).insert_header(("Authorization", format!("Bearer {}", person.token)))
}

/// Pointers of the warnings, in order.
fn warned(answer: &Answer) -> Vec<&str> {
    answer.list("/warnings").iter().filter_map(|warning| warning["pointer"].as_str()).collect()
}

/// What every reply to a danger answer has: one urgent flag, the block, nothing beside it.
#[track_caller]
fn is_answered_with_help(answer: &Answer) {
    let flags = answer.list("/flags");
    assert_eq!(flags.len(), 1, "{}", answer.body);
    assert_eq!(flags[0]["rule"]["id"], "not_safe");
    assert_eq!(flags[0]["severity"], "urgent");
    assert_eq!(answer.at("/suggestions"), &json!([]));
    assert_eq!(answer.at("/safety/level"), "urgent");
    assert_eq!(answer.at("/safety/emergency/phone"), "999");
    assert!(answer.text("/safety/message").contains("call 999"));
    assert!(!answer.list("/safety/lines").is_empty());
    assert!(!answer.list("/safety/do_now").is_empty());
    // The order in which it is read.
    let text = String::from_utf8_lossy(&answer.bytes);
    let names = [
        "\"safety\":{\"level\":",
        "\"message\":",
        "\"emergency\":",
        "\"lines\":",
        "\"support_lines\":",
        "\"what_happens_next\":",
        "\"do_now\":",
        "\"share_offer\":",
        "\"suggestions\":",
    ];
    let begin = text.find("\"safety\":").expect("is there");
    let places: Vec<Option<usize>> = names.iter().map(|name| text[begin..].find(name)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {text}");
}

/// Everything that a field can have wrong, with the pointers of the warnings.
fn defects(foreign_baby: &str) -> Vec<(&'static str, Value, &'static [&'static str])> {
    let mut all: Vec<(&str, Value, &[&str])> = Vec::new();
    let scales: [(&str, &[&str]); 4] = [
        ("mood", &["/mood"]),
        ("connection", &["/connection"]),
        ("anxiety", &["/anxiety"]),
        ("support", &["/support"]),
    ];
    for (name, pointer) in scales {
        for wrong in [json!(-1), json!(11), json!(6.5), json!("high"), json!(true), json!([5]), json!(1e300)]
        {
            all.push((name, wrong, pointer));
        }
    }
    all.push(("mood", json!(null), &["/mood"]));
    for wrong in [json!(-0.5), json!(24.5), json!(4.25), json!("4"), json!({})] {
        all.push(("sleep_hours", wrong, &["/sleep_hours"]));
    }
    for wrong in [json!("yes"), json!(1)] {
        all.push(("sped_up", wrong.clone(), &["/sped_up"]));
        all.push(("contact_me", wrong.clone(), &["/contact_me"]));
        all.push(("private", wrong, &["/private"]));
    }
    for wrong in [json!("x".repeat(4001)), json!("a\u{0}b"), json!("\u{7}"), json!(5), json!(["words"])] {
        all.push(("note", wrong, &["/note"]));
    }
    all.push(("tags", json!("feeding"), &["/tags"]));
    all.push(("tags", json!(vec!["x"; 11]), &["/tags"]));
    all.push(("tags", json!(["fine", 7]), &["/tags/1"]));
    all.push(("tags", json!(["x".repeat(41), ""]), &["/tags/0", "/tags/1"]));
    for wrong in [json!("mine"), json!(5), json!("0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001"), json!(foreign_baby)]
    {
        all.push(("baby_id", wrong, &["/baby_id"]));
    }
    for wrong in [
        json!("yesterday"),
        json!("2026-11-08T09:00:00Z"),
        json!("2026-11-24T09:00:00Z"),
        json!(5),
        json!("2026-02-30T00:00:00Z"),
    ] {
        all.push(("occurred_at", wrong, &["/occurred_at"]));
    }
    for wrong in [json!("Mars/Olympus"), json!(""), json!(1), json!("a\u{0}b")] {
        all.push(("time_zone", wrong, &["/time_zone"]));
    }
    all.push(("feeling", json!("bad"), &["/feeling"]));
    all.push(("a/b~c", json!(null), &["/a~1b~0c"]));
    all
}

both_databases! {
    /// H03: a danger answer with every other defect of a field.
    async fn no_other_field_takes_a_danger_answer_back(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let foreign = app.baby(&noor, 60).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], false).await;
        for (at, (name, wrong, pointers)) in defects(&foreign).into_iter().enumerate() {
            let mut body = json!({"mood": 5, "safe_now": if at % 2 == 0 { "no" } else { "unsure" }});
            body[name] = wrong.clone();
            let refused = {
                let mut calm = body.clone();
                calm["safe_now"] = json!("yes");
                calm
            };
            app.post(&maya, "/v1/check-ins", refused).await.expect(422);
            let answer = app.check_in(&maya, body).await;
            is_answered_with_help(&answer);
            assert_eq!(warned(&answer), pointers, "{name} {wrong}");
            assert_eq!(answer.at("/check_in/incomplete"), true, "{name} {wrong}");
            assert_eq!(answer.at("/check_in/occurred_at"), answer.at("/check_in/recorded_at"), "{name}");
            assert_eq!(answer.at("/check_in/time_zone"), "Europe/London", "{name}");
            if answer
                .at("/check_in")
                .get(name)
                .is_some_and(|_| !matches!(name, "occurred_at" | "time_zone" | "tags" | "private"))
            {
                assert_eq!(answer.at(&format!("/check_in/{name}")), &json!(null), "{name} {wrong}");
            }
            assert!(
                answer
                    .list("/warnings")
                    .iter()
                    .all(|warning| warning["code"].is_string() && warning["detail"].is_string())
            );
        }
        let flags = app.get(&asha, "/v1/flags").await.expect(200);
        assert_eq!(flags.list("/data").len(), 1, "one open flag per parent and rule");
    }

    /// H03: everything wrong at once, and nothing there but the danger answer.
    async fn a_danger_answer_among_nothing_but_mistakes_is_taken(app: TestApp) {
        let maya = app.parent("Maya").await;
        let all_wrong = json!({
            "mood": 11, "connection": -1, "anxiety": "bad", "sleep_hours": 25, "support": 3.5,
            "sped_up": "a bit",
            "safe_now": "no", "contact_me": 1, "note": 5, "tags": ["", 7], "baby_id": "mine", "private": "no",
            "occurred_at": "yesterday", "time_zone": "Home", "feeling": "fine",
        });
        let answer = app.check_in(&maya, all_wrong).await;
        is_answered_with_help(&answer);
        let mut pointers = warned(&answer);
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/anxiety",
                "/baby_id",
                "/connection",
                "/contact_me",
                "/feeling",
                "/mood",
                "/note",
                "/occurred_at",
                "/private",
                "/sleep_hours",
                "/sped_up",
                "/support",
                "/tags/0",
                "/tags/1",
                "/time_zone",
            ]
        );
        let alone = app.check_in(&maya, json!({"safe_now": "unsure"})).await;
        is_answered_with_help(&alone);
        assert_eq!((warned(&alone), alone.at("/check_in/mood")), (vec!["/mood"], &json!(null)));
        let one = app.get(&maya, alone.header("location")).await.expect(200);
        assert_eq!(&one.body, alone.at("/check_in"));
    }

    /// H03: a switch that cannot be read may have meant private, so the words stay out.
    async fn words_are_left_out_when_private_cannot_be_read(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins", "notes"], false).await;
        for (wrong, words, pointers) in [
            (
                json!("true"),
                json!({"note": "not for her", "tags": ["hidden"]}),
                vec!["/note", "/private", "/tags"],
            ),
            (json!(1), json!({"note": "not for her"}), vec!["/note", "/private"]),
            (json!("no"), json!({"tags": ["hidden"]}), vec!["/private", "/tags"]),
        ] {
            let mut body = json!({"mood": 2, "safe_now": "no", "private": wrong});
            for (name, value) in words.as_object().expect("an object") {
                body[name] = value.clone();
            }
            let answer = app.check_in(&maya, body).await;
            is_answered_with_help(&answer);
            let mut warned = warned(&answer);
            warned.sort_unstable();
            assert_eq!(warned, pointers);
            assert_eq!(answer.at("/check_in/note"), &json!(null));
            assert_eq!(answer.at("/check_in/tags"), &json!([]));
            assert_eq!(answer.at("/check_in/mood"), 2);
            assert_eq!(answer.at("/flags/0/seen_by"), &json!(["Asha"]), "the danger reaches somebody");
        }
        let shown = app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(200);
        let text = shown.body.to_string();
        assert!(!text.contains("not for her") && !text.contains("hidden"), "{text}");
    }

    /// H03: nor does anything around the body.
    async fn no_header_or_parameter_takes_a_danger_answer_back(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"mood": 5, "safe_now": "unsure"});
        let long = "k".repeat(256);
        for key in ["", "two words", long.as_str(), "clé"] {
            let answer = app
                .send(post(&maya, "/v1/check-ins").insert_header(("Idempotency-Key", key)).set_json(&body))
                .await
                .expect(201);
            is_answered_with_help(&answer);
            assert_eq!(answer.at("/check_in/incomplete"), true, "{key:?}");
            assert_eq!(answer.at("/warnings/0/code"), "bad_header", "{key:?}");
        }
        let twice = post(&maya, "/v1/check-ins")
            .append_header(("Idempotency-Key", "a"))
            .append_header(("Idempotency-Key", "b"));
        is_answered_with_help(&app.send(twice.set_json(&body)).await.expect(201));
        for query in ["x=1", "limit=5&limit=5", "mood=%00", "&&=&"] {
            let answer =
                app.send(post(&maya, &format!("/v1/check-ins?{query}")).set_json(&body)).await.expect(201);
            is_answered_with_help(&answer);
            assert_eq!(answer.at("/warnings/0/code"), "unknown_parameter", "{query}");
        }
        let calm = app.send(post(&maya, "/v1/check-ins?x=1").set_json(json!({"mood": 5}))).await.expect(400);
        assert_eq!((calm.wrong_fields(), calm.at("/help")), (vec!["x".to_owned()], &json!("/v1/help")));
        let merge = post(&maya, "/v1/check-ins")
            .insert_header(("Accept", "text/html"))
            .insert_header(("X-Request-Id", "!"));
        is_answered_with_help(&app.send(merge.set_json(&body)).await.expect(201));
    }

    /// H03 and H05: when it was felt does not matter, nor how long ago the birth is.
    async fn a_backdated_danger_answer_is_urgent_all_the_same(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 2).await;
        let body = json!({"mood": 8, "safe_now": "no", "occurred_at": "2026-11-10T09:00:00Z"});
        let answer = app.check_in(&maya, body).await;
        is_answered_with_help(&answer);
        assert_eq!(answer.at("/check_in/occurred_at"), "2026-11-10T09:00:00Z");
        assert_eq!((warned(&answer), answer.at("/check_in/incomplete")), (vec![], &json!(false)));
    }
}
