//! The phone's file: one SQLite database per registry and account. What was
//! saved is in it before anybody is told so, and leaves it only by a receipt
//! that matches, or by a person's hand.
//!
//! One lock guards the one connection; it is never held while a port (network,
//! clock, secrets) is called.

pub mod attachments;
mod carve;
pub mod connection;
pub mod drafts;
pub mod error;
mod item;
pub mod lease;
mod listing;
pub mod meta;
pub mod naming;
pub mod outbox;
pub mod pulled;
pub mod recovery;
pub mod schema;
mod shown_photos;
mod tidy;

pub use attachments::{Photo, PhotoCounts, PhotoState};
pub use connection::{Durability, Store};
pub use drafts::DraftRow;
pub use error::StoreError;
pub use item::{Item, State};
pub use listing::Counts;
pub use outbox::{Mark, Queued};
pub use recovery::Recovery;
