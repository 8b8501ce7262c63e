//! The code of an invitation: long enough that nobody guesses it, short enough to be typed from a card.
//!
//! Crockford's base 32 in groups of four. Who types it may use any case, leave hyphens out, put spaces in, and
//! take O for 0 or I and L for 1. The code itself is never stored, only a keyed hash of its canonical form.

use crate::seal::Vault;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 28 of 5 bits are 140 bits, where 128 are asked for.
const LENGTH: usize = 28;
const GROUP: usize = 4;

/// A code in canonical form. It opens an invitation, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// The code that these random bytes stand for; five bits of each are used.
    pub fn of(random: [u8; LENGTH]) -> Self {
        Self(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// Reads what somebody typed; `None` when it cannot be a code.
    pub fn parse(typed: &str) -> Option<Self> {
        let is_written = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}');
        let canonical: String =
            typed.chars().filter(is_written).map(canonical_char).take(LENGTH + 1).collect::<Option<_>>()?;
        (canonical.len() == LENGTH).then_some(Self(canonical))
    }

    /// The code in groups, as it is shown once to the doula.
    pub fn grouped(&self) -> String {
        let groups: Vec<String> = self
            .0
            .as_bytes()
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join("-")
    }

    /// What is stored of it.
    pub fn hash(&self, vault: &Vault) -> String {
        vault.index("invitation", &self.0)
    }
}

fn canonical_char(typed: char) -> Option<char> {
    let upper = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().any(|known| char::from(*known) == upper).then_some(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(typed: &str) -> Option<String> {
        InvitationCode::parse(typed).map(|code| code.0)
    }

    #[test]
    fn a_code_is_shown_in_groups_and_reads_back() {
        let code = InvitationCode::of(std::array::from_fn(|at| u8::try_from(at).expect("at most 27")));
        assert_eq!(code.grouped(), "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV");
        assert!(InvitationCode::parse(&code.grouped()) == Some(code));
        assert_eq!(InvitationCode::of([255; LENGTH]).grouped(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
    }

    #[test]
    fn case_spaces_hyphens_and_lookalikes_do_not_matter() {
        let wanted = Some("0123456789ABCDEFGHJKMNPQRSTV".to_owned());
        for typed in [
            "0123456789ABCDEFGHJKMNPQRSTV",
            "0123-4567-89ab-cdef-ghjk-mnpq-rstv",
            "  0123 4567 89AB CDEF\nGHJK\tMNPQ RSTV ",
            "O123-4567-89AB-CDEF-GHJK-MNPQ-RSTV",
            "oi23-4567-89AB-CDEF-GHJK-MNPQ-RSTV",
            "0l23-4567-89AB-CDEF-GHJK-MNPQ-RSTV",
            "0123\u{2013}4567\u{2010}89AB\u{2014}CDEF\u{a0}GHJKMNPQRSTV",
        ] {
            assert_eq!(canonical(typed), wanted, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "-",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RST",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV0",
            "U123-4567-89AB-CDEF-GHJK-MNPQ-RSTV",
            "\u{ff10}123-4567-89AB-CDEF-GHJK-MNPQ-RSTV",
            "0123_4567_89AB_CDEF_GHJK_MNPQ_RSTV",
        ] {
            assert_eq!(canonical(typed), None, "{typed}");
        }
    }
}
