//! The shape of a schema in lines that are the same for both databases and for `src/db/schema`.
//!
//! Columns with type, nullability and default, primary keys, indexes with their uniqueness, foreign keys, and how
//! many checks a table has. The words of checks differ between the dialects and are not compared.

use attune::db::Conn;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

/// A schema.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// One fact each, sorted.
    pub lines: Vec<String>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A row per fact.
const SQLITE: &str = "
    WITH t AS (SELECT name, sql FROM sqlite_master
               WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '__diesel_schema_migrations')
    SELECT t.name || ': column ' || c.name || ' ' || lower(c.type) || iif(c.\"notnull\", '', ' null')
           || coalesce(' default ' || c.dflt_value, '') AS line
      FROM t, pragma_table_info(t.name) c
    UNION ALL
    SELECT t.name || ': primary key (' || (SELECT group_concat(name, ', ') FROM
           (SELECT name FROM pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk)) || ')' FROM t
    UNION ALL
    SELECT t.name || ': ' || iif(i.\"unique\", 'unique ', '') || 'index (' || (SELECT group_concat(name, ', ') FROM
           (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')' || iif(i.partial, ', partial', '')
      FROM t, pragma_index_list(t.name) i WHERE i.origin <> 'pk'
    UNION ALL
    SELECT t.name || ': (' || group_concat(f.\"from\", ', ' ORDER BY f.seq) || ') is ' || f.\"table\" || ' ('
           || group_concat(f.\"to\", ', ' ORDER BY f.seq) || ')'
      FROM t, pragma_foreign_key_list(t.name) f GROUP BY t.name, f.id
    UNION ALL
    SELECT t.name || ': ' || ((length(sql) - length(replace(sql, 'CHECK (', ''))) / length('CHECK (')) || ' checks'
      FROM t";

const POSTGRES: &str = "
    WITH t AS (SELECT c.oid, c.relname::text AS name FROM pg_class c
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
                 AND c.relname <> '__diesel_schema_migrations')
    SELECT t.name || ': column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN '' ELSE ' null' END
           || coalesce(' default ' || replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '') AS line
      FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT t.name || CASE WHEN i.indisprimary THEN ': primary key (' WHEN i.indisunique THEN ': unique index ('
                          ELSE ': index (' END
           || (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
           || ')' || CASE WHEN i.indpred IS NULL THEN '' ELSE ', partial' END
      FROM t JOIN pg_index i ON i.indrelid = t.oid
    UNION ALL
    SELECT t.name || ': (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                 FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
           || ') is ' || c.confrelid::regclass || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                 FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number) || ')'
      FROM t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
    UNION ALL
    SELECT t.name || ': ' || (SELECT count(*) FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'c')
           || ' checks' FROM t";

impl Shape {
    /// The shape of a database.
    pub fn of(conn: &mut Conn) -> Self {
        let query = match conn {
            Conn::Sqlite(_) => SQLITE,
            Conn::Postgres(_) => POSTGRES,
        };
        let rows: Vec<Line> = sql_query(query).load(conn).expect("the catalogue can be read");
        // The one type whose name differs.
        Self::sorted(rows.into_iter().map(|row| row.line.replace(" bytea", " blob")))
    }

    /// Columns and primary keys as the code has them.
    pub fn of_code() -> Self {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let text: String = files.map(|file| std::fs::read_to_string(file).expect("readable")).collect();
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line.trim(), " "])
            .collect();
        let mut lines = Vec::new();
        for table in code.split("table! {").skip(1) {
            let (head, columns) = table.split_once('{').expect("columns follow");
            let (name, key) = head.split_once('(').expect("a key follows");
            let name = name.trim();
            lines.push(format!("{name}: primary key ({})", key.trim().trim_end_matches(')')));
            let columns = columns.split('}').next().expect("it closes");
            for column in columns.split(',').filter(|column| !column.trim().is_empty()) {
                let (column, kind) = column.split_once("->").expect("a type follows");
                let kind = kind.trim();
                let (kind, null) = match kind.strip_prefix("Nullable<") {
                    Some(inner) => (inner.trim_end_matches('>'), " null"),
                    None => (kind, ""),
                };
                let kind = match kind {
                    "Binary" => "blob".to_owned(),
                    "Bool" => "boolean".to_owned(),
                    other => other.to_lowercase(),
                };
                lines.push(format!("{name}: column {} {kind}{null}", column.trim()));
            }
        }
        Self::sorted(lines)
    }

    /// What the code knows of a schema: no defaults, indexes, foreign keys or checks.
    pub fn columns_and_keys(&self) -> Vec<String> {
        let known =
            self.lines.iter().filter(|line| line.contains(": column ") || line.contains(": primary key "));
        known.map(|line| line.split(" default ").next().expect("a part").to_owned()).collect()
    }

    /// Lines that only one of two has, with a sign for which.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let missing = |from: &Self, of: &Self, sign: &str| -> Vec<String> {
            of.lines
                .iter()
                .filter(|line| !from.lines.contains(line))
                .map(|line| format!("{sign} {line}"))
                .collect()
        };
        [missing(other, self, "-"), missing(self, other, "+")].concat()
    }

    fn sorted(lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines: Vec<String> = lines.into_iter().collect();
        lines.sort();
        Self { lines }
    }
}
