//! What may become of a flag, as a table of steps. Pure: no rows, no clock.
//!
//! Open, acknowledged, contacted, resolved: one arrow at a time, so that nobody resolves what nobody followed
//! up (H22). Dismissing and snoozing are possible from the first three. A snoozed flag remembers where it came
//! from. Only the server corrects.

use std::str::FromStr;

use jiff::Timestamp;

use crate::rules::UnknownWord;

/// Where a flag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has taken it yet.
    Open,
    /// A doula has seen it and takes it.
    Acknowledged,
    /// A doula has been in touch.
    Contacted,
    /// Followed up to its end.
    Resolved,
    /// Closed without follow-up, with a reason.
    Dismissed,
    /// Put off until an instant.
    Snoozed,
    /// Closed by the server, because what raised it was taken back.
    Corrected,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Acknowledged,
        Self::Contacted,
        Self::Resolved,
        Self::Dismissed,
        Self::Snoozed,
        Self::Corrected,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Contacted => "contacted",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
            Self::Snoozed => "snoozed",
            Self::Corrected => "corrected",
        }
    }

    /// Whether nothing more can become of it.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::Dismissed | Self::Corrected)
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or(UnknownWord)
    }
}

/// How long a flag is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snooze {
    /// Where it comes back to: open, acknowledged or contacted.
    pub from: Status,
    /// When it comes back.
    pub until: Timestamp,
}

/// A status with what belongs to it. `snooze` is there exactly when the status is [`Status::Snoozed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Where the flag stands.
    pub status: Status,
    /// For a flag that is put off.
    pub snooze: Option<Snooze>,
}

impl State {
    /// A state without a snooze.
    pub fn plain(status: Status) -> Self {
        Self { status, snooze: None }
    }

    /// The state as it counts at `now`: a snooze whose end has come is over, even before its timer has run.
    pub fn at(self, now: Timestamp) -> Self {
        match self.snooze {
            Some(snooze) if snooze.until <= now => Self::plain(snooze.from),
            _ => self,
        }
    }

    /// The status whose steps are allowed: for a snoozed flag the one that it came from.
    fn rests_on(self) -> Status {
        self.snooze.map_or(self.status, |snooze| snooze.from)
    }
}

/// What a doula may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// I take it.
    Acknowledged,
    /// I have been in touch.
    Contacted,
    /// Followed up to its end.
    Resolved,
    /// Nothing to follow up.
    Dismissed,
    /// Remind me then.
    Snoozed {
        /// When it comes back.
        until: Timestamp,
    },
}

impl Step {
    /// The words of the steps.
    pub const WORDS: [&'static str; 5] = ["acknowledged", "contacted", "resolved", "dismissed", "snoozed"];

    /// The status that the step leads to.
    pub fn to(self) -> Status {
        match self {
            Self::Acknowledged => Status::Acknowledged,
            Self::Contacted => Status::Contacted,
            Self::Resolved => Status::Resolved,
            Self::Dismissed => Status::Dismissed,
            Self::Snoozed { .. } => Status::Snoozed,
        }
    }
}

/// The status does not allow the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// The state after a step.
///
/// # Errors
/// The status does not allow it, or the end of a snooze is not ahead.
pub fn step(state: &State, to: Step, now: Timestamp) -> Result<State, Refused> {
    let base = state.rests_on();
    let unclosed = !base.is_closed();
    let next = match to {
        Step::Acknowledged if base == Status::Open => State::plain(Status::Acknowledged),
        Step::Contacted if base == Status::Acknowledged => State::plain(Status::Contacted),
        Step::Resolved if base == Status::Contacted => State::plain(Status::Resolved),
        Step::Dismissed if unclosed => State::plain(Status::Dismissed),
        Step::Snoozed { until } if unclosed && until > now => {
            State { status: Status::Snoozed, snooze: Some(Snooze { from: base, until }) }
        }
        _ => return Err(Refused),
    };
    Ok(next)
}

/// Whether a doula asks for what is there already, by her own last step to it.
///
/// `last_by_her`: the latest step to this status was hers. A snooze with another end is a new snooze.
pub fn is_repeated(state: &State, to: Step, last_by_her: bool) -> bool {
    let same_end = match to {
        Step::Snoozed { until } => state.snooze.is_some_and(|snooze| snooze.until == until),
        _ => true,
    };
    last_by_her && state.status == to.to() && same_end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a literal")
    }

