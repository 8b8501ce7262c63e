//! The safety block: by country, never empty, and the same however often it comes.

use serde_json::{Value, json};

use super::is_answered_with_help;
use crate::support::{Person, TestApp, both_databases};

async fn block(app: &TestApp, parent: &Person) -> Value {
    app.check_in(parent, json!({"mood": 4, "safe_now": "no"})).await.at("/safety").clone()
}

fn names(lines: &Value) -> Vec<&str> {
    lines.as_array().expect("a list").iter().filter_map(|line| line["name"].as_str()).collect()
}

both_databases! {
    /// H31: not muted by repeats.
    async fn the_third_danger_answer_in_a_row_has_the_full_block(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        let second = app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        let third = app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        for answer in [&first, &second, &third] {
            is_answered_with_help(answer);
            assert_eq!(answer.at("/safety"), first.at("/safety"));
            assert_eq!(answer.at("/flags/0/id"), first.at("/flags/0/id"));
        }
    }

    /// H30: the numbers are those of the parent's own country, and the words name it.
    async fn each_country_has_its_own_numbers(app: TestApp) {
        for (country, zone, phone, named, line) in [
            ("GB", "Europe/London", "999", "the United Kingdom", "Samaritans"),
            ("US", "America/Chicago", "911", "the United States", "988 Suicide & Crisis Lifeline"),
            ("IE", "Europe/Dublin", "112", "Ireland", "Samaritans Ireland"),
            ("CA", "America/Toronto", "911", "Canada", "9-8-8: Suicide Crisis Helpline"),
            ("AU", "Australia/Sydney", "000", "Australia", "Lifeline"),
            ("NZ", "Pacific/Auckland", "111", "New Zealand", "1737, Need to talk?"),
            ("FR", "Europe/Paris", "15", "France", "3114, numéro national de prévention du suicide"),
            ("DE", "Europe/Berlin", "112", "Germany", "TelefonSeelsorge"),
            ("NL", "Europe/Amsterdam", "112", "the Netherlands", "113 Zelfmoordpreventie"),
            ("IN", "Asia/Kolkata", "112", "India", "Tele MANAS"),
            ("ZA", "Africa/Johannesburg", "112", "South Africa", "SADAG suicide crisis helpline"),
        ] {
            let parent = app.register(country, "parent", zone, country).await;
            let block = block(&app, &parent).await;
            assert_eq!(block["emergency"]["phone"], phone, "{country}");
            let message = block["message"].as_str().expect("words");
            assert!(message.contains(&format!("call {phone}")), "{country}: {message}");
            assert!(message.contains(&format!("for {named}")), "{country}: {message}");
            assert!(names(&block["lines"]).contains(&line), "{country}: {}", block["lines"]);
            for line in block["lines"].as_array().expect("a list") {
                assert_eq!((&line["kind"], &line["open_now"]), (&json!("crisis"), &json!(true)), "{line}");
                assert!(line["hours"].is_string() && line["languages"].is_array(), "{line}");
                assert!(
                    line["phone"].is_string() || line["text"].is_string() || line["url"].is_string(),
                    "{line}"
                );
            }
            let support = block["support_lines"].as_array().expect("a list");
            assert!(support.iter().all(|line| line["kind"] == "support"));
        }
    }

    /// H29 and H30: without known numbers there are words, and no number of another country.
    async fn an_unknown_country_still_has_words(app: TestApp) {
        let words = "call your local emergency number or go to the nearest emergency department";
        for (name, country, zone) in
            [("Sara", "SE", "Europe/Stockholm"), ("Zoe", "JP", "Asia/Tokyo"), ("Ada", "AQ", "UTC")]
        {
            let parent = app.register(name, "parent", zone, country).await;
            let block = block(&app, &parent).await;
            assert_eq!(block["emergency"], json!(null), "{country}");
            assert!(block["message"].as_str().is_some_and(|message| message.contains(words)), "{block}");
            assert_eq!((&block["lines"], &block["support_lines"]), (&json!([]), &json!([])));
            assert!(block["do_now"].as_array().is_some_and(|steps| steps.len() >= 2));
            assert!(
                block["what_happens_next"]
                    .as_str()
                    .is_some_and(|text| text.contains("local emergency number"))
            );
        }
    }

    /// H30: a zone stands in for the country only where it belongs to one alone.
    async fn a_zone_tells_the_country_only_where_it_is_of_one(app: TestApp) {
        for (name, zone, phone) in [
            ("Kim", "America/New_York", json!("911")),
            ("Niamh", "Europe/Dublin", json!("112")),
            ("Lea", "Europe/Berlin", json!(null)),
            ("Beth", "Europe/London", json!(null)),
            ("Uma", "UTC", json!(null)),
        ] {
            let parent = app.register(name, "parent", zone, "GB").await;
            app.patch(&parent, "/v1/me", json!({"country": null})).await.expect(200);
            let block = block(&app, &parent).await;
            let shown = block["emergency"].get("phone").cloned().unwrap_or_default();
            assert_eq!(shown, phone, "{zone}");
        }
    }

    /// H29: an unconfirmed number carries its date; lines of limited hours wait for a confirmation.
    async fn numbers_that_nobody_confirmed_say_so(app: TestApp) {
        let maya = app.parent("Maya").await;
        let block = block(&app, &maya).await;
        assert_eq!(names(&block["lines"]), ["NHS 111, mental health option", "Samaritans", "Shout"]);
        assert_eq!(block["emergency"]["confirmed"], false);
        assert!(block["emergency"]["date_note"].is_string());
        assert!(block["lines"].as_array().expect("a list").iter().all(|line| line["date_note"].is_string()));
        assert_eq!(block["support_lines"], json!([]), "no British support line is open round the clock");
        assert_eq!(block["lines"][0]["region"], "England", "a line of one part of the country says so");
        let shout = &block["lines"][2];
        assert_eq!((&shout["text"], &shout["text_body"]), (&json!("85258"), &json!("SHOUT")));
    }
}
