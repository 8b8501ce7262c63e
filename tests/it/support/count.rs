//! How much of a trial a run makes: a little in the suite, as much as the requirement asks for when it is told to.

#![expect(clippy::disallowed_methods, reason = "how long the tests run is no setting of the server")]

/// What the environment says under this name, or what the suite has time for.
pub fn asked(name: &str, usual: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")),
        Err(_) => usual,
    }
}
