//! One change of a person's own settings, from the lock to the audit, in one transaction.
//!
//! The one thing to know: a loss that was not told of before hides every baby here, so that no later reader can
//! come between the two.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    settings::{Me, Settings, SettingsPatch},
    store,
};
use crate::{
    audit::{self, Act},
    auth::Caller,
    care::{Own, baby_store, link_name_store},
    change::{self, Kind, Op},
    db::Conn,
    error::{Error, Result},
    http::etag::{self, IfMatch},
    seal::Vault,
    timer,
};

/// Who changes what. `own` is there exactly when the caller is a parent.
#[derive(Clone)]
pub(super) struct Edit {
    pub caller: Caller,
    pub own: Option<Own>,
    pub tag: IfMatch,
    pub patch: SettingsPatch,
}

/// Applies the edit and returns what is there now. An edit that changes nothing leaves the revision alone.
///
/// # Errors
/// 412 when somebody edited first; 422 when the result would not be sound.
pub(super) fn edit(conn: &mut Conn, vault: &Vault, edit: Edit, now: Timestamp) -> Result<Me> {
    let Edit { caller, own, tag, patch } = edit;
    if let Some(own) = &own {
        change::lock(conn, own.parent())?;
    }
    let old = store::of_caller(conn, vault, &caller)?;
    tag.admit(old.revision)?;
    let settings = patch.apply(old.settings.clone(), now)?;
    if settings == old.settings {
        return Ok(old);
    }
    let old_settings = old.settings.clone();
    let renamed = settings.display_name != old.settings.display_name;
    let newly_lost = settings.has_loss() && !old.settings.has_loss();
    let new = Me { revision: old.revision + 1, settings, ..old };
    if !store::update(conn, vault, &caller, &new, now)? {
        return Err(etag::stale());
    }
    let parent = own.map(|own| own.parent());
    if let Some(own) = &own {
        if newly_lost {
            baby_store::hide_all(conn, own, now)?;
        }
        if moves_quiet_days(&old_settings, &new.settings) {
            let through = paused_through(&old_settings, &new.settings, now)?;
            if let Some(through) = through {
                store::note_pause(conn, own, through)?;
            }
            timer::look_again(conn, own.parent(), now)?;
        }
        if renamed {
            link_name_store::parent_renamed(conn, own, now)?;
        }
        change::record(conn, own.parent(), Kind::Profile, caller.id.as_str(), Op::Put, now)?;
    }
    let act = Act {
        actor: caller.id,
        role: caller.role.as_str(),
        action: "profile.update",
        parent,
        link: None,
        object: Some(caller.id.as_str()),
    };
    audit::record(conn, now, &act)?;
    Ok(new)
}

/// Whether something changed by which days without an answer are judged.
fn moves_quiet_days(old: &Settings, new: &Settings) -> bool {
    let of = |settings: &Settings| {
        let parent = settings.parent.as_ref();
        parent.map(|parent| (parent.check_in_cadence_days, parent.paused_until, settings.time_zone.clone()))
    };
    of(old) != of(new)
}

/// The last day of a pause that was set, moved or lifted; `None` when the pause stays as it was. One that is lifted
/// before its end lasts until today, and one that was over stays as it was.
fn paused_through(old: &Settings, new: &Settings, now: Timestamp) -> Result<Option<Date>> {
    let until = |settings: &Settings| settings.parent.as_ref().and_then(|parent| parent.paused_until);
    match (until(old), until(new)) {
        (old, new) if old == new => Ok(None),
        (_, Some(new)) => Ok(Some(new)),
        (old, None) => {
            let zone = TimeZone::get(&new.time_zone).map_err(Error::internal)?;
            let today = now.to_zoned(zone).date();
            Ok(old.map(|old| old.min(today)))
        }
    }
}
