//! What no interface says, asked of the database itself after the server has stopped: private evidence, the outbox,
//! whether rows that belong together are all there, and whether the database finds itself sound.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};

/// Rows that are compared with the journal.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// What flags rest on.
    pub evidence: Vec<Evidence>,
    /// Notices of flags of danger.
    pub notices: Vec<Notice>,
    /// Steps with flags of which no doula reads what is shared any more.
    pub hidden_steps: Vec<HiddenSteps>,
    /// All check-ins.
    pub check_ins: i64,
    /// All flags.
    pub flags: i64,
    /// All rows of the outbox, whatever they are about.
    pub outbox: i64,
    /// Rows that are there without their companions, or the other way round: what and how many.
    pub torn: Vec<(String, i64)>,
    /// What the database says of itself; one line for each fault.
    pub faults: Vec<String>,
    /// Bytes.
    pub size: i64,
}

/// A check-in in a flag.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Evidence {
    /// Rule of the flag.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// Which flag.
    #[diesel(sql_type = Text)]
    pub flag: String,
    /// Which check-in.
    #[diesel(sql_type = Text)]
    pub check_in: String,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Notice {
    /// Flag and number of the event, with a slash between.
    #[diesel(sql_type = Text)]
    pub event: String,
    /// Who is to be told.
    #[diesel(sql_type = Text)]
    pub recipient: String,
}

/// The steps of one doula with a flag whose last shared entry was hidden: she finds neither any more, as the parent wants it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct HiddenSteps {
    /// Which flag.
    #[diesel(sql_type = Text)]
    pub flag: String,
    /// Who took them.
    #[diesel(sql_type = Text)]
    pub doula: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub steps: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Each counts rows that must not be.
const TORN: &[(&str, &str)] = &[
    (
        "check-ins without an audit row",
        "SELECT count(*) AS n FROM check_ins c LEFT JOIN audit a \
         ON a.object_id = c.id AND a.action = 'check_in.create' WHERE a.id IS NULL",
    ),
    (
        "check-ins without a change",
        "SELECT count(*) AS n FROM check_ins c LEFT JOIN changes g \
         ON g.object_id = c.id AND g.kind = 'check_in' WHERE g.seq IS NULL",
    ),
    (
        "changes of check-ins that are neither there nor removed",
        "SELECT count(*) AS n FROM changes g LEFT JOIN check_ins c ON c.parent_id = g.parent_id AND c.id = g.object_id \
         WHERE g.kind = 'check_in' AND c.id IS NULL AND NOT EXISTS (SELECT 1 FROM changes d \
         WHERE d.parent_id = g.parent_id AND d.object_id = g.object_id AND d.kind = 'check_in' AND d.op = 'delete')",
    ),
    (
        "removed check-ins that are there, or were removed twice",
        "SELECT (SELECT count(*) FROM changes g JOIN check_ins c ON c.id = g.object_id \
         WHERE g.kind = 'check_in' AND g.op = 'delete') + (SELECT count(*) - count(DISTINCT object_id) \
         FROM changes WHERE kind = 'check_in' AND op = 'delete') AS n",
    ),
    (
        "check-ins without one of their revisions, or one too many",
        "SELECT count(*) AS n FROM check_ins c LEFT JOIN \
         (SELECT parent_id, check_in_id, count(*) AS kept FROM check_in_revisions GROUP BY parent_id, check_in_id) \
         AS r ON r.parent_id = c.parent_id AND r.check_in_id = c.id \
         WHERE c.revision <> coalesce(r.kept, 0) + 1",
    ),
    (
        "changes and removals of check-ins without an audit row, or the other way round",
        "SELECT abs((SELECT count(*) FROM changes WHERE kind = 'check_in') - (SELECT count(*) FROM audit \
         WHERE action IN ('check_in.create', 'check_in.edit', 'check_in.delete'))) AS n",
    ),
    (
        "evidence without a check-in",
        "SELECT count(*) AS n FROM flag_evidence e LEFT JOIN check_ins c \
         ON c.parent_id = e.parent_id AND c.id = e.source_id WHERE c.id IS NULL",
    ),
    (
        "flags without evidence",
        "SELECT count(*) AS n FROM flags f LEFT JOIN flag_evidence e \
         ON e.parent_id = f.parent_id AND e.flag_id = f.id WHERE e.source_id IS NULL",
    ),
    (
        "second unclosed flags of a rule",
        "SELECT count(*) AS n FROM (SELECT 1 AS one FROM flags WHERE closed_at IS NULL \
         GROUP BY parent_id, rule HAVING count(*) > 1) AS twice",
    ),
    (
        "gaps in a parent's changes",
        "SELECT count(*) AS n FROM parents p LEFT JOIN \
         (SELECT parent_id, count(*) AS all_of_them FROM changes GROUP BY parent_id) AS g \
         ON g.parent_id = p.parent_id WHERE p.change_seq <> coalesce(g.all_of_them, 0)",
    ),
    (
        "keys without an answer",
        "SELECT count(*) AS n FROM idempotency_keys WHERE status <> 201 OR body_sealed IS NULL",
    ),
    (
        "check-ins without a key, or keys without a check-in",
        "SELECT abs((SELECT count(*) FROM check_ins) + \
         (SELECT count(*) FROM changes WHERE kind = 'check_in' AND op = 'delete') - \
         (SELECT count(*) FROM idempotency_keys WHERE operation = 'create_check_in')) AS n",
    ),
    (
        "notices without an event",
        "SELECT count(*) AS n FROM outbox o LEFT JOIN flag_events e ON e.parent_id = o.parent_id \
         AND o.event_id = e.flag_id || '/' || CAST(e.seq AS TEXT) WHERE e.seq IS NULL",
    ),
];

