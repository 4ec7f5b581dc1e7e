//! Problem documents (RFC 9457): every error of the API.

use serde::{Deserialize, Serialize};

/// A problem document. `code` is an extension member: the stable code that the
/// phone turns into Thai or English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:pakmut:problem:CODE`.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// What kind of problem, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What was wrong this time, in English, with its figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// A problem of this status and code.
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            type_uri: format!("urn:pakmut:problem:{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail: None,
        }
    }

    /// The same with what was wrong this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
