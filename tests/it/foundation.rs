//! The two lists of docs/security-tests.md, what is required of every request and what of faults and overload, held to
//! what they say: each row is there once and names tests that run, and what is not met is said.

use crate::safety::running;

const LIST: &str = include_str!("../../docs/security-tests.md");
/// The rows of the list of requests.
const REQUESTS: [&str; 16] = [
    "FND-6", "FND-9", "FND-10", "FND-12", "FND-13", "FND-14", "FND-15", "FND-16", "FND-17", "FND-18",
    "FND-19", "FND-20", "FND-21", "FND-22", "FND-23", "FND-24",
];
/// The rows of the list of faults, which say as well what was tried by hand.
const FAULTS: [&str; 19] = [
    "FND-11", "REL-1", "REL-2", "REL-3", "REL-4", "REL-5", "REL-6", "REL-8", "REL-9", "REL-10", "REL-13",
    "REL-14", "REL-15", "REL-16", "REL-17", "REL-23", "LIM-1", "LIM-2", "LIM-3",
];
/// What no test shows, only a run by hand.
const BY_HAND_ALONE: [&str; 1] = ["REL-8"];

#[test]
fn every_requirement_of_the_lists_names_tests_that_run() {
    let running = running();
    let (requests, faults) = LIST.split_once("# What is shown of faults").expect("two lists");
    for (list, wanted, width) in [(requests, &REQUESTS[..], 4), (faults, &FAULTS[..], 5)] {
        let is_row = |line: &&str| ["| FND-", "| REL-", "| LIM-"].iter().any(|start| line.starts_with(start));
        let rows: Vec<&str> = list.lines().filter(is_row).collect();
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.split(' ').nth(1)).collect();
        assert_eq!(ids, wanted);
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), width, "{row}");
            let tests: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
            let by_hand = cells.len() == 5 && !cells[3].is_empty() && BY_HAND_ALONE.contains(&cells[0]);
            assert!(by_hand || !tests.is_empty(), "{} names no test", cells[0]);
            for test in tests {
                assert!(running.contains(test), "{} names {test}, which does not run", cells[0]);
            }
            let last = cells[cells.len() - 1];
            assert!(!last.is_empty(), "{} does not say what is missing, or that nothing is", cells[0]);
        }
    }
}
