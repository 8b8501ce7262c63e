//! Configuration: every setting, its default, and every reason to refuse to start.
//!
//! Values come from flags, the environment, a TOML file and defaults, in that order, and become
//! one [`Config`]. Building it is pure: maps and text in, a value or the full list of mistakes
//! out. Only `file.rs` looks at the disk, and nothing here creates anything or reads the process
//! environment. No message and no `Debug` output ever holds a secret.

mod build;
mod check;
mod database_url;
mod error;
mod file;
mod network;
mod setting;
mod source;
#[cfg(test)]
mod test;

pub use build::{Config, LogFormat, Registration, Secret};
pub use database_url::DatabaseUrl;
pub use error::{ConfigError, Origin};
pub use file::{DEFAULT_FILE, check_files, read_file};
pub use network::Network;
pub use setting::{SETTINGS, Setting};
