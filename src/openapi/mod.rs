//! The OpenAPI 3.1 document: collected from the handlers, completed with what all operations share.
//!
//! Paths, bodies and examples stand at the handlers and their types. The errors that every operation of a
//! kind can give are added here, once, so that no handler lists them and none forgets one.

mod complete;
pub mod docs_api;
mod headers;
mod precise;
mod refusal;
mod shared;
mod words;

use std::sync::OnceLock;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        path::{Operation, PathItem},
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

pub use docs_api::{refuse, routes};

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "attune",
        description = "Postpartum wellbeing check-ins. A parent records how they feel and how connected they feel \
            with their baby, and gets one fitting thing to try, help at once when somebody may be in danger, and a \
            flag that their doula sees and follows up. It supports conversations; it does not diagnose or treat. \
            Nobody watches it at all hours.\n\n\
            Bodies are JSON objects in UTF-8 of at most 64 KiB. Unknown fields are refused; whole numbers are written \
            without a decimal point; instants are RFC 3339, days `2026-11-23`. Refusals are problem documents \
            (RFC 9457) that name every wrong field at once.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "auth", description = "Accounts, sign-ins, tokens."),
        (name = "me", description = "The caller's own settings."),
        (name = "babies", description = "A parent's babies."),
        (name = "care", description = "Invitations and care links: who may see what."),
        (name = "check-ins", description = "How a parent feels, and what follows from it."),
        (name = "changes", description = "What changed, for a parent's other devices."),
        (name = "flags", description = "What needs a person, and what became of it."),
        (name = "clients", description = "The parents whom a doula looks after."),
        (name = "practice", description = "What a practice sets for its rules."),
        (name = "resources", description = "Things to try and to read."),
        (name = "screenings", description = "Questionnaires: what they ask, and what was answered."),
        (name = "help", description = "Whom to call. Needs no sign-in."),
        (name = "operations", description = "Probes and metrics."),
        (name = "sandbox", description = "Only with `--sandbox`."),
    ),
    components(schemas(refusal::Problem, refusal::ProblemField)),
    modifiers(&AccessToken),
)]
struct Shell;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut Document) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.bearer_format = Some("JWT".into());
        http.description = Some("The `access_token` of a sign-in.".into());
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("access_token", SecurityScheme::Http(http));
    }
}

/// The operations of this program, as the code has them; [`text`] is completed from it.
pub fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let app = actix_web::App::new().into_utoipa_app().openapi(Shell::openapi());
        let (_, mut document) = app.configure(crate::app::routes).split_for_parts();
        // In this order: a request that may carry a key can be refused as still running.
        shared::add(&mut document);
        refusal::add(&mut document);
        document
    })
}

/// The document as it is printed, served and committed.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut document =
            serde_json::to_value(document()).expect("a document of plain values can be written as JSON");
        complete::complete(&mut document);
        let mut text =
            serde_json::to_string_pretty(&document).expect("a JSON value in memory can be written as text");
        text.push('\n');
        text
    })
}

/// The operations of a path, with their methods.
fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

/// The methods that are offered for a request path, if it is one of ours.
fn methods_of(path: &str) -> Option<Vec<&'static str>> {
    let fits = |template: &str| {
        let (mut ours, mut theirs) = (template.split('/'), path.split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(part), Some(sent)) if part == sent || (part.starts_with('{') && !sent.is_empty()) => {}
                _ => return false,
            }
        }
    };
    let (_, item) = document().paths.paths.iter().find(|(template, _)| fits(template))?;
    Some(operations(item).map(|(method, _)| method).collect())
}
