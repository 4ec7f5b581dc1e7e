//! The tables, and how a file of each earlier version becomes one of this.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::StoreError;

/// The version that this build writes, in the file as `user_version`.
pub const VERSION: i64 = 3;

/// Marks a SQLite file as a Pakmut phone's: `PKMT`, in the file as
/// `application_id`.
pub const APPLICATION_ID: i64 = 0x504b_4d54;

/// No version will ever be above this: one that is came of a damaged page.
const MOST_VERSION: i64 = 255;

/// Each step from one version to the next; the first makes a new file. A step
/// that was ever released is never changed.
const STEPS: [&str; 3] = [
    // Items are ordered by `seq`, as they were saved. `next_try` is a monotonic
    // time of the boot under the key `tries_boot`; 0 for at once. `done_at` is
    // the registry's time, by which old ones are cleared away.
    //
    // Partial indexes keep every question about the queue apart from how many
    // items were sent long ago. Each item is in just one of them, and there is
    // none over all ids: every index more would be a page more to sync at each
    // save. Ids are made here, with 74 random bits.
    "CREATE TABLE items (
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
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
     CREATE INDEX items_wedged ON items (id) WHERE state = 2;
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
    // Half-filled survey forms, and the versions of the forms that they were
    // begun with: what is pulled may be replaced meanwhile.
    "CREATE TABLE drafts (
        id BLOB PRIMARY KEY,
        form TEXT NOT NULL,
        version TEXT NOT NULL,
        changed INTEGER NOT NULL,
        body TEXT NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE draft_forms (
        form TEXT NOT NULL,
        version TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (form, version)
     ) STRICT, WITHOUT ROWID;",
    // Photos, each a file beside this one, and the items that name them by
    // their places. `next_try` and `done_at` are as in `items`; a row that was
    // sent or dropped stays as long as items do.
    "CREATE TABLE attachments (
        hash BLOB PRIMARY KEY,
        state INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        next_try INTEGER NOT NULL DEFAULT 0,
        done_at INTEGER,
        reason TEXT
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE attachment_items (
        hash BLOB NOT NULL,
        item INTEGER NOT NULL,
        PRIMARY KEY (hash, item)
     ) STRICT, WITHOUT ROWID;",
];

/// The tables that a file of this version has.
const TABLES: [(&str, &str); 8] = [
    (
        "items",
        "seq, id, kind, version, account, device, wall, mono, boot, skew, gnss, seen, hash, \
         state, tries, next_try, done_at, reason, detail, sig, payload",
    ),
    ("pulled", "record, key, generation, body"),
    ("meta", "key, value"),
    ("lease", "one, holder, boot, until"),
    ("drafts", "id, form, version, changed, body"),
    ("draft_forms", "form, version, body"),
    (
        "attachments",
        "hash, state, tries, next_try, done_at, reason",
    ),
    ("attachment_items", "hash, item"),
];

/// Its indexes over the queue, each with what it is for.
const INDEXES: [(&str, &str); 3] = [
    ("items_pending", "WHERE state = 0"),
    ("items_wedged", "WHERE state = 2"),
    ("items_done", "WHERE state IN (1, 3)"),
];

/// Refuses a file of a newer version or another program, before anything is
/// written to it.
///
/// # Errors
/// [`StoreError::NewerSchema`], [`StoreError::Foreign`], or what SQLite says.
pub(super) fn recognise(conn: &Connection) -> Result<i64, StoreError> {
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != 0 && application != APPLICATION_ID {
        // With our tables in it, it is ours, and its first page is damaged.
        return Err(match validate(conn) {
            Ok(()) => StoreError::Corrupt(format!("application id {application}")),
            Err(_) => StoreError::Foreign { found: application },
        });
    }
    if !(0..=MOST_VERSION).contains(&version) {
        return Err(StoreError::Corrupt(format!("version {version}")));
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

/// Refuses a newer file by its first bytes, before SQLite has opened it and
/// laid its own files beside it.
///
/// # Errors
/// [`StoreError::NewerSchema`], or what the disk says.
pub(super) fn peek(path: &Path) -> Result<(), StoreError> {
    let mut head = [0; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Ok(()) => {}
        // Not there yet, or not yet whole.
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => {
            return Ok(());
        }
        Err(e) => return Err(e.into()),
    }
    let number = |at: usize| {
        let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
        i64::from(i32::from_be_bytes(bytes))
    };
    // fileformat2.html, section 1.3: user_version at 60, application_id at 68.
    let (version, application) = (number(60), number(68));
    if head.starts_with(b"SQLite format 3\0")
        && application == APPLICATION_ID
        && (VERSION + 1..=MOST_VERSION).contains(&version)
    {
        return Err(StoreError::NewerSchema {
            found: version,
            newest: VERSION,
        });
    }
    Ok(())
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

/// Checks that the tables, with their columns, and the indexes of the queue are
/// there. Reads the schema only, whatever the size of the file.
///
/// # Errors
/// [`StoreError::Corrupt`] where one is missing.
pub(super) fn validate(conn: &Connection) -> Result<(), StoreError> {
    let tables = TABLES
        .iter()
        .map(|(table, columns)| format!("SELECT {columns} FROM {table} LIMIT 0"));
    let indexes = INDEXES
        .iter()
        .map(|(index, condition)| format!("SELECT 1 FROM items INDEXED BY {index} {condition}"));
    for question in tables.chain(indexes) {
        conn.prepare(&question)
            .map_err(|e| match StoreError::from(e) {
                StoreError::Database(detail) => StoreError::Corrupt(detail),
                other => other,
            })?;
    }
    Ok(())
}
