//! The demo: a small practice and four weeks of family life, made through the same interface that everybody
//! uses, while the clock runs through those weeks.
//!
//! `story` says who they are and how their days went; `caller_api` sends it. Nothing here is in a database
//! that anybody keeps: a demo has a temporary one.

mod caller_api;
mod story;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::error::Result;
use caller_api::{Interface, Shared};
use story::{FAMILIES, Family};

const WEEKS: i64 = 4;

/// Fills the practice; returns the lines to print, which work when they are pasted.
///
/// # Errors
/// When the interface refuses a step, which the tests would have shown.
pub async fn fill(app: &Shared) -> Result<Vec<String>> {
    let now = app.clock.now();
    let began = now - SignedDuration::from_hours(24 * 7 * WEEKS);
    app.clock.set(began);
    let interface = Interface::new(app).await;
    // A password that nobody is told: people of a demo are signed in already.
    let password = app.vault.index("demo password", &now.to_string());

    interface.register("Asha", "doula", &password).await?;
    let mut parents = Vec::new();
    for family in FAMILIES {
        parents.push((family, interface.register(family.parent, "parent", &password).await?));
    }
    let asha = interface.sign_in("Asha", &password).await?;
    for (family, parent) in &parents {
        settle(&interface, family, parent, &asha, now).await?;
    }
    for day in 0..7 * WEEKS {
        for (family, parent) in &mut parents {
            let days_left = 7 * WEEKS - 1 - day;
            let Some(entry) = (family.day)(days_left) else { continue };
            app.clock.set(now - SignedDuration::from_hours(24 * days_left) - family.before);
            *parent = interface.refresh(parent).await?;
            interface.post(&parent.access, "/v1/check-ins", entry).await?;
        }
    }
    app.clock.set(now);
    let maya = interface.sign_in(FAMILIES[0].parent, &password).await?;
    let asha = interface.sign_in("Asha", &password).await?;
    Ok(lines(&app.config.public_url, &maya.access, &asha.access))
}

async fn settle(
    interface: &Interface,
    family: &Family,
    parent: &caller_api::SignedIn,
    asha: &caller_api::SignedIn,
    now: Timestamp,
) -> Result<()> {
    if let Some(days) = family.baby_born_days_ago {
        let born = (now - SignedDuration::from_hours(24 * days)).to_string();
        interface.post(&parent.access, "/v1/babies", json!({"birth_date": &born[..10]})).await?;
    }
    if let Some(context) = family.context {
        interface.patch(&parent.access, "/v1/me", json!({"contexts": [context]})).await?;
    }
    let invitation = interface.post(&asha.access, "/v1/invitations", json!({})).await?;
    let terms = json!({"code": invitation["code"], "scopes": family.scopes, "private_danger": true});
    interface.post(&parent.access, "/v1/care-links", terms).await?;
    Ok(())
}

fn lines(url: &str, maya: &str, asha: &str) -> Vec<String> {
    let entry = r#"{"mood":6,"connection":4,"sleep_hours":4.5}"#;
    vec![
        format!(
            "parent  Maya    curl -sS -H \"Authorization: Bearer {maya}\" -H \"Content-Type: application/json\" \
             -d '{entry}' {url}/v1/check-ins"
        ),
        format!("doula   Asha    curl -sS -H \"Authorization: Bearer {asha}\" {url}/v1/flags"),
    ]
}
