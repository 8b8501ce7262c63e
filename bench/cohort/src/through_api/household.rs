//! A family as the server knows it, and what its doula has seen of it so far.

use attune::rules::Severity;
use attune_kill::client::{Client, Request};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::account::Account;
use crate::{
    family::{Answer, Family},
    product::{BIRTH, HANDLED, Raised},
};

/// A family.
#[derive(Debug)]
pub struct Household {
    /// Its name, by group and number.
    pub name: String,
    /// What it answers.
    pub family: Family,
    /// Where it lives, by the place in `ZONES`.
    pub zone: usize,
    /// The hour of its answers.
    pub hour: i8,
    /// Which doula cares for it.
    pub doula: usize,
    /// The parent.
    pub parent: Account,
    /// Every flag that its doula has seen.
    pub flags: Vec<Seen>,
    /// What was raised, in the order in which it was seen.
    pub raised: Vec<Raised>,
    /// What the server said that it must not say.
    pub odd: Vec<String>,
}

/// A flag as its doula saw it last.
#[derive(Debug)]
pub struct Seen {
    id: String,
    severity: Severity,
    raised: Raised,
    closed: bool,
}

impl Household {
    /// Takes in a flag that the doula reads.
    ///
    /// # Errors
    /// In words, when something is missing in it.
    pub fn see(&mut self, flag: &Value, zone: &TimeZone) -> Result<(), String> {
        let read = Raised {
            rule: word(&flag["rule"]["id"])?.parse().map_err(|_| format!("an unknown rule: {flag}"))?,
            severity: word(&flag["severity"])?.parse().map_err(|_| format!("unknown: {flag}"))?,
            day: day(&flag["raised_at"], zone)?,
        };
        let id = word(&flag["id"])?;
        let Some(known) = self.flags.iter_mut().find(|known| known.id == id) else {
            self.raised.push(read);
            self.flags.push(Seen { id: id.to_owned(), severity: read.severity, raised: read, closed: false });
            return Ok(());
        };
        if known.severity < Severity::FollowUp && read.severity >= Severity::FollowUp {
            let mut events = flag["history"].as_array().into_iter().flatten();
            // What became urgent stands there as danger.
            let grew = events
                .rfind(|event| event["kind"] == "severity" || event["kind"] == "danger")
                .ok_or_else(|| format!("it grew without an event: {flag}"))?;
            self.raised.push(Raised { day: day(&grew["at"], zone)?, ..read });
        }
        if read.severity < known.severity || (read.rule, read.day) != (known.raised.rule, known.raised.day) {
            self.odd.push(format!("{known:?} became {read:?}"));
        }
        known.severity = read.severity;
        Ok(())
    }

    /// Sends the answer of a day. True when its reply names flags.
    ///
    /// # Errors
    /// In words, when it is refused.
    pub fn answer(
        &mut self,
        client: &Client,
        day: usize,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<Vec<String>, String> {
        let token = self.parent.token(client, now)?;
        let body = json!({
            "mood": answer.mood, "connection": answer.connection, "anxiety": answer.anxiety,
            "sleep_hours": f64::from(answer.sleep) / 2.0,
        });
        let key = format!("{}-{day}", self.name);
        let request = Request {
            method: "POST",
            path: "/v1/check-ins".to_owned(),
            token: &token,
            header: Some(("Idempotency-Key", &key)),
            body: Some(&body),
        };
        let reply = client.expect(&request, 201)?.json();
        let flags = reply["flags"].as_array().ok_or("a reply without flags")?;
        flags.iter().map(|flag| word(&flag["id"]).map(str::to_owned)).collect()
    }

    /// The doula has worked long enough with these flags: she closes them, half of them step by step.
    ///
    /// # Errors
    /// In words, when a step is refused.
    pub fn close(&mut self, client: &Client, doula: &str, today: usize) -> Result<(), String> {
        let due = self.flags.iter_mut().filter(|flag| !flag.closed && flag.raised.day + HANDLED <= today);
        for flag in due {
            let steps: &[&str] = if today.is_multiple_of(2) {
                &["dismissed"]
            } else {
                &["acknowledged", "contacted", "resolved"]
            };
            for to in steps {
                let mut body = json!({"to": to});
                if matches!(*to, "dismissed" | "resolved") {
                    body["reason"] = json!("Talked about it.");
                }
                let path = format!("/v1/flags/{}/transitions", flag.id);
                let request = Request { method: "POST", path, token: doula, header: None, body: Some(&body) };
                client.expect(&request, 200)?;
            }
            flag.closed = true;
        }
        Ok(())
    }

    /// Compares a flag of the doula's whole list at the end with what she saw of it before.
    ///
    /// # Errors
    /// In words, when something is missing in it.
    pub fn check(&mut self, flag: &Value, zone: &TimeZone) -> Result<(), String> {
        let before = self.raised.len();
        self.see(flag, zone)?;
        let id = word(&flag["id"])?;
        let closed = matches!(word(&flag["status"])?, "resolved" | "dismissed");
        if self.raised.len() != before {
            self.odd.push(format!("seen at the end only: {flag}"));
        }
        if self.flags.iter().any(|known| known.id == id && known.closed != closed) {
            self.odd.push(format!("closed here and not there: {flag}"));
        }
        Ok(())
    }
}

/// A text in an answer.
///
/// # Errors
/// In words, when it is none.
pub fn word(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("a text is missing: {value}"))
}

/// The day of the run on which an instant lies, where the family lives.
fn day(value: &Value, zone: &TimeZone) -> Result<usize, String> {
    let at: Timestamp = word(value)?.parse().map_err(|e| format!("{value}: {e}"))?;
    let date = at.to_zoned(zone.clone()).date();
    usize::try_from((date - BIRTH).get_days()).map_err(|_| format!("{date} is before the run"))
}
