//! The commands beside `serve`: what they print, what they make, and that they are refused as the server is.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::json;

use crate::{
    program::{command, run},
    start_stop::Place,
    support::people::PASSWORD,
};

#[test]
fn openapi_prints_the_document_that_is_in_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(command(folder.path(), &["openapi"], &[]));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let kept = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json")).unwrap();
    assert!(ended.out.trim_end() == kept.trim_end(), "run `attune openapi` and keep what it prints");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn check_config_shows_what_would_be_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let code = "hunter2 hunter2 hunter2";
    let env = [("ATTUNE_REGISTRATION_DOULA", "invite"), ("ATTUNE_REGISTRATION_DOULA_CODE", code)];
    let ended = run(command(folder.path(), &["check-config", "--bind", "127.0.0.1:9"], &env));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    for line in [
        "bind = 127.0.0.1:9",
        "database_url = sqlite://attune.db",
        "registration_doula = invite",
        "note: the keys will be made on first start",
        "note: the database will be made on first start",
    ] {
        assert!(ended.out.lines().any(|printed| printed == line), "{line} in {}", ended.out);
    }
    assert!(!ended.out.contains("hunter2"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let refused = run(command(folder.path(), &["check-config", "--bind", "0.0.0.0:9"], &[]));
    assert_eq!((refused.code, refused.out.as_str()), (Some(78), ""));
    assert!(refused.err.starts_with("attune: bind (flag --bind)"), "{}", refused.err);
}

#[test]
fn migrate_makes_the_schema_and_no_account() {
    for place in Place::both("migrate_command") {
        for _ in 0..2 {
            let ended = run(command(place.path(), &["migrate", "--database-url", &place.url], &[]));
            assert_eq!(ended.code, Some(0), "{}", ended.err);
            assert_eq!(ended.out.trim_end(), "the database schema is up to date");
        }
        assert_eq!(place.count("users"), 0);
        let server = place.serve(&["--no-migrate"]);
        assert_eq!(server.get("/health/ready", None).0, 200);
    }
}

fn create_operator(place: &Place, email: &str, password: &str) -> (Option<i32>, String) {
    let words = ["operator", "create", "--email", email, "--password-stdin", "--database-url", &place.url];
    let mut command: Command = command(place.path(), &words, &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// FND-2.
#[test]
fn an_operator_is_made_by_hand_and_sees_no_words_of_parents() {
    for place in Place::both("operator_command") {
        let (code, err) = create_operator(&place, "op@example.org", "too short");
        assert_eq!(code, Some(1), "{err}");
        assert!(err.starts_with("attune: the password: ") && !err.contains("too short"), "{err}");
        let (code, err) = create_operator(&place, "no address", PASSWORD);
        assert_eq!(code, Some(1), "{err}");
        assert_eq!(create_operator(&place, "op@example.org", PASSWORD), (Some(0), String::new()));
        let (code, err) = create_operator(&place, "OP@example.org", PASSWORD);
        assert_eq!((code, err.trim_end()), (Some(1), "attune: this address has an account already"));
        assert_eq!(place.count("users"), 1);

        let server = place.serve(&[]);
        let login = json!({"email": "op@example.org", "password": PASSWORD});
        let (status, tokens) = server.send("POST", "/v1/auth/login", None, &[], &login);
        assert_eq!(status, 200, "{tokens}");
        let token = tokens["access_token"].as_str();
        assert_eq!(server.get("/v1/me", token).1["role"], "operator");
        let (status, refused) = server.get("/v1/check-ins", token);
        assert_eq!((status, &refused["code"]), (403, &json!("wrong_role")));
        let (status, refused) = server.get("/v1/flags", token);
        assert_eq!((status, &refused["code"]), (403, &json!("wrong_role")));
    }
}
