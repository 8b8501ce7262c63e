//! Whatever forms and check-ins were sent, backdated, hidden, shared or removed: the flags are those of what stands in the
//! end, sent once, in order. The like of check-ins alone is in `edit/replay`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::SCREENINGS;
use crate::{
    flag::flags,
    support::{Person, TestApp, both_databases},
};

const SEQUENCES: u64 = 6;
const ACTS: u64 = 16;

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Answers up to a number, as many as there are items but for those left at nought.
    fn answers(&mut self, items: usize, most: u64, noughts: usize) -> Value {
        let mut all: Vec<u64> = (0..items - noughts).map(|_| self.below(most + 1)).collect();
        all.resize(items, 0);
        json!(all)
    }
}

struct Family {
    parent: Person,
    doula: Person,
}

impl Family {
    async fn new(app: &TestApp, name: &str) -> Self {
        let (parent, doula) =
            (app.parent_with_baby(name, 100).await, app.doula(&format!("Doula{name}")).await);
        app.link(&parent, &doula, &["check_ins", "screenings"], true).await;
        Self { parent, doula }
    }

    async fn list(&self, app: &TestApp, path: &str) -> Vec<Value> {
        let page = app.get(&self.parent, &format!("{path}?limit=100")).await.expect(200);
        page.list("/data").to_vec()
    }

    async fn act(&self, app: &TestApp, dice: &mut Dice) {
        let hours = i64::try_from(dice.below(13 * 24)).expect("small");
        let at = (app.now() - SignedDuration::from_hours(hours)).to_string();
        let private = dice.below(4) == 0;
        match dice.below(10) {
            0..=4 => {
                // One with a danger answer is never whole, so that it has no window to come into.
                let (instrument, answers) = match dice.below(8) {
                    0 => ("phq-9", dice.answers(9, 3, 1)),
                    1 => ("phq-9", json!({"9": 1 + dice.below(3)})),
                    2 => ("phq-2", dice.answers(2, 3, 0)),
                    3 => ("gad-7", dice.answers(7, 3, 0)),
                    7 => ("gad-2", dice.answers(2, 3, 0)),
                    4 => ("epds", dice.answers(10, 2, 1)),
                    5 => ("weekly-reflection", json!({"unreal": dice.below(3)})),
                    _ => ("weekly-reflection", dice.answers(10, 4, 3)),
                };
                let form = json!({"instrument": instrument, "answers": answers, "occurred_at": at, "private": private});
                let answer = app.post(&self.parent, SCREENINGS, form).await;
                assert!(matches!(answer.status, 201 | 409), "{}", answer.body);
            }
            5 | 6 => {
                let entry = json!({"mood": dice.below(11), "sleep_hours": dice.below(9), "occurred_at": at, "private": private});
                app.check_in(&self.parent, entry).await;
            }
            what => {
                let path = if what == 9 && dice.below(2) == 0 { "/v1/check-ins" } else { SCREENINGS };
                let list = self.list(app, path).await;
                if list.is_empty() {
                    return;
                }
                let one = &list[usize::try_from(dice.below(list.len() as u64)).expect("small")];
                let path = format!("{path}/{}", one["id"].as_str().expect("an id"));
                if what == 9 {
                    app.delete(&self.parent, &path).await.expect(204);
                } else {
                    app.patch(&self.parent, &path, json!({"private": one["private"] == false}))
                        .await
                        .expect(200);
                }
            }
        }
    }

    /// Sends what another family has in the end, in the order in which it was.
    async fn follow(&self, app: &TestApp, other: &Self) {
        let mut all = other.list(app, "/v1/check-ins").await;
        all.extend(other.list(app, SCREENINGS).await);
        all.sort_by_key(|one| one["occurred_at"].as_str().map(str::to_owned));
        for one in all {
            let (path, fields): (_, &[&str]) = match one.get("instrument") {
                Some(_) => (SCREENINGS, &["instrument", "answers", "occurred_at", "private"]),
                None => ("/v1/check-ins", &["mood", "sleep_hours", "occurred_at", "private"]),
            };
            let body: serde_json::Map<String, Value> =
                fields.iter().map(|field| ((*field).to_owned(), one[*field].clone())).collect();
            app.post(&self.parent, path, Value::Object(body)).await.expect(201);
        }
    }

    /// What is open, as the parent and her doula see it; what taking back leaves is about the change.
    async fn open_flags(&self, app: &TestApp) -> [Vec<String>; 2] {
        let is_of_history =
            |flag: &&Value| flag["rule"]["id"] != "urgent_taken_back" && flag["status"] != "corrected";
        let own = app.get(&self.parent, "/v1/me/flags?limit=100").await.expect(200);
        let words = |flag: &Value| format!("{} {} {}", flag["rule"], flag["severity"], flag["reason"]);
        let mut hers: Vec<String> = own.list("/data").iter().filter(is_of_history).map(words).collect();
        // Of a private answer that was taken back the mark says no more than of any other.
        let marked = |flag: &&Value| flag["rule"]["id"] != "private_danger";
        let seen = flags(app, &self.doula, "?limit=100").await;
        let mut doulas: Vec<String> = seen.iter().filter(is_of_history).filter(marked).map(words).collect();
        hers.sort_unstable();
        doulas.sort_unstable();
        [hers, doulas]
    }
}

both_databases! {
    async fn the_flags_of_forms_and_check_ins_are_those_of_a_replay_from_nothing(app: TestApp) {
        let mut compared = 0;
        for number in 0..SEQUENCES {
            let mut dice = Dice(number * 7919 + 11);
            let edited = Family::new(&app, &format!("Edited{number}")).await;
            let fresh = Family::new(&app, &format!("Fresh{number}")).await;
            for _ in 0..ACTS {
                edited.act(&app, &mut dice).await;
            }
            fresh.follow(&app, &edited).await;
            let (found, wanted) = (edited.open_flags(&app).await, fresh.open_flags(&app).await);
            assert_eq!(found, wanted, "sequence {number}");
            compared += wanted.iter().map(Vec::len).sum::<usize>();
        }
        assert!(compared > 20, "the sequences raised next to nothing: {compared}");
    }
}
