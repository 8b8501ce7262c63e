//! Flags of questionnaires: raised by a total, brought in line by an edit or a removal, as if only what stands in the end
//! had ever been sent.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::{flags, only_flag, step},
    support::{Person, TestApp, both_databases},
};

/// What a doula sees of every flag, but for ids and instants of storing.
async fn as_seen(app: &TestApp, doula: &Person) -> Vec<Value> {
    let mut seen = flags(app, doula, "").await;
    seen.sort_by_key(|flag| flag["rule"]["id"].to_string());
    seen.iter().map(|flag| json!([flag["rule"]["id"], flag["severity"], flag["reason"]])).collect()
}

both_databases! {
    async fn a_total_beyond_its_line_is_a_flag_in_the_words_of_the_doulas_scopes(app: TestApp) {
        for (number, (instrument, answers, rule, severity)) in [
            ("phq-9", json!([2, 2, 2, 2, 2, 0, 0, 0, 0]), "phq9", "follow_up"),
            ("phq-9", json!([2, 2, 2, 2, 2, 2, 2, 1, 0]), "phq9", "same_day"),
            ("gad-7", json!([2, 2, 2, 2, 2, 0, 0]), "gad7", "follow_up"),
            ("gad-2", json!([2, 1]), "gad2", "follow_up"),
            ("whooley", json!([1, 0]), "whooley", "follow_up"),
            ("epds", json!([1, 1, 1, 1, 1, 1, 1, 2, 2, 0]), "epds", "notice"),
            ("epds", json!([2, 2, 2, 2, 2, 2, 1, 0, 0, 0]), "epds", "follow_up"),
            ("who-5", json!([2, 2, 2, 2, 2]), "who5", "follow_up"),
            ("mibs", json!([1, 1, 1, 1, 1, 0, 0, 0]), "mibs", "follow_up"),
        ].into_iter().enumerate() {
            let maya = app.parent_with_baby(&format!("Maya{number}"), 60).await;
            let (asha, bea) = (app.doula(&format!("Asha{number}")).await, app.doula(&format!("Bea{number}")).await);
            app.link(&maya, &asha, &["screenings"], false).await;
            app.link(&maya, &bea, &["flags"], false).await;
            let sent = fill_in(&app, &maya, instrument, answers).await;
            assert_eq!(raised(&sent), [(rule, severity)], "{instrument}");
            let total = sent.at("/screening/total").to_string();
            let told = |flag: &Value| flag["reason"].as_str().unwrap_or_default().contains(&total);
            let (with, without) = (only_flag(&app, &asha).await, only_flag(&app, &bea).await);
            assert_eq!((with["rule"]["id"].as_str(), told(&with)), (Some(rule), true), "{with}");
            assert_eq!((without["rule"]["id"].as_str(), told(&without)), (Some(rule), false), "{without}");
        }
    }

    async fn a_low_total_raises_nothing_and_takes_nothing_back(app: TestApp) {
        let mut maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["screenings"], false).await;
        fill_in(&app, &maya, "phq-9", json!([3, 3, 3, 3, 3, 0, 0, 0, 0])).await;
        app.state.clock.advance(SignedDuration::from_hours(24 * 14));
        maya = app.sign_in(&maya).await;
        let asha = app.sign_in(&asha).await;
        let low = fill_in(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
        assert_eq!(raised(&low), []);
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["status"].as_str(), flag["severity"].as_str()), (Some("open"), Some("same_day")));
    }

    async fn a_second_epds_in_the_middle_is_followed_up(app: TestApp) {
        let mut maya = app.parent("Maya").await;
        let middle = json!([1, 1, 1, 1, 1, 1, 1, 2, 2, 0]);
        let first = fill_in(&app, &maya, "epds", middle.clone()).await;
        assert_eq!(raised(&first), [("epds", "notice")]);
        app.state.clock.advance(SignedDuration::from_hours(24 * 14));
        maya = app.sign_in(&maya).await;
        let second = fill_in(&app, &maya, "epds", middle).await;
        assert_eq!(raised(&second), [("epds", "follow_up")]);
        // Without the first one it was the first.
        app.delete(&maya, &path(&first)).await.expect(204);
        let flags = app.get(&maya, "/v1/me/flags").await.expect(200);
        let open: Vec<&Value> = flags.list("/data").iter().filter(|flag| flag["status"] == "open").collect();
        assert_eq!((open.len(), open[0]["severity"].as_str()), (1, Some("notice")), "{}", flags.body);
    }

    async fn what_a_person_closed_stays_closed_and_what_is_shared_anew_is_told_anew(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let sent = fill_in(&app, &maya, "gad-7", json!([2, 2, 2, 2, 2, 2, 0])).await;
        let flag = only_flag(&app, &asha).await["id"].as_str().expect("an id").to_owned();
        step(&app, &asha, &flag, json!({"to": "dismissed", "reason": "We spoke."})).await.expect(200);
        app.patch(&maya, &path(&sent), json!({"private": true})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
        app.patch(&maya, &path(&sent), json!({"private": false})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await.len(), 1, "she shares it now, and may mean to");
    }

    /// H23.
    async fn h23_an_urgent_form_that_is_removed_or_hidden_leaves_a_flag_for_the_same_reader(app: TestApp) {
        for (number, hide) in [false, true].into_iter().enumerate() {
            let (maya, asha) = (app.parent(&format!("Maya{number}")).await, app.doula(&format!("Asha{number}")).await);
            app.link(&maya, &asha, &["screenings"], false).await;
            let sent = fill_in(&app, &maya, "phq-9", json!({"9": 1})).await;
            assert_eq!(only_flag(&app, &asha).await["severity"], "urgent");
            if hide {
                app.patch(&maya, &path(&sent), json!({"private": true})).await.expect(200);
            } else {
                app.delete(&maya, &path(&sent)).await.expect(204);
            }
            let seen = flags(&app, &asha, "").await;
            assert_eq!(seen.len(), 1, "{seen:?}");
            assert_eq!((seen[0]["rule"]["id"].as_str(), seen[0]["severity"].as_str()), (Some("urgent_taken_back"), Some("same_day")));
        }
    }

    /// A check-in with little sleep makes an answer about unreal things urgent, whichever came first.
    async fn forms_and_check_ins_are_judged_together(app: TestApp) {
        let (maya, noor) = (app.parent("Maya").await, app.parent("Noor").await);
        let unreal = json!({"unreal": 1});
        app.check_in(&maya, json!({"mood": 5, "sleep_hours": 4})).await;
        let sent = fill_in(&app, &maya, "weekly-reflection", unreal.clone()).await;
        assert_eq!(raised(&sent), [("unreal", "urgent")]);
        let alone = fill_in(&app, &noor, "weekly-reflection", unreal).await;
        assert_eq!(raised(&alone), [("unreal", "same_day")]);
        let later = app.check_in(&noor, json!({"mood": 5, "sleep_hours": 4})).await;
        assert_eq!(raised(&later), [("unreal", "urgent")]);
        assert_ne!(later.at("/safety"), &Value::Null);
    }

    /// H03: what is grave by a private half asks for a person all the same, whichever half came last.
    async fn h03_a_private_half_that_makes_it_urgent_is_told_to_those_who_may_know(app: TestApp) {
        let unreal = json!({"instrument": "weekly-reflection", "answers": {"unreal": 1}});
        let sleepless = json!({"mood": 5, "sleep_hours": 4});
        let hidden = |half: &Value| {
            let mut half = half.clone();
            half["private"] = json!(true);
            half
        };
        for (name, form, check_in) in
            [("Maya", hidden(&unreal), sleepless.clone()), ("Noor", unreal.clone(), hidden(&sleepless))]
        {
            for form_first in [true, false] {
                let name = format!("{name}{form_first}");
                let (parent, doula) = (app.parent(&name).await, app.doula(&format!("Of{name}")).await);
                app.link(&parent, &doula, &["check_ins", "screenings"], true).await;
                if form_first {
                    app.post(&parent, SCREENINGS, form.clone()).await.expect(201);
                    app.check_in(&parent, check_in.clone()).await;
                } else {
                    app.check_in(&parent, check_in.clone()).await;
                    app.post(&parent, SCREENINGS, form.clone()).await.expect(201);
                }
                let seen = flags(&app, &doula, "").await;
                let urgent = seen.iter().any(|flag| flag["severity"] == "urgent");
                assert!(urgent, "{name}, form first {form_first}: {seen:?}");
            }
        }
    }

    /// What was sent, hidden, shared, backdated and removed ends where sending only what is left would have.
    async fn the_flags_are_those_of_what_stands_in_the_end(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        let (noor, bea) = (app.parent_with_baby("Noor", 60).await, app.doula("Bea").await);
        for (parent, doula) in [(&maya, &asha), (&noor, &bea)] {
            app.link(parent, doula, &["check_ins", "screenings"], false).await;
        }
        let (phq, gad, weekly) = (json!([2, 2, 2, 2, 2, 0, 0, 0, 0]), json!([2, 2, 2, 2, 2, 2, 2]), json!({"unreal": 1}));
        let form = |instrument: &str, answers: &Value, at: &str| json!({"instrument": instrument, "answers": answers, "occurred_at": at});
        let (monday, friday, sunday) = ("2026-11-23T08:00:00Z", "2026-11-20T08:00:00Z", "2026-11-22T08:00:00Z");
        let heavy = app.post(&maya, SCREENINGS, form("phq-9", &json!([3, 3, 3, 3, 3, 3, 0, 0, 0]), monday)).await.expect(201);
        let short = app.post(&maya, SCREENINGS, form("phq-2", &json!([3, 3]), sunday)).await.expect(201);
        app.check_in(&maya, json!({"mood": 5, "sleep_hours": 4, "occurred_at": sunday})).await;
        let urgent = app.post(&maya, SCREENINGS, form("weekly-reflection", &weekly, monday)).await.expect(201);
        assert_eq!(raised(&urgent), [("unreal", "urgent")]);
        app.delete(&maya, &path(&heavy)).await.expect(204);
        app.post(&maya, SCREENINGS, form("phq-9", &phq, friday)).await.expect(201);
        let anxious = app.post(&maya, SCREENINGS, form("gad-7", &gad, sunday)).await.expect(201);
        app.patch(&maya, &path(&anxious), json!({"private": true})).await.expect(200);
        app.patch(&maya, &path(&short), json!({"private": true})).await.expect(200);
        app.patch(&maya, &path(&short), json!({"private": false})).await.expect(200);

        app.post(&noor, SCREENINGS, form("phq-9", &phq, friday)).await.expect(201);
        app.post(&noor, SCREENINGS, form("phq-2", &json!([3, 3]), sunday)).await.expect(201);
        let mut hidden = form("gad-7", &gad, sunday);
        hidden["private"] = json!(true);
        app.post(&noor, SCREENINGS, hidden).await.expect(201);
        app.check_in(&noor, json!({"mood": 5, "sleep_hours": 4, "occurred_at": sunday})).await;
        app.post(&noor, SCREENINGS, form("weekly-reflection", &weekly, monday)).await.expect(201);
        assert_eq!(as_seen(&app, &asha).await, as_seen(&app, &bea).await);
        assert_eq!(as_seen(&app, &asha).await.len(), 2, "the full scale and what felt unreal: {:?}", as_seen(&app, &asha).await);
    }
}
