//! Items out of the bare pages of a file whose tables can no longer be walked.
//!
//! Every page that looks like a leaf of a table is read for records of the
//! shape of an item, and only those whose bytes give their hash are taken: what
//! is found is what was saved, or nothing. Source: sqlite.org/fileformat2.html,
//! sections 1.5, 1.6, 2.1 and 4.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use pakmut_domain::wire::{Envelope, ItemHash, Kind, Saved};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::item::{Item, State};

/// SQLite's page size where the file no longer tells its own.
const PAGE: usize = 4_096;

/// The most bytes of one record: the largest payload, and all else at its longest.
const MOST_RECORD: usize = 256 * 1_024;

/// The columns of an item's record, as [`super::schema`] makes them.
const COLUMNS: usize = 21;

/// An item as it was found, and when it was done.
pub(super) struct Found {
    pub(super) item: Item,
    pub(super) done_at: Option<i64>,
}

/// Calls `take` with every item found: first those of the write-ahead log, the
/// latest first, then those of the main file. The same item may come more than
/// once, in an older state.
///
/// # Errors
/// What `take` says, or what the disk says.
pub(super) fn carve<E: From<std::io::Error>>(
    main: &Path,
    log: &Path,
    mut take: impl FnMut(Found) -> Result<(), E>,
) -> Result<(), E> {
    let mut pages = Pages::open(main, log)?;
    let mut buffer = vec![0; pages.size];
    let frames: Vec<(u32, u64)> = pages.frames.clone();
    for (page, at) in frames.into_iter().rev() {
        if pages.read_log(at, &mut buffer) {
            leaf(&mut pages, page, &buffer, &mut take)?;
        }
    }
    for page in 1..=pages.count {
        if pages.read_main(page, &mut buffer) {
            leaf(&mut pages, page, &buffer, &mut take)?;
        }
    }
    Ok(())
}

fn leaf<E>(
    pages: &mut Pages,
    page: u32,
    bytes: &[u8],
    take: &mut impl FnMut(Found) -> Result<(), E>,
) -> Result<(), E> {
    let head = if page == 1 { 100 } else { 0 };
    if bytes.get(head) != Some(&0x0d) {
        return Ok(());
    }
    let cells = usize::from(u16_at(bytes, head + 3).unwrap_or(0));
    for cell in 0..cells {
        let Some(at) = u16_at(bytes, head + 8 + 2 * cell) else {
            return Ok(());
        };
        if let Some(found) = cell_at(pages, bytes, usize::from(at)) {
            take(found)?;
        }
    }
    Ok(())
}

fn cell_at(pages: &mut Pages, bytes: &[u8], at: usize) -> Option<Found> {
    let mut rest = bytes.get(at..)?;
    let length = usize::try_from(varint(&mut rest)?).ok()?;
    let seq = varint(&mut rest)?;
    if length > MOST_RECORD {
        return None;
    }
    let usable = bytes.len();
    let most = usable - 35;
    let record = if length <= most {
        rest.get(..length)?.to_vec()
    } else {
        let least = (usable - 12) * 32 / 255 - 23;
        let fitting = least + (length - least) % (usable - 4);
        let local = if fitting <= most { fitting } else { least };
        let mut record = rest.get(..local)?.to_vec();
        let mut next = u32_at(rest, local)?;
        let mut buffer = vec![0; usable];
        while record.len() < length {
            if !pages.read_newest(next, &mut buffer) {
                return None;
            }
            next = u32_at(&buffer, 0)?;
            let more = (length - record.len()).min(usable - 4);
            record.extend_from_slice(buffer.get(4..4 + more)?);
        }
        record
    };
    item_of(seq, &record)
}

enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl Value<'_> {
    fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(n) => Some(*n),
            _ => None,
        }
    }
    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some((*text).to_owned()),
            _ => None,
        }
    }
    fn blob(&self) -> Option<&[u8]> {
        match self {
            Self::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
    fn id(&self) -> Option<Uuid> {
        Uuid::from_slice(self.blob()?).ok()
    }
}

fn item_of(seq: i64, record: &[u8]) -> Option<Found> {
    let mut head = record;
    let head_length = usize::try_from(varint(&mut head)?).ok()?;
    let varint_length = record.len() - head.len();
    let mut types = record.get(varint_length..head_length)?;
    let mut body = record.get(head_length..)?;
    let mut values = Vec::with_capacity(COLUMNS);
    while !types.is_empty() {
        if values.len() == COLUMNS {
            return None;
        }
        values.push(value(varint(&mut types)?, &mut body)?);
    }
    let [
        _,
        id,
        kind,
        version,
        account,
        device,
        wall,
        mono,
        boot,
        skew,
        gnss,
        seen,
        hash,
        state,
        tries,
        _,
        done_at,
        reason,
        detail,
        sig,
        payload,
    ] = values.as_slice()
    else {
        return None;
    };
    let envelope = Envelope {
        id: id.id()?,
        kind: Kind::new(kind.text()?).ok()?,
        version: u16::try_from(version.integer()?).ok()?,
        account: account.id()?,
        device: device.id()?,
        saved: Saved {
            wall: wall.integer()?,
            mono: mono.integer()?,
            boot: boot.id()?,
            offset: skew.integer(),
            gnss: gnss.integer(),
        },
        seen: seen
            .blob()
            .unwrap_or_default()
            .chunks_exact(16)
            .filter_map(|id| Uuid::from_slice(id).ok())
            .collect(),
        payload: RawValue::from_string(payload.text()?).ok()?,
        sig: sig.text(),
    };
    let hash = ItemHash::from_slice(hash.blob()?).ok()?;
    (envelope.hash() == hash).then(|| Found {
        done_at: done_at.integer(),
        item: Item {
            seq,
            envelope,
            hash,
            state: State::from_number(state.integer().unwrap_or(0)),
            tries: tries
                .integer()
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            reason: reason.text(),
            detail: detail.text(),
        },
    })
}

fn value<'a>(kind: i64, body: &mut &'a [u8]) -> Option<Value<'a>> {
    let length = match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        12.. => usize::try_from((kind - 12) / 2).ok()?,
        _ => return None,
    };
    let (bytes, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(match kind {
        0 => Value::Null,
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
            let start = if negative { -1 } else { 0 };
            Value::Integer(
                bytes
                    .iter()
                    .fold(start, |n: i64, b| (n << 8) | i64::from(*b)),
            )
        }
        7 => return None,
        _ if kind % 2 == 0 => Value::Blob(bytes),
        _ => Value::Text(std::str::from_utf8(bytes).ok()?),
    })
}

