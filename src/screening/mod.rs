//! Questionnaires: what they ask, where the words may be shown, and what answers come to.
//!
//! `instrument` has the types, `catalogue` the data and every check of it, `scoring` the arithmetic; `instrument_view`
//! and `instrument_api` show them to anybody. A filled-in one arrives as `body`; `sent` reads what it says, `submit` tells its
//! story from top to bottom, `edit` that of a change; `offer` decides which other one is worth offering; `store` has the
//! rows, `view` what goes out.

pub mod api;
mod asks;
pub mod body;
pub mod catalogue;
mod edit;
mod edit_api;
pub mod filled;
pub mod instrument;
mod instrument_api;
pub mod instrument_view;
pub mod latest_store;
pub mod mark;
mod mark_store;
pub mod offer;
mod offer_api;
pub mod offer_view;
pub mod pending;
mod quota_store;
pub mod scale;
pub mod scoring;
pub mod sent;
pub mod store;
pub mod submit;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(instrument_api::list)
        .service(instrument_api::one)
        .service(api::create)
        .service(api::list)
        // Before what is found by its id, which would take the word for one.
        .service(offer_api::list)
        .service(api::show)
        .service(edit_api::change)
        .service(edit_api::remove);
}
