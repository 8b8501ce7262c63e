//! E-mail addresses in the one form that they are compared by.

use email_address::{EmailAddress, Options};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::http::{
    field::{Fault, Wire},
    value::string,
};

/// An address: as written, and as compared (NFC, lower case).
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    written: String,
    canonical: String,
}

impl Email {
    /// Reads an address of at most 254 bytes with a domain; quoted parts and display names are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let written: String = text.trim().nfc().collect();
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        if written.len() > 254 || written.contains('"') || written.chars().any(char::is_control) {
            return None;
        }
        EmailAddress::parse_with_options(&written, options).ok()?;
        let canonical = written.to_lowercase();
        Some(Self { written, canonical })
    }

    /// As its owner wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// As it is compared.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email")
    }
}

impl Wire for Email {
    fn read(value: &Value) -> Result<Self, Vec<Fault>> {
        Self::parse(string(value)?)
            .ok_or_else(|| Fault::new("bad_email", "Must be an e-mail address such as maya@example.org."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        let one = Email::parse("Maya@Example.org").expect("an address");
        assert_eq!(one.canonical(), "maya@example.org");
        assert_eq!(one.written(), "Maya@Example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "maya",
            "maya@",
            "@example.org",
            "a b@example.org",
            "maya@example",
            "Maya <maya@example.org>",
            "maya@[127.0.0.1]",
            "maya@example.org\r\nBcc: x@example.org",
            "\"maya\"@example.org",
        ] {
            assert!(Email::parse(wrong).is_none(), "{wrong}");
        }
    }
}
