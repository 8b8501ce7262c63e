//! The list of what is required of every request, docs/security-tests.md, held to what it says: each row is there
//! once and names tests that run, and what is not met is said.

use crate::safety::running;

const LIST: &str = include_str!("../../docs/security-tests.md");
/// The rows of the list.
const IDS: [&str; 16] = [
    "FND-6", "FND-9", "FND-10", "FND-12", "FND-13", "FND-14", "FND-15", "FND-16", "FND-17", "FND-18",
    "FND-19", "FND-20", "FND-21", "FND-22", "FND-23", "FND-24",
];

#[test]
fn every_requirement_of_the_list_names_tests_that_run() {
    let running = running();
    let rows: Vec<&str> = LIST.lines().filter(|line| line.starts_with("| FND-")).collect();
    let ids: Vec<&str> = rows.iter().filter_map(|row| row.split(' ').nth(1)).collect();
    assert_eq!(ids, IDS);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        let tests: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{} names no test", cells[0]);
        for test in tests {
            assert!(running.contains(test), "{} names {test}, which does not run", cells[0]);
        }
        assert!(!cells[3].is_empty(), "{} does not say what is missing, or that nothing is", cells[0]);
    }
}
