//! Counters: what they are, and where they stand.

use std::collections::HashMap;

use pakmut_domain::model::{Address, CounterKind, CounterStatus};
use pakmut_domain::resolve::{CounterState, PinStatus};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::sql::{Columns, Dialect, MAX_LIST, Sql, insert_rows};
use super::zero_copy_sums::sum_again;
use super::{Read, StoreError, Write};

/// What a counter is, as the import or its staff say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Whose it is, by [`super::LaoRow::no`].
    pub lao: i64,
    /// Its name in Thai.
    pub name: String,
    /// What it is.
    pub kind: CounterKind,
    /// Whether it serves.
    pub status: CounterStatus,
    /// Where it is, in words.
    pub address: Address,
    /// Whether it must be pinned.
    pub due: bool,
    /// A sample made for a demonstration.
    pub sample: bool,
}

/// A counter as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub definition: Definition,
    /// Where it stands.
    pub state: CounterState,
    /// The grid cell of its shown pin.
    pub cell: Option<i64>,
    /// The day of its shown pin, [`day_of`].
    pub day: Option<i64>,
    /// Its revision.
    pub revision: i64,
}

pub(super) const COLUMNS: &str = "c.id, c.lao, c.name, c.kind, c.status, c.address, c.due, \
     c.sample, c.pin_status, c.shown, c.conflict, c.review, c.verified, c.cell, c.revision, c.shown_day";

/// The day in Bangkok of a moment in milliseconds since 1970 UTC: days since 1970.
pub fn day_of(ms: i64) -> i64 {
    ms.saturating_add(7 * 3_600_000).div_euclid(86_400_000)
}

/// A snake_case name of a unit variant, as serde writes it.
pub(super) fn name_of<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The reverse of [`name_of`].
pub(super) fn of_name<T: DeserializeOwned>(name: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(name))
        .map_err(|_| StoreError::Corrupt("a name that is none of ours"))
}

pub(super) fn counter(row: &AnyRow) -> Result<CounterRow, StoreError> {
    Ok(CounterRow {
        id: row.id(0)?,
        definition: Definition {
            lao: row.int(1)?,
            name: row.text(2)?,
            kind: of_name(row.text(3)?)?,
            status: of_name(row.text(4)?)?,
            address: serde_json::from_str(&row.text(5)?)
                .map_err(|_| StoreError::Corrupt("an address that is no JSON of ours"))?,
            due: row.int(6)? != 0,
            sample: row.int(7)? != 0,
        },
        state: CounterState {
            status: of_name::<PinStatus>(row.text(8)?)?,
            shown: row.opt_id(9)?,
            conflict: row.int(10)? != 0,
            review: row.opt_id(11)?,
            verified: row.opt_id(12)?,
        },
        cell: row.opt_int(13)?,
        revision: row.int(14)?,
        day: row.opt_int(15)?,
    })
}

async fn by_column(
    dialect: Dialect,
    db: &mut AnyConnection,
    ids: &[Uuid],
) -> Result<Vec<CounterRow>, StoreError> {
    let mut found = Vec::new();
    for ids in ids.chunks(MAX_LIST) {
        let rows = Sql::new(dialect, "SELECT ")
            .push(COLUMNS)
            .push(" FROM counters c WHERE c.id IN ")
            .list(ids)
            .rows(db)
            .await?;
        for row in &rows {
            found.push(counter(row)?);
        }
    }
    Ok(found)
}

