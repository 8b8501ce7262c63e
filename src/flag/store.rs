//! Rows of flags. A read asks for the proof of the right to it, and the parent is part of every query.
//!
//! At most one flag that is not closed exists per parent and rule: a partial unique index says so, whatever
//! runs at the same time.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::Timestamp;

use super::{
    lifecycle::{Snooze, State},
    parts::{Flag, PrivatePart, SharedPart},
};
use crate::{
    care::{Grant, Own},
    db::{Conn, Kept, on, schema::flags, types::Micros},
    error::{Error, Result},
    id::{FlagId, UserId},
    rules::{Reason, RuleId},
};

/// Closed flags that a list looks at, newest first; older ones stay readable by their id.
const CLOSED_LISTED: i64 = 1_000;

#[derive(Queryable)]
pub(super) struct Row {
    parent_id: UserId,
    id: FlagId,
    rule: String,
    rule_version: i32,
    severity: String,
    reason: String,
    due_at: Micros,
    shared_severity: Option<String>,
    shared_reason: Option<String>,
    shared_due_at: Option<Micros>,
    shared_at: Option<Micros>,
    private_danger: Option<String>,
    private_due_at: Option<Micros>,
    private_at: Option<Micros>,
    status: String,
    snoozed_from: Option<String>,
    snoozed_until: Option<Micros>,
    raised_at: Micros,
    last_seen_at: Micros,
    closed_at: Option<Micros>,
    revision: i64,
}

impl Row {
    pub(super) fn read(self) -> Result<Flag> {
        let shared = match (self.shared_severity, self.shared_due_at) {
            (Some(severity), Some(due_at)) => Some(SharedPart {
                severity: word(&severity)?,
                reason: self.shared_reason.as_deref().map(reason).transpose()?,
                due_at: due_at.into(),
                at: self.shared_at.unwrap_or(self.raised_at).into(),
            }),
            _ => None,
        };
        let private = match (self.private_danger, self.private_due_at) {
            (Some(severity), Some(due_at)) => Some(PrivatePart {
                severity: word(&severity)?,
                due_at: due_at.into(),
                at: self.private_at.unwrap_or(self.raised_at).into(),
            }),
            _ => None,
        };
        let snooze = match (self.snoozed_from, self.snoozed_until) {
            (Some(from), Some(until)) => Some(Snooze { from: word(&from)?, until: until.into() }),
            _ => None,
        };
        Ok(Flag {
            id: self.id,
            parent: self.parent_id,
            rule: word(&self.rule)?,
            version: self.rule_version,
            severity: word(&self.severity)?,
            reason: reason(&self.reason)?,
            due_at: self.due_at.into(),
            shared,
            private,
            state: State { status: word(&self.status)?, snooze },
            raised_at: self.raised_at.into(),
            last_seen_at: self.last_seen_at.into(),
            closed_at: self.closed_at.map(Into::into),
            revision: self.revision,
        })
    }
}

/// Stores a new flag; false when this rule has one that is not closed.
pub fn insert(conn: &mut Conn, flag: &Flag) -> Result<bool> {
    let row = (
        flags::parent_id.eq(flag.parent),
        flags::id.eq(flag.id),
        flags::rule.eq(flag.rule.as_str()),
        flags::rule_version.eq(flag.version),
        flags::severity.eq(flag.severity.as_str()),
        flags::reason.eq(flag.reason.to_json()),
        flags::due_at.eq(Micros::from(flag.due_at)),
        shared_columns(flag),
        private_columns(flag),
        state_columns(flag),
        flags::raised_at.eq(Micros::from(flag.raised_at)),
        flags::last_seen_at.eq(Micros::from(flag.last_seen_at)),
        flags::revision.eq(flag.revision),
    );
    let insert = diesel::insert_into(flags::table).values(row);
    let inserted = on!(conn, |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(inserted == 1)
}

/// Stores a changed flag over the revision before its own.
///
/// # Errors
/// 503 when another revision is there: the caller holds the parent's lock, so this is a fault, not a race.
pub fn update(conn: &mut Conn, flag: &Flag) -> Result<()> {
    let update = diesel::update(flags::table.find((flag.parent, flag.id)))
        .filter(flags::revision.eq(flag.revision - 1))
        .set((
            flags::rule_version.eq(flag.version),
            flags::severity.eq(flag.severity.as_str()),
            flags::reason.eq(flag.reason.to_json()),
            flags::due_at.eq(Micros::from(flag.due_at)),
            shared_columns(flag),
            private_columns(flag),
            state_columns(flag),
            flags::last_seen_at.eq(Micros::from(flag.last_seen_at)),
            flags::revision.eq(flag.revision),
        ));
    let changed = on!(conn, |c| Kept(update).execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::unavailable("a flag changed under its parent's lock")) }
}

/// Says of a flag only in general words, from now on, what shared entries had said.
pub fn forget_shared_reason(conn: &mut Conn, own: &Own, id: FlagId) -> Result<()> {
    diesel::update(flags::table.find((own.parent(), id)))
        .set((flags::shared_reason.eq(None::<String>), flags::revision.eq(flags::revision + 1)))
        .execute(conn)?;
    Ok(())
}

