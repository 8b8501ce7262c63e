//! Which flags a doula asks for, and one page of them.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    lifecycle::Status,
    list::{self, Seen},
    show::Views,
    view::FlagView,
};
use crate::{
    audit::{self, Act},
    auth::Doula,
    care::grant_store,
    db::Conn,
    error::Result,
    http::{
        field::{Fault, Wire},
        query::Query,
        value,
    },
    id::UserId,
    rules::Severity,
    seal::Vault,
};

/// The filter of a list of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagFilter {
    status: Wanted,
    severity: Option<Severity>,
    client: Option<UserId>,
}

/// Which statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Not closed and not snoozed.
    Pressing,
    All,
    Only(Status),
}

struct StatusWord(Wanted);

impl Wire for StatusWord {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        if value.as_str() == Some("all") {
            return Ok(Self(Wanted::All));
        }
        let mut words = vec!["all"];
        words.extend(Status::ALL.map(Status::as_str));
        value::word(value, &words).map(|status| Self(Wanted::Only(status)))
    }
}

struct SeverityWord(Severity);

impl Wire for SeverityWord {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        value::word(value, &Severity::ALL.map(Severity::as_str)).map(Self)
    }
}

struct ClientId(UserId);

impl Wire for ClientId {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let id = value::string(value)?.parse();
        id.map(Self).map_err(|_| Fault::new("bad_id", "Must be an id."))
    }
}

impl FlagFilter {
    /// Takes the filter from a query.
    pub fn take(query: &mut Query) -> Self {
        Self {
            status: query.take::<StatusWord>("status").map_or(Wanted::Pressing, |word| word.0),
            severity: query.take::<SeverityWord>("severity").map(|word| word.0),
            client: query.take::<ClientId>("client").map(|id| id.0),
        }
    }

    /// The filter in one text, which cursors are bound to.
    pub fn words(&self) -> String {
        let status = match self.status {
            Wanted::Pressing => "",
            Wanted::All => "all",
            Wanted::Only(status) => status.as_str(),
        };
        let severity = self.severity.map_or("", Severity::as_str);
        let client = self.client.map(|id| id.to_string()).unwrap_or_default();
        format!("{status}&{severity}&{client}")
    }

    fn wants_unclosed(&self) -> bool {
        !matches!(self.status, Wanted::Only(status) if status.is_closed())
    }

    fn wants_closed(&self) -> bool {
        match self.status {
            Wanted::Pressing => false,
            Wanted::All => true,
            Wanted::Only(status) => status.is_closed(),
        }
    }

    fn admits(&self, seen: &Seen) -> bool {
        let status = seen.state.status;
        let wanted = match self.status {
            Wanted::Pressing => !status.is_closed() && status != Status::Snoozed,
            Wanted::All => true,
            Wanted::Only(only) => status == only,
        };
        wanted && self.severity.is_none_or(|severity| severity == seen.severity())
    }
}

/// A flag of a page and its place in the list.
pub struct Placed {
    /// Names the place in a cursor.
    pub position: String,
    /// The flag.
    pub view: FlagView,
}

/// The flags behind a position, and whether there are more than `limit`. Each parent shown is recorded, and nothing is
/// read for what is not shown.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    doula: &Doula,
    filter: &FlagFilter,
    after: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<(Vec<Placed>, bool)> {
    let mut grants = grant_store::all_for_doula(conn, doula, now)?;
    grants.retain(|grant| filter.client.is_none_or(|client| grant.parent() == client));
    let mut seen = Vec::new();
    if filter.wants_unclosed() {
        seen.extend(list::unclosed(conn, &grants, now)?);
    }
    if filter.wants_closed() {
        seen.extend(list::closed(conn, &grants, now)?);
    }
    seen.retain(|one| filter.admits(one));
    seen.sort_by_key(Seen::place);
    let positions: Vec<String> = seen.iter().map(position).collect();
    let skip = after.map_or(0, |after| positions.partition_point(|position| position.as_str() <= after));
    let has_more = seen.len() > skip + limit;
    let shown = seen.into_iter().zip(positions).skip(skip).take(limit);
    let mut views = Views::new(vault);
    let mut placed: Vec<Placed> = Vec::with_capacity(limit);
    let mut recorded = Vec::new();
    for (one, position) in shown {
        let (parent, link) = (one.flag.parent, one.grant.link());
        if !recorded.contains(&parent) {
            let act = Act {
                actor: doula.id(),
                role: "doula",
                action: "flag.list",
                parent: Some(parent),
                link: Some(link),
                object: None,
            };
            audit::record(conn, now, &act)?;
            recorded.push(parent);
        }
        placed.push(Placed { position, view: views.of(conn, &one)? });
    }
    Ok((placed, has_more))
}

/// Sorts as text the way flags are listed: gravest first, then soonest due.
fn position(seen: &Seen) -> String {
    let rank = Severity::ALL.iter().rev().position(|severity| *severity == seen.severity()).unwrap_or(0);
    format!("{rank}|{:020}|{}", seen.due_at().as_microsecond().max(0), seen.flag.id)
}
