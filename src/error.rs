//! The one error type of the crate and the table of everything that can be refused.
//!
//! An [`Error`] has a public half (code, detail, what is wrong with which field) and a private half (the
//! cause), which is logged once at the edge and never sent. Status, title and code of every refusal stand in
//! one `match`; how they look on the wire is decided in `http::problem`.

use std::{borrow::Cow, fmt};

/// What the crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// Any cause that is for the log only.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

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
    /// The database is out of reach; nothing was changed.
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
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::EmailTaken,
        Self::InProgress,
        Self::InvalidTransition,
        Self::AlreadyLinked,
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
            Self::NotFound => (404, "not_found", "There is no such thing here"),
            Self::MethodNotAllowed => (405, "method_not_allowed", "This method is not offered here"),
            Self::EmailTaken => (409, "email_taken", "This e-mail address has an account"),
            Self::InProgress => (409, "in_progress", "The same request is still running"),
            Self::InvalidTransition => (409, "invalid_transition", "The status does not allow this step"),
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
            Self::Unavailable => (503, "unavailable", "The database is out of reach"),
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

/// Where in the request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// JSON pointer into the body.
    Pointer(String),
    /// Name of a query parameter.
    Parameter(&'static str),
    /// Name of a query parameter that is not known, as sent.
    UnknownParameter(String),
}

/// One wrong field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which field.
    pub place: Place,
    /// Stable word, such as `out_of_range`.
    pub code: &'static str,
    /// What would be right. Never repeats what was sent.
    pub detail: Cow<'static, str>,
}

/// A refusal or a failure.
pub struct Error(Box<Inner>);

struct Inner {
    code: ErrorCode,
    detail: Cow<'static, str>,
    fields: Vec<FieldProblem>,
    extra: Option<(&'static str, serde_json::Value)>,
    retry_after_seconds: Option<u32>,
    allow: Option<String>,
    token_error: bool,
    cause: Option<Cause>,
}

impl Error {
    /// A refusal with what the caller may read.
    pub fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            extra: None,
            retry_after_seconds: None,
            allow: None,
            token_error: false,
            cause: None,
        }))
    }

    /// 404, the same for what does not exist and for what is not the caller's.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Nothing here has this address.")
    }

    /// 422 with every wrong field.
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        Self::new(ErrorCode::Invalid, "See errors for each field.").with_fields(fields)
    }

    /// 500; the cause goes to the log.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(ErrorCode::Internal, "It was noted. Nothing you sent was the reason.").caused_by(cause)
    }

    /// 503 because too much is going on.
    pub fn overloaded() -> Self {
        Self::new(ErrorCode::Overloaded, "Nothing was changed. Send the same request again.").retry_after(1)
    }

    /// 503 because the database does not answer; the cause goes to the log.
    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::new(ErrorCode::Unavailable, "Nothing was changed. Send the same request again.")
            .retry_after(2)
            .caused_by(cause)
    }

    /// Adds the wrong fields.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.0.fields = fields;
        self
    }

    /// Adds a member of its own to the problem document.
    #[must_use]
    pub fn with_extra(mut self, name: &'static str, value: serde_json::Value) -> Self {
        self.0.extra = Some((name, value));
        self
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds `Allow`, for 405.
    #[must_use]
    pub fn allowing(mut self, methods: String) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// A token came and was refused: RFC 6750 asks for an error word then.
    #[must_use]
    pub fn with_token_error(mut self) -> Self {
        self.0.token_error = true;
        self
    }

    /// Adds the cause, for the log only.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What the caller may read.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The wrong fields.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.fields
    }

    /// A further member of the problem document.
    pub fn extra(&self) -> Option<(&'static str, &serde_json::Value)> {
        self.0.extra.as_ref().map(|(name, value)| (*name, value))
    }

    /// Seconds for `Retry-After`.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after_seconds
    }

    /// Methods for `Allow`.
    pub fn allow(&self) -> Option<&str> {
        self.0.allow.as_deref()
    }

    /// Whether a token was sent and refused.
    pub fn token_error(&self) -> bool {
        self.0.token_error
    }

    /// The private cause.
    pub fn cause(&self) -> Option<&Cause> {
        self.0.cause.as_ref()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("fields", &self.0.fields)
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.slug())
    }
}

impl std::error::Error for Error {}

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
