//! Nothing waits without an end: no channel that takes whatever comes (security requirement LIM-1).

use super::source::{Source, is_word};

/// Channels without a bound, by whatever name.
pub fn channels(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let said = |place: usize| format!("{}:{}: a channel without a bound", file.path, file.line_of(place));
        for word in ["unbounded", "Unbounded"] {
            found.extend(file.places(word).into_iter().map(said));
        }
        for place in file.places("channel") {
            let before: String = file.code[..place].iter().collect();
            let whole = !before.chars().next_back().is_some_and(is_word);
            let after: String = file.code[place + "channel".len()..].iter().collect();
            if whole && takes_nothing(&after) && !before.ends_with("oneshot::") {
                found.push(said(place));
            }
        }
    }
    found
}

/// Whether a call begins here that has no argument; types between angle brackets are passed over.
fn takes_nothing(call: &str) -> bool {
    let rest = call.trim_start();
    let rest = match rest.strip_prefix("::<") {
        Some(types) => {
            let mut depth = 1;
            let end = types.find(|c| {
                depth += i32::from(c == '<') - i32::from(c == '>');
                depth == 0
            });
            end.map_or("", |end| types[end + 1..].trim_start())
        }
        None => rest,
    };
    rest.strip_prefix('(').is_some_and(|inside| inside.trim_start().starts_with(')'))
}
