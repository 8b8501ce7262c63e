//! The rows that a rehearsal reads beside the history: who there is, and which flags she has.

use diesel::{Connection, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::exists};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    care::Own,
    db::{
        Conn,
        schema::{audit, flags, parents, practices},
        types::Micros,
    },
    error::{Error, Result},
    flag::lifecycle::Status,
    id::{PracticeId, UserId},
    rules::{
        Family, RuleId, Severity,
        rehearsal::{FlagName, Told},
    },
};

/// The parent who comes after this one.
pub(super) fn next_parent(conn: &mut Conn, after: Option<UserId>) -> Result<Option<UserId>> {
    let mut query = parents::table.select(parents::parent_id).order(parents::parent_id.asc()).into_boxed();
    if let Some(after) = after {
        query = query.filter(parents::parent_id.gt(after));
    }
    Ok(query.first(conn).optional()?)
}

/// Whether there is such a practice.
///
/// # Errors
/// Those of the database.
pub fn knows(conn: &mut Conn, practice: PracticeId) -> Result<bool> {
    Ok(diesel::select(exists(practices::table.filter(practices::id.eq(practice)))).get_result(conn)?)
}

/// When something was done last: how far the database had come, be it a copy of some days ago.
pub(super) fn last_act(conn: &mut Conn) -> Result<Timestamp> {
    // Ids of acts are in the order of time.
    let last: Option<Micros> =
        audit::table.order(audit::id.desc()).select(audit::at).first(conn).optional()?;
    Ok(last.map_or(Timestamp::MIN, Timestamp::from))
}

/// Reads everything as it stands at one instant, whatever is written meanwhile.
pub(super) fn at_once<T>(conn: &mut Conn, read: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    conn.transaction(read)
}

/// A flag as it is stored.
pub(super) struct Stored {
    rule: RuleId,
    severity: Severity,
    status: Status,
    raised_at: Timestamp,
    closed_at: Option<Timestamp>,
}

/// The flags of a parent that a rule raised. Those of a rule that this version does not know are passed over: it could
/// say nothing of them.
pub(super) fn flags(conn: &mut Conn, own: &Own) -> Result<Vec<Stored>> {
    let rows: Vec<(String, String, String, Micros, Option<Micros>)> = flags::table
        .filter(flags::parent_id.eq(own.parent()))
        .select((flags::rule, flags::severity, flags::status, flags::raised_at, flags::closed_at))
        .load(conn)?;
    let unknown = || Error::internal("a flag's row holds a word that is not known");
    let mut stored = Vec::with_capacity(rows.len());
    for (rule, severity, status, raised_at, closed_at) in rows {
        let Ok(rule) = rule.parse::<RuleId>() else { continue };
        if rule.family() == Family::System {
            continue;
        }
        stored.push(Stored {
            rule,
            severity: severity.parse().map_err(|_| unknown())?,
            status: status.parse().map_err(|_| unknown())?,
            raised_at: raised_at.into(),
            closed_at: closed_at.map(Timestamp::from),
        });
    }
    Ok(stored)
}

impl Stored {
    /// Whether it stands, or a person closed it.
    pub(super) fn counts(&self) -> bool {
        self.status != Status::Corrected
    }

    /// When a person closed it.
    pub(super) fn closing(&self) -> Option<(RuleId, Timestamp)> {
        let closed_at = self.closed_at.filter(|_| self.counts())?;
        Some((self.rule, closed_at))
    }

    /// As it is compared.
    pub(super) fn named(&self, time_zone: &str) -> (FlagName, Told) {
        // A zone that is gone from the table of zones moves a day by hours at most.
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let name = FlagName { rule: self.rule, closed_at: self.closing().map(|(_, at)| at) };
        (name, Told { severity: self.severity, on: self.raised_at.to_zoned(zone).date() })
    }
}
