//! `attune rules`: what the rules look for.

use super::{Failure, print};
use crate::{cli::RulesAction, rules::guide};

/// # Errors
/// Failed when nobody takes what is printed.
pub(super) fn run(action: RulesAction) -> Result<(), Failure> {
    match action {
        RulesAction::Print => print(guide::page().trim_end()),
    }
}
