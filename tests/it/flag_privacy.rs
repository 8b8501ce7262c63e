//! What a flag shows to whom: private or shared, with or without `private_danger`, by scope and by history.
//!
//! Each rule goes through the same table of six doulas. What changes over time is in `flag_privacy_later`.

use serde_json::{Value, json};

use crate::{
    flag::{eight_days, flags},
    support::{Answer, Person, TestApp, both_databases},
};

/// What a doula with `private_danger` reads of a private entry, and nothing else.
pub const MARK: &str = "They marked something urgent privately: please get in touch.";

const SCOPES: [&[&str]; 3] = [&["flags"], &["check_ins"], &["check_ins", "notes"]];

/// One rule of the table: what raises it, and in which words.
struct Row {
    rule: &'static str,
    severity: &'static str,
    /// Sent today, or on eight days.
    answers: Value,
    days: usize,
    with_values: &'static str,
    in_general: &'static str,
    to_parent: &'static str,
    /// What a private one is worth to doulas who may know of it.
    marked: Option<&'static str>,
}

impl Row {
    async fn raise(&self, app: &TestApp, parent: &Person, private: bool) -> Vec<Answer> {
        let mut answers = self.answers.clone();
        answers["private"] = private.into();
        answers["note"] = "my own words".into();
        match self.days {
            1 => vec![app.check_in(parent, answers).await],
            _ => eight_days(app, parent, answers).await,
        }
    }
}

/// A doula for each choice of `private_danger` and each set of scopes.
async fn doulas(app: &TestApp) -> Vec<(Person, bool, &'static [&'static str])> {
    let mut all = Vec::new();
    for (number, scopes) in SCOPES.into_iter().enumerate() {
        for told in [true, false] {
            all.push((app.doula(&format!("Doula{number}{told}")).await, told, scopes));
        }
    }
    all
}

async fn walk_table(app: &TestApp, row: Row) {
    let doulas = doulas(app).await;
    let (private, shared) =
        (app.parent_with_baby("Priva", 60).await, app.parent_with_baby("Shara", 60).await);
    for (doula, told, scopes) in &doulas {
        app.link(&private, doula, scopes, *told).await;
        app.link(&shared, doula, scopes, *told).await;
    }
    let (hidden, open) = (row.raise(app, &private, true).await, row.raise(app, &shared, false).await);
    let hidden_ids: Vec<&str> = hidden.iter().map(|reply| reply.text("/check_in/id")).collect();
    let open_ids: Vec<&str> = open.iter().map(|reply| reply.text("/check_in/id")).collect();

    for (doula, told, scopes) in &doulas {
        let with_values = scopes.contains(&"check_ins");
        let seen = flags(app, doula, &format!("?client={}", shared.id)).await;
        assert_eq!(seen.len(), 1);
        shows_shared(&row, &seen[0], with_values, &open_ids);
        let client = app.get(doula, &format!("/v1/clients/{}", shared.id)).await.expect(200);
        assert_eq!(client.at("/open_flags"), 1);

        let flag = hidden.last().unwrap().text("/flags/0/id");
        let one = app.get(doula, &format!("/v1/flags/{flag}")).await;
        let seen = flags(app, doula, &format!("?status=all&client={}", private.id)).await;
        let client = app.get(doula, &format!("/v1/clients/{}", private.id)).await.expect(200);
        if let (true, Some(severity)) = (*told, row.marked) {
            assert_eq!(seen, [one.expect(200).body]);
            shows_mark_alone(&seen[0], severity);
            assert_eq!(
                (client.at("/open_flags"), client.text("/worth_a_call_today/reason")),
                (&json!(1), MARK)
            );
        } else {
            let none = app.get(doula, "/v1/flags/0191e7c2-93a4-7c3e-8f00-00000000abcd").await;
            assert_eq!(one.expect(404).comparable(), none.comparable());
            assert_eq!(seen.len(), 0);
            assert_eq!(
                (client.at("/open_flags"), client.at("/worth_a_call_today")),
                (&json!(0), &Value::Null)
            );
        }
        assert_eq!(client.body.get("last_check_in_on"), with_values.then_some(&Value::Null));
        let mut all = app.get(doula, "/v1/flags?status=all").await.body.to_string();
        all.push_str(&app.get(doula, "/v1/clients").await.body.to_string());
        assert!(hidden_ids.iter().all(|id| !all.contains(id)) && !all.contains("my own words"));
    }

    for (parent, private) in [(&private, true), (&shared, false)] {
        let own = app.get(parent, "/v1/me/flags").await.expect(200);
        assert_eq!(own.list("/data").len(), 1);
        assert_eq!((own.text("/data/0/rule/id"), own.text("/data/0/severity")), (row.rule, row.severity));
        assert_eq!(own.text("/data/0/reason"), row.to_parent);
        let who = |told: bool| !private || (told && row.marked.is_some());
        let expected: Vec<&str> =
            doulas.iter().filter(|(_, told, _)| who(*told)).map(|(doula, ..)| doula.name.as_str()).collect();
        assert_eq!(own.at("/data/0/seen_by"), &json!(expected));
    }
}

