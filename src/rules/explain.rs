//! Where every rule comes from: its family, the severities it can raise, its source, its plain words.
//!
//! A number that cannot be traced is a mistake; this table is where the tracing starts. It speaks
//! to people who read about the service, never about one parent.

use super::{
    anxiety_stays, asked_for_it, change, danger, elation,
    finding::{Family, RuleId},
    form_explain, level, low_first_days, low_with_little_sleep,
    severity::Severity,
    silence,
};

/// What there is to know of a rule.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct RuleInfo {
    /// Which rule.
    pub id: RuleId,
    /// The version this build decides with.
    pub version: u16,
    /// The family it belongs to.
    pub family: Family,
    /// Severity of each step in the order of `severities.json`, before anything raises it.
    pub severities: &'static [Severity],
    /// Where its numbers come from.
    pub source: &'static str,
    /// What it looks for, in words that one could read aloud; `plain` fills the lines in.
    pub plain_words: &'static str,
}

/// What there is to know of this rule.
pub fn explain(rule: RuleId) -> &'static RuleInfo {
    match rule {
        RuleId::NotSafe => &NOT_SAFE,
        RuleId::Elation => &ELATION,
        RuleId::ContactRequest => &CONTACT_REQUEST,
        RuleId::UrgentTakenBack => &URGENT_TAKEN_BACK,
        RuleId::LowFirstDays => &LOW_FIRST_DAYS,
        RuleId::SustainedLow => &SUSTAINED_LOW,
        RuleId::LowConnection => &LOW_CONNECTION,
        RuleId::LowWithLittleSleep => &LOW_WITH_LITTLE_SLEEP,
        RuleId::AnxietyStays => &ANXIETY_STAYS,
        RuleId::Change => &CHANGE,
        RuleId::Silence => &SILENCE,
        // Every other one is in the table, which a test asks of all.
        other => form_explain::explain(other).unwrap_or(&NOT_SAFE),
    }
}

static NOT_SAFE: RuleInfo = RuleInfo {
    id: RuleId::NotSafe,
    version: 1,
    family: Family::Danger,
    severities: &[danger::SEVERITY],
    source: "Product decision: \"unsure\" or \"no\" to the safety question is urgent, on every day and \
             for backdated entries, in step with NSW Health, which asks for immediate further assessment \
             after any positive EPDS item 10.",
    plain_words: "The parent was asked whether everyone is safe right now and answered \"unsure\" or \
                  \"no\".",
};

static ELATION: RuleInfo = RuleInfo {
    id: RuleId::Elation,
    version: 2,
    family: Family::Elation,
    severities: &elation::SEVERITIES,
    source: "Product decision for every line (mood 8 with 4 h and 2 above the own usual, mood 9 with 3 h, sped up with 5 h, two \
             days within three): no published line exists for a 0-10 mood item. Signs (high, racing, \
             little sleep without feeling the need) and onset mostly within two weeks of birth: \
             RCPsych/HSE leaflet, hse.ie, NHS pages. One level more on days 0-28 after birth, or with \
             earlier bipolar illness or psychosis: product decision.",
    plain_words: "Mood or energy is unusually high while sleep is short. The gravest thing seen counts; \
                  the same on two days close together weighs more, and so do the first four weeks after \
                  birth.",
};

static CONTACT_REQUEST: RuleInfo = RuleInfo {
    id: RuleId::ContactRequest,
    version: 1,
    family: Family::AskedForIt,
    severities: &[asked_for_it::SEVERITY],
    source: "Product decision: a request is answered within the day.",
    plain_words: "The parent asked for someone to get in touch.",
};

static URGENT_TAKEN_BACK: RuleInfo = RuleInfo {
    id: RuleId::UrgentTakenBack,
    version: 1,
    family: Family::System,
    severities: &[Severity::SameDay],
    source: "Product decision: an urgent answer that is changed or deleted may be a slip of the thumb, or another \
             hand on the phone; only a conversation can tell.",
    plain_words: "What had made a flag urgent was changed or taken away, so that the flag closed or weighs less.",
};

static LOW_FIRST_DAYS: RuleInfo = RuleInfo {
    id: RuleId::LowFirstDays,
    version: 1,
    family: Family::Level,
    severities: &[low_first_days::SEVERITY],
    source: "Product decision for mood 3 on three of five days. No more than a notice on days 0-13 after \
             birth because baby blues are common then and mostly pass by day 10 to 14: RCPsych/HSE leaflet, \
             NICE QS37 statement 10.",
    plain_words: "In the first two weeks after birth mood was {line} or lower on at least {days} of the last \
                  five.",
};

static SUSTAINED_LOW: RuleInfo = RuleInfo {
    id: RuleId::SustainedLow,
    version: 2,
    family: Family::Level,
    severities: &[level::SEVERITY],
    source: "Product decision for mood 3 on 70 % or 4 on 75 % of at least 8 answered days, and for 2 below the own \
             usual (docs/decisions/0018); the span of 14 days after the two weeks of DSM and ICD. From day 14 after \
             birth because baby blues pass by day 10 to 14: RCPsych/HSE leaflet, NICE QS37 statement 10. Judged on \
             that day without a new answer, over the days since the first low one: product decision.",
    plain_words: "On most of the days answered in the last two weeks mood was {line} or lower, or {line+1} or lower on \
                  {share+5} of them, or 2 or more below what is usual for this parent; or, two weeks after birth, \
                  {line} or lower on most of the days answered since the first low one.",
};

