//! What another device of a parent learns: everything that changed, in order, once, and what is gone.
//!
//! A device is played by a map that takes in page after page; at the end it must hold what the lists show.

mod device;
mod race;

use serde_json::{Value, json};

use crate::{
    flag::step,
    support::{Answer, Person, TestApp, both_databases},
};
use device::Device;

/// Kinds and what became of them, in the order of a page.
fn told(page: &Answer) -> Vec<(String, String)> {
    let word = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    page.list("/data").iter().map(|one| (word(one, "kind"), word(one, "op"))).collect()
}

fn words(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(kind, op)| ((*kind).to_owned(), (*op).to_owned())).collect()
}

async fn since(app: &TestApp, parent: &Person, cursor: &str) -> Answer {
    app.get(parent, &format!("/v1/changes?limit=100&cursor={cursor}")).await.expect(200)
}

/// A parent with a doula, a baby, two check-ins and a flag.
async fn family(app: &TestApp) -> (Person, Person) {
    let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 40).await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    app.check_in(&maya, json!({"mood": 6, "note": "A long night.", "tags": ["night"]})).await;
    app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
    (asha, maya)
}

both_databases! {
    async fn from_the_beginning_comes_all_that_is_hers_in_the_order_of_its_changes(app: TestApp) {
        let (_, maya) = family(&app).await;
        let all = app.get(&maya, "/v1/changes").await.expect(200);
        assert_eq!(told(&all), words(&[
            ("profile", "put"), ("baby", "put"), ("care_link", "put"), ("check_in", "put"),
            ("check_in", "put"), ("flag", "put"),
        ]));
        assert_eq!((all.at("/has_more"), all.header("link")), (&json!(false), ""));
        for (at, path) in [(0, "/v1/me".to_owned()), (1, format!("/v1/babies/{}", all.text("/data/1/id"))),
            (2, format!("/v1/care-links/{}", all.text("/data/2/id"))),
            (3, format!("/v1/check-ins/{}", all.text("/data/3/id")))] {
            let own = app.get(&maya, &path).await.expect(200);
            let told = all.at(&format!("/data/{at}"));
            assert_eq!((&told["object"], &told["id"]), (&own.body, own.at("/id")), "{path}");
            assert_eq!(told["object"]["etag"], own.header("etag"), "{path}");
        }
        let flags = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!(all.at("/data/5/object"), flags.at("/data/0"));
    }

    async fn what_changed_several_times_comes_once_at_its_latest_change(app: TestApp) {
        let (_, maya) = family(&app).await;
        let start = app.get(&maya, "/v1/changes").await.expect(200);
        let baby = format!("/v1/babies/{}", start.text("/data/1/id"));
        app.patch(&maya, &baby, json!({"name": "Noor"})).await.expect(200);
        app.patch(&maya, "/v1/me", json!({"display_name": "May"})).await.expect(200);
        app.patch(&maya, &baby, json!({"name": "Nour"})).await.expect(200);
        let later = since(&app, &maya, start.text("/next_cursor")).await;
        assert_eq!(told(&later), words(&[("care_link", "put"), ("profile", "put"), ("baby", "put")]));
        // Her name is part of what her links show.
        assert_eq!(later.text("/data/0/object/parent/display_name"), "May");
        assert_eq!((later.text("/data/1/object/display_name"), later.text("/data/2/object/name")), ("May", "Nour"));
        // The same from the beginning: the old places of both are empty now.
        let all = app.get(&maya, "/v1/changes").await.expect(200);
        assert_eq!(told(&all), words(&[
            ("check_in", "put"), ("check_in", "put"), ("flag", "put"), ("care_link", "put"), ("profile", "put"),
            ("baby", "put"),
        ]));
    }

    async fn what_was_deleted_leaves_its_mark_and_nothing_of_itself(app: TestApp) {
        let (_, maya) = family(&app).await;
        let start = app.get(&maya, "/v1/changes").await.expect(200);
        let baby = start.text("/data/1/id");
        app.advance_minutes(5);
        app.delete(&maya, &format!("/v1/babies/{baby}")).await.expect(204);
        let later = since(&app, &maya, start.text("/next_cursor")).await;
        let at = later.text("/data/0/at");
        assert!(at.starts_with("2026-11-23T09:05"), "{at}");
        let gone = json!({"kind": "baby", "id": baby, "op": "delete", "at": at, "object": null});
        assert_eq!(later.at("/data"), &json!([gone]));
        // One that was added and removed while the device was away comes as its end alone.
        let cursor = later.text("/next_cursor").to_owned();
        let other = app.baby(&maya, 3).await;
        app.delete(&maya, &format!("/v1/babies/{other}")).await.expect(204);
        let later = since(&app, &maya, &cursor).await;
        assert_eq!(told(&later), words(&[("baby", "delete")]));
        assert_eq!(later.text("/data/0/id"), other);
    }

    async fn pages_of_every_size_tell_the_same(app: TestApp) {
        let (_, maya) = family(&app).await;
        let all = app.get(&maya, "/v1/changes").await.expect(200);
        for limit in [1, 2, 5, 6, 7, 100] {
            let (mut seen, mut path) = (Vec::new(), format!("/v1/changes?limit={limit}"));
            loop {
                let page = app.get(&maya, &path).await.expect(200);
                assert!(page.list("/data").len() <= limit && !page.text("/next_cursor").is_empty());
                seen.extend(page.list("/data").iter().cloned());
                path = format!("/v1/changes?limit={limit}&cursor={}", page.text("/next_cursor"));
                let link = if page.at("/has_more") == &json!(true) { format!("<{path}>; rel=\"next\"") } else { String::new() };
                assert_eq!(page.header("link"), link);
                if link.is_empty() {
                    break;
                }
            }
            assert_eq!(seen, all.list("/data"), "{limit}");
        }
        for limit in ["0", "101", "x"] {
            let refused = app.get(&maya, &format!("/v1/changes?limit={limit}")).await.expect(400);
            assert_eq!(refused.wrong_fields(), ["limit"]);
        }
    }

    async fn when_nothing_is_new_nothing_comes_but_the_cursor(app: TestApp) {
        let (_, maya) = family(&app).await;
        let mut cursor = app.get(&maya, "/v1/changes").await.expect(200).text("/next_cursor").to_owned();
        for _ in 0..3 {
            app.advance_minutes(1);
            let none = since(&app, &maya, &cursor).await;
            assert_eq!((none.list("/data").len(), none.at("/has_more")), (0, &json!(false)));
            cursor = none.text("/next_cursor").to_owned();
        }
        let added = app.baby(&maya, 1).await;
        assert_eq!(since(&app, &maya, &cursor).await.text("/data/0/id"), added);
    }

    /// FND-23: bound to her, whole, and of this list; good for 400 days, unlike those of other lists.
    async fn a_cursor_is_hers_alone_and_outlives_weeks_in_a_drawer(app: TestApp) {
        let (asha, maya) = family(&app).await;
        let nora = app.parent("Nora").await;
        let cursor = app.get(&maya, "/v1/changes").await.expect(200).text("/next_cursor").to_owned();
        let mut tampered = cursor.clone().into_bytes();
        tampered[3] ^= 1;
        let tampered = String::from_utf8_lossy(&tampered).into_owned();
        let list = app.get(&maya, "/v1/check-ins?limit=1").await.expect(200);
        for (who, cursor) in [(&nora, cursor.as_str()), (&maya, &tampered), (&maya, "x"), (&maya, list.text("/next_cursor"))] {
            let refused = app.get(who, &format!("/v1/changes?cursor={cursor}")).await.expect(400);
            assert_eq!(refused.text("/code"), "bad_cursor");
        }
        let refused = app.get(&asha, &format!("/v1/changes?cursor={cursor}")).await.expect(403);
        assert_eq!(refused.text("/code"), "wrong_role");

        app.advance_hours(400 * 24);
        let maya = app.sign_in(&maya).await;
        assert_eq!(since(&app, &maya, &cursor).await.list("/data").len(), 0);
        app.advance_hours(1);
        let maya = app.sign_in(&maya).await;
        app.get(&maya, &format!("/v1/changes?cursor={cursor}")).await.expect(400);
    }

    /// What her doula does with a flag reaches every device, and nothing of what she wrote for herself.
    async fn what_a_doula_does_reaches_her_devices(app: TestApp) {
        let (asha, maya) = family(&app).await;
        let mut device = Device::default();
        device.catch_up(&app, &maya, 100).await;
        let flag = app.get(&maya, "/v1/me/flags").await.expect(200).text("/data/0/id").to_owned();
        for (body, status) in [
            (json!({"to": "acknowledged"}), "acknowledged"),
            (json!({"to": "snoozed", "until": "2026-11-23T11:00:00Z", "note": "Rang, no answer."}), "snoozed"),
        ] {
            step(&app, &asha, &flag, body).await.expect(200);
            let page = device.catch_up(&app, &maya, 100).await;
            assert_eq!(told(&page), words(&[("flag", "put")]));
            assert_eq!(page.text("/data/0/object/status"), status);
            assert!(!String::from_utf8_lossy(&page.bytes).contains("Rang"), "{}", page.body);
        }
        device::move_clock(&app, "PT3H").await;
        let maya = app.sign_in(&maya).await;
        let page = device.catch_up(&app, &maya, 100).await;
        assert_eq!((told(&page), page.text("/data/0/object/status")), (words(&[("flag", "put")]), "acknowledged"));

        // She ends the link: the link shows its end, and the flag that nobody sees it any more.
        let asha = app.sign_in(&asha).await;
        let link = app.get(&maya, "/v1/care-links").await.expect(200).text("/data/0/id").to_owned();
        app.delete(&asha, &format!("/v1/care-links/{link}")).await.expect(204);
        let page = device.catch_up(&app, &maya, 100).await;
        assert_eq!(told(&page), words(&[("care_link", "put"), ("flag", "put")]));
        assert!(page.at("/data/0/object/ended_at").is_string());
        assert_eq!(page.at("/data/1/object/seen_by"), &json!([]));
        device.shows_what_the_lists_show(&app, &maya).await;
    }

    async fn a_link_tells_of_the_flags_that_it_opens_and_closes_and_of_no_others(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 40).await);
        app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        let mut device = Device::default();
        device.catch_up(&app, &maya, 100).await;
        app.advance_hours(1);
        let (maya, asha) = (app.sign_in(&maya).await, app.sign_in(&asha).await);
        let link = app.link(&maya, &asha, &["check_ins"], true).await;
        let path = format!("/v1/care-links/{link}");
        assert_eq!(told(&device.catch_up(&app, &maya, 100).await), words(&[("care_link", "put")]));
        app.patch(&maya, &path, json!({"history_from": "2026-11-20T00:00:00Z"})).await.expect(200);
        let page = device.catch_up(&app, &maya, 100).await;
        assert_eq!(told(&page), words(&[("care_link", "put"), ("flag", "put")]));
        assert_eq!(page.at("/data/1/object/seen_by"), &json!(["Asha"]));
        app.patch(&maya, &path, json!({"history_from": null})).await.expect(200);
        let page = device.catch_up(&app, &maya, 100).await;
        assert_eq!(page.at("/data/1/object/seen_by"), &json!([]));
        device.shows_what_the_lists_show(&app, &maya).await;
    }

    /// Whenever a device asks and however much it takes at a time, it ends with what is there.
    async fn a_device_that_was_offline_catches_up_exactly(app: TestApp) {
        let (asha, maya) = family(&app).await;
        let nora = app.parent("Nora").await;
        app.link(&nora, &asha, &["check_ins"], true).await;
        app.check_in(&nora, json!({"mood": 1, "safe_now": "no", "note": "Nora's own."})).await;
        let (mut eager, mut lazy, mut late) = (Device::default(), Device::default(), Device::default());
        lazy.catch_up(&app, &maya, 2).await;
        for round in 0..4 {
            app.advance_minutes(2);
            let baby = app.baby(&maya, 9).await;
            eager.catch_up(&app, &maya, 1).await;
            app.check_in(&maya, json!({"mood": round, "contact_me": round == 2, "private": round == 1})).await;
            app.patch(&maya, "/v1/me", json!({"display_name": format!("Maya {round}")})).await.expect(200);
            if round % 2 == 0 {
                eager.catch_up(&app, &maya, 3).await;
                app.delete(&maya, &format!("/v1/babies/{baby}")).await.expect(204);
            }
        }
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        for (device, limit) in [(&mut eager, 1), (&mut lazy, 2), (&mut late, 100)] {
            device.catch_up(&app, &maya, limit).await;
            device.shows_what_the_lists_show(&app, &maya).await;
        }
    }
}
