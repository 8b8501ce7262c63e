//! The tables as diesel sees them; one description for both databases.
//!
//! The migrations are the truth: a test compares their columns on SQLite and PostgreSQL.

#![allow(missing_docs, reason = "the columns are explained where they are made, in the migrations")]

mod care;
mod people;
mod practice;
mod records;

pub use care::{
    care_links, check_in_revisions, check_ins, consent_events, flag_events, flag_evidence, flags,
    invitations, quiet_days, usual_restarts, usuals,
};
pub use people::{babies, guess_budgets, parents, person_keys, practice_members, practices, sessions, users};
pub use practice::{rule_changes, rule_settings};
pub use records::{
    audit, changes, facts, idempotency_keys, line_confirmations, outbox, resource_feedback, screenings,
    timers,
};

diesel::allow_tables_to_appear_in_same_query!(
    facts,
    users,
    person_keys,
    sessions,
    guess_budgets,
    practices,
    practice_members,
    parents,
    babies,
    invitations,
    care_links,
    consent_events,
    check_ins,
    check_in_revisions,
    quiet_days,
    flags,
    flag_evidence,
    flag_events,
    changes,
    audit,
    outbox,
    timers,
    idempotency_keys,
    line_confirmations,
    resource_feedback,
    rule_changes,
    rule_settings,
    screenings,
);
