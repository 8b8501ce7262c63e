//! `/v1/resources/{slug}/feedback`: what a parent says about a resource.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, put, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    catalogue::Catalogue,
    feedback::{Feedback, Helped},
    feedback_store,
};
use crate::{
    app::App,
    auth::Parent,
    error::{Error, Result},
    http::{
        field::{Fault, Field, Reader, Wire},
        json::{self, RawBody},
        query,
        value::{self, Text},
    },
};

/// What you say about a resource; it takes the place of what you said before.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"tried": true, "helped": "yes", "note": "Quiet for the first time today."}))]
pub struct NewFeedback {
    /// Whether you tried it.
    #[serde(default)]
    #[schema(value_type = bool, required = true)]
    tried: Field<bool>,
    /// `yes`, `no` or `unsure`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    helped: Field<HelpedWord>,
    /// In your own words; nobody else reads it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    note: Field<Text<1, 1000>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// What you said about a resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "six-slow-breaths", "tried": true, "helped": "yes", "note": "Quiet for the first time today.",
    "updated_at": "2026-11-23T09:15:00Z"
}))]
pub struct FeedbackView {
    /// Which resource.
    slug: String,
    /// Whether you tried it.
    tried: bool,
    /// `yes`, `no` or `unsure`.
    #[schema(value_type = Option<String>)]
    helped: Option<&'static str>,
    /// Your words.
    note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

#[derive(Debug)]
struct HelpedWord(Helped);

impl Wire for HelpedWord {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        value::word(value, &Helped::WORDS).map(Self)
    }
}

impl NewFeedback {
    fn read(object: Map<String, Value>, slug: &str, now: Timestamp) -> Result<Feedback> {
        let wire: Self = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let tried = reader.required("tried", wire.tried);
        let helped = reader.optional("helped", wire.helped).map(|word| word.0);
        let note = reader.optional("note", wire.note).map(|text| text.0);
        match (tried, reader.is_clean()) {
            (Some(tried), true) => {
                Ok(Feedback { slug: slug.to_owned(), tried, helped, note, updated_at: now })
            }
            _ => Err(reader.into_error()),
        }
    }
}

impl FeedbackView {
    fn of(feedback: Feedback) -> Self {
        Self {
            slug: feedback.slug,
            tried: feedback.tried,
            helped: feedback.helped.map(Helped::as_str),
            note: feedback.note,
            updated_at: feedback.updated_at,
        }
    }
}

/// Says whether you tried a resource and whether it helped.
///
/// Sent again, it takes the place of what you said before.
#[utoipa::path(
    tag = "resources",
    params(("slug" = String, Path, description = "The resource")),
    request_body = NewFeedback,
    responses((status = 200, body = FeedbackView)),
    security(("access_token" = []))
)]
#[put("/v1/resources/{slug}/feedback")]
pub async fn put(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<String>,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    let resource = Catalogue::embedded().by_slug(&path).ok_or_else(Error::not_found)?;
    query::none(&req)?;
    let now = app.clock.now();
    let feedback = NewFeedback::read(body.object().await?, &resource.slug, now)?;
    let (own, vault, stored) = (parent.own(), app.vault.clone(), feedback.clone());
    app.db.write(move |conn| feedback_store::put(conn, &vault, &own, &stored)).await?;
    Ok(HttpResponse::Ok().json(FeedbackView::of(feedback)))
}
