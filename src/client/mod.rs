//! Clients: the parents who granted a doula something, as she sees them.
//!
//! `pressing` says who is worth a call today, `list` puts the clients in that order. A client's id is the
//! parent's user id. What is shown of check-ins and flags is decided where they live.

pub mod api;
pub mod chart_api;
pub mod check_in_api;
mod list;
mod pressing;
pub mod screening_api;
mod store;
pub mod summary_api;
pub mod usual_api;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::list)
        .service(api::one)
        .service(check_in_api::list)
        .service(screening_api::list)
        .service(screening_api::offers)
        .service(screening_api::enter)
        .service(summary_api::show)
        .service(chart_api::show)
        .service(usual_api::list)
        .service(usual_api::begin)
        .service(usual_api::take_back);
}
