//! Finds a text in bytes, in any of the forms in which programs write text down.

use std::collections::HashMap;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Bytes that a search begins with; every form of every text has more.
const HEAD: usize = 8;

/// Texts in all their forms, by the first bytes of each.
pub struct Finder(HashMap<u64, Vec<Form>>);

struct Form {
    name: String,
    bytes: Vec<u8>,
}

impl Finder {
    /// For texts of at least 16 bytes, each with a name.
    pub fn of(texts: &[(String, String)]) -> Self {
        let mut by_head: HashMap<u64, Vec<Form>> = HashMap::new();
        for (name, text) in texts {
            for (form, bytes) in forms(text) {
                let head = head(&bytes).expect("16 bytes are 8 in any form");
                by_head.entry(head).or_default().push(Form { name: format!("{name} as {form}"), bytes });
            }
        }
        Self(by_head)
    }

    /// Every text that is there, and in which form.
    pub fn find(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for at in 0..bytes.len() {
            let Some(known) = head(&bytes[at..]).and_then(|head| self.0.get(&head)) else { continue };
            let here = known.iter().filter(|form| bytes[at..].starts_with(&form.bytes));
            found.extend(here.map(|form| form.name.as_str()));
        }
        found
    }
}

fn head(bytes: &[u8]) -> Option<u64> {
    bytes.get(..HEAD)?.try_into().ok().map(u64::from_le_bytes)
}

fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        ("text", bytes.to_vec()),
        ("UTF-16LE", wide(u16::to_le_bytes)),
        ("UTF-16BE", wide(u16::to_be_bytes)),
        ("upper case hex", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("URL", url(text).into_bytes()),
        ("JSON", json(text).into_bytes()),
    ];
    for shift in 0..3 {
        forms.push(("base64", base64(bytes, shift, |bytes| STANDARD_NO_PAD.encode(bytes))));
        forms.push(("URL base64", base64(bytes, shift, |bytes| URL_SAFE_NO_PAD.encode(bytes))));
    }
    forms
}

/// The letters that stand for the text alone when it begins `shift` bytes into a group of three.
fn base64(text: &[u8], shift: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let padded = [&[b'~'; 2][..shift], text].concat();
    let letters = encode(&padded);
    let (first, last) = ((shift * 8).div_ceil(6), padded.len() * 8 / 6);
    letters.as_bytes()[first..last].to_vec()
}

fn url(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    let escaped = quoted[1..quoted.len() - 1].chars().map(|letter| match letter {
        ' '..='~' => letter.to_string(),
        _ => letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    });
    escaped.collect()
}

/// DAT-4: a finder that finds nothing would make the other test worthless.
#[test]
fn a_planted_text_is_found_in_every_form() {
    let text = "kanari07\"é&/x0192f";
    let finder =
        Finder::of(&[("it".into(), text.into()), ("another".into(), "kanari08 of another field".into())]);
    let noise = |planted: &[u8]| [&[0, 255, b'k', 7][..], planted, b"kanari", &[0; 9]].concat();
    let found = |planted: &[u8]| finder.find(&noise(planted)).join(", ");
    assert_eq!(found(b"kanari07"), "");
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    for (form, planted) in [
        ("it as text", text.as_bytes()),
        ("it as UTF-16LE", &utf16(u16::to_le_bytes)),
        ("it as UTF-16BE", &utf16(u16::to_be_bytes)),
        ("it as hex", hex.as_bytes()),
        ("it as upper case hex", hex.to_uppercase().as_bytes()),
        ("it as URL", b"kanari07%22%C3%A9%26%2Fx0192f"),
        ("it as JSON", b"kanari07\\\"\\u00e9&/x0192f"),
    ] {
        assert_eq!(found(planted), form);
    }
    for before in ["", "x", "xy", "xyz"] {
        let around = format!("{before}{text} and more");
        assert!(found(STANDARD_NO_PAD.encode(&around).as_bytes()).contains("it as base64"), "{before}");
        assert!(found(URL_SAFE_NO_PAD.encode(&around).as_bytes()).contains("it as URL base64"), "{before}");
    }
}
