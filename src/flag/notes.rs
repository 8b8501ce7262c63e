//! What is written beside the flags that one request shows, by what their reader may see of the answers.
//!
//! A parent's answers are read once, however many of her flags are shown: what a note can rest on is the same for all of
//! them.

use std::collections::{HashMap, hash_map::Entry};

use jiff::{Timestamp, ToSpan};

use super::{event_store::Event, lifecycle::Status, list::Seen, parts::EventKind};
use crate::{
    care::{Grant, baby_store},
    check_in::{history_store, span::Span},
    db::Conn,
    error::Result,
    id::CareLinkId,
    profile::store::facts_behind,
    rules::{
        FULL_SCALES, FullScale, History, Profile, about_a_baby,
        trust::{self, Beside, TrustNote},
    },
    screening::latest_store,
};

/// What was read so far, by link.
#[derive(Default)]
pub struct Notes {
    answers: HashMap<CareLinkId, Answers>,
}

/// What a note can rest on.
struct Answers {
    history: History,
    of_a_baby: bool,
}

impl Notes {
    /// The notes beside a flag that showed to her at `raised_at`; `events`: those of its history that she may know of.
    pub fn beside(
        &mut self,
        conn: &mut Conn,
        seen: &Seen,
        raised_at: Timestamp,
        events: &[Event],
    ) -> Result<Vec<TrustNote>> {
        let Seen { flag, grant, sight, state } = seen;
        if !sight.shared || state.status.is_closed() || !trust::doubts(flag.rule) {
            return Ok(Vec::new());
        }
        let Answers { history, of_a_baby } = match self.answers.entry(grant.link()) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(place) => place.insert(Answers::read(conn, grant)?),
        };
        let contacts = events
            .iter()
            .filter(|event| event.to == Status::Contacted && event.kind == EventKind::Transition);
        let contacted_at = contacts.map(|event| event.at).max();
        let beside = Beside { rule: flag.rule, raised_at, contacted_at, of_a_baby: *of_a_baby };
        Ok(trust::notes(history, beside))
    }
}

impl Answers {
    fn read(conn: &mut Conn, grant: &Grant) -> Result<Self> {
        let history = match history_store::last_mood_day(conn, grant)? {
            Some(last) => {
                let from = last.saturating_sub(i64::from(trust::STRETCH_DAYS).days());
                history_store::shared_days(conn, grant, Span { from, to: None })?
            }
            None => History::default(),
        };
        let mut forms = latest_store::latest_shared(conn, grant, trust::LIGHT_AT_ZERO)?;
        // A short form that came again after the full scale is not the one that its flag was raised by.
        let full = forms.iter().filter_map(|form| Some((form, FullScale::of(&form.instrument)?)));
        let windows = full.map(|(form, pair)| form.local_date.saturating_sub(i64::from(pair.days).days()));
        if let Some(from) = windows.min() {
            let shorts: Vec<&str> = FULL_SCALES.iter().map(|pair| pair.short).collect();
            forms.extend(latest_store::shared_since(conn, grant, Some(&shorts), from)?);
        }
        let asks = forms.iter().any(|form| about_a_baby(&form.instrument));
        let of_a_baby = asks && connection_counts(conn, grant)?;
        Ok(Self { history: history.with_forms(forms), of_a_baby })
    }
}

/// Whether anything about a baby may be said to her.
fn connection_counts(conn: &mut Conn, grant: &Grant) -> Result<bool> {
    let contexts = facts_behind(conn, grant)?.contexts;
    let any_baby_visible = baby_store::any_shown(conn, grant)?;
    Ok(Profile { birth_date: None, contexts, any_baby_visible }.connection_counts())
}
