//! What decides whether a doula sees the shared part of a flag, and whether in its own words: when each piece of its shared
//! evidence was recorded, inside and outside of her link. Not for showing.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl,
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
    let rows: Vec<(FlagId, String, Micros, Option<Micros>)> = evidence::table
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::flag_id.eq_any(ids))
        .filter(is_shared())
        .select((evidence::flag_id, evidence::source_id, evidence::recorded_at, evidence::first_recorded_at))
        .load(conn)?;
    let all_taken_back = of.iter().filter(|flag| flag.rule == RuleId::UrgentTakenBack);
    let taken_back: HashSet<FlagId> = all_taken_back.map(|flag| flag.id).collect();
    let gone = rows.iter().filter(|(flag, ..)| taken_back.contains(flag));
    let gone: Vec<&str> = gone.map(|(_, source, ..)| source.as_str()).collect();
    let standing = standing(conn, grants, &gone)?;
    let mut of_flag: HashMap<FlagId, Vec<Told>> = HashMap::new();
    for (flag, source, at, first) in &rows {
        let stands = standing.get(source).filter(|_| taken_back.contains(flag));
        let marked_at = stands.and_then(|stands| stands.marked_at);
        let shown_at = stands.filter(|stands| !stands.unsaid).and_then(|stands| stands.shown_at);
        of_flag.entry(*flag).or_default().push(Told { marked_at, shown_at, ..piece(*at, *first) });
    }
    Ok(of_flag)
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

/// An answer that stands as urgent somewhere: since when its private mark does, and since when it is there to read.
#[derive(Default)]
struct Stands {
    marked_at: Option<Timestamp>,
    shown_at: Option<Timestamp>,
    /// It was shared and unsaid once, which is more than hidden.
    unsaid: bool,
}

/// Where these answers stand in flags that nobody corrected: private and marked as urgent, or shared in an urgent one.
fn standing(conn: &mut Conn, grants: &[Grant], sources: &[&str]) -> Result<HashMap<String, Stands>> {
    if sources.is_empty() {
        return Ok(HashMap::new());
    }
    let private = (check_ins::private.nullable(), screenings::private.nullable());
    let rows: Vec<Row> = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::source_id.eq_any(sources))
        .filter(flags::rule.ne(RuleId::UrgentTakenBack.as_str()))
        .select((
            (evidence::source_id, evidence::recorded_at, evidence::withdrawn_shared),
            evidence::withdrawn_at.is_null().and(flags::status.ne(Status::Corrected.as_str())),
            private,
            (flags::shared_severity, flags::private_danger, flags::private_at),
        ))
        .load(conn)?;
    let mut standing: HashMap<String, Stands> = HashMap::new();
    let urgent = |word: Option<String>| word.as_deref() == Some(Severity::Urgent.as_str());
    for ((source, said_at, was_shared), holds, private, (shared, mark, marked_at)) in rows {
        let stands = standing.entry(source).or_default();
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

type Row = (
    (String, Micros, bool),
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
