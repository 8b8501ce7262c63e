//! Answers of a questionnaire that say that somebody may not be safe, whatever the total, on any day.
//!
//! They are looked at before any total and on an incomplete form. Which items these are was decided when the form was
//! stored, so that a newer version of an instrument takes none of them back.

use super::{
    Context,
    entry::Entry,
    finding::{Evidence, Finding},
    form::Form,
    form_reason::{FormItem, UnrealDays},
    history::days_between,
    reason::Reason,
    settings::{SettingId, Settings},
    severity::Severity,
    trigger::Trigger,
};

/// Severity of both items (any non-zero answer asks for somebody at once: NSW Health for EPDS item 10; product decision
/// for the others).
pub const SEVERITY: Severity = Severity::Urgent;
/// Severities of `unreal`, lighter first (product decision).
pub const UNREAL: [Severity; 2] = [Severity::SameDay, Severity::Urgent];

fn item(form: &Form) -> FormItem {
    FormItem { instrument: form.instrument.clone(), on: form.local_date }
}

fn danger(form: &Form, reason: Reason) -> Finding {
    Finding { private_danger: true, ..Finding::of_forms(SEVERITY, reason, &[], form) }
}

/// `self_harm_item`: EPDS 10, PHQ-9 9, the weekly reflection's own item, or that of a practice's questionnaire.
pub fn self_harm_item(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form()?;
    form.self_harm.filter(|answer| *answer > 0)?;
    Some(danger(form, Reason::SelfHarmItem(item(form))))
}

/// `harm_item`: PBQ 18 or 24, the weekly reflection's own item, or that of a practice's questionnaire.
pub fn harm_item(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form()?;
    form.harm.filter(|answer| *answer > 0)?;
    Some(danger(form, Reason::HarmItem(item(form))))
}

/// `unreal`: things felt unreal; urgent when often, or beside little sleep or being sped up within two days, whichever
/// of the two was written first.
pub fn unreal(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let settings = context.settings;
    let (form, beside) = match trigger {
        Trigger::Form(form) => {
            let near = |entry: &&Entry| is_sleepless(entry, settings) && is_near(entry, form, settings);
            (form, context.history.entries().iter().rev().find(near))
        }
        Trigger::Entry(entry) if is_sleepless(entry, settings) => {
            let near = |form: &&Form| is_near(entry, form, settings) && answer(form).is_some();
            (context.history.forms().iter().rev().find(near)?, Some(entry))
        }
        Trigger::Entry(_) | Trigger::Day(_) => return None,
    };
    let answer = answer(form)?;
    let urgent = answer >= settings.scale(SettingId::UnrealAlone) || beside.is_some();
    let severity = if urgent { UNREAL[1] } else { UNREAL[0] };
    let reason = UnrealDays { answer, on: form.local_date, beside: beside.map(|entry| entry.local_date) };
    let mut finding = Finding::of_forms(severity, Reason::Unreal(reason), &[], form);
    finding.evidence.extend(beside.map(Evidence::from));
    finding.danger_answer = trigger.has_danger_answer();
    finding.private_danger = true;
    Some(finding)
}

fn answer(form: &Form) -> Option<u8> {
    let answer = form.answers.get("unreal").copied().filter(|answer| *answer > 0)?;
    (form.instrument == "weekly-reflection").then_some(answer)
}

fn is_sleepless(entry: &Entry, settings: &Settings) -> bool {
    let line = settings.scale(SettingId::UnrealSleep);
    entry.sped_up == Some(true) || entry.sleep_half_hours.is_some_and(|sleep| sleep <= line)
}

fn is_near(entry: &Entry, form: &Form, settings: &Settings) -> bool {
    let within = i32::from(settings.get(SettingId::UnrealWithin));
    days_between(entry.local_date, form.local_date).abs() <= within
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        History, Profile,
        sample::{TODAY, back, day, entry, form},
    };

    fn ask(rule: crate::rules::Rule, history: History, trigger: Trigger) -> Option<Finding> {
        let (profile, settings) = (Profile::default(), Settings::default());
        let context = Context {
            history: &history,
            profile: &profile,
            settings: &settings,
            usual: &[],
            today: day(TODAY),
        };
        rule(&context, &trigger)
    }

    #[test]
    fn an_item_above_nought_is_urgent_whatever_the_total() {
        for total in [None, Some(0), Some(1), Some(27)] {
            for answer in [None, Some(0), Some(1), Some(3)] {
                let sent = Form {
                    self_harm: answer,
                    danger_answer: answer > Some(0),
                    ..form(1, "phq-9", TODAY, total)
                };
                let found = ask(self_harm_item, History::default(), sent.clone().into());
                assert_eq!(found.is_some(), answer > Some(0), "{total:?} {answer:?}");
                if let Some(found) = found {
                    assert_eq!(found.severity, Severity::Urgent);
                    assert!(found.danger_answer && found.private_danger);
                    assert_eq!(found.evidence[0].source, sent.id.into());
                }
                let other = Form { self_harm: None, harm: answer, ..sent };
                let found = ask(harm_item, History::default(), other.into());
                assert_eq!(found.map(|found| found.severity), (answer > Some(0)).then_some(SEVERITY));
            }
        }
    }

    #[test]
    fn unreal_is_urgent_when_often_or_beside_little_sleep() {
        let weekly = |answer: u8| {
            let mut weekly = form(9, "weekly-reflection", TODAY, Some(3));
            weekly.answers.insert("unreal".to_owned(), answer);
            weekly
        };
        let slept = |on: &str, half_hours: Option<u8>, sped_up: bool| Entry {
            sleep_half_hours: half_hours,
            sped_up: Some(sped_up),
            ..entry(1, on)
        };
        for (answer, beside, severity) in [
            (0, None, None),
            (1, None, Some(Severity::SameDay)),
            (2, None, Some(Severity::Urgent)),
            (1, Some(slept(TODAY, Some(10), false)), Some(Severity::Urgent)),
            (1, Some(slept(TODAY, Some(11), false)), Some(Severity::SameDay)),
            (1, Some(slept(&back(2), None, true)), Some(Severity::Urgent)),
            (1, Some(slept(&back(3), None, true)), Some(Severity::SameDay)),
            (0, Some(slept(TODAY, Some(2), true)), None),
        ] {
            let form = weekly(answer);
            let history = History::new(beside.clone().into_iter().collect()).with_forms(vec![form.clone()]);
            let found = ask(unreal, history, form.into());
            assert_eq!(found.map(|found| found.severity), severity, "{answer} {beside:?}");
        }
        // The check-in came after the questionnaire.
        let history = History::default().with_forms(vec![weekly(1)]);
        let found = ask(unreal, history.clone(), slept(TODAY, Some(8), false).into()).expect("is unreal");
        assert_eq!((found.severity, found.evidence.len()), (Severity::Urgent, 2));
        assert_eq!(ask(unreal, history, slept(TODAY, Some(12), false).into()), None);
    }
}
