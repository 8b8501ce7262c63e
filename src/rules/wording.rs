//! Reasons in words, per reader: what a doula may see is decided here, when she looks.
//!
//! Without the scope `check_ins` a doula gets one sentence that depends on the rule alone, so no
//! value, day or choice of answer can show through. No sentence speaks of a baby: a flag may be
//! read after a loss. Nothing here names a condition.

use jiff::civil::Date;

use super::{
    elation::ElationStep,
    entry::Measure,
    finding::RuleId,
    form_wording,
    reason::{AwayFromUsual, HighDays, LowDays, LowShortDays, Reason},
    silence::{QuietDays, SilenceStep},
};

/// Below so many days a usual is called one of few days (Schat 2023: studies of such charts used far more).
const FULL_USUAL: usize = 14;

/// All that a doula with `private_danger` learns of a private entry.
pub const PRIVATE_DANGER_WORDS: &str = "marked something urgent privately: please get in touch";

/// What is added for the parent to a silence that she has ended.
pub const ANSWERED_AGAIN: &str = "You have written again since.";

/// What is added for a doula to a silence that has ended for her.
pub fn shared_again(on: Date) -> String {
    format!("Something was shared again on {}.", short(on))
}

/// Who reads.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Reader {
    /// The parent who wrote it.
    Parent,
    /// A doula with a link to the parent.
    Doula {
        /// The scopes of the link let values and days of this reason be shown.
        check_ins: bool,
    },
}

/// The reason as one or two sentences that this reader may see.
pub fn render(reason: &Reason, reader: Reader) -> String {
    match reader {
        Reader::Parent => for_the_parent(reason),
        Reader::Doula { check_ins: true } => with_values(reason),
        Reader::Doula { check_ins: false } => in_general(reason.rule()).to_owned(),
    }
}

fn in_general(rule: RuleId) -> &'static str {
    match rule {
        RuleId::NotSafe => {
            "Answered that they, or someone with them, may not be safe: please get in touch now."
        }
        RuleId::Elation => "Unusually high in mood or energy: worth hearing how they sleep and how they are.",
        RuleId::ContactRequest => "Asked for someone to get in touch.",
        RuleId::UrgentTakenBack => {
            "An urgent answer was taken back. It may have been a slip, or not: please get in touch all the same."
        }
        RuleId::LowFirstDays => {
            "Mood has been low on some days lately: worth asking about when you next talk."
        }
        RuleId::SustainedLow => "Mood has been low on most days lately: a conversation is worth having.",
        RuleId::LowConnection => {
            "Connection has felt low on most days lately: a conversation is worth having."
        }
        RuleId::LowWithLittleSleep => {
            "Mood has been low and sleep short on some days lately: a conversation is worth having."
        }
        RuleId::AnxietyStays => {
            "Anxiety has been high on most days lately: worth asking about when you next talk."
        }
        RuleId::Change => {
            "The last days look different from this person's own usual: a conversation is worth having."
        }
        RuleId::Silence => "No check-ins came for some days: worth getting in touch to hear how they are.",
        of_forms => form_wording::in_general(of_forms),
    }
}

fn with_values(reason: &Reason) -> String {
    match reason {
        Reason::NotSafe { answer, on } => {
            format!(
                "Answered \"{}\" on {} when asked about being safe right now.",
                answer.as_str(),
                short(*on)
            )
        }
        Reason::Elation { step, mood, sleep_half_hours, on, other_day } => {
            let seen = seen(*step, *mood, *sleep_half_hours);
            let again =
                other_day.map(|day| format!(", and much the same on {}", short(day))).unwrap_or_default();
            format!("{} on {}{again}.", capitalised(&seen), short(*on))
        }
        Reason::ContactRequest { on } => format!("Asked on {} for someone to get in touch.", short(*on)),
        Reason::UrgentTakenBack { on } => format!(
            "An urgent answer was taken back on {}. It may have been a slip, or not: please get in touch all the \
             same.",
            short(*on)
        ),
        Reason::LowFirstDays(low) | Reason::SustainedLow(low) => {
            format!("Mood {}.", low_days(low, "answered"))
        }
        Reason::LowConnection(low) => format!("Connection {}.", low_days(low, "answered")),
        Reason::LowWithLittleSleep(days) => {
            let LowShortDays { line, sleep_line_half_hours, days, from, to } = days;
            let sleep = sleep(*sleep_line_half_hours);
            format!("Mood {line} or lower with less than {sleep} on {days} days {}.", span(*from, *to))
        }
        Reason::AnxietyStays(high) => format!("Anxiety {}.", high_days(high, "answered")),
        Reason::Change(away) => {
            let few = if few_days(away) { " (made of few days)" } else { "" };
            format!(
                "{} {} their own usual of {}{few}.",
                capitalised(word(away)),
                moved(away),
                tenths(away.usual_tenths)
            )
        }
        Reason::Silence(days) => silence(days),
        of_forms => form_wording::with_values(of_forms),
    }
}

