//! What every test starts from: the application over a fresh database, and people who use it.
//!
//! A test body is written once and runs on SQLite and on PostgreSQL ([`both_databases!`]). People act through
//! the HTTP interface; only what no interface offers is looked up in the database directly.

pub mod answer;
pub mod count;
pub mod database;
pub mod leak;
pub mod path;
pub mod people;
pub mod proxy;
pub mod statements;

use std::{future::Future, pin::Pin, rc::Rc};

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceResponse},
    test, web,
};
use attune::{
    admission::Gate,
    app::{self, App},
    auth::{
        password::{Cost, Hasher},
        token::{ISSUER, Tokens},
    },
    clock::Clock,
    config::Config,
    db::{Db, Limits, Target},
    keys::Keys,
    rules::{RULES, RuleSpec},
    seal::Vault,
};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use jiff::{SignedDuration, Timestamp};

pub use answer::Answer;
pub use attune_postgres as postgres;
pub use database::{Backend, FreshDatabase};
pub use people::Person;

/// When every test begins: a Monday morning.
pub const START: &str = "2026-11-23T09:00:00Z";

/// Makes one test for each database out of one body: `async fn name(app: TestApp) { … }`.
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "not every body needs all of them")]
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            #[actix_web::test]
            async fn sqlite() {
                body($crate::support::TestApp::on($crate::support::Backend::Sqlite).await.expect("always there")).await;
            }

            #[actix_web::test]
            async fn postgres() {
                // None only where PostgreSQL is missing and not required; the support says so loudly.
                if let Some(app) = $crate::support::TestApp::on($crate::support::Backend::Postgres).await {
                    body(app).await;
                }
            }
        }
    )*};
}
pub(crate) use both_databases;

type Call = Pin<Box<dyn Future<Output = ServiceResponse<BoxBody>>>>;

/// The application over a database of its own.
pub struct TestApp {
    /// What requests share.
    pub state: web::Data<App>,
    call: Rc<dyn Fn(actix_http::Request) -> Call>,
    // Kept so that the files live as long as the application.
    database: Rc<FreshDatabase>,
}

/// How an application differs from the usual one.
#[derive(Clone)]
pub struct Options {
    /// Settings by key, on top of those of a sandbox.
    pub settings: Vec<(&'static str, String)>,
    /// The rules in force.
    pub rules: &'static [RuleSpec],
}

impl Default for Options {
    fn default() -> Self {
        let settings = vec![("sandbox", "true".to_owned()), ("limits_enabled", "false".to_owned())];
        Self { settings, rules: RULES }
    }
}

impl TestApp {
    /// The usual application; `None` when the database is not to be had.
    pub async fn on(backend: Backend) -> Option<Self> {
        Self::with(backend, Options::default()).await
    }

    /// An application that differs from the usual one.
    pub async fn with(backend: Backend, options: Options) -> Option<Self> {
        let database = Rc::new(FreshDatabase::new(backend)?);
        Some(Self::over(database, Keys::random(), options).await)
    }

    /// Another application over the same database, as a second process would be.
    pub async fn twin(&self) -> Self {
        self.twin_with_rules(self.state.rules).await
    }

    /// Another application over the same database, with these rules in force: as after an update.
    pub async fn twin_with_rules(&self, rules: &'static [RuleSpec]) -> Self {
        let state = &self.state;
        let twin = App {
            db: Db::open(&self.database.target(), false, Limits::default()).expect("opens"),
            clock: state.clock.clone(),
            config: state.config.clone(),
            tokens: Tokens::new(&self.database.keys().access_token_seed, ISSUER, state.tokens.seconds())
                .expect("a key"),
            hasher: state.hasher.clone(),
            vault: state.vault.clone(),
            rules,
            gate: Gate::new(state.config.requests_at_once),
            lifecycle: Default::default(),
        };
        Self::around(web::Data::new(twin), self.database.clone()).await
    }

    async fn over(database: Rc<FreshDatabase>, keys: Keys, options: Options) -> Self {
        let flags = options.settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let config = Config::from_sources(&flags, &Default::default(), None).expect("a sound configuration");
        let tokens = Tokens::new(
            &keys.access_token_seed,
            ISSUER,
            i64::try_from(config.access_token_seconds).expect("fits"),
        )
        .expect("a key");
        let clock = Clock::default();
        clock.set(START.parse().expect("a literal"));
        let state = App {
            db: Db::open(&database.target(), false, Limits { pool_size: 6, ..Limits::default() })
                .expect("opens"),
            clock,
            tokens,
            hasher: hasher(),
            vault: std::sync::Arc::new(Vault::new(&keys)),
            rules: options.rules,
            gate: Gate::new(config.requests_at_once),
            lifecycle: Default::default(),
            config,
        };
        database.keep(keys);
        Self::around(web::Data::new(state), database).await
    }

    async fn around(state: web::Data<App>, database: Rc<FreshDatabase>) -> Self {
        let service = Rc::new(test::init_service(app::build(state.clone())).await);
        let call = move |request| -> Call {
            let service = service.clone();
            Box::pin(async move {
                match service.call(request).await {
                    Ok(reply) => reply.map_into_boxed_body(),
                    Err(e) => panic!("the edge lets no error through: {e}"),
                }
            })
        };
        Self { state, call: Rc::new(call), database }
    }

    /// Whether the database is a SQLite file.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.database.target(), Target::Sqlite(_))
    }

    /// The address of the database, as a command takes it.
    pub fn database_url(&self) -> String {
        match self.database.target() {
            Target::Sqlite(path) => format!("sqlite://{}", path.display()),
            Target::Postgres(url) => url,
        }
    }

    /// Runs SQL over a connection that is not the application's, as somebody with the server's own tools would.
    pub fn outside(&self, sql: &str) {
        let done = match self.database.target() {
            Target::Sqlite(path) => {
                SqliteConnection::establish(path.to_str().expect("UTF-8")).expect("opens").batch_execute(sql)
            }
            Target::Postgres(url) => PgConnection::establish(&url).expect("connects").batch_execute(sql),
        };
        done.unwrap_or_else(|e| panic!("{e}: {sql}"));
    }

    /// The secrets it was started with.
    pub fn keys(&self) -> &Keys {
        self.database.keys()
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: test::TestRequest) -> Answer {
        let reply = (self.call)(request.to_request()).await;
        let status = reply.status().as_u16();
        let headers = reply.headers().clone();
        let bytes = match reply.into_body().try_into_bytes() {
            Ok(bytes) => bytes.to_vec(),
            Err(body) => actix_web::body::to_bytes(body).await.unwrap_or_default().to_vec(),
        };
        Answer::new(status, headers, bytes)
    }

    /// The application's time.
    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Moves the application's clock, without running timers.
    pub fn advance_hours(&self, hours: i64) {
        self.state.clock.advance(SignedDuration::from_hours(hours));
    }

    /// Moves the application's clock, without running timers.
    pub fn advance_minutes(&self, minutes: i64) {
        self.state.clock.advance(SignedDuration::from_mins(minutes));
    }
}

/// One pool of hashing threads for the whole test process.
fn hasher() -> Hasher {
    static HASHER: std::sync::OnceLock<Hasher> = std::sync::OnceLock::new();
    HASHER.get_or_init(|| Hasher::start(2, 10_000, Cost::ForTests).expect("threads")).clone()
}
