//! Identifiers: UUIDv7 as lower-case text with hyphens, one type per thing it names.
//!
//! An id is a name, never a secret and never a right. Two ids of different things cannot be
//! mixed up, and an id that came from outside is parsed once, here.

use std::{fmt, str::FromStr};

/// The text is not a UUID in lower-case hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

/// The 36 ASCII characters of a UUID; ordered by time of creation when it is a version 7.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdText([u8; 36]);

impl IdText {
    /// A new identifier that sorts after those made before it, at millisecond precision.
    pub fn new(now: jiff::Timestamp) -> Self {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix_time(millis / 1000, (millis % 1000) as u32 * 1_000_000, 0, 0);
        let mut text = [0u8; 36];
        uuid::Uuid::new_v7(stamp).hyphenated().encode_lower(&mut text);
        Self(text)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for IdText {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let bytes: [u8; 36] = text.as_bytes().try_into().map_err(|_| NotAnId)?;
        let hyphens = [8, 13, 18, 23];
        let ok = bytes.iter().enumerate().all(|(at, b)| match hyphens.contains(&at) {
            true => *b == b'-',
            false => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        });
        if ok { Ok(Self(bytes)) } else { Err(NotAnId) }
    }
}

impl fmt::Display for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(IdText);

        impl $name {
            /// A new identifier, in time order.
            pub fn new(now: jiff::Timestamp) -> Self {
                Self(IdText::new(now))
            }

            /// The canonical text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(from)?;
                text.parse().map_err(|NotAnId| serde::de::Error::custom("not an id"))
            }
        }
    )*};
}

ids! {
    /// Anyone with an account: parent, doula or operator.
    UserId;
    /// One sign-in on one device.
    SessionId;
    /// A practice: the doulas who work together.
    PracticeId;
    /// A baby of one parent.
    BabyId;
    /// A doula's offer to care for a parent.
    InvitationId;
    /// What a parent granted to one doula.
    CareLinkId;
    /// One check-in.
    CheckInId;
    /// One questionnaire that was filled in.
    ScreeningId;
    /// Something that needs a person.
    FlagId;
    /// A row of bookkeeping: audit, outbox, consent history, timers, restarts of what is usual.
    RowId;
}

impl FlagId {
    /// A new identifier that tells no time. A flag may begin with an entry that its later readers must not know
    /// of, and the time in an ordinary identifier would date it.
    pub fn timeless() -> Self {
        Self::new(jiff::Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_they_were_made_in() {
        let early = UserId::new("2026-11-23T09:15:00Z".parse().expect("a literal"));
        let late = UserId::new("2026-11-23T09:15:00.001Z".parse().expect("a literal"));
        assert!(early < late);
        assert_eq!(early.as_str().len(), 36);
        assert_eq!(early.as_str().as_bytes()[14], b'7');
    }

    #[test]
    fn only_the_canonical_text_is_an_id() {
        assert!("0191e7c2-93a4-7c3e-8f00-000000000001".parse::<UserId>().is_ok());
        for wrong in [
            "",
            "0191E7C2-93A4-7C3E-8F00-000000000001",
            "0191e7c293a47c3e8f00000000000001",
            "0191e7c2-93a4-7c3e-8f00-00000000000g",
            "{0191e7c2-93a4-7c3e-8f00-00000000001}",
        ] {
            assert_eq!(wrong.parse::<UserId>(), Err(NotAnId), "{wrong}");
        }
    }
}
