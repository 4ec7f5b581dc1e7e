//! Statements for both databases: placeholders, lists of ids and rows.

use pakmut_domain::finding::Finding;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments, AssertSqlSafe, Encode, Row, Type};
use uuid::Uuid;

use super::{StoreError, findings};

/// The databases that the registry speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One file, nothing to install.
    Sqlite,
    /// Version 15 or later.
    Postgres,
}

/// How many ids one list of a statement holds: few sizes, so that few
/// statements are ever prepared; a large one, since each statement's way to the
/// database and back costs more than its ids.
const LIST_SIZES: [usize; 6] = [1, 8, 64, 256, 512, 1_024];

/// How many rows one INSERT brings, likewise: a group of some hundreds takes five or
/// six of them. With at most 18 columns that stays far below the 32,766 values that
/// SQLite takes and PostgreSQL's 65,535.
const ROW_SIZES: [usize; 7] = [256, 64, 16, 8, 4, 2, 1];

/// The most ids of one list.
pub(super) const MAX_LIST: usize = LIST_SIZES[LIST_SIZES.len() - 1];

/// A statement with its values, put together piece by piece. The text comes
/// from this crate alone; whatever came from outside is a value.
pub(super) struct Sql {
    dialect: Dialect,
    text: String,
    args: AnyArguments,
    count: usize,
    failed: bool,
}

impl Sql {
    pub(super) fn new(dialect: Dialect, text: &str) -> Self {
        Self {
            dialect,
            text: text.to_owned(),
            args: AnyArguments::default(),
            count: 0,
            failed: false,
        }
    }

    /// Adds text.
    pub(super) fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value and its placeholder.
    pub(super) fn arg<'t, T>(mut self, value: T) -> Self
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any> + 't,
    {
        self.value(value);
        self
    }

    /// Adds a UUID and its placeholder.
    pub(super) fn id(self, id: Uuid) -> Self {
        self.arg(id.as_bytes().as_slice())
    }

    fn value<'t, T>(&mut self, value: T)
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any> + 't,
    {
        self.count += 1;
        match self.dialect {
            // SQLite looks named parameters up one by one; plain ones cost nothing.
            Dialect::Sqlite => self.text.push('?'),
            Dialect::Postgres => {
                self.text.push('$');
                self.text.push_str(&self.count.to_string());
            }
        }
        self.failed |= self.args.add(value).is_err();
    }

    /// Adds `(…, …)` of at most [`MAX_LIST`] ids, filled up with the last one.
    pub(super) fn list(mut self, ids: &[Uuid]) -> Self {
        let size = LIST_SIZES
            .into_iter()
            .find(|size| *size >= ids.len())
            .unwrap_or(ids.len());
        self.text.push('(');
        for place in 0..size {
            if place > 0 {
                self.text.push(',');
            }
            let id = ids.get(place).or(ids.last()).copied().unwrap_or_default();
            self.value(id.as_bytes().as_slice());
        }
        self.text.push(')');
        self
    }

    /// Adds `(…, …)` of numbers, likewise.
    pub(super) fn numbers(mut self, numbers: &[i64]) -> Self {
        let size = LIST_SIZES
            .into_iter()
            .find(|size| *size >= numbers.len())
            .unwrap_or(numbers.len());
        self.text.push('(');
        for place in 0..size {
            if place > 0 {
                self.text.push(',');
            }
            let number = numbers
                .get(place)
                .or(numbers.last())
                .copied()
                .unwrap_or(i64::MIN);
            self.value(number);
        }
        self.text.push(')');
        self
    }

    fn check(&self) -> Result<(), StoreError> {
        #[cfg(debug_assertions)]
        plans::note(&self.text);
        if self.failed {
            return Err(StoreError::Corrupt("a value that no database takes"));
        }
        Ok(())
    }

    /// Runs it; how many rows it touched.
    pub(super) async fn execute(self, db: &mut AnyConnection) -> Result<u64, StoreError> {
        self.check()?;
        let done = sqlx::query_with(AssertSqlSafe(self.text), self.args)
            .execute(db)
            .await?;
        Ok(done.rows_affected())
    }

    /// Runs it; all rows.
    pub(super) async fn rows(self, db: &mut AnyConnection) -> Result<Vec<AnyRow>, StoreError> {
        self.check()?;
        Ok(sqlx::query_with(AssertSqlSafe(self.text), self.args)
            .fetch_all(db)
            .await?)
    }

