//! Which flags a history raises by some lines, and how they differ from those that it raises by others.
//!
//! Flags are counted as they live: findings of one rule are one flag until a person closes it, and what is said after
//! that opens another. Nobody knows when a flag that never was would have been closed; it stays open.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{replay::Point, rule_id::RuleId, severity::Severity};

/// A flag, by what tells it from the others of its parent: its rule, and when a person closed it.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub struct FlagName {
    /// The rule.
    pub rule: RuleId,
    /// When a person closed it; `None` is one that nobody closed.
    pub closed_at: Option<Timestamp>,
}

/// What there is to say of a flag.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Told {
    /// How grave it became.
    pub severity: Severity,
    /// The local day of what raised it.
    pub on: Date,
}

/// The flags of one parent.
pub type Flags = BTreeMap<FlagName, Told>;

/// How a flag stands to the one of the same name.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Debug)]
pub enum Difference {
    /// There was none.
    New,
    /// There is none any more.
    Gone,
    /// It weighs more.
    Graver,
    /// It weighs less.
    Lighter,
}

/// The flags that these points raise. `closed`: when a person closed a flag of a rule.
pub fn flags(points: &[Point], closed: &[(RuleId, Timestamp)]) -> Flags {
    let mut met: Vec<&Point> = points.iter().collect();
    // In the order in which it was said, which a backdated entry is out of.
    met.sort_by_key(|point| point.trigger.said_at());
    let mut flags = Flags::new();
    for point in met {
        for finding in point.findings() {
            let said_at = point.trigger.said_at();
            let closings = closed.iter().filter(|(rule, at)| *rule == finding.rule && *at >= said_at);
            let name = FlagName { rule: finding.rule, closed_at: closings.map(|(_, at)| *at).min() };
            let fresh = Told { severity: finding.severity, on: point.trigger.local_date() };
            let flag = flags.entry(name).or_insert(fresh);
            flag.severity = flag.severity.max(finding.severity);
        }
    }
    flags
}

/// What differs, by rule.
pub fn differences(before: &Flags, after: &Flags) -> Vec<(FlagName, Difference)> {
    let gone = before.keys().filter(|name| !after.contains_key(name)).map(|name| (*name, Difference::Gone));
    let changed = after.iter().filter_map(|(name, told)| {
        let difference = match before.get(name) {
            None => Difference::New,
            Some(was) if was.severity < told.severity => Difference::Graver,
            Some(was) if was.severity > told.severity => Difference::Lighter,
            Some(_) => return None,
        };
        Some((*name, difference))
    });
    let mut all: Vec<_> = gone.chain(changed).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::rules::{
        Entry, History, InForce, Profile, RULES, SafeNow, Settings, Usuals, replay,
        sample::{back, day, entry, whole},
    };

    fn points(entries: Vec<Entry>) -> Vec<Point> {
        let (history, profile, settings) = (History::new(entries), Profile::default(), Settings::default());
        let whole = whole(&history, &profile, &settings);
        replay(RULES, &whole, &InForce::default(), Usuals::default(), day(&back(60)))
    }

    fn asking(number: u32, ago: i32) -> Entry {
        Entry { contact_me: Some(true), ..entry(number, &back(ago)) }
    }

    #[test]
    fn findings_of_a_rule_are_one_flag_until_a_person_closes_it() {
        let asked = [asking(1, 9), asking(2, 7), asking(3, 3)];
        let all = points(asked.to_vec());
        let open = FlagName { rule: RuleId::ContactRequest, closed_at: None };
        let flags_of = |closed: &[(RuleId, Timestamp)]| flags(&all, closed);
        let one = flags_of(&[]);
        assert_eq!(one.keys().collect::<Vec<_>>(), [&open]);
        assert_eq!(one[&open].on, day(&back(9)));
        let closed_at = asked[1].said_at + SignedDuration::from_hours(1);
        let closed = FlagName { closed_at: Some(closed_at), ..open };
        let two = flags_of(&[(RuleId::ContactRequest, closed_at), (RuleId::NotSafe, asked[0].said_at)]);
        assert_eq!(two.keys().collect::<Vec<_>>(), [&open, &closed]);
        assert_eq!((two[&open].on, two[&closed].on), (day(&back(3)), day(&back(9))));
        assert_eq!(differences(&one, &two), [(closed, Difference::New)]);
        assert_eq!(differences(&two, &one), [(closed, Difference::Gone)]);
        assert_eq!(differences(&one, &one), []);
    }

    #[test]
    fn a_flag_that_weighs_more_or_less_is_named() {
        let of = |severity| {
            Flags::from([(
                FlagName { rule: RuleId::Elation, closed_at: None },
                Told { severity, on: day(&back(1)) },
            )])
        };
        let (low, high) = (of(Severity::Notice), of(Severity::Urgent));
        let words = |before: &Flags, after: &Flags| -> Vec<Difference> {
            differences(before, after).into_iter().map(|(_, difference)| difference).collect()
        };
        assert_eq!(words(&low, &high), [Difference::Graver]);
        assert_eq!(words(&high, &low), [Difference::Lighter]);
    }

    #[test]
    fn what_was_backdated_is_told_when_it_was_said() {
        let mut late = Entry { safe_now: Some(SafeNow::No), ..entry(1, &back(9)) };
        late.said_at = entry(5, &back(1)).said_at;
        let early = Entry { safe_now: Some(SafeNow::Unsure), ..entry(2, &back(4)) };
        let flags = flags(&points(vec![late, early]), &[]);
        assert_eq!(flags.values().next().map(|told| told.on), Some(day(&back(4))));
    }
}
