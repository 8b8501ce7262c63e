//! A practice: the doulas who work together, and what they set for the rules.
//!
//! Which lines count for a parent is read with her links (`care::grant_store`); here is who may set them, what was
//! set, and who is told of it. The table of what can be set is in `rules::settings`.

pub mod member;
pub mod member_store;
pub mod off;
mod off_store;
mod rule_api;
mod rule_body;
mod rule_change;
mod rule_store;
mod rule_view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(rule_api::list).service(rule_api::history).service(rule_api::one).service(rule_api::edit);
}
