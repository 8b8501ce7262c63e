//! Evidence of what was taken back: rows that a flag has from another one, so that it has the same readers.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::evidence_store::Piece;
use crate::{
    care::Own,
    db::{Conn, schema::flag_evidence as evidence, types::Micros},
    error::Result,
    id::FlagId,
    rules::RuleId,
};

/// Gives a flag that was made of the end of another one, of the rule `from`, the same readers: what was shared of the other
/// is kept for the new one as something that no longer holds.
pub fn inherit(
    conn: &mut Conn,
    own: &Own,
    to: FlagId,
    from: RuleId,
    seen: &[&Piece],
    now: Timestamp,
) -> Result<()> {
    let there: Vec<(String, String, Micros, Option<String>)> = evidence::table
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::flag_id.eq(to))
        .select((evidence::kind, evidence::source_id, evidence::recorded_at, evidence::taken_from))
        .load(conn)?;
    for piece in seen {
        let (kind, key) = (piece.source.kind(), piece.source.key());
        let row = (own.parent(), to, kind, key.clone());
        let old = there.iter().find(|(of_kind, of_key, ..)| *of_kind == kind && *of_key == key);
        let Some((.., recorded_at, taken_from)) = old else {
            diesel::insert_into(evidence::table)
                .values((
                    evidence::parent_id.eq(own.parent()),
                    evidence::flag_id.eq(to),
                    evidence::kind.eq(kind),
                    evidence::source_id.eq(key),
                    evidence::local_date.eq(piece.local_date.clone()),
                    evidence::recorded_at.eq(Micros::from(piece.recorded_at)),
                    evidence::added_at.eq(Micros::from(now)),
                    evidence::withdrawn_at.eq(Micros::from(now)),
                    evidence::withdrawn_shared.eq(true),
                    evidence::taken_from.eq(from.as_str()),
                ))
                .execute(conn)?;
            continue;
        };
        // Where it was said again, somebody may have read it whose link began in between.
        let said_at = Timestamp::from(*recorded_at).max(piece.recorded_at);
        // Once it was taken from two rules, nobody can say by which of them it may stand again.
        let same = taken_from.as_deref() == Some(from.as_str());
        diesel::update(evidence::table.find(row))
            .set((
                evidence::recorded_at.eq(Micros::from(said_at)),
                evidence::withdrawn_at.eq(Micros::from(now)),
                evidence::taken_from.eq(same.then_some(from.as_str())),
            ))
            .execute(conn)?;
    }
    Ok(())
}
