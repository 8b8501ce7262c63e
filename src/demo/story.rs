//! Who the people of the demo are, and how their days went. Invented, every one of them. Pure.

use jiff::SignedDuration;
use serde_json::{Value, json};

/// A parent of the demo.
pub(super) struct Family {
    /// Name.
    pub(super) parent: &'static str,
    /// How old the baby is at the end of the story, if there is one.
    pub(super) baby_born_days_ago: Option<i64>,
    /// What the parent told of.
    pub(super) context: Option<&'static str>,
    /// What Asha may see.
    pub(super) scopes: &'static [&'static str],
    /// How long before the time of day at which the demo starts this parent writes.
    pub(super) before: SignedDuration,
    /// The entry of the day that lies this many days back; not every day has one.
    pub(super) day: fn(i64) -> Option<Value>,
}

pub(super) const FAMILIES: &[Family] = &[
    Family {
        parent: "Maya",
        baby_born_days_ago: Some(47),
        context: None,
        scopes: &["check_ins", "notes"],
        before: SignedDuration::from_mins(95),
        day: maya,
    },
    Family {
        parent: "Lena",
        baby_born_days_ago: Some(38),
        context: None,
        scopes: &["check_ins"],
        before: SignedDuration::from_mins(20),
        day: lena,
    },
    Family {
        parent: "Ines",
        baby_born_days_ago: Some(66),
        context: None,
        scopes: &["flags"],
        before: SignedDuration::from_mins(150),
        day: ines,
    },
    Family {
        parent: "Noor",
        baby_born_days_ago: None,
        context: Some("loss"),
        scopes: &["flags"],
        before: SignedDuration::from_mins(240),
        day: noor,
    },
    Family {
        parent: "Tom",
        baby_born_days_ago: Some(90),
        context: Some("adoption"),
        scopes: &["check_ins", "notes"],
        before: SignedDuration::from_mins(60),
        day: tom,
    },
];

/// Well in herself, and further and further from her baby.
fn maya(days_left: i64) -> Option<Value> {
    if days_left % 5 == 4 {
        return None;
    }
    let wave = days_left % 3;
    let connection = if days_left > 16 { 6 } else { 2 + i64::from(days_left % 7 == 3) * 3 };
    Some(match days_left {
        1 => json!({"mood": 5, "connection": 2, "sleep_hours": 5,
            "note": "I do everything right and feel as if I were looking after somebody else's baby.",
            "tags": ["feeding"]}),
        _ => json!({"mood": 6 + wave % 2, "connection": connection, "sleep_hours": 5.5, "support": 6}),
    })
}

/// Tired and well, until two nights almost without sleep that do not feel like it.
fn lena(days_left: i64) -> Option<Value> {
    match days_left {
        0 => Some(json!({"mood": 10, "sleep_hours": 2, "sped_up": true, "connection": 9})),
        1 => Some(json!({"mood": 9, "sleep_hours": 3, "connection": 8})),
        n if n % 4 == 2 => None,
        n => Some(json!({"mood": 6 + n % 2, "sleep_hours": 6, "connection": 7, "anxiety": 3})),
    }
}

/// Writes now and then, and asks for a call today.
fn ines(days_left: i64) -> Option<Value> {
    match days_left {
        0 => Some(json!({"mood": 4, "anxiety": 6, "contact_me": true})),
        n if n % 3 == 0 => Some(json!({"mood": 5, "anxiety": 5, "sleep_hours": 5})),
        _ => None,
    }
}

/// Grieves, and writes when it suits her.
fn noor(days_left: i64) -> Option<Value> {
    (days_left % 6 == 1).then(|| json!({"mood": 4, "support": 7, "sleep_hours": 6.5}))
}

/// A new father who is finding his feet.
fn tom(days_left: i64) -> Option<Value> {
    (days_left % 2 == 0)
        .then(|| json!({"mood": 7, "connection": 5 + (28 - days_left) / 10, "sleep_hours": 6}))
}
