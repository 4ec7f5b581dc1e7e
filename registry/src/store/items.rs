//! Items: what arrived, byte for byte, for ever.

use std::collections::HashMap;

use pakmut_domain::finding::Finding;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::envelope::{Envelope, Saved};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::findings;
use super::sql::{Columns, Dialect, MAX_LIST, Sql, insert_rows};
use super::{Read, StoreError, Write};

/// What is known of an item that arrived before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredItem {
    /// Its id.
    pub id: Uuid,
    /// The hash of what is stored.
    pub hash: ItemHash,
}

/// An item to be stored.
#[derive(Debug)]
pub struct NewItem<'a> {
    /// The item's revision.
    pub revision: i64,
    /// The item.
    pub envelope: &'a Envelope,
    /// The device and account it was saved by, [`Write::device`].
    pub device: i64,
    /// Its hash.
    pub hash: ItemHash,
    /// What it is about.
    pub subject: Uuid,
    /// Whose it is, where that is known.
    pub lao: Option<i64>,
    /// Whether it stood beside another when it arrived.
    pub conflict: bool,
    /// What the registry's own checks found.
    pub findings: Vec<Finding>,
    /// The signature's 64 bytes.
    pub sig: Option<&'a [u8]>,
}

/// As much of a stored item as ordering and checks need.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The item.
    pub id: Uuid,
    /// What it is about.
    pub subject: Uuid,
    /// Its kind.
    pub kind: String,
    /// Whose it is.
    pub lao: Option<i64>,
    /// [`Saved::best_ms`].
    pub best_ms: i64,
    /// What its author had seen.
    pub seen: Vec<Uuid>,
    /// The account that saved it.
    pub account: Uuid,
    /// The payload; empty for pins, which need none for their order.
    pub payload: Vec<u8>,
}

const FACT: &str = "SELECT i.id, i.subject, i.kind, i.lao, i.wall, i.clock_offset, i.gnss, \
     i.seen, d.account, ";

fn fact(row: &AnyRow) -> Result<Fact, StoreError> {
    let saved = Saved {
        wall: row.int(4)?,
        mono: 0,
        boot: Uuid::nil(),
        offset: row.opt_int(5)?,
        gnss: row.opt_int(6)?,
    };
    Ok(Fact {
        id: row.id(0)?,
        subject: row.id(1)?,
        kind: row.text(2)?,
        lao: row.opt_int(3)?,
        best_ms: saved.best_ms(),
        seen: unpack(&row.opt_bytes(7)?.unwrap_or_default()),
        account: row.id(8)?,
        payload: row.opt_bytes(9)?.unwrap_or_default(),
    })
}

fn pack(ids: &[Uuid]) -> Option<Vec<u8>> {
    (!ids.is_empty()).then(|| ids.iter().flat_map(|id| *id.as_bytes()).collect())
}

/// Ids that are stored one after the other.
pub(super) fn unpack(bytes: &[u8]) -> Vec<Uuid> {
    bytes
        .chunks_exact(16)
        .filter_map(|id| Uuid::from_slice(id).ok())
        .collect()
}

async fn stored(
    dialect: Dialect,
    db: &mut AnyConnection,
    ids: &[Uuid],
) -> Result<Vec<StoredItem>, StoreError> {
    let mut found = Vec::new();
    for ids in ids.chunks(MAX_LIST) {
        let rows = Sql::new(dialect, "SELECT id, hash FROM items WHERE id IN ")
            .list(ids)
            .rows(db)
            .await?;
        for row in rows {
            found.push(StoredItem {
                id: row.id(0)?,
                hash: ItemHash::from_slice(&row.bytes(1)?)
                    .map_err(|_| StoreError::Corrupt("a hash that has not 32 bytes"))?,
            });
        }
    }
    Ok(found)
}

pub(super) async fn facts(
    dialect: Dialect,
    db: &mut AnyConnection,
    key: &str,
    ids: &[Uuid],
    whole: bool,
) -> Result<Vec<Fact>, StoreError> {
    let payload = if whole {
        "i.payload"
    } else {
        "CASE WHEN i.kind = 'pin' THEN NULL ELSE i.payload END"
    };
    let mut found = Vec::new();
    for ids in ids.chunks(MAX_LIST) {
        let rows = Sql::new(dialect, FACT)
            .push(payload)
            .push(" FROM items i JOIN devices d ON d.no = i.device WHERE i.")
            .push(key)
            .push(" IN ")
            .list(ids)
            // A counter has many of these, and their own rooms read them.
            .push(if whole {
                ""
            } else {
                " AND i.kind NOT IN ('declaration', 'response')"
            })
            .rows(db)
            .await?;
        for row in &rows {
            found.push(fact(row)?);
        }
    }
    Ok(found)
}

/// The few items of which this holds, payloads included.
pub(super) async fn facts_where(
    dialect: Dialect,
    db: &mut AnyConnection,
    condition: &str,
) -> Result<Vec<Fact>, StoreError> {
    let rows = Sql::new(dialect, FACT)
        .push("i.payload FROM items i JOIN devices d ON d.no = i.device")
        .push(condition)
        .rows(db)
        .await?;
    rows.iter().map(fact).collect()
}

