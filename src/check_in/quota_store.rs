//! How many entries a day takes, so that one broken or hostile client cannot fill the disk.
//!
//! An entry with a danger answer is never asked about (security requirement LIM-7, hazard H28).

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use crate::{
    care::Own,
    db::{Conn, on, schema::check_ins, types::Micros},
    error::{Error, ErrorCode, Result},
};

/// Entries that a parent may record within [`SPAN`] (product decision).
pub const ENTRIES: i64 = 200;
/// What they are counted over: always the last 24 hours, so that no time zone makes a day longer.
const SPAN: SignedDuration = SignedDuration::from_hours(24);

/// Whether she may record one more.
///
/// # Errors
/// 429 with the time after which there is room again.
pub(super) fn check(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<()> {
    // Names are made in the order of recording, so this reads the primary key and counts no rows.
    let query = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .order(check_ins::id.desc())
        .offset(ENTRIES - 1)
        .limit(1)
        .select(check_ins::recorded_at);
    let last_but_all: Option<Micros> = on!(conn, |c| query.first(c)).optional()?;
    admit(last_but_all.map(Timestamp::from), TOO_MANY, now)
}

/// What is said to whom has recorded [`ENTRIES`] of them.
pub(crate) const TOO_MANY: &str =
    "These are 200 entries within 24 hours. An answer about your safety is always taken.";

/// Whether there is room for one more when the last but all that there may be was recorded then. `detail` says what there
/// are too many of.
///
/// # Errors
/// 429 with the time after which there is room again.
pub(crate) fn admit(last_but_all: Option<Timestamp>, detail: &'static str, now: Timestamp) -> Result<()> {
    let Some(recorded_at) = last_but_all else { return Ok(()) };
    let left = (recorded_at + SPAN).duration_since(now);
    if left <= SignedDuration::ZERO {
        return Ok(());
    }
    let seconds = u32::try_from(left.as_secs() + 1).unwrap_or(u32::MAX);
    Err(Error::new(ErrorCode::TooManyRequests, detail).retry_after(seconds))
}
