//! Gathers what the ranking needs to know of a parent: her contexts, visible babies, newest check-in and flags.
//!
//! Opens no sealed text. Hidden babies are left out here, so nothing later can bring one up. Private entries count:
//! the list that follows is the parent's own.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    catalogue::Context,
    situation::{BabySituation, Newest, Situation},
};
use crate::{
    care::{
        Own,
        baby::{self, BabyFacts},
        baby_facts_store,
    },
    db::{
        Conn, on,
        schema::{check_ins, flags, screenings},
        types::Micros,
    },
    error::{Error, Result},
    id::BabyId,
    profile::{self, store::Facts},
    rules::{Entry, History, ParentContext, SafeNow, Severity},
};

/// For how long a check-in tells how a parent is now (product decision: two days).
const NEWEST_WITHIN: SignedDuration = SignedDuration::from_hours(48);
/// For how long an answer or flag of danger keeps back what is not for such a time (product decision: 30 days).
const UNSAFE_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What the asker decides.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The wait after a vaccine in hours, 0 to 168, a setting.
    pub vaccination_wait_hours: u32,
    /// How many suggestions at most.
    pub limit: usize,
    /// The baby that it is about, when the parent said which.
    pub chosen_baby: Option<BabyId>,
}

/// The situation of the parent at `now`.
///
/// # Errors
/// 500 when a stored word or zone is not known any more.
pub fn read(conn: &mut Conn, own: &Own, now: Timestamp, options: Options) -> Result<Situation> {
    let known = Known {
        facts: &profile::store::facts(conn, own)?,
        babies: &baby_facts_store::facts(conn, own)?,
        newest: newest(conn, own, now)?,
        said_unsafe: said_unsafe(conn, own, now)?,
    };
    complete(conn, own, known, now, options)
}

/// The same for who has read everything but the flags already, in the same transaction. `history` reaches back at
/// least 30 days.
///
/// # Errors
/// As [`read`].
pub fn read_beside(
    conn: &mut Conn,
    own: &Own,
    (facts, babies, history): (&Facts, &[BabyFacts], &History),
    now: Timestamp,
    options: Options,
) -> Result<Situation> {
    let since = |span| history.entries().iter().filter(move |entry| entry.occurred_at > now - span);
    let newest = since(NEWEST_WITHIN).next_back().map(|entry| Newest {
        mood: entry.mood,
        connection: entry.connection,
        anxiety: entry.anxiety,
        sleep_half_hours: entry.sleep_half_hours,
        support: entry.support,
        low: false,
    });
    let unsafe_form =
        history.forms().iter().any(|form| form.occurred_at > now - UNSAFE_WITHIN && form.danger_answer);
    let said_unsafe = unsafe_form || since(UNSAFE_WITHIN).any(Entry::has_danger_answer);
    complete(conn, own, Known { facts, babies, newest, said_unsafe }, now, options)
}

/// What is known before the flags are asked for.
struct Known<'a> {
    facts: &'a Facts,
    babies: &'a [BabyFacts],
    newest: Option<Newest>,
    said_unsafe: bool,
}

fn complete(
    conn: &mut Conn,
    own: &Own,
    known: Known<'_>,
    now: Timestamp,
    options: Options,
) -> Result<Situation> {
    let local = now.to_zoned(TimeZone::get(&known.facts.time_zone).map_err(Error::internal)?);
    let today = local.date();
    let visible = known.babies.iter().filter(|baby| !baby.hidden).cloned();
    let babies = visible.map(|facts| of_baby(facts, today, options.vaccination_wait_hours)).collect();
    let danger = danger(conn, own, now)?;
    Ok(Situation {
        today,
        local_hour: local.hour(),
        contexts: known.facts.contexts.iter().copied().map(of_parent).collect(),
        babies,
        newest: known.newest,
        unsafe_recently: danger.recent || known.said_unsafe,
        worst_open: danger.worst_open.map(rank),
        chosen_baby: options.chosen_baby,
        limit: options.limit,
    })
}

