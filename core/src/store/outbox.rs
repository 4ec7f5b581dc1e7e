//! The queue: what was saved and what became of it.

use pakmut_domain::wire::{Envelope, ItemHash};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::item::{COLUMNS, NewRow, State, hash_of, in_order, read_item};
use super::listing::find;
use super::meta::{self, Point};
use super::{Durability, Store, StoreError, attachments};
use crate::retry::ItemFate;

/// How long sent items are kept, so that they can be pushed again to a registry
/// that was restored from a backup: 90 days, in milliseconds.
pub const KEEP_MS: i64 = 90 * 86_400_000;

/// The `next_try` of an item that its author can still take back: never due
/// before it is let go.
pub(super) const HELD: i64 = i64::MAX;

/// The code of an item whose bytes no longer give its hash: the disk changed
/// them after they were saved.
pub const ITEM_DAMAGED: &str = "item_damaged";

/// The reason of an item that its author mended: another took its place.
pub const MENDED: &str = "mended";

/// One pending item on its way.
#[derive(Debug, Clone)]
pub struct Queued {
    /// Its place in the order of saving.
    pub seq: i64,
    /// The item.
    pub envelope: Envelope,
    /// Its hash.
    pub hash: ItemHash,
    /// How often the registry did not take it yet.
    pub tries: u32,
}

/// What a push found out about one item.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The item's place.
    pub seq: i64,
    /// What became of it.
    pub fate: ItemFate,
    /// For a retry: the monotonic time, in milliseconds, before which it is
    /// left out.
    pub next_try_mono_ms: i64,
}

impl Store {
    /// Saves an item, which has a fresh id. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Envelope`] for what could never travel, or what the disk says.
    pub fn save(&self, envelope: &Envelope) -> Result<(), StoreError> {
        envelope.check()?;
        // Outside the lock: others may save meanwhile.
        let row = NewRow::of(envelope);
        self.write(Durability::Full, |tx| row.insert(tx))
    }

