//! `attune operator create`: the account of somebody who runs the server.
//!
//! Operators cannot register over HTTP, and no account exists that nobody made. The password never is an argument,
//! which everyone on the machine could read.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, IsTerminal, Read, Write},
};

use serde_json::Value;

use super::{Failure, block_on, not_a_demo, print, settings};
use crate::{
    auth::{
        caller::Role,
        email::Email,
        password::{Cost, Hasher, LONGEST, SHORTEST},
        store::{self, NewUser},
    },
    cli::OperatorAction,
    clock::Clock,
    http::{
        field::Wire,
        value::{Line, Text},
    },
    seal::Vault,
    serve::open,
};

/// # Errors
/// Refused as the server would be; failed when the address, the name or the password cannot be used.
pub(super) fn run(action: OperatorAction, env: &BTreeMap<String, String>) -> Result<(), Failure> {
    let OperatorAction::Create { email, name, password_stdin, settings: flags } = action;
    let config = settings(&flags, env)?;
    not_a_demo(&config)?;
    let email: Email = usable("--email", email)?;
    let Line::<1, 80>(display_name) = usable("--name", name)?;
    let Text::<SHORTEST, LONGEST>(password) = usable("the password", password(!password_stdin)?)?;
    let now = Clock::default().now();
    let made = block_on(async {
        let opened = open::open(&config).await?;
        let hasher =
            Hasher::start(1, 1, Cost::Full).map_err(|e| Failure::failed(format!("cannot hash: {e}")))?;
        let hashed = hasher.hash(password).await;
        let password_hash = hashed.map_err(|e| Failure::failed_by(&e, "the password was not hashed"))?;
        let vault = Vault::new(&opened.keys);
        let new = NewUser {
            role: Role::Operator,
            email,
            password_hash,
            display_name,
            time_zone: "UTC".to_owned(),
            locale: None,
            country: None,
        };
        let made = opened.db.write(move |conn| store::insert_user(conn, &vault, &new, now)).await;
        opened.db.close().await;
        made.map_err(|e| Failure::failed_by(&e, "the account was not made"))
    })?;
    match made {
        Some(id) => print(&format!("operator {id} was made")),
        None => Err(Failure::failed("this address has an account already")),
    }
}

/// Checks a value as a request's would be.
fn usable<T: Wire>(what: &str, text: String) -> Result<T, Failure> {
    T::read(&Value::String(text)).map_err(|faults| {
        let details: Vec<&str> = faults.iter().map(|fault| fault.detail.as_ref()).collect();
        Failure::failed(format!("{what}: {}", details.join(" ")))
    })
}

/// One line from standard input, without its end.
fn password(ask: bool) -> Result<String, Failure> {
    let failed = |e| Failure::failed(format!("cannot read the password: {e}"));
    if ask && io::stdin().is_terminal() {
        let mut out = io::stderr();
        write!(out, "Password, {SHORTEST} to {LONGEST} characters (it will be seen as you type): ")
            .map_err(failed)?;
        out.flush().map_err(failed)?;
    }
    let mut line = String::new();
    // Far more than a password may have, so that a wrong file does not fill the memory.
    io::stdin().lock().take(4096).read_line(&mut line).map_err(failed)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
