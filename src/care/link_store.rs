//! Rows of care links, and the history of consent that every change of one adds a row to.
//!
//! A parent reaches the links below her own id, a doula those made out to her while they bind. The caller holds
//! the parent's lock while writing (`change::lock`); a change marks the parent's change sequence, the audit and
//! the history of consent by itself. Rows of that history are added and never touched again.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    dsl::exists,
};
use jiff::Timestamp;

use super::{
    Own, Scopes,
    invitation_store::Offer,
    link::{Link, Terms},
    link_trace_store::{Step, mark},
    look_store,
};
use crate::{
    auth::Doula,
    db::{
        self, Conn,
        schema::{care_links, users},
        types::Micros,
    },
    error::Result,
    flag::audience,
    id::{CareLinkId, PracticeId, UserId},
};

/// A row, in the order of the table's columns.
#[derive(Queryable)]
pub(super) struct Row {
    parent_id: UserId,
    pub(super) id: CareLinkId,
    doula_id: UserId,
    pub(super) practice_id: PracticeId,
    scope_check_ins: bool,
    scope_notes: bool,
    scope_screenings: bool,
    private_danger: bool,
    history_from: Micros,
    started_at: Micros,
    pub(super) expires_at: Option<Micros>,
    ended_at: Option<Micros>,
    revision: i64,
}

/// Which links of a doula: those that bind at `now`, of one parent or one id or of all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Only this parent's.
    pub parent: Option<UserId>,
    /// Only this one.
    pub id: Option<CareLinkId>,
}

