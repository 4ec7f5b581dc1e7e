//! One item as a row of the file.

use pakmut_domain::wire::{Envelope, ItemHash, Kind, Saved};
use rusqlite::{Connection, Row, params};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::StoreError;

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Saved, not yet at the registry.
    Pending,
    /// The registry holds it, by a receipt that matched.
    Sent,
    /// The registry refused it for good: a person must mend or discard it.
    Wedged,
    /// A person discarded or mended it.
    Discarded,
}

impl State {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Sent => 1,
            Self::Wedged => 2,
            Self::Discarded => 3,
        }
    }

    pub(super) fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Sent,
            2 => Self::Wedged,
            3 => Self::Discarded,
            // What cannot be told is pushed again: the registry knows.
            _ => Self::Pending,
        }
    }
}

/// One item as a screen lists it.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place in the order of saving.
    pub seq: i64,
    /// The item as it travels.
    pub envelope: Envelope,
    /// Its hash, fixed when it was saved.
    pub hash: ItemHash,
    /// Where it stands.
    pub state: State,
    /// How often the registry did not take it yet.
    pub tries: u32,
    /// Why it is wedged, discarded or waits: a stable code.
    pub reason: Option<String>,
    /// The registry's words on it, in English.
    pub detail: Option<String>,
}

/// The columns that [`view_item`] reads, in its order.
pub(super) const COLUMNS: &str = "seq, id, kind, version, account, device, wall, mono, boot, skew, gnss, \
     seen, hash, state, tries, reason, detail, sig, payload";

/// A row ready to be written, its hash worked out.
pub(super) struct NewRow<'a> {
    envelope: &'a Envelope,
    hash: ItemHash,
    seen: Option<Vec<u8>>,
}

impl<'a> NewRow<'a> {
    pub(super) fn of(envelope: &'a Envelope) -> Self {
        let seen = (!envelope.seen.is_empty())
            .then(|| envelope.seen.iter().flat_map(|id| *id.as_bytes()).collect());
        Self {
            envelope,
            hash: envelope.hash(),
            seen,
        }
    }

    pub(super) fn insert(&self, conn: &Connection) -> Result<(), StoreError> {
        let e = self.envelope;
        conn.prepare_cached(
            "INSERT INTO items (id, kind, version, account, device, wall, mono, boot, skew,
                gnss, seen, hash, sig, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            e.id,
            e.kind.as_str(),
            e.version,
            e.account,
            e.device,
            e.saved.wall,
            e.saved.mono,
            e.saved.boot,
            e.saved.offset,
            e.saved.gnss,
            self.seen,
            self.hash.as_bytes(),
            e.sig,
            e.payload.get(),
        ])?;
        Ok(())
    }
}

pub(super) fn hash_of(row: &Row<'_>, column: usize) -> Result<ItemHash, StoreError> {
    let bytes = row
        .get_ref(column)?
        .as_blob()
        .map_err(|_| StoreError::Corrupt("a hash is no blob".to_owned()))?;
    ItemHash::from_slice(bytes).map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// Reads one row in the order of [`COLUMNS`]: the item, or the place of one
/// whose bytes do not give its hash.
pub(super) fn read_item(row: &Row<'_>) -> Result<Result<Item, i64>, StoreError> {
    let item = view_item(row)?;
    Ok(if item.envelope.hash() == item.hash {
        Ok(item)
    } else {
        Err(item.seq)
    })
}

/// The place of a row that comes after another. In a damaged file a page may hold
/// itself: its rows come again and again.
pub(super) fn in_order(row: &Row<'_>, before: i64) -> Result<i64, StoreError> {
    let seq = row.get(0)?;
    if seq > before {
        Ok(seq)
    } else {
        Err(StoreError::Corrupt("rows out of order".to_owned()))
    }
}

/// Reads one row as it stands, for a person to look at.
pub(super) fn view_item(row: &Row<'_>) -> Result<Item, StoreError> {
    let damaged = |what: &str| StoreError::Corrupt(format!("{what} of an item"));
    let seen = match row.get_ref(11)?.as_blob_or_null() {
        Ok(None) => Vec::new(),
        Ok(Some(bytes)) if bytes.len().is_multiple_of(16) => bytes
            .chunks_exact(16)
            .filter_map(|id| Uuid::from_slice(id).ok())
            .collect(),
        _ => return Err(damaged("the seen ids")),
    };
    // A payload or kind that the disk changed into something else is shown as
    // an empty one; its hash no longer fits either.
    let payload = RawValue::from_string(row.get::<_, String>(18)?)
        .or_else(|_| RawValue::from_string("{}".to_owned()))
        .map_err(|_| damaged("the payload"))?;
    let kind = Kind::new(row.get::<_, String>(2)?).map_err(|_| damaged("the kind"))?;
    Ok(Item {
        seq: row.get(0)?,
        envelope: Envelope {
            id: row.get(1)?,
            kind,
            version: row.get(3)?,
            account: row.get(4)?,
            device: row.get(5)?,
            saved: Saved {
                wall: row.get(6)?,
                mono: row.get(7)?,
                boot: row.get(8)?,
                offset: row.get(9)?,
                gnss: row.get(10)?,
            },
            seen,
            payload,
            sig: row.get(17)?,
        },
        hash: hash_of(row, 12)?,
        state: State::from_number(row.get(13)?),
        tries: row.get(14)?,
        reason: row.get(15)?,
        detail: row.get(16)?,
    })
}
