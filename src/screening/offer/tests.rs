//! What is offered when: a table of last forms, then windows, answers, flags, danger and babies.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::*;
use crate::rules::Changed;

const TODAY: &str = "2026-11-23";

fn back(days: i64) -> Date {
    TODAY.parse::<Date>().expect("a literal").saturating_sub(days.days())
}

fn at(on: Date) -> Timestamp {
    format!("{on}T12:00:00Z").parse().expect("a literal instant")
}

fn possible(instrument: &str) -> u16 {
    Catalogue::loaded().by_id(instrument).expect("it is known").scoring.range.max
}

/// A form filled in so many days ago; the later number is filled in later.
fn form(number: u32, instrument: &str, ago: i64, total: u16) -> Form {
    let felt = at(back(ago)) + SignedDuration::from_secs(i64::from(number));
    Form {
        id: format!("0191e7c2-93a4-7c3e-8f00-{number:012x}").parse().expect("an id"),
        local_date: back(ago),
        occurred_at: felt,
        recorded_at: felt,
        said_at: felt,
        private: false,
        instrument: instrument.to_owned(),
        version: "1".to_owned(),
        answers: BTreeMap::new(),
        total: Some(total),
        possible: possible(instrument),
        subscales: BTreeMap::new(),
        self_harm: None,
        harm: None,
        watched: None,
        keying_doubt: false,
        incomplete: false,
        danger_answer: false,
    }
}

fn low(ago: i64) -> Option<(LowFlag, Date)> {
    let id = "0191e7c2-93a4-7c3e-8f00-000000000099".parse().expect("an id");
    Some((LowFlag { id, since: at(back(ago)) }, back(ago)))
}

fn basis<'a>(forms: &'a [Form], settings: &'a Settings) -> Basis<'a> {
    let today = back(0);
    Basis { forms, low: None, urgent: false, no_baby: false, today, settings }
}

