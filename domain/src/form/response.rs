//! A filled copy of a form: the payload of an envelope of kind `response`.

use super::answer::{Answer, Point};
use crate::words::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One filled copy of a form. Kept under the version it was given to, also
/// when that was replaced while it lay on the phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub version: String,
    /// Whether it is a trial; marked when it is started, never changed, and
    /// never mixed with real ones.
    pub trial: bool,
    /// The counter it is about; absent where the form is not about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Uuid>,
    /// The language it was answered in.
    #[serde(default)]
    pub language: Lang,
    /// When and where it was started.
    pub started: Stamp,
    /// When and where it was finished.
    pub ended: Stamp,
    /// The answers by path: names from the form's root joined by `/`; a
    /// repetition carries its 1-based number: `household/member[2]/age`.
    /// Questions that are not relevant are left out.
    pub answers: BTreeMap<String, Answer>,
    /// Milliseconds spent on each page, by the path of its first question or
    /// its group.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_ms: BTreeMap<String, u64>,
}

/// A point in time and, with the person's consent, in space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970 UTC by the phone's clock.
    pub at: i64,
    /// Where, if the person agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Point>,
}
