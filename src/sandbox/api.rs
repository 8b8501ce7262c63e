//! Moving the clock: forward by a span, or to an instant; what falls due by that happens before the reply.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, post, web};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, civil::date};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    app::App,
    error::{Error, Result},
    http::{
        field::{Fault, Field, Reader, Wire},
        json::{self, RawBody},
        query,
        value::{Instant, string},
    },
    serve::worker,
};

/// Longest step forward, in days of 24 hours (product decision: a year after a birth, and a little more).
const LONGEST_DAYS: i64 = 400;
/// First and last year that the clock may show.
const YEARS: (i16, i16) = (2000, 2100);

/// Where the clock is to go; exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"advance": "P3DT4H"}))]
pub struct ClockMove {
    /// ISO 8601 duration of weeks, days of 24 hours, hours, minutes and seconds; above zero, at most 400 days.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "duration", max_length = 40)]
    advance: Field<Step>,
    /// Instant from 2000 on and before 2100, in either direction.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    set: Field<Instant>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// What the clock shows now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"now": "2026-11-26T13:15:00Z"}))]
pub struct ClockView {
    /// Instant; the clock runs on from there.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
}

/// A step forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step(SignedDuration);

impl Wire for Step {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let wrong = || Fault::new("bad_duration", "Must be an ISO 8601 duration such as P3DT4H.");
        let text = string(value)?;
        // The sign of a duration may stand in front; other ways to write one are not part of the contract.
        if text.len() > 40 || !text.trim_start_matches(['-', '+']).starts_with(['P', 'p']) {
            return Err(wrong());
        }
        let span: Span = text.parse().map_err(|_| wrong())?;
        if span.get_months() != 0 || span.get_years() != 0 {
            return Err(Fault::new("bad_duration", "Months and years have no fixed length; use days."));
        }
        let step = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        if step <= SignedDuration::ZERO || step > SignedDuration::from_hours(24 * LONGEST_DAYS) {
            return Err(Fault::new(
                "out_of_range",
                format!("Must be above zero and at most P{LONGEST_DAYS}D."),
            ));
        }
        Ok(Self(step))
    }
}

impl ClockMove {
    /// Where the clock is to be, when it shows `now`.
    fn read(object: Map<String, Value>, now: Timestamp) -> Result<Timestamp> {
        let wire: Self = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let advance = reader.optional("advance", wire.advance);
        let set = reader.optional("set", wire.set);
        let (pointer, to) = match (advance, set) {
            (Some(Step(step)), None) => ("/advance", now.checked_add(step).unwrap_or(Timestamp::MAX)),
            (None, Some(Instant(at))) => ("/set", at),
            (Some(_), Some(_)) => {
                reader.wrong("/set", "one_of", "Give either advance or set.");
                return Err(reader.into_error());
            }
            (None, None) => {
                if reader.is_clean() {
                    reader.wrong("/advance", "required", "Give either advance or set.");
                }
                return Err(reader.into_error());
            }
        };
        let (from, until) = YEARS;
        let year = to.to_zoned(jiff::tz::TimeZone::UTC).year();
        if !(from..until).contains(&year) {
            let detail = format!("The clock may show {} to the end of {}.", date(from, 1, 1), until - 1);
            reader.wrong(pointer, "out_of_range", detail);
        }
        reader.finish().map(|()| to)
    }
}

/// Moves the server's clock. Only with `--sandbox`; 404 otherwise.
///
/// The clock runs on from where it was put, and everything that the server does by time goes by it. Timers that
/// fall due are run in order before the reply. A restart sets the clock right. Needs no sign-in.
#[utoipa::path(tag = "sandbox", request_body = ClockMove, responses((status = 200, body = ClockView)))]
#[post("/v1/sandbox/clock")]
pub async fn move_clock(req: HttpRequest, app: web::Data<App>, body: RawBody) -> Result<HttpResponse> {
    if !app.config.sandbox {
        return Err(Error::not_found());
    }
    query::none(&req)?;
    let object = body.object().await?;
    let now = app.clock.now();
    let to = ClockMove::read(object, now)?;
    app.clock.set(to);
    worker::run_due(&app, app.clock.now()).await?;
    Ok(HttpResponse::Ok().json(ClockView { now: app.clock.now() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> std::result::Result<String, Vec<(String, &'static str)>> {
        let now: Timestamp = "2026-11-23T09:15:00Z".parse().expect("a literal");
        let Value::Object(object) = body else { panic!("a test body is an object") };
        ClockMove::read(object, now).map(|to| to.to_string()).map_err(|e| {
            let place = |problem: &crate::error::FieldProblem| match &problem.place {
                crate::error::Place::Pointer(pointer) => pointer.clone(),
                other => panic!("{other:?}"),
            };
            e.fields().iter().map(|problem| (place(problem), problem.code)).collect()
        })
    }

    #[test]
    fn a_day_is_24_hours() {
        assert_eq!(read(json!({"advance": "P3DT4H"})).as_deref(), Ok("2026-11-26T13:15:00Z"));
        assert_eq!(read(json!({"advance": "P1W"})).as_deref(), Ok("2026-11-30T09:15:00Z"));
        assert_eq!(read(json!({"advance": "P400D"})).as_deref(), Ok("2027-12-28T09:15:00Z"));
        assert_eq!(read(json!({"set": "2001-02-03T04:05:06+01:00"})).as_deref(), Ok("2001-02-03T03:05:06Z"));
    }

    #[test]
    fn what_cannot_be_followed_is_refused_by_name() {
        for (body, pointer, code) in [
            (json!({}), "/advance", "required"),
            (json!({"advance": null}), "/advance", "required"),
            (json!({"advance": "P1D", "set": "2027-01-01T00:00:00Z"}), "/set", "one_of"),
            (json!({"advance": "-P1D"}), "/advance", "out_of_range"),
            (json!({"advance": "PT0S"}), "/advance", "out_of_range"),
            (json!({"advance": "P400DT1S"}), "/advance", "out_of_range"),
            (json!({"advance": "P99999999D"}), "/advance", "bad_duration"),
            (json!({"advance": "P1M"}), "/advance", "bad_duration"),
            (json!({"advance": "3 days"}), "/advance", "bad_duration"),
            (json!({"advance": ""}), "/advance", "bad_duration"),
            (json!({"advance": 3}), "/advance", "wrong_type"),
            (json!({"set": "1999-12-31T23:59:59Z"}), "/set", "out_of_range"),
            (json!({"set": "2100-01-01T00:00:00Z"}), "/set", "out_of_range"),
            (json!({"set": "tomorrow"}), "/set", "bad_instant"),
            (json!({"set": "2027-01-01T00:00:00Z", "to": 1}), "/to", "unknown_field"),
        ] {
            assert_eq!(read(body.clone()), Err(vec![(pointer.to_owned(), code)]), "{body}");
        }
    }
}
