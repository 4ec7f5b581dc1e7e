//! Zero Copy's tables: catalogues, LAOs' additions, tallied answers, and where
//! each counter stands.

use std::collections::{BTreeSet, HashMap, HashSet};

use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::reality::{CopyAnswers, Tested, Verdict};
use pakmut_domain::zero_copy::{Catalogue, OwnService};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::counters::{name_of, of_name};
use super::feed::{Scope, lao_in_scope};
use super::items::{Fact, declarations};
use super::sql::{Columns, Dialect, MAX_LIST, Sql, insert_rows};
use super::zero_copy_sums::sum_again;
use super::{Read, StoreError, Write};

/// Where one counter stands, as computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeroCopyRow {
    /// The counter.
    pub counter: Uuid,
    /// The version of the national catalogue that it was computed with.
    pub catalogue: u32,
    /// What it comes to.
    pub verdict: Verdict,
    /// Answers to the survey's question.
    pub answers: u32,
    /// Those that say that a copy was asked for.
    pub asked: u32,
    /// Those that test a declaration, and those that contradict it.
    pub tested: Tested,
    /// Those that name a document beyond the catalogue.
    pub unlisted: u32,
    /// Its pairs.
    pub progress: Progress,
}

pub(super) const COLUMNS: &str = "z.counter, z.catalogue, z.verdict, z.answers, z.answers_asked, \
     z.answers_testing, z.answers_contrary, z.answers_unlisted, z.pairs_not_offered, \
     z.pairs_asked, z.pairs_stopped, z.pairs_undeclared, z.pairs_contradicted, \
     z.pairs_conflict, z.pairs_kept_unreasoned";

/// How many columns [`COLUMNS`] has.
pub(super) const COLUMN_COUNT: usize = 15;

pub(super) fn count(row: &AnyRow, place: usize) -> Result<u32, StoreError> {
    u32::try_from(row.int(place)?).map_err(|_| StoreError::Corrupt("a count out of range"))
}

fn count64(row: &AnyRow, place: usize) -> Result<u64, StoreError> {
    u64::try_from(row.int(place)?).map_err(|_| StoreError::Corrupt("a count out of range"))
}

/// The seven counts of pairs from `from` on.
pub(super) fn pairs(row: &AnyRow, from: usize) -> Result<Progress, StoreError> {
    let (asked, stopped) = (count64(row, from + 1)?, count64(row, from + 2)?);
    let undeclared = count64(row, from + 3)?;
    Ok(Progress {
        due: asked + stopped + undeclared,
        not_offered: count64(row, from)?,
        asked,
        stopped,
        undeclared,
        contradicted: count64(row, from + 4)?,
        conflicts: count64(row, from + 5)?,
        kept_without_reason: count64(row, from + 6)?,
        ..Progress::default()
    })
}

pub(super) fn zero_copy(row: &AnyRow) -> Result<ZeroCopyRow, StoreError> {
    let verdict: Verdict = of_name(row.text(2)?)?;
    let mut progress = pairs(row, 8)?;
    let something = progress.due + progress.not_offered > 0;
    progress.counters = 1;
    progress.counters_unknown = u32::from(verdict == Verdict::Unknown);
    progress.counters_contradicted = u32::from(verdict == Verdict::Contradicted);
    progress.counters_complete = u32::from(something && progress.undeclared == 0);
    Ok(ZeroCopyRow {
        counter: row.id(0)?,
        catalogue: count(row, 1)?,
        verdict,
        answers: count(row, 3)?,
        asked: count(row, 4)?,
        tested: Tested {
            answers: count(row, 5)?,
            contradicting: count(row, 6)?,
        },
        unlisted: count(row, 7)?,
        progress,
    })
}

