//! Makes the doula's view of flags out of what she sees of them.

use jiff::Timestamp;

use super::{
    event_store,
    evidence_view::EvidenceView,
    known,
    list::Seen,
    notes::Notes,
    person::People,
    shared_store, silence_store,
    view::{self, EventView, FlagView, NoteView, RuleView},
    visibility::Terms,
};
use crate::{db::Conn, error::Result, rules::RuleId, seal::Vault};

/// The views of one request: a name is opened once and a parent's answers are read once, however many flags are shown.
pub struct Views<'a> {
    vault: &'a Vault,
    people: People<'a>,
    notes: Notes,
}

impl<'a> Views<'a> {
    /// None yet.
    pub fn new(vault: &'a Vault) -> Self {
        Self { vault, people: People::new(vault), notes: Notes::default() }
    }

    /// The view of one flag.
    ///
    /// # Errors
    /// Those of the database, and 500 when something sealed does not open.
    pub fn of(&mut self, conn: &mut Conn, seen: &Seen) -> Result<FlagView> {
        let Self { vault, people, notes } = self;
        let Seen { flag, grant, sight, state } = seen;
        let terms = Terms::from(grant);
        let (mut check_ins, mut forms, mut silences) = (Vec::new(), Vec::new(), Vec::new());
        if sight.shared {
            check_ins = shared_store::shared(conn, grant, flag.id)?;
            forms = shared_store::shared_forms(conn, grant, flag.id)?;
            if flag.rule == RuleId::Silence {
                silences = silence_store::shared(conn, grant, flag.id)?;
            }
        }
        let of_forms = flag.reason.of_questionnaires() || shared_store::rests_on_forms(conn, grant, flag.id)?;
        let of_check_ins = flag.reason.of_check_ins() || !check_ins.is_empty();
        let (recorded, evidence): (Vec<Timestamp>, Vec<EvidenceView>) =
            EvidenceView::all(check_ins, forms, silences, terms).into_iter().unzip();
        let events = known::events(seen, event_store::granted(conn, vault, grant, flag.id)?);
        let (raised_at, last_seen_at) = known::span(seen, &recorded, &events);
        let (rule, version) = sight.rule(flag);
        let mut view = FlagView {
            id: flag.id,
            parent: people.parent(conn, flag.parent)?,
            rule: RuleView { id: rule, version },
            severity: seen.severity().as_str(),
            reason: seen.reason(),
            evidence,
            raised_at,
            last_seen_at,
            due_at: seen.due_at(),
            status: state.status.as_str(),
            snoozed_until: state.snooze.map(|snooze| snooze.until),
            notes: notes.beside(conn, seen, raised_at, &events)?.iter().map(NoteView::from).collect(),
            history: Vec::with_capacity(events.len()),
            etag: String::new(),
        };
        for mut event in events {
            // What another doula wrote may hold what the parent told her; it takes the scopes for her answers to read it.
            let may_read = (terms.check_ins || !of_check_ins) && (terms.screenings || !of_forms);
            if event.actor != Some(grant.doula()) && !may_read {
                (event.reason, event.note) = (None, None);
            }
            let actor = event.actor.map(|who| people.person(conn, who)).transpose()?;
            view.history.push(EventView::of(event, actor));
        }
        view.etag = view::tag(vault, &view)?;
        Ok(view)
    }
}
