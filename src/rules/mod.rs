//! What is concerning: pure functions over a parent's check-ins, one file per family of rules.
//!
//! Nothing here knows a database, a request or a clock: history, profile, settings and trigger come
//! in, findings go out. A rule speaks only when what triggers it is part of its
//! evidence, so a better day or an unrelated entry opens nothing again. To judge what a doula may
//! know, evaluate once more on `History::shared`. A new rule is added to its family's file, to
//! `RuleId`, `Reason`, the wording, `explain` and `RULES`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;

mod answer;
mod anxiety_stays;
mod asked_for_it;
mod cadence;
#[cfg(test)]
mod cadence_edge;
mod change;
#[cfg(test)]
mod change_edge;
mod danger;
mod danger_item;
pub mod due;
#[cfg(test)]
mod due_edge;
#[cfg(test)]
mod due_lines_edge;
#[cfg(test)]
mod due_recheck_edge;
mod elation;
#[cfg(test)]
mod elation_edge;
pub mod entry;
#[cfg(test)]
mod evaluate_edge;
pub mod explain;
#[cfg(test)]
mod few_days_edge;
pub mod finding;
pub mod form;
mod form_explain;
mod form_plain;
mod form_reason;
mod form_wording;
mod full_scale;
pub mod guide;
pub mod history;
mod judged_again;
mod level;
#[cfg(test)]
mod level_edge;
pub mod lived;
#[cfg(test)]
mod lived_edge;
mod low_first_days;
mod low_with_little_sleep;
pub mod plain;
pub mod precedence;
pub mod profile;
mod questionnaire;
#[cfg(test)]
mod questionnaire_edge;
pub mod quiet;
pub mod reason;
pub mod rehearsal;
pub mod replay;
mod rule_id;
#[cfg(test)]
mod sample;
pub mod settings;
pub mod severity;
mod silence;
#[cfg(test)]
mod silence_edge;
#[cfg(test)]
mod silence_heard_edge;
pub mod source;
pub mod trigger;
pub mod trust;
#[cfg(test)]
mod trust_edge;
pub mod usual;
#[cfg(test)]
mod usual_restart_edge;
pub mod wording;
#[cfg(test)]
mod wording_edge;

pub use answer::Answer;
pub use due::{Ahead, Due, next_due};
pub use elation::ElationStep;
pub use entry::{Entry, Measure, SafeNow};
pub use explain::{RuleInfo, explain};
pub use finding::{Evidence, Family, Finding, RuleId};
pub use form::{Form, about_a_baby, watched};
pub use form_reason::{FormItem, FormStep, FormTotal, UnrealDays};
pub use form_wording::name as scale_name;
pub use full_scale::{FULL_SCALES, FullScale};
pub use history::{Day, History, LOOK_BACK_DAYS, Mean, days_between};
pub use precedence::{SILENCES, Silenced};
pub use profile::{ParentContext, Profile};
pub use questionnaire::{in_the_middle, is_beyond_line};
pub use quiet::{Known, LONGEST_PAUSE_DAYS, Quiet, morning};
pub use reason::{AwayFromUsual, HighDays, LowDays, LowShortDays, Reason, UnknownReason};
pub use replay::{Point, calls_anew, judge, replay, says_anew};
pub use settings::{Changed, InForce, SettingId, Settings};
pub use severity::{DueTimes, Severity, UnknownWord};
pub use silence::{QuietDays, SilenceStep};
pub use source::Source;
pub use trigger::Trigger;
pub use usual::{Usual, Usuals};
pub use wording::{ANSWERED_AGAIN, PRIVATE_DANGER_WORDS, Reader, render, shared_again};

/// What the rules know when they are asked.
#[derive(Copy, Clone, Debug)]
pub struct Context<'a> {
    /// What was said, the trigger included.
    pub history: &'a History,
    /// The parent.
    pub profile: &'a Profile,
    /// The lines in force.
    pub settings: &'a Settings,
    /// What was frozen as usual for her so far, earliest first.
    pub usual: &'a [Usual],
    /// The parent's local day.
    pub today: Date,
}

