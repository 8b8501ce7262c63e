//! The roles that docs/deploy/postgres-roles.sql makes, on a real server: what each of them can and cannot do.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
};
use serde_json::json;

use crate::{
    program::{command, run},
    start_stop::{Place, registration},
    support::postgres,
};

const ROLES: &str = include_str!("../../docs/deploy/postgres-roles.sql");

/// Statements that change what is there instead of rows in it.
const DDL: [&str; 30] = [
    "CREATE TABLE mine (id INT)",
    "CREATE TEMPORARY TABLE mine (id INT)",
    "CREATE TABLE mine AS SELECT 1 AS id",
    "SELECT 1 AS id INTO mine",
    "CREATE UNLOGGED TABLE mine (id INT)",
    "CREATE INDEX mine ON users (id)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE MATERIALIZED VIEW mine AS SELECT 1",
    "CREATE SEQUENCE mine",
    "CREATE TYPE mine AS ENUM ('a')",
    "CREATE DOMAIN mine AS INT",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER mine BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON DELETE TO audit DO INSTEAD NOTHING",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "ALTER TABLE users ADD COLUMN mine INT",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "ALTER TABLE users OWNER TO attune",
    "ALTER ROLE attune SUPERUSER",
    "ALTER ROLE attune CREATEDB",
    "ALTER DATABASE attune OWNER TO attune",
    "DROP TABLE audit",
    "DROP INDEX users_pkey",
    "TRUNCATE audit",
    "COMMENT ON TABLE users IS 'mine'",
    "SET ROLE attune_owner",
    "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (version TEXT)",
];

/// Makes roles and database, migrates as the owner. The address of the database for a role.
fn prepared() -> Option<impl Fn(&str) -> String> {
    // The real program refuses a server that may lose what it commits.
    let cluster = postgres::durable()?;
    let url =
        |role: &str, database: &str| cluster.url(database).replacen("postgres@", &format!("{role}@"), 1);
    let (before, after) = ROLES.split_once("\\connect attune\n").expect("the file goes to the new database");
    let mut conn = PgConnection::establish(&url("postgres", "postgres")).unwrap();
    // One by one: CREATE DATABASE must not be in a transaction with others.
    let commands: String =
        before.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    for statement in commands.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
        conn.batch_execute(statement).unwrap_or_else(|e| panic!("{statement}: {e}"));
    }
    PgConnection::establish(&url("postgres", "attune")).unwrap().batch_execute(after).unwrap();
    Some(move |role: &str| url(role, "attune"))
}

#[derive(QueryableByName)]
struct Owned {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// FND-4: the server works with a role that owns nothing and for which no statement of DDL succeeds.
#[test]
fn the_server_works_as_a_role_that_can_change_no_table() {
    let Some(url) = prepared() else { return };
    let (owner, runtime) = (url("attune_owner"), url("attune"));
    let place = Place { folder: tempfile::tempdir().unwrap(), url: runtime.clone() };
    place.refused("permission denied");

    let migrate = |url: &str| run(command(place.path(), &["migrate", "--database-url", url], &[]));
    assert_eq!(migrate(&owner).code, Some(0));
    let again = migrate(&runtime);
    assert_eq!(again.code, Some(0), "nothing is left to do, and looking needs no right: {}", again.err);

    for words in [&["--no-migrate"][..], &[]] {
        let server = place.serve(words);
        assert_eq!(server.get("/health/ready", None).0, 200);
        let name = format!("maya{}", words.len());
        let (status, made) =
            server.send("POST", "/v1/auth/register", None, &[], &registration(&name, "parent"));
        assert_eq!(status, 201, "{made}");
        let token = made["access_token"].as_str();
        let body = json!({"mood": 5, "safe_now": "no", "note": "words"});
        let key = [("Idempotency-Key", "one")];
        let (status, answer) = server.send("POST", "/v1/check-ins", token, &key, &body);
        assert_eq!(status, 201, "{answer}");
        assert_eq!(server.get("/v1/me/flags", token).1["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(server.stop().0.code(), Some(0));
    }

    let mut conn = PgConnection::establish(&runtime).unwrap();
    let succeeded: Vec<&str> = DDL.into_iter().filter(|ddl| conn.batch_execute(ddl).is_ok()).collect();
    assert_eq!(succeeded, [""; 0]);
    conn.batch_execute("DELETE FROM __diesel_schema_migrations").expect_err("what was migrated is only read");
    let owned = "SELECT (SELECT count(*) FROM pg_class WHERE relowner = me.oid) \
         + (SELECT count(*) FROM pg_database WHERE datdba = me.oid) \
         + (SELECT count(*) FROM pg_namespace WHERE nspowner = me.oid) \
         + (SELECT count(*) FROM pg_auth_members WHERE member = me.oid) \
         + (SELECT count(*) FROM pg_roles r WHERE r.oid = me.oid AND (rolsuper OR rolcreaterole OR rolcreatedb \
            OR rolreplication OR rolbypassrls)) AS n \
         FROM pg_roles me WHERE me.rolname = current_user";
    let owned: Owned = sql_query(owned).get_result(&mut conn).unwrap();
    assert_eq!(owned.n, 0, "it owns nothing, is in no other role, and has no right beyond rows");
    // The same statements are good ones: the owner may do the first.
    PgConnection::establish(&owner).unwrap().batch_execute(&format!("BEGIN; {}; ROLLBACK", DDL[0])).unwrap();
}
