//! What clients need of links and accounts that nobody else asks for.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    auth::Doula,
    care::Grant,
    db::{
        Conn,
        schema::{care_links, users},
        types::Micros,
    },
    error::{Error, Result},
};

/// Since when the link of a grant binds.
pub fn linked_since(conn: &mut Conn, grant: &Grant) -> Result<Timestamp> {
    let at: Option<Micros> = care_links::table
        .filter(care_links::parent_id.eq(grant.parent()))
        .filter(care_links::id.eq(grant.link()))
        .select(care_links::started_at)
        .first(conn)
        .optional()?;
    at.map(Into::into).ok_or_else(|| Error::internal("a grant without a link"))
}

/// The zone that a doula's own day follows.
///
/// # Errors
/// 500 when this build does not know the zone.
pub fn zone(conn: &mut Conn, doula: &Doula) -> Result<TimeZone> {
    let name: Option<String> =
        users::table.find(doula.id()).select(users::time_zone).first(conn).optional()?;
    let name = name.ok_or_else(|| Error::internal("a doula without an account"))?;
    TimeZone::get(&name).map_err(Error::internal)
}
