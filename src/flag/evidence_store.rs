//! Rows of evidence: what a flag rests on, once each, as the parent's own rules write them.
//!
//! Whether it is private is read from the thing itself, never copied, so that sharing it later needs no
//! second write here. What no longer holds stays as withdrawn. What of it a doula sees is in `shared_store`.

use std::collections::HashSet;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::{Timestamp, civil::Date};

use crate::{
    care::Own,
    db::{
        Conn, Kept, on,
        schema::{flag_evidence as evidence, flags},
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::FlagId,
    rules::{Evidence, RuleId, Severity, Source},
};

/// A row of evidence of a flag of the parent's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is about.
    pub source: Source,
    /// The local day it was felt on.
    pub local_date: Day,
    /// When what it says was said.
    pub recorded_at: Timestamp,
    /// Its entry was changed or removed, and it no longer holds.
    pub withdrawn: bool,
    /// It was shared when it was withdrawn.
    pub withdrawn_shared: bool,
    /// A silence that doulas do not learn of.
    pub kept_back: bool,
}

impl Piece {
    /// Whether this says all that such evidence would add.
    pub fn holds(&self, evidence: &Evidence) -> bool {
        !self.withdrawn && self.source == evidence.source && (!self.kept_back || evidence.private)
    }

    /// Whether this is a silence that is told otherwise now: to others, or of another morning.
    pub fn is_outdated(&self, evidence: &Evidence) -> bool {
        self.source.is_silence()
            && (self.recorded_at != evidence.said_at || self.kept_back != kept_back(evidence))
    }
}

/// When it was stored, where that was before what it says was said.
fn first_recorded_at(of: &Evidence) -> Option<Micros> {
    (of.recorded_at < of.said_at).then(|| of.recorded_at.into())
}

fn kept_back(evidence: &Evidence) -> bool {
    evidence.private && evidence.source.is_silence()
}

type PieceRow = (String, String, Day, Micros, Option<Micros>, bool, bool);

/// What a flag of the parent's own rests on, and what it rested on once.
pub fn pieces(conn: &mut Conn, own: &Own, flag: FlagId) -> Result<Vec<Piece>> {
    let query = evidence::table
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::flag_id.eq(flag))
        .select((
            evidence::kind,
            evidence::source_id,
            evidence::local_date,
            evidence::recorded_at,
            evidence::withdrawn_at,
            evidence::withdrawn_shared,
            evidence::kept_back,
        ));
    let rows: Vec<PieceRow> = on!(conn, |c| query.load(c))?;
    rows.into_iter()
        .map(|(kind, key, local_date, recorded_at, withdrawn_at, withdrawn_shared, kept_back)| {
            Ok(Piece {
                source: source(&kind, &key)?,
                local_date,
                recorded_at: recorded_at.into(),
                withdrawn: withdrawn_at.is_some(),
                withdrawn_shared,
                kept_back,
            })
        })
        .collect()
}

/// What a flag of the parent's own rests on, by name.
pub fn known(conn: &mut Conn, own: &Own, flag: FlagId) -> Result<HashSet<Source>> {
    let pieces = pieces(conn, own, flag)?;
    Ok(pieces.into_iter().filter(|piece| !piece.withdrawn).map(|piece| piece.source).collect())
}

fn source(kind: &str, key: &str) -> Result<Source> {
    Source::of(kind, key)
        .map_err(|_| Error::internal("evidence names a source that this version does not know"))
}

/// Evidence of a flag that somebody closed.
#[derive(Debug, Clone, Copy)]
pub struct FollowedUp {
    /// The flag.
    pub flag: FlagId,
    /// Its rule.
    pub rule: RuleId,
    /// How grave it was.
    pub severity: Severity,
    /// What it rested on.
    pub source: Source,
}

/// What of these sources closed flags of this parent rest on: that has been followed up already.
pub fn closed_over(conn: &mut Conn, own: &Own, sources: &HashSet<Source>) -> Result<Vec<FollowedUp>> {
    let keys: Vec<String> = sources.iter().map(Source::key).collect();
    let rows: Vec<(FlagId, String, String, String, String)> = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::source_id.eq_any(keys))
        .filter(evidence::withdrawn_at.is_null())
        .filter(flags::closed_at.is_not_null())
        .select((evidence::flag_id, flags::rule, flags::severity, evidence::kind, evidence::source_id))
        .load(conn)?;
    let unknown = || Error::internal("a flag holds a word that this version does not know");
    rows.into_iter()
        .map(|(flag, rule, severity, kind, key)| {
            let rule = rule.parse().map_err(|_| unknown())?;
            let severity = severity.parse().map_err(|_| unknown())?;
            Ok(FollowedUp { flag, rule, severity, source: source(&kind, &key)? })
        })
        .collect()
}

