//! Lists by pages: an opaque cursor that is bound to the caller and the filter, and a `Link` to the next page.

use std::{fmt::Display, str::FromStr};

use actix_web::{HttpRequest, HttpResponse, http::header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::query::{Number, Query, Words};
use crate::{
    error::{Error, ErrorCode, Result},
    seal::Vault,
};

/// Entries of a page when nobody says.
pub const DEFAULT_LIMIT: usize = 20;
/// How long a cursor may be used.
const CURSOR_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// `limit` and `cursor` of a list request.
#[derive(Debug)]
pub struct PageRequest {
    /// Entries wanted, 1 to 100.
    pub limit: usize,
    cursor: Option<String>,
}

/// Who asks for which list: a cursor is good for nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The list and the person who reads it.
    pub reader: &'a str,
    /// The filter, in one text.
    pub filter: &'a str,
}

impl PageRequest {
    /// Takes `limit` and `cursor` from a query.
    pub fn take(query: &mut Query) -> Self {
        let limit = query.take::<Number<1, 100>>("limit");
        let cursor = query.take::<Words>("cursor");
        Self {
            limit: limit.and_then(|n| usize::try_from(n.0).ok()).unwrap_or(DEFAULT_LIMIT),
            cursor: cursor.map(|words| words.0),
        }
    }

    /// The position behind which the page begins, as it was given to [`Page::cut`].
    ///
    /// # Errors
    /// 400 when the cursor is not one of ours for this reader and filter, or is older than a day.
    pub fn position(&self, vault: &Vault, scope: Scope<'_>, now: Timestamp) -> Result<Option<String>> {
        self.position_within(CURSOR_LIFE, vault, scope, now)
    }

    /// The same for a list whose cursors may be used for `life`.
    ///
    /// # Errors
    /// 400 when the cursor is not one of ours for this reader and filter, or is older than that.
    pub fn position_within(
        &self,
        life: SignedDuration,
        vault: &Vault,
        scope: Scope<'_>,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let (mac, body) = bytes.split_at_checked(32).ok_or_else(refused)?;
        if !vault.mac_matches("cursor", &[scope.reader.as_bytes(), scope.filter.as_bytes(), body], mac) {
            return Err(refused());
        }
        let text = std::str::from_utf8(body).map_err(|_| refused())?;
        let (issued, position) = text.split_once('|').ok_or_else(refused)?;
        let issued: i64 = issued.parse().map_err(|_| refused())?;
        let age = now.as_second().saturating_sub(issued);
        if age > life.as_secs() {
            return Err(refused());
        }
        Ok(Some(position.to_owned()))
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were asked for with one more than `limit`; `position` names a row's place.
    pub fn cut(
        mut rows: Vec<T>,
        request: &PageRequest,
        position: impl Fn(&T) -> String,
        vault: &Vault,
        scope: Scope<'_>,
        now: Timestamp,
    ) -> Self {
        let has_more = rows.len() > request.limit;
        rows.truncate(request.limit);
        Self::of(rows, has_more, position, vault, scope, now)
    }

    /// Makes a page of its rows, of which it is known whether there are more.
    pub fn of(
        rows: Vec<T>,
        has_more: bool,
        position: impl Fn(&T) -> String,
        vault: &Vault,
        scope: Scope<'_>,
        now: Timestamp,
    ) -> Self {
        let next_cursor = match rows.last() {
            Some(last) if has_more => Some(cursor(&position(last), vault, scope, now)),
            _ => None,
        };
        Self { data: rows, next_cursor, has_more }
    }

    /// The same page with other entries.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
            has_more: self.has_more,
        }
    }
}

impl<T: Serialize> Page<T> {
    /// 200 with the page and, when there is one, a `Link` to the next.
    pub fn reply(&self, req: &HttpRequest) -> HttpResponse {
        reply(req, self.next_cursor.as_deref(), self)
    }
}

/// 200 with a list by pages that may say more than its entries and, when there is a next page, a `Link` to it.
pub fn reply(req: &HttpRequest, next_cursor: Option<&str>, list: &impl Serialize) -> HttpResponse {
    let mut reply = HttpResponse::Ok();
    if let Some(cursor) = next_cursor {
        reply.insert_header((header::LINK, next_link(req, cursor)));
    }
    reply.json(list)
}

/// A cursor for the entries behind `position`, good for this reader and filter alone.
pub fn cursor(position: &str, vault: &Vault, scope: Scope<'_>, now: Timestamp) -> String {
    let body = format!("{}|{position}", now.as_second());
    let mac = vault.mac("cursor", &[scope.reader.as_bytes(), scope.filter.as_bytes(), body.as_bytes()]);
    URL_SAFE_NO_PAD.encode([&mac[..], body.as_bytes()].concat())
}

/// The value of `Link` that names the page at `cursor` of the list that was asked for.
pub fn next_link(req: &HttpRequest, cursor: &str) -> String {
    let mut next = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(req.query_string().as_bytes()) {
        if name != "cursor" {
            next.append_pair(&name, &value);
        }
    }
    next.append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", req.path(), next.finish())
}

/// The place of something in a list by time, as text for a cursor; its id decides among equals.
pub fn write_position(at: Timestamp, id: impl Display) -> String {
    format!("{}|{id}", at.as_microsecond())
}

/// Reads what [`write_position`] wrote.
///
/// # Errors
/// 400 when it was something else.
pub fn read_position<Id: FromStr>(text: &str) -> Result<(Timestamp, Id)> {
    let read = || {
        let (micros, id) = text.split_once('|')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or_else(refused)
}

/// The refusal of a cursor.
pub fn refused() -> Error {
    Error::new(ErrorCode::BadCursor, "Begin again without a cursor.")
}
