//! Totals of questionnaires beyond their line, one rule for each; the numbers are those of `severities.json`.
//!
//! A total is the one that was stored, never a new one. No line says that somebody has or has not a condition, and a
//! total below a line raises nothing and takes nothing back. Where each line comes from stands in `form_explain.rs`.

use jiff::{ToSpan, civil::Date};

use super::{
    Context, LOOK_BACK_DAYS,
    finding::Finding,
    form::Form,
    form_reason::{FormItem, FormStep, FormTotal},
    full_scale::FullScale,
    history::days_between,
    reason::Reason,
    settings::{SettingId, Settings},
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

/// From which total on a scale raises which severity.
enum Lines {
    /// Where a practice may move them, from the heaviest down.
    Set(&'static [(SettingId, Severity)]),
    /// Any total above nought.
    Any(Severity),
}

const PHQ9_LINES: Lines =
    Lines::Set(&[(SettingId::Phq9SameDay, Severity::SameDay), (SettingId::Phq9Line, Severity::FollowUp)]);
const PHQ2_LINES: Lines =
    Lines::Set(&[(SettingId::Phq2FollowUp, Severity::FollowUp), (SettingId::Phq2Line, Severity::Notice)]);
const GAD7_LINES: Lines =
    Lines::Set(&[(SettingId::Gad7SameDay, Severity::SameDay), (SettingId::Gad7Line, Severity::FollowUp)]);
const GAD2_LINES: Lines = Lines::Set(&[(SettingId::Gad2Line, Severity::FollowUp)]);
const WHOOLEY_LINES: Lines = Lines::Any(Severity::FollowUp);
const PASS_LINES: Lines = Lines::Set(&[(SettingId::PassLine, Severity::FollowUp)]);

impl Lines {
    /// The heaviest severity whose line a total reaches.
    fn reached(&self, settings: &Settings, total: u16) -> Option<Severity> {
        match self {
            Self::Set(lines) => {
                let reached = lines.iter().filter(|(from, _)| total >= settings.get(*from));
                reached.map(|(_, severity)| *severity).max()
            }
            Self::Any(severity) => (total > 0).then_some(*severity),
        }
    }
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
    let severity = lines.reached(context.settings, sum)?;
    // The same two weeks, said twice: the short form becomes evidence of the full scale.
    let shorts = FullScale::of(instrument).into_iter().flat_map(|pair| pair.shorts(context.history, form));
    // What is private brings no shared answer along: that would show when it came (H41).
    let beside: Vec<&Form> = shorts.filter(|short| short.private || !form.private).collect();
    Some(Finding::of_forms(severity, reason(total(form, sum, FormStep::Total)), &beside, form))
}

/// What the full scale says where a raised short form comes into its window: the same again, with the short form as
/// evidence. That belongs to what a person followed up on the full scale, unless the short form says more than it did.
fn with_short_form(
    context: &Context<'_>,
    trigger: &Trigger,
    (instrument, lines): (&str, Lines),
    short_lines: &Lines,
    reason: fn(FormTotal) -> Reason,
) -> Option<Finding> {
    let pair = FullScale::of(instrument)?;
    let (short, sum) = scored(trigger, pair.short)?;
    short_lines.reached(context.settings, sum).filter(|_| context.settings.is_on(pair.short_rule))?;
    let seen = |full: &&Form| !full.danger_answer && (short.private || !full.private);
    let full = pair.beside(context.history, short).filter(seen)?;
    let full_sum = full.total?;
    let severity = lines.reached(context.settings, full_sum)?;
    let found = Finding::of_forms(severity, reason(total(full, full_sum, FormStep::Total)), &[full], short);
    let about = (!pair.says_more(short, full)).then(|| full.id.into());
    Some(Finding { about, ..found })
}

/// Whether the full scale of a short form answered the same already and raises no flag that could take it in: it lies
/// below its line, or a danger answer in it has a flag of its own. What says more than it did is never silenced.
fn is_answered(context: &Context<'_>, trigger: &Trigger, (instrument, lines): (&str, Lines)) -> bool {
    let found = FullScale::of(instrument).zip(trigger.form());
    let full = found.and_then(|(pair, short)| Some((pair, short, pair.beside(context.history, short)?)));
    full.is_some_and(|(pair, short, full)| {
        let raised = full.total.is_some_and(|sum| lines.reached(context.settings, sum).is_some());
        (!raised || full.danger_answer) && !pair.says_more(short, full)
    })
}

/// `phq9`: from one line on, and from the next; with a raised PHQ-2 of the same two weeks once more.
pub fn phq9(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("phq-9", PHQ9_LINES), Reason::Phq9)
        .or_else(|| with_short_form(context, trigger, ("phq-9", PHQ9_LINES), &PHQ2_LINES, Reason::Phq9))
}

/// `phq2`: from one line on, and from the next; where a PHQ-9 raised its flag, that takes it in, and where one
/// answered the same below its line, it is silent.
pub fn phq2(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let found = by_total(context, trigger, ("phq-2", PHQ2_LINES), Reason::Phq2)?;
    (!is_answered(context, trigger, ("phq-9", PHQ9_LINES))).then_some(found)
}

/// `gad7`: from one line on, and from the next; with a raised GAD-2 of the same two weeks once more.
pub fn gad7(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("gad-7", GAD7_LINES), Reason::Gad7)
        .or_else(|| with_short_form(context, trigger, ("gad-7", GAD7_LINES), &GAD2_LINES, Reason::Gad7))
}

