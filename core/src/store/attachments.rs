//! Photos on their way: files in a folder beside the queue, named by their
//! hashes, and the table that says which items name them and what became of
//! them.
//!
//! A file is on the disk, whole, before an item that names it is saved. A photo is let go only by the registry's word that it has the whole of
//! it, and is kept as long as sent items are.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use pakmut_domain::wire::{Envelope, ItemHash};
use rusqlite::{Connection, OptionalExtension, params};

use super::item::NewRow;
use super::recovery::sync_folder;
use super::{Durability, Store, StoreError};

/// The reason of a photo that its LAO took back at the registry.
pub const REMOVED: &str = "removed";

/// The most photos that one question is about.
pub(super) const MOST: i64 = 1_000;

/// Where a photo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhotoState {
    /// Not yet whole at the registry.
    Waiting,
    /// The registry holds the whole of it, its hash found right.
    Sent,
    /// It cannot be sent, and a person must know.
    Wedged,
    /// Nobody wants it any more: its item was discarded, or it was taken back.
    Dropped,
}

impl PhotoState {
    fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Sent,
            2 => Self::Wedged,
            3 => Self::Dropped,
            // What cannot be told is asked about: the registry knows.
            _ => Self::Waiting,
        }
    }
}

/// A photo in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its hash.
    pub hash: ItemHash,
    /// Where it stands.
    pub state: PhotoState,
    /// How often it was tried in vain.
    pub tries: u32,
    /// Why it waits, is wedged or was dropped: a stable code.
    pub reason: Option<String>,
}

/// How many photos stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhotoCounts {
    /// Not yet at the registry.
    pub waiting: u64,
    /// At the registry.
    pub sent: u64,
    /// For a person to look at.
    pub wedged: u64,
}

/// The name of a photo's file.
pub(super) fn file_name(hash: &ItemHash) -> String {
    let hex: String = hash.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("{hex}.jpg")
}

