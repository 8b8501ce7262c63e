//! The change sequence of a parent: one number per change of anything of hers, for her other devices.
//!
//! Taking a number is also how the writes of one parent take turns on PostgreSQL: the number is raised on her
//! row, which stays locked until commit. A write of hers takes one before it looks at anything else. So numbers
//! are committed in their order, and whoever has read up to one has missed none below it.

pub mod api;
pub mod feed;
pub mod store;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

pub use store::{Kind, Op, lock, make, record, record_act};

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::list);
}