/// How grave the closed flags of this rule were that rest on this; `None` when nobody has followed it up.
pub fn closed_over_at(conn: &mut Conn, own: &Own, rule: RuleId, of: Source) -> Result<Option<Severity>> {
    let query = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::kind.eq(of.kind()))
        .filter(evidence::source_id.eq(of.key()))
        .filter(evidence::withdrawn_at.is_null())
        .filter(flags::rule.eq(rule.as_str()))
        .filter(flags::closed_at.is_not_null())
        .select(flags::severity);
    let words: Vec<String> = on!(conn, |c| query.load(c))?;
    let unknown = || Error::internal("a flag holds a word that this version does not know");
    let severities = words.iter().map(|word| word.parse().map_err(|_| unknown()));
    Ok(severities.collect::<Result<Vec<Severity>>>()?.into_iter().max())
}

/// The earliest local day that a flag which is not closed rests on.
pub fn first_unclosed_day(conn: &mut Conn, own: &Own) -> Result<Option<Date>> {
    let day: Option<Day> = evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::withdrawn_at.is_null())
        .filter(flags::closed_at.is_null())
        .order(evidence::local_date.asc())
        .select(evidence::local_date)
        .first(conn)
        .optional()?;
    Ok(day.map(|day| day.date()))
}

/// Adds to what a flag of the parent's own rests on, or lets something count again that was withdrawn.
pub fn put(conn: &mut Conn, own: &Own, flag: FlagId, of: &Evidence, now: Timestamp) -> Result<()> {
    let row = (own.parent(), flag, of.source.kind(), of.source.key());
    let update = diesel::update(evidence::table.find(row)).set((
        evidence::local_date.eq(Day::from(of.local_date)),
        evidence::recorded_at.eq(Micros::from(of.said_at)),
        evidence::first_recorded_at.eq(first_recorded_at(of)),
        evidence::withdrawn_at.eq(None::<Micros>),
        evidence::withdrawn_shared.eq(false),
        evidence::kept_back.eq(kept_back(of)),
    ));
    let renewed = on!(conn, |c| Kept(update).execute(c))?;
    if renewed == 0 {
        insert(conn, own, flag, of, now)?;
    }
    Ok(())
}

/// Adds to what a flag of the parent's own rests on; it must not be there yet.
pub fn insert(conn: &mut Conn, own: &Own, flag: FlagId, of: &Evidence, now: Timestamp) -> Result<()> {
    let row = (
        evidence::parent_id.eq(own.parent()),
        evidence::flag_id.eq(flag),
        evidence::kind.eq(of.source.kind()),
        evidence::source_id.eq(of.source.key()),
        evidence::local_date.eq(Day::from(of.local_date)),
        evidence::recorded_at.eq(Micros::from(of.said_at)),
        evidence::first_recorded_at.eq(first_recorded_at(of)),
        evidence::added_at.eq(Micros::from(now)),
        evidence::withdrawn_shared.eq(false),
        evidence::kept_back.eq(kept_back(of)),
    );
    on!(conn, |c| diesel::insert_into(evidence::table).values(row).execute(c))?;
    Ok(())
}

/// Notes that these no longer bear a flag out. `was_shared`: those of them that were not private until now.
pub fn withdraw(
    conn: &mut Conn,
    own: &Own,
    flag: FlagId,
    gone: &[Source],
    was_shared: &HashSet<Source>,
    now: Timestamp,
) -> Result<()> {
    for source in gone {
        diesel::update(evidence::table.find((own.parent(), flag, source.kind(), source.key())))
            .set((
                evidence::withdrawn_at.eq(Micros::from(now)),
                evidence::withdrawn_shared.eq(was_shared.contains(source)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Follows an entry to another local day, where it is evidence.
pub fn move_day(conn: &mut Conn, own: &Own, of: Source, day: Date) -> Result<()> {
    diesel::update(evidence::table)
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::kind.eq(of.kind()))
        .filter(evidence::source_id.eq(of.key()))
        .set(evidence::local_date.eq(Day::from(day)))
        .execute(conn)?;
    Ok(())
}

/// The closed flags that rest or rested on this.
pub fn closed_flags_of(conn: &mut Conn, own: &Own, of: Source) -> Result<Vec<FlagId>> {
    Ok(evidence::table
        .inner_join(flags::table.on(is_of_flag()))
        .filter(evidence::parent_id.eq(own.parent()))
        .filter(evidence::kind.eq(of.kind()))
        .filter(evidence::source_id.eq(of.key()))
        .filter(flags::closed_at.is_not_null())
        .select(evidence::flag_id)
        .load(conn)?)
}

/// The flag that a row of evidence belongs to.
#[diesel::dsl::auto_type]
fn is_of_flag() -> _ {
    flags::parent_id.eq(evidence::parent_id).and(flags::id.eq(evidence::flag_id))
}