/// Instrument and the days, counted from today, on which it opens and is late.
type Short = (&'static str, i32, Option<i32>);

fn shorten(offers: &[Offer]) -> Vec<Short> {
    let days = |on: Date| days_between(back(0), on);
    let short =
        |offer: &Offer| (offer.instrument.id.as_str(), days(offer.open_from), offer.late_from.map(days));
    offers.iter().map(short).collect()
}

fn offered(forms: &[Form]) -> Vec<Short> {
    let settings = Settings::default();
    shorten(&offers(&basis(forms, &settings)))
}

/// Clinical tables (b) to (d), and `next_step` and `recheck` of the data.
#[test]
fn the_last_form_asks_for_the_next_one_by_its_band() {
    for (instrument, total, expected) in [
        ("phq-2", 1, vec![]),
        ("phq-2", 2, vec![("phq-9", 0, None)]),
        ("phq-2", 6, vec![("phq-9", 0, None)]),
        ("gad-2", 2, vec![]),
        ("gad-2", 3, vec![("gad-7", 0, None)]),
        ("whooley", 0, vec![]),
        ("whooley", 1, vec![("phq-9", 0, None)]),
        // Very low asks for a health professional and not for another form.
        ("who-5", 7, vec![]),
        ("who-5", 8, vec![("phq-9", 0, None)]),
        ("who-5", 12, vec![("phq-9", 0, None)]),
        ("who-5", 13, vec![]),
        ("epds", 9, vec![]),
        ("epds", 10, vec![("epds", 14, Some(28))]),
        ("epds", 12, vec![("epds", 14, Some(28))]),
        ("epds", 13, vec![]),
        ("weekly-reflection", 16, vec![]),
        ("weekly-reflection", 17, vec![("phq-9", 0, None)]),
        // A result that asks for a person, and one from which nothing follows.
        ("phq-9", 27, vec![]),
        ("gad-7", 21, vec![]),
        ("pass", 93, vec![]),
        ("mibs", 24, vec![]),
        ("pbq", 125, vec![]),
        ("epds-3a", 9, vec![]),
    ] {
        assert_eq!(offered(&[form(1, instrument, 0, total)]), expected, "{instrument} {total}");
    }
}

#[test]
fn an_offer_ends_with_the_form_that_it_offers_and_with_a_later_one_of_what_asked() {
    let asked = form(1, "phq-2", 5, 3);
    assert_eq!(offered(&[asked.clone(), form(2, "phq-9", 5, 4)]), []);
    assert_eq!(offered(&[asked.clone(), form(2, "phq-9", 0, 4)]), []);
    // The longer one of the same day has told it already; the one of the day before may not be repeated yet.
    assert_eq!(offered(&[form(1, "phq-9", 5, 4), form(2, "phq-2", 5, 3)]), []);
    assert_eq!(offered(&[form(1, "phq-9", 6, 4), form(2, "phq-2", 5, 3)]), [("phq-9", 8, None)]);
    assert_eq!(offered(&[form(1, "phq-2", 20, 3), form(2, "phq-2", 1, 0)]), []);
    // One without a total answers nothing, and takes nothing back.
    let broken = |instrument| Form { total: None, incomplete: true, ..form(2, instrument, 0, 0) };
    for other in ["phq-9", "phq-2"] {
        assert_eq!(offered(&[asked.clone(), broken(other)]), [("phq-9", -5, None)], "{other}");
    }
    // After a heavy week any of the standard ones will do.
    let heavy = form(1, "weekly-reflection", 3, 20);
    assert_eq!(offered(&[heavy.clone(), form(2, "phq-2", 3, 0)]).len(), 1);
    for other in ["gad-7", "epds", "phq-9"] {
        assert_eq!(offered(&[heavy.clone(), form(2, other, 3, 0)]), [], "{other}");
    }
    // A repeated one in the middle is to be repeated again; a lower one is not.
    assert_eq!(offered(&[form(1, "epds", 20, 11), form(2, "epds", 4, 10)]), [("epds", 10, Some(24))]);
    assert_eq!(offered(&[form(1, "epds", 20, 11), form(2, "epds", 4, 9)]), []);
}

#[test]
fn inside_its_window_it_is_offered_from_its_day_on() {
    let asked = form(2, "phq-2", 3, 4);
    assert_eq!(offered(&[form(1, "phq-9", 10, 5), asked.clone()]), [("phq-9", 4, None)]);
    assert_eq!(offered(&[form(1, "phq-9", 40, 5), asked]), [("phq-9", -3, None)]);
}

#[test]
fn an_offer_does_not_outlive_the_days_that_rules_look_back() {
    assert_eq!(offered(&[form(1, "phq-2", 60, 4)]).len(), 1);
    assert_eq!(offered(&[form(1, "phq-2", 61, 4)]), []);
}

#[test]
fn each_form_is_offered_once_by_the_latest_that_asks() {
    let settings = Settings::default();
    let forms = [form(1, "phq-2", 9, 4), form(2, "gad-2", 8, 4), form(3, "whooley", 2, 1)];
    let all = offers(&basis(&forms, &settings));
    assert_eq!(shorten(&all), [("gad-7", -8, None), ("phq-9", -2, None)]);
    let instrument = "whooley".to_owned();
    let whooley = Because::Screening { id: forms[2].id, instrument, total: (1, 2) };
    assert_eq!((all[1].because.clone(), all[1].asked_on), (whooley, back(2)));
    assert_eq!(all, offers(&basis(&forms, &settings)), "the same state gives the same list");
}

#[test]
fn mood_that_stays_low_offers_the_standard_form_until_it_was_filled_in() {
    let settings = Settings::default();
    let asked = |forms: &[Form], ago| shorten(&offers(&Basis { low: low(ago), ..basis(forms, &settings) }));
    assert_eq!(asked(&[], 90), [("phq-9", -90, None)]);
    assert_eq!(asked(&[form(1, "phq-9", 2, 4)], 3), []);
    assert_eq!(asked(&[form(1, "phq-9", 4, 4)], 3), [("phq-9", 10, None)]);
}

/// H31: nothing is asked of her while something urgent is open.
#[test]
fn h31_nothing_is_offered_beside_something_urgent() {
    let (settings, forms) = (Settings::default(), [form(1, "phq-2", 0, 4)]);
    let urgent = Basis { urgent: true, low: low(1), ..basis(&forms, &settings) };
    assert_eq!(offers(&urgent), []);
}

/// H33: a practice's own form may name a bonding scale as the next step, and those are about a baby.
#[test]
fn h33_nothing_about_a_baby_is_offered_or_named_while_none_may_be_spoken_of() {
    for instrument in Catalogue::loaded().instruments().iter().filter(|one| !one.is_check_in()) {
        for total in 0..=instrument.scoring.range.max {
            let (settings, forms) = (Settings::default(), [form(1, &instrument.id, 0, total)]);
            for offer in offers(&Basis { no_baby: true, low: low(0), ..basis(&forms, &settings) }) {
                assert!(!offer.instrument.about_a_baby());
                let words = offer.for_the_parent() + &offer.for_a_doula() + offer.note().unwrap_or_default();
                assert!(!words.to_lowercase().contains("baby") && !words.contains("MIBS"), "{words}");
            }
        }
    }
}

/// Decision 0021: a line that a practice draws elsewhere asks where its rule speaks.
#[test]
fn a_practices_lines_ask_too_and_say_when_it_is_late() {
    let mut settings = Settings::default();
    settings.set(Changed::Value(SettingId::Phq2Line), 1);
    settings.set(Changed::Value(SettingId::EpdsRepeat), 21);
    settings.set(Changed::Value(SettingId::EpdsMiddle), 8);
    settings.set(Changed::Value(SettingId::EpdsLine), 11);
    for (instrument, total, expected) in [
        ("phq-2", 1, vec![("phq-9", 0, None)]),
        ("phq-2", 0, vec![]),
        ("epds", 8, vec![("epds", 14, Some(21))]),
        ("epds", 11, vec![]),
    ] {
        let forms = [form(1, instrument, 0, total)];
        assert_eq!(shorten(&offers(&basis(&forms, &settings))), expected, "{instrument} {total}");
    }
}

#[test]
fn a_form_whose_words_may_not_be_shown_says_who_holds_it() {
    let (settings, forms) = (Settings::default(), [form(1, "epds", 0, 11), form(2, "phq-2", 0, 2)]);
    let all = offers(&basis(&forms, &settings));
    let held = all.iter().map(|offer| (offer.instrument.id.as_str(), offer.note().is_some()));
    assert_eq!(held.collect::<Vec<_>>(), [("phq-9", false), ("epds", true)]);
}

/// Clinical table (j).
#[test]
fn the_words_ask_and_do_not_judge() {
    let settings = Settings::default();
    let forms = [form(1, "phq-2", 1, 3), form(2, "epds", 1, 11), form(3, "gad-2", 1, 3)];
    let mut all = offers(&basis(&forms, &settings));
    all.extend(offers(&basis(&[form(1, "weekly-reflection", 1, 20)], &settings)));
    all.extend(offers(&Basis { low: low(2), ..basis(&[], &settings) }));
    assert_eq!(all.len(), 5);
    for offer in &all {
        for words in [offer.for_the_parent(), offer.for_a_doula()] {
            let lower = words.to_lowercase();
            for word in
                ["test", "exam", "abnormal", "risk", "depress", "should", "score", "!", "well", "baby"]
            {
                assert!(!lower.contains(word), "{word}: {words}");
            }
        }
    }
    assert_eq!(
        all[0].for_the_parent(),
        "After your GAD-2 of 22 November, the GAD-7 can tell a little more, if you like. Talking about it is just as \
         good."
    );
    assert_eq!(all[1].for_a_doula(), "The PHQ-2 came to 3 of 6 on 22 November: the PHQ-9 is worth offering.");
}
