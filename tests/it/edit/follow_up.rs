//! Edits under flags that somebody put off or closed, and edits that nobody else may notice.

use serde_json::{Value, json};

use super::path;
use crate::{
    flag::{eight_days, flags},
    support::both_databases,
};

both_databases! {
    /// H08: an edit of another entry that makes one urgent is told like a new one.
    async fn h08_an_edit_that_makes_an_older_entry_urgent_wakes_a_flag_that_was_put_off(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let yesterday = (app.now() - jiff::SignedDuration::from_hours(24)).to_string();
        let first = app.check_in(&maya, json!({"mood": 9, "sleep_hours": 8, "occurred_at": yesterday})).await;
        let second = app.check_in(&maya, json!({"mood": 9, "sleep_hours": 3})).await;
        assert_eq!(second.at("/flags/0/severity"), "same_day");
        let step = json!({"to": "snoozed", "until": "2026-11-25T09:00:00Z"});
        app.post(&asha, &format!("/v1/flags/{}/transitions", second.text("/flags/0/id")), step).await.expect(200);
        let edited = app.patch(&maya, &path(&first), json!({"sleep_hours": 3})).await.expect(200);
        assert_eq!(edited.at("/safety/level"), "urgent");
        let seen = flags(&app, &asha, "").await;
        assert_eq!((seen[0]["severity"].as_str(), seen[0]["status"].as_str()), (Some("urgent"), Some("open")));
    }

    /// H41: what private entries do to a flag leaves no trace for who may not know of them.
    async fn h41_a_private_entry_that_goes_leaves_no_trace_in_what_is_shared(app: TestApp) {
        let (maya, bea) = (app.parent("Maya").await, app.doula("Bea").await);
        app.link(&maya, &bea, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        let before = flags(&app, &bea, "").await;
        let hidden = app.check_in(&maya, json!({"mood": 3, "safe_now": "no", "private": true})).await;
        assert_eq!(flags(&app, &bea, "").await, before);
        app.patch(&maya, &path(&hidden), json!({"mood": 2, "safe_now": "unsure"})).await.expect(200);
        assert_eq!(flags(&app, &bea, "").await, before);
        app.delete(&maya, &path(&hidden)).await.expect(204);
        assert_eq!(flags(&app, &bea, "").await, before);
    }

    /// H22: a person's closing stands, whatever else is edited.
    async fn h22_what_was_followed_up_stays_closed_when_the_entry_moves_or_gets_a_note(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let ago = |hours: i64| (app.now() - jiff::SignedDuration::from_hours(hours)).to_string();
        let danger = json!({"mood": 5, "safe_now": "no", "occurred_at": ago(24 * 10)});
        let first = app.check_in(&maya, danger).await;
        let days = eight_days(&app, &maya, json!({"mood": 2})).await;
        let close = |id: String| {
            let (app, asha) = (&app, &asha);
            async move {
                let step = json!({"to": "dismissed", "reason": "We talked."});
                app.post(asha, &format!("/v1/flags/{id}/transitions"), step).await.expect(200);
            }
        };
        for flag in flags(&app, &asha, "").await {
            close(flag["id"].as_str().unwrap().to_owned()).await;
        }
        app.patch(&maya, &path(&first), json!({"occurred_at": ago(24 * 3)})).await.expect(200);
        app.patch(&maya, &path(&days[3]), json!({"note": "a word"})).await.expect(200);
        app.check_in(&maya, json!({"mood": 7, "occurred_at": ago(24 * 4)})).await;
        assert_eq!(flags(&app, &asha, "").await, Vec::<Value>::new());
        app.delete(&maya, &path(&first)).await.expect(204);
        let closed = app.get(&asha, &format!("/v1/flags/{}", first.text("/flags/0/id"))).await.expect(200);
        assert_eq!(closed.at("/status"), "dismissed", "her history stays");
    }
}
