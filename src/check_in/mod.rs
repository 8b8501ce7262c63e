//! Check-ins: how a parent feels, in ten seconds, and what follows from it.
//!
//! `answers` reads what was sent, `submit` tells the story of one check-in from top to bottom, `edit` that of a
//! change, `judge` what the rules say of either, `quiet` what becomes due without an answer, `restart` how what is usual is
//! begun anew; `store` has the rows, `view` what goes out. What is concerning is decided in `rules`, what becomes of it in `flag`.

mod answers;
pub mod api;
mod chart_api;
pub mod curves;
mod day;
mod edit;
mod edit_api;
mod edit_body;
pub mod history_store;
pub(crate) mod judge;
pub(crate) mod list_api;
mod next_look;
pub(crate) mod offered;
pub(crate) mod outcome;
pub mod pending;
pub mod quiet;
pub mod quiet_store;
pub(crate) mod quota_store;
pub(crate) mod restart;
pub(crate) mod restart_api;
pub(crate) mod restart_body;
pub(crate) mod restart_store;
pub(crate) mod restart_view;
mod revision_api;
mod revision_store;
mod row_store;
pub mod span;
pub mod store;
pub(crate) mod submit;
pub mod summary;
mod summary_api;
pub mod usual_store;
pub mod usual_view;
pub mod view;
pub(crate) mod whose_store;

use jiff::{Timestamp, civil::Date};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    id::{BabyId, CheckInId},
    rules::{Entry, SafeNow},
};

pub use answers::{Answers, Submission};
pub(crate) use day::felt_at;
pub use day::{after_day, answered_on, before_day, local_date};
pub use whose_store::profile_of;

/// One check-in, as stored.
#[derive(Clone, PartialEq)]
pub struct CheckIn {
    /// Its name.
    pub id: CheckInId,
    /// 1, and one more with each edit.
    pub revision: i64,
    /// 0 to 10; missing only when the entry is incomplete.
    pub mood: Option<u8>,
    /// 0 to 10.
    pub connection: Option<u8>,
    /// 0 to 10, 10 the worst.
    pub anxiety: Option<u8>,
    /// Sleep over the last 24 hours, in half hours, 0 to 48.
    pub sleep_half_hours: Option<u8>,
    /// 0 to 10.
    pub support: Option<u8>,
    /// Unusually full of energy, hardly needing sleep.
    pub sped_up: Option<bool>,
    /// Whether she and her baby are safe right now.
    pub safe_now: Option<SafeNow>,
    /// Whether she asks to be contacted.
    pub contact_me: Option<bool>,
    /// Her words.
    pub note: Option<String>,
    /// Her words.
    pub tags: Vec<String>,
    /// Which baby it is about.
    pub baby: Option<BabyId>,
    /// Never shown to a doula.
    pub private: bool,
    /// Something of it was left out, because it carried a danger answer.
    pub incomplete: bool,
    /// A rule failed on it and will run again.
    pub rules_pending: bool,
    /// When it was felt.
    pub occurred_at: Timestamp,
    /// Where: IANA name.
    pub time_zone: String,
    /// The local day of it, computed once.
    pub local_date: Date,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// When this revision was stored.
    pub written_at: Timestamp,
    /// When it was last said: when it was stored, or edited so that it calls for a person or shows what was private.
    pub said_at: Timestamp,
}

impl CheckIn {
    /// What the rules see of it.
    pub fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            local_date: self.local_date,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            said_at: self.said_at,
            private: self.private,
            mood: self.mood,
            connection: self.connection,
            anxiety: self.anxiety,
            sleep_half_hours: self.sleep_half_hours,
            support: self.support,
            sped_up: self.sped_up,
            safe_now: self.safe_now,
            contact_me: self.contact_me,
        }
    }
}

/// Local days of a list, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::create)
        .service(api::list)
        .service(summary_api::show)
        .service(chart_api::show)
        .service(restart_api::list)
        .service(restart_api::begin)
        .service(restart_api::take_back)
        .service(api::show)
        .service(edit_api::change)
        .service(edit_api::remove)
        .service(revision_api::list);
}
