//! Whose session it is, and its tokens, kept in the phone's store of secrets.

use pakmut_domain::model::Account;
use pakmut_domain::wire::session::Session;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ports::{Instant, SecretError, SecretStore};

/// Tokens as they are kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// Goes into `Authorization: Bearer …`.
    pub access: String,
    /// Brings the next, once.
    pub refresh: String,
    /// The boot of `ends_mono_ms`.
    pub boot: Uuid,
    /// When the access token ends, by the monotonic clock of that boot.
    pub ends_mono_ms: i64,
}

impl Tokens {
    /// The tokens of a session that was opened now.
    #[must_use]
    pub fn of(session: &Session, now: &Instant) -> Self {
        Self {
            access: session.access_token.clone(),
            refresh: session.refresh_token.clone(),
            boot: now.boot,
            ends_mono_ms: now
                .mono_ms
                .saturating_add(i64::from(session.expires_in).saturating_mul(1_000)),
        }
    }

    /// Whether the access token is known to be over. Not known is not over: the
    /// registry says so soon enough.
    #[must_use]
    pub fn access_is_over(&self, now: &Instant) -> bool {
        self.boot == now.boot && now.mono_ms >= self.ends_mono_ms
    }
}

/// Where the tokens of one account at one registry are kept.
#[derive(Clone)]
pub struct Keeper<'a> {
    secrets: &'a dyn SecretStore,
    key: String,
}

impl<'a> Keeper<'a> {
    /// The place for this account. `stem` names the registry
    /// ([`crate::store::naming::stem`]).
    #[must_use]
    pub fn new(secrets: &'a dyn SecretStore, stem: &str, account: Uuid) -> Self {
        Self {
            secrets,
            key: format!("{stem}-{}", account.simple()),
        }
    }

    /// The tokens, where there are any that can be read.
    ///
    /// # Errors
    /// [`SecretError`] where the store of secrets fails.
    pub fn load(&self) -> Result<Option<Tokens>, SecretError> {
        Ok(self
            .secrets
            .get(&self.key)?
            .and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Keeps them.
    ///
    /// # Errors
    /// [`SecretError`] where the store of secrets fails.
    pub fn keep(&self, tokens: &Tokens) -> Result<(), SecretError> {
        let bytes = serde_json::to_vec(tokens).map_err(|e| SecretError(e.to_string()))?;
        self.secrets.set(&self.key, &bytes)
    }

    /// Removes them.
    ///
    /// # Errors
    /// [`SecretError`] where the store of secrets fails.
    pub fn remove(&self) -> Result<(), SecretError> {
        self.secrets.remove(&self.key)
    }
}

/// Who uses this phone, beside the queues in a small file of its own: a lost
/// store of secrets takes no queue with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// This device's id, made at its first start.
    pub device: Uuid,
    /// Whose session it is; absent once signed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
}
