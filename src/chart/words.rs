//! What a picture says: its title, and every value in words for those who do not see it. Pure.
//!
//! Nothing here praises, counts missing days or calls a day well, and no total is called a verdict (H01, H02).

use jiff::civil::Date;

use super::{
    Curve, FlagMark, FormMark, Picture, Reader, Stretch,
    axis::{Axis, short},
    spot::{self, Spot, day},
};
use crate::rules::Severity;

/// Said where nothing was answered.
pub const NOTHING: &str = "Nothing was entered on these days.";
/// Said to a doula who sees no check-ins.
pub const NOT_SHARED: &str = "Check-ins are not shared with you.";
/// Said beside totals.
pub const TOTALS: &str = "Whatever a total is, if something feels wrong, say so.";
/// Said where not every flag is drawn or listed.
pub const MORE: &str = "More are in the list of flags.";
/// How the picture as a whole is to be read.
const READING: &str = "Each part lists its values. What was not answered is left open. The range called own usual is \
                       made of earlier days; it is not an aim.";

/// The title, in full.
pub fn title(picture: &Picture) -> String {
    format!("{}, {}", whose(&picture.reader), days(picture))
}

/// Whose days these are.
pub fn whose(reader: &Reader) -> String {
    match reader {
        Reader::Parent => "Your days".to_owned(),
        Reader::Doula { client } => format!("Days of {client}"),
    }
}

/// Which days these are.
pub fn days(picture: &Picture) -> String {
    let (from, to) = (picture.from, picture.to);
    let last = to.strftime("%-d %B %Y");
    if from == to {
        return last.to_string();
    }
    let first = if from.year() == to.year() { "%-d %B" } else { "%-d %B %Y" };
    format!("{} to {last}", from.strftime(first))
}

/// How to read it.
pub fn about() -> &'static str {
    READING
}

/// A value without needless decimals.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The line above a measure: the lowest and the highest answer, and what is usual at the end.
pub fn in_sight(curve: &Curve) -> String {
    let usual = curve.usual.last().map(|usual| format!(", own usual {}", range(usual)));
    extremes(curve, short) + &usual.unwrap_or_default()
}

/// The lowest and the highest answer, each with its first day, which is named as the caller names days.
fn extremes(curve: &Curve, name: impl Fn(Date) -> String) -> String {
    let mut days = curve.days.iter();
    let Some(first) = days.next() else { return String::new() };
    let (mut lowest, mut highest) = (first, first);
    for day in days {
        if day.lowest < lowest.lowest {
            lowest = day;
        }
        if day.highest > highest.highest {
            highest = day;
        }
    }
    let (low, high) = (number(lowest.lowest), number(highest.highest));
    if lowest.lowest < highest.highest {
        format!("lowest {low} on {}, highest {high} on {}", name(lowest.on), name(highest.on))
    } else {
        format!("{low} each time")
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn range(usual: &Stretch) -> String {
    format!("{} to {}", number(usual.low), number(usual.high))
}

/// A measure with all its values.
pub fn curve(curve: &Curve, axis: Axis) -> String {
    let mut said = vec![format!("{}.", capitalised(&extremes(curve, |on| day(on, axis))))];
    let usual = curve.usual.iter().filter(|usual| axis.cut(usual.from, usual.to).is_some()).map(|usual| {
        let from = day(usual.from.max(axis.first()), axis);
        format!("Own usual {} from {from} to {}.", range(usual), day(usual.to.min(axis.last()), axis))
    });
    said.extend(usual);
    let spots = spot::runs(&curve.days, axis);
    let spots: Vec<String> =
        spots.iter().flatten().map(|spot| format!("{}: {}", spot.name, values(spot))).collect();
    said.push(format!("{}.", spots.join("; ")));
    said.join(" ")
}

fn values(point: &Spot) -> String {
    let mean = number(point.mean);
    if point.lowest < point.highest {
        format!("mean {mean}, lowest {}, highest {}", number(point.lowest), number(point.highest))
    } else {
        mean
    }
}

/// How soon somebody should look.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "notice",
        Severity::FollowUp => "follow up",
        Severity::SameDay => "same day",
        Severity::Urgent => "urgent",
    }
}

/// A flag's line in the list below the lane.
pub fn flag_in_sight(flag: &FlagMark, axis: Axis) -> String {
    let last = if flag.last_on > flag.raised_on {
        format!(" to {}", day(flag.last_on, axis))
    } else {
        String::new()
    };
    format!("{}, {}{last}, {}", severity(flag.severity), day(flag.raised_on, axis), flag.status)
}

/// Flags with their reasons.
pub fn flags(flags: &[&FlagMark], left_out: bool, axis: Axis) -> String {
    let one = |(at, flag): (usize, &&FlagMark)| {
        format!("{}: {}. {}", at + 1, flag_in_sight(flag, axis), flag.reason)
    };
    let mut said: Vec<String> = flags.iter().enumerate().map(one).collect();
    said.extend(left_out.then(|| MORE.to_owned()));
    said.join(" ")
}

/// What is said above totals, and what the signs mean that are there.
pub fn form_notes(forms: &[&FormMark]) -> Vec<&'static str> {
    let mut notes = vec![TOTALS];
    notes.extend(forms.iter().any(|form| form.doubt).then_some("?: these numbers are to be looked at again"));
    notes.extend(
        forms.iter().any(|form| form.total.is_none()).then_some("–: something was left open, so no total"),
    );
    notes
}

/// A questionnaire and what its totals lie between.
pub fn form_name(form: &FormMark) -> String {
    format!("{}, {}", form.instrument, form.scale)
}

/// A total as it stands over its mark.
pub fn total_in_sight(form: &FormMark) -> String {
    let Some(total) = form.total else { return "–".to_owned() };
    let of = form.of.map(|of| format!(" of {of}")).unwrap_or_default();
    format!("{total}{of}{}", if form.doubt { "?" } else { "" })
}

/// The totals of one questionnaire, earliest first.
pub fn forms(forms: &[&FormMark], axis: Axis) -> String {
    let total = |form: &FormMark| {
        let Some(total) = form.total else { return "no total".to_owned() };
        let of = form.of.map(|of| format!(" of {of}")).unwrap_or_default();
        format!("{total}{of}{}", if form.doubt { ", to be looked at again" } else { "" })
    };
    let all: Vec<String> =
        forms.iter().map(|form| format!("{}: {}", day(form.on, axis), total(form))).collect();
    let name = forms.first().map(|form| form_name(form)).unwrap_or_default();
    format!("{name}: {}.", all.join("; "))
}
