//! A rule that fails: the check-in is safe, the other flags are there, and the missing one comes when the
//! rules run again.

use actix_web::test::TestRequest;
use attune::rules::{Context, Finding, RULES, RuleId, RuleSpec, Trigger};
use attune::serve::worker::run_due;
use serde_json::{Value, json};

use crate::support::{Answer, Backend, Options, Person, TestApp};

fn breaks(_: &Context<'_>, _: &Trigger) -> Option<Finding> {
    panic!("a rule that fails, as this test wants it")
}

const CONTACT_BREAKS: &[RuleSpec] =
    &[RULES[0], RULES[1], RuleSpec { id: RuleId::ContactRequest, decide: breaks }, RULES[3], RULES[4]];
const DANGER_BREAKS: &[RuleSpec] =
    &[RuleSpec { id: RuleId::NotSafe, decide: breaks }, RULES[1], RULES[2], RULES[3], RULES[4]];

/// Both databases, with these rules.
async fn apps(rules: &'static [RuleSpec]) -> Vec<TestApp> {
    let mut apps = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        apps.extend(TestApp::with(backend, Options { rules, ..Options::default() }).await);
    }
    apps
}

/// A minute later, through the sandbox: what is due has run when this returns.
async fn a_minute_later(app: &TestApp) {
    let body = json!({"advance": "PT61S"});
    app.anonymous(TestRequest::post().uri("/v1/sandbox/clock").set_json(body)).await.expect(200);
}

fn rules_of(flags: &[Value]) -> Vec<&str> {
    let mut rules: Vec<&str> = flags.iter().map(|flag| flag["rule"]["id"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules
}

async fn own_flags(app: &TestApp, parent: &Person) -> Answer {
    app.get(parent, "/v1/me/flags").await.expect(200)
}

async fn seen_flags(app: &TestApp, doula: &Person) -> Answer {
    app.get(doula, "/v1/flags").await.expect(200)
}

fn warned(answer: &Answer) -> bool {
    answer.list("/warnings").iter().any(|warning| warning["code"] == "rules_pending")
}

/// REL-10: neither the check-in nor the flags of the other rules are lost, and the missing flag comes.
#[actix_web::test]
async fn a_failing_rule_takes_nothing_else_with_it() {
    for app in apps(CONTACT_BREAKS).await {
        let asha = app.doula("Asha").await;
        let maya = app.parent_with_baby("Maya", 40).await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        let entry = json!({"mood": 4, "safe_now": "no", "contact_me": true, "note": "words"});
        let answer = app.check_in(&maya, entry).await;
        assert!(warned(&answer), "{}", answer.body);
        assert_eq!(rules_of(answer.list("/flags")), ["not_safe"]);
        assert_eq!(answer.text("/safety/level"), "urgent");
        assert_eq!(answer.at("/check_in/rules_pending"), true);
        assert_eq!(rules_of(seen_flags(&app, &asha).await.list("/data")), ["not_safe"]);

        let sound = app.twin_with_rules(RULES).await;
        a_minute_later(&sound).await;
        assert_eq!(rules_of(own_flags(&sound, &maya).await.list("/data")), ["contact_request", "not_safe"]);
        assert_eq!(rules_of(seen_flags(&sound, &asha).await.list("/data")), ["contact_request", "not_safe"]);
        let path = format!("/v1/check-ins/{}", answer.text("/check_in/id"));
        let stored = sound.get(&maya, &path).await.expect(200);
        assert_eq!((stored.at("/rules_pending"), stored.at("/note")), (&json!(false), &json!("words")));
    }
}

/// REL-10, H07: help does not wait for a rule that fails.
#[actix_web::test]
async fn a_danger_answer_gets_its_safety_block_though_its_rule_failed() {
    for app in apps(DANGER_BREAKS).await {
        let asha = app.doula("Asha").await;
        let maya = app.parent_with_baby("Maya", 40).await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        let answer = app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        assert!(warned(&answer), "{}", answer.body);
        assert!(answer.list("/flags").is_empty());
        assert!(answer.list("/suggestions").is_empty());
        assert_eq!(answer.text("/safety/level"), "urgent");
        assert_eq!(answer.text("/safety/emergency/phone"), "999");
        // Who will be told is not known yet, so nobody is named and nothing is promised.
        let next = answer.text("/safety/what_happens_next");
        assert!(next.contains("Nobody has been told yet") && !next.contains("Asha"), "{next}");

        let sound = app.twin_with_rules(RULES).await;
        a_minute_later(&sound).await;
        let seen = seen_flags(&sound, &asha).await;
        assert_eq!(rules_of(seen.list("/data")), ["not_safe"]);
        assert_eq!(seen.text("/data/0/severity"), "urgent");
    }
}

/// REL-10: within sixty seconds, and again for as long as it takes.
#[actix_web::test]
async fn a_rule_that_fails_again_is_tried_again() {
    for app in apps(CONTACT_BREAKS).await {
        let maya = app.parent_with_baby("Maya", 40).await;
        let answer = app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        assert!(warned(&answer), "{}", answer.body);
        for _ in 0..3 {
            a_minute_later(&app).await;
            assert!(own_flags(&app, &maya).await.list("/data").is_empty());
            let path = format!("/v1/check-ins/{}", answer.text("/check_in/id"));
            assert_eq!(app.get(&maya, &path).await.expect(200).at("/rules_pending"), true);
        }
        let sound = app.twin_with_rules(RULES).await;
        a_minute_later(&sound).await;
        assert_eq!(rules_of(own_flags(&sound, &maya).await.list("/data")), ["contact_request"]);
    }
}

/// The flags that were raised at once get nothing added, and nothing runs a second time.
#[actix_web::test]
async fn running_again_raises_nothing_twice() {
    for app in apps(CONTACT_BREAKS).await {
        let asha = app.doula("Asha").await;
        let maya = app.parent_with_baby("Maya", 40).await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no", "contact_me": true})).await;
        let before = seen_flags(&app, &asha).await;
        let sound = app.twin_with_rules(RULES).await;
        sound.state.clock.advance(jiff::SignedDuration::from_secs(61));
        let now = sound.now();
        assert_eq!(run_due(&sound.state, now).await.unwrap(), 1);
        assert_eq!(run_due(&sound.state, now).await.unwrap(), 0);
        let after = seen_flags(&sound, &asha).await;
        let danger = |answer: &Answer| -> Value {
            let flags = answer.list("/data");
            flags.iter().find(|flag| flag["rule"]["id"] == "not_safe").cloned().unwrap()
        };
        assert_eq!(danger(&after)["evidence"], danger(&before)["evidence"]);
        assert_eq!(danger(&after)["due_at"], danger(&before)["due_at"]);
        assert_eq!(after.list("/data").len(), 2);
    }
}
