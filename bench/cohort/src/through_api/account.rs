//! Somebody who signs in as the clock goes: access tokens live for half a day of it at most.

use attune_kill::{
    client::{Client, Request},
    people::{PASSWORD, link, register},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// An hour less than tokens live that `attune_kill::server` asks for, so that none runs out on the way.
const TOKEN: SignedDuration = SignedDuration::from_hours(11);

/// An account and its tokens.
#[derive(Debug)]
pub struct Account {
    /// Its id.
    pub id: String,
    email: String,
    /// How long a sign-in is renewed.
    renewed_for: SignedDuration,
    signed_in: Timestamp,
    access: String,
    refresh: String,
    good_until: Timestamp,
}

impl Account {
    /// Registers one, where the clock shows `now`.
    ///
    /// # Errors
    /// In words, when the server refuses.
    pub fn register(
        client: &Client,
        role: &str,
        name: &str,
        zone: &str,
        now: Timestamp,
    ) -> Result<Self, String> {
        let made = register(client, role, name, zone)?;
        let id = made.pointer("/user/id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let email = format!("{name}@example.org");
        // A sign-in ends in any case, of a doula after half a day and of a parent after 30: what is renewed just before
        // ends with it.
        let renewed_for = SignedDuration::from_hours(if role == "doula" { 0 } else { 29 * 24 });
        let (access, refresh) = (String::new(), String::new());
        let mut account = Self { id, email, renewed_for, signed_in: now, access, refresh, good_until: now };
        account.take(&made, now);
        Ok(account)
    }

    /// Gives a doula everything that a link can open.
    ///
    /// # Errors
    /// In words, when the server refuses.
    pub fn link_to(&self, client: &Client, doula: &str) -> Result<(), String> {
        let scopes = json!(["flags", "check_ins", "notes", "screenings"]);
        link(client, doula, &self.access, json!({"scopes": scopes, "private_danger": true}))
    }

    /// An access token that is good at `now`: the one at hand, a renewed one, or that of another sign-in.
    ///
    /// # Errors
    /// In words, when the server gives none.
    pub fn token(&mut self, client: &Client, now: Timestamp) -> Result<String, String> {
        if now >= self.good_until {
            let renew = || post(client, "/v1/auth/refresh", &json!({"refresh_token": self.refresh}));
            let is_young = now < self.signed_in + self.renewed_for;
            // Who was away for two weeks signs in again too.
            let renewed = is_young.then(renew).and_then(Result::ok);
            let made = match renewed {
                Some(made) => made,
                None => {
                    self.signed_in = now;
                    post(client, "/v1/auth/login", &json!({"email": self.email, "password": PASSWORD}))?
                }
            };
            self.take(&made, now);
        }
        Ok(self.access.clone())
    }

    fn take(&mut self, made: &Value, now: Timestamp) {
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        (self.access, self.refresh) = (text("access_token"), text("refresh_token"));
        self.good_until = now + TOKEN;
    }
}

/// Sends something without a token and expects 200.
///
/// # Errors
/// In words, when the answer is another one.
pub fn post(client: &Client, path: &str, body: &Value) -> Result<Value, String> {
    let request =
        Request { method: "POST", path: path.to_owned(), token: "", header: None, body: Some(body) };
    client.expect(&request, 200).map(|answer| answer.json())
}
