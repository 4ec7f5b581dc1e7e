//! The one connection to the file, opened, closed and opened again.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::recovery::{self, Recovery};
use super::{StoreError, schema};
use crate::sabotage;

/// How long a call waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// How safe a write must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk before the call returns (`synchronous=FULL`): whatever a
    /// person was told is saved.
    Full,
    /// In order with what comes after, but a power cut may take the last of
    /// them (`synchronous=NORMAL`): what the registry can tell again, such as
    /// that an item was sent, or pulled data. Losing such a mark pushes the
    /// item once more, which the registry answers with `duplicate`.
    Retold,
}

/// The phone's file. Safe to share between threads; another process may have it
/// open too.
pub struct Store {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    conn: Option<Connection>,
    paused: bool,
    file: FileId,
    durability: Durability,
    recovered: Option<Recovery>,
}

impl Store {
    /// Opens the file, or makes it. A file of an earlier version is brought up
    /// to this one; a damaged one is moved aside and what can be read is
    /// brought over ([`Store::recovered`]).
    ///
    /// # Errors
    /// [`StoreError`]; a file that is newer or foreign is left untouched.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let store = Self {
            path: path.into(),
            inner: Mutex::new(Inner {
                conn: None,
                paused: false,
                file: FileId::NONE,
                durability: Durability::Full,
                recovered: None,
            }),
        };
        store.read(|_| Ok(()))?;
        Ok(store)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was brought over from a damaged file since the store was opened;
    /// the person must be told.
    #[must_use]
    pub fn recovered(&self) -> Option<Recovery> {
        self.lock().recovered.clone()
    }

    /// Reads. The closure may run twice, where the file had to be mended.
    pub(super) fn read<T>(
        &self,
        f: impl Fn(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with(|inner, path| {
            let conn = inner.open(path)?;
            f(conn)
        })
    }

    /// Writes, in one transaction that began by taking the write lock. The
    /// closure may run twice, where the file had to be mended.
    pub(super) fn write<T>(
        &self,
        durability: Durability,
        f: impl Fn(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with(|inner, path| {
            // A second look where another process moved the file aside and made
            // a new one: nothing may be written to the old.
            for _ in 0..2 {
                inner.open(path)?;
                inner.set_durability(durability)?;
                let file = inner.file;
                let conn = inner.open(path)?;
                // Prepared once: a save is so short that parsing these shows.
                conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
                if FileId::of(path) == file {
                    let done = f(conn).and_then(|value| {
                        conn.prepare_cached("COMMIT")?.execute([])?;
                        Ok(value)
                    });
                    if done.is_err() && !conn.is_autocommit() {
                        // Where even this fails, the next call finds the
                        // transaction open and takes a fresh connection.
                        let _ = conn.execute_batch("ROLLBACK");
                    }
                    return done;
                }
                inner.drop_connection(path);
            }
            Err(StoreError::Locked)
        })
    }

    fn with<T>(
        &self,
        f: impl Fn(&mut Inner, &Path) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inner = self.lock();
        if inner.paused {
            return Err(StoreError::Paused);
        }
        let first = f(&mut inner, &self.path);
        match &first {
            Err(StoreError::Corrupt(_)) => {}
            Err(StoreError::Io(_)) => {
                // A connection whose disk failed may be stuck in its
                // transaction: the next call gets a fresh one.
                inner.drop_connection(&self.path);
                return first;
            }
            _ => return first,
        }
        let damaged = inner.file;
        inner.abandon();
        let recovery = recovery::recover(&self.path, damaged)?;
        inner.note(recovery);
        f(&mut inner, &self.path)
    }

    /// Finishes the write that runs, moves everything into the main file and
    /// closes it, so that no lock is held: iOS ends an app that holds one when
    /// it is suspended. Until [`Store::resume`] every call fails with
    /// [`StoreError::Paused`].
    ///
    /// # Errors
    /// Where the disk fails; the file is closed all the same.
    pub fn pause(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.paused = true;
        if FileId::of(&self.path) != inner.file {
            inner.abandon();
        }
        let Some(conn) = inner.conn.take() else {
            return Ok(());
        };
        // Another process may read: then its own close will checkpoint.
        let checkpointed = conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(StoreError::from);
        conn.close().map_err(|(_, e)| StoreError::from(e))?;
        checkpointed
    }

    /// Opens it again.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn resume(&self) -> Result<(), StoreError> {
        self.lock().paused = false;
        self.read(|_| Ok(()))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves at worst an open transaction, which the
        // dropped guard has rolled back.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        inner.drop_connection(&self.path);
    }
}

