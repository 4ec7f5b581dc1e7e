//! A damaged file: it is moved aside, never deleted, and what can be read is
//! brought over into a new one, counted, and told to the person.
//!
//! Whatever moment the phone is switched off, the next start goes on where
//! this one stopped: a marker beside the file says what is under way.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params, params_from_iter};
use uuid::Uuid;

use super::carve::carve;
use super::connection::{FileId, bare};
use super::item::{COLUMNS, Item, NewRow, State, view_item};
use super::meta::{self, Cursor, MustReconcile, Resetting};
use super::outbox::ITEM_DAMAGED;
use super::{StoreError, schema};

/// The most places that are tried one by one between two readable stretches: as
/// many as the longest queue has. What lies further is found in the bare pages.
const MOST_PROBES: i64 = 100_000;

/// No queue ever comes to a place beyond this.
const MOST_PLACE: i64 = 1 << 48;

/// What became of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Where the damaged file lies now.
    pub aside: PathBuf,
    /// Items brought over whole.
    pub items: u64,
    /// Items brought over of which some bytes are wrong: wedged, for their
    /// author to look at.
    pub damaged: u64,
    /// Items that are known to have been there and could not be read.
    pub unread: u64,
    /// Records of pulled data brought over; the rest comes with the next pull.
    pub records: u64,
}

/// What was brought over already.
#[derive(Default)]
struct Taken {
    places: BTreeSet<i64>,
    ids: HashSet<Uuid>,
}

/// Moves the file aside and makes a new one of what can be read. Where another
/// process did it meanwhile (the file is no longer `damaged`), nothing is done.
///
/// # Errors
/// What the disk says; the next start goes on with it.
pub(super) fn recover(path: &Path, damaged: FileId) -> Result<Option<Recovery>, StoreError> {
    let mut marker = Marker::lock(path)?;
    if marker.aside()?.is_none() {
        if FileId::of(path) != damaged {
            marker.end()?;
            return Ok(None);
        }
        marker.begin(&free_name(path)?)?;
    }
    finish(path, &mut marker)
}

/// Goes on with a recovery that was cut off, where there is one.
///
/// # Errors
/// What the disk says.
pub(super) fn resume(path: &Path) -> Result<Option<Recovery>, StoreError> {
    if !marker_path(path).exists() {
        return Ok(None);
    }
    let mut marker = Marker::lock(path)?;
    finish(path, &mut marker)
}

fn finish(path: &Path, marker: &mut Marker) -> Result<Option<Recovery>, StoreError> {
    let Some(aside) = marker.aside()? else {
        marker.end()?;
        return Ok(None);
    };
    let fresh = with_suffix(path, ".new");
    let mut recovery = None;
    if !(aside.exists() && path.exists()) {
        // The write-ahead log holds acknowledged items: it goes along, under the
        // name by which SQLite finds it.
        if path.exists() {
            fs::rename(path, &aside)?;
        }
        let (wal, wal_aside) = (with_suffix(path, "-wal"), with_suffix(&aside, "-wal"));
        if wal.exists() && !wal_aside.exists() {
            fs::rename(&wal, &wal_aside)?;
        }
        for left in [
            with_suffix(path, "-shm"),
            with_suffix(path, "-wal"),
            with_suffix(&fresh, "-journal"),
            fresh.clone(),
        ] {
            remove(&left)?;
        }
        sync_folder(path)?;
        recovery = Some(salvage(&aside, &fresh)?);
        fs::rename(&fresh, path)?;
        sync_folder(path)?;
    }
    marker.end()?;
    Ok(recovery)
}

/// Reads what can be read of the damaged file into a new one.
fn salvage(aside: &Path, fresh: &Path) -> Result<Recovery, StoreError> {
    let mut new = bare(fresh)?;
    new.execute_batch("PRAGMA synchronous=FULL")?;
    schema::upgrade(&mut new)?;
    let mut recovery = Recovery {
        aside: aside.to_owned(),
        items: 0,
        damaged: 0,
        unread: 0,
        records: 0,
    };
    let tx = new.transaction()?;
    let mut read = Taken::default();
    let mut whole = false;
    let mut known = BTreeSet::new();
    if let Ok(old) = open_aside(aside) {
        whole = copy_items(&old, &tx, &mut read, &mut recovery)?;
        known = known_places(&old);
        copy_rest(&old, &tx, &mut recovery)?;
    }
    if !whole {
        copy_carved(aside, &tx, &mut read, &mut recovery)?;
    }
    recovery.unread = known.difference(&read.places).count() as u64;
    // A mark may have been among what was damaged: whatever counts as sent is
    // asked about again.
    meta::put(&tx, &MustReconcile(true))?;
    meta::remove::<Cursor>(&tx)?;
    meta::remove::<Resetting>(&tx)?;
    tx.commit()?;
    new.close().map_err(|(_, e)| StoreError::from(e))?;
    File::open(fresh)?.sync_all()?;
    Ok(recovery)
}

fn open_aside(aside: &Path) -> Result<Connection, StoreError> {
    let old = bare(aside)?;
    // What was moved aside is evidence: it is only read.
    old.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    old.execute_batch("PRAGMA query_only=ON; PRAGMA cell_size_check=OFF;")?;
    Ok(old)
}

