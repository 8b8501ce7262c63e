//! What was raised of many families, counted.

use std::{collections::BTreeMap, thread};

use attune::rules::{RuleId, Settings, Severity};
use fastrand::Rng;

use crate::{
    family::{DAYS, Family, Group},
    product::{self, Raised},
    rival::Rival,
};

/// Who judges.
#[derive(Debug, Clone)]
pub enum Judge {
    /// attune's rules at these lines.
    Attune(Box<Settings>),
    /// Something simpler.
    Rival(Rival),
}

/// What came of a group.
#[derive(Debug, Clone, Default)]
pub struct Count {
    /// Families of which something can be said.
    pub judged: usize,
    /// Days after which each of those was found, in order; those that were not are absent.
    pub delays: Vec<usize>,
    /// Flags of `follow_up` and above before anything happened, or where nothing did.
    pub flags: usize,
    /// Notices at that time.
    pub notices: usize,
    /// Both, by rule.
    pub by_rule: BTreeMap<RuleId, (usize, usize)>,
    /// Days of that time.
    pub days: usize,
}

impl Count {
    /// The share that was found within so many days, in percent.
    pub fn within(&self, days: usize) -> f64 {
        100.0 * self.delays.iter().filter(|delay| **delay <= days).count() as f64 / self.judged.max(1) as f64
    }

    /// The delay that half of all families do not exceed.
    pub fn median(&self) -> Option<usize> {
        self.delays.get(self.judged / 2).copied()
    }

    /// Flags in thirty days.
    pub fn flags_a_month(&self) -> f64 {
        30.0 * self.flags as f64 / self.days.max(1) as f64
    }

    /// Notices in thirty days.
    pub fn notices_a_month(&self) -> f64 {
        30.0 * self.notices as f64 / self.days.max(1) as f64
    }

    /// Counts one more family and everything that was raised of it, in order.
    pub fn one(&mut self, family: &Family, raised: &[Raised]) {
        let grave = |flag: &&Raised| flag.severity >= Severity::FollowUp;
        // Until when everything is well, and from when on something should be found.
        let (well_until, from) = match family.group {
            Group::Well | Group::Sparse | Group::GladAndTired => (DAYS, None),
            Group::FastDecline | Group::SlowDecline => (family.onset, Some(family.onset)),
            Group::Elation => (family.onset, Some(family.onset)),
            Group::FadingOut => (family.onset, Some(family.last_answer())),
            Group::LowFromTheStart | Group::LowConnection => (0, family.first_judged()),
        };
        self.days += well_until;
        self.flags += raised.iter().filter(grave).filter(|flag| flag.day < well_until).count();
        self.notices +=
            raised.iter().filter(|flag| !grave(flag)).filter(|flag| flag.day < well_until).count();
        for flag in raised.iter().filter(|flag| flag.day < well_until) {
            let of_rule = self.by_rule.entry(flag.rule).or_default();
            if grave(&flag) { of_rule.0 += 1 } else { of_rule.1 += 1 }
        }
        let Some(from) = from else { return };
        self.judged += 1;
        let means_it = |flag: &&Raised| match family.group {
            Group::Elation => flag.rule == RuleId::Elation,
            Group::LowConnection => flag.rule == RuleId::LowConnection,
            // Who answers all the while is not found by days that she happened to leave out.
            Group::FastDecline | Group::SlowDecline => flag.rule != RuleId::Silence,
            _ => true,
        };
        // A flag that is there before it has to be is as good: of the decline of somebody who then stops, or on day 14.
        let earliest = match family.group {
            Group::FadingOut => family.onset,
            Group::LowFromTheStart | Group::LowConnection => 14,
            _ => from,
        };
        let found = raised.iter().filter(grave).filter(means_it).find(|flag| flag.day >= earliest);
        self.delays.extend(found.map(|flag| flag.day.saturating_sub(from)));
    }

    /// Sorts what a group was found by, after the last of its families.
    pub fn settle(&mut self) {
        self.delays.sort_unstable();
    }

    fn add(&mut self, other: Self) {
        self.judged += other.judged;
        self.delays.extend(other.delays);
        self.flags += other.flags;
        self.notices += other.notices;
        self.days += other.days;
        for (rule, (flags, notices)) in other.by_rule {
            let all = self.by_rule.entry(rule).or_default();
            (all.0, all.1) = (all.0 + flags, all.1 + notices);
        }
    }
}

/// A family by its number, and the generator for what comes after it. Each has one of its own, so that their number and
/// the threads change nothing.
pub fn family(group: Group, seed: u64, number: usize) -> (Family, Rng) {
    let mut rng = Rng::with_seed(seed << 32 | (group as u64) << 24 | number as u64);
    (Family::new(group, &mut rng), rng)
}

/// Judges families of one group. The same seed gives the same families whoever judges.
pub fn count(group: Group, families: usize, seed: u64, judge: &Judge) -> Count {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut all = Count::default();
    thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut count = Count::default();
                    for number in (worker..families).step_by(workers) {
                        let (family, mut rng) = family(group, seed, number);
                        count.one(&family, &raised(&family, judge, &mut rng));
                    }
                    count
                })
            })
            .collect();
        for handle in handles {
            all.add(handle.join().expect("no rule panics"));
        }
    });
    all.settle();
    all
}

fn raised(family: &Family, judge: &Judge, rng: &mut Rng) -> Vec<Raised> {
    match judge {
        Judge::Attune(settings) => product::run(family, settings),
        Judge::Rival(rival) => {
            let days = rival.run(family, rng).into_iter();
            days.map(|day| Raised { rule: RuleId::Change, severity: Severity::FollowUp, day }).collect()
        }
    }
}
