//! The list of one's own check-ins: order, days, pages and cursors.

use serde_json::{Value, json};

use super::signed_in_again;
use crate::support::{Answer, Person, TestApp, both_databases};

/// Nine entries on five days, two of them at the same instant; ids newest first.
async fn nine(app: &TestApp, parent: &Person) -> Vec<String> {
    let mut placed = Vec::new();
    for felt in [
        "2026-11-20T08:00:00Z",
        "2026-11-22T08:00:00Z",
        "2026-11-18T08:00:00Z",
        "2026-11-20T08:00:00Z",
        "2026-11-19T08:00:00Z",
        "2026-11-21T23:59:59Z",
        "2026-11-20T08:00:00.000001Z",
        "2026-11-22T00:00:00Z",
        "2026-11-18T23:00:00Z",
    ] {
        let id = app
            .check_in(parent, json!({"mood": 5, "occurred_at": felt}))
            .await
            .text("/check_in/id")
            .to_owned();
        let at: jiff::Timestamp = felt.parse().expect("a literal");
        placed.push((at, id));
    }
    placed.sort();
    placed.into_iter().rev().map(|(_, id)| id).collect()
}

fn ids(page: &Answer) -> Vec<String> {
    page.list("/data").iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
}

/// The target of the `Link` to the next page.
fn next(page: &Answer) -> String {
    let link = page.header("link");
    let inner = link.strip_prefix('<').and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
    inner.unwrap_or_else(|| panic!("no link to a next page: {link:?}")).to_owned()
}

