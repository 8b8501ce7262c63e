//! `/v1/help`: for anybody, always, without a sign-in.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, both_databases};

async fn help(app: &TestApp, query: &str) -> Answer {
    app.anonymous(TestRequest::get().uri(&format!("/v1/help{query}"))).await
}

const LOCAL: &str = "call your local emergency number or go to the nearest emergency department";

both_databases! {
    async fn a_known_country_has_its_numbers(app: TestApp) {
        let page = help(&app, "?country=GB").await.expect(200);
        assert_eq!(page.at("/country"), &json!({"code": "GB", "name": "United Kingdom"}));
        assert_eq!(page.at("/emergency/phone"), "999");
        assert!(page.text("/message").contains("call 999"));
        let names: Vec<&str> = page.list("/lines").iter().filter_map(|line| line["name"].as_str()).collect();
        assert_eq!(names, ["NHS 111, mental health option", "Samaritans", "Shout"]);
        for line in page.list("/lines") {
            assert_eq!(line["kind"], "crisis");
            assert!(
                line["hours"].is_string() && line["open_now"].is_boolean() && line["confirmed"].is_boolean()
            );
        }
        assert!(page.list("/support_lines").iter().all(|line| line["kind"] == "support"));
        assert_eq!(help(&app, "?country=US").await.expect(200).at("/emergency/phone"), "911");
    }

    /// H29, H30: words instead of another country's number.
    async fn an_unknown_or_missing_country_has_words(app: TestApp) {
        for query in ["", "?country=SE", "?country=JP", "?country=AQ"] {
            let page = help(&app, query).await.expect(200);
            assert_eq!((page.at("/country"), page.at("/emergency")), (&json!(null), &json!(null)), "{query}");
            assert_eq!((page.at("/lines"), page.at("/support_lines")), (&json!([]), &json!([])), "{query}");
            assert!(page.text("/message").contains(LOCAL), "{query}");
            assert_eq!(page.list("/countries").len(), 11, "{query}");
        }
    }

    /// H29: never empty, for any country that a profile may hold.
    async fn no_country_has_an_empty_page(app: TestApp) {
        let known = help(&app, "").await.expect(200);
        let with_numbers: Vec<&str> =
            known.list("/countries").iter().filter_map(|one| one["code"].as_str()).collect();
        for code in attune::help::country::COUNTRIES {
            let page = help(&app, &format!("?country={code}")).await.expect(200);
            assert!(page.text("/message").contains("nearest emergency department"), "{code}");
            let has_numbers = with_numbers.contains(&code);
            assert_eq!(page.at("/emergency").is_object(), has_numbers, "{code}");
            assert_eq!(page.list("/lines").is_empty(), !has_numbers, "{code}");
            if has_numbers {
                assert_eq!(page.at("/country/code"), code);
            }
        }
    }

    async fn the_page_lists_signs_in_the_body_and_says_that_nobody_reads_along(app: TestApp) {
        let page = help(&app, "?country=GB").await.expect(200);
        let who: Vec<&Value> = page.list("/warning_signs").iter().map(|signs| &signs["who"]).collect();
        assert_eq!(who, ["parent", "baby"]);
        let signs = page.at("/warning_signs/0/signs").to_string().to_lowercase();
        for sign in ["bleeding", "38 °c", "headache", "chest", "breathing", "fainting", "leg", "belly", "see"]
        {
            assert!(signs.contains(sign), "{sign}");
        }
        let of_baby = page.at("/warning_signs/1/signs").to_string().to_lowercase();
        for sign in ["fever", "floppy", "wake", "blue", "breathing", "green vomit"] {
            assert!(of_baby.contains(sign), "{sign}");
        }
        assert!(page.text("/note").contains("Nobody reads"));
    }

    async fn nonsense_is_refused_by_name(app: TestApp) {
        for query in [
            "?country=XX",
            "?country=GBR",
            "?country=",
            "?country=1",
            "?country=%00",
            "?country=UK",
            "?country=EU",
        ] {
            let refused = help(&app, query).await.expect(400);
            assert_eq!(refused.at("/code"), "bad_parameter", "{query}");
            assert_eq!(refused.wrong_fields(), ["country"], "{query}");
        }
        assert_eq!(help(&app, "?land=GB").await.expect(400).wrong_fields(), ["land"]);
        assert_eq!(help(&app, "?country=GB&country=US").await.expect(400).wrong_fields(), ["country"]);
    }

    /// H05: who asks is not looked at, so that a copy of the page tells nothing about anybody.
    async fn the_page_is_the_same_for_everybody(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.check_in(&maya, json!({"mood": 1, "safe_now": "no"})).await;
        let nobody = help(&app, "?country=GB").await.expect(200);
        let hers = app.get(&maya, "/v1/help?country=GB").await.expect(200);
        assert_eq!(hers.comparable(), nobody.comparable());
        let forged =
            TestRequest::get().uri("/v1/help?country=GB").insert_header(("Authorization", "Bearer x"));
        assert_eq!(app.send(forged).await.comparable(), nobody.comparable());
        assert_eq!(nobody.header("cache-control"), "public, max-age=60");
        let without = app.get(&maya, "/v1/help").await.expect(200);
        assert_eq!(without.at("/country"), &json!(null), "not even her own country");
    }

    /// H29: what nobody confirmed carries its date.
    async fn numbers_carry_their_dates(app: TestApp) {
        for country in ["GB", "US", "FR", "DE", "AU"] {
            let page = help(&app, &format!("?country={country}")).await.expect(200);
            for number in page.list("/lines").iter().chain([page.at("/emergency")]) {
                assert_eq!(number["confirmed"], false, "{number}");
                assert!(number["date_note"].is_string(), "{number}");
            }
        }
    }
}
