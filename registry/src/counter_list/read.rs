//! Reads the rows of a list against what is there.

use std::collections::{HashMap, HashSet};

use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::model::{Address, CounterKind, CounterStatus};
use pakmut_domain::wire::payload::CounterProposal;
use pakmut_domain::zero_copy::import::Sheet;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{Change, Fault, Listed, Preview, columns, listed};
use crate::store::{CounterRow, Of, Read, StoreError};

/// The most characters of a name and of an address.
const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 500;

/// What is there, as far as a list may name it.
struct Known {
    laos: Vec<Listed>,
    by_id: HashMap<Uuid, CounterRow>,
    by_name: HashMap<(i64, String), Uuid>,
}

/// One row, by column.
struct Row<'s> {
    line: usize,
    values: HashMap<&'static str, &'s str>,
}

impl Row<'_> {
    /// A value, clean; none where the list has no such column.
    fn get(&self, column: &str) -> Option<String> {
        self.values
            .get(column)
            .map(|text| text.trim().nfc().collect())
    }

    /// A value that says something.
    fn said(&self, column: &str) -> Option<String> {
        self.get(column).filter(|text| !text.is_empty())
    }

    fn fault(&self, column: &'static str, code: &'static str) -> Fault {
        Fault {
            line: self.line,
            column,
            code,
        }
    }
}

