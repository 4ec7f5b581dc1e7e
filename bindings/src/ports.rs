//! What a shell provides: a place for secrets, and ears for the progress.

use std::sync::Arc;

use pakmut_core::ports::SecretError;
use pakmut_core::screens::SyncScreen;

/// The shell's store of secrets failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SecretFailed {
    /// It could not be read or written.
    #[error("{reason}")]
    Unavailable {
        /// Why, for an administrator.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SecretFailed {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable {
            reason: error.reason,
        }
    }
}

/// A place for secrets: Android's Keystore, the iOS Keychain. Called from
/// whichever thread calls the core.
#[uniffi::export(with_foreign)]
pub trait SecretStore: Send + Sync {
    /// What is kept under this key.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn load(&self, key: String) -> Result<Option<Vec<u8>>, SecretFailed>;
    /// Keeps it under this key, replacing what was there.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn keep(&self, key: String, value: Vec<u8>) -> Result<(), SecretFailed>;
    /// Removes what is kept under this key, if anything.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn forget(&self, key: String) -> Result<(), SecretFailed>;
}

/// The shell's secrets as the core takes them.
pub(crate) struct Secrets(pub Arc<dyn SecretStore>);

fn failed(error: SecretFailed) -> SecretError {
    let SecretFailed::Unavailable { reason } = error;
    SecretError(reason)
}

impl pakmut_core::ports::SecretStore for Secrets {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SecretError> {
        self.0.load(key.to_owned()).map_err(failed)
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), SecretError> {
        self.0.keep(key.to_owned(), value.to_vec()).map_err(failed)
    }
    fn remove(&self, key: &str) -> Result<(), SecretError> {
        self.0.forget(key.to_owned()).map_err(failed)
    }
}

/// A shell's listener failed. The sync goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CallbackFailed {
    /// It threw.
    #[error("{reason}")]
    Threw {
        /// What.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for CallbackFailed {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Threw {
            reason: error.reason,
        }
    }
}

/// Ears for the progress of a sync. Called on the thread that syncs, after each
/// batch and page.
#[uniffi::export(with_foreign)]
pub trait Progress: Send + Sync {
    /// How far it is.
    ///
    /// # Errors
    /// None that the sync heeds.
    fn advanced(&self, screen: SyncScreen) -> Result<(), CallbackFailed>;
}
