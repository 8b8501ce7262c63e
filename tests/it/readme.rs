//! What README.md promises for the first minutes: its commands, and that the lines of the demo work when
//! pasted.

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::program::{Server, command};

/// The fenced blocks of README.md in this language.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let fence = format!("```{language}\n");
    readme
        .split(fence.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```"))
        .map(|(block, _)| block.into())
        .collect()
}

/// The words of a command line, as a shell takes them apart; no more of it than the printed lines use.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match quote {
            Some(mark) if mark == letter => quote = None,
            Some(_) => word.push(letter),
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None if letter.is_whitespace() => words.push(std::mem::take(&mut word)),
            None => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Runs a printed line: by the shell where curl is installed, else by sending what it says.
fn paste(server: &Server, line: &str) -> Value {
    let installed = Command::new("curl").arg("--version").output().is_ok();
    if installed {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        return serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    }
    let words = words(line);
    let after = |flag: &str| words.iter().position(|word| word == flag).map(|at| words[at + 1].clone());
    let token = words.iter().find_map(|word| word.strip_prefix("Authorization: Bearer ")).unwrap();
    let path = words.iter().find_map(|word| word.strip_prefix(server.address.as_str())).unwrap();
    match after("-d") {
        Some(body) => server.send("POST", path, Some(token), &[], &serde_json::from_str(&body).unwrap()).1,
        None => server.get(path, Some(token)).1,
    }
}

#[test]
fn the_readme_names_the_two_commands() {
    let commands = blocks("sh");
    for command in ["cargo run -- serve --demo", "cargo test"] {
        assert!(commands.iter().any(|block| block.lines().any(|line| line.trim() == command)), "{command}");
    }
}

#[test]
fn json_in_the_readme_is_json() {
    let shown = blocks("json");
    assert!(!shown.is_empty(), "the README shows an answer");
    for block in shown {
        assert!(serde_json::from_str::<Value>(&block).is_ok(), "{block}");
    }
}

/// FND-2: only asked for, and gone when it stops.
#[test]
fn the_lines_of_the_demo_work_when_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().to_str().unwrap().to_owned();
    let env = [("ATTUNE_BIND", "127.0.0.1:0"), ("TMPDIR", temporary.as_str())];
    let mut server = Server::start(command(folder.path(), &["serve", "--demo"], &env));
    assert!(server.banner.starts_with(concat!("attune ", env!("CARGO_PKG_VERSION"))), "{}", server.banner);
    assert!(server.banner.contains("temporary embedded database"), "{}", server.banner);
    assert!(server.banner.ends_with(&format!("{}/docs", server.address)), "{}", server.banner);

    let mut pasted = Vec::new();
    while pasted.len() < 2 {
        let line = server.line();
        if let Some(at) = line.find("curl ") {
            pasted.push((
                line[..at].split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
                line[at..].to_owned(),
            ));
        }
    }
    assert_eq!(pasted[0].0, ["parent", "Maya"]);
    assert_eq!(pasted[1].0, ["doula", "Asha"]);

    let entry = paste(&server, &pasted[0].1);
    assert!(entry["check_in"]["id"].is_string(), "{entry}");
    assert!(entry["check_in"]["mood"].is_number(), "{entry}");
    assert!(entry["suggestions"].as_array().is_some_and(|list| !list.is_empty()), "{entry}");
    assert!(entry["suggestions"][0]["resource"]["title"].is_string(), "{entry}");

    let flags = paste(&server, &pasted[1].1);
    let first = &flags["data"][0];
    assert!(first["reason"].as_str().is_some_and(|reason| reason.len() > 20), "{flags}");
    assert!(first["parent"]["display_name"].is_string() && first["due_at"].is_string(), "{flags}");
    let pressing = ["urgent", "same_day"].map(Value::from);
    assert!(pressing.contains(&first["severity"]), "the first is what Asha should look at today: {first}");

    // The example of the README is taken as it stands.
    let token = words(&pasted[0].1)
        .iter()
        .find_map(|word| word.strip_prefix("Authorization: Bearer ").map(str::to_owned));
    let example =
        blocks("sh").into_iter().find(|block| block.contains("/v1/check-ins")).expect("an example request");
    let at = example.find("-d '").expect("a body") + 4;
    let body: Value = serde_json::from_str(example[at..].split('\'').next().unwrap()).unwrap();
    let (status, answer) = server.send("POST", "/v1/check-ins", token.as_deref(), &[], &body);
    assert_eq!(status, 201, "{answer}");

    let (ended, log) = server.stop();
    assert_eq!(ended.code(), Some(0), "{log}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a demo leaves nothing behind");
    assert_eq!(json!(words("a 'b c' \"d\"")), json!(["a", "b c", "d"]));
}
