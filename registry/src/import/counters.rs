//! Further counters, from CSV or from a GeoJSON file's properties.

use std::collections::HashMap;

use pakmut_domain::model::{Address, CounterKind, CounterStatus};
use uuid::Uuid;

use super::table::{self, Row};
use super::{ImportError, Imported, Source, derived_id};
use crate::store::{CounterRow, Definition, Store};

/// Imports counters: `dla_code` and `name`, and where there are, `id`, `kind`
/// (`branch` if not said), `status` (`active`), `address`, `subdistrict`,
/// `postcode`, `phone`, `extension`, `due` (1) and `sample` (0). A position in a
/// GeoJSON file is passed over: only a pin says where a counter is.
///
/// Without an `id`, LAO and name tell a counter. One that its staff changed
/// meanwhile is changed back: the list is meant to be the newest word.
///
/// # Errors
/// [`ImportError`]; then nothing was imported.
pub async fn import_counters(store: &Store, files: &[Source]) -> Result<Imported, ImportError> {
    let mut rows = Vec::new();
    for file in files {
        rows.extend(table::read(file, &["dla_code", "name"])?);
    }
    let mut write = store.write().await?;
    let codes: HashMap<String, i64> = write
        .all_codes()
        .await?
        .into_iter()
        .filter(|code| code.to.is_none())
        .map(|code| (code.code, code.lao))
        .collect();
    let lao_ids: HashMap<i64, Uuid> = write
        .all_laos()
        .await?
        .into_iter()
        .map(|lao| (lao.no, lao.id))
        .collect();
    let mut wanted: Vec<(&Row, Uuid, Definition)> = Vec::with_capacity(rows.len());
    let mut ids = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, definition) = read(row, &codes, &lao_ids)?;
        ids.push(id);
        wanted.push((row, id, definition));
    }
    let mut held: HashMap<Uuid, Option<CounterRow>> = write
        .counters(&ids)
        .await?
        .into_iter()
        .map(|counter| (counter.id, Some(counter)))
        .collect();
    let mut done = Imported::default();
    let mut put = Vec::new();
    for (row, id, definition) in wanted {
        // What was taken out and left empty was in the files before.
        let mut counter = match held.insert(id, None) {
            None => {
                done.added += 1;
                CounterRow::new(id, definition)
            }
            Some(Some(counter)) if counter.definition == definition => {
                done.same += 1;
                continue;
            }
            Some(Some(counter)) if counter.definition.lao != definition.lao => {
                return Err(row.error("counter_of_other_lao", "another LAO has this id"));
            }
            Some(Some(counter)) => {
                done.changed += 1;
                CounterRow {
                    definition,
                    ..counter
                }
            }
            Some(None) => {
                return Err(row.error("counter_duplicate", "this counter is there twice"));
            }
        };
        counter.revision = write.next_revision();
        put.push(counter);
    }
    write.put_counters(&put).await?;
    super::audited(&mut write, "counters", done).await?;
    write.commit().await?;
    Ok(done)
}

fn read(
    row: &Row,
    codes: &HashMap<String, i64>,
    lao_ids: &HashMap<i64, Uuid>,
) -> Result<(Uuid, Definition), ImportError> {
    let code = row.need("dla_code")?;
    let lao = *codes.get(code).ok_or_else(|| {
        row.error(
            "lao_code_unknown",
            format!("no LAO has the code {code} today"),
        )
    })?;
    let name = row.need("name")?.to_owned();
    let id = match row.get("id") {
        Some(text) => text
            .parse()
            .map_err(|_| row.error("id_malformed", format!("{text:?} is no UUID")))?,
        None => {
            let lao_id = lao_ids.get(&lao).copied().unwrap_or_default();
            derived_id("counter", &format!("{lao_id} {name}"))
        }
    };
    let kind = match row.get("kind").unwrap_or("branch") {
        "main_office" => CounterKind::MainOffice,
        "branch" => CounterKind::Branch,
        "one_stop" => CounterKind::OneStop,
        "mobile" => CounterKind::Mobile,
        other => {
            return Err(row.error(
                "counter_kind_unknown",
                format!("{other:?}: say main_office, branch, one_stop or mobile"),
            ));
        }
    };
    let status = match row.get("status").unwrap_or("active") {
        "active" => CounterStatus::Active,
        "moved" => CounterStatus::Moved,
        "closed" => CounterStatus::Closed,
        other => {
            return Err(row.error(
                "counter_status_unknown",
                format!("{other:?}: say active, moved or closed"),
            ));
        }
    };
    let code_of = |column, digits| {
        row.get(column)
            .map(|_| row.digits(column, digits).map(str::to_owned))
            .transpose()
    };
    Ok((
        id,
        Definition {
            lao,
            name,
            kind,
            status,
            address: Address {
                text: row.get("address").unwrap_or_default().to_owned(),
                subdistrict: code_of("subdistrict", 6)?,
                postcode: code_of("postcode", 5)?,
                phone: row.get("phone").map(str::to_owned),
                extension: row.get("extension").map(str::to_owned),
            },
            due: row.flag("due", true)?,
            sample: row.flag("sample", false)?,
        },
    ))
}
