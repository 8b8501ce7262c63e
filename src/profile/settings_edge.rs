//! Cases for `settings`: what a patch keeps, clears and sets, and where its bounds lie.

use super::*;
use crate::error::Place;

const NOON: &str = "2026-11-23T12:00:00Z";

fn keep() -> SettingsPatch {
    SettingsPatch {
        display_name: Patch::Keep,
        time_zone: Patch::Keep,
        country: Patch::Keep,
        locale: Patch::Keep,
        quiet_hours: Patch::Keep,
        contexts: Patch::Keep,
        check_in_cadence_days: Patch::Keep,
        paused_until: Patch::Keep,
        safe_contact: Patch::Keep,
    }
}

fn maya() -> Settings {
    Settings {
        display_name: "Maya".to_owned(),
        time_zone: "Europe/London".to_owned(),
        country: Some("GB".to_owned()),
        locale: None,
        quiet_hours: None,
        parent: Some(ParentSettings {
            safe_contact: Some(SafeContact {
                ways: vec!["text".to_owned()],
                hours: Some("mornings".to_owned()),
                note: None,
            }),
            ..ParentSettings::default()
        }),
    }
}

fn apply(patch: SettingsPatch, old: Settings) -> Result<Settings> {
    patch.apply(old, NOON.parse().expect("a literal"))
}

fn pointers(refused: Result<Settings>) -> Vec<String> {
    let refused = refused.expect_err("must be refused");
    let pointer = |place: &Place| match place {
        Place::Pointer(pointer) => pointer.clone(),
        other => format!("{other:?}"),
    };
    refused.fields().iter().map(|field| pointer(&field.place)).collect()
}

fn quiet(from: Option<&str>, to: Option<&str>) -> SettingsPatch {
    let patch = QuietPatch { from: from.map(str::to_owned), to: to.map(str::to_owned) };
    SettingsPatch { quiet_hours: Patch::Set(patch), ..keep() }
}

#[test]
fn a_patch_that_names_nothing_changes_nothing() {
    assert_eq!(apply(keep(), maya()).expect("fits"), maya());
}

#[test]
fn what_can_be_empty_is_cleared_and_what_cannot_stays() {
    let patch = SettingsPatch { country: Patch::Clear, display_name: Patch::Clear, ..keep() };
    let new = apply(patch, maya()).expect("fits");
    assert_eq!((new.country, new.display_name.as_str()), (None, "Maya"));
}

#[test]
fn quiet_hours_need_two_different_ends() {
    assert_eq!(pointers(apply(quiet(Some("22:00"), None), maya())), ["/quiet_hours/to"]);
    assert_eq!(pointers(apply(quiet(None, None), maya())), ["/quiet_hours/from", "/quiet_hours/to"]);
    assert_eq!(pointers(apply(quiet(Some("22:00"), Some("22:00")), maya())), ["/quiet_hours/to"]);
    let night = apply(quiet(Some("22:00"), Some("07:00")), maya()).expect("fits");
    let later = apply(quiet(Some("23:00"), None), night).expect("the old end counts");
    let hours = later.quiet_hours.expect("was set");
    assert_eq!((hours.from.as_str(), hours.to.as_str()), ("23:00", "07:00"));
}

#[test]
fn a_pause_ends_between_today_and_sixty_days_ahead() {
    let pause =
        |day: &str| SettingsPatch { paused_until: Patch::Set(day.parse().expect("a literal")), ..keep() };
    for (day, fits) in
        [("2026-11-22", false), ("2026-11-23", true), ("2027-01-22", true), ("2027-01-23", false)]
    {
        assert_eq!(apply(pause(day), maya()).is_ok(), fits, "{day}");
    }
    // It is the 24th already in the zone that the same patch moves her to.
    let moved =
        SettingsPatch { time_zone: Patch::Set("Pacific/Kiritimati".to_owned()), ..pause("2026-11-23") };
    assert_eq!(pointers(apply(moved, maya())), ["/paused_until"]);
}

#[test]
fn a_safe_contact_keeps_the_parts_that_are_not_named() {
    let contact = |ways, hours, note| SettingsPatch {
        safe_contact: Patch::Set(SafeContactPatch { ways, hours, note }),
        ..keep()
    };
    let stored = |settings: Settings| settings.parent.expect("a parent").safe_contact;
    let noted = apply(contact(Patch::Keep, Patch::Keep, Patch::Set("not by phone".to_owned())), maya());
    let noted = stored(noted.expect("fits")).expect("is there");
    assert_eq!((noted.ways.len(), noted.note.as_deref()), (1, Some("not by phone")));
    let emptied = apply(contact(Patch::Set(Vec::new()), Patch::Clear, Patch::Keep), maya());
    assert_eq!(stored(emptied.expect("fits")), None);
}

#[test]
fn only_a_parent_can_have_told_of_a_loss() {
    let loss = SettingsPatch { contexts: Patch::Set(vec![ParentContext::Loss]), ..keep() };
    assert!(apply(loss.clone(), maya()).expect("fits").has_loss());
    let doula = Settings { parent: None, ..maya() };
    assert!(!apply(loss, doula).expect("fits").has_loss());
}
