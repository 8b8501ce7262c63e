//! `attune rules`: what the rules look for, and what other lines would find in the stored history.

use std::collections::BTreeMap;

use super::{Failure, not_a_demo, print, settings};
use crate::{
    cli::{Rehearse, RulesAction},
    config::Config,
    db,
    error::Error,
    rehearsal::{self, Counts, OfParent, Summary, asked::Asked},
    rules::{RULES, guide},
    serve::open,
};

/// # Errors
/// Refused: no database, or one of another version. Failed: it cannot be read, or nobody takes what is printed.
pub(super) fn run(action: RulesAction, env: &BTreeMap<String, String>) -> Result<(), Failure> {
    match action {
        RulesAction::Print => print(guide::page().trim_end()),
        RulesAction::Rehearse(Rehearse { supposed, practice, from, to, settings: flags }) => {
            rehearse(&settings(&flags, env)?, &Asked { values: supposed, practice, from, to })
        }
    }
}

fn rehearse(config: &Config, asked: &Asked) -> Result<(), Failure> {
    not_a_demo(config)?;
    if let (Some(from), Some(to)) = (asked.from, asked.to)
        && from > to
    {
        return Err(Failure::refused(format!("--from {from} lies after --to {to}")));
    }
    // Opened for reading, and by nothing that could make or change anything.
    let seen = db::look(&open::target(config)?).map_err(|e| Failure::refused(e.to_string()))?;
    let mut seen = seen.ok_or_else(|| Failure::refused("there is no database to rehearse on"))?;
    seen.schema.accept(false).map_err(|e| Failure::refused(e.to_string()))?;
    if let Some(practice) = asked.practice {
        // A wrong id would say that nothing differs.
        let there = rehearsal::knows(&mut seen.conn, practice);
        if !there.map_err(|e| Failure::failed_by(&e, "the practices cannot be read"))? {
            return Err(Failure::refused(format!("--practice: there is no practice {practice}")));
        }
    }
    let summary = rehearsal::run(&mut seen.conn, RULES, asked, |found| line(found).map_err(Stop::Print));
    match summary {
        Ok(summary) => table(&summary),
        Err(Stop::Print(failure)) => Err(failure),
        Err(Stop::Read(cause)) => Err(Failure::failed_by(&cause, "the history cannot be read")),
    }
}

/// Why a rehearsal ended early.
enum Stop {
    Read(Error),
    Print(Failure),
}

impl From<Error> for Stop {
    fn from(cause: Error) -> Self {
        Self::Read(cause)
    }
}

/// One line for a parent for whom something differs. Of which rule is not said: who runs the server is not to learn
/// how somebody is.
fn line(found: &OfParent) -> Result<(), Failure> {
    if !found.counts.differ() {
        return Ok(());
    }
    let Counts { new, gone, graver, lighter, .. } = found.counts;
    print(&format!("{}\tnew {new}\tgone {gone}\tgraver {graver}\tlighter {lighter}", found.parent))
}

fn table(summary: &Summary) -> Result<(), Failure> {
    print("rule\tflags before\tflags after\tnew\tgone\tgraver\tlighter")?;
    for (rule, counts) in &summary.rules {
        let Counts { before, after, new, gone, graver, lighter } = counts;
        print(&format!("{}\t{before}\t{after}\t{new}\t{gone}\t{graver}\t{lighter}", rule.as_str()))?;
    }
    print(&format!("{} parents, {} with a difference", summary.parents, summary.differing))
}
