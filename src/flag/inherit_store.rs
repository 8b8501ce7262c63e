//! Evidence of what was taken back: rows that a flag has from another one, so that it has the same readers.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::evidence_store::{Piece, pieces};
use crate::{
    care::Own,
    db::{Conn, schema::flag_evidence as evidence, types::Micros},
    error::Result,
    id::FlagId,
    rules::{RuleId, Source},
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
    let there = pieces(conn, own, to)?;
    for piece in seen {
        let row = (own.parent(), to, piece.source.kind(), piece.source.key());
        let Some(old) = there.iter().find(|old| old.source == piece.source) else {
            diesel::insert_into(evidence::table)
                .values((
                    evidence::parent_id.eq(own.parent()),
                    evidence::flag_id.eq(to),
                    evidence::kind.eq(piece.source.kind()),
                    evidence::source_id.eq(piece.source.key()),
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
        let said_at = old.recorded_at.max(piece.recorded_at);
        diesel::update(evidence::table.find(row))
            .set((
                evidence::recorded_at.eq(Micros::from(said_at)),
                evidence::withdrawn_at.eq(Micros::from(now)),
                evidence::taken_from.eq(taken_from(conn, own, to, piece.source, from)?),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The rule that something was taken from; `None` once it was taken from another one too.
fn taken_from(
    conn: &mut Conn,
    own: &Own,
    flag: FlagId,
    of: Source,
    from: RuleId,
) -> Result<Option<&'static str>> {
    let known: Option<String> = evidence::table
        .find((own.parent(), flag, of.kind(), of.key()))
        .select(evidence::taken_from)
        .first(conn)?;
    Ok((known.as_deref() == Some(from.as_str())).then_some(from.as_str()))
}
