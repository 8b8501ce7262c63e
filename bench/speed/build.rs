//! Builds the C loop as a program of its own, against the very SQLite that the server carries.

#![expect(clippy::disallowed_methods, reason = "cargo speaks to a build script through the environment")]

use std::{env, path::Path};

fn main() {
    let source = "../limits/sqlite_loop.c";
    println!("cargo::rerun-if-changed={source}");
    let told =
        |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is told by cargo and libsqlite3-sys"));
    let program = Path::new(&told("OUT_DIR")).join("sqlite_loop");
    let mut compiler = cc::Build::new().opt_level(3).get_compiler().to_command();
    compiler.args(["-std=gnu11", source, "-I"]).arg(told("DEP_SQLITE3_INCLUDE"));
    compiler.arg("-L").arg(told("DEP_SQLITE3_LIB_DIR"));
    compiler.args(["-lsqlite3", "-lpthread", "-lm", "-ldl", "-o"]).arg(&program);
    let done = compiler.status().expect("there is a C compiler, or SQLite could not have been built");
    assert!(done.success(), "the C loop does not compile");
    println!("cargo::rustc-env=SQLITE_LOOP={}", program.display());
}
