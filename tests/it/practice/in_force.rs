//! For whom and from when a line counts: what is said from then on, in that practice's care, and the strictest of several.

use serde_json::json;

use super::{flag, flags, minute, set, set_value};
use crate::support::{Person, TestApp, both_databases};

/// The same mood on each of the last eight days, ending today.
async fn days(app: &TestApp, maya: &Person, mood: u8) {
    for ago in (0..8).rev() {
        let at = (app.now() - jiff::SignedDuration::from_hours(24 * ago)).to_string();
        app.check_in(maya, json!({"mood": mood, "occurred_at": at})).await;
    }
}

both_databases! {
    async fn a_line_counts_for_the_parents_in_the_care_of_its_practice(app: TestApp) {
        let (asha, cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        set_value(&app, &asha, "sustained_low", "line", json!(5)).await;
        let maya = app.parent_with_baby("Maya", 100).await;
        app.link(&maya, &asha, &["check_ins"], false).await;
        let nora = app.parent_with_baby("Nora", 100).await;
        app.link(&nora, &cleo, &["check_ins"], false).await;
        let alone = app.parent_with_baby("Alone", 100).await;
        for parent in [&maya, &nora, &alone] {
            days(&app, parent, 5).await;
        }
        assert_eq!(flags(&app, &asha).await, [flag("sustained_low", "follow_up")]);
        let reason = app.get(&asha, "/v1/flags").await.expect(200);
        assert!(reason.text("/data/0/reason").starts_with("Mood 5 or lower on 8 of the 8 days"));
        assert_eq!(flags(&app, &cleo).await, []);
        assert_eq!(app.get(&alone, "/v1/me/flags").await.expect(200).list("/data").len(), 0, "what ships counts");
    }

    /// H25: lowest line, on before off.
    async fn h25_of_several_practices_the_strictest_counts(app: TestApp) {
        let (asha, cleo) = (app.doula("Asha").await, app.doula("Cleo").await);
        set_value(&app, &asha, "sustained_low", "line", json!(5)).await;
        set(&app, &asha, "anxiety_stays", json!({"enabled": false, "reason": "Not with us."})).await;
        set_value(&app, &cleo, "sustained_low", "line", json!(2)).await;
        let maya = app.parent_with_baby("Maya", 100).await;
        app.link(&maya, &asha, &["check_ins"], false).await;
        let both = app.link(&maya, &cleo, &["check_ins"], false).await;
        for ago in (0..8).rev() {
            let at = (app.now() - jiff::SignedDuration::from_hours(24 * ago)).to_string();
            app.check_in(&maya, json!({"mood": 5, "anxiety": 9, "occurred_at": at})).await;
        }
        let expected = [flag("anxiety_stays", "notice"), flag("sustained_low", "follow_up")];
        assert_eq!(flags(&app, &asha).await, expected);
        assert_eq!(flags(&app, &cleo).await, expected);
        // With the other link gone, nobody asks for anxiety any more.
        app.delete(&maya, &format!("/v1/care-links/{both}")).await.expect(204);
        let nora = app.parent_with_baby("Nora", 100).await;
        let link = app.link(&nora, &asha, &["check_ins"], false).await;
        assert!(!link.is_empty());
        for ago in (0..8).rev() {
            let at = (app.now() - jiff::SignedDuration::from_hours(24 * ago)).to_string();
            app.check_in(&nora, json!({"mood": 9, "anxiety": 9, "occurred_at": at})).await;
        }
        assert_eq!(app.get(&nora, "/v1/me/flags").await.expect(200).list("/data").len(), 0);
    }

    /// H24: replaying what was said raises what it raised, whatever was set since.
    async fn h24_a_replay_judges_by_the_lines_of_when_it_was_said(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        days(&app, &maya, 3).await;
        assert_eq!(flags(&app, &asha).await, [flag("sustained_low", "follow_up")]);
        let newest = app.get(&maya, "/v1/check-ins?limit=1").await.expect(200).text("/data/0/id").to_owned();
        let newest = format!("/v1/check-ins/{newest}");
        app.advance_minutes(1);
        // Looser, and then off: what was said before is judged as it was.
        set_value(&app, &asha, "sustained_low", "line", json!(2)).await;
        app.advance_minutes(1);
        set(&app, &asha, "sustained_low", json!({"enabled": false, "reason": "Not with us."})).await;
        app.advance_minutes(1);
        app.patch(&maya, &newest, json!({"connection": 5})).await.expect(200);
        assert_eq!(flags(&app, &asha).await, [flag("sustained_low", "follow_up")]);
        // What the edit takes the ground from still closes.
        app.patch(&maya, &newest, json!({"mood": 8})).await.expect(200);
        assert_eq!(flags(&app, &asha).await, []);
        let closed = app.get(&asha, "/v1/flags?status=corrected").await.expect(200);
        assert_eq!(closed.list("/data").len(), 1);
    }

    /// H24: the same for what a stricter line would have raised.
    async fn h24_a_stricter_line_raises_nothing_of_what_was_said_before(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        days(&app, &maya, 5).await;
        app.advance_minutes(1);
        set_value(&app, &asha, "sustained_low", "line", json!(5)).await;
        app.advance_minutes(1);
        let newest = app.get(&maya, "/v1/check-ins?limit=1").await.expect(200).text("/data/0/id").to_owned();
        app.patch(&maya, &format!("/v1/check-ins/{newest}"), json!({"mood": 4})).await.expect(200);
        assert_eq!(flags(&app, &asha).await, []);
        // What is said now is judged by the line of now, over all the days that it looks at.
        app.check_in(&maya, json!({"mood": 5})).await;
        assert_eq!(flags(&app, &asha).await, [flag("sustained_low", "follow_up")]);
    }

    async fn a_shorter_time_counts_for_flags_that_are_raised_from_then_on(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let body = json!({"settings": {"same_day": 4, "follow_up": 120}, "reason": "We are few."});
        set(&app, &asha, "due_times", body).await;
        days(&app, &maya, 3).await;
        app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
        let list = app.get(&asha, "/v1/flags").await.expect(200);
        assert_eq!(minute(list.at("/data/0/due_at")), "2026-11-23T13:00");
        let list = app.get(&asha, "/v1/flags?severity=follow_up").await.expect(200);
        assert_eq!(minute(list.at("/data/0/due_at")), "2026-11-28T09:00");
    }

    /// H25: stricter for elation, and a longer time for follow-ups does not reach it.
    async fn h25_elation_follows_a_stricter_line_and_no_longer_time(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        set_value(&app, &asha, "due_times", "follow_up", json!(120)).await;
        set(&app, &asha, "elation", json!({"settings": {"mood": 7, "sleep": 5}, "reason": "Sooner."})).await;
        let yesterday = (app.now() - jiff::SignedDuration::from_hours(24)).to_string();
        app.check_in(&maya, json!({"mood": 7, "sleep_hours": 5, "occurred_at": yesterday})).await;
        assert_eq!(flags(&app, &asha).await, [flag("elation", "notice")]);
        app.check_in(&maya, json!({"mood": 7, "sleep_hours": 5})).await;
        assert_eq!(flags(&app, &asha).await, [flag("elation", "follow_up")]);
        let list = app.get(&asha, "/v1/flags").await.expect(200);
        assert_eq!(minute(list.at("/data/0/due_at")), "2026-11-26T09:00", "72 hours and not 120");
    }
}
