//! Rows of invitations: made by a doula, spent once by a parent.
//!
//! Spending is a conditional update in the transaction that makes the care link, so of many who try the same
//! code at the same moment one succeeds and the others find it used.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use super::Own;
use crate::{
    audit::{self, Act},
    auth::Doula,
    db::{
        Conn,
        schema::{invitations, practice_members, users},
        types::Micros,
    },
    error::Result,
    id::{InvitationId, PracticeId, UserId},
    practice::member_store,
};

/// How long a code may be used (security requirement AUTH-17: seven days).
pub const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a spent invitation gives: whose care, in which practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Who offered.
    pub doula: UserId,
    /// On behalf of which practice.
    pub practice: PracticeId,
}

/// Stores an invitation under the hash of its code; returns when it expires.
///
/// # Errors
/// 500 when the doula belongs to no practice.
pub fn insert(conn: &mut Conn, doula: &Doula, code_hash: &str, now: Timestamp) -> Result<Timestamp> {
    let practice = member_store::of(conn, doula)?.practice();
    let (id, expires_at) = (InvitationId::new(now), now + LIFE);
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::code_hash.eq(code_hash),
            invitations::doula_id.eq(doula.id()),
            invitations::practice_id.eq(practice),
            invitations::created_at.eq(Micros::from(now)),
            invitations::expires_at.eq(Micros::from(expires_at)),
        ))
        .execute(conn)?;
    let object = Some(id.as_str());
    let act = Act {
        actor: doula.id(),
        role: "doula",
        action: "invitation.create",
        parent: None,
        link: None,
        object,
    };
    audit::record(conn, now, &act)?;
    Ok(expires_at)
}

/// Spends an invitation for the parent. `None`, whatever the reason: no such code, used, expired, or its doula
/// is no longer here.
pub fn spend(conn: &mut Conn, own: &Own, code_hash: &str, now: Timestamp) -> Result<Option<Offer>> {
    let found: Option<(InvitationId, UserId, PracticeId)> = invitations::table
        .filter(invitations::code_hash.eq(code_hash))
        .select((invitations::id, invitations::doula_id, invitations::practice_id))
        .first(conn)
        .optional()?;
    let Some((id, doula, practice)) = found else { return Ok(None) };
    if !is_here(conn, doula, practice)? {
        return Ok(None);
    }
    let spent = diesel::update(invitations::table.find(id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(Micros::from(now)))
        .set((invitations::used_at.eq(Micros::from(now)), invitations::used_by.eq(own.parent())))
        .execute(conn)?;
    Ok((spent == 1).then_some(Offer { doula, practice }))
}

fn is_here(conn: &mut Conn, doula: UserId, practice: PracticeId) -> Result<bool> {
    let enabled: i64 = users::table
        .filter(users::id.eq(doula))
        .filter(users::disabled_at.is_null())
        .count()
        .get_result(conn)?;
    let member: i64 = practice_members::table
        .filter(practice_members::practice_id.eq(practice))
        .filter(practice_members::user_id.eq(doula))
        .filter(practice_members::left_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(enabled == 1 && member == 1)
}
