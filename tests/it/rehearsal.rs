//! `attune rules rehearse`: what other lines would have found in the stored history is what they find when they are
//! set (H24), nothing is changed by asking, and what is printed are counts. Days without an answer are in `quiet`.

mod quiet;

use std::collections::BTreeSet;

use attune::{
    id::PracticeId,
    rehearsal::{self, OfParent, Summary, asked::Asked},
    rules::{RULES, RuleId, RuleSpec},
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use jiff::SignedDuration;
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, prop_oneof},
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    program::{command, run},
    support::{Person, TestApp, both_databases},
};

/// Lines that are rehearsed, some stricter and some looser, as the command takes them.
const SUPPOSED: [&str; 8] = [
    "sustained_low.line=5",
    "sustained_low.answered=5",
    "anxiety_stays=off",
    "elation.mood=7",
    "elation.sleep=6",
    "low_with_little_sleep.sleep=6",
    "low_first_days.days=4",
    "change.line=60",
];

fn asked(words: &[&str]) -> Asked {
    let values = words.iter().map(|words| rehearsal::asked::read(words).expect("a line"));
    Asked { values: values.collect(), ..Asked::default() }
}

/// Sets what is rehearsed in the practice of a doula.
async fn switch_on(app: &TestApp, admin: &Person, words: &[&str]) {
    for word in words {
        let (thing, value) = word.split_once('=').expect("a line");
        let body = match thing.split_once('.') {
            Some((_, name)) => {
                json!({"settings": {name: value.parse::<f64>().expect("a number")}, "reason": "Tried."})
            }
            None => json!({"enabled": value == "on", "reason": "Tried."}),
        };
        let rule = thing.split('.').next().expect("a rule");
        app.patch(admin, &format!("/v1/practice/rules/{rule}"), body).await.expect(200);
    }
}

/// Four weeks of somebody's life: answers by days ago, oldest first.
fn life(seed: u8) -> Vec<(i64, Value)> {
    let scale = || option::weighted(0.8, prop_oneof![3 => 0..=5_i64, 1 => 6..=10_i64]);
    let halves = option::weighted(0.6, 2..=16_i64);
    let one = (0..13_i64, scale(), scale(), halves, select(vec![false, false, false, true]));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut life: Vec<(i64, Value)> = vec(one, 18..26)
        .new_tree(&mut runner)
        .expect("a life")
        .current()
        .into_iter()
        .map(|(ago, mood, anxiety, halves, private)| {
            let sleep = halves.map(|halves| halves as f64 / 2.0);
            (ago, json!({"mood": mood.unwrap_or(5), "anxiety": anxiety, "sleep_hours": sleep, "private": private}))
        })
        .collect();
    life.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
    life
}

async fn live(app: &TestApp, parent: &Person, life: &[(i64, Value)]) {
    for (ago, answers) in life {
        let mut body = answers.clone();
        body["occurred_at"] = json!((app.now() - SignedDuration::from_hours(24 * ago)).to_string());
        app.check_in(parent, body).await;
    }
}

/// Rule and severity of each flag that a parent has, closed ones included.
async fn flags(app: &TestApp, parent: &Person) -> BTreeSet<(String, String)> {
    let list = app.get(parent, "/v1/me/flags?limit=100").await.expect(200);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    list.list("/data").iter().map(|flag| (text(&flag["rule"]["id"]), text(&flag["severity"]))).collect()
}

fn named(flags: &attune::rules::rehearsal::Flags) -> BTreeSet<(String, String)> {
    let word = |(name, told): (&attune::rules::rehearsal::FlagName, &attune::rules::rehearsal::Told)| {
        (name.rule.as_str().to_owned(), told.severity.as_str().to_owned())
    };
    flags.iter().map(word).collect()
}

async fn rehearsed(app: &TestApp, rules: &'static [RuleSpec], asked: Asked) -> (Vec<OfParent>, Summary) {
    let read = app.state.db.read(move |conn| {
        let mut all = Vec::new();
        let summary = rehearsal::run(conn, rules, &asked, |found| -> attune::error::Result<()> {
            all.push(found.clone());
            Ok(())
        })?;
        Ok((all, summary))
    });
    read.await.expect("readable")
}