both_databases! {
    async fn a_list_is_newest_first_and_whole_over_its_pages(app: TestApp) {
        let maya = app.parent("Maya").await;
        let expected = nine(&app, &maya).await;
        let all = app.get(&maya, "/v1/check-ins").await.expect(200);
        assert_eq!(ids(&all), expected);
        assert_eq!(
            (all.at("/next_cursor"), all.at("/has_more"), all.header("link")),
            (&json!(null), &json!(false), "")
        );
        assert!(all.list("/data").iter().all(|one| one["etag"] == "\"1\""));
        for limit in [1, 2, 4, 8, 9, 100] {
            let mut seen = Vec::new();
            let mut path = format!("/v1/check-ins?limit={limit}");
            loop {
                let page = app.get(&maya, &path).await.expect(200);
                assert!(page.list("/data").len() <= limit);
                seen.extend(ids(&page));
                assert_eq!(page.at("/has_more"), &json!(page.at("/next_cursor").is_string()));
                if page.at("/has_more") == false {
                    assert_eq!(page.header("link"), "");
                    break;
                }
                path = next(&page);
                let cursor = page.text("/next_cursor");
                assert_eq!(path, format!("/v1/check-ins?limit={limit}&cursor={cursor}"));
            }
            assert_eq!(seen, expected, "limit {limit}");
        }
    }

    async fn an_entry_that_arrives_between_two_pages_shifts_nothing(app: TestApp) {
        let maya = app.parent("Maya").await;
        let expected = nine(&app, &maya).await;
        let first = app.get(&maya, "/v1/check-ins?limit=4").await.expect(200);
        app.check_in(&maya, json!({"mood": 5})).await;
        let second = app.get(&maya, &next(&first)).await.expect(200);
        assert_eq!(ids(&second), expected[4..8]);
    }

    async fn from_and_to_are_local_days_and_both_included(app: TestApp) {
        let maya = app.parent("Maya").await;
        let expected = nine(&app, &maya).await;
        for (query, range) in [
            ("from=2026-11-20&to=2026-11-22", 0..6),
            ("from=2026-11-22", 0..2),
            ("to=2026-11-18", 7..9),
            ("from=2026-11-20&to=2026-11-20", 3..6),
            ("from=2026-11-23&to=2026-11-18", 0..0),
            ("from=2026-11-24", 0..0),
        ] {
            let page = app.get(&maya, &format!("/v1/check-ins?{query}")).await.expect(200);
            assert_eq!(ids(&page), expected[range], "{query}");
        }
        let page = app.get(&maya, "/v1/check-ins?from=2026-11-20&to=2026-11-22&limit=4").await.expect(200);
        let rest = app.get(&maya, &next(&page)).await.expect(200);
        assert_eq!(ids(&rest), expected[4..6]);
        assert_eq!(rest.at("/has_more"), false);
    }

    /// FND-23.
    async fn a_cursor_is_good_for_its_reader_and_filter_alone(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        nine(&app, &maya).await;
        nine(&app, &noor).await;
        let page = app.get(&maya, "/v1/check-ins?limit=2&from=2026-11-19").await.expect(200);
        let cursor = page.text("/next_cursor").to_owned();
        app.get(&maya, &format!("/v1/check-ins?limit=5&from=2026-11-19&cursor={cursor}")).await.expect(200);
        let refused = |answer: Answer| {
            let refused = answer.expect(400);
            assert_eq!(refused.at("/code"), "bad_cursor");
            refused
        };
        refused(app.get(&noor, &format!("/v1/check-ins?limit=2&from=2026-11-19&cursor={cursor}")).await);
        for filter in ["", "from=2026-11-18&", "from=2026-11-19&to=2026-11-23&", "to=2026-11-19&"] {
            refused(app.get(&maya, &format!("/v1/check-ins?{filter}cursor={cursor}")).await);
        }
        for at in [0, 10, cursor.len() / 2, cursor.len() - 1] {
            let mut letters: Vec<char> = cursor.chars().collect();
            letters[at] = if letters[at] == 'B' { 'C' } else { 'B' };
            let tampered: String = letters.into_iter().collect();
            refused(app.get(&maya, &format!("/v1/check-ins?from=2026-11-19&cursor={tampered}")).await);
        }
        for nonsense in ["x", "AAAA", "%2F", "null", &cursor[..cursor.len() / 2], &cursor.repeat(2)] {
            refused(app.get(&maya, &format!("/v1/check-ins?from=2026-11-19&cursor={nonsense}")).await);
        }
    }

    /// FND-23: a cursor runs out.
    async fn a_cursor_runs_out_after_a_day(app: TestApp) {
        let maya = app.parent("Maya").await;
        nine(&app, &maya).await;
        let page = app.get(&maya, "/v1/check-ins?limit=2").await.expect(200);
        app.advance_hours(23);
        let maya = signed_in_again(&app, &maya).await;
        app.get(&maya, &next(&page)).await.expect(200);
        app.advance_hours(2);
        let maya = signed_in_again(&app, &maya).await;
        assert_eq!(app.get(&maya, &next(&page)).await.expect(400).at("/code"), "bad_cursor");
    }

    async fn wrong_parameters_are_all_named(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (query, wrong) in [
            ("limit=0", vec!["limit"]),
            ("limit=101", vec!["limit"]),
            ("limit=", vec!["limit"]),
            ("limit=1.5", vec!["limit"]),
            ("limit=+5", vec!["limit"]),
            ("from=yesterday", vec!["from"]),
            ("to=2026-02-30", vec!["to"]),
            ("from=2026-11-23T00:00:00Z", vec!["from"]),
            ("mood=5", vec!["mood"]),
            ("from=x&limit=x&sort=mood&to=x", vec!["from", "limit", "sort", "to"]),
            ("limit=1&limit=1", vec!["limit"]),
        ] {
            let refused = app.get(&maya, &format!("/v1/check-ins?{query}")).await.expect(400);
            assert_eq!(refused.at("/code"), "bad_parameter", "{query}");
            assert_eq!(refused.wrong_fields(), wrong, "{query}");
            assert!(
                refused
                    .list("/errors")
                    .iter()
                    .all(|error| error["detail"].is_string() && error["pointer"] == Value::Null)
            );
        }
        app.get(&maya, "/v1/check-ins?limit=100").await.expect(200);
    }
}
