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

/// What became of what was measured on this phone.
impl From<Item> for CheckStanding {
    fn from(item: Item) -> Self {
        match item.state {
            State::Sent => Self::Sent,
            State::Wedged => Self::Wedged(item.reason.unwrap_or_default()),
            _ => Self::Saved,
        }
    }
}

/// A counter to be measured once more, or measured.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCheck {
    /// The check's id.
    pub id: Uuid,
    /// The counter.
    pub counter: Uuid,
    /// Its name in Thai; empty where it is not known any more.
    pub name: String,
    /// The name of its LAO in Thai; empty where it is not told any more.
    pub lao_name: String,
    /// Where it is, in words, as far as that is told.
    pub address: String,
    /// Where it stands.
    pub standing: CheckStanding,
}

impl Phone {
    /// The counters to be measured once more, what needs doing first, of equals
    /// those drawn first; after them those that were measured on this phone, be they
    /// told of or not: a check ends for everybody else once somebody measured.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn checks(&self) -> Result<Vec<KnownCheck>, PhoneError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?.id;
        let store = self.store()?;
        let mut own = measured_here(&store)?;
        let mut told: Vec<(Uuid, CheckTask, Option<Item>)> = Vec::new();
        // By their keys, which grow with the time of the draw.
        for (key, task) in store.pulled::<CheckTask>(record::CHECK)? {
            let Ok(id) = key.parse::<Uuid>() else {
                continue;
            };
            let place = own.iter().rposition(|one| one.check == id);
            let item = place.map(|place| own.remove(place).item);
            told.push((id, task, item));
        }
        let open = told
            .iter()
            .filter(|(_, task, item)| item.is_none() && task.result.is_none() && !task.taken);
        let open: HashSet<Uuid> = open.map(|(_, task, _)| task.counter).collect();
        let known = pins_known_to(&store, account, &open)?;
        let mut all: Vec<KnownCheck> = Vec::with_capacity(told.len());
        for (id, task, item) in told {
            let standing = match (task.result, item) {
                (Some(said), _) => CheckStanding::Said(said),
                (None, _) if task.taken => CheckStanding::Taken,
                (None, Some(item)) => item.into(),
                (None, None) if known.contains(&task.counter) => CheckStanding::NotBlind,
                (None, None) => CheckStanding::ToMeasure,
            };
            let one = KnownCheck {
                id,
                counter: task.counter,
                name: task.name,
                lao_name: task.lao_name,
                address: task.address,
                standing,
            };
            put_in_order(&mut all, one);
        }
        for one in own.into_iter().rev() {
            if all.iter().any(|listed| listed.id == one.check) {
                continue;
            }
            let one = KnownCheck {
                id: one.check,
                counter: one.counter,
                name: one.name.unwrap_or_default(),
                lao_name: String::new(),
                address: String::new(),
                standing: one.item.into(),
            };
            put_in_order(&mut all, one);
        }
        Ok(all)
    }

    /// Whether the registry tells of any, be it done, or anything that was measured
    /// did not arrive yet.
    pub(crate) fn has_checks(&self) -> Result<bool, PhoneError> {
        Ok(!self.records(record::CHECK, "", 1)?.is_empty()
            || self.store()?.has_unsent_of_kind(Kind::CHECK_PIN)?)
    }
}

fn put_in_order(all: &mut Vec<KnownCheck>, one: KnownCheck) {
    let rank = one.standing.rank();
    let before = all.iter().rposition(|other| other.standing.rank() <= rank);
    all.insert(before.map_or(0, |place| place + 1), one);
}

/// What was measured on this phone.
struct MeasuredHere {
    check: Uuid,
    counter: Uuid,
    name: Option<String>,
    item: Item,
}

/// What was measured on this phone, in the order of saving; not what was discarded.
fn measured_here(store: &Store) -> Result<Vec<MeasuredHere>, StoreError> {
    let mut measured = Vec::new();
    for item in store.kept_of_kind(Kind::CHECK_PIN)? {
        let whose = serde_json::from_str::<Whose>(item.envelope.payload.get());
        if let Ok(Whose {
            check: Some(check),
            counter,
            counter_name: name,
        }) = whose
        {
            measured.push(MeasuredHere {
                check,
                counter,
                name,
                item,
            });
        }
    }
    Ok(measured)
}

/// Of these counters those of which somebody saved a pin or decided on one, as far
/// as this phone can tell: they know where it lies.
fn pins_known_to(
    store: &Store,
    account: Uuid,
    counters: &HashSet<Uuid>,
) -> Result<HashSet<Uuid>, StoreError> {
    let mut known = HashSet::new();
    if counters.is_empty() {
        return Ok(known);
    }
    // An officer's phone holds the pins of the whole province: few are parsed.
    let own = account.to_string();
    let mut decided = HashSet::new();
    let mut decide = |payload: &str| {
        if let Ok(Review { pin, .. }) = serde_json::from_str(payload) {
            decided.insert(pin);
        }
    };
    for (_, item) in store.pulled_naming::<ItemRecord>(record::REVIEW, &own)? {
        if item.account == account {
            decide(item.payload.get());
        }
    }
    for item in store.items_of_kind(Kind::REVIEW)? {
        decide(item.envelope.payload.get());
    }
    let mut pin = |payload: &str| {
        if let Ok(Whose { counter, .. }) = serde_json::from_str(payload)
            && counters.contains(&counter)
        {
            known.insert(counter);
        }
    };
    for (_, item) in store.pulled_naming::<ItemRecord>(record::PIN, &own)? {
        if item.account == account {
            pin(item.payload.get());
        }
    }
    for id in decided {
        let told = store.record_of(record::PIN, &id.to_string())?;
        if let Some(item) =
            told.and_then(|told| serde_json::from_str::<ItemRecord>(&told.body).ok())
        {
            pin(item.payload.get());
        }
    }
    for item in store.items_of_kind(Kind::PIN)? {
        pin(item.envelope.payload.get());
    }
    Ok(known)
}