    fn steps() -> [Step; 5] {
        [
            Step::Acknowledged,
            Step::Contacted,
            Step::Resolved,
            Step::Dismissed,
            Step::Snoozed { until: at("2026-11-24T09:00:00Z") },
        ]
    }

    /// H22: every status by every step. A letter stands for a step that is allowed: a, c, r, d, s.
    #[test]
    fn h22_every_status_by_every_step() {
        let now = at("2026-11-23T09:00:00Z");
        let until = at("2026-11-23T12:00:00Z");
        let snoozed = |from| State { status: Status::Snoozed, snooze: Some(Snooze { from, until }) };
        let table = [
            (State::plain(Status::Open), "a--ds"),
            (State::plain(Status::Acknowledged), "-c-ds"),
            (State::plain(Status::Contacted), "--rds"),
            (State::plain(Status::Resolved), "-----"),
            (State::plain(Status::Dismissed), "-----"),
            (State::plain(Status::Corrected), "-----"),
            (snoozed(Status::Open), "a--ds"),
            (snoozed(Status::Acknowledged), "-c-ds"),
            (snoozed(Status::Contacted), "--rds"),
        ];
        for (state, allowed) in table {
            for (to, letter) in steps().into_iter().zip(allowed.chars()) {
                let went = step(&state, to, now);
                assert_eq!(went.is_ok(), letter != '-', "{state:?} {to:?}");
                if let Ok(next) = went {
                    assert_eq!(next.status, to.to());
                    assert_eq!(next.snooze.is_some(), next.status == Status::Snoozed);
                }
            }
        }
    }

    #[test]
    fn a_snooze_comes_back_to_where_it_was_and_a_second_one_does_too() {
        let now = at("2026-11-23T09:00:00Z");
        let first = Step::Snoozed { until: at("2026-11-23T12:00:00Z") };
        let second = Step::Snoozed { until: at("2026-11-25T12:00:00Z") };
        let state = step(&State::plain(Status::Contacted), first, now).expect("allowed");
        let state = step(&state, second, now).expect("a new snooze");
        assert_eq!(state.at(at("2026-11-25T11:59:59Z")), state);
        assert_eq!(state.at(at("2026-11-25T12:00:00Z")), State::plain(Status::Contacted));
    }

    #[test]
    fn a_snooze_must_end_ahead() {
        let now = at("2026-11-23T09:00:00Z");
        assert_eq!(step(&State::plain(Status::Open), Step::Snoozed { until: now }, now), Err(Refused));
    }

    #[test]
    fn only_her_own_same_step_is_a_repetition() {
        let until = at("2026-11-24T09:00:00Z");
        let taken = State::plain(Status::Acknowledged);
        assert!(is_repeated(&taken, Step::Acknowledged, true));
        assert!(!is_repeated(&taken, Step::Acknowledged, false));
        assert!(!is_repeated(&taken, Step::Contacted, true));
        let off = State { status: Status::Snoozed, snooze: Some(Snooze { from: Status::Open, until }) };
        assert!(is_repeated(&off, Step::Snoozed { until }, true));
        assert!(!is_repeated(&off, Step::Snoozed { until: at("2026-11-25T09:00:00Z") }, true));
    }

    #[test]
    fn every_word_reads_back() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        let words: Vec<_> = steps().iter().map(|step| step.to().as_str()).collect();
        assert_eq!(words, Step::WORDS);
    }
}
