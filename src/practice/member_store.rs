//! Who belongs to which practice.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::member::Member;
use crate::{
    auth::Doula,
    db::{Conn, schema::practice_members},
    error::{Error, Result},
    id::PracticeId,
};

/// The doula as a member of her practice; of several, the one that she has been with for longest.
///
/// # Errors
/// 500 when she belongs to none.
pub fn of(conn: &mut Conn, doula: &Doula) -> Result<Member> {
    let found: Option<(PracticeId, bool)> = practice_members::table
        .filter(practice_members::user_id.eq(doula.id()))
        .filter(practice_members::left_at.is_null())
        .order((practice_members::joined_at.asc(), practice_members::practice_id.asc()))
        .select((practice_members::practice_id, practice_members::is_admin))
        .first(conn)
        .optional()?;
    let (practice, is_admin) = found.ok_or_else(|| Error::internal("a doula belongs to no practice"))?;
    Ok(Member { practice, doula: doula.id(), is_admin })
}