/// Reads all of it. Nobody else has the database open.
///
/// # Errors
/// In words, when the database cannot be read.
pub fn read(url: &str, folder: &std::path::Path) -> Result<Stored, String> {
    let said = |e: diesel::result::Error| e.to_string();
    match url.strip_prefix("sqlite://") {
        Some(file) => {
            let path = folder.join(file);
            let path = path.to_str().ok_or("the folder's name is not UTF-8")?;
            let mut conn = SqliteConnection::establish(path).map_err(|e| e.to_string())?;
            let check = "SELECT integrity_check AS line FROM pragma_integrity_check UNION ALL \
                         SELECT 'orphan in ' || \"table\" FROM pragma_foreign_key_check";
            let lines: Vec<Line> = sql_query(check).load(&mut conn).map_err(said)?;
            let faults = lines.into_iter().map(|line| line.line).filter(|line| line != "ok").collect();
            let size = "SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size";
            rows(&mut conn, size, faults).map_err(said)
        }
        None => {
            let mut conn = PgConnection::establish(url).map_err(|e| e.to_string())?;
            let faults = postgres_faults(&mut conn).map_err(said)?;
            rows(&mut conn, "SELECT pg_database_size(current_database()) AS n", faults).map_err(said)
        }
    }
}

/// A connection to the database of a server, which may be running.
pub enum Rows {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Rows {
    /// Opens one; `sqlite://FILE` is below the folder.
    ///
    /// # Errors
    /// In words, when the database cannot be reached.
    pub fn open(url: &str, folder: &std::path::Path) -> Result<Self, String> {
        let Some(file) = url.strip_prefix("sqlite://") else {
            return PgConnection::establish(url).map(Self::Postgres).map_err(|e| e.to_string());
        };
        let path = folder.join(file);
        let path = path.to_str().ok_or("the folder's name is not UTF-8")?;
        let mut conn = SqliteConnection::establish(path).map_err(|e| e.to_string())?;
        conn.batch_execute("PRAGMA busy_timeout = 10000").map_err(|e| e.to_string())?;
        Ok(Self::Sqlite(conn))
    }

