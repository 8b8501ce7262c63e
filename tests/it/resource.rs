//! The catalogue for anybody, and what is suggested to a parent.

mod caution;

use std::collections::BTreeSet;

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, both_databases};

async fn open(app: &TestApp, path: &str) -> Answer {
    app.anonymous(TestRequest::get().uri(path)).await
}

fn slugs(page: &Answer) -> Vec<&str> {
    page.list("/data").iter().filter_map(|one| one["slug"].as_str()).collect()
}

async fn all(app: &TestApp, query: &str) -> Vec<Value> {
    open(app, &format!("/v1/resources?limit=100{query}")).await.expect(200).list("/data").to_vec()
}

both_databases! {
    async fn the_catalogue_is_listed_in_pages_for_anybody(app: TestApp) {
        let whole = open(&app, "/v1/resources?limit=100").await.expect(200);
        assert_eq!(whole.list("/data").len(), 52);
        assert_eq!(whole.header("cache-control"), "public, max-age=300");
        let mut seen: Vec<String> = Vec::new();
        let mut path = "/v1/resources".to_owned();
        loop {
            let page = open(&app, &path).await.expect(200);
            assert!(page.list("/data").len() <= 20);
            seen.extend(slugs(&page).into_iter().map(str::to_owned));
            if page.at("/has_more") == false {
                break;
            }
            path = page.header("link").trim_start_matches('<').trim_end_matches(">; rel=\"next\"").to_owned();
        }
        assert_eq!(seen, slugs(&whole));
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 52);
    }

    async fn filters_narrow_the_list(app: TestApp) {
        for kind in ["massage", "bibliotherapy", "connection", "self_care", "support"] {
            let found = all(&app, &format!("&kind={kind}")).await;
            assert!(!found.is_empty() && found.iter().all(|one| one["kind"] == kind), "{kind}");
        }
        for need in [
            "low_connection",
            "low_mood",
            "anxiety",
            "poor_sleep",
            "isolation",
            "overwhelm",
            "fussiness",
            "colic",
        ] {
            let found = all(&app, &format!("&helps_with={need}")).await;
            let fits =
                |one: &Value| one["helps_with"].as_array().is_some_and(|needs| needs.contains(&json!(need)));
            assert!(!found.is_empty() && found.iter().all(fits), "{need}");
        }
        let short = all(&app, "&max_minutes=3").await;
        assert!(!short.is_empty() && short.iter().all(|one| one["minutes"].as_u64().is_some_and(|n| n <= 3)));
        let both = all(&app, "&kind=massage&max_minutes=3").await;
        assert!(!both.is_empty() && both.iter().all(|one| one["kind"] == "massage"));
        assert!(all(&app, "&context=loss").await.iter().all(|one| one["about_baby"] == false));
        let fever = all(&app, "&context=fever").await;
        assert!(!fever.is_empty() && fever.iter().all(|one| one["touch"] != "stroking"));
        assert_eq!(
            all(&app, "&kind=support&helps_with=colic&max_minutes=1&q=zebra").await,
            Vec::<Value>::new()
        );
    }

    async fn a_search_finds_words_in_any_case_and_titles_first(app: TestApp) {
        let found = all(&app, "&q=BREATHS").await;
        assert_eq!(found[0]["slug"], "six-slow-breaths");
        assert_eq!(all(&app, "&q=slow+six").await[0]["slug"], "six-slow-breaths");
        assert_eq!(all(&app, "&q=zebra").await, Vec::<Value>::new());
        assert_eq!(all(&app, "&q=%25").await, all(&app, "&q=%25").await);
        assert_eq!(all(&app, "&q=").await.len(), 52);
    }

    async fn wrong_filters_are_named(app: TestApp) {
        for (query, wrong) in [
            ("kind=book", vec!["kind"]),
            ("helps_with=depression", vec!["helps_with"]),
            ("context=twins", vec!["context"]),
            ("max_minutes=0", vec!["max_minutes"]),
            ("limit=101", vec!["limit"]),
            ("q=%00", vec!["q"]),
            ("kind=massage&kind=massage", vec!["kind"]),
            ("age=5&kind=book", vec!["age", "kind"]),
        ] {
            let refused = open(&app, &format!("/v1/resources?{query}")).await.expect(400);
            assert_eq!(refused.wrong_fields(), wrong, "{query}");
        }
        let long = "x".repeat(201);
        assert_eq!(open(&app, &format!("/v1/resources?q={long}")).await.expect(400).wrong_fields(), ["q"]);
        let page = open(&app, "/v1/resources?limit=5&kind=massage").await.expect(200);
        let cursor = page.text("/next_cursor");
        open(&app, &format!("/v1/resources?kind=massage&cursor={cursor}")).await.expect(200);
        let other = open(&app, &format!("/v1/resources?kind=support&cursor={cursor}")).await.expect(400);
        assert_eq!(other.at("/code"), "bad_cursor");
    }

    async fn every_resource_shows_what_to_do_when_not_to_and_why(app: TestApp) {
        for summary in all(&app, "").await {
            let slug = summary["slug"].as_str().expect("a slug");
            let one = open(&app, &format!("/v1/resources/{slug}")).await.expect(200);
            for (name, value) in summary.as_object().expect("an object") {
                assert_eq!(one.at(&format!("/{name}")), value, "{slug}");
            }
            let reads = one.at("/reading").is_object() || one.at("/text").is_string();
            assert!(!one.list("/steps").is_empty() || reads, "{slug}");
            assert!(one.at("/cautions").is_array(), "{slug}");
            assert!(
                !one.list("/evidence/sources").is_empty() && one.at("/evidence/grade").is_string(),
                "{slug}"
            );
            assert_ne!(one.header("etag"), "", "{slug}");
        }
        for unknown in
            ["nothing", "SIX-SLOW-BREATHS", "six-slow-breaths%00", "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001"]
        {
            assert_eq!(
                open(&app, &format!("/v1/resources/{unknown}")).await.expect(404).at("/code"),
                "not_found"
            );
        }
        open(&app, "/v1/resources/six-slow-breaths?x=1").await.expect(400);
    }

    async fn a_copy_that_is_still_right_is_not_sent_again(app: TestApp) {
        let first = open(&app, "/v1/resources/six-slow-breaths").await.expect(200);
        let again = TestRequest::get()
            .uri("/v1/resources/six-slow-breaths")
            .insert_header(("If-None-Match", first.header("etag")));
        let same = app.anonymous(again).await.expect(304);
        assert_eq!(same.bytes, b"");
    }

    async fn the_same_state_gives_the_same_suggestions(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        app.check_in(&maya, json!({"mood": 6, "connection": 3, "anxiety": 7, "sleep_hours": 6})).await;
        let first = app.get(&maya, "/v1/suggestions").await.expect(200);
        assert_eq!((first.list("/data").len(), first.at("/has_more")), (3, &json!(false)));
        for _ in 0..3 {
            assert_eq!(app.get(&maya, "/v1/suggestions").await.expect(200).at("/data"), first.at("/data"));
        }
        let twenty = app.get(&maya, "/v1/suggestions?limit=20").await.expect(200);
        assert_eq!(
            twenty.list("/data")[..3],
            *first.list("/data"),
            "a longer list begins with the shorter one"
        );
        assert_eq!(app.get(&maya, "/v1/suggestions?limit=1").await.expect(200).list("/data").len(), 1);
        let noor = app.parent_with_baby("Noor", 60).await;
        app.check_in(&noor, json!({"mood": 6, "connection": 3, "anxiety": 7, "sleep_hours": 6})).await;
        assert_eq!(app.get(&noor, "/v1/suggestions").await.expect(200).at("/data"), first.at("/data"));
        for suggestion in first.list("/data") {
            assert!(
                suggestion["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()),
                "{suggestion}"
            );
            let slug = suggestion["resource"]["slug"].as_str().expect("a slug");
            open(&app, &format!("/v1/resources/{slug}")).await.expect(200);
        }
    }

    async fn suggestions_are_for_parents_and_their_limit_is_checked(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.get(&asha, "/v1/suggestions").await.expect(403);
        open(&app, "/v1/suggestions").await.expect(401);
        for query in ["limit=0", "limit=x", "limit=1&limit=1", "cursor=x"] {
            app.get(&maya, &format!("/v1/suggestions?{query}")).await.expect(400);
        }
    }

    async fn feedback_is_kept_and_the_later_word_counts(app: TestApp) {
        let maya = app.parent("Maya").await;
        let path = "/v1/resources/six-slow-breaths/feedback";
        let first = app
            .put(&maya, path, json!({"tried": true, "helped": "yes", "note": "Quiet at last."}))
            .await
            .expect(200);
        assert_eq!((first.at("/slug"), first.at("/tried")), (&json!("six-slow-breaths"), &json!(true)));
        assert_eq!((first.at("/helped"), first.at("/note")), (&json!("yes"), &json!("Quiet at last.")));
        let second = app.put(&maya, path, json!({"tried": false})).await.expect(200);
        assert_eq!((second.at("/helped"), second.at("/note")), (&json!(null), &json!(null)));
        for (body, wrong) in [
            (json!({}), vec!["/tried"]),
            (
                json!({"tried": "yes", "helped": "maybe", "note": 5, "stars": 5}),
                vec!["/helped", "/note", "/stars", "/tried"],
            ),
            (json!({"tried": true, "note": "a\u{0}b"}), vec!["/note"]),
            (json!({"tried": true, "note": "x".repeat(5000)}), vec!["/note"]),
        ] {
            assert_eq!(app.put(&maya, path, body).await.expect(422).wrong_fields(), wrong);
        }
        app.put(&maya, "/v1/resources/nothing/feedback", json!({"tried": true})).await.expect(404);
        let asha = app.doula("Asha").await;
        app.put(&asha, path, json!({"tried": true})).await.expect(403);
        app.anonymous(TestRequest::put().uri(path).set_json(json!({"tried": true}))).await.expect(401);
    }
}
