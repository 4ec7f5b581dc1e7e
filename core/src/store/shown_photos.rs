//! Photos of other people's pins that were fetched to be looked at: files in a
//! folder of their own beside the queue, named by their hashes. They can be fetched
//! again, so the oldest go where all of them take too much room.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use pakmut_domain::wire::ItemHash;

use super::attachments::{file_name, read_whole, write_whole};
use super::{Store, StoreError};

impl Store {
    /// The folder of the photos that were fetched.
    #[must_use]
    pub fn shown_folder(&self) -> PathBuf {
        self.path().with_extension("shown")
    }

    /// Keeps a photo that was fetched, whole. The oldest others go until all take at
    /// most so many bytes.
    ///
    /// # Errors
    /// What the disk says; then nothing is left of it.
    pub fn keep_shown(&self, bytes: &[u8], most_bytes: u64) -> Result<(), StoreError> {
        let folder = self.shown_folder();
        let path = folder.join(file_name(&ItemHash::of(bytes)));
        write_whole(&folder, &path, bytes)?;
        let mut others: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        let mut total = bytes.len() as u64;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if entry.path() != path {
                let at = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                total += meta.len();
                others.push((at, meta.len(), entry.path()));
            }
        }
        while total > most_bytes
            && let Some(oldest) = (0..others.len()).min_by_key(|at| others[*at].0)
        {
            let (_, size, path) = others.swap_remove(oldest);
            fs::remove_file(path)?;
            total -= size;
        }
        Ok(())
    }

    /// A photo that is on this phone: one's own, or one that was fetched; none where
    /// it is not, or no longer what it was.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read_shown(&self, hash: &ItemHash) -> Result<Option<Vec<u8>>, StoreError> {
        for path in [
            self.photo_file(hash),
            self.shown_folder().join(file_name(hash)),
        ] {
            match read_whole(&path, hash) {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(StoreError::NoSuchPhoto(_) | StoreError::PhotoDamaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Drops every photo that was fetched: whoever uses this queue may no longer
    /// see them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_shown(&self) -> Result<(), StoreError> {
        let folder = self.shown_folder();
        if folder.is_dir() {
            fs::remove_dir_all(folder)?;
        }
        Ok(())
    }
}
