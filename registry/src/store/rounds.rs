//! What the department publishes and the pages read back: rounds and announcements.

use pakmut_domain::round::{Announcement, Guidance, Round};
use pakmut_domain::wire::pull::record;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;

use super::sql::Columns;
use super::{Read, StoreError, Write};

impl Write {
    /// The department's announcement of this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn announcement(&mut self, key: &str) -> Result<Option<Announcement>, StoreError> {
        self.sql(
            "SELECT body FROM documents WHERE scope = 'country' AND body IS NOT NULL AND record = ",
        )
        .arg(record::ANNOUNCEMENT.to_owned())
        .push(" AND key = ")
        .arg(key.to_owned())
        .row(self.db())
        .await?
        .map(|row| body(&row, 0))
        .transpose()
    }
}

fn body<T: DeserializeOwned>(row: &AnyRow, place: usize) -> Result<T, StoreError> {
    serde_json::from_str(&row.text(place)?)
        .map_err(|_| StoreError::Corrupt("a document that is no JSON of ours"))
}

impl Read {
    /// What is published to the whole country under a record's name, by key.
    async fn published<T: DeserializeOwned>(
        &mut self,
        record: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        self.sql("SELECT key, body FROM documents WHERE scope = 'country' AND body IS NOT NULL AND record = ")
            .arg(record.to_owned())
            .push(" ORDER BY key")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, body(row, 1)?)))
            .collect()
    }

    /// All rounds that ever were opened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rounds(&mut self) -> Result<Vec<Round>, StoreError> {
        let all = self.published(record::ROUND).await?;
        Ok(all.into_iter().map(|(_, round)| round).collect())
    }

    /// The department's announcements with their keys, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn announcements(&mut self) -> Result<Vec<(String, Announcement)>, StoreError> {
        let mut all: Vec<(String, Announcement)> = self.published(record::ANNOUNCEMENT).await?;
        all.sort_by_key(|(key, said)| (std::cmp::Reverse(said.published_ms), key.clone()));
        Ok(all)
    }

    /// The department's guidance and contacts with their keys, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn guidance(&mut self) -> Result<Vec<(String, Guidance)>, StoreError> {
        let mut all: Vec<(String, Guidance)> = self.published(record::GUIDANCE).await?;
        all.sort_by_key(|(key, said)| (std::cmp::Reverse(said.published_ms), key.clone()));
        Ok(all)
    }
}
