//! Rows of evidence: which entries a flag rests on, once each.
//!
//! Whether an entry is private is read from the entry itself, never copied, so that sharing it later needs no
//! second write here. For a doula only shared entries inside her link exist.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    care::{Grant, Own},
    db::{
        Conn,
        schema::{check_ins, flag_evidence as evidence, flags},
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{CheckInId, FlagId, UserId},
    rules::{Evidence, RuleId},
};

const CHECK_IN: &str = "check_in";

/// A shared check-in that a flag rests on, with what was answered in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedCheckIn {
    /// Which.
    pub id: CheckInId,
    /// The local day that it was felt on.
    pub local_date: Date,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// What was answered.
    pub answers: Answers,
}

/// The answers of a check-in without its words; a gap is `None`.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Answers {
    /// 0 to 10.
    pub mood: Option<i16>,
    /// 0 to 10.
    pub connection: Option<i16>,
    /// 0 to 10.
    pub anxiety: Option<i16>,
    /// Half hours of sleep in 24 hours.
    pub sleep_half_hours: Option<i16>,
    /// 0 to 10.
    pub support: Option<i16>,
    /// Unusually full of energy.
    pub sped_up: Option<bool>,
    /// "yes", "unsure" or "no".
    pub safe_now: Option<String>,
    /// Asked for contact.
    pub contact_me: Option<bool>,
}

/// The check-ins that a flag of the parent's own rests on.
pub fn known(conn: &mut Conn, own: &Own, flag: FlagId) -> Result<HashSet<CheckInId>> {
    let rows: Vec<String> = evidence::table
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(evidence::kind.eq(CHECK_IN))
        .select(evidence::source_id)
        .load(conn)?;
    rows.iter().map(|id| id.parse().map_err(|_| Error::internal("evidence names no check-in"))).collect()
}

/// Whether a check-in is evidence of a closed flag of this rule: it has been followed up already.
pub fn is_closed_over(conn: &mut Conn, own: &Own, rule: RuleId, check_in: CheckInId) -> Result<bool> {
    let flags: i64 = evidence::table
        .inner_join(
            flags::table.on(flags::parent_id.eq(evidence::parent_id).and(flags::id.eq(evidence::flag_id))),
        )
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::kind.eq(CHECK_IN))
        .filter(evidence::source_id.eq(check_in.as_str()))
        .filter(flags::rule.eq(rule.as_str()))
        .filter(flags::closed_at.is_not_null())
        .count()
        .get_result(conn)?;
    Ok(flags > 0)
}

/// Adds a check-in to what a flag of the parent's own rests on; it must not be there yet.
///
/// # Errors
/// 500 when the check-in does not exist.
pub fn insert(conn: &mut Conn, own: &Own, flag: FlagId, of: &Evidence, now: Timestamp) -> Result<()> {
    let recorded_at: Option<Micros> = check_ins::table
        .find((own.parent(), of.check_in))
        .select(check_ins::recorded_at)
        .first(conn)
        .optional()?;
    let recorded_at = recorded_at.ok_or_else(|| Error::internal("a finding rests on an unknown check-in"))?;
    diesel::insert_into(evidence::table)
        .values((
            evidence::parent_id.eq(own.parent()),
            evidence::flag_id.eq(flag),
            evidence::kind.eq(CHECK_IN),
            evidence::source_id.eq(of.check_in.as_str()),
            evidence::local_date.eq(Day::from(of.local_date)),
            evidence::recorded_at.eq(recorded_at),
            evidence::added_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// When the shared evidence of each flag was recorded, inside and outside of the links: what decides whether
/// a flag is seen. Not for showing.
pub fn shared_recorded(
    conn: &mut Conn,
    grants: &[Grant],
    flags: &[FlagId],
) -> Result<HashMap<FlagId, Vec<Timestamp>>> {
    let rows: Vec<(FlagId, Micros)> = evidence::table
        .inner_join(check_ins::table.on(is_source()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::flag_id.eq_any(flags))
        .filter(check_ins::private.eq(false))
        .select((evidence::flag_id, evidence::recorded_at))
        .load(conn)?;
    let mut of_flag: HashMap<FlagId, Vec<Timestamp>> = HashMap::new();
    for (flag, at) in rows {
        of_flag.entry(flag).or_default().push(at.into());
    }
    Ok(of_flag)
}

/// The shared evidence of a flag inside the link, earliest day first.
pub fn shared(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<Vec<SharedCheckIn>> {
    let rows: Vec<(CheckInId, Day, Micros, Answers)> = evidence::table
        .inner_join(check_ins::table.on(is_source()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(check_ins::private.eq(false))
        .filter(evidence::recorded_at.ge(Micros::from(grant.history_from())))
        .order((evidence::local_date.asc(), evidence::recorded_at.asc(), evidence::source_id.asc()))
        .select((
            check_ins::id,
            evidence::local_date,
            evidence::recorded_at,
            (
                check_ins::mood,
                check_ins::connection,
                check_ins::anxiety,
                check_ins::sleep_half_hours,
                check_ins::support,
                check_ins::sped_up,
                check_ins::safe_now,
                check_ins::contact_me,
            ),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, local_date, recorded_at, answers)| SharedCheckIn {
            id,
            local_date: local_date.date(),
            recorded_at: recorded_at.into(),
            answers,
        })
        .collect())
}

/// Whether a reason that counts the days from `from` to `to` counts something that lies before the link.
pub fn counts_unseen(conn: &mut Conn, grant: &Grant, from: Date, to: Date) -> Result<bool> {
    let unseen: i64 = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()))
        .filter(check_ins::private.eq(false))
        .filter(check_ins::local_date.ge(Day::from(from)).and(check_ins::local_date.le(Day::from(to))))
        .filter(check_ins::recorded_at.lt(Micros::from(grant.history_from())))
        .count()
        .get_result(conn)?;
    Ok(unseen > 0)
}

/// The check-in that a row of evidence is about; ids of other kinds of evidence meet no check-in.
#[diesel::dsl::auto_type]
fn is_source() -> _ {
    check_ins::parent_id.eq(evidence::parent_id).and(check_ins::id.eq(evidence::source_id))
}

fn parents(grants: &[Grant]) -> Vec<UserId> {
    grants.iter().map(Grant::parent).collect()
}
