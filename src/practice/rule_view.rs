//! The rules as a practice reads them: what each looks for, where its lines are drawn now, and who drew them there.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{
    member::Member,
    rule_store::{self, Past, Trace},
};
use crate::{
    db::Conn,
    error::Result,
    flag::{
        person::{People, PersonView},
        view::tag,
    },
    rules::{
        Settings, Severity, explain, plain,
        settings::{Changed, Setting, Topic, Unit},
    },
    seal::Vault,
};

/// A rule, or the due times of all rules, as a practice reads it.
#[derive(Serialize, ToSchema)]
pub struct PracticeRuleView {
    /// Its name. `due_times` stands for the times until somebody should act, which are no rule of their own.
    id: &'static str,
    /// The version that decides.
    version: u16,
    /// Rules that answer the same kind of question.
    family: &'static str,
    /// What it is called.
    title: &'static str,
    /// What it looks for, at the lines of this practice.
    words: String,
    /// Where what ships comes from.
    source: &'static str,
    /// Whether it may be drawn looser than it ships, and be switched off.
    may_loosen: bool,
    /// Whether it is asked.
    enabled: bool,
    /// Who switched it off, when and why; null while it is on.
    off: Option<TraceView>,
    /// When it speaks, and how grave that is.
    steps: Vec<StepView>,
    /// What can be set of it.
    settings: Vec<SettingView>,
    /// For `If-Match`.
    pub(super) etag: String,
}

/// A step of a rule.
#[derive(Serialize, ToSchema)]
pub struct StepView {
    /// When it is taken, at the lines of this practice.
    when: String,
    /// How soon somebody should look.
    severity: &'static str,
}

/// Something that can be set.
#[derive(Serialize, ToSchema)]
pub struct SettingView {
    /// Its name.
    name: &'static str,
    /// What it means, to be read before its value.
    meaning: &'static str,
    /// `points` of a scale from 0 to 10, `score` of a questionnaire, `days`, `hours`, `percent`, or `item`: the number of
    /// an item that is watched by itself, where 0 names none.
    unit: &'static str,
    /// What ships.
    #[schema(value_type = f64)]
    default: Number,
    /// What counts in this practice now.
    #[schema(value_type = f64)]
    current: Number,
    /// The smallest value.
    #[schema(value_type = f64)]
    min: Number,
    /// The largest value.
    #[schema(value_type = f64)]
    max: Number,
    /// Values are a whole number of these.
    #[schema(value_type = f64)]
    step: Number,
    /// Which values raise more: `lower` or `higher`. Of an `item` none does: whichever is named is watched.
    stricter: &'static str,
    /// Whether values that raise less than what ships may be set.
    may_loosen: bool,
    /// Who set it, when and why; null while it is what ships.
    changed: Option<TraceView>,
}

/// Who did something, when and why, and until when it counts.
#[derive(Serialize, ToSchema)]
pub struct TraceView {
    /// Who.
    by: PersonView,
    /// Why, in their words.
    reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Until when it counts; null until it is changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// A change to what a practice set.
#[derive(Serialize, ToSchema)]
pub struct RuleChangeView {
    /// Of which rule, or `due_times`.
    rule: &'static str,
    /// Whether it was switched off or on; absent when neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// To what its settings were changed, by name; null is what ships.
    #[schema(value_type = BTreeMap<String, Option<f64>>)]
    settings: BTreeMap<&'static str, Option<Number>>,
    #[serde(flatten)]
    trace: TraceView,
    /// Tells this change from others.
    etag: String,
}

/// Every rule as the practice reads it.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub(super) fn all(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    now: Timestamp,
) -> Result<Vec<PracticeRuleView>> {
    let mut shown = Shown::read(conn, vault, member, now)?;
    Topic::all().map(|topic| shown.view(conn, topic)).collect()
}

/// One of them.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub(super) fn one(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    topic: Topic,
    now: Timestamp,
) -> Result<PracticeRuleView> {
    Shown::read(conn, vault, member, now)?.view(conn, topic)
}

