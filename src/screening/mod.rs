//! Questionnaires: what they ask, where the words may be shown, and what answers come to.
//!
//! `instrument` has the types, `catalogue` the data and every check of it, `scoring` the arithmetic; `instrument_view`
//! and `instrument_api` show them to anybody. One that was filled in is `filled`; `store` has its rows, `view` what goes
//! out of it.

pub mod catalogue;
pub mod filled;
pub mod instrument;
mod instrument_api;
pub mod instrument_view;
pub mod mark;
mod mark_store;
pub mod scale;
pub mod scoring;
pub mod store;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(instrument_api::list).service(instrument_api::one);
}