async fn copy_answers(
    dialect: Dialect,
    db: &mut AnyConnection,
    counters: &[Uuid],
) -> Result<HashMap<Uuid, Vec<CopyAnswers>>, StoreError> {
    let mut found: HashMap<Uuid, Vec<CopyAnswers>> = HashMap::new();
    let corrupt = || StoreError::Corrupt("a tally that is not ours");
    for ids in counters.chunks(MAX_LIST) {
        let rows = Sql::new(
            dialect,
            "SELECT counter, day, service, asked, documents, proxy, count FROM copy_answers \
             WHERE counter IN ",
        )
        .list(ids)
        .rows(db)
        .await?;
        for row in &rows {
            let service = row.text(2)?;
            let documents: Result<BTreeSet<_>, _> = row
                .text(4)?
                .split_ascii_whitespace()
                .map(str::parse)
                .collect();
            found.entry(row.id(0)?).or_default().push(CopyAnswers {
                service: (!service.is_empty())
                    .then(|| service.parse())
                    .transpose()
                    .map_err(|_| corrupt())?,
                asked: row.int(3)? != 0,
                documents: documents.map_err(|_| corrupt())?,
                proxy: row.int(5)? != 0,
                day: row.text(1)?.parse().map_err(|_| corrupt())?,
                count: count(row, 6)?,
            });
        }
    }
    Ok(found)
}

async fn catalogues(
    dialect: Dialect,
    db: &mut AnyConnection,
) -> Result<Vec<Catalogue>, StoreError> {
    Sql::new(dialect, "SELECT body FROM catalogues ORDER BY version")
        .rows(db)
        .await?
        .iter()
        .map(|row| {
            serde_json::from_str(&row.text(0)?)
                .map_err(|_| StoreError::Corrupt("a catalogue that is not ours"))
        })
        .collect()
}

async fn own_services(
    dialect: Dialect,
    db: &mut AnyConnection,
    scope: &Scope,
) -> Result<Vec<(i64, OwnService)>, StoreError> {
    let sql = Sql::new(dialect, "SELECT o.lao, o.body FROM own_services o WHERE ");
    lao_in_scope(sql, "o.lao", scope)
        .push(" ORDER BY o.lao, o.service")
        .rows(db)
        .await?
        .iter()
        .map(|row| {
            let body = serde_json::from_str(&row.text(1)?);
            let own = body.map_err(|_| StoreError::Corrupt("an addition that is not ours"))?;
            Ok((row.int(0)?, own))
        })
        .collect()
}