    /// What a query says that gives one number, named `n`.
    ///
    /// # Errors
    /// In words, when it is refused.
    pub fn count(&mut self, query: &str) -> Result<i64, String> {
        let count: diesel::QueryResult<Count> = match self {
            Self::Sqlite(conn) => sql_query(query).get_result(conn),
            Self::Postgres(conn) => sql_query(query).get_result(conn),
        };
        count.map(|count| count.n).map_err(|e| format!("{query}: {e}"))
    }

    /// Runs statements.
    ///
    /// # Errors
    /// In words, when they are refused.
    pub fn execute(&mut self, statements: &str) -> Result<(), String> {
        let done = match self {
            Self::Sqlite(conn) => conn.batch_execute(statements),
            Self::Postgres(conn) => conn.batch_execute(statements),
        };
        done.map_err(|e| e.to_string())
    }
}

/// Reads every heap page and compares each index with its table.
fn postgres_faults(conn: &mut PgConnection) -> diesel::QueryResult<Vec<String>> {
    let about = "SELECT count(*) AS n FROM pg_available_extensions WHERE name = 'amcheck'";
    let available: Count = sql_query(about).get_result(conn)?;
    if available.n == 0 {
        return Ok(vec!["the extension amcheck is not installed, so nothing was checked".to_owned()]);
    }
    conn.batch_execute("CREATE EXTENSION IF NOT EXISTS amcheck")?;
    let heap = "SELECT c.relname || ': ' || h.msg AS line FROM pg_class c, LATERAL verify_heapam(c.oid) h \
                WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace";
    let lines: Vec<Line> = sql_query(heap).load(conn)?;
    let mut faults: Vec<String> = lines.into_iter().map(|line| line.line).collect();
    let indexes = "SELECT bt_index_check(c.oid, true)::text AS line FROM pg_class c \
                   JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree' \
                   WHERE c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace";
    // It raises an error at the first fault and returns nothing else.
    if let Err(fault) = conn.batch_execute(indexes) {
        faults.push(fault.to_string());
    }
    Ok(faults)
}

fn rows<C>(conn: &mut C, size: &str, faults: Vec<String>) -> diesel::QueryResult<Stored>
where
    C: Connection,
    for<'q> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'q, C, Evidence>
        + diesel::query_dsl::LoadQuery<'q, C, Notice>
        + diesel::query_dsl::LoadQuery<'q, C, HiddenSteps>
        + diesel::query_dsl::LoadQuery<'q, C, Count>,
{
    let evidence = sql_query(
        "SELECT f.rule AS rule, e.flag_id AS flag, e.source_id AS check_in FROM flag_evidence e \
         JOIN flags f ON f.parent_id = e.parent_id AND f.id = e.flag_id WHERE e.kind = 'check_in'",
    )
    .load(conn)?;
    let notices = sql_query(
        "SELECT o.event_id AS event, o.recipient_id AS recipient FROM outbox o JOIN flags f \
         ON f.parent_id = o.parent_id AND f.id = substr(o.event_id, 1, 36) WHERE f.rule = 'not_safe'",
    )
    .load(conn)?;
    let hidden_steps = sql_query(
        "SELECT e.flag_id AS flag, e.actor_id AS doula, count(*) AS steps FROM flag_events e JOIN flags f \
         ON f.parent_id = e.parent_id AND f.id = e.flag_id WHERE e.kind = 'transition' AND e.actor_id IS NOT NULL \
         AND f.shared_severity IS NULL GROUP BY e.flag_id, e.actor_id",
    )
    .load(conn)?;
    let mut torn = Vec::new();
    for (what, query) in TORN {
        let count: Count = sql_query(*query).get_result(conn)?;
        torn.push(((*what).to_owned(), count.n));
    }
    let mut count = |query: &str| sql_query(query).get_result(conn).map(|count: Count| count.n);
    Ok(Stored {
        evidence,
        notices,
        hidden_steps,
        check_ins: count("SELECT count(*) AS n FROM check_ins")?,
        flags: count("SELECT count(*) AS n FROM flags")?,
        outbox: count("SELECT count(*) AS n FROM outbox")?,
        torn,
        faults,
        size: count(size)?,
    })
}
