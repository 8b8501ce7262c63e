//! `/v1/resources`: the catalogue, for anyone.
//!
//! No sign-in is asked for and none is looked at, so what goes out may be cached by anybody for a while.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    web,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    catalogue::{Catalogue, Context, Kind, Need},
    search::{self, Filter},
    view::{ResourceSummary, ResourceView},
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        field::{Fault, Wire},
        page::{Page, PageRequest, Scope, refused},
        query::{self, Number, Query},
        value::{self, Text},
    },
};

/// The catalogue changes only with the program, so a copy that is five minutes old does no harm.
const CACHE: &str = "public, max-age=300";
const LIST: &str = "resources of the public";

macro_rules! query_words {
    ($($wire:ident = $vocabulary:ident;)*) => {$(
        struct $wire($vocabulary);

        impl Wire for $wire {
            fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
                $vocabulary::from_word(value::string(value)?).map(Self).ok_or_else(|| {
                    let words: Vec<&str> = $vocabulary::ALL.iter().map(|known| known.word()).collect();
                    Fault::new("unknown_word", format!("Must be one of: {}.", words.join(", ")))
                })
            }
        }
    )*};
}

query_words! {
    KindWord = Kind;
    NeedWord = Need;
    ContextWord = Context;
}

/// Lists the catalogue, filtered and searched.
///
/// Entries whose title matches come first. A context narrows the list to what suits families in it.
#[utoipa::path(
    tag = "resources",
    params(
        ("kind" = Option<String>, Query,
            description = "`massage`, `bibliotherapy`, `connection`, `self_care` or `support`"),
        ("q" = Option<String>, Query, max_length = 200, description = "Words that must all occur, up to 200 characters"),
        ("helps_with" = Option<String>, Query, description = "`low_connection`, `low_mood`, `anxiety`, \
            `poor_sleep`, `isolation`, `overwhelm`, `fussiness` or `colic`"),
        ("context" = Option<String>, Query, description = "`nicu`, `preterm`, `multiples`, `loss`, `adoption`, \
            `birth_trauma`, `mania_history`, `vaccination_recent`, `fever` or `skin_condition`"),
        ("max_minutes" = Option<u16>, Query, minimum = 1, maximum = 1440, description = "1 to 1440"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "1 to 100, default 20"),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from `next_cursor`"),
    ),
    responses(
        (status = 200, body = Page<ResourceSummary>),
        (status = 304, description = "Unchanged since the tag in If-None-Match"),
    )
)]
#[get("/v1/resources")]
pub async fn list(req: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let filter = Filter {
        kind: query.take::<KindWord>("kind").map(|word| word.0),
        helps_with: query.take::<NeedWord>("helps_with").map(|word| word.0),
        context: query.take::<ContextWord>("context").map(|word| word.0),
        max_minutes: query.take::<Number<1, 1440>>("max_minutes").and_then(|n| u16::try_from(n.0).ok()),
        q: query.take::<Text<0, 200>>("q").map(|text| text.0),
    };
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let now = app.clock.now();
    let filter_text = format!("{filter:?}");
    let scope = Scope { reader: LIST, filter: &filter_text };
    let begin = match request.position(&app.vault, scope, now)? {
        Some(last) => position(&last)?.saturating_add(1),
        None => 0,
    };
    let found = search::find(Catalogue::embedded(), &filter);
    let rows = found.into_iter().enumerate().skip(begin).take(request.limit + 1).collect();
    // A cursor tells when it was made. To the hour is enough, and the tag of the page stays the same meanwhile.
    let hour = Timestamp::from_second(now.as_second().div_euclid(3600) * 3600).map_err(Error::internal)?;
    let page = Page::cut(rows, &request, |(at, _)| at.to_string(), &app.vault, scope, hour)
        .map(|(_, resource)| ResourceSummary::of(resource));
    cached(&req, &page, page.reply(&req))
}

/// Shows one resource: steps or reading, cautions, evidence with its sources.
#[utoipa::path(
    tag = "resources",
    params(("slug" = String, Path, description = "The resource")),
    responses(
        (status = 200, body = ResourceView),
        (status = 304, description = "Unchanged since the tag in If-None-Match"),
    )
)]
#[get("/v1/resources/{slug}")]
pub async fn one(req: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let resource = Catalogue::embedded().by_slug(&path).ok_or_else(Error::not_found)?;
    query::none(&req)?;
    let view = ResourceView::of(resource);
    cached(&req, &view, HttpResponse::Ok().json(&view))
}

fn position(text: &str) -> Result<usize> {
    text.parse().map_err(|_| refused())
}

/// The reply with a tag of its content and leave to keep it, or 304 when the client has this content already.
fn cached(req: &HttpRequest, body: &impl Serialize, full: HttpResponse) -> Result<HttpResponse> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, &bytes)));
    let mut reply = if has_already(req, &tag) { HttpResponse::NotModified().finish() } else { full };
    let headers = reply.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    Ok(reply)
}

/// `If-None-Match` compares weakly: a `W/` that a proxy put before the tag changes nothing.
fn has_already(req: &HttpRequest, tag: &str) -> bool {
    let sent = req.headers().get_all(header::IF_NONE_MATCH).filter_map(|line| line.to_str().ok());
    sent.flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_copy_with_the_same_content_is_not_sent_again() {
        let view = ResourceView::of(&Catalogue::embedded().resources()[0]);
        let reply = |sent: &str| {
            let req = TestRequest::default().insert_header((header::IF_NONE_MATCH, sent)).to_http_request();
            cached(&req, &view, HttpResponse::Ok().json(&view)).expect("answers")
        };
        let first = reply("\"other\"");
        let tag = first.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).expect("has a tag");
        assert_eq!(first.status(), 200);
        for known in [tag.to_owned(), format!("\"a\", W/{tag}"), "*".to_owned()] {
            assert_eq!(reply(&known).status(), 304, "{known}");
        }
    }

    #[test]
    fn query_words_are_those_of_the_catalogue() {
        let read = |word: &str| KindWord::read(&Value::from(word)).map(|kind| kind.0);
        assert_eq!(read("self_care"), Ok(Kind::SelfCare));
        let faults = read("Self_care").expect_err("is another word");
        assert!(faults[0].detail.contains("massage, bibliotherapy"), "{faults:?}");
    }
}
