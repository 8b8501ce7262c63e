//! Rows of questionnaires that were filled in. What a doula may see is part of each query that she is behind.

use std::collections::BTreeMap;

use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper, dsl::max,
};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{filled::Screening, scoring::Answers};
use crate::{
    audit::Act,
    care::{Grant, Own},
    change::{self, Kind, Op},
    check_in::{Filter, after_day, before_day},
    db::{
        Conn, on,
        schema::screenings,
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{ScreeningId, UserId},
    rules::Form,
};

/// A row, as it is read and written; the parent comes beside it.
#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = screenings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: ScreeningId,
    revision: i64,
    instrument: String,
    version: String,
    answers: String,
    total: Option<i32>,
    possible: i32,
    subscales: String,
    band: Option<String>,
    self_harm: Option<i16>,
    harm: Option<i16>,
    watched: Option<i16>,
    danger_answer: bool,
    keying_doubt: bool,
    keying_confirmed: bool,
    private: bool,
    incomplete: bool,
    rules_pending: bool,
    entered_by: Option<UserId>,
    occurred_at: Micros,
    time_zone: String,
    local_date: Day,
    recorded_at: Micros,
    updated_at: Micros,
    said_at: Micros,
}

impl Row {
    fn of(it: &Screening) -> Result<Self> {
        let small = |value: Option<u8>| value.map(i16::from);
        Ok(Self {
            id: it.id,
            revision: it.revision,
            instrument: it.instrument.clone(),
            version: it.version.clone(),
            answers: serde_json::to_string(&it.answers).map_err(Error::internal)?,
            total: it.total.map(i32::from),
            possible: it.possible.into(),
            subscales: serde_json::to_string(&it.subscales).map_err(Error::internal)?,
            band: it.band.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?,
            self_harm: small(it.self_harm),
            harm: small(it.harm),
            watched: small(it.watched),
            danger_answer: it.danger_answer,
            keying_doubt: it.keying_doubt,
            keying_confirmed: it.keying_confirmed,
            private: it.private,
            incomplete: it.incomplete,
            rules_pending: it.rules_pending,
            entered_by: it.entered_by,
            occurred_at: it.occurred_at.into(),
            time_zone: it.time_zone.clone(),
            local_date: it.local_date.into(),
            recorded_at: it.recorded_at.into(),
            updated_at: it.written_at.into(),
            said_at: it.said_at.into(),
        })
    }

    /// What is damaged of an older form is a gap: it must not keep something new from being judged.
    pub(super) fn whole(mut self) -> Self {
        let answers = serde_json::from_str::<Answers>(&self.answers).is_ok();
        let subscales = serde_json::from_str::<BTreeMap<String, u16>>(&self.subscales).is_ok();
        for (list, readable) in [(&mut self.answers, answers), (&mut self.subscales, subscales)] {
            if !readable {
                tracing::error!(screening = %self.id, "stored answers cannot be read and count as gaps");
                "{}".clone_into(list);
            }
        }
        // A danger answer that cannot be read is still one.
        let fits = |value: Option<i16>| value.filter(|value| u8::try_from(*value).is_ok());
        let certain =
            |value: Option<i16>| fits(value).or((value.is_some() && self.danger_answer).then_some(1));
        let (self_harm, harm, watched) = (certain(self.self_harm), certain(self.harm), fits(self.watched));
        let total = self.total.filter(|total| u16::try_from(*total).is_ok());
        let possible = self.possible.clamp(0, u16::MAX.into());
        Self { band: None, self_harm, harm, total, watched, possible, ..self }
    }

    pub(super) fn read(self) -> Result<Screening> {
        let small = |value: Option<i16>| value.map(u8::try_from).transpose().map_err(Error::internal);
        // The parser's own message would quote her answers into the log.
        let damaged = |_| Error::internal("stored answers cannot be read");
        Ok(Screening {
            id: self.id,
            revision: self.revision,
            instrument: self.instrument,
            version: self.version,
            answers: serde_json::from_str(&self.answers).map_err(damaged)?,
            total: self.total.map(u16::try_from).transpose().map_err(Error::internal)?,
            possible: u16::try_from(self.possible).map_err(Error::internal)?,
            subscales: serde_json::from_str(&self.subscales).map_err(damaged)?,
            band: self.band.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?,
            self_harm: small(self.self_harm)?,
            harm: small(self.harm)?,
            watched: small(self.watched)?,
            danger_answer: self.danger_answer,
            keying_doubt: self.keying_doubt,
            keying_confirmed: self.keying_confirmed,
            private: self.private,
            incomplete: self.incomplete,
            rules_pending: self.rules_pending,
            entered_by: self.entered_by,
            occurred_at: self.occurred_at.into(),
            time_zone: self.time_zone,
            local_date: self.local_date.date(),
            recorded_at: self.recorded_at.into(),
            written_at: self.updated_at.into(),
            said_at: self.said_at.into(),
        })
    }
}

/// Stores a new one, with its change and the act that it is.
pub fn insert(conn: &mut Conn, own: &Own, it: &Screening, act: &Act<'_>) -> Result<()> {
    let insert =
        diesel::insert_into(screenings::table).values((screenings::parent_id.eq(own.parent()), Row::of(it)?));
    change::make(conn, &insert, own.parent(), (Kind::Screening, it.id.as_str(), Op::Put), act, it.recorded_at)
}

