//! What of a flag's evidence a doula sees: only shared check-ins and questionnaires inside her link exist for her.
//!
//! Whether something is shared is asked of its own row, whatever kind it is. Its values are read here too; the scopes that
//! let her see them are asked for where the view is made.

use std::collections::{BTreeMap, HashMap};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable,
    RunQueryDsl, dsl::exists,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    care::Grant,
    check_in::{after_day, before_day},
    db::{
        Conn,
        schema::{check_ins, flag_evidence as evidence, screenings},
        types::{Day, Micros},
    },
    error::Result,
    id::{CheckInId, FlagId, ScreeningId},
};

/// A shared check-in that a flag rests on, with what was answered in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedCheckIn {
    /// Which.
    pub id: CheckInId,
    /// The local day that it was felt on.
    pub local_date: Date,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// What was answered.
    pub answers: Answers,
}

/// The answers of a check-in without its words; a gap is `None`.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Answers {
    /// 0 to 10.
    pub mood: Option<i16>,
    /// 0 to 10.
    pub connection: Option<i16>,
    /// 0 to 10.
    pub anxiety: Option<i16>,
    /// Half hours of sleep in 24 hours.
    pub sleep_half_hours: Option<i16>,
    /// 0 to 10.
    pub support: Option<i16>,
    /// Unusually full of energy.
    pub sped_up: Option<bool>,
    /// "yes", "unsure" or "no".
    pub safe_now: Option<String>,
    /// Asked for contact.
    pub contact_me: Option<bool>,
}

/// A shared questionnaire that a flag rests on, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedForm {
    /// Which.
    pub id: ScreeningId,
    /// The local day that it speaks from.
    pub local_date: Date,
    /// When what it says was last said.
    pub recorded_at: Timestamp,
    /// The instrument, by its id.
    pub instrument: String,
    /// What was answered, by item.
    pub answers: BTreeMap<String, u8>,
    /// The total when it was stored; `None` when it is incomplete.
    pub total: Option<u16>,
    /// The highest total that what was asked could have come to.
    pub possible: u16,
}

/// The shared check-ins of a flag inside the link, earliest day first.
pub fn shared(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<Vec<SharedCheckIn>> {
    let rows: Vec<(CheckInId, Day, Micros, Answers)> = evidence::table
        .inner_join(check_ins::table.on(is_source()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(check_ins::private.eq(false).and(evidence::withdrawn_at.is_null()))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())))
        .order((evidence::local_date.asc(), evidence::recorded_at.asc(), evidence::source_id.asc()))
        .select((
            check_ins::id,
            evidence::local_date,
            evidence::recorded_at,
            (
                check_ins::mood,
                check_ins::connection,
                check_ins::anxiety,
                check_ins::sleep_half_hours,
                check_ins::support,
                check_ins::sped_up,
                check_ins::safe_now,
                check_ins::contact_me,
            ),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, local_date, recorded_at, answers)| SharedCheckIn {
            id,
            local_date: local_date.date(),
            recorded_at: recorded_at.into(),
            answers,
        })
        .collect())
}

/// When the check-ins and questionnaires of some flags were recorded that [`shared`] and [`shared_forms`] show, without
/// reading them.
pub fn inside(conn: &mut Conn, grant: &Grant, flags: &[FlagId]) -> Result<HashMap<FlagId, Vec<Timestamp>>> {
    if flags.is_empty() {
        return Ok(HashMap::new());
    }
    let from = Micros::from(grant.history_from());
    let check_in = check_ins::private.eq(false).and(check_ins::recorded_at.ge(from));
    let form = screenings::private.eq(false).and(screenings::recorded_at.ge(from));
    let rows: Vec<(FlagId, Micros)> = evidence::table
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq_any(flags))
        .filter(evidence::withdrawn_at.is_null())
        .filter(check_in.assume_not_null().or(form.assume_not_null()))
        .select((evidence::flag_id, evidence::recorded_at))
        .load(conn)?;
    let mut of_flag: HashMap<FlagId, Vec<Timestamp>> = HashMap::new();
    for (flag, at) in rows {
        of_flag.entry(flag).or_default().push(at.into());
    }
    Ok(of_flag)
}

