//! Rust source as the house checks read it: code apart from comments and texts, tests apart from the rest.
//!
//! Everything goes character by character: `code` has as many characters as the file, with comments and what
//! stands between quotes turned into blanks, so that a place in one is the same place in the other.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// One file.
pub struct Source {
    /// Path from the project's root.
    pub path: String,
    /// The file.
    pub raw: Vec<char>,
    /// The same without comments and without what stands between quotes.
    pub code: Vec<char>,
    test_lines: Vec<bool>,
}

/// One line of a file.
pub struct Line {
    /// From 1.
    pub number: usize,
    /// As written.
    pub raw: String,
    /// Without comments and texts.
    pub code: String,
    /// Whether it is compiled for tests only.
    pub in_test: bool,
}

impl Source {
    /// Reads a file that has this text.
    pub fn new(path: &str, text: &str) -> Self {
        let raw: Vec<char> = text.chars().collect();
        let code = code_of(&raw);
        let lines = text.lines().count();
        let mut source = Self { path: path.to_owned(), raw, code, test_lines: vec![false; lines] };
        source.mark_tests();
        source
    }

    /// Every `.rs` file below a folder of the project; files that only tests compile are marked whole.
    pub fn all(folder: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files);
        let mut sources: Vec<Self> = files
            .iter()
            .map(|file| {
                let path = file.strip_prefix(root).expect("below the root").to_str().expect("UTF-8");
                Self::new(path, &fs::read_to_string(file).expect("readable"))
            })
            .collect();
        assert!(!sources.is_empty(), "no source in {folder}");
        // A file of tests may name further ones, so this goes on until nothing is new.
        let mut known = 0;
        loop {
            let tests: BTreeSet<String> = sources.iter().flat_map(Self::test_files).collect();
            if tests.len() == known {
                return sources;
            }
            known = tests.len();
            for source in sources.iter_mut().filter(|source| tests.contains(&source.path)) {
                source.test_lines.fill(true);
            }
        }
    }

    /// The lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        let raw: Vec<String> = self.raw.split(|c| *c == '\n').map(|line| line.iter().collect()).collect();
        let code: Vec<String> = self.code.split(|c| *c == '\n').map(|line| line.iter().collect()).collect();
        let tests = self.test_lines.clone();
        raw.into_iter().zip(code).zip(tests).enumerate().map(|(index, ((raw, code), in_test))| Line {
            number: index + 1,
            raw,
            code,
            in_test,
        })
    }

    /// The lines that are part of the program.
    pub fn program(&self) -> impl Iterator<Item = Line> + '_ {
        self.lines().filter(|line| !line.in_test)
    }

    /// Places in `code` where `text` begins, outside tests.
    pub fn places(&self, text: &str) -> Vec<usize> {
        let text: Vec<char> = text.chars().collect();
        let here =
            |at: &usize| self.code[*at..].starts_with(&text) && !self.test_lines[self.line_of(*at) - 1];
        (0..self.code.len()).filter(here).collect()
    }

    /// The line that a place is on, from 1.
    pub fn line_of(&self, place: usize) -> usize {
        self.raw[..place].iter().filter(|c| **c == '\n').count() + 1
    }

    fn mark_tests(&mut self) {
        let lines: Vec<String> = self.lines().map(|line| line.code).collect();
        let mut index = 0;
        while index < lines.len() {
            if lines[index].trim() != "#[cfg(test)]" {
                index += 1;
                continue;
            }
            let (mut depth, mut opened) = (0_i32, false);
            while index < lines.len() {
                self.test_lines[index] = true;
                for c in lines[index].chars() {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    opened |= c == '{';
                }
                let ended = lines[index].trim_end().ends_with(';') || opened;
                index += 1;
                if depth <= 0 && ended {
                    break;
                }
            }
        }
    }

    /// Files that this one names behind `#[cfg(test)] mod …;`.
    fn test_files(&self) -> Vec<String> {
        let path = Path::new(&self.path);
        let folder = path.parent().expect("a file is in a folder");
        let own = match path.file_name().and_then(|name| name.to_str()).expect("a name") {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            _ => path.with_extension(""),
        };
        let lines: Vec<Line> = self.lines().filter(|line| line.in_test).collect();
        let mut found = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let Some(name) = line.code.trim().strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'))
            else {
                continue;
            };
            let before =
                index.checked_sub(1).map(|index| lines[index].raw.trim().to_owned()).unwrap_or_default();
            let file = match before.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
                Some(file) => folder.join(file),
                None => own.join(format!("{name}.rs")),
            };
            found.push(file.to_str().expect("UTF-8").to_owned());
        }
        found
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, files);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            files.push(entry);
        }
    }
}

fn code_of(raw: &[char]) -> Vec<char> {
    let mut code = raw.to_vec();
    let mut at = 0;
    while at < raw.len() {
        let end = match raw[at..] {
            ['/', '/', ..] => at + raw[at..].iter().take_while(|c| **c != '\n').count(),
            ['/', '*', ..] => after_comment(raw, at),
            ['"', ..] => after_text(raw, at, 0),
            ['\'', '\\', _, ..] => after_char(raw, at + 3),
            ['\'', _, '\'', ..] => at + 3,
            ['r', '"' | '#', ..] if at == 0 || !is_word(raw[at - 1]) || raw[at - 1] == 'b' => {
                let hashes = raw[at + 1..].iter().take_while(|c| **c == '#').count();
                if raw.get(at + 1 + hashes) == Some(&'"') {
                    after_text(raw, at + 1 + hashes, hashes + 1)
                } else {
                    at + 1
                }
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let keeps_quotes = raw[at] == '"';
        for blank in &mut code[at..end] {
            if *blank != '\n' && !(keeps_quotes && *blank == '"') {
                *blank = ' ';
            }
        }
        at = end;
    }
    code
}

/// `raw_level` is 0 for a text with escapes, else one more than the number of hashes.
fn after_text(raw: &[char], quote: usize, raw_level: usize) -> usize {
    let mut at = quote + 1;
    while at < raw.len() {
        match raw[at] {
            '\\' if raw_level == 0 => at += 1,
            '"' if raw_level == 0 => return at + 1,
            '"' if raw[at + 1..].iter().take_while(|c| **c == '#').count() >= raw_level - 1 => {
                return at + raw_level;
            }
            _ => {}
        }
        at += 1;
    }
    raw.len()
}

fn after_char(raw: &[char], from: usize) -> usize {
    raw.len().min(from + 1 + raw[from..].iter().take_while(|c| **c != '\'').count())
}

fn after_comment(raw: &[char], from: usize) -> usize {
    let end = raw[from..].windows(2).position(|pair| pair == ['*', '/']);
    end.map_or(raw.len(), |end| from + end + 2)
}

/// Whether a character can be part of a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `line` names `word`, not as a part of a longer name.
pub fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
