//! Attachments: photos by their SHA-256, arriving piece by piece.

use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::push::MAX_RECONCILE;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::feed::{Scope, lao_in_scope};
use super::sql::Columns;
use super::{Read, StoreError, Write};

/// How far an attachment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attachment {
    /// Its size in bytes.
    pub size: i64,
    /// How many of them are here, from the beginning.
    pub received: i64,
    /// Whether it is whole and its hash is right.
    pub complete: bool,
    /// Whether its LAO took it back: then none of it is here.
    pub removed: bool,
}

/// A piece of an attachment.
#[derive(Debug, Clone)]
pub struct PutChunk {
    /// What the whole hashes to.
    pub hash: ItemHash,
    /// The size of the whole.
    pub size: i64,
    /// Where this piece begins; the number of bytes that are here.
    pub at: i64,
    /// The piece.
    pub body: Vec<u8>,
    /// Whose it is.
    pub lao: Option<i64>,
    /// Who sends it.
    pub account: Uuid,
}

impl Read {
    /// How far an attachment of the scope, or of one's own, has come.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachment(
        &mut self,
        hash: &ItemHash,
        scope: &Scope,
        account: Uuid,
    ) -> Result<Option<Attachment>, StoreError> {
        let sql = self
            .sql("SELECT size, received, complete, removed FROM attachments WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .push(" AND (account = ")
            .id(account)
            .push(" OR ");
        let row = lao_in_scope(sql, "lao", scope)
            .push(")")
            .row(self.db())
            .await?;
        row.as_ref().map(attachment).transpose()
    }

    /// How far an attachment has come, whosever it is: for who names its hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachment_here(
        &mut self,
        hash: &ItemHash,
    ) -> Result<Option<Attachment>, StoreError> {
        self.sql("SELECT size, received, complete, removed FROM attachments WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .row(self.db())
            .await?
            .as_ref()
            .map(attachment)
            .transpose()
    }

    /// The bytes of an attachment, whoever may see them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachment_body(&mut self, hash: &ItemHash) -> Result<Vec<u8>, StoreError> {
        let mut body = Vec::new();
        let rows = self
            .sql("SELECT body FROM attachment_chunks WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .push(" ORDER BY at")
            .rows(self.db())
            .await?;
        for row in rows {
            body.extend(row.bytes(0)?);
        }
        Ok(body)
    }

    /// Those of these that nothing more is wanted of: whole, or taken back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn whole_attachments(
        &mut self,
        hashes: &[ItemHash],
    ) -> Result<Vec<ItemHash>, StoreError> {
        let mut found = Vec::new();
        for hash in hashes.iter().take(MAX_RECONCILE) {
            let row = self
                .sql("SELECT 1 FROM attachments WHERE (complete = 1 OR removed IS NOT NULL) AND hash = ")
                .arg(hash.as_bytes().to_vec())
                .row(self.db())
                .await?;
            if row.is_some() {
                found.push(*hash);
            }
        }
        Ok(found)
    }
}

impl Write {
    /// Adds a piece where it belongs; how far the attachment is then. One that
    /// does not begin where the bytes end changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_chunk(&mut self, chunk: &PutChunk) -> Result<Attachment, StoreError> {
        let hash = chunk.hash.as_bytes().to_vec();
        self.sql("INSERT INTO attachments (hash, size, received, complete, lao, account) VALUES (")
            .arg(hash.clone())
            .push(", ")
            .arg(chunk.size)
            .push(", 0, 0, ")
            .arg(chunk.lao)
            .push(", ")
            .id(chunk.account)
            .push(") ON CONFLICT (hash) DO NOTHING")
            .execute(self.db())
            .await?;
        let row = self
            .sql("SELECT size, received, complete, removed FROM attachments WHERE hash = ")
            .arg(hash.clone())
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no attachment where one was written"))?;
        let mut now = attachment(&row)?;
        if !now.complete && !now.removed && now.size != chunk.size && chunk.at == 0 {
            // Somebody began it with another size: that was wrong, or this is.
            self.forget_chunks(&chunk.hash).await?;
            self.sql("UPDATE attachments SET received = 0, size = ")
                .arg(chunk.size)
                .push(" WHERE hash = ")
                .arg(hash.clone())
                .execute(self.db())
                .await?;
            (now.size, now.received) = (chunk.size, 0);
        }
        let fits = now.size == chunk.size
            && now.received == chunk.at
            && chunk.at + chunk.body.len() as i64 <= now.size;
        if now.complete || now.removed || !fits || chunk.body.is_empty() {
            return Ok(now);
        }
        self.sql("INSERT INTO attachment_chunks (hash, at, body) VALUES (")
            .arg(hash.clone())
            .push(", ")
            .arg(chunk.at)
            .push(", ")
            .arg(chunk.body.clone())
            .push(")")
            .execute(self.db())
            .await?;
        now.received += chunk.body.len() as i64;
        self.sql("UPDATE attachments SET received = ")
            .arg(now.received)
            .push(" WHERE hash = ")
            .arg(hash)
            .execute(self.db())
            .await?;
        Ok(now)
    }

    /// The bytes of an attachment that are here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachment_body(&mut self, hash: &ItemHash) -> Result<Vec<u8>, StoreError> {
        let mut body = Vec::new();
        let rows = self
            .sql("SELECT body FROM attachment_chunks WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .push(" ORDER BY at")
            .rows(self.db())
            .await?;
        for row in rows {
            body.extend(row.bytes(0)?);
        }
        Ok(body)
    }

    /// Says that an attachment is whole and right.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn complete_attachment(&mut self, hash: &ItemHash) -> Result<(), StoreError> {
        self.sql("UPDATE attachments SET complete = 1 WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Its LAO takes an attachment back, at this time, milliseconds since 1970
    /// UTC: its bytes go, and that it was there stays. Also of one that has not
    /// come yet, so that it need not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_attachment(
        &mut self,
        hash: &ItemHash,
        lao: Option<i64>,
        account: Uuid,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        self.forget_chunks(hash).await?;
        self.sql("INSERT INTO attachments (hash, size, received, complete, lao, account, removed) VALUES (")
            .arg(hash.as_bytes().to_vec())
            .push(", 0, 0, 0, ")
            .arg(lao)
            .push(", ")
            .id(account)
            .push(", ")
            .arg(at_ms)
            .push(") ON CONFLICT (hash) DO UPDATE SET removed = excluded.removed, received = 0, complete = 0")
            .execute(self.db())
            .await?;
        Ok(())
    }

    async fn forget_chunks(&mut self, hash: &ItemHash) -> Result<(), StoreError> {
        self.sql("DELETE FROM attachment_chunks WHERE hash = ")
            .arg(hash.as_bytes().to_vec())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Forgets the bytes of an attachment whose hash was wrong.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_attachment(&mut self, hash: &ItemHash) -> Result<(), StoreError> {
        for table in ["attachment_chunks", "attachments"] {
            self.sql("DELETE FROM ")
                .push(table)
                .push(" WHERE hash = ")
                .arg(hash.as_bytes().to_vec())
                .execute(self.db())
                .await?;
        }
        Ok(())
    }
}

fn attachment(row: &AnyRow) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        size: row.int(0)?,
        received: row.int(1)?,
        complete: row.int(2)? != 0,
        removed: row.opt_int(3)?.is_some(),
    })
}
