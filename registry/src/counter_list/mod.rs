//! A list of counters from a file or a form: what it would change, line by line,
//! before anything does; then the same as items like those from phones.

pub mod columns;
mod read;

use std::sync::Arc;

use pakmut_domain::model::{Address, CounterKind, CounterStatus};
use pakmut_domain::wire::envelope::Kind;
use pakmut_domain::wire::payload::CounterProposal;
use pakmut_domain::wire::push::Outcome;
use pakmut_domain::words::Lang;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::api::push::store;
use crate::app::App;
use crate::arrival;
use crate::audit::{self, Act, Origin};
use crate::auth::Who;
use crate::export::{Cell, Table};
use crate::made_here;
use crate::problem::Failure;
use crate::store::{CounterRow, LaoRow, Of, Read, StoreError};

pub use read::preview;

/// How many items go to the storage at once.
const AT_ONCE: usize = 100;

/// An LAO whose counters a list may name, with its code of today.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The LAO.
    pub lao: LaoRow,
    /// Its code.
    pub code: Option<String>,
}

/// The LAOs of a province, or one.
///
/// # Errors
/// [`StoreError`].
pub async fn listed(read: &mut Read, of: &Of) -> Result<Vec<Listed>, StoreError> {
    let rows = read.laos_in(of).await?;
    let described = read.describe_laos(&rows).await?;
    Ok(rows
        .into_iter()
        .map(|lao| {
            let known = described.iter().find(|of| of.id == lao.id);
            let code = known.and_then(|of| Some(of.codes.last()?.code.clone()));
            Listed { lao, code }
        })
        .collect())
}

/// What is wrong in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row, from 1, as the spreadsheet shows it.
    pub line: usize,
    /// The column, one of [`columns::COLUMNS`]; empty where it is the whole row.
    pub column: &'static str,
    /// The code, whose words say how to mend it.
    pub code: &'static str,
}

/// What a row would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The row.
    pub line: usize,
    /// The LAO's name.
    pub lao_name: String,
    /// What the counter is now; none where it is new.
    pub before: Option<CounterRow>,
    /// What it would be.
    pub after: CounterProposal,
    /// What was said of it before, so that this comes after that.
    pub seen: Vec<Uuid>,
}

impl Change {
    /// Each field that changes: the id of its name, what it was and what it would be.
    pub fn fields(&self, lang: Lang) -> Vec<(&'static str, String, String)> {
        let was = self.before.as_ref().map(|row| &row.definition);
        let after = cells(
            lang,
            &self.after.name,
            self.after.kind,
            self.after.status,
            &self.after.address,
        );
        let before = was.map_or_else(
            || after.iter().map(|_| String::new()).collect::<Vec<_>>(),
            |was| cells(lang, &was.name, was.kind, was.status, &was.address).to_vec(),
        );
        columns::COLUMNS[2..]
            .iter()
            .zip(before.into_iter().zip(after))
            .filter(|(_, (before, after))| before != after)
            .map(|((_, id), (before, after))| (*id, before, after))
            .collect()
    }
}

/// The cells of a counter from its name on.
fn cells(
    lang: Lang,
    name: &str,
    kind: CounterKind,
    status: CounterStatus,
    address: &Address,
) -> [String; 8] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        name.to_owned(),
        columns::kind_words(lang, kind),
        columns::status_words(lang, status),
        address.text.clone(),
        or_empty(&address.subdistrict),
        or_empty(&address.postcode),
        or_empty(&address.phone),
        or_empty(&address.extension),
    ]
}

/// What a list comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// What would change, in the order of the rows.
    pub changes: Vec<Change>,
    /// How many rows change nothing.
    pub same: usize,
    /// What is wrong. Nothing is taken while anything is.
    pub faults: Vec<Fault>,
}

impl Preview {
    /// A mark of the changes, by which they are known again.
    pub fn mark(&self) -> String {
        let mut hash = Sha256::new();
        for change in &self.changes {
            // A new counter gets its id when it is taken.
            let id = change.before.as_ref().map(|row| row.id);
            let after = &change.after;
            let said = (id, after.lao, &after.name, after.kind, after.status);
            let said = (said, &after.address, &change.seen);
            hash.update(serde_json::to_vec(&said).unwrap_or_default());
        }
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Takes the changes of a preview without faults; how many there were.
///
/// # Errors
/// A [`Failure`] where one is refused, or the registry is busy; those before it
/// are taken, and the list can be sent again.
pub async fn take(
    app: &App,
    who: &Arc<Who>,
    origin: Origin,
    changes: &[Change],
) -> Result<usize, Failure> {
    let mut taken = 0;
    for changes in changes.chunks(AT_ONCE) {
        let mut items = Vec::with_capacity(changes.len());
        for change in changes {
            let envelope =
                made_here::envelope(who, Kind::COUNTER, &change.after, change.seen.clone())?;
            let made = arrival::made_here(envelope, who, origin).map_err(|refusal| {
                Failure::bad_request(refusal.code, "The counter cannot be recorded")
            })?;
            items.push(made);
        }
        let results = store(app, items).await?;
        for result in results {
            match result.result {
                Outcome::Accepted | Outcome::Duplicate | Outcome::Conflict => taken += 1,
                Outcome::Refused => {
                    let why = result.code.unwrap_or_default();
                    return Err(Failure::bad_request(
                        "counter_refused",
                        "The counter cannot be recorded",
                    )
                    .detail(why));
                }
                Outcome::Retry => {
                    return Err(Failure::busy("decision_busy", "The registry is busy"));
                }
            }
        }
    }
    let mut write = app.store.write().await?;
    let what = serde_json::json!({ "what": "counters", "changed": taken });
    audit::record(&mut write, Some(who.account), Act::Imported, what, origin).await?;
    write.commit().await?;
    Ok(taken)
}

/// The counters in use as a list that can be changed and read in again.
///
/// # Errors
/// [`StoreError`].
pub async fn table(read: &mut Read, lang: Lang, name: &str, of: &Of) -> Result<Table, StoreError> {
    let laos = listed(read, of).await?;
    let counters = read.pinned_counters(of).await?;
    let rows = counters
        .iter()
        .map(|one| {
            let is = &one.counter.definition;
            let lao = laos.iter().find(|listed| listed.lao.no == is.lao);
            let mut row: Vec<Cell> = vec![
                lao.and_then(|listed| listed.code.clone()).into(),
                one.counter.id.to_string().into(),
            ];
            row.extend(cells(lang, &is.name, is.kind, is.status, &is.address).map(Cell::from));
            row
        })
        .collect();
    Ok(Table {
        name: name.to_owned(),
        heads: columns::COLUMNS
            .iter()
            .map(|(_, id)| pakmut_domain::words::text(lang, id, &[]))
            .collect(),
        rows,
    })
}
