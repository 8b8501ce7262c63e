//! Values that a field must not take, call by call. Each body has exactly these fields wrong.

use serde_json::{Value, json};

use super::is_problem;
use crate::support::{both_databases, people::PASSWORD};

/// A body and the pointers of what is wrong with it.
type Case = (Value, &'static [&'static str]);

/// Every text that must be refused wherever text is taken.
const NUL: &str = "a\u{0}b";

fn check_ins() -> Vec<Case> {
    let with = |name: &str, value: Value| {
        let mut body = json!({"mood": 5});
        body[name] = value;
        body
    };
    let mut cases: Vec<Case> = Vec::new();
    // Written as JSON, because a test must not round what the server must not round.
    for number in [
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "123456789012345678901234567890",
        "6.0",
        "5e0",
        "1e2",
        "-0.0",
        "5.000000000000001",
        "1e308",
        "\"5\"",
        "true",
        "[5]",
        "{\"mood\":5}",
        "\"\"",
    ] {
        let body = serde_json::from_str(&format!("{{\"mood\":{number}}}")).expect("JSON");
        cases.push((body, &["/mood"]));
    }
    for value in [json!(1e308), json!(0.1), json!(-0.5), json!("8"), json!([8]), json!(true)] {
        cases.push((with("sleep_hours", value), &["/sleep_hours"]));
    }
    for value in [json!(NUL), json!("no\u{0}"), json!("NO"), json!(""), json!(0), json!(["no"])] {
        cases.push((with("safe_now", value), &["/safe_now"]));
    }
    for value in [
        json!(NUL),
        json!("\u{1b}[31m"),
        json!("\u{7f}"),
        json!("\u{85}"),
        json!(["a"]),
        json!({"a": 1}),
        json!(5),
    ] {
        cases.push((with("note", value), &["/note"]));
    }
    cases.push((with("tags", json!([NUL])), &["/tags/0"]));
    cases.push((with("tags", json!(["ok", "\u{202e}abc", "  "])), &["/tags/1", "/tags/2"]));
    cases.push((with("tags", json!([null, ["x"], {}])), &["/tags/0", "/tags/1", "/tags/2"]));
    cases.push((with("tags", json!({"0": "x"})), &["/tags"]));
    for value in [
        json!(NUL),
        json!(""),
        json!("../../etc/passwd"),
        json!("+02:00"),
        json!("Local"),
        json!("x".repeat(5000)),
        json!(0),
        json!("Etc/Unknown"),
    ] {
        cases.push((with("time_zone", value), &["/time_zone"]));
    }
    for value in [
        json!(NUL),
        json!(""),
        json!("2026-11-23"),
        json!("2026-11-23T08:00:00"),
        json!("2026-11-23 08:00:00Z"),
        json!("20261123T080000Z"),
        json!("2026-11-23T08:00Z"),
        json!("2026-11-23T24:00:00Z"),
        json!("2026-02-30T08:00:00Z"),
        json!("2026-11-23T08:00:00Z[Europe/Paris]"),
        json!(1_795_424_400),
        json!("now"),
        json!("+12026-11-23T08:00:00Z"),
        json!("2026-W48-1T08:00:00Z"),
    ] {
        cases.push((with("occurred_at", value), &["/occurred_at"]));
    }
    for value in [
        json!(NUL),
        json!(""),
        json!(1),
        json!("0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001"),
        json!("0199F0A2-7C1E-7A52-9D4B-0A4F5CE1B001"),
        json!("{0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001}"),
    ] {
        cases.push((with("baby_id", value), &["/baby_id"]));
    }
    cases
}

