//! Made-up lives, with timers running through them: judging the whole history again changes nothing that anybody sees.
//!
//! What is compared is what the parent and her doula read, closed flags among it. `ATTUNE_TEST_SEQUENCES` runs more lives
//! than the suite has time for.

use jiff::SignedDuration;
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::{later, week};
use crate::{
    flag::{flags, step},
    support::{Person, START, TestApp, both_databases},
};

/// Something that happens in a life.
#[derive(Debug, Clone)]
enum Act {
    Write { mood: u8, private: bool, hours_ago: i64, contact: bool },
    Edit { which: usize, mood: u8, private: Option<bool> },
    Remove { which: usize },
    Pause { days: Option<i64> },
    Close { which: usize },
    Wait { days: i64 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let mood = || prop_oneof![Just(1u8), Just(6u8)];
    let seldom = || prop_oneof![4 => Just(false), 1 => Just(true)];
    let back = prop_oneof![2 => Just(0i64), 1 => 1..100i64];
    let act = prop_oneof![
        5 => (mood(), seldom(), back, seldom())
            .prop_map(|(mood, private, hours_ago, contact)| Act::Write { mood, private, hours_ago, contact }),
        2 => (any::<usize>(), mood(), proptest::option::of(any::<bool>()))
            .prop_map(|(which, mood, private)| Act::Edit { which, mood, private }),
        1 => any::<usize>().prop_map(|which| Act::Remove { which }),
        1 => proptest::option::of(1..9i64).prop_map(|days| Act::Pause { days }),
        1 => any::<usize>().prop_map(|which| Act::Close { which }),
        6 => (1..6i64).prop_map(|days| Act::Wait { days }),
    ];
    vec(act, 12..24)
}

struct Family {
    parent: Person,
    doula: Person,
}

impl Family {
    async fn entries(&self, app: &TestApp) -> Vec<String> {
        let list = app.get(&self.parent, "/v1/check-ins?limit=100").await.expect(200);
        let ids = list.list("/data").iter().map(|entry| entry["id"].as_str().expect("an id").to_owned());
        ids.map(|id| format!("/v1/check-ins/{id}")).collect()
    }

    async fn pick(&self, app: &TestApp, which: usize) -> Option<String> {
        let all = self.entries(app).await;
        all.get(which % all.len().max(1)).cloned()
    }

    async fn act(&mut self, app: &TestApp, act: &Act) {
        match act {
            Act::Write { mood, private, hours_ago, contact } => {
                let at = (app.now() - SignedDuration::from_hours(*hours_ago)).to_string();
                let body =
                    json!({"mood": mood, "private": private, "occurred_at": at, "contact_me": contact});
                app.check_in(&self.parent, body).await;
            }
            Act::Edit { which, mood, private } => {
                let Some(path) = self.pick(app, *which).await else { return };
                let mut patch = json!({ "mood": mood });
                if let Some(private) = private {
                    patch["private"] = json!(private);
                }
                app.patch(&self.parent, &path, patch).await.expect(200);
            }
            Act::Remove { which } => {
                let Some(path) = self.pick(app, *which).await else { return };
                app.delete(&self.parent, &path).await.expect(204);
            }
            Act::Pause { days } => {
                let today = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
                let until = days.map(|days| today.saturating_add(jiff::Span::new().days(days)).to_string());
                app.patch(&self.parent, "/v1/me", json!({ "paused_until": until })).await.expect(200);
            }
            Act::Close { which } => {
                let open = flags(app, &self.doula, "").await;
                let Some(flag) = open.get(which % open.len().max(1)) else { return };
                let body = json!({"to": "dismissed", "reason": "We talked."});
                step(app, &self.doula, flag["id"].as_str().expect("an id"), body).await.expect(200);
            }
            Act::Wait { days } => {
                later(app, &format!("P{days}D"), [&mut self.parent, &mut self.doula]).await;
            }
        }
    }

    /// What both of them read of flags; instants and tags follow from when it was looked at.
    async fn read(&self, app: &TestApp) -> Vec<String> {
        let own = app.get(&self.parent, "/v1/me/flags?limit=100").await.expect(200);
        let seen = flags(app, &self.doula, "?status=all&limit=100").await;
        let told = |flag: &Value| {
            let mut evidence: Vec<String> =
                flag["evidence"].as_array().into_iter().flatten().map(Value::to_string).collect();
            evidence.retain(|piece| piece.contains("silence"));
            let words = ["id", "rule", "severity", "reason", "status"].map(|field| flag[field].to_string());
            format!("{} {evidence:?}", words.join(" "))
        };
        own.list("/data").iter().map(told).chain(seen.iter().map(told)).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the tests run is no setting of the server")]
fn lives() -> u32 {
    std::env::var("ATTUNE_TEST_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

both_databases! {
    async fn a_history_judged_again_is_what_the_timers_made_of_it(app: TestApp) {
        let mut silences = 0;
        for number in 0..lives() {
            let mut seed = [11; 32];
            seed[..4].copy_from_slice(&number.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let acts = acts().new_tree(&mut runner).expect("a life").current();
            app.state.clock.set(START.parse().expect("a literal"));
            let parent = app.parent_with_baby(&format!("Maya{number}"), 60).await;
            let doula = app.doula(&format!("Asha{number}")).await;
            app.link(&parent, &doula, &["check_ins"], true).await;
            week(&app, &parent, json!({"mood": 6})).await;
            let mut family = Family { parent, doula };
            for act in &acts {
                family.act(&app, act).await;
            }
            let before = family.read(&app).await;
            for path in family.entries(&app).await {
                app.patch(&family.parent, &path, json!({"support": 4})).await.expect(200);
                assert_eq!(family.read(&app).await, before, "life {number}: {acts:#?}");
            }
            silences += before.iter().filter(|flag| flag.contains("\"silence\"")).count();
        }
        assert!(silences > 8, "the lives were hardly ever silent: {silences}");
    }
}
