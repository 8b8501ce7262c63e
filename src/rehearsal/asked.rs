//! What is to be rehearsed: lines to suppose, whose, and over which days.

use jiff::civil::Date;

use crate::{
    id::PracticeId,
    rules::settings::{Changed, Refused, Topic, in_force::Supposed},
};

/// What is to be rehearsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Values to suppose; none compares what is stored with what the rules of this program say.
    pub values: Vec<(Changed, u16)>,
    /// Supposed of this practice; `None` is of every one.
    pub practice: Option<PracticeId>,
    /// Only flags raised on this local day or later,
    pub from: Option<Date>,
    /// and on this one or earlier.
    pub to: Option<Date>,
}

impl Asked {
    pub(super) fn supposed(&self) -> Option<Supposed> {
        let values = self.values.clone();
        (!values.is_empty()).then_some(Supposed { practice: self.practice, values })
    }

    pub(super) fn covers(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}

/// Reads `sustained_low.line=4`, `sustained_low=off` or `sustained_low=on`.
///
/// # Errors
/// What would be right.
pub fn read(words: &str) -> Result<(Changed, u16), String> {
    let (thing, value) = words.split_once('=').ok_or("must be RULE.SETTING=VALUE, RULE=off or RULE=on")?;
    let (rule, name) = thing.split_once('.').map_or((thing, None), |(rule, name)| (rule, Some(name)));
    let topic: Topic = rule.parse().map_err(|_| format!("{rule}: there is no such rule"))?;
    let Some(name) = name else { return switch(topic, value) };
    let row = topic.setting(name).ok_or_else(|| {
        let known: Vec<&str> = topic.settings().map(|row| row.name).collect();
        if known.is_empty() {
            format!("{rule} has nothing to set")
        } else {
            format!("{rule} has no setting {name}; it has {}", known.join(", "))
        }
    })?;
    let number: f64 = value.parse().map_err(|_| format!("{thing}: must be a number"))?;
    let value = row.accept(number).map_err(|refused| match refused {
        Refused::OutOfRange | Refused::BetweenSteps => format!("{thing}: must be {}", row.bounds_in_words()),
        Refused::MayNotLoosen => format!("{thing}: may only be made stricter, {}", row.bounds_in_words()),
    })?;
    Ok((Changed::Value(row.id), value))
}

fn switch(topic: Topic, value: &str) -> Result<(Changed, u16), String> {
    let rule = topic.rule().ok_or("due_times cannot be switched off")?;
    match value {
        "on" => Ok((Changed::Switch(rule), 1)),
        "off" if rule.may_loosen() => Ok((Changed::Switch(rule), 0)),
        "off" => Err(format!("{} cannot be switched off", rule.as_str())),
        _ => Err(format!("{}: must be off or on", rule.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleId, settings::SettingId};

    #[test]
    fn a_line_or_a_switch_is_read_within_its_bounds() {
        let line = Changed::Value(SettingId::SustainedLowLine);
        assert_eq!(read("sustained_low.line=4"), Ok((line, 4)));
        assert_eq!(read("elation.sleep=4.5"), Ok((Changed::Value(SettingId::ElationSleep), 9)));
        assert_eq!(read("silence=off"), Ok((Changed::Switch(RuleId::Silence), 0)));
        assert_eq!(read("silence=on"), Ok((Changed::Switch(RuleId::Silence), 1)));
        for wrong in [
            "sustained_low",
            "sustained_low=4",
            "sustained_low.line",
            "sustained_low.line=",
            "sustained_low.line=four",
            "sustained_low.line=9",
            "sustained_low.line=3.5",
            "sustained_low.mood=3",
            "elation.mood=9",
            "elation=off",
            "not_safe.line=3",
            "due_times=off",
            "nothing.line=1",
            "",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_both_included() {
        let day = |text: &str| text.parse::<Date>().expect("a literal");
        let asked = Asked { from: Some(day("2026-11-01")), to: Some(day("2026-11-03")), ..Asked::default() };
        let covered =
            ["2026-10-31", "2026-11-01", "2026-11-03", "2026-11-04"].map(|on| asked.covers(day(on)));
        assert_eq!(covered, [false, true, true, false]);
        assert!(Asked::default().covers(day("1999-01-01")));
    }
}
