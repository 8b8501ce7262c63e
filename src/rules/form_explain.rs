//! What each rule about questionnaires does and why, for documents and people; part of `explain.rs`.
//!
//! Cut-offs carry author and year; what has no published line says that it is a product decision.

use super::{
    danger_item,
    explain::RuleInfo,
    finding::{Family, RuleId},
    questionnaire as lines,
    severity::Severity,
};

/// What there is to say of a rule about questionnaires.
pub(super) fn explain(id: RuleId) -> Option<&'static RuleInfo> {
    TABLE.iter().find(|info| info.id == id)
}

const fn info(
    id: RuleId,
    family: Family,
    severities: &'static [Severity],
    source: &'static str,
    plain_words: &'static str,
) -> RuleInfo {
    RuleInfo { id, version: 1, family, severities, source, plain_words }
}

static TABLE: [RuleInfo; 15] = [
    info(
        RuleId::SelfHarmItem,
        Family::Danger,
        &[danger_item::SEVERITY],
        "Any answer above zero, whatever the total: NSW Health on EPDS item 10. PHQ-9 item 9 and the weekly \
         reflection's own item alike: product decision.",
        "The self-harm item of a questionnaire is above zero, whatever the total, also on an incomplete form.",
    ),
    info(
        RuleId::HarmItem,
        Family::Danger,
        &[danger_item::SEVERITY],
        "Product decision: frightening thoughts are common (Collardeau 2024) and no software can tell them from others, \
         so a person hears of each.",
        "The harm item of a questionnaire is above zero, whatever the total, also on an incomplete form.",
    ),
    info(
        RuleId::Unreal,
        Family::Danger,
        &danger_item::UNREAL,
        "Product decision, after the early signs of postpartum psychosis in the RCPsych/HSE leaflet.",
        "Things felt strange or unreal in the last week. Often, or beside little sleep or unusual energy within \
         {within}, it weighs more.",
    ),
    RuleInfo {
        version: 2,
        ..info(
            RuleId::Phq9,
            Family::Questionnaire,
            &lines::TWO_LINES,
            "PHQ-9 from 10: sensitivity .88, specificity .85 (Levis 2019, BMJ 365:l1476). From 15 on the same day: product \
             decision.",
            "PHQ-9 total from {line} on, or from {same_day}.",
        )
    },
    RuleInfo {
        version: 2,
        ..info(
            RuleId::Phq2,
            Family::Questionnaire,
            &lines::PHQ2,
            "PHQ-2 from 2: .86 and .78, from 3: .61 and .92 (Arroll 2010, Ann Fam Med 8:348).",
            "PHQ-2 total from {line} on, or from {follow_up}; the PHQ-9 is offered.",
        )
    },
    RuleInfo {
        version: 2,
        ..info(
            RuleId::Gad7,
            Family::Questionnaire,
            &lines::TWO_LINES,
            "GAD-7 from 10: .89 and .82 (Spitzer 2006, doi:10.1001/archinte.166.10.1092). From 15 on the same day: product \
             decision.",
            "GAD-7 total from {line} on, or from {same_day}.",
        )
    },
    RuleInfo {
        version: 2,
        ..info(
            RuleId::Gad2,
            Family::Questionnaire,
            &lines::ONE_LINE,
            "GAD-2 from 3: .76 and .81 (Plummer 2016, doi:10.1016/j.genhosppsych.2015.11.005).",
            "GAD-2 total from {line} on; the GAD-7 is offered.",
        )
    },
    info(
        RuleId::Whooley,
        Family::Questionnaire,
        &lines::ONE_LINE,
        "Any yes: 1.0 and .68 (Mann 2012, PMC3348219).",
        "A yes to either of the two Whooley questions; the PHQ-9 is offered.",
    ),
    info(
        RuleId::Epds,
        Family::Questionnaire,
        &lines::EPDS,
        "EPDS from 10: .85 and .84, from 13: .66 and .95 (Levis 2020, BMJ 371:m4022), so 10 to 12 is never fine. Again \
         within two to four weeks: NSW Health.",
        "EPDS total in the middle, from {middle} on; there a second time, or not repeated within {repeat}; total from \
         {line} on.",
    ),
    info(
        RuleId::EpdsKeying,
        Family::Questionnaire,
        &lines::KEYING,
        "Product decision: items 1, 2 and 4 run one way on paper and the other seven the other way; when the two means \
         differ by 2 or more the key may not have been used.",
        "The numbers of an EPDS may have been entered by their place on the paper, and nobody confirmed them yet.",
    ),
    info(
        RuleId::Who5,
        Family::Questionnaire,
        &lines::ONE_LINE,
        "WHO-5 raw 12 or less, which is 50 percent or less: usual line, product decision to act on it.",
        "WHO-5 raw total of {line} or less.",
    ),
    info(
        RuleId::Pass,
        Family::Questionnaire,
        &lines::ONE_LINE,
        "PASS from 21, the band that holds the published line of 26 (Somerville 2014, doi:10.1007/s00737-014-0425-8).",
        "PASS total from {line} on.",
    ),
    RuleInfo {
        version: 2,
        ..info(
            RuleId::Mibs,
            Family::Questionnaire,
            &lines::TWO_LINES,
            "MIBS from 5: a line from 723 mothers in Japan, set by clustering (2017). The item that a practice names: product \
             decision.",
            "MIBS total from {line} on, or the item that a practice names above zero; named is: {watched}. While none is named, \
             no item is watched by itself. With several practices each item that one of them names is watched.",
        )
    },
    info(
        RuleId::Pbq,
        Family::Questionnaire,
        &lines::ONE_LINE,
        "PBQ total from 26, general from 12, rejection and anger from 13 (Brockington 2006).",
        "PBQ total from {line} on, its general part from {general}, or its part on rejection and anger from \
         {rejection_anger}.",
    ),
    info(
        RuleId::WeeklyReflection,
        Family::Questionnaire,
        &lines::WEEKLY,
        "Product decision: not validated. No more than a notice in the first two weeks after birth, because baby blues \
         pass by day 10 to 14 (NICE QS37 statement 10).",
        "The weekly reflection comes to {line} of 28 or the same share of what was asked.",
    ),
];
