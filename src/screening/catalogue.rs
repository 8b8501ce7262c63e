//! Every questionnaire the service knows: those built into the program, and those that a practice adds as files.
//!
//! How a file is written is in `written.rs`, what must hold of it in `check.rs`. A catalogue that exists has
//! passed all checks; there is no other way to make one.

mod check;
mod practice;
#[cfg(test)]
mod tests;
mod written;

use std::{collections::HashSet, fs, path::Path, sync::OnceLock};

use serde_json::Value;

use super::instrument::Instrument;
use crate::http::json;
use check::Whose;
use written::Part;

const EMBEDDED: &str = include_str!("../../data/instruments.json");
const SCHEMA_VERSION: u64 = 1;

static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

/// All questionnaires, in the order of the file, those of a practice after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    instruments: Vec<Instrument>,
}

impl Catalogue {
    /// The questionnaires of this process: those that were loaded at start, else the built-in ones.
    ///
    /// # Panics
    /// When the built-in file is wrong, which a test and the start rule out.
    pub fn loaded() -> &'static Self {
        CATALOGUE.get_or_init(|| {
            Self::parse(EMBEDDED).expect("the built-in questionnaires are checked by a test and at start")
        })
    }

    /// Reads the built-in file and a practice's own, and keeps them for this process.
    ///
    /// # Errors
    /// Every mistake, one sentence each, with the file and the place in it.
    pub fn load(folder: Option<&Path>) -> Result<(), Vec<String>> {
        let catalogue = Self::read(folder)?;
        // Only the first counts; it is the same one, as a process has one configuration.
        CATALOGUE.get_or_init(|| catalogue);
        Ok(())
    }

    /// Reads the built-in file and a practice's own.
    ///
    /// # Errors
    /// As [`Catalogue::load`].
    pub fn read(folder: Option<&Path>) -> Result<Self, Vec<String>> {
        let mut catalogue = Self::parse(EMBEDDED)?;
        if let Some(folder) = folder {
            catalogue.add_folder(folder)?;
        }
        Ok(catalogue)
    }

    /// Reads and checks the built-in form of the file.
    ///
    /// # Errors
    /// Every mistake at once, each with its JSON pointer.
    pub fn parse(json: &str) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let file: Value = serde_json::from_str(json).map_err(|error| vec![format!(": {error}")])?;
        let (mut values, mut instruments) = (Vec::new(), Vec::new());
        if let Some(mut part) = Part::of(file, String::new(), &mut mistakes) {
            let version: Option<u64> = part.required("schema_version");
            values = part.list("instruments");
            part.words(&["conventions", "written_on"]);
            part.finish();
            if version.is_some_and(|version| version != SCHEMA_VERSION) {
                mistakes.push(format!("/schema_version: this program reads {SCHEMA_VERSION}"));
            }
        }
        for (at, value) in values.into_iter().enumerate() {
            let pointer = format!("/instruments/{at}");
            let read = written::instrument(value, pointer.clone(), &mut mistakes);
            if let Some(instrument) = read {
                check::mistakes(&instrument, &pointer, Whose::Ours, &mut mistakes);
                instruments.push(instrument);
            }
        }
        let catalogue = Self { instruments };
        catalogue.names(&mut mistakes);
        if mistakes.is_empty() { Ok(catalogue) } else { Err(mistakes) }
    }

    /// Adds one questionnaire of a practice.
    ///
    /// # Errors
    /// Every mistake, each with its JSON pointer.
    pub fn add(&mut self, text: &str) -> Result<(), Vec<String>> {
        let mut mistakes = Vec::new();
        let value = serde_json::from_str(text).map_err(|error| vec![format!(": {error}")])?;
        if json::parse(text.as_bytes()).is_err() {
            // Of two members of one name the reader would take one, and nobody could say which.
            mistakes.push(": an object has the same key twice, or is nested too deeply".to_owned());
        }
        let read = written::instrument(value, String::new(), &mut mistakes);
        // What could not be read is missing from every sum, and would be told of twice.
        if let Some(instrument) = read.filter(|_| mistakes.is_empty()) {
            check::mistakes(&instrument, "", Whose::Practice, &mut mistakes);
            practice::mistakes(&instrument, &mut mistakes);
            if self.by_id(&instrument.id).is_some() {
                mistakes.push("/id: there is one of this name".to_owned());
            }
            if instrument.kind != "own" {
                mistakes.push("/kind: must be \"own\"".to_owned());
            }
            if mistakes.is_empty() {
                self.instruments.push(instrument);
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), Vec<String>> {
        let unreadable = |path: &Path, error: std::io::Error| vec![format!("{}: {error}", path.display())];
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
            let path = entry.map_err(|error| unreadable(folder, error))?.path();
            if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
                files.push(path);
            }
        }
        // The order of a folder is chance; that of the list is not.
        files.sort();
        let mut mistakes = Vec::new();
        for path in files {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            if let Err(found) = self.add(&text) {
                mistakes.extend(found.into_iter().map(|mistake| format!("{}#{mistake}", path.display())));
            }
        }
        self.names(&mut mistakes);
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// Whatever names another one must find it.
    fn names(&self, mistakes: &mut Vec<String>) {
        let mut ids = HashSet::new();
        for instrument in &self.instruments {
            if !ids.insert(&instrument.id) {
                mistakes.push(format!("{}: the id is used twice", instrument.id));
            }
            let others = [("next_step", &instrument.next_step), ("derived_from", &instrument.derived_from)];
            for (member, other) in others {
                if other.as_ref().is_some_and(|other| self.by_id(other).is_none()) {
                    mistakes.push(format!("{}/{member}: there is no such questionnaire", instrument.id));
                }
            }
        }
    }

    /// Every questionnaire, in their order.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// The questionnaire of that name.
    pub fn by_id(&self, id: &str) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.id == id)
    }
}
