//! `/v1/invitations`: a doula makes a code and hands it to a parent.
//!
//! The code is in this one reply and nowhere else. There is nothing to read later, so no `Location` is sent.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{invitation::InvitationCode, invitation_store};
use crate::{
    app::App,
    auth::Doula,
    error::{Error, Result},
    http::{
        field::Reader,
        json::{RawBody, into_wire},
        query, reply,
    },
    idempotency::{self, Reply},
};

/// An invitation has no fields of its own; the body may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({}))]
pub struct NewInvitation {
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A code for one parent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "7Q2M-X0KD-93FA-TT5C-1RWN-PZ84-HB6E", "expires_at": "2026-11-30T09:15:00Z"}))]
pub struct InvitationView {
    /// To be given to one parent; case, spaces and hyphens do not matter.
    pub code: String,
    /// It can be used before this instant.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Makes a code with which one parent can link to the doula.
///
/// It can be used once, within seven days, and is shown only here.
#[utoipa::path(tag = "care", request_body = Option<NewInvitation>, responses((status = 201, body = InvitationView)), security(("access_token" = [])))]
#[post("/v1/invitations")]
pub async fn create(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let object = if has_no_body(&req) { Map::new() } else { body.object().await? };
    let attempt = reply::attempt(&req, doula.id(), "create_invitation", &Value::Object(object.clone()))?;
    let sent: NewInvitation = into_wire(object)?;
    let mut reader = Reader::default();
    reader.unknown(&sent.rest);
    reader.finish()?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let code = InvitationCode::of(vault.random()?);
    let made = app.db.write(move |conn| {
        idempotency::once(conn, &vault, attempt.as_ref(), now, |conn| {
            let expires_at = invitation_store::insert(conn, &doula, &code.hash(&vault), now)?;
            let view = InvitationView { code: code.grouped(), expires_at };
            let body = serde_json::to_string(&view).map_err(Error::internal)?;
            Ok(Reply { status: 201, location: None, etag: None, body, replayed: false })
        })
    });
    Ok(reply::stored(made.await?))
}

/// Many clients send a POST without fields as a POST without a body, some with its length and some without.
fn has_no_body(req: &HttpRequest) -> bool {
    let headers = req.headers();
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length == "0",
        None => {
            !headers.contains_key(header::TRANSFER_ENCODING) && !headers.contains_key(header::CONTENT_TYPE)
        }
    }
}
