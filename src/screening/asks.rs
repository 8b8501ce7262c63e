//! Whether a filled-in questionnaire asks for a person, so that nothing to try stands beside it. Pure.

use super::{catalogue::Catalogue, filled::Screening, instrument::Action};
use crate::rules::Severity;

/// Whether a form asks for a person: by a flag that rests on it (`flags`: how grave they are), or by what its total means
/// (clinical table: touch and reading).
pub(super) fn asks_for_a_person(
    it: &Screening,
    flags: impl IntoIterator<Item = Severity>,
    known: &Catalogue,
) -> bool {
    flags.into_iter().any(|severity| severity >= Severity::FollowUp) || total_asks(it, known)
}

fn total_asks(it: &Screening, known: &Catalogue) -> bool {
    let Some(total) = it.total else { return false };
    let served = known.by_id(&it.instrument);
    let band = match served.filter(|of| of.version == it.version) {
        Some(of) => of.band_of(total, it.possible),
        None => {
            // What scored it is no longer served. What its stored label means now is as near as can be known.
            let Some(stored) = &it.band else { return false };
            let same = served.and_then(|of| of.bands.iter().find(|band| band.label == stored.label));
            let Some(same) = same else {
                // Nobody can say any more what it asks for, and nothing to try does no harm.
                return true;
            };
            Some(same)
        }
    };
    band.is_some_and(|band| {
        matches!(band.action, Action::FollowUp | Action::Assessment | Action::AssessmentPrompt)
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{id::ScreeningId, screening::filled::Reached};

    fn filled(instrument: &str, version: &str, total: Option<u16>, possible: u16, label: &str) -> Screening {
        let at: Timestamp = "2026-11-23T09:00:00Z".parse().expect("a literal");
        Screening {
            id: ScreeningId::new(at),
            revision: 1,
            instrument: instrument.to_owned(),
            version: version.to_owned(),
            answers: Default::default(),
            total,
            possible,
            subscales: Default::default(),
            band: total.map(|_| Reached { label: label.to_owned(), meaning: None }),
            self_harm: None,
            harm: None,
            watched: None,
            danger_answer: false,
            keying_doubt: false,
            keying_confirmed: false,
            private: false,
            incomplete: total.is_none(),
            rules_pending: false,
            entered_by: None,
            occurred_at: at,
            time_zone: "Europe/London".to_owned(),
            local_date: "2026-11-23".parse().expect("a literal"),
            recorded_at: at,
            written_at: at,
            said_at: at,
        }
    }

    #[test]
    fn a_form_asks_by_its_flags_and_by_what_its_total_meant() {
        let known = Catalogue::loaded();
        for (instrument, version, total, possible, label, asks) in [
            ("phq-9", "1", Some(9), 27, "mild", false),
            ("phq-9", "1", Some(10), 27, "moderate", true),
            ("phq-9", "1", Some(20), 27, "severe", true),
            ("phq-9", "1", None, 27, "", false),
            ("epds", "1", Some(12), 30, "middle", false),
            ("epds", "1", Some(13), 30, "higher", true),
            // Where items were not asked, by its share.
            ("weekly-reflection", "1", Some(16), 28, "mixed", false),
            ("weekly-reflection", "1", Some(15), 24, "heavier", true),
            // Another version, or an instrument that is gone: by the label, and else nothing is offered.
            ("phq-9", "0", Some(12), 27, "mild", false),
            ("phq-9", "0", Some(9), 27, "moderate", true),
            ("phq-9", "0", Some(9), 27, "of another time", true),
            ("our-own", "1", Some(1), 9, "light", true),
            ("our-own", "1", None, 9, "", false),
        ] {
            let it = filled(instrument, version, total, possible, label);
            assert_eq!(
                asks_for_a_person(&it, [Severity::Notice], known),
                asks,
                "{instrument} {version} {total:?}"
            );
            assert!(asks_for_a_person(&it, [Severity::Notice, Severity::FollowUp], known));
        }
    }
}
