//! What is never suggested to whom (H32, H33): hard limits, whatever would fit otherwise.

use serde_json::{Value, json};

use crate::support::{Person, TestApp, both_databases};

/// Needs of all sorts, so that whatever is allowed comes up.
fn in_need() -> Value {
    json!({"mood": 5, "connection": 2, "anxiety": 8, "support": 2, "sleep_hours": 6})
}

/// The cards of everything that may be suggested now.
async fn suggested(app: &TestApp, parent: &Person) -> Vec<Value> {
    let page = app.get(parent, "/v1/suggestions?limit=20").await.expect(200);
    page.list("/data").iter().map(|one| one["resource"].clone()).collect()
}

fn stroking(cards: &[Value]) -> usize {
    cards.iter().filter(|card| card["touch"] == "stroking").count()
}

/// A parent in need with one baby of 60 days.
async fn with_baby(app: &TestApp, name: &str, baby: Value) -> Person {
    let parent = app.parent(name).await;
    let mut body = json!({"birth_date": "2026-09-24"});
    for (name, value) in baby.as_object().expect("an object") {
        body[name] = value.clone();
    }
    app.post(&parent, "/v1/babies", body).await.expect(201);
    app.check_in(&parent, in_need()).await;
    parent
}

const NEEDS_A_WAKEFUL_PARENT: [&str; 5] = [
    "back-glide",
    "skin-to-skin-at-home",
    "kangaroo-care-on-the-unit",
    "hum-or-lullaby",
    "vaccine-day-comfort",
];

