//! The application: what every request shares, and every route on one page.

use std::sync::Arc;

use actix_web::{
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::{
    admission::Gate,
    auth::{self, password::Hasher, token::Tokens},
    care, change, check_in, client,
    clock::Clock,
    config::Config,
    db::Db,
    error::Error,
    flag, help,
    http::{admit, edge},
    openapi, practice, profile, resource,
    rules::RuleSpec,
    sandbox, screening,
    seal::Vault,
    serve,
};

/// What every request shares.
pub struct App {
    /// The database.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// Settings.
    pub config: Config,
    /// Signs and verifies access tokens.
    pub tokens: Tokens,
    /// Hashes passwords, on threads of its own.
    pub hasher: Hasher,
    /// Seals and opens what people write.
    pub vault: Arc<Vault>,
    /// The rules in force.
    pub rules: &'static [RuleSpec],
    /// How much is under way, and who may add to it.
    pub gate: Gate,
    /// Whether the server is stopping, and whose turn it is to run timers.
    pub lifecycle: serve::Lifecycle,
}

/// Every route that the OpenAPI document describes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    profile::routes(config);
    care::routes(config);
    check_in::routes(config);
    flag::routes(config);
    client::routes(config);
    practice::routes(config);
    change::routes(config);
    resource::routes(config);
    screening::routes(config);
    help::routes(config);
    serve::routes(config);
    sandbox::routes(config);
}

/// The application that one worker runs.
pub fn build(
    app: web::Data<App>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let docs = app.config.docs_enabled;
    let (service, _) = actix_web::App::new().into_utoipa_app().configure(routes).split_for_parts();
    service
        .app_data(app)
        .app_data(web::PathConfig::default().error_handler(|_, _| Error::not_found().into()))
        .configure(move |config| openapi::routes(config, docs))
        .default_service(web::to(openapi::refuse))
        .wrap(from_fn(admit::around))
        .wrap(from_fn(edge::around))
}
