//! The command line: which commands there are, and a flag for every setting.
//!
//! Only the words are read here; `command` does what they say. Flags of settings are made from the table of
//! settings, so that a new setting has its flag, its help and its name in messages without a second list.

use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches, Parser, Subcommand, value_parser};
use jiff::civil::Date;

use crate::{
    config::{SETTINGS, Setting},
    id::PracticeId,
    rehearsal::asked,
    rules::settings::Changed,
};

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
    /// Copy the SQLite database into a file, while the server runs or not
    Backup(Backup),
    /// Put a backup where no database is
    Restore(Restore),
    /// Ask the server on this machine whether it is ready
    Health(SettingFlags),
    /// List the emergency, crisis and support lines, and whether somebody stands behind each
    Lines(Lines),
    /// What the rules look for, and what other lines would find
    Rules(Rules),
}

/// `attune backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to make; one that exists is refused
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Settings.
    #[command(flatten)]
    pub settings: SettingFlags,
}

/// `attune restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup; it stays as it is
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Copy of the folder of the keys, to be put in place where there are none
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// Settings.
    #[command(flatten)]
    pub settings: SettingFlags,
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

/// `attune rules`
#[derive(Debug, Args)]
pub struct Rules {
    /// What to do.
    #[command(subcommand)]
    pub action: RulesAction,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Print the page on which every rule stands, with its lines and what a practice can change
    Print,
    /// Count which flags the stored history would have raised by other lines; changes nothing
    ///
    /// Without --set it compares the flags that are stored with what the rules of this program say: so a newer version
    /// is rehearsed before it serves. What comes out are counts, by rule and by parent, and no words.
    Rehearse(Rehearse),
}

/// `attune rules rehearse`
#[derive(Debug, Args)]
pub struct Rehearse {
    /// A line to suppose, as `attune rules print` names it, or a rule as off or on; may be given several times
    #[arg(long = "set", value_name = "RULE.SETTING=VALUE", value_parser = asked::read)]
    pub supposed: Vec<(Changed, u16)>,
    /// Suppose it of this practice alone, instead of every one
    #[arg(long, value_name = "ID", value_parser = practice)]
    pub practice: Option<PracticeId>,
    /// Only flags raised on this local day of the parent's or later
    #[arg(long, value_name = "DAY")]
    pub from: Option<Date>,
    /// Only flags raised on this local day of the parent's or earlier
    #[arg(long, value_name = "DAY")]
    pub to: Option<Date>,
    /// Settings.
    #[command(flatten)]
    pub settings: SettingFlags,
}

fn practice(text: &str) -> Result<PracticeId, &'static str> {
    text.parse().map_err(|_| "must be the id of a practice")
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
mod test;
