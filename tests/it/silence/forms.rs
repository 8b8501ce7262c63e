//! A questionnaire that was filled in is an answer: it ends a silence as a check-in does.

use serde_json::json;

use super::{family, later, own};
use crate::{
    flag::only_flag,
    screening::{evidence::row, fill_in},
    support::both_databases,
};

const SHARED: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c00a";
const PRIVATE: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c00b";

both_databases! {
    /// H41: a private one ends it for the parent, and towards her doula only a shared one does.
    async fn a_questionnaire_after_a_silence_is_an_answer_to_it(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let silent = only_flag(&app, &asha).await;
        assert_eq!(silent["rule"]["id"], "silence");
        let again = |words: &serde_json::Value| words.as_str().unwrap().contains("written again since");
        assert!(!again(&own(&app, &maya).await[0]["reason"]));
        row(&app, &maya, PRIVATE, ("phq-2", 0, 6), true, app.now());
        assert!(again(&own(&app, &maya).await[0]["reason"]));
        assert_eq!(only_flag(&app, &asha).await, silent);
        row(&app, &maya, SHARED, ("phq-2", 0, 6), false, app.now());
        let reason = format!("{} Something was shared again on 28 November.", silent["reason"].as_str().unwrap());
        assert_eq!(only_flag(&app, &asha).await["reason"], json!(reason));
    }

    async fn the_days_without_an_answer_count_from_a_questionnaire_too(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        fill_in(&app, &maya, "phq-2", json!([0, 0])).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(own(&app, &maya).await.len(), 0, "five days after the check-in, three after the questionnaire");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        let since = "Nothing was shared for some days after 25 November: ";
        assert!(flag["reason"].as_str().unwrap().starts_with(since), "{}", flag["reason"]);
    }
}
