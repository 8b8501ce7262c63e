//! Changes as they go out: what changed, what became of it, and the thing itself as it is now.
//!
//! Each kind of thing is a variant of its own, so that programs know the shape of `object` from `kind`.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Change, Op};
use crate::{
    care::{baby_api::BabyView, link_view::LinkView},
    check_in::view::CheckInView,
    flag::parent_view::OwnFlagView,
    profile::api::MeView,
    screening::view::ScreeningView,
};

/// Something of yours that changed; `kind` says what it is.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeView {
    /// As `GET /v1/check-ins/{id}` shows it.
    CheckIn(CheckInChange),
    /// As `GET /v1/screenings/{id}` shows it.
    Screening(ScreeningChange),
    /// As `GET /v1/babies/{id}` shows it.
    Baby(BabyChange),
    /// As `GET /v1/care-links/{id}` shows it.
    CareLink(CareLinkChange),
    /// As `GET /v1/me/flags` shows it.
    Flag(FlagChange),
    /// As `GET /v1/me` shows it.
    Profile(ProfileChange),
}

/// One struct for each kind of thing instead of a generic one: only so does the document say that `object` may be
/// null.
macro_rules! change_of {
    ($($name:ident of $view:ident),*) => {$(
        /// The latest change of one thing.
        #[derive(Serialize, ToSchema)]
        pub struct $name {
            /// Which one.
            #[schema(format = Uuid)]
            pub id: String,
            /// `put`: it is there, take `object` in place of what you have. `delete`: it is gone.
            pub op: Op,
            /// When it changed.
            #[schema(value_type = String, format = DateTime)]
            pub at: Timestamp,
            /// The thing as it is now, with its `etag`; null when it is gone.
            #[schema(required)]
            pub object: Option<$view>,
        }

        impl $name {
            /// `None` for a put whose thing is no longer there: its end is a later change, which says so.
            pub fn of(change: &Change, object: Option<$view>) -> Option<Self> {
                let object = match change.op {
                    Op::Put => Some(object?),
                    Op::Delete => None,
                };
                Some(Self { id: change.object.clone(), op: change.op, at: change.at, object })
            }
        }
    )*};
}
change_of!(
    CheckInChange of CheckInView,
    ScreeningChange of ScreeningView,
    BabyChange of BabyView,
    CareLinkChange of LinkView,
    FlagChange of OwnFlagView,
    ProfileChange of MeView
);

/// What changed since a cursor.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "data": [
        {"kind": "baby", "id": "0191e7c2-93a4-7c3e-8f00-000000000001", "op": "delete",
         "at": "2026-11-23T09:15:00Z", "object": null},
    ],
    "next_cursor": "kf0Jq2ZV4n3o2m0d", "has_more": false
}))]
pub struct ChangesPage {
    /// In the order of the changes, each thing once.
    pub data: Vec<ChangeView>,
    /// Where to go on, at once when `has_more`, else the next time you ask. Unlike in other lists it is always
    /// there: keep it, for up to 400 days.
    pub next_cursor: String,
    /// Whether there is more already.
    pub has_more: bool,
}