fn babies() -> Vec<Case> {
    vec![
        (json!({"name": NUL}), &["/name"]),
        (json!({"name": ""}), &["/name"]),
        (json!({"name": "   "}), &["/name"]),
        (json!({"name": "two\nlines"}), &["/name"]),
        (json!({"name": "\u{202e}utoN"}), &["/name"]),
        (json!({"name": "x".repeat(81)}), &["/name"]),
        (
            json!({"name": 5, "birth_date": 5, "due_date": [], "contexts": {}, "hidden": "no"}),
            &["/birth_date", "/contexts", "/due_date", "/hidden", "/name"],
        ),
        (json!({"birth_date": "2026-13-01"}), &["/birth_date"]),
        (json!({"birth_date": "2026-11-23T00:00:00Z"}), &["/birth_date"]),
        (json!({"birth_date": "20261101"}), &["/birth_date"]),
        (json!({"birth_date": "2027-11-01"}), &["/birth_date"]),
        (json!({"birth_date": "1899-11-01"}), &["/birth_date"]),
        (json!({"birth_date": NUL}), &["/birth_date"]),
        (json!({"due_date": "9999-12-31"}), &["/due_date"]),
        (json!({"contexts": ["nicu", "twins", 1]}), &["/contexts/1", "/contexts/2"]),
        (json!({"conditions": [{}]}), &["/conditions/0/kind", "/conditions/0/since"]),
        (json!({"conditions": [{"kind": "cold", "since": "2026-11-01"}]}), &["/conditions/0/kind"]),
        (
            json!({"conditions": [{"kind": "fever", "since": "2026-11-20", "until": "2026-11-19"}]}),
            &["/conditions/0/until"],
        ),
        (
            json!({"conditions": [{"kind": "fever", "since": "2026-11-20", "severe": true}]}),
            &["/conditions/0/severe"],
        ),
        (json!({"conditions": [5, "fever"]}), &["/conditions/0", "/conditions/1"]),
        (json!({"massage_clearance": "yes"}), &["/massage_clearance"]),
        (json!({"massage_clearance": {}}), &["/massage_clearance/given_by", "/massage_clearance/given_on"]),
        (
            json!({"massage_clearance": {"given_by": NUL, "given_on": "2026-11-01"}}),
            &["/massage_clearance/given_by"],
        ),
    ]
}

fn registrations() -> Vec<Case> {
    let with = |name: &str, value: Value| {
        let mut body = json!({"email": "new@example.org", "password": PASSWORD, "display_name": "New",
            "role": "parent", "time_zone": "Europe/London"});
        body[name] = value;
        body
    };
    let mut cases: Vec<Case> = vec![
        (json!({}), &["/display_name", "/email", "/password", "/role", "/time_zone"]),
        (with("password", json!("x".repeat(14))), &["/password"]),
        (with("password", json!("x".repeat(129))), &["/password"]),
        (with("password", json!("a long enough\u{0}password")), &["/password"]),
        (with("password", json!(123_456_789_012_345_678_i64)), &["/password"]),
        (with("display_name", json!(NUL)), &["/display_name"]),
        (with("display_name", json!("\u{2066}x")), &["/display_name"]),
        (with("display_name", json!("\t")), &["/display_name"]),
        (with("display_name", json!("x".repeat(81))), &["/display_name"]),
        (with("time_zone", json!("Mars/Olympus")), &["/time_zone"]),
        (with("invite_code", json!(NUL)), &["/invite_code"]),
        (with("admin", json!(true)), &["/admin"]),
        (with("id", json!("0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001")), &["/id"]),
    ];
    for wrong in [
        json!("new"),
        json!("a@b"),
        json!("@example.org"),
        json!("a b@example.org"),
        json!(NUL),
        json!("new@example.org\u{0}"),
        json!("New <new@example.org>"),
        json!(["new@example.org"]),
        json!(format!("{}@example.org", "x".repeat(250))),
    ] {
        cases.push((with("email", wrong), &["/email"]));
    }
    for wrong in [json!("operator"), json!("Parent"), json!(""), json!(NUL), json!(["parent"])] {
        cases.push((with("role", wrong), &["/role"]));
    }
    for wrong in [json!("gb"), json!("XX"), json!("GBR"), json!("G"), json!("G\u{0}"), json!(44)] {
        cases.push((with("country", wrong), &["/country"]));
    }
    for wrong in [json!("_"), json!("en_"), json!("e\u{0}"), json!(1), json!("x".repeat(36))] {
        cases.push((with("locale", wrong), &["/locale"]));
    }
    cases
}

fn logins() -> Vec<Case> {
    vec![
        (json!({}), &["/email", "/password"]),
        (json!({"email": null, "password": null}), &["/email", "/password"]),
        (json!({"email": ["maya@example.org"], "password": {"$ne": null}}), &["/email", "/password"]),
        (json!({"email": NUL, "password": NUL}), &["/email", "/password"]),
        (json!({"email": "x".repeat(255), "password": "x".repeat(129)}), &["/email", "/password"]),
        (json!({"email": "", "password": ""}), &["/email", "/password"]),
        (json!({"email": "maya@example.org", "password": PASSWORD, "remember": true}), &["/remember"]),
    ]
}