    /// Runs it; the first row, if any.
    pub(super) async fn row(self, db: &mut AnyConnection) -> Result<Option<AnyRow>, StoreError> {
        self.check()?;
        Ok(sqlx::query_with(AssertSqlSafe(self.text), self.args)
            .fetch_optional(db)
            .await?)
    }
}

/// The texts of statements, for a test that asks the database how it runs them.
#[cfg(debug_assertions)]
pub mod plans {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    static NOTED: Mutex<Option<BTreeSet<String>>> = Mutex::new(None);

    /// Notes statements from now on; those noted before are forgotten.
    pub fn begin() {
        *NOTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(BTreeSet::new());
    }

    /// Every statement since [`begin`].
    pub fn noted() -> Vec<String> {
        let noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
        noted.iter().flatten().cloned().collect()
    }

    pub(super) fn note(text: &str) {
        let mut noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = noted.as_mut()
            && !noted.contains(text)
        {
            noted.insert(text.to_owned());
        }
    }
}

/// Inserts many rows, some dozens a statement. `row` adds a row's values, each
/// with [`RowValues::add`].
pub(super) async fn insert_rows<T>(
    db: &mut AnyConnection,
    dialect: Dialect,
    head: &str,
    tail: &str,
    rows: &[T],
    row: impl Fn(&mut RowValues<'_>, &T),
) -> Result<(), StoreError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let size = ROW_SIZES
            .into_iter()
            .find(|size| *size <= rest.len())
            .unwrap_or(1);
        let (chunk, after) = rest.split_at(size);
        rest = after;
        let mut sql = Sql::new(dialect, head);
        for (place, item) in chunk.iter().enumerate() {
            sql.text.push_str(if place > 0 { ",(" } else { "(" });
            let mut values = RowValues {
                sql: &mut sql,
                first: true,
            };
            row(&mut values, item);
            sql.text.push(')');
        }
        sql.push(tail).execute(db).await?;
    }
    Ok(())
}

/// The values of one row that is being inserted.
pub(super) struct RowValues<'a> {
    sql: &'a mut Sql,
    first: bool,
}

impl RowValues<'_> {
    /// The next column's value.
    pub(super) fn add<'t, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any> + 't,
    {
        if !self.first {
            self.sql.text.push(',');
        }
        self.first = false;
        self.sql.value(value);
        self
    }

    /// The next column's UUID.
    pub(super) fn id(&mut self, id: Uuid) -> &mut Self {
        self.add(id.as_bytes().as_slice())
    }

    /// The next column's UUID, or NULL.
    pub(super) fn opt_id(&mut self, id: Option<Uuid>) -> &mut Self {
        self.add(id.as_ref().map(|id| id.as_bytes().as_slice()))
    }
}

/// Reading a row by the place of its columns.
pub(super) trait Columns {
    fn int(&self, place: usize) -> Result<i64, StoreError>;
    fn opt_int(&self, place: usize) -> Result<Option<i64>, StoreError>;
    fn text(&self, place: usize) -> Result<String, StoreError>;
    fn opt_text(&self, place: usize) -> Result<Option<String>, StoreError>;
    fn bytes(&self, place: usize) -> Result<Vec<u8>, StoreError>;
    fn opt_bytes(&self, place: usize) -> Result<Option<Vec<u8>>, StoreError>;
    fn id(&self, place: usize) -> Result<Uuid, StoreError>;
    fn opt_id(&self, place: usize) -> Result<Option<Uuid>, StoreError>;
    fn findings(&self, place: usize) -> Result<Vec<Finding>, StoreError>;
}

impl Columns for AnyRow {
    fn int(&self, place: usize) -> Result<i64, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn opt_int(&self, place: usize) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn text(&self, place: usize) -> Result<String, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn opt_text(&self, place: usize) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn bytes(&self, place: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn opt_bytes(&self, place: usize) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.try_get(place)?)
    }
    fn id(&self, place: usize) -> Result<Uuid, StoreError> {
        let bytes: &[u8] = self.try_get(place)?;
        Uuid::from_slice(bytes).map_err(|_| StoreError::Corrupt("an id that is no UUID"))
    }
    fn opt_id(&self, place: usize) -> Result<Option<Uuid>, StoreError> {
        let bytes: Option<&[u8]> = self.try_get(place)?;
        bytes
            .map(|b| Uuid::from_slice(b).map_err(|_| StoreError::Corrupt("an id that is no UUID")))
            .transpose()
    }
    fn findings(&self, place: usize) -> Result<Vec<Finding>, StoreError> {
        findings::unpack(self.try_get(place)?)
    }
}
