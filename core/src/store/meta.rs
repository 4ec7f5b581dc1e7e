//! What the file knows beside items and pulled data: whose it is, how far it
//! pulled, when it may try again.

use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Durability, Store, StoreError};
use crate::ports::Instant;

/// One thing that the file knows. Values are JSON.
pub trait Fact: Serialize + DeserializeOwned {
    /// The key in the table.
    const KEY: &'static str;
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident($type:ty) = $key:literal;)+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name(pub $type);
        impl Fact for $name { const KEY: &'static str = $key; })+
    };
}

facts! {
    /// The registry's own id, as it was when first met.
    RegistryId(Uuid) = "registry";
    /// The registry's epoch with which everything sent was reconciled.
    Epoch(Uuid) = "epoch";
    /// The public key that the registry learnt at the last sign-in, base64url.
    RegisteredKey(String) = "registered_key";
    /// The point of the registry's history at which it last confirmed an item.
    Point(String) = "point";
    /// Where the next pull goes on.
    Cursor(String) = "cursor";
    /// Registry time minus wall clock, milliseconds.
    Offset(i64) = "offset";
    /// The wall clock, corrected, when a sync last went through to its end.
    LastSuccess(i64) = "last_success";
    /// The most items of the next push, while the registry cannot take a full one.
    PushLimit(usize) = "push_limit";
    /// The boot whose monotonic times the items' next tries are.
    TriesBoot(Uuid) = "tries_boot";
    /// A reconcile must be gone through even where the epoch is the known one.
    MustReconcile(bool) = "must_reconcile";
    /// The generation of the pulled data; rows of earlier ones end with the pull
    /// that replaces them.
    Generation(i64) = "generation";
    /// Whether a pull that replaces everything is under way.
    Resetting(bool) = "resetting";
}

/// The wait before the next sync, kept across restarts of app and phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// How many syncs failed in a row.
    pub failures: u32,
    /// How long to wait, milliseconds from when it was set.
    pub delay_ms: u64,
    /// The boot of `until_mono_ms`.
    pub boot: Uuid,
    /// When it ends, monotonic milliseconds of that boot.
    pub until_mono_ms: i64,
    /// When it ends by the wall clock, milliseconds since 1970 UTC.
    pub until_wall_ms: i64,
    /// The registry itself asked for it (`Retry-After`): nobody overrides it.
    pub asked: bool,
}

impl Fact for Wait {
    const KEY: &'static str = "wait";
}

impl Wait {
    /// A wait from now on.
    #[must_use]
    pub fn from_now(failures: u32, delay_ms: u64, asked: bool, now: &Instant) -> Self {
        let delay = i64::try_from(delay_ms).unwrap_or(i64::MAX);
        Self {
            failures,
            delay_ms,
            boot: now.boot,
            until_mono_ms: now.mono_ms.saturating_add(delay),
            until_wall_ms: now.wall_ms.saturating_add(delay),
            asked,
        }
    }

    /// How long it still lasts, milliseconds; never longer than it was set,
    /// whatever the clocks do.
    #[must_use]
    pub fn left_ms(&self, now: &Instant) -> u64 {
        let left = if self.boot == now.boot {
            self.until_mono_ms.saturating_sub(now.mono_ms)
        } else {
            self.until_wall_ms.saturating_sub(now.wall_ms)
        };
        u64::try_from(left).unwrap_or(0).min(self.delay_ms)
    }

    /// The same wait by this boot's clock, where it was set in another: without
    /// it a wall clock set back to 1970 would never see its end.
    #[must_use]
    pub fn in_boot(self, now: &Instant) -> Self {
        if self.boot == now.boot {
            return self;
        }
        Self {
            delay_ms: self.left_ms(now),
            ..Self::from_now(self.failures, self.left_ms(now), self.asked, now)
        }
    }
}

/// The true time as the registry last told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerTime {
    /// Milliseconds since 1970 UTC.
    pub time_ms: i64,
    /// The wall clock then.
    pub wall_ms: i64,
    /// The monotonic clock then.
    pub mono_ms: i64,
    /// Its boot.
    pub boot: Uuid,
}

impl Fact for ServerTime {
    const KEY: &'static str = "server_time";
}

impl Store {
    /// What the file knows, where it does. A value that cannot be read counts
    /// as not known.
    ///
    /// # Errors
    /// What the disk says.
    pub fn fact<F: Fact>(&self) -> Result<Option<F>, StoreError> {
        self.read(|conn| get(conn))
    }

    /// Writes it down.
    ///
    /// # Errors
    /// What the disk says.
    pub fn set_fact<F: Fact>(&self, durability: Durability, fact: &F) -> Result<(), StoreError> {
        self.write(durability, |tx| put(tx, fact))
    }

    /// Forgets it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget<F: Fact>(&self) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| remove::<F>(tx))
    }

    /// Writes down that everything sent is known to a registry of this epoch.
    /// Where the epoch is a new one, the pull starts afresh. The point is that of
    /// the first answer, where the registry gives one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn reconciled(&self, epoch: Uuid, point: Option<&Point>) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            if get::<Epoch>(tx)? != Some(Epoch(epoch)) {
                put(tx, &Epoch(epoch))?;
                remove::<Cursor>(tx)?;
            }
            match point {
                Some(point) => put(tx, point)?,
                None => remove::<Point>(tx)?,
            }
            remove::<MustReconcile>(tx)
        })
    }
}

pub(super) fn get<F: Fact>(conn: &Connection) -> Result<Option<F>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([F::KEY], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub(super) fn put<F: Fact>(conn: &Connection, fact: &F) -> Result<(), StoreError> {
    let text = serde_json::to_string(fact).map_err(|e| StoreError::Database(e.to_string()))?;
    conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![F::KEY, text])?;
    Ok(())
}

pub(super) fn remove<F: Fact>(conn: &Connection) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM meta WHERE key = ?1")?
        .execute([F::KEY])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the clocks do, a wait ends after at most twice its length
        /// of true time (once in the boot that set it, once in the next).
        #[test]
        fn a_wait_ends_whatever_the_clocks_do(
            delay in 0..900_000u64, wall: i64, wall_then: i64, mono in 0..1i64 << 40, mono_then in 0..1i64 << 40,
        ) {
            let at = |wall_ms, mono_ms, boot| Instant { wall_ms, mono_ms, boot: Uuid::from_u128(boot) };
            let wait = Wait::from_now(3, delay, false, &at(wall, mono, 1));
            prop_assert_eq!(wait.left_ms(&at(wall_then, mono, 1)), delay);
            let span = i64::try_from(delay).unwrap();
            prop_assert_eq!(wait.left_ms(&at(wall_then, mono + span, 1)), 0);
            let rebooted = wait.in_boot(&at(wall_then, mono_then, 2));
            prop_assert!(rebooted.left_ms(&at(wall_then, mono_then, 2)) <= delay);
            prop_assert_eq!(rebooted.left_ms(&at(wall, mono_then + span, 2)), 0);
            prop_assert_eq!(rebooted.failures, 3);
        }
    }
}