/// `gad2`: from its line on; where a GAD-7 raised its flag, that takes it in, and where one answered the same below its
/// line, it is silent.
pub fn gad2(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let found = by_total(context, trigger, ("gad-2", GAD2_LINES), Reason::Gad2)?;
    (!is_answered(context, trigger, ("gad-7", GAD7_LINES))).then_some(found)
}

/// `whooley`: any yes.
pub fn whooley(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("whooley", WHOOLEY_LINES), Reason::Whooley)
}

/// `pass`: from its line on.
pub fn pass(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    by_total(context, trigger, ("pass", PASS_LINES), Reason::Pass)
}

/// `who5`: raw, up to its line; less is heavier.
pub fn who5(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (form, sum) = scored(trigger, "who-5")?;
    let reason = Reason::Who5(total(form, sum, FormStep::Total));
    (sum <= context.settings.get(SettingId::Who5Line))
        .then(|| Finding::of_forms(ONE_LINE[0], reason, &[], form))
}

/// `epds`: in the middle, the second time there, or one that was not asked again in time; higher.
pub fn epds(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    if let Trigger::Day(quiet) = trigger {
        return late(context, quiet.on);
    }
    let (form, sum) = scored(trigger, "epds")?;
    let settings = context.settings;
    let middle = |form: &&Form| form.instrument == "epds" && is_middle(form, settings);
    let earlier: Vec<&Form> =
        context.history.forms().iter().filter(|other| other.id != form.id).filter(middle).collect();
    let (severity, step, beside) = if sum >= settings.get(SettingId::EpdsLine) {
        (EPDS[2], FormStep::Total, vec![])
    } else if !is_middle(form, settings) {
        return None;
    } else if earlier.is_empty() {
        (EPDS[0], FormStep::Total, vec![])
    } else {
        (EPDS[1], FormStep::Again, earlier)
    };
    Some(Finding::of_forms(severity, Reason::Epds(total(form, sum, step)), &beside, form))
}

/// Whether it is an EPDS that lies in the middle and is to be filled in again.
pub fn in_the_middle(form: &Form, settings: &Settings) -> bool {
    form.instrument == "epds" && is_middle(form, settings)
}

/// Whether the total of a short form, or of a weekly reflection, reaches its line.
pub fn is_beyond_line(form: &Form, settings: &Settings) -> bool {
    let Some(sum) = form.total else { return false };
    let lines = match form.instrument.as_str() {
        "phq-2" => PHQ2_LINES,
        "gad-2" => GAD2_LINES,
        "whooley" => WHOOLEY_LINES,
        "who-5" => return sum <= settings.get(SettingId::Who5Line),
        "weekly-reflection" => return is_heavy(form, sum, settings),
        _ => return false,
    };
    lines.reached(settings, sum).is_some()
}

