//! What a person says about herself: name, zone, language, quiet hours, and for a parent the circumstances that
//! rules, words and suggestions depend on.
//!
//! `settings` has the values and what a patch does to them, `patch_body` reads the patch, `edit` tells the story
//! of one change, `store` has the rows. A parent who newly tells of a loss has every baby hidden by the same
//! transaction.

pub mod api;
mod edit;
mod patch_body;
pub mod settings;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::show).service(api::change);
}
