//! Sessions: tokens are here only as SHA-256.

use uuid::Uuid;

use super::accounts::{AccountRow, COLUMNS, WIDTH, account};
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
    /// SHA-256 of the refresh token that brought it; none at sign-in.
    pub previous: Option<[u8; 32]>,
    /// Now.
    pub now: i64,
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
    /// Whether it was used before.
    pub confirmed: bool,
}

/// What is known of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshFound {
    /// The current one of its family, or the one before where nobody has used
    /// what it brought: that answer was lost on its way.
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

/// A phone or a browser at which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session's id.
    pub id: Uuid,
    /// Whether it is a phone; else a browser.
    pub phone: bool,
    /// When it began, milliseconds since 1970 UTC; 0 where it is not known.
    pub began: i64,
    /// When it was last seen: for a phone its last refresh.
    pub seen: i64,
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
            .push(", s.family, s.device, s.access_expires, s.confirmed FROM sessions s JOIN accounts a ON a.id = s.account LEFT JOIN laos l ON l.no = a.lao WHERE s.access_hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        row.map(|row| {
            Ok(AccessRow {
                account: account(&row)?,
                family: row.id(WIDTH)?,
                device: row.id(WIDTH + 1)?,
                expires: row.int(WIDTH + 2)?,
                confirmed: row.int(WIDTH + 3)? != 0,
            })
        })
        .transpose()
    }

    /// The phones and browsers at which somebody is signed in, the last seen first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn signed_in(&mut self, account: Uuid) -> Result<Vec<SignedIn>, StoreError> {
        self.sql("SELECT family, CAST(1 AS BIGINT), began, seen FROM sessions WHERE account = ")
            .id(account)
            .push(" UNION ALL SELECT id, CAST(0 AS BIGINT), began, seen FROM web_sessions WHERE account = ")
            .id(account)
            .push(" ORDER BY 4 DESC")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(SignedIn {
                    id: row.id(0)?,
                    phone: row.int(1)? != 0,
                    began: row.int(2)?,
                    seen: row.int(3)?,
                })
            })
            .collect()
    }

    /// Whether an account signed in on this device before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_device(&mut self, account: Uuid, device: Uuid) -> Result<bool, StoreError> {
        let row = self
            .sql("SELECT no FROM devices WHERE account = ")
            .id(account)
            .push(" AND device = ")
            .id(device)
            .row(self.db())
            .await?;
        Ok(row.is_some())
    }

    /// Whether an account signed in at this browser before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_browser(
        &mut self,
        account: Uuid,
        hash: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let row = self
            .sql("SELECT seen FROM known_browsers WHERE account = ")
            .id(account)
            .push(" AND hash = ")
            .arg(hash.to_vec())
            .row(self.db())
            .await?;
        Ok(row.is_some())
    }
}

impl Write {
    /// Stores a session; one of the same family is replaced.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(&mut self, new: &NewSession) -> Result<(), StoreError> {
        let sql = self
            .sql("INSERT INTO sessions (family, account, device, access_hash, access_expires, refresh_hash, refresh_expires, previous_hash, confirmed, began, seen) VALUES (")
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
            .push(", ")
            .arg(new.previous.map(|hash| hash.to_vec()))
            .push(", ")
            // Nothing came before a sign-in that could be asked for again.
            .arg(i64::from(new.previous.is_none()))
            .push(", ")
            .arg(new.now)
            .push(", ")
            .arg(new.now)
            .push(") ON CONFLICT (family) DO UPDATE SET access_hash = excluded.access_hash, access_expires = excluded.access_expires, refresh_hash = excluded.refresh_hash, refresh_expires = excluded.refresh_expires, previous_hash = excluded.previous_hash, confirmed = excluded.confirmed, seen = excluded.seen");
        sql.execute(self.db()).await?;
        Ok(())
    }

    /// What a session brought was used: the token before it counts no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirm_session(&mut self, family: Uuid) -> Result<(), StoreError> {
        self.sql("UPDATE sessions SET confirmed = 1 WHERE family = ")
            .id(family)
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
            .push(" OR (confirmed = 0 AND previous_hash = ")
            .arg(hash.to_vec())
            .push(")")
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

    /// Remembers a family's current refresh token as used, until it would have
    /// ended; forgets those whose time has come.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn spend_refresh(&mut self, family: Uuid, now: i64) -> Result<(), StoreError> {
        self.sql("DELETE FROM spent_refresh_tokens WHERE expires < ")
            .arg(now)
            .execute(self.db())
            .await?;
        self.sql("INSERT INTO spent_refresh_tokens (hash, family, expires) SELECT refresh_hash, family, refresh_expires FROM sessions WHERE family = ")
            .id(family)
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

    /// Ends one session of an account, phone or browser.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session_of(&mut self, account: Uuid, id: Uuid) -> Result<(), StoreError> {
        for (table, key) in [("sessions", "family"), ("web_sessions", "id")] {
            self.sql(&format!("DELETE FROM {table} WHERE {key} = "))
                .id(id)
                .push(" AND account = ")
                .id(account)
                .execute(self.db())
                .await?;
        }
        Ok(())
    }

    /// Signs an account out everywhere.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_all_sessions(&mut self, account: Uuid) -> Result<(), StoreError> {
        for table in ["sessions", "web_sessions"] {
            self.sql(&format!("DELETE FROM {table} WHERE account = "))
                .id(account)
                .execute(self.db())
                .await?;
        }
        Ok(())
    }

    /// Signs an account out everywhere but here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_other_sessions(
        &mut self,
        account: Uuid,
        here: Uuid,
    ) -> Result<(), StoreError> {
        for (table, key) in [("sessions", "family"), ("web_sessions", "id")] {
            self.sql(&format!("DELETE FROM {table} WHERE {key} <> "))
                .id(here)
                .push(" AND account = ")
                .id(account)
                .execute(self.db())
                .await?;
        }
        Ok(())
    }

    /// Signs an account out of all pages: its phones are told why at their next
    /// contact.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_web_sessions_of(&mut self, account: Uuid) -> Result<(), StoreError> {
        self.sql("DELETE FROM web_sessions WHERE account = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Remembers that an account signed in at this browser; forgets browsers
    /// not seen since `over`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember_browser(
        &mut self,
        account: Uuid,
        hash: &[u8; 32],
        now: i64,
        over: i64,
    ) -> Result<(), StoreError> {
        self.sql("DELETE FROM known_browsers WHERE seen < ")
            .arg(over)
            .execute(self.db())
            .await?;
        self.sql("INSERT INTO known_browsers (account, hash, seen) VALUES (")
            .id(account)
            .push(", ")
            .arg(hash.to_vec())
            .push(", ")
            .arg(now)
            .push(") ON CONFLICT (account, hash) DO UPDATE SET seen = excluded.seen")
            .execute(self.db())
            .await?;
        Ok(())
    }
}
