//! Zero Copy by LAO, and the counters that answers contradict.

use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::reality::{MIN_SHOWN, Tested};
use uuid::Uuid;

use super::feed::{Scope, lao_in_scope};
use super::review::Of;
use super::sql::Columns;
use super::zero_copy::{COLUMN_COUNT, COLUMNS, ZeroCopyRow, count, pairs, zero_copy};
use super::{Read, StoreError};

/// The progress of one LAO.
#[derive(Debug, Clone)]
pub struct ZeroCopyLao {
    /// Its number.
    pub no: i64,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name_th: String,
    /// Its province's code.
    pub province: String,
    /// Counters in use that have a row; their progress added up.
    pub progress: Progress,
    /// Counters in use that have none: nothing is declared or answered there.
    pub untouched: u32,
    /// Answers that test a declaration at its counters, and those that contradict.
    pub tested: Tested,
}

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
    /// Each LAO of a scope with its progress, by number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_laos(&mut self, scope: &Scope) -> Result<Vec<ZeroCopyLao>, StoreError> {
        // Sums of BIGINT are NUMERIC to PostgreSQL.
        let sums = [
            "pairs_not_offered",
            "pairs_asked",
            "pairs_stopped",
            "pairs_undeclared",
            "pairs_contradicted",
            "pairs_conflict",
            "pairs_kept_unreasoned",
        ]
        .map(|column| format!("CAST(COALESCE(SUM(z.{column}), 0) AS BIGINT)"))
        .join(", ");
        // Counters with too few answers stay out, or the others' could be taken
        // from the sum.
        let answers = ["answers_testing", "answers_contrary"]
            .map(|column| {
                format!(
                    "CAST(COALESCE(SUM(CASE WHEN z.answers_testing >= {MIN_SHOWN} \
                     THEN z.{column} ELSE 0 END), 0) AS BIGINT)"
                )
            })
            .join(", ");
        let sql = self
            .sql(
                "SELECT l.no, l.id, l.name_th, l.province, COUNT(c.id), COUNT(z.counter), \
                 COUNT(CASE WHEN z.verdict = 'unknown' THEN 1 END), \
                 COUNT(CASE WHEN z.verdict = 'contradicted' THEN 1 END), \
                 COUNT(CASE WHEN z.pairs_undeclared = 0 AND z.pairs_not_offered + \
                 z.pairs_asked + z.pairs_stopped > 0 THEN 1 END), ",
            )
            .push(&sums)
            .push(", ")
            .push(&answers)
            .push(
                " FROM laos l LEFT JOIN counters c ON c.lao = l.no AND c.status <> 'closed' \
                 LEFT JOIN zero_copy z ON z.counter = c.id WHERE ",
            );
        lao_in_scope(sql, "l.no", scope)
            .push(" GROUP BY l.no, l.id, l.name_th, l.province ORDER BY l.no")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                let touched = count(row, 5)?;
                Ok(ZeroCopyLao {
                    no: row.int(0)?,
                    id: row.id(1)?,
                    name_th: row.text(2)?,
                    province: row.text(3)?,
                    progress: Progress {
                        counters: touched,
                        counters_unknown: count(row, 6)?,
                        counters_contradicted: count(row, 7)?,
                        counters_complete: count(row, 8)?,
                        ..pairs(row, 9)?
                    },
                    untouched: count(row, 4)?.saturating_sub(touched),
                    tested: Tested {
                        answers: count(row, 16)?,
                        contradicting: count(row, 17)?,
                    },
                })
            })
            .collect()
    }

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
