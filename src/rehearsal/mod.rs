//! Rehearsal: which flags the stored history would have raised by other lines, or by a newer version of the rules,
//! before anybody switches them on (H24).
//!
//! Nothing is written, nobody's words are read, and what comes out are counts: by rule, and by parent without saying of
//! which rule. One parent is looked at at a time, so memory does not grow with their number.

pub mod asked;
mod store;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    care::{Own, baby_facts_store, grant_store},
    check_in::{self, history_store, quiet_store, usual_store},
    db::Conn,
    error::Result,
    id::UserId,
    profile,
    rules::{
        self, Changed, Context, Point, Profile, RuleId, RuleSpec, SettingId, Settings, Usual, Usuals,
        lived::{Life, live},
        rehearsal::{Difference, FlagName, Flags, differences, flags, open_beside_silence},
        replay,
        settings::InForce,
        watched,
    },
};
use asked::Asked;
use store::Stored;
pub use store::knows;

/// How many flags there are, and how many differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// By what is in force.
    pub before: u64,
    /// By what is rehearsed.
    pub after: u64,
    /// Of these, those that were not there before.
    pub new: u64,
    /// Those that were there before and are not any more.
    pub gone: u64,
    /// Those that weigh more.
    pub graver: u64,
    /// Those that weigh less.
    pub lighter: u64,
}

/// What came out for one parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfParent {
    /// Who.
    pub parent: UserId,
    /// Her flags by what is in force.
    pub before: Flags,
    /// Her flags by what is rehearsed.
    pub after: Flags,
    /// Counted.
    pub counts: Counts,
}

/// What came out for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Parents who were looked at.
    pub parents: u64,
    /// Parents for whom something differs.
    pub differing: u64,
    /// By rule.
    pub rules: BTreeMap<RuleId, Counts>,
}

/// Rehearses on every parent, one after the other; `each` gets what came out for one.
///
/// With lines to suppose, both sides are lived anew by the rules of this program, days without an answer included, as far
/// as the database had come. Without any, what is stored is compared with what the rules of this program say of it, on
/// the days that were asked about: that is how a newer version of a rule is rehearsed.
///
/// # Errors
/// Those of the database and those of `each`.
pub fn run<E: From<crate::error::Error>>(
    conn: &mut Conn,
    specs: &[RuleSpec],
    asked: &Asked,
    mut each: impl FnMut(&OfParent) -> std::result::Result<(), E>,
) -> std::result::Result<Summary, E> {
    let mut summary = Summary::default();
    let (mut after, until) = (None, store::last_act(conn)?);
    while let Some(parent) = store::next_parent(conn, after)? {
        after = Some(parent);
        let found = of_parent(conn, specs, asked, parent, until)?;
        summary.add(&found);
        each(&found)?;
    }
    Ok(summary)
}

/// Rehearses on one parent.
///
/// # Errors
/// Those of the database.
pub fn one(conn: &mut Conn, specs: &[RuleSpec], asked: &Asked, parent: UserId) -> Result<OfParent> {
    let until = store::last_act(conn)?;
    of_parent(conn, specs, asked, parent, until)
}

fn of_parent(
    conn: &mut Conn,
    specs: &[RuleSpec],
    asked: &Asked,
    parent: UserId,
    until: Timestamp,
) -> Result<OfParent> {
    let own = Own::of_timer(parent);
    let known = store::at_once(conn, |conn| Known::read(conn, &own))?;
    let closed: Vec<_> = known.stored.iter().filter_map(Stored::closing).collect();
    let lived = |in_force: &InForce| flags(&known.lived(specs, in_force, &closed, until), &closed);
    let (before, after) = match asked.supposed() {
        Some(supposed) => (lived(&known.in_force), lived(&known.in_force.clone().supposing(supposed))),
        None => (known.stored(), flags(&known.replayed(specs), &closed)),
    };
    let before: Flags = before.into_iter().filter(|(_, told)| asked.covers(told.on)).collect();
    let after: Flags = after.into_iter().filter(|(_, told)| asked.covers(told.on)).collect();
    let mut counts = Counts { before: before.len() as u64, after: after.len() as u64, ..Counts::default() };
    for (_, difference) in differences(&before, &after) {
        counts.add(difference);
    }
    Ok(OfParent { parent, before, after, counts })
}