/// What a list would change among the counters of an LAO or a province. A
/// column that it does not have stays as it is; without an id, LAO and name
/// tell a counter.
///
/// # Errors
/// [`StoreError`].
pub async fn preview(read: &mut Read, of: &Of, sheet: &Sheet) -> Result<Preview, StoreError> {
    let mut preview = Preview::default();
    let heads = sheet.rows.first().map_or(&[][..], Vec::as_slice);
    let found: Vec<(usize, &'static str)> = heads
        .iter()
        .enumerate()
        .filter_map(|(at, heading)| Some((at, columns::column(heading)?)))
        .collect();
    let whole = |column, code| Fault {
        line: sheet.first_row,
        column,
        code,
    };
    let has = |column: &str| found.iter().any(|(_, of)| *of == column);
    let mut once = HashSet::new();
    for (_, column) in &found {
        if !once.insert(*column) {
            preview
                .faults
                .push(whole(column, "catalogue_duplicate_column"));
        }
    }
    if !has("name") && !has("id") {
        preview.faults.push(whole("name", "column_missing"));
    }
    if matches!(of, Of::Province(_)) && !has("dla_code") && !has("id") {
        preview.faults.push(whole("dla_code", "column_missing"));
    }
    if !preview.faults.is_empty() {
        return Ok(preview);
    }
    let rows: Vec<Row<'_>> = sheet
        .rows
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
        .map(|(at, cells)| Row {
            line: sheet.first_row + at,
            values: found
                .iter()
                .map(|(at, column)| (*column, cells.get(*at).map_or("", String::as_str)))
                .collect(),
        })
        .collect();
    if rows.is_empty() {
        preview.faults.push(whole("", "file_empty"));
        return Ok(preview);
    }
    let known = known(read, of, &rows).await?;
    let mut taken = HashSet::new();
    for row in &rows {
        match change(row, &known, of) {
            Ok((lao, name, change)) => {
                let is = change.before.as_ref().map(|before| before.id);
                let twice = !taken.insert((lao, name))
                    || is.is_some_and(|id| !taken.insert((0, id.to_string())));
                if twice {
                    preview.faults.push(row.fault("name", "counter_duplicate"));
                } else if is.is_some() && change.fields(pakmut_domain::words::Lang::En).is_empty() {
                    preview.same += 1;
                } else {
                    preview.changes.push(change);
                }
            }
            Err(faults) => preview.faults.extend(faults),
        }
    }
    let ids: Vec<Uuid> = preview
        .changes
        .iter()
        .map(|change| change.after.counter)
        .collect();
    let mut said = read.proposals_of(&ids).await?;
    for change in &mut preview.changes {
        change.seen = said.remove(&change.after.counter).unwrap_or_default();
    }
    Ok(preview)
}

async fn known(read: &mut Read, of: &Of, rows: &[Row<'_>]) -> Result<Known, StoreError> {
    let laos = listed(read, of).await?;
    let mut by_id = HashMap::new();
    let mut by_name = HashMap::new();
    for one in read.pinned_counters(of).await? {
        let is = &one.counter.definition;
        by_name.insert((is.lao, is.name.clone()), one.counter.id);
        by_id.insert(one.counter.id, one.counter);
    }
    // Closed ones can be named by their ids.
    let named: Vec<Uuid> = rows
        .iter()
        .filter_map(|row| row.said("id")?.parse().ok())
        .filter(|id| !by_id.contains_key(id))
        .collect();
    for counter in read.counters(&named).await? {
        let is_here = laos.iter().any(|of| of.lao.no == counter.definition.lao);
        if is_here {
            by_id.insert(counter.id, counter);
        }
    }
    Ok(Known {
        laos,
        by_id,
        by_name,
    })
}

/// What a row changes, with what tells its counter.
fn change(row: &Row<'_>, known: &Known, of: &Of) -> Result<(i64, String, Change), Vec<Fault>> {
    let mut faults = Vec::new();
    let named = match row.said("id").map(|id| id.parse::<Uuid>()) {
        None => None,
        Some(Err(_)) => return Err(vec![row.fault("id", "id_malformed")]),
        Some(Ok(id)) => match known.by_id.get(&id) {
            Some(counter) => Some(counter),
            None => return Err(vec![row.fault("id", "counter_unknown")]),
        },
    };
    let by_code = |code: &str| {
        let code = arabic_digits(code);
        known
            .laos
            .iter()
            .find(|of| of.code.as_deref() == Some(code.as_str()))
    };
    let lao = match (row.said("dla_code"), named, of) {
        (Some(code), ..) => by_code(&code),
        (None, Some(counter), _) => known
            .laos
            .iter()
            .find(|of| of.lao.no == counter.definition.lao),
        (None, None, Of::Lao(_)) => known.laos.first(),
        (None, None, Of::Province(_)) => {
            return Err(vec![row.fault("dla_code", "value_missing")]);
        }
    };
    let Some(lao) = lao else {
        return Err(vec![row.fault("dla_code", "lao_code_unknown")]);
    };
    if named.is_some_and(|counter| counter.definition.lao != lao.lao.no) {
        return Err(vec![row.fault("dla_code", "counter_of_other_lao")]);
    }
    let before = named.or_else(|| {
        let name = row.said("name")?;
        known.by_id.get(known.by_name.get(&(lao.lao.no, name))?)
    });
    let was = before.map(|row| &row.definition);
    let name = row
        .said("name")
        .or_else(|| was.map(|was| was.name.clone()))
        .unwrap_or_default();
    if name.is_empty() {
        faults.push(row.fault("name", "value_missing"));
    } else if name.chars().count() > MAX_NAME {
        faults.push(row.fault("name", "counter_name_length"));
    }
    let kind = match row.said("kind") {
        None => was.map_or(CounterKind::Branch, |was| was.kind),
        Some(word) => columns::kind(&word).unwrap_or_else(|| {
            faults.push(row.fault("kind", "counter_kind_unknown"));
            CounterKind::Branch
        }),
    };
    let status = match row.said("status") {
        None => was.map_or(CounterStatus::Active, |was| was.status),
        Some(word) => columns::status(&word).unwrap_or_else(|| {
            faults.push(row.fault("status", "counter_status_unknown"));
            CounterStatus::Active
        }),
    };
    let address = address(row, was.map(|was| &was.address), lao, &mut faults);
    let controls = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
    if [&name, &address.text]
        .into_iter()
        .any(|text| controls(text))
    {
        faults.push(row.fault("", "character_nul"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let after = CounterProposal {
        counter: before.map_or_else(Uuid::now_v7, |row| row.id),
        lao: lao.lao.id,
        name: name.clone(),
        kind,
        status,
        address,
    };
    let change = Change {
        line: row.line,
        lao_name: lao.lao.name_th.clone(),
        before: before.cloned(),
        after,
        seen: Vec::new(),
    };
    Ok((lao.lao.no, name, change))
}

fn address(row: &Row<'_>, was: Option<&Address>, lao: &Listed, faults: &mut Vec<Fault>) -> Address {
    let mut digits = |column: &'static str, count: usize, was: Option<&String>| {
        let Some(text) = row.get(column) else {
            return was.cloned();
        };
        let text = arabic_digits(&text);
        if text.is_empty() {
            return None;
        }
        if text.len() != count || !text.bytes().all(|b| b.is_ascii_digit()) {
            faults.push(row.fault(column, "code_malformed"));
        } else if column == "subdistrict" && !text.starts_with(&lao.lao.province) {
            faults.push(row.fault(column, "subdistrict_of_other_province"));
        }
        Some(text)
    };
    let subdistrict = digits(
        "subdistrict",
        6,
        was.and_then(|was| was.subdistrict.as_ref()),
    );
    let postcode = digits("postcode", 5, was.and_then(|was| was.postcode.as_ref()));
    let mut free = |column: &'static str, was: Option<&String>| {
        let Some(text) = row.get(column) else {
            return was.cloned();
        };
        if text.chars().count() > MAX_TEXT {
            faults.push(row.fault(column, "text_too_long"));
        }
        Some(text).filter(|text| !text.is_empty())
    };
    Address {
        text: free("address", was.map(|was| &was.text)).unwrap_or_default(),
        subdistrict,
        postcode,
        phone: free("phone", was.and_then(|was| was.phone.as_ref())),
        extension: free("extension", was.and_then(|was| was.extension.as_ref())),
    }
}
