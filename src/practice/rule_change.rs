//! The story of a change to what a practice set: by an admin, with a reason, on what she had seen.

use jiff::Timestamp;

use super::{
    member_store, rule_store,
    rule_view::{self, PracticeRuleView},
};
use crate::{
    audit::{self, Act},
    auth::Doula,
    care::look_store,
    db::Conn,
    error::Result,
    http::etag::IfMatch,
    rules::{
        due::goes_by,
        settings::{Topic, change::Values},
    },
    seal::Vault,
};

/// A change that was asked for.
#[derive(Clone)]
pub(super) struct Asked {
    /// Of which rule, or of the due times.
    pub(super) topic: Topic,
    /// What, and to what.
    pub(super) values: Values,
    /// Why.
    pub(super) reason: String,
    /// Until when.
    pub(super) until: Option<Timestamp>,
}

/// Changes what the practice set of one topic. It counts for what is said from `now` on.
///
/// # Errors
/// 403 when the doula is no admin, 412 when the topic is not as she had seen it.
pub(super) fn change(
    conn: &mut Conn,
    vault: &Vault,
    doula: &Doula,
    tag: &IfMatch,
    asked: &Asked,
    now: Timestamp,
) -> Result<PracticeRuleView> {
    let admin = member_store::of(conn, doula)?.admin()?;
    let revision = rule_store::lock(conn, &admin)?;
    tag.admit_tag(&rule_view::one(conn, vault, admin.member(), asked.topic, now)?.etag)?;
    rule_store::record(conn, vault, &admin, revision, asked, now)?;
    if goes_by(asked.topic) {
        look_store::families_of(conn, admin.member().practice(), now)?;
    }
    let act = Act {
        actor: doula.id(),
        role: "doula",
        action: "practice.rules.change",
        parent: None,
        link: None,
        object: Some(asked.topic.as_str()),
    };
    audit::record(conn, now, &act)?;
    rule_view::one(conn, vault, admin.member(), asked.topic, now)
}
