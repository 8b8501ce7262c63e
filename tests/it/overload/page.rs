//! The page of limits says what the program does: each row is compared with the setting or constant it names.

use std::{fs, path::Path};

use attune::config::Setting;

const PAGE: &str = include_str!("../../../docs/limits.md");

/// What stands in backticks in a cell.
fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The definition of a constant, on one line.
fn definition(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()?;
    let line = text.lines().map(str::trim).find(|line| {
        let line = line.strip_prefix("pub(super) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        line.strip_prefix("const ").is_some_and(|rest| rest.starts_with(&format!("{name}:")))
    });
    line.map(str::to_owned)
}

/// What is wrong with a row: `| what | bound | where | when it is reached |`.
fn mistake(row: &str) -> Option<String> {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let [_, bound, place, reached] = cells[..] else { return Some(format!("{row}: not four cells")) };
    if reached.is_empty() {
        return Some(format!("{row}: says nothing of what happens"));
    }
    let [value] = codes(bound)[..] else { return Some(format!("{row}: needs one value")) };
    match codes(place)[..] {
        [key] => match Setting::by_key(key) {
            Some(setting) if setting.default == value => None,
            Some(setting) => Some(format!("{row}: the default is {:?}", setting.default)),
            None => Some(format!("{row}: no such setting")),
        },
        [name, path] => match definition(path, name) {
            Some(line) if line.ends_with(&format!("{value};")) || line.ends_with(&format!("::{value};")) => {
                None
            }
            Some(line) => Some(format!("{row}: {line}")),
            None => Some(format!("{row}: no such constant")),
        },
        _ => Some(format!("{row}: names neither a setting nor a constant in a file")),
    }
}

/// LIM-1.
#[test]
fn each_bound_on_the_page_of_limits_is_the_one_in_force() {
    let rows: Vec<&str> = PAGE
        .lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("|---") && !line.starts_with("| What "))
        .collect();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    let mistakes: Vec<String> = rows.iter().filter_map(|row| mistake(row)).collect();
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
}

#[test]
fn a_row_that_is_wrong_is_found() {
    for wrong in [
        "| a | `9` | `pool_size` | waits |",
        "| a | `8` | `pool_sizes` | waits |",
        "| a | `8` | `pool_size` | |",
        "| a | 8 | `pool_size` | waits |",
        "| a | `100 * 1024` | `BODY_LIMIT` in `src/http/json.rs` | 413 |",
        "| a | `64 * 1024` | `BODY_LIMITS` in `src/http/json.rs` | 413 |",
        "| a | `64 * 1024` | `BODY_LIMIT` in `src/http/gone.rs` | 413 |",
        "| a | `64 * 1024` | somewhere | 413 |",
        "| a | `8` |",
    ] {
        assert!(mistake(wrong).is_some(), "{wrong}");
    }
    assert_eq!(mistake("| a | 8 (`8`) | `pool_size` | waits |"), None);
    assert_eq!(mistake("| a | `64 * 1024` | `BODY_LIMIT` in `src/http/json.rs` | 413 |"), None);
    assert_eq!(mistake("| a | `from_secs(1)` | `WAIT` in `src/db/pool.rs` | 503 |"), None);
}
