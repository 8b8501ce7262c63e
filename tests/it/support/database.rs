//! A fresh database per test: a copy of a migrated template, on SQLite a file, on PostgreSQL a database.

use std::{
    cell::OnceCell,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use attune::{
    db::{Db, Limits, Target},
    keys::Keys,
};

use super::postgres;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file.
    Sqlite,
    /// A database of the test process's own server.
    Postgres,
}

/// A database of one test's own.
pub struct FreshDatabase {
    target: Target,
    keys: OnceCell<Keys>,
    _folder: Option<tempfile::TempDir>,
}

impl FreshDatabase {
    /// A migrated and otherwise empty database; `None` where PostgreSQL is missing and not required.
    pub fn new(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("attune.db");
                std::fs::copy(sqlite_template(), &file).expect("copies");
                Some(Self { target: Target::Sqlite(file), keys: OnceCell::new(), _folder: Some(folder) })
            }
            Backend::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let cluster = postgres::cluster()?;
                let template = postgres_template(cluster);
                let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
                cluster.create_database(&name, Some(template));
                Some(Self {
                    target: Target::Postgres(cluster.url(&name)),
                    keys: OnceCell::new(),
                    _folder: None,
                })
            }
        }
    }

    /// Where it is.
    pub fn target(&self) -> Target {
        self.target.clone()
    }

    pub(super) fn keep(&self, keys: Keys) {
        assert!(self.keys.set(keys).is_ok(), "a database has one set of keys");
    }

    pub(super) fn keys(&self) -> &Keys {
        self.keys.get().expect("set when the application was made")
    }
}

/// A migrated file without any row; its write-ahead log is folded in when the last connection closes.
fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<(PathBuf, tempfile::TempDir)> = OnceLock::new();
    let (file, _) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("template.db");
        migrated(&Target::Sqlite(file.clone()));
        (file, folder)
    });
    file
}

fn postgres_template(cluster: &postgres::Cluster) -> &'static str {
    static TEMPLATE: OnceLock<&'static str> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        cluster.create_database("template_attune", None);
        migrated(&Target::Postgres(cluster.url("template_attune")));
        "template_attune"
    })
}

/// Migrates and closes again. A thread of its own, because the callers run inside an asynchronous runtime.
fn migrated(target: &Target) {
    let target = target.clone();
    let work = move || {
        let db = Db::open(&target, true, Limits::default()).expect("migrates");
        actix_web::rt::System::new().block_on(db.close());
    };
    std::thread::spawn(work).join().expect("no panic");
}
