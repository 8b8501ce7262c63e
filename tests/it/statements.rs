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
}
