//! Days as a picture: what a parent sees of her own, and what a doula sees of it, scope by scope.
//!
//! How a picture is drawn is held in `src/chart/`. Here it is about what gets into it: two pictures that must not
//! differ are compared byte by byte.

mod forms;

use jiff::SignedDuration;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

const OWN: &str = "/v1/check-ins/chart.svg";

/// Sends a check-in of some days ago.
async fn felt(app: &TestApp, parent: &Person, days_ago: i64, mut body: Value) {
    body["occurred_at"] = (app.now() - SignedDuration::from_hours(24 * days_ago)).to_string().into();
    app.check_in(parent, body).await;
}

fn of_client(parent: &Person) -> String {
    format!("/v1/clients/{}/chart.svg", parent.id)
}

/// A picture that was sent as one.
#[track_caller]
fn picture(answer: Answer) -> String {
    let answer = answer.expect(200);
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    String::from_utf8(answer.bytes).expect("UTF-8")
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    let found = node.children().find(|child| child.tag_name().name() == name);
    found.and_then(|child| child.text()).unwrap_or_default()
}

/// The title, then every part as `title | words`.
#[track_caller]
fn words(picture: &str) -> Vec<String> {
    let document = Document::parse(picture).unwrap_or_else(|e| panic!("{e}: {picture}"));
    let root = document.root_element();
    let parts = root.children().filter(|node| node.attribute("role") == Some("img"));
    let mut said = vec![child(root, "title").to_owned()];
    said.extend(parts.map(|part| format!("{} | {}", child(part, "title"), child(part, "desc"))));
    said
}

/// The words of one part, empty when it is not there.
#[track_caller]
fn part(picture: &str, title: &str) -> String {
    let found = words(picture).into_iter().find(|part| part.starts_with(title));
    found.and_then(|part| part.split_once(" | ").map(|(_, words)| words.to_owned())).unwrap_or_default()
}

