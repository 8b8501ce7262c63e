//! What registration and sign-in decide: how long sessions live, what a device is called. Pure.

use jiff::{SignedDuration, Timestamp};

use super::caller::Role;

/// Live sessions of one account; the oldest ends when one more begins.
pub const MOST_SESSIONS: i64 = 10;

/// How long a session lives without use, and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without a refresh.
    pub idle: SignedDuration,
    /// In any case.
    pub absolute: SignedDuration,
}

impl Lifetime {
    /// Of a role: those who look after others sign in for a shift, parents stay signed in on their phone
    /// (after NIST SP 800-63B-4, 2.2.3).
    pub fn of(role: Role) -> Self {
        match role {
            Role::Parent => Self {
                idle: SignedDuration::from_hours(14 * 24),
                absolute: SignedDuration::from_hours(30 * 24),
            },
            Role::Doula | Role::Operator => {
                Self { idle: SignedDuration::from_hours(1), absolute: SignedDuration::from_hours(12) }
            }
        }
    }

    /// When a session that began at `began` and is used at `now` goes idle. Never later than its end, and not
    /// before the access token does that was given out with it.
    pub fn idle_end(self, began: Timestamp, now: Timestamp, token_seconds: i64) -> Timestamp {
        let idle = self.idle.max(SignedDuration::from_secs(token_seconds));
        (now + idle).min(began + self.absolute)
    }
}

/// A coarse label for a device, from the `User-Agent`: enough to tell a phone from a laptop.
pub fn device(user_agent: &str) -> &'static str {
    let has = |word: &str| user_agent.contains(word);
    if has("iPhone") {
        "iPhone"
    } else if has("iPad") {
        "iPad"
    } else if has("Android") {
        "Android device"
    } else if has("Windows") {
        "Windows computer"
    } else if has("Macintosh") {
        "Mac"
    } else if has("Linux") || has("X11") {
        "Linux computer"
    } else if user_agent.is_empty() {
        "Unknown device"
    } else {
        "Program"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_never_outlives_its_absolute_end() {
        let began: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a literal");
        let life = Lifetime::of(Role::Parent);
        let late = began + SignedDuration::from_hours(29 * 24);
        assert_eq!(life.idle_end(began, late, 600), began + SignedDuration::from_hours(30 * 24));
        assert_eq!(life.idle_end(began, began, 600), began + SignedDuration::from_hours(14 * 24));
        let doula = Lifetime::of(Role::Doula);
        assert_eq!(doula.idle_end(began, began, 600), began + SignedDuration::from_hours(1));
    }
}
