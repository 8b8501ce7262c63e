//! Revisions as strong entity tags, and `If-Match`.

use actix_web::{HttpRequest, http::header};

use crate::error::{Error, ErrorCode, Result};

/// The tag of a revision, with its quotes.
pub fn of(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// The header, if it was sent.
    pub fn optional(req: &HttpRequest) -> Option<Self> {
        let mut lines = req.headers().get_all(header::IF_MATCH).peekable();
        lines.peek()?;
        let text: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        if text == ["*"] {
            return Some(Self(None));
        }
        let tags = text.iter().flat_map(|line| line.split(',')).map(|tag| tag.trim().to_owned());
        Some(Self(Some(tags.collect())))
    }

    /// The header, for an edit that needs it.
    ///
    /// # Errors
    /// 428 when it was not sent.
    pub fn required(req: &HttpRequest) -> Result<Self> {
        Self::optional(req).ok_or_else(|| {
            Error::new(
                ErrorCode::RevisionRequired,
                "Send the etag that you edit in If-Match, so that no other edit is lost.",
            )
        })
    }

    /// # Errors
    /// 412 when the object is at another revision. A weak tag never matches.
    pub fn admit(&self, revision: i64) -> Result<()> {
        match &self.0 {
            Some(tags) if !tags.contains(&of(revision)) => Err(stale()),
            _ => Ok(()),
        }
    }
}

impl IfMatch {
    /// # Errors
    /// 412 when the object has another tag. `tag` comes with its quotes.
    pub fn admit_tag(&self, tag: &str) -> Result<()> {
        match &self.0 {
            Some(tags) if !tags.iter().any(|sent| sent == tag) => Err(stale()),
            _ => Ok(()),
        }
    }
}

/// The refusal of an edit that rests on an older revision.
pub fn stale() -> Error {
    Error::new(ErrorCode::StaleRevision, "Read the object again and repeat your edit on what is there now.")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_the_strong_tag_of_this_revision_is_admitted() {
        let cases = [
            ("\"3\"", true),
            ("*", true),
            ("\"2\", \"3\"", true),
            ("W/\"3\"", false),
            ("3", false),
            ("\"4\"", false),
            ("", false),
        ];
        for (sent, fine) in cases {
            let req = TestRequest::default().insert_header((header::IF_MATCH, sent)).to_http_request();
            let tag = IfMatch::required(&req).expect("was sent");
            assert_eq!(tag.admit(3).is_ok(), fine, "{sent}");
        }
        let none = IfMatch::required(&TestRequest::default().to_http_request());
        assert_eq!(none.expect_err("not sent").code(), ErrorCode::RevisionRequired);
    }
}
