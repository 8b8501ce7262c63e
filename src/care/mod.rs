//! Families and care: babies, invitations, care links, and the proofs of access that follow from them.
//!
//! Whoever reads a parent's data holds a value that proves the right to it: [`Own`] for her own, [`Grant`]
//! for a doula with a live link. Neither can be made anywhere else, so a right that ended needs no check
//! elsewhere: the value cannot be had.

pub mod baby;
pub mod baby_api;
mod baby_body;
pub mod baby_change;
#[cfg(test)]
mod baby_edge;
pub mod baby_facts_store;
pub mod baby_store;
pub mod grant;
pub mod grant_store;
pub mod invitation;
pub mod invitation_api;
pub mod invitation_store;
mod line_store;
pub mod link;
pub mod link_api;
mod link_body;
pub mod link_name_store;
pub mod link_store;
mod link_trace_store;
pub mod link_view;
pub mod look_store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use grant::{Grant, Own, Scopes};

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(baby_api::create)
        .service(baby_api::list)
        .service(baby_api::one)
        .service(baby_api::edit)
        .service(baby_api::remove)
        .service(invitation_api::create)
        .service(link_api::create)
        .service(link_api::list)
        .service(link_api::one)
        .service(link_api::edit)
        .service(link_api::end);
}
