//! Words that no refusal may hold: they tell how the server is made, where it runs, or what others wrote.

/// In small letters.
const WORDS: [&str; 64] = [
    "actix",
    "aes",
    "argon",
    "assertion",
    "at line",
    "attune::",
    "authority(",
    "backtrace",
    "bearer ey",
    "begin immediate",
    "busy",
    "bytes remaining",
    "cargo",
    "chacha",
    "column ",
    "connection refused",
    "constraint",
    "core::",
    "deadlock",
    "deadpool",
    "diesel",
    "duplicate entry",
    "expected value",
    "foreign key",
    "hyper",
    "insert into",
    "invalid type",
    "jsonwebtoken",
    "key must be a string",
    "libpq",
    "linux",
    "localhost",
    "missing field",
    "mutex",
    "none::",
    "null value",
    "option::",
    "panick",
    "password_hash",
    "pg_",
    "poison",
    "postgres",
    "pq:",
    "relation ",
    "result::",
    "rust",
    "rwlock",
    "select ",
    "serde",
    "sqlite",
    "sqlstate",
    "src/",
    "stack ",
    "std::",
    "string(",
    "syntax error",
    "thread '",
    "tokio",
    "trailing characters",
    "unwrap",
    "utoipa",
    "uuid",
    "varchar",
    "violates",
];

/// The test fails when a refusal says one of them, a version, a path or the name of a type.
#[track_caller]
pub fn nothing_leaks(text: &str) {
    let text = text.to_lowercase();
    for word in WORDS {
        assert!(!text.contains(word), "{word:?} in {text}");
    }
    for more in [".rs", "/usr", "/etc", "/var", "0.1.0", "line 1"] {
        assert!(!text.contains(more), "{more:?} in {text}");
    }
}