/// Some of the history, as it is read.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub(super) fn history(conn: &mut Conn, vault: &Vault, acts: Vec<Past>) -> Result<Vec<RuleChangeView>> {
    let mut people = People::new(vault);
    let view = |past: Past| {
        let (mut enabled, mut settings) = (None, BTreeMap::new());
        for (of, value) in past.values {
            match of {
                Changed::Switch(_) => enabled = Some(value != Some(0)),
                Changed::Value(id) => {
                    let row = id.row();
                    settings.insert(row.name, value.map(|value| number(row.unit, value)));
                }
            }
        }
        let trace = trace_view(conn, &mut people, past.trace)?;
        let etag = format!("\"{}\"", past.revision);
        Ok(RuleChangeView { rule: past.topic.as_str(), enabled, settings, trace, etag })
    };
    acts.into_iter().map(view).collect()
}

struct Shown<'a> {
    vault: &'a Vault,
    people: People<'a>,
    settings: Settings,
    traces: HashMap<Changed, Trace>,
}

impl<'a> Shown<'a> {
    fn read(conn: &mut Conn, vault: &'a Vault, member: &Member, now: Timestamp) -> Result<Self> {
        let (mut settings, mut traces) = (Settings::default(), HashMap::new());
        for (of, (value, trace)) in rule_store::in_force(conn, vault, member, now)? {
            settings.set(of, value);
            traces.insert(of, trace);
        }
        Ok(Self { vault, people: People::new(vault), settings, traces })
    }

    fn view(&mut self, conn: &mut Conn, topic: Topic) -> Result<PracticeRuleView> {
        let rule = topic.rule();
        let off = match rule {
            Some(rule) if !self.settings.is_on(rule) => self.trace(conn, Changed::Switch(rule))?,
            _ => None,
        };
        let settings = topic.settings().map(|row| self.setting(conn, row)).collect::<Result<Vec<_>>>()?;
        let mut view = match rule {
            Some(rule) => PracticeRuleView {
                id: topic.as_str(),
                version: rule.version(),
                family: rule.family().as_str(),
                title: plain::title(rule),
                words: plain::words(rule, &self.settings),
                source: explain(rule).source,
                may_loosen: rule.may_loosen(),
                enabled: self.settings.is_on(rule),
                off,
                steps: plain::steps(rule, &self.settings).into_iter().map(StepView::from).collect(),
                settings,
                etag: String::new(),
            },
            None => PracticeRuleView {
                id: topic.as_str(),
                version: 1,
                family: topic.as_str(),
                title: plain::DUE_TIMES_TITLE,
                words: plain::DUE_TIMES_WORDS.to_owned(),
                source: plain::DUE_TIMES_SOURCE,
                may_loosen: topic.settings().any(Setting::may_loosen),
                enabled: true,
                off: None,
                steps: Vec::new(),
                settings,
                etag: String::new(),
            },
        };
        view.etag = tag(self.vault, &view)?;
        Ok(view)
    }

    fn setting(&mut self, conn: &mut Conn, row: &Setting) -> Result<SettingView> {
        let number = |steps| number(row.unit, steps);
        Ok(SettingView {
            name: row.name,
            meaning: row.meaning,
            unit: row.unit.as_str(),
            default: number(row.default),
            current: number(self.settings.get(row.id)),
            min: number(row.min()),
            max: number(row.max()),
            step: number(1),
            stricter: row.stricter().as_str(),
            may_loosen: row.may_loosen(),
            changed: self.trace(conn, Changed::Value(row.id))?,
        })
    }

    fn trace(&mut self, conn: &mut Conn, of: Changed) -> Result<Option<TraceView>> {
        let trace = self.traces.get(&of).cloned();
        trace.map(|trace| trace_view(conn, &mut self.people, trace)).transpose()
    }
}

fn trace_view(conn: &mut Conn, people: &mut People<'_>, trace: Trace) -> Result<TraceView> {
    let by = people.person(conn, trace.by)?;
    Ok(TraceView { by, reason: trace.reason, at: trace.at, until: trace.until })
}

impl From<(String, Severity)> for StepView {
    fn from((when, severity): (String, Severity)) -> Self {
        Self { when, severity: severity.as_str() }
    }
}

/// Whole numbers are written without a decimal point.
fn number(unit: Unit, steps: u16) -> Number {
    if steps.is_multiple_of(unit.steps()) {
        Number::from(steps / unit.steps())
    } else {
        Number::from_f64(unit.number(steps)).expect("a quotient of small whole numbers, which JSON can carry")
    }
}
