//! The key with which an account signs on this device. Its seed is in the store
//! of secrets and nowhere else.

use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::signature::{SEED_BYTES, SigningKey};
use unicode_normalization::UnicodeNormalization;

use crate::engine::PhoneError;
use crate::ports::{Random, SecretStore};

/// Where the key of a username at one registry is kept. The account's id is not
/// known yet when the key must be named to the registry, at the first sign-in.
pub struct KeyPlace<'a> {
    secrets: &'a dyn SecretStore,
    name: String,
}

impl<'a> KeyPlace<'a> {
    /// The place for this username. `stem` names the registry
    /// ([`crate::store::naming::stem`]).
    #[must_use]
    pub fn new(secrets: &'a dyn SecretStore, stem: &str, username: &str) -> Self {
        let username: String = username.trim().nfc().collect();
        let hash = ItemHash::of(username.as_bytes());
        let hex: String = hash.as_bytes()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            secrets,
            name: format!("{stem}-key-{hex}"),
        }
    }

    /// The key, where there is one.
    ///
    /// # Errors
    /// [`PhoneError::Secret`] where the store of secrets fails.
    pub fn load(&self) -> Result<Option<SigningKey>, PhoneError> {
        let seed = self.secrets.get(&self.name)?;
        Ok(seed.and_then(|seed| SigningKey::from_seed(&seed).ok()))
    }

    /// The key, made where there is none; true where it was.
    ///
    /// # Errors
    /// [`PhoneError::Secret`], [`PhoneError::Random`].
    pub fn load_or_make(&self, random: &dyn Random) -> Result<(SigningKey, bool), PhoneError> {
        if let Some(key) = self.load()? {
            return Ok((key, false));
        }
        let mut seed = [0; SEED_BYTES];
        random.fill(&mut seed)?;
        self.secrets.set(&self.name, &seed)?;
        let key = SigningKey::from_seed(&seed)
            .map_err(|error| crate::ports::SecretError(error.to_string()))?;
        Ok((key, true))
    }

    /// Keeps the key of another place here too: the registry knows its owner by
    /// this name.
    ///
    /// # Errors
    /// [`PhoneError::Secret`] where the store of secrets fails.
    pub fn copy_from(&self, other: &Self) -> Result<(), PhoneError> {
        if self.name != other.name
            && let Some(seed) = self.secrets.get(&other.name)?
        {
            self.secrets.set(&self.name, &seed)?;
        }
        Ok(())
    }

    /// Removes a key that turned out to be nobody's.
    ///
    /// # Errors
    /// [`PhoneError::Secret`] where the store of secrets fails.
    pub fn remove(&self) -> Result<(), PhoneError> {
        Ok(self.secrets.remove(&self.name)?)
    }
}
