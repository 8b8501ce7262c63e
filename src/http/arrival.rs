//! How long a client may take to send a body: a deadline, and before it a least speed.
//!
//! Who has sent much may take longer, so that an honest phone on a bad line gets through and one that drips does
//! not (security requirement FND-11).

use std::time::Duration;

/// How long a body may take to arrive at most; shorter than a whole request may, so that the reason is told.
pub const LONGEST: Duration = Duration::from_secs(8);
/// Time that needs no bytes at all: for a line that hangs for a moment.
const GRACE: Duration = Duration::from_secs(3);
/// Least bytes a second after that (product decision): an entry with a long note is 5 KB.
const LEAST_RATE: u32 = 1024;

/// How long after the first look at the body its next bytes must be there, with `bytes` here already.
pub fn allowed(bytes: usize) -> Duration {
    let earned = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1000) / u64::from(LEAST_RATE);
    GRACE.saturating_add(Duration::from_millis(earned)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use actix_web::{FromRequest, dev::Payload, http::header};
    use futures_util::stream;

    use super::*;
    use crate::{config::Config, error::ErrorCode, http::json::RawBody};

    /// FND-11: else a slow body would be told as a server that is out of time.
    #[test]
    fn a_request_may_take_longer_than_its_body() {
        let with = |seconds: u64| {
            let given = [("request_timeout_seconds".to_owned(), seconds.to_string())].into();
            Config::from_sources(&given, &Default::default(), None)
        };
        assert!(with(LONGEST.as_secs()).is_err());
        assert!(with(LONGEST.as_secs() + 1).is_ok());
    }

    /// FND-11.
    #[actix_web::test]
    async fn a_body_that_does_not_arrive_in_time_is_refused() {
        let mut never: Payload = Payload::Stream { payload: Box::pin(stream::pending()) };
        let req = actix_web::test::TestRequest::post()
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .to_http_request();
        let mut body = RawBody::from_request(&req, &mut never).await.expect("reads nothing yet");
        assert_eq!(body.patience, Duration::from_secs(8));
        body.patience = Duration::from_millis(5);
        let refused = body.object().await.expect_err("nothing came");
        assert_eq!((refused.code(), refused.code().status()), (ErrorCode::RequestTimeout, 408));
    }

    /// FND-11.
    #[test]
    fn who_drips_is_cut_off_long_before_who_is_merely_slow() {
        assert_eq!(allowed(0), Duration::from_secs(3));
        assert_eq!(allowed(3), Duration::from_millis(3_002));
        assert_eq!(allowed(1024), Duration::from_secs(4));
        assert_eq!(allowed(5 * 1024), Duration::from_secs(8));
        assert_eq!(allowed(64 * 1024), Duration::from_secs(8));
        assert_eq!(allowed(usize::MAX), Duration::from_secs(8));
    }
}
