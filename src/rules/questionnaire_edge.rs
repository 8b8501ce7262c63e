//! The edges of every line of `questionnaire.rs`, kept apart for their length.
//!
//! One table of totals; then what a table cannot say: second times, parts, shares, full scales and short forms.

use std::collections::BTreeMap;

use super::{
    Changed, Context, Evaluation, Family, Form, History, Profile, Quiet, RULES, RuleId, Settings, Severity,
    Trigger, Usuals, evaluate, judge,
    quiet::Known,
    sample::{TODAY, back, born_days_before, day, form, whole},
};

fn asked(history: Vec<Form>, profile: &Profile, trigger: impl Into<Trigger>) -> Evaluation {
    let trigger = trigger.into();
    let history = History::default().with_forms(history);
    let settings = Settings::default();
    let context = Context { history: &history, profile, settings: &settings, usual: &[], today: day(TODAY) };
    let asked = evaluate(RULES, &context, &trigger);
    assert!(asked.failed.is_empty(), "{:?}", asked.failed);
    asked
}

fn raised(history: Vec<Form>, trigger: Form) -> Vec<(RuleId, Severity)> {
    let mut history = history;
    history.push(trigger.clone());
    let findings = asked(history, &Profile::default(), trigger).findings;
    findings.into_iter().map(|finding| (finding.rule, finding.severity)).collect()
}

#[test]
fn a_total_raises_from_its_line_on_and_not_below() {
    use Severity::{FollowUp, Notice, SameDay};
    for (instrument, rule, cases) in [
        (
            "phq-9",
            RuleId::Phq9,
            &[(9, None), (10, Some(FollowUp)), (14, Some(FollowUp)), (15, Some(SameDay))][..],
        ),
        ("phq-2", RuleId::Phq2, &[(1, None), (2, Some(Notice)), (3, Some(FollowUp)), (6, Some(FollowUp))]),
        (
            "gad-7",
            RuleId::Gad7,
            &[(9, None), (10, Some(FollowUp)), (14, Some(FollowUp)), (15, Some(SameDay))],
        ),
        ("gad-2", RuleId::Gad2, &[(2, None), (3, Some(FollowUp))]),
        ("whooley", RuleId::Whooley, &[(0, None), (1, Some(FollowUp)), (2, Some(FollowUp))]),
        ("epds", RuleId::Epds, &[(9, None), (10, Some(Notice)), (12, Some(Notice)), (13, Some(FollowUp))]),
        ("who-5", RuleId::Who5, &[(0, Some(FollowUp)), (12, Some(FollowUp)), (13, None), (25, None)]),
        ("pass", RuleId::Pass, &[(20, None), (21, Some(FollowUp)), (93, Some(FollowUp))]),
        ("mibs", RuleId::Mibs, &[(4, None), (5, Some(FollowUp)), (24, Some(FollowUp))]),
        ("pbq", RuleId::Pbq, &[(25, None), (26, Some(FollowUp))]),
        (
            "weekly-reflection",
            RuleId::WeeklyReflection,
            &[(16, None), (17, Some(FollowUp)), (28, Some(FollowUp))],
        ),
        ("epds-3a", RuleId::Epds, &[(9, None)]),
    ] {
        for (total, severity) in cases {
            let expected: Vec<_> = severity.iter().map(|severity| (rule, *severity)).collect();
            assert_eq!(
                raised(vec![], form(1, instrument, TODAY, Some(*total))),
                expected,
                "{instrument} {total}"
            );
        }
        assert_eq!(raised(vec![], form(1, instrument, TODAY, None)), [], "{instrument} without a total");
    }
}

#[test]
fn a_second_middle_epds_weighs_more_and_a_late_one_too() {
    let first = form(1, "epds", &back(20), Some(11));
    let again = raised(vec![first.clone()], form(2, "epds", TODAY, Some(10)));
    assert_eq!(again, [(RuleId::Epds, Severity::FollowUp)]);
    assert_eq!(raised(vec![first], form(2, "epds", TODAY, Some(9))), []);

    let late = |ago: i32, then: Option<Form>| {
        let at = format!("{TODAY}T07:00:00Z").parse().expect("a literal");
        let quiet = Quiet { on: day(TODAY), at, known: Known::default() };
        let mut history = vec![form(1, "epds", &back(ago), Some(11))];
        history.extend(then);
        let asked = asked(history, &Profile::default(), Trigger::Day(quiet));
        asked.findings.iter().any(|found| found.rule == RuleId::Epds && found.severity == Severity::FollowUp)
    };
    assert_eq!([27, 28, 29, 60, 61].map(|ago| late(ago, None)), [false, false, true, true, false]);
    assert!(!late(29, Some(form(2, "epds", &back(10), Some(3)))), "it was repeated");
    assert!(late(29, Some(form(2, "epds", &back(10), None))), "an incomplete one is no answer");
}

