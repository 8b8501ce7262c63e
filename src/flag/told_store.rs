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
    let marked = marked(conn, grants, &gone)?;
    let mut of_flag: HashMap<FlagId, Vec<Told>> = HashMap::new();
    for (flag, source, at, first) in &rows {
        let marked_at = marked.get(source).copied().filter(|_| taken_back.contains(flag));
        of_flag.entry(*flag).or_default().push(Told { marked_at, ..piece(*at, *first) });
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
    Told { at: at.into(), first_at: first.unwrap_or(at).into(), marked_at: None }
}

/// When a flag that nobody corrected marked these answers as urgent and private, of those that are private and that it
/// still rests on. One that is still shared stands beside such a mark, and is not what it tells of.
fn marked(conn: &mut Conn, grants: &[Grant], sources: &[&str]) -> Result<HashMap<String, Timestamp>> {
    if sources.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Option<Micros>)> = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq_any(parents(grants)))
        .filter(evidence::source_id.eq_any(sources))
        .filter(
            check_ins::private.eq(true).assume_not_null().or(screenings::private.eq(true).assume_not_null()),
        )
        .filter(evidence::withdrawn_at.is_null())
        .filter(flags::rule.ne(RuleId::UrgentTakenBack.as_str()))
        .filter(flags::private_danger.eq(Severity::Urgent.as_str()))
        .filter(flags::status.ne(Status::Corrected.as_str()))
        .select((evidence::source_id, flags::private_at))
        .load(conn)?;
    let mut marked: HashMap<String, Timestamp> = HashMap::new();
    for (source, at) in rows {
        let Some(at) = at.map(Timestamp::from) else { continue };
        marked.entry(source).and_modify(|known| *known = at.max(*known)).or_insert(at);
    }
    Ok(marked)
}

/// The flag that a row of evidence belongs to.
#[diesel::dsl::auto_type]
fn is_of_flag() -> _ {
    flags::parent_id.eq(evidence::parent_id).and(flags::id.eq(evidence::flag_id))
}

fn parents(grants: &[Grant]) -> Vec<UserId> {
    grants.iter().map(Grant::parent).collect()
}
