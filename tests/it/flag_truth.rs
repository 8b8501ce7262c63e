//! What is said about who knows must be true, and what a doula sees must not tell of what she may not know.

use serde_json::json;

use crate::support::both_databases;

both_databases! {
    /// H19, H20, H39: that she sees an older, shared part of the flag tells her nothing of a private answer.
    async fn nobody_is_said_to_be_told_of_a_private_answer_who_was_not(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins"], false).await;
        let shared = app.check_in(&maya, json!({"mood": 5, "safe_now": "no"})).await;
        assert_eq!(*shared.at("/flags/0/seen_by"), json!(["Asha"]));
        assert_eq!(*shared.at("/safety/share_offer"), json!(false));

        let private = app.check_in(&maya, json!({"mood": 5, "safe_now": "no", "private": true})).await;
        assert_eq!(*private.at("/flags/0/seen_by"), json!([]));
        assert_eq!(*private.at("/safety/share_offer"), json!(true));
        assert!(!private.text("/safety/what_happens_next").contains("Asha"), "{}", private.body);
    }

    /// H41: neither the words of the history nor the name of the flag tell that something private came first.
    async fn a_flag_that_began_privately_looks_new_when_it_is_shared(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 5, "safe_now": "no", "private": true})).await;
        app.advance_minutes(5);
        app.check_in(&maya, json!({"mood": 5, "safe_now": "no"})).await;

        let flags = app.get(&asha, "/v1/flags").await.expect(200);
        assert_eq!(flags.list("/data").len(), 1);
        assert_eq!(flags.text("/data/0/history/0/kind"), "raised");
        assert_eq!(flags.list("/data/0/history").len(), 1);
        assert_eq!(flags.list("/data/0/evidence").len(), 1);
        assert!(flags.text("/data/0/raised_at").starts_with("2026-11-23T09:05:"), "{}", flags.body);
        // The first 48 bits of an identifier in time order are milliseconds since 1970.
        assert!(flags.text("/data/0/id").starts_with("00000000-0000-7"), "{}", flags.body);
    }

    /// H41, H08: what another doula did about the private mark was not done about what is shared now.
    async fn steps_on_the_private_mark_do_not_show_in_what_is_shared_later(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let asha = app.doula("Asha").await;
        let bela = app.doula("Bela").await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bela, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 5, "contact_me": true, "private": true})).await;
        let id = app.get(&asha, "/v1/flags").await.expect(200).text("/data/0/id").to_owned();
        for to in ["acknowledged", "contacted"] {
            app.post(&asha, &format!("/v1/flags/{id}/transitions"), json!({"to": to})).await.expect(200);
        }
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let seen = app.get(&bela, "/v1/flags").await.expect(200);
        assert_eq!(seen.text("/data/0/status"), "open");
        assert_eq!(seen.list("/data/0/history").len(), 1);
        assert_eq!((seen.text("/data/0/history/0/kind"), seen.text("/data/0/history/0/to")), ("raised", "open"));
    }

    /// H08, H22: with the tag of what she saw, a doula closes nothing that she has not seen.
    async fn a_new_danger_answer_is_not_closed_unread(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 5, "safe_now": "unsure"})).await;
        let flags = app.get(&asha, "/v1/flags").await.expect(200);
        let (id, tag) = (flags.text("/data/0/id").to_owned(), flags.text("/data/0/etag").to_owned());
        app.check_in(&maya, json!({"mood": 5, "safe_now": "no"})).await;
        let path = format!("/v1/flags/{id}/transitions");
        let close = json!({"to": "dismissed", "reason": "a mistake"});
        app.post_if(&asha, &path, &tag, close.clone()).await.expect(412);
        let now = app.get(&asha, &format!("/v1/flags/{id}")).await.expect(200);
        assert_eq!(now.text("/status"), "open");
        app.post_if(&asha, &path, now.text("/etag"), close).await.expect(200);
    }

    /// H03: a text that was cut inside a character, or a number that no machine holds, refuses no danger answer.
    async fn strange_json_refuses_no_danger_answer(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let deep = format!(r#"{{"mood":4,"safe_now":"no","x":{}1{}}}"#, "[".repeat(90), "]".repeat(90));
        for (body, pointer) in [
            (r#"{"mood":4,"safe_now":"no","note":"so tired \ud83d"}"#, "/note"),
            (r#"{"mood":1e400,"safe_now":"unsure"}"#, "/mood"),
            (deep.as_str(), "/x"),
        ] {
            let taken = app.post_text(&maya, "/v1/check-ins", body).await.expect(201);
            assert_eq!(*taken.at("/check_in/incomplete"), json!(true));
            assert_eq!(taken.text("/warnings/0/pointer"), pointer);
            assert_eq!(taken.text("/flags/0/rule/id"), "not_safe");
            assert_eq!(taken.text("/safety/level"), "urgent");
        }
        for body in [r#"{"mood":4,"note":"\ud83d"}"#, r#"{"mood":1e400}"#, r#"{"safe_now":"no""#] {
            let refused = app.post_text(&maya, "/v1/check-ins", body).await.expect(400);
            assert_eq!((refused.text("/code"), refused.text("/help")), ("bad_json", "/v1/help"));
        }
    }
}