impl Write {
    /// Publishes a national catalogue under the next version, which it returns,
    /// and tells the phones.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn publish_catalogue(
        &mut self,
        catalogue: &Catalogue,
        now_ms: i64,
    ) -> Result<u32, StoreError> {
        let row = self
            .sql("SELECT COALESCE(MAX(version), 0) FROM catalogues")
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no count where one was asked for"))?;
        let version = count(&row, 0)? + 1;
        let catalogue = Catalogue {
            version,
            ..catalogue.clone()
        };
        let body = serde_json::to_string(&catalogue)
            .map_err(|_| StoreError::Corrupt("a catalogue that is no JSON"))?;
        self.sql("INSERT INTO catalogues (version, published_ms, body) VALUES (")
            .arg(i64::from(version))
            .push(", ")
            .arg(now_ms)
            .push(", ")
            .arg(body.clone())
            .push(")")
            .execute(self.db())
            .await?;
        self.put_document("catalogue", "national", "country", Some(body))
            .await?;
        self.touch_reference().await?;
        Ok(version)
    }

    /// Counters whose standing was computed with an older catalogue than this,
    /// with their LAOs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_behind(
        &mut self,
        catalogue: u32,
        limit: usize,
    ) -> Result<Vec<(Uuid, i64)>, StoreError> {
        self.sql(
            "SELECT z.counter, c.lao FROM zero_copy z JOIN counters c ON c.id = z.counter \
             WHERE z.catalogue < ",
        )
        .arg(i64::from(catalogue))
        .push(" ORDER BY z.catalogue LIMIT ")
        .arg(limit as i64)
        .rows(self.db())
        .await?
        .iter()
        .map(|row| Ok((row.id(0)?, row.int(1)?)))
        .collect()
    }

    /// The counters of an LAO of which anything is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy_counters_of(&mut self, lao: i64) -> Result<Vec<Uuid>, StoreError> {
        self.sql(
            "SELECT z.counter FROM zero_copy z JOIN counters c ON c.id = z.counter \
             WHERE c.lao = ",
        )
        .arg(lao)
        .rows(self.db())
        .await?
        .iter()
        .map(|row| row.id(0))
        .collect()
    }

    /// Every national catalogue that was published, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn catalogues(&mut self) -> Result<Vec<Catalogue>, StoreError> {
        catalogues(self.dialect, self.db()).await
    }

    /// The declarations about these counters, payloads included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn declarations(&mut self, counters: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        declarations(self.dialect, self.db(), counters).await
    }

    /// The standing additions in a scope, each with its LAO's number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_services(
        &mut self,
        scope: &Scope,
    ) -> Result<Vec<(i64, OwnService)>, StoreError> {
        own_services(self.dialect, self.db(), scope).await
    }

    /// Stores what stands of an LAO's addition.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_own_service(
        &mut self,
        lao: i64,
        own: &OwnService,
        conflict: bool,
    ) -> Result<(), StoreError> {
        let body = serde_json::to_string(own)
            .map_err(|_| StoreError::Corrupt("an addition that is no JSON"))?;
        self.sql("INSERT INTO own_services (lao, service, conflict, body) VALUES (")
            .arg(lao)
            .push(", ")
            .arg(own.service.code.to_string())
            .push(", ")
            .arg(i64::from(conflict))
            .push(", ")
            .arg(body)
            .push(
                ") ON CONFLICT (lao, service) DO UPDATE SET conflict = excluded.conflict, \
                 body = excluded.body",
            )
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Hands an LAO's additions to its successor, whose own of the same service
    /// stand, and leaves the successor's counters to be reckoned anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hand_over_zero_copy(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        self.sql("UPDATE own_services SET lao = ")
            .arg(to)
            .push(" WHERE lao = ")
            .arg(from)
            .push(" AND service NOT IN (SELECT service FROM own_services WHERE lao = ")
            .arg(to)
            .push(")")
            .execute(self.db())
            .await?;
        self.sql(
            "UPDATE zero_copy SET catalogue = 0 WHERE counter IN \
             (SELECT id FROM counters WHERE lao = ",
        )
        .arg(to)
        .push(")")
        .execute(self.db())
        .await?;
        let dialect = self.dialect;
        sum_again(dialect, self.db(), &HashSet::from([from, to])).await
    }

    /// Tallies answers of the survey at a counter.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_copy_answers(
        &mut self,
        counter: Uuid,
        answers: &CopyAnswers,
    ) -> Result<(), StoreError> {
        let documents: Vec<&str> = answers.documents.iter().map(|d| d.as_str()).collect();
        let service = answers.service.as_ref().map_or("", |s| s.as_str());
        self.sql(
            "INSERT INTO copy_answers (counter, day, service, asked, documents, proxy, count) \
             VALUES (",
        )
        .id(counter)
        .push(", ")
        .arg(answers.day.to_string())
        .push(", ")
        .arg(service.to_owned())
        .push(", ")
        .arg(i64::from(answers.asked))
        .push(", ")
        .arg(documents.join(" "))
        .push(", ")
        .arg(i64::from(answers.proxy))
        .push(", ")
        .arg(i64::from(answers.count))
        .push(
            ") ON CONFLICT (counter, day, service, asked, documents, proxy) \
             DO UPDATE SET count = copy_answers.count + excluded.count",
        )
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The tallied answers at these counters.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn copy_answers(
        &mut self,
        counters: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<CopyAnswers>>, StoreError> {
        copy_answers(self.dialect, self.db(), counters).await
    }

    /// Stores where counters stand, new or anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_zero_copy(&mut self, rows: &[ZeroCopyRow]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO zero_copy (counter, catalogue, verdict, answers, answers_asked, \
             answers_testing, answers_contrary, answers_unlisted, pairs_not_offered, pairs_asked, \
             pairs_stopped, pairs_undeclared, pairs_contradicted, pairs_conflict, \
             pairs_kept_unreasoned) VALUES ",
            " ON CONFLICT (counter) DO UPDATE SET catalogue = excluded.catalogue, \
             verdict = excluded.verdict, answers = excluded.answers, \
             answers_asked = excluded.answers_asked, answers_testing = excluded.answers_testing, \
             answers_contrary = excluded.answers_contrary, \
             answers_unlisted = excluded.answers_unlisted, \
             pairs_not_offered = excluded.pairs_not_offered, pairs_asked = excluded.pairs_asked, \
             pairs_stopped = excluded.pairs_stopped, \
             pairs_undeclared = excluded.pairs_undeclared, \
             pairs_contradicted = excluded.pairs_contradicted, \
             pairs_conflict = excluded.pairs_conflict, \
             pairs_kept_unreasoned = excluded.pairs_kept_unreasoned",
            rows,
            |row, of| {
                let pairs = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
                row.id(of.counter)
                    .add(i64::from(of.catalogue))
                    .add(name_of(&of.verdict))
                    .add(i64::from(of.answers))
                    .add(i64::from(of.asked))
                    .add(i64::from(of.tested.answers))
                    .add(i64::from(of.tested.contradicting))
                    .add(i64::from(of.unlisted))
                    .add(pairs(of.progress.not_offered))
                    .add(pairs(of.progress.asked))
                    .add(pairs(of.progress.stopped))
                    .add(pairs(of.progress.undeclared))
                    .add(pairs(of.progress.contradicted))
                    .add(pairs(of.progress.conflicts))
                    .add(pairs(of.progress.kept_without_reason));
            },
        )
        .await?;
        let counters: Vec<Uuid> = rows.iter().map(|row| row.counter).collect();
        let mut laos = HashSet::new();
        for counters in counters.chunks(MAX_LIST) {
            let found = self
                .sql("SELECT DISTINCT lao FROM counters WHERE id IN ")
                .list(counters)
                .rows(self.db())
                .await?;
            for row in &found {
                laos.insert(row.int(0)?);
            }
        }
        sum_again(dialect, self.db(), &laos).await
    }
}

