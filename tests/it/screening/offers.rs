//! What is worth offering: in the reply to what was sent, in a list of its own, and to a doula by what she may see.

use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path};
use crate::{
    flag::{flags, step},
    silence::later,
    support::{Answer, Person, TestApp, both_databases},
};

const OFFERS: &str = "/v1/screenings/offers";

fn of(client: &Person) -> String {
    format!("/v1/clients/{}/screenings/offers", client.id)
}

/// Instrument, first and late day of each offer.
fn offered(list: &[Value]) -> Vec<(&str, &str, Option<&str>)> {
    let text = |offer: &'_ Value, name: &str| -> Option<&'static str> {
        offer[name].as_str().map(|text| &*text.to_owned().leak())
    };
    let short = |offer: &Value| {
        let instrument = text(offer, "instrument").expect("it has one");
        (instrument, text(offer, "open_from").expect("it has one"), text(offer, "late_from"))
    };
    list.iter().map(short).collect()
}

async fn list(app: &TestApp, who: &Person, path: &str) -> Vec<Value> {
    let page = app.get(who, path).await.expect(200);
    assert_eq!((page.at("/next_cursor"), page.at("/has_more")), (&Value::Null, &json!(false)));
    page.list("/data").to_vec()
}

/// The offers of a reply, which her list has too.
async fn beside(app: &TestApp, parent: &Person, reply: &Answer) -> Vec<Value> {
    assert_eq!(list(app, parent, OFFERS).await, reply.list("/offers"));
    reply.list("/offers").to_vec()
}

/// Eight low days, today's last.
async fn low_days(app: &TestApp, parent: &Person) -> Answer {
    let mut last = None;
    for ago in (0..8).rev() {
        let at = app.now() - jiff::SignedDuration::from_hours(24 * ago);
        last = Some(app.check_in(parent, json!({"mood": 2, "occurred_at": at.to_string()})).await);
    }
    last.expect("there are eight")
}

