//! Weeks of entries: what is usual for a parent follows her mended history, and so does what left it.
//!
//! Two parents write on the same days. One writes what the other one will have in the end; the other mistypes some of
//! it, leaves out some and sends some twice, and mends all that weeks later. Then both are compared.

use serde_json::{Value, json};

use super::{own_flags, path};
use crate::{
    flag::flags,
    support::{Answer, Person, TestApp, both_databases},
};

/// Thirty days, one entry a day: around 7, a private week, and a fall in the end.
const MOODS: [i64; 30] =
    [7, 8, 7, 6, 7, 8, 7, 7, 6, 7, 8, 7, 7, 7, 6, 8, 7, 7, 8, 6, 7, 7, 6, 7, 4, 3, 3, 4, 3, 3];

fn is_private(day: usize) -> bool {
    (10..13).contains(&day)
}

pub(super) struct Family {
    pub(super) parent: Person,
    doula: Person,
}

impl Family {
    pub(super) async fn new(app: &TestApp, name: &str) -> Self {
        let parent = app.parent_with_baby(name, 90).await;
        let doula = app.doula(&format!("Doula{name}")).await;
        app.link(&parent, &doula, &["check_ins"], true).await;
        Self { parent, doula }
    }

    pub(super) async fn sign_in(&mut self, app: &TestApp) {
        self.parent = app.sign_in(&self.parent).await;
        self.doula = app.sign_in(&self.doula).await;
    }

    async fn send(&self, app: &TestApp, day: usize, mood: i64) -> Answer {
        app.check_in(&self.parent, json!({"mood": mood, "private": is_private(day)})).await
    }

    /// What of a family is compared: flags as both read them, and what is usual.
    pub(super) async fn seen(&self, app: &TestApp) -> Value {
        let plain = |flags: Vec<Value>| -> Vec<Value> {
            flags
                .into_iter()
                .filter(|flag| flag["status"] != "corrected")
                .map(|flag| json!([flag["rule"], flag["severity"], flag["reason"]]))
                .collect()
        };
        let client = self.parent_id(app).await;
        json!({
            "own": plain(own_flags(app, &self.parent).await),
            "shared": plain(flags(app, &self.doula, "").await),
            "own_days": app.get(&self.parent, "/v1/check-ins/summary").await.expect(200).at("/days"),
            "shared_days": app.get(&self.doula, &format!("/v1/clients/{client}/summary")).await.expect(200).at("/days"),
        })
    }

    async fn parent_id(&self, app: &TestApp) -> String {
        app.get(&self.parent, "/v1/me").await.expect(200).text("/id").to_owned()
    }
}

both_databases! {
    async fn what_is_usual_follows_a_history_that_is_mended(app: TestApp) {
        let mut mended = Family::new(&app, "Maya").await;
        let mut plain = Family::new(&app, "Noor").await;
        let mut to_mend: Vec<(String, i64)> = Vec::new();
        let mut to_remove: Vec<String> = Vec::new();
        for (day, mood) in MOODS.into_iter().enumerate() {
            plain.send(&app, day, mood).await;
            let mistyped = if day % 5 == 2 { 10 - mood } else { mood };
            let sent = mended.send(&app, day, mistyped).await;
            if mistyped != mood {
                to_mend.push((path(&sent), mood));
            }
            if day % 7 == 3 {
                to_remove.push(path(&mended.send(&app, day, 0).await));
            }
            app.advance_hours(24);
            mended.sign_in(&app).await;
            plain.sign_in(&app).await;
        }
        let wanted = plain.seen(&app).await;
        let raised: Vec<&Value> = wanted["shared"].as_array().expect("a list").iter().map(|flag| &flag[0]["id"]).collect();
        assert_eq!(raised, ["change"], "{wanted:#}");
        let last = wanted["shared_days"].as_array().and_then(|days| days.last()).expect("days");
        assert!(last["measures"]["mood"]["own_usual"]["from"].as_f64().is_some_and(|from| from > 5.0), "{last}");
        assert_ne!(mended.seen(&app).await, wanted);
        for (entry, mood) in to_mend {
            app.patch(&mended.parent, &entry, json!({"mood": mood})).await.expect(200);
        }
        for entry in to_remove {
            app.delete(&mended.parent, &entry).await.expect(204);
        }
        assert_eq!(mended.seen(&app).await, wanted);
    }

    async fn the_own_usual_of_private_days_is_nobody_elses(app: TestApp) {
        let mut family = Family::new(&app, "Maya").await;
        for mood in &MOODS[..20] {
            app.check_in(&family.parent, json!({"mood": mood, "private": true})).await;
            app.advance_hours(24);
            family.sign_in(&app).await;
        }
        app.check_in(&family.parent, json!({"mood": 7})).await;
        let seen = family.seen(&app).await;
        let last = |days: &str| seen[days].as_array().and_then(|days| days.last()).expect("days")["measures"]["mood"]["own_usual"].clone();
        assert!(last("own_days").is_object(), "{seen:#}");
        assert_eq!(last("shared_days"), Value::Null);
    }
}
