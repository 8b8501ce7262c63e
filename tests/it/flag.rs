//! Flags as a doula's list: what one says, their order, filters and pages, and who has none.
//!
//! What adds to a flag is tested in `flag_again`, steps and snoozes in `flag_lifecycle`, what private entries show
//! in `flag_privacy`. What those share is at the top of this file.

use attune::{db::schema::outbox, id::UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

/// The doula's list of flags, with a query or none.
pub async fn flags(app: &TestApp, doula: &Person, query: &str) -> Vec<Value> {
    app.get(doula, &format!("/v1/flags{query}")).await.expect(200).list("/data").to_vec()
}

/// The one flag that a doula sees, closed ones included.
pub async fn only_flag(app: &TestApp, doula: &Person) -> Value {
    let mut all = flags(app, doula, "?status=all").await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Takes a step with a flag.
pub async fn step(app: &TestApp, doula: &Person, flag: &str, body: Value) -> Answer {
    app.post(doula, &format!("/v1/flags/{flag}/transitions"), body).await
}

/// An instant of a view.
pub fn at(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("{value} is no instant")).parse().unwrap()
}

/// Eight days of the same answers, today last.
pub async fn eight_days(app: &TestApp, parent: &Person, answers: Value) -> Vec<Answer> {
    let mut replies = Vec::new();
    for days_ago in (0..8).rev() {
        let mut body = answers.clone();
        body["occurred_at"] = (app.now() - SignedDuration::from_hours(24 * days_ago)).to_string().into();
        replies.push(app.check_in(parent, body).await);
    }
    replies
}

/// How many notices wait for a doula.
pub async fn notices(app: &TestApp, doula: &Person) -> i64 {
    let id: UserId = doula.id.parse().unwrap();
    let count = move |conn: &mut attune::db::Conn| {
        Ok(outbox::table.filter(outbox::recipient_id.eq(id)).count().get_result(conn)?)
    };
    app.state.db.read(count).await.unwrap()
}

/// Moves the clock a little, so that tokens outlive it.
pub fn minutes(app: &TestApp, minutes: i64) {
    app.state.clock.advance(SignedDuration::from_mins(minutes));
}

fn hours_due(flag: &Value) -> i64 {
    at(&flag["due_at"]).duration_since(at(&flag["raised_at"])).as_hours()
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|flag| flag["id"].as_str().unwrap()).collect()
}

/// Asha with four clients, who raise a notice, a follow-up, a request and danger, in this order.
async fn four_severities(app: &TestApp) -> (Person, Vec<Person>, Vec<String>) {
    let asha = app.doula("Asha").await;
    let mut parents = Vec::new();
    let mut raised = Vec::new();
    for name in ["Nora", "Fay", "Cora", "Uma"] {
        let parent = app.parent_with_baby(name, 60).await;
        app.link(&parent, &asha, &["flags", "check_ins"], true).await;
        let reply = match name {
            "Nora" => app.check_in(&parent, json!({"mood": 8, "sleep_hours": 4})).await,
            "Fay" => eight_days(app, &parent, json!({"mood": 2})).await.pop().unwrap(),
            "Cora" => app.check_in(&parent, json!({"mood": 5, "contact_me": true})).await,
            _ => app.check_in(&parent, json!({"mood": 5, "safe_now": "no"})).await,
        };
        raised.push(reply.text("/flags/0/id").to_owned());
        parents.push(parent);
    }
    (asha, parents, raised)
}

