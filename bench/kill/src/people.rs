//! The people of a run: parents, each linked to one doula or two, of whom the first may be told of private danger.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use crate::client::Client;

/// Everybody's.
pub const PASSWORD: &str = "a long enough password";
/// Hashing a password takes the server a core for a moment; more at once would only wait.
const AT_ONCE: usize = 4;

/// Somebody who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name of the account.
    pub id: String,
    /// Access token, good for the whole run.
    pub token: String,
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct People {
    /// Parents.
    pub parents: Vec<Person>,
    /// Doulas.
    pub doulas: Vec<Person>,
    /// How many doulas each parent has.
    pub links: usize,
}

impl People {
    /// Registers everybody and makes the links.
    ///
    /// # Errors
    /// In words, when the server refuses something.
    pub fn register(client: &Client, parents: usize, doulas: usize, links: usize) -> Result<Self, String> {
        let doulas = at_once(doulas, |number| registered(client, "doula", number))?;
        let parents = at_once(parents, |number| registered(client, "parent", number))?;
        let people = Self { parents, doulas, links };
        at_once(people.parents.len(), |parent| people.link(client, parent))?;
        Ok(people)
    }

    /// The doulas of a parent, by number: first who may be told of private danger, then who may not.
    pub fn doulas_of(&self, parent: usize) -> impl Iterator<Item = usize> {
        let count = self.doulas.len();
        (0..self.links).map(move |link| (parent + link) % count)
    }

    fn link(&self, client: &Client, parent: usize) -> Result<(), String> {
        for (doula, private_danger) in self.doulas_of(parent).zip([true, false]) {
            let terms = json!({"scopes": ["check_ins"], "private_danger": private_danger});
            link(client, &self.doulas[doula].token, &self.parents[parent].token, terms)?;
        }
        Ok(())
    }
}

fn registered(client: &Client, role: &str, number: usize) -> Result<Person, String> {
    let made = register(client, role, &format!("{role}-{number}"), "Europe/London")?;
    let text = |pointer: &str| made.pointer(pointer).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    Ok(Person { id: text("/user/id"), token: text("/access_token") })
}

/// Registers somebody, whose address is the name at example.org, and gives back the answer.
///
/// # Errors
/// In words, when the server refuses.
pub fn register(client: &Client, role: &str, name: &str, zone: &str) -> Result<Value, String> {
    let body = json!({
        "email": format!("{name}@example.org"), "password": PASSWORD, "role": role,
        "display_name": name, "time_zone": zone, "country": "GB",
    });
    client.make("", "/v1/auth/register", &body)
}

/// Links a parent to a doula, both by their tokens, on these terms.
///
/// # Errors
/// In words, when the server refuses.
pub fn link(client: &Client, doula: &str, parent: &str, mut terms: Value) -> Result<(), String> {
    let invitation = client.make(doula, "/v1/invitations", &json!({}))?;
    terms["code"] = invitation["code"].clone();
    client.make(parent, "/v1/care-links", &terms).map(drop)
}

/// Does something for each number, some at the same time; results in order.
///
/// # Errors
/// The first one.
pub fn at_once<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    in_parallel(AT_ONCE, count, work)
}

/// The same with so many threads.
///
/// # Errors
/// The first one.
pub fn in_parallel<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let result = work(number);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
