//! A doula's clients, most pressing first.
//!
//! Who is worth a call comes first, by how grave and how soon due; the others follow by name. A doula has some
//! twenty clients, so they are all put in order for each page.

use std::{cmp::Reverse, collections::HashMap};

use jiff::Timestamp;

use super::{
    pressing::{self, Weight},
    store,
    view::{ClientView, WorthACall},
};
use crate::{
    audit::{self, Act},
    auth::{self, Doula},
    care::{Grant, grant_store},
    check_in,
    db::Conn,
    error::{Error, Result},
    flag::{
        list::{self as flags, Seen},
        view::tag,
    },
    id::UserId,
    profile,
    rules::Severity,
    seal::Vault,
};

/// A client of a page and her place in the list.
#[derive(Debug)]
pub struct Placed {
    /// Names the place in a cursor: index and id, never a name.
    pub position: String,
    /// The client.
    pub view: ClientView,
}

struct Client {
    grant: Grant,
    name: String,
    open_flags: usize,
    pressing: Option<Seen>,
}

impl Client {
    /// Those who are worth a call first, by severity and due time; the others by name.
    fn place(&self) -> (bool, Option<(Reverse<Severity>, Timestamp)>, String, UserId) {
        let pressing = self.pressing.as_ref().map(|seen| (Reverse(seen.severity()), seen.due_at()));
        (pressing.is_none(), pressing, self.name.to_lowercase(), self.grant.parent())
    }
}

/// The clients behind a position, one more than `limit` if there are more. Each one shown is recorded.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    doula: &Doula,
    after: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Placed>> {
    let grants = grant_store::all_for_doula(conn, doula, now)?;
    let mut clients = weigh(conn, vault, doula, &grants, now)?;
    clients.sort_by_cached_key(Client::place);
    let skip = after.map_or(Ok(0), |after| behind(&clients, after))?;
    let mut placed = Vec::with_capacity(limit + 1);
    for (index, client) in clients.iter().enumerate().skip(skip).take(limit + 1) {
        // The one beyond the page only says that there is more; she is not shown.
        if placed.len() < limit {
            record(conn, doula, &client.grant, "client.list", now)?;
        }
        let position = format!("{index}|{}", client.grant.parent());
        placed.push(Placed { position, view: show(conn, vault, client, now)? });
    }
    Ok(placed)
}

/// One client.
///
/// # Errors
/// 404 when the parent granted nothing to this doula or does not exist.
pub fn one(conn: &mut Conn, vault: &Vault, doula: &Doula, id: UserId, now: Timestamp) -> Result<ClientView> {
    let grant = granted(conn, doula, id, now)?;
    record(conn, doula, &grant, "client.read", now)?;
    let client = weigh(conn, vault, doula, &[grant], now)?.pop().ok_or_else(Error::not_found)?;
    show(conn, vault, &client, now)
}

/// The grant of a client.
///
/// # Errors
/// 404 when there is none.
pub fn granted(conn: &mut Conn, doula: &Doula, id: UserId, now: Timestamp) -> Result<Grant> {
    grant_store::for_doula(conn, doula, id, now)?.ok_or_else(Error::not_found)
}

/// Records that a doula saw something of a client.
pub fn record(
    conn: &mut Conn,
    doula: &Doula,
    grant: &Grant,
    action: &'static str,
    now: Timestamp,
) -> Result<()> {
    let act = Act {
        actor: doula.id(),
        role: "doula",
        action,
        parent: Some(grant.parent()),
        link: Some(grant.link()),
        object: None,
    };
    audit::record(conn, now, &act)
}

fn weigh(
    conn: &mut Conn,
    vault: &Vault,
    doula: &Doula,
    grants: &[Grant],
    now: Timestamp,
) -> Result<Vec<Client>> {
    let zone = store::zone(conn, doula)?;
    let today = now.to_zoned(zone.clone()).date();
    let mut of_parent: HashMap<UserId, Vec<Seen>> = HashMap::new();
    for seen in flags::unclosed(conn, grants, now)? {
        of_parent.entry(seen.flag.parent).or_default().push(seen);
    }
    let mut clients = Vec::with_capacity(grants.len());
    for grant in grants {
        let seen = of_parent.remove(&grant.parent()).unwrap_or_default();
        let open_flags = seen.len();
        // They come most pressing first, so the first that counts is the one to name.
        let pressing = seen.into_iter().find(|seen| {
            let weight =
                Weight { severity: seen.severity(), due_at: seen.due_at(), status: seen.state.status };
            pressing::is_worth_a_call(weight, &zone, today)
        });
        let name = auth::store::display_name(conn, vault, grant.parent())?;
        clients.push(Client { grant: *grant, name, open_flags, pressing });
    }
    Ok(clients)
}

fn show(conn: &mut Conn, vault: &Vault, client: &Client, now: Timestamp) -> Result<ClientView> {
    let Client { grant, name, open_flags, pressing } = client;
    let last_check_in_on = match grant.scopes().check_ins {
        true => Some(check_in::store::last_shared_day(conn, grant)?),
        false => None,
    };
    let mut view = ClientView {
        id: grant.parent(),
        display_name: name.clone(),
        open_flags: *open_flags,
        worth_a_call_today: pressing.as_ref().map(|seen| WorthACall { reason: seen.reason() }),
        scopes: grant.scopes().words(),
        linked_since: store::linked_since(conn, grant)?,
        last_check_in_on,
        paused_until: profile::store::paused_until(conn, grant, now)?,
        etag: String::new(),
    };
    view.etag = tag(vault, &view)?;
    Ok(view)
}

/// How many clients come before what is behind a position. The order may have changed since: then the client
/// is looked for by id, and only for one who is gone her old place counts.
fn behind(clients: &[Client], after: &str) -> Result<usize> {
    let (index, id) = after.split_once('|').ok_or_else(|| Error::internal("a signed cursor is broken"))?;
    let found = clients.iter().position(|client| client.grant.parent().as_str() == id);
    match found {
        Some(index) => Ok(index + 1),
        None => index.parse().map_err(Error::internal),
    }
}
