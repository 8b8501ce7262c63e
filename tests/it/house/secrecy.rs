//! What holds secrets or what people wrote cannot be printed: a log line made in a hurry shows nothing of it.

use super::source::Source;

/// Types that hold passwords, tokens, seeds, addresses, notes or names.
const SILENT: &[&str] = &[
    "Account",
    "Attempt",
    "CheckIn",
    "CheckInView",
    "Credentials",
    "Event",
    "EventView",
    "FlagView",
    "Me",
    "NewAccount",
    "NewCheckIn",
    "NewScreening",
    "NewUser",
    "ParentSettings",
    "Presented",
    "RefreshRequest",
    "Registered",
    "Renewable",
    "Reply",
    "SafeContact",
    "Screening",
    "ScreeningView",
    "SettingsPatch",
    "Submission",
    "Sent",
    "SubmittedScreeningView",
    "SubmittedView",
    "Taken",
    "Text",
    "TokenView",
    "TransitionBody",
];
/// The same, for names that something harmless has elsewhere: the file goes with them.
const SILENT_THERE: &[(&str, &str)] = &[
    ("src/flag/transition.rs", "Asked"),
    ("src/http/value.rs", "Line"),
    ("src/profile/settings.rs", "Settings"),
];

/// Derivations of `Debug` on one of them.
pub fn printable_secrets(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let mut derived = None;
        for line in file.lines() {
            let code = line.code.trim();
            if code.starts_with("#[derive(") && code.contains("Debug") {
                derived = Some(line.number);
            }
            let Some(name) = declared(code) else { continue };
            let holds = SILENT.contains(&name) || SILENT_THERE.contains(&(file.path.as_str(), name));
            if let Some(number) = derived.take()
                && holds
            {
                found.push(format!("{}:{number}: {name} can be printed", file.path));
            }
        }
    }
    found
}

/// The name of the type that a line declares.
fn declared(code: &str) -> Option<&str> {
    let (_, rest) = code.split_once("struct ").or_else(|| code.split_once("enum "))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}
