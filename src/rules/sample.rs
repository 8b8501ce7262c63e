//! Made-up check-ins, profiles and reasons for the tests of this folder. Nothing here ships.
//!
//! An entry starts with no value at all, so that a test writes down exactly what it is about.

use jiff::{ToSpan, civil::Date};

use super::{
    AwayFromUsual, Context, ElationStep, Entry, Evaluation, Finding, Form, FormItem, FormStep, FormTotal,
    HighDays, History, LowDays, LowShortDays, Measure, Profile, QuietDays, Reason, Rule, RuleSpec, SafeNow,
    Settings, SilenceStep, UnrealDays, evaluate,
};

/// The parent's local day in these tests.
pub const TODAY: &str = "2026-11-23";

pub fn day(text: &str) -> Date {
    text.parse().expect("a literal day")
}

/// What a rule says of an entry, today and at the shipped lines.
pub fn ask(rule: Rule, history: &History, profile: &Profile, trigger: &Entry) -> Option<Finding> {
    ask_on(day(TODAY), rule, history, profile, trigger)
}

/// What a rule says of an entry on another day.
pub fn ask_on(
    today: Date,
    rule: Rule,
    history: &History,
    profile: &Profile,
    trigger: &Entry,
) -> Option<Finding> {
    let settings = Settings::default();
    let context = Context { history, profile, settings: &settings, usual: &[], today };
    rule(&context, &trigger.clone().into())
}

/// What these rules together say of an entry, today and at the shipped lines.
pub fn evaluated(rules: &[RuleSpec], history: &History, profile: &Profile, trigger: &Entry) -> Evaluation {
    let settings = Settings::default();
    let context = Context { history, profile, settings: &settings, usual: &[], today: day(TODAY) };
    evaluate(rules, &context, &trigger.clone().into())
}

/// The local day that many days before `TODAY`; negative is later.
pub fn back(days: i32) -> String {
    day(TODAY).saturating_sub(i64::from(days).days()).to_string()
}

/// An entry felt on a local day, without values; the later id is felt later.
pub fn entry(number: u32, on: &str) -> Entry {
    let felt = format!("{on}T12:00:00Z").parse::<jiff::Timestamp>().expect("a literal instant");
    let felt = felt + jiff::SignedDuration::from_secs(i64::from(number));
    Entry {
        id: format!("0191e7c2-93a4-7c3e-8f00-{number:012x}").parse().expect("an id"),
        local_date: day(on),
        occurred_at: felt,
        recorded_at: felt,
        said_at: felt,
        private: false,
        mood: None,
        connection: None,
        anxiety: None,
        sleep_half_hours: None,
        support: None,
        sped_up: None,
        safe_now: None,
        contact_me: None,
    }
}

/// A parent with a visible baby born that many days before `on`, or at an unknown time.
pub fn born_days_before(days: Option<i32>, on: Date) -> Profile {
    let birth_date = days.map(|days| on.saturating_sub(i64::from(days).days()));
    Profile { birth_date, contexts: vec![], any_baby_visible: true }
}

