//! What the registry told: records by kind and key. A reset replaces all of it,
//! and nothing else.

use pakmut_domain::wire::pull::PullAnswer;
use rusqlite::{OptionalExtension, params};
use serde::de::DeserializeOwned;

use super::meta::{self, Cursor, Generation, Resetting};
use super::{Durability, Store, StoreError};

/// How many records [`Store::pulled`] reads at a time.
const PAGE: usize = 500;

/// One record as the registry last told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its key among its kind.
    pub key: String,
    /// Its JSON, byte for byte as it came.
    pub body: String,
}

impl Store {
    /// Takes in one page of a pull: the changes and the cursor, all or nothing.
    /// Where the page is the first of a reset (only that one says so),
    /// everything pulled before ends with the last page of it, so that a person
    /// sees whole data meanwhile; so do the photos that were fetched.
    ///
    /// # Errors
    /// What the disk says; the same page is asked for again then.
    pub fn take_page(&self, page: &PullAnswer) -> Result<(), StoreError> {
        self.write(Durability::Retold, |tx| {
            let mut generation = meta::get::<Generation>(tx)?.map_or(0, |g| g.0);
            let mut resetting = meta::get::<Resetting>(tx)?.is_some_and(|r| r.0);
            if page.reset {
                resetting = true;
                generation += 1;
                meta::put(tx, &Generation(generation))?;
            }
            let mut put = tx.prepare_cached(
                "INSERT INTO pulled (record, key, generation, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (record, key) DO UPDATE
                 SET generation = excluded.generation, body = excluded.body",
            )?;
            let mut gone =
                tx.prepare_cached("DELETE FROM pulled WHERE record = ?1 AND key = ?2")?;
            for change in &page.changes {
                match &change.body {
                    Some(body) => {
                        put.execute(params![change.record, change.key, generation, body.get()])?
                    }
                    None => gone.execute(params![change.record, change.key])?,
                };
            }
            if resetting && !page.more {
                // What the account may see may have changed, and a photo tells not
                // whose it is. Before the rest: where this fails, the page comes again.
                self.forget_shown()?;
                tx.execute("DELETE FROM pulled WHERE generation < ?1", [generation])?;
                resetting = false;
            }
            meta::put(tx, &Resetting(resetting))?;
            meta::put(tx, &Cursor(page.cursor.clone()))
        })
    }

    /// Drops everything that was pulled, to the last byte: whoever uses this
    /// queue may no longer see it. The queue itself stays.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_pulled(&self) -> Result<(), StoreError> {
        self.write(Durability::Full, |tx| {
            // Overwrites what it deletes.
            tx.execute_batch("PRAGMA secure_delete=ON")?;
            tx.execute("DELETE FROM pulled", [])?;
            tx.execute_batch("PRAGMA secure_delete=OFF")?;
            meta::put(tx, &Resetting(false))?;
            meta::remove::<Cursor>(tx)
        })?;
        // The log still has the old pages.
        self.read(|conn| Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?))
    }

    /// One record.
    ///
    /// # Errors
    /// What the disk says.
    pub fn record_of(&self, record: &str, key: &str) -> Result<Option<Record>, StoreError> {
        self.read(|conn| {
            Ok(conn
                .prepare_cached("SELECT key, body FROM pulled WHERE record = ?1 AND key = ?2")?
                .query_row([record, key], |row| {
                    Ok(Record {
                        key: row.get(0)?,
                        body: row.get(1)?,
                    })
                })
                .optional()?)
        })
    }

    /// The records of a kind in the order of their keys, a page at a time:
    /// after a key, or from the start with an empty one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn records_of(
        &self,
        record: &str,
        after: &str,
        most: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.read(|conn| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut query = conn.prepare_cached(
                "SELECT key, body FROM pulled WHERE record = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
            )?;
            let mut rows = query.query(params![record, after, most])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(Record {
                    key: row.get(0)?,
                    body: row.get(1)?,
                });
            }
            Ok(records)
        })
    }

    /// Every record of a kind with its key, read as `T`; one that this version
    /// cannot read is left out.
    ///
    /// # Errors
    /// What the disk says.
    pub fn pulled<T: DeserializeOwned>(
        &self,
        record: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        self.pulled_naming(record, "")
    }

    /// Those of them whose JSON has this text somewhere; the others are not parsed,
    /// since there may be very many of them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn pulled_naming<T: DeserializeOwned>(
        &self,
        record: &str,
        text: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.records_of(record, &after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            after.clone_from(&last.key);
            for record in page.into_iter().filter(|one| one.body.contains(text)) {
                if let Ok(body) = serde_json::from_str(&record.body) {
                    found.push((record.key, body));
                }
            }
        }
    }
}
