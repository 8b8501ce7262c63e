//! The parent's links with what the practices behind them set for the rules: in one look, because it is read at each of
//! her check-ins and most practices have set nothing.

use std::collections::{BTreeMap, btree_map::Entry};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl,
    dsl::exists,
};
use jiff::Timestamp;

use super::{Own, link::Link, link_store::Row};
use crate::{
    db::{
        Conn, on,
        schema::{care_links, rule_changes, rule_settings, users},
        types::Micros,
    },
    error::{Error, Result},
    id::PracticeId,
    rules::{
        InForce, Settings,
        settings::{Change, Changed, change, in_force::Care},
    },
};

/// What a practice set of one thing: topic, name, value, until when.
type SetRow = (String, String, i32, Option<Micros>);

/// The parent's links that bind at `now`, of doulas whose accounts are open, oldest first; and the lines of their
/// practices together, with the instant at which these may change by themselves.
pub(super) fn live(
    conn: &mut Conn,
    own: &Own,
    now: Timestamp,
) -> Result<(Vec<Link>, Settings, Option<Timestamp>)> {
    let at = Micros::from(now);
    let query = care_links::table
        .left_join(rule_settings::table.on(rule_settings::practice_id.eq(care_links::practice_id)))
        .filter(care_links::parent_id.eq(own.parent()))
        .filter(care_links::ended_at.is_null().or(care_links::ended_at.gt(at)))
        .filter(care_links::expires_at.is_null().or(care_links::expires_at.gt(at)))
        // Asked for each link: with `doula_id IN (…)` SQLite reads every account first.
        .filter(exists(
            users::table.filter(users::id.eq(care_links::doula_id)).filter(users::disabled_at.is_null()),
        ))
        .order(care_links::id.asc())
        .select((
            care_links::all_columns,
            (rule_settings::topic, rule_settings::name, rule_settings::value, rule_settings::until)
                .nullable(),
        ));
    let rows: Vec<(Row, Option<SetRow>)> = on!(conn, |c| query.load(c))?;
    let mut links: Vec<Link> = Vec::new();
    let mut practices: BTreeMap<PracticeId, Settings> = BTreeMap::new();
    let (mut any_set, mut ends): (bool, Vec<Timestamp>) = (false, Vec::new());
    for (row, set) in rows {
        let settings = practices.entry(row.practice_id).or_default();
        if let Some((topic, name, value, until)) = set
            && until.is_none_or(|until| now < until.into())
            // Another version's row means nothing here.
            && let Some(of) = Changed::read(&topic, &name)
        {
            settings.set(of, steps(value));
            any_set = true;
            ends.extend(until.map(Timestamp::from));
        }
        ends.extend(row.expires_at.map(Timestamp::from));
        if links.last().is_none_or(|last| last.id != row.id) {
            links.push(row.into());
        }
    }
    let moves_at = ends.into_iter().min().filter(|_| any_set);
    Ok((links, Settings::of_practices(practices.into_values()), moves_at))
}

/// Whose care the parent was in when, and what was changed there when.
pub(super) fn in_force(conn: &mut Conn, own: &Own) -> Result<InForce> {
    let query = care_links::table
        .inner_join(users::table.on(users::id.eq(care_links::doula_id)))
        .left_join(rule_changes::table.on(rule_changes::practice_id.eq(care_links::practice_id)))
        .filter(care_links::parent_id.eq(own.parent()))
        .select((
            care_links::all_columns,
            users::disabled_at,
            (
                rule_changes::revision,
                rule_changes::topic,
                rule_changes::changes,
                rule_changes::changed_at,
                rule_changes::until,
            )
                .nullable(),
        ));
    type ChangeRow = (i64, String, String, Micros, Option<Micros>);
    let rows: Vec<(Row, Option<Micros>, Option<ChangeRow>)> = on!(conn, |c| query.load(c))?;
    let mut cares: Vec<Care> = Vec::new();
    let mut of_practice: BTreeMap<(PracticeId, i64), Vec<Change>> = BTreeMap::new();
    for (row, disabled_at, change) in rows {
        let (practice, link) = (row.practice_id, Link::from(row));
        let until = [link.ended_at, link.terms.expires_at, disabled_at.map(Timestamp::from)];
        let care = Care { practice, from: link.started_at, until: until.into_iter().flatten().min() };
        if !cares.contains(&care) {
            cares.push(care);
        }
        // Two doulas of one practice bring its changes twice.
        if let Some((revision, topic, document, at, until)) = change
            && let Entry::Vacant(place) = of_practice.entry((practice, revision))
        {
            let values = change::read(&topic, &document).map_err(Error::internal)?;
            let (from, until) = (at.into(), until.map(Timestamp::from));
            place.insert(values.into_iter().map(|(of, value)| Change { of, value, from, until }).collect());
        }
    }
    let changes = of_practice
        .into_iter()
        .flat_map(|((practice, _), changes)| changes.into_iter().map(move |change| (practice, change)));
    Ok(InForce::new(cares, changes.collect()))
}

/// The column allows nothing else.
fn steps(value: i32) -> u16 {
    u16::try_from(value).unwrap_or_default()
}
