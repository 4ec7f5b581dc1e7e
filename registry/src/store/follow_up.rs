//! What a province follows up: who is behind, since when, whom to call, and who
//! was reminded.

use std::collections::{HashMap, HashSet};

use pakmut_domain::model::{Address, LaoType};
use pakmut_domain::roster::Tally;
use uuid::Uuid;

use super::counters::of_name;
use super::overview::{LIVE, TALLY, tally};
use super::sql::Columns;
use super::{Read, StoreError, Write};

/// An LAO as the follow-up sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowedLao {
    /// The registry's number for it.
    pub no: i64,
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub lao_type: LaoType,
    /// Its full name in Thai.
    pub name_th: String,
    /// Its district's code.
    pub district: Option<String>,
    /// Its district's name in Thai and in English.
    pub district_name: Option<(String, String)>,
    /// Whether it declared its list of counters complete.
    pub roster_complete: bool,
    /// How far its counters are.
    pub tally: Tally,
}

/// Whom to call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub person: String,
    /// Telephone, as written.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// An LAO was reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Its id.
    pub id: Uuid,
    /// The LAO's number.
    pub lao: i64,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
    /// How: `phone`, `letter` or `in_person`.
    pub way: String,
    /// The officer's own note; the LAO does not see it.
    pub note: String,
    /// Who reminded.
    pub account: Uuid,
}

impl Read {
    /// All LAOs of a province with their tallies, by district and number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn followed_laos(&mut self, province: &str) -> Result<Vec<FollowedLao>, StoreError> {
        self.sql("SELECT l.no, l.id, l.type, l.name_th, l.district, MIN(a.th), MIN(a.en), l.roster_complete, ")
            .push(TALLY)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.district LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(LIVE)
            .push(" WHERE l.province = ")
            .arg(province.to_owned())
            .push(
                " GROUP BY l.no, l.id, l.type, l.name_th, l.district, l.roster_complete \
                 ORDER BY COALESCE(l.district, ''), l.no",
            )
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(FollowedLao {
                    no: row.int(0)?,
                    id: row.id(1)?,
                    lao_type: of_name(row.text(2)?)?,
                    name_th: row.text(3)?,
                    district: row.opt_text(4)?,
                    district_name: row.opt_text(5)?.zip(row.opt_text(6)?),
                    roster_complete: row.int(7)? != 0,
                    tally: tally(row, 8)?,
                })
            })
            .collect()
    }

    /// The LAOs of a province, by number, that somebody can sign in for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enrolled_laos(&mut self, province: &str) -> Result<HashSet<i64>, StoreError> {
        self.sql(
            "SELECT l.no FROM laos l WHERE EXISTS (SELECT 1 FROM accounts a \
             WHERE a.lao = l.no AND a.role = 'lao' AND a.disabled = 0) AND l.province = ",
        )
        .arg(province.to_owned())
        .rows(self.db())
        .await?
        .iter()
        .map(|row| row.int(0))
        .collect()
    }

    /// The LAOs of a province, by number, from which answers to a survey came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn surveyed_laos(&mut self, province: &str) -> Result<HashSet<i64>, StoreError> {
        self.sql(
            "SELECT l.no FROM laos l WHERE EXISTS (SELECT 1 FROM items i \
             WHERE i.lao = l.no AND i.kind = 'response') AND l.province = ",
        )
        .arg(province.to_owned())
        .rows(self.db())
        .await?
        .iter()
        .map(|row| row.int(0))
        .collect()
    }

    /// When the oldest review that sent a shown pin back was made, by LAO:
    /// milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sent_back_since(
        &mut self,
        province: &str,
    ) -> Result<HashMap<i64, i64>, StoreError> {
        self.sql(
            "SELECT c.lao, MIN(r.wall + COALESCE(r.clock_offset, 0)) FROM laos l \
             JOIN counters c ON c.lao = l.no AND c.status <> 'closed' AND c.due = 1 \
             AND c.pin_status = 'sent_back' JOIN items r ON r.id = c.review WHERE l.province = ",
        )
        .arg(province.to_owned())
        .push(" GROUP BY c.lao")
        .rows(self.db())
        .await?
        .iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
    }

    /// Whom to call at the LAOs of a province, by number: what an officer wrote
    /// down, else the telephone in the main office's address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn contacts(&mut self, province: &str) -> Result<HashMap<i64, Contact>, StoreError> {
        let mut found = HashMap::new();
        let rows = self
            .sql(
                "SELECT c.lao, c.address FROM laos l JOIN counters c ON c.lao = l.no \
                 WHERE c.kind = 'main_office' AND c.status <> 'closed' AND l.province = ",
            )
            .arg(province.to_owned())
            .rows(self.db())
            .await?;
        for row in &rows {
            let address: Address = serde_json::from_str(&row.text(1)?)
                .map_err(|_| StoreError::Corrupt("an address that is no JSON of ours"))?;
            if let Some(phone) = address.phone {
                let phone = match address.extension {
                    Some(extension) => format!("{phone} ต่อ {extension}"),
                    None => phone,
                };
                let contact = Contact {
                    phone,
                    ..Contact::default()
                };
                found.insert(row.int(0)?, contact);
            }
        }
        let rows = self
            .sql(
                "SELECT k.lao, k.person, k.phone, k.email FROM laos l \
                 JOIN lao_contacts k ON k.lao = l.no WHERE l.province = ",
            )
            .arg(province.to_owned())
            .rows(self.db())
            .await?;
        for row in &rows {
            let contact = Contact {
                person: row.text(1)?,
                phone: row.text(2)?,
                email: row.text(3)?,
            };
            found.insert(row.int(0)?, contact);
        }
        Ok(found)
    }

    /// Since when an account's phone could not send something, as it last said:
    /// milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsent_since(&mut self, account: Uuid) -> Result<Option<i64>, StoreError> {
        self.sql("SELECT oldest FROM unsent WHERE account = ")
            .id(account)
            .row(self.db())
            .await?
            .map(|row| row.int(0))
            .transpose()
    }

    /// The same of the LAOs of a province, by number: the oldest of each.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsent_of(&mut self, province: &str) -> Result<HashMap<i64, i64>, StoreError> {
        self.sql(
            "SELECT l.no, MIN(u.oldest) FROM laos l JOIN accounts a ON a.lao = l.no \
             JOIN unsent u ON u.account = a.id WHERE l.province = ",
        )
        .arg(province.to_owned())
        .push(" GROUP BY l.no")
        .rows(self.db())
        .await?
        .iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
    }

    /// The reminders of a province's LAOs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reminders(&mut self, province: &str) -> Result<Vec<Reminder>, StoreError> {
        self.sql(
            "SELECT r.id, r.lao, r.at, r.way, r.note, r.account FROM laos l \
             JOIN reminders r ON r.lao = l.no WHERE l.province = ",
        )
        .arg(province.to_owned())
        .push(" ORDER BY r.at, r.id")
        .rows(self.db())
        .await?
        .iter()
        .map(|row| {
            Ok(Reminder {
                id: row.id(0)?,
                lao: row.int(1)?,
                at: row.int(2)?,
                way: row.text(3)?,
                note: row.text(4)?,
                account: row.id(5)?,
            })
        })
        .collect()
    }
}

