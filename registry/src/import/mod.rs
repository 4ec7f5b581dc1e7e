//! Reads lists into the storage: areas, LAOs, counters and users. An error says
//! in which line or feature it is, and then nothing was imported.

mod counters;
mod laos;
mod places;
mod table;
mod users;

use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::{Builder, Uuid, Variant, Version};

use crate::audit::{self, Act, Origin};
use crate::store::{StoreError, Write};

pub use counters::import_counters;
pub use laos::import_laos;
pub use places::import_places;
pub use users::{MadePassword, import_users};

/// A file that was read: its name for errors, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file's name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ImportError::File`] where it cannot be read or is not UTF-8.
    pub fn read(path: &std::path::Path) -> Result<Self, ImportError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(ImportError::File {
                file: name,
                code: "file_unreadable",
                detail: error.to_string(),
            }),
        }
    }
}

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A row is wrong.
    #[error("{file}, {place}: {detail}")]
    Row {
        /// The file's name.
        file: String,
        /// `line N` or `feature N`, from 1.
        place: String,
        /// The stable code.
        code: &'static str,
        /// What is wrong there.
        detail: String,
    },
    /// A file as a whole is wrong.
    #[error("{file}: {detail}")]
    File {
        /// The file's name.
        file: String,
        /// The stable code.
        code: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Row { code, .. } | Self::File { code, .. } => code,
            Self::Store(error) => error.code(),
        }
    }
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// New ones.
    pub added: usize,
    /// Changed ones.
    pub changed: usize,
    /// Those that were there already, just so.
    pub same: usize,
}

/// Writes down that a list was read in, in the transaction that does it.
async fn audited(write: &mut Write, what: &str, done: Imported) -> Result<(), StoreError> {
    let what = serde_json::json!({
        "what": what, "added": done.added, "changed": done.changed,
    });
    audit::record(write, None, Act::Imported, what, Origin::CommandLine).await
}

/// An id that the same text gives every time (RFC 9562, version 8, from
/// SHA-256), so that importing a list twice makes nothing twice.
fn derived_id(kind: &str, text: &str) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(format!("pakmut {kind} {text}").as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_bytes(bytes)
        .with_variant(Variant::RFC4122)
        .with_version(Version::Custom)
        .into_uuid()
}
