//! The surveys' tables: forms in all their versions, counted results, what is
//! held back of them, and comments.

use pakmut_domain::form::{Form, Published, Tally};
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::pull::record;
use sqlx::AnyConnection;
use uuid::Uuid;

use super::items::{Fact, facts};
use super::sql::{Columns, Dialect, Sql};
use super::{Read, StoreError, Write};

/// A published form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// The registry's number for this version.
    pub no: i64,
    /// The form's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Whether real responses are taken too.
    pub real: bool,
    /// When it was published first, milliseconds since 1970 UTC.
    pub published_ms: i64,
    /// The inner form as JSON.
    pub body: String,
}

/// Which results: of a place, a form's version, trial or real, and a month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultKey {
    /// `country`, `province:NN`, `lao:NO` or `counter:ID`.
    pub place: String,
    /// The form's number.
    pub form: i64,
    /// Whether trial responses; never together with real ones.
    pub trial: bool,
    /// The month: year of the common era × 12 + month from 0.
    pub period: i64,
}

/// A comment to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment<'a> {
    /// The response's id.
    pub item: Uuid,
    /// The form's number.
    pub form: i64,
    /// Whether the response is a trial.
    pub trial: bool,
    /// The finest place.
    pub place: &'a str,
    /// Whose it is to read.
    pub lao: Option<i64>,
    /// The month.
    pub period: i64,
    /// What was written; empty where only photos were taken.
    pub body: &'a str,
    /// The photos that were taken.
    pub photos: &'a [ItemHash],
}

async fn forms(dialect: Dialect, db: &mut AnyConnection) -> Result<Vec<FormRow>, StoreError> {
    Sql::new(
        dialect,
        "SELECT no, id, version, real, published_ms, body FROM forms ORDER BY no",
    )
    .rows(db)
    .await?
    .iter()
    .map(|row| {
        Ok(FormRow {
            no: row.int(0)?,
            id: row.text(1)?,
            version: row.text(2)?,
            real: row.int(3)? != 0,
            published_ms: row.int(4)?,
            body: row.text(5)?,
        })
    })
    .collect()
}

/// A tally as it is stored.
pub(super) fn tally(body: &str) -> Result<Tally, StoreError> {
    serde_json::from_str(body).map_err(|_| StoreError::Corrupt("a tally that is not ours"))
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt("a record that is no JSON"))
}

