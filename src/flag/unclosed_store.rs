//! What the flags that nobody has closed come to: for what a quiet day is judged by, and for what is offered.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    care::Own,
    db::{Conn, schema::flags, types::Micros},
    error::Result,
    id::FlagId,
    rules::{RuleId, Severity},
    screening::offer::LowFlag,
};

/// What is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclosed {
    /// One of `follow_up` or above, of another rule than silence.
    pub grave: bool,
    /// The same as doulas see it.
    pub shared_grave: bool,
    /// One that is urgent.
    pub urgent: bool,
    /// The one of mood that stays low.
    pub low: Option<LowFlag>,
}

type Row = (FlagId, String, String, Option<String>, Micros);

/// Of all that are not closed.
pub fn unclosed(conn: &mut Conn, own: &Own) -> Result<Unclosed> {
    let rows: Vec<Row> = flags::table
        .filter(flags::parent_id.eq(own.parent()))
        .filter(flags::closed_at.is_null())
        .select((flags::id, flags::rule, flags::severity, flags::shared_severity, flags::raised_at))
        .load(conn)?;
    let others = || rows.iter().filter(|(_, rule, ..)| rule != RuleId::Silence.as_str());
    let grave = |severity: &str| severity != Severity::Notice.as_str();
    let low = rows.iter().find(|(_, rule, ..)| rule == RuleId::SustainedLow.as_str());
    Ok(Unclosed {
        grave: others().any(|(_, _, severity, ..)| grave(severity)),
        shared_grave: others().any(|(.., shared, _)| shared.as_deref().is_some_and(grave)),
        urgent: rows.iter().any(|(_, _, severity, ..)| severity == Severity::Urgent.as_str()),
        low: low.map(|(id, .., raised_at)| LowFlag { id: *id, since: (*raised_at).into() }),
    })
}
