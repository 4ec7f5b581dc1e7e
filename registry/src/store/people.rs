//! Who may look after whose accounts, by the query itself: the department after
//! provinces, a province after its LAOs, the first user of an office after the
//! colleagues that they added.

use pakmut_domain::model::Role;
use pakmut_domain::wire::enrolment::Contact;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::codes::Post;
use super::sql::{Columns, Sql};
use super::{AccountRow, Read, Scope, StoreError, Write};

/// Somebody who may look after accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// Their account; none for the command line.
    pub account: Option<Uuid>,
    /// What they may do.
    pub role: Role,
    /// What they may see.
    pub scope: Scope,
    /// Whether they look after colleagues.
    pub leads: bool,
}

impl Manager {
    /// The command line: whoever has the machine has the registry.
    pub fn command_line() -> Self {
        Self {
            account: None,
            role: Role::Department,
            scope: Scope::Country,
            leads: true,
        }
    }

    /// Whether they look after anybody at all.
    pub fn looks_after_anybody(&self) -> bool {
        match self.role {
            Role::Department | Role::Province => true,
            Role::Lao => self.leads,
            Role::Tester => false,
        }
    }

    /// Whether a post lies below theirs. [`below`] asks the database the same.
    pub fn is_above(&self, post: &Post) -> bool {
        let is_staff = matches!(post.role, Role::Lao | Role::Tester);
        match (&self.scope, self.role) {
            (Scope::Country, Role::Department) => post.role != Role::Department || self.leads,
            (Scope::Province(own), Role::Province) => {
                let colleague = post.role == Role::Province && self.leads && !post.leads;
                post.province.as_ref() == Some(own) && (is_staff || colleague)
            }
            (Scope::Lao(own), Role::Lao) => {
                self.leads && is_staff && !post.leads && post.lao == Some(*own)
            }
            _ => false,
        }
    }
}

/// Rows of `table`, which has the columns `role`, `lao`, `province` and
/// `leads`, that lie below a manager.
pub(super) fn below(sql: Sql, table: &str, manager: &Manager) -> Sql {
    const NOBODY: &str = "1 = 0";
    let column = |name: &str| format!("{table}.{name}");
    let staff = format!("{} IN ('lao', 'tester')", column("role"));
    match (&manager.scope, manager.role) {
        (Scope::Country, Role::Department) if manager.leads => sql.push("1 = 1"),
        (Scope::Country, Role::Department) => sql.push(&column("role")).push(" <> 'department'"),
        (Scope::Province(own), Role::Province) => {
            let colleagues = if manager.leads {
                format!(
                    " OR ({} = 'province' AND {} = 0)",
                    column("role"),
                    column("leads")
                )
            } else {
                String::new()
            };
            sql.push(&column("province"))
                .push(" = ")
                .arg(own.clone())
                .push(&format!(" AND ({staff}{colleagues})"))
        }
        (Scope::Lao(own), Role::Lao) if manager.leads => sql
            .push(&staff)
            .push(&format!(
                " AND {} = 0 AND {} = ",
                column("leads"),
                column("lao")
            ))
            .arg(*own),
        _ => sql.push(NOBODY),
    }
}

pub(super) fn role_of(name: &str) -> Result<Role, StoreError> {
    name.parse()
        .map_err(|_| StoreError::Corrupt("a role that is none"))
}

/// A person's account, as whoever looks after it sees it. Times are
/// milliseconds since 1970 UTC, 0 where they are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its id.
    pub id: Uuid,
    /// The name to sign in with.
    pub username: String,
    /// What it is for.
    pub post: Post,
    /// The Thai name of its LAO or office.
    pub lao_name: Option<String>,
    /// How its person is reached; empty where it was erased or never given.
    pub contact: Contact,
    /// When it was made.
    pub made: i64,
    /// When it last signed in.
    pub signed_in: i64,
    /// Since when it may no longer sign in; none while it may.
    pub disabled: Option<i64>,
    /// Whether its person's data were erased.
    pub erased: bool,
}

const SELECT: &str = "SELECT a.id, a.username, a.role, a.lao, a.province, a.leads, l.name_th, \
     a.contact_name, a.contact_phone, a.made, a.signed_in, a.disabled, a.disabled_since, a.erased \
     FROM accounts a LEFT JOIN laos l ON l.no = a.lao WHERE ";

fn person(row: &AnyRow) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.id(0)?,
        username: row.text(1)?,
        post: Post {
            role: role_of(&row.text(2)?)?,
            lao: row.opt_int(3)?,
            province: row.opt_text(4)?,
            leads: row.int(5)? != 0,
        },
        lao_name: row.opt_text(6)?,
        contact: Contact {
            name: row.text(7)?,
            phone: row.text(8)?,
        },
        made: row.int(9)?,
        signed_in: row.int(10)?,
        disabled: (row.int(11)? != 0).then_some(row.int(12)?),
        erased: row.int(13)? != 0,
    })
}

/// An account to be made for somebody who enrols.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name to sign in with, folded.
    pub username: String,
    /// What it is for.
    pub post: Post,
    /// The argon2id hash of the password.
    pub password: String,
    /// How they are reached.
    pub contact: Contact,
    /// Now, milliseconds since 1970 UTC.
    pub now: i64,
}

