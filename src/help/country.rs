//! Which country a person is in, as far as the numbers of the help block need to know it.
//!
//! Country codes, and the countries of time zones as facts of the IANA database (`data/zone_countries.json`).
//! The one thing to know: a zone that several countries share by the same name tells no country, because a
//! number that works in one of them may ring nowhere in the next.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// All officially assigned country codes of ISO 3166-1 alpha-2, sorted.
pub const COUNTRIES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA",
    "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV",
    "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU",
    "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES",
    "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM",
    "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE",
    "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM",
    "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT",
    "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU",
    "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA",
    "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM",
    "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL",
    "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE",
    "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

/// Plain English names of the countries that have entries among the help lines.
const NAMES: [(&str, &str); 11] = [
    ("AU", "Australia"),
    ("CA", "Canada"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IN", "India"),
    ("NL", "Netherlands"),
    ("NZ", "New Zealand"),
    ("US", "United States"),
    ("ZA", "South Africa"),
];

/// Whether `code` is an officially assigned ISO 3166-1 alpha-2 code, in capitals.
pub fn is_country(code: &str) -> bool {
    known_code(code).is_some()
}

/// The name of a country that has help lines, without an article; `None` for every other code.
pub fn country_name(code: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// The country of an IANA time zone, letter case ignored, only where that name belongs to exactly one country.
///
/// `Europe/Copenhagen` is `DK`; `Europe/Berlin` and `Europe/Paris` are `None`, since others share the very name.
pub fn country_of_zone(zone: &str) -> Option<&'static str> {
    static ZONES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let zones = ZONES.get_or_init(|| {
        let single = zone_file().zones.into_iter();
        single.filter_map(|(zone, code)| Some((zone.to_ascii_lowercase(), known_code(&code)?))).collect()
    });
    zones.get(&zone.to_ascii_lowercase()).copied()
}

#[derive(Deserialize)]
struct ZoneFile {
    zones: HashMap<String, String>,
    #[cfg(test)]
    shared: HashMap<String, Vec<String>>,
    #[cfg(test)]
    countryless: Vec<String>,
}

fn zone_file() -> ZoneFile {
    serde_json::from_str(include_str!("../../data/zone_countries.json"))
        .expect("the embedded zone table is read whole by the tests of this module")
}

/// The code as a constant, if it is an assigned one.
pub(super) fn known_code(code: &str) -> Option<&'static str> {
    COUNTRIES.binary_search(&code).map_or(None, |at| Some(COUNTRIES[at]))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZoneDatabase;

    use super::*;

    #[test]
    fn codes_are_sorted_and_only_assigned_ones_pass() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a < b));
        assert!(["GB", "FR", "ZW", "AD", "XK"].map(is_country) == [true, true, true, true, false]);
        assert!(["", "gb", "UK", "EU", "GBR", "ZZ", "G"].iter().all(|code| !is_country(code)));
    }

    #[test]
    fn names_are_of_known_countries() {
        assert!(NAMES.iter().all(|(code, name)| is_country(code) && country_name(code) == Some(name)));
        assert_eq!(country_name("SE"), None);
    }

    #[test]
    fn only_zones_of_one_country_tell_it() {
        for (zone, country) in [
            ("Europe/Copenhagen", Some("DK")),
            ("Europe/Dublin", Some("IE")),
            ("Europe/Amsterdam", Some("NL")),
            ("Europe/Jersey", Some("JE")),
            ("America/New_York", Some("US")),
            ("US/Eastern", Some("US")),
            ("america/new_york", Some("US")),
            ("Asia/Calcutta", Some("IN")),
            ("Australia/Melbourne", Some("AU")),
            ("America/Creston", Some("CA")),
            ("Arctic/Longyearbyen", Some("SJ")),
            ("Europe/Berlin", None),
            ("Europe/Paris", None),
            ("Europe/London", None),
            ("America/Toronto", None),
            ("Pacific/Auckland", None),
            ("Africa/Johannesburg", None),
            ("Europe/Simferopol", None),
            ("GB", None),
            ("Atlantic/Jan_Mayen", None),
            ("EET", None),
            ("Etc/UTC", None),
            ("UTC", None),
            ("Mars/Olympus", None),
            ("", None),
        ] {
            assert_eq!(country_of_zone(zone), country, "{zone}");
        }
    }

    #[test]
    fn every_zone_has_its_place_in_the_table() {
        let file = zone_file();
        assert!(file.shared.values().flatten().chain(file.zones.values()).all(|code| is_country(code)));
        assert!(file.shared.values().all(|countries| countries.len() > 1));
        let database = TimeZoneDatabase::bundled();
        let mut seen = 0;
        for zone in database.available() {
            let zone = zone.as_str();
            let places = [
                file.zones.contains_key(zone),
                file.shared.contains_key(zone),
                file.countryless.iter().any(|name| name == zone),
            ];
            assert_eq!(places.iter().filter(|here| **here).count(), 1, "{zone}: {places:?}");
            assert_eq!(country_of_zone(zone), file.zones.get(zone).map(String::as_str), "{zone}");
            seen += 1;
        }
        assert!(seen > 400, "{seen} zones");
    }
}
