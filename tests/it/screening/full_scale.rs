//! A short form and the full scale of the same two weeks: one fact, one flag, whichever comes first.

use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::{flags, step},
    silence::later,
    support::{Person, TestApp, both_databases},
};

/// A PHQ-9 over its line with 4 in the items that the PHQ-2 has.
const OVER: [u8; 9] = [2, 2, 2, 2, 2, 0, 0, 0, 0];
/// One below its line with the same.
const BELOW: [u8; 9] = [2, 2, 1, 0, 0, 0, 0, 0, 0];

async fn family(app: &TestApp) -> (Person, Person) {
    let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
    app.link(&maya, &asha, &["screenings"], false).await;
    (maya, asha)
}

/// Rule, how many pieces of evidence, and the notes of each flag that is open for a doula.
async fn open(app: &TestApp, doula: &Person) -> Vec<(String, usize, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = flags(app, doula, "")
        .await
        .iter()
        .map(|flag| {
            let notes = flag["notes"].as_array().unwrap().iter().map(|note| text(&note["id"])).collect();
            (text(&flag["rule"]["id"]), flag["evidence"].as_array().unwrap().len(), notes)
        })
        .collect();
    all.sort();
    all
}

fn plain(rule: &str, evidence: usize) -> (String, usize, Vec<String>) {
    (rule.to_owned(), evidence, vec![])
}

async fn close(app: &TestApp, doula: &Person) {
    let flag = flags(app, doula, "").await[0]["id"].as_str().unwrap().to_owned();
    step(app, doula, &flag, json!({"to": "dismissed", "reason": "We talked about it."})).await.expect(200);
}

both_databases! {
    async fn after_a_full_scale_over_its_line_a_short_form_is_evidence_of_its_flag(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        let full = fill_in(&app, &maya, "phq-9", json!(OVER)).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let short = fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        assert_eq!(raised(&short), [("phq9", "follow_up")]);
        assert_eq!(short.at("/flags/0/id"), full.at("/flags/0/id"));
        assert_eq!(open(&app, &asha).await, [plain("phq9", 2)]);
        // Without the full scale it is what it is by itself; nothing else was lost.
        app.delete(&maya, &path(&full)).await.expect(204);
        assert_eq!(open(&app, &asha).await, [plain("phq2", 1)]);
    }

    async fn what_a_person_closed_takes_in_the_same_again_but_not_more(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        fill_in(&app, &maya, "phq-9", json!(OVER)).await;
        close(&app, &asha).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let same = fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        assert_eq!((raised(&same), open(&app, &asha).await), (vec![], vec![]));
        app.delete(&maya, &path(&same)).await.expect(204);
        let more = fill_in(&app, &maya, "phq-2", json!([3, 2])).await;
        assert_eq!(raised(&more), [("phq9", "follow_up")]);
        assert_eq!(open(&app, &asha).await, [plain("phq9", 2)]);
    }

    async fn below_its_line_a_full_scale_has_answered_the_same_and_nothing_more(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        fill_in(&app, &maya, "phq-9", json!(BELOW)).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let same = fill_in(&app, &maya, "phq-2", json!([1, 3])).await;
        assert_eq!((raised(&same), open(&app, &asha).await), (vec![], vec![]));
        app.delete(&maya, &path(&same)).await.expect(204);
        let more = fill_in(&app, &maya, "phq-2", json!([2, 3])).await;
        assert_eq!(raised(&more), [("phq2", "follow_up")]);
        app.delete(&maya, &path(&more)).await.expect(204);
        later(&app, "P9D", [&mut maya, &mut asha]).await;
        assert_eq!(raised(&fill_in(&app, &maya, "phq-2", json!([1, 3])).await), [("phq2", "follow_up")]);
    }

    /// H22: nothing closes by itself. The flag of the short form says that the fuller form is there.
    async fn a_flag_of_a_short_form_stays_and_says_that_the_full_scale_came(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        fill_in(&app, &maya, "gad-2", json!([2, 1])).await;
        assert_eq!(open(&app, &asha).await, [plain("gad2", 1)]);
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        let full = fill_in(&app, &maya, "gad-7", json!([2, 2, 2, 2, 2, 0, 0])).await;
        assert_eq!(raised(&full), [("gad7", "follow_up")]);
        let noted = |evidence| ("gad2".to_owned(), evidence, vec!["full_scale".to_owned()]);
        assert_eq!(open(&app, &asha).await, [noted(1), plain("gad7", 2)]);
        let texts: Vec<Value> = flags(&app, &asha, "").await.iter().filter_map(|flag| flag["notes"].get(0).cloned()).collect();
        assert_eq!(texts[0]["text"], "The GAD-7 was filled in since, on 25 November, over the same two weeks: look at that first, \
            it asks more. Below its line it is no all-clear, and this flag stays until somebody closes it.");
        // A private one says nothing to her.
        app.patch(&maya, &path(&full), json!({"private": true})).await.expect(200);
        assert_eq!(open(&app, &asha).await, [plain("gad2", 1)]);
    }

    /// H41: a private full scale keeps nothing back that is shared.
    async fn h41_a_short_form_that_is_shared_is_told_beside_a_private_full_scale(app: TestApp) {
        let (maya, asha) = family(&app).await;
        let hidden = json!({"instrument": "phq-9", "answers": OVER, "private": true});
        app.post(&maya, SCREENINGS, hidden).await.expect(201);
        app.advance_minutes(1);
        fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        assert_eq!(open(&app, &asha).await, [plain("phq2", 1)]);
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!(own.list("/data").len(), 2, "{}", own.body);
    }

    /// H41: when a private full scale comes, nothing moves for a doula, also where she sees a flag of an earlier one and a
    /// short form that is shared.
    async fn h41_a_private_full_scale_brings_no_shared_short_form_along(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        fill_in(&app, &maya, "phq-9", json!(OVER)).await;
        later(&app, "P17D", [&mut maya, &mut asha]).await;
        fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        let before = flags(&app, &asha, "?status=all").await;
        let hidden = json!({"instrument": "phq-9", "answers": OVER, "private": true});
        app.post(&maya, SCREENINGS, hidden).await.expect(201);
        assert_eq!(flags(&app, &asha, "?status=all").await, before);
    }

    /// A danger answer has its flag, and what lies below or over a line beside it makes no second one.
    async fn beside_a_danger_answer_the_same_short_form_is_no_second_flag(app: TestApp) {
        let (maya, asha) = family(&app).await;
        let danger = fill_in(&app, &maya, "phq-9", json!([2, 2, 2, 2, 2, 0, 0, 0, 1])).await;
        assert_eq!(raised(&danger), [("self_harm_item", "urgent")]);
        app.advance_minutes(1);
        assert_eq!(raised(&fill_in(&app, &maya, "phq-2", json!([2, 2])).await), []);
        assert_eq!(open(&app, &asha).await, [plain("self_harm_item", 1)]);
    }
}
