//! Flags: what asks for a person, from the finding of a rule to its end.
//!
//! `record` turns findings into flags (`merge` decides how, purely), `lifecycle` says which step may follow
//! which, `transition` takes it, `snooze` brings back what was put off. Who sees which part in which words is
//! decided in `visibility` alone, and everything that a doula is shown comes through `list`.

pub mod audience;
mod counted;
pub mod doula_api;
mod event_store;
mod evidence_store;
mod evidence_view;
mod filter;
mod inherit_store;
mod known;
pub mod lifecycle;
pub mod list;
pub mod mark;
mod mark_store;
mod merge;
#[cfg(test)]
mod merge_edge;
mod notes;
pub mod parent_api;
pub mod parent_view;
pub mod parts;
pub mod person;
pub mod record;
mod recount;
pub mod replayed;
pub mod revise;
mod shared_store;
mod show;
mod silence_store;
pub mod snooze;
pub mod standing;
mod store;
mod taken_back;
mod told_store;
mod transition;
mod transition_body;
mod unclosed_store;
pub mod view;
mod visibility;
#[cfg(test)]
mod visibility_edge;

use utoipa_actix_web::service_config::ServiceConfig;

pub use evidence_store::first_unclosed_day;
pub use shared_store::counts_unseen;
pub use unclosed_store::{Unclosed, unclosed};

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(doula_api::list)
        .service(doula_api::one)
        .service(doula_api::step)
        .service(parent_api::mine);
}
