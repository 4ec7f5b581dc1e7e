//! LAOs with their codes and successors.

use std::collections::HashMap;

use pakmut_domain::model::{Lao, LaoCode, LaoType};
use pakmut_domain::wire::pull::record;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::counters::{name_of, of_name};
use super::feed::{Scope, lao_in_scope};
use super::sql::{Columns, Dialect, MAX_LIST, Sql, insert_rows};
use super::{Read, StoreError, Write};

/// An LAO as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaoRow {
    /// The registry's own short number for it.
    pub no: i64,
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub lao_type: LaoType,
    /// Its full name in Thai.
    pub name_th: String,
    /// Province code.
    pub province: String,
    /// District code.
    pub district: Option<String>,
    /// Whether its staff declared its list of counters complete.
    pub roster_complete: bool,
    /// Its revision.
    pub revision: i64,
}

/// A code of an LAO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// The LAO's number.
    pub lao: i64,
    /// The code.
    pub code: String,
    /// First day of its validity, where known.
    pub from: Option<String>,
    /// Last day; none while valid.
    pub to: Option<String>,
}

pub(super) const COLUMNS: &str =
    "l.no, l.id, l.type, l.name_th, l.province, l.district, l.roster_complete, l.revision";

pub(super) fn lao(row: &AnyRow) -> Result<LaoRow, StoreError> {
    Ok(LaoRow {
        no: row.int(0)?,
        id: row.id(1)?,
        lao_type: of_name(row.text(2)?)?,
        name_th: row.text(3)?,
        province: row.text(4)?,
        district: row.opt_text(5)?,
        roster_complete: row.int(6)? != 0,
        revision: row.int(7)?,
    })
}

fn code(row: &AnyRow) -> Result<CodeRow, StoreError> {
    Ok(CodeRow {
        lao: row.int(0)?,
        code: row.text(1)?,
        from: Some(row.text(2)?).filter(|from| !from.is_empty()),
        to: row.opt_text(3)?,
    })
}

const CODES: &str = "SELECT lao, code, valid_from, valid_to FROM lao_codes";

async fn all(dialect: Dialect, db: &mut AnyConnection) -> Result<Vec<LaoRow>, StoreError> {
    Sql::new(dialect, "SELECT ")
        .push(COLUMNS)
        .push(" FROM laos l ORDER BY l.no")
        .rows(db)
        .await?
        .iter()
        .map(lao)
        .collect()
}

impl Read {
    /// All LAOs, by their numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_laos(&mut self) -> Result<Vec<LaoRow>, StoreError> {
        all(self.dialect, self.db()).await
    }

    /// One LAO.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lao_by_no(&mut self, no: i64) -> Result<Option<LaoRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM laos l WHERE l.no = ")
            .arg(no)
            .row(self.db())
            .await?;
        row.as_ref().map(lao).transpose()
    }

    /// One LAO by its id, where it lies in the scope.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lao_in(&mut self, id: Uuid, scope: &Scope) -> Result<Option<LaoRow>, StoreError> {
        let sql = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM laos l WHERE l.id = ")
            .id(id)
            .push(" AND ");
        let row = lao_in_scope(sql, "l.no", scope).row(self.db()).await?;
        row.as_ref().map(lao).transpose()
    }

    /// The department's office in a province.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provincial_office(
        &mut self,
        province: &str,
    ) -> Result<Option<LaoRow>, StoreError> {
        let row = self
            .sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM laos l WHERE l.type = 'provincial_office' AND l.province = ")
            .arg(province.to_owned())
            .row(self.db())
            .await?;
        row.as_ref().map(lao).transpose()
    }

    /// The LAOs as they go over the wire, with their codes and successors.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn describe_laos(&mut self, rows: &[LaoRow]) -> Result<Vec<Lao>, StoreError> {
        let mut codes: HashMap<i64, Vec<LaoCode>> = HashMap::new();
        let mut successors: HashMap<i64, Vec<Uuid>> = HashMap::new();
        let numbers: Vec<i64> = rows.iter().map(|row| row.no).collect();
        for numbers in numbers.chunks(MAX_LIST) {
            let found = self
                .sql(CODES)
                .push(" WHERE lao IN ")
                .numbers(numbers)
                // Those that ended first: the current one is the last.
                .push(" ORDER BY lao, CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END, valid_to, code")
                .rows(self.db())
                .await?;
            for row in &found {
                let CodeRow {
                    lao,
                    code,
                    from,
                    to,
                } = code(row)?;
                codes
                    .entry(lao)
                    .or_default()
                    .push(LaoCode { code, from, to });
            }
            let found = self
                .sql("SELECT s.lao, l.id FROM lao_successors s JOIN laos l ON l.no = s.successor WHERE s.lao IN ")
                .numbers(numbers)
                .push(" ORDER BY s.lao, s.successor")
                .rows(self.db())
                .await?;
            for row in &found {
                successors.entry(row.int(0)?).or_default().push(row.id(1)?);
            }
        }
        Ok(rows
            .iter()
            .map(|row| Lao {
                id: row.id,
                codes: codes.remove(&row.no).unwrap_or_default(),
                lao_type: row.lao_type,
                name_th: row.name_th.clone(),
                province: row.province.clone(),
                district: row.district.clone(),
                successor_ids: successors.remove(&row.no).unwrap_or_default(),
            })
            .collect())
    }
}

