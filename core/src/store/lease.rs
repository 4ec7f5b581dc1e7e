//! Who syncs: app and background job may both have the file open, one at a
//! time talks to the registry. No lock of the system is held for it, because
//! iOS ends an app that holds one while suspended; the lease ends by itself.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{Durability, Store, StoreError};
use crate::ports::Instant;

/// How long a lease lasts that nobody renews, milliseconds: as long as a killed
/// app keeps the next from syncing.
pub const LEASE_MS: i64 = 8_000;

/// How often its holder renews it, milliseconds.
pub const RENEW_MS: u64 = 2_000;

impl Store {
    /// Takes the lease, or renews one's own. False where another holds it.
    /// One that was left by an earlier boot is over.
    ///
    /// # Errors
    /// What the disk says.
    pub fn take_lease(&self, holder: Uuid, now: &Instant) -> Result<bool, StoreError> {
        self.write(Durability::Retold, |tx| {
            let held: Option<(Uuid, Uuid, i64)> = tx
                .prepare_cached("SELECT holder, boot, until FROM lease")?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            if let Some((other, boot, until)) = held {
                // A time further ahead than any lease lasts is damage.
                let holds = until > now.mono_ms && until <= now.mono_ms.saturating_add(LEASE_MS);
                if other != holder && boot == now.boot && holds {
                    return Ok(false);
                }
            }
            tx.prepare_cached(
                "INSERT INTO lease (one, holder, boot, until) VALUES (1, ?1, ?2, ?3)
                 ON CONFLICT (one) DO UPDATE
                 SET holder = excluded.holder, boot = excluded.boot, until = excluded.until",
            )?
            .execute(params![
                holder,
                now.boot,
                now.mono_ms.saturating_add(LEASE_MS)
            ])?;
            Ok(true)
        })
    }

    /// Gives it back, where it is one's own.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end_lease(&self, holder: Uuid) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            tx.execute("DELETE FROM lease WHERE holder = ?1", [holder])?;
            Ok(())
        })
    }
}
