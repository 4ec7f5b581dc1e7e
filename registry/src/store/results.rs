//! Reading results and comments.

use pakmut_domain::form::Tally;
use pakmut_domain::wire::ItemHash;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::feed::{Scope, lao_in_scope};
use super::sql::{Columns, Sql};
use super::surveys::tally;
use super::{Read, StoreError, Write};

/// A place that results are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The country.
    Country,
    /// A province, by its code.
    Province(String),
    /// An LAO, by the registry's number.
    Lao(i64),
    /// A counter.
    Counter(Uuid),
}

impl Place {
    /// Its name in the storage.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Country => "country".to_owned(),
            Self::Province(code) => format!("province:{code}"),
            Self::Lao(no) => format!("lao:{no}"),
            Self::Counter(id) => format!("counter:{id}"),
        }
    }
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// The response's id.
    pub item: Uuid,
    /// The form's number.
    pub form: i64,
    /// The finest place.
    pub place: String,
    /// The month: year of the common era × 12 + month from 0.
    pub period: i64,
    /// What was written; empty where only photos were taken.
    pub body: String,
    /// The photos that were taken, for signed-in people alone.
    pub photos: Vec<ItemHash>,
    /// When a person of the LAO read it, milliseconds since 1970 UTC.
    pub read_ms: Option<i64>,
    /// Whether the public sees it.
    pub shown: bool,
}

fn comment(row: &AnyRow) -> Result<CommentRow, StoreError> {
    Ok(CommentRow {
        item: row.id(0)?,
        form: row.int(1)?,
        place: row.text(2)?,
        period: row.int(3)?,
        body: row.text(4)?,
        read_ms: row.opt_int(5)?,
        shown: row.int(6)? != 0,
        photos: row
            .opt_bytes(7)?
            .unwrap_or_default()
            .chunks_exact(32)
            .filter_map(|bytes| ItemHash::from_slice(bytes).ok())
            .collect(),
    })
}

const COMMENT: &str =
    "SELECT item, form, place, period, body, read_ms, shown, photos FROM comments WHERE ";

/// Of these forms, trial or real, from one month up to another.
fn among(sql: Sql, forms: &[i64], trial: bool, from: i64, to: i64) -> Sql {
    sql.push(" AND r.trial = ")
        .arg(i64::from(trial))
        .push(" AND r.period >= ")
        .arg(from)
        .push(" AND r.period < ")
        .arg(to)
        .push(" AND r.form IN ")
        .numbers(forms)
}

