//! What phones hold against what the registry's table holds, item by item.

use std::collections::HashMap;
use std::path::Path;

use pakmut_core::engine::Phone;
use pakmut_core::store::State;
use pakmut_domain::form::Response;
use pakmut_domain::wire::Kind;
use uuid::Uuid;

/// What the comparison counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Pins in the phones' files, whatever their state.
    pub pins_on_phones: u64,
    /// Items in the phones' files that the registry does not have with the same
    /// hash, and that are not shown to a person as wedged.
    pub lost: u64,
    /// Items that a phone shows as wedged.
    pub wedged: u64,
    /// Pins in the registry's table.
    pub pins_in_registry: u64,
    /// Trial responses in the phones' files, whatever their state.
    pub responses_on_phones: u64,
    /// Real ones.
    pub real_on_phones: u64,
    /// Trial responses in the registry's table.
    pub responses_in_registry: u64,
    /// Real ones.
    pub real_in_registry: u64,
    /// Rows of the registry's table beyond the first for one id, or that no phone ever saved.
    pub duplicates_in_registry: u64,
}

/// Rows of a phone's file read at a time.
const PAGE: usize = 500;

/// Compares the registry's file with the phones'.
///
/// # Errors
/// Where a file cannot be read.
pub fn compare<'a>(
    database: &Path,
    phones: impl Iterator<Item = &'a Phone>,
) -> Result<Compared, String> {
    let mut rows: HashMap<Uuid, (u64, Vec<u8>)> = HashMap::new();
    let mut compared = Compared::default();
    let open =
        rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    let registry = open.map_err(|e| e.to_string())?;
    let mut query = registry
        .prepare("SELECT id, kind, hash, payload FROM items")
        .map_err(|e| e.to_string())?;
    let found = query
        .query_map([], |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })
        .map_err(|e| e.to_string())?;
    for row in found {
        let (id, kind, hash, payload) = row.map_err(|e| e.to_string())?;
        let id = Uuid::from_slice(&id).map_err(|e| e.to_string())?;
        compared.pins_in_registry += u64::from(kind == Kind::PIN);
        if kind == Kind::RESPONSE {
            let trial = is_trial(&payload);
            compared.responses_in_registry += u64::from(trial);
            compared.real_in_registry += u64::from(!trial);
        }
        rows.entry(id).or_insert((0, hash)).0 += 1;
    }
    for phone in phones {
        let mut after = 0;
        loop {
            let page = phone.items(None, after, PAGE).map_err(|e| e.to_string())?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for item in &page {
                compared.pins_on_phones += u64::from(item.envelope.kind.as_str() == Kind::PIN);
                if item.envelope.kind.as_str() == Kind::RESPONSE {
                    let trial = is_trial(item.envelope.payload.get().as_bytes());
                    compared.responses_on_phones += u64::from(trial);
                    compared.real_on_phones += u64::from(!trial);
                }
                match rows.remove(&item.envelope.id) {
                    Some((times, hash)) => {
                        compared.duplicates_in_registry += times - 1;
                        compared.lost += u64::from(hash != item.hash.as_bytes());
                    }
                    None if item.state == State::Wedged => compared.wedged += 1,
                    None => compared.lost += 1,
                }
            }
        }
    }
    compared.duplicates_in_registry += rows.values().map(|(times, _)| times).sum::<u64>();
    Ok(compared)
}

fn is_trial(payload: &[u8]) -> bool {
    serde_json::from_slice::<Response>(payload).is_ok_and(|response| response.trial)
}
