//! What must stay true when everything happens at once: no promise rests on one process or one writer.
//!
//! The second process is a twin of the application on the same database. 503 says that nothing was changed and
//! that the same request may be sent again, and that is what these clients do.

use std::{cell::Cell, collections::BTreeSet, future::Future};

use actix_web::test::TestRequest;
use attune::db::schema::{flag_evidence, outbox};
use diesel::{QueryDsl, RunQueryDsl};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

/// Sends until the answer is another one than "too much at once".
async fn insist<F: Future<Output = Answer>>(send: impl Fn() -> F) -> Answer {
    for _ in 0..50 {
        let answer = send().await;
        if answer.status != 503 {
            return answer;
        }
        assert!(!answer.header("retry-after").is_empty(), "503 says when to come back");
    }
    panic!("refused fifty times over")
}

/// How many answers have this status.
fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

async fn flag_of(app: &TestApp, doula: &Person) -> Answer {
    let flags = app.get(doula, "/v1/flags").await.expect(200);
    assert_eq!(flags.list("/data").len(), 1, "{}", flags.body);
    let path = format!("/v1/flags/{}", flags.text("/data/0/id"));
    app.get(doula, &path).await.expect(200)
}

both_databases! {
    /// H07, REL-4, REL-9.
    async fn thirty_danger_answers_at_once_are_one_flag_with_thirty_reasons(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let twin = app.twin().await;
        let answers = join_all((0..30).map(|number| {
            let (app, maya) = (if number % 2 == 0 { &app } else { &twin }, &maya);
            let safe_now = if number % 3 == 0 { "no" } else { "unsure" };
            insist(move || app.post(maya, "/v1/check-ins", json!({"mood": 3, "safe_now": safe_now})))
        }))
        .await;
        assert_eq!(count(&answers, 201), 30, "{:?}", statuses(&answers));
        let ids: BTreeSet<&str> = answers.iter().map(|answer| answer.text("/check_in/id")).collect();
        assert_eq!(ids.len(), 30);
        assert!(answers.iter().all(|answer| answer.text("/safety/level") == "urgent"));

        let flag = flag_of(&app, &asha).await;
        assert_eq!((flag.text("/rule/id"), flag.text("/severity"), flag.text("/status")), ("not_safe", "urgent", "open"));
        let mine = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!(mine.list("/data").len(), 1, "{}", mine.body);
        let evidence: Vec<String> = app.state.db
            .read(|conn| Ok(flag_evidence::table.select(flag_evidence::source_id).load(conn)?))
            .await
            .expect("reads");
        let evidence: BTreeSet<&str> = evidence.iter().map(String::as_str).collect();
        assert_eq!(evidence, ids);
        let told: i64 = app.state.db.read(|conn| Ok(outbox::table.count().get_result(conn)?)).await.expect("reads");
        assert!(told >= 1, "the doula is told");
    }

    async fn an_invitation_makes_one_link_however_many_use_it_at_once(app: TestApp) {
        let asha = app.doula("Asha").await;
        let invitation = app.post(&asha, "/v1/invitations", json!({})).await.expect(201);
        let mut parents = Vec::new();
        for name in ["Maya", "Nora", "Ines", "Rosa"] {
            parents.push(app.parent(name).await);
        }
        let twin = app.twin().await;
        let terms = json!({"code": invitation.at("/code"), "scopes": ["flags"], "private_danger": false});
        let answers = join_all((0..20).map(|number| {
            let (app, parent) = (if number % 2 == 0 { &app } else { &twin }, &parents[number % 4]);
            let terms = &terms;
            insist(move || app.post(parent, "/v1/care-links", terms.clone()))
        }))
        .await;
        assert_eq!((count(&answers, 201), count(&answers, 422)), (1, 19), "{:?}", statuses(&answers));
        assert_eq!(app.get(&asha, "/v1/care-links").await.expect(200).list("/data").len(), 1);
        assert_eq!(app.get(&asha, "/v1/clients").await.expect(200).list("/data").len(), 1);
    }

    /// FND-22.
    async fn of_a_hundred_edits_with_one_tag_one_is_taken(app: TestApp) {
        let maya = app.parent("Maya").await;
        let baby = format!("/v1/babies/{}", app.baby(&maya, 20).await);
        let twin = app.twin().await;
        for path in ["/v1/me", &baby] {
            let tag = app.get(&maya, path).await.header("etag").to_owned();
            let field = if path == "/v1/me" { "display_name" } else { "name" };
            let answers = join_all((0..100).map(|number| {
                let (app, maya, tag) = (if number % 2 == 0 { &app } else { &twin }, &maya, &tag);
                insist(move || app.patch_if(maya, path, tag, json!({field: format!("Name {number}")})))
            }))
            .await;
            assert_eq!((count(&answers, 200), count(&answers, 412)), (1, 99), "{path} {:?}", statuses(&answers));
            let taken = answers.iter().find(|answer| answer.status == 200).expect("one");
            let now = app.get(&maya, path).await.expect(200);
            assert_eq!(now.header("etag"), taken.header("etag"));
            assert_eq!(now.body, taken.body);
        }
    }

    /// FND-21, REL-9.
    async fn a_request_that_is_sent_fifty_times_at_once_happens_once(app: TestApp) {
        let maya = app.parent("Maya").await;
        let twin = app.twin().await;
        let body = json!({"mood": 2, "safe_now": "no", "note": "Again and again."});
        let answers = join_all((0..50).map(|number| {
            let (app, maya, body) = (if number % 2 == 0 { &app } else { &twin }, &maya, &body);
            insist(move || app.post_once(maya, "/v1/check-ins", "tap-tap-tap", body.clone()))
        }))
        .await;
        assert_eq!(count(&answers, 201), 50, "{:?}", statuses(&answers));
        assert!(answers.iter().all(|answer| answer.bytes == answers[0].bytes));
        assert!(answers.iter().all(|answer| answer.header("location") == answers[0].header("location")));
        let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
        assert_eq!(replayed, 49);
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 1);
        assert_eq!(app.get(&maya, "/v1/me/flags").await.expect(200).list("/data").len(), 1);
    }

    async fn of_two_doulas_who_take_the_same_step_one_does(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        let twin = app.twin().await;
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let path = format!("/v1/flags/{}/transitions", flag_of(&app, &asha).await.text("/id"));
        for (to, reason) in [("acknowledged", Value::Null), ("contacted", Value::Null), ("resolved", json!("Talked."))] {
            let body = json!({"to": to, "reason": reason});
            let (body, path) = (&body, &path);
            let answers = join_all([(&app, &asha), (&twin, &bea)].map(|(app, doula)| {
                insist(move || app.post(doula, path, body.clone()))
            }))
            .await;
            assert_eq!((count(&answers, 200), count(&answers, 409)), (1, 1), "{to} {:?}", statuses(&answers));
            let late = answers.iter().find(|answer| answer.status == 409).expect("one");
            assert_eq!((late.text("/code"), late.text("/flag/status")), ("invalid_transition", to));
        }
    }

    async fn parallel_renewals_with_one_token_get_the_same_successor(app: TestApp) {
        let maya = app.parent("Maya").await;
        let twin = app.twin().await;
        let answers = join_all((0..20).map(|number| {
            let (app, token) = (if number % 2 == 0 { &app } else { &twin }, &maya.refresh_token);
            insist(move || renewed(app, token))
        }))
        .await;
        assert_eq!(count(&answers, 200), 20, "{:?}", statuses(&answers));
        let successors: BTreeSet<&str> = answers.iter().map(|answer| answer.text("/refresh_token")).collect();
        assert_eq!(successors.len(), 1);
        let successor = answers[0].text("/refresh_token");
        assert_ne!(successor, maya.refresh_token);
        renewed(&app, successor).await.expect(200);
    }

    /// CON-2.
    async fn nothing_is_read_after_a_link_was_withdrawn(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let link = app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        app.check_in(&maya, json!({"mood": 2, "safe_now": "unsure"})).await;
        let flag = format!("/v1/flags/{}", flag_of(&app, &asha).await.text("/id"));
        let client = format!("/v1/clients/{}", maya.id);
        let check_ins = format!("{client}/check-ins");
        let twin = app.twin().await;
        let withdrawn = Cell::new(false);
        let reads = Cell::new((0, 0));
        let readers = (0..6).map(|number| {
            let (app, asha, withdrawn, reads) = (if number % 2 == 0 { &app } else { &twin }, &asha, &withdrawn, &reads);
            let path = [&flag, &client, &check_ins][number % 3];
            async move {
                // Until it was refused twice, so that every reader sees both sides.
                let mut refused = 0;
                while refused < 2 {
                    let before = withdrawn.get();
                    let answer = insist(|| app.get(asha, path)).await;
                    assert!(matches!(answer.status, 200 | 404), "{path} {}", answer.body);
                    assert!(!before || answer.status == 404, "{path} was read after the link had ended");
                    refused += usize::from(answer.status == 404);
                    let (seen, gone) = reads.get();
                    reads.set(if answer.status == 200 { (seen + 1, gone) } else { (seen, gone + 1) });
                }
            }
        });
        let withdraw = async {
            while reads.get().0 < 12 {
                actix_web::rt::task::yield_now().await;
            }
            let path = format!("/v1/care-links/{link}");
            insist(|| app.delete(&maya, &path)).await.expect(204);
            withdrawn.set(true);
        };
        futures_util::future::join(join_all(readers), withdraw).await;
        assert!(reads.get().0 >= 12 && reads.get().1 == 12, "{:?}", reads.get());
        assert_eq!(app.get(&asha, "/v1/flags").await.expect(200).list("/data"), [Value::Null; 0]);
    }
}

async fn renewed(app: &TestApp, token: &str) -> Answer {
    app.anonymous(TestRequest::post().uri("/v1/auth/refresh").set_json(json!({"refresh_token": token}))).await
}
