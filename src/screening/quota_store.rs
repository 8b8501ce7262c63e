//! How many forms a day takes: as many as it takes check-ins, so that no client can fill the disk with incomplete ones.
//!
//! A form with a danger answer is never asked about (security requirement LIM-7, hazard H28).

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use crate::{
    care::Own,
    check_in::quota_store::{self, ENTRIES},
    db::{Conn, schema::screenings, types::Micros},
    error::Result,
};

/// Whether one more may be recorded.
///
/// # Errors
/// 429 with the time after which there is room again.
pub(super) fn check(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<()> {
    let last_but_all: Option<Micros> = screenings::table
        .filter(screenings::parent_id.eq(own.parent()))
        .order(screenings::id.desc())
        .offset(ENTRIES - 1)
        .limit(1)
        .select(screenings::recorded_at)
        .first(conn)
        .optional()?;
    quota_store::admit(last_but_all.map(Timestamp::from), quota_store::TOO_MANY, now)
}
