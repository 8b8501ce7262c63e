//! Rows of confirmations: who last tried a line, and when. The newest one of a line takes the place of the others.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::civil::Date;

use super::line::Confirmations;
use crate::{
    db::{self, Conn, schema::line_confirmations, types::Day},
    error::{Error, Result},
};

/// Every confirmation, also those of lines that this program does not know.
pub fn all(conn: &mut Conn) -> Result<Confirmations> {
    let rows: Vec<(String, Day)> = line_confirmations::table
        .select((line_confirmations::line_id, line_confirmations::confirmed_on))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, day)| (id, day.date())).collect())
}

/// Records that `by` tried a line on the day `on` and found number and hours right. Whether the line exists is
/// asked before, of `Lines`.
pub fn confirm(conn: &mut Conn, line_id: &str, by: &str, on: Date) -> Result<()> {
    if update(conn, line_id, by, on)? {
        return Ok(());
    }
    let inserted = db::unique(conn, |conn| {
        diesel::insert_into(line_confirmations::table)
            .values((
                line_confirmations::line_id.eq(line_id),
                line_confirmations::confirmed_by.eq(by),
                line_confirmations::confirmed_on.eq(Day::from(on)),
            ))
            .execute(conn)
    })?;
    // Taken in between by somebody else who confirms the same line: the row is there now.
    if inserted.is_some() || update(conn, line_id, by, on)? {
        return Ok(());
    }
    Err(Error::internal("a confirmation was neither there nor could it be added"))
}

fn update(conn: &mut Conn, line_id: &str, by: &str, on: Date) -> Result<bool> {
    let changed = diesel::update(line_confirmations::table.find(line_id))
        .set((line_confirmations::confirmed_by.eq(by), line_confirmations::confirmed_on.eq(Day::from(on))))
        .execute(conn)?;
    Ok(changed == 1)
}