fn is_middle(form: &Form, settings: &Settings) -> bool {
    let middle = settings.get(SettingId::EpdsMiddle)..settings.get(SettingId::EpdsLine);
    form.total.is_some_and(|sum| middle.contains(&sum))
}

/// The last EPDS that has a total, if that is in the middle.
fn last_in_the_middle<'h>(context: &Context<'h>) -> Option<&'h Form> {
    let scored = |form: &&Form| form.instrument == "epds" && form.total.is_some();
    context.history.forms().iter().rfind(scored).filter(|form| is_middle(form, context.settings))
}

/// The EPDS that asks to be repeated, and the first day on which that was not done in time.
pub(super) fn to_repeat<'h>(context: &Context<'h>) -> Option<(&'h Form, Date)> {
    let in_time = i64::from(context.settings.get(SettingId::EpdsRepeat));
    let form = last_in_the_middle(context)?;
    Some((form, form.local_date.saturating_add((in_time + 1).days())))
}

/// The last EPDS was in the middle and the same was not asked again in time.
pub(super) fn late(context: &Context<'_>, on: Date) -> Option<Finding> {
    let last = last_in_the_middle(context)?;
    let days = days_between(last.local_date, on);
    let in_time = i32::from(context.settings.get(SettingId::EpdsRepeat));
    if days <= in_time || days > LOOK_BACK_DAYS {
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

/// `mibs`: from its line on, or an item that a practice has watched at 1 or more, also on an incomplete form. That answer
/// was stored with the form: which item is watched now, or was named later, does not matter.
pub fn mibs(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form().filter(|form| form.instrument == "mibs")?;
    let sum = form.total.unwrap_or_default();
    let (severity, step) = if form.watched.is_some_and(|answer| answer > 0) {
        (TWO_LINES[1], FormStep::Item)
    } else if form.total.is_some() && sum >= context.settings.get(SettingId::MibsLine) {
        (TWO_LINES[0], FormStep::Total)
    } else {
        return None;
    };
    Some(Finding::of_forms(severity, Reason::Mibs(total(form, sum, step)), &[], form))
}

/// `pbq`: the total, the general part, or rejection and anger, each from its line on; a part counts on an incomplete form too.
pub fn pbq(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let form = trigger.form().filter(|form| form.instrument == "pbq")?;
    let reached = |sum: Option<u16>, line| sum.is_some_and(|sum| sum >= context.settings.get(line));
    let part = |id: &str| form.subscales.get(id).copied();
    let step = if reached(form.total, SettingId::PbqLine) {
        FormStep::Total
    } else if reached(part("general"), SettingId::PbqGeneral)
        || reached(part("rejection_anger"), SettingId::PbqRejectionAnger)
    {
        FormStep::Part
    } else {
        return None;
    };
    let reason = Reason::Pbq(total(form, form.total.unwrap_or_default(), step));
    Some(Finding::of_forms(ONE_LINE[0], reason, &[], form))
}

/// `weekly_reflection`: a share of 28 from its line on; in the first two weeks after birth no more than a notice.
pub fn weekly_reflection(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (form, sum) = scored(trigger, "weekly-reflection")?;
    if !is_heavy(form, sum, context.settings) {
        return None;
    }
    let early = context.profile.days_since_birth(form.local_date).is_some_and(|days| (0..14).contains(&days));
    let severity = if early { WEEKLY[0] } else { WEEKLY[1] };
    let reason = Reason::WeeklyReflection(total(form, sum, FormStep::Total));
    Some(Finding::of_forms(severity, reason, &[], form))
}

/// A share of 28 from its line on.
fn is_heavy(form: &Form, sum: u16, settings: &Settings) -> bool {
    let line = u32::from(settings.get(SettingId::WeeklyLine));
    form.possible > 0 && u32::from(sum) * 28 >= line * u32::from(form.possible)
}