fn shows_shared(row: &Row, flag: &Value, with_values: bool, ids: &[&str]) {
    assert_eq!((&flag["rule"]["id"], &flag["severity"]), (&json!(row.rule), &json!(row.severity)));
    assert_eq!(flag["reason"], if with_values { row.with_values } else { row.in_general });
    let evidence = flag["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), ids.len());
    for (piece, id) in evidence.iter().zip(ids) {
        if with_values {
            assert_eq!(piece["id"], **id);
            for (name, sent) in row.answers.as_object().unwrap() {
                let as_sent = match sent.as_i64().filter(|_| name == "sleep_hours") {
                    Some(hours) => json!(hours as f64),
                    None => sent.clone(),
                };
                assert_eq!(piece["values"][name], as_sent, "{name}");
            }
        } else {
            assert_eq!((piece.get("id"), piece.get("values")), (None, None));
            assert!(!flag["reason"].as_str().unwrap().contains(|letter: char| letter.is_ascii_digit()));
        }
        assert_eq!(piece["values"].get("note"), None);
    }
}

/// A flag of which nothing but the mark is to be seen.
pub fn shows_mark_alone(flag: &Value, severity: &str) {
    assert_eq!(flag["rule"], json!({"id": "private_danger", "version": 1}));
    assert_eq!((&flag["severity"], &flag["reason"]), (&json!(severity), &json!(MARK)));
    assert_eq!(flag["evidence"], json!([]));
    let history = json!([{"at": flag["raised_at"], "actor": null, "kind": "raised", "to": "open"}]);
    assert_eq!(flag["history"], history);
}

both_databases! {
    /// H39, H41.
    async fn a_danger_answer_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "not_safe", severity: "urgent", days: 1, marked: Some("urgent"),
            answers: json!({"mood": 4, "safe_now": "no"}),
            with_values: "Answered \"no\" on 23 November when asked about being safe right now.",
            in_general: "Answered that they, or someone with them, may not be safe: please get in touch now.",
            to_parent: "On 23 November you said that things may not be safe right now. Thank you for saying so; it \
                        matters.",
        }).await;
    }

    /// H39, H41.
    async fn urgent_elation_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "elation", severity: "urgent", days: 1, marked: Some("urgent"),
            answers: json!({"mood": 7, "sped_up": true, "sleep_hours": 3}),
            with_values: "Being unusually full of energy, with 3 hours of sleep, on 23 November.",
            in_general: "Unusually high in mood or energy: worth hearing how they sleep and how they are.",
            to_parent: "On 23 November you noted being unusually full of energy, with 3 hours of sleep. A conversation \
                        about this is worth having soon.",
        }).await;
    }

    /// H39, H41: a private entry that is only a notice is no danger, and nobody is told.
    async fn elation_that_is_a_notice_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "elation", severity: "notice", days: 1, marked: None,
            answers: json!({"mood": 8, "sleep_hours": 4}),
            with_values: "Mood 8 with 4 hours of sleep on 23 November.",
            in_general: "Unusually high in mood or energy: worth hearing how they sleep and how they are.",
            to_parent: "On 23 November you noted mood 8 with 4 hours of sleep. A conversation about this is worth having \
                        soon.",
        }).await;
    }

    /// H39, H41: `contact_me` reaches those who may be told of private danger.
    async fn a_request_goes_through_the_table(app: TestApp) {
        walk_table(
            &app,
            Row {
                rule: "contact_request",
                severity: "same_day",
                days: 1,
                marked: Some("same_day"),
                answers: json!({"mood": 5, "contact_me": true}),
                with_values: "Asked on 23 November for someone to get in touch.",
                in_general: "Asked for someone to get in touch.",
                to_parent: "On 23 November you asked for someone to get in touch.",
            },
        )
        .await;
    }

    /// H39, H41.
    async fn low_mood_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "sustained_low", severity: "follow_up", days: 8, marked: None,
            answers: json!({"mood": 2}),
            with_values: "Mood 3 or lower on 8 of the 8 days answered between 10 and 23 November.",
            in_general: "Mood has been low on most days lately: a conversation is worth having.",
            to_parent: "Your mood was 3 or lower on 8 of the 8 days you answered between 10 and 23 November. You do not \
                        have to carry this alone; a conversation is worth having.",
        }).await;
    }

    /// H39, H41.
    async fn low_connection_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "low_connection", severity: "follow_up", days: 8, marked: None,
            answers: json!({"mood": 6, "connection": 1}),
            with_values: "Connection 3 or lower on 8 of the 8 days answered between 10 and 23 November.",
            in_general: "Connection has felt low on most days lately: a conversation is worth having.",
            to_parent: "Your connection was 3 or lower on 8 of the 8 days you answered between 10 and 23 November. \
                        Connection takes its own time, and talking about it may help.",
        }).await;
    }

    /// H39, H41.
    async fn anxiety_that_stays_goes_through_the_table(app: TestApp) {
        walk_table(&app, Row {
            rule: "anxiety_stays", severity: "notice", days: 8, marked: None,
            answers: json!({"mood": 6, "anxiety": 9}),
            with_values: "Anxiety 8 or higher on 8 of the 8 days answered between 10 and 23 November.",
            in_general: "Anxiety has been high on most days lately: worth asking about when you next talk.",
            to_parent: "Your anxiety was 8 or higher on 8 of the 8 days you answered between 10 and 23 November. You do \
                        not have to carry this alone; talking about it may help.",
        }).await;
    }

    /// H39: the reply says truly who was told, and offers to share where somebody was not.
    async fn the_reply_to_a_private_danger_answer_says_who_was_told(app: TestApp) {
        let (asha, bela) = (app.doula("Asha").await, app.doula("Bela").await);
        for (name, terms, seen_by, offer) in [
            ("Ann", vec![], json!([]), false),
            ("Bea", vec![(&asha, true)], json!(["Asha"]), false),
            ("Cea", vec![(&asha, false)], json!([]), true),
            ("Dea", vec![(&asha, true), (&bela, false)], json!(["Asha"]), true),
        ] {
            let parent = app.parent_with_baby(name, 60).await;
            for (doula, told) in terms {
                app.link(&parent, doula, &["check_ins"], told).await;
            }
            let reply = app.check_in(&parent, json!({"mood": 4, "safe_now": "no", "private": true})).await;
            assert_eq!(reply.at("/flags/0/seen_by"), &seen_by, "{name}");
            assert_eq!(reply.at("/safety/share_offer"), offer, "{name}");
            let told = reply.text("/safety/what_happens_next").contains("Asha");
            assert_eq!(told, seen_by != json!([]), "{name}");
            assert_eq!(reply.text("/flags/0/severity"), "urgent");
        }
    }
}