both_databases! {
    /// H37, H40: the flag says whose it is, how to reach her safely, and which entry it rests on.
    async fn a_flag_names_the_parent_her_safe_ways_and_its_evidence(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let sent = app
            .check_in(&maya, json!({"mood": 3, "sleep_hours": 4.5, "safe_now": "unsure", "note": "mine"}))
            .await;
        let flag = only_flag(&app, &asha).await;
        let id = flag["id"].as_str().unwrap();
        let expected = json!({
            "id": sent.at("/flags/0/id"), "parent": {"id": maya.id, "display_name": "Maya", "safe_contact": null},
            "rule": {"id": "not_safe", "version": 1}, "severity": "urgent",
            "reason": "Answered \"unsure\" on 23 November when asked about being safe right now.",
            "evidence": [{
                "kind": "check_in", "id": sent.at("/check_in/id"), "local_date": "2026-11-23",
                "values": {"mood": 3, "sleep_hours": 4.5, "safe_now": "unsure"},
            }],
            "raised_at": sent.at("/check_in/recorded_at"), "last_seen_at": sent.at("/check_in/recorded_at"),
            "notes": [],
            "due_at": flag["due_at"], "status": "open", "snoozed_until": null,
            "history": [{"at": flag["raised_at"], "actor": null, "kind": "raised", "to": "open"}],
            "etag": flag["etag"],
        });
        assert_eq!(flag, expected);
        let one = app.get(&asha, &format!("/v1/flags/{id}")).await.expect(200);
        assert_eq!((&one.body, one.header("etag")), (&expected, flag["etag"].as_str().unwrap()));
        let safe = json!({"ways": ["message"], "hours": "mornings", "note": "No voicemail."});
        app.patch(&maya, "/v1/me", json!({"safe_contact": safe})).await.expect(200);
        assert_eq!(only_flag(&app, &asha).await["parent"]["safe_contact"], safe);
    }

    async fn severity_says_by_when_somebody_should_have_acted(app: TestApp) {
        let (asha, _, raised) = four_severities(&app).await;
        for (id, severity, hours) in [
            (&raised[0], "notice", 168),
            (&raised[1], "follow_up", 72),
            (&raised[2], "same_day", 12),
            (&raised[3], "urgent", 2),
        ] {
            let flag = app.get(&asha, &format!("/v1/flags/{id}")).await.expect(200).body;
            assert_eq!((&flag["severity"], hours_due(&flag)), (&json!(severity), hours));
        }
    }

    async fn the_list_is_most_urgent_first_then_soonest_due(app: TestApp) {
        let (asha, parents, raised) = four_severities(&app).await;
        let expected = [&raised[3], &raised[2], &raised[1], &raised[0]];
        assert_eq!(ids(&flags(&app, &asha, "").await), expected);
        minutes(&app, 1);
        let later = app.check_in(&parents[0], json!({"mood": 5, "safe_now": "unsure"})).await;
        let found = flags(&app, &asha, "").await;
        assert_eq!(ids(&found)[..2], [raised[3].as_str(), later.text("/flags/0/id")]);
        assert!(at(&found[0]["due_at"]) < at(&found[1]["due_at"]));
        assert_eq!(ids(&found)[4], raised[0], "a notice stays, last in the list");
    }

    async fn filters_narrow_the_list_and_wrong_ones_are_named(app: TestApp) {
        let (asha, parents, raised) = four_severities(&app).await;
        step(&app, &asha, &raised[3], json!({"to": "acknowledged"})).await.expect(200);
        step(&app, &asha, &raised[0], json!({"to": "dismissed", "reason": "Slept well since."}))
            .await
            .expect(200);
        let stranger = app.parent("Zoe").await;
        for (query, expected) in [
            ("".to_owned(), vec![3, 2, 1]),
            ("?status=all".to_owned(), vec![3, 2, 1, 0]),
            ("?status=open".to_owned(), vec![2, 1]),
            ("?status=acknowledged".to_owned(), vec![3]),
            ("?status=dismissed".to_owned(), vec![0]),
            ("?status=resolved".to_owned(), vec![]),
            ("?status=corrected".to_owned(), vec![]),
            ("?severity=same_day".to_owned(), vec![2]),
            ("?severity=notice".to_owned(), vec![]),
            ("?severity=notice&status=all".to_owned(), vec![0]),
            (format!("?client={}", parents[1].id), vec![1]),
            (format!("?client={}&severity=urgent", parents[1].id), vec![]),
            (format!("?client={}", stranger.id), vec![]),
        ] {
            let expected: Vec<&str> =
                expected.into_iter().map(|number: usize| raised[number].as_str()).collect();
            assert_eq!(ids(&flags(&app, &asha, &query).await), expected, "{query}");
        }
        for (query, wrong) in [
            ("?status=closed", "status"),
            ("?severity=high", "severity"),
            ("?client=maya", "client"),
            ("?limit=0", "limit"),
            ("?limit=101", "limit"),
            ("?sort=due", "sort"),
        ] {
            assert_eq!(
                app.get(&asha, &format!("/v1/flags{query}")).await.expect(400).wrong_fields(),
                [wrong]
            );
        }
    }

    async fn pages_follow_each_other_and_a_cursor_is_good_for_one_list_alone(app: TestApp) {
        let (asha, parents, raised) = four_severities(&app).await;
        let bela = app.doula("Bela").await;
        app.link(&parents[3], &bela, &["flags"], true).await;
        let mut seen = Vec::new();
        let mut query = "?limit=1".to_owned();
        loop {
            let page = app.get(&asha, &format!("/v1/flags{query}")).await.expect(200);
            assert_eq!(page.list("/data").len(), 1);
            seen.push(page.text("/data/0/id").to_owned());
            let Some(cursor) = page.at("/next_cursor").as_str() else {
                assert_eq!((page.at("/has_more"), page.header("link")), (&json!(false), ""));
                break;
            };
            assert_eq!(page.at("/has_more"), true);
            assert!(page.header("link").contains("rel=\"next\""));
            query = format!("?limit=1&cursor={cursor}");
            for (who, foreign) in [(&bela, query.clone()), (&asha, format!("{query}&severity=urgent"))] {
                app.get(who, &format!("/v1/flags{foreign}")).await.expect(400);
            }
        }
        assert_eq!(seen, [raised[3].as_str(), &raised[2], &raised[1], &raised[0]]);
        app.get(&asha, "/v1/flags?cursor=nonsense").await.expect(400);
    }

    /// H38, ACC-3: a doula without a link, and a link to somebody else, show nothing and cannot act.
    async fn a_flag_of_a_stranger_answers_as_none_at_all(app: TestApp) {
        let (asha, bela, zoe) = (app.doula("Asha").await, app.doula("Bela").await, app.parent("Zoe").await);
        let maya = app.parent_with_baby("Maya", 60).await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&zoe, &bela, &["check_ins"], true).await;
        let id =
            app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await.text("/flags/0/id").to_owned();
        let none = "0191e7c2-93a4-7c3e-8f00-00000000abcd";
        let (hers, absent) = (format!("/v1/flags/{id}"), format!("/v1/flags/{none}"));
        assert_eq!(
            app.get(&bela, &hers).await.expect(404).comparable(),
            app.get(&bela, &absent).await.comparable()
        );
        for body in [json!({"to": "acknowledged"}), json!({"to": "open"}), json!({}), json!([])] {
            let foreign = step(&app, &bela, &id, body.clone()).await.expect(404);
            assert_eq!(foreign.comparable(), step(&app, &bela, none, body).await.comparable());
        }
        for query in ["", "?status=all", &format!("?client={}", maya.id)] {
            assert_eq!(flags(&app, &bela, query).await.len(), 0);
        }
        assert_eq!(only_flag(&app, &asha).await["status"], "open");
    }
}
