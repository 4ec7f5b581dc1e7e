//! What is published, and the ends of records.

use super::{StoreError, Write};

impl Write {
    /// Publishes a record to a scope, new or anew; without a body, its end.
    /// `scope` is `country`, `province:NN` or `lao:NO`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_document(
        &mut self,
        record: &str,
        key: &str,
        scope: &str,
        body: Option<String>,
    ) -> Result<(), StoreError> {
        let revision = self.next_revision();
        self.sql("INSERT INTO documents (record, key, scope, body, revision) VALUES (")
            .arg(record.to_owned())
            .push(", ")
            .arg(key.to_owned())
            .push(", ")
            .arg(scope.to_owned())
            .push(", ")
            .arg(body)
            .push(", ")
            .arg(revision)
            .push(
                ") ON CONFLICT (record, key, scope) DO UPDATE SET body = excluded.body, \
                 revision = excluded.revision",
            )
            .execute(self.db())
            .await?;
        Ok(())
    }
}
