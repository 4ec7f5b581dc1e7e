//! Counters to be measured once more, offline: what the registry told of them, and
//! what was measured on this phone. Who may measure is the registry's to say; it
//! tells nobody else.
//!
//! Staff who measure have no pin of another LAO's counters on their phones. An
//! officer's phone does hold the province's pins, for the review; neither this nor
//! the screens that measure read them, as on the page.

use std::collections::HashSet;

use pakmut_domain::check_pin::Comparison;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::Review;
use pakmut_domain::wire::pull::{CheckTask, ItemRecord, record};
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::screens::Whose;
use crate::store::{Item, State, Store, StoreError};

/// Where a check stands, in the order of what needs doing.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckStanding {
    /// The registry refused what was measured, by this code: discard it.
    Wedged(String),
    /// To be measured.
    ToMeasure,
    /// Whoever is signed in saved or decided on a pin of the counter, so somebody
    /// else must measure it.
    NotBlind,
    /// Measured, on this phone, not yet sent.
    Saved,
    /// Sent; what it says was not pulled yet.
    Sent,
    /// Sent after somebody else's.
    Taken,
    /// What it said.
    Said(Comparison),
}

impl CheckStanding {
    fn rank(&self) -> u8 {
        match self {
            Self::Wedged(_) => 0,
            Self::ToMeasure => 1,
            Self::NotBlind => 2,
            Self::Saved => 3,
            Self::Sent => 4,
            Self::Taken | Self::Said(_) => 5,
        }
    }
}

/// A counter to be measured once more, or measured.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCheck {
    /// The check's id.
    pub id: Uuid,
    /// What was told of it.
    pub task: CheckTask,
    /// Where it stands.
    pub standing: CheckStanding,
}

impl Phone {
    /// The counters to be measured once more, what needs doing first, of equals
    /// those drawn first; after them those that were measured on this phone.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn checks(&self) -> Result<Vec<KnownCheck>, PhoneError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?.id;
        let store = self.store()?;
        let tasks = store.pulled::<CheckTask>(record::CHECK)?;
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let mut own = measured_here(&store)?;
        let known = pins_known_to(&store, account)?;
        let mut all: Vec<KnownCheck> = Vec::with_capacity(tasks.len());
        // By their keys, which grow with the time of the draw.
        for (key, task) in tasks {
            let Ok(id) = key.parse::<Uuid>() else {
                continue;
            };
            let item = own
                .iter()
                .rposition(|(check, _)| *check == id)
                .map(|place| own.swap_remove(place).1);
            let standing = match (&task.result, item) {
                (Some(said), _) => CheckStanding::Said(*said),
                (None, _) if task.taken => CheckStanding::Taken,
                (None, Some(item)) => match item.state {
                    State::Sent => CheckStanding::Sent,
                    State::Wedged => CheckStanding::Wedged(item.reason.unwrap_or_default()),
                    _ => CheckStanding::Saved,
                },
                (None, None) if known.contains(&task.counter) => CheckStanding::NotBlind,
                (None, None) => CheckStanding::ToMeasure,
            };
            let rank = standing.rank();
            let before = all.iter().rposition(|one| one.standing.rank() <= rank);
            let place = before.map_or(0, |place| place + 1);
            all.insert(place, KnownCheck { id, task, standing });
        }
        Ok(all)
    }

    /// Whether the registry told of any, be it done.
    pub(crate) fn has_checks(&self) -> Result<bool, PhoneError> {
        Ok(!self.records(record::CHECK, "", 1)?.is_empty())
    }
}

/// What was measured on this phone with its check, in the order of saving; not what
/// was discarded.
fn measured_here(store: &Store) -> Result<Vec<(Uuid, Item)>, StoreError> {
    let mut measured = Vec::new();
    for item in store.kept_of_kind(Kind::CHECK_PIN)? {
        let whose = serde_json::from_str::<Whose>(item.envelope.payload.get());
        if let Ok(Whose {
            check: Some(check), ..
        }) = whose
        {
            measured.push((check, item));
        }
    }
    Ok(measured)
}

/// The counters of which somebody saved a pin or decided on one, as far as this
/// phone can tell: they know where it lies.
fn pins_known_to(store: &Store, account: Uuid) -> Result<HashSet<Uuid>, StoreError> {
    let mut decided = HashSet::new();
    let mut decide = |payload: &str| {
        if let Ok(Review { pin, .. }) = serde_json::from_str(payload) {
            decided.insert(pin);
        }
    };
    for (_, item) in store.pulled::<ItemRecord>(record::REVIEW)? {
        if item.account == account {
            decide(item.payload.get());
        }
    }
    for item in store.items_of_kind(Kind::REVIEW)? {
        decide(item.envelope.payload.get());
    }
    let mut known = HashSet::new();
    let mut pin = |payload: &str| {
        if let Ok(Whose { counter, .. }) = serde_json::from_str(payload) {
            known.insert(counter);
        }
    };
    for (key, item) in store.pulled::<ItemRecord>(record::PIN)? {
        let is_decided = key.parse().is_ok_and(|id| decided.contains(&id));
        if item.account == account || is_decided {
            pin(item.payload.get());
        }
    }
    for item in store.items_of_kind(Kind::PIN)? {
        pin(item.envelope.payload.get());
    }
    Ok(known)
}