impl Write {
    /// Notes since when an account's phone could not send something; none where
    /// all is sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_unsent_since(
        &mut self,
        account: Uuid,
        oldest: Option<i64>,
        at: i64,
    ) -> Result<(), StoreError> {
        let sql = match oldest {
            None => self.sql("DELETE FROM unsent WHERE account = ").id(account),
            Some(oldest) => self
                .sql("INSERT INTO unsent (account, oldest, at) VALUES (")
                .id(account)
                .push(", ")
                .arg(oldest)
                .push(", ")
                .arg(at)
                .push(
                    ") ON CONFLICT (account) DO UPDATE SET oldest = excluded.oldest, \
                     at = excluded.at",
                ),
        };
        sql.execute(self.db()).await?;
        Ok(())
    }

    /// Writes a reminder down.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_reminder(&mut self, reminder: &Reminder) -> Result<(), StoreError> {
        self.sql("INSERT INTO reminders (id, lao, at, way, note, account) VALUES (")
            .id(reminder.id)
            .push(", ")
            .arg(reminder.lao)
            .push(", ")
            .arg(reminder.at)
            .push(", ")
            .arg(reminder.way.clone())
            .push(", ")
            .arg(reminder.note.clone())
            .push(", ")
            .id(reminder.account)
            .push(")")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Writes down whom to call at an LAO.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_contact(
        &mut self,
        lao: i64,
        contact: &Contact,
        at: i64,
        account: Uuid,
    ) -> Result<(), StoreError> {
        self.sql("INSERT INTO lao_contacts (lao, person, phone, email, changed, account) VALUES (")
            .arg(lao)
            .push(", ")
            .arg(contact.person.clone())
            .push(", ")
            .arg(contact.phone.clone())
            .push(", ")
            .arg(contact.email.clone())
            .push(", ")
            .arg(at)
            .push(", ")
            .id(account)
            .push(
                ") ON CONFLICT (lao) DO UPDATE SET person = excluded.person, \
                 phone = excluded.phone, email = excluded.email, changed = excluded.changed, \
                 account = excluded.account",
            )
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Takes a due counter off what must be pinned, with the reason, or puts it
    /// back on; false where there is no such counter or it stands so already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_exempt(
        &mut self,
        counter: Uuid,
        reason: Option<&str>,
        at: i64,
        account: Uuid,
    ) -> Result<bool, StoreError> {
        let revision = self.next_revision();
        let changed = self
            .sql("UPDATE counters SET due = ")
            .arg(i64::from(reason.is_none()))
            .push(", revision = ")
            .arg(revision)
            .push(" WHERE due <> ")
            .arg(i64::from(reason.is_none()))
            .push(" AND id = ")
            .id(counter)
            .execute(self.db())
            .await?;
        if changed == 0 {
            return Ok(false);
        }
        self.sql("DELETE FROM exemptions WHERE counter = ")
            .id(counter)
            .execute(self.db())
            .await?;
        if let Some(reason) = reason {
            self.sql("INSERT INTO exemptions (counter, reason, at, account) VALUES (")
                .id(counter)
                .push(", ")
                .arg(reason.to_owned())
                .push(", ")
                .arg(at)
                .push(", ")
                .id(account)
                .push(")")
                .execute(self.db())
                .await?;
        }
        Ok(true)
    }
}
