//! The parent whose entries are judged, read in one look after her lock was taken.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl,
    dsl::{exists, max},
};
use jiff::{Timestamp, tz::TimeZone};

use super::{day, quiet_store};
use crate::{
    care::{Own, baby::BabyFacts, baby_facts_store},
    db::{
        Conn, on,
        schema::{babies, flags, parents, person_keys, quiet_days, screenings, timers, users},
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::FlagId,
    profile::store::{self as profile_store, Facts},
    rules::{Known, ParentContext, Profile, RuleId, Severity},
    screening::offer::LowFlag,
    seal::{PersonKey, Vault},
    timer,
};

/// The parent whose entries are judged.
pub(crate) struct Whose {
    pub(crate) parent: Facts,
    pub(crate) babies: Vec<BabyFacts>,
    /// What is sealed in the same transaction is sealed with it.
    pub(crate) key: PersonKey,
    /// What stood of quiet days when she was read.
    pub(super) quiet: Standing,
    /// Whether a questionnaire of hers was there when she was read.
    pub(super) filled_in: bool,
}

/// What stands of a parent's quiet days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// What a quiet day would be judged by.
    pub(super) known: Known,
    /// The morning that was asked about last.
    pub(super) asked_at: Option<Timestamp>,
    /// When the next look is set for.
    pub(super) look_at: Option<Timestamp>,
    /// The flag of a silence that nobody has closed.
    pub(super) flag: Option<FlagId>,
    /// What decides whether something is offered.
    pub(super) open: Open,
}

/// The flags that nobody has closed, as far as they ask for a questionnaire or forbid to offer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// One is urgent.
    pub(super) urgent: bool,
    /// The one of mood that stays low.
    pub(super) low: Option<LowFlag>,
}

type Row = (profile_store::FactsRow, Vec<u8>, QuietRow, bool, Option<baby_facts_store::FactsRow>);
type QuietRow =
    (Option<i32>, Option<Day>, Option<Micros>, Option<Micros>, bool, bool, Option<FlagId>, OpenRow);
type OpenRow = (bool, Option<FlagId>, Option<Micros>);

impl Whose {
    pub(crate) fn read(conn: &mut Conn, vault: &Vault, own: &Own) -> Result<Self> {
        let parent = own.parent();
        let asked = quiet_days::table.filter(quiet_days::parent_id.eq(parent)).select(max(quiet_days::at));
        let look =
            timers::table.find((parent, timer::Kind::QuietDay.as_str(), timer::NEXT)).select(timers::due_at);
        let open = || flags::table.filter(flags::parent_id.eq(parent).and(flags::closed_at.is_null()));
        let silence = || flags::rule.eq(RuleId::Silence.as_str());
        let other = || open().filter(flags::rule.ne(RuleId::Silence.as_str()));
        let grave = other().filter(flags::severity.ne(Severity::Notice.as_str()));
        let shared = other().filter(flags::shared_severity.ne(Severity::Notice.as_str()));
        let urgent = open().filter(flags::severity.eq(Severity::Urgent.as_str()));
        let low = || open().filter(flags::rule.eq(RuleId::SustainedLow.as_str()));
        let query = users::table
            .inner_join(parents::table.on(parents::parent_id.eq(users::id)))
            .inner_join(person_keys::table.on(person_keys::person_id.eq(users::id)))
            .left_join(babies::table.on(babies::parent_id.eq(users::id)))
            .filter(users::id.eq(parent))
            .order(babies::id.asc())
            .select((
                profile_store::facts_columns(),
                person_keys::wrapped,
                (
                    parents::cadence_days,
                    parents::paused_through,
                    asked.single_value(),
                    look.single_value(),
                    exists(grave),
                    exists(shared),
                    open().filter(silence()).select(flags::id).single_value(),
                    (
                        exists(urgent),
                        low().select(flags::id).single_value(),
                        low().select(flags::raised_at).single_value(),
                    ),
                ),
                exists(screenings::table.filter(screenings::parent_id.eq(parent))),
                baby_facts_store::facts_columns().nullable(),
            ));
        let mut rows = on!(conn, |c| query.load::<Row>(c))?.into_iter();
        let (facts, wrapped, quiet, filled_in, first) =
            rows.next().ok_or_else(|| Error::internal("a parent has no row or no key"))?;
        let babies = first.into_iter().chain(rows.filter_map(|(.., baby)| baby));
        Ok(Self {
            parent: profile_store::read_facts(facts)?,
            babies: babies.map(baby_facts_store::read_facts).collect::<Result<_>>()?,
            key: vault.unwrap_person_key(parent, &wrapped)?,
            quiet: Standing::of(quiet),
            filled_in,
        })
    }

    /// The parent as the rules see her.
    pub(super) fn profile(&self) -> Profile {
        profile_of(&self.parent, &self.babies)
    }

    /// Whether there is a loss or every baby is hidden, so that nothing about a baby is asked. Who has recorded no baby
    /// may fill in whatever she chooses.
    pub(crate) fn no_baby_to_ask_about(&self) -> bool {
        let hidden = self.babies.iter().all(|baby| baby.hidden);
        hidden && (!self.babies.is_empty() || self.parent.contexts.contains(&ParentContext::Loss))
    }

    /// Where her mornings are.
    pub(super) fn zone(&self) -> TimeZone {
        day::zone(&self.parent.time_zone)
    }
}

/// A parent as the rules see her.
pub fn profile_of(parent: &Facts, babies: &[BabyFacts]) -> Profile {
    Profile {
        birth_date: babies.iter().filter_map(|baby| baby.birth_date).max(),
        contexts: parent.contexts.clone(),
        any_baby_visible: babies.iter().any(|baby| !baby.hidden),
    }
}

impl Standing {
    fn of(
        (cadence_days, paused_through, asked_at, look_at, flag_open, shared_flag_open, flag, open): QuietRow,
    ) -> Self {
        let known = Known {
            cadence_days: quiet_store::days(cadence_days),
            paused_through: paused_through.map(|day| day.date()),
            flag_open,
            shared_flag_open,
        };
        let (urgent, low, since) = open;
        let low = low.zip(since).map(|(id, since)| LowFlag { id, since: since.into() });
        let open = Open { urgent, low };
        Self { known, asked_at: asked_at.map(Into::into), look_at: look_at.map(Into::into), flag, open }
    }
}
