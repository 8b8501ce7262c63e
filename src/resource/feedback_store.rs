//! Rows of what parents say about resources. The note is sealed with the parent's key.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::feedback::{Feedback, Helped};
use crate::{
    audit::{self, Act},
    care::Own,
    change,
    db::{self, Conn, schema::resource_feedback, types::Micros},
    error::{Error, Result},
    seal::{Cell, Vault, store::person_key},
};

/// Stores a parent's word on a resource in place of her earlier one.
pub fn put(conn: &mut Conn, vault: &Vault, own: &Own, feedback: &Feedback) -> Result<()> {
    let parent = own.parent();
    change::lock(conn, parent)?;
    let cell = Cell { table: "resource_feedback", column: "note_sealed", row: &feedback.slug };
    let note = person_key(conn, vault, parent)?.seal_some(cell, feedback.note.as_deref())?;
    if !update(conn, own, feedback, note.as_deref())? && !insert(conn, own, feedback, note.as_deref())? {
        return Err(Error::internal("feedback was neither there nor could it be added"));
    }
    let act = Act {
        actor: parent,
        role: "parent",
        action: "resource.feedback",
        parent: Some(parent),
        link: None,
        object: Some(&feedback.slug),
    };
    audit::record(conn, feedback.updated_at, &act)
}

fn update(conn: &mut Conn, own: &Own, feedback: &Feedback, note: Option<&[u8]>) -> Result<bool> {
    let changed = diesel::update(resource_feedback::table.find((own.parent(), &feedback.slug)))
        .set((
            resource_feedback::tried.eq(feedback.tried),
            resource_feedback::helped.eq(feedback.helped.map(Helped::as_str)),
            resource_feedback::note_sealed.eq(note),
            resource_feedback::updated_at.eq(Micros::from(feedback.updated_at)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

fn insert(conn: &mut Conn, own: &Own, feedback: &Feedback, note: Option<&[u8]>) -> Result<bool> {
    let inserted = db::unique(conn, |conn| {
        diesel::insert_into(resource_feedback::table)
            .values((
                resource_feedback::parent_id.eq(own.parent()),
                resource_feedback::slug.eq(&feedback.slug),
                resource_feedback::tried.eq(feedback.tried),
                resource_feedback::helped.eq(feedback.helped.map(Helped::as_str)),
                resource_feedback::note_sealed.eq(note),
                resource_feedback::updated_at.eq(Micros::from(feedback.updated_at)),
            ))
            .execute(conn)
    })?;
    Ok(inserted.is_some())
}
