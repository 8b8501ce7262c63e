//! Rows of care links, and the history of consent that every change of one adds a row to.
//!
//! A parent reaches the links below her own id, a doula those made out to her while they bind. The caller holds
//! the parent's lock while writing (`change::lock`); a change marks the parent's change sequence, the audit and
//! the history of consent by itself. Rows of that history are added and never touched again.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::Timestamp;
use serde_json::json;

use super::{
    Own, Scopes,
    invitation_store::Offer,
    link::{Link, Terms},
};
use crate::{
    audit::{self, Act},
    auth::Doula,
    change::{self, Kind, Op},
    db::{
        self, Conn,
        schema::{care_links, consent_events, users},
        types::Micros,
    },
    error::Result,
    id::{CareLinkId, PracticeId, RowId, UserId},
};

/// A row, in the order of the table's columns.
#[derive(Queryable)]
struct Row {
    parent_id: UserId,
    id: CareLinkId,
    doula_id: UserId,
    _practice_id: PracticeId,
    scope_check_ins: bool,
    scope_notes: bool,
    scope_screenings: bool,
    private_danger: bool,
    history_from: Micros,
    started_at: Micros,
    expires_at: Option<Micros>,
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
        .filter(
            care_links::doula_id.eq_any(users::table.filter(users::disabled_at.is_null()).select(users::id)),
        )
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

/// The parent's links that bind at `now`, of doulas whose accounts are open, oldest first.
pub fn live_of_parent(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<Vec<Link>> {
    let at = Micros::from(now);
    let rows: Vec<Row> = care_links::table
        .filter(care_links::parent_id.eq(own.parent()))
        .filter(care_links::ended_at.is_null().or(care_links::ended_at.gt(at)))
        .filter(care_links::expires_at.is_null().or(care_links::expires_at.gt(at)))
        .filter(
            care_links::doula_id.eq_any(users::table.filter(users::disabled_at.is_null()).select(users::id)),
        )
        .order(care_links::id.asc())
        .load(conn)?;
    Ok(rows.into_iter().map(Link::from).collect())
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
    let link = Link { terms, revision: link.revision + 1, ..*link };
    mark(conn, &link, own.parent(), Step::Changed, now)?;
    Ok(Some(link))
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
    let link = Link { ended_at: Some(ended_at), revision: link.revision + 1, ..*link };
    mark(conn, &link, by, Step::Ended, now)?;
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

#[derive(Clone, Copy)]
enum Step {
    Granted,
    Changed,
    Ended,
}

fn mark(conn: &mut Conn, link: &Link, by: UserId, step: Step, now: Timestamp) -> Result<()> {
    let (kind, action) = match step {
        Step::Granted => ("granted", "care_link.create"),
        Step::Changed => ("changed", "care_link.update"),
        Step::Ended => ("ended", "care_link.end"),
    };
    let terms = json!({
        "scopes": link.terms.scopes.words(),
        "private_danger": link.terms.private_danger,
        "history_from": link.terms.history_from,
        "started_at": link.started_at,
        "expires_at": link.terms.expires_at,
        "ended_at": link.ended_at,
    });
    diesel::insert_into(consent_events::table)
        .values((
            consent_events::parent_id.eq(link.parent),
            consent_events::id.eq(RowId::new(now)),
            consent_events::link_id.eq(link.id),
            consent_events::doula_id.eq(link.doula),
            consent_events::actor_id.eq(by),
            consent_events::kind.eq(kind),
            consent_events::terms.eq(terms.to_string()),
            consent_events::at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    change::record(conn, link.parent, Kind::CareLink, link.id.as_str(), Op::Put, now)?;
    let role = if by == link.parent { "parent" } else { "doula" };
    let object = Some(link.id.as_str());
    audit::record(
        conn,
        now,
        &Act { actor: by, role, action, parent: Some(link.parent), link: Some(link.id), object },
    )
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
