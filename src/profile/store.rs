//! Rows of people as they see themselves, and what of a parent's settings others may ask for.
//!
//! Name, address and safe contact are sealed with the person's own key. Whoever asks for the safe contact of a
//! parent has proved the right to her flags before.

use diesel::{
    ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::settings::{Me, ParentSettings, QuietHours, SafeContact, Settings};
use crate::{
    auth::Caller,
    care::{Grant, Own},
    check_in::local_date,
    db::{
        Conn, on,
        schema::{parents, person_keys, users},
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::UserId,
    rules::ParentContext,
    seal::{Cell, PersonKey, Vault, store::person_key},
};

/// What check-ins need to know of the parent who writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// IANA name.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2 code, when she told it.
    pub country: Option<String>,
    /// BCP 47 tag, when she told it.
    pub locale: Option<String>,
    /// What she told of.
    pub contexts: Vec<ParentContext>,
}

#[derive(Queryable)]
struct Row {
    email_sealed: Vec<u8>,
    display_name_sealed: Vec<u8>,
    time_zone: String,
    country: Option<String>,
    locale: Option<String>,
    quiet_from: Option<String>,
    quiet_to: Option<String>,
    revision: i64,
    created_at: Micros,
    wrapped: Vec<u8>,
    parent: Option<ParentRow>,
}

type ParentRow = (String, Option<i32>, Option<Day>, Option<Vec<u8>>);

/// A safe contact as its sealed cell has it.
#[derive(Serialize, Deserialize)]
struct StoredContact {
    ways: Vec<String>,
    hours: Option<String>,
    note: Option<String>,
}

/// The caller's own account.
pub fn of_caller(conn: &mut Conn, vault: &Vault, caller: &Caller) -> Result<Me> {
    let row: Row = users::table
        .inner_join(person_keys::table.on(person_keys::person_id.eq(users::id)))
        .left_join(parents::table.on(parents::parent_id.eq(users::id)))
        .filter(users::id.eq(caller.id))
        .select((
            users::email_sealed,
            users::display_name_sealed,
            users::time_zone,
            users::country,
            users::locale,
            users::quiet_from,
            users::quiet_to,
            users::revision,
            users::created_at,
            person_keys::wrapped,
            (parents::contexts, parents::cadence_days, parents::paused_until, parents::safe_contact_sealed)
                .nullable(),
        ))
        .first(conn)?;
    let key = vault.unwrap_person_key(caller.id, &row.wrapped)?;
    let quiet = row.quiet_from.zip(row.quiet_to);
    Ok(Me {
        id: caller.id,
        role: caller.role,
        email: key.open(of_user("email_sealed", &caller.id), &row.email_sealed)?,
        created_at: row.created_at.into(),
        revision: row.revision,
        settings: Settings {
            display_name: key.open(of_user("display_name_sealed", &caller.id), &row.display_name_sealed)?,
            time_zone: row.time_zone,
            country: row.country,
            locale: row.locale,
            quiet_hours: quiet.map(|(from, to)| QuietHours { from, to }),
            parent: row.parent.map(|parent| parent_settings(&key, parent)).transpose()?,
        },
    })
}

/// Writes the settings over the revision before theirs; false when that is no longer there.
pub fn update(conn: &mut Conn, vault: &Vault, caller: &Caller, me: &Me, now: Timestamp) -> Result<bool> {
    let key = person_key(conn, vault, caller.id)?;
    let settings = &me.settings;
    let quiet = settings.quiet_hours.as_ref();
    let changed = diesel::update(users::table.find(caller.id))
        .filter(users::revision.eq(me.revision - 1))
        .set((
            users::display_name_sealed
                .eq(key.seal(of_user("display_name_sealed", &caller.id), &settings.display_name)?),
            users::time_zone.eq(&settings.time_zone),
            users::country.eq(&settings.country),
            users::locale.eq(&settings.locale),
            users::quiet_from.eq(quiet.map(|hours| &hours.from)),
            users::quiet_to.eq(quiet.map(|hours| &hours.to)),
            users::revision.eq(me.revision),
            users::updated_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some(parent) = &settings.parent {
        let words: Vec<&str> = parent.contexts.iter().map(|context| context.as_str()).collect();
        let contact = parent.safe_contact.as_ref().map(contact_text).transpose()?;
        diesel::update(parents::table.find(caller.id))
            .set((
                parents::contexts.eq(serde_json::to_string(&words).map_err(Error::internal)?),
                parents::cadence_days.eq(parent.check_in_cadence_days),
                parents::paused_until.eq(parent.paused_until.map(Day::from)),
                parents::safe_contact_sealed.eq(key.seal_some(contact_cell(&caller.id), contact.as_deref())?),
            ))
            .execute(conn)?;
    }
    Ok(true)
}

/// Notes the last day of a pause: it counts as no silence, also when the setting is taken away later.
pub fn note_pause(conn: &mut Conn, own: &Own, through: Date) -> Result<()> {
    diesel::update(parents::table.find(own.parent()))
        .set(parents::paused_through.eq(Day::from(through)))
        .execute(conn)?;
    Ok(())
}

/// Until when a parent paused check-ins, if the pause is not over by her own calendar.
pub fn paused_until(conn: &mut Conn, grant: &Grant, now: Timestamp) -> Result<Option<Date>> {
    let row: Option<(Option<Day>, String)> = parents::table
        .inner_join(users::table.on(users::id.eq(parents::parent_id)))
        .filter(parents::parent_id.eq(grant.parent()))
        .select((parents::paused_until, users::time_zone))
        .first(conn)
        .optional()?;
    let Some((Some(until), zone)) = row else { return Ok(None) };
    let until = until.date();
    Ok((until >= local_date(now, &zone)).then_some(until))
}

/// What a parent said about how she may be reached: `{ways, hours, note}`, or `None` when she said nothing.
pub fn safe_contact(conn: &mut Conn, vault: &Vault, parent: UserId) -> Result<Option<serde_json::Value>> {
    let row: Option<(Option<Vec<u8>>, Vec<u8>)> = parents::table
        .inner_join(person_keys::table.on(person_keys::person_id.eq(parents::parent_id)))
        .filter(parents::parent_id.eq(parent))
        .select((parents::safe_contact_sealed, person_keys::wrapped))
        .first(conn)
        .optional()?;
    let Some((Some(sealed), wrapped)) = row else { return Ok(None) };
    let text = vault.unwrap_person_key(parent, &wrapped)?.open(contact_cell(&parent), &sealed)?;
    serde_json::from_str(&text).map(Some).map_err(|_| Error::internal("a stored contact cannot be read"))
}

/// What check-ins need to know of the parent.
pub fn facts(conn: &mut Conn, own: &Own) -> Result<Facts> {
    facts_of(conn, own.parent())
}

/// The same of a parent who granted something: for deciding what is shown, not for showing.
pub fn facts_behind(conn: &mut Conn, grant: &Grant) -> Result<Facts> {
    facts_of(conn, grant.parent())
}

fn facts_of(conn: &mut Conn, parent: UserId) -> Result<Facts> {
    let query = users::table
        .inner_join(parents::table.on(parents::parent_id.eq(users::id)))
        .filter(users::id.eq(parent))
        .select(facts_columns());
    read_facts(on!(conn, |c| query.first(c))?)
}

/// A parent as [`Facts`] are read of her, where her row is a part of a larger one.
pub(crate) type FactsRow = (String, Option<String>, Option<String>, String);

/// The columns of a [`FactsRow`].
#[diesel::dsl::auto_type]
pub(crate) fn facts_columns() -> _ {
    (users::time_zone, users::country, users::locale, parents::contexts)
}

/// What such a row says.
///
/// # Errors
/// 500 when it holds a word that is not known.
pub(crate) fn read_facts((time_zone, country, locale, contexts): FactsRow) -> Result<Facts> {
    Ok(Facts { time_zone, country, locale, contexts: read_contexts(&contexts)? })
}

fn parent_settings(key: &PersonKey, row: ParentRow) -> Result<ParentSettings> {
    let (contexts, check_in_cadence_days, paused_until, sealed) = row;
    let person = key.person();
    let contact = key.open_some(contact_cell(&person), sealed.as_deref())?;
    Ok(ParentSettings {
        contexts: read_contexts(&contexts)?,
        check_in_cadence_days,
        paused_until: paused_until.map(|day| day.date()),
        safe_contact: contact.map(|text| read_contact(&text)).transpose()?,
    })
}

fn read_contexts(text: &str) -> Result<Vec<ParentContext>> {
    let words: Vec<String> = serde_json::from_str(text).map_err(Error::internal)?;
    words.iter().map(|word| word.parse().map_err(Error::internal)).collect()
}

fn read_contact(text: &str) -> Result<SafeContact> {
    let StoredContact { ways, hours, note } =
        serde_json::from_str(text).map_err(|_| Error::internal("a stored contact cannot be read"))?;
    Ok(SafeContact { ways, hours, note })
}

fn contact_text(contact: &SafeContact) -> Result<String> {
    let SafeContact { ways, hours, note } = contact.clone();
    serde_json::to_string(&StoredContact { ways, hours, note }).map_err(Error::internal)
}

fn of_user<'a>(column: &'static str, user: &'a UserId) -> Cell<'a> {
    Cell { table: "users", column, row: user.as_str() }
}

fn contact_cell(parent: &UserId) -> Cell<'_> {
    Cell { table: "parents", column: "safe_contact_sealed", row: parent.as_str() }
}
