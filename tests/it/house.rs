//! The rules of the house, over the text of the source: who may use what, and what nobody leaves behind.
//!
//! Layers are allow lists, so a new file is fenced in by default. Every check is a function over files, and each
//! is shown to find an offender that was planted for it.

mod bound;
mod layer;
mod secrecy;
pub mod source;
mod tidiness;

use source::Source;

/// A check: the offenders among the files, as `path:line: what`.
type Check = fn(&[Source]) -> Vec<String>;

/// The check finds nothing in the project.
#[track_caller]
fn holds(check: Check, files: &[Source]) {
    let offenders = check(files);
    assert!(offenders.is_empty(), "\n{}", offenders.join("\n"));
}

/// The check finds something in each of these, and nothing in those.
#[track_caller]
fn finds(check: Check, wrong: &[(&str, &str)], fine: &[(&str, &str)]) {
    for (path, text) in wrong {
        assert!(!check(&[Source::new(path, text)]).is_empty(), "not found in {path}:\n{text}");
    }
    for (path, text) in fine {
        let offenders = check(&[Source::new(path, text)]);
        assert!(offenders.is_empty(), "found in {path}: {offenders:?}\n{text}");
    }
}

#[test]
fn sql_is_written_in_stores_and_the_database_layer_only() {
    holds(layer::diesel, &Source::all("src"));
    finds(
        layer::diesel,
        &[
            ("src/care/link.rs", "use diesel::prelude::*;"),
            ("src/storey.rs", "fn f(c: &mut diesel::PgConnection) {}"),
        ],
        &[
            ("src/care/link_store.rs", "use diesel::prelude::*;"),
            ("src/db/pool.rs", "use diesel::Connection;"),
            ("src/care/link.rs", "// diesel\nlet a = \"diesel\"; dieselish();"),
        ],
    );
}

#[test]
fn http_is_spoken_at_the_edge_only() {
    holds(layer::actix, &Source::all("src"));
    finds(
        layer::actix,
        &[
            ("src/care/link.rs", "use actix_web::HttpRequest;"),
            ("src/care/mod.rs", "use actix_web::web;"),
            ("src/care/mod.rs", "use utoipa_actix_web::AppExt;"),
            ("src/auth/token.rs", "fn f(r: actix_http::Request) {}"),
        ],
        &[
            ("src/care/link_api.rs", "use actix_web::HttpRequest;"),
            ("src/care/mod.rs", "use utoipa_actix_web::service_config::ServiceConfig;"),
            ("src/auth/caller.rs", "use actix_web::FromRequest;"),
            ("src/http/json.rs", "use actix_web::web;"),
        ],
    );
}

#[test]
fn one_file_asks_what_time_it_is() {
    holds(layer::clock, &Source::all("src"));
    finds(
        layer::clock,
        &[("src/auth/token.rs", "let now = Timestamp::now();"), ("src/a.rs", "std::time::SystemTime::now()")],
        &[("src/clock.rs", "Timestamp::now()"), ("src/a.rs", "// Zoned::now()\nfn now() {}")],
    );
}

#[test]
fn one_file_reads_the_environment() {
    holds(layer::environment, &Source::all("src"));
    finds(
        layer::environment,
        &[("src/config/build.rs", "std::env::var(\"X\")"), ("src/auth/api.rs", "use std::env;")],
        &[("src/main.rs", "std::env::vars_os()"), ("src/serve/temporary.rs", "std::env::temp_dir()")],
    );
}