#[test]
fn a_part_or_a_watched_item_counts_under_a_low_total() {
    for (part, sum, raises) in [
        ("general", 11, false),
        ("general", 12, true),
        ("rejection_anger", 12, false),
        ("rejection_anger", 13, true),
        ("infant_anxiety", 20, false),
    ] {
        let subscales = BTreeMap::from([(part.to_owned(), sum)]);
        for total in [None, Some(20)] {
            let sent = Form { subscales: subscales.clone(), ..form(1, "pbq", TODAY, total) };
            assert_eq!(!raised(vec![], sent).is_empty(), raises, "{part} {sum}");
        }
    }
    for (watched, expected) in
        [(None, vec![]), (Some(0), vec![]), (Some(1), vec![(RuleId::Mibs, Severity::SameDay)])]
    {
        let sent = Form { watched, ..form(1, "mibs", TODAY, Some(1)) };
        assert_eq!(raised(vec![], sent), expected);
    }
}

#[test]
fn a_heavy_week_in_the_first_two_is_a_notice_and_a_share_counts_like_the_whole() {
    for (born, severity) in [(0, Severity::Notice), (13, Severity::Notice), (14, Severity::FollowUp)] {
        let sent = form(1, "weekly-reflection", TODAY, Some(17));
        let found = asked(vec![sent.clone()], &born_days_before(Some(born), day(TODAY)), sent);
        assert_eq!(found.findings[0].severity, severity, "{born}");
    }
    for (total, raises) in [(12, false), (13, true)] {
        // 20 is what is left when two items are hidden: 17 of 28 is 12.1 of 20.
        let sent = Form { possible: 20, ..form(1, "weekly-reflection", TODAY, Some(total)) };
        assert_eq!(!raised(vec![], sent).is_empty(), raises, "{total}");
    }
}

/// A full scale with these answers to the items of its short form.
fn full(number: u32, (instrument, total): (&str, u16), ago: i32, same: [u8; 2]) -> Form {
    let answers = ["1", "2"].map(str::to_owned).into_iter().zip(same).collect();
    Form { answers, ..form(number, instrument, &back(ago), Some(total)) }
}

/// Decision 0024, by the fuller form's total and what it said to the same items.
#[test]
fn one_fact_is_one_flag_full_scale_and_short_form() {
    for (scale, short, full_rule, short_rule) in
        [("phq-9", "phq-2", RuleId::Phq9, RuleId::Phq2), ("gad-7", "gad-2", RuleId::Gad7, RuleId::Gad2)]
    {
        let sent = form(2, short, TODAY, Some(5));
        let by = |before: Form| {
            let found = asked(vec![before, sent.clone()], &Profile::default(), sent.clone());
            let about: Vec<_> = found.findings.iter().map(|found| found.about.is_some()).collect();
            let rules: Vec<RuleId> = found.findings.iter().map(|found| found.rule).collect();
            let taken_in: Vec<_> = found.silenced.iter().map(|(of, by)| (of.rule, *by)).collect();
            (rules, taken_in, about)
        };
        let taken_in = vec![(short_rule, full_rule)];
        // Over its line it takes the short form in, also one that says more: then that is news for its flag.
        assert_eq!(by(full(1, (scale, 12), 13, [3, 2])), (vec![full_rule], taken_in.clone(), vec![true]));
        assert_eq!(by(full(1, (scale, 12), 13, [2, 2])), (vec![full_rule], taken_in, vec![false]));
        // Below its line it answered the same already, unless the short form says more.
        assert_eq!(by(full(1, (scale, 9), 13, [3, 2])), (vec![], vec![], vec![]));
        assert_eq!(by(full(1, (scale, 9), 13, [2, 2])), (vec![short_rule], vec![], vec![false]));
        // In another window, or without a total, it says nothing of the short form.
        assert_eq!(by(full(1, (scale, 12), 14, [3, 2])), (vec![short_rule], vec![], vec![false]));
        let broken = Form { total: None, incomplete: true, ..full(1, (scale, 12), 3, [3, 2]) };
        assert_eq!(by(broken), (vec![short_rule], vec![], vec![false]));
        // A danger answer in it has a flag of its own; it opens no second one.
        let danger = Form { danger_answer: true, self_harm: Some(1), ..full(1, (scale, 12), 3, [3, 2]) };
        assert_eq!(by(danger.clone()), (vec![], vec![], vec![]));
        let milder = Form { answers: full(1, (scale, 12), 3, [1, 1]).answers, ..danger };
        assert_eq!(by(milder), (vec![short_rule], vec![], vec![false]));
        // The other way round the short form becomes evidence.
        let before = form(1, short, &back(3), Some(5));
        let long = form(2, scale, TODAY, Some(12));
        let found = asked(vec![before, long.clone()], &Profile::default(), long);
        assert_eq!((found.findings[0].rule, found.findings[0].evidence.len()), (full_rule, 2));
        // A low short form is no news for anybody.
        let low = form(2, short, TODAY, Some(0));
        let long = full(1, (scale, 12), 3, [3, 2]);
        assert_eq!(asked(vec![long, low.clone()], &Profile::default(), low).findings, []);
    }
}

