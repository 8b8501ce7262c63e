//! Accounts, sign-ins and tokens: who is calling.
//!
//! A handler says in its signature who may call it: [`Parent`], [`Doula`] or [`Caller`] for anyone with an
//! account. Each of them exists only after the access token was verified and its session was found alive in
//! the database, so a session that was ended is refused at the very next request.

pub mod account;
pub mod api;
pub mod caller;
pub mod email;
pub mod guess;
pub mod password;
pub mod refresh;
pub mod register_api;
mod remembered;
pub mod session_api;
pub mod session_store;
pub mod store;
pub mod token;

pub use caller::{Caller, Doula, Parent, Signed};

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(register_api::register)
        .service(api::login)
        .service(api::renew)
        .service(api::logout)
        .service(session_api::list)
        .service(session_api::end)
        .service(session_api::keys);
}
