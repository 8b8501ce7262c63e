//! What decides whether a doula sees the shared part of a flag, and whether in its own words: when each piece of its shared
//! evidence was recorded, inside and outside of her link. Not for showing.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use jiff::Timestamp;

use super::{
    lifecycle::Status,
    parts::Flag,
    shared_store::{is_form, is_shared, is_source},
    visibility::Told,
};
use crate::{
    care::Grant,
    db::{
        Conn, on,
        schema::{check_ins, flag_evidence as evidence, flags, screenings},
        types::Micros,
    },
    error::Result,
    id::{FlagId, UserId},
    rules::{RuleId, Severity},
};

/// The shared evidence of some flags of the parents of these grants.
pub fn told(conn: &mut Conn, grants: &[Grant], of: &[Flag]) -> Result<HashMap<FlagId, Vec<Told>>> {
    let ids: Vec<FlagId> = of.iter().map(|flag| flag.id).collect();
    let rows: Vec<ToldRow> = evidence::table
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::flag_id.eq_any(ids))
        .filter(is_shared())
        .select(ToldRow::as_select())
        .load(conn)?;
    let gone: Vec<&str> =
        rows.iter().filter(|row| row.taken_from.is_some()).map(|row| &*row.source_id).collect();
    let standing = standing(conn, grants, &gone)?;
    let mut of_flag: HashMap<FlagId, Vec<Told>> = HashMap::new();
    for row in rows {
        let taken_back = row.taken_from.zip(row.withdrawn_at);
        let stands = taken_back.and_then(|(rule, at)| {
            let stands = standing.get(&(row.source_id, rule)).filter(|stands| !stands.unsaid)?;
            // What stands there since before it was taken back is not what came back.
            Some((stands.marked_at, stands.shown_at.filter(|shown| *shown > Timestamp::from(at))))
        });
        let (marked_at, shown_at) = stands.unwrap_or_default();
        let told = Told { marked_at, shown_at, ..piece(row.recorded_at, row.first_recorded_at) };
        of_flag.entry(row.flag_id).or_default().push(told);
    }
    Ok(of_flag)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = evidence)]
struct ToldRow {
    flag_id: FlagId,
    source_id: String,
    recorded_at: Micros,
    first_recorded_at: Option<Micros>,
    withdrawn_at: Option<Micros>,
    taken_from: Option<String>,
}

/// The same of one flag of a rule over answers: a query of one shape, for the transaction that writes it.
pub fn told_of(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<Vec<Told>> {
    let query = evidence::table
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(is_shared())
        .select((evidence::recorded_at, evidence::first_recorded_at));
    let rows: Vec<(Micros, Option<Micros>)> = on!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(at, first)| piece(at, first)).collect())
}

fn piece(at: Micros, first: Option<Micros>) -> Told {
    Told { at: at.into(), first_at: first.unwrap_or(at).into(), marked_at: None, shown_at: None }
}

/// An answer that stands as urgent by some rule: since when its private mark does, and since when it is there to read.
#[derive(Default)]
struct Stands {
    marked_at: Option<Timestamp>,
    shown_at: Option<Timestamp>,
    /// It was shared and unsaid once, which is more than hidden.
    unsaid: bool,
}

/// Where these answers stand, by answer and rule, in flags that nobody corrected: private and marked as urgent, or shared
/// in an urgent one. What stands by another rule is another thing that was said.
fn standing(
    conn: &mut Conn,
    grants: &[Grant],
    sources: &[&str],
) -> Result<HashMap<(String, String), Stands>> {
    if sources.is_empty() {
        return Ok(HashMap::new());
    }
    let private = (check_ins::private.nullable(), screenings::private.nullable());
    let rows: Vec<StandingRow> = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::source_id.eq_any(sources))
        .filter(flags::rule.ne(RuleId::UrgentTakenBack.as_str()))
        .select((
            (evidence::source_id, flags::rule),
            (evidence::recorded_at, evidence::withdrawn_shared),
            evidence::withdrawn_at.is_null().and(flags::status.ne(Status::Corrected.as_str())),
            private,
            (flags::shared_severity, flags::private_danger, flags::private_at),
        ))
        .load(conn)?;
    let mut standing: HashMap<(String, String), Stands> = HashMap::new();
    let urgent = |word: Option<String>| word.as_deref() == Some(Severity::Urgent.as_str());
    for (of, (said_at, was_shared), holds, private, (shared, mark, marked_at)) in rows {
        let stands = standing.entry(of).or_default();
        match private.0.or(private.1) {
            _ if was_shared => stands.unsaid = true,
            Some(true) if holds && urgent(mark) => {
                stands.marked_at = stands.marked_at.max(marked_at.map(Timestamp::from));
            }
            Some(false) if holds && urgent(shared) => {
                stands.shown_at = stands.shown_at.max(Some(said_at.into()));
            }
            _ => {}
        }
    }
    Ok(standing)
}

type StandingRow = (
    (String, String),
    (Micros, bool),
    bool,
    (Option<bool>, Option<bool>),
    (Option<String>, Option<String>, Option<Micros>),
);

/// The flag that a row of evidence belongs to.
#[diesel::dsl::auto_type]
fn is_of_flag() -> _ {
    flags::parent_id.eq(evidence::parent_id).and(flags::id.eq(evidence::flag_id))
}

fn parents(grants: &[Grant]) -> Vec<UserId> {
    grants.iter().map(Grant::parent).collect()
}
