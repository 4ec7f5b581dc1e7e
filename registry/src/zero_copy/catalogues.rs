//! The national catalogues, each as it was published.

use std::collections::BTreeMap;

use pakmut_domain::zero_copy::catalogue::CatalogueChanges;
use pakmut_domain::zero_copy::import::{NotACatalogue, parse_catalogue};
use pakmut_domain::zero_copy::{Catalogue, Named, OwnService, Pair, starting_catalogue};
use thiserror::Error;

use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::sheets::{SheetError, read_sheets};
use crate::store::{Store, StoreError};

use super::standing;

/// How many counters are reckoned anew in one transaction after a publication:
/// few enough that no phone waits a noticeable time.
const AT_ONCE: usize = 100;

/// Every catalogue that was published, in memory.
#[derive(Debug, Clone, Default)]
pub struct Catalogues {
    versions: BTreeMap<u32, Catalogue>,
    none: Catalogue,
}

impl Catalogues {
    /// From what is stored.
    pub fn new(all: Vec<Catalogue>) -> Self {
        Self {
            versions: all.into_iter().map(|c| (c.version, c)).collect(),
            none: Catalogue::default(),
        }
    }

    /// The current one; an empty one of version 0 before the first publication.
    pub fn current(&self) -> &Catalogue {
        self.versions
            .last_key_value()
            .map_or(&self.none, |(_, catalogue)| catalogue)
    }

    /// The one of a version.
    pub fn version(&self, version: u32) -> Option<&Catalogue> {
        self.versions.get(&version)
    }

    /// The current one with an LAO's additions.
    pub fn with_own(&self, own: &[OwnService]) -> Catalogue {
        self.current().with_own(own)
    }
}

/// Why a catalogue was not imported.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] SheetError),
    /// It is no catalogue; each fault has its sheet, row and column.
    #[error(transparent)]
    Rows(#[from] NotACatalogue),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CatalogueError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Rows(_) => "catalogue_faulty",
            Self::Store(error) => error.code(),
        }
    }
}

/// What publishing a file would change.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The catalogue that the file holds.
    pub catalogue: Catalogue,
    /// The version in force.
    pub current: u32,
    /// What would change.
    pub changes: CatalogueChanges,
}

/// Reads a CSV or XLSX file and says what publishing it would change. Nothing
/// is written.
///
/// # Errors
/// [`CatalogueError`] with every fault of the file.
pub async fn preview(store: &Store, name: &str, bytes: &[u8]) -> Result<Preview, CatalogueError> {
    let catalogue = parse_catalogue(&read_sheets(name, bytes)?)?;
    let all = store.read().await?.catalogues().await?;
    let current = Catalogues::new(all).current().clone();
    Ok(Preview {
        changes: current.changes(&catalogue),
        current: current.version,
        catalogue,
    })
}

/// A preview in words, one change a line, for a terminal.
pub fn describe(preview: &Preview) -> String {
    let Preview {
        catalogue,
        current,
        changes,
    } = preview;
    let mut lines = vec![format!(
        "{} services, {} documents, {} pairs; in force is version {current}",
        catalogue.services.len(),
        catalogue.documents.len(),
        catalogue.pairs.len()
    )];
    for (what, of) in [
        ("service", &changes.services),
        ("document", &changes.documents),
    ] {
        let line = |sign: &str, named: &Named| {
            format!(
                "{sign} {what} {}: {} / {}",
                named.code, named.name_th, named.name_en
            )
        };
        lines.extend(of.added.iter().map(|named| line("+", named)));
        lines.extend(of.removed.iter().map(|named| line("-", named)));
        lines.extend(of.changed.iter().map(|(before, after)| {
            let was = format!(" (was {} / {})", before.name_th, before.name_en);
            line("~", after) + &was
        }));
    }
    let pair =
        |sign: &str, pair: &Pair| format!("{sign} {} asks for {}", pair.service, pair.document);
    lines.extend(changes.pairs_added.iter().map(|p| pair("+", p)));
    lines.extend(changes.pairs_removed.iter().map(|p| pair("-", p)));
    if changes.is_empty() {
        lines.push("nothing would change".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Publishes a catalogue and reckons every counter anew with it; its version.
///
/// # Errors
/// [`StoreError`]. What was published stays so; the rest is reckoned with the
/// next start or publication.
pub async fn publish(store: &Store, catalogue: &Catalogue) -> Result<u32, StoreError> {
    let mut write = store.write().await?;
    let version = write.publish_catalogue(catalogue, now_ms()).await?;
    let what = serde_json::json!({"what": "catalogue", "version": version});
    audit::record(&mut write, None, Act::Published, what, Origin::CommandLine).await?;
    write.commit().await?;
    catch_up(store).await?;
    Ok(version)
}

/// Publishes the starting set where nothing was ever published, and finishes
/// what an interrupted publication left.
///
/// # Errors
/// [`StoreError`].
pub async fn ensure(store: &Store) -> Result<(), StoreError> {
    let mut write = store.write().await?;
    if write.catalogues().await?.is_empty() {
        let starting = starting_catalogue()
            .map_err(|_| StoreError::Corrupt("a starting set that is no catalogue"))?;
        write.publish_catalogue(&starting, now_ms()).await?;
        write.commit().await?;
    } else {
        drop(write);
    }
    catch_up(store).await
}

/// Reckons anew what was reckoned with an older catalogue or before a merge of
/// LAOs, some counters at a time.
///
/// # Errors
/// [`StoreError`].
pub async fn catch_up(store: &Store) -> Result<(), StoreError> {
    loop {
        let mut write = store.write().await?;
        let catalogues = Catalogues::new(write.catalogues().await?);
        let version = catalogues.current().version;
        let behind = write.zero_copy_behind(version, AT_ONCE).await?;
        if behind.is_empty() {
            return Ok(());
        }
        standing::reckon(&mut write, &catalogues, &behind).await?;
        write.commit().await?;
    }
}
