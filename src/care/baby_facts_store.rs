//! What rules and ranking use of babies, read without opening any sealed text: on its own, or as a part of a larger row.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Own,
    baby::{BabyFacts, Condition},
};
use crate::{
    db::{Conn, on, schema::babies, types::Day},
    error::{Error, Result},
    id::BabyId,
};

/// A condition as its column has it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredCondition {
    pub(super) kind: String,
    pub(super) since: jiff::civil::Date,
    pub(super) until: Option<jiff::civil::Date>,
}

/// What rules and ranking use of the parent's babies; opens no sealed text.
pub fn facts(conn: &mut Conn, own: &Own) -> Result<Vec<BabyFacts>> {
    let hers = babies::table.filter(babies::parent_id.eq(own.parent()));
    let query = hers.order(babies::id.asc()).select(facts_columns());
    let rows: Vec<FactsRow> = on!(conn, |c| query.load(c))?;
    rows.into_iter().map(read_facts).collect()
}

/// A baby as [`BabyFacts`] are read of it, where its row is a part of a larger one.
pub(crate) type FactsRow = (BabyId, Option<Day>, Option<Day>, String, String, Option<Day>, bool);

/// The columns of a [`FactsRow`].
#[diesel::dsl::auto_type]
pub(crate) fn facts_columns() -> _ {
    (
        babies::id,
        babies::birth_date,
        babies::due_date,
        babies::contexts,
        babies::conditions,
        babies::clearance_given_on,
        babies::hidden,
    )
}

/// What such a row says.
///
/// # Errors
/// 500 when it holds a word that is not known.
pub(crate) fn read_facts(row: FactsRow) -> Result<BabyFacts> {
    let (id, birth_date, due_date, contexts, conditions, clearance_given_on, hidden) = row;
    let unknown = || Error::internal("a baby's row holds a word that is not known");
    let words: Vec<String> = document(&contexts)?;
    let stored: Vec<StoredCondition> = document(&conditions)?;
    let condition = |stored: StoredCondition| {
        let kind = stored.kind.parse().map_err(|_| unknown())?;
        Ok(Condition { kind, since: stored.since, until: stored.until })
    };
    Ok(BabyFacts {
        id,
        birth_date: birth_date.map(|day| day.date()),
        due_date: due_date.map(|day| day.date()),
        contexts: words.iter().map(|word| word.parse().map_err(|_| unknown())).collect::<Result<_>>()?,
        conditions: stored.into_iter().map(condition).collect::<Result<_>>()?,
        cleared_for_massage: clearance_given_on.is_some(),
        hidden,
    })
}

pub(super) fn document<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}
