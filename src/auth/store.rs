//! Rows of accounts, sessions and guess budgets.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};
use jiff::Timestamp;

use super::{caller::Role, email::Email, guess::Budget};
use crate::{
    change::{self, Kind, Op},
    db::{
        self, Conn, on,
        schema::{guess_budgets, parents, person_keys, practice_members, practices, users},
        types::Micros,
    },
    error::{Error, Result},
    id::{PracticeId, UserId},
    seal::{
        Cell, Vault,
        store::{insert_wrapped, person_key},
    },
};

pub use super::session_store::live_session;
pub use crate::profile::store::safe_contact;

/// A new account, its password hashed already.
#[derive(Clone)]
pub struct NewUser {
    /// What they are here for.
    pub role: Role,
    /// Address; one account each.
    pub email: Email,
    /// PHC string.
    pub password_hash: String,
    /// What others see.
    pub display_name: String,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
}

/// What signing in needs to know of an account.
#[derive(Clone)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// In which role.
    pub role: Role,
    /// PHC string.
    pub password_hash: String,
    /// Whether somebody switched it off.
    pub disabled: bool,
}

/// Makes an account with what belongs to its role; `None` when the address has one already.
pub fn insert_user(conn: &mut Conn, vault: &Vault, new: &NewUser, now: Timestamp) -> Result<Option<UserId>> {
    let id = UserId::new(now);
    let (key, wrapped) = vault.new_person_key(id)?;
    let sealed_email = key.seal(cell("email_sealed", &id), new.email.written())?;
    let sealed_name = key.seal(cell("display_name_sealed", &id), &new.display_name)?;
    let at = Micros::from(now);
    let inserted = db::unique(conn, |conn| {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(id),
                users::role.eq(new.role.as_str()),
                users::email_index.eq(email_index(vault, &new.email)),
                users::email_sealed.eq(&sealed_email),
                users::password_hash.eq(&new.password_hash),
                users::display_name_sealed.eq(&sealed_name),
                users::time_zone.eq(&new.time_zone),
                users::locale.eq(&new.locale),
                users::country.eq(&new.country),
                users::created_at.eq(at),
                users::updated_at.eq(at),
            ))
            .execute(conn)
    })?;
    if inserted.is_none() {
        return Ok(None);
    }
    insert_wrapped(conn, id, &wrapped, now)?;
    match new.role {
        Role::Parent => {
            diesel::insert_into(parents::table).values(parents::parent_id.eq(id)).execute(conn)?;
            change::record(conn, id, Kind::Profile, id.as_str(), Op::Put, now)?;
        }
        Role::Doula => insert_own_practice(conn, id, now)?,
        Role::Operator => {}
    }
    Ok(Some(id))
}

