//! What is stored is kept when an older schema is migrated, and when the newest steps are taken back.

use attune::db::Conn;
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

use super::{connect, down_to, empty, shape::Shape, up, up_to};
use crate::support::Backend;

/// As many migrations as there were when rows were last laid out anew.
pub(super) const OLD: usize = 2;

/// A row of every table that a family leaves behind. `BYTES` stands for a short binary text of either dialect.
const ROWS: &str = "
    INSERT INTO users (id, role, email_index, email_sealed, password_hash, display_name_sealed, time_zone, created_at,
                       updated_at)
      VALUES ('p', 'parent', 'i1', BYTES, 'h', BYTES, 'UTC', 1, 2), ('d', 'doula', 'i2', BYTES, 'h', BYTES, 'UTC', 3, 4);
    INSERT INTO person_keys VALUES ('p', 1, BYTES, 5);
    INSERT INTO sessions (id, user_id, device, seed, rotated_at, auth_time, created_at, last_used_at, idle_expires_at,
                          expires_at)
      VALUES ('s', 'p', 'phone', BYTES, 6, 7, 8, 9, 10, 11);
    INSERT INTO parents (parent_id, change_seq) VALUES ('p', 1);
    INSERT INTO check_ins (parent_id, id, mood, note_sealed, private, incomplete, rules_pending, occurred_at, time_zone,
                           local_date, recorded_at, updated_at, said_at)
      VALUES ('p', 'c1', 3, BYTES, false, false, false, 12, 'UTC', '2026-11-20', 13, 14, 15),
             ('p', 'c2', NULL, NULL, true, true, true, 16, 'UTC', '2026-11-21', 17, 18, 19);
    INSERT INTO check_in_revisions (parent_id, check_in_id, revision, mood, private, incomplete, occurred_at, time_zone,
                                    local_date, written_at)
      VALUES ('p', 'c1', 1, 4, false, false, 12, 'UTC', '2026-11-20', 13);
    INSERT INTO flags (parent_id, id, rule, rule_version, severity, reason, due_at, status, raised_at, last_seen_at)
      VALUES ('p', 'f', 'not_safe', 1, 'urgent', '{}', 20, 'open', 21, 22);
    INSERT INTO flag_evidence (parent_id, flag_id, kind, source_id, local_date, recorded_at, added_at, withdrawn_at)
      VALUES ('p', 'f', 'check_in', 'c1', '2026-11-20', 23, 24, 25);
    INSERT INTO flag_events (parent_id, flag_id, seq, at, actor_id, kind, to_status, private)
      VALUES ('p', 'f', 1, 26, 'd', 'raised', 'open', false);
    INSERT INTO changes VALUES ('p', 1, 'check_in', 'c1', 'put', 27);
    INSERT INTO audit (id, at, actor_id, actor_role, action, parent_id) VALUES ('a', 28, 'p', 'parent', 'x', 'p');
    INSERT INTO outbox (parent_id, event_id, recipient_id, kind, body_sealed, created_at, due_at)
      VALUES ('p', 'f/1', 'd', 'flag', BYTES, 29, 30);
    INSERT INTO timers (parent_id, kind, subject_id, due_at) VALUES ('p', 'snooze_end', 'f', 31);
    INSERT INTO idempotency_keys (user_id, operation, key, body_hash, status, body_sealed, expires_at)
      VALUES ('p', 'create_check_in', 'k', 'b', 201, BYTES, 32);";

