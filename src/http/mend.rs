//! Mending JSON that is well-formed but strange, for the one case in which nothing may be refused: a danger
//! answer. Pure.
//!
//! A phone that cuts a text inside an emoji sends half a surrogate pair; a broken client sends `1e400`. Both are
//! replaced by text with U+0000, which no field accepts, so that the field is named and left out like any other
//! wrong one. Broken syntax, doubled keys and invalid UTF-8 stay refused.

use serde_json::Value;

use super::json::parse_to_depth;

/// What no field accepts, in the six characters of an escape.
const NOTHING: &str = "\\u0000";
/// The parser itself goes no deeper.
const DEEPEST: usize = 126;

/// The value, with what is strange in it replaced; `None` when it is broken.
pub(super) fn mended(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        numbers(&rest[..quote], &mut out);
        let end = end_of_string(&rest[quote..])?;
        string(&rest[quote..quote + end], &mut out);
        rest = &rest[quote + end..];
    }
    numbers(rest, &mut out);
    parse_to_depth(out.as_bytes(), DEEPEST).ok()
}

/// Length of the string that `text` begins with, its quotes included.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().enumerate().skip(1).find_map(|(at, byte)| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends.then_some(at + 1)
    })
}

/// Copies a string; halves of surrogate pairs that stand alone become U+0000.
fn string(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match unit(rest) {
            Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(NOTHING);
                rest = &rest[6..];
                continue;
            }
            Some(_) => 6,
            // An escape of one character, which may be longer than one byte in a broken text.
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
}

/// The code unit of an escape that `text` begins with.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if all_hex { u16::from_str_radix(digits, 16).ok() } else { None }
}

/// Copies what stands between strings; numbers that no machine holds become text.
fn numbers(text: &str, out: &mut String) {
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit() || c == '-') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (token, after) = rest.split_at(rest.find(|c| !in_number(c)).unwrap_or(rest.len()));
        match token.parse::<f64>() {
            Ok(number) if number.is_infinite() => {
                out.push('"');
                out.push_str(NOTHING);
                out.push('"');
            }
            _ => out.push_str(token),
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_strange_becomes_what_no_field_accepts() {
        let nothing = "\u{0}";
        for (sent, value) in [
            (r#"{"safe_now":"no","note":"\ud83d"}"#, json!({"safe_now": "no", "note": nothing})),
            (r#"{"note":"a\ude00b"}"#, json!({"note": "a\u{0}b"})),
            (r#"{"note":"\ud83d\ude00"}"#, json!({"note": "\u{1f600}"})),
            (r#"{"note":"\\ud83d \" \n"}"#, json!({"note": "\\ud83d \" \n"})),
            (r#"{"mood":1e400,"x":[-1e999,2.5]}"#, json!({"mood": nothing, "x": [nothing, 2.5]})),
        ] {
            assert_eq!(mended(sent.as_bytes()), Some(value), "{sent}");
        }
        let deep = format!(r#"{{"safe_now":"no","x":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
        assert!(mended(deep.as_bytes()).is_some());
    }

    #[test]
    fn what_is_broken_stays_broken() {
        let cases: [&[u8]; 8] = [
            b"",
            br#"{"safe_now":"no""#,
            br#"{"safe_now":"no","a":1,"a":1}"#,
            br#"{"safe_now":"no","note":"\uZZZZ"}"#,
            br#"{"safe_now":"no","note":"\"#,
            b"{\"safe_now\":\"no\",\"note\":\"\xff\"}",
            br#"{"safe_now":"no","mood":NaN}"#,
            "{\"safe_now\":\"no\",\"note\":\"\\é\"}".as_bytes(),
        ];
        for case in cases {
            assert_eq!(mended(case), None, "{}", String::from_utf8_lossy(case));
        }
    }
}
