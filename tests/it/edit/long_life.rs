//! Weeks of days with slips and questionnaires among them: whatever was mistyped, sent twice or kept private, once it is
//! mended, the flags, what is usual and what is shown are those of weeks without a slip.
//!
//! One scenario that can be read is in `usual`; short histories with every kind of answer, days and zones are in `replay`.
//! `ATTUNE_TEST_LONG_LIVES` runs more lives than the suite has time for.

use std::collections::BTreeSet;

use attune::{
    rehearsal::{self, asked::Asked},
    rules::RULES,
};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::{path, usual::Family};
use crate::{
    screening::{self, fill_in},
    support::{TestApp, both_databases, count::asked},
};

/// Days between two forms of one kind: none may be repeated sooner.
const FORMS_APART: usize = 15;

/// What the suite's own lives reach of what takes weeks to be seen.
const REACHED: [&str; 3] = ["change", "sustained_low", "phq9"];

/// What went wrong on a day, and is mended in the end.
#[derive(Debug, Clone)]
enum Slip {
    /// Another number.
    Mistyped(u8),
    /// Sent once more, with this mood.
    Twice(u8),
    /// Kept private.
    Hidden,
}

#[derive(Debug, Clone)]
struct Life {
    moods: Vec<Option<u8>>,
    slips: Vec<Option<Slip>>,
    /// What was filled in every fifteenth day.
    forms: Vec<(&'static str, Vec<u8>)>,
    /// Of those, which was kept private.
    hidden_form: usize,
    /// In which order slips are mended.
    order: u64,
}

fn lives() -> impl Strategy<Value = Life> {
    let slip = prop_oneof![
        3 => (0..=10u8).prop_map(Slip::Mistyped),
        2 => (0..=10u8).prop_map(Slip::Twice),
        1 => any::<bool>().prop_map(|_| Slip::Hidden),
    ];
    // Without the items that are urgent by themselves.
    let phq9 = vec(0..=3u8, 8).prop_map(|mut answers| {
        answers.push(0);
        ("phq-9", answers)
    });
    let form = prop_oneof![phq9, vec(0..=3u8, 7).prop_map(|answers| ("gad-7", answers))];
    let day = (-1..=1i8, 0..5u8);
    let (length, fall) = (40..48usize, option::weighted(0.8, (26..34usize, 3..=4i8)));
    (
        6..=8i8,
        vec(day, 48),
        length,
        fall,
        vec(option::weighted(0.2, slip), 48),
        vec(form, 4),
        0..4usize,
        any::<u64>(),
    )
        .prop_map(|(usual, days, length, fall, slips, forms, hidden_form, order)| {
            let mood = |(at, (off, missing)): (usize, (i8, u8))| {
                let lower = fall.filter(|(from, _)| at >= *from).map_or(0, |(_, depth)| depth);
                (missing > 0).then_some((usual + off - lower).clamp(0, 10) as u8)
            };
            let moods = days.into_iter().enumerate().take(length).map(mood).collect();
            Life { moods, slips, forms, hidden_form, order }
        })
}

/// What is to be done about a slip.
enum Mending {
    Put(String, Value),
    Remove(String),
}

/// Both families live the same days; what slips in the first one comes back to be mended.
async fn live(app: &TestApp, life: &Life, slipping: &mut Family, plain: &mut Family) -> Vec<Mending> {
    let mut to_mend = Vec::new();
    for (day, mood) in life.moods.iter().enumerate() {
        if let Some(mood) = mood {
            app.check_in(&plain.parent, json!({"mood": mood})).await;
            let slip = &life.slips[day];
            let typed = if let Some(Slip::Mistyped(other)) = slip { other } else { mood };
            let private = matches!(slip, Some(Slip::Hidden));
            let sent = app.check_in(&slipping.parent, json!({"mood": typed, "private": private})).await;
            match slip {
                Some(Slip::Mistyped(_)) => to_mend.push(Mending::Put(path(&sent), json!({"mood": mood}))),
                Some(Slip::Hidden) => to_mend.push(Mending::Put(path(&sent), json!({"private": false}))),
                Some(Slip::Twice(other)) => {
                    let twin = app.check_in(&slipping.parent, json!({"mood": other})).await;
                    to_mend.push(Mending::Remove(path(&twin)));
                }
                None => {}
            }
        }
        if day % FORMS_APART == 7 {
            let (instrument, answers) = &life.forms[day / FORMS_APART];
            fill_in(app, &plain.parent, instrument, json!(answers)).await;
            let private = day / FORMS_APART == life.hidden_form;
            let body = json!({"instrument": instrument, "answers": answers, "private": private});
            let sent = app.post(&slipping.parent, "/v1/screenings", body).await.expect(201);
            if private {
                to_mend.push(Mending::Put(screening::path(&sent), json!({"private": false})));
            }
        }
        app.advance_hours(24);
        slipping.sign_in(app).await;
        plain.sign_in(app).await;
    }
    to_mend
}

both_databases! {
    async fn a_long_life_that_is_mended_is_the_one_without_a_slip(app: TestApp) {
        let (mut met, mut differed) = (BTreeSet::new(), 0);
        for number in 0..asked("ATTUNE_TEST_LONG_LIVES", 3) {
            let mut seed = [23; 32];
            seed[..8].copy_from_slice(&number.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let life = lives().new_tree(&mut runner).expect("a life").current();
            let mut slipping = Family::new(&app, &format!("Maya{number}")).await;
            let mut plain = Family::new(&app, &format!("Noor{number}")).await;
            let mut to_mend = live(&app, &life, &mut slipping, &mut plain).await;
            let wanted = plain.seen(&app).await;
            differed += usize::from(slipping.seen(&app).await != wanted);
            let mut order = life.order;
            while !to_mend.is_empty() {
                let next = to_mend.swap_remove((order % to_mend.len() as u64) as usize);
                order = order.rotate_left(7) ^ 0x9e37;
                match next {
                    Mending::Put(at, body) => app.patch(&slipping.parent, &at, body).await.expect(200),
                    Mending::Remove(at) => app.delete(&slipping.parent, &at).await.expect(204),
                };
            }
            assert_eq!(slipping.seen(&app).await, wanted, "life {number}: {life:#?}");
            // What is stored is what the whole history raises when nothing of it is taken from storage but what was said.
            let parent = slipping.parent.id.parse().expect("an id");
            let anew = move |conn: &mut _| rehearsal::one(conn, RULES, &Asked::default(), parent);
            let anew = app.state.db.read(anew).await.expect("readable");
            assert!(!anew.counts.differ() && anew.counts.before > 0, "life {number}: {anew:?}");
            let own = wanted["own"].as_array().expect("a list");
            met.extend(own.iter().filter_map(|flag| flag[0]["id"].as_str().map(str::to_owned)));
        }
        assert!(differed > 0, "no slip changed anything");
        assert!(REACHED.iter().all(|rule| met.contains(*rule)), "of all lives these were met: {met:?}");
    }
}