/// Reads a variable-length integer: up to nine bytes, big end first.
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut n: u64 = 0;
    for place in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        if place == 8 {
            n = (n << 8) | u64::from(*first);
            break;
        }
        n = (n << 7) | u64::from(first & 0x7f);
        if first & 0x80 == 0 {
            break;
        }
    }
    Some(n.cast_signed())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The pages of the file and of its log, one at a time.
struct Pages {
    main: File,
    log: Option<File>,
    size: usize,
    count: u32,
    /// Page number and place in the log of each frame of the log's last round.
    frames: Vec<(u32, u64)>,
    newest: HashMap<u32, u64>,
}

impl Pages {
    fn open(main: &Path, log: &Path) -> std::io::Result<Self> {
        let mut main = File::open(main)?;
        let mut head = Vec::new();
        (&mut main).take(100).read_to_end(&mut head)?;
        let stated = u16_at(&head, 16).map(usize::from);
        let size = stated
            .filter(|size| head.starts_with(b"SQLite format 3\0") && is_page_size(*size))
            .unwrap_or(PAGE);
        let length = main.metadata()?.len();
        let mut pages = Self {
            main,
            log: File::open(log).ok(),
            size,
            count: u32::try_from(length.div_ceil(size as u64)).unwrap_or(u32::MAX),
            frames: Vec::new(),
            newest: HashMap::new(),
        };
        pages.read_frames()?;
        Ok(pages)
    }

    /// Finds the frames of the log's last round: those with its salts. Earlier
    /// ones are in the main file already.
    fn read_frames(&mut self) -> std::io::Result<()> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let length = log.metadata()?.len();
        let mut head = [0; 32];
        if log.read_exact(&mut head).is_err() {
            return Ok(());
        }
        let step = 24 + self.size as u64;
        let mut at = 32;
        while at + step <= length {
            let mut frame = [0; 24];
            log.seek(SeekFrom::Start(at))?;
            log.read_exact(&mut frame)?;
            if frame[8..16] == head[16..24] {
                let page = u32_at(&frame, 0).unwrap_or(0);
                self.frames.push((page, at + 24));
                self.newest.insert(page, at + 24);
            }
            at += step;
        }
        Ok(())
    }

    fn read_log(&mut self, at: u64, buffer: &mut [u8]) -> bool {
        self.log.as_mut().is_some_and(|log| {
            log.seek(SeekFrom::Start(at)).is_ok() && log.read_exact(buffer).is_ok()
        })
    }

    /// Reads one page of the main file; the last may be cut off, the rest is
    /// then nought.
    fn read_main(&mut self, page: u32, buffer: &mut [u8]) -> bool {
        let Some(at) = u64::from(page).checked_sub(1).map(|n| n * self.size as u64) else {
            return false;
        };
        buffer.fill(0);
        if self.main.seek(SeekFrom::Start(at)).is_err() {
            return false;
        }
        let mut read = 0;
        while read < buffer.len() {
            match self.main.read(&mut buffer[read..]) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(_) => return false,
            }
        }
        read > 0
    }

    fn read_newest(&mut self, page: u32, buffer: &mut [u8]) -> bool {
        match self.newest.get(&page).copied() {
            Some(at) => self.read_log(at, buffer),
            None => self.read_main(page, buffer),
        }
    }
}

fn is_page_size(size: usize) -> bool {
    size.is_power_of_two() && (512..=32_768).contains(&size)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever bytes lie there, carving ends and makes nothing up.
        #[test]
        fn rubbish_gives_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..9_000), log: Vec<u8>) {
            let dir = tempfile::tempdir().unwrap();
            let (main, wal) = (dir.path().join("a"), dir.path().join("b"));
            let mut bytes = bytes;
            for page in bytes.chunks_mut(PAGE) {
                page[0] = 0x0d;
            }
            std::fs::write(&main, &bytes).unwrap();
            std::fs::write(&wal, &log).unwrap();
            let mut found = 0;
            carve::<std::io::Error>(&main, &wal, |_| { found += 1; Ok(()) }).unwrap();
            prop_assert_eq!(found, 0);
        }
    }
}
