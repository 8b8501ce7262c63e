//! The settings of a person as values, and what a merge patch makes of them. Pure.
//!
//! Reading a body happens in `patch_body`. The one thing to know: a patch of an object with parts leaves the
//! parts alone that it does not name, so some mistakes show only when old and new stand together.

use std::fmt;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    auth::caller::Role,
    error::{Error, Result},
    http::field::{Patch, Reader},
    id::UserId,
    rules::{LONGEST_PAUSE_DAYS, ParentContext},
};

/// An account as its owner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Me {
    /// Who.
    pub id: UserId,
    /// In which role.
    pub role: Role,
    /// Address, as written.
    pub email: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Raised by every change of the settings.
    pub revision: i64,
    /// What can be changed.
    pub settings: Settings,
}

/// Shows nothing of what people wrote.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings(..)")
    }
}

/// Shows nothing of what people wrote.
impl fmt::Debug for SafeContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SafeContact(..)")
    }
}

/// What a person can change about her account.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// What others see.
    pub display_name: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// When nothing may ring.
    pub quiet_hours: Option<QuietHours>,
    /// What only a parent has.
    pub parent: Option<ParentSettings>,
}

/// A span by the clock on the wall, each end `HH:MM`; it passes midnight when `to` is before `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours {
    /// First quiet minute.
    pub from: String,
    /// First minute that is not quiet any more.
    pub to: String,
}

/// The settings of a parent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ParentSettings {
    /// What she told of, in the order of [`ParentContext::ALL`], each once.
    pub contexts: Vec<ParentContext>,
    /// How many days apart she wishes to be asked, 1 to 30.
    pub check_in_cadence_days: Option<i32>,
    /// The last local day of a pause.
    pub paused_until: Option<Date>,
    /// How she may be reached without danger to her.
    pub safe_contact: Option<SafeContact>,
}

/// Ways and hours of contact that a parent said are safe, in her own words.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SafeContact {
    /// Ways, at most five.
    pub ways: Vec<String>,
    /// Hours.
    pub hours: Option<String>,
    /// What else to keep in mind.
    pub note: Option<String>,
}

/// A change of some settings.
#[derive(Clone)]
pub struct SettingsPatch {
    pub(super) display_name: Patch<String>,
    pub(super) time_zone: Patch<String>,
    pub(super) country: Patch<String>,
    pub(super) locale: Patch<String>,
    pub(super) quiet_hours: Patch<QuietPatch>,
    pub(super) contexts: Patch<Vec<ParentContext>>,
    pub(super) check_in_cadence_days: Patch<i32>,
    pub(super) paused_until: Patch<Date>,
    pub(super) safe_contact: Patch<SafeContactPatch>,
}

/// A change of the quiet hours; an end that is not given stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietPatch {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// A change of the safe ways of contact.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeContactPatch {
    pub(super) ways: Patch<Vec<String>>,
    pub(super) hours: Patch<String>,
    pub(super) note: Patch<String>,
}

impl Settings {
    /// Whether this is a parent who told of a loss.
    pub fn has_loss(&self) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.contexts.contains(&ParentContext::Loss))
    }
}

impl SettingsPatch {
    /// The settings with the changes in them. Parts for parents change nothing for anybody else.
    ///
    /// # Errors
    /// 422 when quiet hours would lack an end or be no span, or a pause lies in the past or too far ahead.
    pub fn apply(self, old: Settings, now: Timestamp) -> Result<Settings> {
        let mut reader = Reader::default();
        let time_zone = self.time_zone.or(old.time_zone);
        let quiet_hours = match self.quiet_hours {
            Patch::Keep => old.quiet_hours,
            Patch::Clear => None,
            Patch::Set(patch) => patch.apply(old.quiet_hours, &mut reader),
        };
        if let Patch::Set(day) = self.paused_until {
            let zone = TimeZone::get(&time_zone).map_err(Error::internal)?;
            let today = now.to_zoned(zone).date();
            let last = today.saturating_add(LONGEST_PAUSE_DAYS.days());
            if day < today || day > last {
                let detail = format!("Must be a day from today to {LONGEST_PAUSE_DAYS} days ahead.");
                reader.wrong("/paused_until", "out_of_range", detail);
            }
        }
        let parent = old.parent.map(|old| ParentSettings {
            contexts: self.contexts.apply(Some(old.contexts)).unwrap_or_default(),
            check_in_cadence_days: self.check_in_cadence_days.apply(old.check_in_cadence_days),
            paused_until: self.paused_until.apply(old.paused_until),
            safe_contact: match self.safe_contact {
                Patch::Keep => old.safe_contact,
                Patch::Clear => None,
                Patch::Set(patch) => patch.apply(old.safe_contact.unwrap_or_default()),
            },
        });
        reader.finish()?;
        Ok(Settings {
            display_name: self.display_name.or(old.display_name),
            time_zone,
            country: self.country.apply(old.country),
            locale: self.locale.apply(old.locale),
            quiet_hours,
            parent,
        })
    }
}

impl QuietPatch {
    fn apply(self, old: Option<QuietHours>, reader: &mut Reader) -> Option<QuietHours> {
        let (old_from, old_to) = old.map(|old| (old.from, old.to)).unzip();
        let (from, to) = (self.from.or(old_from), self.to.or(old_to));
        for (pointer, end) in [("/quiet_hours/from", &from), ("/quiet_hours/to", &to)] {
            if end.is_none() {
                reader.wrong(pointer, "required", "Quiet hours need both ends.");
            }
        }
        if from.is_some() && from == to {
            reader.wrong("/quiet_hours/to", "out_of_range", "Must differ from the beginning.");
        }
        from.zip(to).map(|(from, to)| QuietHours { from, to })
    }
}

impl SafeContactPatch {
    /// `None` when nothing is left in it.
    fn apply(self, old: SafeContact) -> Option<SafeContact> {
        let new = SafeContact {
            ways: self.ways.apply(Some(old.ways)).unwrap_or_default(),
            hours: self.hours.apply(old.hours),
            note: self.note.apply(old.note),
        };
        (new != SafeContact::default()).then_some(new)
    }
}

#[cfg(test)]
#[path = "settings_edge.rs"]
mod tests;
