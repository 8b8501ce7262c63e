//! The body of `PATCH /v1/me`: reads a merge patch and names everything that is wrong with it at once.
//!
//! What the patch does to what is there is in `settings`. Fields of parents are unknown fields to everybody else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::settings::{QuietPatch, SafeContactPatch, SettingsPatch};
use crate::{
    auth::caller::Role,
    error::Result,
    help::{
        country::is_country,
        open_hours::{MINUTES_PER_DAY, minute_of_day},
    },
    http::{
        field::{Fault, Field, Patch, Reader, Wire},
        json,
        value::{self, Day, Line, List, Text, Whole, Zone},
    },
    rules::ParentContext,
};

/// What to change about yourself; what is left out stays, null empties.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "time_zone": "Europe/Paris", "country": "FR", "quiet_hours": {"from": "22:00", "to": "07:00"},
    "safe_contact": {"ways": ["text message"], "hours": "weekdays before noon", "note": null}
}))]
pub struct MePatch {
    /// What others see.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 80)]
    display_name: Field<Line<1, 80>>,
    /// IANA name of your time zone.
    #[serde(default)]
    #[schema(value_type = String, format = "time-zone", min_length = 1, max_length = 64)]
    time_zone: Field<Zone>,
    /// ISO 3166-1 alpha-2 code; the lines to call come from it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 2)]
    country: Field<CountryCode>,
    /// BCP 47 tag of your language.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "language-tag", min_length = 2, max_length = 35)]
    locale: Field<LanguageTag>,
    /// When nothing may ring.
    #[serde(default)]
    #[schema(value_type = Option<QuietHoursBody>)]
    quiet_hours: Field<QuietPatch>,
    /// Parents only: any of `loss`, `adoption`, `birth_trauma`, `mania_history`. A new `loss` hides every baby.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 4)]
    contexts: Field<List<ContextWord, 4>>,
    /// Parents only: how many days apart you wish to be asked.
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 30)]
    check_in_cadence_days: Field<Whole<1, 30>>,
    /// Parents only: last local day of a pause, at most 60 days ahead.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    paused_until: Field<Day>,
    /// Parents only: how you may be reached without danger to you.
    #[serde(default)]
    #[schema(value_type = Option<SafeContactBody>)]
    safe_contact: Field<SafeContactPatch>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A span by the clock on your wall; it may pass midnight.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"from": "22:00", "to": "07:00"}))]
pub struct QuietHoursBody {
    /// First quiet minute, `HH:MM`.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    from: Field<TimeOfDay>,
    /// First minute that is not quiet any more, `HH:MM`.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    to: Field<TimeOfDay>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Ways and hours of contact that are safe for you, in your own words.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"ways": ["text message"], "hours": "weekdays before noon", "note": "No voicemail."}))]
pub struct SafeContactBody {
    /// Up to five ways, each up to 40 characters.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 5)]
    ways: Field<List<Line<1, 40>, 5>>,
    /// When.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    hours: Field<Text<1, 200>>,
    /// What else to keep in mind.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    note: Field<Text<1, 500>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

#[derive(Debug)]
struct CountryCode(String);

#[derive(Debug)]
struct LanguageTag(String);

#[derive(Debug)]
struct TimeOfDay(String);

#[derive(Debug)]
struct ContextWord(ParentContext);

impl MePatch {
    /// Reads the patch of somebody in `role`.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub(super) fn read(object: Map<String, Value>, role: Role) -> Result<SettingsPatch> {
        let wire: Self = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let mut of_parent = OfParent { is_parent: role == Role::Parent, reader: &mut reader };
        let contexts = of_parent.patch("contexts", wire.contexts);
        let cadence = of_parent.patch("check_in_cadence_days", wire.check_in_cadence_days);
        let paused_until = of_parent.patch("paused_until", wire.paused_until);
        let safe_contact = of_parent.patch("safe_contact", wire.safe_contact);
        let patch = SettingsPatch {
            display_name: map(reader.patch_required("display_name", wire.display_name), |line| line.0),
            time_zone: map(reader.patch_required("time_zone", wire.time_zone), |zone| zone.0),
            country: map(reader.patch("country", wire.country), |code| code.0),
            locale: map(reader.patch("locale", wire.locale), |tag| tag.0),
            quiet_hours: reader.patch("quiet_hours", wire.quiet_hours),
            contexts: map(contexts, |words| in_order(&words.0)),
            // Bounded by its type to 1 to 30.
            check_in_cadence_days: map(cadence, |days| days.0 as i32),
            paused_until: map(paused_until, |day| day.0),
            safe_contact,
        };
        reader.finish()?;
        Ok(patch)
    }
}

struct OfParent<'a> {
    is_parent: bool,
    reader: &'a mut Reader,
}