both_databases! {
    async fn a_parent_sees_all_of_her_days(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        felt(&app, &maya, 0, json!({"mood": 6, "connection": 4, "sleep_hours": 4.5})).await;
        felt(&app, &maya, 0, json!({"mood": 3, "anxiety": 5, "private": true})).await;
        felt(&app, &maya, 3, json!({"mood": 5, "support": 2})).await;
        let drawn = picture(app.get(&maya, OWN).await);
        assert_eq!(words(&drawn)[..6], [
            "Your days, 27 October to 23 November 2026",
            "Mood, 0 to 10 | Lowest 3 on 23 Nov, highest 6 on 23 Nov. 20 Nov: 5; 23 Nov: mean 4.5, lowest 3, highest 6.",
            "Connection, 0 to 10 | 4 each time. 23 Nov: 4.",
            "Anxiety, 0 to 10, 10 the most | 5 each time. 23 Nov: 5.",
            "Sleep, hours in 24 | 4.5 each time. 23 Nov: 4.5.",
            "Support, 0 to 10 | 2 each time. 20 Nov: 2.",
        ]);
        assert_eq!(drawn, picture(app.get(&maya, OWN).await), "the same days, the same picture");
        let noor = app.parent("Noor").await;
        let empty = picture(app.get(&noor, OWN).await);
        assert_eq!(words(&empty)[1..], ["Check-ins | Nothing was entered on these days."]);
    }

    async fn the_days_are_those_asked_for(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        felt(&app, &maya, 10, json!({"mood": 4})).await;
        felt(&app, &maya, 3, json!({"mood": 5})).await;
        for (query, title, mood) in [
            ("", "27 October to 23 November 2026", "13 Nov: 4; 20 Nov: 5."),
            ("?from=2026-11-14", "14 November to 23 November 2026", "5 each time. 20 Nov: 5."),
            ("?to=2026-11-19", "23 October to 19 November 2026", "4 each time. 13 Nov: 4."),
            ("?from=2026-11-13&to=2026-11-13", "13 November 2026", "4 each time. 13 Nov: 4."),
            ("?from=2025-11-23", "23 November 2025 to 23 November 2026", "week of 9 Nov 2026: 4; week of 16 Nov 2026: 5."),
            ("?from=2026-12-01&to=2027-11-30", "1 December 2026 to 30 November 2027", ""),
        ] {
            let drawn = picture(app.get(&maya, &format!("{OWN}{query}")).await);
            assert_eq!(words(&drawn)[0], format!("Your days, {title}"), "{query}");
            assert!(part(&drawn, "Mood").ends_with(mood), "{query}: {}", part(&drawn, "Mood"));
        }
    }

    async fn days_that_make_no_span_are_refused_by_name(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        for (person, path) in [(&maya, OWN.to_owned()), (&asha, of_client(&maya))] {
            for (query, wrong) in [
                ("from=2026-11-24", &["from"][..]),
                ("from=2025-11-22", &["from"]),
                ("from=yesterday&to=2026-13-01", &["from", "to"]),
                ("width=5", &["width"]),
            ] {
                let answer = app.get(person, &format!("{path}?{query}")).await.expect(400);
                assert_eq!(answer.text("/code"), "bad_parameter", "{query}");
                assert_eq!(answer.wrong_fields(), wrong, "{query}");
            }
        }
    }

    async fn a_doula_sees_what_is_shared_with_her(app: TestApp) {
        let (maya, asha, bea) =
            (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await, app.doula("Bea").await);
        felt(&app, &maya, 2, json!({"mood": 1})).await;
        app.advance_minutes(5);
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.link(&maya, &bea, &["flags", "screenings"], true).await;
        felt(&app, &maya, 0, json!({"mood": 6, "sleep_hours": 5, "note": "my own words", "tags": ["tired"]})).await;
        let drawn = picture(app.get(&asha, &of_client(&maya)).await);
        assert_eq!(words(&drawn)[..3], [
            "Days of Maya, 27 October to 23 November 2026",
            "Mood, 0 to 10 | 6 each time. 23 Nov: 6.",
            "Sleep, hours in 24 | 5 each time. 23 Nov: 5.",
        ]);
        assert!(!drawn.contains("words") && !drawn.contains("tired"));
        // Without the scope no line is drawn, and nothing tells whether there would be one.
        let (none, noor) = ("Check-ins | Check-ins are not shared with you.", app.parent("Noor").await);
        app.link(&noor, &bea, &["flags"], true).await;
        for client in [&maya, &noor] {
            let drawn = picture(app.get(&bea, &of_client(client)).await);
            assert_eq!(words(&drawn)[1..], [none], "{drawn}");
        }
        let cara = app.doula("Cara").await;
        assert_eq!(app.get(&cara, &of_client(&maya)).await.expect(404).text("/code"), "not_found");
    }

    /// H41: what is private leaves no trace, neither as a gap nor in a scale, nor in what is marked.
    async fn h41_private_days_change_no_byte_of_what_a_doula_sees(app: TestApp) {
        let asha = app.doula("Asha").await;
        let mut drawn = Vec::new();
        for (name, keeps_back) in [("Maya", false), ("Noor", true)] {
            let parent = app.parent_with_baby(name, 60).await;
            app.link(&parent, &asha, &["check_ins", "screenings"], false).await;
            for days_ago in [9, 8, 6, 5, 1] {
                felt(&app, &parent, days_ago, json!({"mood": 3, "sleep_hours": 3, "anxiety": 4})).await;
                if keeps_back {
                    felt(&app, &parent, days_ago, json!({"mood": 9, "sleep_hours": 20, "private": true})).await;
                }
            }
            if keeps_back {
                felt(&app, &parent, 7, json!({"mood": 0, "safe_now": "no", "private": true})).await;
                felt(&app, &parent, 0, json!({"mood": 10, "sleep_hours": 1, "sped_up": true, "private": true})).await;
            }
            let picture = picture(app.get(&asha, &of_client(&parent)).await);
            assert!(part(&picture, "Mood").starts_with("3 each time."), "{picture}");
            drawn.push(picture.replace(name, "Somebody"));
        }
        assert_eq!(drawn[0], drawn[1]);
    }

    /// H41: flags are marked as she reads them in her list, and not at all where she reads none.
    async fn flags_are_marked_as_their_reader_sees_them(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let (asha, bea, cara) =
            (app.doula("Asha").await, app.doula("Bea").await, app.doula("Cara").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        felt(&app, &maya, 0, json!({"mood": 5, "safe_now": "no", "private": true})).await;
        app.advance_hours(24);
        let (maya, asha, bea, cara) =
            (app.sign_in(&maya).await, app.sign_in(&asha).await, app.sign_in(&bea).await, app.sign_in(&cara).await);
        let answer = app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        app.advance_minutes(5);
        app.link(&maya, &cara, &["check_ins"], true).await;
        let client = of_client(&maya);
        let reason = answer.text("/flags/0/reason").to_owned();
        let asked = format!("same day, 24 Nov, open. {reason}");
        assert_eq!(
            part(&picture(app.get(&asha, &client).await), "Flags"),
            format!("1: urgent, 23 Nov, open. They marked something urgent privately: please get in touch. 2: {asked}")
        );
        assert_eq!(part(&picture(app.get(&bea, &client).await), "Flags"), format!("1: {asked}"));
        assert_eq!(part(&picture(app.get(&cara, &client).await), "Flags"), "", "both lie before her link");
        let own = part(&picture(app.get(&maya, OWN).await), "Flags");
        assert!(own.starts_with("1: urgent, 23 Nov, open. ") && own.contains("2: same day, 24 Nov, open. "), "{own}");
        assert!(own.to_lowercase().contains("you"), "{own}");
        // Days without a flag have none.
        let before = format!("{client}?to=2026-11-22");
        assert_eq!(part(&picture(app.get(&asha, &before).await), "Flags"), "");
        let flag = answer.text("/flags/0/id");
        let step = json!({"to": "acknowledged"});
        app.post(&bea, &format!("/v1/flags/{flag}/transitions"), step).await.expect(200);
        let marked = part(&picture(app.get(&bea, &client).await), "Flags");
        assert!(marked.starts_with("1: same day, 24 Nov, acknowledged."), "{marked}");
    }

    /// H41: values in a reason take the scope for them, in a picture as in the list.
    async fn reasons_are_those_of_her_list(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.link(&maya, &bea, &["flags"], false).await;
        for days_ago in (0..8).rev() {
            felt(&app, &maya, days_ago, json!({"mood": 2})).await;
        }
        let mut reasons = Vec::new();
        for doula in [&asha, &bea] {
            let list = app.get(doula, &format!("/v1/flags?client={}", maya.id)).await.expect(200);
            let reason = list.text("/data/0/reason").to_owned();
            let drawn = picture(app.get(doula, &of_client(&maya)).await);
            assert!(part(&drawn, "Flags").ends_with(&reason), "{reason}: {}", part(&drawn, "Flags"));
            reasons.push(reason);
        }
        assert_ne!(reasons[0], reasons[1]);
    }

    /// H33: after a loss, and while no baby may be spoken of, nothing is made of connection.
    async fn h33_connection_is_left_out_after_a_loss_or_with_every_baby_hidden(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let baby = format!("/v1/babies/{}", app.baby(&maya, 60).await);
        // Long enough for a flag whose words are about it.
        for ago in (0..10).rev() {
            felt(&app, &maya, ago, json!({"mood": 5, "connection": 2})).await;
        }
        for (step, shown) in [("shown", true), ("hidden", false), ("loss", false)] {
            match step {
                "hidden" => { app.patch(&maya, &baby, json!({"hidden": true})).await.expect(200); }
                "loss" => {
                    app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
                    app.patch(&maya, &baby, json!({"hidden": false})).await.expect(200);
                }
                _ => {}
            }
            for (person, path) in [(&maya, OWN.to_owned()), (&asha, of_client(&maya))] {
                let drawn = picture(app.get(person, &path).await);
                assert_eq!(drawn.contains("Connection"), shown, "{step} {path}");
                assert!(part(&drawn, "Mood").contains("23 Nov: 5"), "{step} {path}");
            }
        }
    }

    /// What is usual is drawn from the day on which it stands, for a doula only where all of it is hers to see.
    async fn her_own_usual_is_drawn_where_it_stands(app: TestApp) {
        let mut maya = app.parent_with_baby("Maya", 90).await;
        let (asha, bea) = (app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        for day in 0..21 {
            maya = app.sign_in(&maya).await;
            app.check_in(&maya, json!({"mood": 6 + day % 2})).await;
            if day == 8 {
                let bea = app.sign_in(&bea).await;
                app.link(&maya, &bea, &["check_ins"], false).await;
            }
            app.advance_hours(24);
        }
        let (maya, asha, bea) = (app.sign_in(&maya).await, app.sign_in(&asha).await, app.sign_in(&bea).await);
        let client = of_client(&maya);
        let stands = "Own usual 5.6 to 7.3 from 12 Dec to 14 Dec.";
        for (person, path, shown) in [(&maya, OWN, true), (&asha, client.as_str(), true), (&bea, &client, false)] {
            let mood = part(&picture(app.get(person, path).await), "Mood");
            assert_eq!(mood.contains(stands), shown, "{path}: {mood}");
            assert_eq!(mood.contains("usual"), shown, "{path}: {mood}");
        }
    }

    /// A parent who travels ahead of home sees today's entry although home is still in yesterday.
    async fn an_entry_of_a_day_ahead_of_home_is_in_the_picture(app: TestApp) {
        let maya = app.register("Maya", "parent", "Pacific/Pago_Pago", "GB").await;
        app.check_in(&maya, json!({"mood": 5, "time_zone": "Pacific/Kiritimati"})).await;
        app.check_in(&maya, json!({"mood": 7})).await;
        let drawn = picture(app.get(&maya, OWN).await);
        assert!(words(&drawn)[0].ends_with("to 23 November 2026"), "{}", words(&drawn)[0]);
        assert!(part(&drawn, "Mood").ends_with("22 Nov: 7; 23 Nov: 5."));
    }

    /// INJ: a name is text wherever it stands.
    async fn a_name_ends_no_element(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let name = "</title><script>alert(1)</script>&\"']]>";
        app.patch(&maya, "/v1/me", json!({"display_name": name})).await.expect(200);
        let drawn = picture(app.get(&asha, &of_client(&maya)).await);
        assert!(!drawn.contains("<script"));
        assert!(words(&drawn)[0].starts_with(&format!("Days of {name}, ")), "{}", words(&drawn)[0]);
    }
}
