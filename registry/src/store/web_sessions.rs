//! Who is signed in on the web pages: the cookie's token is here only as SHA-256.

use uuid::Uuid;

use super::accounts::{AccountRow, COLUMNS, WIDTH, account};
use super::sql::Columns;
use super::{Read, StoreError, Write, random_id};

/// A session on the pages. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone)]
pub struct WebSession {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountRow,
    /// When it began.
    pub began: i64,
    /// When a page was last asked for, to the minute.
    pub seen: i64,
}

impl Read {
    /// The session of a cookie's hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn web_session(&mut self, hash: &[u8; 32]) -> Result<Option<WebSession>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(", w.id, w.began, w.seen FROM web_sessions w JOIN accounts a ON a.id = w.account LEFT JOIN laos l ON l.no = a.lao WHERE w.hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        row.map(|row| {
            Ok(WebSession {
                account: account(&row)?,
                id: row.id(WIDTH)?,
                began: row.int(WIDTH + 1)?,
                seen: row.int(WIDTH + 2)?,
            })
        })
        .transpose()
    }
}

impl Write {
    /// Begins a session, and forgets those that were not seen since `over`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_web_session(
        &mut self,
        hash: &[u8; 32],
        account: Uuid,
        now: i64,
        over: i64,
    ) -> Result<(), StoreError> {
        self.sql("DELETE FROM web_sessions WHERE seen < ")
            .arg(over)
            .execute(self.db())
            .await?;
        self.sql("INSERT INTO web_sessions (id, hash, account, began, seen) VALUES (")
            .id(random_id())
            .push(", ")
            .arg(hash.to_vec())
            .push(", ")
            .id(account)
            .push(", ")
            .arg(now)
            .push(", ")
            .arg(now)
            .push(")")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Says that a page was asked for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn touch_web_session(&mut self, id: Uuid, now: i64) -> Result<(), StoreError> {
        self.sql("UPDATE web_sessions SET seen = ")
            .arg(now)
            .push(" WHERE id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Ends one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_web_session(&mut self, id: Uuid) -> Result<(), StoreError> {
        self.sql("DELETE FROM web_sessions WHERE id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(())
    }
}