type FormRow = (ScreeningId, Day, Micros, String, String, Option<i32>, i32);

/// The shared questionnaires of a flag inside the link, earliest day first.
pub fn shared_forms(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<Vec<SharedForm>> {
    let rows: Vec<FormRow> = evidence::table
        .inner_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(screenings::private.eq(false).and(evidence::withdrawn_at.is_null()))
        .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())))
        .order((evidence::local_date.asc(), evidence::recorded_at.asc(), evidence::source_id.asc()))
        .select((
            screenings::id,
            evidence::local_date,
            evidence::recorded_at,
            screenings::instrument,
            screenings::answers,
            screenings::total,
            screenings::possible,
        ))
        .load(conn)?;
    let read = rows.into_iter().map(|(id, local_date, recorded_at, instrument, answers, total, possible)| {
        // One damaged form must not take the list of all flags away: what of it cannot be read is a gap and an alarm.
        let answers = serde_json::from_str(&answers).unwrap_or_else(|_| {
            tracing::error!(screening = %id, "stored answers cannot be read and count as gaps");
            Default::default()
        });
        SharedForm {
            id,
            local_date: local_date.date(),
            recorded_at: recorded_at.into(),
            instrument,
            answers,
            total: total.and_then(|total| u16::try_from(total).ok()),
            possible: u16::try_from(possible).unwrap_or(0),
        }
    });
    Ok(read.collect())
}

/// Whether a flag rests on a shared questionnaire, or did when that was withdrawn.
pub fn rests_on_forms(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<bool> {
    let forms = evidence::table
        .left_join(check_ins::table.on(is_source()))
        .left_join(screenings::table.on(is_form()))
        .filter(evidence::parent_id.eq(grant.parent()))
        .filter(evidence::flag_id.eq(flag))
        .filter(evidence::kind.eq("screening").and(is_shared()));
    Ok(diesel::select(exists(forms)).get_result(conn)?)
}

/// Whether a reason that counts the days from `from` to `to` counts something that lies before the link.
pub fn counts_unseen(conn: &mut Conn, grant: &Grant, from: Date, to: Date) -> Result<bool> {
    let unseen: i64 = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()))
        .filter(check_ins::private.eq(false))
        .filter(check_ins::local_date.ge(Day::from(from)).and(check_ins::local_date.le(Day::from(to))))
        .filter(check_ins::occurred_at.ge(Micros::from(before_day(from))))
        .filter(check_ins::occurred_at.lt(Micros::from(after_day(to))))
        .filter(check_ins::recorded_at.lt(Micros::from(grant.history_from())))
        .count()
        .get_result(conn)?;
    Ok(unseen > 0)
}

/// The check-in that a row of evidence is about; ids of other kinds of evidence meet no check-in.
#[diesel::dsl::auto_type]
pub(super) fn is_source() -> _ {
    check_ins::parent_id.eq(evidence::parent_id).and(check_ins::id.eq(evidence::source_id))
}

/// The questionnaire that a row of evidence is about.
#[diesel::dsl::auto_type]
pub(super) fn is_form() -> _ {
    screenings::parent_id.eq(evidence::parent_id).and(screenings::id.eq(evidence::source_id))
}

/// Whether a row of evidence is of something shared, or was when it was withdrawn.
#[diesel::dsl::auto_type]
pub(super) fn is_shared() -> _ {
    let shared_now: diesel::dsl::AssumeNotNull<diesel::dsl::Eq<check_ins::private, bool>> =
        check_ins::private.eq(false).assume_not_null();
    let form_shared_now: diesel::dsl::AssumeNotNull<diesel::dsl::Eq<screenings::private, bool>> =
        screenings::private.eq(false).assume_not_null();
    let told_silence = evidence::kind.eq("silence").and(evidence::kept_back.eq(false));
    let told = shared_now.or(form_shared_now).or(told_silence);
    evidence::withdrawn_shared.eq(true).or(evidence::withdrawn_at.is_null().and(told))
}