/// The parent's links, newest first, ended ones too; behind `after`, at most `most`.
pub fn page_of_parent(conn: &mut Conn, own: &Own, after: Option<CareLinkId>, most: i64) -> Result<Vec<Link>> {
    let mut query = care_links::table.filter(care_links::parent_id.eq(own.parent())).into_boxed();
    if let Some(after) = after {
        query = query.filter(care_links::id.lt(after));
    }
    let rows: Vec<Row> = query.order(care_links::id.desc()).limit(most).load(conn)?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// One link of the parent, live or ended; `None` for one that is not hers.
pub fn find_of_parent(conn: &mut Conn, own: &Own, id: CareLinkId) -> Result<Option<Link>> {
    let row: Option<Row> = care_links::table.find((own.parent(), id)).first(conn).optional()?;
    Ok(row.map(Link::from))
}

/// Those of the parent's links, live or ended, that have one of these ids.
pub fn some_of_parent(conn: &mut Conn, own: &Own, ids: &[CareLinkId]) -> Result<Vec<Link>> {
    let links = care_links::table.filter(care_links::parent_id.eq(own.parent()));
    let rows: Vec<Row> = links.filter(care_links::id.eq_any(ids)).load(conn)?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// The doula's links that bind at `now`, newest first; behind `after`, at most `most`.
pub fn page_of_doula(
    conn: &mut Conn,
    doula: &Doula,
    wanted: Wanted,
    after: Option<CareLinkId>,
    most: i64,
    now: Timestamp,
) -> Result<Vec<Link>> {
    let at = Micros::from(now);
    let mut query = care_links::table
        .filter(care_links::doula_id.eq(doula.id()))
        .filter(care_links::ended_at.is_null().or(care_links::ended_at.gt(at)))
        .filter(care_links::expires_at.is_null().or(care_links::expires_at.gt(at)))
        // Asked for each link: with `doula_id IN (…)` SQLite reads every account first.
        .filter(exists(
            users::table.filter(users::id.eq(care_links::doula_id)).filter(users::disabled_at.is_null()),
        ))
        .into_boxed();
    if let Some(parent) = wanted.parent {
        query = query.filter(care_links::parent_id.eq(parent));
    }
    if let Some(id) = wanted.id {
        query = query.filter(care_links::id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(care_links::id.lt(after));
    }
    let rows: Vec<Row> = query.order(care_links::id.desc()).limit(most).load(conn)?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// One link of the doula that binds at `now`; `None` for any other.
pub fn find_of_doula(conn: &mut Conn, doula: &Doula, id: CareLinkId, now: Timestamp) -> Result<Option<Link>> {
    let wanted = Wanted { id: Some(id), ..Wanted::default() };
    Ok(page_of_doula(conn, doula, wanted, None, 1, now)?.pop())
}

/// Makes the link of a spent invitation. `None` when the parent has a live one with this doula.
pub fn insert(
    conn: &mut Conn,
    own: &Own,
    offer: Offer,
    terms: Terms,
    now: Timestamp,
) -> Result<Option<Link>> {
    end_expired(conn, own, offer.doula, now)?;
    let link = Link {
        id: CareLinkId::new(now),
        parent: own.parent(),
        doula: offer.doula,
        terms,
        started_at: now,
        ended_at: None,
        revision: 1,
    };
    let inserted = db::unique(conn, |conn| {
        diesel::insert_into(care_links::table)
            .values((
                care_links::parent_id.eq(link.parent),
                care_links::id.eq(link.id),
                care_links::doula_id.eq(link.doula),
                care_links::practice_id.eq(offer.practice),
                care_links::scope_check_ins.eq(terms.scopes.check_ins),
                care_links::scope_notes.eq(terms.scopes.notes),
                care_links::scope_screenings.eq(terms.scopes.screenings),
                care_links::private_danger.eq(terms.private_danger),
                care_links::history_from.eq(Micros::from(terms.history_from)),
                care_links::started_at.eq(Micros::from(link.started_at)),
                care_links::expires_at.eq(terms.expires_at.map(Micros::from)),
                care_links::revision.eq(link.revision),
            ))
            .execute(conn)
    })?;
    if inserted.is_none() {
        return Ok(None);
    }
    mark(conn, &link, link.parent, Step::Granted, now)?;
    audience::changed(conn, None, link.facts().grant(now), now)?;
    look_store::parent(conn, link.parent, now)?;
    Ok(Some(link))
}

/// Gives a link new terms; `None` when it was changed or ended since it was read.
pub fn update(conn: &mut Conn, own: &Own, link: &Link, terms: Terms, now: Timestamp) -> Result<Option<Link>> {
    let changed = diesel::update(care_links::table.find((own.parent(), link.id)))
        .filter(care_links::revision.eq(link.revision))
        .filter(care_links::ended_at.is_null())
        .set((
            care_links::scope_check_ins.eq(terms.scopes.check_ins),
            care_links::scope_notes.eq(terms.scopes.notes),
            care_links::scope_screenings.eq(terms.scopes.screenings),
            care_links::private_danger.eq(terms.private_danger),
            care_links::history_from.eq(Micros::from(terms.history_from)),
            care_links::expires_at.eq(terms.expires_at.map(Micros::from)),
            care_links::revision.eq(care_links::revision + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(None);
    }
    let next = Link { terms, revision: link.revision + 1, ..*link };
    mark(conn, &next, own.parent(), Step::Changed, now)?;
    audience::changed(conn, link.facts().grant(now), next.facts().grant(now), now)?;
    look_store::parent(conn, link.parent, now)?;
    Ok(Some(next))
}

/// Ends a link as of `ended_at`, by the parent or the doula of it; false when it was changed or ended since it
/// was read.
pub fn end(conn: &mut Conn, link: &Link, by: UserId, ended_at: Timestamp, now: Timestamp) -> Result<bool> {
    let changed = diesel::update(care_links::table.find((link.parent, link.id)))
        .filter(care_links::revision.eq(link.revision))
        .filter(care_links::ended_at.is_null())
        .set((
            care_links::ended_at.eq(Micros::from(ended_at)),
            care_links::revision.eq(care_links::revision + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(false);
    }
    let ended = Link { ended_at: Some(ended_at), revision: link.revision + 1, ..*link };
    mark(conn, &ended, by, Step::Ended, now)?;
    audience::changed(conn, link.facts().grant(now), ended.facts().grant(now), now)?;
    look_store::parent(conn, link.parent, now)?;
    Ok(true)
}

/// A link that expired still holds the place of a live one until its end is written down.
fn end_expired(conn: &mut Conn, own: &Own, doula: UserId, now: Timestamp) -> Result<()> {
    let expired: Vec<Row> = care_links::table
        .filter(care_links::parent_id.eq(own.parent()))
        .filter(care_links::doula_id.eq(doula))
        .filter(care_links::ended_at.is_null())
        .filter(care_links::expires_at.le(Micros::from(now)))
        .load(conn)?;
    for link in expired.into_iter().map(Link::from) {
        end(conn, &link, own.parent(), link.ended_by(now).unwrap_or(now), now)?;
    }
    Ok(())
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        let scopes = Scopes {
            check_ins: row.scope_check_ins,
            notes: row.scope_notes,
            screenings: row.scope_screenings,
        };
        Self {
            id: row.id,
            parent: row.parent_id,
            doula: row.doula_id,
            terms: Terms {
                scopes,
                private_danger: row.private_danger,
                history_from: row.history_from.into(),
                expires_at: row.expires_at.map(Timestamp::from),
            },
            started_at: row.started_at.into(),
            ended_at: row.ended_at.map(Timestamp::from),
            revision: row.revision,
        }
    }
}
