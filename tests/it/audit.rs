//! The traces of doulas: what each read and did, of whom, and by which link it was allowed.
//!
//! The audit has no interface yet, so its rows are looked up.

use attune::{db::schema::audit, id::UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::json;

use crate::{
    flag::{flags, step},
    support::{Person, TestApp, both_databases},
};

const NOBODY: &str = "0191e7c2-93a4-7c3e-8f00-00000000abcd";
const ALL: [&str; 4] = ["flags", "check_ins", "notes", "screenings"];

/// Action, parent and link of everything that is recorded of somebody, in no order.
async fn acts_of(app: &TestApp, actor: &Person) -> Vec<(String, Option<String>, Option<String>)> {
    let id: UserId = actor.id.parse().unwrap();
    app.state
        .db
        .read(move |conn| {
            let rows = audit::table.filter(audit::actor_id.eq(id));
            Ok(rows.select((audit::action, audit::parent_id, audit::link_id)).load(conn)?)
        })
        .await
        .unwrap()
}

both_databases! {
    /// AUD-1, AUD-4: each read of a doula is recorded per parent shown, with the link that allowed it.
    async fn every_read_of_a_doula_is_recorded_with_its_link(app: TestApp) {
        let (asha, maya, zoe) =
            (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await, app.parent("Zoe").await);
        let of_maya = app.link(&maya, &asha, &ALL, true).await;
        let of_zoe = app.link(&zoe, &asha, &["flags"], true).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        app.check_in(&zoe, json!({"mood": 4, "contact_me": true})).await;
        let flag =
            flags(&app, &asha, &format!("?client={}", maya.id)).await[0]["id"].as_str().unwrap().to_owned();
        let (hers, both) = (vec![(&maya, &of_maya)], vec![(&maya, &of_maya), (&zoe, &of_zoe)]);
        for (path, shown) in [
            ("/v1/clients".to_owned(), both.clone()),
            ("/v1/flags".to_owned(), both.clone()),
            ("/v1/care-links".to_owned(), both),
            (format!("/v1/flags?client={}", maya.id), hers.clone()),
            ("/v1/flags?severity=urgent".to_owned(), hers.clone()),
            (format!("/v1/clients/{}", maya.id), hers.clone()),
            (format!("/v1/clients/{}/check-ins", maya.id), hers.clone()),
            (format!("/v1/clients/{}/summary", maya.id), hers.clone()),
            (format!("/v1/clients/{}/chart.svg", maya.id), hers.clone()),
            (format!("/v1/clients/{}/usuals", maya.id), hers.clone()),
            (format!("/v1/clients/{}/screenings/offers", maya.id), hers.clone()),
            (format!("/v1/flags/{flag}"), hers.clone()),
            (format!("/v1/care-links/{of_maya}"), hers),
            (format!("/v1/flags?client={NOBODY}"), vec![]),
        ] {
            let mut before = acts_of(&app, &asha).await;
            app.get(&asha, &path).await.expect(200);
            let mut new = acts_of(&app, &asha).await;
            for old in before.drain(..) {
                let place = new.iter().position(|act| *act == old).expect("the audit only grows");
                new.remove(place);
            }
            let mut named: Vec<_> =
                new.into_iter().map(|(_, parent, link)| (parent.unwrap(), link.unwrap())).collect();
            named.sort();
            let mut expected: Vec<_> =
                shown.iter().map(|(who, link)| (who.id.clone(), (*link).clone())).collect();
            expected.sort();
            assert_eq!(named, expected, "{path}");
        }
    }

    /// AUD-1: a step is recorded with its link, and so is one that was refused, because the flag came with it.
    async fn every_step_of_a_doula_is_recorded_with_its_link(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let link = app.link(&maya, &asha, &["flags"], true).await;
        let id =
            app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await.text("/flags/0/id").to_owned();
        let expected = ("flag.transition".to_owned(), Some(maya.id.clone()), Some(link));
        let steps = [
            (json!({"to": "contacted"}), 409),
            (json!({"to": "acknowledged"}), 200),
            (json!({"to": "acknowledged"}), 200),
            (json!({"to": "contacted"}), 200),
        ];
        for (count, (body, status)) in (1..).zip(steps) {
            step(&app, &asha, &id, body).await.expect(status);
            let recorded = acts_of(&app, &asha).await.into_iter().filter(|act| *act == expected).count();
            assert_eq!(recorded, count);
        }
    }

    /// AUD-1: what was not shown leaves no trace of having been read.
    async fn a_refusal_is_not_recorded_as_a_read(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        app.link(&maya, &asha, &["flags"], true).await;
        let before = acts_of(&app, &asha).await.len();
        app.get(&asha, &format!("/v1/clients/{NOBODY}")).await.expect(404);
        app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(403);
        app.get(&asha, &format!("/v1/flags/{NOBODY}")).await.expect(404);
        assert_eq!(acts_of(&app, &asha).await.len(), before);
    }
}
