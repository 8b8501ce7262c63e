//! What besides check-ins is written: steps of doulas with flags, and changes of a parent's settings.
//!
//! Neither takes an idempotency key. A step says by its mark whether it was taken; a change is tied to a tag, so a
//! client that does not know looks before it sends again.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    client::{Client, Request},
    journal::{Profile, Step},
    people::People,
};

/// Looks at a doula's flags and takes the next step with one of them; nothing when she has none.
pub fn step(client: &Client, people: &People, doula: usize, rng: &mut Rng, mark: String) -> Option<Step> {
    let token = &people.doulas[doula].token;
    let flags = client.get(token, "/v1/flags?limit=5".to_owned()).ok()?;
    let flags = flags["data"].as_array()?;
    let flag = &flags[rng.usize(0..flags.len().max(1)).min(flags.len().checked_sub(1)?)];
    let id = flag["id"].as_str()?.to_owned();
    let body = next(flag["status"].as_str()?, rng, &mark);
    let request = Request {
        method: "POST",
        path: format!("/v1/flags/{id}/transitions"),
        token,
        header: None,
        body: Some(&body),
    };
    let (answer, sent) = client.insist(&request);
    let (taken, refused) = match answer {
        Some(answer) if answer.status == 200 => (true, None),
        // The other doula was faster, or a new danger answer has opened the flag again.
        Some(answer) if answer.status == 409 && answer.word("/code") == "invalid_transition" => (false, None),
        Some(answer) => (false, Some(format!("{} {}", answer.status, answer.text))),
        None => (false, Some("no answer".to_owned())),
    };
    Some(Step { mark, doula, flag: id, sent, taken, refused })
}

fn next(status: &str, rng: &mut Rng, mark: &str) -> Value {
    let to = match status {
        _ if rng.u8(0..3) == 0 => "dismissed",
        "open" => "acknowledged",
        "acknowledged" => "contacted",
        _ => "resolved",
    };
    let mut body = json!({"to": to, "note": mark});
    if matches!(to, "dismissed" | "resolved") {
        body["reason"] = json!("Talked about it.");
    }
    body
}

/// Gives a parent another name, and sees it through until it is known to be hers.
pub fn rename(client: &Client, token: &str, mut profile: Profile, mark: &str) -> Profile {
    let name = format!("Maya {mark}");
    let body = json!({ "display_name": name });
    let mut unknown = false;
    for _ in 0..100 {
        if profile.tag.is_empty() || unknown {
            let Ok(me) = client.get(token, "/v1/me".to_owned()) else { break };
            profile.tag = me["etag"].as_str().unwrap_or_default().to_owned();
            if me["display_name"] == json!(name) {
                return Profile { name, edits: profile.edits + 1, ..profile };
            }
        }
        let tag = profile.tag.clone();
        let request = Request {
            method: "PATCH",
            path: "/v1/me".to_owned(),
            token,
            header: Some(("If-Match", &tag)),
            body: Some(&body),
        };
        match client.once(&request) {
            Some(answer) if answer.status == 200 => {
                return Profile { name, tag: answer.etag, edits: profile.edits + 1, ..profile };
            }
            Some(answer) if answer.status == 503 => {}
            // The one that was not answered has come through after all.
            Some(answer) if answer.status == 412 && unknown => {}
            Some(answer) => {
                return Profile { refused: Some(format!("{} {}", answer.status, answer.text)), ..profile };
            }
            None => unknown = true,
        }
    }
    Profile { refused: Some("no answer".to_owned()), ..profile }
}
