//! What is remembered of counters from one group to the next, so that a counter
//! with many pins is not read again for each. Of its pins only those are kept
//! that still matter: those that stand, and those that were reviewed.

use std::collections::{HashMap, HashSet};

use pakmut_domain::resolve::KnownPin;
use pakmut_domain::wire::payload::{CounterProposal, Review};
use uuid::Uuid;

use crate::store::{CounterRow, Fact, State};

/// The most that is remembered: counters, items and ids, of about 200 bytes each.
const MAX_WEIGHT: usize = 60_000;

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

    /// Whether no pin stands of those that were added: they list each other.
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// Whether another lists one that was added as seen.
    fn is_superseded(&self, id: Uuid) -> bool {
        !self.standing.contains(&id)
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
    /// The pins that still matter, and all that this group looked at.
    pub pins: Vec<Entry>,
    /// The pins side by side, those of each LAO by themselves.
    pub standing: HashMap<Option<i64>, Standing>,
    pub proposals: Vec<(Entry, CounterProposal)>,
    /// What it weighed when it was looked at last.
    weight: usize,
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

    fn is_superseded(&self, pin: &Entry) -> bool {
        self.standing
            .get(&pin.lao)
            .is_some_and(|standing| standing.is_superseded(pin.id))
    }

    /// The kept pins of an LAO; none where no pin stands, and only all of them
    /// together can tell.
    pub fn known_pins(&self, lao: Option<i64>) -> Option<Vec<KnownPin>> {
        if self.standing.get(&lao).is_some_and(Standing::is_empty) {
            return None;
        }
        Some(
            self.pins
                .iter()
                .filter(|pin| pin.lao == lao)
                .map(|pin| KnownPin {
                    id: pin.id,
                    best_ms: pin.best_ms,
                    superseded: self.is_superseded(pin),
                })
                .collect(),
        )
    }

    /// Lets go of the pins that no longer matter, and gives them. Those of a
    /// counter that has not arrived are all kept: each is checked once it does.
    fn settle(&mut self, reviewed: impl Fn(Uuid) -> bool) -> Vec<Uuid> {
        let mut gone = Vec::new();
        if self.counter.is_some() {
            let pins = std::mem::take(&mut self.pins);
            for pin in pins {
                if !self.is_superseded(&pin) || reviewed(pin.id) {
                    self.pins.push(pin);
                } else {
                    // It came, so it will not come late.
                    if let Some(standing) = self.standing.get_mut(&pin.lao) {
                        standing.superseded.remove(&pin.id);
                    }
                    gone.push(pin.id);
                }
            }
            self.pins.shrink_to_fit();
        }
        gone
    }

    fn weigh(&self) -> usize {
        let of = |entry: &Entry| 1 + entry.seen.len() / 8;
        1 + self.pins.iter().map(of).sum::<usize>()
            + self
                .proposals
                .iter()
                .map(|(entry, _)| of(entry))
                .sum::<usize>()
            + self
                .standing
                .values()
                .map(|standing| standing.superseded.len() / 4)
                .sum::<usize>()
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
    /// The counter of each pin of the views.
    pub(super) counter_of: HashMap<Uuid, Uuid>,
    /// What the views weigh together.
    weight: usize,
    /// The numbers of devices, by account and device; they never change.
    pub(super) devices: HashMap<(Uuid, Uuid), i64>,
}

impl Memory {
    /// Begins a group on the database in this state. Whatever anybody else
    /// wrote gave a revision: then all is read anew.
    pub(super) fn begin(&mut self, state: State) {
        let held = self.weight + self.reviews.len();
        if self.as_of != Some((state.epoch, state.revision)) || held > MAX_WEIGHT {
            self.forget_counters();
        }
        if self.devices.len() > MAX_DEVICES {
            self.devices.clear();
        }
        self.as_of = None;
        self.group += 1;
    }

    /// A group is done with these counters: lets go of what no longer matters.
    pub(super) fn settle(&mut self, counters: impl IntoIterator<Item = Uuid>) {
        for counter in counters {
            let Some(view) = self.views.get_mut(&counter) else {
                continue;
            };
            for pin in view.settle(|pin| self.reviews.contains_key(&pin)) {
                self.counter_of.remove(&pin);
            }
            let weight = view.weigh();
            self.weight = self.weight + weight - std::mem::replace(&mut view.weight, weight);
        }
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
        self.weight = 0;
        self.reviews.clear();
        self.counter_of.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use pakmut_domain::model::{Address, CounterKind, CounterStatus};
    use pakmut_domain::resolve::{PinFact, ReviewFact, counter_state, state_of_known};
    use pakmut_domain::wire::payload::Decision;
    use proptest::prelude::*;

    use super::*;
    use crate::store::Definition;

    fn counter_row(id: Uuid) -> CounterRow {
        let definition = Definition {
            lao: 1,
            name: String::new(),
            kind: CounterKind::Branch,
            status: CounterStatus::Active,
            address: Address::default(),
            due: false,
            sample: true,
        };
        CounterRow::new(id, definition)
    }

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

    proptest! {
        /// However the pins and reviews of a counter come in groups, what is
        /// kept of them tells the same as all of them.
        #[test]
        fn what_is_kept_tells_as_much_as_all(
            pins in proptest::collection::vec(
                (0i64..5, proptest::collection::vec(0u128..16, 0..4)), 1..16),
            reviews in proptest::collection::vec(
                (0u128..16, any::<bool>(), proptest::option::of(0u128..8)), 0..6),
            groups in proptest::collection::vec(any::<bool>(), 32),
            order in any::<u64>(),
        ) {
            let counter = Uuid::nil();
            let mut memory = Memory::default();
            memory.views.entry(counter).or_default().counter = Some(counter_row(counter));
            let mut all: Vec<Entry> = pins
                .iter()
                .enumerate()
                .map(|(n, (best_ms, seen))| Entry { best_ms: *best_ms, ..item(n as u128, seen) })
                .collect();
            let turn = order as usize % all.len();
            all.rotate_left(turn);
            let mut judged: Vec<ReviewFact> = Vec::new();
            let mut facts: Vec<PinFact> = Vec::new();
            for (step, pin) in all.iter().enumerate() {
                memory.views.entry(counter).or_default().add_pin(pin.clone());
                facts.push(PinFact { id: pin.id, best_ms: pin.best_ms, seen: pin.seen.clone() });
                let due = reviews.iter().enumerate().filter(|(n, _)| n % all.len() == step);
                for (n, (of, approved, seen)) in due {
                    let of = Uuid::from_u128(*of);
                    let seen: Vec<u128> = seen.iter().map(|s| 100 + s).collect();
                    let entry = item(100 + n as u128, &seen);
                    let decision = if *approved { Decision::Approved } else { Decision::SentBack };
                    judged.push(ReviewFact {
                        id: entry.id,
                        pin: of,
                        decision,
                        seen: entry.seen.clone(),
                    });
                    let review = Review { pin: of, decision, reason: None, note: None };
                    memory.reviews.entry(of).or_default().push((entry, review));
                    // As the ledger does for a pin that was let go of.
                    let view = memory.views.entry(counter).or_default();
                    if !view.pins.iter().any(|pin| pin.id == of)
                        && let Some(pin) = all[..=step].iter().find(|pin| pin.id == of)
                    {
                        view.pins.push(pin.clone());
                    }
                }
                if groups[step] {
                    memory.settle([counter]);
                }
                let here: Vec<ReviewFact> = judged
                    .iter()
                    .filter(|review| facts.iter().any(|pin| pin.id == review.pin))
                    .cloned()
                    .collect();
                if let Some(known) = memory.views[&counter].known_pins(None) {
                    prop_assert_eq!(state_of_known(&known, &here), counter_state(&facts, &here));
                }
            }
        }
    }

    #[test]
    fn a_counter_pinned_again_and_again_keeps_the_last_pin() {
        let counter = Uuid::nil();
        let mut memory = Memory::default();
        memory.views.entry(counter).or_default().counter = Some(counter_row(counter));
        for n in 1..=1_000u128 {
            let view = memory.views.entry(counter).or_default();
            view.add_pin(item(n, &[n - 1]));
            memory.counter_of.insert(Uuid::from_u128(n), counter);
            memory.settle([counter]);
        }
        assert_eq!(memory.views[&counter].pins.len(), 1);
        assert_eq!(memory.counter_of.len(), 1);
        assert_eq!(memory.weight, memory.views[&counter].weigh());
        assert!(memory.weight < 5);
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
