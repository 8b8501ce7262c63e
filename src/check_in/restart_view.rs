//! What is usual for a parent now, and its restarts, as she and her doulas read them.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{restart::Restart, restart_store, usual_store};
use crate::{
    care::{Grant, Own},
    db::Conn,
    error::Result,
    flag::person::{People, PersonView},
    rules::{
        Measure, Usual,
        usual::{MEASURES, standing, word},
    },
    seal::Vault,
};

/// What is usual for a parent, measure by measure. It is neither good nor bad.
#[derive(Serialize, ToSchema)]
pub struct UsualsView {
    /// Mood, anxiety, connection; connection is left out after a loss and while no baby is shown.
    measures: Vec<MeasureUsualView>,
}

/// What is usual in one measure.
#[derive(Serialize, ToSchema)]
pub struct MeasureUsualView {
    /// Which measure.
    #[schema(value_type = String)]
    measure: &'static str,
    /// What stands today; null until there is one, and after a restart until there is a new one.
    stands: Option<StandingUsualView>,
    /// Who began it anew, the latest first, those that were taken back among them. The latest 50 of all measures together
    /// are shown.
    restarts: Vec<RestartView>,
}

/// What stands.
#[derive(Serialize, ToSchema)]
pub struct StandingUsualView {
    /// The local day from which it stands; it is made of days before and does not move with later ones.
    #[schema(value_type = String, format = Date)]
    frozen_on: Date,
    /// The first local day of which it is made.
    #[schema(value_type = String, format = Date)]
    first_day: Date,
    /// Of how many answered days it is made.
    #[schema(minimum = 8)]
    days: u16,
    /// The mean of these days, to one decimal.
    #[schema(minimum = 0, maximum = 10)]
    mean: f64,
    /// How far days lie from it, as a standard deviation drawn towards what is common, to one decimal.
    #[schema(minimum = 0)]
    spread: f64,
}

/// That somebody began anew what is usual for a parent in one measure.
#[derive(Serialize, ToSchema)]
pub struct RestartView {
    /// Which measure.
    #[schema(value_type = String)]
    measure: &'static str,
    /// The parent's local day from which on what was usual before stands no longer, and of which the new one is made.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    /// Who did it.
    by: PersonView,
    /// Why. The parent reads every reason, a doula those that she wrote herself.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it was taken back; null while it holds.
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Timestamp>,
    /// Who took it back; null while it holds.
    withdrawn_by: Option<PersonView>,
}

impl UsualsView {
    /// Everything of a parent's own, on her local day.
    pub(super) fn own(
        conn: &mut Conn,
        vault: &Vault,
        own: &Own,
        today: Date,
        connection_counts: bool,
    ) -> Result<Self> {
        let usuals = usual_store::frozen(conn, own)?.all;
        let restarts = restart_store::own(conn, vault, own)?;
        Self::of(conn, vault, &usuals, restarts, today, connection_counts)
    }

    /// What a doula sees of a client, on the client's local day.
    pub(crate) fn shown(
        conn: &mut Conn,
        vault: &Vault,
        grant: &Grant,
        today: Date,
        connection_counts: bool,
    ) -> Result<Self> {
        let usuals = usual_store::shown(conn, grant)?;
        let restarts = restart_store::shown(conn, vault, grant)?;
        Self::of(conn, vault, &usuals, restarts, today, connection_counts)
    }

    fn of(
        conn: &mut Conn,
        vault: &Vault,
        usuals: &[Usual],
        restarts: Vec<Restart>,
        today: Date,
        connection_counts: bool,
    ) -> Result<Self> {
        let mut people = People::new(vault);
        let is_shown = |measure: &Measure| *measure != Measure::Connection || connection_counts;
        let mut measures: Vec<(Measure, MeasureUsualView)> = MEASURES
            .into_iter()
            .filter(is_shown)
            .map(|measure| {
                let stands = standing(usuals, measure, today).map(StandingUsualView::from);
                (measure, MeasureUsualView { measure: word(measure), stands, restarts: Vec::new() })
            })
            .collect();
        for restart in restarts {
            if let Some((_, of)) = measures.iter_mut().find(|(measure, _)| *measure == restart.measure) {
                of.restarts.push(RestartView::of(conn, &mut people, restart)?);
            }
        }
        Ok(Self { measures: measures.into_iter().map(|(_, view)| view).collect() })
    }
}

impl From<&Usual> for StandingUsualView {
    fn from(usual: &Usual) -> Self {
        let tenths = |thousandths: i64| (thousandths as f64 / 100.0).round() / 10.0;
        Self {
            frozen_on: usual.frozen_on,
            first_day: usual.first,
            days: usual.days,
            mean: tenths(usual.mean),
            spread: tenths(usual.spread),
        }
    }
}

impl RestartView {
    /// With the names of who did it and who took it back.
    fn of(conn: &mut Conn, people: &mut People<'_>, restart: Restart) -> Result<Self> {
        let by = people.person(conn, restart.by)?;
        let withdrawn_by = match restart.withdrawn {
            Some((_, by)) => Some(people.person(conn, by)?),
            None => None,
        };
        Ok(Self {
            measure: word(restart.measure),
            from: restart.from,
            recorded_at: restart.recorded_at,
            by,
            reason: restart.reason,
            withdrawn_at: restart.withdrawn.map(|(at, _)| at),
            withdrawn_by,
        })
    }

    /// One, for the person who recorded it.
    pub(crate) fn one(conn: &mut Conn, vault: &Vault, restart: Restart) -> Result<Self> {
        Self::of(conn, &mut People::new(vault), restart)
    }
}
