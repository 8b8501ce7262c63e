//! H23: an urgent answer that is edited or deleted away leaves a flag for the same readers and for nobody else.

use serde_json::{Value, json};

use super::{own_flags, path, rules_and_status};
use crate::{
    flag::{flags, notices},
    flag_privacy::MARK,
    screening,
    support::{Answer, Person, TestApp, both_databases},
};

const DANGER: &str = "no";

async fn take_back(app: &TestApp, maya: &Person, first: &Answer, by_deleting: bool) {
    if by_deleting {
        app.delete(maya, &path(first)).await.expect(204);
    } else {
        let reply = app.patch(maya, &path(first), json!({"safe_now": "yes"})).await.expect(200);
        assert_eq!(reply.at("/safety"), &Value::Null);
    }
}

async fn told(app: &TestApp) -> usize {
    use diesel::{QueryDsl, RunQueryDsl};
    let count: i64 = app
        .state
        .db
        .read(|conn| Ok(attune::db::schema::outbox::table.count().get_result(conn)?))
        .await
        .expect("counts");
    usize::try_from(count).expect("small")
}

both_databases! {
    async fn h23_a_shared_answer_taken_back_is_a_flag_for_the_same_readers(app: TestApp) {
        for (number, by_deleting) in [false, true].into_iter().enumerate() {
            let maya = app.parent(&format!("Maya{number}")).await;
            let (asha, bea, late) = (
                app.doula(&format!("Asha{number}")).await,
                app.doula(&format!("Bea{number}")).await,
                app.doula(&format!("Late{number}")).await,
            );
            app.link(&maya, &asha, &["check_ins"], true).await;
            app.link(&maya, &bea, &["flags"], false).await;
            let first = app.check_in(&maya, json!({"mood": 3, "safe_now": DANGER})).await;
            app.advance_minutes(1);
            app.link(&maya, &late, &["check_ins"], true).await;
            let before = told(&app).await;
            take_back(&app, &maya, &first, by_deleting).await;
            assert_eq!(told(&app).await, before + 2, "both readers are told");

            for (doula, words) in [
                (&asha, "An urgent answer was taken back on 23 November. It may have been a slip, or not: please get in touch all the same."),
                (&bea, "An urgent answer was taken back. It may have been a slip, or not: please get in touch all the same."),
            ] {
                let seen = flags(&app, doula, "").await;
                assert_eq!(seen.len(), 1, "{seen:?}");
                assert_eq!(seen[0]["rule"]["id"], "urgent_taken_back");
                assert_eq!((seen[0]["severity"].as_str(), seen[0]["reason"].as_str()), (Some("same_day"), Some(words)));
                assert_eq!(seen[0]["evidence"], json!([]));
                let client = app.get(doula, &format!("/v1/clients/{}", maya.id)).await.expect(200);
                assert!(client.text("/worth_a_call_today/reason").starts_with("An urgent answer was taken back"));
                let first_flag = app.get(doula, &format!("/v1/flags/{}", first.text("/flags/0/id"))).await.expect(200);
                assert_eq!(first_flag.at("/status"), "corrected");
                assert!(!by_deleting || !first_flag.text("/reason").contains("\"no\""), "what she removed is not repeated");
            }
            assert!(flags(&app, &late, "?status=all").await.is_empty(), "she could not see the first");
            let hers = own_flags(&app, &maya).await;
            assert_eq!(rules_and_status(&hers), [("not_safe", "corrected"), ("urgent_taken_back", "open")]);

            let id = flags(&app, &asha, "").await[0]["id"].as_str().unwrap().to_owned();
            let step = json!({"to": "dismissed", "reason": "We talked; it was a slip."});
            app.post(&asha, &format!("/v1/flags/{id}/transitions"), step).await.expect(200);
            assert!(flags(&app, &bea, "").await.is_empty(), "the doula closes it");
        }
    }

    async fn h23_a_private_answer_taken_back_is_a_mark_without_content(app: TestApp) {
        for (number, by_deleting) in [false, true].into_iter().enumerate() {
            let maya = app.parent(&format!("Maya{number}")).await;
            let (asha, bea) = (app.doula(&format!("Asha{number}")).await, app.doula(&format!("Bea{number}")).await);
            app.link(&maya, &asha, &["check_ins"], true).await;
            app.link(&maya, &bea, &["check_ins"], false).await;
            let first = app.check_in(&maya, json!({"mood": 3, "safe_now": DANGER, "private": true})).await;
            app.advance_minutes(1);
            let late = app.doula(&format!("Late{number}")).await;
            app.link(&maya, &late, &["check_ins"], true).await;
            take_back(&app, &maya, &first, by_deleting).await;
            let seen = flags(&app, &asha, "").await;
            assert_eq!(seen.len(), 1, "{seen:?}");
            assert_eq!((seen[0]["rule"]["id"].as_str(), seen[0]["reason"].as_str()), (Some("private_danger"), Some(MARK)));
            assert_eq!(seen[0]["severity"], "same_day");
            assert!(flags(&app, &bea, "?status=all").await.is_empty());
            assert!(flags(&app, &late, "?status=all").await.is_empty());
        }
    }

    async fn h23_one_of_two_urgent_answers_taken_back_takes_nothing_back(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        app.advance_minutes(10);
        app.check_in(&maya, json!({"mood": 3, "safe_now": "unsure"})).await;
        app.patch(&maya, &path(&first), json!({"safe_now": "yes"})).await.expect(200);
        let seen = flags(&app, &asha, "").await;
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0]["severity"].as_str(), seen[0]["evidence"].as_array().unwrap().len()), (Some("urgent"), 1));
    }

    async fn h23_elation_that_weighs_less_after_an_edit_says_so(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let first = app.check_in(&maya, json!({"mood": 8, "sleep_hours": 3.5, "sped_up": true})).await;
        assert_eq!(first.at("/safety/level"), "urgent");
        app.patch(&maya, &path(&first), json!({"sped_up": false})).await.expect(200);
        let seen = flags(&app, &asha, "").await;
        let rules: Vec<_> =
            seen.iter().map(|flag| (flag["rule"]["id"].as_str().unwrap(), flag["severity"].as_str().unwrap())).collect();
        assert_eq!(rules, [("urgent_taken_back", "same_day"), ("elation", "notice")]);
        assert!(!seen[1]["reason"].as_str().unwrap().contains("full of energy"), "{}", seen[1]["reason"]);
    }

    async fn h23_hiding_a_shared_answer_is_taking_it_back_from_those_who_may_not_know(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        app.patch(&maya, &path(&first), json!({"private": true})).await.expect(200);
        let bea_sees = flags(&app, &bea, "").await;
        assert_eq!(bea_sees.len(), 1);
        assert_eq!(bea_sees[0]["rule"]["id"], "urgent_taken_back");
        let asha_sees = flags(&app, &asha, "").await;
        assert_eq!((asha_sees[0]["rule"]["id"].as_str(), asha_sees[0]["severity"].as_str()),
            (Some("private_danger"), Some("urgent")), "{asha_sees:?}");
    }

    /// Nobody learns of a first flag by its end.
    async fn h23_who_could_not_see_the_first_sees_nothing_of_its_end_however_it_ends(app: TestApp) {
        let (maya, asha, late) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Late").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "unsure"})).await;
        app.advance_minutes(1);
        app.link(&maya, &late, &["check_ins"], false).await;
        app.patch(&maya, &path(&first), json!({"safe_now": "no", "private": true})).await.expect(200);
        assert!(flags(&app, &late, "?status=all").await.is_empty());
        assert_eq!(flags(&app, &asha, "").await[0]["rule"]["id"], "urgent_taken_back");
    }

    /// What vanishes for one reader is taken back for her, although another one still sees something urgent.
    async fn h23_what_vanishes_for_one_reader_is_taken_back_for_her(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        app.advance_minutes(1);
        let (late, told) = (app.doula("Late").await, app.doula("Told").await);
        app.link(&maya, &late, &["check_ins"], false).await;
        app.link(&maya, &told, &["check_ins"], true).await;
        let second = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        let third = app.check_in(&maya, json!({"mood": 3, "safe_now": "no", "private": true})).await;
        app.patch(&maya, &path(&second), json!({"private": true})).await.expect(200);
        let rules = |seen: Vec<Value>| -> Vec<String> {
            seen.iter().map(|flag| flag["rule"]["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(rules(flags(&app, &late, "").await), ["urgent_taken_back"], "the shared one was all she saw");
        assert_eq!(rules(flags(&app, &told, "").await), ["private_danger"], "she reads the mark of it");
        for private in [&second, &third] {
            app.delete(&maya, &path(private)).await.expect(204);
        }
        assert_eq!(rules(flags(&app, &told, "").await), ["urgent_taken_back"], "she saw the mark, and it is gone");
        assert_eq!(rules(flags(&app, &asha, "").await), ["not_safe", "urgent_taken_back"]);
    }

    async fn h23_a_second_taking_back_reaches_a_newer_reader(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        app.patch(&maya, &path(&first), json!({"safe_now": "yes"})).await.expect(200);
        app.advance_minutes(1);
        let late = app.doula("Late").await;
        app.link(&maya, &late, &["check_ins"], false).await;
        assert!(flags(&app, &late, "").await.is_empty());
        app.patch(&maya, &path(&first), json!({"safe_now": "no"})).await.expect(200);
        assert_eq!(flags(&app, &late, "").await[0]["rule"]["id"], "not_safe");
        app.patch(&maya, &path(&first), json!({"safe_now": "yes"})).await.expect(200);
        assert_eq!(flags(&app, &late, "").await[0]["rule"]["id"], "urgent_taken_back");
    }

    /// H41: what she removed or hid is not quoted any more, also where a flag was closed before.
    async fn h41_values_of_a_removed_or_hidden_entry_are_not_said_any_more(app: TestApp) {
        for (number, patches) in [
            vec![json!({"safe_now": "yes"}), json!({"private": true})],
            vec![json!({"safe_now": "yes", "private": true})],
            vec![json!({"safe_now": "yes"}), Value::Null],
        ]
        .into_iter()
        .enumerate()
        {
            let (maya, asha) = (app.parent(&format!("Maya{number}")).await, app.doula(&format!("Asha{number}")).await);
            app.link(&maya, &asha, &["check_ins"], false).await;
            let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
            for patch in patches {
                match patch {
                    Value::Null => drop(app.delete(&maya, &path(&first)).await.expect(204)),
                    patch => drop(app.patch(&maya, &path(&first), patch).await.expect(200)),
                }
            }
            let flag = app.get(&asha, &format!("/v1/flags/{}", first.text("/flags/0/id"))).await.expect(200);
            assert_eq!(flag.at("/status"), "corrected");
            assert!(!flag.text("/reason").contains("\"no\""), "{number}: {}", flag.at("/reason"));
        }
    }

    /// Hidden is not taken back from who reads the mark of it, be it a check-in or a form.
    async fn h23_what_is_hidden_and_still_marked_for_her_was_not_taken_back_from_her(app: TestApp) {
        let rules = |seen: Vec<Value>| -> Vec<String> {
            seen.iter().map(|flag| flag["rule"]["id"].as_str().unwrap().to_owned()).collect()
        };
        for (number, form) in [false, true].into_iter().enumerate() {
            let maya = app.parent(&format!("Maya{number}")).await;
            let (asha, bea) = (app.doula(&format!("Asha{number}")).await, app.doula(&format!("Bea{number}")).await);
            let scopes = ["check_ins", "screenings"];
            let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &scopes, true).await);
            app.link(&maya, &bea, &scopes, false).await;
            let place = if form {
                screening::path(&screening::fill_in(&app, &maya, "phq-9", json!({"9": 2})).await)
            } else {
                path(&app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await)
            };
            let before = notices(&app, &bea).await;
            app.patch(&maya, &place, json!({"private": true})).await.expect(200);
            let seen = flags(&app, &asha, "?status=all").await;
            assert_eq!((seen[0]["severity"].as_str(), seen[0]["reason"].as_str()), (Some("urgent"), Some(MARK)));
            assert_eq!(rules(seen), ["private_danger"], "{place}");
            assert_eq!(app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.at("/open_flags"), 1);
            assert_eq!(rules(flags(&app, &bea, "?status=all").await), ["urgent_taken_back"], "{place}");
            assert_eq!(notices(&app, &bea).await, before + 1);
            let own = app.get(&maya, "/v1/me/flags").await.expect(200);
            let gone = own.list("/data").iter().find(|flag| flag["rule"]["id"] == "urgent_taken_back");
            assert_eq!(gone.expect("it is hers to see")["seen_by"], json!([bea.name]));

            // Who may no longer know of the mark has nothing urgent any more; the consent back, she has.
            for (consent, shown) in [(false, "urgent_taken_back"), (true, "private_danger")] {
                app.patch(&maya, &link, json!({"private_danger": consent})).await.expect(200);
                assert_eq!(rules(flags(&app, &asha, "").await), [shown], "{place}");
            }
            app.advance_minutes(1);
            // Shared again it stands before both; only from who did not read its mark was it gone meanwhile.
            app.patch(&maya, &place, json!({"private": false})).await.expect(200);
            for (doula, taken_back) in [(&asha, 0), (&bea, 1)] {
                let rules = rules(flags(&app, doula, "").await);
                let told = rules.iter().filter(|rule| *rule == "urgent_taken_back").count();
                assert_eq!((rules.len(), told), (1 + taken_back, taken_back), "{place}: {rules:?}");
            }
            app.delete(&maya, &place).await.expect(204);
            assert_eq!(rules(flags(&app, &asha, "").await), ["urgent_taken_back"], "{place}: gone for good");
        }
    }

    /// Hidden and unsaid at once is taken back from everybody.
    async fn h23_what_is_hidden_and_unsaid_at_once_was_taken_back_from_her_too(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        app.patch(&maya, &path(&first), json!({"safe_now": "yes", "private": true})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await[0]["rule"]["id"], "urgent_taken_back");
    }
}