/// Writes a file of a folder, made where it is not there: when this returns it is
/// on the disk, whole.
pub(super) fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    if !folder.is_dir() {
        match fs::create_dir(folder) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e.into()),
            _ => sync_folder(folder)?,
        }
    }
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let fresh = folder.join(format!("{}-{n}.new", std::process::id()));
    let written = (|| {
        let mut file = File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, path)?;
        sync_folder(path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// The bytes of a file, found to be those of the hash.
pub(super) fn read_whole(path: &Path, hash: &ItemHash) -> Result<Vec<u8>, StoreError> {
    match fs::read(path) {
        Ok(bytes) if ItemHash::of(&bytes) == *hash => Ok(bytes),
        Ok(_) => Err(StoreError::PhotoDamaged(*hash)),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(StoreError::NoSuchPhoto(*hash)),
        Err(e) => Err(e.into()),
    }
}

impl Store {
    /// The folder of the photos.
    #[must_use]
    pub fn photo_folder(&self) -> PathBuf {
        self.path().with_extension("photos")
    }

    /// The file of a photo, there or not.
    #[must_use]
    pub fn photo_file(&self, hash: &ItemHash) -> PathBuf {
        self.photo_folder().join(file_name(hash))
    }

    /// Keeps a photo's bytes: when this returns they are on the disk, whole.
    ///
    /// # Errors
    /// What the disk says; then nothing is left of them.
    pub fn keep_photo(&self, bytes: &[u8]) -> Result<ItemHash, StoreError> {
        let hash = ItemHash::of(bytes);
        let path = self.photo_file(&hash);
        if self.read_photo(&hash).is_ok() {
            // Its name may be of a moment ago, when the app ended.
            sync_folder(&path)?;
            return Ok(hash);
        }
        write_whole(&self.photo_folder(), &path, bytes)?;
        Ok(hash)
    }

    /// A photo's bytes, found to be those that were kept.
    ///
    /// # Errors
    /// [`StoreError::NoSuchPhoto`], [`StoreError::PhotoDamaged`], or what the
    /// disk says.
    pub fn read_photo(&self, hash: &ItemHash) -> Result<Vec<u8>, StoreError> {
        read_whole(&self.photo_file(hash), hash)
    }

    /// The photos of this phone that a payload names, in whatever field.
    #[must_use]
    pub fn photos_named(&self, payload: &str) -> Vec<ItemHash> {
        if !self.photo_folder().is_dir() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Ok(value) = serde_json::from_str(payload) {
            hashes_in(&value, &mut found);
        }
        found.retain(|hash| self.photo_file(hash).exists());
        found
    }

    /// Saves items, each with the photos that it names: all of them or none.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn save_with(&self, items: &[(Envelope, Vec<ItemHash>)]) -> Result<(), StoreError> {
        for (envelope, _) in items {
            envelope.check()?;
        }
        let rows: Vec<_> = items
            .iter()
            .map(|(envelope, photos)| (NewRow::of(envelope), photos))
            .collect();
        self.write(Durability::Full, |tx| {
            rows.iter().try_for_each(|(row, photos)| {
                row.insert(tx)?;
                name(tx, tx.last_insert_rowid(), photos)
            })
        })
    }

    /// The photos whose turn it is: those of which an item that names them is at
    /// the registry. Those that were tried least often come first.
    ///
    /// # Errors
    /// What the disk says.
    pub fn due_photos(&self, now_mono_ms: i64) -> Result<Vec<ItemHash>, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT a.hash FROM attachments a WHERE a.state = 0 AND a.next_try <= ?1
                    AND EXISTS (SELECT 1 FROM attachment_items l LEFT JOIN items i ON i.seq = l.item
                        WHERE l.hash = a.hash AND (i.seq IS NULL OR i.state = 1))
                 ORDER BY a.tries, a.hash LIMIT ?2",
            )?;
            hashes(&mut query, params![now_mono_ms, MOST])
        })
    }

    /// The registry has the whole of a photo. `server_ms` is its time,
    /// milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// What the disk says; then it is asked about again.
    pub fn photo_sent(&self, hash: &ItemHash, server_ms: i64) -> Result<(), StoreError> {
        self.end_photo(hash, 1, None, server_ms, Durability::Retold)
    }

    /// A photo's LAO took it back at the registry: it goes from here too.
    ///
    /// # Errors
    /// What the disk says; then it is asked about again.
    pub fn photo_removed(&self, hash: &ItemHash) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            tx.execute(
                "UPDATE attachments SET state = 3, reason = ?2, done_at = 0 WHERE hash = ?1",
                params![hash.as_bytes(), REMOVED],
            )?;
            Ok(())
        })
    }

    /// A photo cannot be sent as it is.
    ///
    /// # Errors
    /// What the disk says.
    pub fn photo_wedged(&self, hash: &ItemHash, code: &str) -> Result<(), StoreError> {
        self.end_photo(hash, 2, Some(code), 0, Durability::Full)
    }

    fn end_photo(
        &self,
        hash: &ItemHash,
        state: i64,
        reason: Option<&str>,
        at_ms: i64,
        durability: Durability,
    ) -> Result<(), StoreError> {
        self.write(durability, |tx| {
            tx.execute(
                "UPDATE attachments SET state = ?2, reason = ?3, done_at = ?4
                 WHERE hash = ?1 AND state = 0",
                params![hash.as_bytes(), state, reason, at_ms],
            )?;
            Ok(())
        })
    }

    /// A photo goes again, not before this monotonic time, milliseconds.
    ///
    /// # Errors
    /// What the disk says.
    pub fn photo_later(
        &self,
        hash: &ItemHash,
        code: &str,
        next_try_mono_ms: i64,
    ) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            tx.execute(
                "UPDATE attachments SET tries = tries + 1, next_try = ?3, reason = ?2
                 WHERE hash = ?1 AND state = 0",
                params![hash.as_bytes(), code, next_try_mono_ms],
            )?;
            Ok(())
        })
    }

    /// Queues a photo again that is wedged or counts as sent.
    ///
    /// # Errors
    /// What the disk says.
    pub fn upload_again(&self, photos: &[ItemHash]) -> Result<u64, StoreError> {
        self.write(Durability::Full, |tx| {
            let mut update = tx.prepare_cached(
                "UPDATE attachments SET state = 0, next_try = 0, done_at = NULL
                 WHERE hash = ?1 AND state IN (1, 2)",
            )?;
            let mut count = 0;
            for hash in photos {
                count += update.execute([hash.as_bytes()])? as u64;
            }
            Ok(count)
        })
    }

    /// Gives up a wedged photo, by a person's hand. `at_ms` is the best known
    /// time, milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// What the disk says.
    pub fn drop_photo(&self, hash: &ItemHash, at_ms: i64) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            tx.execute(
                "UPDATE attachments SET state = 3, done_at = ?2 WHERE hash = ?1 AND state = 2",
                params![hash.as_bytes(), at_ms],
            )?;
            Ok(())
        })
    }

    /// The sent photos after one, in the order of their hashes, for a reconcile.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sent_photos_after(&self, after: Option<&ItemHash>) -> Result<Vec<ItemHash>, StoreError> {
        let after = after.map_or(&[][..], |hash| hash.as_bytes());
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT hash FROM attachments WHERE hash > ?1 AND state = 1
                 ORDER BY hash LIMIT ?2",
            )?;
            hashes(&mut query, params![after, MOST])
        })
    }

    /// The photos that were sent after this time of the registry's, milliseconds
    /// since 1970 UTC.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sent_photos_since(&self, server_ms: i64) -> Result<Vec<ItemHash>, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT hash FROM attachments WHERE state = 1 AND done_at > ?1
                 ORDER BY done_at DESC LIMIT ?2",
            )?;
            hashes(&mut query, params![server_ms, MOST])
        })
    }

    /// One photo as the table has it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn photo(&self, hash: &ItemHash) -> Result<Option<Photo>, StoreError> {
        self.read(|conn| {
            let found: Option<(i64, u32, Option<String>)> = conn
                .prepare_cached("SELECT state, tries, reason FROM attachments WHERE hash = ?1")?
                .query_row([hash.as_bytes()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            Ok(found.map(|(state, tries, reason)| Photo {
                hash: *hash,
                state: PhotoState::from_number(state),
                tries,
                reason,
            }))
        })
    }

    /// The wedged photos.
    ///
    /// # Errors
    /// What the disk says.
    pub fn wedged_photos(&self) -> Result<Vec<Photo>, StoreError> {
        let found = self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT hash FROM attachments WHERE state = 2 ORDER BY hash LIMIT ?1",
            )?;
            hashes(&mut query, params![MOST])
        })?;
        let mut photos = Vec::with_capacity(found.len());
        for hash in found {
            photos.extend(self.photo(&hash)?);
        }
        Ok(photos)
    }

    /// How many photos stand where.
    ///
    /// # Errors
    /// What the disk says.
    pub fn photo_counts(&self) -> Result<PhotoCounts, StoreError> {
        self.read(|conn| {
            let mut query =
                conn.prepare_cached("SELECT state, count(*) FROM attachments GROUP BY state")?;
            let mut rows = query.query([])?;
            let mut counts = PhotoCounts::default();
            while let Some(row) = rows.next()? {
                let count = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
                match PhotoState::from_number(row.get(0)?) {
                    PhotoState::Waiting => counts.waiting += count,
                    PhotoState::Sent => counts.sent += count,
                    PhotoState::Wedged => counts.wedged += count,
                    PhotoState::Dropped => {}
                }
            }
            Ok(counts)
        })
    }
}

