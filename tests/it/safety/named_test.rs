//! The tests that run, read from source text, by the names that a run prints without the database.
//!
//! From the root of a crate it follows `mod` from file to file, so a file that nobody declares has no tests. It knows
//! functions marked as tests, those inside `proptest!` among them, and the bodies of `both_databases!`.

use std::{collections::BTreeSet, mem, path::Path};

use crate::house::source::{Source, is_word};

/// What a brace opened.
enum Block {
    Module(String),
    BothDatabases,
    /// A macro's own text, of which nothing runs.
    MacroRules,
    Other,
}

/// Tests of the crate with this root, which must be among the files.
pub fn below(root: &str, files: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(root.to_owned(), Vec::new())];
    while let Some((path, modules)) = open.pop() {
        let file = files.iter().find(|file| file.path == path);
        let file = file.unwrap_or_else(|| panic!("{path} is declared and not there"));
        let mut reader = Reader { file, files, modules, blocks: Vec::new(), found: &mut found };
        open.extend(reader.read());
    }
    found
}

/// One file, read from top to bottom.
struct Reader<'a> {
    file: &'a Source,
    files: &'a [Source],
    /// The module that the file is.
    modules: Vec<String>,
    /// The braces that are open.
    blocks: Vec<Block>,
    found: &'a mut BTreeSet<String>,
}

impl Reader<'_> {
    /// Adds the tests of the file and returns the files that it declares, each with its module.
    fn read(&mut self) -> Vec<(String, Vec<String>)> {
        let tokens = tokens(&self.file.code);
        let mut declared = Vec::new();
        let (mut is_test, mut path_text, mut next) = (false, None, Block::Other);
        let mut at = 0;
        while at < tokens.len() {
            let token = |ahead: usize| tokens.get(at + ahead).map_or("", |(_, token)| token.as_str());
            match (token(0), token(1)) {
                ("#", "[") => {
                    let end = attribute_end(&tokens, at + 1);
                    let words: Vec<&str> =
                        tokens[at + 2..end].iter().map(|(_, token)| token.as_str()).collect();
                    is_test |= words == ["test"] || words == ["actix_web", ":", ":", "test"];
                    if words.first() == Some(&"path") {
                        path_text = Some(self.text_between(tokens[at].0, tokens[end].0));
                    }
                    at = end;
                }
                ("mod", name) if name.starts_with(is_word) => match token(2) {
                    ";" => declared.push(self.declared(name, path_text.take())),
                    _ => next = Block::Module(name.to_owned()),
                },
                ("macro_rules", "!") => next = Block::MacroRules,
                ("both_databases", "!") => next = Block::BothDatabases,
                ("fn", name) => {
                    let marked = mem::take(&mut is_test);
                    if marked || matches!(self.blocks.last(), Some(Block::BothDatabases)) {
                        self.add(name);
                    }
                }
                ("{", _) => self.blocks.push(mem::replace(&mut next, Block::Other)),
                ("}", _) => drop(self.blocks.pop()),
                (";", _) => next = Block::Other,
                _ => {}
            }
            at += 1;
        }
        declared
    }

    fn add(&mut self, name: &str) {
        if !self.blocks.iter().any(|block| matches!(block, Block::MacroRules)) {
            self.found.insert([self.here(), vec![name.to_owned()]].concat().join("::"));
        }
    }

    /// The module that is being read.
    fn here(&self) -> Vec<String> {
        let inner = self.blocks.iter().filter_map(|block| match block {
            Block::Module(name) => Some(name.clone()),
            _ => None,
        });
        self.modules.iter().cloned().chain(inner).collect()
    }

    /// The file of `mod name;`, which lies where the compiler looks for it.
    fn declared(&self, name: &str, path_text: Option<String>) -> (String, Vec<String>) {
        let path = Path::new(&self.file.path);
        let folder = path.parent().expect("a file is in a folder");
        let own = match path.file_name().and_then(|name| name.to_str()).expect("a name") {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            _ => path.with_extension(""),
        };
        let file = match path_text {
            Some(text) => folder.join(text),
            None => {
                let flat = own.join(format!("{name}.rs"));
                let is_there = self.files.iter().any(|file| Path::new(&file.path) == flat);
                if is_there { flat } else { own.join(name).join("mod.rs") }
            }
        };
        (file.to_str().expect("UTF-8").to_owned(), [self.here(), vec![name.to_owned()]].concat())
    }

    /// What stands between quotes in this part of the file.
    fn text_between(&self, from: usize, to: usize) -> String {
        let part: String = self.file.raw[from..to].iter().collect();
        part.split('"').nth(1).expect("a path is a text").to_owned()
    }
}

/// Words and signs outside comments and texts, each with its place.
fn tokens(code: &[char]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (at, c) in code.iter().enumerate().filter(|(_, c)| !c.is_whitespace()) {
        match found.last_mut() {
            Some((begin, word))
                if is_word(*c) && *begin + word.chars().count() == at && word.ends_with(is_word) =>
            {
                word.push(*c);
            }
            _ => found.push((at, c.to_string())),
        }
    }
    found
}

/// Where the bracket closes that is open at `at`.
fn attribute_end(tokens: &[(usize, String)], at: usize) -> usize {
    let mut depth = 0_i32;
    let ends = |(_, token): &(usize, String)| {
        depth += i32::from(token == "[") - i32::from(token == "]");
        depth == 0
    };
    at + tokens[at..].iter().position(ends).expect("every bracket closes")
}

#[test]
fn tests_are_found_wherever_they_are_written() {
    let main = "mod apple;\n// mod pear;\nmod plum {\n    #[test]\n    fn falls() {}\n    fn rolls() {}\n}\n\
                #[actix_web::test]\nasync fn ripens() {}\n#[cfg(test)]\n#[path = \"peel.rs\"]\nmod skin;\n\
                macro_rules! both_databases { () => { #[test] fn sqlite() {} }; }\n";
    let apple = "pub mod core;\nboth_databases! {\n    /// One.\n    async fn is_red(app: TestApp) {\n\
                 fn inner() {}\n    }\n\n    async fn is_round(app: TestApp) { \"fn no() {}\"; }\n}\n";
    let core =
        "proptest! {\n    #![proptest_config(few())]\n    #[test]\n    fn has_seeds(n in 0..5) {}\n}\n";
    let peel = "#[test]\n#[should_panic(expected = \"x\")]\nfn comes_off() {}\n";
    let files = [
        Source::new("tests/it/main.rs", main),
        Source::new("tests/it/apple.rs", apple),
        Source::new("tests/it/apple/core/mod.rs", core),
        Source::new("tests/it/peel.rs", peel),
        Source::new("tests/it/pear.rs", "#[test]\nfn nobody_declared_this() {}\n"),
    ];
    let found: Vec<String> = below("tests/it/main.rs", &files).into_iter().collect();
    assert_eq!(
        found,
        [
            "apple::core::has_seeds",
            "apple::is_red",
            "apple::is_round",
            "plum::falls",
            "ripens",
            "skin::comes_off",
        ]
    );
}
