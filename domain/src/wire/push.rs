//! `POST /v1/push`: items up, a result for each.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::envelope::Envelope;
use super::hash::ItemHash;

/// A batch of at most [`super::MAX_PUSH_ITEMS`] items.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PushRequest {
    /// Made anew for each try; the answer must echo it.
    pub batch_id: Uuid,
    /// The registry's epoch as the phone last knew it; absent at first contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Uuid>,
    /// The point of the last answer that confirmed something, as the registry gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The items, oldest first.
    pub items: Vec<Envelope>,
}

/// The answer to a batch: 200 with a result for every id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// The echo.
    pub batch_id: Uuid,
    /// The registry's epoch: a new one after each restore.
    pub epoch: Uuid,
    /// The registry's clock, milliseconds since 1970 UTC.
    pub server_time: i64,
    /// How far the registry's history went when it confirmed these: opaque to the
    /// phone, which brings it with its next push and pull. A disk that was rolled
    /// back unnoticed no longer knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// The registry does not know the point that came with the batch: what it
    /// confirmed before may be gone, and the phone asks by a reconcile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgot: bool,
    /// One for every item of the batch.
    pub results: Vec<ItemResult>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemResult {
    /// The item.
    pub id: Uuid,
    /// Its outcome.
    pub result: Outcome,
    /// The hash of what the registry stored: the receipt. Present with
    /// accepted, duplicate and conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<ItemHash>,
    /// Why, as a stable code: present with refused and retry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What was wrong, in English, for a log or a support call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The outcome of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Stored now.
    Accepted,
    /// Stored before, the same bytes: the stored result again.
    Duplicate,
    /// Stored beside another that its author did not know of; a person decides.
    Conflict,
    /// Not stored and never will be as it is: a person must mend or discard it.
    Refused,
    /// Not stored now; try again later.
    Retry,
}

impl Outcome {
    /// Whether the registry says that it holds the item.
    pub fn is_stored(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate | Self::Conflict)
    }
}

/// `POST /v1/reconcile`: which of these does the registry not have?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReconcileRequest {
    /// At most [`MAX_RECONCILE`] items, each with the hash that the phone holds.
    #[serde(default)]
    pub items: Vec<(Uuid, ItemHash)>,
    /// SHA-256 of photos, base64url.
    #[serde(default)]
    pub attachments: Vec<ItemHash>,
}

/// The most entries of one reconcile call, items and attachments together.
pub const MAX_RECONCILE: usize = 5_000;

/// The answer to a reconcile: what must be pushed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileAnswer {
    /// The registry's epoch.
    pub epoch: Uuid,
    /// As in [`PushAnswer::point`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// Items that the registry does not have, or has with other bytes.
    pub missing_items: Vec<Uuid>,
    /// Photos that it does not have whole.
    pub missing_attachments: Vec<ItemHash>,
}
