//! Rules that are switched off, shown to every doula of the practice where she looks for flags: what is not asked
//! raises none, and she should not take that for good news (H25).

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::off_store;
use crate::{
    auth::Doula,
    db::Conn,
    error::Result,
    http::page::Page,
    rules::{RuleId, plain},
};

/// A rule that is switched off in the practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleOffView {
    /// Which rule.
    #[schema(value_type = String)]
    rule: &'static str,
    /// What it is called.
    title: &'static str,
    /// Since when it is off.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// When it comes back by itself; null when only somebody can bring it back.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// One page of a list on which a doula looks for what needs her.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchedPage<T> {
    /// The entries.
    data: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    has_more: bool,
    /// The rules that are switched off in your practice. A parent who is also in the care of another practice is
    /// judged by those that are on there.
    rules_off: Vec<RuleOffView>,
}

impl<T> WatchedPage<T> {
    /// A page with what is switched off.
    pub fn of(page: Page<T>, rules_off: Vec<RuleOffView>) -> Self {
        Self { data: page.data, next_cursor: page.next_cursor, has_more: page.has_more, rules_off }
    }
}

/// What is switched off at `now` in the practices of a doula, in the order of the rules.
pub fn of_doula(conn: &mut Conn, doula: &Doula, now: Timestamp) -> Result<Vec<RuleOffView>> {
    let mut off = off_store::of(conn, doula, now)?;
    off.sort_by_key(|off| (off.rule, off.until.is_some(), off.until, off.since));
    // Of two practices that switched one off, the one that brings it back last.
    off.reverse();
    off.dedup_by_key(|off| off.rule);
    off.reverse();
    Ok(off.iter().map(RuleOffView::of).collect())
}

/// A rule that is off.
pub(super) struct Off {
    pub(super) rule: RuleId,
    pub(super) since: Timestamp,
    pub(super) until: Option<Timestamp>,
}

impl RuleOffView {
    fn of(off: &Off) -> Self {
        Self { rule: off.rule.as_str(), title: plain::title(off.rule), since: off.since, until: off.until }
    }
}
