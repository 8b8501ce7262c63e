//! An EPDS in the middle asks to be repeated within four weeks: a look of its own, done once, that a repetition ends.

use attune::serve::worker::run_due;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{fill_in, raised};
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
        assert_eq!(flag["reason"], "The EPDS came to 11 of 30 on 23 November and was not repeated within four weeks.");
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
}
