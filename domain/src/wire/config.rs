//! `GET /v1/config`: what a phone must know before it signs in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The registry's limits and clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The registry's own id; a phone keeps one file per registry and account.
    pub registry: Uuid,
    /// Its epoch: a new one after each restore.
    pub epoch: Uuid,
    /// Its clock, milliseconds since 1970 UTC.
    pub server_time: i64,
    /// The oldest wire version that it accepts.
    pub oldest_wire: u16,
    /// The newest wire version that it speaks.
    pub newest_wire: u16,
    /// The most items of one push.
    pub max_push_items: usize,
    /// The most bytes of one push before compression.
    pub max_push_bytes: usize,
}
