//! Who used the phone last: a small file beside the queues.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{PhoneError, random_id};
use crate::ports::Random;
use crate::session::Owner;
use crate::store::{StoreError, naming};

fn owner_file(dir: &Path, url: &str) -> PathBuf {
    dir.join(format!("{}.json", naming::stem(url)))
}

pub(super) fn load_owner(dir: &Path, url: &str, random: &dyn Random) -> Result<Owner, PhoneError> {
    match fs::read(owner_file(dir, url)) {
        Ok(bytes) => {
            if let Ok(owner) = serde_json::from_slice(&bytes) {
                return Ok(owner);
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(e.into()),
    }
    // None, or one that cannot be read: queues are found again when their
    // owners sign in.
    let owner = Owner {
        device: random_id(random)?,
        account: None,
    };
    keep_owner(dir, url, &owner)?;
    Ok(owner)
}

/// Replaces the file as a whole: old or new after a power cut, never a mixture.
pub(super) fn keep_owner(dir: &Path, url: &str, owner: &Owner) -> Result<(), PhoneError> {
    let path = owner_file(dir, url);
    let bytes = serde_json::to_vec(owner).map_err(|e| StoreError::Database(e.to_string()))?;
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = File::create(&fresh)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, &path)?;
    Ok(crate::store::recovery::sync_folder(&path)?)
}
