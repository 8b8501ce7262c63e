//! Who has her quiet days looked at again when the lines of her care move: the families of a practice that set
//! something, or one parent whose links changed.
//!
//! The look is a timer of its own beside the next one. So an answer that is judged meanwhile by the lines of before
//! cannot put it off, and neither the practice nor its families wait for each other.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl,
    dsl::exists,
    select, sql_query,
    sql_types::{BigInt, Text},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    db::{
        Conn, on,
        schema::{care_links, rule_settings},
        types::Micros,
    },
    error::Result,
    id::{PracticeId, UserId},
    rules::{due::goes_by, settings::Topic},
    timer::{self, Kind, LINES},
};

/// Time between the looks at two families of a practice, so that a large one takes up a small part of the writer
/// (product decision: 100,000 families are looked at within 34 minutes).
const APART: SignedDuration = SignedDuration::from_millis(20);

/// Sets a look at each family that is in the care of the practice now: one statement, however many they are. All are
/// due now, so that each is looked at as of now; when each may be taken is spread.
pub fn families_of(conn: &mut Conn, practice: PracticeId, now: Timestamp) -> Result<()> {
    let apart = i64::try_from(APART.as_micros()).unwrap_or_default();
    let query = sql_query(
        "INSERT INTO timers (parent_id, kind, subject_id, due_at, leased_until, attempts)
         SELECT parent_id, $1, $2, $3, $3 + (row_number() OVER (ORDER BY parent_id) - 1) * $4, 0
         FROM (SELECT DISTINCT parent_id FROM care_links
               WHERE practice_id = $5 AND (ended_at IS NULL OR ended_at > $3)
                 AND (expires_at IS NULL OR expires_at > $3)) AS families
         WHERE true
         ON CONFLICT (parent_id, kind, subject_id)
         DO UPDATE SET due_at = excluded.due_at, leased_until = excluded.leased_until, attempts = 0
         WHERE timers.due_at > excluded.due_at",
    );
    let query = query
        .bind::<Text, _>(Kind::QuietDay.as_str())
        .bind::<Text, _>(LINES)
        .bind::<BigInt, _>(Micros::from(now))
        .bind::<BigInt, _>(apart)
        .bind::<Text, _>(practice);
    on!(conn, |c| query.execute(c))?;
    Ok(())
}

/// Sets a look at a parent whose links changed, where a practice among them has set something that counts for it.
pub(super) fn parent(conn: &mut Conn, parent: UserId, now: Timestamp) -> Result<()> {
    let topics: Vec<&str> = Topic::all().filter(|topic| goes_by(*topic)).map(Topic::as_str).collect();
    let set = care_links::table
        .inner_join(rule_settings::table.on(rule_settings::practice_id.eq(care_links::practice_id)))
        .filter(care_links::parent_id.eq(parent).and(rule_settings::topic.eq_any(topics)));
    if on!(conn, |c| select(exists(set)).get_result::<bool>(c))? {
        timer::set(conn, parent, Kind::QuietDay, LINES, now)?;
    }
    Ok(())
}
