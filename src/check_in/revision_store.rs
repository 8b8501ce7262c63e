//! Rows of revisions: what a check-in was before each edit.

use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};

use super::{CheckIn, row_store::Row};
use crate::{
    care::Own,
    db::{
        Conn,
        schema::{check_in_revisions as revisions, check_ins},
        types::{Day, Micros},
    },
    error::Result,
    id::{BabyId, CheckInId, UserId},
    seal::{Vault, store::person_key},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = revisions, treat_none_as_default_value = false)]
struct Kept {
    parent_id: UserId,
    check_in_id: CheckInId,
    revision: i64,
    mood: Option<i16>,
    connection: Option<i16>,
    anxiety: Option<i16>,
    sleep_half_hours: Option<i16>,
    support: Option<i16>,
    sped_up: Option<bool>,
    safe_now: Option<String>,
    contact_me: Option<bool>,
    note_sealed: Option<Vec<u8>>,
    tags_sealed: Option<Vec<u8>>,
    baby_id: Option<BabyId>,
    private: bool,
    incomplete: bool,
    occurred_at: Micros,
    time_zone: String,
    local_date: Day,
    written_at: Micros,
}

/// Keeps the revision of a check-in that is about to be edited.
pub fn keep(conn: &mut Conn, own: &Own, id: CheckInId) -> Result<()> {
    let row: Row = check_ins::table.find((own.parent(), id)).select(Row::as_select()).first(conn)?;
    let kept = Kept {
        parent_id: own.parent(),
        check_in_id: row.id,
        revision: row.revision,
        mood: row.mood,
        connection: row.connection,
        anxiety: row.anxiety,
        sleep_half_hours: row.sleep_half_hours,
        support: row.support,
        sped_up: row.sped_up,
        safe_now: row.safe_now,
        contact_me: row.contact_me,
        note_sealed: row.note_sealed,
        tags_sealed: row.tags_sealed,
        baby_id: row.baby_id,
        private: row.private,
        incomplete: row.incomplete,
        occurred_at: row.occurred_at,
        time_zone: row.time_zone,
        local_date: row.local_date,
        written_at: row.updated_at,
    };
    diesel::insert_into(revisions::table).values(kept).execute(conn)?;
    Ok(())
}

/// The revisions before the current one, newest first, below a revision.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    current: &CheckIn,
    below: i64,
    limit: i64,
) -> Result<Vec<CheckIn>> {
    let rows: Vec<Kept> = revisions::table
        .filter(revisions::parent_id.eq(own.parent()))
        .filter(revisions::check_in_id.eq(current.id))
        .filter(revisions::revision.lt(below))
        .order(revisions::revision.desc())
        .limit(limit)
        .select(Kept::as_select())
        .load(conn)?;
    let rows: Vec<Row> = rows.into_iter().map(|kept| kept.row(current)).collect();
    let key =
        if rows.iter().any(Row::has_words) { Some(person_key(conn, vault, own.parent())?) } else { None };
    rows.into_iter().map(|row| row.open(key.as_ref())).collect()
}

impl Kept {
    /// As a row of the check-in, of which some things never change and others are not kept.
    fn row(self, current: &CheckIn) -> Row {
        Row {
            id: self.check_in_id,
            revision: self.revision,
            mood: self.mood,
            connection: self.connection,
            anxiety: self.anxiety,
            sleep_half_hours: self.sleep_half_hours,
            support: self.support,
            sped_up: self.sped_up,
            safe_now: self.safe_now,
            contact_me: self.contact_me,
            note_sealed: self.note_sealed,
            tags_sealed: self.tags_sealed,
            baby_id: self.baby_id,
            private: self.private,
            incomplete: self.incomplete,
            rules_pending: false,
            occurred_at: self.occurred_at,
            time_zone: self.time_zone,
            local_date: self.local_date,
            recorded_at: current.recorded_at.into(),
            updated_at: self.written_at,
            said_at: current.said_at.into(),
        }
    }
}
