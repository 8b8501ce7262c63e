//! How far a number can be trusted today: confirmed by a person, confirmed too long ago, or never.
//!
//! The operator keeps the confirmations; this file only compares dates. The one thing to know: a round-the-clock
//! number is never hidden for being old, it is shown with its date, because no number at all would be worse.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Kind, Line, Lines};

/// By line id, the day on which a person last tried the line and found number and hours right.
pub type Confirmations = HashMap<String, Date>;

/// Whether a person stands behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Confirmed on that day, which is recent enough.
    Confirmed(Date),
    /// Confirmed on that day, but too long ago.
    Stale(Date),
    /// Never confirmed.
    Unconfirmed,
}

impl Standing {
    /// Whether a recent confirmation stands.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Standing::Confirmed(_))
    }
}

/// The standing of `line` on the day `today`: a confirmation holds for `recheck_after_days`, the last day included.
///
/// A day that lies further ahead than tomorrow counts as no confirmation: it is a slip of the pen, and it must not
/// hold for years. Tomorrow is allowed, as the operator may live further east.
pub fn standing(lines: &Lines, line: &Line, confirmations: &Confirmations, today: Date) -> Standing {
    match confirmations.get(&line.id) {
        Some(&day) if days_between(day, today) < -1 => Standing::Unconfirmed,
        Some(&day) if days_between(day, today) <= lines.recheck_after_days => Standing::Confirmed(day),
        Some(&day) => Standing::Stale(day),
        None => Standing::Unconfirmed,
    }
}

impl Line {
    /// Whether parents see the line at all: emergency numbers and round-the-clock lines always, lines with limited
    /// or unknown hours once a person confirmed them.
    pub fn is_shown(&self, standing: Standing) -> bool {
        self.kind == Kind::Emergency || self.is_24_7 || standing != Standing::Unconfirmed
    }
}

/// One sentence for the operator about each shown line that no person stands behind today, in the order of the
/// file, and about each confirmation that belongs to no line or to no possible day.
pub fn warnings(lines: &Lines, confirmations: &Confirmations, today: Date) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines.all() {
        let standing = standing(lines, line, confirmations, today);
        let what = match standing {
            Standing::Confirmed(_) => continue,
            _ if !line.is_shown(standing) => continue,
            Standing::Stale(day) => {
                format!("was last confirmed on {day}, more than {} days ago", lines.recheck_after_days)
            }
            Standing::Unconfirmed => match line.checked_on {
                Some(date) => format!("was never confirmed by a person; its source is of {date}"),
                None => "was never confirmed by a person; its source has no date".to_owned(),
            },
        };
        found.push(format!("help line {} ({}) is shown but {what}", line.id, line.name));
    }
    let mut odd: Vec<String> = Vec::new();
    for (id, day) in confirmations {
        if !lines.all().iter().any(|line| line.id == *id) {
            odd.push(format!("the confirmation for `{id}` belongs to no known help line"));
        } else if days_between(*day, today) < -1 {
            odd.push(format!("the confirmation for `{id}` lies in the future ({day}) and does not count"));
        }
    }
    odd.sort();
    found.append(&mut odd);
    found
}

fn days_between(day: Date, today: Date) -> i32 {
    (today - day).get_days()
}