/// Stores a changed one over the revision before its own; false when another revision is there.
pub fn update(conn: &mut Conn, own: &Own, it: &Screening) -> Result<bool> {
    let changed = diesel::update(screenings::table.find((own.parent(), it.id)))
        .filter(screenings::revision.eq(it.revision - 1))
        .set(Row::of(it)?)
        .execute(conn)?;
    Ok(changed == 1)
}

/// Removes one; false when another revision is there.
pub fn delete(conn: &mut Conn, own: &Own, it: &Screening) -> Result<bool> {
    let removed = diesel::delete(screenings::table.find((own.parent(), it.id)))
        .filter(screenings::revision.eq(it.revision))
        .execute(conn)?;
    Ok(removed == 1)
}

/// Marks or clears that rules have still to run on one.
pub fn set_rules_pending(conn: &mut Conn, own: &Own, id: ScreeningId, pending: bool) -> Result<()> {
    diesel::update(screenings::table.find((own.parent(), id)))
        .set(screenings::rules_pending.eq(pending))
        .execute(conn)?;
    Ok(())
}

/// One of the parent's own.
pub fn find_own(conn: &mut Conn, own: &Own, id: ScreeningId) -> Result<Option<Screening>> {
    let row: Option<Row> =
        screenings::table.find((own.parent(), id)).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::read).transpose()
}

/// Those of the parent's own that have one of these ids.
pub fn own_some(conn: &mut Conn, own: &Own, ids: &[ScreeningId]) -> Result<Vec<Screening>> {
    let hers = screenings::table.filter(screenings::parent_id.eq(own.parent()));
    let rows: Vec<Row> = hers.filter(screenings::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// What the rules see: every one from a local day on.
pub fn forms(conn: &mut Conn, own: &Own, from: Date) -> Result<Vec<Form>> {
    // Read at each check-in: a query of one shape, found by its type.
    let query = screenings::table
        .filter(screenings::parent_id.eq(own.parent()).and(screenings::local_date.ge(Day::from(from))))
        .filter(screenings::occurred_at.ge(Micros::from(before_day(from))));
    let rows: Vec<Row> = on!(conn, |c| query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(|row| row.whole().read().map(|it| it.form())).collect()
}

/// The last local day within `days` of one, before it or after it, on which a complete one of an instrument was filled
/// in. `seen_by`: for a doula only those are there that she may know of.
pub fn last_within(
    conn: &mut Conn,
    own: &Own,
    seen_by: Option<&Grant>,
    instrument: &str,
    on: Date,
    days: i64,
) -> Result<Option<Date>> {
    let (after, before) = (on.saturating_sub(days.days()), on.saturating_add(days.days()));
    let mut query = screenings::table
        .filter(screenings::parent_id.eq(own.parent()).and(screenings::instrument.eq(instrument)))
        .filter(screenings::total.is_not_null())
        .filter(screenings::local_date.gt(Day::from(after)).and(screenings::local_date.lt(Day::from(before))))
        .into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(screenings::private.eq(false))
            .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())));
    }
    let last: Option<Day> = query.select(max(screenings::local_date)).first(conn)?;
    Ok(last.map(|day| day.date()))
}

/// Those of the parent's own, newest first.
pub fn own_page(
    conn: &mut Conn,
    own: &Own,
    filter: &Filter,
    after: Option<(Timestamp, ScreeningId)>,
    limit: i64,
) -> Result<Vec<Screening>> {
    page(conn, own.parent(), None, filter, after, limit)
}

/// Those that a grant shows, newest first: none that are private or were recorded before the link's history.
pub fn shared_page(
    conn: &mut Conn,
    grant: &Grant,
    filter: &Filter,
    after: Option<(Timestamp, ScreeningId)>,
    limit: i64,
) -> Result<Vec<Screening>> {
    if !grant.scopes().screenings {
        return Ok(Vec::new());
    }
    page(conn, grant.parent(), Some(grant), filter, after, limit)
}

fn page(
    conn: &mut Conn,
    parent: UserId,
    seen_by: Option<&Grant>,
    filter: &Filter,
    after: Option<(Timestamp, ScreeningId)>,
    limit: i64,
) -> Result<Vec<Screening>> {
    let mut query = screenings::table.filter(screenings::parent_id.eq(parent)).into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(screenings::private.eq(false))
            .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())));
    }
    if let Some(from) = filter.from {
        query = query
            .filter(screenings::local_date.ge(Day::from(from)))
            .filter(screenings::occurred_at.ge(Micros::from(before_day(from))));
    }
    if let Some(to) = filter.to {
        query = query
            .filter(screenings::local_date.le(Day::from(to)))
            .filter(screenings::occurred_at.lt(Micros::from(after_day(to))));
    }
    if let Some((at, id)) = after {
        let at = Micros::from(at);
        query = query.filter(
            screenings::occurred_at.lt(at).or(screenings::occurred_at.eq(at).and(screenings::id.lt(id))),
        );
    }
    let rows: Vec<Row> = query
        .order((screenings::occurred_at.desc(), screenings::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}
