//! The command line: which commands there are, and a flag for every setting.
//!
//! Only the words are read here; `command` does what they say. Flags of settings are made from the table of
//! settings, so that a new setting has its flag, its help and its name in messages without a second list.

use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, value_parser};

use crate::config::{SETTINGS, Setting};

/// Postpartum wellbeing check-ins: the server and its tools.
#[derive(Debug, Parser)]
#[command(name = "attune", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What attune can be asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve(SettingFlags),
    /// Print the OpenAPI document
    Openapi,
    /// Bring the database schema up to date
    Migrate(SettingFlags),
    /// Accounts of those who run the server
    Operator(Operator),
    /// Check configuration, files, keys and database, and show the effective settings; changes nothing
    CheckConfig(SettingFlags),
    /// List the emergency, crisis and support lines, and whether somebody stands behind each
    Lines(Lines),
}

/// `attune operator`
#[derive(Debug, Args)]
pub struct Operator {
    /// What to do.
    #[command(subcommand)]
    pub action: OperatorAction,
}

/// What can be done with operators.
#[derive(Debug, Subcommand)]
pub enum OperatorAction {
    /// Make an operator's account; the password is asked for, or read as one line from standard input
    Create {
        /// E-mail address to sign in with
        #[arg(long)]
        email: String,
        /// What others see
        #[arg(long, default_value = "Operator")]
        name: String,
        /// Read the password from standard input without asking
        #[arg(long)]
        password_stdin: bool,
        /// Settings.
        #[command(flatten)]
        settings: SettingFlags,
    },
}

/// `attune lines`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Lines {
    /// What to do; without it, the lines are listed.
    #[command(subcommand)]
    pub action: Option<LinesAction>,
    /// Settings.
    #[command(flatten)]
    pub settings: SettingFlags,
}

/// What can be done with lines.
#[derive(Debug, Subcommand)]
pub enum LinesAction {
    /// Note that a person tried a line today and found its number and hours right
    Confirm {
        /// Line, as `attune lines` names it
        id: String,
        /// Who tried it
        #[arg(long)]
        by: String,
        /// Settings.
        #[command(flatten)]
        settings: SettingFlags,
    },
}

/// The settings given on the command line, by key, and the configuration file if one was named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingFlags {
    /// `--config`
    pub file: Option<PathBuf>,
    /// Values as typed.
    pub given: BTreeMap<String, String>,
}

const FILE: &str = "config";

/// Names of the flags, in the order of the settings; clap wants texts that live as long as the process.
static NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| SETTINGS.iter().map(|setting| setting.key.replace('_', "-")).collect());

impl Args for SettingFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let file = Arg::new(FILE)
            .long(FILE)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("Configuration file, instead of attune.toml in the working directory");
        let flags = SETTINGS.iter().zip(NAMES.iter());
        flags.fold(command.arg(file), |command, (setting, name)| command.arg(flag(setting, name)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// A switch that is off by default stands alone (`--sandbox`, also `--sandbox=false`); migrating, which is what
/// happens anyway, can only be turned off; everything else takes a value.
fn flag(setting: &Setting, name: &'static str) -> Arg {
    let arg = Arg::new(setting.key).help(setting.help);
    if setting.key == "migrate" {
        return arg.long("no-migrate").action(ArgAction::SetTrue).help("Leave the database schema as it is.");
    }
    let arg = arg.long(name);
    if setting.default == "false" {
        // With an equals sign only, or the switch would swallow the word after it.
        arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("true|false")
    } else {
        arg.value_name("VALUE")
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.file = matches.get_one::<PathBuf>(FILE).cloned();
        for setting in SETTINGS {
            let value = if setting.key == "migrate" {
                matches.get_flag(setting.key).then(|| "false".to_owned())
            } else {
                matches.get_one::<String>(setting.key).cloned()
            };
            self.given.extend(value.map(|value| (setting.key.to_owned(), value)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            pairs(&served(&["--sandbox", "--no-migrate"])),
            [("migrate", "false"), ("sandbox", "true")]
        );
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
    fn an_operator_is_made_from_an_address() {
        let words = ["operator", "create", "--email", "o@example.org", "--password-stdin"];
        let Command::Operator(Operator {
            action: OperatorAction::Create { email, name, password_stdin, .. },
        }) = parsed(&words).expect("parses").command
        else {
            panic!("an operator was asked for");
        };
        assert_eq!((email.as_str(), name.as_str(), password_stdin), ("o@example.org", "Operator", true));
    }
}