both_databases! {
    async fn a_raised_short_form_offers_the_long_one_until_it_was_filled_in(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        assert_eq!(list(&app, &maya, OFFERS).await, [] as [Value; 0]);
        let calm = fill_in(&app, &maya, "gad-2", json!([1, 1])).await;
        assert_eq!(beside(&app, &maya, &calm).await, [] as [Value; 0]);
        let sent = fill_in(&app, &maya, "phq-2", json!([1, 2])).await;
        assert_eq!(beside(&app, &maya, &sent).await, [json!({
            "instrument": "phq-9",
            "reason": "After your PHQ-2 of 23 November, the PHQ-9 can tell a little more, if you like. Talking about it is \
                just as good.",
            "note": null, "open_from": "2026-11-23", "late_from": null,
            "because": {"kind": "screening", "id": sent.at("/screening/id"), "local_date": "2026-11-23"},
        })]);
        // An ordinary check-in says the same, and so does an edit of one and a change of the form.
        let entry = app.check_in(&maya, json!({"mood": 6})).await;
        assert_eq!(beside(&app, &maya, &entry).await.len(), 1);
        let edited = app.patch(&maya, &format!("/v1/check-ins/{}", entry.text("/check_in/id")), json!({"mood": 5})).await.expect(200);
        assert_eq!(beside(&app, &maya, &edited).await.len(), 1);
        let hidden = app.patch(&maya, &path(&sent), json!({"private": true})).await.expect(200);
        assert_eq!(beside(&app, &maya, &hidden).await.len(), 1);
        let answered = fill_in(&app, &maya, "phq-9", json!([1, 1, 0, 0, 0, 0, 0, 0, 0])).await;
        assert_eq!(beside(&app, &maya, &answered).await, [] as [Value; 0]);
        // Without the answer it is offered again.
        app.delete(&maya, &path(&answered)).await.expect(204);
        assert_eq!(offered(&list(&app, &maya, OFFERS).await), [("phq-9", "2026-11-23", None)]);
    }

    /// Clinical table (d): repeated from day 14, late from day 28.
    async fn an_epds_in_the_middle_is_offered_again_with_its_days_and_who_holds_it(app: TestApp) {
        let mut maya = app.parent_with_baby("Maya", 60).await;
        let sent = fill_in(&app, &maya, "epds", json!([1, 1, 1, 1, 1, 2, 1, 2, 1, 0])).await;
        let offer = &beside(&app, &maya, &sent).await[0];
        assert_eq!(offered(std::slice::from_ref(offer)), [("epds", "2026-12-07", Some("2026-12-21"))]);
        assert!(offer["note"].as_str().unwrap_or_default().contains("holds the form"), "{offer}");
        later(&app, "P15D", [&mut maya]).await;
        assert_eq!(offered(&list(&app, &maya, OFFERS).await).len(), 1);
        let again = fill_in(&app, &maya, "epds", json!([1, 0, 1, 0, 1, 0, 1, 0, 1, 0])).await;
        assert_eq!(beside(&app, &maya, &again).await, [] as [Value; 0]);
    }

    async fn inside_its_window_it_says_the_day(app: TestApp) {
        let mut maya = app.parent("Maya").await;
        fill_in(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
        later(&app, "P5D", [&mut maya]).await;
        let sent = fill_in(&app, &maya, "whooley", json!([1, 0])).await;
        assert_eq!(offered(&beside(&app, &maya, &sent).await), [("phq-9", "2026-12-07", None)]);
        let early = app.post(&maya, SCREENINGS, json!({"instrument": "phq-9", "answers": [0, 0, 0, 0, 0, 0, 0, 0, 0]})).await;
        assert_eq!(early.expect(409).text("/repeat_from"), "2026-12-07");
    }

    async fn mood_that_stays_low_offers_a_form_while_its_flag_is_open(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let eighth = low_days(&app, &maya).await;
        let flag = eighth.text("/flags/0/id").to_owned();
        let offers = beside(&app, &maya, &eighth).await;
        assert_eq!(offered(&offers), [("phq-9", "2026-11-23", None)]);
        assert_eq!(offers[0]["because"], json!({"kind": "flag", "id": flag, "local_date": "2026-11-23"}));
        // Beside what does not feed the flag too, and to her doula in general words.
        let form = fill_in(&app, &maya, "gad-2", json!([0, 0])).await;
        assert_eq!(beside(&app, &maya, &form).await, offers);
        let hers = list(&app, &asha, &of(&maya)).await;
        assert_eq!(hers[0]["because"]["id"], json!(flag));
        assert!(!hers[0]["reason"].as_str().unwrap_or_default().contains('2'), "{}", hers[0]);
        for to in ["acknowledged", "contacted", "resolved"] {
            step(&app, &asha, &flag, json!({"to": to, "reason": "We talked."})).await.expect(200);
        }
        assert_eq!(list(&app, &maya, OFFERS).await, [] as [Value; 0]);
        assert_eq!(list(&app, &asha, &of(&maya)).await, [] as [Value; 0]);
    }

    /// H31: help first, and no form beside it or while it is open.
    async fn h31_nothing_is_offered_beside_help_or_while_something_urgent_is_open(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], true).await;
        fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        let entry = app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        assert_eq!((entry.text("/safety/level"), beside(&app, &maya, &entry).await.len()), ("urgent", 0));
        let next = app.check_in(&maya, json!({"mood": 5})).await;
        assert_eq!((next.at("/safety"), beside(&app, &maya, &next).await.len()), (&Value::Null, 0));
        assert_eq!(list(&app, &asha, &of(&maya)).await.len(), 0);
        let flag = entry.text("/flags/0/id");
        step(&app, &asha, flag, json!({"to": "dismissed", "reason": "A slip of the finger."})).await.expect(200);
        assert_eq!(offered(&list(&app, &maya, OFFERS).await), [("phq-9", "2026-11-23", None)]);
        assert_eq!(offered(&list(&app, &asha, &of(&maya)).await), [("phq-9", "2026-11-23", None)]);
    }

    /// H41: what is private changes nothing of what a doula is shown.
    async fn h41_a_doulas_offers_rest_on_what_she_may_see_alone(app: TestApp) {
        let (maya, asha, bea, late) =
            (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await, app.doula("Late").await);
        let terms = &["screenings"];
        app.link(&maya, &asha, terms, false).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        let private = |instrument: &str, answers: Value| {
            json!({"instrument": instrument, "answers": answers, "private": true})
        };
        // Asked for in private, answered in private, urgent in private.
        app.post(&maya, SCREENINGS, private("gad-2", json!([2, 2]))).await.expect(201);
        assert_eq!(list(&app, &asha, &of(&maya)).await.len(), 0);
        fill_in(&app, &maya, "phq-2", json!([2, 2])).await;
        let shared = list(&app, &asha, &of(&maya)).await;
        assert_eq!(offered(&shared), [("phq-9", "2026-11-23", None)]);
        assert_eq!(shared[0]["reason"], "The PHQ-2 came to 4 of 6 on 23 November: the PHQ-9 is worth offering.");
        app.post(&maya, SCREENINGS, private("phq-9", json!([1, 1, 0, 0, 0, 0, 0, 0, 0]))).await.expect(201);
        assert_eq!(offered(&list(&app, &maya, OFFERS).await), [("gad-7", "2026-11-23", None)]);
        app.check_in(&maya, json!({"mood": 3, "safe_now": "no", "private": true})).await;
        assert_eq!(list(&app, &asha, &of(&maya)).await, shared);
        // In the reply to what she enters too.
        let body = json!({"instrument": "who-5", "answers": [5, 5, 5, 5, 5]});
        let entered = app.post(&asha, &format!("/v1/clients/{}/screenings", maya.id), body).await.expect(201);
        assert_eq!(entered.list("/offers"), shared);
        // Without the scope it is refused; what was before a link is not there for it.
        assert_eq!(app.get(&bea, &of(&maya)).await.expect(403).text("/code"), "scope_not_granted");
        app.advance_minutes(1);
        app.link(&maya, &late, terms, false).await;
        assert_eq!(list(&app, &late, &of(&maya)).await.len(), 0);
    }

    async fn a_doula_who_enters_a_form_reads_what_to_offer_next(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let body = json!({"instrument": "whooley", "answers": [1, 1]});
        let at = format!("/v1/clients/{}/screenings", maya.id);
        let entered = app.post_once(&asha, &at, "one", body.clone()).await.expect(201);
        assert_eq!(offered(entered.list("/offers")), [("phq-9", "2026-11-23", None)]);
        assert_eq!(list(&app, &asha, &of(&maya)).await, entered.list("/offers"));
        // A repetition is the same to the last word, whatever came in between.
        fill_in(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
        let replayed = app.post_once(&asha, &at, "one", body).await.expect(201);
        assert_eq!((replayed.header("idempotency-replayed"), &replayed.body), ("true", &entered.body));
        assert_eq!(flags(&app, &asha, "").await.len(), 1);
    }

    /// The word in the path is no id: it is read by nobody else's rule and changes nothing.
    async fn the_list_is_no_form_of_that_name(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.get(&maya, OFFERS).await.expect(200);
        assert_eq!(app.get(&asha, OFFERS).await.expect(403).text("/code"), "wrong_role");
        let unknown = app.get(&maya, &format!("{OFFERS}?limit=3")).await.expect(400);
        assert_eq!(unknown.at("/errors/0/parameter"), "limit");
        for answer in [app.delete(&maya, OFFERS).await, app.patch(&maya, OFFERS, json!({"private": true})).await] {
            assert_eq!((answer.status, answer.header("allow")), (405, "GET"), "{}", answer.body);
        }
    }
}
