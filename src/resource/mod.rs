//! Resources: things to try, read or turn to, and which of them suit a parent now.
//!
//! `catalogue` has the entries, `search` finds among them without knowing who asks, `caution` says what must not
//! be suggested, `ranking` what suits best. All of these are pure; `situation_store` gathers what they need to
//! know of a parent, the `api` files answer.

pub mod api;
pub mod catalogue;
pub mod caution;
pub mod feedback;
pub mod feedback_api;
pub mod feedback_store;
pub mod ranking;
pub mod search;
pub mod situation;
pub mod situation_store;
pub mod suggestion_api;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::list).service(api::one).service(suggestion_api::list).service(feedback_api::put);
}