both_databases! {
    /// H32: without this, the tests below could pass by suggesting nothing at all.
    async fn a_healthy_baby_of_two_months_may_be_stroked(app: TestApp) {
        let maya = with_baby(&app, "Maya", json!({})).await;
        let cards = suggested(&app, &maya).await;
        assert!(stroking(&cards) > 0, "{cards:?}");
        assert!(cards.iter().any(|card| card["kind"] == "massage"));
    }

    /// H32.
    async fn a_feverish_vaccinated_or_early_baby_is_not_stroked(app: TestApp) {
        for (name, baby) in [
            ("Fever", json!({"conditions": [{"kind": "fever", "since": "2026-11-23"}]})),
            ("Vaccine", json!({"conditions": [{"kind": "vaccination", "since": "2026-11-23"}]})),
            ("Yesterday", json!({"conditions": [{"kind": "vaccination", "since": "2026-11-22"}]})),
            ("Skin", json!({"conditions": [{"kind": "skin", "since": "2026-11-01"}]})),
            ("Preterm", json!({"contexts": ["preterm"], "due_date": "2026-10-01"})),
            ("Nicu", json!({"contexts": ["nicu"]})),
            ("Both", json!({"contexts": ["nicu", "preterm"], "due_date": "2026-11-01"})),
        ] {
            let parent = with_baby(&app, name, baby).await;
            let cards = suggested(&app, &parent).await;
            assert!(!cards.is_empty(), "{name}");
            assert_eq!(stroking(&cards), 0, "{name}: {cards:?}");
            let cleared =
                ["nicu-hand-hug", "kangaroo-care-on-the-unit", "preterm-home-strokes-with-clearance"];
            assert!(
                cards.iter().all(|card| !cleared.iter().any(|slug| card["slug"] == *slug)),
                "{name}: {cards:?}"
            );
        }
    }

    /// H32: the yes of the baby's team opens what is made for early babies, and only that.
    async fn a_clearance_opens_what_is_made_for_early_babies(app: TestApp) {
        let cleared = json!({"given_by": "Dr Roy", "given_on": "2026-11-20"});
        let baby = json!({"contexts": ["preterm"], "due_date": "2026-10-10", "massage_clearance": cleared});
        let maya = with_baby(&app, "Maya", baby).await;
        let cards = suggested(&app, &maya).await;
        let slugs: Vec<&str> = cards
            .iter()
            .filter(|card| card["touch"] == "stroking")
            .filter_map(|card| card["slug"].as_str())
            .collect();
        assert_eq!(slugs, ["preterm-home-strokes-with-clearance"]);
        let fever = json!({"contexts": ["preterm"], "due_date": "2026-10-10", "massage_clearance": cleared,
            "conditions": [{"kind": "fever", "since": "2026-11-23"}]});
        let noor = with_baby(&app, "Noor", fever).await;
        assert_eq!(stroking(&suggested(&app, &noor).await), 0);
    }

    async fn a_condition_that_has_passed_hides_nothing(app: TestApp) {
        let past = json!({"conditions": [
            {"kind": "vaccination", "since": "2026-11-10"},
            {"kind": "fever", "since": "2026-11-01", "until": "2026-11-03"},
        ]});
        let maya = with_baby(&app, "Maya", past).await;
        assert!(stroking(&suggested(&app, &maya).await) > 0);
    }

    /// H32: four hours of sleep or less, or the night, hide what needs somebody wide awake.
    async fn little_sleep_and_night_hide_what_needs_a_wakeful_parent(app: TestApp) {
        let maya = with_baby(&app, "Maya", json!({})).await;
        let holds = |cards: &[Value]| {
            NEEDS_A_WAKEFUL_PARENT
                .iter()
                .filter(|slug| cards.iter().any(|card| card["slug"] == **slug))
                .count()
        };
        let mut entry = in_need();
        for (hours, hidden) in [(4.5, false), (4.0, true), (0.0, true), (4.5, false)] {
            entry["sleep_hours"] = json!(hours);
            app.check_in(&maya, entry.clone()).await;
            let cards = suggested(&app, &maya).await;
            assert_eq!(holds(&cards) == 0, hidden, "{hours}: {cards:?}");
        }
        app.state.clock.set("2026-11-23T23:00:00Z".parse().expect("a literal"));
        let noor = with_baby(&app, "Noor", json!({})).await;
        assert_eq!(holds(&suggested(&app, &noor).await), 0, "at eleven in the evening");
    }

    /// H33: after a loss nothing is about a baby, in kind or in words.
    async fn after_a_loss_nothing_is_about_a_baby(app: TestApp) {
        let maya = with_baby(&app, "Maya", json!({})).await;
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        let page = app.get(&maya, "/v1/suggestions?limit=20").await.expect(200);
        assert!(!page.list("/data").is_empty());
        let text = page.body.to_string().to_lowercase();
        assert!(!text.contains("baby") && !text.contains("babies"), "{text}");
        for one in page.list("/data") {
            assert_eq!(one["resource"]["touch"], "none", "{one}");
            assert!(!["massage", "connection"].iter().any(|kind| one["resource"]["kind"] == *kind), "{one}");
        }
        // A baby that she shows again changes nothing about that.
        let baby = app.get(&maya, "/v1/babies").await.text("/data/0/id").to_owned();
        app.patch(&maya, &format!("/v1/babies/{baby}"), json!({"hidden": false})).await.expect(200);
        let text = app.get(&maya, "/v1/suggestions?limit=20").await.body.to_string().to_lowercase();
        assert!(!text.contains("baby"), "{text}");
    }

    async fn without_a_visible_baby_no_massage_is_suggested(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.check_in(&maya, in_need()).await;
        let noor = with_baby(&app, "Noor", json!({"hidden": true})).await;
        let unborn = app.parent("Unborn").await;
        app.post(&unborn, "/v1/babies", json!({"due_date": "2027-01-10"})).await.expect(201);
        app.check_in(&unborn, in_need()).await;
        for parent in [&maya, &noor, &unborn] {
            let cards = suggested(&app, parent).await;
            assert!(!cards.is_empty(), "{}", parent.name);
            assert!(
                cards.iter().all(|card| card["kind"] != "massage" && card["touch"] == "none"),
                "{}",
                parent.name
            );
        }
    }

    async fn a_newborn_is_not_stroked_before_four_weeks(app: TestApp) {
        for (name, age, may) in [("Day27", 27, false), ("Day28", 28, true)] {
            let parent = app.parent_with_baby(name, age).await;
            app.check_in(&parent, in_need()).await;
            assert_eq!(stroking(&suggested(&app, &parent).await) > 0, may, "{name}");
        }
    }

    /// While something urgent is open neither touch nor a book is the answer.
    async fn with_something_urgent_open_there_is_no_touch_and_no_book(app: TestApp) {
        let maya = with_baby(&app, "Maya", json!({})).await;
        app.check_in(&maya, json!({"mood": 5, "safe_now": "unsure"})).await;
        let after = app.check_in(&maya, in_need()).await;
        assert_eq!(after.at("/safety"), &json!(null), "the later entry itself is not urgent");
        let cards = suggested(&app, &maya).await;
        assert_eq!(cards.first().map(|card| &card["slug"]), Some(&json!("see-a-health-professional")));
        assert!(cards.iter().all(|card| card["touch"] == "none"), "{cards:?}");
        let book = |card: &Value| card["slug"].as_str().is_some_and(|slug| slug.starts_with("book-"));
        assert!(!cards.iter().any(book), "{cards:?}");
    }

    async fn one_low_entry_leaves_one_suggestion(app: TestApp) {
        let maya = with_baby(&app, "Maya", json!({})).await;
        app.check_in(&maya, json!({"mood": 3, "connection": 1, "anxiety": 9})).await;
        assert_eq!(suggested(&app, &maya).await.len(), 1);
        app.check_in(&maya, json!({"mood": 4, "connection": 1, "anxiety": 9})).await;
        assert!(suggested(&app, &maya).await.len() > 1);
    }
}
