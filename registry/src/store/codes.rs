//! One-time codes: what is printed is here only as SHA-256.

use pakmut_domain::model::Role;
use pakmut_domain::wire::enrolment::Purpose;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::people::{Manager, below, role_of};
use super::sql::{Columns, Sql};
use super::{Read, StoreError, Write, random_id};

/// What an account is made for, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// What it may do.
    pub role: Role,
    /// Its LAO's number.
    pub lao: Option<i64>,
    /// Its province.
    pub province: Option<String>,
    /// Whether it adds colleagues and disables them.
    pub leads: bool,
}

/// A code to be stored. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// SHA-256 of the code as it is printed.
    pub hash: [u8; 32],
    /// What it is for.
    pub post: Post,
    /// Whose password it resets; none for one that makes an account.
    pub account: Option<Uuid>,
    /// Who issued it; none for the command line.
    pub issued_by: Option<Uuid>,
    /// When.
    pub issued: i64,
    /// When it ends.
    pub expires: i64,
}

/// A code that was issued.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub purpose: Purpose,
    /// What it is for.
    pub post: Post,
    /// Whose password it resets.
    pub account: Option<Uuid>,
    /// That account's username.
    pub username: Option<String>,
    /// The Thai name of its LAO or office.
    pub lao_name: Option<String>,
    /// When it was issued.
    pub issued: i64,
    /// When it ends.
    pub expires: i64,
    /// When it was used.
    pub used: Option<i64>,
    /// When it was taken back.
    pub revoked: Option<i64>,
}

impl IssuedCode {
    /// Whether it counts.
    pub fn is_open(&self, now: i64) -> bool {
        self.used.is_none() && self.revoked.is_none() && now < self.expires
    }
}

const SELECT: &str = "SELECT c.id, c.purpose, c.role, c.lao, c.province, c.leads, c.account, \
     a.username, l.name_th, c.issued, c.expires, c.used, c.revoked \
     FROM one_time_codes c LEFT JOIN accounts a ON a.id = c.account LEFT JOIN laos l ON l.no = c.lao WHERE ";

fn code(row: &AnyRow) -> Result<IssuedCode, StoreError> {
    Ok(IssuedCode {
        id: row.id(0)?,
        purpose: match row.text(1)?.as_str() {
            "enrol" => Purpose::Enrol,
            "reset" => Purpose::Reset,
            _ => return Err(StoreError::Corrupt("a code that is for nothing")),
        },
        post: Post {
            role: role_of(&row.text(2)?)?,
            lao: row.opt_int(3)?,
            province: row.opt_text(4)?,
            leads: row.int(5)? != 0,
        },
        account: row.opt_id(6)?,
        username: row.opt_text(7)?,
        lao_name: row.opt_text(8)?,
        issued: row.int(9)?,
        expires: row.int(10)?,
        used: row.opt_int(11)?,
        revoked: row.opt_int(12)?,
    })
}

fn by_hash(sql: Sql, hash: &[u8; 32]) -> Sql {
    sql.push(SELECT).push("c.hash = ").arg(hash.to_vec())
}

impl Read {
    /// The code of a hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn code(&mut self, hash: &[u8; 32]) -> Result<Option<IssuedCode>, StoreError> {
        let row = by_hash(self.sql(""), hash).row(self.db()).await?;
        row.as_ref().map(code).transpose()
    }

    /// A page of the codes below a manager, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn codes_below(
        &mut self,
        manager: &Manager,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<IssuedCode>, StoreError> {
        below(self.sql(SELECT), "c", manager)
            .push(" ORDER BY c.issued DESC, c.id LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(code)
            .collect()
    }

    /// Whether anybody of the department may sign in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_department(&mut self) -> Result<bool, StoreError> {
        let row = self
            .sql("SELECT id FROM accounts WHERE role = 'department' AND disabled = 0 LIMIT 1")
            .row(self.db())
            .await?;
        Ok(row.is_some())
    }

    /// The LAOs of a province that nobody has enrolled yet, and that
    /// have no code that counts where `without_code`: number and name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn not_enrolled(
        &mut self,
        province: &str,
        without_code: bool,
        now: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let mut sql = self
            .sql("SELECT l.no, l.name_th FROM laos l WHERE l.province = ")
            .arg(province.to_owned())
            .push(" AND l.type <> 'provincial_office' AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.lao = l.no AND a.role = 'lao' AND a.disabled = 0)")
            .push(" AND NOT EXISTS (SELECT 1 FROM lao_successors s WHERE s.lao = l.no)");
        if without_code {
            sql = sql
                .push(" AND NOT EXISTS (SELECT 1 FROM one_time_codes c WHERE c.lao = l.no AND c.role = 'lao' AND c.purpose = 'enrol' AND c.used IS NULL AND c.revoked IS NULL AND c.expires > ")
                .arg(now)
                .push(")");
        }
        sql.push(" ORDER BY COALESCE(l.district, ''), l.no")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.int(0)?, row.text(1)?)))
            .collect()
    }
}