impl Write {
    /// Every form that was published, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forms(&mut self) -> Result<Vec<FormRow>, StoreError> {
        forms(self.dialect, self.db()).await
    }

    /// Stores a form's version, or whether real responses of it are taken, and
    /// tells the phones. That the version says the same as before is the
    /// caller's to see to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_form(
        &mut self,
        form: &Form,
        real: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.sql(
            "INSERT INTO forms (no, id, version, real, published_ms, body) \
             SELECT COALESCE(MAX(no), 0) + 1, ",
        )
        .arg(form.id.clone())
        .push(", ")
        .arg(form.version.clone())
        .push(", ")
        .arg(i64::from(real))
        .push(", ")
        .arg(now_ms)
        .push(", ")
        .arg(json(form)?)
        // WHERE: SQLite would take ON for a join's.
        .push(
            " FROM forms WHERE 1 = 1 ON CONFLICT (id, version) DO UPDATE SET real = excluded.real",
        )
        .execute(self.db())
        .await?;
        let published = json(&Published {
            real,
            form: form.clone(),
        })?;
        self.put_document(record::FORM, &form.id, "country", Some(published))
            .await?;
        self.touch_reference().await
    }

    /// One month's results; empty where there are none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn result(&mut self, key: &ResultKey) -> Result<Tally, StoreError> {
        let row = self
            .sql("SELECT body FROM results WHERE place = ")
            .arg(key.place.clone())
            .push(" AND form = ")
            .arg(key.form)
            .push(" AND trial = ")
            .arg(i64::from(key.trial))
            .push(" AND period = ")
            .arg(key.period)
            .row(self.db())
            .await?;
        row.map_or_else(|| Ok(Tally::default()), |row| tally(&row.text(0)?))
    }

    /// Stores one month's results.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_result(&mut self, key: &ResultKey, body: &Tally) -> Result<(), StoreError> {
        self.sql("INSERT INTO results (place, form, trial, period, body) VALUES (")
            .arg(key.place.clone())
            .push(", ")
            .arg(key.form)
            .push(", ")
            .arg(i64::from(key.trial))
            .push(", ")
            .arg(key.period)
            .push(", ")
            .arg(json(body)?)
            .push(") ON CONFLICT (place, form, trial, period) DO UPDATE SET body = excluded.body")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// What is held back of a form at a finest place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn held(&mut self, form: i64, place: &str) -> Result<Tally, StoreError> {
        let row = self
            .sql("SELECT body FROM results_held WHERE form = ")
            .arg(form)
            .push(" AND place = ")
            .arg(place.to_owned())
            .row(self.db())
            .await?;
        row.map_or_else(|| Ok(Tally::default()), |row| tally(&row.text(0)?))
    }

    /// Stores what is held back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_held(
        &mut self,
        form: i64,
        place: &str,
        body: &Tally,
    ) -> Result<(), StoreError> {
        self.sql("INSERT INTO results_held (form, place, body) VALUES (")
            .arg(form)
            .push(", ")
            .arg(place.to_owned())
            .push(", ")
            .arg(json(body)?)
            .push(") ON CONFLICT (form, place) DO UPDATE SET body = excluded.body")
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// Stores a comment. A trial's may be read at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_comment(&mut self, comment: &NewComment<'_>) -> Result<(), StoreError> {
        self.sql(
            "INSERT INTO comments (item, form, trial, place, lao, period, body, photos, released, \
             shown) VALUES (",
        )
        .id(comment.item)
        .push(", ")
        .arg(comment.form)
        .push(", ")
        .arg(i64::from(comment.trial))
        .push(", ")
        .arg(comment.place.to_owned())
        .push(", ")
        .arg(comment.lao)
        .push(", ")
        .arg(comment.period)
        .push(", ")
        .arg(comment.body.to_owned())
        .push(", ")
        .arg(
            comment
                .photos
                .iter()
                .flat_map(|hash| hash.as_bytes())
                .copied()
                .collect::<Vec<u8>>(),
        )
        .push(", ")
        .arg(i64::from(comment.trial))
        .push(", 0)")
        .execute(self.db())
        .await?;
        Ok(())
    }

    /// The responses of a form at a place may be shown: their comments may be
    /// read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_comments(&mut self, form: i64, place: &str) -> Result<(), StoreError> {
        self.sql("UPDATE comments SET released = 1 WHERE released = 0 AND form = ")
            .arg(form)
            .push(" AND place = ")
            .arg(place.to_owned())
            .execute(self.db())
            .await?;
        Ok(())
    }

    /// The payloads of all items of a kind, byte for byte, in the order of their
    /// arrival: what a recount needs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payloads_of_kind(&mut self, kind: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        self.sql("SELECT payload FROM items WHERE kind = ")
            .arg(kind.to_owned())
            .push(" ORDER BY revision")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| row.bytes(0))
            .collect()
    }

    /// Responses about this counter that came before it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn responses_waiting(&mut self, counter: Uuid) -> Result<Vec<Fact>, StoreError> {
        const KEY: &str = "kind = 'response' AND i.lao IS NULL AND i.subject";
        facts(self.dialect, self.db(), KEY, &[counter], true).await
    }

    /// Hands an LAO's results, held answers and comments to its successor. What
    /// its province had stays there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hand_over_results(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        let (old, new) = (format!("lao:{from}"), format!("lao:{to}"));
        let rows = self
            .sql("SELECT form, trial, period, body FROM results WHERE place = ")
            .arg(old.clone())
            .rows(self.db())
            .await?;
        for row in &rows {
            let key = ResultKey {
                place: new.clone(),
                form: row.int(0)?,
                trial: row.int(1)? != 0,
                period: row.int(2)?,
            };
            let mut all = self.result(&key).await?;
            all.add(&tally(&row.text(3)?)?);
            self.put_result(&key, &all).await?;
        }
        let rows = self
            .sql("SELECT form, body FROM results_held WHERE place = ")
            .arg(old.clone())
            .rows(self.db())
            .await?;
        for row in &rows {
            let form = row.int(0)?;
            // Where these are enough together, the next response shows them.
            let mut all = self.held(form, &new).await?;
            all.add(&tally(&row.text(1)?)?);
            self.put_held(form, &new, &all).await?;
        }
        for text in [
            "DELETE FROM results WHERE place = ",
            "DELETE FROM results_held WHERE place = ",
        ] {
            self.sql(text).arg(old.clone()).execute(self.db()).await?;
        }
        self.sql("UPDATE comments SET place = ")
            .arg(new)
            .push(" WHERE place = ")
            .arg(old)
            .execute(self.db())
            .await?;
        self.sql("UPDATE comments SET lao = ")
            .arg(to)
            .push(" WHERE lao = ")
            .arg(from)
            .execute(self.db())
            .await?;
        Ok(())
    }
}

impl Read {
    /// Every form that was published, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forms(&mut self) -> Result<Vec<FormRow>, StoreError> {
        forms(self.dialect, self.db()).await
    }
}
