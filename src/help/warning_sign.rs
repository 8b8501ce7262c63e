//! Signs in the body that need a doctor soon, for a parent in the year after a pregnancy and for a baby.
//!
//! Fixed lists for the help page and nothing else: no entry is searched for them. The one thing to know: they
//! describe what a person may notice, never what it might be.

/// What to watch for in oneself, for a year after the end of a pregnancy. Source: CDC, Hear Her campaign.
/// The 38 °C (100.4 °F) of the fever are from there too.
pub const PARENT: [&str; 9] = [
    "Heavy bleeding",
    "A fever of 38 °C (100.4 °F) or more",
    "A very bad headache, or one that does not go away",
    "A change in how you see, such as blurring, spots or flashes",
    "Pain in the chest",
    "Trouble breathing",
    "Fainting, or feeling close to it",
    "A leg that is swollen or hurts",
    "Very bad pain in the belly",
];

/// What to watch for in a baby. Source of the fever line, 38 °C under three months: Royal Hospital for Children,
/// Glasgow. The others are a product decision and wait for review by a clinician.
pub const BABY: [&str; 6] = [
    "A fever; in the first three months 38 °C (100.4 °F) or more needs medical advice at once",
    "Floppy, as if without strength",
    "Hard to wake",
    "Blue lips, tongue or skin",
    "Trouble breathing",
    "Green vomit",
];

/// What to do about one of [`PARENT`].
pub const PARENT_ACTION: &str = "Call a doctor or a hospital at once with any of these, up to a year after a \
     pregnancy ended, and say when that was. If it feels very bad, call the emergency number.";

/// What to do about one of [`BABY`].
pub const BABY_ACTION: &str = "Get emergency care for your baby at once with any of these. After a vaccination, \
     what your clinic told you about fever goes first.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_short_plain_and_different() {
        let all: Vec<&str> = PARENT.iter().chain(&BABY).copied().collect();
        for sign in &all {
            assert!(sign.len() < 100 && !sign.ends_with('.') && !sign.contains(['!', '?']), "{sign}");
        }
        for list in [&PARENT[..], &BABY[..]] {
            assert!(list.iter().enumerate().all(|(at, sign)| !list[..at].contains(sign)));
        }
        assert!(PARENT.iter().all(|sign| !sign.to_lowercase().contains("baby")));
    }
}
