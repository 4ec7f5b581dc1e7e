//! How far the registry's history goes, as phones carry it about.
//!
//! A disk that is rolled back unnoticed keeps its epoch. What gives it away is
//! that it no longer knows a point that it gave to a phone, or has come as far
//! again by other items.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::store::{Read, State, StoreError};

/// A moment of the registry's history: its epoch, its revision, and the mark of
/// the last item up to there. Opaque to a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The epoch.
    pub epoch: Uuid,
    /// The revision, from 0.
    pub revision: i64,
    /// [`Read::last_item_mark`].
    pub last: [u8; 8],
}

impl Point {
    /// The bytes of one.
    pub const SIZE: usize = 32;

    /// The point at this revision, which is at most the state's own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn at(read: &mut Read, epoch: Uuid, revision: i64) -> Result<Self, StoreError> {
        Ok(Self {
            epoch,
            revision,
            last: read.last_item_mark(revision).await?,
        })
    }

    /// Whether the registry's history still goes through it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_known(&self, read: &mut Read, state: &State) -> Result<bool, StoreError> {
        Ok(self.epoch == state.epoch
            && (0..=state.revision).contains(&self.revision)
            && read.last_item_mark(self.revision).await? == self.last)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..16].copy_from_slice(self.epoch.as_bytes());
        bytes[16..24].copy_from_slice(&self.revision.to_be_bytes());
        bytes[24..].copy_from_slice(&self.last);
        bytes
    }

    /// Reads them.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Option<Self> {
        Some(Self {
            epoch: Uuid::from_slice(&bytes[..16]).ok()?,
            revision: i64::from_be_bytes(bytes[16..24].try_into().ok()?),
            last: bytes[24..].try_into().ok()?,
        })
    }

    /// As a phone gets it.
    #[must_use]
    pub fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// As a phone brings it; nothing where it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Self::from_bytes(&bytes)
    }
}

/// Whether a phone brought a point that the registry's history does not go
/// through: then what it confirmed to that phone may be gone.
///
/// # Errors
/// [`StoreError`].
pub async fn forgot(
    read: &mut Read,
    state: &State,
    brought: Option<&str>,
) -> Result<bool, StoreError> {
    let Some(brought) = brought else {
        return Ok(false);
    };
    match Point::read(brought) {
        Some(point) => Ok(!point.is_known(read, state).await?),
        None => Ok(true),
    }
}
