//! Paths of the document as a request would have them, where what they name is the same for everybody.

/// The path with names of a resource, a rule, a questionnaire and a measure that exist, and with the day on which tests
/// begin; `{id}` is somebody's own and stays.
pub fn named(path: &str) -> String {
    path.replace("{slug}", "six-slow-breaths")
        .replace("{rule}", "sustained_low")
        .replace("{instrument}", "phq-9")
        .replace("{measure}", "mood")
        .replace("{from}", "2026-11-23")
}