/// A full scale whose rule a practice switched off takes nothing in.
#[test]
fn a_rule_that_is_off_takes_no_short_form_in() {
    let mut settings = Settings::default();
    settings.set(Changed::Switch(RuleId::Phq9), 0);
    let sent = form(2, "phq-2", TODAY, Some(5));
    let history = History::default().with_forms(vec![full(1, ("phq-9", 12), 3, [3, 2]), sent.clone()]);
    let profile = Profile::default();
    let context =
        Context { history: &history, profile: &profile, settings: &settings, usual: &[], today: day(TODAY) };
    let found = evaluate(RULES, &context, &sent.into());
    assert_eq!(found.findings.iter().map(|found| found.rule).collect::<Vec<_>>(), [RuleId::Phq2]);
}

/// H41: a private full scale neither takes a shared short form in nor silences it.
#[test]
fn h41_a_private_full_scale_keeps_no_shared_short_form_back() {
    for total in [12, 9] {
        let hidden = Form { private: true, ..full(1, ("phq-9", total), 3, [3, 2]) };
        let sent = form(2, "phq-2", TODAY, Some(5));
        let history = History::default().with_forms(vec![hidden, sent.clone()]);
        let (profile, settings) = (Profile::default(), Settings::default());
        let whole = whole(&history, &profile, &settings);
        let point = judge(RULES, &whole, &mut Usuals::default(), &sent.into());
        let rules: Vec<RuleId> = point.findings().iter().map(|found| found.rule).collect();
        assert_eq!(rules, [RuleId::Phq2], "{total}");
        assert_eq!(point.shared.findings.iter().map(|found| found.rule).collect::<Vec<_>>(), [RuleId::Phq2]);
    }
}

/// H15 and the list of precedence: a danger item takes in what rests on the same form, and is never taken in.
#[test]
fn h15_a_danger_item_takes_in_the_questionnaire_of_the_same_form() {
    for (total, taken_in) in [(Some(1), 0), (Some(13), 1), (None, 0)] {
        let sent = Form { self_harm: Some(1), danger_answer: true, ..form(1, "epds", TODAY, total) };
        let found = asked(vec![sent.clone()], &Profile::default(), sent);
        assert_eq!(found.findings.len(), 1, "{total:?}");
        assert_eq!(found.findings[0].rule, RuleId::SelfHarmItem);
        assert_eq!(found.silenced.len(), taken_in);
        assert!(
            found
                .silenced
                .iter()
                .all(|(of, by)| { of.rule.family() == Family::Questionnaire && *by == RuleId::SelfHarmItem })
        );
    }
}

/// H09.
#[test]
fn h09_a_doubt_about_the_key_is_for_today_until_it_is_confirmed() {
    let doubted = Form { keying_doubt: true, ..form(1, "epds", TODAY, Some(9)) };
    assert_eq!(raised(vec![], doubted.clone()), [(RuleId::EpdsKeying, Severity::SameDay)]);
    assert_eq!(raised(vec![], Form { keying_doubt: false, ..doubted }), []);
}
