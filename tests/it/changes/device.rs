//! A device of a parent: it keeps what it was told and its place in the sequence, and nothing else.

use std::collections::BTreeMap;

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

/// What a device holds, by kind and id.
#[derive(Default)]
pub struct Device {
    cursor: Option<String>,
    held: BTreeMap<(String, String), Value>,
}

impl Device {
    /// Takes in all that is new, page by page; returns the last page.
    pub async fn catch_up(&mut self, app: &TestApp, parent: &Person, limit: usize) -> Answer {
        loop {
            let mut path = format!("/v1/changes?limit={limit}");
            if let Some(cursor) = &self.cursor {
                path = format!("{path}&cursor={cursor}");
            }
            let page = app.get(parent, &path).await;
            if page.status == 503 {
                continue;
            }
            let page = page.expect(200);
            for change in page.list("/data") {
                let word = |name: &str| change[name].as_str().expect("a word").to_owned();
                let key = (word("kind"), word("id"));
                match word("op").as_str() {
                    "put" => {
                        assert!(change["object"].is_object(), "{change}");
                        self.held.insert(key, change["object"].clone());
                    }
                    "delete" => {
                        assert!(change["object"].is_null(), "{change}");
                        self.held.remove(&key);
                    }
                    other => panic!("an unknown op: {other}"),
                }
            }
            self.cursor = Some(page.text("/next_cursor").to_owned());
            if page.at("/has_more") == &json!(false) {
                return page;
            }
        }
    }

    /// The device holds what the parent's lists show now, no more and no less.
    pub async fn shows_what_the_lists_show(&self, app: &TestApp, parent: &Person) {
        let mut expected = BTreeMap::new();
        let me = app.get(parent, "/v1/me").await.expect(200);
        expected.insert(("profile".to_owned(), parent.id.clone()), me.body.clone());
        for (kind, path) in [
            ("baby", "/v1/babies"),
            ("care_link", "/v1/care-links"),
            ("check_in", "/v1/check-ins"),
            ("flag", "/v1/me/flags"),
        ] {
            let list = app.get(parent, &format!("{path}?limit=100")).await.expect(200);
            assert_eq!(list.at("/has_more"), &json!(false), "a test needs no more than a page");
            for one in list.list("/data") {
                let id = one["id"].as_str().expect("an id").to_owned();
                expected.insert((kind.to_owned(), id), one.clone());
            }
        }
        assert_eq!(self.held, expected);
    }
}

/// Moves the clock through the sandbox: what is due has run when this returns.
pub async fn move_clock(app: &TestApp, by: &str) {
    let request = TestRequest::post().uri("/v1/sandbox/clock").set_json(json!({"advance": by}));
    app.anonymous(request).await.expect(200);
}
