//! The refusals that operations share, as components of the document.

use serde_json::json;
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterIn},
    },
};

use crate::{error::ErrorCode, http::problem::MEDIA_TYPE};

/// A refusal, as RFC 9457 has it.
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "/problems/invalid", "title": "Some fields are wrong", "status": 422,
    "detail": "See errors for each field.", "code": "invalid",
    "errors": [{"pointer": "/mood", "code": "out_of_range", "detail": "Must be a whole number from 0 to 10."}]
}))]
#[allow(dead_code, reason = "describes what http::problem writes")]
pub struct Problem {
    /// Stable path of the kind of problem.
    r#type: String,
    /// The kind, in words.
    title: String,
    /// HTTP status.
    status: u16,
    /// What to do.
    detail: String,
    /// Stable word of the kind of problem.
    code: String,
    /// Every wrong field or parameter.
    #[schema(required = false)]
    errors: Vec<ProblemField>,
    /// Where help is; on refusals of check-ins and questionnaires.
    #[schema(required = false)]
    help: String,
    /// From which local day on a questionnaire may be filled in again; with `too_soon` alone.
    #[schema(required = false, format = Date)]
    repeat_from: String,
}

/// One wrong field or parameter.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what http::problem writes")]
pub struct ProblemField {
    /// JSON pointer into the body.
    #[schema(required = false)]
    pointer: String,
    /// Name of a query parameter.
    #[schema(required = false)]
    parameter: String,
    /// Stable word.
    code: String,
    /// What would be right.
    detail: String,
}

/// Status, name of the component, description.
const SHARED: &[(u16, &str, &str)] = &[
    (400, "BadRequest", "The body is broken JSON, or a query parameter, cursor or header is wrong"),
    (401, "Unauthenticated", "No valid access token came with the request, or the credentials open nothing"),
    (403, "Forbidden", "Not for this role, or a scope that the parent has not granted"),
    (404, "NotFound", "There is no such thing, or none that you may see"),
    (408, "RequestTimeout", "The body took too long to arrive"),
    (
        409,
        "InProgress",
        "`in_progress`: the first request with this key has run for five seconds; see Retry-After",
    ),
    (412, "StaleRevision", "The object was changed since the tag in If-Match"),
    (413, "BodyTooLarge", "The body is larger than 64 KiB"),
    (414, "TargetTooLong", "The request target is longer than 8 KiB"),
    (415, "UnsupportedMediaType", "The body is not declared as JSON"),
    (422, "Invalid", "Fields are wrong; each is named. Or an idempotency key came with another body"),
    (428, "RevisionRequired", "If-Match is needed"),
    (429, "TooManyRequests", "Too many tries; see Retry-After"),
    (431, "HeaderTooLarge", "A header is longer than 16 KiB"),
    (500, "Internal", "Something went wrong on our side; nothing was changed"),
    (503, "Unavailable", "Too much at once, or the database is away; see detail and Retry-After"),
];

/// Adds to every operation the refusals that its kind can give.
pub(super) fn add(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Default::default);
    for (status, name, description) in SHARED {
        components.responses.insert((*name).to_owned(), RefOr::T(response(*status, description)));
    }
    for (path, item) in &mut document.paths.paths {
        let slots = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for (method, operation) in ["GET", "PUT", "POST", "PATCH", "DELETE"].into_iter().zip(slots) {
            if let Some(operation) = operation {
                add_to(operation, path, method);
            }
        }
    }
}

fn add_to(operation: &mut Operation, path: &str, method: &str) {
    let probe = path.starts_with("/health") || path == "/metrics";
    let secured = operation.security.is_some();
    let mut statuses = vec![400, 414, 431, 500, 503];
    if operation.request_body.is_some() {
        statuses.extend([408, 413, 415, 422]);
    }
    if secured {
        statuses.extend([401, 403]);
    }
    // The clock is there in a sandbox alone, and the metrics may be at an address of their own.
    if path.contains('{') || path.starts_with("/v1/sandbox/") || path == "/metrics" {
        statuses.push(404);
    }
    let if_match = header(operation, "If-Match");
    if if_match.is_some() {
        statuses.push(412);
    }
    if if_match == Some(true) {
        statuses.push(428);
    }
    if path.starts_with("/v1/auth/") && method == "POST" {
        if !path.ends_with("/register") {
            statuses.push(401);
        }
        if path.ends_with("/login") || path.ends_with("/register") {
            statuses.push(429);
        }
    }
    let entries = ["/v1/check-ins", "/v1/screenings", "/v1/clients/{id}/screenings"];
    if method == "POST" && (entries.contains(&path) || path.ends_with("/restarts")) {
        statuses.push(429);
    }
    if probe {
        statuses.retain(|status| *status != 503);
    }
    if header(operation, super::shared::KEY).is_some() {
        let own = operation.responses.responses.get_mut("409");
        match own {
            Some(RefOr::T(own)) if !own.description.contains("in_progress") => {
                own.description +=
                    ". Or `in_progress`: the first request with this key has run for five seconds";
            }
            Some(_) => {}
            None => statuses.push(409),
        }
    }
    for (status, name, _) in SHARED.iter().filter(|(status, _, _)| statuses.contains(status)) {
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::Ref(Ref::from_response_name(*name)));
    }
    // A refusal that a handler describes in words of its own has the same form.
    for (status, refusal) in &mut operation.responses.responses {
        if let RefOr::T(refusal) = refusal
            && refusal.content.is_empty()
            && status.parse::<u16>().is_ok_and(|status| status >= 400)
        {
            let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
            refusal
                .content
                .insert(MEDIA_TYPE.to_owned(), ContentBuilder::new().schema(Some(schema)).build().into());
        }
    }
}

/// Whether an operation has a header, and whether it is required.
pub(super) fn header(operation: &Operation, name: &str) -> Option<bool> {
    let parameters = operation.parameters.as_ref()?;
    parameters.iter().find_map(|parameter| match parameter {
        RefOr::T(Parameter { name: found, parameter_in, required, .. })
            if found == name && *parameter_in == ParameterIn::Header =>
        {
            Some(matches!(required, utoipa::openapi::Required::True))
        }
        _ => None,
    })
}

fn response(status: u16, description: &str) -> Response {
    let of_status =
        |code: &&ErrorCode| code.status() == status && (status != 409 || **code == ErrorCode::InProgress);
    let code = ErrorCode::ALL.iter().find(of_status);
    let example = code.map(|code| {
        let (status, slug, title) = code.describe();
        json!({"type": format!("/problems/{slug}"), "title": title, "status": status, "detail": "…", "code": slug})
    });
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
        .example(example)
        .build();
    ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build()
}