/// Writes down that an item names these photos; one that was given up is wanted
/// again.
pub(super) fn name(conn: &Connection, item: i64, photos: &[ItemHash]) -> Result<(), StoreError> {
    for hash in photos {
        conn.prepare_cached(
            "INSERT INTO attachments (hash) VALUES (?1) ON CONFLICT (hash) DO UPDATE
             SET state = 0, next_try = 0, done_at = NULL, reason = NULL WHERE state > 1",
        )?
        .execute([hash.as_bytes()])?;
        conn.prepare_cached("INSERT OR IGNORE INTO attachment_items (hash, item) VALUES (?1, ?2)")?
            .execute(params![hash.as_bytes(), item])?;
    }
    Ok(())
}

pub(super) fn hashes(
    query: &mut rusqlite::CachedStatement<'_>,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<ItemHash>, StoreError> {
    let mut rows = query.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let damaged = || StoreError::Corrupt("the hash of a photo".to_owned());
        let bytes = row.get_ref(0)?.as_blob().map_err(|_| damaged())?;
        found.push(ItemHash::from_slice(bytes).map_err(|_| damaged())?);
    }
    Ok(found)
}

/// The hashes among the texts of a payload: 43 characters that are 32 bytes.
fn hashes_in(value: &serde_json::Value, found: &mut Vec<ItemHash>) {
    match value {
        serde_json::Value::String(text) if text.len() == 43 => {
            found.extend(text.parse::<ItemHash>().ok())
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| hashes_in(one, found)),
        serde_json::Value::Object(all) => all.values().for_each(|one| hashes_in(one, found)),
        _ => {}
    }
}
