//! Rows of days without an answer that the rules were asked about, each with what was known on it.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::max};
use jiff::civil::Date;

use crate::{
    care::Own,
    db::{
        Conn,
        schema::{check_ins, parents, quiet_days, screenings},
        types::{Day, Micros},
    },
    error::Result,
    rules::{Known, Quiet},
};

type Row = (Day, Micros, Option<i32>, Option<Day>, bool, bool);

/// The days from a local day on that were asked about, earliest first.
pub fn since(conn: &mut Conn, own: &Own, from: Date) -> Result<Vec<Quiet>> {
    let rows: Vec<Row> = quiet_days::table
        .filter(quiet_days::parent_id.eq(own.parent()).and(quiet_days::local_date.ge(Day::from(from))))
        .order(quiet_days::local_date.asc())
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(quiet).collect())
}

/// One day that was asked about.
pub fn find(conn: &mut Conn, own: &Own, on: Date) -> Result<Option<Quiet>> {
    let row: Option<Row> =
        quiet_days::table.find((own.parent(), Day::from(on))).select(columns()).first(conn).optional()?;
    Ok(row.map(quiet))
}

/// Notes that a day is asked about; it must not be there yet.
pub fn insert(conn: &mut Conn, own: &Own, quiet: &Quiet) -> Result<()> {
    let known = quiet.known;
    diesel::insert_into(quiet_days::table)
        .values((
            quiet_days::parent_id.eq(own.parent()),
            quiet_days::local_date.eq(Day::from(quiet.on)),
            quiet_days::at.eq(Micros::from(quiet.at)),
            quiet_days::cadence_days.eq(known.cadence_days.map(i32::from)),
            quiet_days::paused_through.eq(known.paused_through.map(Day::from)),
            quiet_days::flag_open.eq(known.flag_open),
            quiet_days::shared_flag_open.eq(known.shared_flag_open),
        ))
        .execute(conn)?;
    Ok(())
}

/// The local day of the parent's last answer: a check-in, or a questionnaire that was filled in.
pub fn last_answered_day(conn: &mut Conn, own: &Own) -> Result<Option<Date>> {
    let check_in: Option<Day> = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .select(max(check_ins::local_date))
        .first(conn)?;
    let form: Option<Day> = screenings::table
        .filter(screenings::parent_id.eq(own.parent()))
        .select(max(screenings::local_date))
        .first(conn)?;
    Ok(check_in.into_iter().chain(form).map(|day| day.date()).max())
}

/// The parent's wish and her latest pause, as they are now.
pub fn wished(conn: &mut Conn, own: &Own) -> Result<Known> {
    let columns = (parents::cadence_days, parents::paused_through);
    let (cadence_days, paused_through): (Option<i32>, Option<Day>) =
        parents::table.find(own.parent()).select(columns).first(conn)?;
    let paused_through = paused_through.map(|day| day.date());
    Ok(Known { cadence_days: days(cadence_days), paused_through, ..Known::default() })
}

type Columns = (
    quiet_days::local_date,
    quiet_days::at,
    quiet_days::cadence_days,
    quiet_days::paused_through,
    quiet_days::flag_open,
    quiet_days::shared_flag_open,
);

fn columns() -> Columns {
    (
        quiet_days::local_date,
        quiet_days::at,
        quiet_days::cadence_days,
        quiet_days::paused_through,
        quiet_days::flag_open,
        quiet_days::shared_flag_open,
    )
}

fn quiet((on, at, cadence_days, paused_through, flag_open, shared_flag_open): Row) -> Quiet {
    let known = Known {
        cadence_days: days(cadence_days),
        paused_through: paused_through.map(|day| day.date()),
        flag_open,
        shared_flag_open,
    };
    Quiet { on: on.date(), at: at.into(), known }
}

/// A number of days as it is stored; the interface lets none through that does not fit.
pub(super) fn days(stored: Option<i32>) -> Option<u8> {
    stored.and_then(|days| u8::try_from(days).ok())
}
