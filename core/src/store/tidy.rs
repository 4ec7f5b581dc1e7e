//! The folder of photos in order. A file that nothing names (the app ended in
//! between, or the person took another) is cleared away later; one that the table
//! forgot and an item names is taken up again.

use std::collections::HashSet;
use std::fs;
use std::time::{Duration, SystemTime};

use pakmut_domain::wire::ItemHash;
use rusqlite::{OptionalExtension, params};

use super::attachments::{MOST, hashes, name};
use super::outbox::KEEP_MS;
use super::{Durability, Store, StoreError};

/// How old a file must be that nothing names before it is cleared away: longer
/// than anybody stands before a screen.
const ORPHAN: Duration = Duration::from_secs(2 * 86_400);

impl Store {
    /// Puts the folder in order: what was sent or dropped more than 90 days
    /// before the registry's time goes, what nothing names goes, what an item
    /// names and the table forgot is taken up again.
    ///
    /// # Errors
    /// What the disk says; the next sync goes on.
    pub fn tidy_photos(&self, server_ms: i64) -> Result<(), StoreError> {
        if !self.photo_folder().is_dir() {
            return Ok(());
        }
        let old = self.write(Durability::Retold, |tx| {
            // Photos of items that a person discarded, and of no other.
            tx.execute(
                "UPDATE attachments SET state = 3, done_at = ?1 WHERE state IN (0, 2)
                    AND EXISTS (SELECT 1 FROM attachment_items l WHERE l.hash = attachments.hash)
                    AND NOT EXISTS (SELECT 1 FROM attachment_items l LEFT JOIN items i
                        ON i.seq = l.item
                        WHERE l.hash = attachments.hash AND (i.seq IS NULL OR i.state <> 3))",
                [server_ms],
            )?;
            let mut query = tx.prepare_cached(
                "SELECT hash FROM attachments WHERE state IN (1, 3) AND done_at < ?1 LIMIT ?2",
            )?;
            let before = server_ms.saturating_sub(KEEP_MS);
            let old = hashes(&mut query, params![before, MOST])?;
            for hash in &old {
                for table in ["attachments", "attachment_items"] {
                    tx.prepare_cached(&format!("DELETE FROM {table} WHERE hash = ?1"))?
                        .execute([hash.as_bytes()])?;
                }
            }
            Ok(old)
        })?;
        // The row first: a file without one is an orphan, a row without a file
        // would be a photo that is lost.
        for hash in &old {
            let _ = fs::remove_file(self.photo_file(hash));
        }
        self.orphans(&old.into_iter().collect())
    }

    fn orphans(&self, cleared: &HashSet<ItemHash>) -> Result<(), StoreError> {
        for entry in fs::read_dir(self.photo_folder())? {
            let entry = entry?;
            let hash = hash_of_file(&entry.file_name().to_string_lossy());
            if let Some(hash) = &hash
                && !cleared.contains(hash)
                && (self.is_named(hash)? || self.adopt(hash)?)
            {
                continue;
            }
            // A clock that was set back makes none old; then it waits.
            let age = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|at| SystemTime::now().duration_since(at).ok());
            if age.is_some_and(|age| age > ORPHAN) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Whether the table knows what names a photo.
    fn is_named(&self, hash: &ItemHash) -> Result<bool, StoreError> {
        self.read(|conn| {
            let named: Option<i64> = conn
                .prepare_cached(
                    "SELECT 1 FROM attachments a JOIN attachment_items l ON l.hash = a.hash
                     WHERE a.hash = ?1 LIMIT 1",
                )?
                .query_row([hash.as_bytes()], |row| row.get(0))
                .optional()?;
            Ok(named.is_some())
        })
    }

    /// Whether something names a photo of which the table does not know it. What
    /// an item names is queued again; a draft may still come to name its own.
    fn adopt(&self, hash: &ItemHash) -> Result<bool, StoreError> {
        let text = hash.to_string();
        let (item, draft) = self.read(|conn| {
            let item: Option<i64> = conn
                .prepare_cached(
                    "SELECT seq FROM items WHERE state <> 3 AND instr(payload, ?1) > 0
                     ORDER BY seq DESC LIMIT 1",
                )?
                .query_row([&text], |row| row.get(0))
                .optional()?;
            let draft: Option<i64> = conn
                .prepare_cached("SELECT 1 FROM drafts WHERE instr(body, ?1) > 0 LIMIT 1")?
                .query_row([&text], |row| row.get(0))
                .optional()?;
            Ok((item, draft.is_some()))
        })?;
        self.write(Durability::Full, |tx| match item {
            Some(item) => name(tx, item, &[*hash]),
            // A row that nothing names any more would wait for ever.
            None => {
                tx.execute("DELETE FROM attachments WHERE hash = ?1", [hash.as_bytes()])?;
                Ok(())
            }
        })?;
        Ok(item.is_some() || draft)
    }
}

fn hash_of_file(name: &str) -> Option<ItemHash> {
    let hex = name.strip_suffix(".jpg").filter(|hex| hex.len() == 64)?;
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    ItemHash::from_slice(&bytes).ok()
}