/// What is stored of a parent, as far as rules and their flags go.
struct Known {
    history: crate::rules::History,
    profile: Profile,
    /// From which days on her usual was begun anew.
    restarts: Vec<Usual>,
    time_zone: String,
    /// Her wish and her pause.
    wished: rules::Known,
    in_force: InForce,
    stored: Vec<Stored>,
}

impl Known {
    fn read(conn: &mut Conn, own: &Own) -> Result<Self> {
        let (parent, babies) = (profile::store::facts(conn, own)?, baby_facts_store::facts(conn, own)?);
        let asked = quiet_store::since(conn, own, BEGINNING)?;
        Ok(Self {
            history: history_store::history(conn, own, BEGINNING)?.with_quiet_days(asked),
            profile: check_in::profile_of(&parent, &babies),
            restarts: usual_store::restarts(conn, own)?,
            time_zone: parent.time_zone,
            wished: quiet_store::wished(conn, own)?,
            in_force: grant_store::in_force(conn, own)?,
            stored: store::flags(conn, own)?,
        })
    }

    /// What the rules say of what was said, and of the days that were asked about.
    fn replayed(&self, specs: &[RuleSpec]) -> Vec<Point> {
        let settings = Settings::default();
        let whole = Context {
            history: &self.history,
            profile: &self.profile,
            settings: &settings,
            usual: &[],
            today: BEGINNING,
        };
        replay(specs, &whole, &self.in_force, Usuals::begun_anew(&self.restarts), BEGINNING)
    }

    /// What they say when the same is lived by these lines.
    fn lived(
        &self,
        specs: &[RuleSpec],
        lines: &InForce,
        closed: &[(RuleId, Timestamp)],
        until: Timestamp,
    ) -> Vec<Point> {
        // A zone that is gone from the table of zones moves a morning by hours at most.
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let open = |points: &[Point], at| open_beside_silence(points, closed, at);
        // What an item was answered with that was watched then is stored; of another one it is worked out.
        let watching = lines.supposes(Changed::Value(SettingId::MibsWatched)).then(|| {
            self.history
                .clone()
                .watching(|form| watched(&form.instrument, &form.answers, &lines.at(form.said_at)))
        });
        let (history, profile) = (watching.as_ref().unwrap_or(&self.history), &self.profile);
        let (restarts, known) = (&self.restarts, self.wished);
        live(&Life { specs, history, profile, restarts, lines, zone: &zone, known, open: &open, until })
    }

    /// The flags that are there, but for those that an edit took all ground from.
    fn stored(&self) -> Flags {
        let standing = self.stored.iter().filter(|flag| flag.counts());
        standing.map(|flag| flag.named(&self.time_zone)).collect()
    }
}

/// No entry is older.
const BEGINNING: Date = Date::constant(1900, 1, 1);

impl Counts {
    fn add(&mut self, difference: Difference) {
        match difference {
            Difference::New => self.new += 1,
            Difference::Gone => self.gone += 1,
            Difference::Graver => self.graver += 1,
            Difference::Lighter => self.lighter += 1,
        }
    }

    /// Whether anything differs.
    pub fn differ(&self) -> bool {
        self.new + self.gone + self.graver + self.lighter > 0
    }
}

impl Summary {
    fn add(&mut self, found: &OfParent) {
        self.parents += 1;
        self.differing += u64::from(found.counts.differ());
        for name in found.before.keys() {
            self.rules.entry(name.rule).or_default().before += 1;
        }
        for name in found.after.keys() {
            self.rules.entry(name.rule).or_default().after += 1;
        }
        for (FlagName { rule, .. }, difference) in differences(&found.before, &found.after) {
            self.rules.entry(rule).or_default().add(difference);
        }
    }
}
