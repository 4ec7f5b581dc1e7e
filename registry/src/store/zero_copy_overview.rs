//! Zero Copy by counter, and the counters that answers contradict.

use pakmut_domain::zero_copy::reality::MIN_SHOWN;
use uuid::Uuid;

use super::feed::{Scope, lao_in_scope};
use super::review::Of;
use super::sql::Columns;
use super::zero_copy::{COLUMN_COUNT, COLUMNS, ZeroCopyRow, zero_copy};
use super::{Read, StoreError};

/// A counter that answers contradict.
#[derive(Debug, Clone)]
pub struct Contradicted {
    /// Its name.
    pub counter_name: String,
    /// Its LAO's number.
    pub lao: i64,
    /// Its LAO's name.
    pub lao_name: String,
    /// Its province's code.
    pub province: String,
    /// A sample made for a demonstration.
    pub sample: bool,
    /// Where it stands.
    pub row: ZeroCopyRow,
}

/// Counters in use that answers contradict; the fewest that are shown follows.
const CONTRADICTED: &str = " FROM zero_copy z \
     JOIN counters c ON c.id = z.counter JOIN laos l ON l.no = c.lao \
     WHERE z.answers_contrary > 0 AND z.verdict IN ('contradicted', 'doubtful') \
     AND c.status <> 'closed' AND z.answers_testing >= ";

impl Read {
    /// Where the counters in use of a province or an LAO stand; those of which
    /// nothing is declared or answered have no row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_of(&mut self, of: &Of) -> Result<Vec<ZeroCopyRow>, StoreError> {
        let sql = self.sql("SELECT ").push(COLUMNS).push(
            " FROM laos l JOIN counters c ON c.lao = l.no AND c.status <> 'closed' \
             JOIN zero_copy z ON z.counter = c.id WHERE ",
        );
        let sql = match of {
            Of::Province(code) => sql.push("l.province = ").arg(code.clone()),
            Of::Lao(no) => sql.push("l.no = ").arg(*no),
        };
        sql.rows(self.db()).await?.iter().map(zero_copy).collect()
    }

    /// The counters in use of an LAO: id and name, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counters_in_use(&mut self, lao: i64) -> Result<Vec<(Uuid, String)>, StoreError> {
        self.sql("SELECT id, name FROM counters WHERE status <> 'closed' AND lao = ")
            .arg(lao)
            .push(" ORDER BY name, id")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.id(0)?, row.text(1)?)))
            .collect()
    }

    /// How many counters of a scope [`Read::contradicted`] lists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_contradicted(&mut self, scope: &Scope) -> Result<i64, StoreError> {
        let sql = self
            .sql("SELECT COUNT(*)")
            .push(CONTRADICTED)
            .arg(i64::from(MIN_SHOWN))
            .push(" AND ");
        lao_in_scope(sql, "c.lao", scope)
            .row(self.db())
            .await?
            .map_or(Ok(0), |row| row.int(0))
    }

    /// Counters in use of a scope that enough answers contradict, the worst first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn contradicted(
        &mut self,
        scope: &Scope,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Contradicted>, StoreError> {
        let sql = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(", c.name, c.lao, l.name_th, l.province, c.sample")
            .push(CONTRADICTED)
            .arg(i64::from(MIN_SHOWN))
            .push(" AND ");
        lao_in_scope(sql, "c.lao", scope)
            .push(
                " ORDER BY CASE WHEN z.verdict = 'contradicted' THEN 0 ELSE 1 END, \
                 z.answers_contrary * 10000 / z.answers_testing DESC, z.counter LIMIT ",
            )
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(Contradicted {
                    row: zero_copy(row)?,
                    counter_name: row.text(COLUMN_COUNT)?,
                    lao: row.int(COLUMN_COUNT + 1)?,
                    lao_name: row.text(COLUMN_COUNT + 2)?,
                    province: row.text(COLUMN_COUNT + 3)?,
                    sample: row.int(COLUMN_COUNT + 4)? != 0,
                })
            })
            .collect()
    }
}
