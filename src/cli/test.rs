//! What the command line takes and refuses, and what becomes of the words.

use super::*;
use clap::{CommandFactory, error::ErrorKind};

fn parsed(words: &[&str]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once(&"attune").chain(words))
}

fn served(words: &[&str]) -> SettingFlags {
    let words: Vec<&str> = std::iter::once(&"serve").chain(words).copied().collect();
    match parsed(&words).expect("parses").command {
        Command::Serve(flags) => flags,
        other => panic!("{other:?}"),
    }
}

fn pairs(flags: &SettingFlags) -> Vec<(&str, &str)> {
    flags.given.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

#[test]
fn the_command_line_is_consistent_in_itself() {
    Cli::command().debug_assert();
}

#[test]
fn nothing_given_is_nothing_set() {
    assert_eq!(served(&[]), SettingFlags::default());
}

#[test]
fn flags_become_settings_by_key() {
    let flags = served(&["--bind", "127.0.0.1:9", "--database-url=sqlite://a.db", "--config", "x.toml"]);
    assert_eq!(pairs(&flags), [("bind", "127.0.0.1:9"), ("database_url", "sqlite://a.db")]);
    assert_eq!(flags.file, Some("x.toml".into()));
}

#[test]
fn switches_stand_alone_or_take_a_value_after_an_equals_sign() {
    assert_eq!(pairs(&served(&["--sandbox", "--no-migrate"])), [("migrate", "false"), ("sandbox", "true")]);
    assert_eq!(pairs(&served(&["--demo=false"])), [("demo", "false")]);
    assert_eq!(pairs(&served(&["--limits-enabled", "false"])), [("limits_enabled", "false")]);
    assert!(parsed(&["serve", "--sandbox", "false"]).is_err());
}

#[test]
fn an_empty_value_is_handed_on_so_that_the_configuration_can_refuse_it() {
    assert_eq!(pairs(&served(&["--keys-dir", ""])), [("keys_dir", "")]);
}

#[test]
fn every_setting_has_a_flag() {
    for setting in SETTINGS {
        let name = setting.key.replace('_', "-");
        let flags = match (setting.key, setting.default) {
            ("migrate", _) => served(&["--no-migrate"]),
            (_, "false") => served(&[&format!("--{name}")]),
            _ => served(&[&format!("--{name}"), "x"]),
        };
        assert!(flags.given.contains_key(setting.key), "{}", setting.key);
    }
}

#[test]
fn what_is_unknown_missing_or_twice_is_a_usage_error() {
    for words in [
        &["serve", "--sandbx"][..],
        &["serve", "--bind", "a", "--bind", "b"],
        &["operator", "create"],
        &["lines", "confirm", "gb-999"],
        &["lines", "confirm", "--by", "Jo"],
        &["run"],
    ] {
        let refused = parsed(words).expect_err("must be refused");
        assert_eq!(refused.exit_code(), 2, "{words:?}");
    }
    assert_eq!(parsed(&["--version"]).expect_err("ends").kind(), ErrorKind::DisplayVersion);
}

#[test]
fn lines_are_listed_unless_one_is_confirmed() {
    let lines = |words: &[&str]| match parsed(words).expect("parses").command {
        Command::Lines(lines) => lines,
        other => panic!("{other:?}"),
    };
    let listed = lines(&["lines", "--database-url", "sqlite://a.db"]);
    assert!(listed.action.is_none() && listed.settings.given.len() == 1);
    let Some(LinesAction::Confirm { id, by, settings }) =
        lines(&["lines", "confirm", "gb-999", "--by", "Jo", "--sandbox"]).action
    else {
        panic!("a confirmation was asked for");
    };
    assert_eq!((id.as_str(), by.as_str(), pairs(&settings)), ("gb-999", "Jo", vec![("sandbox", "true")]));
}

#[test]
fn rules_are_printed_or_rehearsed_with_lines_to_suppose() {
    let rules = |words: &[&str]| -> Result<RulesAction, clap::Error> {
        match parsed(words)?.command {
            Command::Rules(rules) => Ok(rules.action),
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(rules(&["rules", "print"]), Ok(RulesAction::Print)));
    let words = [
        "rules",
        "rehearse",
        "--set",
        "sustained_low.line=4",
        "--set",
        "silence=off",
        "--from",
        "2026-11-01",
        "--database-url",
        "sqlite://a.db",
    ];
    let Ok(RulesAction::Rehearse(asked)) = rules(&words) else { panic!("a rehearsal was asked for") };
    assert_eq!((asked.supposed.len(), asked.from, asked.to), (2, Some(Date::constant(2026, 11, 1)), None));
    assert_eq!(pairs(&asked.settings), [("database_url", "sqlite://a.db")]);
    for wrong in [
        &["rules"][..],
        &["rules", "rehearse", "--set", "elation=off"],
        &["rules", "rehearse", "--from", "yesterday"],
        &["rules", "rehearse", "--practice", "mine"],
    ] {
        assert_eq!(rules(wrong).expect_err("must be refused").exit_code(), 2, "{wrong:?}");
    }
}

#[test]
fn an_operator_is_made_from_an_address() {
    let words = ["operator", "create", "--email", "o@example.org", "--password-stdin"];
    let Command::Operator(Operator { action: OperatorAction::Create { email, name, password_stdin, .. } }) =
        parsed(&words).expect("parses").command
    else {
        panic!("an operator was asked for");
    };
    assert_eq!((email.as_str(), name.as_str(), password_stdin), ("o@example.org", "Operator", true));
}
