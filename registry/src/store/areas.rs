//! Areas of the country.

use pakmut_domain::place::{Area, Shape};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::sql::{Columns, insert_rows};
use super::{Read, StoreError, Write};

pub(super) const COLUMNS: &str = "a.code, a.th, a.en, a.tolerance_m, a.shape, a.revision";

pub(super) fn area(row: &AnyRow) -> Result<Area, StoreError> {
    const CORRUPT: StoreError = StoreError::Corrupt("an area that cannot be read");
    Ok(Area {
        code: row.text(0)?.parse().map_err(|_| CORRUPT)?,
        th: row.text(1)?,
        en: row.text(2)?,
        tolerance_m: row.try_get(3)?,
        shape: Shape::from_bytes(&row.bytes(4)?).map_err(|_| CORRUPT)?,
    })
}

impl Read {
    /// All areas.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_areas(&mut self) -> Result<Vec<Area>, StoreError> {
        self.sql("SELECT ")
            .push(COLUMNS)
            .push(" FROM areas a")
            .rows(self.db())
            .await?
            .iter()
            .map(area)
            .collect()
    }
}

impl Write {
    /// Stores areas, new or anew, each with a new revision.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_areas(&mut self, areas: &[Area]) -> Result<(), StoreError> {
        let rows: Vec<(&Area, i64)> = areas
            .iter()
            .map(|area| (area, self.next_revision()))
            .collect();
        let dialect = self.dialect;
        insert_rows(
            self.db(),
            dialect,
            "INSERT INTO areas (code, th, en, tolerance_m, shape, revision) VALUES ",
            " ON CONFLICT (code) DO UPDATE SET th = excluded.th, en = excluded.en, \
             tolerance_m = excluded.tolerance_m, shape = excluded.shape, \
             revision = excluded.revision",
            &rows,
            |row, (area, revision)| {
                row.add(area.code.to_string())
                    .add(area.th.clone())
                    .add(area.en.clone())
                    .add(area.tolerance_m)
                    .add(area.shape.to_bytes())
                    .add(*revision);
            },
        )
        .await
    }

    /// The codes and Thai names of all areas of two digits, four or six.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn area_names(&mut self) -> Result<Vec<(String, String)>, StoreError> {
        self.sql("SELECT code, th FROM areas ORDER BY code")
            .rows(self.db())
            .await?
            .iter()
            .map(|row| Ok((row.text(0)?, row.text(1)?)))
            .collect()
    }
}