fn insert_own_practice(conn: &mut Conn, doula: UserId, now: Timestamp) -> Result<()> {
    let practice = PracticeId::new(now);
    diesel::insert_into(practices::table)
        .values((practices::id.eq(practice), practices::created_at.eq(Micros::from(now))))
        .execute(conn)?;
    diesel::insert_into(practice_members::table)
        .values((
            practice_members::practice_id.eq(practice),
            practice_members::user_id.eq(doula),
            practice_members::is_admin.eq(true),
            practice_members::joined_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The account of an address.
pub fn account(conn: &mut Conn, vault: &Vault, email: &Email) -> Result<Option<Account>> {
    #[derive(Queryable)]
    struct Row {
        id: UserId,
        role: String,
        password_hash: String,
        disabled_at: Option<Micros>,
    }
    let row: Option<Row> = users::table
        .filter(users::email_index.eq(email_index(vault, email)))
        .select((users::id, users::role, users::password_hash, users::disabled_at))
        .first(conn)
        .optional()?;
    row.map(|row| {
        let role = role(&row.role)?;
        Ok(Account {
            id: row.id,
            role,
            password_hash: row.password_hash,
            disabled: row.disabled_at.is_some(),
        })
    })
    .transpose()
}

/// The name that a person goes by.
pub fn display_name(conn: &mut Conn, vault: &Vault, user: UserId) -> Result<String> {
    // Read at each flag: a query of one shape, found by its type.
    let query = users::table
        .inner_join(person_keys::table.on(person_keys::person_id.eq(users::id)))
        .filter(users::id.eq(user))
        .select((users::display_name_sealed, person_keys::wrapped));
    let row: Option<(Vec<u8>, Vec<u8>)> = on!(conn, |c| query.first(c)).optional()?;
    let (sealed, wrapped) = row.ok_or_else(|| Error::internal("a user has no name or key"))?;
    vault.unwrap_person_key(user, &wrapped)?.open(cell("display_name_sealed", &user), &sealed)
}

/// The names that some people go by, in one look.
pub fn display_names(conn: &mut Conn, vault: &Vault, people: &[UserId]) -> Result<HashMap<UserId, String>> {
    let rows: Vec<(UserId, Vec<u8>, Vec<u8>)> = users::table
        .inner_join(person_keys::table.on(person_keys::person_id.eq(users::id)))
        .filter(users::id.eq_any(people))
        .select((users::id, users::display_name_sealed, person_keys::wrapped))
        .load(conn)?;
    let open = |(user, sealed, wrapped): (UserId, Vec<u8>, Vec<u8>)| {
        let key = vault.unwrap_person_key(user, &wrapped)?;
        Ok((user, key.open(cell("display_name_sealed", &user), &sealed)?))
    };
    rows.into_iter().map(open).collect()
}

/// The address of a person, as written.
pub fn email(conn: &mut Conn, vault: &Vault, user: UserId) -> Result<String> {
    let sealed: Vec<u8> = users::table.find(user).select(users::email_sealed).first(conn)?;
    person_key(conn, vault, user)?.open(cell("email_sealed", &user), &sealed)
}

/// Takes one try from a budget; false when none is left in the running window.
pub fn spend(conn: &mut Conn, subject: &str, budget: Budget, now: Timestamp) -> Result<bool> {
    let stale = Micros::from(now - budget.window);
    // One statement that both counts and refuses: parallel tries cannot exceed the budget.
    let counted = diesel::update(guess_budgets::table.find(subject))
        .filter(guess_budgets::opened_at.gt(stale).and(guess_budgets::used.lt(budget.tries)))
        .set(guess_budgets::used.eq(guess_budgets::used + 1))
        .execute(conn)?;
    if counted == 1 {
        return Ok(true);
    }
    let reopened = diesel::update(guess_budgets::table.find(subject))
        .filter(guess_budgets::opened_at.le(stale))
        .set((guess_budgets::used.eq(1), guess_budgets::opened_at.eq(Micros::from(now))))
        .execute(conn)?;
    if reopened == 1 {
        return Ok(true);
    }
    let opened = db::unique(conn, |conn| {
        diesel::insert_into(guess_budgets::table)
            .values((
                guess_budgets::subject.eq(subject),
                guess_budgets::opened_at.eq(Micros::from(now)),
                guess_budgets::used.eq(1),
            ))
            .execute(conn)
    })?;
    if opened.is_some() {
        return Ok(true);
    }
    // The row is there: either its budget is spent, or somebody else opened it a moment ago.
    let counted = diesel::update(guess_budgets::table.find(subject))
        .filter(guess_budgets::opened_at.gt(stale).and(guess_budgets::used.lt(budget.tries)))
        .set(guess_budgets::used.eq(guess_budgets::used + 1))
        .execute(conn)?;
    Ok(counted == 1)
}

/// Gives a budget back, after a success.
pub fn refund(conn: &mut Conn, subject: &str) -> Result<()> {
    diesel::delete(guess_budgets::table.find(subject)).execute(conn)?;
    Ok(())
}

/// Deletes the budgets that were opened before `stale`, which is longer ago than any window; returns how many.
pub fn purge_budgets(conn: &mut Conn, stale: Timestamp) -> Result<usize> {
    Ok(diesel::delete(guess_budgets::table.filter(guess_budgets::opened_at.le(Micros::from(stale))))
        .execute(conn)?)
}

/// The keyed hash that an address is found by.
pub fn email_index(vault: &Vault, email: &Email) -> String {
    vault.index("email", email.canonical())
}

pub(super) fn role(word: &str) -> Result<Role> {
    word.parse().map_err(|()| Error::internal("a user has an unknown role"))
}

fn cell<'a>(column: &'static str, user: &'a UserId) -> Cell<'a> {
    Cell { table: "users", column, row: user.as_str() }
}
