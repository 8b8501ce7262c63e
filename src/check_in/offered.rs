//! Gathers what is worth offering: to the parent by all that she said, to a doula by what she may see of it.
//!
//! Beside a reply nothing is read again that judging it has read. Kept apart from `screening/offer.rs`, which decides.

use std::slice;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{day::local_date, judge::Judged, whose_store::Whose};
use crate::{
    care::{Grant, Own, grant_store},
    db::Conn,
    error::{Error, Result},
    flag::list,
    rules::{Form, LOOK_BACK_DAYS, RuleId, Settings, Severity},
    screening::{
        latest_store,
        offer::{Basis, LowFlag, offers},
        offer_view::OfferView,
        store,
    },
    seal::Vault,
};

/// What the parent is offered beside a reply to something that was judged.
pub(super) fn beside(whose: &Whose, judged: &Judged, now: Timestamp) -> Vec<OfferView> {
    to_her(whose, judged.history.forms(), (judged.open.urgent, judged.open.low), &judged.settings, now)
}

/// What the parent is offered at any time.
pub(crate) fn own(conn: &mut Conn, vault: &Vault, own: &Own, now: Timestamp) -> Result<Vec<OfferView>> {
    let whose = Whose::read(conn, vault, own)?;
    let forms = store::forms(conn, own, looked_back(&whose, now))?;
    let settings = grant_store::present(conn, own, now)?.settings;
    let open = whose.quiet.open;
    Ok(to_her(&whose, &in_order(forms), (open.urgent, open.low), &settings, now))
}

/// What a doula who lets her questionnaires be seen may offer, beside a reply to a form that she entered.
pub(super) fn beside_for_doula(
    conn: &mut Conn,
    whose: &Whose,
    grant: &Grant,
    judged: &Judged,
    now: Timestamp,
) -> Result<Vec<OfferView>> {
    let shown = |form: &&Form| !form.private && form.recorded_at >= grant.history_from();
    let forms: Vec<Form> = judged.history.forms().iter().filter(shown).cloned().collect();
    to_doula(conn, whose, grant, &forms, &judged.settings, now)
}

/// The same at any time.
pub(crate) fn seen(conn: &mut Conn, vault: &Vault, grant: &Grant, now: Timestamp) -> Result<Vec<OfferView>> {
    let own = Own::together_with(grant)
        .ok_or_else(|| Error::internal("offers are read with the scope for questionnaires"))?;
    let whose = Whose::read(conn, vault, &own)?;
    let forms = latest_store::shared_since(conn, grant, None, looked_back(&whose, now))?;
    let settings = grant_store::present(conn, &own, now)?.settings;
    to_doula(conn, &whose, grant, &in_order(forms), &settings, now)
}

fn to_her(
    whose: &Whose,
    forms: &[Form],
    (urgent, low): (bool, Option<LowFlag>),
    settings: &Settings,
    now: Timestamp,
) -> Vec<OfferView> {
    offers(&basis(whose, forms, (urgent, low), settings, now)).iter().map(OfferView::own).collect()
}

fn to_doula(
    conn: &mut Conn,
    whose: &Whose,
    grant: &Grant,
    forms: &[Form],
    settings: &Settings,
    now: Timestamp,
) -> Result<Vec<OfferView>> {
    let seen = list::unclosed(conn, slice::from_ref(grant), now)?;
    let urgent = seen.iter().any(|seen| seen.severity() == Severity::Urgent);
    let low = seen.iter().find(|seen| seen.flag.rule == RuleId::SustainedLow && seen.sight.shared);
    // For her a flag is there since its shared part is, and not before her link.
    let since = |seen: &list::Seen| Some(seen.flag.shared.as_ref()?.at.max(grant.history_from()));
    let low = low.and_then(|seen| Some(LowFlag { id: seen.flag.id, since: since(seen)? }));
    let offers = offers(&basis(whose, forms, (urgent, low), settings, now));
    Ok(offers.iter().map(OfferView::for_doula).collect())
}

fn basis<'a>(
    whose: &Whose,
    forms: &'a [Form],
    (urgent, low): (bool, Option<LowFlag>),
    settings: &'a Settings,
    now: Timestamp,
) -> Basis<'a> {
    let zone = &whose.parent.time_zone;
    Basis {
        forms,
        low: low.map(|low| (low, local_date(low.since, zone))),
        urgent,
        no_baby: whose.no_baby_to_ask_about(),
        today: local_date(now, zone),
        settings,
    }
}

/// The first day that offers rest on.
fn looked_back(whose: &Whose, now: Timestamp) -> Date {
    local_date(now, &whose.parent.time_zone).saturating_sub(i64::from(LOOK_BACK_DAYS).days())
}

fn in_order(mut forms: Vec<Form>) -> Vec<Form> {
    forms.sort_by_key(|form| (form.occurred_at, form.id));
    forms
}
