//! Zero Copy added up by LAO, and by province.

use std::collections::HashSet;

use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::reality::{MIN_SHOWN, Tested};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::feed::{Scope, lao_in_scope};
use super::sql::{Columns, Dialect, MAX_LIST, Sql};
use super::zero_copy::{count, pairs};
use super::{Read, StoreError};

/// The sums of an LAO, of a province or of more.
#[derive(Debug, Clone)]
pub struct ZeroCopySums {
    /// Counters in use of which something is declared or answered.
    pub progress: Progress,
    /// Counters in use of which nothing is.
    pub untouched: u32,
    /// Answers that test a declaration at its counters, and those that contradict.
    pub tested: Tested,
}

/// The sums of one LAO.
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
    /// The sums.
    pub sums: ZeroCopySums,
}

/// The columns that are added up, in the order of the table.
const SUMS: [&str; 14] = [
    "counters",
    "touched",
    "unknown",
    "contradicted",
    "complete",
    "pairs_not_offered",
    "pairs_asked",
    "pairs_stopped",
    "pairs_undeclared",
    "pairs_contradicted",
    "pairs_conflict",
    "pairs_kept_unreasoned",
    "answers_testing",
    "answers_contrary",
];

/// A query for the sums of each LAO from its counters, as far as its condition.
fn counted() -> String {
    let pairs = SUMS[5..12]
        .iter()
        .map(|column| format!("COALESCE(SUM(z.{column}), 0) AS {column}"));
    let answers = SUMS[12..].iter().map(|column| {
        format!(
            "COALESCE(SUM(CASE WHEN z.answers_testing >= {MIN_SHOWN} THEN z.{column} \
             ELSE 0 END), 0) AS {column}"
        )
    });
    let sums: Vec<String> = pairs.chain(answers).collect();
    format!(
        "SELECT c.lao, COUNT(*) AS counters, COUNT(z.counter) AS touched, \
         COUNT(CASE WHEN z.verdict = 'unknown' THEN 1 END) AS unknown, \
         COUNT(CASE WHEN z.verdict = 'contradicted' THEN 1 END) AS contradicted, \
         COUNT(CASE WHEN z.pairs_undeclared = 0 AND z.pairs_not_offered + z.pairs_asked + \
         z.pairs_stopped > 0 THEN 1 END) AS complete, {} \
         FROM counters c LEFT JOIN zero_copy z ON z.counter = c.id WHERE c.status <> 'closed'",
        sums.join(", ")
    )
}

/// Counts the sums of these LAOs anew: whatever writes counters or where Zero
/// Copy stands at them calls this in the same transaction.
pub(super) async fn sum_again(
    dialect: Dialect,
    db: &mut AnyConnection,
    laos: &HashSet<i64>,
) -> Result<(), StoreError> {
    let laos: Vec<i64> = laos.iter().copied().collect();
    for laos in laos.chunks(MAX_LIST) {
        Sql::new(dialect, "DELETE FROM zero_copy_sums WHERE lao IN ")
            .numbers(laos)
            .execute(db)
            .await?;
        let columns = SUMS.join(", ");
        let head = format!(
            "INSERT INTO zero_copy_sums (lao, {columns}) {} AND c.lao IN ",
            counted()
        );
        Sql::new(dialect, &head)
            .numbers(laos)
            .push(" GROUP BY c.lao")
            .execute(db)
            .await?;
    }
    Ok(())
}

/// The sums of a row whose columns begin at a place.
fn sums(row: &AnyRow, from: usize) -> Result<ZeroCopySums, StoreError> {
    let touched = count(row, from + 1)?;
    Ok(ZeroCopySums {
        progress: Progress {
            counters: touched,
            counters_unknown: count(row, from + 2)?,
            counters_contradicted: count(row, from + 3)?,
            counters_complete: count(row, from + 4)?,
            ..pairs(row, from + 5)?
        },
        untouched: count(row, from)?.saturating_sub(touched),
        tested: Tested {
            answers: count(row, from + 12)?,
            contradicting: count(row, from + 13)?,
        },
    })
}

impl Read {
    /// Each LAO of a scope with its sums, by number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_laos(&mut self, scope: &Scope) -> Result<Vec<ZeroCopyLao>, StoreError> {
        let columns = SUMS.map(|column| format!("COALESCE(s.{column}, 0)"));
        let sql = self
            .sql("SELECT l.no, l.id, l.name_th, l.province, ")
            .push(&columns.join(", "))
            .push(" FROM laos l LEFT JOIN zero_copy_sums s ON s.lao = l.no WHERE ");
        lao_in_scope(sql, "l.no", scope)
            .push(" ORDER BY l.no")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| {
                Ok(ZeroCopyLao {
                    no: row.int(0)?,
                    id: row.id(1)?,
                    name_th: row.text(2)?,
                    province: row.text(3)?,
                    sums: sums(row, 4)?,
                })
            })
            .collect()
    }

    /// Each province with its code and its sums.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_provinces(&mut self) -> Result<Vec<(String, ZeroCopySums)>, StoreError> {
        // Sums of BIGINT are NUMERIC to PostgreSQL.
        let columns = SUMS.map(|column| format!("CAST(COALESCE(SUM(s.{column}), 0) AS BIGINT)"));
        self.sql("SELECT l.province, ")
            .push(&columns.join(", "))
            .push(
                " FROM laos l LEFT JOIN zero_copy_sums s ON s.lao = l.no \
                 GROUP BY l.province ORDER BY l.province",
            )
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, sums(row, 1)?)))
            .collect()
    }

    /// Of these LAOs the number, the province's code, and how many counters in
    /// use nothing is declared or answered of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_untouched(
        &mut self,
        laos: &[i64],
    ) -> Result<Vec<(i64, String, u32)>, StoreError> {
        let mut found = Vec::new();
        for laos in laos.chunks(MAX_LIST) {
            let rows = self
                .sql(
                    "SELECT l.no, l.province, s.counters - s.touched FROM laos l \
                     JOIN zero_copy_sums s ON s.lao = l.no WHERE l.no IN ",
                )
                .numbers(laos)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push((row.int(0)?, row.text(1)?, count(row, 2)?));
            }
        }
        Ok(found)
    }

    /// Whether the sums are what the counters come to: how many LAOs they are
    /// wrong for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_sums_wrong(&mut self) -> Result<usize, StoreError> {
        let all = |rows: Vec<AnyRow>| {
            rows.iter()
                .map(|row| (0..=SUMS.len()).map(|at| row.int(at)).collect())
                .collect::<Result<HashSet<Vec<i64>>, StoreError>>()
        };
        let columns = SUMS.join(", ");
        let kept = self
            .sql(&format!("SELECT lao, {columns} FROM zero_copy_sums"))
            .rows(self.db())
            .await?;
        let cast = SUMS.map(|column| format!(", CAST(fresh.{column} AS BIGINT)"));
        let fresh = format!(
            "SELECT fresh.lao{} FROM ({} GROUP BY c.lao) AS fresh",
            cast.concat(),
            counted()
        );
        let fresh = self.sql(&fresh).rows(self.db()).await?;
        let (kept, fresh) = (all(kept)?, all(fresh)?);
        Ok(kept.symmetric_difference(&fresh).count())
    }
}
