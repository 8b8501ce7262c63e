//! Whatever is sent, edited, removed and backdated while lines move and practices come and go: the flags are those of a
//! replay from the first day on, each answer judged by the lines of the instant at which it was said (decision 0021).
//!
//! The replay is that of the rehearsal, which reads nothing but the history and what was set when.
//! `ATTUNE_TEST_SEQUENCES` runs more sequences than the suite has time for.

use attune::{
    id::UserId,
    rehearsal::{self, asked::Asked},
    rules::RULES,
};
use jiff::SignedDuration;
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::set;
use crate::support::{Person, TestApp, both_databases};

/// Something that happens.
#[derive(Debug, Clone)]
enum Act {
    Send { days_ago: i64, answers: Value },
    Days { days: i64, answers: Value },
    Edit { which: usize, answers: Value },
    Remove { which: usize },
    Set { practice: usize, rule: &'static str, body: Value },
    Link { practice: usize },
    Leave { practice: usize },
    Wait { minutes: i64 },
}

fn answers() -> impl Strategy<Value = Value> {
    let scale = || prop_oneof![3 => 0..=5_i64, 1 => 6..=10_i64];
    let halves = option::of(2..=16_i64);
    (scale(), option::of(scale()), halves, select(vec![false, false, true]), select(vec![None, None, None, Some(true)]))
        .prop_map(|(mood, anxiety, halves, private, sped_up)| {
            let sleep = halves.map(|halves| halves as f64 / 2.0);
            json!({"mood": mood, "anxiety": anxiety, "sleep_hours": sleep, "private": private, "sped_up": sped_up})
        })
}

fn lines() -> impl Strategy<Value = (&'static str, Value)> {
    let value = |rule: &'static str, name: &'static str, range: std::ops::RangeInclusive<i64>| {
        range.prop_map(move |value| (rule, json!({"settings": {name: value}}))).boxed()
    };
    let off = select(vec!["sustained_low", "anxiety_stays", "low_with_little_sleep", "change"]);
    prop_oneof![
        2 => value("sustained_low", "line", 2..=5),
        1 => value("sustained_low", "answered", 5..=11),
        1 => value("anxiety_stays", "line", 6..=9),
        1 => value("elation", "mood", 6..=8),
        1 => value("low_with_little_sleep", "line", 2..=5),
        2 => (off, any::<bool>()).prop_map(|(rule, on)| (rule, json!({"enabled": on}))),
    ]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let practice = || 0..2_usize;
    let act = prop_oneof![
        6 => (0..12_i64, answers()).prop_map(|(days_ago, answers)| Act::Send { days_ago, answers }),
        2 => (5..=8_i64, answers()).prop_map(|(days, answers)| Act::Days { days, answers }),
        4 => (any::<usize>(), answers()).prop_map(|(which, answers)| Act::Edit { which, answers }),
        2 => any::<usize>().prop_map(|which| Act::Remove { which }),
        6 => (practice(), lines(), option::of(1..600_i64)).prop_map(|(practice, (rule, mut body), minutes)| {
            body["reason"] = json!("Tried.");
            // Read as minutes from the act on.
            body["until"] = json!(minutes);
            Act::Set { practice, rule, body }
        }),
        1 => practice().prop_map(|practice| Act::Link { practice }),
        1 => practice().prop_map(|practice| Act::Leave { practice }),
        4 => (1..600_i64).prop_map(|minutes| Act::Wait { minutes }),
        1 => Just(Act::Wait { minutes: 24 * 60 }),
    ];
    vec(act, 14..30)
}

struct World {
    maya: Person,
    doulas: [Person; 2],
    links: [Option<String>; 2],
}

impl World {
    async fn new(app: &TestApp, number: u32) -> Self {
        let maya = app
            .parent_with_baby(&format!("Maya{number}"), if number.is_multiple_of(2) { 100 } else { 9 })
            .await;
        let doulas = [app.doula(&format!("Asha{number}")).await, app.doula(&format!("Bea{number}")).await];
        let link = app.link(&maya, &doulas[0], &["check_ins"], true).await;
        Self { maya, doulas, links: [Some(link), None] }
    }

    async fn one_of_hers(&self, app: &TestApp, which: usize) -> Option<String> {
        let list = app.get(&self.maya, "/v1/check-ins?limit=100").await.expect(200);
        let entry = list.list("/data").get(which % list.list("/data").len().max(1))?;
        Some(format!("/v1/check-ins/{}", entry["id"].as_str().expect("an id")))
    }

    async fn send(&self, app: &TestApp, days_ago: i64, answers: &Value) {
        let mut body = answers.clone();
        body["occurred_at"] = json!((app.now() - SignedDuration::from_hours(24 * days_ago)).to_string());
        app.check_in(&self.maya, body).await;
    }

    async fn act(&mut self, app: &TestApp, act: &Act) {
        match act {
            Act::Send { days_ago, answers } => self.send(app, *days_ago, answers).await,
            Act::Days { days, answers } => {
                for ago in (0..*days).rev() {
                    self.send(app, ago, answers).await;
                }
            }
            Act::Edit { which, answers } => {
                let Some(path) = self.one_of_hers(app, *which).await else { return };
                app.patch(&self.maya, &path, answers.clone()).await.expect(200);
            }
            Act::Remove { which } => {
                let Some(path) = self.one_of_hers(app, *which).await else { return };
                app.delete(&self.maya, &path).await.expect(204);
            }
            Act::Set { practice, rule, body } => {
                let mut body = body.clone();
                let until =
                    body["until"].as_i64().map(|minutes| app.now() + SignedDuration::from_mins(minutes));
                body["until"] = json!(until.map(|until| until.to_string()));
                set(app, &self.doulas[*practice], rule, body).await;
            }
            Act::Link { practice } if self.links[*practice].is_none() => {
                let link = app.link(&self.maya, &self.doulas[*practice], &["check_ins"], false).await;
                self.links[*practice] = Some(link);
            }
            Act::Leave { practice } => {
                let Some(link) = self.links[*practice].take() else { return };
                app.delete(&self.maya, &format!("/v1/care-links/{link}")).await.expect(204);
            }
            Act::Link { .. } => {}
            Act::Wait { minutes } => {
                app.advance_minutes(*minutes);
                self.maya = app.sign_in(&self.maya).await;
                for doula in &mut self.doulas {
                    *doula = app.sign_in(doula).await;
                }
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the tests run is no setting of the server")]
fn sequences() -> u32 {
    std::env::var("ATTUNE_TEST_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

both_databases! {
    /// H24.
    async fn h24_the_flags_are_those_of_a_replay_whatever_was_set_when(app: TestApp) {
        let mut raised = 0;
        for number in 0..sequences() {
            let mut seed = [11; 32];
            seed[..4].copy_from_slice(&number.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let acts = acts().new_tree(&mut runner).expect("a sequence").current();
            app.state.clock.set(crate::support::START.parse().expect("a literal"));
            let mut world = World::new(&app, number).await;
            let maya: UserId = world.maya.id.parse().expect("an id");
            for (index, act) in acts.iter().enumerate() {
                world.act(&app, act).await;
                let found = app.state.db.read(move |conn| rehearsal::one(conn, RULES, &Asked::default(), maya));
                let found = found.await.expect("readable");
                assert_eq!(found.before.len(), found.after.len(), "sequence {number}, act {index}: {found:#?} {acts:#?}");
                assert!(!found.counts.differ(), "sequence {number}, act {index}: {found:#?} {acts:#?}");
                raised += found.after.len();
            }
        }
        assert!(raised > 20, "the sequences raised next to nothing: {raised}");
    }
}
