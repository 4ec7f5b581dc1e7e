//! An LAO's list of counters, kept by its staff on the phone: counters proposed,
//! renamed, moved, closed, and the statement that the list is complete. What a
//! proposal must be is the domain's.

use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::model::{Address, CounterKind, CounterStatus, Role};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::envelope::MAX_SEEN;
use pakmut_domain::wire::payload::{CounterNameLength, CounterProposal, RosterStatement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::screens::all_counters;
use crate::store::{Item, State, StoreError};

/// Why nothing was proposed or stated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The account belongs to no LAO or office, or may not.
    #[error("this account keeps no list of counters")]
    NoList,
    /// The counter is not on this phone, or another LAO's.
    #[error("no counter {0} of this LAO")]
    NoSuchCounter(Uuid),
    /// Its name.
    #[error(transparent)]
    Name(#[from] CounterNameLength),
}

impl RosterError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NoList => "role_not_allowed",
            Self::NoSuchCounter(_) => "counter_unknown",
            Self::Name(error) => error.code(),
        }
    }
}

/// What a person enters about a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterEntry {
    /// The counter that is changed; absent for a new one.
    pub counter: Option<Uuid>,
    /// Its name in Thai.
    pub name: String,
    /// What it is.
    pub kind: CounterKind,
    /// Whether it serves.
    pub status: CounterStatus,
    /// House number, village, road.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Telephone.
    pub phone: String,
    /// Extension.
    pub extension: String,
}

/// What was stated of the list, and whether the registry has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The statement.
    pub statement: RosterStatement,
    /// When it was saved, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Whether it arrived.
    pub sent: bool,
}

impl Phone {
    /// Proposes a counter or changes one; queued like a pin. The counter's id:
    /// it can be pinned at once.
    ///
    /// # Errors
    /// [`RosterError`]; then nothing was saved.
    pub fn propose_counter(&self, entry: &CounterEntry) -> Result<Uuid, RosterError> {
        let lao = self.own_list()?;
        let known = match entry.counter {
            None => None,
            Some(id) => {
                let found = all_counters(self)?.into_iter().find(|c| c.id == id);
                let own = found.filter(|counter| counter.lao == lao);
                Some(own.ok_or(RosterError::NoSuchCounter(id))?)
            }
        };
        let number = |text: &str| {
            let text = arabic_digits(text.trim());
            (!text.is_empty()).then_some(text)
        };
        let proposal = CounterProposal {
            counter: match &known {
                Some(counter) => counter.id,
                None => self.random_id().map_err(PhoneError::from)?,
            },
            lao,
            name: entry.name.trim().to_owned(),
            kind: entry.kind,
            status: entry.status,
            address: Address {
                text: entry.address.trim().to_owned(),
                // Not asked on the phone: what is known stays.
                subdistrict: known.and_then(|counter| counter.address.subdistrict),
                postcode: number(&entry.postcode),
                phone: number(&entry.phone),
                extension: number(&entry.extension),
            },
        };
        proposal.check()?;
        let earlier = self.own::<CounterProposal>(Kind::COUNTER)?;
        let seen: Vec<Uuid> = earlier
            .iter()
            .filter(|(_, said)| said.counter == proposal.counter)
            .map(|(item, _)| item.envelope.id)
            .collect();
        self.keep(Kind::COUNTER, &proposal, &seen)?;
        Ok(proposal.counter)
    }

    /// States that the LAO's list of counters is complete, or no longer.
    ///
    /// # Errors
    /// [`RosterError`]; then nothing was saved.
    pub fn state_roster(&self, complete: bool) -> Result<Uuid, RosterError> {
        let lao = self.own_list()?;
        let open = all_counters(self)?
            .iter()
            .filter(|c| c.lao == lao && c.status != CounterStatus::Closed)
            .count();
        let statement = RosterStatement {
            lao,
            complete,
            counters: u32::try_from(open).unwrap_or(u32::MAX),
        };
        let earlier = self.own::<RosterStatement>(Kind::ROSTER)?;
        let seen: Vec<Uuid> = earlier.iter().map(|(item, _)| item.envelope.id).collect();
        self.keep(Kind::ROSTER, &statement, &seen)
    }

    /// What was last stated of the list on this phone.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn stated_roster(&self) -> Result<Option<Stated>, PhoneError> {
        let last = self.own::<RosterStatement>(Kind::ROSTER)?.pop();
        Ok(last.map(|(item, statement)| Stated {
            statement,
            at_ms: item.envelope.saved.best_ms(),
            sent: item.state == State::Sent,
        }))
    }

    /// Whether whoever is signed in keeps a list of counters.
    #[must_use]
    pub fn keeps_list(&self) -> bool {
        self.own_list().is_ok()
    }

    /// The LAO or office whose list whoever is signed in keeps.
    fn own_list(&self) -> Result<Uuid, RosterError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?;
        match account.role {
            Role::Lao | Role::Province => account.lao.ok_or(RosterError::NoList),
            Role::Tester | Role::Department => Err(RosterError::NoList),
        }
    }

    /// The items of a kind that this phone holds, the newest last.
    fn own<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<(Item, T)>, PhoneError> {
        Ok(self
            .store()?
            .items_of_kind(kind)?
            .into_iter()
            .filter_map(|item| {
                let said = serde_json::from_str(item.envelope.payload.get()).ok()?;
                Some((item, said))
            })
            .collect())
    }

    fn keep(
        &self,
        kind: &str,
        payload: &impl Serialize,
        seen: &[Uuid],
    ) -> Result<Uuid, RosterError> {
        let payload = serde_json::to_string(payload)
            .map_err(|e| PhoneError::from(StoreError::NotJson(e.to_string())))?;
        let newest = &seen[seen.len().saturating_sub(MAX_SEEN)..];
        Ok(self.save(kind, 1, &payload, newest, None)?)
    }
}
