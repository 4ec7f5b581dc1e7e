//! Devices, one row for each account on each phone.

use uuid::Uuid;

use super::sql::Columns;
use super::{StoreError, Write};

impl Write {
    /// The number of an account's device, made if it is new. A key that is
    /// given is kept, the first for ever.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device(
        &mut self,
        account: Uuid,
        device: Uuid,
        key: Option<Vec<u8>>,
    ) -> Result<i64, StoreError> {
        let row = self
            .sql("INSERT INTO devices (account, device, key) VALUES (")
            .id(account)
            .push(", ")
            .id(device)
            .push(", ")
            .arg(key)
            .push(
                ") ON CONFLICT (account, device) DO UPDATE \
                 SET key = COALESCE(devices.key, excluded.key) RETURNING no",
            )
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no device where one was written"))?;
        row.int(0)
    }
}