/// The declarations about these counters, payloads included.
pub(super) async fn declarations(
    dialect: Dialect,
    db: &mut AnyConnection,
    counters: &[Uuid],
) -> Result<Vec<Fact>, StoreError> {
    let mut found = Vec::new();
    for ids in counters.chunks(MAX_LIST) {
        let rows = Sql::new(dialect, FACT)
            .push(
                "i.payload FROM items i JOIN devices d ON d.no = i.device \
                 WHERE i.kind = 'declaration' AND i.subject IN ",
            )
            .list(ids)
            .rows(db)
            .await?;
        for row in &rows {
            found.push(fact(row)?);
        }
    }
    Ok(found)
}

impl Write {
    /// Which of these arrived before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stored(&mut self, ids: &[Uuid]) -> Result<Vec<StoredItem>, StoreError> {
        stored(self.dialect, self.db(), ids).await
    }

    /// All items about these subjects but declarations and responses, without the payloads of pins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn facts_about(&mut self, subjects: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        facts(self.dialect, self.db(), "subject", subjects, false).await
    }

    /// Reviews that came before these pins; few ever do, and they have an index
    /// of their own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reviews_without_pin(&mut self, pins: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        const KEY: &str = "kind = 'review' AND i.lao IS NULL AND i.subject";
        facts(self.dialect, self.db(), KEY, pins, true).await
    }

    /// The items of these ids, payloads included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn items_by_id(&mut self, ids: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        facts(self.dialect, self.db(), "id", ids, true).await
    }

    /// Stores new items.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_items(&mut self, items: &[NewItem<'_>]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO items (revision, id, kind, version, device, wall, mono, boot, \
             clock_offset, gnss, seen, hash, subject, lao, conflict, payload, findings, sig) VALUES ",
            "",
            items,
            |row, item| {
                let envelope = item.envelope;
                row.add(item.revision)
                    .id(envelope.id)
                    .add(envelope.kind.as_str())
                    .add(i64::from(envelope.version))
                    .add(item.device)
                    .add(envelope.saved.wall)
                    .add(envelope.saved.mono)
                    .id(envelope.saved.boot)
                    .add(envelope.saved.offset)
                    .add(envelope.saved.gnss)
                    .add(pack(&envelope.seen))
                    .add(item.hash.as_bytes().as_slice())
                    .id(item.subject)
                    .add(item.lao)
                    .add(i64::from(item.conflict))
                    .add(envelope.payload.get().as_bytes())
                    .add(findings::pack(&item.findings))
                    .add(item.sig);
            },
        )
        .await?;
        let Some(last) = items.last() else {
            return Ok(());
        };
        self.sql("INSERT INTO history (revision, mark) VALUES (")
            .arg(last.revision)
            .push(", ")
            .arg(last.envelope.id.as_bytes()[8..].to_vec())
            .push(")")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// What the checks found about these items when they arrived; those without
    /// a finding are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn findings_of(
        &mut self,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Finding>>, StoreError> {
        let mut found = HashMap::new();
        for ids in ids.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT id, findings FROM items WHERE findings IS NOT NULL AND id IN ")
                .list(ids)
                .rows(self.db())
                .await?;
            for row in rows {
                found.insert(row.id(0)?, row.findings(1)?);
            }
        }
        Ok(found)
    }

    /// Attaches an item that arrived before what it is about: whose it is now,
    /// what the checks found, and a new revision, so that it is pulled again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attach_item(
        &mut self,
        id: Uuid,
        lao: Option<i64>,
        findings: &[Finding],
        revision: i64,
    ) -> Result<(), StoreError> {
        self.sql("UPDATE items SET lao = ")
            .arg(lao)
            .push(", findings = ")
            .arg(findings::pack(findings))
            .push(", revision = ")
            .arg(revision)
            .push(" WHERE id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(())
    }
}

impl Read {
    /// Which of these arrived before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stored(&mut self, ids: &[Uuid]) -> Result<Vec<StoredItem>, StoreError> {
        stored(self.dialect, self.db(), ids).await
    }

    /// The items of these ids, payloads included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn items_by_id(&mut self, ids: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        facts(self.dialect, self.db(), "id", ids, true).await
    }

    /// The random half of the id of the last item that was stored up to this
    /// revision, whatever became of it later; zeros where there is none. It tells
    /// a registry whose disk was rolled back, and which then came as far again
    /// with other items, from the one before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_item_mark(&mut self, revision: i64) -> Result<[u8; 8], StoreError> {
        let row = self
            .sql("SELECT mark FROM history WHERE revision <= ")
            .arg(revision)
            .push(" ORDER BY revision DESC LIMIT 1")
            .row(self.db())
            .await?;
        let mark = row.map(|row| row.bytes(0)).transpose()?;
        Ok(mark
            .and_then(|mark| mark.try_into().ok())
            .unwrap_or_default())
    }

    /// How many items of each kind are stored, sorted by kind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_items(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        self.sql("SELECT kind, COUNT(*) FROM items GROUP BY kind ORDER BY kind")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, row.int(1)?)))
            .collect()
    }
}
