//! The lines that rules are drawn at, where a practice may draw them elsewhere.

/// The lines in force for one parent. The default is what ships.
#[derive(Clone, Eq, PartialEq, Debug, Default)]
pub struct Settings {}
