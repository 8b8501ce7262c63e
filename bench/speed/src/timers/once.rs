//! Whether every look was done once: counted over all rows that one leaves behind.

use std::io;

use attune_kill::store::Rows;

use crate::fail;

/// What each morning of a silence leaves, as rows with a parent; how many of them after one morning and after two.
const LEFT: &[(&str, &str, [usize; 2])] = &[
    ("days that were asked about", "SELECT parent_id FROM quiet_days", [1, 2]),
    ("flags", "SELECT parent_id FROM flags WHERE rule = 'silence'", [1, 1]),
    (
        "events that opened one",
        "SELECT e.parent_id FROM flag_events e JOIN flags f ON f.parent_id = e.parent_id AND f.id = e.flag_id \
         WHERE f.rule = 'silence' AND e.kind = 'raised'",
        [1, 1],
    ),
    (
        "events that made one graver",
        "SELECT e.parent_id FROM flag_events e JOIN flags f ON f.parent_id = e.parent_id AND f.id = e.flag_id \
         WHERE f.rule = 'silence' AND e.kind <> 'raised'",
        [0, 1],
    ),
    ("audit rows of the server", "SELECT parent_id FROM audit WHERE actor_role = 'system'", [1, 2]),
    (
        "notices to her two doulas",
        "SELECT f.parent_id FROM outbox o JOIN flags f ON f.id = substr(o.event_id, 1, 36) WHERE f.rule = 'silence'",
        [0, 2],
    ),
];

/// What is there too often or not at all, when so many families were asked about on so many mornings.
///
/// # Errors
/// The database cannot be read.
pub fn faults(rows: &mut Rows, families: usize, mornings: usize) -> io::Result<Vec<String>> {
    let mut faults = Vec::new();
    for (what, query, left) in LEFT {
        let each = left[mornings - 1];
        let mut count =
            |of: &str| rows.count(&format!("SELECT count(*) AS n FROM ({of}) AS these")).map_err(fail);
        let wrong = count(&format!(
            "SELECT parent_id FROM ({query}) AS all_of_them GROUP BY parent_id HAVING count(*) <> {each}"
        ))?;
        let there = count(&format!("SELECT DISTINCT parent_id FROM ({query}) AS all_of_them"))?;
        let wanted = if each == 0 { 0 } else { families as i64 };
        if wrong != 0 || there != wanted {
            faults.push(format!(
                "after {mornings} mornings: {what}: {there} families have some in place of {wanted}, {wrong} of them not {each}"
            ));
        }
    }
    Ok(faults)
}
