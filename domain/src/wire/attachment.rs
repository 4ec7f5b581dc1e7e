//! `PUT /v1/attachments/{sha256}`: a photo up, piece by piece.

use serde::{Deserialize, Serialize};

use super::hash::ItemHash;

/// How far an attachment has come: the answer to each piece, and to an empty one
/// with `Content-Range: bytes */SIZE`, which only asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentState {
    /// What the whole hashes to.
    pub hash: ItemHash,
    /// The size of the whole, bytes.
    pub size: u64,
    /// How many bytes are here, from the beginning: where the next piece begins.
    pub received: u64,
    /// Whether it is whole and its hash was found right: the receipt.
    pub complete: bool,
    /// Its LAO took it back: nothing more is wanted of it.
    #[serde(default)]
    pub removed: bool,
}