fn of_parent(context: ParentContext) -> Context {
    match context {
        ParentContext::Loss => Context::Loss,
        ParentContext::Adoption => Context::Adoption,
        ParentContext::BirthTrauma => Context::BirthTrauma,
        ParentContext::ManiaHistory => Context::ManiaHistory,
    }
}

fn of_baby(facts: BabyFacts, today: Date, vaccination_wait_hours: u32) -> BabySituation {
    let conditions = baby::in_force(&facts.conditions, today, vaccination_wait_hours);
    BabySituation {
        id: facts.id,
        birth_date: facts.birth_date,
        due_date: facts.due_date,
        contexts: facts.contexts.into_iter().map(Context::from).collect(),
        conditions: conditions.into_iter().map(Context::from).collect(),
        cleared_for_massage: facts.cleared_for_massage,
    }
}

/// The number by which situations order severities.
fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Notice => 0,
        Severity::FollowUp => super::situation::FOLLOW_UP,
        Severity::SameDay => 2,
        Severity::Urgent => super::situation::URGENT,
    }
}

#[derive(Queryable)]
struct NewestRow {
    mood: Option<i16>,
    connection: Option<i16>,
    anxiety: Option<i16>,
    sleep_half_hours: Option<i16>,
    support: Option<i16>,
}

fn newest(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<Option<Newest>> {
    let row: Option<NewestRow> = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .filter(check_ins::occurred_at.gt(Micros::from(now - NEWEST_WITHIN)))
        .order((check_ins::occurred_at.desc(), check_ins::id.desc()))
        .select((
            check_ins::mood,
            check_ins::connection,
            check_ins::anxiety,
            check_ins::sleep_half_hours,
            check_ins::support,
        ))
        .first(conn)
        .optional()?;
    row.map(|row| {
        Ok(Newest {
            mood: measure(row.mood)?,
            connection: measure(row.connection)?,
            anxiety: measure(row.anxiety)?,
            sleep_half_hours: measure(row.sleep_half_hours)?,
            support: measure(row.support)?,
            // A mood at the line or below counts by itself; check-ins have no other mark.
            low: false,
        })
    })
    .transpose()
}

fn measure(stored: Option<i16>) -> Result<Option<u8>> {
    stored.map(u8::try_from).transpose().map_err(Error::internal)
}

fn said_unsafe(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<bool> {
    let danger = [SafeNow::Unsure.as_str(), SafeNow::No.as_str()];
    let found: i64 = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .filter(check_ins::occurred_at.gt(Micros::from(now - UNSAFE_WITHIN)))
        .filter(check_ins::safe_now.eq_any(danger))
        .count()
        .get_result(conn)?;
    if found > 0 {
        return Ok(true);
    }
    let forms: i64 = screenings::table
        .filter(screenings::parent_id.eq(own.parent()))
        .filter(screenings::occurred_at.gt(Micros::from(now - UNSAFE_WITHIN)))
        .filter(screenings::danger_answer.eq(true))
        .count()
        .get_result(conn)?;
    Ok(forms > 0)
}

/// What the flags of a parent say about danger.
struct Danger {
    /// An urgent one is not closed, or was raised not long ago.
    recent: bool,
    /// The gravest that is not closed.
    worst_open: Option<Severity>,
}

fn danger(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<Danger> {
    let raised_lately = flags::severity
        .eq(Severity::Urgent.as_str())
        .and(flags::raised_at.gt(Micros::from(now - UNSAFE_WITHIN)));
    let query = flags::table
        .filter(flags::parent_id.eq(own.parent()))
        .filter(flags::closed_at.is_null().or(raised_lately))
        .select((flags::severity, flags::closed_at));
    let rows: Vec<(String, Option<Micros>)> = on!(conn, |c| query.load(c))?;
    let mut danger = Danger { recent: false, worst_open: None };
    for (word, closed_at) in rows {
        let severity: Severity = word.parse().map_err(Error::internal)?;
        danger.recent |= severity == Severity::Urgent;
        if closed_at.is_none() {
            danger.worst_open = danger.worst_open.max(Some(severity));
        }
    }
    Ok(danger)
}
