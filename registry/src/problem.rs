//! Every error of the API as a problem document (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pakmut_domain::wire::PROBLEM_MEDIA_TYPE;
use pakmut_domain::wire::problem::Problem;

use crate::store::StoreError;

/// A request that failed, and when to come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the client is told.
    pub problem: Problem,
    /// Seconds after which another try may help.
    pub retry_after: Option<u32>,
}

impl Failure {
    /// A failure of this status and code.
    pub fn new(status: StatusCode, code: &str, title: &str) -> Self {
        Self {
            problem: Problem::new(status.as_u16(), code, title),
            retry_after: None,
        }
    }

    /// The same with what was wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem.detail = Some(detail.into());
        self
    }

    /// The same with when to come again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// 400: the request is not what the endpoint takes.
    pub fn bad_request(code: &str, title: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title)
    }

    /// 429: too much at once.
    pub fn busy(code: &str, title: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, title).retry_after(2)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        // Statements carry no values here, so this names nobody.
        tracing::error!(code = error.code(), %error, "storage failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage_failed",
            "The registry's storage failed",
        )
        .retry_after(5)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        // For a person it is written as a page.
        response.extensions_mut().insert(self.problem);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(PROBLEM_MEDIA_TYPE),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