/// A rule: what is known, what it is asked about; a finding or nothing.
pub type Rule = fn(&Context<'_>, &Trigger) -> Option<Finding>;

/// A rule and its name, so that one that fails can be named.
#[derive(Copy, Clone, Debug)]
pub struct RuleSpec {
    /// Which rule.
    pub id: RuleId,
    /// What it decides.
    pub decide: Rule,
}

/// Every rule of this version.
pub const RULES: &[RuleSpec] = &[
    RuleSpec { id: RuleId::NotSafe, decide: danger::not_safe },
    RuleSpec { id: RuleId::SelfHarmItem, decide: danger_item::self_harm_item },
    RuleSpec { id: RuleId::HarmItem, decide: danger_item::harm_item },
    RuleSpec { id: RuleId::Unreal, decide: danger_item::unreal },
    RuleSpec { id: RuleId::Elation, decide: elation::elation },
    RuleSpec { id: RuleId::ContactRequest, decide: asked_for_it::contact_request },
    RuleSpec { id: RuleId::LowFirstDays, decide: low_first_days::low_first_days },
    RuleSpec { id: RuleId::SustainedLow, decide: level::sustained_low },
    RuleSpec { id: RuleId::LowConnection, decide: level::low_connection },
    RuleSpec { id: RuleId::LowWithLittleSleep, decide: low_with_little_sleep::low_with_little_sleep },
    RuleSpec { id: RuleId::AnxietyStays, decide: anxiety_stays::anxiety_stays },
    RuleSpec { id: RuleId::Change, decide: change::change },
    RuleSpec { id: RuleId::Phq9, decide: questionnaire::phq9 },
    RuleSpec { id: RuleId::Phq2, decide: questionnaire::phq2 },
    RuleSpec { id: RuleId::Gad7, decide: questionnaire::gad7 },
    RuleSpec { id: RuleId::Gad2, decide: questionnaire::gad2 },
    RuleSpec { id: RuleId::Whooley, decide: questionnaire::whooley },
    RuleSpec { id: RuleId::Epds, decide: questionnaire::epds },
    RuleSpec { id: RuleId::EpdsKeying, decide: questionnaire::epds_keying },
    RuleSpec { id: RuleId::Who5, decide: questionnaire::who5 },
    RuleSpec { id: RuleId::Pass, decide: questionnaire::pass },
    RuleSpec { id: RuleId::Mibs, decide: questionnaire::mibs },
    RuleSpec { id: RuleId::Pbq, decide: questionnaire::pbq },
    RuleSpec { id: RuleId::WeeklyReflection, decide: questionnaire::weekly_reflection },
    RuleSpec { id: RuleId::Silence, decide: silence::silence },
];

/// What all rules together say about one trigger.
#[derive(Clone, Eq, PartialEq, Debug, Default)]
pub struct Evaluation {
    /// What stands, gravest first.
    pub findings: Vec<Finding>,
    /// What another finding took in, and which rule's: its evidence belongs to that rule's flag.
    pub silenced: Vec<Silenced>,
    /// Rules that panicked. The others count all the same; these are to be run again.
    pub failed: Vec<RuleId>,
}

/// Asks every rule that is on about the trigger, which must be part of the history unless it is a day, and settles who
/// silences whom.
/// A rule that panics is named in `failed` and takes no other with it.
pub fn evaluate(rules: &[RuleSpec], context: &Context<'_>, trigger: &Trigger) -> Evaluation {
    let mut raised = Vec::new();
    let mut failed = Vec::new();
    for rule in rules.iter().filter(|rule| context.settings.is_on(rule.id)) {
        // Unwind safe: a rule gets shared references to plain values and can leave none of them half changed.
        match catch_unwind(AssertUnwindSafe(|| (rule.decide)(context, trigger))) {
            Ok(finding) => raised.extend(finding),
            Err(_) => failed.push(rule.id),
        }
    }
    let (findings, silenced) = precedence::settle(raised);
    Evaluation { findings, silenced, failed }
}
