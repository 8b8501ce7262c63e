//! Totals of questionnaires beyond their line, one rule for each; the numbers are those of `severities.json`.
//!
//! A total is the one that was stored, never a new one. No line says that somebody has or has not a condition, and a
//! total below a line raises nothing and takes nothing back. Where each line comes from stands in `form_explain.rs`.

use super::{
    Context, LOOK_BACK_DAYS,
    finding::Finding,
    form::Form,
    form_reason::{FormItem, FormStep, FormTotal},
    history::days_between,
    reason::Reason,
    severity::Severity,
    trigger::Trigger,
};

/// Severities of a scale with two lines.
pub const TWO_LINES: [Severity; 2] = [Severity::FollowUp, Severity::SameDay];
/// Severities of PHQ-2.
pub const PHQ2: [Severity; 2] = [Severity::Notice, Severity::FollowUp];
/// Severity of a scale with one line.
pub const ONE_LINE: [Severity; 1] = [Severity::FollowUp];
/// Severities of EPDS: middle, middle again or late, higher.
pub const EPDS: [Severity; 3] = [Severity::Notice, Severity::FollowUp, Severity::FollowUp];
/// Severity of a doubt about the key.
pub const KEYING: [Severity; 1] = [Severity::SameDay];
/// Severities of the weekly reflection: in the first two weeks, later.
pub const WEEKLY: [Severity; 2] = [Severity::Notice, Severity::FollowUp];

/// Which scale holds which short form, and the days that both ask about: one fact, one flag. Within that time a raised
/// short form beside a raised full scale raises nothing of its own.
pub const FULL_SCALES: &[(&str, &str, i32)] = &[("phq-9", "phq-2", 14), ("gad-7", "gad-2", 14)];

/// Lines from the heaviest down: from this total on, this severity.
type Lines = &'static [(u16, Severity)];

const PHQ9_LINES: Lines = &[(15, Severity::SameDay), (10, Severity::FollowUp)];
const PHQ2_LINES: Lines = &[(3, Severity::FollowUp), (2, Severity::Notice)];
const GAD7_LINES: Lines = PHQ9_LINES;
const GAD2_LINES: Lines = &[(3, Severity::FollowUp)];
const WHOOLEY_LINES: Lines = &[(1, Severity::FollowUp)];
const PASS_LINES: Lines = &[(21, Severity::FollowUp)];

fn line(lines: Lines, total: u16) -> Option<Severity> {
    lines.iter().find(|(from, _)| total >= *from).map(|(_, severity)| *severity)
}

/// The form and its total, when it is one of this instrument that has one.
fn scored<'a>(trigger: &'a Trigger, instrument: &str) -> Option<(&'a Form, u16)> {
    let form = trigger.form().filter(|form| form.instrument == instrument)?;
    Some((form, form.total?))
}

fn total(form: &Form, total: u16, step: FormStep) -> FormTotal {
    FormTotal { step, total, possible: form.possible, on: form.local_date }
}

fn by_total(
    context: &Context<'_>,
    trigger: &Trigger,
    (instrument, lines): (&str, Lines),
    reason: fn(FormTotal) -> Reason,
) -> Option<Finding> {
    let (form, sum) = scored(trigger, instrument)?;
    let severity = line(lines, sum)?;
    let short = FULL_SCALES.iter().filter(|(full, ..)| *full == instrument);
    let near = |days: i32, other: &Form| days_between(other.local_date, form.local_date).abs() < days;
    // The same two weeks, said twice: the short form becomes evidence of the full scale.
    let beside = short.flat_map(|(_, short, days)| {
        context.history.forms().iter().filter(move |other| other.instrument == *short && near(*days, other))
    });
    let beside: Vec<&Form> = beside.collect();
    Some(Finding::of_forms(severity, reason(total(form, sum, FormStep::Total)), &beside, form))
}

/// Whether the full scale of a short form speaks for the same days already.
fn spoken_for(context: &Context<'_>, trigger: &Trigger, full_lines: Lines) -> bool {
    let Some(form) = trigger.form() else { return false };
    let Some((full, _, days)) = FULL_SCALES.iter().find(|(_, short, _)| *short == form.instrument) else {
        return false;
    };
    context.history.forms().iter().any(|other| {
        other.instrument == *full
            && days_between(other.local_date, form.local_date).abs() < *days
            && other.total.is_some_and(|sum| line(full_lines, sum).is_some())
    })
}

/// `phq9`: 10 to 14, 15 to 27.
pub fn phq9(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("phq-9", PHQ9_LINES), Reason::Phq9)
}

/// `phq2`: 2, 3 to 6; silent where PHQ-9 speaks for the same two weeks.
pub fn phq2(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let found = by_total(context, trigger, ("phq-2", PHQ2_LINES), Reason::Phq2)?;
    (!spoken_for(context, trigger, PHQ9_LINES)).then_some(found)
}

/// `gad7`: 10 to 14, 15 to 21.
pub fn gad7(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("gad-7", GAD7_LINES), Reason::Gad7)
}

