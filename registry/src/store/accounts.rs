//! Accounts.

use pakmut_domain::model::Role;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError, Write};

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its id.
    pub id: Uuid,
    /// The name to sign in with.
    pub username: String,
    /// What it may do.
    pub role: Role,
    /// Its LAO's number.
    pub lao: Option<i64>,
    /// Its LAO's id.
    pub lao_id: Option<Uuid>,
    /// Its province.
    pub province: Option<String>,
    /// The argon2id hash of its password, in PHC form.
    pub password: String,
    /// Whether it may no longer sign in.
    pub disabled: bool,
    /// Grows whenever what it may see changes.
    pub scope_version: i64,
    /// Its revision.
    pub revision: i64,
    /// Whether it looks after colleagues.
    pub leads: bool,
}

/// An account to be made or changed, keyed by its username.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: String,
    /// What it may do.
    pub role: Role,
    /// Its LAO's number.
    pub lao: Option<i64>,
    /// Its province.
    pub province: Option<String>,
    /// The argon2id hash of its password; none leaves the password of an
    /// account that is there.
    pub password: Option<String>,
}

/// What [`Write::put_account`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The account is new.
    Added,
    /// Its role, place or password is another.
    Changed,
    /// It was so already.
    Same,
}

pub(super) const COLUMNS: &str = "a.id, a.username, a.role, a.lao, l.id, a.province, a.password, \
     a.disabled, a.scope_version, a.revision, a.leads";

/// How many columns those are.
pub(super) const WIDTH: usize = 11;

pub(super) fn account(row: &AnyRow) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        id: row.id(0)?,
        username: row.text(1)?,
        role: row
            .text(2)?
            .parse()
            .map_err(|_| StoreError::Corrupt("a role that is none"))?,
        lao: row.opt_int(3)?,
        lao_id: row.opt_id(4)?,
        province: row.opt_text(5)?,
        password: row.text(6)?,
        disabled: row.int(7)? != 0,
        scope_version: row.int(8)?,
        revision: row.int(9)?,
        leads: row.int(10)? != 0,
    })
}

impl Read {
    /// The account of a username.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account_by_name(
        &mut self,
        username: &str,
    ) -> Result<Option<AccountRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM accounts a LEFT JOIN laos l ON l.no = a.lao WHERE a.username = ")
            .arg(username.to_owned())
            .row(self.db())
            .await?;
        row.as_ref().map(account).transpose()
    }
}

impl Read {
    /// The account of an id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account_by_id(&mut self, id: Uuid) -> Result<Option<AccountRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM accounts a LEFT JOIN laos l ON l.no = a.lao WHERE a.id = ")
            .id(id)
            .row(self.db())
            .await?;
        row.as_ref().map(account).transpose()
    }
}

impl Write {
    /// The account of an id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account(&mut self, id: Uuid) -> Result<Option<AccountRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM accounts a LEFT JOIN laos l ON l.no = a.lao WHERE a.id = ")
            .id(id)
            .row(self.db())
            .await?;
        row.as_ref().map(account).transpose()
    }

    /// Makes an account, or changes the one of this username; a changed scope
    /// ends its cursors. Its id, and what was done.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Corrupt`] where a new one has no password.
    pub async fn put_account(&mut self, new: &NewAccount) -> Result<(Uuid, Put), StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM accounts a LEFT JOIN laos l ON l.no = a.lao WHERE a.username = ")
            .arg(new.username.clone())
            .row(self.db())
            .await?;
        let before = row.as_ref().map(account).transpose()?;
        if let Some(before) = &before
            && (before.role, before.lao, &before.province) == (new.role, new.lao, &new.province)
            && new.password.is_none()
        {
            return Ok((before.id, Put::Same));
        }
        let revision = self.next_revision();
        let Some(before) = before else {
            let password = new
                .password
                .clone()
                .ok_or(StoreError::Corrupt("no password for a new account"))?;
            let id = Uuid::now_v7();
            self.sql("INSERT INTO accounts (id, username, role, lao, province, password, disabled, scope_version, revision) VALUES (")
                .id(id)
                .push(", ")
                .arg(new.username.clone())
                .push(", ")
                .arg(new.role.as_str().to_owned())
                .push(", ")
                .arg(new.lao)
                .push(", ")
                .arg(new.province.clone())
                .push(", ")
                .arg(password)
                .push(", 0, 1, ")
                .arg(revision)
                .push(")")
                .execute(self.db())
                .await?;
            return Ok((id, Put::Added));
        };
        let moved =
            (before.role, before.lao, &before.province) != (new.role, new.lao, &new.province);
        self.sql("UPDATE accounts SET role = ")
            .arg(new.role.as_str().to_owned())
            .push(", lao = ")
            .arg(new.lao)
            .push(", province = ")
            .arg(new.province.clone())
            .push(", password = ")
            .arg(new.password.clone().unwrap_or(before.password))
            .push(", scope_version = ")
            .arg(before.scope_version + i64::from(moved))
            .push(", revision = ")
            .arg(revision)
            .push(" WHERE id = ")
            .id(before.id)
            .execute(self.db())
            .await?;
        Ok((before.id, Put::Changed))
    }
}
