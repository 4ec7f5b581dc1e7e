//! Half-filled survey forms, and finished ones that can still be changed.

use pakmut_domain::wire::Envelope;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::item::{COLUMNS, NewRow, view_item};
use super::outbox::HELD;
use super::{Durability, Item, Store, StoreError, attachments};

/// A half-filled form as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Its id.
    pub id: Uuid,
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub version: String,
    /// When it was changed last, milliseconds since 1970 UTC.
    pub changed_ms: i64,
    /// The draft as JSON.
    pub body: String,
}

impl Store {
    /// Saves a draft, new or anew. It is on the disk when this returns.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put_draft(&self, draft: &DraftRow) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            tx.prepare_cached(
                "INSERT INTO drafts (id, form, version, changed, body)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE
                 SET changed = excluded.changed, body = excluded.body",
            )?
            .execute(params![
                draft.id,
                draft.form,
                draft.version,
                draft.changed_ms,
                draft.body
            ])?;
            Ok(())
        })
    }

    /// One draft.
    ///
    /// # Errors
    /// What the disk says.
    pub fn draft(&self, id: Uuid) -> Result<Option<DraftRow>, StoreError> {
        self.read(|conn| {
            Ok(conn
                .prepare_cached(
                    "SELECT id, form, version, changed, body FROM drafts WHERE id = ?1",
                )?
                .query_row([id], draft)
                .optional()?)
        })
    }

    /// All drafts, the one changed last first.
    ///
    /// # Errors
    /// What the disk says.
    pub fn drafts(&self) -> Result<Vec<DraftRow>, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT id, form, version, changed, body FROM drafts ORDER BY changed DESC, id",
            )?;
            let rows = query.query_map([], draft)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Throws a draft away, by a person's hand. True where there was one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn discard_draft(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(Durability::Full, |tx| {
            Ok(tx.execute("DELETE FROM drafts WHERE id = ?1", [id])? == 1)
        })
    }

    /// Keeps a form's version that a draft is begun with: the registry may
    /// replace the one that was pulled.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_form(&self, form: &str, version: &str, body: &str) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            tx.execute(
                "INSERT OR IGNORE INTO draft_forms (form, version, body) VALUES (?1, ?2, ?3)",
                [form, version, body],
            )?;
            Ok(())
        })
    }

    /// A form's version that was kept.
    ///
    /// # Errors
    /// What the disk says.
    pub fn kept_form(&self, form: &str, version: &str) -> Result<Option<String>, StoreError> {
        self.read(|conn| {
            Ok(conn
                .prepare_cached("SELECT body FROM draft_forms WHERE form = ?1 AND version = ?2")?
                .query_row([form, version], |row| row.get(0))
                .optional()?)
        })
    }

    /// Puts a finished form into the queue in the place of its draft, in one
    /// step. It is held there: it can be taken back until a sync has reached
    /// the registry ([`Store::release_held`]).
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn finish_draft(&self, draft: Uuid, envelope: &Envelope) -> Result<(), StoreError> {
        envelope.check()?;
        let row = NewRow::of(envelope);
        let photos = self.photos_named(envelope.payload.get());
        self.write(Durability::Full, |tx| {
            row.insert(tx)?;
            let seq = tx.last_insert_rowid();
            tx.execute(
                "UPDATE items SET next_try = ?2 WHERE seq = ?1",
                params![seq, HELD],
            )?;
            attachments::name(tx, seq, &photos)?;
            tx.execute("DELETE FROM drafts WHERE id = ?1", [draft])?;
            Ok(())
        })
    }

    /// Takes a held item back as a draft, in one step; `draft` makes the draft
    /// of the item. None where it is held no longer: then it may be at the
    /// registry already.
    ///
    /// # Errors
    /// What the disk or `draft` says.
    pub fn take_back(
        &self,
        item: Uuid,
        draft: impl Fn(&Item) -> Result<DraftRow, StoreError>,
    ) -> Result<Option<Uuid>, StoreError> {
        self.write(Durability::Full, |tx| {
            let mut query = tx.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM items INDEXED BY items_pending
                 WHERE state = 0 AND id = ?1 AND next_try = ?2"
            ))?;
            let mut rows = query.query(params![item, HELD])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            let held = view_item(row)?;
            let draft = draft(&held)?;
            tx.execute("DELETE FROM items WHERE seq = ?1", [held.seq])?;
            // Its place may be given again, to an item that names none of them.
            tx.execute("DELETE FROM attachment_items WHERE item = ?1", [held.seq])?;
            tx.execute(
                "INSERT INTO drafts (id, form, version, changed, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    draft.id,
                    draft.form,
                    draft.version,
                    draft.changed_ms,
                    draft.body
                ],
            )?;
            Ok(Some(draft.id))
        })
    }

    /// Lets all held items go: from now on they are sent. True where there was
    /// any.
    ///
    /// # Errors
    /// What the disk says.
    pub fn release_held(&self) -> Result<bool, StoreError> {
        let any = self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT 1 FROM items INDEXED BY items_pending WHERE state = 0 AND next_try = ?1 LIMIT 1",
            )?;
            Ok(query.exists([HELD])?)
        })?;
        if any {
            self.write(Durability::Full, |tx| {
                tx.execute(
                    "UPDATE items SET next_try = 0 WHERE state = 0 AND next_try = ?1",
                    [HELD],
                )?;
                Ok(())
            })?;
        }
        Ok(any)
    }

    /// Whether an item is held, so that it can be taken back.
    ///
    /// # Errors
    /// What the disk says.
    pub fn is_held(&self, item: Uuid) -> Result<bool, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT 1 FROM items INDEXED BY items_pending
                 WHERE state = 0 AND id = ?1 AND next_try = ?2",
            )?;
            Ok(query.exists(params![item, HELD])?)
        })
    }
}

fn draft(row: &rusqlite::Row<'_>) -> rusqlite::Result<DraftRow> {
    Ok(DraftRow {
        id: row.get(0)?,
        form: row.get(1)?,
        version: row.get(2)?,
        changed_ms: row.get(3)?,
        body: row.get(4)?,
    })
}
