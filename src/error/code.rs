//! The table of everything that can be refused: status, stable word and title, one line each.

/// Why a request is refused, as a stable word for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The body is not JSON that we accept (syntax, encoding, a key twice, too deep).
    BadJson,
    /// A query parameter is unknown, repeated or out of its range.
    BadParameter,
    /// The page cursor was not made by this server for this caller and filter.
    BadCursor,
    /// A header that the call needs has no acceptable form.
    BadHeader,
    /// The request itself could not be read.
    BadRequest,
    /// No valid access token came with the request.
    Unauthenticated,
    /// E-mail and password, or the refresh token, do not open anything.
    BadCredentials,
    /// The caller's role has no business here.
    WrongRole,
    /// The care link does not carry the scope that this needs.
    ScopeNotGranted,
    /// This is for an admin of the practice.
    NotAnAdmin,
    /// The object does not exist, or the caller may not know that it does.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// An account with this e-mail address exists.
    EmailTaken,
    /// The same idempotency key is being worked on right now.
    InProgress,
    /// The status of the object does not allow this step.
    InvalidTransition,
    /// A live care link with this doula exists already.
    AlreadyLinked,
    /// The same questionnaire was filled in within its window.
    TooSoon,
    /// The questionnaire asks about a baby, and none may be spoken of.
    NotApplicable,
    /// The body took too long to arrive.
    RequestTimeout,
    /// The object was changed since the tag in `If-Match`.
    StaleRevision,
    /// The edit needs `If-Match`.
    RevisionRequired,
    /// The body is larger than 64 KiB.
    BodyTooLarge,
    /// The request target is longer than 8 KiB.
    TargetTooLong,
    /// A header is longer than 16 KiB.
    HeaderTooLarge,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// One or more fields are wrong; each is named.
    Invalid,
    /// The idempotency key came before with another body.
    IdempotencyKeyReused,
    /// Too many tries.
    TooManyRequests,
    /// Something broke on our side.
    Internal,
    /// The server has more to do than it can; nothing was changed.
    Overloaded,
    /// The database is away, full or out of time; nothing was changed.
    Unavailable,
}

impl ErrorCode {
    /// Every code, for documentation and tests.
    pub const ALL: &[Self] = &[
        Self::BadJson,
        Self::BadParameter,
        Self::BadCursor,
        Self::BadHeader,
        Self::BadRequest,
        Self::Unauthenticated,
        Self::BadCredentials,
        Self::WrongRole,
        Self::ScopeNotGranted,
        Self::NotAnAdmin,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::EmailTaken,
        Self::InProgress,
        Self::InvalidTransition,
        Self::AlreadyLinked,
        Self::TooSoon,
        Self::NotApplicable,
        Self::RequestTimeout,
        Self::StaleRevision,
        Self::RevisionRequired,
        Self::BodyTooLarge,
        Self::TargetTooLong,
        Self::HeaderTooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::IdempotencyKeyReused,
        Self::TooManyRequests,
        Self::Internal,
        Self::Overloaded,
        Self::Unavailable,
    ];

    /// Status, stable word and title.
    pub fn describe(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadJson => (400, "bad_json", "The body is not acceptable JSON"),
            Self::BadParameter => (400, "bad_parameter", "A query parameter is wrong"),
            Self::BadCursor => (400, "bad_cursor", "The cursor does not fit this list"),
            Self::BadHeader => (400, "bad_header", "A header is wrong"),
            Self::BadRequest => (400, "bad_request", "The request cannot be read"),
            Self::Unauthenticated => (401, "unauthenticated", "A valid access token is needed"),
            Self::BadCredentials => (401, "bad_credentials", "These credentials open nothing"),
            Self::WrongRole => (403, "wrong_role", "This is not for your role"),
            Self::ScopeNotGranted => (403, "scope_not_granted", "The parent has not granted this scope"),
            Self::NotAnAdmin => (403, "not_an_admin", "This is for an admin of the practice"),
            Self::NotFound => (404, "not_found", "There is no such thing here"),
            Self::MethodNotAllowed => (405, "method_not_allowed", "This method is not offered here"),
            Self::RequestTimeout => (408, "request_timeout", "The request took too long to arrive"),
            Self::EmailTaken => (409, "email_taken", "This e-mail address has an account"),
            Self::InProgress => (409, "in_progress", "The same request is still running"),
            Self::InvalidTransition => (409, "invalid_transition", "The status does not allow this step"),
            Self::TooSoon => (409, "too_soon", "It was filled in not long ago"),
            Self::NotApplicable => (409, "not_applicable", "This is not asked at present"),
            Self::AlreadyLinked => (409, "already_linked", "A live care link exists already"),
            Self::StaleRevision => (412, "stale_revision", "The object was changed meanwhile"),
            Self::BodyTooLarge => (413, "body_too_large", "The body is larger than 64 KiB"),
            Self::TargetTooLong => (414, "target_too_long", "The request target is longer than 8 KiB"),
            Self::UnsupportedMediaType => (415, "unsupported_media_type", "The body must be JSON"),
            Self::Invalid => (422, "invalid", "Some fields are wrong"),
            Self::IdempotencyKeyReused => {
                (422, "idempotency_key_reused", "This key came before with another body")
            }
            Self::RevisionRequired => (428, "revision_required", "If-Match is needed"),
            Self::TooManyRequests => (429, "too_many_requests", "Too many tries"),
            Self::HeaderTooLarge => (431, "header_too_large", "A header is longer than 16 KiB"),
            Self::Internal => (500, "internal", "Something went wrong on our side"),
            Self::Overloaded => (503, "overloaded", "Too much at once, please try again"),
            Self::Unavailable => (503, "unavailable", "Nothing can be stored or read right now"),
        }
    }

    /// HTTP status number.
    pub fn status(self) -> u16 {
        self.describe().0
    }

    /// The stable word.
    pub fn slug(self) -> &'static str {
        self.describe().1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own() {
        let mut words: Vec<_> = ErrorCode::ALL.iter().map(|code| code.slug()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ErrorCode::ALL.len());
    }
}
