//! One fact, one flag: which finding takes in another's when one thing that was said raises both.
//!
//! The list is the whole policy. A finding that is taken in is not lost: storage adds its
//! evidence to the flag that took it in.

use super::finding::{Family, Finding, RuleId};

/// One rule, or all of a family.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Voice {
    /// All of a family.
    Every(Family),
    /// One rule.
    The(RuleId),
}

impl Voice {
    fn is_of(self, rule: RuleId) -> bool {
        match self {
            Self::Every(family) => rule.family() == family,
            Self::The(one) => rule == one,
        }
    }
}

/// Pairs of (who silences, who is silenced). Elation and requests stand on no right side: nothing silences
/// them.
pub const SILENCES: &[(Voice, Voice)] = &[
    (Voice::Every(Family::Danger), Voice::Every(Family::Level)),
    (Voice::Every(Family::Danger), Voice::Every(Family::Change)),
    (Voice::Every(Family::Danger), Voice::Every(Family::Questionnaire)),
    // Whoever stays low is lower than her usual as well: one fact.
    (Voice::The(RuleId::SustainedLow), Voice::The(RuleId::Change)),
    // Two forms over one window are one fact, and the full scale says more of it.
    (Voice::The(RuleId::Phq9), Voice::The(RuleId::Phq2)),
    (Voice::The(RuleId::Gad7), Voice::The(RuleId::Gad2)),
];

/// A finding that was taken in, and the rule that took it in.
pub type Silenced = (Finding, RuleId);

/// Splits the findings of one trigger into those that stand, gravest first, and those that were taken in.
pub fn settle(mut findings: Vec<Finding>) -> (Vec<Finding>, Vec<Silenced>) {
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.rule));
    let present: Vec<RuleId> = findings.iter().map(|finding| finding.rule).collect();
    let mut standing = Vec::new();
    let mut silenced = Vec::new();
    for finding in findings {
        let louder =
            |rule: &&RuleId| SILENCES.iter().any(|(by, of)| by.is_of(**rule) && of.is_of(finding.rule));
        match present.iter().find(louder).copied() {
            Some(by) => silenced.push((finding, by)),
            None => standing.push(finding),
        }
    }
    (standing, silenced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        Severity,
        sample::{TODAY, entry, one_of_each_reason},
    };

    #[test]
    fn danger_takes_in_level_and_nothing_takes_in_elation_or_a_request() {
        let trigger = entry(1, TODAY);
        let mut findings: Vec<Finding> = one_of_each_reason()
            .into_iter()
            .map(|reason| Finding::resting_on(Severity::FollowUp, reason, vec![], &trigger))
            .collect();
        findings.sort_by_key(|finding| finding.rule);
        findings.dedup_by_key(|finding| finding.rule);
        let names = |list: &[Finding]| list.iter().map(|finding| finding.rule).collect::<Vec<_>>();

        let (standing, silenced) = settle(findings.clone());
        let stays = [
            RuleId::NotSafe,
            RuleId::SelfHarmItem,
            RuleId::HarmItem,
            RuleId::Unreal,
            RuleId::Elation,
            RuleId::ContactRequest,
            RuleId::UrgentTakenBack,
            RuleId::Silence,
        ];
        assert_eq!(names(&standing), stays);
        assert_eq!(silenced.len(), 18, "five of level, change, and twelve of questionnaires");
        assert!(silenced.iter().all(|(_, by)| *by == RuleId::NotSafe));

        findings.retain(|finding| finding.rule.family() != Family::Danger);
        let (standing, silenced) = settle(findings);
        let taken_in = [RuleId::Change, RuleId::Phq2, RuleId::Gad2];
        let others: Vec<RuleId> =
            RuleId::ALL[4..].iter().copied().filter(|rule| !taken_in.contains(rule)).collect();
        assert_eq!(names(&standing), others, "what is a fact of its own stands beside the others");
        assert_eq!(
            silenced.iter().map(|(of, by)| (of.rule, *by)).collect::<Vec<_>>(),
            [
                (RuleId::Change, RuleId::SustainedLow),
                (RuleId::Phq2, RuleId::Phq9),
                (RuleId::Gad2, RuleId::Gad7)
            ]
        );
    }

    /// The list is data, and so are the pairs of scales: each says what the other says.
    #[test]
    fn every_full_scale_takes_in_its_short_form() {
        for pair in crate::rules::FULL_SCALES {
            assert!(SILENCES.contains(&(Voice::The(pair.rule), Voice::The(pair.short_rule))), "{pair:?}");
        }
    }
}