    /// Saves several items, all of them or none.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn save_all(&self, envelopes: &[Envelope]) -> Result<(), StoreError> {
        for envelope in envelopes {
            envelope.check()?;
        }
        let rows: Vec<NewRow<'_>> = envelopes.iter().map(NewRow::of).collect();
        self.write(Durability::Full, |tx| {
            rows.iter().try_for_each(|row| row.insert(tx))
        })
    }

    /// The pending items from `after` on that are due, oldest first: at most so
    /// many, and together at most so many bytes of JSON, though one at least.
    ///
    /// An item whose bytes no longer give its hash is wedged here instead of
    /// being sent.
    ///
    /// # Errors
    /// What the disk says.
    pub fn due(
        &self,
        after: i64,
        now_mono_ms: i64,
        most: usize,
        most_bytes: usize,
    ) -> Result<Vec<Queued>, StoreError> {
        self.due_where("1", after, now_mono_ms, most, most_bytes)
    }

    /// Those of the pending items that are due and signed.
    ///
    /// # Errors
    /// As [`Store::due`].
    pub fn due_signed(
        &self,
        now_mono_ms: i64,
        most: usize,
        most_bytes: usize,
    ) -> Result<Vec<Queued>, StoreError> {
        self.due_where("sig IS NOT NULL", 0, now_mono_ms, most, most_bytes)
    }

    fn due_where(
        &self,
        condition: &str,
        after: i64,
        now_mono_ms: i64,
        most: usize,
        most_bytes: usize,
    ) -> Result<Vec<Queued>, StoreError> {
        let mut stale = Vec::new();
        loop {
            let (due, damaged) = self.read(|conn| {
                let mut due: Vec<Queued> = Vec::new();
                let mut damaged = Vec::new();
                let mut bytes = 0;
                let mut query = conn.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM items INDEXED BY items_pending
                     WHERE state = 0 AND seq > ?1 AND next_try <= ?2 AND {condition}
                     ORDER BY seq LIMIT ?3"
                ))?;
                let most = i64::try_from(most).unwrap_or(i64::MAX);
                let mut rows = query.query(params![after, now_mono_ms, most])?;
                let mut last = after;
                while let Some(row) = rows.next()? {
                    last = in_order(row, last)?;
                    match read_item(row)? {
                        Ok(item) => {
                            bytes += wire_bytes(&item.envelope);
                            if bytes > most_bytes && !due.is_empty() {
                                break;
                            }
                            due.push(Queued {
                                seq: item.seq,
                                envelope: item.envelope,
                                hash: item.hash,
                                tries: item.tries,
                            });
                        }
                        Err(seq) => damaged.push(seq),
                    }
                }
                // A person may have discarded them meanwhile; found again, only the
                // index knows of them, and they would be found for ever.
                if !damaged.is_empty() && damaged == stale {
                    let detail = "an index that is not its table's".to_owned();
                    return Err(StoreError::Corrupt(detail));
                }
                Ok((due, damaged))
            })?;
            if damaged.is_empty() {
                return Ok(due);
            }
            let wedged = self.write(Durability::Full, |tx| {
                let mut wedged = 0;
                for seq in &damaged {
                    wedged += tx.execute(
                        "UPDATE items SET state = 2, reason = ?2 WHERE seq = ?1 AND state = 0",
                        params![seq, ITEM_DAMAGED],
                    )?;
                }
                Ok(wedged)
            })?;
            if wedged == 0 {
                stale = damaged;
            }
        }
    }

    /// Writes down what a push found out, all of it or nothing. Only pending
    /// items change: what a person did meanwhile stands.
    ///
    /// `server_ms` is the registry's time, milliseconds since 1970 UTC; `point` how
    /// far its history went, where it said so.
    ///
    /// # Errors
    /// What the disk says; nothing is written then, and the same items go again.
    pub fn record(
        &self,
        marks: &[Mark],
        server_ms: i64,
        point: Option<&Point>,
    ) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            if let Some(point) = point {
                meta::put(tx, point)?;
            }
            let mut sent = tx.prepare_cached(
                "UPDATE items SET state = 1, done_at = ?2, reason = NULL, detail = NULL
                 WHERE seq = ?1 AND state = 0",
            )?;
            let mut wedged = tx.prepare_cached(
                "UPDATE items SET state = 2, reason = ?2, detail = ?3
                 WHERE seq = ?1 AND state = 0",
            )?;
            let mut retry = tx.prepare_cached(
                "UPDATE items SET tries = tries + 1, next_try = ?3, reason = ?2
                 WHERE seq = ?1 AND state = 0",
            )?;
            for mark in marks {
                match &mark.fate {
                    ItemFate::Sent => sent.execute(params![mark.seq, server_ms])?,
                    ItemFate::Wedged { code, detail } => {
                        wedged.execute(params![mark.seq, code, detail])?
                    }
                    ItemFate::Retry { code } => {
                        retry.execute(params![mark.seq, code, mark.next_try_mono_ms])?
                    }
                };
            }
            Ok(())
        })
    }

    /// Discards a wedged item, by its author's hand. It is kept for the record
    /// as long as sent ones are. `at_ms` is the best known time.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`], [`StoreError::NotWedged`], or what the disk says.
    pub fn discard(&self, id: Uuid, at_ms: i64) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| end_wedged(tx, id, at_ms, None))
    }

    /// Puts another item in the place of a wedged one, in one step. The new one
    /// has an id of its own: the registry remembers the old one with its hash.
    ///
    /// # Errors
    /// As [`Store::discard`] and [`Store::save`].
    pub fn mend(&self, id: Uuid, mended: &Envelope, at_ms: i64) -> Result<(), StoreError> {
        self.mend_with(id, mended, &[], at_ms)
    }

    /// The same with the photos that the new one names.
    ///
    /// # Errors
    /// As [`Store::mend`].
    pub fn mend_with(
        &self,
        id: Uuid,
        mended: &Envelope,
        photos: &[ItemHash],
        at_ms: i64,
    ) -> Result<(), StoreError> {
        mended.check()?;
        let row = NewRow::of(mended);
        self.write(Durability::Full, |tx| {
            end_wedged(tx, id, at_ms, Some(MENDED))?;
            row.insert(tx)?;
            attachments::name(tx, tx.last_insert_rowid(), photos)
        })
    }

    /// Queues a wedged item again as it is, because what stood in its way at
    /// the registry may be gone.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`], [`StoreError::NotWedged`], or what the disk says.
    pub fn queue_again(&self, id: Uuid) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            let changed = tx.execute(
                "UPDATE items SET state = 0, next_try = 0 WHERE id = ?1 AND state = 2",
                [id],
            )?;
            if changed == 1 {
                return Ok(());
            }
            Err(not_wedged(tx, id)?)
        })
    }

    /// The sent items after a place with their hashes, for a reconcile.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sent_after(
        &self,
        after: i64,
        most: usize,
    ) -> Result<Vec<(i64, Uuid, ItemHash)>, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT seq, id, hash FROM items WHERE seq > ?1 AND state = 1 ORDER BY seq LIMIT ?2",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = query.query(params![after, most])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((row.get(0)?, row.get(1)?, hash_of(row, 2)?));
            }
            Ok(found)
        })
    }

    /// Queues sent items again, by their places, that a restored registry does
    /// not have.
    ///
    /// # Errors
    /// What the disk says.
    pub fn push_again(&self, places: &[i64]) -> Result<u64, StoreError> {
        self.write(Durability::Full, |tx| {
            let mut update = tx.prepare_cached(
                "UPDATE items SET state = 0, next_try = 0, done_at = NULL
                 WHERE seq = ?1 AND state = 1",
            )?;
            let mut count = 0;
            for place in places {
                count += u64::try_from(update.execute([place])?).unwrap_or(0);
            }
            Ok(count)
        })
    }

    /// Takes the signatures off what may still be pushed: the key that made them
    /// is lost. They are signed again on their way.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_signatures(&self) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            tx.execute(
                "UPDATE items SET sig = NULL WHERE state <> 3 AND sig IS NOT NULL",
                [],
            )?;
            Ok(())
        })
    }

    /// The monotonic time of the earliest try among the pending items and the
    /// photos that were tried before, milliseconds; 0 where one is due at once.
    ///
    /// # Errors
    /// What the disk says.
    pub fn earliest_try(&self) -> Result<Option<i64>, StoreError> {
        self.read(|conn| {
            Ok(conn.query_row(
                "SELECT min(next_try) FROM (
                    SELECT min(next_try) AS next_try FROM items INDEXED BY items_pending
                    WHERE state = 0 AND next_try <> ?1
                    UNION ALL
                    SELECT min(next_try) FROM attachments WHERE state = 0 AND next_try <> 0)",
                [HELD],
                |row| row.get(0),
            )?)
        })
    }

    /// Makes all pending items due at once: their times were those of a boot
    /// that is over.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_next_tries(&self) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            tx.execute(
                "UPDATE items SET next_try = 0 WHERE state = 0 AND next_try NOT IN (0, ?1)",
                [HELD],
            )?;
            tx.execute(
                "UPDATE attachments SET next_try = 0 WHERE state = 0 AND next_try <> 0",
                [],
            )?;
            Ok(())
        })
    }

    /// Clears away up to 1,000 items that were sent or discarded more than 90
    /// days before the registry's time.
    ///
    /// # Errors
    /// What the disk says.
    pub fn clear_old(&self, server_ms: i64) -> Result<u64, StoreError> {
        self.write(Durability::Retold, |tx| {
            let mut cleared = 0;
            for state in [State::Sent, State::Discarded] {
                cleared += tx.execute(
                    "DELETE FROM items WHERE seq IN (
                        SELECT seq FROM items WHERE state IN (1, 3) AND state = ?1 AND done_at < ?2
                        LIMIT 1000)",
                    params![state.number(), server_ms.saturating_sub(KEEP_MS)],
                )?;
            }
            Ok(u64::try_from(cleared).unwrap_or(0))
        })
    }
}

/// The most bytes that an envelope takes on the wire beside payload and seen
/// ids: every field at its longest. An item without a signature gets one on its
/// way.
const ENVELOPE_BYTES: usize = 580;

fn wire_bytes(envelope: &Envelope) -> usize {
    ENVELOPE_BYTES + envelope.payload.get().len() + 39 * envelope.seen.len()
}

fn end_wedged(
    conn: &Connection,
    id: Uuid,
    at_ms: i64,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let changed = conn.execute(
        "UPDATE items SET state = 3, done_at = ?2, reason = coalesce(?3, reason)
         WHERE id = ?1 AND state = 2",
        params![id, at_ms, reason],
    )?;
    if changed == 1 {
        return Ok(());
    }
    Err(not_wedged(conn, id)?)
}

fn not_wedged(conn: &Connection, id: Uuid) -> Result<StoreError, StoreError> {
    Ok(match find(conn, id)? {
        Some(_) => StoreError::NotWedged(id),
        None => StoreError::NoSuchItem(id),
    })
}
