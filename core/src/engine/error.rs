//! Why a phone did not do what was asked.

use crate::ports::{RandomError, SecretError};
use crate::store::StoreError;

/// Why the phone did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// The phone's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The system's randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Nobody is signed in: nobody whose item it would be.
    #[error("nobody is signed in")]
    SignedOut,
    /// The registry said no.
    #[error("the registry refused: {code}")]
    Refused {
        /// The registry's code.
        code: String,
        /// Its words, in English.
        detail: Option<String>,
        /// Milliseconds to wait before the next try, where it said so.
        after_ms: Option<u64>,
    },
    /// No registry was reached.
    #[error("no registry was reached: {code}")]
    Offline {
        /// A stable code.
        code: String,
    },
    /// Another registry answers at the address than the one that the queue
    /// belongs to. The queue stays.
    #[error("another registry answers at this address")]
    OtherRegistry,
    /// A sync runs; it must end first.
    #[error("a sync runs")]
    Busy,
}

impl PhoneError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::Secret(_) => "secret_store",
            Self::Random(_) => "no_randomness",
            Self::SignedOut => "signed_out",
            Self::Refused { code, .. } | Self::Offline { code } => code,
            Self::OtherRegistry => "other_registry",
            Self::Busy => "busy",
        }
    }
}

impl From<std::io::Error> for PhoneError {
    fn from(error: std::io::Error) -> Self {
        Self::Store(error.into())
    }
}
