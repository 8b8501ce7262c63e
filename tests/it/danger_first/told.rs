//! Who is told of a danger answer: what the reply says is what the doula sees.

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

async fn flags_of(app: &TestApp, doula: &Person) -> Vec<Value> {
    app.get(doula, "/v1/flags").await.expect(200).list("/data").to_vec()
}

#[track_caller]
fn says(answer: &Answer, words: &[&str], silent: &[&str]) {
    let text = answer.text("/safety/what_happens_next");
    assert!(words.iter().all(|word| text.contains(word)), "{words:?} in {text}");
    assert!(!silent.iter().any(|word| text.contains(word)), "none of {silent:?} in {text}");
}

const DANGER_NOTE: &str = "words for nobody";

fn danger(private: bool) -> Value {
    json!({"mood": 2, "safe_now": "no", "private": private, "note": DANGER_NOTE, "tags": ["secret"]})
}

both_databases! {
    async fn without_a_link_the_reply_says_that_nobody_sees_it(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        for (private, words) in [(false, "Nobody here will see this"), (true, "nobody was told")] {
            let answer = app.check_in(&maya, danger(private)).await;
            assert_eq!(answer.at("/flags/0/seen_by"), &json!([]));
            assert_eq!(answer.at("/safety/share_offer"), false, "there is nobody to share with");
            says(&answer, &[words], &["Asha"]);
        }
        assert_eq!(flags_of(&app, &asha).await, Vec::<Value>::new());
    }

    async fn a_linked_doula_is_named_and_sees_the_flag(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags", "check_ins"], false).await;
        let answer = app.check_in(&maya, danger(false)).await;
        assert_eq!(answer.at("/flags/0/seen_by"), &json!(["Asha"]));
        assert_eq!(answer.at("/safety/share_offer"), false);
        says(&answer, &["Asha", "2 hours"], &["nobody was told", "Nobody here"]);
        let seen = flags_of(&app, &asha).await;
        assert_eq!(seen.len(), 1);
        assert_eq!((&seen[0]["id"], &seen[0]["severity"]), (answer.at("/flags/0/id"), &json!("urgent")));
        assert_eq!(seen[0]["rule"], json!({"id": "not_safe", "version": 1}));
        assert_eq!(
            seen[0]["reason"],
            "Answered \"no\" on 23 November when asked about being safe right now."
        );
        assert_eq!(answer.at("/flags/0/reason"), &seen[0]["reason"], "the parent reads what her doula reads");
        assert_eq!(seen[0]["parent"]["display_name"], "Maya");
    }

    async fn without_the_scope_the_doula_reads_general_words(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], false).await;
        let answer = app.check_in(&maya, danger(false)).await;
        let seen = flags_of(&app, &asha).await;
        assert_eq!(answer.at("/flags/0/reason"), &seen[0]["reason"]);
        let text = seen[0].to_string();
        assert!(
            !text.contains("\\\"no\\\"") && !text.contains("mood") && !text.contains(DANGER_NOTE),
            "{text}"
        );
    }

    /// H39: what is private stays private unless she allowed that one thing to be told.
    async fn a_private_answer_is_told_to_nobody_unless_she_allowed_it(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags", "check_ins", "notes"], false).await;
        let answer = app.check_in(&maya, danger(true)).await;
        assert_eq!(answer.at("/flags/0/seen_by"), &json!([]));
        assert_eq!(answer.at("/safety/share_offer"), true);
        says(&answer, &["nobody was told", "share"], &["Asha can see", "asked to look"]);
        assert_eq!(flags_of(&app, &asha).await, Vec::<Value>::new());
        let entries = app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(200);
        assert_eq!(entries.at("/data"), &json!([]));
    }

    async fn with_her_leave_the_doula_is_told_without_any_content(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags", "check_ins", "notes"], true).await;
        let answer = app.check_in(&maya, danger(true)).await;
        assert_eq!(answer.at("/flags/0/seen_by"), &json!(["Asha"]));
        assert_eq!(answer.at("/safety/share_offer"), false);
        says(
            &answer,
            &["stays private", "Asha was told only that you would like to be contacted"],
            &["can see this"],
        );
        let seen = flags_of(&app, &asha).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["rule"], json!({"id": "private_danger", "version": 1}));
        assert_eq!(seen[0]["severity"], "urgent");
        assert_eq!(seen[0]["reason"], "They marked something urgent privately: please get in touch.");
        assert_eq!(seen[0]["evidence"], json!([]));
        let text = seen[0].to_string();
        for content in [answer.text("/check_in/id"), DANGER_NOTE, "secret", "not_safe", "mood"] {
            assert!(!text.contains(content), "{content} in {text}");
        }
        let entries = app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(200);
        assert_eq!(entries.at("/data"), &json!([]));
    }

    async fn of_two_doulas_each_is_told_what_she_may_know(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        let bibi = app.doula("Bibi").await;
        app.link(&maya, &asha, &["flags"], true).await;
        app.link(&maya, &bibi, &["flags"], false).await;
        let private = app.check_in(&maya, danger(true)).await;
        assert_eq!(private.at("/flags/0/seen_by"), &json!(["Asha"]));
        assert_eq!(private.at("/safety/share_offer"), true, "Bibi does not know");
        says(&private, &["Asha was told only", "share"], &["Bibi"]);
        assert_eq!((flags_of(&app, &asha).await.len(), flags_of(&app, &bibi).await.len()), (1, 0));

        let shared = app.check_in(&maya, danger(false)).await;
        let mut names: Vec<&str> = shared.list("/flags/0/seen_by").iter().filter_map(Value::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["Asha", "Bibi"]);
        says(&shared, &["Asha", "Bibi", "are asked to look within 2 hours"], &[]);
        assert_eq!(flags_of(&app, &bibi).await[0]["rule"]["id"], "not_safe");
    }

    async fn a_private_wish_for_contact_is_told_in_the_same_way(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], true).await;
        let answer = app.check_in(&maya, json!({"mood": 5, "contact_me": true, "private": true})).await;
        assert_eq!(answer.at("/flags/0/seen_by"), &json!(["Asha"]));
        let seen = flags_of(&app, &asha).await;
        assert_eq!(seen[0]["reason"], "They marked something urgent privately: please get in touch.");
        assert_eq!(seen[0]["rule"]["id"], "private_danger");
    }
}
