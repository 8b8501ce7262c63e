//! Which flags a history raises by some lines, and how they differ from those that it raises by others.
//!
//! Flags are counted as they live: findings of one rule are one flag until a person closes it, and what is said after
//! that opens another. Nobody knows when a flag that never was would have been closed; it stays open.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{finding::Finding, replay::Point, rule_id::RuleId, severity::Severity, source::Source};

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
    let (all, closed): (Vec<&Point>, _) = (points.iter().collect(), closed.iter().collect());
    counted(all, closed).into_iter().map(|(name, flag)| (name, flag.told)).collect()
}

/// Whether a flag beside silence that asks for more than a notice is open at an instant: one of everything, and one that
/// doulas see as such.
pub fn open_beside_silence(points: &[Point], closed: &[(RuleId, Timestamp)], at: Timestamp) -> (bool, bool) {
    let met = points.iter().filter(|point| point.trigger.said_at() <= at).collect();
    let flags = counted(met, closed.iter().filter(|(_, closed)| *closed <= at).collect());
    let open = flags.iter().filter(|(name, _)| name.closed_at.is_none());
    let others = || open.clone().filter(|(name, _)| name.rule != RuleId::Silence).map(|(_, flag)| flag);
    let grave = |severity: Severity| severity > Severity::Notice;
    (others().any(|flag| grave(flag.told.severity)), others().any(|flag| flag.shared.is_some_and(grave)))
}

/// A flag while it is counted.
struct Counted {
    told: Told,
    shared: Option<Severity>,
    evidence: HashSet<Source>,
}

fn counted(mut met: Vec<&Point>, closed: Vec<&(RuleId, Timestamp)>) -> BTreeMap<FlagName, Counted> {
    // In the order in which it was said, which a backdated entry is out of.
    met.sort_by_key(|point| point.trigger.said_at());
    let mut flags: BTreeMap<FlagName, Counted> = BTreeMap::new();
    for point in met {
        for finding in point.findings() {
            let said_at = point.trigger.said_at();
            let closings = closed.iter().filter(|(rule, at)| *rule == finding.rule && *at >= said_at);
            let name = FlagName { rule: finding.rule, closed_at: closings.map(|(_, at)| *at).min() };
            if was_followed_up(&flags, name, point, finding) {
                continue;
            }
            let shared = point.shared.findings.iter().find(|shared| shared.rule == finding.rule);
            let shared = finding.shared_severity(shared);
            let told = Told { severity: finding.severity, on: point.trigger.local_date() };
            let fresh = Counted { told, shared, evidence: HashSet::new() };
            let flag = flags.entry(name).or_insert(fresh);
            flag.told.severity = flag.told.severity.max(finding.severity);
            flag.shared = flag.shared.max(shared);
            let taken_in = point.all.silenced.iter().filter(|(_, by)| *by == finding.rule);
            let pieces = finding.evidence.iter().chain(taken_in.flat_map(|(of, _)| &of.evidence));
            flag.evidence.extend(pieces.map(|piece| piece.source));
        }
    }
    flags
}

/// Whether a day without an answer, or a short form beside its full scale, only says once more what a person has
/// followed up already.
fn was_followed_up(
    flags: &BTreeMap<FlagName, Counted>,
    name: FlagName,
    point: &Point,
    finding: &Finding,
) -> bool {
    if point.trigger.quiet().is_none() && finding.about.is_none() {
        return false;
    }
    let Some(anchor) = finding.anchor(&point.trigger) else { return false };
    flags.iter().any(|(other, flag)| {
        let closed =
            other.rule == name.rule && other.closed_at.is_some() && other.closed_at != name.closed_at;
        closed && flag.told.severity >= finding.severity && flag.evidence.contains(&anchor)
    })
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
    use jiff::{SignedDuration, tz::TimeZone};

    use super::*;
    use crate::rules::{
        Entry, History, InForce, Known, Profile, Quiet, RULES, SafeNow, Settings, Usuals, morning, replay,
        sample::{back, day, entry, whole},
        silence_edge::moods,
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

    /// A doula closed it; a day that is asked for something else says it once more.
    #[test]
    fn what_a_person_followed_up_is_not_opened_by_a_day_that_says_no_more() {
        let silent = |ago: i32| {
            let on = day(&back(ago));
            Quiet { on, at: morning(on, &TimeZone::UTC), known: Known::default() }
        };
        let of = |days: &[i32], closed: &[(RuleId, Timestamp)]| {
            let days: Vec<Quiet> = days.iter().map(|ago| silent(*ago)).collect();
            let history = History::new(moods(20, [6; 7])).with_quiet_days(days);
            let (profile, settings) = (Profile::default(), Settings::default());
            let whole = whole(&history, &profile, &settings);
            let points = replay(RULES, &whole, &InForce::default(), Usuals::default(), day(&back(60)));
            flags(&points, closed).into_values().map(|told| told.severity).collect::<Vec<_>>()
        };
        let closed_after = |ago: i32| [(RuleId::Silence, silent(ago).at + SignedDuration::from_hours(1))];
        assert_eq!(of(&[16, 13, 2], &[]), [Severity::FollowUp]);
        assert_eq!(of(&[16, 13, 2], &closed_after(13)), [Severity::FollowUp], "one, which was closed");
        assert_eq!(
            of(&[16, 13], &closed_after(16)),
            [Severity::FollowUp, Severity::Notice],
            "it weighs more"
        );
    }

    #[test]
    fn a_flag_is_open_from_what_raised_it_until_a_person_closes_it() {
        let all = points(vec![asking(1, 9), Entry { private: true, ..asking(2, 3) }]);
        let at = |ago: i32| entry(900, &back(ago)).said_at;
        let closed = [(RuleId::ContactRequest, at(6))];
        let open = |ago, closed: &[_]| open_beside_silence(&all, closed, at(ago));
        assert_eq!(open(10, &closed), (false, false));
        assert_eq!(open(7, &closed), (true, true), "it is not closed yet");
        assert_eq!(open(5, &closed), (false, false));
        assert_eq!(open(5, &[]), (true, true));
        assert_eq!(open(2, &closed), (true, false), "doulas do not know of it");
        let notice = points(vec![Entry { anxiety: Some(9), ..entry(1, &back(1)) }]);
        assert_eq!(open_beside_silence(&notice, &[], at(0)), (false, false));
    }
}
