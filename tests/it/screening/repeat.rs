//! An EPDS in the middle asks to be repeated within four weeks: a look of its own, done once, that a repetition ends.

use attune::{db::schema::quiet_days, id::UserId, serve::worker::run_due};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{fill_in, path, raised};
use crate::{
    flag::{flags, only_flag},
    silence::{kinds, later},
    support::{Person, TestApp, both_databases},
};

const MIDDLE: [u8; 10] = [1, 1, 1, 1, 1, 2, 1, 2, 1, 0];
const LOWER: [u8; 10] = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0];

/// Maya, whose EPDS came to 11 today, and Asha, who sees it.
async fn in_the_middle(app: &TestApp) -> (Person, Person) {
    let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["check_ins", "screenings"], true).await;
    let reply = fill_in(app, &maya, "epds", json!(MIDDLE)).await;
    assert_eq!(raised(&reply), [("epds", "notice")]);
    (maya, asha)
}

/// How many of her days without an answer were asked about.
async fn asked(app: &TestApp, parent: &Person) -> i64 {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        Ok(quiet_days::table.filter(quiet_days::parent_id.eq(id)).count().get_result(conn)?)
    });
    read.await.unwrap()
}

/// Asha sees a follow-up from this morning on, asked about once; a replay of her days changes nothing.
async fn followed_up_once(app: &TestApp, maya: &mut Person, asha: &mut Person) {
    let seen = flags(app, asha, "").await;
    let flag = of_epds(&seen)[0].clone();
    assert_eq!((flag["severity"].as_str(), kinds(&flag)), (Some("follow_up"), vec!["raised", "severity"]));
    assert_eq!(asked(app, maya).await, 1);
    later(app, "P10D", [maya, asha]).await;
    assert_eq!(asked(app, maya).await, 1, "once and not each morning");
    let felt = (app.now() - SignedDuration::from_hours(24 * 13)).to_string();
    let entry = app.check_in(maya, json!({"mood": 6, "occurred_at": felt})).await;
    let path = format!("/v1/check-ins/{}", entry.text("/check_in/id"));
    app.patch(maya, &path, json!({"mood": 7})).await.expect(200);
    later(app, "P2D", [maya, asha]).await;
    assert_eq!(of_epds(&flags(app, asha, "").await), [&flag]);
    assert_eq!(asked(app, maya).await, 1);
}

async fn set(app: &TestApp, admin: &Person, rule: &str, body: Value) {
    app.patch(admin, &format!("/v1/practice/rules/{rule}"), body).await.expect(200);
}

fn of_epds(flags: &[Value]) -> Vec<&Value> {
    flags.iter().filter(|flag| flag["rule"]["id"] == "epds").collect()
}

both_databases! {
    /// Clinical table: repeated after 14 to 28 days, and a follow-up when that is late.
    async fn an_epds_in_the_middle_that_is_not_repeated_in_four_weeks_is_followed_up(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P28D", [&mut maya, &mut asha]).await;
        assert_eq!(of_epds(&flags(&app, &asha, "").await)[0]["severity"], "notice");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let seen = flags(&app, &asha, "").await;
        let flag = of_epds(&seen)[0];
        assert_eq!((flag["severity"].as_str(), kinds(flag)), (Some("follow_up"), vec!["raised", "severity"]));
        assert_eq!(flag["reason"], "The EPDS came to 11 of 30 on 23 November and was not repeated in time.");
        assert_eq!(flag["evidence"].as_array().unwrap().len(), 1);
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        assert_eq!(kinds(of_epds(&flags(&app, &asha, "").await)[0]), ["raised", "severity"]);
    }

    async fn a_repetition_in_time_ends_it(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        assert_eq!(raised(&fill_in(&app, &maya, "epds", json!(LOWER)).await), []);
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        let seen = flags(&app, &asha, "").await;
        assert_eq!(of_epds(&seen)[0]["severity"], "notice", "a lower one closes nothing and asks no more");
    }

    /// However many processes there are, and however late they come to it.
    async fn servers_that_were_down_come_to_it_once(app: TestApp) {
        let (_, asha) = in_the_middle(&app).await;
        let twin = app.twin().await;
        app.state.clock.advance(SignedDuration::from_hours(24 * 45));
        let now = app.now();
        let (one, other) = tokio::join!(run_due(&app.state, now), run_due(&twin.state, now));
        assert!(one.unwrap() + other.unwrap() >= 1);
        let asha = app.sign_in(&asha).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["severity"].as_str(), kinds(&flag)), (Some("follow_up"), vec!["raised", "severity"]));
        assert_eq!(run_due(&app.state, now).await.unwrap(), 0);
        assert_eq!(only_flag(&app, &asha).await, flag);
    }

    /// The day on which it should have been asked is past when that comes to light.
    async fn a_repetition_that_is_removed_later_leaves_it_to_be_followed_up_once(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        let repeated = fill_in(&app, &maya, "epds", json!(LOWER)).await;
        later(&app, "P15D", [&mut maya, &mut asha]).await;
        app.delete(&maya, &path(&repeated)).await.expect(204);
        assert_eq!(of_epds(&flags(&app, &asha, "").await)[0]["severity"], "notice", "nobody is asked at once");
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        followed_up_once(&app, &mut maya, &mut asha).await;
    }

    /// A repetition that becomes private was never seen by a doula.
    async fn a_repetition_that_becomes_private_leaves_it_to_be_followed_up_by_a_doula(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        let repeated = fill_in(&app, &maya, "epds", json!(LOWER)).await;
        later(&app, "P15D", [&mut maya, &mut asha]).await;
        app.patch(&maya, &path(&repeated), json!({"private": true})).await.expect(200);
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        followed_up_once(&app, &mut maya, &mut asha).await;
    }

    async fn days_that_a_practice_shortens_count_from_the_next_morning(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        set(&app, &asha, "epds", json!({"settings": {"repeat": 14}, "reason": "Sooner with us."})).await;
        later(&app, "PT21H", [&mut maya, &mut asha]).await;
        assert_eq!(of_epds(&flags(&app, &asha, "").await)[0]["severity"], "notice");
        later(&app, "PT2H", [&mut maya, &mut asha]).await;
        followed_up_once(&app, &mut maya, &mut asha).await;
    }

    async fn what_was_late_while_nobody_asked_is_asked_when_the_rule_is_on_again(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        set(&app, &asha, "epds", json!({"enabled": false, "reason": "Not with us."})).await;
        later(&app, "P15D", [&mut maya, &mut asha]).await;
        assert_eq!((asked(&app, &maya).await, of_epds(&flags(&app, &asha, "").await)[0]["severity"].as_str()), (0, Some("notice")));
        set(&app, &asha, "epds", json!({"enabled": null, "reason": "With us again."})).await;
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        followed_up_once(&app, &mut maya, &mut asha).await;
    }

    /// An answer on that very morning, before a server came to it, puts the look off and does not lose it.
    async fn an_answer_before_the_look_puts_it_off_by_a_day(app: TestApp) {
        let (mut maya, mut asha) = in_the_middle(&app).await;
        app.state.clock.advance(SignedDuration::from_hours(24 * 29));
        maya = app.sign_in(&maya).await;
        app.check_in(&maya, json!({"mood": 6})).await;
        later(&app, "PT1H", [&mut maya, &mut asha]).await;
        assert_eq!((asked(&app, &maya).await, of_epds(&flags(&app, &asha, "").await)[0]["severity"].as_str()), (0, Some("notice")));
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        followed_up_once(&app, &mut maya, &mut asha).await;
    }
}
