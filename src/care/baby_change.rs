//! What a parent may say of a baby when she adds it, and what she may change later.
//!
//! Both come out of `baby_body` with every field in its bounds. What becomes of them depends on what is there
//! already, so it is decided here, inside the transaction.

use jiff::civil::Date;

use super::baby::{Baby, BabyContext, Clearance, Condition};
use crate::{http::field::Patch, id::BabyId};

/// A baby that a parent is about to add.
#[derive(Debug, Clone)]
pub struct BabyDraft {
    pub(super) name: Option<String>,
    pub(super) birth_date: Option<Date>,
    pub(super) due_date: Option<Date>,
    pub(super) contexts: Vec<BabyContext>,
    pub(super) conditions: Vec<Condition>,
    pub(super) clearance: Option<Clearance>,
    /// `None` when she did not say; a loss decides then.
    pub(super) hidden: Option<bool>,
}

impl BabyDraft {
    /// The baby that it becomes. After a loss a new one is hidden unless the parent said otherwise.
    pub fn begin(self, id: BabyId, after_loss: bool) -> Baby {
        Baby {
            id,
            name: self.name,
            birth_date: self.birth_date,
            due_date: self.due_date,
            contexts: self.contexts,
            conditions: self.conditions,
            clearance: self.clearance,
            hidden: self.hidden.unwrap_or(after_loss),
            revision: 1,
        }
    }
}

/// A change of some of a baby's fields.
#[derive(Debug, Clone)]
pub struct BabyPatch {
    pub(super) name: Patch<String>,
    pub(super) birth_date: Patch<Date>,
    pub(super) due_date: Patch<Date>,
    pub(super) contexts: Patch<Vec<BabyContext>>,
    pub(super) conditions: Patch<Vec<Condition>>,
    pub(super) clearance: Patch<ClearancePatch>,
    pub(super) hidden: Patch<bool>,
}

/// A change of a clearance; a part that is not given stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearancePatch {
    pub(super) given_by: Option<String>,
    pub(super) given_on: Option<Date>,
}

/// A part of a clearance that is neither given nor there already; the field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearanceGap(pub &'static str);

impl BabyPatch {
    /// The baby with the changes in it; the revision stays for the store to raise.
    ///
    /// # Errors
    /// When a clearance would be left with a part missing.
    pub fn apply(self, baby: Baby) -> Result<Baby, ClearanceGap> {
        let clearance = match self.clearance {
            Patch::Keep => baby.clearance,
            Patch::Clear => None,
            Patch::Set(patch) => Some(patch.apply(baby.clearance)?),
        };
        Ok(Baby {
            id: baby.id,
            name: self.name.apply(baby.name),
            birth_date: self.birth_date.apply(baby.birth_date),
            due_date: self.due_date.apply(baby.due_date),
            contexts: self.contexts.apply(Some(baby.contexts)).unwrap_or_default(),
            conditions: self.conditions.apply(Some(baby.conditions)).unwrap_or_default(),
            clearance,
            hidden: self.hidden.or(baby.hidden),
            revision: baby.revision,
        })
    }
}

impl ClearancePatch {
    fn apply(self, old: Option<Clearance>) -> Result<Clearance, ClearanceGap> {
        let (old_by, old_on) = old.map(|old| (old.given_by, old.given_on)).unzip();
        Ok(Clearance {
            given_by: self.given_by.or(old_by).ok_or(ClearanceGap("given_by"))?,
            given_on: self.given_on.or(old_on).ok_or(ClearanceGap("given_on"))?,
        })
    }
}
