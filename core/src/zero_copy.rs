//! Zero Copy on the phone: one screen per counter, offline, from what was pulled
//! and what waits in the queue. No rule lives here; they are the domain's.

use std::collections::HashSet;

use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::{ItemRecord, record};
use pakmut_domain::zero_copy::catalogue::OwnServiceError;
use pakmut_domain::zero_copy::declaration::DECLARATION_VERSION;
use pakmut_domain::zero_copy::entry::{self, Answer, Choice, Draft};
use pakmut_domain::zero_copy::standing::{Fact, counter_states, own_services};
use pakmut_domain::zero_copy::{
    Catalogue, Day, Declaration, DeclarationError, DeclarationFact, OwnService, Pair,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::store::{State, Store, StoreError};

/// Why nothing was declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZeroCopyError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// No catalogue was pulled yet: sync once.
    #[error("no catalogue was pulled yet")]
    NoCatalogue,
    /// The declaration is not acceptable.
    #[error(transparent)]
    Declaration(#[from] DeclarationError),
    /// The addition is not acceptable.
    #[error(transparent)]
    OwnService(#[from] OwnServiceError),
}

impl From<StoreError> for ZeroCopyError {
    fn from(error: StoreError) -> Self {
        Self::Phone(error.into())
    }
}

impl ZeroCopyError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NoCatalogue => "no_catalogue",
            Self::Declaration(error) => error.code(),
            Self::OwnService(error) => error.code(),
        }
    }
}

/// One line of a counter's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The service and the document.
    pub pair: Pair,
    /// What stands; none where nothing is declared.
    pub declaration: Option<Declaration>,
    /// The item that says so.
    pub item: Option<Uuid>,
    /// Whether it waits on this phone: saved, not yet sent.
    pub waits: bool,
    /// Whether staff declared different things.
    pub conflict: bool,
}

/// A counter's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Services and documents, the LAO's own among them.
    pub catalogue: Catalogue,
    /// One line for each pair, in the catalogue's order.
    pub lines: Vec<Line>,
}

impl Screen {
    /// How many pairs are declared, of how many.
    #[must_use]
    pub fn declared(&self) -> (usize, usize) {
        let declared = self.lines.iter().filter(|l| l.declaration.is_some());
        (declared.count(), self.lines.len())
    }
}

/// Zero Copy of whoever is signed in at a phone.
pub struct ZeroCopy<'a> {
    phone: &'a Phone,
}

impl Phone {
    /// Zero Copy of whoever is signed in.
    #[must_use]
    pub fn zero_copy(&self) -> ZeroCopy<'_> {
        ZeroCopy { phone: self }
    }
}

