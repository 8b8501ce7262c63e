//! What a doula may learn of a silence: private answers count and show nothing, and a link shows what lies inside it.

use serde_json::{Value, json};

use super::{SINCE, family, kinds, later, own, week};
use crate::{
    flag::{flags, only_flag},
    support::{Person, TestApp, both_databases},
};

const GENERAL: &str = "No check-ins came for some days: worth getting in touch to hear how they are.";

async fn everything(app: &TestApp, doula: &Person, parent: &Person) -> String {
    let mut all = String::new();
    for path in ["/v1/flags?status=all", "/v1/clients", &format!("/v1/clients/{}/check-ins", parent.id)] {
        all.push_str(&app.get(doula, path).await.expect(200).body.to_string());
    }
    all
}

both_databases! {
    /// H41: a private answer puts the flag off, and its day is nowhere to be read.
    async fn h41_the_day_of_a_private_last_answer_is_told_to_nobody(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        app.check_in(&maya, json!({"mood": 6, "private": true})).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0, "she answered three days ago");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(flag["reason"], format!("{SINCE}a short message is worth it."), "the last shared day");
        assert_eq!(flag["evidence"], json!([{"kind": "silence", "local_date": "2026-11-23"}]));
        let read = everything(&app, &asha, &maya).await;
        assert!(!read.contains("2026-11-25") && !read.contains("25 November"), "{read}");
        let mine = own(&app, &maya).await;
        assert!(mine[0]["reason"].as_str().unwrap().starts_with("After 25 November"), "{}", mine[0]);

        // A private answer ends it, and only she reads that it did.
        app.check_in(&maya, json!({"mood": 6, "private": true})).await;
        assert_eq!(only_flag(&app, &asha).await, flag);
        assert!(own(&app, &maya).await[0]["reason"].as_str().unwrap().ends_with("You have written again since."));
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(only_flag(&app, &asha).await["severity"], "notice", "no further step");
    }

    /// H41: what only private answers make a silence is a flag of hers alone.
    async fn h41_a_silence_that_rests_on_private_answers_alone_is_hers_alone(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        week(&app, &maya, json!({"mood": 6, "private": true})).await;
        later(&app, "P8D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        let mine = own(&app, &maya).await;
        assert_eq!((&mine[0]["severity"], &mine[0]["seen_by"]), (&json!("follow_up"), &json!([])));
        let client = app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.expect(200);
        assert_eq!(client.at("/open_flags"), 0);
    }

    /// H41: low in private brings her own flag sooner, and her doula's when it would have come anyway.
    async fn h41_low_private_days_bring_it_sooner_for_her_alone(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        for _ in 0..3 {
            app.check_in(&maya, json!({"mood": 1, "private": true})).await;
        }
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        assert_eq!(own(&app, &maya).await[0]["severity"], "notice");
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        assert_eq!(own(&app, &maya).await[0]["severity"], "notice");
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["severity"].as_str(), kinds(&flag)), (Some("notice"), vec!["raised"]));
        assert_eq!(flag["reason"], format!("{SINCE}a short message is worth it."));
        assert_eq!(flag["raised_at"].as_str().unwrap()[..10], *"2026-11-27", "as of the day on which she may know");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(own(&app, &maya).await[0]["severity"], "follow_up");
        assert_eq!(only_flag(&app, &asha).await["severity"], "notice");
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        assert_eq!(only_flag(&app, &asha).await["severity"], "follow_up");
    }

    /// H41: a second silence that only private moods make one shows nothing new to her doula.
    async fn h41_a_later_silence_of_private_low_days_leaves_no_trace_in_a_flag_that_she_sees(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        week(&app, &maya, json!({"mood": 6})).await;
        for _ in 0..3 {
            app.check_in(&maya, json!({"mood": 1, "private": true})).await;
        }
        let before = only_flag(&app, &asha).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(only_flag(&app, &asha).await, before, "three days: only she is told");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(kinds(&flag), ["raised", "severity", "evidence"]);
        assert_eq!(flag["evidence"].as_array().unwrap().len(), 2);
    }

    async fn without_the_scope_the_words_are_general(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["flags"], false).await;
        week(&app, &maya, json!({"mood": 1})).await;
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        let all = flags(&app, &asha, "").await;
        let flag = all.iter().find(|flag| flag["rule"]["id"] == "silence").unwrap();
        assert_eq!(flag["reason"], GENERAL);
        app.check_in(&maya, json!({"mood": 6})).await;
        let all = flags(&app, &asha, "").await;
        assert_eq!(all.iter().find(|flag| flag["rule"]["id"] == "silence").unwrap()["reason"], GENERAL);
    }

    /// A flag shows from its first evidence inside the link, and no day from before it.
    async fn a_doula_who_came_later_sees_what_was_noticed_since(app: TestApp) {
        let mut maya = app.parent_with_baby("Maya", 60).await;
        let [mut before, mut between, mut after] =
            [app.doula("Before").await, app.doula("Between").await, app.doula("After").await];
        week(&app, &maya, json!({"mood": 6})).await;
        later(&app, "P2D", [&mut maya, &mut before]).await;
        app.link(&maya, &before, &["check_ins"], true).await;
        later(&app, "P3D", [&mut maya, &mut between]).await;
        app.link(&maya, &between, &["check_ins"], true).await;
        later(&app, "P1D", [&mut before, &mut between]).await;
        let flag = only_flag(&app, &before).await;
        assert_eq!((&flag["reason"], &flag["evidence"]), (&json!(GENERAL), &json!([])), "no day from before her link");
        assert_eq!(flags(&app, &between, "?status=all").await.len(), 0, "it was noticed before her link");
        later(&app, "P1D", [&mut maya, &mut before, &mut between, &mut after]).await;
        app.link(&maya, &after, &["check_ins"], true).await;
        let flag = only_flag(&app, &between).await;
        assert_eq!((flag["severity"].as_str(), kinds(&flag)), (Some("follow_up"), vec!["raised"]));
        assert_eq!(only_flag(&app, &before).await["severity"], "follow_up");
        assert_eq!(flags(&app, &after, "?status=all").await.len(), 0, "all of it was noticed before her link");
        assert_eq!(own(&app, &maya).await[0]["seen_by"], json!(["Before", "Between"]));
    }

    /// H41: what becomes private later takes its day out of the flag.
    async fn h41_a_last_answer_that_is_made_private_is_named_no_longer(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let last = app.check_in(&maya, json!({"mood": 6})).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let words = |flag: &Value| flag["reason"].as_str().unwrap().to_owned();
        let flag = only_flag(&app, &asha).await;
        assert!(words(&flag).contains("after 24 November"), "{flag}");
        let path = format!("/v1/check-ins/{}", last.text("/check_in/id"));
        app.patch(&maya, &path, json!({"private": true})).await.expect(200);
        let flag = only_flag(&app, &asha).await;
        assert_eq!((words(&flag), flag["status"].as_str()), (format!("{SINCE}a short message is worth it."), Some("open")));
        assert_eq!(flag["evidence"], json!([{"kind": "silence", "local_date": "2026-11-23"}]));
        let read = everything(&app, &asha, &maya).await;
        assert!(!read.contains("2026-11-24") && !read.contains("24 November"), "{read}");
    }
}
