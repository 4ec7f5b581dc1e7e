//! What is in the queue, as screens list and count it.

use pakmut_domain::wire::Saved;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::item::{COLUMNS, Item, State, in_order, view_item};
use super::{Store, StoreError};

/// How many items stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not yet at the registry.
    pub pending: u64,
    /// At the registry.
    pub sent: u64,
    /// Refused, for a person to look at.
    pub wedged: u64,
    /// Discarded or mended by a person.
    pub discarded: u64,
}

impl Store {
    /// The items of a kind that are pending or sent, in the order of saving:
    /// what the registry holds, or will.
    ///
    /// # Errors
    /// What the disk says.
    pub fn items_of_kind(&self, kind: &str) -> Result<Vec<Item>, StoreError> {
        self.of_kind(kind, "0, 1")
    }

    /// Those, and the ones that the registry refused and that wait for a person, in
    /// the order of saving.
    ///
    /// # Errors
    /// What the disk says.
    pub fn kept_of_kind(&self, kind: &str) -> Result<Vec<Item>, StoreError> {
        self.of_kind(kind, "0, 1, 2")
    }

    /// Whether any item of a kind is not yet at the registry, wedged ones among them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn has_unsent_of_kind(&self, kind: &str) -> Result<bool, StoreError> {
        self.read(|conn| {
            // Each half is that of a partial index.
            let mut query = conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM items WHERE state = 0 AND kind = ?1)
                     OR EXISTS (SELECT 1 FROM items WHERE state = 2 AND kind = ?1)",
            )?;
            Ok(query.query_row([kind], |row| row.get(0))?)
        })
    }

    fn of_kind(&self, kind: &str, states: &str) -> Result<Vec<Item>, StoreError> {
        self.read(|conn| {
            let mut query = conn.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM items WHERE state IN ({states}) AND kind = ?1 ORDER BY seq"
            ))?;
            let mut rows = query.query([kind])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                items.push(view_item(row)?);
            }
            Ok(items)
        })
    }

    /// How many items stand where.
    ///
    /// # Errors
    /// What the disk says.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.read(|conn| {
            let count = |sql: &str| -> Result<u64, StoreError> {
                let n: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
                Ok(u64::try_from(n).unwrap_or(0))
            };
            Ok(Counts {
                pending: count("SELECT count(*) FROM items WHERE state = 0")?,
                sent: count("SELECT count(*) FROM items WHERE state IN (1, 3) AND state = 1")?,
                wedged: count("SELECT count(*) FROM items WHERE state = 2")?,
                discarded: count("SELECT count(*) FROM items WHERE state IN (1, 3) AND state = 3")?,
            })
        })
    }

    /// When the oldest item that is not yet at the registry was saved, wedged
    /// ones among them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn oldest_unsent(&self) -> Result<Option<Saved>, StoreError> {
        self.read(|conn| {
            let saved = conn
                .prepare_cached(
                    "SELECT wall, mono, boot, skew, gnss FROM items WHERE seq = (
                        SELECT min(seq) FROM (
                            SELECT min(seq) AS seq FROM items WHERE state = 0
                            UNION ALL
                            SELECT min(seq) FROM items WHERE state = 2))",
                )?
                .query_row([], |row| {
                    Ok(Saved {
                        wall: row.get(0)?,
                        mono: row.get(1)?,
                        boot: row.get(2)?,
                        offset: row.get(3)?,
                        gnss: row.get(4)?,
                    })
                })
                .optional()?;
            Ok(saved)
        })
    }

    /// A page of the queue in the order of saving: after a place, of one state
    /// or of all.
    ///
    /// # Errors
    /// What the disk says.
    pub fn items(
        &self,
        state: Option<State>,
        after: i64,
        most: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let condition = match state {
            None => "",
            Some(State::Pending) => "AND state = 0",
            Some(State::Sent) => "AND state = 1",
            Some(State::Wedged) => "AND state = 2",
            Some(State::Discarded) => "AND state = 3",
        };
        self.read(|conn| {
            let mut query = conn.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM items WHERE seq > ?1 {condition} ORDER BY seq LIMIT ?2"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = query.query(params![after, most])?;
            let mut items = Vec::new();
            let mut before = after;
            while let Some(row) = rows.next()? {
                before = in_order(row, before)?;
                items.push(view_item(row)?);
            }
            Ok(items)
        })
    }

    /// The newest items of one state, the newest first, at most so many.
    ///
    /// # Errors
    /// What the disk says.
    pub fn newest(&self, state: State, most: usize) -> Result<Vec<Item>, StoreError> {
        // Each condition is that of a partial index.
        let condition = match state {
            State::Pending => "state = 0",
            State::Wedged => "state = 2",
            State::Sent => "state IN (1, 3) AND state = 1",
            State::Discarded => "state IN (1, 3) AND state = 3",
        };
        self.read(|conn| {
            let mut query = conn.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM items WHERE {condition} ORDER BY seq DESC LIMIT ?1"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = query.query([most])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                items.push(view_item(row)?);
            }
            Ok(items)
        })
    }

    /// One item. Reads through the file, wedged items apart: for a person who
    /// looks at one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn item(&self, id: Uuid) -> Result<Option<Item>, StoreError> {
        self.read(|conn| find(conn, id))
    }
}

/// One item, wherever it stands.
pub(super) fn find(conn: &Connection, id: Uuid) -> Result<Option<Item>, StoreError> {
    for condition in ["state = 2 AND id = ?1", "id = ?1 LIMIT 1"] {
        let mut query =
            conn.prepare_cached(&format!("SELECT {COLUMNS} FROM items WHERE {condition}"))?;
        let mut rows = query.query([id])?;
        if let Some(row) = rows.next()? {
            return Ok(Some(view_item(row)?));
        }
    }
    Ok(None)
}