impl Read {
    /// A page of the accounts below a manager whose username, office or contact
    /// holds this text.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_below(
        &mut self,
        manager: &Manager,
        holding: &str,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Person>, StoreError> {
        let mut sql = below(self.sql(SELECT), "a", manager);
        if !holding.is_empty() {
            let like = format!("%{}%", escape_like(&holding.to_lowercase()));
            sql = sql.push(" AND (");
            for (place, column) in ["a.username", "COALESCE(l.name_th, '')", "a.contact_name"]
                .into_iter()
                .enumerate()
            {
                sql = sql
                    .push(if place > 0 { " OR " } else { "" })
                    .push(&format!("LOWER({column}) LIKE "))
                    .arg(like.clone())
                    .push(" ESCAPE '!'");
            }
            sql = sql.push(")");
        }
        sql.push(" ORDER BY a.disabled, a.role, COALESCE(a.province, ''), COALESCE(a.lao, 0), a.username LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(person)
            .collect()
    }

    /// One's own account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&mut self, id: Uuid) -> Result<Option<Person>, StoreError> {
        let row = self
            .sql(SELECT)
            .push("a.id = ")
            .id(id)
            .row(self.db())
            .await?;
        row.as_ref().map(person).transpose()
    }

    /// How many items an account has sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn items_of(&mut self, account: Uuid) -> Result<i64, StoreError> {
        self.sql(
            "SELECT COUNT(*) FROM items i JOIN devices d ON d.no = i.device WHERE d.account = ",
        )
        .id(account)
        .row(self.db())
        .await?
        .ok_or(StoreError::Corrupt("no count where one was asked for"))?
        .int(0)
    }
}

impl Write {
    /// An account below a manager.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person_below(
        &mut self,
        id: Uuid,
        manager: &Manager,
    ) -> Result<Option<Person>, StoreError> {
        let sql = self.sql(SELECT).push("a.id = ").id(id).push(" AND ");
        let row = below(sql, "a", manager).row(self.db()).await?;
        row.as_ref().map(person).transpose()
    }

    /// Makes an account; none where the username is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn make_person(&mut self, new: &NewPerson) -> Result<Option<AccountRow>, StoreError> {
        let id = Uuid::now_v7();
        let revision = self.next_revision();
        let post = &new.post;
        let made = self
            .sql("INSERT INTO accounts (id, username, role, lao, province, leads, password, contact_name, contact_phone, made, disabled, scope_version, revision) VALUES (")
            .id(id)
            .push(", ")
            .arg(new.username.clone())
            .push(", ")
            .arg(post.role.as_str().to_owned())
            .push(", ")
            .arg(post.lao)
            .push(", ")
            .arg(post.province.clone())
            .push(", ")
            .arg(i64::from(post.leads))
            .push(", ")
            .arg(new.password.clone())
            .push(", ")
            .arg(new.contact.name.clone())
            .push(", ")
            .arg(new.contact.phone.clone())
            .push(", ")
            .arg(new.now)
            .push(", 0, 1, ")
            .arg(revision)
            .push(") ON CONFLICT (username) DO NOTHING")
            .execute(self.db())
            .await?;
        if made == 0 {
            return Ok(None);
        }
        self.account(id).await
    }

    /// Says how one's person is reached.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_contact(&mut self, account: Uuid, to: &Contact) -> Result<(), StoreError> {
        self.sql("UPDATE accounts SET contact_name = ")
            .arg(to.name.clone())
            .push(", contact_phone = ")
            .arg(to.phone.clone())
            .push(" WHERE id = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Puts another password's hash in the place of the one that is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_password(&mut self, account: Uuid, hash: &str) -> Result<(), StoreError> {
        self.sql("UPDATE accounts SET password = ")
            .arg(hash.to_owned())
            .push(" WHERE id = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Notes that somebody signed in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_sign_in(&mut self, account: Uuid, now: i64) -> Result<(), StoreError> {
        self.sql("UPDATE accounts SET signed_in = ")
            .arg(now)
            .push(" WHERE id = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Lets an account no longer sign in, or again. Its pins stay.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_disabled(
        &mut self,
        account: Uuid,
        disabled: bool,
        now: i64,
    ) -> Result<(), StoreError> {
        self.sql("UPDATE accounts SET disabled = ")
            .arg(i64::from(disabled))
            .push(", disabled_since = ")
            .arg(if disabled { now } else { 0 })
            .push(" WHERE id = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Erases what is known about the person of a disabled account: name,
    /// telephone, username, password, sessions and browsers. The id stays, with
    /// the pins that it made and the public keys that prove them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase_person(&mut self, account: Uuid) -> Result<(), StoreError> {
        let revision = self.next_revision();
        self.sql("UPDATE accounts SET username = ")
            .arg(format!("erased-{}", account.simple()))
            .push(", contact_name = '', contact_phone = '', password = '', signed_in = 0, erased = 1, leads = 0, revision = ")
            .arg(revision)
            .push(" WHERE disabled = 1 AND id = ")
            .id(account)
            .execute(self.db())
            .await?;
        self.end_all_sessions(account).await?;
        self.sql("DELETE FROM known_browsers WHERE account = ")
            .id(account)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Accounts disabled before this time whose person was not erased yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn to_erase(&mut self, before: i64) -> Result<Vec<Uuid>, StoreError> {
        self.sql("SELECT id FROM accounts WHERE disabled = 1 AND erased = 0 AND disabled_since < ")
            .arg(before)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| row.id(0))
            .collect()
    }
}

/// A text that LIKE takes as it is, with `!` as its escape.
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped
}
