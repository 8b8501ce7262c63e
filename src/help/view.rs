//! The safety block and the help page as they go out.
//!
//! The order of the fields is the order in which they are to be read.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    block::{Emergency, LineView, Safety},
    line::Cost,
    page::{CountryEntry, Page, WarningSigns},
};

/// Help that stands above everything else in a reply.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "level": "urgent",
    "message": "Thank you for telling us. If you are in danger now, call 999 or go to the nearest emergency department.",
    "emergency": {"name": "Emergency services", "phone": "999", "checked_on": "2026-11", "confirmed": false},
    "lines": [], "support_lines": [],
    "what_happens_next": "Asha can see this and is asked to look within 2 hours.",
    "do_now": ["Go to somebody you feel safe with, or ask them to come and stay with you."],
    "share_offer": false
}))]
pub struct SafetyView {
    /// `urgent`.
    #[schema(value_type = String)]
    pub level: &'static str,
    /// A warm line, then where to call in danger.
    pub message: String,
    /// The emergency number; null when the country is not known.
    pub emergency: Option<EmergencyView>,
    /// Lines that take a crisis and are open now.
    pub lines: Vec<HelpLineView>,
    /// Lines for talking; they do not take a crisis.
    pub support_lines: Vec<HelpLineView>,
    /// Who will see this and when, or that nobody will.
    pub what_happens_next: String,
    /// Things to do at once, the first one first.
    pub do_now: Vec<String>,
    /// Whether to offer sharing this entry with somebody who is linked.
    pub share_offer: bool,
}

/// Where to call in danger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmergencyView {
    /// Name of the service.
    pub name: String,
    /// Number to call.
    pub phone: String,
    /// Day of the last check, or of the source, perhaps only its year or month.
    pub checked_on: Option<String>,
    /// Whether a person confirmed it lately.
    pub confirmed: bool,
    /// What to print beside a number that is not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_note: Option<String>,
}

/// A line to call or write to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HelpLineView {
    /// Its own name.
    pub name: String,
    /// `crisis` or `support`; a support line does not take a crisis.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// Number to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Number to send a text message to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Word to send there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_body: Option<String>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Opening hours.
    pub hours: String,
    /// Whether somebody answers now.
    pub open_now: bool,
    /// `free` or `call_charge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub cost: Option<&'static str>,
    /// The part of the country that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Day of the last check, or of the source, perhaps only its year or month.
    pub checked_on: Option<String>,
    /// Whether a person confirmed it lately.
    pub confirmed: bool,
    /// What to print beside a number that is not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_note: Option<String>,
}

/// Where help is, for anybody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "country": {"code": "GB", "name": "United Kingdom"},
    "message": "If you are in danger now, call 999 or go to the nearest emergency department.",
    "emergency": {"name": "Emergency services", "phone": "999", "checked_on": "2026-11-20", "confirmed": true},
    "lines": [{"name": "Samaritans", "kind": "crisis", "phone": "116 123", "hours": "24 hours, every day",
        "open_now": true, "cost": "free", "languages": ["en"], "checked_on": "2026-11-20", "confirmed": true}],
    "support_lines": [],
    "warning_signs": [{"who": "parent", "signs": ["Trouble breathing"], "action": "Call a doctor at once."}],
    "note": "Nobody reads what you write here at once.",
    "countries": [{"code": "GB", "name": "United Kingdom"}]
}))]
pub struct HelpView {
    /// The country that the numbers belong to; null when none was named or none of its numbers is known.
    pub country: Option<CountryView>,
    /// Where to call in danger, in words.
    pub message: String,
    /// The emergency number.
    pub emergency: Option<EmergencyView>,
    /// Lines that take a crisis, closed ones last.
    pub lines: Vec<HelpLineView>,
    /// Lines for talking; they do not take a crisis.
    pub support_lines: Vec<HelpLineView>,
    /// Signs in the body that need a doctor.
    pub warning_signs: Vec<WarningSignsView>,
    /// That nobody reads free text at once.
    pub note: String,
    /// Every country whose numbers are known.
    pub countries: Vec<CountryView>,
}

/// A country whose numbers are known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountryView {
    /// ISO 3166-1 alpha-2 code.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// Its name.
    #[schema(value_type = String)]
    pub name: &'static str,
}

/// Signs in the body, and what to do about any of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WarningSignsView {
    /// `parent` or `baby`.
    #[schema(value_type = String)]
    pub who: &'static str,
    /// The signs.
    #[schema(value_type = Vec<String>)]
    pub signs: Vec<&'static str>,
    /// What to do.
    #[schema(value_type = String)]
    pub action: &'static str,
}

impl SafetyView {
    /// The block as it goes out.
    pub fn of(safety: Safety) -> Self {
        Self {
            level: safety.level.as_str(),
            message: safety.message,
            emergency: safety.emergency.map(EmergencyView::of),
            lines: safety.lines.into_iter().map(HelpLineView::of).collect(),
            support_lines: safety.support_lines.into_iter().map(HelpLineView::of).collect(),
            what_happens_next: safety.what_happens_next,
            do_now: safety.do_now,
            share_offer: safety.share_offer,
        }
    }
}

impl HelpView {
    /// The page as it goes out.
    pub fn of(page: Page) -> Self {
        Self {
            country: page.country.map(CountryView::of),
            message: page.message,
            emergency: page.emergency.map(EmergencyView::of),
            lines: page.lines.into_iter().map(HelpLineView::of).collect(),
            support_lines: page.support_lines.into_iter().map(HelpLineView::of).collect(),
            warning_signs: page.warning_signs.into_iter().map(WarningSignsView::of).collect(),
            note: page.note.to_owned(),
            countries: page.countries.into_iter().map(CountryView::of).collect(),
        }
    }
}

impl EmergencyView {
    fn of(emergency: Emergency) -> Self {
        let Emergency { name, phone, checked_on, confirmed, date_note } = emergency;
        Self { name, phone, checked_on, confirmed, date_note }
    }
}

impl HelpLineView {
    fn of(line: LineView) -> Self {
        Self {
            name: line.name,
            kind: line.kind.as_str(),
            phone: line.phone,
            text: line.text,
            text_body: line.text_body,
            url: line.url,
            hours: line.hours,
            open_now: line.open_now,
            cost: line.cost.map(Cost::as_str),
            region: line.region,
            languages: line.languages,
            checked_on: line.checked_on,
            confirmed: line.confirmed,
            date_note: line.date_note,
        }
    }
}

impl CountryView {
    fn of(country: CountryEntry) -> Self {
        Self { code: country.code, name: country.name }
    }
}

impl WarningSignsView {
    fn of(signs: WarningSigns) -> Self {
        Self { who: signs.who, signs: signs.signs.to_vec(), action: signs.action }
    }
}
