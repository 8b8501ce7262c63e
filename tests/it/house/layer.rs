//! Which file may use what: allow lists by path.

use super::source::{Source, names};

/// Lines of the files that are not allowed to have it, where `has` says that they have it.
fn only_in(
    files: &[Source],
    allowed: fn(&str) -> bool,
    what: &str,
    has: impl Fn(&str) -> bool,
) -> Vec<String> {
    let fenced = files.iter().filter(|file| !allowed(&file.path));
    fenced
        .flat_map(|file| file.lines().map(|line| (file.path.clone(), line)))
        .filter(|(_, line)| has(&line.code))
        .map(|(path, line)| format!("{path}:{}: {what}: {}", line.number, line.raw.trim()))
        .collect()
}

/// SQL.
pub fn diesel(files: &[Source]) -> Vec<String> {
    let allowed = |path: &str| path.starts_with("src/db/") || path.ends_with("store.rs");
    only_in(files, allowed, "SQL belongs into a store", |line| {
        names(line, "diesel") || names(line, "diesel_migrations")
    })
}

/// HTTP.
pub fn actix(files: &[Source]) -> Vec<String> {
    let at_the_edge = |path: &str| {
        matches!(path, "src/main.rs" | "src/app.rs" | "src/auth/caller.rs")
            || ["src/serve/", "src/http/", "src/openapi/"].iter().any(|folder| path.starts_with(folder))
            || path.ends_with("api.rs")
    };
    let mut found = only_in(files, at_the_edge, "HTTP belongs to the edge", |line| {
        names(line, "actix_web") || names(line, "actix_http")
    });
    // A feature's mod.rs hands its handlers over, and may do nothing else with HTTP.
    found.extend(only_in(files, at_the_edge, "HTTP belongs to the edge", |line| {
        names(line, "utoipa_actix_web")
            && !line.contains("use utoipa_actix_web::service_config::ServiceConfig;")
    }));
    let may_configure = |path: &str| {
        matches!(path, "src/app.rs")
            || path.ends_with("/mod.rs")
            || ["src/serve/", "src/http/", "src/openapi/"].iter().any(|folder| path.starts_with(folder))
    };
    found.extend(only_in(files, may_configure, "routes belong into mod.rs", |line| {
        names(line, "utoipa_actix_web")
    }));
    found
}

/// The system clock. A span that is only logged may be measured by the monotonic one.
pub fn clock(files: &[Source]) -> Vec<String> {
    only_in(
        files,
        |path| path == "src/clock.rs",
        "ask the clock",
        |line| {
            ["Timestamp::now", "SystemTime::now", "Zoned::now", "SystemTime::UNIX_EPOCH.elapsed"]
                .iter()
                .any(|call| names(line, call))
        },
    )
}

/// The process environment.
pub fn environment(files: &[Source]) -> Vec<String> {
    only_in(
        files,
        |path| path == "src/main.rs",
        "settings come through Config",
        |line| {
            let line = line.replace("std::env::temp_dir", "");
            names(&line, "std::env") || names(&line, "env::var") || names(&line, "env::var_os")
        },
    )
}

/// Values in, values out.
pub fn purity(files: &[Source]) -> Vec<String> {
    let may_have_effects = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let pure = path.starts_with("src/rules/")
            || path.starts_with("src/chart/")
            || path.starts_with("src/help/block")
            || path.contains("/ranking")
            || path.contains("/caution")
            || name == "lifecycle.rs"
            || name == "scoring.rs"
            || name == "offer.rs";
        !pure
    };
    // A `use crate::{…}` over several lines names modules at the beginning of a line.
    let imports = |line: &str, module: &str| {
        let (path, brace, item) =
            (format!("crate::{module}"), format!("crate::{{{module}"), line.trim_start());
        names(line, &path)
            || line.contains(&brace)
            || item.starts_with(&format!("{module}::"))
            || item == format!("{module},")
            || (line.contains("crate::{") && names(line, module))
    };
    only_in(files, may_have_effects, "this decides and does nothing else", move |line| {
        ["diesel", "actix_web", "actix_http", "tokio", "tracing"].iter().any(|krate| names(line, krate))
            || ["db", "clock", "app", "config"].iter().any(|module| imports(line, module))
    })
}
