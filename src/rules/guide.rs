//! The page on which every rule stands, in words that a doula can read: `docs/rules.md`, which `attune rules print` prints.
//!
//! It is made from what decides: the lines that ship, their bounds, the severities and the list of which rule gives way
//! to which. So it cannot say anything else than the rules do, and a test fails when the committed page does.

use std::fmt::Write;

use super::{
    explain::explain,
    form_wording, plain,
    precedence::{SILENCES, Voice},
    rule_id::{Family, RuleId},
    settings::{Setting, Settings, Stricter, Topic, Unit},
    severity::Severity,
    trust,
};

/// Columns of a line of prose.
const WIDTH: usize = 120;

const OPENING: &str = "\
# What attune looks for

Every rule by which attune asks somebody to look, with what it sees, how grave that is, and what a practice can change.
A rule does not diagnose and does not decide. It says that a conversation may be worth having, and why.

This page is made from the code by `attune rules print`; a test fails when it says something else than the rules do.

## How grave, and until when

";

const READING: &str = "\
What is private counts for the parent alone, and towards a doula only as she was allowed to know of it. A day counts by
the mean of what was given on it. A day without an answer counts for nothing. A better day closes no flag.

A practice sets numbers within the bounds that are named here, and each change keeps who made it, why, and until when
(`/v1/practice/rules`). For a parent in the care of several practices the strictest number counts, and a rule is off
only where all of them switched it off.
";

/// The whole page, at the lines that ship.
pub fn page() -> String {
    let mut page = Page { text: OPENING.to_owned(), shipped: Settings::default() };
    page.severities();
    page.text.push_str(READING);
    let mut family = None;
    for rule in RuleId::ALL {
        if family != Some(rule.family()) {
            family = Some(rule.family());
            page.line("");
            page.line(&format!("## {}", heading(rule.family())));
        }
        page.rule(rule);
    }
    page.due_times();
    page.trust();
    page.text
}

struct Page {
    text: String,
    shipped: Settings,
}

impl Page {
    fn line(&mut self, words: &str) {
        writeln!(self.text, "{words}").expect("a text in memory takes any line");
    }

    /// A paragraph, in lines that fit the others of the documents.
    fn prose(&mut self, words: &str) {
        let mut length = 0;
        for word in words.split_whitespace() {
            let space = usize::from(length > 0);
            if length + space + word.len() > WIDTH {
                self.text.push('\n');
                length = 0;
            } else if length > 0 {
                self.text.push(' ');
            }
            length += word.len() + usize::from(length > 0);
            self.text.push_str(word);
        }
        self.text.push('\n');
    }

    fn severities(&mut self) {
        self.line("| how grave | it means | due after |");
        self.line("|---|---|---|");
        for severity in Severity::ALL.into_iter().rev() {
            let hours = severity.due_after().as_hours();
            let due = if hours % 24 == 0 { format!("{} days", hours / 24) } else { format!("{hours} hours") };
            self.line(&format!("| `{}` | {} | {due} |", severity.as_str(), meaning(severity)));
        }
        self.line("");
    }

    fn rule(&mut self, rule: RuleId) {
        self.line("");
        self.line(&format!("### {}", plain::title(rule)));
        self.line("");
        self.line(&format!("`{}`, version {}", rule.as_str(), rule.version()));
        self.line("");
        self.prose(&plain::words(rule, &self.shipped));
        self.line("");
        self.line("| when | how grave |");
        self.line("|---|---|");
        for (when, severity) in plain::steps(rule, &self.shipped) {
            self.line(&format!("| {when} | `{}` |", severity.as_str()));
        }
        self.settings(Topic::Rule(rule));
        self.line("");
        self.line(match (rule.may_loosen(), Topic::Rule(rule).settings().next().is_some()) {
            (true, _) => "A practice can switch it off.",
            (false, true) => "It can only be made stricter, and never switched off.",
            (false, false) => "It can be neither loosened nor switched off.",
        });
        let louder: Vec<String> =
            SILENCES.iter().filter(|(_, of)| is_of(*of, rule)).map(|(by, _)| named(*by)).collect();
        if !louder.is_empty() {
            self.prose(&format!(
                "What rests on the same entry is taken in by {}, and stands there as evidence.",
                louder.join(" and by ")
            ));
        }
        self.line("");
        self.prose(&format!("Where it comes from: {}", explain(rule).source));
    }

    fn settings(&mut self, topic: Topic) {
        let rows: Vec<&Setting> = topic.settings().collect();
        if rows.is_empty() {
            return;
        }
        self.line("");
        self.line("| set as | what it means | ships as | can be set to | stricter is |");
        self.line("|---|---|---|---|---|");
        for row in rows {
            let stricter = match (row.unit, row.stricter()) {
                (Unit::Item, _) => "any that is named",
                (_, Stricter::Lower) => "less",
                (_, Stricter::Higher) => "more",
            };
            self.line(&format!(
                "| `{}` | {} | {} | {} | {stricter} |",
                row.name,
                row.meaning,
                row.unit.words(row.default),
                row.bounds_in_words(),
            ));
        }
    }