impl Read {
    /// The results of a place by month, from one month up to another.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn results_of(
        &mut self,
        place: &str,
        forms: &[i64],
        trial: bool,
        from: i64,
        to: i64,
    ) -> Result<Vec<(i64, Tally)>, StoreError> {
        let sql = self
            .sql("SELECT r.period, r.body FROM results r WHERE r.place = ")
            .arg(place.to_owned());
        among(sql, forms, trial, from, to)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.int(0)?, tally(&row.text(1)?)?)))
            .collect()
    }

    /// The results of the places within a place, by month.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn results_within(
        &mut self,
        place: &Place,
        forms: &[i64],
        trial: bool,
        from: i64,
        to: i64,
    ) -> Result<Vec<(String, i64, Tally)>, StoreError> {
        let sql = self.sql("SELECT r.place, r.period, r.body FROM results r WHERE ");
        let sql = match place {
            // The next sign after ':' ends the range.
            Place::Country => sql.push("r.place >= 'province:' AND r.place < 'province;'"),
            Place::Province(code) => sql
                .push("r.place IN (SELECT 'lao:' || l.no FROM laos l WHERE l.province = ")
                .arg(code.clone())
                .push(")"),
            Place::Lao(no) => {
                let counters = self.counter_keys(*no).await?;
                return self.results_at(&counters, forms, trial, from, to).await;
            }
            Place::Counter(_) => return Ok(Vec::new()),
        };
        among(sql, forms, trial, from, to)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, row.int(1)?, tally(&row.text(2)?)?)))
            .collect()
    }

    /// The provinces: code, Thai and English name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn province_names(&mut self) -> Result<Vec<(String, String, String)>, StoreError> {
        self.sql("SELECT code, th, en FROM areas WHERE LENGTH(code) = 2 ORDER BY code")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)))
            .collect()
    }

    /// The LAOs of a province: number, id and name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lao_names(
        &mut self,
        province: &str,
    ) -> Result<Vec<(i64, Uuid, String)>, StoreError> {
        self.sql("SELECT no, id, name_th FROM laos WHERE province = ")
            .arg(province.to_owned())
            .push(" ORDER BY name_th, no")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.int(0)?, row.id(1)?, row.text(2)?)))
            .collect()
    }

    /// The counters of an LAO: id and name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counter_names(&mut self, lao: i64) -> Result<Vec<(Uuid, String)>, StoreError> {
        self.sql("SELECT id, name FROM counters WHERE lao = ")
            .arg(lao)
            .push(" ORDER BY name, id")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.id(0)?, row.text(1)?)))
            .collect()
    }

    /// A counter's name, with its LAO's id and name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counter_and_lao(
        &mut self,
        counter: Uuid,
    ) -> Result<Option<(String, (Uuid, String))>, StoreError> {
        self.sql(
            "SELECT c.name, l.id, l.name_th FROM counters c JOIN laos l ON l.no = c.lao \
             WHERE c.id = ",
        )
        .id(counter)
        .row(self.db())
        .await?
        .map(|row| Ok((row.text(0)?, (row.id(1)?, row.text(2)?))))
        .transpose()
    }

    async fn results_at(
        &mut self,
        places: &[String],
        forms: &[i64],
        trial: bool,
        from: i64,
        to: i64,
    ) -> Result<Vec<(String, i64, Tally)>, StoreError> {
        let mut found = Vec::new();
        for place in places {
            let of = self.results_of(place, forms, trial, from, to).await?;
            found.extend(
                of.into_iter()
                    .map(|(period, tally)| (place.clone(), period, tally)),
            );
        }
        Ok(found)
    }

    async fn counter_keys(&mut self, lao: i64) -> Result<Vec<String>, StoreError> {
        self.sql("SELECT id FROM counters WHERE lao = ")
            .arg(lao)
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok(format!("counter:{}", row.id(0)?)))
            .collect()
    }

    /// The comments on a form at a counter or in an LAO that the public sees,
    /// the newest month first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn shown_comments(
        &mut self,
        place: &Place,
        forms: &[i64],
        trial: bool,
        limit: i64,
    ) -> Result<Vec<CommentRow>, StoreError> {
        let sql = self.sql(COMMENT);
        let sql = match place {
            Place::Lao(no) => sql.push("lao = ").arg(*no),
            Place::Counter(_) => sql.push("place = ").arg(place.key()),
            _ => return Ok(Vec::new()),
        };
        sql.push(" AND released = 1 AND shown = 1 AND body <> '' AND trial = ")
            .arg(i64::from(trial))
            .push(" AND form IN ")
            .numbers(forms)
            .push(" ORDER BY period DESC, item LIMIT ")
            .arg(limit)
            .rows(self.db())
            .await?
            .iter()
            .map(comment)
            .collect()
    }

    /// The trial or the real comments and photos of an LAO that its people may
    /// see, the unread ones first, then the newest month, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn comments_of(
        &mut self,
        lao: i64,
        trial: bool,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<CommentRow>, StoreError> {
        self.sql(COMMENT)
            .push("released = 1 AND lao = ")
            .arg(lao)
            .push(" AND trial = ")
            .arg(i64::from(trial))
            .push(" ORDER BY CASE WHEN read_ms IS NULL AND body <> '' THEN 0 ELSE 1 END, period DESC, item LIMIT ")
            .arg(limit)
            .push(" OFFSET ")
            .arg(offset)
            .rows(self.db())
            .await?
            .iter()
            .map(comment)
            .collect()
    }

    /// What of a response may be seen in a scope, where any may be yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn comment_in(
        &mut self,
        item: Uuid,
        scope: &Scope,
    ) -> Result<Option<CommentRow>, StoreError> {
        let sql = self
            .sql(COMMENT)
            .push("released = 1 AND item = ")
            .id(item)
            .push(" AND ");
        lao_in_scope(sql, "lao", scope)
            .row(self.db())
            .await?
            .as_ref()
            .map(comment)
            .transpose()
    }
}

impl Write {
    /// A person of the LAO read a comment and lets the public see it, or not.
    /// False where the LAO has no such comment to read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_comment(
        &mut self,
        item: Uuid,
        lao: i64,
        by: Uuid,
        now_ms: i64,
        shown: bool,
    ) -> Result<bool, StoreError> {
        let touched = self
            .sql("UPDATE comments SET read_by = ")
            .id(by)
            .push(", read_ms = ")
            .arg(now_ms)
            .push(", shown = ")
            .arg(i64::from(shown))
            .push(" WHERE released = 1 AND body <> '' AND lao = ")
            .arg(lao)
            .push(" AND item = ")
            .id(item)
            .execute(self.db())
            .await?;
        Ok(touched == 1)
    }
}
