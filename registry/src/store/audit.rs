//! The audit log's rows.

use pakmut_domain::wire::ItemHash;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError, Write};

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number: 1, 2, 3 …
    pub no: i64,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
    /// The account that did it.
    pub who: Option<Uuid>,
    /// What was done, a stable code.
    pub act: String,
    /// To what, a JSON object.
    pub what: String,
    /// From where: an address, or `command line`.
    pub origin: String,
    /// The hash of the row and of the one before it.
    pub hash: ItemHash,
}

fn hash(row: &AnyRow, place: usize) -> Result<ItemHash, StoreError> {
    ItemHash::from_slice(&row.bytes(place)?)
        .map_err(|_| StoreError::Corrupt("an audit hash that has not 32 bytes"))
}

const HEAD: &str = "SELECT no, hash FROM audit_head WHERE one = 1";

impl Write {
    /// The last row's number and hash; 0 and zeros where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_head(&mut self) -> Result<(i64, ItemHash), StoreError> {
        let row = self.sql(HEAD).row(self.db()).await?;
        let row = row.ok_or(StoreError::Corrupt("no head of the audit log"))?;
        Ok((row.int(0)?, hash(&row, 1)?))
    }

    /// Appends a row and makes it the head.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn append_audit(&mut self, row: &AuditRow) -> Result<(), StoreError> {
        self.sql("INSERT INTO audit (no, at, who, act, what, origin, hash) VALUES (")
            .arg(row.no)
            .push(", ")
            .arg(row.at)
            .push(", ")
            .arg(row.who.map(|who| who.as_bytes().to_vec()))
            .push(", ")
            .arg(row.act.clone())
            .push(", ")
            .arg(row.what.clone())
            .push(", ")
            .arg(row.origin.clone())
            .push(", ")
            .arg(row.hash.as_bytes().to_vec())
            .push(")")
            .execute(self.db())
            .await?;
        self.sql("UPDATE audit_head SET no = ")
            .arg(row.no)
            .push(", hash = ")
            .arg(row.hash.as_bytes().to_vec())
            .push(" WHERE one = 1")
            .execute(self.db())
            .await?;
        Ok(())
    }
}

impl Read {
    /// The last row's number and hash; 0 and zeros where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_head(&mut self) -> Result<(i64, ItemHash), StoreError> {
        let row = self.sql(HEAD).row(self.db()).await?;
        let row = row.ok_or(StoreError::Corrupt("no head of the audit log"))?;
        Ok((row.int(0)?, hash(&row, 1)?))
    }

    /// A page of the log after a row's number, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_rows(&mut self, after: i64, most: i64) -> Result<Vec<AuditRow>, StoreError> {
        let rows = self
            .sql("SELECT no, at, who, act, what, origin, hash FROM audit WHERE no > ")
            .arg(after)
            .push(" ORDER BY no LIMIT ")
            .arg(most)
            .rows(self.db())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(AuditRow {
                    no: row.int(0)?,
                    at: row.int(1)?,
                    who: row.opt_id(2)?,
                    act: row.text(3)?,
                    what: row.text(4)?,
                    origin: row.text(5)?,
                    hash: hash(row, 6)?,
                })
            })
            .collect()
    }
}