/// Reads from both ends up to the damage, then one by one what lies between or
/// what an index knows of. True where there was no damage in the table.
fn copy_items(
    old: &Connection,
    new: &Connection,
    read: &mut Taken,
    recovery: &mut Recovery,
) -> Result<bool, StoreError> {
    let up = scan(old, new, "ASC", read, recovery)?;
    if up.whole {
        return Ok(true);
    }
    let down = scan(old, new, "DESC", read, recovery)?;
    let mut places = known_places(old);
    let from = up.last.unwrap_or(0);
    if let Some(to) = down.last.or(places.last().copied())
        && to.saturating_sub(from) <= MOST_PROBES
    {
        places.extend(from..to);
    }
    let sql = format!("SELECT {COLUMNS}, done_at FROM items NOT INDEXED WHERE seq = ?1");
    for place in places {
        if read.places.contains(&place) {
            continue;
        }
        let Ok(mut query) = old.prepare_cached(&sql) else {
            continue;
        };
        let found = query.query_row([place], |row| Ok((view_item(row), row.get(19)?)));
        if let Ok((Ok(item), done_at)) = found {
            take(new, &item, done_at, read, recovery)?;
        }
    }
    Ok(false)
}

/// Takes what lies in the bare pages and was not read otherwise. Of an item that
/// is found in several states the one furthest on counts: what a person
/// discarded stays so, and what counts as sent is asked about.
fn copy_carved(
    aside: &Path,
    new: &Connection,
    read: &mut Taken,
    recovery: &mut Recovery,
) -> Result<(), StoreError> {
    // Of each carved item the place it was given, and its state.
    let mut carved: HashMap<Uuid, (i64, i64)> = HashMap::new();
    carve(aside, &with_suffix(aside, "-wal"), |found| {
        let (id, state) = (found.item.envelope.id, found.item.state.number());
        match carved.get(&id) {
            Some((place, before)) if state > *before => {
                let place = *place;
                new.prepare_cached(
                    "UPDATE items SET state = ?2, reason = ?3, detail = ?4, done_at = ?5
                     WHERE seq = ?1",
                )?
                .execute(params![
                    place,
                    state,
                    found.item.reason,
                    found.item.detail,
                    found.done_at
                ])?;
                carved.insert(id, (place, state));
            }
            Some(_) => {}
            None => {
                if let Some(place) = take(new, &found.item, found.done_at, read, recovery)? {
                    carved.insert(id, (place, state));
                }
            }
        }
        Ok(())
    })
}

struct Scan {
    whole: bool,
    last: Option<i64>,
}

fn scan(
    old: &Connection,
    new: &Connection,
    order: &str,
    read: &mut Taken,
    recovery: &mut Recovery,
) -> Result<Scan, StoreError> {
    let mut scan = Scan {
        whole: false,
        last: None,
    };
    let sql = format!("SELECT {COLUMNS}, done_at FROM items NOT INDEXED ORDER BY seq {order}");
    let Ok(mut query) = old.prepare(&sql) else {
        return Ok(scan);
    };
    let Ok(mut rows) = query.query([]) else {
        return Ok(scan);
    };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let place: Option<i64> = row.get(0).ok();
                // A page that holds itself gives its rows for ever.
                if let Some((last, place)) = scan.last.zip(place)
                    && (place > last) != (order == "ASC")
                {
                    return Ok(scan);
                }
                scan.last = place;
                if let Ok(item) = view_item(row) {
                    let done_at = row.get(19).ok();
                    take(new, &item, done_at, read, recovery)?;
                }
            }
            Ok(None) => {
                scan.whole = true;
                return Ok(scan);
            }
            Err(_) => return Ok(scan),
        }
    }
}

/// The places that the indexes know of, each item being in one of them.
fn known_places(old: &Connection) -> BTreeSet<i64> {
    let mut places = BTreeSet::new();
    for (index, condition, key) in [
        ("items_pending", "state = 0", "seq"),
        ("items_wedged", "state = 2", "id"),
        ("items_done", "state IN (1, 3)", "state"),
    ] {
        for order in ["ASC", "DESC"] {
            let sql = format!(
                "SELECT seq FROM items INDEXED BY {index} WHERE {condition} ORDER BY {key} {order}"
            );
            let Ok(mut query) = old.prepare(&sql) else {
                continue;
            };
            if let Ok(rows) = query.query_map([], |row| row.get::<_, i64>(0)) {
                let most = usize::try_from(MOST_PROBES).unwrap_or(usize::MAX);
                places.extend(rows.map_while(Result::ok).take(most));
            }
        }
    }
    places
}

