//! The migration that brought silence: rows are kept, a pause is remembered as the latest, and who wrote lately gets a look.

use attune::db::Conn;
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

use super::{connect, down_to, empty, up_to};
use crate::support::Backend;

/// Migrations before it.
const BEFORE: usize = 5;

/// Three parents: one wrote yesterday and the day before, one fifteen days ago, one never. `NOW` is microseconds.
const ROWS: &str = "
    INSERT INTO users (id, role, email_index, email_sealed, password_hash, display_name_sealed, time_zone, created_at,
                       updated_at)
      VALUES ('p', 'parent', 'i1', BYTES, 'h', BYTES, 'UTC', 1, 2), ('q', 'parent', 'i2', BYTES, 'h', BYTES, 'UTC', 3, 4),
             ('r', 'parent', 'i3', BYTES, 'h', BYTES, 'UTC', 5, 6);
    INSERT INTO parents (parent_id, change_seq, paused_until) VALUES ('p', 1, '2026-11-20'), ('q', 2, NULL), ('r', 3, NULL);
    INSERT INTO check_ins (parent_id, id, mood, private, incomplete, rules_pending, occurred_at, time_zone, local_date,
                           recorded_at, updated_at, said_at)
      VALUES ('p', 'c1', 3, false, false, false, 12, 'UTC', '2026-11-20', NOW - 86400000000, 14, 15),
             ('p', 'c2', 4, false, false, false, 13, 'UTC', '2026-11-19', NOW - 172800000000, 14, 15),
             ('q', 'c3', 5, true, false, false, 14, 'UTC', '2026-11-05', NOW - 1296000000000, 14, 15);
    INSERT INTO flags (parent_id, id, rule, rule_version, severity, reason, due_at, status, raised_at, last_seen_at)
      VALUES ('p', 'f', 'not_safe', 1, 'urgent', '{}', 20, 'open', 21, 22);
    INSERT INTO flag_evidence (parent_id, flag_id, kind, source_id, local_date, recorded_at, added_at)
      VALUES ('p', 'f', 'check_in', 'c1', '2026-11-20', 23, 24);
    INSERT INTO timers (parent_id, kind, subject_id, due_at) VALUES ('q', 'snooze_end', 'f', 31);";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

fn rows(conn: &mut Conn, query: &str) -> Vec<String> {
    let rows: Vec<Row> = sql_query(query).load(conn).expect("readable");
    rows.into_iter().map(|row| row.row).collect()
}

const KEPT: [&str; 3] = [
    "SELECT concat_ws(' ', parent_id, id, mood, local_date, private) AS row FROM check_ins ORDER BY id",
    "SELECT concat_ws(' ', flag_id, kind, source_id, local_date, recorded_at, added_at) AS row FROM flag_evidence",
    "SELECT concat_ws(' ', parent_id, change_seq, paused_until) AS row FROM parents ORDER BY parent_id",
];

#[test]
fn who_wrote_lately_gets_a_look_and_every_row_is_kept() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_looks") else { continue };
        let mut conn = connect(&target);
        up_to(&mut conn, BEFORE);
        let (bytes, now) = match &conn {
            Conn::Sqlite(_) => ("x'416e61'", "CAST(strftime('%s', 'now') AS INTEGER) * 1000000"),
            Conn::Postgres(_) => {
                ("'\\x416e61'::bytea", "CAST(extract(epoch FROM now()) AS BIGINT) * 1000000")
            }
        };
        conn.batch_execute(&ROWS.replace("BYTES", bytes).replace("NOW", now)).expect("the rows fit");
        let kept = |conn: &mut Conn| KEPT.map(|query| rows(conn, query));
        let before = kept(&mut conn);
        assert_eq!(before.each_ref().map(Vec::len), [3, 1, 3]);
        up_to(&mut conn, 1);
        assert_eq!(kept(&mut conn), before);
        let of = |conn: &mut Conn, query: &str| rows(conn, query);
        let pauses =
            "SELECT concat_ws(' ', parent_id, paused_through) AS row FROM parents ORDER BY parent_id";
        assert_eq!(of(&mut conn, pauses), ["p 2026-11-20", "q", "r"]);
        let timers = "SELECT concat_ws(' ', parent_id, kind, subject_id, attempts) AS row FROM timers ORDER BY parent_id";
        assert_eq!(of(&mut conn, timers), ["p quiet_day next 0", "q snooze_end f 0"]);
        let soon = format!(
            "SELECT parent_id AS row FROM timers WHERE kind = 'quiet_day' AND leased_until IS NULL \
             AND due_at BETWEEN {now} - 600000000 AND {now}"
        );
        assert_eq!(of(&mut conn, &soon), ["p"], "as soon as a server comes to it");
        assert_eq!(of(&mut conn, "SELECT 'x' AS row FROM quiet_days"), [""; 0], "no day was asked about yet");
        assert_eq!(of(&mut conn, "SELECT 'x' AS row FROM flag_evidence WHERE NOT kept_back"), ["x"]);
        conn.batch_execute(
            "INSERT INTO quiet_days (parent_id, local_date, at, flag_open, shared_flag_open)
             VALUES ('p', '2026-11-24', 1, false, false)",
        )
        .expect("what the step is for");
        down_to(&mut conn, BEFORE);
        assert_eq!(kept(&mut conn), before);
        let left = "SELECT concat_ws(' ', parent_id, kind) AS row FROM timers ORDER BY parent_id";
        assert_eq!(of(&mut conn, left), ["q snooze_end"], "older programs know no such look");
    }
}