    fn due_times(&mut self) {
        self.line("");
        self.line(&format!("## {}", plain::DUE_TIMES_TITLE));
        self.line("");
        self.line(&format!("`{}`", Topic::DueTimes.as_str()));
        self.line("");
        self.prose(plain::DUE_TIMES_WORDS);
        self.settings(Topic::DueTimes);
        self.line("");
        self.line(&format!("Where it comes from: {}", plain::DUE_TIMES_SOURCE));
    }

    fn trust(&mut self) {
        self.line("");
        self.line("## What is written beside an open flag");
        self.line("");
        self.prose(&format!(
            "Better numbers close no flag, and these are written beside one that is not closed (`notes`, version {}). They \
             raise nothing, and the parent does not read them. A doula reads each only with the scope for what it \
             tells of. They stand beside flags of the rules under {}.",
            trust::VERSION,
            self.doubted()
        ));
        self.line("");
        self.line("| note | when |");
        self.line("|---|---|");
        let scales: Vec<&str> = trust::LIGHT_AT_ZERO.iter().map(|scale| form_wording::name(scale)).collect();
        self.line(&format!(
            "| `all_zero` | since the flag was raised, the latest of a questionnaire came to a total of 0: {}; one about a \
             baby is not named after a loss, or while every baby is hidden |",
            scales.join(", ")
        ));
        self.line(&format!(
            "| `rise` | the last {} answered days, the latest since the flag was raised, lie {} points or more above a \
             stretch of at least {} answered days in a row with a mood of {} or lower, which ended at most {} days before \
             and is looked for up to {} days back; nobody has noted contact on the flag since the stretch began |",
            trust::HIGH_DAYS,
            trust::RISE,
            trust::LOW_DAYS,
            trust::LOW,
            trust::WITHIN_DAYS,
            trust::STRETCH_DAYS
        ));
        self.line(
            "| `full_scale` | beside a flag of a short form: since it was raised, the full scale was filled in over the same \
             two weeks |",
        );
        self.line("");
        self.prose(
            "Where it comes from: an EPDS of 0 may mean that it did not feel safe to answer (piri.org.au); that a rise alone \
             closes nothing, and its lines: product decision.",
        );
    }

    fn doubted(&self) -> String {
        let mut families: Vec<Family> = Vec::new();
        for rule in RuleId::ALL.into_iter().filter(|rule| trust::doubts(*rule)) {
            if !families.contains(&rule.family()) {
                families.push(rule.family());
            }
        }
        let named: Vec<String> =
            families.into_iter().map(|family| format!("\"{}\"", heading(family))).collect();
        named.join(", ")
    }
}

fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Urgent => "now",
        Severity::SameDay => "today",
        Severity::FollowUp => "within three days",
        Severity::Notice => "when you next look; nobody is written to",
    }
}

fn heading(family: Family) -> &'static str {
    match family {
        Family::Danger => "Somebody may be in danger",
        Family::Elation => "Too high with too little sleep",
        Family::AskedForIt => "The parent asked",
        Family::Level => "Something stays low or high",
        Family::Change => "Away from what is usual for this parent",
        Family::Questionnaire => "Questionnaires",
        Family::Silence => "No answer any more",
        Family::System => "What was done with an answer",
    }
}

fn is_of(voice: Voice, rule: RuleId) -> bool {
    match voice {
        Voice::Every(family) => rule.family() == family,
        Voice::The(one) => rule == one,
    }
}

fn named(voice: Voice) -> String {
    match voice {
        Voice::Every(family) => format!("the rules under \"{}\"", heading(family)),
        Voice::The(rule) => format!("\"{}\"", plain::title(rule)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// H24: what people read of the rules is what the rules do.
    #[test]
    fn h24_the_committed_page_is_the_one_of_the_code() {
        let committed = include_str!("../../docs/rules.md");
        // Not assert_eq, which would print both.
        assert!(
            committed == page(),
            "docs/rules.md is out of date. Look at what changes and commit it with the code:\n\
             cargo run -- rules print > docs/rules.md"
        );
    }

    #[test]
    fn every_rule_and_every_setting_stands_on_the_page_once() {
        let page = page();
        for rule in RuleId::ALL {
            let name = format!("\n`{}`, version {}\n", rule.as_str(), rule.version());
            assert_eq!(page.matches(&name).count(), 1, "{rule:?}");
        }
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with('#')).collect();
        let different: HashSet<&&str> = headings.iter().collect();
        assert_eq!(different.len(), headings.len(), "a family is torn apart, or two rules share a title");
        for row in super::super::settings::rows() {
            assert!(page.contains(&format!("| `{}` | {} |", row.name, row.meaning)), "{row:?}");
        }
        assert!(!page.contains(['{', '}', '!']));
    }
}
