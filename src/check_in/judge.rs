//! What the rules say of something new, changed or removed, and what becomes of it.
//!
//! The newest entry is judged alone. Whatever changes the past, a restart of what is usual among it, has the history
//! replayed from the first day on that the change or an unclosed flag touches, so that the flags are those that the whole
//! history raises.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    day::local_date,
    history_store,
    next_look::{self, Newest},
    quiet, quiet_store, store,
    submit::Surroundings,
    usual_store,
    whose_store::{Open, Whose},
};
use crate::{
    care::{
        Grant, Own,
        grant_store::{self, Present},
    },
    change,
    db::Conn,
    error::Result,
    flag::{
        first_unclosed_day,
        record::{By, Raised, Recorded, record},
        replayed::{Replayed, Subject},
        revise::revise,
        standing::standing,
        unclosed,
    },
    rules::{
        self, Context, History, Known, LOOK_BACK_DAYS, Point, RuleId, RuleSpec, Settings, Severity, Source,
        Trigger, Usual,
    },
    screening::{self, offer::LowFlag},
    seal::Vault,
    timer,
};

/// After how long rules that failed run again.
pub(super) const PENDING: SignedDuration = SignedDuration::from_secs(30);
/// An entry's local day may lie this far off the order of the instants, on a flight over the date line.
const DAYS_OUT_OF_ORDER: i32 = 2;

/// What the rules said, and what became of it.
pub(crate) struct Judged {
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) readers: Vec<Grant>,
    pub(crate) rules_failed: bool,
    /// Every entry that was looked at, up to the newest.
    pub(super) history: History,
    /// What nobody has closed after it.
    pub(super) open: Open,
    /// The lines in force now.
    pub(super) settings: Settings,
}

/// Runs the rules after a change that is stored, and brings the flags in line.
pub(crate) fn judge(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    whose: &Whose,
    present: Present,
    subject: Subject<'_>,
    now: Timestamp,
) -> Result<Judged> {
    let Present { readers, settings, moves_at } = present;
    let profile = whose.profile();
    let mut usuals = usual_store::frozen(conn, own)?;
    let days = [subject.before, subject.after].into_iter().flatten().map(Trigger::local_date);
    let Some(touched) = days.chain(subject.usual_from).min() else {
        return Ok(Judged {
            recorded: Vec::new(),
            readers,
            rules_failed: false,
            history: History::default(),
            open: whose.quiet.open,
            settings,
        });
    };
    if let (None, Some(new)) = (subject.before, subject.after) {
        let history = history(conn, own, whose, subject, back(touched, LOOK_BACK_DAYS))?;
        let asked_since = whose.quiet.asked_at.is_some_and(|asked| asked >= new.occurred_at());
        if history.is_newest(new) && !asked_since {
            let whole = Context {
                history: &history,
                profile: &profile,
                settings: &settings,
                usual: &[],
                today: new.local_date(),
            };
            let point = rules::judge(around.rules, &whole, &mut usuals, new);
            usual_store::keep(conn, own, &point.frozen)?;
            let raised = Raised { point: &point, readers: &readers, settings: &settings, by: subject.by };
            let recorded = record(conn, &whose.key, own, &raised, now)?;
            let rules_failed = note_failed(conn, own, &[point], subject, now)?;
            let known = next_look::known_with(whose.quiet.known, &recorded);
            let newest = Newest { history: &history, settings: &settings, moves_at, known };
            next_look::set_after_newest(conn, own, whose, &newest, now)?;
            answered(conn, own, whose, now)?;
            let open = open_with(whose.quiet.open, &recorded);
            return Ok(Judged { recorded, readers, rules_failed, history, open, settings });
        }
    }
    let first = first_unclosed_day(conn, own)?.map_or(touched, |day| day.min(touched));
    let from = back(first, DAYS_OUT_OF_ORDER);
    let looked_at = back(from, LOOK_BACK_DAYS);
    let history = history(conn, own, whose, subject, looked_at)?
        .with_quiet_days(quiet_store::since(conn, own, looked_at)?);
    let today = local_date(now, &whose.parent.time_zone);
    let whole = Context { history: &history, profile: &profile, settings: &settings, usual: &[], today };
    let in_force = grant_store::in_force(conn, own)?;
    // What was frozen before that day rests on days before it, which are as they were. A restart is what somebody chose and
    // no result, so it stays.
    let kept = |usual: &Usual| usual.frozen_on < from || usual.is_restart();
    usuals.all.retain(kept);
    usuals.shared.retain(kept);
    usual_store::thaw(conn, own, from)?;
    let points = rules::replay(around.rules, &whole, &in_force, usuals, from);
    for point in &points {
        usual_store::keep(conn, own, &point.frozen)?;
    }
    let replayed = Replayed { points: &points, subject, readers: &readers, today, settings: &settings };
    let recorded = revise(conn, &whose.key, own, &replayed, now)?;
    let rules_failed = note_failed(conn, own, &points, subject, now)?;
    let left = unclosed(conn, own)?;
    let known = Known { flag_open: left.grave, shared_flag_open: left.shared_grave, ..whose.quiet.known };
    next_look::set(conn, own, whose, &history, &in_force, known, now)?;
    answered(conn, own, whose, now)?;
    let open = Open { urgent: left.urgent, low: left.low };
    Ok(Judged { recorded, readers, rules_failed, history, open, settings })
}

