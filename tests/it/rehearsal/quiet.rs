//! Days without an answer in a rehearsal: other lines ask about other days, and what they would have found is what they
//! find when they are set (H24). What was asked about and closed differs from nothing.

use actix_web::test::TestRequest;
use attune::{db::Conn, rules::RULES};
use diesel::connection::SimpleConnection;
use jiff::{SignedDuration, Timestamp};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::{Asked, asked, flags, named, of, rehearsed, switch_on};
use crate::{
    flag::{flags as seen, step},
    screening::fill_in,
    silence::{later, week},
    support::{Person, TestApp, both_databases},
};

/// Lines of days without an answer, some stricter and some looser.
const SUPPOSED: [&str; 5] = [
    "silence.first_days=3",
    "silence.second_days=10",
    "silence.sooner_first_days=1",
    "epds.repeat=14",
    "sustained_low.line=4",
];
const MIDDLE: [u8; 10] = [1, 1, 1, 1, 1, 2, 1, 2, 1, 0];

/// Six weeks of somebody: mood and whether it is private. One of two is well, answers every day and stops in the end; the
/// other answers on most days, stops, comes back and stops for good.
fn life(seed: u8) -> Vec<Option<(i64, bool)>> {
    if seed.is_multiple_of(2) {
        return (0..42).map(|index| (index < 40).then_some((7, index % 11 == 3))).collect();
    }
    let mood = prop_oneof![2 => 0..=5_i64, 1 => 6..=10_i64];
    let answer = option::weighted(0.8, (mood, proptest::bool::weighted(0.2)));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = (vec(answer, 42), 8..20_usize, 5..15_usize);
    let (mut life, from, length) = strategy.new_tree(&mut runner).expect("a life").current();
    life[from..from + length].fill(None);
    life[36..].fill(None);
    life
}

/// Both live the same day; then a day goes by.
async fn live(app: &TestApp, family: &[Person], index: usize, life: &[Option<(i64, bool)>], form: usize) {
    for parent in family {
        let parent = &app.sign_in(parent).await;
        if let Some((mood, private)) = life[index] {
            app.check_in(parent, json!({"mood": mood, "private": private})).await;
        }
        if index == form {
            fill_in(app, parent, "epds", json!(MIDDLE)).await;
        }
    }
}

both_databases! {
    /// H24: the days that would have been asked about are asked about in the rehearsal.
    async fn h24_what_is_rehearsed_of_days_without_an_answer_is_what_comes(app: TestApp) {
        let (before, after) = (app.doula("Before").await, app.doula("After").await);
        switch_on(&app, &after, &SUPPOSED).await;
        app.advance_minutes(1);
        let mut families = Vec::new();
        for seed in 0..4_u8 {
            let born = if seed < 2 { 100 } else { 4 };
            let maya = app.parent_with_baby(&format!("Maya{seed}"), born).await;
            app.link(&maya, &before, &["check_ins"], true).await;
            let nora = app.parent_with_baby(&format!("Nora{seed}"), born).await;
            app.link(&nora, &after, &["check_ins"], true).await;
            // The last two are late by the other lines alone.
            families.push(([maya, nora], life(seed), 5 + usize::from(seed) * 7));
        }
        for index in 0..42 {
            for (family, life, form) in &families {
                live(&app, family, index, life, *form).await;
            }
            let day = TestRequest::post().uri("/v1/sandbox/clock").set_json(json!({"advance": "P1D"}));
            app.anonymous(day).await.expect(200);
        }
        let mut differing = 0;
        for ([maya, nora], life, _) in &families {
            let (maya, nora) = (app.sign_in(maya).await, app.sign_in(nora).await);
            let found = of(&app, &maya, asked(&SUPPOSED)).await;
            assert_eq!(named(&found.before), flags(&app, &maya).await, "as it was lived: {life:?}");
            assert_eq!(named(&found.after), flags(&app, &nora).await, "by the other lines: {life:?}");
            differing += u32::from(found.counts.differ());
        }
        assert!(differing >= 2, "the lines made next to no difference: {differing}");
        // What is stored is what these rules say, in both practices.
        let (_, summary) = rehearsed(&app, RULES, Asked::default()).await;
        assert_eq!((summary.parents, summary.differing), (8, 0), "{summary:?}");
    }

    async fn a_silence_that_was_raised_and_closed_differs_from_nothing(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "screenings"], true).await;
        week(&app, &maya, json!({"mood": 6})).await;
        fill_in(&app, &maya, "epds", json!(MIDDLE)).await;
        later(&app, "P8D", [&mut maya, &mut asha]).await;
        let open = seen(&app, &asha, "").await;
        let silence = open.iter().find(|flag| flag["rule"]["id"] == "silence").expect("eight days");
        assert_eq!(silence["severity"], "follow_up");
        let id = silence["id"].as_str().expect("an id");
        step(&app, &asha, id, json!({"to": "dismissed", "reason": "She is away."})).await.expect(200);
        // The EPDS is asked about on day 29, and the silence says no more than was closed.
        later(&app, "P30D", [&mut maya, &mut asha]).await;
        let mine: Vec<Value> = app.get(&maya, "/v1/me/flags").await.expect(200).list("/data").to_vec();
        assert_eq!(mine.len(), 2, "{mine:?}");
        for asked in [Asked::default(), asked(&["due_times.notice=100"])] {
            let found = of(&app, &maya, asked).await;
            assert_eq!((found.counts.before, found.counts.after, found.counts.differ()), (2, 2, false));
            assert_eq!(named(&found.after), flags(&app, &maya).await);
        }
        // By longer days she would not have been missed when she was.
        let found = of(&app, &maya, asked(&["silence=off", "epds.repeat=42"])).await;
        assert_eq!((found.counts.before, found.counts.gone, found.counts.lighter), (2, 1, 1));
    }

    /// A copy is rehearsed as far as it had come: whoever was heard then was not silent since.
    async fn nothing_is_asked_after_the_last_act_in_the_database(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        week(&app, &maya, json!({"mood": 6})).await;
        app.state.clock.advance(SignedDuration::from_hours(24 * 40));
        let lines = ["silence.first_days=3"];
        let found = of(&app, &maya, asked(&lines)).await;
        assert_eq!((found.counts.before, found.counts.after), (0, 0));
        // The morning of the third day is that of 26 November.
        for (id, at, new) in [(1, "2026-11-26T06:00:00Z", 0), (2, "2026-11-26T12:00:00Z", 1)] {
            let at: Timestamp = at.parse().expect("an instant");
            let sql = format!(
                "INSERT INTO audit (id, at, actor_id, actor_role, action)
                 VALUES ('02000000-0000-7000-8000-00000000000{id}', {}, 'x', 'doula', 'x')",
                at.as_microsecond()
            );
            let act = move |conn: &mut Conn| Ok(conn.batch_execute(&sql)?);
            app.state.db.write(act).await.expect("written");
            let found = of(&app, &maya, asked(&lines)).await;
            assert_eq!((found.counts.before, found.counts.after, found.counts.new), (0, new, new), "{at}");
        }
    }
}
