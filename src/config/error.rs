//! A mistake in the configuration: which setting, where its value came from, what is wrong.
//!
//! One mistake is one line of text. The words never hold the value of a secret setting; whoever
//! makes a `ConfigError` keeps to that.

use std::fmt;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A command line flag, written as the person typed it.
    Flag(String),
    /// An environment variable, by name.
    Environment(String),
    /// The configuration file.
    File,
    /// Nobody gave one, so the built-in default stands.
    Default,
    /// The disk: a file or folder that a setting names.
    Disk,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::File => f.write_str("configuration file"),
            Self::Default => f.write_str("default"),
            Self::Disk => f.write_str("on disk"),
        }
    }
}

/// One reason not to start. Its `Display` is a single line without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The key of the setting, or the unknown name that was found.
    pub setting: String,
    /// Where the value came from.
    pub origin: Origin,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl ConfigError {
    pub(super) fn new(setting: impl Into<String>, origin: Origin, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), origin, problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A name taken from a file may hold a line break; one mistake stays one line.
        let line = format!("{} ({}): {}", self.setting, self.origin, self.problem);
        line.chars().try_for_each(|c| fmt::Write::write_char(f, if c.is_control() { '?' } else { c }))
    }
}

impl std::error::Error for ConfigError {}
