//! What the clients know: each write is noted before it is sent, and what was answered after.
//!
//! The journal is kept outside of what is killed. Content follows from the note, so that what is read back
//! later can be compared with what was meant.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use crate::client::Answer;

/// What a check-in says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// How the day was.
    Ordinary,
    /// `safe_now` is `no` or `unsure`.
    Danger {
        /// Which of the two.
        unsure: bool,
        /// Only for herself; one of her doulas may be told that there is something.
        private: bool,
    },
    /// Asks to be contacted.
    Contact,
}

impl Kind {
    /// Someone may not be safe.
    pub fn is_danger(self) -> bool {
        matches!(self, Self::Danger { .. })
    }

    /// Not for doulas.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Danger { private: true, .. })
    }

    /// The rule whose flag it must be in.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::Ordinary => None,
            Self::Danger { .. } => Some("not_safe"),
            Self::Contact => Some("contact_request"),
        }
    }
}

/// A check-in that a client meant to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its idempotency key, which its words carry too.
    pub key: String,
    /// Whose, by number.
    pub parent: usize,
    /// What it says.
    pub kind: Kind,
    /// 4 to 9, so that no rule about low days joins in.
    pub mood: u8,
    /// How many letters the note has at least.
    pub letters: usize,
    /// How often it went out.
    pub sent: u32,
    /// The first acknowledgement.
    pub ack: Option<Ack>,
    /// Acknowledgements of the same key that were not the first one.
    pub other_answers: u32,
    /// What was answered instead of an acknowledgement.
    pub refused: Option<String>,
    /// What became of it since.
    pub later: Later,
}

/// What became of an acknowledged entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Later {
    /// The last change that was acknowledged.
    pub edit: Option<Edit>,
    /// How many changes were acknowledged.
    pub edits: u32,
    /// Acknowledged as gone.
    pub removed: bool,
    /// What was answered that neither a change nor a removal can answer.
    pub refused: Option<String>,
}

/// A change of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// 4 to 9.
    pub mood: u8,
    /// Says that she is not safe, after an entry that did not.
    pub danger: bool,
    /// Flags that the changed entry is in, when the answer was heard.
    pub flags: Option<Vec<(String, String)>>,
}

/// What the server acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    /// Name of the check-in.
    pub id: String,
    /// The whole answer, as a fingerprint.
    pub print: u64,
    /// Flags that it is in: rule and flag.
    pub flags: Vec<(String, String)>,
}

impl Entry {
    /// What the parent writes.
    pub fn note(&self) -> String {
        let mut note = self.key.clone();
        note.extend(" all day long".chars().cycle().take(self.letters.saturating_sub(note.len())));
        // Blanks at an end are taken off by the server.
        if note.ends_with(' ') { note.trim_end().to_owned() + "." } else { note }
    }

    /// The body as it is sent, each time the same.
    pub fn body(&self) -> Value {
        let mut body = json!({"mood": self.mood, "note": self.note()});
        match self.kind {
            Kind::Ordinary => body["connection"] = json!(self.mood),
            Kind::Danger { unsure, private } => {
                body["safe_now"] = json!(if unsure { "unsure" } else { "no" });
                body["private"] = json!(private);
            }
            Kind::Contact => body["contact_me"] = json!(true),
        }
        body
    }

    /// What stands in its note after all changes; another text after each, and the key comes first.
    pub fn note_now(&self) -> String {
        match self.later.edits {
            0 => self.note(),
            edits => format!("{} changed {edits} times", self.key),
        }
    }

    /// Someone may not be safe, by the entry as it is now.
    pub fn is_danger(&self) -> bool {
        self.kind.is_danger() || self.later.edit.as_ref().is_some_and(|edit| edit.danger)
    }

    /// The rule whose flag it must be in; none once it is gone.
    pub fn rule(&self) -> Option<&'static str> {
        match self.later.edit {
            _ if self.later.removed => None,
            Some(Edit { danger: true, .. }) => Some("not_safe"),
            _ => self.kind.rule(),
        }
    }

    /// The flags that the last heard answer named; none when it was not heard.
    pub fn named_flags(&self) -> Option<&[(String, String)]> {
        match &self.later.edit {
            Some(edit) => edit.flags.as_deref(),
            None => self.ack.as_ref().map(|ack| ack.flags.as_slice()),
        }
    }

    /// Whether a stored check-in says what was meant, at the revision that follows from what was acknowledged.
    pub fn is_said_by(&self, stored: &Value) -> bool {
        let mut body = self.body();
        body["note"] = json!(self.note_now());
        if let Some(edit) = &self.later.edit {
            body["mood"] = json!(edit.mood);
            if edit.danger {
                body["safe_now"] = json!("no");
            }
        }
        if stored["revision"] != json!(self.later.edits + 1) {
            return false;
        }
        let same = |name: &str| stored[name] == body[name];
        let private = stored["private"] == json!(self.kind.is_private());
        private && ["mood", "note", "connection", "safe_now", "contact_me"].into_iter().all(same)
    }

    /// Notes an answer that is no refusal to wait for.
    pub fn note_answer(&mut self, answer: &Answer) {
        if answer.status != 201 {
            self.refused = Some(format!("{} {}", answer.status, answer.text));
            return;
        }
        let ack = Ack::of(answer);
        match &self.ack {
            None => self.ack = Some(ack),
            Some(first) if *first == ack => {}
            Some(_) => self.other_answers += 1,
        }
    }
}

impl Ack {
    /// Reads the answer to a check-in.
    pub fn of(answer: &Answer) -> Self {
        let body = answer.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let flags = body["flags"].as_array().into_iter().flatten();
        let mut print = DefaultHasher::new();
        answer.text.hash(&mut print);
        Self {
            id: text(&body["check_in"]["id"]),
            print: print.finish(),
            flags: flags.map(|flag| (text(&flag["rule"]["id"]), text(&flag["id"]))).collect(),
        }
    }
}

/// A doula's step with a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Stands in the note of the step.
    pub mark: String,
    /// Whose, by number.
    pub doula: usize,
    /// Which flag.
    pub flag: String,
    /// How often it went out.
    pub sent: u32,
    /// Acknowledged.
    pub taken: bool,
    /// What was answered that a step cannot answer.
    pub refused: Option<String>,
}

/// What a parent's settings must be in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name that was acknowledged last.
    pub name: String,
    /// Its tag.
    pub tag: String,
    /// How many changes were acknowledged.
    pub edits: u32,
    /// What was answered that a change cannot answer.
    pub refused: Option<String>,
}

/// Everything that the clients know.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Check-ins.
    pub entries: Vec<Entry>,
    /// Steps with flags.
    pub steps: Vec<Step>,
    /// Settings, by number of the parent.
    pub profiles: Vec<Profile>,
}

impl Journal {
    /// How many writes were acknowledged, each counted once.
    pub fn acknowledged(&self) -> usize {
        let entries = self.entries.iter().filter(|entry| entry.ack.is_some()).count();
        let steps = self.steps.iter().filter(|step| step.taken).count();
        let edits: usize = self.profiles.iter().map(|profile| profile.edits as usize).sum();
        let changes: usize = self.entries.iter().map(|entry| entry.later.edits as usize).sum();
        let removed = self.entries.iter().filter(|entry| entry.later.removed).count();
        entries + steps + edits + changes + removed
    }
}