/// `gad2`: 3 to 6; silent where GAD-7 speaks for the same two weeks.
pub fn gad2(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let found = by_total(context, trigger, ("gad-2", GAD2_LINES), Reason::Gad2)?;
    (!spoken_for(context, trigger, GAD7_LINES)).then_some(found)
}

/// `whooley`: any yes.
pub fn whooley(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("whooley", WHOOLEY_LINES), Reason::Whooley)
}

/// `pass`: 21 to 93.
pub fn pass(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("pass", PASS_LINES), Reason::Pass)
}

/// `who5`: raw 0 to 12; less is heavier.
pub fn who5(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (form, sum) = scored(trigger, "who-5")?;
    let reason = Reason::Who5(total(form, sum, FormStep::Total));
    (sum <= 12).then(|| Finding::of_forms(ONE_LINE[0], reason, &[], form))
}

/// `epds`: 10 to 12, the second such total, or one that was not asked again by day 28; 13 to 30.
pub fn epds(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    if let Trigger::Day(quiet) = trigger {
        return late(context, quiet.on);
    }
    let (form, sum) = scored(trigger, "epds")?;
    let middle = |form: &&Form| form.instrument == "epds" && is_middle(form);
    let earlier: Vec<&Form> =
        context.history.forms().iter().filter(|other| other.id != form.id).filter(middle).collect();
    let (severity, step, beside) = match sum {
        13.. => (EPDS[2], FormStep::Total, vec![]),
        10..=12 if !earlier.is_empty() => (EPDS[1], FormStep::Again, earlier),
        10..=12 => (EPDS[0], FormStep::Total, vec![]),
        _ => return None,
    };
    Some(Finding::of_forms(severity, Reason::Epds(total(form, sum, step)), &beside, form))
}

fn is_middle(form: &Form) -> bool {
    form.total.is_some_and(|sum| (10..=12).contains(&sum))
}

/// The last EPDS was in the middle and the same was not asked again by day 28 (NSW Health: repeat in two to four weeks).
fn late(context: &Context<'_>, on: jiff::civil::Date) -> Option<Finding> {
    let scored = |form: &&Form| form.instrument == "epds" && form.total.is_some();
    let last = context.history.forms().iter().rfind(scored).filter(|form| is_middle(form))?;
    let days = days_between(last.local_date, on);
    if !(29..=LOOK_BACK_DAYS).contains(&days) {
        return None;
    }
    let reason = Reason::Epds(total(last, last.total?, FormStep::Late));
    Some(Finding::of_forms(EPDS[1], reason, &[], last))
}

/// `epds_keying`: the numbers look as if they had been entered by their place on the paper, and nobody confirmed them.
pub fn epds_keying(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form().filter(|form| form.keying_doubt)?;
    let reason = FormItem { instrument: form.instrument.clone(), on: form.local_date };
    Some(Finding::of_forms(KEYING[0], Reason::EpdsKeying(reason), &[], form))
}

/// `mibs`: 5 to 24, or the item that the practice has watched at 1 or more, also on an incomplete form.
pub fn mibs(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form().filter(|form| form.instrument == "mibs")?;
    let sum = form.total.unwrap_or_default();
    let (severity, step) = if form.watched.is_some_and(|answer| answer > 0) {
        (TWO_LINES[1], FormStep::Item)
    } else if form.total.is_some() && sum >= 5 {
        (TWO_LINES[0], FormStep::Total)
    } else {
        return None;
    };
    Some(Finding::of_forms(severity, Reason::Mibs(total(form, sum, step)), &[], form))
}

/// `pbq`: total from 26, general from 12, rejection and anger from 13; a part counts on an incomplete form too.
pub fn pbq(_: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form().filter(|form| form.instrument == "pbq")?;
    let part = |id: &str| form.subscales.get(id).copied().unwrap_or_default();
    let step = if form.total.is_some_and(|sum| sum >= 26) {
        FormStep::Total
    } else if part("general") >= 12 || part("rejection_anger") >= 13 {
        FormStep::Part
    } else {
        return None;
    };
    let reason = Reason::Pbq(total(form, form.total.unwrap_or_default(), step));
    Some(Finding::of_forms(ONE_LINE[0], reason, &[], form))
}

/// `weekly_reflection`: a share of 17 of 28 or more; in the first two weeks after birth no more than a notice.
pub fn weekly_reflection(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (form, sum) = scored(trigger, "weekly-reflection")?;
    if u32::from(sum) * 28 < 17 * u32::from(form.possible) || form.possible == 0 {
        return None;
    }
    let early = context.profile.days_since_birth(form.local_date).is_some_and(|days| (0..14).contains(&days));
    let severity = if early { WEEKLY[0] } else { WEEKLY[1] };
    let reason = Reason::WeeklyReflection(total(form, sum, FormStep::Total));
    Some(Finding::of_forms(severity, reason, &[], form))
}
