//! `/v1/help`: where help is, for anyone, signed in or not.
//!
//! The one thing to know: it must answer when nothing else does. The numbers are part of the program; only the
//! confirmations come from the database, and without them the page is merely shorter. Who asks is never looked at.

use std::sync::{Mutex, PoisonError};

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    confirmation_store,
    country::is_country,
    line::{Confirmations, Lines},
    page,
    view::HelpView,
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        field::{Fault, Wire},
        query::Query,
        value,
    },
};

/// Lines open and close, so a copy is good for a minute.
const CACHE: &str = "public, max-age=60";

/// The confirmations as they were read last, for when the database is away.
#[derive(Debug, Default)]
pub struct LastKnown(Mutex<Confirmations>);

/// How long the database may take before what was known before is shown.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(300);

/// What every worker begins with: nothing known yet.
pub fn last_known() -> web::Data<LastKnown> {
    web::Data::new(LastKnown::default())
}

/// A country code in either letter case: this page refuses as little as it can.
struct CountryCode(String);

impl Wire for CountryCode {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let code = value::string(value)?.to_ascii_uppercase();
        if !is_country(&code) {
            return Err(Fault::new("unknown_country", "Must be an ISO 3166-1 alpha-2 code such as GB."));
        }
        Ok(Self(code))
    }
}

impl LastKnown {
    /// What was read, or, when the reading failed, what was known before. A failure is logged and otherwise
    /// ignored: old confirmations are better than no help.
    fn or_before(&self, read: Result<Confirmations>) -> Confirmations {
        // A panic while the map was replaced left one whole map or the other.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(confirmations) => known.clone_from(&confirmations),
            Err(failure) => {
                let cause = failure.cause().map(ToString::to_string).unwrap_or_default();
                tracing::warn!(
                    code = failure.code().slug(),
                    cause,
                    "help lines are shown as confirmed before"
                );
            }
        }
        known.clone()
    }
}

/// Says where help is: numbers to call, and signs in the body that need a doctor.
///
/// Needs no sign-in. Without a country it says in words whom to call, and lists the countries that it knows.
#[utoipa::path(
    tag = "help",
    params(("country" = Option<String>, Query, pattern = "^[A-Za-z]{2}$", description = "ISO 3166-1 alpha-2 code")),
    responses((status = 200, body = HelpView))
)]
#[get("/v1/help")]
pub async fn show(
    req: HttpRequest,
    app: web::Data<App>,
    last_known: web::Data<LastKnown>,
) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let country = query.take::<CountryCode>("country").map(|code| code.0);
    query.finish()?;
    let now = app.clock.now();
    // Whoever asks may be in danger: what is known is shown at once rather than waited for.
    let reading = tokio::time::timeout(PATIENCE, app.db.read(confirmation_store::all)).await;
    let confirmations = last_known.or_before(reading.unwrap_or_else(|_| Err(Error::overloaded())));
    // Nobody's own day is known here; the difference of a day matters to no confirmation.
    let today = now.to_zoned(TimeZone::UTC).date();
    let page = page::page(Lines::embedded(), &confirmations, country.as_deref(), false, now, today);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, CACHE)).json(HelpView::of(page)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_failed_reading_leaves_what_was_known() {
        let last_known = LastKnown::default();
        assert!(last_known.or_before(Err(Error::overloaded())).is_empty());
        let read: Confirmations = [("gb-pandas".to_owned(), date(2026, 11, 1))].into_iter().collect();
        assert_eq!(last_known.or_before(Ok(read.clone())), read);
        assert_eq!(last_known.or_before(Err(Error::overloaded())), read);
        assert!(last_known.or_before(Ok(Confirmations::new())).is_empty());
    }

    #[test]
    fn a_country_is_known_in_either_case() {
        let read = |code: &str| CountryCode::read(&Value::from(code)).map(|code| code.0);
        assert_eq!(read("gb"), Ok("GB".to_owned()));
        assert!(read("XX").is_err() && read("").is_err() && read("GBR").is_err());
    }
}
