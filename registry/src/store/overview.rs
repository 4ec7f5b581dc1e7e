//! How far the work is, as the web page shows it.

use sqlx::any::AnyRow;
use uuid::Uuid;

use super::counters::{COLUMNS, CounterRow, counter};
use super::feed::{Scope, lao_in_scope};
use super::sql::Columns;
use super::{Read, StoreError};

/// How many counters are due, and how far they are. The four parts add up to `counters`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many due counters there are.
    pub counters: i64,
    /// Without a pin.
    pub not_pinned: i64,
    /// With a pin that waits for its review.
    pub waiting: i64,
    /// With an approved pin.
    pub approved: i64,
    /// With a pin that was sent back.
    pub sent_back: i64,
}

/// A province with its progress.
#[derive(Debug, Clone)]
pub struct ProvinceLine {
    /// Its code.
    pub code: String,
    /// Its Thai name.
    pub th: String,
    /// Its English name.
    pub en: String,
    /// How many LAOs it has, its provincial office among them.
    pub laos: i64,
    /// How far they are.
    pub progress: Progress,
}

/// An LAO with its progress.
#[derive(Debug, Clone)]
pub struct LaoLine {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name_th: String,
    /// Its district's Thai name.
    pub district: Option<String>,
    /// How far it is.
    pub progress: Progress,
}

/// A counter with its shown pin.
#[derive(Debug, Clone)]
pub struct CounterLine {
    /// The counter.
    pub counter: CounterRow,
    /// The payload of its shown pin.
    pub pin: Option<Vec<u8>>,
    /// What the registry's checks found about that pin, as JSON.
    pub findings: Option<String>,
}

const PROGRESS: &str = "COUNT(c.id), \
     COUNT(CASE WHEN c.pin_status = 'not_pinned' THEN 1 END), \
     COUNT(CASE WHEN c.pin_status = 'waiting' THEN 1 END), \
     COUNT(CASE WHEN c.pin_status = 'approved' THEN 1 END), \
     COUNT(CASE WHEN c.pin_status = 'sent_back' THEN 1 END)";

/// Counters that count: due and not closed.
const DUE: &str = "c.due = 1 AND c.status <> 'closed'";

fn progress(row: &AnyRow, from: usize) -> Result<Progress, StoreError> {
    Ok(Progress {
        counters: row.int(from)?,
        not_pinned: row.int(from + 1)?,
        waiting: row.int(from + 2)?,
        approved: row.int(from + 3)?,
        sent_back: row.int(from + 4)?,
    })
}

impl Read {
    /// How far a scope is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn progress(&mut self, scope: &Scope) -> Result<Progress, StoreError> {
        let sql = self
            .sql("SELECT ")
            .push(PROGRESS)
            .push(" FROM counters c WHERE ")
            .push(DUE)
            .push(" AND ");
        let row = lao_in_scope(sql, "c.lao", scope)
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no count where one was asked for"))?;
        progress(&row, 0)
    }

    /// All provinces that have LAOs in the scope, by their codes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provinces(&mut self, scope: &Scope) -> Result<Vec<ProvinceLine>, StoreError> {
        let sql = self.sql("SELECT l.province, MIN(COALESCE(a.th, '')), MIN(COALESCE(a.en, '')), COUNT(DISTINCT l.no), ")
            .push(PROGRESS)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.province LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(DUE)
            .push(" WHERE ");
        lao_in_scope(sql, "l.no", scope)
            .push(" GROUP BY l.province ORDER BY l.province")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(ProvinceLine {
                    code: row.text(0)?,
                    th: row.text(1)?,
                    en: row.text(2)?,
                    laos: row.int(3)?,
                    progress: progress(row, 4)?,
                })
            })
            .collect()
    }

    /// A page of a province's LAOs that lie in the scope.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn laos_of(
        &mut self,
        province: &str,
        scope: &Scope,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<LaoLine>, StoreError> {
        let sql = self.sql("SELECT l.id, l.name_th, MIN(a.th), ")
            .push(PROGRESS)
            .push(" FROM laos l LEFT JOIN areas a ON a.code = l.district LEFT JOIN counters c ON c.lao = l.no AND ")
            .push(DUE)
            .push(" WHERE l.province = ")
            .arg(province.to_owned())
            .push(" AND ");
        lao_in_scope(sql, "l.no", scope)
            .push(" GROUP BY l.no, l.id, l.name_th, l.district ORDER BY COALESCE(l.district, ''), l.no LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(LaoLine {
                    id: row.id(0)?,
                    name_th: row.text(1)?,
                    district: row.opt_text(2)?,
                    progress: progress(row, 3)?,
                })
            })
            .collect()
    }

    /// A page of an LAO's counters, each with its shown pin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters_of(
        &mut self,
        lao: i64,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<CounterLine>, StoreError> {
        self.sql("SELECT ")
            .push(COLUMNS)
            .push(", i.payload, i.findings FROM counters c LEFT JOIN items i ON i.id = c.shown WHERE c.lao = ")
            .arg(lao)
            .push(" ORDER BY c.due DESC, c.id LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(CounterLine {
                    counter: counter(row)?,
                    pin: row.opt_bytes(15)?,
                    findings: row.opt_text(16)?,
                })
            })
            .collect()
    }
}
