//! Sends requests to the application without a network, as the people of the demo would.

use std::rc::Rc;

use actix_web::{
    body::{self, BoxBody},
    dev::{Service, ServiceResponse},
    http::header,
    test::{self, TestRequest},
    web,
};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::{
    app::{self, App},
    error::{Error, Result},
};

type Call =
    dyn Fn(
        TestRequest,
    ) -> LocalBoxFuture<'static, std::result::Result<ServiceResponse<BoxBody>, actix_web::Error>>;

/// What requests share, as the framework hands it around.
pub type Shared = web::Data<App>;

/// The application's interface, called within the process.
pub(super) struct Interface {
    call: Rc<Call>,
}

/// Somebody who is signed in.
pub(super) struct SignedIn {
    /// Access token.
    pub(super) access: String,
    refresh: String,
}

impl Interface {
    pub(super) async fn new(app: &Shared) -> Self {
        // The framework's way to call an application without a socket is kept in its module for tests.
        let service = Rc::new(test::init_service(app::build(app.clone())).await);
        let call = move |request: TestRequest| {
            let service = service.clone();
            let work = async move { service.call(request.to_request()).await };
            Box::pin(work) as LocalBoxFuture<'static, _>
        };
        Self { call: Rc::new(call) }
    }

    pub(super) async fn register(&self, name: &str, role: &str, password: &str) -> Result<SignedIn> {
        let body = json!({
            "email": address(name), "password": password, "display_name": name, "role": role,
            "time_zone": "Europe/London", "country": "GB",
        });
        signed_in(self.send(TestRequest::post().uri("/v1/auth/register").set_json(body)).await?)
    }

    pub(super) async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn> {
        let body = json!({"email": address(name), "password": password});
        signed_in(self.send(TestRequest::post().uri("/v1/auth/login").set_json(body)).await?)
    }

    pub(super) async fn refresh(&self, person: &SignedIn) -> Result<SignedIn> {
        let body = json!({"refresh_token": person.refresh});
        signed_in(self.send(TestRequest::post().uri("/v1/auth/refresh").set_json(body)).await?)
    }

    pub(super) async fn post(&self, token: &str, path: &str, body: Value) -> Result<Value> {
        self.send(TestRequest::post().uri(path).insert_header(bearer(token)).set_json(body)).await
    }

    pub(super) async fn patch(&self, token: &str, path: &str, body: Value) -> Result<Value> {
        let request = TestRequest::patch().uri(path).insert_header(bearer(token));
        self.send(request.insert_header((header::IF_MATCH, "*")).set_json(body)).await
    }

    async fn send(&self, request: TestRequest) -> Result<Value> {
        let reply = (self.call)(request).await.map_err(|e| Error::internal(e.to_string()))?;
        let status = reply.status();
        let bytes = body::to_bytes(reply.into_body()).await.map_err(|e| Error::internal(e.to_string()))?;
        if !status.is_success() {
            return Err(Error::internal(format!("a step of the demo was refused with {status}")));
        }
        serde_json::from_slice(&bytes).map_err(Error::internal)
    }
}

fn signed_in(reply: Value) -> Result<SignedIn> {
    let text = |name: &str| {
        let text = reply.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Error::internal("a sign-in without a token"))
    };
    Ok(SignedIn { access: text("access_token")?, refresh: text("refresh_token")? })
}

fn bearer(token: &str) -> (header::HeaderName, String) {
    (header::AUTHORIZATION, format!("Bearer {token}"))
}

fn address(name: &str) -> String {
    format!("{}@demo.example", name.to_lowercase())
}