impl Write {
    /// The counters of these ids, as far as there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters(&mut self, ids: &[Uuid]) -> Result<Vec<CounterRow>, StoreError> {
        by_column(self.dialect, self.db(), ids).await
    }

    /// Stores counters whole, new or anew; whoever is to measure one once more is
    /// told what it is called and where it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_counters(&mut self, counters: &[CounterRow]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO counters (id, lao, name, kind, status, address, due, sample, pin_status, \
             shown, conflict, review, verified, cell, revision, shown_day) VALUES ",
            " ON CONFLICT (id) DO UPDATE SET lao = excluded.lao, name = excluded.name, \
             kind = excluded.kind, status = excluded.status, address = excluded.address, \
             due = excluded.due, sample = excluded.sample, pin_status = excluded.pin_status, \
             shown = excluded.shown, conflict = excluded.conflict, review = excluded.review, \
             verified = excluded.verified, cell = excluded.cell, revision = excluded.revision, \
             shown_day = excluded.shown_day",
            counters,
            |row, counter| {
                let is = &counter.definition;
                row.id(counter.id)
                    .add(is.lao)
                    .add(is.name.clone())
                    .add(name_of(&is.kind))
                    .add(name_of(&is.status))
                    .add(serde_json::to_string(&is.address).unwrap_or_else(|_| "{}".to_owned()))
                    .add(i64::from(is.due))
                    .add(i64::from(is.sample))
                    .add(counter.state.status.as_str().to_owned())
                    .opt_id(counter.state.shown)
                    .add(i64::from(counter.state.conflict))
                    .opt_id(counter.state.review)
                    .opt_id(counter.state.verified)
                    .add(counter.cell)
                    .add(counter.revision)
                    .add(counter.day);
            },
        )
        .await?;
        let ids: Vec<Uuid> = counters.iter().map(|counter| counter.id).collect();
        for check in self.waiting_checks(&ids).await? {
            self.retell_check(check).await?;
        }
        let laos = counters.iter().map(|row| row.definition.lao).collect();
        sum_again(dialect, self.db(), &laos).await
    }

    /// Stores where counters stand; what they are stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_states(&mut self, counters: &[CounterRow]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "UPDATE counters SET pin_status = v.column2, shown = v.column3, \
             conflict = v.column4, review = v.column5, verified = v.column6, cell = v.column7, \
             revision = v.column8, shown_day = v.column9 FROM (VALUES ",
            ") AS v WHERE counters.id = v.column1",
            counters,
            |row, counter| {
                row.id(counter.id)
                    .add(counter.state.status.as_str())
                    .opt_id(counter.state.shown)
                    .add(i64::from(counter.state.conflict))
                    .opt_id(counter.state.review)
                    .opt_id(counter.state.verified)
                    .add(counter.cell)
                    .add(counter.revision)
                    .add(counter.day);
            },
        )
        .await
    }

    /// The ids of an LAO's counters.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counter_ids_of(&mut self, lao: i64) -> Result<Vec<Uuid>, StoreError> {
        self.sql("SELECT id FROM counters WHERE lao = ")
            .arg(lao)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| row.id(0))
            .collect()
    }
}

impl Read {
    /// The counters of these ids, as far as there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters(&mut self, ids: &[Uuid]) -> Result<Vec<CounterRow>, StoreError> {
        by_column(self.dialect, self.db(), ids).await
    }

    /// Whose these counters are: id and LAO, as far as they are known. Cheaper
    /// than [`Read::counters`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counter_laos(&mut self, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT id, lao FROM counters WHERE id IN ")
                .list(ids)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push((row.id(0)?, row.int(1)?));
            }
        }
        Ok(found)
    }

    /// The items in which people said what these counters are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn proposals_of(
        &mut self,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Uuid>>, StoreError> {
        let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for ids in ids.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT subject, id FROM items WHERE kind = 'counter' AND subject IN ")
                .list(ids)
                .push(" ORDER BY id")
                .rows(self.db())
                .await?;
            for row in &rows {
                found.entry(row.id(0)?).or_default().push(row.id(1)?);
            }
        }
        Ok(found)
    }

    /// The counters in use whose shown pin lies in these grid cells.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters_in_cells(
        &mut self,
        cells: &[i64],
    ) -> Result<Vec<CounterRow>, StoreError> {
        let mut found = Vec::new();
        for cells in cells.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT ")
                .push(COLUMNS)
                .push(" FROM counters c WHERE c.status <> 'closed' AND c.cell IN ")
                .numbers(cells)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push(counter(row)?);
            }
        }
        Ok(found)
    }
}