impl Inner {
    fn open(&mut self, path: &Path) -> Result<&mut Connection, StoreError> {
        if self.conn.as_ref().is_some_and(|conn| !conn.is_autocommit()) {
            self.drop_connection(path);
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let recovery = recovery::resume(path)?;
                self.note(recovery);
                let made = !path.exists();
                // Before the file is looked at: it is this one that may turn
                // out damaged. A new one has its number only once it is there.
                self.file = FileId::of(path);
                let conn = connect(path)?;
                if made {
                    self.file = FileId::of(path);
                }
                self.durability = Durability::Full;
                conn
            }
        };
        Ok(self.conn.insert(conn))
    }

    fn note(&mut self, recovery: Option<Recovery>) {
        if recovery.is_some() {
            self.recovered = recovery;
        }
    }

    /// Lets the connection go. Where the path names another file by now, SQLite
    /// must not tidy up: the log that it would remove by its name is the other's.
    fn drop_connection(&mut self, path: &Path) {
        if FileId::of(path) != self.file {
            self.abandon();
        }
        self.conn = None;
    }

    /// Lets the connection go without a last write.
    fn abandon(&mut self) {
        if let Some(conn) = self.conn.take() {
            let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }

    fn set_durability(&mut self, wanted: Durability) -> Result<(), StoreError> {
        if self.durability != wanted
            && let Some(conn) = &self.conn
        {
            conn.execute_batch(match wanted {
                _ if sabotage::is(sabotage::SYNC_OFF) => "PRAGMA synchronous=OFF",
                _ if sabotage::is(sabotage::SYNC_NORMAL) => "PRAGMA synchronous=NORMAL",
                Durability::Full => "PRAGMA synchronous=FULL",
                Durability::Retold => "PRAGMA synchronous=NORMAL",
            })?;
            self.durability = wanted;
        }
        Ok(())
    }
}

/// Opens the file, checks that it is ours and brings it to this version.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    schema::peek(path)?;
    let mut conn = bare(path)?;
    if let Err(error) = schema::recognise(&conn) {
        // Closing must not write to a file that is not ours to write.
        let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        return Err(error);
    }
    conn.execute_batch(
        "PRAGMA journal_mode=WAL;
         PRAGMA synchronous=FULL;
         PRAGMA fullfsync=ON;
         PRAGMA checkpoint_fullfsync=ON;
         PRAGMA journal_size_limit=4194304;",
    )?;
    if sabotage::is(sabotage::SYNC_OFF) {
        conn.execute_batch("PRAGMA synchronous=OFF")?;
    } else if sabotage::is(sabotage::SYNC_NORMAL) {
        conn.execute_batch("PRAGMA synchronous=NORMAL")?;
    }
    schema::upgrade(&mut conn)?;
    schema::validate(&conn)?;
    Ok(conn)
}

/// A connection that has not yet looked at the file.
pub(super) fn bare(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(32);
    conn.execute_batch(
        "PRAGMA cell_size_check=ON;
         PRAGMA trusted_schema=OFF;
         PRAGMA temp_store=MEMORY;
         PRAGMA cache_size=-2048;",
    )?;
    Ok(conn)
}

/// Which file a path names, so that one moved aside by another process is
/// noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId(u64, u64);

impl FileId {
    const NONE: Self = Self(0, 0);

    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).map_or(Self::NONE, |m| Self(m.dev(), m.ino()))
    }

    #[cfg(not(unix))]
    pub(super) fn of(_path: &Path) -> Self {
        Self::NONE
    }
}