#[test]
fn what_decides_is_pure() {
    holds(layer::purity, &Source::all("src"));
    finds(
        layer::purity,
        &[
            ("src/rules/level.rs", "use crate::db::Conn;"),
            ("src/chart/panel.rs", "use crate::db::Conn;"),
            ("src/resource/ranking/need.rs", "use crate::{clock::Clock, rules};"),
            ("src/resource/caution.rs", "use crate::{\n    app::App,\n    db,\n};"),
            ("src/flag/lifecycle.rs", "use diesel::Queryable;"),
            ("src/help/block/words.rs", "fn f(r: &actix_web::HttpRequest) {}"),
        ],
        &[("src/rules/level.rs", "use crate::id::UserId;"), ("src/flag/store.rs", "use crate::db::Conn;")],
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    holds(tidiness::opening, &Source::all("src"));
    holds(tidiness::opening, &Source::all("tests"));
    holds(tidiness::opening, &Source::all("bench"));
    finds(tidiness::opening, &[("src/a.rs", "use b;\n"), ("src/a.rs", "")], &[("src/a.rs", "//! What.\n")]);
}

#[test]
fn no_file_is_longer_than_300_lines() {
    holds(tidiness::length, &Source::all("src"));
    holds(tidiness::length, &Source::all("tests"));
    holds(tidiness::length, &Source::all("bench"));
    let (long, fine) = ("a\n".repeat(301), "a\n".repeat(300));
    finds(tidiness::length, &[("src/a.rs", &long)], &[("src/a.rs", &fine)]);
}

#[test]
fn nothing_is_left_unfinished_and_nothing_prints_but_the_commands() {
    holds(tidiness::leftover_macros, &Source::all("src"));
    finds(
        tidiness::leftover_macros,
        &[
            ("src/a.rs", "fn f() { todo!() }"),
            ("src/cli.rs", "unimplemented!(\"later\")"),
            ("src/command/mod.rs", "dbg!(x);"),
            ("src/auth/api.rs", "println!(\"{x}\");"),
            ("src/auth/api.rs", "eprintln!(\"{x}\");"),
        ],
        &[("src/command/line.rs", "println!(\"{x}\");"), ("src/a.rs", "writeln!(out, \"todo!\")")],
    );
}

#[test]
fn no_result_is_thrown_away_in_silence() {
    holds(tidiness::dropped_results, &Source::all("src"));
    finds(
        tidiness::dropped_results,
        &[("src/a.rs", "send(x).ok();"), ("src/a.rs", "let _ = send(x);")],
        &[("src/a.rs", "let y = x.ok()?; let _turn = lock(); // .ok();")],
    );
}

/// LIM-1.
#[test]
fn nothing_waits_in_a_queue_without_an_end() {
    holds(bound::channels, &Source::all("src"));
    finds(
        bound::channels,
        &[
            ("src/a.rs", "let (a, b) = mpsc::unbounded_channel();"),
            ("src/a.rs", "fn f(to: UnboundedSender<u8>) {}"),
            ("src/a.rs", "let (a, b) = std::sync::mpsc::channel();"),
            ("src/a.rs", "let (a, b) = channel::<Vec<Vec<u8>>>();"),
            ("src/a.rs", "let (a, b) = mpsc::channel::<Job>( );"),
            ("src/a.rs", "crossbeam_channel::unbounded()"),
        ],
        &[
            (
                "src/a.rs",
                "mpsc::channel(places); mpsc::channel::<Job>(8); mpsc::sync_channel::<Job>(waiting);",
            ),
            ("src/a.rs", "oneshot::channel(); oneshot::channel::<()>(); my_channel();"),
        ],
    );
}

#[test]
fn nothing_panics_without_saying_why_it_cannot() {
    holds(tidiness::unwrapping, &Source::all("src"));
    finds(
        tidiness::unwrapping,
        &[
            ("src/a.rs", "x.unwrap();"),
            ("src/a.rs", "x.expect(\"too short\");"),
            ("src/a.rs", "x\n    .expect(\n        \"short\",\n    );"),
            ("src/a.rs", "x.expect(WHY);"),
        ],
        &[
            ("src/a.rs", "x.expect(\"written as a literal one line above\"); y.unwrap_or(1);"),
            ("src/a.rs", "found.expect(fits(a, b), \"line\", \"wrong\");"),
            ("src/a.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() { x.unwrap(); }\n}\n"),
        ],
    );
}

#[test]
fn every_exception_from_a_lint_has_a_reason() {
    for folder in ["src", "tests", "bench"] {
        holds(tidiness::exceptions, &Source::all(folder));
    }
    finds(
        tidiness::exceptions,
        &[("src/a.rs", "#[allow(dead_code)]\nfn f() {}"), ("src/a.rs", "#![expect(\n    unused\n)]\n")],
        &[(
            "src/a.rs",
            "#[expect(dead_code, reason = \"why\")]\n#![allow(\n    unused,\n    reason = \"why\"\n)]",
        )],
    );
}

#[test]
fn the_source_speaks_of_the_product_alone() {
    for folder in ["src", "tests", "bench"] {
        holds(tidiness::foreign_words, &Source::all(folder));
    }
    finds(
        tidiness::foreign_words,
        &[("src/a.rs", "// FIX\u{4d}E\n"), ("src/a.rs", "/// See /hom\u{65}/maya/notes.\n")],
        &[("src/a.rs", "//! A sign-in is a session; the User-Agent names a device.\n")],
    );
}

#[test]
fn every_rule_stands_in_the_table_of_severities() {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../../data/severities.json")).expect("JSON");
    let known: Vec<&str> =
        table["rules"].as_array().expect("a list").iter().filter_map(|r| r["id"].as_str()).collect();
    assert!(known.contains(&"not_safe"), "{known:?}");
    assert!(attune::rules::RULES.len() >= 5);
    for rule in attune::rules::RULES {
        assert!(known.contains(&rule.id.as_str()), "{} is not in data/severities.json", rule.id.as_str());
    }
    let words: Vec<(&str, Option<i64>)> = table["severities"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|severity| (severity["id"].as_str().expect("text"), severity["due_hours"].as_i64()))
        .collect();
    let ours: Vec<(&str, Option<i64>)> = attune::rules::Severity::ALL
        .iter()
        .rev()
        .map(|severity| (severity.as_str(), Some(severity.due_after().as_hours())))
        .collect();
    assert_eq!(words, ours);
}

#[test]
fn comments_texts_and_tests_are_told_from_code() {
    let text = "a(); // b\nlet q = '\"'; c(\"d\\\" e\"); r#\"f \" g\"#;\n/* h\ni */ j();\n#[cfg(test)]\nmod k;\nl();\n";
    let source = Source::new("src/a.rs", text);
    let program: String = source.program().map(|line| line.code).collect::<Vec<_>>().join("|");
    let seen: String = program.chars().filter(|c| c.is_alphanumeric() || *c == '|').collect();
    assert_eq!(seen, "a|letqc||j|l");
    assert_eq!(source.raw.len(), source.code.len());
}

#[test]
fn what_holds_secrets_or_words_cannot_be_printed() {
    holds(secrecy::printable_secrets, &Source::all("src"));
    finds(
        secrecy::printable_secrets,
        &[
            ("src/a.rs", "#[derive(Clone, Debug)]\npub struct Credentials {\n}"),
            (
                "src/a.rs",
                "#[derive(Debug)]\n#[schema(example = 1)]\npub struct Text<const MIN: usize>(String);",
            ),
            ("src/a.rs", "#[derive(Debug)]\npub enum Taken {\n}"),
        ],
        &[
            ("src/a.rs", "#[derive(Clone)]\npub struct Credentials {\n}"),
            ("src/a.rs", "#[derive(Debug)]\nstruct Fine;\n#[derive(Clone)]\nstruct Reply;"),
        ],
    );
}
