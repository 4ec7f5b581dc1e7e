//! What rarely changes, kept in memory: the LAOs, and the areas once one is asked for.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use pakmut_domain::place::{Area, AreaCode, Places};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::store::{LaoRow, Scope, Store, StoreError};
use crate::surveys::Forms;
use crate::zero_copy::Catalogues;

/// An LAO as far as scope and placement go.
#[derive(Debug, Clone)]
pub struct LaoRef {
    /// The registry's number for it.
    pub no: i64,
    /// Its province's code.
    pub province: String,
    /// The code of its area: its district, or the province that it serves.
    pub area: Option<AreaCode>,
}

impl LaoRef {
    /// Whether it lies in a scope.
    pub fn is_in(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Lao(no) => self.no == *no,
            Scope::Province(province) => self.province == *province,
            Scope::Country => true,
        }
    }
}

/// The reference data as of one import.
#[derive(Debug)]
pub struct Reference {
    version: i64,
    laos: HashMap<i64, LaoRef>,
    numbers: HashMap<Uuid, i64>,
    places: OnceCell<Arc<Places>>,
    catalogues: Catalogues,
    forms: Forms,
}

impl Reference {
    fn new(version: i64, rows: Vec<LaoRow>, catalogues: Catalogues, forms: Forms) -> Self {
        let mut laos = HashMap::with_capacity(rows.len());
        let mut numbers = HashMap::with_capacity(rows.len());
        for row in rows {
            numbers.insert(row.id, row.no);
            let area = match (&row.district, row.lao_type.serves_province()) {
                (Some(district), false) => district.parse().ok(),
                _ => row.province.parse().ok(),
            };
            laos.insert(
                row.no,
                LaoRef {
                    no: row.no,
                    province: row.province,
                    area,
                },
            );
        }
        Self {
            version,
            laos,
            numbers,
            places: OnceCell::new(),
            catalogues,
            forms,
        }
    }

    /// The published survey forms.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Zero Copy's national catalogues.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// An LAO by its number.
    pub fn lao(&self, no: i64) -> Option<&LaoRef> {
        self.laos.get(&no)
    }

    /// An LAO by its id.
    pub fn lao_by_id(&self, id: Uuid) -> Option<&LaoRef> {
        self.lao(*self.numbers.get(&id)?)
    }

    /// The areas of the whole country, read when first asked for: about 50 ms
    /// and 5 MB that a start need not wait for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn places(&self, store: &Store) -> Result<Arc<Places>, StoreError> {
        self.places
            .get_or_try_init(|| async {
                let areas = store.read().await?.all_areas().await?;
                Places::new(areas)
                    .map(Arc::new)
                    .map_err(|_| StoreError::Corrupt("an area twice"))
            })
            .await
            .cloned()
    }

    /// The area that an LAO's counters should lie in.
    pub fn area<'a>(lao: &LaoRef, places: &'a Places) -> Option<&'a Area> {
        places.get(lao.area?)
    }
}

/// The most counters whose LAO is remembered, of about 40 bytes each.
const MAX_COUNTERS: usize = 50_000;

/// Holds the newest [`Reference`], and whose lately pinned counters were.
#[derive(Debug)]
pub struct ReferenceCache {
    current: RwLock<Option<Arc<Reference>>>,
    counters: RwLock<HashMap<Uuid, i64>>,
}

impl ReferenceCache {
    /// Nothing is read yet.
    pub fn new() -> Self {
        Self {
            current: RwLock::new(None),
            counters: RwLock::new(HashMap::new()),
        }
    }

    /// Whose these counters were when they were looked up last, and those that
    /// are not remembered. A hint: whoever stores a pin looks again.
    pub fn counter_laos(&self, counters: &HashSet<Uuid>) -> (HashMap<Uuid, i64>, Vec<Uuid>) {
        let held = self.counters.read().unwrap_or_else(PoisonError::into_inner);
        let mut known = HashMap::with_capacity(counters.len());
        let mut unknown = Vec::new();
        for counter in counters {
            match held.get(counter) {
                Some(lao) => {
                    known.insert(*counter, *lao);
                }
                None => unknown.push(*counter),
            }
        }
        (known, unknown)
    }

    /// Remembers whose counters are.
    pub fn remember_counters(&self, found: &[(Uuid, i64)]) {
        let mut held = self
            .counters
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if held.len() + found.len() > MAX_COUNTERS {
            held.clear();
        }
        held.extend(found.iter().copied().take(MAX_COUNTERS));
    }

    /// The reference data of at least this version of
    /// [`crate::store::State::reference`]; none takes what is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get(
        &self,
        store: &Store,
        version: Option<i64>,
    ) -> Result<Arc<Reference>, StoreError> {
        let held = self
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(held) = held
            && version.is_none_or(|version| held.version == version)
        {
            return Ok(held);
        }
        let mut read = store.read().await?;
        let version = read.state().await?.reference;
        let catalogues = Catalogues::new(read.catalogues().await?);
        let forms = Forms::new(read.forms().await?);
        let laos = read.all_laos().await?;
        let fresh = Arc::new(Reference::new(version, laos, catalogues, forms));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        Ok(fresh)
    }
}

impl ReferenceCache {
    /// The reference data as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fresh(&self, store: &Store) -> Result<Arc<Reference>, StoreError> {
        let version = store.state().await?.reference;
        self.get(store, Some(version)).await
    }
}

impl Default for ReferenceCache {
    fn default() -> Self {
        Self::new()
    }
}
