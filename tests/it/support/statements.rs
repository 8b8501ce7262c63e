//! What the application asks its database, overheard at its connections: for tests that count.

use std::sync::{Mutex, Once, PoisonError};

use attune::db::Target;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::TestApp;

/// One database that is listened to, and what was asked of it since.
struct Heard {
    url: String,
    statements: Vec<String>,
}

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

/// Sits at a connection that was made after [`listen`] was called for the first time.
#[derive(Default)]
struct Ear {
    url: String,
}

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.url = url.to_owned(),
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
                let to = heard.iter_mut().find(|one| is_of(&self.url, &one.url));
                if let Some(one) = to {
                    one.statements.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

/// The application adds settings of its own behind the URL of a server.
fn is_of(url: &str, of: &str) -> bool {
    url.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '&']))
}

fn url(app: &TestApp) -> String {
    match app.database.target() {
        Target::Sqlite(path) => path.to_str().expect("UTF-8").to_owned(),
        Target::Postgres(url) => url,
    }
}

/// Another application over the same database, whose statements are heard from now on.
pub async fn listen(app: &TestApp) -> TestApp {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Ear::default()))).expect("no lock is poisoned");
    });
    let of = Heard { url: url(app), statements: Vec::new() };
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(of);
    app.twin().await
}

/// What was asked since the last call: each statement with what was bound to it, in order. Whether an idle connection
/// still leads anywhere is not counted.
pub fn take(app: &TestApp) -> Vec<String> {
    let (of, mut heard) = (url(app), HEARD.lock().unwrap_or_else(PoisonError::into_inner));
    let one = heard.iter_mut().find(|one| one.url == of).expect("listen was called");
    let mut statements = std::mem::take(&mut one.statements);
    statements.retain(|statement| statement != "SELECT 1");
    statements
}
