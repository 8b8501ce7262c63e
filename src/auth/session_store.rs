//! Rows of sessions.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};
use jiff::{Timestamp, Unit};

use super::{
    account::{Lifetime, MOST_SESSIONS},
    caller::{Caller, Role},
    store::role,
};
use crate::{
    db::{
        Conn, on,
        schema::{sessions, users},
        types::Micros,
    },
    error::{Error, Result},
    id::{SessionId, UserId},
    seal::Vault,
};

/// A session that stands, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Who.
    pub user: UserId,
    /// In which role.
    pub role: Role,
    /// When the password was last given.
    pub auth_time: Timestamp,
}

/// The session, if it was not ended, has not run out, and its account is not switched off.
pub fn live_session(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<Option<Live>> {
    let at = Micros::from(now);
    let query = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(id))
        .filter(sessions::ended_at.is_null().and(users::disabled_at.is_null()))
        .filter(sessions::idle_expires_at.gt(at).and(sessions::expires_at.gt(at)))
        .select((sessions::user_id, users::role, sessions::auth_time));
    let row: Option<(UserId, String, Micros)> = on!(conn, |c| query.first(c)).optional()?;
    row.map(|(user, word, auth_time)| Ok(Live { user, role: role(&word)?, auth_time: auth_time.into() }))
        .transpose()
}

/// What a refresh needs to know of a session that stands.
#[derive(Clone)]
pub struct Renewable {
    /// Whose, and in which role.
    pub live: Live,
    /// Random bytes that its refresh tokens rest on.
    pub seed: Vec<u8>,
    /// Generation of the current refresh token.
    pub generation: i64,
    /// When that generation began.
    pub rotated_at: Timestamp,
    /// When the session began.
    pub created_at: Timestamp,
}

/// Begins a session; the oldest of too many ends. Returns it with its seed.
pub fn begin(
    conn: &mut Conn,
    vault: &Vault,
    user: UserId,
    as_role: Role,
    device: &str,
    token_seconds: i64,
    now: Timestamp,
) -> Result<(SessionId, Vec<u8>)> {
    let id = SessionId::new(now);
    let seed: [u8; 32] = vault.random()?;
    let life = Lifetime::of(as_role);
    let at = Micros::from(now);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::user_id.eq(user),
            sessions::device.eq(device),
            sessions::seed.eq(&seed[..]),
            sessions::rotated_at.eq(at),
            sessions::auth_time.eq(at),
            sessions::created_at.eq(at),
            sessions::last_used_at.eq(Micros::from(to_the_hour(now))),
            sessions::idle_expires_at.eq(Micros::from(life.idle_end(now, now, token_seconds))),
            sessions::expires_at.eq(Micros::from(now + life.absolute)),
        ))
        .execute(conn)?;
    let surplus: Vec<SessionId> = sessions::table
        .filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()).and(sessions::expires_at.gt(at)))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(sessions::id)
        .load(conn)?
        .into_iter()
        .skip(usize::try_from(MOST_SESSIONS).map_err(Error::internal)?)
        .collect();
    for session in surplus {
        end(conn, session, now)?;
    }
    Ok((id, seed.to_vec()))
}

/// The session of a refresh token, if it stands.
pub fn renewable(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<Option<Renewable>> {
    #[derive(Queryable)]
    struct Row {
        seed: Vec<u8>,
        generation: i64,
        rotated_at: Micros,
        created_at: Micros,
    }
    let Some(live) = live_session(conn, id, now)? else { return Ok(None) };
    let row: Row = sessions::table
        .find(id)
        .select((sessions::seed, sessions::generation, sessions::rotated_at, sessions::created_at))
        .first(conn)?;
    Ok(Some(Renewable {
        live,
        seed: row.seed,
        generation: row.generation,
        rotated_at: row.rotated_at.into(),
        created_at: row.created_at.into(),
    }))
}

/// The seed of a session that may have ended, so that its own refresh token can still close it.
pub fn seed(conn: &mut Conn, id: SessionId) -> Result<Option<Vec<u8>>> {
    Ok(sessions::table.find(id).select(sessions::seed).first(conn).optional()?)
}

/// Moves a session to its next generation; false when somebody else just did.
pub fn rotate(
    conn: &mut Conn,
    id: SessionId,
    session: &Renewable,
    token_seconds: i64,
    now: Timestamp,
) -> Result<bool> {
    let idle_end = Lifetime::of(session.live.role).idle_end(session.created_at, now, token_seconds);
    let moved = diesel::update(sessions::table.find(id))
        .filter(sessions::generation.eq(session.generation).and(sessions::ended_at.is_null()))
        .set((
            sessions::generation.eq(session.generation + 1),
            sessions::rotated_at.eq(Micros::from(now)),
            sessions::last_used_at.eq(Micros::from(to_the_hour(now))),
            sessions::idle_expires_at.eq(Micros::from(idle_end)),
        ))
        .execute(conn)?;
    Ok(moved == 1)
}

/// Ends a session; nothing happens when it has ended.
pub fn end(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<()> {
    diesel::update(sessions::table.find(id))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(Micros::from(now)))
        .execute(conn)?;
    Ok(())
}

/// One sign-in as its owner sees it.
#[derive(Debug, Clone, Queryable)]
pub struct Listed {
    /// Its name.
    pub id: SessionId,
    /// Coarse label.
    pub device: String,
    /// When it began.
    pub created_at: Micros,
    /// When it was last refreshed, to the hour.
    pub last_used_at: Micros,
    /// When it ends in any case.
    pub expires_at: Micros,
}

/// The caller's sign-ins that stand, newest first.
pub fn list(conn: &mut Conn, caller: &Caller, now: Timestamp) -> Result<Vec<Listed>> {
    let at = Micros::from(now);
    Ok(sessions::table
        .filter(sessions::user_id.eq(caller.id).and(sessions::ended_at.is_null()))
        .filter(sessions::idle_expires_at.gt(at).and(sessions::expires_at.gt(at)))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            sessions::device,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
        ))
        .load(conn)?)
}

/// Ends one of the caller's own sign-ins; false when it is not hers or has ended.
pub fn end_own(conn: &mut Conn, caller: &Caller, id: SessionId, now: Timestamp) -> Result<bool> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::user_id.eq(caller.id).and(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(Micros::from(now)))
        .execute(conn)?;
    Ok(ended == 1)
}

fn to_the_hour(at: Timestamp) -> Timestamp {
    at.round(jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc)).unwrap_or(at)
}
