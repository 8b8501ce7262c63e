//! What each operation is worth when not everything can be done: one table, by method and path.
//!
//! The order is a product decision (security requirement LIM-3): what a parent says and what a doula must see
//! before anything that can be looked up a minute later. A test compares the table with the OpenAPI document.

/// How long an operation is kept up while the server fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Refused first: lists, searches, summaries, documents.
    Extra,
    /// Everything that is not named.
    Usual,
    /// Refused last: check-ins, questionnaires, flags, and the token that they need.
    Care,
    /// Never refused: help, whether the server lives, and its metrics.
    Probe,
}

impl Class {
    /// The stable word, for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extra => "extra",
            Self::Usual => "usual",
            Self::Care => "care",
            Self::Probe => "probe",
        }
    }

    /// How many of `places` may be taken already for work of this class to begin one more: half, three quarters,
    /// all of them (product decision). So a quarter is always left for care, and lists never hold up the rest.
    pub fn share_of(self, places: usize) -> usize {
        match self {
            Self::Extra => places / 2,
            Self::Usual => places - places / 4,
            Self::Care | Self::Probe => places,
        }
    }
}

/// Every operation, with `{}` for a part of the path that varies.
#[rustfmt::skip]
pub const OPERATIONS: &[(&str, &str, Class)] = &[
    ("GET", "/health/live", Class::Probe),
    ("GET", "/health/ready", Class::Probe),
    ("GET", "/metrics", Class::Probe),
    // It needs no database, and a refused danger answer points to it.
    ("GET", "/v1/help", Class::Probe),

    ("POST", "/v1/check-ins", Class::Care),
    ("PATCH", "/v1/check-ins/{}", Class::Care),
    ("DELETE", "/v1/check-ins/{}", Class::Care),
    ("POST", "/v1/screenings", Class::Care),
    ("PATCH", "/v1/screenings/{}", Class::Care),
    ("DELETE", "/v1/screenings/{}", Class::Care),
    ("POST", "/v1/clients/{}/screenings", Class::Care),
    ("GET", "/v1/flags", Class::Care),
    ("GET", "/v1/flags/{}", Class::Care),
    ("POST", "/v1/flags/{}/transitions", Class::Care),
    ("GET", "/v1/me/flags", Class::Care),
    // Without a fresh token nobody can send a check-in.
    ("POST", "/v1/auth/refresh", Class::Care),

    ("POST", "/v1/auth/login", Class::Usual),
    ("POST", "/v1/auth/logout", Class::Usual),
    ("POST", "/v1/auth/register", Class::Usual),
    ("DELETE", "/v1/auth/sessions/{}", Class::Usual),
    ("POST", "/v1/babies", Class::Usual),
    ("GET", "/v1/babies/{}", Class::Usual),
    ("PATCH", "/v1/babies/{}", Class::Usual),
    ("DELETE", "/v1/babies/{}", Class::Usual),
    ("POST", "/v1/care-links", Class::Usual),
    ("GET", "/v1/care-links/{}", Class::Usual),
    ("PATCH", "/v1/care-links/{}", Class::Usual),
    ("DELETE", "/v1/care-links/{}", Class::Usual),
    ("GET", "/v1/changes", Class::Usual),
    ("GET", "/v1/check-ins/{}", Class::Usual),
    ("POST", "/v1/check-ins/usuals/{}/restarts", Class::Usual),
    ("DELETE", "/v1/check-ins/usuals/{}/restarts/{}", Class::Usual),
    ("GET", "/v1/clients/{}", Class::Usual),
    ("POST", "/v1/clients/{}/usuals/{}/restarts", Class::Usual),
    ("DELETE", "/v1/clients/{}/usuals/{}/restarts/{}", Class::Usual),
    ("GET", "/v1/instruments/{}", Class::Usual),
    ("POST", "/v1/invitations", Class::Usual),
    ("GET", "/v1/me", Class::Usual),
    ("PATCH", "/v1/me", Class::Usual),
    ("GET", "/v1/practice/rules/{}", Class::Usual),
    ("PATCH", "/v1/practice/rules/{}", Class::Usual),
    ("GET", "/v1/resources/{}", Class::Usual),
    ("PUT", "/v1/resources/{}/feedback", Class::Usual),
    ("GET", "/v1/screenings/{}", Class::Usual),
    ("GET", "/v1/screenings/offers", Class::Usual),
    ("GET", "/v1/clients/{}/screenings/offers", Class::Usual),
    ("GET", "/v1/suggestions", Class::Usual),
    ("POST", "/v1/sandbox/clock", Class::Usual),
    ("GET", "/.well-known/jwks.json", Class::Usual),

    ("GET", "/v1/auth/sessions", Class::Extra),
    ("GET", "/v1/babies", Class::Extra),
    ("GET", "/v1/care-links", Class::Extra),
    ("GET", "/v1/check-ins", Class::Extra),
    ("GET", "/v1/check-ins/chart.svg", Class::Extra),
    ("GET", "/v1/check-ins/summary", Class::Extra),
    ("GET", "/v1/check-ins/usuals", Class::Extra),
    ("GET", "/v1/check-ins/{}/revisions", Class::Extra),
    ("GET", "/v1/practice/rules", Class::Extra),
    ("GET", "/v1/practice/rules/history", Class::Extra),
    ("GET", "/v1/clients", Class::Extra),
    ("GET", "/v1/clients/{}/chart.svg", Class::Extra),
    ("GET", "/v1/clients/{}/check-ins", Class::Extra),
    ("GET", "/v1/clients/{}/screenings", Class::Extra),
    ("GET", "/v1/clients/{}/summary", Class::Extra),
    ("GET", "/v1/clients/{}/usuals", Class::Extra),
    ("GET", "/v1/instruments", Class::Extra),
    ("GET", "/v1/resources", Class::Extra),
    ("GET", "/v1/screenings", Class::Extra),
    ("GET", "/openapi.json", Class::Extra),
    ("GET", "/docs", Class::Extra),
    ("GET", "/docs/", Class::Extra),
    ("GET", "/docs/{}", Class::Extra),
];

