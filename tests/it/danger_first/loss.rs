//! After a loss no word of an answer speaks of a baby (H33).

use serde_json::{Value, json};

use crate::support::{Person, TestApp, both_databases};

/// Every text in an answer; names of members, pointers and codes are for programs.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.to_lowercase()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => {
            members
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "pointer" | "code"))
                .for_each(|(_, member)| texts(member, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

async fn grieving(app: &TestApp, name: &str, country: &str) -> Person {
    let parent = app.register(name, "parent", "Europe/London", country).await;
    app.baby(&parent, 20).await;
    app.patch(&parent, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
    parent
}

both_databases! {
    async fn no_answer_after_a_loss_speaks_of_a_baby(app: TestApp) {
        for country in ["GB", "US", "IE", "CA", "AU", "NZ", "FR", "DE", "NL", "IN", "ZA", "SE"] {
            let parent = grieving(&app, &format!("Lou{country}"), country).await;
            for (body, urgent) in [
                (json!({"mood": 1, "safe_now": "no"}), true),
                (json!({"mood": 1, "safe_now": "unsure", "connection": 99, "baby_id": "x"}), true),
                (json!({"mood": 9, "sleep_hours": 2, "sped_up": true}), true),
                (json!({"mood": 6, "anxiety": 8, "sleep_hours": 3, "support": 1}), false),
                (json!({"mood": 2, "connection": 0}), false),
                (json!({"mood": 5, "contact_me": true}), false),
            ] {
                let answer = app.check_in(&parent, body.clone()).await;
                assert_eq!(answer.at("/safety").is_object(), urgent, "{body}");
                let mut found = Vec::new();
                texts(&answer.body, &mut found);
                for word in ["baby", "babies", "newborn", "infant", "cot", "nappy", "breastf"] {
                    let hit = found.iter().find(|text| {
                        text.split(|c: char| !c.is_alphabetic()).any(|part| part.starts_with(word))
                    });
                    assert_eq!(hit, None, "{word} in {country} {body}");
                }
            }
        }
    }

    async fn without_a_loss_the_block_speaks_of_the_cot_only_when_a_baby_is_there(app: TestApp) {
        let with = app.parent_with_baby("Maya", 20).await;
        let answer = app.check_in(&with, json!({"mood": 1, "safe_now": "no"})).await;
        assert!(answer.at("/safety/do_now").to_string().contains("cot"));
        let without = app.parent("Noor").await;
        let answer = app.check_in(&without, json!({"mood": 1, "safe_now": "no"})).await;
        assert!(!answer.at("/safety/do_now").to_string().contains("cot"));
    }
}