const TABLES: [&str; 14] = [
    "users",
    "person_keys",
    "sessions",
    "parents",
    "check_ins",
    "check_in_revisions",
    "flags",
    "flag_evidence",
    "flag_events",
    "changes",
    "audit",
    "outbox",
    "timers",
    "idempotency_keys",
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

/// The columns of a table, in a fixed order.
fn columns(conn: &mut Conn, table: &str) -> Vec<String> {
    let head = format!("{table}: column ");
    let lines = Shape::of(conn).lines;
    let names =
        lines.iter().filter_map(|line| line.strip_prefix(&head)?.split(' ').next().map(str::to_owned));
    names.collect()
}

fn rows(conn: &mut Conn, table: &str, columns: &[String]) -> Vec<String> {
    let list = columns.iter().map(|name| format!("coalesce(CAST({name} AS text), 'nothing')"));
    let query = format!(
        "SELECT concat_ws(' | ', {}) AS row FROM {table} ORDER BY 1",
        list.collect::<Vec<_>>().join(", ")
    );
    let rows: Vec<Row> = sql_query(query).load(conn).expect("readable");
    rows.into_iter().map(|row| row.row).collect()
}

/// The rows of an old schema, to be compared with what is there later.
pub(super) struct Kept {
    columns: Vec<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl Kept {
    /// Makes the old schema and a row of every table that a family leaves behind.
    pub(super) fn lay(conn: &mut Conn) -> Self {
        up_to(conn, OLD);
        let bytes = match conn {
            Conn::Sqlite(sqlite) => {
                sqlite.batch_execute("PRAGMA foreign_keys = ON").expect("set");
                "x'416e61'"
            }
            Conn::Postgres(_) => "'\\x416e61'::bytea",
        };
        conn.batch_execute(&ROWS.replace("BYTES", bytes)).expect("the rows fit the old schema");
        let columns = TABLES.iter().map(|table| columns(conn, table)).collect();
        let mut kept = Self { columns, rows: Vec::new() };
        kept.rows = kept.now(conn);
        assert!(kept.rows.iter().all(|rows| !rows.is_empty()), "{:?}", kept.rows);
        kept
    }

    /// The same rows now, by the columns that the old schema had.
    fn now(&self, conn: &mut Conn) -> Vec<Vec<String>> {
        TABLES.iter().zip(&self.columns).map(|(table, columns)| rows(conn, table, columns)).collect()
    }

    #[track_caller]
    pub(super) fn is_there(&self, conn: &mut Conn) {
        assert_eq!(self.now(conn), self.rows);
    }
}

/// REL-16.
#[test]
fn rows_are_kept_on_the_way_up_and_on_the_way_down() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_kept") else { continue };
        let mut conn = connect(&target);
        let mut kept = Kept::lay(&mut conn);
        up(&mut conn);
        kept.is_there(&mut conn);
        let orphan = "INSERT INTO flag_evidence (parent_id, flag_id, kind, source_id, local_date, recorded_at, added_at) \
                      VALUES ('p', 'none', 'check_in', 'c1', '2026-11-20', 1, 1)";
        conn.batch_execute(orphan).expect_err("children still need their parents");
        conn.batch_execute("DELETE FROM check_ins WHERE id = 'c1'").expect("removed");
        assert_eq!(
            rows(&mut conn, "check_in_revisions", &kept.columns[5]),
            [""; 0],
            "revisions go with their check-in"
        );
        kept.rows = kept.now(&mut conn);
        down_to(&mut conn, OLD);
        kept.is_there(&mut conn);
    }
}

/// H41: evidence that is there already learns when its answer was first stored, where that was before it was last said; what
/// was taken back tells of the taking back alone, and of what is gone nobody knows any more.
#[test]
fn evidence_that_is_there_learns_when_its_answer_was_stored() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_told") else { continue };
        let mut conn = connect(&target);
        Kept::lay(&mut conn);
        conn.batch_execute(
            "INSERT INTO flags (parent_id, id, rule, rule_version, severity, reason, due_at, status, raised_at, last_seen_at)
               VALUES ('p', 't', 'urgent_taken_back', 1, 'same_day', '{}', 20, 'open', 21, 22);
             INSERT INTO flag_evidence (parent_id, flag_id, kind, source_id, local_date, recorded_at, added_at)
               VALUES ('p', 'f', 'check_in', 'c2', '2026-11-21', 17, 24), ('p', 'f', 'check_in', 'gone', '2026-11-21', 23, 24),
                      ('p', 't', 'check_in', 'c1', '2026-11-20', 23, 24);",
        )
        .expect("the rows fit the old schema");
        up(&mut conn);
        let columns = ["flag_id", "source_id", "first_recorded_at", "taken_from"].map(str::to_owned);
        assert_eq!(
            rows(&mut conn, "flag_evidence", &columns),
            [
                "f | c1 | 13 | nothing",
                "f | c2 | nothing | nothing",
                "f | gone | nothing | nothing",
                "t | c1 | nothing | nothing"
            ]
        );
    }
}
