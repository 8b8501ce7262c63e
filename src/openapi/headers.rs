//! The headers of replies: which come with what, by rules that hold for every operation alike.

use serde_json::{Value, json};

use super::complete;

/// Name, name of the component, schema, description.
const HEADERS: &[(&str, &str, &str, &str)] = &[
    (
        "X-Request-Id",
        "RequestId",
        "string",
        "Names this request in the server's log; one that you send is kept when it has 8 to 64 letters, digits and hyphens.",
    ),
    ("Location", "Location", "string", "Where the new object is."),
    ("ETag", "ETag", "string", "Tag of this revision, for `If-Match`."),
    ("Link", "Link", "string", "The next page, as `rel=\"next\"`; absent on the last one."),
    (
        "Idempotency-Replayed",
        "IdempotencyReplayed",
        "string",
        "`true` when this is the stored reply to the first request with this key.",
    ),
    ("Retry-After", "RetryAfter", "integer", "Seconds to wait before you send it again."),
    (
        "WWW-Authenticate",
        "WwwAuthenticate",
        "string",
        "`Bearer`, with an error word when a token came with the request.",
    ),
];

/// Describes the headers once and refers to them from every reply that has them.
pub(super) fn add(document: &mut Value) {
    for (_, component, kind, about) in HEADERS {
        document["components"]["headers"][component] =
            json!({"description": about, "schema": {"type": kind}});
    }
    let tagged: Vec<String> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema["properties"].get("etag").is_some())
        .map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect();
    for (_, response) in document["components"]["responses"].as_object_mut().into_iter().flatten() {
        let status = response["content"]["application/problem+json"]["example"]["status"].as_u64();
        refer(response, "X-Request-Id");
        of_refusal(response, status.unwrap_or_default());
    }
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let keyed = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
            for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                if response.get("$ref").is_some() {
                    continue;
                }
                let status = status.parse().unwrap_or_default();
                refer(response, "X-Request-Id");
                of_refusal(response, status);
                let schema = response["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                let has_tag = tagged.contains(&schema) || schema.contains("/Submitted");
                if (status == 200 || status == 201) && has_tag
                    || path.starts_with("/v1/resources") && matches!(status, 304)
                {
                    refer(response, "ETag");
                }
                if complete::entry_of_page(&schema).is_some() {
                    refer(response, "Link");
                }
                if method == "post" && status == 201 && path != "/v1/invitations" {
                    refer(response, "Location");
                }
                if status == 201 && keyed {
                    refer(response, "Idempotency-Replayed");
                }
            }
        }
    }
}

fn of_refusal(response: &mut Value, status: u64) {
    match status {
        401 => refer(response, "WWW-Authenticate"),
        409 | 429 | 503 => refer(response, "Retry-After"),
        _ => {}
    }
}

fn refer(response: &mut Value, name: &str) {
    if let Some((_, component, ..)) = HEADERS.iter().find(|(known, ..)| *known == name) {
        response["headers"][name] = json!({"$ref": format!("#/components/headers/{component}")});
    }
}
