//! Devices, one row for each account on each phone, and their keys.

use pakmut_domain::wire::signature::PublicKey;
use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError, Write};
use crate::clock::now_ms;

/// The keys with which an account signs on one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceKeys {
    /// The one that was registered last.
    pub current: Option<PublicKey>,
    /// Those before it, which the phone lost.
    pub former: Vec<PublicKey>,
}

fn key(bytes: &[u8]) -> Result<PublicKey, StoreError> {
    PublicKey::from_slice(bytes).map_err(|_| StoreError::Corrupt("a device's key that is none"))
}

impl Read {
    /// The keys of an account's device; none where it never signed in with one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device_keys(
        &mut self,
        account: Uuid,
        device: Uuid,
    ) -> Result<DeviceKeys, StoreError> {
        let row = self
            .sql("SELECT no, key FROM devices WHERE account = ")
            .id(account)
            .push(" AND device = ")
            .id(device)
            .row(self.db())
            .await?;
        let Some(row) = row else {
            return Ok(DeviceKeys::default());
        };
        let Some(current) = row.opt_bytes(1)? else {
            return Ok(DeviceKeys::default());
        };
        let former = self
            .sql("SELECT key FROM former_keys WHERE device = ")
            .arg(row.int(0)?)
            .push(" ORDER BY ended DESC")
            .rows(self.db())
            .await?;
        Ok(DeviceKeys {
            current: Some(key(&current)?),
            former: former
                .iter()
                .map(|row| key(&row.bytes(0)?))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Write {
    /// The number of an account's device, made if it is new. A key that is
    /// given becomes its key; the one before it is kept as a former one.
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
            .arg(key.clone())
            .push(
                ") ON CONFLICT (account, device) DO UPDATE \
                 SET account = excluded.account RETURNING no, key",
            )
            .row(self.db())
            .await?
            .ok_or(StoreError::Corrupt("no device where one was written"))?;
        let (no, held) = (row.int(0)?, row.opt_bytes(1)?);
        if let Some(key) = key
            && held.as_ref() != Some(&key)
        {
            if let Some(former) = held {
                self.sql("INSERT INTO former_keys (device, key, ended) VALUES (")
                    .arg(no)
                    .push(", ")
                    .arg(former)
                    .push(", ")
                    .arg(now_ms())
                    .push(") ON CONFLICT (device, key) DO UPDATE SET ended = excluded.ended")
                    .execute(self.db())
                    .await?;
            }
            self.sql("UPDATE devices SET key = ")
                .arg(key.clone())
                .push(" WHERE no = ")
                .arg(no)
                .execute(self.db())
                .await?;
            self.sql("DELETE FROM former_keys WHERE device = ")
                .arg(no)
                .push(" AND key = ")
                .arg(key)
                .execute(self.db())
                .await?;
        }
        Ok(no)
    }
}