fn for_the_parent(reason: &Reason) -> String {
    match reason {
        Reason::NotSafe { on, .. } => format!(
            "On {} you said that things may not be safe right now. Thank you for saying so; it matters.",
            short(*on)
        ),
        Reason::Elation { step, mood, sleep_half_hours, on, other_day } => {
            let seen = seen(*step, *mood, *sleep_half_hours);
            // The closing comma of an aside has nothing to close here.
            let seen = seen.trim_end_matches(',');
            let again =
                other_day.map(|day| format!(", and much the same on {}", short(day))).unwrap_or_default();
            format!(
                "On {} you noted {seen}{again}. A conversation about this is worth having soon.",
                short(*on)
            )
        }
        Reason::ContactRequest { on } => format!("On {} you asked for someone to get in touch.", short(*on)),
        Reason::UrgentTakenBack { on } => format!(
            "On {} an answer of yours was changed or removed after it had asked for somebody soon. A short call is \
             still worth having.",
            short(*on)
        ),
        Reason::LowFirstDays(low) => format!(
            "Your mood was {}. This often passes by itself, and you can talk about it at any time.",
            low_days(low, "you answered")
        ),
        Reason::SustainedLow(low) => format!(
            "Your mood was {}. You do not have to carry this alone; a conversation is worth having.",
            low_days(low, "you answered")
        ),
        Reason::LowConnection(low) => format!(
            "Your connection was {}. Connection takes its own time, and talking about it may help.",
            low_days(low, "you answered")
        ),
        Reason::LowWithLittleSleep(days) => {
            let LowShortDays { line, sleep_line_half_hours, days, from, to } = days;
            let sleep = sleep(*sleep_line_half_hours);
            format!(
                "Your mood was {line} or lower and you had less than {sleep} on {days} days {}. Both together are \
                 a lot to carry; a conversation is worth having.",
                span(*from, *to)
            )
        }
        Reason::AnxietyStays(high) => format!(
            "Your anxiety was {}. You do not have to carry this alone; talking about it may help.",
            high_days(high, "you answered")
        ),
        Reason::Change(away) => format!(
            "Your {} {} your own usual of {}. You know best what that means; a conversation is worth having.",
            word(away),
            moved(away),
            tenths(away.usual_tenths)
        ),
        Reason::Silence(days) => format!(
            "After {} it was quiet here for a while. There is nothing to catch up on; you can write again whenever \
             it suits you.",
            short(days.heard)
        ),
        of_forms => form_wording::for_the_parent(of_forms),
    }
}

/// A usual of so few days that it may well be off.
fn few_days(away: &AwayFromUsual) -> bool {
    usize::from(away.made_of_days) < FULL_USUAL
}

fn word(away: &AwayFromUsual) -> &'static str {
    match away.measure {
        Measure::Mood => "mood",
        Measure::Connection => "connection",
        Measure::Anxiety => "anxiety",
        Measure::Support => "support",
        Measure::SleepHalfHours => "sleep",
    }
}

fn moved(away: &AwayFromUsual) -> String {
    let side = if away.mean_tenths < away.usual_tenths { "lower" } else { "higher" };
    let AwayFromUsual { mean_tenths, days, from, to, .. } = away;
    format!("was {} on average on {days} days {}, {side} than", tenths(*mean_tenths), span(*from, *to))
}

fn tenths(value: u16) -> String {
    if value.is_multiple_of(10) {
        format!("{}", value / 10)
    } else {
        format!("{}.{}", value / 10, value % 10)
    }
}

/// Said in the past, so that it stays true when an answer has come since; and not that it is longer than usual, because
/// beside low days or a flag a shorter gap is enough. The days are not counted: with a private
/// answer in between, the count would tell of it.
fn silence(days: &QuietDays) -> String {
    let QuietDays { since, step, low, .. } = days;
    let low = if *low { ", and mood was low before that" } else { "" };
    let worth = match step {
        SilenceStep::First => "a short message is worth it",
        SilenceStep::Second => "a call is worth it",
    };
    format!("Nothing was shared for some days after {}{low}: {worth}.", short(*since))
}

/// What the entry said, without its day.
fn seen(step: ElationStep, mood: Option<u8>, sleep_half_hours: Option<u8>) -> String {
    let mood = mood.map_or_else(|| "a high mood".to_owned(), |mood| format!("mood {mood}"));
    let sleep = sleep_half_hours.map(sleep);
    match (step, sleep) {
        (ElationStep::SpedUp | ElationStep::SpedUpLittleSleep, Some(sleep)) => {
            format!("being unusually full of energy, with {sleep},")
        }
        (ElationStep::SpedUp | ElationStep::SpedUpLittleSleep, None) => {
            "being unusually full of energy, hardly needing sleep,".to_owned()
        }
        (_, Some(sleep)) => format!("{mood} with {sleep}"),
        (_, None) => mood,
    }
}

pub(super) fn sleep(half_hours: u8) -> String {
    let (whole, half) = (half_hours / 2, half_hours % 2 == 1);
    match (whole, half) {
        (0, false) => "no sleep".to_owned(),
        (0, true) => "half an hour of sleep".to_owned(),
        (1, false) => "1 hour of sleep".to_owned(),
        (_, false) => format!("{whole} hours of sleep"),
        (_, true) => format!("{whole}.5 hours of sleep"),
    }
}

fn low_days(days: &LowDays, answered: &str) -> String {
    let LowDays { line, low, answered: of, from, to } = days;
    format!("{line} or lower on {low} of the {of} days {answered} {}", span(*from, *to))
}

fn high_days(days: &HighDays, answered: &str) -> String {
    let HighDays { line, high, answered: of, from, to } = days;
    format!("{line} or higher on {high} of the {of} days {answered} {}", span(*from, *to))
}

pub(super) fn span(from: Date, to: Date) -> String {
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    let from = if same_month { from.day().to_string() } else { short(from) };
    format!("between {from} and {}", short(to))
}

fn short(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