impl OfParent<'_> {
    fn patch<T>(&mut self, name: &str, field: Field<T>) -> Patch<T> {
        if self.is_parent {
            return self.reader.patch(name, field);
        }
        if !matches!(field, Field::Absent) {
            self.reader.wrong(&format!("/{name}"), "unknown_field", "This field is for parents only.");
        }
        Patch::Keep
    }
}

fn map<T, U>(patch: Patch<T>, f: impl FnOnce(T) -> U) -> Patch<U> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(value) => Patch::Set(f(value)),
    }
}

fn in_order(sent: &[ContextWord]) -> Vec<ParentContext> {
    let told = |context: &ParentContext| sent.iter().any(|word| word.0 == *context);
    ParentContext::ALL.into_iter().filter(told).collect()
}

impl Wire for QuietPatch {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let wire: QuietHoursBody = object(value)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let end = |patch| match patch {
            Patch::Set(TimeOfDay(time)) => Some(time),
            Patch::Keep | Patch::Clear => None,
        };
        let from = end(reader.patch_required("from", wire.from));
        let to = end(reader.patch_required("to", wire.to));
        if reader.is_clean() { Ok(Self { from, to }) } else { Err(reader.into_faults()) }
    }
}

impl Wire for SafeContactPatch {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let wire: SafeContactBody = object(value)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let lines = |list: List<Line<1, 40>, 5>| list.0.into_iter().map(|line| line.0).collect();
        let ways = map(reader.patch("ways", wire.ways), lines);
        let hours = map(reader.patch("hours", wire.hours), |text| text.0);
        let note = map(reader.patch("note", wire.note), |text| text.0);
        if reader.is_clean() { Ok(Self { ways, hours, note }) } else { Err(reader.into_faults()) }
    }
}

fn object<T: for<'de> Deserialize<'de>>(value: &Value) -> std::result::Result<T, Vec<Fault>> {
    let not_one = || Fault::wrong_type("an object");
    if !value.is_object() {
        return Err(not_one());
    }
    T::deserialize(value).map_err(|_| not_one())
}

impl Wire for CountryCode {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let code = value::string(value)?;
        if !is_country(code) {
            return Err(Fault::new("unknown_country", "Must be an ISO 3166-1 alpha-2 code such as GB."));
        }
        Ok(Self(code.to_owned()))
    }
}

impl Wire for LanguageTag {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let Text(tag) = Text::<2, 35>::read(value)?;
        match oxilangtag::LanguageTag::parse(tag.as_str()) {
            Ok(_) => Ok(Self(tag)),
            Err(_) => Err(Fault::new("bad_locale", "Must be a BCP 47 tag such as en-GB.")),
        }
    }
}

impl Wire for TimeOfDay {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let time = value::string(value)?;
        match minute_of_day(time) {
            Some(minute) if minute < MINUTES_PER_DAY => Ok(Self(time.to_owned())),
            _ => Err(Fault::new("bad_time", "Must be a time of day from 00:00 to 23:59.")),
        }
    }
}

impl Wire for ContextWord {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        value::word(value, &ParentContext::ALL.map(ParentContext::as_str)).map(Self)
    }
}