/// At least one reason of every rule, every step of elation among them.
pub fn one_of_each_reason() -> Vec<Reason> {
    let on = day(TODAY);
    let low = LowDays { line: 3, low: 9, answered: 11, from: day("2026-11-10"), to: on };
    let mut all = vec![
        Reason::NotSafe { answer: SafeNow::Unsure, on },
        Reason::NotSafe { answer: SafeNow::No, on },
        Reason::ContactRequest { on },
        Reason::SustainedLow(low),
        Reason::LowConnection(low),
    ];
    for (step, mood, sleep_half_hours, other_day) in [
        (ElationStep::HighLittleSleep, Some(8), Some(8), None),
        (ElationStep::HighLittleSleepTwice, Some(8), Some(7), Some(day("2026-11-22"))),
        (ElationStep::SpedUp, Some(6), Some(12), None),
        (ElationStep::SpedUp, None, None, None),
        (ElationStep::VeryHighVeryLittleSleep, Some(9), Some(6), None),
        (ElationStep::VeryHighVeryLittleSleepTwice, Some(10), Some(0), Some(day("2026-11-21"))),
        (ElationStep::SpedUpLittleSleep, Some(5), Some(9), None),
    ] {
        all.push(Reason::Elation { step, mood, sleep_half_hours, on, other_day });
    }
    let from = day("2026-11-19");
    all.push(Reason::LowFirstDays(LowDays { line: 3, low: 3, answered: 4, from, to: on }));
    let low_and_short = LowShortDays { line: 3, sleep_line_half_hours: 8, days: 3, from, to: on };
    all.push(Reason::LowWithLittleSleep(low_and_short));
    let high = HighDays { line: 8, high: 9, answered: 11, from: low.from, to: on };
    all.push(Reason::AnxietyStays(high));
    all.push(Reason::UrgentTakenBack { on });
    let away = AwayFromUsual {
        measure: Measure::Mood,
        usual_tenths: 68,
        mean_tenths: 32,
        days: 6,
        from: day("2026-11-17"),
        to: on,
        made_of_days: 16,
        made_from: day("2026-10-20"),
    };
    all.push(Reason::Change(away));
    let worried = AwayFromUsual { measure: Measure::Anxiety, usual_tenths: 20, mean_tenths: 70, ..away };
    all.push(Reason::Change(AwayFromUsual { made_of_days: 8, ..worried }));
    for (since, step, low) in
        [("2026-11-19", SilenceStep::First, false), ("2026-11-16", SilenceStep::Second, true)]
    {
        let heard = day(since);
        all.push(Reason::Silence(QuietDays { heard, since: heard, on, step, low }));
    }
    let item = |instrument: &str| FormItem { instrument: instrument.to_owned(), on };
    all.extend([
        Reason::SelfHarmItem(item("epds")),
        Reason::HarmItem(item("pbq")),
        Reason::Unreal(UnrealDays { answer: 1, on, beside: Some(day("2026-11-22")) }),
        Reason::EpdsKeying(item("epds")),
    ]);
    let total = |total, possible| FormTotal { step: FormStep::Total, total, possible, on };
    all.extend([
        Reason::Phq9(total(12, 27)),
        Reason::Phq2(total(3, 6)),
        Reason::Gad7(total(11, 21)),
        Reason::Gad2(total(4, 6)),
        Reason::Whooley(total(1, 2)),
        Reason::Epds(FormTotal { step: FormStep::Again, ..total(11, 30) }),
        Reason::Who5(total(9, 25)),
        Reason::Pass(total(30, 93)),
        Reason::Mibs(FormTotal { step: FormStep::Item, ..total(2, 24) }),
        Reason::Pbq(FormTotal { step: FormStep::Part, ..total(20, 125) }),
        Reason::WeeklyReflection(total(18, 28)),
    ]);
    all
}

/// A questionnaire that was filled in on a local day, with this total and no answers.
pub fn form(number: u32, instrument: &str, on: &str, total: Option<u16>) -> Form {
    let like = entry(number, on);
    Form {
        id: like.id.as_str().parse().expect("an id"),
        local_date: like.local_date,
        occurred_at: like.occurred_at,
        recorded_at: like.said_at,
        said_at: like.said_at,
        private: false,
        instrument: instrument.to_owned(),
        version: "1".to_owned(),
        answers: std::collections::BTreeMap::new(),
        total,
        possible: 28,
        subscales: std::collections::BTreeMap::new(),
        self_harm: None,
        harm: None,
        watched: None,
        keying_doubt: false,
        incomplete: total.is_none(),
        danger_answer: false,
    }
}

/// What the rules know today, for judging.
pub fn whole<'a>(history: &'a History, profile: &'a Profile, settings: &'a Settings) -> Context<'a> {
    Context { history, profile, settings, usual: &[], today: day(TODAY) }
}
