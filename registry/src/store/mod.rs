//! The registry's storage: one schema and one text of each statement, over
//! SQLite (one file) and PostgreSQL.
//!
//! Writes are serialised: one connection writes, and a transaction that gives
//! revisions locks the state's row first, so that no reader of either database
//! can skip a revision that is still being committed. Reads use a small pool.

mod accounts;
mod areas;
mod attachments;
mod attendance;
mod audit;
mod check_pins;
mod codes;
mod counters;
mod devices;
mod documents;
mod feed;
mod findings;
mod follow_up;
mod items;
mod laos;
mod nearest;
mod overview;
mod people;
mod results;
mod review;
mod rounds;
mod sessions;
mod sql;
mod surveys;
mod web_sessions;
mod zero_copy;
mod zero_copy_overview;
mod zero_copy_sums;

use std::path::PathBuf;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use thiserror::Error;
use uuid::Uuid;

pub use accounts::{AccountRow, NewAccount, Put};
pub use attachments::{Attachment, PutChunk};
pub use attendance::{AttendanceSums, Attending};
pub use audit::AuditRow;
pub use check_pins::{CheckMeasure, CheckPin, CheckResult, DrawnPin};
pub use codes::{IssuedCode, NewCode, Post};
pub use counters::{CounterRow, Definition, day_of};
pub use devices::DeviceKeys;
pub use feed::{FeedRow, Scope};
pub use follow_up::{Contact, FollowedLao, Reminder};
pub use items::{Fact, NewItem, StoredItem};
pub use laos::{CodeRow, LaoRow};
pub use nearest::VerifiedCounter;
pub use overview::{CounterLine, DistrictLine, LaoLine, ProvinceLine};
pub use people::{Manager, NewPerson, Person};
pub use results::{CommentRow, Place};
pub use review::{Of, PinRow, PinnedCounter, ReviewRow};
pub use sessions::{AccessRow, NewSession, RefreshFound, SignedIn};
pub use sql::Dialect;
#[cfg(debug_assertions)]
pub use sql::plans;
pub use surveys::{FormRow, NewComment, ResultKey};
pub use web_sessions::WebSession;
pub use zero_copy::ZeroCopyRow;
pub use zero_copy_overview::Contradicted;
pub use zero_copy_sums::{ZeroCopyLao, ZeroCopySums};

use sql::{Columns, Sql};

/// What the storage may fail with.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Its schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address names no database that the registry knows.
    #[error("the database address must begin with sqlite: or postgres:")]
    Address,
    /// The disk did not keep what was written.
    #[error("the disk did not keep what was written: {0}")]
    Disk(#[from] std::io::Error),
    /// What was read is not what was written.
    #[error("the database holds {0}")]
    Corrupt(&'static str),
}

impl StoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "database_failed",
            Self::Migrate(_) => "database_schema",
            Self::Address => "database_address",
            Self::Disk(_) => "database_disk",
            Self::Corrupt(_) => "database_corrupt",
        }
    }
}

/// The registry's own row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The registry's id, for ever.
    pub registry: Uuid,
    /// A new one after each restore.
    pub epoch: Uuid,
    /// The last revision given.
    pub revision: i64,
    /// Grows with each import.
    pub reference: i64,
}

/// The storage.
#[derive(Debug, Clone)]
pub struct Store {
    dialect: Dialect,
    readers: AnyPool,
    writer: AnyPool,
    /// SQLite's log, where what was committed lies first.
    log: Option<PathBuf>,
}

/// A transaction that writes; it holds the state's row, so no other one gives
/// revisions meanwhile.
pub struct Write {
    store: Store,
    dialect: Dialect,
    tx: Transaction<'static, sqlx::Any>,
    state: State,
    given: i64,
}

/// A connection that reads.
pub struct Read {
    dialect: Dialect,
    connection: PoolConnection<sqlx::Any>,
}

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Of every connection to SQLite. NORMAL: a power cut never breaks the file, and
/// what was committed lasts once [`Store::keep`] synced the log, which comes
/// before anything is answered; the next transaction need not wait for the disk.
/// A WAL above 1 MB is cut down again once its pages are in the file. A new file
/// gets pages of 8 KB: of 4 KB, a signed pin's row leaves a twelfth unused.
const PRAGMAS: &str = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000; \
     PRAGMA journal_size_limit = 1048576; PRAGMA temp_store = MEMORY; \
     PRAGMA cache_size = -4000;";

