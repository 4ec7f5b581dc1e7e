//! What is remembered of counters from one group to the next, so that a counter
//! with many pins is not read again for each.

use std::collections::{HashMap, HashSet};

use pakmut_domain::wire::payload::{CounterProposal, Review};
use uuid::Uuid;

use crate::store::{CounterRow, Fact, State};

/// The most items remembered, of about 200 bytes each.
const MAX_ITEMS: usize = 40_000;

/// The most devices whose numbers are remembered.
const MAX_DEVICES: usize = 100_000;

/// An item about a counter, stored or about to be.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub id: Uuid,
    pub best_ms: i64,
    pub seen: Vec<Uuid>,
    pub lao: Option<i64>,
    pub account: Uuid,
    /// The group that brings it, and its place among that group's new items.
    pub new: Option<(u64, usize)>,
}

impl Entry {
    pub fn of(fact: &Fact) -> Self {
        Self {
            id: fact.id,
            best_ms: fact.best_ms,
            seen: fact.seen.clone(),
            lao: fact.lao,
            account: fact.account,
            new: None,
        }
    }
}

/// Which of many items stand side by side: those that no other lists as seen.
#[derive(Debug, Default)]
pub(super) struct Standing {
    superseded: HashSet<Uuid>,
    standing: HashSet<Uuid>,
}

impl Standing {
    pub fn add(&mut self, item: &Entry) {
        for seen in item.seen.iter().filter(|seen| **seen != item.id) {
            self.superseded.insert(*seen);
            self.standing.remove(seen);
        }
        if !self.superseded.contains(&item.id) {
            self.standing.insert(item.id);
        }
    }

    /// Whether one that arrives would stand beside another: neither knew of the
    /// other, and the other is not superseded.
    pub fn is_beside(&self, id: Uuid, seen: &[Uuid]) -> bool {
        !self.superseded.contains(&id)
            && (self.standing.len() > seen.len()
                || self.standing.iter().any(|other| !seen.contains(other)))
    }
}

/// All that is known of one counter.
#[derive(Debug, Default)]
pub(super) struct View {
    pub counter: Option<CounterRow>,
    pub pins: Vec<Entry>,
    /// The pins side by side, those of each LAO by themselves.
    pub standing: HashMap<Option<i64>, Standing>,
    pub proposals: Vec<(Entry, CounterProposal)>,
}

impl View {
    pub fn add_pin(&mut self, pin: Entry) {
        self.standing.entry(pin.lao).or_default().add(&pin);
        self.pins.push(pin);
    }

    /// All pins anew, as when some were attached.
    pub fn set_pins(&mut self, pins: Vec<Entry>) {
        self.standing.clear();
        self.pins.clear();
        for pin in pins {
            self.add_pin(pin);
        }
    }
}

/// What earlier groups found and nobody changed since. Of a group that fails,
/// it must be forgotten.
#[derive(Debug, Default)]
pub struct Memory {
    /// Epoch and revision when the last group was committed.
    as_of: Option<(Uuid, i64)>,
    /// Counts groups, so that an item's place in one is not taken for another's.
    pub(super) group: u64,
    pub(super) views: HashMap<Uuid, View>,
    /// Reviews by the pin that they judge.
    pub(super) reviews: HashMap<Uuid, Vec<(Entry, Review)>>,
    /// The counter of each known pin.
    pub(super) counter_of: HashMap<Uuid, Uuid>,
    /// The numbers of devices, by account and device; they never change.
    pub(super) devices: HashMap<(Uuid, Uuid), i64>,
}

impl Memory {
    /// Begins a group on the database in this state. Whatever anybody else
    /// wrote gave a revision: then all is read anew.
    pub(super) fn begin(&mut self, state: State) {
        let held = self.views.len() + self.counter_of.len() + self.reviews.len();
        if self.as_of != Some((state.epoch, state.revision)) || held > MAX_ITEMS {
            self.forget_counters();
        }
        if self.devices.len() > MAX_DEVICES {
            self.devices.clear();
        }
        self.as_of = None;
        self.group += 1;
    }

    /// The group was committed and left the database at this revision.
    pub fn committed(&mut self, epoch: Uuid, revision: i64) {
        self.as_of = Some((epoch, revision));
    }

    /// Nothing is known any more.
    pub fn forget(&mut self) {
        self.forget_counters();
        self.devices.clear();
    }

    fn forget_counters(&mut self) {
        self.as_of = None;
        self.views.clear();
        self.reviews.clear();
        self.counter_of.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn item(id: u128, seen: &[u128]) -> Entry {
        Entry {
            id: Uuid::from_u128(id),
            best_ms: 0,
            seen: seen.iter().copied().map(Uuid::from_u128).collect(),
            lao: None,
            account: Uuid::nil(),
            new: None,
        }
    }

    #[test]
    fn one_stands_beside_what_it_did_not_know_of() {
        let mut standing = Standing::default();
        let beside = |standing: &Standing, item: &Entry| standing.is_beside(item.id, &item.seen);
        assert!(!beside(&standing, &item(1, &[])));
        standing.add(&item(1, &[]));
        assert!(beside(&standing, &item(2, &[])));
        assert!(!beside(&standing, &item(2, &[1])));
        standing.add(&item(2, &[1]));
        // Not beside the one that is superseded already.
        assert!(!beside(&standing, &item(3, &[2])));
        assert!(beside(&standing, &item(3, &[1])));
        // One that another lists as seen came late.
        standing.add(&item(9, &[2, 4]));
        assert!(!beside(&standing, &item(4, &[])));
    }

    #[test]
    fn what_others_wrote_is_read_anew() {
        let state = |revision| State {
            registry: Uuid::nil(),
            epoch: Uuid::nil(),
            revision,
            reference: 0,
        };
        let mut memory = Memory::default();
        memory.begin(state(0));
        memory.views.entry(Uuid::nil()).or_default();
        memory.committed(Uuid::nil(), 5);
        memory.begin(state(5));
        assert_eq!(memory.views.len(), 1);
        memory.committed(Uuid::nil(), 9);
        memory.begin(state(10));
        assert!(memory.views.is_empty());
    }
}
