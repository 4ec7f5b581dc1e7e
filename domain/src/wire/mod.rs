//! Sync, version 1: what travels between a phone and a registry.
//!
//! JSON over HTTPS. A person's items go up in [`push`], the changes of a
//! person's scope come down in [`pull`]; errors are RFC 9457 problem documents.

pub mod attachment;
pub mod config;
pub mod enrolment;
pub mod envelope;
pub mod hash;
pub mod payload;
pub mod problem;
pub mod pull;
pub mod push;
pub mod session;
pub mod signature;

pub use envelope::{Envelope, Kind, Saved};
pub use hash::ItemHash;

/// The wire version that this build speaks: 1 knew no signatures, 2 signs items.
pub const WIRE_VERSION: u16 = 2;

/// The oldest wire version that a registry of this build still accepts: the
/// current one and the two before it.
pub const OLDEST_WIRE_VERSION: u16 = if WIRE_VERSION > 2 {
    WIRE_VERSION - 2
} else {
    1
};

/// The media type of every answer that counts. Anything else, a captive
/// portal's HTML say, is a network failure to the phone.
pub const MEDIA_TYPE: &str = "application/vnd.pakmut+json";

/// The media type of a problem document (RFC 9457, section 3).
pub const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// The request header in which a phone states its wire version, in decimal.
pub const WIRE_VERSION_HEADER: &str = "pakmut-wire";

/// The most items that one push may carry.
pub const MAX_PUSH_ITEMS: usize = 100;

/// The most bytes that the body of one push may have before compression.
pub const MAX_PUSH_BYTES: usize = 256 * 1024;
