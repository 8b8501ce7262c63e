//! Growth: copies of the seeded parents, put beside them by the database itself.
//!
//! Sending a million entries would take an hour and measure nothing. The copies are rows like any other, in every
//! index; only their sealed words cannot be opened, because a cell is bound to its row, and nobody asks for them.
//! Of what stands beside an entry its change and its audit row are copied too. Flags, notices and keys of repetitions
//! are not: what was filled in raised none and took no key.

use std::io;

use crate::limit;

/// Stored check-ins to grow to.
pub const ENTRIES: usize = 1_000_000;

/// The numbers that a fortnight of entries, a baby and two links take in the change sequence.
const CHANGES: usize = crate::fill::ENTRIES + 10;

/// Statements that make `copies` of every parent with her backdated entries. `name` is an expression in `k` that
/// gives eight characters, which take the place of the first eight of every id. The numbers come first, so that rows are
/// made in the order of their keys and not all over the file.
fn statements(copies: usize, numbers: &str, name: &str) -> [String; 6] {
    let renamed = |column: &str| format!("{name} || substr({column}, 9)");
    let numbers = numbers.replace("COPIES", &copies.to_string());
    let (user, parent, id) = (renamed("u.id"), renamed("c.parent_id"), renamed("c.id"));
    [
        format!(
            "INSERT INTO users (id, role, email_index, email_sealed, password_hash, display_name_sealed, time_zone, \
             country, created_at, updated_at) SELECT {user}, u.role, {name} || u.email_index, u.email_sealed, \
             u.password_hash, u.display_name_sealed, u.time_zone, u.country, u.created_at, u.updated_at \
             FROM {numbers} CROSS JOIN users u WHERE u.role = 'parent'"
        ),
        format!(
            "INSERT INTO person_keys (person_id, key_version, wrapped, created_at) SELECT {}, p.key_version, \
             p.wrapped, p.created_at FROM {numbers} CROSS JOIN person_keys p JOIN users u ON u.id = p.person_id \
             WHERE u.role = 'parent' AND substr(u.id, 1, 2) <> '00'",
            renamed("p.person_id")
        ),
        format!(
            "INSERT INTO parents (parent_id, contexts, change_seq) SELECT {}, p.contexts, p.change_seq \
             FROM {numbers} CROSS JOIN parents p WHERE substr(p.parent_id, 1, 2) <> '00'",
            renamed("p.parent_id")
        ),
        format!(
            "INSERT INTO check_ins (parent_id, id, revision, mood, connection, anxiety, sleep_half_hours, \
             note_sealed, private, incomplete, rules_pending, occurred_at, time_zone, local_date, recorded_at, \
             updated_at) SELECT {parent}, {id}, c.revision, c.mood, c.connection, c.anxiety, c.sleep_half_hours, \
             c.note_sealed, c.private, c.incomplete, c.rules_pending, c.occurred_at, c.time_zone, c.local_date, \
             c.recorded_at, c.updated_at FROM {numbers} CROSS JOIN check_ins c \
             WHERE c.recorded_at - c.occurred_at > 3600000000 AND substr(c.parent_id, 1, 2) <> '00'"
        ),
        format!(
            "INSERT INTO changes (parent_id, seq, kind, object_id, op, at) SELECT {parent}, c.seq, c.kind, \
             {name} || substr(c.object_id, 9), c.op, c.at FROM {numbers} CROSS JOIN changes c \
             WHERE c.seq <= {CHANGES} AND substr(c.parent_id, 1, 2) <> '00'"
        ),
        format!(
            "INSERT INTO audit (id, at, actor_id, actor_role, action, parent_id, object_id) SELECT {}, a.at, \
             {}, a.actor_role, a.action, {parent}, {id} FROM {numbers} CROSS JOIN audit a \
             JOIN check_ins c ON c.parent_id = a.parent_id AND c.id = a.object_id WHERE a.action = 'check_in.create' \
             AND c.recorded_at - c.occurred_at > 3600000000 AND substr(c.parent_id, 1, 2) <> '00'",
            renamed("a.id"),
            renamed("a.actor_id")
        ),
    ]
}

/// What makes so many copies of every parent, each with her timers put off by `later` microseconds and without
/// entries.
pub fn waiting(copies: usize, sqlite: bool, later: i64) -> Vec<String> {
    let (numbers, name) = if sqlite { SQLITE } else { POSTGRES };
    let [users, keys, parents, ..] = statements(copies, numbers, name);
    let timers = format!(
        "INSERT INTO timers (parent_id, kind, subject_id, due_at, attempts) SELECT {name} || substr(t.parent_id, 9), \
         t.kind, t.subject_id, t.due_at + {later}, 0 FROM {} CROSS JOIN timers t \
         WHERE substr(t.parent_id, 1, 2) <> '00'",
        numbers.replace("COPIES", &copies.to_string())
    );
    vec![users, keys, parents, timers]
}

/// Numbers from 1 to `COPIES` as `k`, and eight characters made of `k`.
const SQLITE: (&str, &str) = (
    "(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < COPIES) SELECT k FROM n)",
    "printf('%08x', k)",
);
const POSTGRES: (&str, &str) =
    ("(SELECT generate_series(1, COPIES) AS k) AS numbers", "lpad(to_hex(k), 8, '0')");

/// Grows an SQLite file that no server has open.
pub fn sqlite(path: &str, copies: usize) -> io::Result<()> {
    let statements = statements(copies, SQLITE.0, SQLITE.1).join("; ");
    limit::execute(path, &format!("BEGIN; {statements}; COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"))
}

/// What grows a PostgreSQL database.
pub fn postgres(copies: usize) -> Vec<String> {
    let mut all: Vec<String> = statements(copies, POSTGRES.0, POSTGRES.1).into();
    all.push("VACUUM ANALYZE".to_owned());
    all
}
