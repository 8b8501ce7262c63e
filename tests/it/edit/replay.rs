//! Whatever was inserted, edited, removed, backdated or moved over the date line: the flags are those of a history
//! that was written once, in order, as it stands in the end.
//!
//! A second parent of the same kind sends that history through the interface, and both are compared as their doulas
//! and they themselves see them. What taking back leaves behind is about the change and not about the history.
//! `ATTUNE_TEST_SEQUENCES` runs more sequences than the suite has time for.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use crate::support::{Person, TestApp, both_databases, count::asked};

const ZONES: [&str; 4] = ["Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"];
/// Entries lie at most this far back, and all waiting together is at most this long, so that each can be sent anew at
/// the end: nothing older than two weeks is taken.
const HOURS_BACK: i64 = 13 * 24;
const HOURS_WAITED: i64 = 22;
/// What the suite's own sequences reach: danger, elation, a wish, and three of the lines that take days.
const REACHED: [&str; 6] =
    ["not_safe", "elation", "contact_request", "sustained_low", "low_first_days", "anxiety_stays"];

/// Something that happens to a parent's entries.
#[derive(Debug, Clone)]
enum Act {
    Send {
        hours_ago: i64,
        answers: Map<String, Value>,
    },
    /// The same answers on days in a row, the last of them today.
    Days {
        days: i64,
        answers: Map<String, Value>,
    },
    Edit {
        which: usize,
        answers: Map<String, Value>,
        move_hours: Option<i64>,
    },
    Remove {
        which: usize,
    },
    Zone {
        zone: &'static str,
    },
    Wait {
        hours: i64,
    },
}

fn answers() -> impl Strategy<Value = Map<String, Value>> {
    let scale = || prop_oneof![0..=3i64, 8..=10i64, 0..=10i64];
    let half_hours = || prop_oneof![0..=8i64, 0..=24i64].prop_map(|halves| json!(halves as f64 / 2.0));
    let seldom = |value: Value| prop_oneof![9 => Just(Value::Null), 1 => Just(value)];
    (
        scale(),
        option::of(scale()),
        option::of(scale()),
        option::of(half_hours()),
        prop_oneof![8 => Just(Value::Null), 1 => Just(json!("unsure")), 1 => Just(json!("no")), 1 => Just(json!("yes"))],
        seldom(json!(true)),
        seldom(json!(true)),
        prop_oneof![4 => Just(false), 1 => Just(true)],
        option::of(select(ZONES.to_vec())),
    )
        .prop_map(|(mood, connection, anxiety, sleep, safe_now, contact_me, sped_up, private, zone)| {
            let mut fields = json!({
                "mood": mood, "connection": connection, "anxiety": anxiety, "sleep_hours": sleep,
                "safe_now": safe_now, "contact_me": contact_me, "sped_up": sped_up, "private": private,
            });
            if let Some(zone) = zone {
                fields["time_zone"] = json!(zone);
            }
            fields.as_object().expect("an object").clone()
        })
}

fn patches() -> impl Strategy<Value = Map<String, Value>> {
    (answers(), vec(any::<bool>(), 9)).prop_map(|(all, picks)| {
        all.into_iter().zip(picks).filter(|(_, picked)| *picked).map(|(field, _)| field).collect()
    })
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        5 => (0..HOURS_BACK, answers()).prop_map(|(hours_ago, answers)| Act::Send { hours_ago, answers }),
        4 => answers().prop_map(|answers| Act::Send { hours_ago: 0, answers }),
        2 => (6..=12i64, answers()).prop_map(|(days, answers)| Act::Days { days, answers }),
        6 => (any::<usize>(), patches(), option::of(-60..60i64))
            .prop_map(|(which, answers, move_hours)| Act::Edit { which, answers, move_hours }),
        2 => any::<usize>().prop_map(|which| Act::Remove { which }),
        1 => select(ZONES.to_vec()).prop_map(|zone| Act::Zone { zone }),
        3 => (1..14i64).prop_map(|hours| Act::Wait { hours }),
    ];
    vec(act, 10..26).prop_map(wait_less)
}

fn wait_less(mut acts: Vec<Act>) -> Vec<Act> {
    let mut left = HOURS_WAITED;
    for act in &mut acts {
        if let Act::Wait { hours } = act {
            *hours = (*hours).min(left);
            left -= *hours;
        }
    }
    acts
}

/// A parent and the two doulas who see her: one sees nearly everything, the other as little as possible.
struct Family {
    parent: Person,
    doulas: [Person; 2],
}

impl Family {
    async fn new(app: &TestApp, name: &str, born_days_ago: i64) -> Self {
        let parent = app.parent_with_baby(name, born_days_ago).await;
        let doulas = [app.doula(&format!("All{name}")).await, app.doula(&format!("Few{name}")).await];
        app.link(&parent, &doulas[0], &["check_ins"], true).await;
        app.link(&parent, &doulas[1], &["flags"], false).await;
        Self { parent, doulas }
    }

    async fn sign_in(&mut self, app: &TestApp) {
        self.parent = app.sign_in(&self.parent).await;
        for doula in &mut self.doulas {
            *doula = app.sign_in(doula).await;
        }
    }

    async fn ids(&self, app: &TestApp) -> Vec<String> {
        let list = app.get(&self.parent, "/v1/check-ins?limit=100").await.expect(200);
        list.list("/data").iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
    }

    async fn send(&self, app: &TestApp, at: Timestamp, answers: &Map<String, Value>) {
        let mut body = answers.clone();
        body.insert("occurred_at".into(), json!(at.to_string()));
        app.check_in(&self.parent, Value::Object(body)).await;
    }

