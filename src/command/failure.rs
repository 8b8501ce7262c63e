//! Why a command did not do what it was asked: lines for the person at the terminal, and an exit code.
//!
//! A line says what is wrong and what would be right, and holds no secret. Requests have an error type of their
//! own; this one is only for what happens before, after and beside them.

use std::fmt;

use crate::{config::ConfigError, error::Error};

/// A command that was refused or went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: u8,
    lines: Vec<String>,
}

/// `EX_CONFIG` of the BSD exit codes: starting again without a change would end the same way.
const REFUSED: u8 = 78;
const FAILED: u8 = 1;

impl Failure {
    /// Refused: configuration, keys or database are not as they must be.
    pub fn refused(line: impl Into<String>) -> Self {
        Self { code: REFUSED, lines: vec![line.into()] }
    }

    /// Refused because the database did not do `what`.
    pub fn refused_by(error: &Error, what: &str) -> Self {
        Self { code: REFUSED, ..Self::failed_by(error, what) }
    }

    /// Anything else.
    pub fn failed(line: impl Into<String>) -> Self {
        Self { code: FAILED, lines: vec![line.into()] }
    }

    /// Anything else, with the cause that a request would only have logged.
    pub fn failed_by(error: &Error, what: &str) -> Self {
        let cause = error.cause().map_or_else(|| error.detail().to_owned(), ToString::to_string);
        Self::failed(format!("{what}: {}", cause.replace('\n', " ")))
    }

    /// What to print, one line each.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl From<Vec<ConfigError>> for Failure {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self { code: REFUSED, lines: errors.iter().map(ToString::to_string).collect() }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        vec![error].into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("; "))
    }
}

impl std::error::Error for Failure {}
