//! What nobody leaves behind: silence, panics, unfinished work, exceptions without a reason.

use super::source::{Line, Source, names};

/// Lines of the program where `wrong` says so.
fn lines(files: &[Source], what: &str, wrong: impl Fn(&Source, &Line) -> bool) -> Vec<String> {
    let all = files.iter().flat_map(|file| file.program().map(move |line| (file, line)));
    all.filter(|(file, line)| wrong(file, line))
        .map(|(file, line)| format!("{}:{}: {what}: {}", file.path, line.number, line.raw.trim()))
        .collect()
}

/// The first line of each file says what lives there.
pub fn opening(files: &[Source]) -> Vec<String> {
    let silent = files.iter().filter(|file| !file.raw.starts_with(&['/', '/', '!', ' ']));
    silent.map(|file| format!("{}:1: begins without //!", file.path)).collect()
}

/// At most 300 lines.
pub fn length(files: &[Source]) -> Vec<String> {
    let counted = files.iter().map(|file| (file, file.lines().count()));
    counted
        .filter(|(_, lines)| *lines > 300)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect()
}

/// Unfinished code, and output outside the commands.
pub fn leftover_macros(files: &[Source]) -> Vec<String> {
    let speaks =
        |path: &str| matches!(path, "src/main.rs" | "src/cli.rs") || path.starts_with("src/command/");
    lines(files, "not here", |file, line| {
        ["todo!", "unimplemented!", "dbg!"].iter().any(|name| line.code.contains(name))
            || (["println!", "eprintln!", "print!", "eprint!"].iter().any(|name| called(&line.code, name))
                && !speaks(&file.path))
    })
}

fn called(line: &str, name: &str) -> bool {
    names(line, name.trim_end_matches('!')) && line.contains(name)
}

/// Results that nobody looks at.
pub fn dropped_results(files: &[Source]) -> Vec<String> {
    lines(files, "a failure is dropped", |_, line| {
        line.code.contains(".ok();") || line.code.contains("let _ =")
    })
}

/// Panics that do not say why they cannot happen.
pub fn unwrapping(files: &[Source]) -> Vec<String> {
    let mut found = lines(files, "unwrap", |_, line| line.code.contains(".unwrap()"));
    for file in files {
        for place in file.places(".expect(") {
            let begin = place + ".expect(".len();
            if arguments(&file.code[begin..]) > 1 {
                continue; // Something else of this name.
            }
            let message = message(&file.raw[begin..]);
            if message.chars().count() < 15 {
                found.push(format!(
                    "{}:{}: expect says too little: {message:?}",
                    file.path,
                    file.line_of(place)
                ));
            }
        }
    }
    found
}

/// The text that a call begins with; empty when it begins with something else.
fn message(call: &[char]) -> String {
    let mut rest = call.iter().skip_while(|c| c.is_whitespace());
    if rest.next() != Some(&'"') {
        return String::new();
    }
    rest.take_while(|c| **c != '"').collect()
}

/// How many arguments stand before the parenthesis closes.
fn arguments(call: &[char]) -> usize {
    let (mut depth, mut count, mut begun) = (0, 0, false);
    for c in call {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                count += usize::from(begun);
                begun = false;
                continue;
            }
            _ => {}
        }
        begun |= !c.is_whitespace();
    }
    count + usize::from(begun)
}

/// Exceptions from lints without a reason, in tests too.
pub fn exceptions(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let lines: Vec<Line> = file.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let begins = ["#[allow(", "#[expect(", "#![allow(", "#![expect("];
            if !begins.iter().any(|begin| line.code.trim_start().starts_with(begin)) {
                continue;
            }
            let mut attribute = String::new();
            for line in &lines[index..] {
                attribute.push_str(&line.code);
                if line.code.contains(")]") {
                    break;
                }
            }
            if !attribute.contains("reason =") {
                found.push(format!("{}:{}: no reason: {}", file.path, line.number, line.raw.trim()));
            }
        }
    }
    found
}

/// Words that belong to the making of a text and not to the product: marks of unfinished work, addresses on
/// somebody's machine. Written with a bar inside, so that this list does not find itself.
const FOREIGN: &[&str] = &[
    "FIX|ME",
    "TO|DO:",
    "X|XX",
    "HA|CK",
    "lorem| ipsum",
    "/wo|rk/",
    "/ho|me/",
    "/ro|ot/",
    "/tmp/pl|an",
    "/Us|ers/",
    "sha|red/",
    "sub|agent",
    "AI a|gent",
    "AI-gen|erated",
    "language| model",
    "Chat|GPT",
    "Cla|ude",
    "Anthr|opic",
    "this sess|ion was",
    "the br|ief says",
    "work|place",
    "clini|cal.md",
    "desi|gn.md",
    "haz|ards.md",
    "secu|rity.md",
    "sty|le.md",
    "ap|i.md",
];

/// A page of the product whose name ends like a foreign one.
const OWN_PAGE: &str = "docs/api.md";

/// Foreign words anywhere: in code, texts and comments, in tests too.
pub fn foreign_words(files: &[Source]) -> Vec<String> {
    let words: Vec<String> = FOREIGN.iter().map(|word| word.replace('|', "")).collect();
    let mut found = Vec::new();
    for file in files {
        for line in file.lines() {
            if let Some(word) =
                words.iter().find(|word| line.raw.replace(OWN_PAGE, "").contains(word.as_str()))
            {
                found.push(format!("{}:{}: {word:?}: {}", file.path, line.number, line.raw.trim()));
            }
        }
    }
    found
}
