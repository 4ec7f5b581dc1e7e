//! Counts a million stored responses anew, from what they say themselves, and
//! holds that against the tallies that the pages read.

use std::collections::HashMap;

use pakmut_domain::form::{Program, Response, Tally};
use rusqlite::Connection;
use uuid::Uuid;

/// How many tallies there are, and how many differ from the recount: each
/// counter's with what is held back of it, and each LAO's, each province's and
/// the country's as the sum of its counters'.
///
/// # Errors
/// Where something stored cannot be read.
pub fn recount(
    db: &Connection,
    program: &Program,
) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let mut anew: HashMap<Uuid, Tally> = HashMap::new();
    let mut all = db.prepare("SELECT subject, payload FROM items WHERE kind = 'response'")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let counter = Uuid::from_slice(row.get_ref(0)?.as_blob()?)?;
        let response: Response = serde_json::from_slice(row.get_ref(1)?.as_blob()?)?;
        let tally = Tally::of(program, &response);
        anew.entry(counter).or_default().add(&tally);
    }
    let mut stored: HashMap<String, Tally> = HashMap::new();
    let mut all = db.prepare("SELECT place, body FROM results")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let tally: Tally = serde_json::from_str(row.get_ref(1)?.as_str()?)?;
        stored.entry(row.get(0)?).or_default().add(&tally);
    }
    // What is shown of a place is what is shown of its counters.
    let mut sums: HashMap<String, Tally> = HashMap::new();
    let mut all =
        db.prepare("SELECT c.id, l.no, l.province FROM counters c JOIN laos l ON l.no = c.lao")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let counter = Uuid::from_slice(row.get_ref(0)?.as_blob()?)?;
        let (lao, province): (i64, String) = (row.get(1)?, row.get(2)?);
        let Some(tally) = stored.get(&format!("counter:{counter}")) else {
            continue;
        };
        for place in [
            "country".to_owned(),
            format!("province:{province}"),
            format!("lao:{lao}"),
        ] {
            sums.entry(place).or_default().add(tally);
        }
    }
    let mut differ = 0;
    for (place, tally) in &stored {
        if !place.starts_with("counter:") && sums.get(place) != Some(tally) {
            differ += 1;
        }
    }
    let mut all = db.prepare("SELECT place, body FROM results_held")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let tally: Tally = serde_json::from_str(row.get_ref(1)?.as_str()?)?;
        stored.entry(row.get(0)?).or_default().add(&tally);
    }
    for (counter, tally) in &anew {
        if stored.get(&format!("counter:{counter}")) != Some(tally) {
            differ += 1;
        }
    }
    Ok((sums.len() + anew.len(), differ))
}
