//! The story of a change to a check-in: the old revision is kept, the flags follow the changed history.

use jiff::Timestamp;

use super::{
    CheckIn,
    edit_body::Edit,
    judge::{judge, unchanged},
    outcome, revision_store, store,
    submit::{Surroundings, act},
    view::SubmittedView,
    whose_store::Whose,
};
use crate::{
    audit,
    care::{Own, grant_store},
    change::{self, Kind, Op},
    db::Conn,
    error::{Error, Result},
    flag::{record::By, replayed::Subject},
    http::etag::{self, IfMatch},
    id::CheckInId,
    rules,
};

/// Applies an edit and says what follows from the entry as it is now.
///
/// # Errors
/// 404 when it is not hers or gone, 412 when it is at another revision.
pub fn edit(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    id: CheckInId,
    tag: &IfMatch,
    edit: &Edit,
    now: Timestamp,
) -> Result<(i64, SubmittedView)> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let before = store::find_own(conn, around.vault, own, id)?.ok_or_else(Error::not_found)?;
    tag.admit(before.revision)?;
    let mut after = edit.apply(&before);
    let present = grant_store::present(conn, own, now)?;
    let judged = if after == before {
        unchanged(conn, own, &whose, present, &before.entry().into(), now)?
    } else {
        after = CheckIn { revision: before.revision + 1, written_at: now, rules_pending: false, ..after };
        if rules::calls_anew(&before.entry(), &after.entry(), &present.settings) {
            after.said_at = now;
        }
        revision_store::keep(conn, own, id)?;
        if !store::update(conn, &whose.key, own, &after)? {
            return Err(etag::stale());
        }
        change::record(conn, own.parent(), Kind::CheckIn, id.as_str(), Op::Put, now)?;
        audit::record(conn, now, &act(own, "check_in.edit", &after))?;
        let (was, is) = (before.entry().into(), after.entry().into());
        let subject = Subject::change(Some(&was), Some(&is), By::Parent);
        let judged = judge(conn, around, own, &whose, present, subject, now)?;
        after.rules_pending = judged.rules_failed;
        judged
    };
    let view = outcome::view(conn, around, own, &whose, &after, &judged, &edit.left_out, now)?;
    Ok((after.revision, view))
}

/// Removes a check-in with all its revisions. Her other devices learn of it by its tombstone.
///
/// # Errors
/// 404 when it is not hers or gone, 412 when a tag was sent and it is at another revision.
pub fn remove(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    id: CheckInId,
    tag: Option<&IfMatch>,
    now: Timestamp,
) -> Result<()> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let before = store::find_own(conn, around.vault, own, id)?.ok_or_else(Error::not_found)?;
    if let Some(tag) = tag {
        tag.admit(before.revision)?;
    }
    if !store::delete(conn, own, &before)? {
        return Err(etag::stale());
    }
    change::record(conn, own.parent(), Kind::CheckIn, id.as_str(), Op::Delete, now)?;
    audit::record(conn, now, &act(own, "check_in.delete", &before))?;
    let was = before.entry().into();
    let present = grant_store::present(conn, own, now)?;
    let subject = Subject::change(Some(&was), None, By::Parent);
    judge(conn, around, own, &whose, present, subject, now)?;
    Ok(())
}
