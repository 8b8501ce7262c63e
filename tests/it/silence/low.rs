//! Low mood of the first two weeks after birth, judged again on day 14 although nobody writes on that day (H13).

use attune::db::schema::quiet_days;
use diesel::{QueryDsl, RunQueryDsl};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{later, own};
use crate::{
    flag::{flags, notices},
    support::{Person, TestApp, both_databases},
};

/// A parent of a baby of so many days, with Asha, and the moods of yesterday and the days before it.
async fn lately(app: &TestApp, born: i64, moods: &[u8], more: Value) -> (Person, Person) {
    let (maya, asha) = (app.parent_with_baby("Maya", born).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    for (index, mood) in moods.iter().enumerate().rev() {
        let ago = i64::try_from(index).unwrap() + 1;
        let mut body = more.clone();
        body["mood"] = json!(mood);
        body["occurred_at"] = (app.now() - SignedDuration::from_hours(24 * ago)).to_string().into();
        app.check_in(&maya, body).await;
    }
    (maya, asha)
}

fn of_rule<'f>(flags: &'f [Value], rule: &str) -> Option<&'f Value> {
    flags.iter().find(|flag| flag["rule"]["id"] == rule)
}

both_databases! {
    async fn h13_low_since_day_five_is_a_follow_up_on_day_fourteen_without_an_answer(app: TestApp) {
        // Today is day 13; low on days 5 to 12, and fine before that.
        let (mut maya, mut asha) = lately(&app, 13, &[2, 2, 2, 2, 2, 2, 2, 2, 7, 7, 7, 7, 7], json!({})).await;
        let before = flags(&app, &asha, "").await;
        assert_eq!(before.len(), 1, "{before:?}");
        assert_eq!(of_rule(&before, "low_first_days").unwrap()["severity"], "notice");
        assert_eq!(notices(&app, &asha).await, 0);
        later(&app, "PT21H59M", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 1, "a minute before seven of day 14");
        later(&app, "PT2M", [&mut maya, &mut asha]).await;
        let after = flags(&app, &asha, "").await;
        let flag = of_rule(&after, "sustained_low").unwrap();
        assert_eq!((&flag["severity"], &flag["rule"]["version"]), (&json!("follow_up"), &json!(2)));
        let words = "Mood 3 or lower on 8 of the 8 days answered between 15 and 24 November.";
        assert_eq!((&flag["reason"], flag["evidence"].as_array().unwrap().len()), (&json!(words), 8));
        assert_eq!(notices(&app, &asha).await, 1);
        assert!(of_rule(&own(&app, &maya).await, "sustained_low").is_some());
        // A better day takes nothing back, and the open flag brings silence sooner.
        app.check_in(&maya, json!({"mood": 8})).await;
        assert_eq!(of_rule(&flags(&app, &asha, "").await, "sustained_low"), Some(flag));
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        assert!(of_rule(&flags(&app, &asha, "").await, "silence").is_some());
    }

    async fn h13_nothing_is_judged_again_that_was_not_low_enough_or_was_mended(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 13, &[2, 2, 2, 2, 2, 2, 2, 7], json!({})).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert!(of_rule(&flags(&app, &asha, "").await, "sustained_low").is_none(), "seven days");
        let felt = (app.now() - SignedDuration::from_hours(24 * 9)).to_string();
        app.check_in(&maya, json!({"mood": 3, "occurred_at": felt})).await;
        let open = flags(&app, &asha, "").await;
        let flag = of_rule(&open, "sustained_low");
        assert!(flag.is_none(), "what was never asked about is not asked later: {flag:?}");
    }

    async fn h13_an_edit_is_judged_on_the_morning_that_was_asked_about(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 13, &[2; 8], json!({})).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let flag = of_rule(&flags(&app, &asha, "").await, "sustained_low").cloned().expect("eight low days");
        let list = app.get(&maya, "/v1/check-ins?limit=100").await.expect(200);
        let path = format!("/v1/check-ins/{}", list.text("/data/7/id"));
        app.patch(&maya, &path, json!({"mood": 8})).await.expect(200);
        let all = flags(&app, &asha, "?status=all").await;
        let corrected = of_rule(&all, "sustained_low").unwrap();
        assert_eq!((&corrected["id"], &corrected["status"]), (&flag["id"], &json!("corrected")));
        app.patch(&maya, &path, json!({"mood": 2})).await.expect(200);
        let open = flags(&app, &asha, "").await;
        assert!(of_rule(&open, "sustained_low").is_some(), "as it was asked then");
    }

    async fn h13_a_birth_that_is_told_later_sets_the_day(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 3, &[2; 8], json!({})).await;
        let babies = app.get(&maya, "/v1/babies").await.expect(200);
        let path = format!("/v1/babies/{}", babies.text("/data/0/id"));
        app.patch(&maya, &path, json!({"birth_date": "2026-11-10"})).await.expect(200);
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let open = flags(&app, &asha, "").await;
        assert!(of_rule(&open, "sustained_low").is_some(), "24 November is day 14");
    }

    async fn h13_private_low_days_are_judged_again_for_her_alone(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 13, &[2; 8], json!({"private": true})).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert!(of_rule(&own(&app, &maya).await, "sustained_low").is_some());
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
    }

    async fn h13_a_server_that_was_down_on_that_morning_asks_about_it_later(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 10, &[2; 8], json!({})).await;
        app.patch(&maya, "/v1/me", json!({"paused_until": "2026-12-31"})).await.expect(200);
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        let open = flags(&app, &asha, "").await;
        let flag = of_rule(&open, "sustained_low").expect("a pause does not put it off");
        assert!(flag["reason"].as_str().unwrap().ends_with("between 15 and 27 November."), "{flag}");
    }

    /// H25: nobody is woken for a rule that is off.
    async fn h25_day_fourteen_is_not_asked_about_while_the_rule_is_off(app: TestApp) {
        let (mut maya, mut asha) = lately(&app, 13, &[2; 9], json!({})).await;
        let off = json!({"enabled": false, "reason": "Not with us.", "until": "2026-12-20T00:00:00Z"});
        app.patch(&asha, "/v1/practice/rules/sustained_low", off).await.expect(200);
        app.patch(&maya, "/v1/me", json!({"paused_until": "2026-12-24"})).await.expect(200);
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert!(of_rule(&own(&app, &maya).await, "sustained_low").is_none());
        let asked = app.state.db.read(|conn| Ok(quiet_days::table.count().get_result::<i64>(conn)?));
        assert_eq!(asked.await.unwrap(), 0);
    }
}