/// The class of a request; what stands in no row is [`Class::Usual`].
pub fn class_of(method: &str, path: &str) -> Class {
    let method = if method == "HEAD" { "GET" } else { method };
    let of = |exact: bool| {
        OPERATIONS.iter().find(|(by, template, _)| {
            *by == method && if exact { *template == path } else { fits(template, path) }
        })
    };
    // A path that is named in full is meant, even where a template would fit it too.
    of(true).or_else(|| of(false)).map_or(Class::Usual, |(_, _, class)| *class)
}

/// The path, when an operation has exactly this one: a label for metrics, out of a list that does not grow.
pub fn named_in_full(path: &str) -> Option<&'static str> {
    OPERATIONS
        .iter()
        .map(|(_, template, _)| *template)
        .find(|template| *template == path && !path.contains('{'))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut ours, mut theirs) = (template.split('/'), path.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some("{}"), Some(sent)) if !sent.is_empty() => {}
            (Some(part), Some(sent)) if part == sent => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_the_class_of_its_row_and_anything_else_is_usual() {
        for (method, path, class) in [
            ("POST", "/v1/check-ins", Class::Care),
            ("GET", "/v1/check-ins", Class::Extra),
            ("HEAD", "/v1/check-ins", Class::Extra),
            ("GET", "/v1/check-ins/chart.svg", Class::Extra),
            ("GET", "/v1/check-ins/summary", Class::Extra),
            ("GET", "/v1/check-ins/01890000-0000-7000-8000-000000000000", Class::Usual),
            ("POST", "/v1/flags/1/transitions", Class::Care),
            ("POST", "/v1/flags//transitions", Class::Usual),
            ("GET", "/health/live", Class::Probe),
            ("GET", "/health/live/", Class::Usual),
            ("GET", "/v1/nothing", Class::Usual),
            ("BREW", "/v1/help", Class::Usual),
            ("GET", "", Class::Usual),
        ] {
            assert_eq!(class_of(method, path), class, "{method} {path}");
        }
    }

    #[test]
    fn only_a_path_without_a_part_that_varies_names_itself() {
        assert_eq!(named_in_full("/v1/check-ins"), Some("/v1/check-ins"));
        for other in ["/v1/check-ins/", "/v1/check-ins/{}", "/v1/check-ins/1", "/v1/nothing", ""] {
            assert_eq!(named_in_full(other), None, "{other}");
        }
    }

    #[test]
    fn no_operation_stands_twice() {
        let mut rows: Vec<_> = OPERATIONS.iter().map(|(method, path, _)| (method, path)).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), OPERATIONS.len());
    }

    /// LIM-3.
    #[test]
    fn lists_stop_at_half_the_rest_at_three_quarters_and_care_at_the_end() {
        let shares = |places| [Class::Extra, Class::Usual, Class::Care].map(|class| class.share_of(places));
        assert_eq!(shares(128), [64, 96, 128]);
        assert_eq!(shares(16), [8, 12, 16]);
        assert_eq!(shares(1), [0, 1, 1]);
    }
}
