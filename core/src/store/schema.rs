//! The tables, and how a file of each earlier version becomes one of this.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::StoreError;

/// The version that this build writes, in the file as `user_version`.
pub const VERSION: i64 = 1;

/// Marks a SQLite file as a Pakmut phone's: `PKMT`, in the file as
/// `application_id`.
pub const APPLICATION_ID: i64 = 0x504b_4d54;

/// Each step from one version to the next; the first makes a new file. A step
/// that was ever released is never changed.
const STEPS: [&str; 1] = [
    // Items are ordered by `seq`, as they were saved. `next_try` is a monotonic
    // time of the boot under the key `tries_boot`; 0 for at once. `done_at` is
    // the registry's time, by which old ones are cleared away.
    //
    // Partial indexes keep every question about the queue apart from how many
    // items were sent long ago.
    "CREATE TABLE items (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        version INTEGER NOT NULL,
        account BLOB NOT NULL,
        device BLOB NOT NULL,
        wall INTEGER NOT NULL,
        mono INTEGER NOT NULL,
        boot BLOB NOT NULL,
        skew INTEGER,
        gnss INTEGER,
        seen BLOB,
        hash BLOB NOT NULL,
        state INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        next_try INTEGER NOT NULL DEFAULT 0,
        done_at INTEGER,
        reason TEXT,
        detail TEXT,
        sig TEXT,
        payload TEXT NOT NULL
     ) STRICT;
     CREATE INDEX items_pending ON items (seq, next_try) WHERE state = 0;
     CREATE INDEX items_wedged ON items (seq) WHERE state = 2;
     CREATE INDEX items_done ON items (state, done_at) WHERE state IN (1, 3);
     CREATE TABLE pulled (
        record TEXT NOT NULL,
        key TEXT NOT NULL,
        generation INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (record, key)
     ) STRICT;
     CREATE INDEX pulled_generation ON pulled (generation);
     CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE lease (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        holder BLOB NOT NULL,
        boot BLOB NOT NULL,
        until INTEGER NOT NULL
     ) STRICT;",
];

/// The tables that a file of this version has.
const TABLES: [&str; 4] = ["items", "pulled", "meta", "lease"];

/// Refuses a file of a newer version or another program, before anything is
/// written to it.
///
/// # Errors
/// [`StoreError::NewerSchema`], [`StoreError::Foreign`], or what SQLite says.
pub(super) fn recognise(conn: &Connection) -> Result<i64, StoreError> {
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign { found: application });
    }
    if version > VERSION {
        return Err(StoreError::NewerSchema {
            found: version,
            newest: VERSION,
        });
    }
    if application == 0 && version == 0 {
        let anything: Option<i64> = conn
            .query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |row| row.get(0))
            .optional()?;
        if anything.is_some() {
            return Err(StoreError::Foreign { found: 0 });
        }
    }
    Ok(version)
}

/// Brings the file to this version, in one transaction.
///
/// # Errors
/// What [`recognise`] refuses, or what SQLite says; the file is then as before.
pub(super) fn upgrade(conn: &mut Connection) -> Result<(), StoreError> {
    upgrade_to(conn, VERSION)
}

/// The same to an earlier version: for making the fixtures of the tests.
pub(super) fn upgrade_to(conn: &mut Connection, target: i64) -> Result<(), StoreError> {
    if recognise(conn)? >= target {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let found = recognise(&tx)?;
    for step in found..target {
        let sql = usize::try_from(step)
            .ok()
            .and_then(|step| STEPS.get(step))
            .ok_or_else(|| StoreError::Database(format!("no step from version {step}")))?;
        tx.execute_batch(sql)?;
    }
    if found < target {
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", target)?;
    }
    tx.commit()?;
    Ok(())
}

/// Checks that the tables are there. Reads the schema only, whatever the size
/// of the file.
///
/// # Errors
/// [`StoreError::Corrupt`] where one is missing.
pub(super) fn validate(conn: &Connection) -> Result<(), StoreError> {
    for table in TABLES {
        conn.prepare(&format!("SELECT * FROM {table} LIMIT 0"))
            .map_err(|e| match StoreError::from(e) {
                StoreError::Database(detail) => StoreError::Corrupt(detail),
                other => other,
            })?;
    }
    Ok(())
}
