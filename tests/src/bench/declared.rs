//! Where Zero Copy stands at the counters, for the benchmark of the pages.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::push::said;

/// Pairs of service and document in the catalogue that a fresh registry has.
const PAIRS: i64 = 118;

/// Writes where Zero Copy stands at four in five counters, as declarations and
/// answers leave it: in bulk, since what is measured is reading. One in fifty is
/// contradicted, one in a hundred has answers too few to be shown.
///
/// # Errors
/// What failed, in words.
pub fn declare(database: &Path) -> Result<usize, String> {
    let mut db = Connection::open(database).map_err(said)?;
    // The registry has the file open and may be writing.
    db.busy_timeout(Duration::from_secs(60)).map_err(said)?;
    let counters: Vec<Vec<u8>> = db
        .prepare("SELECT id FROM counters ORDER BY id")
        .and_then(|mut all| all.query_map([], |row| row.get(0))?.collect())
        .map_err(said)?;
    let tx = db.transaction().map_err(said)?;
    let mut written = 0;
    {
        let mut insert = tx
            .prepare(
                "INSERT INTO zero_copy (counter, catalogue, verdict, answers, answers_asked, \
                 answers_testing, answers_contrary, answers_unlisted, pairs_not_offered, \
                 pairs_asked, pairs_stopped, pairs_undeclared, pairs_contradicted, \
                 pairs_conflict, pairs_kept_unreasoned) \
                 VALUES (?1, 1, ?2, ?3, ?4, ?3, ?4, 0, 20, ?5, ?6, ?7, ?8, 0, 0)",
            )
            .map_err(said)?;
        for (id, n) in counters.iter().zip(0_i64..) {
            if n % 5 == 0 {
                continue;
            }
            let (verdict, answers, contrary) = match n % 100 {
                1 | 51 => ("contradicted", 30, 12),
                2 => ("untested", 3, 1),
                k if k % 2 == 0 => ("confirmed", 40, 0),
                _ => ("untested", 0, 0),
            };
            let undeclared = n % 40;
            let stopped = 30 + n % 20;
            let asked = PAIRS - 20 - undeclared - stopped;
            let contradicted = i64::from(contrary > 1);
            insert
                .execute(params![
                    id,
                    verdict,
                    answers,
                    contrary,
                    asked,
                    stopped,
                    undeclared,
                    contradicted
                ])
                .map_err(said)?;
            written += 1;
        }
    }
    // Added up as the registry does in the same transaction.
    tx.execute_batch(
        "UPDATE zero_copy_sums SET \
         (touched, unknown, contradicted, complete, pairs_not_offered, pairs_asked, \
          pairs_stopped, pairs_undeclared, pairs_contradicted, answers_testing, \
          answers_contrary) = \
         (SELECT COUNT(z.counter), COUNT(CASE WHEN z.verdict = 'unknown' THEN 1 END), \
          COUNT(CASE WHEN z.verdict = 'contradicted' THEN 1 END), \
          COUNT(CASE WHEN z.pairs_undeclared = 0 THEN 1 END), \
          COALESCE(SUM(z.pairs_not_offered), 0), COALESCE(SUM(z.pairs_asked), 0), \
          COALESCE(SUM(z.pairs_stopped), 0), COALESCE(SUM(z.pairs_undeclared), 0), \
          COALESCE(SUM(z.pairs_contradicted), 0), \
          COALESCE(SUM(CASE WHEN z.answers_testing >= 5 THEN z.answers_testing END), 0), \
          COALESCE(SUM(CASE WHEN z.answers_testing >= 5 THEN z.answers_contrary END), 0) \
          FROM counters c JOIN zero_copy z ON z.counter = c.id \
          WHERE c.lao = zero_copy_sums.lao AND c.status <> 'closed')",
    )
    .map_err(said)?;
    tx.commit().map_err(said)?;
    Ok(written)
}
