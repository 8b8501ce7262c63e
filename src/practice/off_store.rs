//! Which rules are switched off where a doula works.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::off::Off;
use crate::{
    auth::Doula,
    db::{
        Conn, on,
        schema::{practice_members, rule_changes, rule_settings},
        types::Micros,
    },
    error::Result,
    rules::settings::change::ENABLED,
};

/// Those that are off at `now` in any practice that she belongs to.
pub(super) fn of(conn: &mut Conn, doula: &Doula, now: Timestamp) -> Result<Vec<Off>> {
    let at = Micros::from(now);
    let query = practice_members::table
        .inner_join(rule_settings::table.on(rule_settings::practice_id.eq(practice_members::practice_id)))
        .inner_join(
            rule_changes::table.on(rule_changes::practice_id
                .eq(rule_settings::practice_id)
                .and(rule_changes::revision.eq(rule_settings::revision))),
        )
        .filter(practice_members::user_id.eq(doula.id()))
        .filter(practice_members::left_at.is_null())
        .filter(rule_settings::name.eq(ENABLED))
        .filter(rule_settings::value.eq(0))
        .filter(rule_settings::until.is_null().or(rule_settings::until.gt(at)))
        .select((rule_settings::topic, rule_changes::changed_at, rule_settings::until));
    let rows: Vec<(String, Micros, Option<Micros>)> = on!(conn, |c| query.load(c))?;
    let off = |(rule, since, until): (String, Micros, Option<Micros>)| {
        // Another version's rule means nothing here, and one that may not be off is on whatever is stored.
        let rule = rule.parse().ok().filter(|rule: &crate::rules::RuleId| rule.may_loosen())?;
        Some(Off { rule, since: since.into(), until: until.map(Timestamp::from) })
    };
    Ok(rows.into_iter().filter_map(off).collect())
}
