//! Counters with verified pins in a box of the map.

use uuid::Uuid;

use super::sql::Columns;
use super::{Read, StoreError};

/// The most counters that are read of a box.
const MOST: i64 = 5_000;

/// A counter with its verified pin.
#[derive(Debug, Clone)]
pub struct VerifiedCounter {
    /// The counter.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its LAO's number.
    pub lao: i64,
    /// Its LAO's name.
    pub lao_name: String,
    /// The payload of its verified pin.
    pub pin: Vec<u8>,
}

impl Read {
    /// The counters in use whose pin is verified and whose shown pin lies in a
    /// box of cells: rows and columns of the grid ([`crate::neighbours`]), both
    /// ends included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verified_counters(
        &mut self,
        rows: (i64, i64),
        columns: (i64, i64),
    ) -> Result<Vec<VerifiedCounter>, StoreError> {
        use crate::neighbours::COLUMNS;
        self.sql(
            "SELECT c.id, c.name, c.lao, l.name_th, i.payload FROM counters c \
             JOIN laos l ON l.no = c.lao JOIN items i ON i.id = c.verified \
             WHERE c.status <> 'closed' AND c.cell >= ",
        )
        .arg(rows.0 * COLUMNS)
        .push(" AND c.cell < ")
        .arg((rows.1 + 1) * COLUMNS)
        .push(" AND c.cell % ")
        .arg(COLUMNS)
        .push(" >= ")
        .arg(columns.0)
        .push(" AND c.cell % ")
        .arg(COLUMNS)
        .push(" <= ")
        .arg(columns.1)
        .push(" LIMIT ")
        .arg(MOST)
        .rows(self.db())
        .await?
        .iter()
        .map(|row| {
            Ok(VerifiedCounter {
                id: row.id(0)?,
                name: row.text(1)?,
                lao: row.int(2)?,
                lao_name: row.text(3)?,
                pin: row.bytes(4)?,
            })
        })
        .collect()
    }
}