/// What nobody has closed after these flags were raised or grew. Nothing closes a flag in between.
fn open_with(open: Open, recorded: &[Recorded]) -> Open {
    let low = recorded.iter().find(|one| one.flag.rule == RuleId::SustainedLow);
    let low = low.map(|one| LowFlag { id: one.flag.id, since: one.flag.raised_at });
    Open {
        urgent: open.urgent || recorded.iter().any(|one| one.severity == Severity::Urgent),
        low: low.or(open.low),
    }
}

/// What was said from a day on; of who has filled in nothing, nobody asks for forms.
fn history(conn: &mut Conn, own: &Own, whose: &Whose, subject: Subject<'_>, from: Date) -> Result<History> {
    let is_form = |trigger: &Trigger| trigger.form().is_some();
    let filled_in = whose.filled_in || subject.after.is_some_and(is_form);
    let read = if filled_in { history_store::history } else { history_store::check_ins_alone };
    read(conn, own, from)
}

/// What a flag of silence says changes with her answers, so her devices read it again.
fn answered(conn: &mut Conn, own: &Own, whose: &Whose, now: Timestamp) -> Result<()> {
    let Some(flag) = whose.quiet.flag else { return Ok(()) };
    change::record(conn, own.parent(), change::Kind::Flag, flag.as_str(), change::Op::Put, now)
}

/// Runs the rules again on something that is marked as pending; its mark is taken away already. What was raised before
/// stays as it is; a rule that fails again sets the timer again.
pub(crate) fn again(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    own: &Own,
    said: &Trigger,
    now: Timestamp,
) -> Result<()> {
    // Suggestions are not made again, so how long a vaccination counts does not matter here.
    let around = Surroundings { vault, rules, limited: false, vaccination_wait_hours: 0 };
    let whose = Whose::read(conn, vault, own)?;
    let present = grant_store::present(conn, own, now)?;
    let subject = Subject { rerun: true, ..Subject::change(Some(said), Some(said), By::Parent) };
    judge(conn, &around, own, &whose, present, subject, now).map(drop)
}

/// What stands of something that was not changed after all.
pub(crate) fn unchanged(
    conn: &mut Conn,
    own: &Own,
    whose: &Whose,
    present: Present,
    of: &Trigger,
    now: Timestamp,
) -> Result<Judged> {
    let Present { readers, settings, .. } = present;
    let recorded = standing(conn, own, of, &readers, now)?;
    let history = history_store::history(conn, own, back(of.local_date(), LOOK_BACK_DAYS))?;
    Ok(Judged { recorded, readers, rules_failed: false, history, open: whose.quiet.open, settings })
}

/// Marks that rules have to run again: on the changed entry, or on one where they failed when that one is gone.
fn note_failed(
    conn: &mut Conn,
    own: &Own,
    points: &[Point],
    subject: Subject<'_>,
    now: Timestamp,
) -> Result<bool> {
    let Some(failed) = points.iter().find(|point| point.failed().next().is_some()) else { return Ok(false) };
    let rules: Vec<_> = failed.failed().collect();
    let on = subject.after.unwrap_or(&failed.trigger);
    if let Some(quiet) = on.quiet() {
        quiet::note_failed(conn, own, quiet.on, &rules, now)?;
    }
    let kind = match on.source() {
        Some(Source::CheckIn(id)) => {
            store::set_rules_pending(conn, own, id, true)?;
            timer::Kind::RulesPending
        }
        Some(Source::Screening(id)) => {
            screening::store::set_rules_pending(conn, own, id, true)?;
            timer::Kind::ScreeningPending
        }
        Some(Source::Silence(_)) | None => return Ok(true),
    };
    let Some(on) = on.source().map(|source| source.key()) else { return Ok(true) };
    tracing::error!(kind = kind.as_str(), %on, failed = ?rules, "a rule failed; it will run again");
    metrics::counter!("rules_failed_total").increment(1);
    timer::set(conn, own.parent(), kind, &on, now + PENDING)?;
    Ok(true)
}

pub(super) fn back(day: Date, days: i32) -> Date {
    day.saturating_sub(i64::from(days).days())
}
