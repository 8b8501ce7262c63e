//! Help: the numbers to call, what to say beside them, and the signs in the body that need a doctor.
//!
//! `line` knows the numbers, `block` builds what a parent sees with a danger answer, `page` what anybody sees. All
//! pure but for the confirmations that the operator keeps in the database, without which the page works as well.

pub mod api;
pub mod block;
pub mod confirmation_store;
pub mod country;
pub mod line;
pub mod open_hours;
pub mod page;
pub mod view;
pub mod warning_sign;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.app_data(api::last_known()).service(api::show);
}
