//! REL-10: a rule that fails on a form costs neither the form nor the help, and runs again.

use actix_web::test::TestRequest;
use attune::rules::{Context, Finding, RULES, RuleId, RuleSpec, Trigger};
use serde_json::{Value, json};

use super::{fill_in, path};
use crate::{
    flag::{flags, only_flag},
    support::{TestApp, both_databases},
};

fn breaks(_: &Context<'_>, _: &Trigger) -> Option<Finding> {
    panic!("a rule that fails, as this test wants it")
}

const BREAKS: &[RuleSpec] = &[RULES[0], RuleSpec { id: RuleId::SelfHarmItem, decide: breaks }, RULES[2]];

async fn a_minute_later(app: &TestApp) {
    let body = json!({"advance": "PT61S"});
    app.anonymous(TestRequest::post().uri("/v1/sandbox/clock").set_json(body)).await.expect(200);
}

both_databases! {
    async fn a_rule_that_fails_on_a_form_runs_again_within_a_minute(app: TestApp) {
        let broken = app.twin_with_rules(BREAKS).await;
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let sent = fill_in(&broken, &maya, "phq-9", json!({"9": 1})).await;
        assert_eq!((sent.text("/safety/level"), sent.at("/flags")), ("urgent", &json!([])));
        let next = sent.text("/safety/what_happens_next");
        assert!(next.contains("Nobody has been told yet") && !next.contains("Asha"), "{next}");
        assert!(sent.list("/warnings").iter().any(|one| one["code"] == "rules_pending"), "{}", sent.body);
        a_minute_later(&broken).await;
        assert_eq!(app.get(&maya, &path(&sent)).await.expect(200).at("/rules_pending"), true);
        assert_eq!(flags(&app, &asha, "").await, Vec::<Value>::new());
        a_minute_later(&app).await;
        assert_eq!(app.get(&maya, &path(&sent)).await.expect(200).at("/rules_pending"), false);
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["rule"]["id"].as_str(), flag["severity"].as_str()), (Some("self_harm_item"), Some("urgent")));
    }
}