/// The flag of a rule that is not closed.
pub fn unclosed_of_rule(conn: &mut Conn, own: &Own, rule: RuleId) -> Result<Option<Flag>> {
    let query = flags::table
        .filter(flags::parent_id.eq(own.parent()))
        .filter(flags::rule.eq(rule.as_str()))
        .filter(flags::closed_at.is_null());
    let row: Option<Row> = on!(conn, |c| query.first(c)).optional()?;
    row.map(Row::read).transpose()
}

/// One flag of the parent's own.
pub fn own(conn: &mut Conn, own: &Own, id: FlagId) -> Result<Option<Flag>> {
    let row: Option<Row> = flags::table.find((own.parent(), id)).first(conn).optional()?;
    row.map(Row::read).transpose()
}

/// Those of the parent's own flags that have one of these ids.
pub fn own_some(conn: &mut Conn, own: &Own, ids: &[FlagId]) -> Result<Vec<Flag>> {
    let flags = flags::table.filter(flags::parent_id.eq(own.parent()));
    let rows: Vec<Row> = flags.filter(flags::id.eq_any(ids)).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// The parent's own flags, newest first, behind a position.
pub fn own_page(
    conn: &mut Conn,
    own: &Own,
    after: Option<(Timestamp, FlagId)>,
    limit: i64,
) -> Result<Vec<Flag>> {
    use diesel::BoolExpressionMethods;
    let mut query = flags::table.filter(flags::parent_id.eq(own.parent())).into_boxed();
    if let Some((at, id)) = after {
        let at = Micros::from(at);
        query = query.filter(flags::raised_at.lt(at).or(flags::raised_at.eq(at).and(flags::id.lt(id))));
    }
    let rows: Vec<Row> = query.order((flags::raised_at.desc(), flags::id.desc())).limit(limit).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// The flags that are not closed of the parents of these grants. What of them the doula sees is not decided
/// here.
pub fn granted_unclosed(conn: &mut Conn, grants: &[Grant]) -> Result<Vec<Flag>> {
    let rows: Vec<Row> = flags::table
        .filter(flags::parent_id.eq_any(parents(grants)))
        .filter(flags::closed_at.is_null())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// As [`granted_unclosed`], the closed ones: the 1,000 closed last.
pub fn granted_closed(conn: &mut Conn, grants: &[Grant]) -> Result<Vec<Flag>> {
    let rows: Vec<Row> = flags::table
        .filter(flags::parent_id.eq_any(parents(grants)))
        .filter(flags::closed_at.is_not_null())
        .order((flags::closed_at.desc(), flags::id.desc()))
        .limit(CLOSED_LISTED)
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// One flag of the parents of these grants.
pub fn granted(conn: &mut Conn, grants: &[Grant], id: FlagId) -> Result<Option<Flag>> {
    let row: Option<Row> = flags::table
        .filter(flags::parent_id.eq_any(parents(grants)))
        .filter(flags::id.eq(id))
        .first(conn)
        .optional()?;
    row.map(Row::read).transpose()
}

fn parents(grants: &[Grant]) -> Vec<UserId> {
    grants.iter().map(Grant::parent).collect()
}

#[derive(diesel::AsChangeset, diesel::Insertable)]
#[diesel(table_name = flags, treat_none_as_null = true, treat_none_as_default_value = false)]
struct SharedColumns {
    shared_severity: Option<&'static str>,
    shared_reason: Option<String>,
    shared_due_at: Option<Micros>,
    shared_at: Option<Micros>,
}

fn shared_columns(flag: &Flag) -> SharedColumns {
    let part = flag.shared.as_ref();
    SharedColumns {
        shared_severity: part.map(|part| part.severity.as_str()),
        shared_reason: part.and_then(|part| part.reason.as_ref()).map(Reason::to_json),
        shared_due_at: part.map(|part| part.due_at.into()),
        shared_at: part.map(|part| part.at.into()),
    }
}

#[derive(diesel::AsChangeset, diesel::Insertable)]
#[diesel(table_name = flags, treat_none_as_null = true, treat_none_as_default_value = false)]
struct PrivateColumns {
    private_danger: Option<&'static str>,
    private_due_at: Option<Micros>,
    private_at: Option<Micros>,
}

fn private_columns(flag: &Flag) -> PrivateColumns {
    let part = flag.private;
    PrivateColumns {
        private_danger: part.map(|part| part.severity.as_str()),
        private_due_at: part.map(|part| part.due_at.into()),
        private_at: part.map(|part| part.at.into()),
    }
}

#[derive(diesel::AsChangeset, diesel::Insertable)]
#[diesel(table_name = flags, treat_none_as_null = true, treat_none_as_default_value = false)]
struct StateColumns {
    status: &'static str,
    snoozed_from: Option<&'static str>,
    snoozed_until: Option<Micros>,
    closed_at: Option<Micros>,
}

fn state_columns(flag: &Flag) -> StateColumns {
    let snooze = flag.state.snooze;
    StateColumns {
        status: flag.state.status.as_str(),
        snoozed_from: snooze.map(|snooze| snooze.from.as_str()),
        snoozed_until: snooze.map(|snooze| snooze.until.into()),
        closed_at: flag.closed_at.map(Into::into),
    }
}

fn word<T: std::str::FromStr>(stored: &str) -> Result<T> {
    stored.parse().map_err(|_| Error::internal("a flag holds a word that this version does not know"))
}

fn reason(stored: &str) -> Result<Reason> {
    Reason::from_json(stored).map_err(Error::internal)
}
