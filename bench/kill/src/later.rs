//! What becomes of an entry later: its parent changes it, calls for help in it after all, or takes it away.
//!
//! Neither takes an idempotency key. A change is tied to a tag, so a client that does not know looks at what is there;
//! a removal may be repeated, and what is gone stays gone.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    client::{Client, Request},
    journal::{Ack, Edit, Entry},
};

/// Changes an acknowledged entry and sees it through until it is known to be changed. True when it is.
pub fn edit(client: &Client, token: &str, entry: &mut Entry, edit: Edit) -> bool {
    let Some(ack) = &entry.ack else { return false };
    let path = format!("/v1/check-ins/{}", ack.id);
    let (tag, mut body) = (format!("\"{}\"", entry.later.edits + 1), json!({"mood": edit.mood}));
    entry.later.edits += 1;
    body["note"] = json!(entry.note_now());
    if edit.danger {
        body["safe_now"] = json!("no");
    }
    let request = Request {
        method: "PATCH",
        path: path.clone(),
        token,
        header: Some(("If-Match", &tag)),
        body: Some(&body),
    };
    let mut unknown = false;
    for _ in 0..2_000 {
        let refused = match client.once(&request) {
            Some(answer) if answer.status == 200 => {
                entry.later.edit = Some(Edit { flags: Some(Ack::of(&answer).flags), ..edit });
                return true;
            }
            // The one that was not answered has come through after all; which flag it is in, only the rows say.
            Some(answer) if answer.status == 412 && unknown => {
                let there = client.get(token, path.clone()).unwrap_or(Value::Null);
                if there["note"] == body["note"] && there["mood"] == body["mood"] {
                    entry.later.edit = Some(edit);
                    return true;
                }
                format!("412, and it is {there}")
            }
            Some(answer) if matches!(answer.status, 429 | 503) => {
                unknown = true;
                thread::sleep(Duration::from_millis(50));
                continue;
            }
            Some(answer) => format!("{} {}", answer.status, answer.text),
            None => {
                unknown = true;
                continue;
            }
        };
        return not_taken(entry, refused);
    }
    not_taken(entry, "a change was never answered".to_owned())
}

fn not_taken(entry: &mut Entry, refused: String) -> bool {
    entry.later.edits -= 1;
    entry.later.refused = Some(refused);
    false
}

/// Removes an acknowledged entry, until it is known to be gone. True when it is.
pub fn remove(client: &Client, token: &str, entry: &mut Entry) -> bool {
    let Some(ack) = &entry.ack else { return false };
    let path = format!("/v1/check-ins/{}", ack.id);
    let request = Request { method: "DELETE", path, token, header: None, body: None };
    let (answer, sent) = client.insist(&request);
    match answer {
        Some(answer) if answer.status == 204 || (answer.status == 404 && sent > 1) => {
            entry.later.removed = true;
        }
        Some(answer) => entry.later.refused = Some(format!("{} {}", answer.status, answer.text)),
        None => entry.later.refused = Some("a removal was never answered".to_owned()),
    }
    entry.later.removed
}