impl ZeroCopy<'_> {
    /// The catalogue with the LAO's own additions, those in the queue too.
    ///
    /// # Errors
    /// [`ZeroCopyError::NoCatalogue`] before the first sync.
    pub fn catalogue(&self) -> Result<Catalogue, ZeroCopyError> {
        let store = self.phone.store()?;
        let national: Catalogue = store
            .pulled(record::CATALOGUE)?
            .pop()
            .map(|(_, catalogue)| catalogue)
            .ok_or(ZeroCopyError::NoCatalogue)?;
        let facts = self
            .facts::<OwnService>(&store, record::OWN_SERVICE, Kind::OWN_SERVICE)?
            .0;
        let own: Vec<OwnService> = own_services(&facts)
            .into_iter()
            .map(|(own, _)| own.clone())
            .collect();
        Ok(national.with_own(&own))
    }

    /// A counter's screen.
    ///
    /// # Errors
    /// [`ZeroCopyError::NoCatalogue`], or the disk's.
    pub fn screen(&self, counter: Uuid) -> Result<Screen, ZeroCopyError> {
        let catalogue = self.catalogue()?;
        let (facts, waiting) = self.declarations(counter)?;
        let states = counter_states(&facts);
        let mut lines = Vec::with_capacity(catalogue.pairs.len());
        for service in &catalogue.services {
            for pair in catalogue.pairs_of(&service.code) {
                let state = states.get(pair);
                let item = state.map(|state| state.shown.id);
                lines.push(Line {
                    pair: pair.clone(),
                    declaration: state.map(|state| state.shown.said.clone()),
                    item,
                    waits: item.is_some_and(|id| waiting.contains(&id)),
                    conflict: state.is_some_and(|state| state.conflict),
                });
            }
        }
        Ok(Screen { catalogue, lines })
    }

    /// Says one thing of all pairs of a choice at a counter. What stands like
    /// this already is left as it is. The ids of what was saved.
    ///
    /// # Errors
    /// [`ZeroCopyError::Declaration`] where the answer is not acceptable; then
    /// nothing was saved.
    pub fn declare_all(
        &self,
        counter: Uuid,
        choice: &Choice,
        answer: &Answer,
    ) -> Result<Vec<Uuid>, ZeroCopyError> {
        let catalogue = self.catalogue()?;
        let (facts, _) = self.declarations(counter)?;
        let states = counter_states(&facts);
        let drafts = entry::declare_all(counter, &catalogue, &states, choice, answer);
        self.save(&catalogue, &drafts)
    }

    /// Declares of a counter what another one declares; `overwrite` also where
    /// this one has declared something already. The ids of what was saved.
    ///
    /// # Errors
    /// As [`ZeroCopy::declare_all`].
    pub fn copy_from(
        &self,
        source: Uuid,
        counter: Uuid,
        overwrite: bool,
    ) -> Result<Vec<Uuid>, ZeroCopyError> {
        let catalogue = self.catalogue()?;
        let (there, _) = self.declarations(source)?;
        let (here, _) = self.declarations(counter)?;
        let (there, here) = (counter_states(&there), counter_states(&here));
        let drafts = entry::copy_from(&there, counter, &catalogue, &here, overwrite);
        self.save(&catalogue, &drafts)
    }

    /// Adds a service or documents of the LAO's own, or changes what it added.
    ///
    /// # Errors
    /// [`ZeroCopyError::OwnService`] where it is not acceptable.
    pub fn add_service(&self, own: &OwnService) -> Result<Uuid, ZeroCopyError> {
        own.check(&self.catalogue()?)?;
        let store = self.phone.store()?;
        let facts = self
            .facts::<OwnService>(&store, record::OWN_SERVICE, Kind::OWN_SERVICE)?
            .0;
        let seen = own_services(&facts)
            .into_iter()
            .find(|(standing, _)| standing.service.code == own.service.code)
            .map(|(_, seen)| seen)
            .unwrap_or_default();
        let payload = json(own)?;
        Ok(self
            .phone
            .save(Kind::OWN_SERVICE, 1, &payload, &seen, None)?)
    }

    fn save(&self, catalogue: &Catalogue, drafts: &[Draft]) -> Result<Vec<Uuid>, ZeroCopyError> {
        let today = Day::in_bangkok(self.phone.now_ms()?);
        let mut items = Vec::with_capacity(drafts.len());
        for draft in drafts {
            if let Some(today) = today {
                draft.declaration.check(today)?;
            }
            draft.declaration.check_known([catalogue])?;
            items.push((json(&draft.declaration)?, draft.seen.clone()));
        }
        Ok(self
            .phone
            .save_all(Kind::DECLARATION, DECLARATION_VERSION, &items)?)
    }

    /// All declarations of a counter, and the ids of those that wait.
    fn declarations(
        &self,
        counter: Uuid,
    ) -> Result<(Vec<DeclarationFact>, HashSet<Uuid>), ZeroCopyError> {
        let store = self.phone.store()?;
        let (mut facts, waiting) =
            self.facts::<Declaration>(&store, record::DECLARATION, Kind::DECLARATION)?;
        facts.retain(|fact| fact.said.counter == counter);
        Ok((facts, waiting))
    }

    /// All items of a kind, pulled ones and those of the queue that are not
    /// refused, and the ids of those that wait.
    fn facts<T: DeserializeOwned>(
        &self,
        store: &Store,
        record: &str,
        kind: &str,
    ) -> Result<(Vec<Fact<T>>, HashSet<Uuid>), ZeroCopyError> {
        let mut facts = Vec::new();
        let mut known = HashSet::new();
        for (key, item) in store.pulled::<ItemRecord>(record)? {
            let fact = key.parse().ok().map(|id| Fact::from_record(id, &item));
            if let Some(Ok(fact)) = fact {
                known.insert(fact.id);
                facts.push(fact);
            }
        }
        let mut waiting = HashSet::new();
        for item in store.items_of_kind(kind)? {
            let id = item.envelope.id;
            if item.state == State::Pending {
                waiting.insert(id);
            }
            if !known.contains(&id)
                && let Ok(fact) = Fact::from_envelope(&item.envelope)
            {
                facts.push(fact);
            }
        }
        Ok((facts, waiting))
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::NotJson(error.to_string()))
}