/// Brings one item over and gives its place; none where it is there already.
fn take(
    new: &Connection,
    item: &Item,
    done_at: Option<i64>,
    read: &mut Taken,
    recovery: &mut Recovery,
) -> Result<Option<i64>, StoreError> {
    let whole = item.envelope.hash() == item.hash;
    if !read.ids.insert(item.envelope.id) {
        return Ok(None);
    }
    // A place that is taken or cannot be was damaged itself: the item comes last.
    let place = (item.seq > 0 && item.seq < MOST_PLACE && !read.places.contains(&item.seq))
        .then_some(item.seq);
    NewRow::of(&item.envelope).insert(new)?;
    let given = new.last_insert_rowid();
    let place = place.unwrap_or(given);
    let wedged = !whole && item.state == State::Pending;
    let (state, reason) = if wedged {
        (State::Wedged, Some(ITEM_DAMAGED.to_owned()))
    } else {
        (item.state, item.reason.clone())
    };
    new.prepare_cached(
        "UPDATE items SET seq = ?2, hash = ?3, state = ?4, tries = ?5, reason = ?6, detail = ?7,
            done_at = ?8
         WHERE seq = ?1",
    )?
    .execute(params![
        given,
        place,
        item.hash.as_bytes(),
        state.number(),
        item.tries,
        reason,
        item.detail,
        done_at
    ])?;
    read.places.insert(place);
    if whole {
        recovery.items += 1;
    } else {
        recovery.damaged += 1;
    }
    Ok(Some(place))
}

fn copy_rest(
    old: &Connection,
    new: &Connection,
    recovery: &mut Recovery,
) -> Result<(), StoreError> {
    if let Ok(mut query) = old.prepare("SELECT record, key, body FROM pulled")
        && let Ok(mut rows) = query.query([])
    {
        while let Ok(Some(row)) = rows.next() {
            let read = (|| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))();
            let read: Result<(String, String, String), rusqlite::Error> = read;
            if let Ok((record, key, body)) = read
                && serde_json::from_str::<&serde_json::value::RawValue>(&body).is_ok()
            {
                let put = new.execute(
                    "INSERT OR IGNORE INTO pulled (record, key, generation, body)
                     VALUES (?1, ?2, 0, ?3)",
                    params![record, key, body],
                )?;
                recovery.records += put as u64;
            }
        }
    }
    for (table, columns) in [
        ("meta", &["key", "value"][..]),
        ("drafts", &["id", "form", "version", "changed", "body"]),
        ("draft_forms", &["form", "version", "body"]),
        ("attachments", &["hash", "state", "reason", "done_at"]),
        ("attachment_items", &["hash", "item"]),
    ] {
        copy_table(old, new, table, columns)?;
    }
    Ok(())
}

/// Copies the rows that can be read, up to the damage.
fn copy_table(
    old: &Connection,
    new: &Connection,
    table: &str,
    columns: &[&str],
) -> Result<(), StoreError> {
    let names = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let insert = format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})");
    let Ok(mut query) = old.prepare(&format!("SELECT {names} FROM {table}")) else {
        return Ok(());
    };
    let Ok(mut rows) = query.query([]) else {
        return Ok(());
    };
    while let Ok(Some(row)) = rows.next() {
        let values: Result<Vec<Value>, _> = (0..columns.len()).map(|at| row.get(at)).collect();
        if let Ok(values) = values
            && let Err(error) = new.execute(&insert, params_from_iter(values))
        {
            // A value of another type than its column's came of the damage.
            let code = error.sqlite_error_code();
            if code != Some(ErrorCode::ConstraintViolation) {
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// The file beside the queue that says a recovery is under way, and under
/// which name the damaged file is kept. Held locked meanwhile.
struct Marker {
    path: PathBuf,
    file: File,
    beside: PathBuf,
}

impl Marker {
    fn lock(queue: &Path) -> Result<Self, StoreError> {
        let path = marker_path(queue);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)?;
        file.lock()?;
        Ok(Self {
            path,
            file,
            beside: queue.to_owned(),
        })
    }

    /// The name for the damaged file, where a recovery is under way.
    fn aside(&mut self) -> Result<Option<PathBuf>, StoreError> {
        let mut name = String::new();
        self.file.seek(SeekFrom::Start(0))?;
        // A torn write is no recovery begun: nothing was renamed yet.
        if (&mut self.file)
            .take(4_096)
            .read_to_string(&mut name)
            .is_err()
        {
            return Ok(None);
        }
        Ok(name
            .strip_suffix('\n')
            .filter(|name| !name.is_empty() && !name.contains(['/', '\\']))
            .map(|name| self.beside.with_file_name(name)))
    }

    fn begin(&mut self, aside: &Path) -> Result<(), StoreError> {
        let name = aside.file_name().unwrap_or_default().to_string_lossy();
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(format!("{name}\n").as_bytes())?;
        self.file.sync_all()?;
        sync_folder(&self.path)
    }

    fn end(&self) -> Result<(), StoreError> {
        remove(&self.path)?;
        sync_folder(&self.path)
    }
}

fn marker_path(queue: &Path) -> PathBuf {
    with_suffix(queue, ".recovery")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

fn free_name(path: &Path) -> Result<PathBuf, StoreError> {
    (1..10_000)
        .map(|n| with_suffix(path, &format!(".damaged-{n}")))
        .find(|name| !name.exists())
        .ok_or_else(|| StoreError::Io("10,000 damaged files lie here already".to_owned()))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

/// Makes renames and new files in the file's folder last through a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
