//! What a rule says when it has something to say: which rule, how grave, why, and on what evidence.
//!
//! A finding is not a flag: it lives as long as one evaluation. Storage turns it into a new flag
//! or into more evidence for the one that is open.

use jiff::{Timestamp, civil::Date};

pub use super::rule_id::{Family, RuleId};

use super::{entry::Entry, form::Form, reason::Reason, severity::Severity, source::Source, trigger::Trigger};

/// One thing that a finding rests on.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct Evidence {
    /// What it is.
    pub source: Source,
    /// The local day it was felt or filled in on.
    pub local_date: Date,
    /// When it was first stored; of a silence the morning that it is told as of.
    pub recorded_at: Timestamp,
    /// When what it says was last said.
    pub said_at: Timestamp,
    /// Private evidence counts towards the parent's view only.
    pub private: bool,
}

impl From<&Entry> for Evidence {
    fn from(entry: &Entry) -> Self {
        Self {
            source: entry.id.into(),
            local_date: entry.local_date,
            recorded_at: entry.recorded_at,
            said_at: entry.said_at,
            private: entry.private,
        }
    }
}

impl From<&Form> for Evidence {
    fn from(form: &Form) -> Self {
        Self {
            source: form.id.into(),
            local_date: form.local_date,
            recorded_at: form.recorded_at,
            said_at: form.said_at,
            private: form.private,
        }
    }
}

/// A rule's verdict on one trigger.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// The version of the rule that decided.
    pub version: u16,
    /// How soon somebody should look.
    pub severity: Severity,
    /// Why, as parameters; words are made per reader.
    pub reason: Reason,
    /// What it rests on, earliest felt first; the trigger is always among it, unless it is a day.
    pub evidence: Vec<Evidence>,
    /// What it is about where that is not what triggered it: who followed that up, followed up this.
    pub about: Option<Source>,
    /// What triggered it carries an answer that is urgent by itself.
    pub danger_answer: bool,
    /// When what triggered it is private: a doula with `private_danger` is told of this, without content.
    pub private_danger: bool,
}

impl Finding {
    /// What a person follows up when she closes a flag of this: what it is about, or the trigger, or of a day the
    /// latest of what it rests on.
    pub fn anchor(&self, trigger: &Trigger) -> Option<Source> {
        self.about.or_else(|| trigger.source()).or_else(|| self.evidence.last().map(|piece| piece.source))
    }

    /// How grave it is for a doula. `shared` is the finding of the same rule over shared entries alone, if there is one.
    ///
    /// A level rule whose days are partly private speaks to her in general words. A private entry of any other rule is no
    /// evidence towards a doula, so without a shared finding there is nothing.
    pub fn shared_severity(&self, shared: Option<&Self>) -> Option<Severity> {
        let level = self.rule.family() == Family::Level;
        let some_shared = level && self.evidence.iter().any(|piece| !piece.private);
        shared.map(|shared| shared.severity).or(some_shared.then_some(self.severity))
    }

    /// A finding for this reason on these entries; the trigger is added when it is not among them.
    /// `private_danger` starts as false, and the rules that need it set it.
    pub fn resting_on<'a>(
        severity: Severity,
        reason: Reason,
        mut entries: Vec<&'a Entry>,
        trigger: &'a Entry,
    ) -> Self {
        if !entries.iter().any(|entry| entry.id == trigger.id) {
            entries.push(trigger);
        }
        entries.sort_by_key(|entry| (entry.occurred_at, entry.id));
        let evidence = entries.into_iter().map(Evidence::from).collect();
        Self { danger_answer: trigger.has_danger_answer(), ..Self::of_day(severity, reason, evidence) }
    }

    /// A finding on a day without an answer, for this reason and resting on this, earliest first.
    pub fn of_day(severity: Severity, reason: Reason, evidence: Vec<Evidence>) -> Self {
        let rule = reason.rule();
        Self {
            rule,
            version: rule.version(),
            severity,
            reason,
            evidence,
            about: None,
            danger_answer: false,
            private_danger: false,
        }
    }

    /// A finding for this reason on a questionnaire, and on what else was said beside it.
    pub fn of_forms(severity: Severity, reason: Reason, beside: &[&Form], trigger: &Form) -> Self {
        let mut forms: Vec<&Form> = beside.iter().copied().filter(|form| form.id != trigger.id).collect();
        forms.push(trigger);
        forms.sort_by_key(|form| (form.occurred_at, form.id));
        let rule = reason.rule();
        Self {
            rule,
            version: rule.version(),
            severity,
            reason,
            evidence: forms.into_iter().map(Evidence::from).collect(),
            about: None,
            danger_answer: trigger.danger_answer && rule.family() == Family::Danger,
            private_danger: false,
        }
    }
}