async fn of(app: &TestApp, parent: &Person, asked: Asked) -> OfParent {
    let (all, _) = rehearsed(app, RULES, asked).await;
    all.into_iter().find(|found| found.parent.as_str() == parent.id).expect("looked at")
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// The practice of a doula, which no answer names.
async fn practice_of(app: &TestApp, doula: &Person) -> PracticeId {
    let query = format!("SELECT practice_id AS word FROM practice_members WHERE user_id = '{}'", doula.id);
    let found = app.state.db.read(move |conn| Ok(sql_query(query).get_result::<Word>(conn)?.word));
    found.await.expect("readable").parse().expect("an id")
}

both_databases! {
    /// H24: rehearse, then switch on and live the same life again: the same flags.
    async fn h24_what_is_rehearsed_is_what_comes_when_it_is_switched_on(app: TestApp) {
        let (before, after) = (app.doula("Before").await, app.doula("After").await);
        switch_on(&app, &after, &SUPPOSED).await;
        app.advance_minutes(1);
        let mut differing = 0;
        for seed in 0..6 {
            let born = if seed % 2 == 0 { 100 } else { 12 };
            let maya = app.parent_with_baby(&format!("Maya{seed}"), born).await;
            app.link(&maya, &before, &["check_ins"], true).await;
            let nora = app.parent_with_baby(&format!("Nora{seed}"), born).await;
            app.link(&nora, &after, &["check_ins"], true).await;
            let life = life(seed);
            live(&app, &maya, &life).await;
            live(&app, &nora, &life).await;
            let found = of(&app, &maya, asked(&SUPPOSED)).await;
            assert_eq!(named(&found.before), flags(&app, &maya).await, "{seed}: as it was lived");
            assert_eq!(named(&found.after), flags(&app, &nora).await, "{seed}: as it was lived again");
            differing += u32::from(found.counts.differ());
            // Nothing of it was written.
            assert_eq!(named(&found.before), flags(&app, &maya).await);
        }
        assert!(differing > 3, "the lines made next to no difference: {differing}");
        // Without lines to suppose, what is stored is what these rules say, in both practices.
        let (_, summary) = rehearsed(&app, RULES, Asked::default()).await;
        assert_eq!((summary.parents, summary.differing), (12, 0), "{summary:?}");
    }

    /// H24: a rule that is new, or decides otherwise in a newer version, is compared with what is stored.
    async fn h24_a_newer_version_of_the_rules_is_compared_with_what_is_stored(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 100).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        let older: &'static [RuleSpec] = &RULES[..1];
        let before = app.twin_with_rules(older).await;
        live(&before, &maya, &[(0, json!({"mood": 6, "contact_me": true, "safe_now": "no"}))]).await;
        let (_, summary) = rehearsed(&app, older, Asked::default()).await;
        assert_eq!(summary.differing, 0);
        let (_, summary) = rehearsed(&app, RULES, Asked::default()).await;
        let new = summary.rules[&RuleId::ContactRequest];
        assert_eq!((new.before, new.after, new.new, new.gone), (0, 1, 1, 0));
        let old = summary.rules[&RuleId::NotSafe];
        assert_eq!((old.before, old.after, old.new, old.gone), (1, 1, 0, 0));
    }

    async fn what_a_person_closed_makes_room_for_another_flag(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for _ in 0..2 {
            app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
            let flag = app.get(&asha, "/v1/flags").await.expect(200).text("/data/0/id").to_owned();
            let step = json!({"to": "dismissed", "reason": "Rang her."});
            app.post(&asha, &format!("/v1/flags/{flag}/transitions"), step).await.expect(200);
            app.advance_minutes(1);
        }
        app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
        let found = of(&app, &maya, asked(&["due_times.notice=100"])).await;
        assert_eq!((found.counts.before, found.counts.after, found.counts.differ()), (3, 3, false));
        let found = of(&app, &maya, Asked::default()).await;
        assert_eq!((found.counts.before, found.counts.after, found.counts.differ()), (3, 3, false));
    }

    async fn lines_are_supposed_of_one_practice_and_flags_counted_over_some_days(app: TestApp) {
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        let (maya, nora) = (app.parent_with_baby("Maya", 100).await, app.parent_with_baby("Nora", 100).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&nora, &bea, &["check_ins"], true).await;
        let low: Vec<(i64, Value)> = (0..9).rev().map(|ago| (ago, json!({"mood": 5}))).collect();
        live(&app, &maya, &low).await;
        live(&app, &nora, &low).await;
        let everywhere = asked(&["sustained_low.line=5"]);
        let (_, summary) = rehearsed(&app, RULES, everywhere.clone()).await;
        assert_eq!((summary.parents, summary.differing), (2, 2));
        let practice = Some(practice_of(&app, &bea).await);
        let (_, summary) = rehearsed(&app, RULES, Asked { practice, ..everywhere.clone() }).await;
        assert_eq!((summary.parents, summary.differing), (2, 1));
        // The eighth answered day raises it: yesterday.
        let day = |text: &str| Some(text.parse().expect("a day"));
        for (from, to, differing) in [("2026-11-22", "2026-11-22", 2), ("2026-11-23", "2026-11-30", 0)] {
            let asked = Asked { from: day(from), to: day(to), ..everywhere.clone() };
            let (_, summary) = rehearsed(&app, RULES, asked).await;
            assert_eq!(summary.differing, differing, "{from}");
        }
    }

    /// Counts, by rule and by parent; no name, no day, no rule beside a parent.
    async fn the_command_prints_counts_and_nobodys_words(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        let days: Vec<(i64, Value)> =
            (0..8).rev().map(|ago| (ago, json!({"mood": 5, "note": "Marker-4711", "tags": ["Marker-4712"]}))).collect();
        live(&app, &maya, &days).await;
        let folder = tempfile::tempdir().expect("a folder");
        let url = app.database_url();
        let words =
            ["rules", "rehearse", "--set", "sustained_low.line=5", "--set", "anxiety_stays=off", "--database-url", &url];
        let ended = run(command(folder.path(), &words, &[]));
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{}", ended.out);
        let expected = format!(
            "{}\tnew 1\tgone 0\tgraver 0\tlighter 0\n\
             rule\tflags before\tflags after\tnew\tgone\tgraver\tlighter\n\
             sustained_low\t0\t1\t1\t0\t0\t0\n\
             1 parents, 1 with a difference\n",
            maya.id
        );
        assert_eq!(ended.out, expected);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "no keys, no database are made");
        assert!(flags(&app, &maya).await.is_empty());

        // A mistake must not look like lines that change nothing.
        let stranger = "0191e7c2-93a4-7c3e-8f00-000000000099";
        for (more, told) in [
            (["--practice", stranger, "--to", "2026-12-31"], "there is no practice"),
            (["--from", "2026-12-31", "--to", "2026-12-30"], "lies after --to"),
        ] {
            let ended = run(command(folder.path(), &[&words[..], &more[..]].concat(), &[]));
            assert_eq!((ended.code, ended.out.as_str()), (Some(78), ""));
            assert!(ended.err.contains(told), "{}", ended.err);
        }
        let wrong = run(command(folder.path(), &["rules", "rehearse", "--set", "elation.mood=9"], &[]));
        assert_eq!(wrong.code, Some(2));
        assert!(wrong.err.contains("may only be made stricter"), "{}", wrong.err);
    }
}

#[test]
fn without_a_database_there_is_nothing_to_rehearse_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = run(command(folder.path(), &["rules", "rehearse"], &[]));
    assert_eq!((ended.code, ended.out.as_str()), (Some(78), ""));
    assert!(ended.err.contains("no database"), "{}", ended.err);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn the_page_of_rules_is_printed_as_it_is_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = run(command(folder.path(), &["rules", "print"], &[]));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out == include_str!("../../docs/rules.md"), "cargo run -- rules print > docs/rules.md");
}
