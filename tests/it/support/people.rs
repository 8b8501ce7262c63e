//! People of the tests: they register, send requests and link to each other through the interface.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::{Answer, TestApp};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name of the account.
    pub id: String,
    /// What others see.
    pub name: String,
    /// Address of the account.
    pub email: String,
    /// Access token.
    pub token: String,
    /// Refresh token.
    pub refresh_token: String,
}

/// The password of everybody.
pub const PASSWORD: &str = "a long enough password";

impl TestApp {
    /// Registers a parent in London, without a baby.
    pub async fn parent(&self, name: &str) -> Person {
        self.register(name, "parent", "Europe/London", "GB").await
    }

    /// Registers a parent with a baby that was born a number of days ago.
    pub async fn parent_with_baby(&self, name: &str, days_ago: i64) -> Person {
        let parent = self.parent(name).await;
        self.baby(&parent, days_ago).await;
        parent
    }

    /// Adds a baby that was born a number of days ago; returns its id.
    pub async fn baby(&self, parent: &Person, days_ago: i64) -> String {
        let born = (self.now() - jiff::SignedDuration::from_hours(24 * days_ago)).to_string();
        let answer = self.post(parent, "/v1/babies", json!({"birth_date": &born[..10]})).await;
        answer.expect(201).text("/id").to_owned()
    }

    /// Registers a doula.
    pub async fn doula(&self, name: &str) -> Person {
        self.register(name, "doula", "Europe/London", "GB").await
    }

    /// Registers a doula who works in the practice of another, without being its admin.
    pub async fn db_colleague(&self, of: &Person, name: &str) -> Person {
        let doula = self.doula(name).await;
        // Before the practice of her own, so that this one is hers.
        self.outside(&format!(
            "INSERT INTO practice_members (practice_id, user_id, is_admin, joined_at)
             SELECT practice_id, '{}', false, 0 FROM practice_members WHERE user_id = '{}'",
            doula.id, of.id
        ));
        doula
    }

    /// Registers anybody.
    pub async fn register(&self, name: &str, role: &str, zone: &str, country: &str) -> Person {
        let email = format!("{}@example.org", name.to_lowercase());
        let body = json!({
            "email": email, "password": PASSWORD, "display_name": name, "role": role, "time_zone": zone,
            "country": country,
        });
        let answer =
            self.anonymous(TestRequest::post().uri("/v1/auth/register").set_json(body)).await.expect(201);
        Person {
            id: answer.text("/user/id").to_owned(),
            name: name.to_owned(),
            email,
            token: answer.text("/access_token").to_owned(),
            refresh_token: answer.text("/refresh_token").to_owned(),
        }
    }

    /// Signs somebody in again: an access token does not outlive a jump of the clock.
    pub async fn sign_in(&self, person: &Person) -> Person {
        let body = json!({"email": person.email, "password": PASSWORD});
        let answer =
            self.anonymous(TestRequest::post().uri("/v1/auth/login").set_json(body)).await.expect(200);
        Person {
            token: answer.text("/access_token").to_owned(),
            refresh_token: answer.text("/refresh_token").to_owned(),
            ..person.clone()
        }
    }

    /// Links a parent to a doula with these scopes; returns the link's id.
    pub async fn link(
        &self,
        parent: &Person,
        doula: &Person,
        scopes: &[&str],
        private_danger: bool,
    ) -> String {
        self.link_with(parent, doula, json!({"scopes": scopes, "private_danger": private_danger})).await
    }

    /// Links with any terms; returns the link's id.
    pub async fn link_with(&self, parent: &Person, doula: &Person, mut terms: Value) -> String {
        let invitation = self.post(doula, "/v1/invitations", json!({})).await.expect(201);
        terms["code"] = invitation.at("/code").clone();
        self.post(parent, "/v1/care-links", terms).await.expect(201).text("/id").to_owned()
    }

    /// Sends a check-in and expects it to be taken.
    pub async fn check_in(&self, parent: &Person, body: Value) -> Answer {
        self.post(parent, "/v1/check-ins", body).await.expect(201)
    }

    /// Sends a request without a token.
    pub async fn anonymous(&self, request: TestRequest) -> Answer {
        self.send(request).await
    }

    /// GET as somebody.
    pub async fn get(&self, person: &Person, path: &str) -> Answer {
        self.send(signed(TestRequest::get(), person, path)).await
    }

    /// POST a JSON body as somebody.
    pub async fn post(&self, person: &Person, path: &str, body: Value) -> Answer {
        self.send(signed(TestRequest::post(), person, path).set_json(body)).await
    }

    /// POST with an idempotency key.
    pub async fn post_once(&self, person: &Person, path: &str, key: &str, body: Value) -> Answer {
        let request = signed(TestRequest::post(), person, path).insert_header(("Idempotency-Key", key));
        self.send(request.set_json(body)).await
    }

    /// PUT a JSON body as somebody.
    pub async fn put(&self, person: &Person, path: &str, body: Value) -> Answer {
        self.send(signed(TestRequest::put(), person, path).set_json(body)).await
    }

    /// PATCH with the tag that the object has now.
    pub async fn patch(&self, person: &Person, path: &str, body: Value) -> Answer {
        let tag = self.get(person, path).await.header("etag").to_owned();
        self.patch_if(person, path, &tag, body).await
    }

    /// PATCH with a given tag.
    pub async fn patch_if(&self, person: &Person, path: &str, tag: &str, body: Value) -> Answer {
        let request = signed(TestRequest::patch(), person, path).insert_header(("If-Match", tag));
        self.send(request.set_json(body)).await
    }

    /// POST with a given tag.
    pub async fn post_if(&self, person: &Person, path: &str, tag: &str, body: Value) -> Answer {
        let request = signed(TestRequest::post(), person, path).insert_header(("If-Match", tag));
        self.send(request.set_json(body)).await
    }

    /// POST a body as it is, declared as JSON.
    pub async fn post_text(&self, person: &Person, path: &str, body: &str) -> Answer {
        let request =
            signed(TestRequest::post(), person, path).insert_header(("Content-Type", "application/json"));
        self.send(request.set_payload(body.to_owned())).await
    }

    /// DELETE as somebody.
    pub async fn delete(&self, person: &Person, path: &str) -> Answer {
        self.send(signed(TestRequest::delete(), person, path)).await
    }
}

fn signed(request: TestRequest, person: &Person, path: &str) -> TestRequest {
    request.uri(path).insert_header(("Authorization", format!("Bearer {}", person.token)))
}