static LOW_CONNECTION: RuleInfo = RuleInfo {
    id: RuleId::LowConnection,
    version: 3,
    family: Family::Level,
    severities: &[level::SEVERITY],
    source: "Product decision for connection 3 on 70 % or 4 on 85 % of at least 8 answered of 14 days, from day 14 \
             after birth, in step with sustained low mood. Not judged after a loss or while every baby is \
             hidden: product decision.",
    plain_words: "The parent felt connection at {line} or lower on most of the days answered in the last two weeks, or \
                  at {line+1} or lower on {share+5} of them.",
};

static LOW_WITH_LITTLE_SLEEP: RuleInfo = RuleInfo {
    id: RuleId::LowWithLittleSleep,
    version: 1,
    family: Family::Level,
    severities: &low_with_little_sleep::SEVERITIES,
    source: "Product decision for mood 3 with less than 4 h of sleep on three of five days, and for the \
             lower severity before day 14 after birth, in step with low mood alone.",
    plain_words: "Mood was {line} or lower and sleep under {sleep} on at least {days} of the last five.",
};

static ANXIETY_STAYS: RuleInfo = RuleInfo {
    id: RuleId::AnxietyStays,
    version: 1,
    family: Family::Level,
    severities: &[anxiety_stays::SEVERITY],
    source: "Product decision for anxiety 8, 8 answered days and 70 % of 14 days, from day 14 after birth, \
             in step with sustained low mood.",
    plain_words: "Anxiety was {line} or higher on most of the days answered in the last two weeks.",
};

static CHANGE: RuleInfo = RuleInfo {
    id: RuleId::Change,
    version: 2,
    family: Family::Change,
    severities: &[change::SEVERITY],
    source: "Cumulative sums against a frozen baseline find lasting shifts sooner than moving averages (Page 1954; \
             Schat 2021). Every line is a product decision by the simulated cohort, docs/decisions/0018; a chart \
             is no diagnosis and never raises more than a follow-up.",
    plain_words: "Mood has become lower than is usual for this parent, by more than ordinary days differ, and it \
                  stays so. One bad day says nothing.",
};

static SILENCE: RuleInfo = RuleInfo {
    id: RuleId::Silence,
    version: 3,
    family: Family::Silence,
    severities: &silence::SEVERITIES,
    source: "Product decision for four answered days of seven, the steps after 4 and 7 days, and after 2 and 5 where \
             the last three moods were 3 or lower on average or another flag waits; in a postnatal EPDS app 67 % of \
             daily prompts were answered, fewer by those with past depression (Eisner 2022). A longer habit or wish \
             of the parent's own, and gaps that are usual for her: product decision, with the numbers that were \
             tried in decision 0020.",
    plain_words: "A parent who used to answer has stopped, for longer than is usual for her. A pause that she chose \
                  is not counted.",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The data file is the agreed table; the code must raise what it says.
    #[test]
    fn severities_and_due_times_are_those_of_the_data_file() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../data/severities.json")).expect("the file is JSON");
        let due = file["severities"].as_array().expect("a list of severities");
        assert_eq!(due.len(), Severity::ALL.len());
        for row in due {
            let severity: Severity = row["id"].as_str().expect("a word").parse().expect("one of the four");
            assert_eq!(Some(severity.due_after().as_hours()), row["due_hours"].as_i64(), "{severity:?}");
        }
        for rule in RuleId::ALL {
            let row = file["rules"]
                .as_array()
                .expect("a list of rules")
                .iter()
                .find(|row| row["id"] == rule.as_str())
                .unwrap_or_else(|| panic!("{rule:?} is not in the file"));
            let steps: Vec<&str> = row["steps"]
                .as_array()
                .expect("a list of steps")
                .iter()
                .map(|step| step["severity"].as_str().expect("a word"))
                .collect();
            let ours: Vec<&str> = explain(rule).severities.iter().map(|severity| severity.as_str()).collect();
            assert_eq!(ours, steps, "{rule:?}");
            assert_eq!(row["family"], rule.family().as_str(), "{rule:?}");
            assert_eq!(row["may_loosen"], rule.may_loosen(), "{rule:?}");
        }
    }

    /// The families that rest on check-ins alone are whole: no row of the file waits for its rule.
    #[test]
    fn every_level_and_elation_row_of_the_data_file_has_its_rule() {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../../data/severities.json")).expect("the file is JSON");
        for family in [
            Family::Level,
            Family::Change,
            Family::Elation,
            Family::AskedForIt,
            Family::Silence,
            Family::System,
            Family::Danger,
            Family::Questionnaire,
        ] {
            let mut rows: Vec<&str> = file["rules"]
                .as_array()
                .expect("a list of rules")
                .iter()
                .filter(|row| row["family"] == family.as_str())
                .map(|row| row["id"].as_str().expect("a word"))
                .collect();
            let mut ours: Vec<&str> = RuleId::ALL
                .into_iter()
                .filter(|rule| rule.family() == family)
                .map(|rule| rule.as_str())
                .collect();
            rows.sort_unstable();
            ours.sort_unstable();
            assert_eq!(ours, rows, "{family:?}");
        }
    }

    #[test]
    fn every_rule_is_explained_under_its_own_name_and_version() {
        for rule in RuleId::ALL {
            let info = explain(rule);
            assert_eq!((info.id, info.version, info.family), (rule, rule.version(), rule.family()));
            assert!(!info.source.is_empty() && !info.plain_words.is_empty());
            assert_eq!(rule.as_str().parse(), Ok(rule));
        }
    }
}
