//! Sessions: tokens are here only as SHA-256.

use uuid::Uuid;

use super::accounts::{AccountRow, COLUMNS, account};
use super::sql::Columns;
use super::{Read, StoreError, Write};

/// A session to be stored. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The chain of sessions that one sign-in began.
    pub family: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// On which device.
    pub device: Uuid,
    /// SHA-256 of the access token.
    pub access: [u8; 32],
    /// When the access token ends.
    pub access_expires: i64,
    /// SHA-256 of the refresh token.
    pub refresh: [u8; 32],
    /// When the refresh token ends.
    pub refresh_expires: i64,
}

/// The session of an access token.
#[derive(Debug, Clone)]
pub struct AccessRow {
    /// Whose it is.
    pub account: AccountRow,
    /// The chain it belongs to.
    pub family: Uuid,
    /// On which device.
    pub device: Uuid,
    /// When the access token ends.
    pub expires: i64,
}

/// What is known of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshFound {
    /// The current one of its family.
    Current {
        /// The family.
        family: Uuid,
        /// Whose it is.
        account: Uuid,
        /// On which device.
        device: Uuid,
        /// When it ends.
        expires: i64,
    },
    /// It was used before: somebody has a copy.
    Spent {
        /// The family, which must end.
        family: Uuid,
    },
    /// None of ours.
    Unknown,
}

impl Read {
    /// The session of an access token's hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn access(&mut self, hash: &[u8; 32]) -> Result<Option<AccessRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(", s.family, s.device, s.access_expires FROM sessions s JOIN accounts a ON a.id = s.account LEFT JOIN laos l ON l.no = a.lao WHERE s.access_hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        row.map(|row| {
            Ok(AccessRow {
                account: account(&row)?,
                family: row.id(10)?,
                device: row.id(11)?,
                expires: row.int(12)?,
            })
        })
        .transpose()
    }
}

impl Write {
    /// Stores a session; one of the same family is replaced.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(&mut self, new: &NewSession) -> Result<(), StoreError> {
        self.sql("INSERT INTO sessions (family, account, device, access_hash, access_expires, refresh_hash, refresh_expires) VALUES (")
            .id(new.family)
            .push(", ")
            .id(new.account)
            .push(", ")
            .id(new.device)
            .push(", ")
            .arg(new.access.to_vec())
            .push(", ")
            .arg(new.access_expires)
            .push(", ")
            .arg(new.refresh.to_vec())
            .push(", ")
            .arg(new.refresh_expires)
            .push(") ON CONFLICT (family) DO UPDATE SET access_hash = excluded.access_hash, access_expires = excluded.access_expires, refresh_hash = excluded.refresh_hash, refresh_expires = excluded.refresh_expires")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// What is known of a refresh token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refresh(&mut self, hash: &[u8; 32]) -> Result<RefreshFound, StoreError> {
        let row = self
            .sql("SELECT family, account, device, refresh_expires FROM sessions WHERE refresh_hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        if let Some(row) = row {
            return Ok(RefreshFound::Current {
                family: row.id(0)?,
                account: row.id(1)?,
                device: row.id(2)?,
                expires: row.int(3)?,
            });
        }
        let row = self
            .sql("SELECT family FROM spent_refresh_tokens WHERE hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        Ok(match row {
            Some(row) => RefreshFound::Spent { family: row.id(0)? },
            None => RefreshFound::Unknown,
        })
    }

    /// Remembers a refresh token as used, until it would have ended; forgets
    /// those whose time has come.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn spend_refresh(
        &mut self,
        hash: &[u8; 32],
        family: Uuid,
        expires: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        self.sql("DELETE FROM spent_refresh_tokens WHERE expires < ")
            .arg(now)
            .execute(self.db())
            .await?;
        self.sql("INSERT INTO spent_refresh_tokens (hash, family, expires) VALUES (")
            .arg(hash.to_vec())
            .push(", ")
            .id(family)
            .push(", ")
            .arg(expires)
            .push(")")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Ends a family: none of its tokens counts any more. Ended ones whose
    /// refresh token would be over go with it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_family(&mut self, family: Uuid, now: i64) -> Result<(), StoreError> {
        self.sql("DELETE FROM sessions WHERE family = ")
            .id(family)
            .push(" OR refresh_expires < ")
            .arg(now)
            .execute(self.db())
            .await?;
        Ok(())
    }
}
