//! What docs/api.md tells those who write a client: its examples are sent, its codes are those of the code.

use attune::error::ErrorCode;
use serde_json::{Value, json};

use crate::support::both_databases;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api.md")).expect("the page is there")
}

/// The JSON blocks: what stands behind `json` at the fence, and the block.
fn blocks(page: &str) -> Vec<(String, Value)> {
    page.split("```json")
        .skip(1)
        .map(|rest| {
            let (call, rest) = rest.split_once('\n').expect("a fence is a line");
            let block = rest.split("```").next().unwrap_or_default();
            (call.trim().to_owned(), serde_json::from_str(block).unwrap_or_else(|e| panic!("{e}: {block}")))
        })
        .collect()
}

#[test]
fn the_table_of_codes_is_that_of_the_code() {
    let page = page();
    let listed: Vec<&str> = page
        .lines()
        .filter(|line| {
            line.starts_with("| `")
                && line.split(" | ").nth(1).is_some_and(|cell| cell.len() == 3 && cell.parse::<u16>().is_ok())
        })
        .collect();
    let mut wanted: Vec<String> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let (status, slug, title) = code.describe();
            format!("| `{slug}` | {status} | {title} |")
        })
        .collect();
    let mut listed: Vec<String> = listed.into_iter().map(str::to_owned).collect();
    listed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
}

#[test]
fn every_call_that_the_page_names_is_in_the_document() {
    let document: Value = serde_json::from_str(attune::openapi::text()).expect("JSON");
    let page = page();
    let mut seen = 0;
    for call in page.split('`').filter(|words| words.contains(" /")) {
        let mut words = call.split_whitespace();
        let (Some(method), Some(path)) = (words.next(), words.next()) else { continue };
        let path = &path.replace("/sustained_low", "/{rule}");
        if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method)
            || ["/docs", "/openapi.json"].contains(&path.as_str())
        {
            continue;
        }
        assert!(document["paths"][path][method.to_lowercase()].is_object(), "{call}");
        seen += 1;
    }
    assert!(seen > 8, "{seen}");
}

both_databases! {
    async fn the_examples_of_the_page_are_taken(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let flag = app.get(&asha, "/v1/flags").await.text("/data/0/id").to_owned();
        let mut sent = 0;
        for (call, body) in blocks(&page()) {
            let words: Vec<&str> = call.split_whitespace().collect();
            let [method, path, status] = words[..] else { continue };
            let hers = ["/v1/flags", "/v1/practice"].iter().any(|begin| path.starts_with(begin));
            let (who, path) = (if hers { &asha } else { &maya }, path.replace("{id}", &flag));
            let answer = match method {
                "POST" => app.post(who, &path, body).await,
                "PATCH" => app.patch(who, &path, body).await,
                _ => panic!("{call}"),
            };
            assert_eq!(answer.status.to_string(), status, "{call}: {}", answer.body);
            sent += 1;
        }
        assert!(sent >= 4, "{sent}");
    }
}
