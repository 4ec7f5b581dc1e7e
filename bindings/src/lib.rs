//! The core for Kotlin and Swift: one object, [`Pakmut`], and plain records.
//! No rule lives here.
//!
//! Every call is synchronous and belongs off the main thread; any thread may
//! make it. Errors carry a stable code and their text in Thai and English.

mod checks;
mod error;
mod pakmut;
mod photos;
mod ports;
mod records;
mod texts;

pub use error::{ErrorKind, PakmutError};
pub use pakmut::Pakmut;
pub use photos::{photo_head_bytes, photo_scaling};
pub use ports::{CallbackFailed, Progress, SecretFailed, SecretStore};
pub use records::{PhotoScaling, ReceiverFix, Setup};
pub use texts::{error_codes, error_words, label};

uniffi::setup_scaffolding!();
