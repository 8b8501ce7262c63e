//! How often the database is asked for an ordinary request. A count, not a time: it grows only when somebody means it.
//!
//! The number is held exactly: who needs a statement more raises it and says in the commit what it is for, who takes
//! one away lowers it, and an ear that hears nothing is found out. On PostgreSQL each is a message there and back, and the messages are most of what a write costs
//! (`docs/performance.md`).

use serde_json::json;

use crate::support::{Person, TestApp, both_databases, statements};

const CHECK_INS: &str = "/v1/check-ins";

/// A parent who has used attune for a while, with a doula who reads along, on an application that is listened to.
async fn overheard(app: &TestApp) -> (TestApp, Person) {
    let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["flags", "check_ins", "notes"], true).await;
    for _ in 0..3 {
        app.check_in(&maya, json!({"mood": 6, "note": "a walk"})).await;
    }
    let app = statements::listen(app).await;
    // What is done once for each connection is done here.
    for key in ["first", "second", "third"] {
        app.post_once(&maya, CHECK_INS, key, json!({"mood": 6, "note": "a walk"})).await.expect(201);
        app.get(&maya, CHECK_INS).await.expect(200);
    }
    statements::take(&app);
    (app, maya)
}

#[track_caller]
fn asked(app: &TestApp, (sqlite, postgres): (usize, usize)) {
    let (asked, as_it_was) = (statements::take(app), if app.is_sqlite() { sqlite } else { postgres });
    assert_eq!(asked.len(), as_it_was, "{asked:#?}");
}

/// Those of the statements that read what notes beside flags rest on, with the start of each for who has to look.
fn of_notes(asked: &[String]) -> Vec<&str> {
    let of_answers = |statement: &&str| {
        let plain = statement.replace(['`', '"'], "");
        ["FROM check_ins WHERE", "FROM screenings WHERE"].iter().any(|from| plain.contains(from))
            && !plain.contains("COUNT(")
    };
    asked.iter().map(String::as_str).filter(of_answers).collect()
}

/// Sends a PHQ-9 and a GAD-7, each over its line.
async fn two_more_flags(app: &TestApp, parent: &Person) {
    for (instrument, items) in [("phq-9", 9), ("gad-7", 7)] {
        let mut answers = vec![2; items];
        answers[items - 1] = 0;
        let body = json!({"instrument": instrument, "answers": answers});
        let reply = app.post(parent, "/v1/screenings", body).await.expect(201);
        assert_eq!(reply.list("/flags").len(), 1, "{}", reply.body);
    }
}

/// Two parents with a flag each and a questionnaire, and their doula, on an application that is listened to.
async fn two_with_flags(app: &TestApp) -> (TestApp, Person, Person) {
    let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
    let noor = app.parent_with_baby("Noor", 60).await;
    for parent in [&maya, &noor] {
        app.link(parent, &asha, &["flags", "check_ins", "screenings"], true).await;
        app.check_in(parent, json!({"mood": 5, "safe_now": "unsure"})).await;
        app.post(parent, "/v1/screenings", json!({"instrument": "gad-2", "answers": [0, 0]}))
            .await
            .expect(201);
    }
    let app = statements::listen(app).await;
    app.get(&asha, "/v1/flags").await.expect(200);
    statements::take(&app);
    (app, asha, maya)
}

both_databases! {
    /// The main job: sign-in, begin, key, entry, history, own usual, links, change, audit, reply, commit.
    async fn an_ordinary_check_in_asks_what_it_did(app: TestApp) {
        let (app, maya) = overheard(&app).await;
        let body = json!({"mood": 6, "connection": 7, "note": "a walk in the morning"});
        app.post_once(&maya, CHECK_INS, "counted", body).await.expect(201);
        asked(&app, (17, 12));
    }

    async fn a_check_in_that_raises_a_flag_asks_what_it_did(app: TestApp) {
        let (app, maya) = overheard(&app).await;
        app.post_once(&maya, CHECK_INS, "counted", json!({"mood": 6, "contact_me": true})).await.expect(201);
        asked(&app, (29, 22));
        app.post_once(&maya, CHECK_INS, "again", json!({"mood": 6, "contact_me": true})).await.expect(201);
        asked(&app, (30, 23));
    }

    async fn a_list_asks_for_the_sign_in_and_the_rows_with_the_key(app: TestApp) {
        let (app, maya) = overheard(&app).await;
        app.get(&maya, "/v1/check-ins?limit=20").await.expect(200);
        asked(&app, (2, 2));
    }

    /// What notes rest on is read for each parent once: her latest day, the days before it, her latest questionnaires.
    async fn notes_beside_flags_ask_once_for_each_parent_who_is_shown(app: TestApp) {
        let (app, asha, maya) = two_with_flags(&app).await;
        for (flags, more) in [(2, true), (4, false)] {
            let list = app.get(&asha, "/v1/flags").await.expect(200);
            assert_eq!(list.list("/data").len(), flags);
            let asked = statements::take(&app);
            // Once more for Maya who has filled in a full scale by then: which short form stood before it.
            let expected = 2 * 4 + usize::from(!more);
            assert_eq!(of_notes(&asked).len(), expected, "{flags} flags: {:#?}", of_notes(&asked));
            if more {
                two_more_flags(&app, &maya).await;
                statements::take(&app);
            }
        }
        // The one beyond a page tells that there is more, and nothing is read for it.
        let page = app.get(&asha, "/v1/flags?limit=1").await.expect(200);
        assert_eq!((page.list("/data").len(), page.at("/has_more")), (1, &json!(true)));
        let asked = statements::take(&app);
        let each = 4 + usize::from(page.at("/data/0/parent/id") == maya.id.as_str());
        assert_eq!(of_notes(&asked).len(), each, "{:#?}", of_notes(&asked));
        let opened = asked.iter().filter(|one| one.contains("safe_contact")).count();
        assert_eq!(opened, 1, "{asked:#?}");
        // A step shows the flag before it, for its tag, and after it.
        let flag = page.at("/data/0").clone();
        let path = format!("/v1/flags/{}", flag["id"].as_str().expect("an id"));
        let tag = app.get(&asha, &path).await.header("etag").to_owned();
        statements::take(&app);
        let step = json!({"to": "acknowledged"});
        app.post_if(&asha, &format!("{path}/transitions"), &tag, step).await.expect(200);
        let asked = statements::take(&app);
        assert_eq!(of_notes(&asked).len(), each, "{:#?}", of_notes(&asked));
    }

    async fn a_picture_asks_no_more_for_many_flags_than_for_one(app: TestApp) {
        let (app, asha, maya) = two_with_flags(&app).await;
        let picture = format!("/v1/clients/{}/chart.svg", maya.id);
        app.get(&asha, &picture).await.expect(200);
        let one = statements::take(&app);
        two_more_flags(&app, &maya).await;
        statements::take(&app);
        let drawn = app.get(&asha, &picture).await.expect(200);
        assert!(String::from_utf8_lossy(&drawn.bytes).contains("3: "));
        let many = statements::take(&app);
        assert_eq!(many.len(), one.len(), "{many:#?}");
    }
}