impl Read {
    /// Every national catalogue that was published, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn catalogues(&mut self) -> Result<Vec<Catalogue>, StoreError> {
        catalogues(self.dialect, self.db()).await
    }

    /// The declarations about these counters, payloads included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn declarations(&mut self, counters: &[Uuid]) -> Result<Vec<Fact>, StoreError> {
        declarations(self.dialect, self.db(), counters).await
    }

    /// The payload of a declaration of the scope.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn declaration_in(
        &mut self,
        id: Uuid,
        scope: &Scope,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = self
            .sql("SELECT i.payload FROM items i WHERE i.kind = 'declaration' AND i.id = ")
            .id(id)
            .push(" AND ");
        let row = lao_in_scope(sql, "i.lao", scope).row(self.db()).await?;
        row.map(|row| row.bytes(0)).transpose()
    }

    /// The standing additions in a scope, each with its LAO's number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_services(
        &mut self,
        scope: &Scope,
    ) -> Result<Vec<(i64, OwnService)>, StoreError> {
        own_services(self.dialect, self.db(), scope).await
    }

    /// The tallied answers at these counters.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn copy_answers(
        &mut self,
        counters: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<CopyAnswers>>, StoreError> {
        copy_answers(self.dialect, self.db(), counters).await
    }

    /// Where these counters stand, as far as anything is known of them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn zero_copy(&mut self, counters: &[Uuid]) -> Result<Vec<ZeroCopyRow>, StoreError> {
        let mut found = Vec::new();
        for ids in counters.chunks(MAX_LIST) {
            let rows = self
                .sql("SELECT ")
                .push(COLUMNS)
                .push(" FROM zero_copy z WHERE z.counter IN ")
                .list(ids)
                .rows(self.db())
                .await?;
            for row in &rows {
                found.push(zero_copy(row)?);
            }
        }
        Ok(found)
    }
}