impl Write {
    /// The code of a hash, seen by a transaction that may use it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn code(&mut self, hash: &[u8; 32]) -> Result<Option<IssuedCode>, StoreError> {
        let row = by_hash(self.sql(""), hash).row(self.db()).await?;
        row.as_ref().map(code).transpose()
    }

    /// Stores a code. Those that it takes the place of are taken back: another
    /// first one of the same office, another reset of the same account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_code(&mut self, new: &NewCode) -> Result<Uuid, StoreError> {
        let open = self
            .sql("UPDATE one_time_codes SET revoked = ")
            .arg(new.issued)
            .push(" WHERE used IS NULL AND revoked IS NULL AND ");
        let old = match new.account {
            Some(account) => Some(open.push("account = ").id(account)),
            None if new.post.leads => Some(
                open.push("account IS NULL AND leads = 1 AND role = ")
                    .arg(new.post.role.as_str().to_owned())
                    .push(" AND COALESCE(lao, 0) = ")
                    .arg(new.post.lao.unwrap_or(0)),
            ),
            None => None,
        };
        if let Some(old) = old {
            old.execute(self.db()).await?;
        }
        let id = random_id();
        let purpose = if new.account.is_some() {
            "reset"
        } else {
            "enrol"
        };
        let sql = self
            .sql("INSERT INTO one_time_codes (id, hash, purpose, role, lao, province, leads, account, issued_by, issued, expires) VALUES (")
            .id(id)
            .push(", ")
            .arg(new.hash.to_vec())
            .push(", ")
            .arg(purpose.to_owned())
            .push(", ")
            .arg(new.post.role.as_str().to_owned())
            .push(", ")
            .arg(new.post.lao)
            .push(", ")
            .arg(new.post.province.clone())
            .push(", ")
            .arg(i64::from(new.post.leads))
            .push(", ")
            .arg(new.account.map(|id| id.as_bytes().to_vec()))
            .push(", ")
            .arg(new.issued_by.map(|id| id.as_bytes().to_vec()))
            .push(", ")
            .arg(new.issued)
            .push(", ")
            .arg(new.expires)
            .push(")");
        sql.execute(self.db()).await?;
        Ok(id)
    }

    /// Uses a code; false where it no longer counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_code(&mut self, id: Uuid, now: i64) -> Result<bool, StoreError> {
        let done = self
            .sql("UPDATE one_time_codes SET used = ")
            .arg(now)
            .push(" WHERE used IS NULL AND revoked IS NULL AND expires > ")
            .arg(now)
            .push(" AND id = ")
            .id(id)
            .execute(self.db())
            .await?;
        Ok(done == 1)
    }

    /// Takes a code back that lies below a manager; false where there is none
    /// that counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_code(
        &mut self,
        id: Uuid,
        manager: &Manager,
        now: i64,
    ) -> Result<bool, StoreError> {
        let sql = self
            .sql("UPDATE one_time_codes SET revoked = ")
            .arg(now)
            .push(" WHERE used IS NULL AND revoked IS NULL AND id = ")
            .id(id)
            .push(" AND ");
        let done = below(sql, "one_time_codes", manager)
            .execute(self.db())
            .await?;
        Ok(done == 1)
    }

    /// Takes back every open code of an account, or issued by it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_codes_of(&mut self, account: Uuid, now: i64) -> Result<(), StoreError> {
        self.sql("UPDATE one_time_codes SET revoked = ")
            .arg(now)
            .push(" WHERE used IS NULL AND revoked IS NULL AND (account = ")
            .id(account)
            .push(" OR issued_by = ")
            .id(account)
            .push(")")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Forgets codes that ended before this time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_codes(&mut self, before: i64) -> Result<u64, StoreError> {
        self.sql("DELETE FROM one_time_codes WHERE expires < ")
            .arg(before)
            .execute(self.db())
            .await
    }
}