    async fn act(&mut self, app: &TestApp, act: &Act) {
        let hours = SignedDuration::from_hours;
        match act {
            Act::Send { hours_ago, answers } => self.send(app, app.now() - hours(*hours_ago), answers).await,
            Act::Days { days, answers } => {
                for ago in (0..*days).rev() {
                    self.send(app, app.now() - hours(24 * ago), answers).await;
                }
            }
            Act::Edit { which, answers, move_hours } => {
                let ids = self.ids(app).await;
                let Some(id) = ids.get(which % ids.len().max(1)) else { return };
                let path = format!("/v1/check-ins/{id}");
                let mut patch = answers.clone();
                if let Some(by) = move_hours {
                    let was: Timestamp =
                        app.get(&self.parent, &path).await.text("/occurred_at").parse().expect("an instant");
                    let begin: Timestamp = crate::support::START.parse().expect("a literal");
                    let moved = (was + hours(*by)).clamp(begin - hours(HOURS_BACK), app.now());
                    patch.insert("occurred_at".into(), json!(moved.to_string()));
                }
                app.patch(&self.parent, &path, Value::Object(patch)).await.expect(200);
            }
            Act::Remove { which } => {
                let ids = self.ids(app).await;
                let Some(id) = ids.get(which % ids.len().max(1)) else { return };
                app.delete(&self.parent, &format!("/v1/check-ins/{id}")).await.expect(204);
            }
            Act::Zone { zone } => {
                app.patch(&self.parent, "/v1/me", json!({"time_zone": zone})).await.expect(200);
            }
            Act::Wait { hours } => {
                app.advance_hours(*hours);
                self.sign_in(app).await;
            }
        }
    }

    /// Sends the entries that another family has in the end, in the order in which they were felt.
    async fn follow(&self, app: &TestApp, other: &Family) {
        let list = app.get(&other.parent, "/v1/check-ins?limit=100").await.expect(200);
        assert_eq!(list.at("/has_more"), false, "more entries than one page holds");
        for entry in list.list("/data").iter().rev() {
            let mut body = entry.as_object().expect("an object").clone();
            body.retain(|field, _| {
                !matches!(
                    field.as_str(),
                    "id" | "revision"
                        | "etag"
                        | "incomplete"
                        | "rules_pending"
                        | "local_date"
                        | "recorded_at"
                )
            });
            app.check_in(&self.parent, Value::Object(body)).await;
        }
    }

    /// The rules that have raised something.
    async fn rules_met(&self, app: &TestApp) -> Vec<String> {
        let own = app.get(&self.parent, "/v1/me/flags?limit=100").await.expect(200);
        own.list("/data").iter().map(|flag| flag["rule"]["id"].as_str().expect("a word").to_owned()).collect()
    }

    /// What is open, as both doulas and the parent see it.
    async fn open_flags(&self, app: &TestApp) -> Vec<Vec<String>> {
        let own = app.get(&self.parent, "/v1/me/flags?limit=100").await.expect(200);
        let is_taken_back = |flag: &Value| flag["rule"]["id"] == "urgent_taken_back";
        let taken_back: Vec<&Value> =
            own.list("/data").iter().filter(|flag| is_taken_back(flag)).map(|flag| &flag["id"]).collect();
        let mut seen = Vec::new();
        let open = own.list("/data").iter().filter(|flag| flag["status"] != "corrected");
        seen.push(open.filter(|flag| !is_taken_back(flag)).map(of_parent).collect::<Vec<_>>());
        for doula in &self.doulas {
            let flags = app.get(doula, "/v1/flags?limit=100").await.expect(200);
            let others = flags.list("/data").iter().filter(|flag| !taken_back.contains(&&flag["id"]));
            seen.push(others.map(of_doula).collect());
        }
        for flags in &mut seen {
            flags.sort_unstable();
        }
        seen
    }
}

fn of_parent(flag: &Value) -> String {
    format!("{} {} {}", flag["rule"], flag["severity"], flag["reason"])
}

fn of_doula(flag: &Value) -> String {
    let mut evidence: Vec<String> = flag["evidence"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|piece| format!("{} {}", piece["local_date"], piece["values"]))
        .collect();
    evidence.sort_unstable();
    format!("{} {} {} {evidence:?}", flag["rule"], flag["severity"], flag["reason"])
}

both_databases! {
    async fn the_flags_of_any_history_are_those_of_a_replay_from_nothing(app: TestApp) {
        let mut met = BTreeSet::new();
        for number in 0..asked("ATTUNE_TEST_SEQUENCES", 8) {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&number.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let acts = acts().new_tree(&mut runner).expect("a sequence").current();
            let born = if number % 2 == 0 { 100 } else { 9 };
            app.state.clock.set(crate::support::START.parse().expect("a literal"));
            let mut edited = Family::new(&app, &format!("Edited{number}"), born).await;
            let mut fresh = Family::new(&app, &format!("Fresh{number}"), born).await;
            for act in &acts {
                edited.act(&app, act).await;
            }
            fresh.sign_in(&app).await;
            fresh.follow(&app, &edited).await;
            let (found, wanted) = (edited.open_flags(&app).await, fresh.open_flags(&app).await);
            assert_eq!(found, wanted, "sequence {number}: {acts:#?}");
            met.extend(fresh.rules_met(&app).await);
        }
        assert!(REACHED.iter().all(|rule| met.contains(*rule)), "of all sequences these were met: {met:?}");
    }
}