/// Of the one that writes. A group of 1,000 items changes some 1,500 pages: all
/// have room in memory until the commit, and the WAL is brought into the file
/// after many groups (128 MB at most, and when there is nothing to do), so that
/// what each changes anew (an index, a counter) is written there once.
const WRITER_PRAGMAS: &str = "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 16000;";

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// `url` is `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be reached or is not ours.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let mut log = None;
        let (dialect, url) = if let Some(path) = url.strip_prefix("sqlite:") {
            let (file, mode) = path.split_once('?').unwrap_or((path, "mode=rwc"));
            log = Some(format!("{file}-wal").into());
            (Dialect::Sqlite, format!("sqlite:{file}?{mode}"))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            (Dialect::Postgres, url.to_owned())
        } else {
            return Err(StoreError::Address);
        };
        let options = url
            .parse::<AnyConnectOptions>()?
            .disable_statement_logging();
        let pool = |connections: u32, pragmas: &'static [&'static str]| {
            let mut pool = AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(20))
                .test_before_acquire(dialect == Dialect::Postgres);
            if dialect == Dialect::Sqlite {
                pool = pool.after_connect(move |db, _| {
                    Box::pin(async move {
                        for pragma in pragmas {
                            db.execute(*pragma).await?;
                        }
                        Ok(())
                    })
                });
            }
            pool
        };
        let writer = pool(1, &[PRAGMAS, WRITER_PRAGMAS])
            .connect_with(options.clone())
            .await?;
        match dialect {
            Dialect::Sqlite => SQLITE.run(&writer).await?,
            Dialect::Postgres => POSTGRES.run(&writer).await?,
        }
        let store = Self {
            dialect,
            readers: pool(4, &[PRAGMAS]).connect_lazy_with(options),
            writer,
            log,
        };
        let mut db = store.writer.acquire().await?;
        // A fresh database gets its identity; of two that start at once, one wins.
        Sql::new(
            dialect,
            "INSERT INTO registry_state (one, registry, epoch, revision, reference) VALUES (1, ",
        )
        .id(Uuid::now_v7())
        .push(", ")
        .id(random_id())
        .push(", 0, 0) ON CONFLICT (one) DO NOTHING")
        .execute(&mut db)
        .await?;
        drop(db);
        Ok(store)
    }

    /// Whether there is a registry's database at an address already.
    ///
    /// # Errors
    /// [`StoreError::Database`] where it cannot be reached or is no database.
    pub async fn is_there(url: &str) -> Result<bool, StoreError> {
        sqlx::any::install_default_drivers();
        let options = url
            .parse::<AnyConnectOptions>()?
            .disable_statement_logging();
        let mut db = AnyConnection::connect_with(&options).await?;
        let found = sqlx::query("SELECT registry, epoch FROM registry_state WHERE one = 1")
            .fetch_optional(&mut db)
            .await;
        db.close().await?;
        match found {
            Ok(row) => Ok(row.is_some()),
            // There is no such table: a database, and not ours.
            Err(sqlx::Error::Database(error)) if !error.message().contains("not a database") => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A connection to read with.
    ///
    /// # Errors
    /// [`StoreError::Database`] where none is to be had.
    pub async fn read(&self) -> Result<Read, StoreError> {
        Ok(Read {
            dialect: self.dialect,
            connection: self.readers.acquire().await?,
        })
    }

    /// Begins a transaction that writes and may give revisions.
    ///
    /// # Errors
    /// [`StoreError::Database`] where the database is locked or lost.
    pub async fn write(&self) -> Result<Write, StoreError> {
        let mut tx = match self.dialect {
            Dialect::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => self.writer.begin().await?,
        };
        let row = Sql::new(
            self.dialect,
            "UPDATE registry_state SET revision = revision WHERE one = 1 \
             RETURNING registry, epoch, revision, reference",
        )
        .row(&mut tx)
        .await?
        .ok_or(StoreError::Corrupt("no state of the registry"))?;
        let state = State {
            registry: row.id(0)?,
            epoch: row.id(1)?,
            revision: row.int(2)?,
            reference: row.int(3)?,
        };
        Ok(Write {
            store: self.clone(),
            dialect: self.dialect,
            tx,
            state,
            given: state.revision,
        })
    }

    /// The registry's own row.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be read.
    pub async fn state(&self) -> Result<State, StoreError> {
        self.read().await?.state().await
    }

    /// Makes what was committed last through a power cut. PostgreSQL did that in
    /// its commit.
    ///
    /// # Errors
    /// [`StoreError::Disk`]; then nothing committed since the last time counts.
    pub async fn keep(&self) -> Result<(), StoreError> {
        let Some(log) = self.log.clone() else {
            return Ok(());
        };
        let synced = tokio::task::spawn_blocking(move || match std::fs::File::open(log) {
            Ok(log) => log.sync_data(),
            // All of it was brought into the file, and synced there.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        })
        .await
        .map_err(std::io::Error::other)
        .flatten();
        let Err(error) = synced else { return Ok(()) };
        tracing::error!(%error, "the log could not be synced");
        // A disk that failed once may call the same pages synced the next time:
        // only writing them anew, into the file, tells.
        let mut db = self.writer.acquire().await?;
        let moved = Sql::new(self.dialect, "PRAGMA wal_checkpoint(TRUNCATE)")
            .row(&mut db)
            .await?
            .ok_or(StoreError::Corrupt("no answer to a checkpoint"))?;
        if moved.int(0)? == 0 {
            Ok(())
        } else {
            Err(error.into())
        }
    }

    /// Brings SQLite's log into its file and cuts it off. Nothing to do for PostgreSQL.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            let mut db = self.writer.acquire().await?;
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// Writes a whole copy of the database, as of one moment, to a new SQLite file.
    ///
    /// # Errors
    /// [`StoreError::Address`] for PostgreSQL, which has `pg_dump`.
    pub async fn copy_to(&self, path: &str) -> Result<(), StoreError> {
        if self.dialect != Dialect::Sqlite {
            return Err(StoreError::Address);
        }
        let mut db = self.writer.acquire().await?;
        Sql::new(self.dialect, "VACUUM INTO ")
            .arg(path.to_owned())
            .execute(&mut db)
            .await?;
        Ok(())
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Read {
    /// The registry's own row.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be read.
    pub async fn state(&mut self) -> Result<State, StoreError> {
        let row = Sql::new(
            self.dialect,
            "SELECT registry, epoch, revision, reference FROM registry_state WHERE one = 1",
        )
        .row(&mut self.connection)
        .await?
        .ok_or(StoreError::Corrupt("no state of the registry"))?;
        Ok(State {
            registry: row.id(0)?,
            epoch: row.id(1)?,
            revision: row.int(2)?,
            reference: row.int(3)?,
        })
    }

    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect, text)
    }

    fn db(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`] where it does not.
    pub async fn ping(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.ping().await?)
    }
}

impl Write {
    /// The registry's own row as it was when this transaction began.
    pub fn state(&self) -> State {
        self.state
    }

    /// The next revision. It counts once this transaction commits.
    pub fn next_revision(&mut self) -> i64 {
        self.given += 1;
        self.given
    }

    /// The last revision given so far.
    pub fn last_revision(&self) -> i64 {
        self.given
    }

    /// Says that reference data changed: running servers read it anew.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn touch_reference(&mut self) -> Result<(), StoreError> {
        self.sql("UPDATE registry_state SET reference = reference + 1 WHERE one = 1")
            .execute(&mut self.tx)
            .await?;
        Ok(())
    }

    /// Gives the registry a new epoch, as after a restore.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn new_epoch(&mut self) -> Result<Uuid, StoreError> {
        let epoch = random_id();
        self.sql("UPDATE registry_state SET epoch = ")
            .id(epoch)
            .push(" WHERE one = 1")
            .execute(&mut self.tx)
            .await?;
        Ok(epoch)
    }

    /// Commits what was written and the revisions given; it lasts.
    ///
    /// # Errors
    /// [`StoreError::Database`]; then nothing was written. [`StoreError::Disk`];
    /// then it may be gone after a power cut.
    pub async fn commit(self) -> Result<(), StoreError> {
        let store = self.store.clone();
        self.commit_unkept().await?;
        store.keep().await
    }

    /// Commits likewise, and leaves it to the caller to [`Store::keep`] it before
    /// anybody is told.
    ///
    /// # Errors
    /// [`StoreError::Database`]; then nothing was written.
    pub async fn commit_unkept(mut self) -> Result<(), StoreError> {
        if self.given != self.state.revision {
            let given = self.given;
            self.sql("UPDATE registry_state SET revision = ")
                .arg(given)
                .push(" WHERE one = 1")
                .execute(&mut self.tx)
                .await?;
        }
        Ok(self.tx.commit().await?)
    }

    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect, text)
    }

    fn db(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}

/// A random id (version 4), for what must not tell when it was made.
pub fn random_id() -> Uuid {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // No entropy at all: a time-based id is still unique.
        return Uuid::now_v7();
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