fn own_settings() -> Vec<Case> {
    vec![
        (json!({"display_name": null, "time_zone": null}), &["/display_name", "/time_zone"]),
        (json!({"display_name": NUL}), &["/display_name"]),
        (json!({"display_name": " "}), &["/display_name"]),
        (json!({"time_zone": "Europe"}), &["/time_zone"]),
        (json!({"country": "UK"}), &["/country"]),
        (json!({"country": "gb", "locale": "x_"}), &["/country", "/locale"]),
        (json!({"locale": "e\u{0}"}), &["/locale"]),
        (json!({"quiet_hours": "night"}), &["/quiet_hours"]),
        (
            json!({"quiet_hours": {"from": "25:00", "to": "7:00", "zone": "UTC"}}),
            &["/quiet_hours/from", "/quiet_hours/to", "/quiet_hours/zone"],
        ),
        (json!({"contexts": ["loss", "grief", 5]}), &["/contexts/1", "/contexts/2"]),
        (json!({"check_in_cadence_days": 0}), &["/check_in_cadence_days"]),
        (json!({"check_in_cadence_days": 1.0}), &["/check_in_cadence_days"]),
        (json!({"paused_until": "tomorrow"}), &["/paused_until"]),
        (json!({"safe_contact": []}), &["/safe_contact"]),
        (
            json!({"safe_contact": {"ways": ["phone", NUL], "hours": NUL, "note": NUL, "x": 1}}),
            &["/safe_contact/hours", "/safe_contact/note", "/safe_contact/ways/1", "/safe_contact/x"],
        ),
        (json!({"role": "operator", "id": "x", "email": "other@example.org"}), &["/email", "/id", "/role"]),
    ]
}

both_databases! {
    /// FND-12, FND-13: the same refusal on both databases, and nothing stored.
    async fn wrong_values_are_named_and_refused(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (path, cases) in [
            ("/v1/check-ins", check_ins()),
            ("/v1/babies", babies()),
            ("/v1/auth/register", registrations()),
            ("/v1/auth/login", logins()),
        ] {
            for (body, pointers) in cases {
                let answer = app.post(&maya, path, body.clone()).await;
                assert_eq!(
                    (answer.status, answer.wrong_fields()),
                    (422, pointers.iter().map(|p| (*p).to_owned()).collect()),
                    "{path} {body}"
                );
                is_problem(&answer);
            }
        }
        for (body, pointers) in own_settings() {
            let answer = app.patch(&maya, "/v1/me", body.clone()).await;
            assert_eq!(
                (answer.status, answer.wrong_fields()),
                (422, pointers.iter().map(|p| (*p).to_owned()).collect()),
                "{body}"
            );
            is_problem(&answer);
        }
        for path in ["/v1/check-ins", "/v1/babies"] {
            assert_eq!(app.get(&maya, path).await.expect(200).at("/data"), &json!([]), "{path}");
        }
    }

    /// FND-13: lengths count characters, and what can be written in two ways is kept in one.
    async fn text_is_counted_in_characters_and_kept_in_one_form(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (sent, kept) in [
            ("e\u{301}", "é"),
            ("\u{212b}", "Å"),
            ("\u{1100}\u{1161}", "가"),
            ("ﬁ", "ﬁ"),
            ("👩‍👧", "👩‍👧"),
            ("שלום", "שלום"),
            ("' OR 1=1; --", "' OR 1=1; --"),
            ("%_\\", "%_\\"),
        ] {
            let stored = app.check_in(&maya, json!({"mood": 5, "note": sent, "tags": [sent]})).await;
            assert_eq!(
                (stored.at("/check_in/note"), stored.at("/check_in/tags/0")),
                (&json!(kept), &json!(kept))
            );
            let baby = app.post(&maya, "/v1/babies", json!({"name": sent})).await.expect(201);
            let again = app.get(&maya, &format!("/v1/babies/{}", baby.text("/id"))).await.expect(200);
            assert_eq!(again.at("/name"), kept);
        }
        app.check_in(&maya, json!({"mood": 5, "note": "e\u{301}".repeat(4000)})).await;
        app.post(&maya, "/v1/babies", json!({"name": "𝒳".repeat(80)})).await.expect(201);
        app.post(&maya, "/v1/babies", json!({"name": "𝒳".repeat(81)})).await.expect(422);
    }
}
