//! Trying things out: the clock that can be moved, only with `--sandbox` and on loopback.
//!
//! Days of family life pass in seconds this way, in demos and in tests of those who integrate. Outside a sandbox
//! its address does not exist.

pub mod api;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of the sandbox. They are always known, so that the document describes them, and answer 404 outside one.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::move_clock);
}
