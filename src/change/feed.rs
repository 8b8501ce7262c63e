//! A page of what changed, with each thing as it is now: at most a few reads for each kind of thing, however long
//! the page is.
//!
//! The numbers are read before the things. A thing may so be newer than its number says; its later change is then
//! still to come and brings the same again. The other way round a change could be missed.

use std::{collections::HashMap, str::FromStr};

use jiff::Timestamp;

use super::{
    store::{self, Change, Kind, Op},
    view::{
        BabyChange, CareLinkChange, ChangeView, CheckInChange, FlagChange, ProfileChange, ScreeningChange,
    },
};
use crate::{
    auth::Parent,
    care::{Own, baby_api::BabyView, baby_store, link_store, link_view::LinkView},
    check_in::{store as check_in_store, view::CheckInView},
    db::Conn,
    error::{Error, Result},
    flag::parent_view::{self, OwnFlagView},
    http::page,
    profile::{api::MeView, store as profile_store},
    screening::{store as screening_store, view::ScreeningView},
    seal::Vault,
};

/// A page of changes, and the number behind which the next one begins.
pub struct Feed {
    /// In the order of their numbers.
    pub changes: Vec<ChangeView>,
    /// The last number that was looked at.
    pub position: i64,
    /// Whether there are later ones.
    pub has_more: bool,
}

/// What of the parent's changed behind number `after`, at most `limit` things.
///
/// # Errors
/// 400 when her sequence has not come as far as `after`: the cursor is from another life of this database.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    parent: &Parent,
    after: i64,
    limit: usize,
    now: Timestamp,
) -> Result<Feed> {
    let own = parent.own();
    if after > store::last(conn, &own)? {
        return Err(page::refused());
    }
    let most = i64::try_from(limit + 1).map_err(Error::internal)?;
    let mut found = store::latest(conn, &own, after, most)?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let mut things = Things::read(conn, vault, parent, &own, &found, now)?;
    Ok(Feed {
        position: found.last().map_or(after, |change| change.seq),
        changes: found.iter().filter_map(|change| things.show(change)).collect(),
        has_more,
    })
}

/// The things of a page by their ids.
struct Things {
    check_ins: HashMap<String, CheckInView>,
    screenings: HashMap<String, ScreeningView>,
    babies: HashMap<String, BabyView>,
    links: HashMap<String, LinkView>,
    flags: HashMap<String, OwnFlagView>,
    profile: Option<MeView>,
}

impl Things {
    fn read(
        conn: &mut Conn,
        vault: &Vault,
        parent: &Parent,
        own: &Own,
        found: &[Change],
        now: Timestamp,
    ) -> Result<Self> {
        let mut things = Self {
            check_ins: HashMap::new(),
            screenings: HashMap::new(),
            babies: HashMap::new(),
            links: HashMap::new(),
            flags: HashMap::new(),
            profile: None,
        };
        let ids = wanted(found, Kind::CheckIn)?;
        if !ids.is_empty() {
            let check_ins = check_in_store::own_some(conn, vault, own, &ids)?;
            things.check_ins = check_ins.iter().map(|it| (it.id.to_string(), CheckInView::own(it))).collect();
        }
        let ids = wanted(found, Kind::Screening)?;
        if !ids.is_empty() {
            let screenings = screening_store::own_some(conn, own, &ids)?;
            things.screenings =
                screenings.iter().map(|it| (it.id.to_string(), ScreeningView::own(it))).collect();
        }
        if found.iter().any(|change| change.kind == Kind::Baby && change.op == Op::Put) {
            let babies = baby_store::all(conn, vault, own)?;
            things.babies = babies.into_iter().map(|it| (it.id.to_string(), it.into())).collect();
        }
        let ids = wanted(found, Kind::CareLink)?;
        if !ids.is_empty() {
            let links = link_store::some_of_parent(conn, own, &ids)?;
            let links = LinkView::all(conn, vault, &links, now)?;
            things.links = links.into_iter().map(|it| (it.id.to_string(), it)).collect();
        }
        let ids = wanted(found, Kind::Flag)?;
        if !ids.is_empty() {
            let flags = parent_view::some(conn, vault, own, &ids, now)?;
            things.flags = flags.into_iter().map(|it| (it.id.to_string(), it)).collect();
        }
        if found.iter().any(|change| change.kind == Kind::Profile) {
            things.profile = Some(MeView::of(profile_store::of_caller(conn, vault, &parent.caller())?));
        }
        Ok(things)
    }

    fn show(&mut self, change: &Change) -> Option<ChangeView> {
        let id = &change.object;
        match change.kind {
            Kind::CheckIn => CheckInChange::of(change, self.check_ins.remove(id)).map(ChangeView::CheckIn),
            Kind::Screening => {
                ScreeningChange::of(change, self.screenings.remove(id)).map(ChangeView::Screening)
            }
            Kind::Baby => BabyChange::of(change, self.babies.remove(id)).map(ChangeView::Baby),
            Kind::CareLink => CareLinkChange::of(change, self.links.remove(id)).map(ChangeView::CareLink),
            Kind::Flag => FlagChange::of(change, self.flags.remove(id)).map(ChangeView::Flag),
            Kind::Profile => ProfileChange::of(change, self.profile.take()).map(ChangeView::Profile),
        }
    }
}

/// The things of a kind that are there.
fn wanted<Id: FromStr>(found: &[Change], kind: Kind) -> Result<Vec<Id>> {
    let there = found.iter().filter(|change| change.kind == kind && change.op == Op::Put);
    let read = |change: &Change| change.object.parse();
    let ids: std::result::Result<Vec<Id>, Id::Err> = there.map(read).collect();
    ids.map_err(|_| Error::internal("the change sequence names something that has no such id"))
}