impl Write {
    /// All LAOs, by their numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_laos(&mut self) -> Result<Vec<LaoRow>, StoreError> {
        all(self.dialect, self.db()).await
    }

    /// All codes that ever were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_codes(&mut self) -> Result<Vec<CodeRow>, StoreError> {
        self.sql(CODES)
            .rows(self.db())
            .await?
            .iter()
            .map(code)
            .collect()
    }

    /// Stores LAOs, new or anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_laos(&mut self, laos: &[LaoRow]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO laos (no, id, type, name_th, province, district, roster_complete, \
             revision) VALUES ",
            " ON CONFLICT (no) DO UPDATE SET type = excluded.type, name_th = excluded.name_th, \
             province = excluded.province, district = excluded.district, \
             roster_complete = excluded.roster_complete, revision = excluded.revision",
            laos,
            |row, lao| {
                row.add(lao.no)
                    .id(lao.id)
                    .add(name_of(&lao.lao_type))
                    .add(lao.name_th.clone())
                    .add(lao.province.clone())
                    .add(lao.district.clone())
                    .add(i64::from(lao.roster_complete))
                    .add(lao.revision);
            },
        )
        .await
    }

    /// Stores codes, new or with another end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_codes(&mut self, codes: &[CodeRow]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO lao_codes (lao, code, valid_from, valid_to) VALUES ",
            " ON CONFLICT (code, valid_from) DO UPDATE SET lao = excluded.lao, \
             valid_to = excluded.valid_to",
            codes,
            |row, code| {
                row.add(code.lao)
                    .add(code.code.clone())
                    .add(code.from.clone().unwrap_or_default())
                    .add(code.to.clone());
            },
        )
        .await
    }

    /// Notes which LAO took over from which.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_successors(&mut self, pairs: &[(i64, i64)]) -> Result<(), StoreError> {
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO lao_successors (lao, successor) VALUES ",
            " ON CONFLICT (lao, successor) DO NOTHING",
            pairs,
            |row, (lao, successor)| {
                row.add(*lao).add(*successor);
            },
        )
        .await
    }

    /// Says whether an LAO's list of counters is complete.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_roster_complete(
        &mut self,
        lao: i64,
        complete: bool,
        revision: i64,
    ) -> Result<(), StoreError> {
        self.sql("UPDATE laos SET roster_complete = ")
            .arg(i64::from(complete))
            .push(", revision = ")
            .arg(revision)
            .push(" WHERE no = ")
            .arg(lao)
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Hands all that an LAO has to its successor: counters, items, additions
    /// to the catalogue and accounts. Phones of its scope pull afresh, and the province's too, by
    /// the counters' new revisions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hand_over(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        // Phones of another province keep what they pulled until they are told.
        let left: Option<String> = self
            .sql("SELECT f.province FROM laos f, laos t WHERE f.province <> t.province AND f.no = ")
            .arg(from)
            .push(" AND t.no = ")
            .arg(to)
            .row(self.db())
            .await?
            .map(|row| row.text(0))
            .transpose()?;
        let left = left.map(|province| format!("province:{province}"));
        let counters = self.counter_ids_of(from).await?;
        // Its successor's own people no longer measure these.
        for check in self.waiting_checks(&counters).await? {
            self.retell_check(check).await?;
        }
        for id in counters {
            if let Some(scope) = &left {
                self.put_document(record::COUNTER, &id.to_string(), scope, None)
                    .await?;
            }
            let revision = self.next_revision();
            self.sql("UPDATE counters SET lao = ")
                .arg(to)
                .push(", revision = ")
                .arg(revision)
                .push(" WHERE id = ")
                .id(id)
                .execute(self.db())
                .await?;
        }
        let items = self
            .sql("SELECT id, kind FROM items WHERE lao = ")
            .arg(from)
            .push(" ORDER BY revision")
            .rows(self.db())
            .await?;
        for row in items {
            // Those of the other kinds are not pulled; that they end harms nobody.
            if let Some(scope) = &left {
                let key = row.id(0)?.to_string();
                self.put_document(&row.text(1)?, &key, scope, None).await?;
            }
            let revision = self.next_revision();
            self.sql("UPDATE items SET lao = ")
                .arg(to)
                .push(", revision = ")
                .arg(revision)
                .push(" WHERE id = ")
                .id(row.id(0)?)
                .execute(self.db())
                .await?;
        }
        self.hand_over_zero_copy(from, to).await?;
        self.hand_over_results(from, to).await?;
        let accounts = self
            .sql("SELECT id FROM accounts WHERE lao = ")
            .arg(from)
            .rows(self.db())
            .await?;
        for row in accounts {
            let revision = self.next_revision();
            self.sql("UPDATE accounts SET scope_version = scope_version + 1, lao = ")
                .arg(to)
                .push(", province = (SELECT province FROM laos WHERE no = ")
                .arg(to)
                .push("), revision = ")
                .arg(revision)
                .push(" WHERE id = ")
                .id(row.id(0)?)
                .execute(self.db())
                .await?;
        }
        Ok(())
    }
}
