//! Merging the sources: flags beat the environment, which beats the file, which beats defaults.
//!
//! Here values are still text. A name nobody knows is a mistake, because a misspelt safety
//! setting must not pass as "not given". Values are never part of a message made here.

use super::{ConfigError, Origin, SETTINGS, Setting};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A value as it was given, and by whom.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// What was given for each setting, defaults included; a setting without either is absent.
pub(super) type Sources = BTreeMap<&'static str, Given>;

/// Merges all sources, and lists every unknown name and every value without a usable form.
pub(super) fn merge(
    flags: &BTreeMap<String, String>,
    env: &BTreeMap<String, String>,
    file: Option<&str>,
) -> (Sources, Vec<ConfigError>) {
    let mut sources = Sources::new();
    let mut errors = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
        sources.insert(setting.key, Given { text: setting.default.into(), origin: Origin::Default });
    }
    if let Some(text) = file {
        from_file(text, &mut sources, &mut errors);
    }
    for (name, text) in env {
        match Setting::by_env(name) {
            Some(setting) => put(setting, text, Origin::Environment(name.clone()), &mut sources, &mut errors),
            None if name.starts_with("ATTUNE_") && !name.starts_with("ATTUNE_TEST_") => {
                errors.push(unknown(name, Origin::Environment(name.clone())));
            }
            None => {}
        }
    }
    for (key, text) in flags {
        match Setting::by_key(key) {
            Some(setting) => put(setting, text, Origin::Flag(setting.flag()), &mut sources, &mut errors),
            None => errors.push(unknown(key, Origin::Flag(format!("--{}", key.replace('_', "-"))))),
        }
    }
    (sources, errors)
}

fn put(setting: &Setting, text: &str, origin: Origin, sources: &mut Sources, errors: &mut Vec<ConfigError>) {
    // An empty value is most often a variable that was not filled in. Taking it for "not given"
    // would, for keys_dir, quietly make new keys.
    if text.trim().is_empty() {
        errors.push(ConfigError::new(setting.key, origin, "is empty; give a value or leave the setting out"));
    } else {
        sources.insert(setting.key, Given { text: text.trim().into(), origin });
    }
}

fn from_file(text: &str, sources: &mut Sources, errors: &mut Vec<ConfigError>) {
    match text.parse::<Table>() {
        Ok(table) => {
            let mut seen = Vec::new();
            from_table("", &table, &mut seen, sources, errors);
        }
        Err(error) => {
            // The parser's own display quotes the line, and the line may hold a password.
            let line = error.span().map_or(1, |span| {
                text.bytes().take(span.start).filter(|byte| *byte == b'\n').count().saturating_add(1)
            });
            errors.push(ConfigError::new(
                "attune.toml",
                Origin::File,
                format!("line {line} is not valid TOML"),
            ));
        }
    }
}

/// `[registration] doula = …` and `registration_doula = …` are the same setting.
fn from_table(
    prefix: &str,
    table: &Table,
    seen: &mut Vec<&'static str>,
    sources: &mut Sources,
    errors: &mut Vec<ConfigError>,
) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        if let Value::Table(inner) = value {
            let known = SETTINGS.iter().any(|setting| setting.key.starts_with(&format!("{key}_")));
            match known {
                true => from_table(&format!("{key}_"), inner, seen, sources, errors),
                false => errors.push(unknown(&key, Origin::File)),
            }
            continue;
        }
        let Some(setting) = Setting::by_key(&key) else {
            errors.push(unknown(&key, Origin::File));
            continue;
        };
        if seen.contains(&setting.key) {
            errors.push(ConfigError::new(setting.key, Origin::File, "is given twice"));
            continue;
        }
        seen.push(setting.key);
        match as_text(value) {
            // An empty list says the same as leaving the setting out.
            Some(text) if text.is_empty() && value.is_array() => {}
            Some(text) => put(setting, &text, Origin::File, sources, errors),
            None => {
                let problem = "must be text, a whole number, true or false, or a list of texts";
                errors.push(ConfigError::new(setting.key, Origin::File, problem));
            }
        }
    }
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn unknown(name: &str, origin: Origin) -> ConfigError {
    let hint = match name {
        "ATTUNE_DATABASE_URL" => "; the database is named by DATABASE_URL",
        "ATTUNE_CONFIG" | "config" => "; the configuration file is named by the flag --config",
        _ => "; docs/configuration.md lists the settings",
    };
    ConfigError::new(name, origin, format!("is not a setting{hint}"))
}
