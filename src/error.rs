//! The one error type of the crate and the table of everything that can be refused.
//!
//! An [`Error`] has a public half (code, detail, what is wrong with which field) and a private half (the
//! cause), which is logged once at the edge and never sent. Status, title and code of every refusal stand in
//! one `match`; how they look on the wire is decided in `http::problem`.

mod code;

use std::{borrow::Cow, fmt};

pub use code::ErrorCode;

/// What the crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// Any cause that is for the log only.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

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
