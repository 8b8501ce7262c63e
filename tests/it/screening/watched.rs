//! The item of the MIBS that a practice names: watched by itself, by its number alone, as it was answered then.

use attune::rehearsal::{self, asked::Asked};
use attune::rules::RULES;
use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::only_flag,
    support::{Person, TestApp, both_databases},
};

const MIBS: &str = "/v1/practice/rules/mibs";

async fn name(app: &TestApp, admin: &Person, item: Value) {
    let body = json!({"settings": {"watched": item}, "reason": "The form that we use."});
    app.patch(admin, MIBS, body).await.expect(200);
    app.advance_minutes(1);
}

/// Eight answers, all 0 but these.
fn answers(given: &[(usize, u8)]) -> Value {
    let mut all = [0; 8];
    for (item, answer) in given {
        all[item - 1] = *answer;
    }
    json!(all)
}

/// How many flags of this rule would be there, had this been set.
async fn rehearsed(app: &TestApp, words: &str) -> (u64, u64) {
    let values = vec![rehearsal::asked::read(words).expect("a line")];
    let asked = Asked { values, ..Asked::default() };
    let read = app
        .state
        .db
        .read(move |conn| rehearsal::run(conn, RULES, &asked, |_| -> attune::error::Result<()> { Ok(()) }));
    let summary = read.await.expect("readable");
    let counts = summary.rules.iter().find(|(rule, _)| rule.as_str() == "mibs").map(|(_, counts)| *counts);
    counts.map_or((0, 0), |counts| (counts.before, counts.after))
}

both_databases! {
    async fn the_item_that_a_practice_names_is_for_the_same_day(app: TestApp) {
        let (maya, asha, bea) =
            (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&maya, &bea, &["flags"], false).await;
        name(&app, &asha, json!(3)).await;
        let sent = fill_in(&app, &maya, "mibs", answers(&[(3, 1)])).await;
        assert_eq!(raised(&sent), [("mibs", "same_day")]);
        // Its number and nothing else: the words of the form may not be shown.
        let (told, general) = (only_flag(&app, &asha).await, only_flag(&app, &bea).await);
        assert_eq!(told["reason"], "The item of the MIBS that your practice has watched was above zero on 23 November.");
        assert_eq!(
            general["reason"],
            "A questionnaire about the early relationship lies over its line: a warm conversation is worth having."
        );
        assert_eq!(
            app.get(&maya, "/v1/me/flags").await.text("/data/0/reason"),
            "Some of your answers to the MIBS on 23 November sound like a lot to carry. A conversation about this is worth \
             having."
        );
    }

    async fn no_other_item_is_watched_and_without_a_name_none_is(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let unnamed = fill_in(&app, &maya, "mibs", answers(&[(3, 3)])).await;
        assert_eq!(raised(&unnamed), []);
        app.delete(&maya, &path(&unnamed)).await.expect(204);
        name(&app, &asha, json!(3)).await;
        let other = fill_in(&app, &maya, "mibs", answers(&[(4, 3)])).await;
        assert_eq!(raised(&other), []);
        app.delete(&maya, &path(&other)).await.expect(204);
        name(&app, &asha, json!(0)).await;
        let taken_back = fill_in(&app, &maya, "mibs", answers(&[(3, 3)])).await;
        assert_eq!(raised(&taken_back), []);
    }

    /// Decision 0023: the answer is stored with the form, so what is named later changes nothing of it.
    async fn it_stays_as_it_was_answered_whatever_is_named_later(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        name(&app, &asha, json!(3)).await;
        let sent = fill_in(&app, &maya, "mibs", answers(&[(3, 1), (6, 1)])).await;
        let before = only_flag(&app, &asha).await;
        name(&app, &asha, Value::Null).await;
        // An entry of an earlier day has the history judged again.
        let yesterday = (app.now() - jiff::SignedDuration::from_hours(24)).to_string();
        app.check_in(&maya, json!({"mood": 5, "occurred_at": yesterday})).await;
        assert_eq!(only_flag(&app, &asha).await["reason"], before["reason"]);
        // Nor does hiding and showing it.
        for private in [true, false] {
            app.patch(&maya, &path(&sent), json!({"private": private})).await.expect(200);
        }
        assert_eq!(only_flag(&app, &asha).await["severity"], "same_day");
        let second = app.parent_with_baby("Noor", 60).await;
        app.link(&second, &asha, &["screenings"], false).await;
        let unwatched = fill_in(&app, &second, "mibs", answers(&[(3, 1)])).await;
        name(&app, &asha, json!(3)).await;
        for private in [true, false] {
            app.patch(&second, &path(&unwatched), json!({"private": private})).await.expect(200);
        }
        assert_eq!(app.get(&second, "/v1/me/flags").await.list("/data").len(), 0);
    }

    async fn with_several_practices_each_item_that_is_named_is_watched(app: TestApp) {
        let (maya, asha, bea) =
            (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&maya, &bea, &["screenings"], false).await;
        name(&app, &asha, json!(3)).await;
        name(&app, &bea, json!(6)).await;
        for item in [3, 6] {
            let sent = fill_in(&app, &maya, "mibs", answers(&[(item, 2)])).await;
            assert_eq!(raised(&sent), [("mibs", "same_day")], "{item}");
            app.delete(&maya, &path(&sent)).await.expect(204);
        }
        let sent = fill_in(&app, &maya, "mibs", answers(&[(1, 2)])).await;
        assert_eq!(raised(&sent), []);
    }

    async fn only_an_item_of_the_form_can_be_named(app: TestApp) {
        let asha = app.doula("Asha").await;
        for (item, code) in [(json!(9), "out_of_range"), (json!(-1), "may_not_loosen"), (json!(2.5), "between_steps")] {
            let body = json!({"settings": {"watched": item}, "reason": "Tried."});
            let refused = app.patch(&asha, MIBS, body).await.expect(422);
            assert_eq!(refused.at("/errors/0/pointer"), "/settings/watched");
            if code != "between_steps" {
                assert_eq!(refused.at("/errors/0/code"), code, "{}", refused.body);
            }
        }
        let shown = app.get(&asha, MIBS).await.expect(200);
        assert!(shown.body.to_string().contains("While none is named, no item is watched by itself."), "{}", shown.body);
    }

    /// H24: rehearsed is what it would have been, also of forms on which nothing was watched.
    async fn h24_naming_an_item_can_be_rehearsed(app: TestApp) {
        let (maya, noor, asha) =
            (app.parent_with_baby("Maya", 60).await, app.parent_with_baby("Noor", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&noor, &asha, &["screenings"], false).await;
        fill_in(&app, &maya, "mibs", answers(&[(3, 1)])).await;
        assert_eq!(rehearsed(&app, "mibs.watched=3").await, (0, 1));
        assert_eq!(rehearsed(&app, "mibs.watched=4").await, (0, 0));
        name(&app, &asha, json!(3)).await;
        app.post(&noor, SCREENINGS, json!({"instrument": "mibs", "answers": answers(&[(3, 1)])})).await.expect(201);
        assert_eq!(rehearsed(&app, "mibs.watched=3").await, (1, 2));
        assert_eq!(rehearsed(&app, "mibs.watched=0").await, (1, 0));
    }
}
