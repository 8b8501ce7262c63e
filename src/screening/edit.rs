//! The story of a change to a filled-in questionnaire: the flags follow the changed history.
//!
//! What was answered never changes, so there are no revisions to keep.

use jiff::Timestamp;

use super::{
    asks::asks_for_a_person, body::Edit, catalogue::Catalogue, filled::Screening, store, submit::act,
};
use crate::{
    audit,
    care::{Own, grant_store},
    change::{self, Kind, Op},
    check_in::{
        judge::{judge, unchanged},
        outcome::{self, Outcome, Said},
        submit::Surroundings,
        whose_store::Whose,
    },
    db::Conn,
    error::{Error, Result},
    flag::{record::By, replayed::Subject},
    http::etag::{self, IfMatch},
    id::ScreeningId,
};

/// Applies a change and says what follows from the form as it is now.
///
/// # Errors
/// 404 when it is not hers or gone, 412 when it is at another revision.
pub(crate) fn edit(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    id: ScreeningId,
    tag: &IfMatch,
    edit: &Edit,
    now: Timestamp,
) -> Result<(Screening, Outcome)> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let before = store::find_own(conn, own, id)?.ok_or_else(Error::not_found)?;
    tag.admit(before.revision)?;
    let mut after = edit.apply(&before);
    let present = grant_store::present(conn, own, now)?;
    let judged = if after == before {
        unchanged(conn, own, &whose, present, &before.form().into(), now)?
    } else {
        after = Screening { revision: before.revision + 1, written_at: now, rules_pending: false, ..after };
        if before.private && !after.private {
            // Shown now, so said now, also to a doula whose link is younger than the form.
            after.said_at = now;
        }
        if !store::update(conn, own, &after)? {
            return Err(etag::stale());
        }
        change::record(conn, own.parent(), Kind::Screening, id.as_str(), Op::Put, now)?;
        audit::record(conn, now, &act(own, None, "screening.edit", id.as_str()))?;
        let (was, is) = (before.form().into(), after.form().into());
        let subject = Subject::change(Some(&was), Some(&is), By::Parent);
        let judged = judge(conn, around, own, &whose, present, subject, now)?;
        after.rules_pending = judged.rules_failed;
        judged
    };
    let trigger = after.form().into();
    let flags = judged.recorded.iter().map(|one| one.severity);
    let asks_for_a_person = asks_for_a_person(&after, flags, Catalogue::loaded());
    let said = Said { trigger: &trigger, chosen_baby: None, newest: None, asks_for_a_person };
    let outcome = outcome::for_parent(conn, around, own, &whose, said, &judged, &[], now)?;
    Ok((after, outcome))
}

/// Removes a form. Her other devices learn of it by its tombstone.
///
/// # Errors
/// 404 when it is not hers or gone, 412 when a tag was sent and it is at another revision.
pub(crate) fn remove(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    id: ScreeningId,
    tag: Option<&IfMatch>,
    now: Timestamp,
) -> Result<()> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let before = store::find_own(conn, own, id)?.ok_or_else(Error::not_found)?;
    if let Some(tag) = tag {
        tag.admit(before.revision)?;
    }
    if !store::delete(conn, own, &before)? {
        return Err(etag::stale());
    }
    change::record(conn, own.parent(), Kind::Screening, id.as_str(), Op::Delete, now)?;
    audit::record(conn, now, &act(own, None, "screening.delete", id.as_str()))?;
    let was = before.form().into();
    let present = grant_store::present(conn, own, now)?;
    let subject = Subject::change(Some(&was), None, By::Parent);
    judge(conn, around, own, &whose, present, subject, now)?;
    Ok(())
}
