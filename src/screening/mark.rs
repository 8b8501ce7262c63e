//! Filled-in questionnaires as marks on the days of a picture.
//!
//! A doula's marks are made of the rows that her list of questionnaires has. Those about a baby are left out where
//! nothing is said of connection: after a loss, and while no baby is shown.

use super::{
    catalogue::Catalogue,
    instrument::{Direction, Instrument},
    mark_store::{self, Taken},
};
use crate::{
    care::{Grant, Own},
    chart::FormMark,
    check_in::span::Span,
    db::Conn,
    error::Result,
};

/// A parent's own questionnaires of some local days.
pub fn own(conn: &mut Conn, own: &Own, span: Span, connection_counts: bool) -> Result<Vec<FormMark>> {
    Ok(marks(mark_store::own_days(conn, own, span)?, connection_counts))
}

/// Those of a client that the holder of a grant sees.
pub fn seen(conn: &mut Conn, grant: &Grant, span: Span, connection_counts: bool) -> Result<Vec<FormMark>> {
    Ok(marks(mark_store::shared_days(conn, grant, span)?, connection_counts))
}

fn marks(taken: Vec<Taken>, connection_counts: bool) -> Vec<FormMark> {
    let marks = taken.into_iter().filter_map(|taken| {
        let known = Catalogue::loaded().by_id(&taken.instrument);
        let hidden = !connection_counts && known.is_some_and(Instrument::about_a_baby);
        (!hidden).then(|| mark(taken, known))
    });
    marks.collect()
}

/// A mark. Of a questionnaire that is not served any more, or scored otherwise now, only what was stored is known.
fn mark(taken: Taken, known: Option<&Instrument>) -> FormMark {
    let instrument = known.map_or_else(|| taken.instrument.clone(), name);
    let scored_so = known.filter(|known| known.version == taken.version).map(|known| &known.scoring);
    let (low, high) = scored_so.map_or((0, taken.possible), |scoring| (scoring.range.min, scoring.range.max));
    let lighter = scored_so.is_some_and(|scoring| scoring.direction == Direction::HigherBetter);
    FormMark {
        instrument,
        scale: format!("{low} to {high}{}", if lighter { ", less is heavier" } else { "" }),
        total: taken.total,
        of: (taken.possible != high).then_some(taken.possible),
        doubt: taken.doubt,
        on: taken.on,
    }
}

/// What it is called in short: titles of standard scales name conditions, a picture does not.
fn name(instrument: &Instrument) -> String {
    match instrument.id.as_str() {
        "whooley" => "Whooley questions".to_owned(),
        _ if instrument.kind == "own" => instrument.title.clone(),
        short => short.to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(instrument: &str, total: Option<u16>, possible: u16) -> Taken {
        let on = "2026-11-23".parse().expect("a literal day");
        Taken {
            instrument: instrument.to_owned(),
            version: "1".to_owned(),
            total,
            possible,
            doubt: false,
            on,
        }
    }

    fn told(taken: Taken) -> (String, String, Option<u16>) {
        let mark = marks(vec![taken], true).pop().expect("it is marked");
        (mark.instrument, mark.scale, mark.of)
    }

    #[test]
    fn a_mark_says_what_its_total_lies_between() {
        let is = |name: &str, scale: &str, of| (name.to_owned(), scale.to_owned(), of);
        assert_eq!(told(taken("epds", Some(12), 30)), is("EPDS", "0 to 30", None));
        assert_eq!(told(taken("who-5", Some(12), 25)), is("WHO-5", "0 to 25, less is heavier", None));
        assert_eq!(told(taken("whooley", Some(1), 2)), is("Whooley questions", "0 to 2", None));
        let share = told(taken("weekly-reflection", Some(9), 24));
        assert_eq!(share, is("Weekly reflection", "0 to 28", Some(24)));
    }

    #[test]
    fn what_is_not_served_any_more_keeps_what_was_stored() {
        let gone = told(taken("feeding-talk", Some(3), 12));
        assert_eq!(gone, ("feeding-talk".to_owned(), "0 to 12".to_owned(), None));
        let older = told(Taken { version: "0".to_owned(), ..taken("who-5", Some(3), 100) });
        assert_eq!(older, ("WHO-5".to_owned(), "0 to 100".to_owned(), None));
    }

    /// H33: a bonding scale asks about the baby.
    #[test]
    fn h33_scales_about_a_baby_are_left_out_where_connection_does_not_count() {
        let all = || ["epds", "mibs", "pbq"].into_iter().map(|id| taken(id, Some(2), 24)).collect();
        let names = |counts| marks(all(), counts).into_iter().map(|mark| mark.instrument).collect::<Vec<_>>();
        assert_eq!(names(true), ["EPDS", "MIBS", "PBQ"]);
        assert_eq!(names(false), ["EPDS"]);
    }

    /// Titles of standard scales name conditions.
    #[test]
    fn no_scale_is_called_by_a_condition() {
        for id in
            ["phq-9", "phq-2", "gad-7", "gad-2", "epds", "epds-3a", "mibs", "whooley", "pass", "who-5", "pbq"]
        {
            let (name, ..) = told(taken(id, None, 1));
            assert!(!name.contains("epress") && name.len() < 20, "{name}");
        }
    }
}
