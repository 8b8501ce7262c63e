//! Weeks of entries: what is usual for a parent follows her mended history, and so does what left it.
//!
//! Two parents write on the same days. One writes what the other one will have in the end; the other mistypes some of
//! it, leaves out some and sends some twice, and mends all that weeks later. Then both are compared. So it is with what is
//! usual begun anew, by whom and in whatever order, and taken back.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{own_flags, path};
use crate::{
    flag::flags,
    support::{Answer, Person, START, TestApp, both_databases, count::asked},
};

/// Thirty days, one entry a day: around 7, a private week, and a fall in the end.
const MOODS: [i64; 30] =
    [7, 8, 7, 6, 7, 8, 7, 7, 6, 7, 8, 7, 7, 7, 6, 8, 7, 7, 8, 6, 7, 7, 6, 7, 4, 3, 3, 4, 3, 3];

fn is_private(day: usize) -> bool {
    (10..13).contains(&day)
}

/// What stands of each measure.
fn stands(answer: &Answer) -> Vec<Value> {
    answer.list("/measures").iter().map(|measure| measure["stands"].clone()).collect()
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
            let mut standing: Vec<Value> = flags
                .into_iter()
                .filter(|flag| flag["status"] != "corrected")
                .map(|flag| json!([flag["rule"], flag["severity"], flag["reason"]]))
                .collect();
            // When each was raised is another matter.
            standing.sort_by_cached_key(Value::to_string);
            standing
        };
        let client = self.parent_id(app).await;
        json!({
            "own": plain(own_flags(app, &self.parent).await),
            "shared": plain(flags(app, &self.doula, "").await),
            "own_stands": stands(&app.get(&self.parent, "/v1/check-ins/usuals").await.expect(200)),
            "shared_stands": stands(&app.get(&self.doula, &format!("/v1/clients/{client}/usuals")).await.expect(200)),
            "own_days": app.get(&self.parent, "/v1/check-ins/summary").await.expect(200).at("/days"),
            "shared_days": app.get(&self.doula, &format!("/v1/clients/{client}/summary")).await.expect(200).at("/days"),
        })
    }

    async fn parent_id(&self, app: &TestApp) -> String {
        app.get(&self.parent, "/v1/me").await.expect(200).text("/id").to_owned()
    }
}

/// So many days does a history with restarts have.
const DAYS: usize = 45;

/// Numbers that look like chance and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// A mood for each day: around 7, and from some day on lower.
fn moods(dice: &mut Dice) -> Vec<i64> {
    let (fall, low) = (18 + dice.below(14), 3 + dice.below(3) as i64);
    let mood = |day: usize, dice: &mut Dice| {
        if day < fall { 6 + dice.below(3) as i64 } else { low - dice.below(2) as i64 }
    };
    (0..DAYS).map(|day| mood(day, dice)).collect()
}

/// Restarts of a history: the days from which on mood was begun anew and that were not taken back.
struct Begun(BTreeSet<String>);

impl Begun {
    /// Begins anew from a day of the last month or takes back what stands, by the parent or her doula.
    async fn change(&mut self, app: &TestApp, family: &Family, dice: &mut Dice, day: usize) {
        let ago = dice.below(day.min(30) + 1);
        let from = (app.now() - SignedDuration::from_hours(24 * ago as i64)).to_string()[..10].to_owned();
        let own = "/v1/check-ins/usuals/mood/restarts".to_owned();
        let standing = self.0.iter().nth(dice.below(self.0.len().max(1))).cloned();
        match (standing, dice.below(3)) {
            (Some(day), 0) => {
                app.delete(&family.parent, &format!("{own}/{day}")).await.expect(204);
                self.0.remove(&day);
            }
            (_, by) => {
                let client = family.parent_id(app).await;
                let hers = format!("/v1/clients/{client}/usuals/mood/restarts");
                let (who, path) = if by == 1 { (&family.doula, hers) } else { (&family.parent, own) };
                let answer = app.post(who, &path, json!({"from": from, "reason": "Other days now."})).await;
                assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
                self.0.insert(from);
            }
        }
    }
}

both_databases! {
    /// H12: whatever was begun anew, taken back and mended in whatever order, a replay from nothing gives the same.
    async fn restarts_among_edits_are_those_of_a_replay_from_nothing(app: TestApp) {
        let mut met = BTreeSet::new();
        for number in 0..asked("ATTUNE_TEST_SEQUENCES", 3) {
            app.state.clock.set(START.parse::<Timestamp>().expect("a literal"));
            let mut dice = Dice(number as u64 + 1);
            let moods = moods(&mut dice);
            let mut changed = Family::new(&app, &format!("Changed{number}")).await;
            let mut plain = Family::new(&app, &format!("Plain{number}")).await;
            let (mut begun, mut to_mend) = (Begun(BTreeSet::new()), Vec::new());
            for (day, mood) in moods.iter().copied().enumerate() {
                plain.send(&app, day, mood).await;
                let mistyped = if dice.below(6) == 0 { 10 - mood } else { mood };
                let sent = changed.send(&app, day, mistyped).await;
                if mistyped != mood {
                    to_mend.push((path(&sent), mood));
                }
                if dice.below(4) == 0 {
                    begun.change(&app, &changed, &mut dice, day).await;
                }
                if !to_mend.is_empty() && dice.below(4) == 0 {
                    let (entry, mood) = to_mend.remove(dice.below(to_mend.len()));
                    app.patch(&changed.parent, &entry, json!({"mood": mood})).await.expect(200);
                }
                app.advance_hours(24);
                changed.sign_in(&app).await;
                plain.sign_in(&app).await;
            }
            for (entry, mood) in to_mend {
                app.patch(&changed.parent, &entry, json!({"mood": mood})).await.expect(200);
            }
            for from in &begun.0 {
                let body = json!({"from": from, "reason": "Other days now."});
                app.post(&plain.parent, "/v1/check-ins/usuals/mood/restarts", body).await.expect(201);
            }
            let (found, wanted) = (changed.seen(&app).await, plain.seen(&app).await);
            assert_eq!(found, wanted, "sequence {number}: {moods:?} {:?}", begun.0);
            met.extend(wanted["own"].as_array().expect("a list").iter().map(|flag| flag[0]["id"].to_string()));
            let stands = app.get(&plain.parent, "/v1/check-ins/usuals").await.expect(200);
            met.insert(format!("stands: {}", stands.at("/measures/0/stands").is_object()));
        }
        assert!(met.len() > 1, "{met:?}");
    }

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
