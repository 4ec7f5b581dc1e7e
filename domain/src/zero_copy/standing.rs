//! Which declarations stand, in whatever order they arrived.
//!
//! As with pins, what an author had seen orders, not time: a declaration
//! supersedes those of its pair that it lists as seen. Those that did not know
//! of each other all stand; of them the greater (time, id) is shown, and where
//! they say different things the conflict is flagged until a declaration that
//! saw them settles it. Superseded ones are the history, never removed.

use std::collections::{BTreeMap, HashSet};

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::catalogue::{OwnService, Pair};
use super::day::Day;
use super::declaration::{Declaration, Practice};
use crate::wire::Envelope;
use crate::wire::pull::ItemRecord;

/// A payload with what orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// The item's id.
    pub id: Uuid,
    /// Milliseconds since 1970 UTC, [`crate::wire::Saved::best_ms`].
    pub best_ms: i64,
    /// What its author had seen.
    pub seen: Vec<Uuid>,
    /// What it says.
    pub said: T,
}

/// A declaration with what orders it.
pub type DeclarationFact = Fact<Declaration>;

impl<T: DeserializeOwned> Fact<T> {
    /// A saved item that waits in a phone's outbox.
    ///
    /// # Errors
    /// Where its payload is something else.
    pub fn from_envelope(envelope: &Envelope) -> serde_json::Result<Self> {
        Ok(Self {
            id: envelope.id,
            best_ms: envelope.saved.best_ms(),
            seen: envelope.seen.clone(),
            said: serde_json::from_str(envelope.payload.get())?,
        })
    }

    /// A pulled record, whose key is `id`.
    ///
    /// # Errors
    /// Where its payload is something else.
    pub fn from_record(id: Uuid, record: &ItemRecord) -> serde_json::Result<Self> {
        Ok(Self {
            id,
            best_ms: record.best_ms,
            seen: record.seen.clone(),
            said: serde_json::from_str(record.payload.get())?,
        })
    }
}

/// Where one pair of one counter stands. There is none for a pair of which no
/// declaration arrived: that is unknown, not good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairState<'a> {
    /// The declaration that stands now.
    pub shown: &'a DeclarationFact,
    /// Every one that stands, the shown one first, then by falling (time, id).
    /// A new declaration lists these as seen.
    pub standing: Vec<&'a DeclarationFact>,
    /// Whether declarations stand side by side that say different things.
    pub conflict: bool,
}

impl PairState<'_> {
    /// The ids that a declaration made with this state on the screen has seen.
    pub fn seen(&self) -> Vec<Uuid> {
        let most = crate::wire::envelope::MAX_SEEN;
        self.standing.iter().take(most).map(|f| f.id).collect()
    }

    /// Whether everyone who declared says that no copy may be asked of who
    /// comes on that day: what the public page may promise.
    pub fn agreed_in_force(&self, on: Day, as_proxy: bool) -> bool {
        self.standing.iter().all(|f| f.said.in_force(on, as_proxy))
    }

    /// The practice of the declaration that is shown.
    pub fn practice(&self) -> Practice {
        self.shown.said.practice
    }
}

/// Of facts about one thing those that no other has seen, the greater (time, id)
/// first. One at least where there is any.
pub fn standing<'a, T>(facts: impl IntoIterator<Item = &'a Fact<T>>) -> Vec<&'a Fact<T>> {
    let mut facts: Vec<&Fact<T>> = facts.into_iter().collect();
    facts.sort_by_key(|f| std::cmp::Reverse((f.best_ms, f.id)));
    facts.dedup_by_key(|f| f.id);
    let superseded: HashSet<Uuid> = facts
        .iter()
        .flat_map(|f| f.seen.iter().copied().filter(|seen| *seen != f.id))
        .collect();
    let standing: Vec<_> = facts
        .iter()
        .copied()
        .filter(|f| !superseded.contains(&f.id))
        .collect();
    if standing.is_empty() {
        // Items that list each other: no honest phone makes these, and none may vanish.
        return facts;
    }
    standing
}

/// An LAO's additions as they stand, the superseded ones left out, each with
/// the ids that a change of it has seen. Ordered by the service's code; given
/// in any order.
pub fn own_services<'a>(
    facts: impl IntoIterator<Item = &'a Fact<OwnService>>,
) -> Vec<(&'a OwnService, Vec<Uuid>)> {
    grouped(facts, |own| own.service.code.clone())
        .into_values()
        .filter_map(|facts| {
            let standing = standing(facts);
            let seen = standing.iter().map(|f| f.id).collect();
            Some((&standing.first()?.said, seen))
        })
        .collect()
}

fn grouped<'a, T, K: Ord>(
    facts: impl IntoIterator<Item = &'a Fact<T>>,
    key: impl Fn(&T) -> K,
) -> BTreeMap<K, Vec<&'a Fact<T>>> {
    let mut groups: BTreeMap<K, Vec<&Fact<T>>> = BTreeMap::new();
    for fact in facts {
        groups.entry(key(&fact.said)).or_default().push(fact);
    }
    groups
}

/// The state of one pair of one counter from all its declarations, given in
/// any order, repeated or not; absent where there is none.
pub fn pair_state<'a>(
    facts: impl IntoIterator<Item = &'a DeclarationFact>,
) -> Option<PairState<'a>> {
    let standing = standing(facts);
    let shown = *standing.first()?;
    let conflict = standing.iter().any(|f| !f.said.says_the_same(&shown.said));
    Some(PairState {
        shown,
        standing,
        conflict,
    })
}

/// The states of all pairs of one counter, from all its declarations.
/// Declarations on pairs that the catalogue does not have (any more) are in it
/// too; whoever counts, counts by the catalogue.
pub fn counter_states<'a>(
    facts: impl IntoIterator<Item = &'a DeclarationFact>,
) -> BTreeMap<Pair, PairState<'a>> {
    grouped(facts, Declaration::pair)
        .into_iter()
        .filter_map(|(pair, facts)| Some((pair, pair_state(facts)?)))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::super::declaration::{Basis, RULE_IN_EFFECT};
    use super::*;

    pub(in super::super) fn fact(
        id: u8,
        best_ms: i64,
        seen: &[u8],
        pair: (&str, &str),
        practice: Practice,
    ) -> DeclarationFact {
        let uuid = |n: u8| Uuid::from_u128(u128::from(n) + 1);
        let stopped = practice == Practice::Stopped;
        DeclarationFact {
            id: uuid(id),
            best_ms,
            seen: seen.iter().map(|s| uuid(*s)).collect(),
            said: Declaration {
                counter: Uuid::from_u128(99),
                service: pair.0.parse().unwrap(),
                document: pair.1.parse().unwrap(),
                catalogue: 1,
                practice,
                since: stopped.then_some(RULE_IN_EFFECT),
                before: stopped.then_some(Basis::AskedFor),
                after: stopped.then_some(Basis::CardReader),
                proxy: None,
                reason: None,
                law: None,
                note: None,
                photo: None,
            },
        }
    }

    const PAIR: (&str, &str) = ("water_supply", "identity_card");

    #[test]
    fn one_that_saw_the_other_supersedes_it_whatever_the_clocks_say() {
        let facts = [
            fact(1, 9_000, &[], PAIR, Practice::Asked),
            fact(2, 10, &[1], PAIR, Practice::Stopped),
        ];
        let state = pair_state(&facts).unwrap();
        assert_eq!(state.practice(), Practice::Stopped);
        assert!(!state.conflict);
    }

    #[test]
    fn two_offline_are_both_kept_the_later_stands_and_the_conflict_is_shown() {
        let facts = [
            fact(1, 10, &[], PAIR, Practice::Stopped),
            fact(2, 20, &[], PAIR, Practice::Asked),
        ];
        let state = pair_state(&facts).unwrap();
        assert_eq!((state.practice(), state.conflict), (Practice::Asked, true));
        assert_eq!(state.standing.len(), 2);
        assert!(!state.agreed_in_force(RULE_IN_EFFECT, false));
        let settled = fact(3, 5, &[1, 2], PAIR, Practice::Stopped);
        let all = [facts[0].clone(), facts[1].clone(), settled];
        let state = pair_state(&all).unwrap();
        assert_eq!(
            (state.practice(), state.conflict),
            (Practice::Stopped, false)
        );
        assert!(state.agreed_in_force(RULE_IN_EFFECT, false));
    }

    #[test]
    fn two_that_say_the_same_are_no_conflict() {
        let facts = [
            fact(1, 10, &[], PAIR, Practice::Stopped),
            fact(2, 20, &[], PAIR, Practice::Stopped),
        ];
        assert!(!pair_state(&facts).unwrap().conflict);
    }

    #[test]
    fn none_is_no_state_and_those_that_list_each_other_do_not_vanish() {
        assert_eq!(pair_state(&[]), None);
        let facts = [
            fact(1, 10, &[2], PAIR, Practice::Stopped),
            fact(2, 20, &[1], PAIR, Practice::Asked),
        ];
        assert_eq!(pair_state(&facts).unwrap().standing.len(), 2);
    }

    #[test]
    fn an_addition_changed_by_who_saw_it_stands_alone_and_others_stay() {
        let addition = |id: u8, code: &str, withdrawn, seen: &[u8]| {
            let named = super::super::Named {
                code: code.parse().unwrap(),
                name_th: "ท่าเรือ".into(),
                name_en: "Pier".into(),
            };
            Fact {
                id: Uuid::from_u128(id.into()),
                best_ms: i64::from(100 - id),
                seen: seen.iter().map(|s| Uuid::from_u128((*s).into())).collect(),
                said: OwnService {
                    lao: Uuid::nil(),
                    service: named,
                    documents: Vec::new(),
                    asks: Default::default(),
                    withdrawn,
                },
            }
        };
        let facts = [
            addition(1, "own_pier", false, &[]),
            addition(2, "own_pier", true, &[1]),
            addition(3, "own_boat", false, &[2]),
        ];
        let standing = own_services(&facts);
        assert_eq!(standing.len(), 2);
        assert_eq!(standing[0].0.service.code.as_str(), "own_boat");
        assert!(standing[1].0.withdrawn);
        assert_eq!(standing[1].1, [Uuid::from_u128(2)]);
    }

    #[test]
    fn pairs_do_not_touch_each_other() {
        let facts = [
            fact(1, 10, &[], PAIR, Practice::Stopped),
            fact(
                2,
                20,
                &[1],
                ("water_supply", "land_title_deed"),
                Practice::Asked,
            ),
        ];
        let states = counter_states(&facts);
        assert_eq!(states.len(), 2);
        assert!(states.values().all(|s| !s.conflict));
    }

    proptest! {
        /// Any order of arrival, and any repetition, ends in the same state.
        #[test]
        fn order_of_arrival_does_not_matter(
            made in proptest::collection::vec((0i64..5, 0usize..3, 0usize..2), 1..9),
            links in proptest::collection::vec((0u8..9, 0u8..9), 0..12),
            order in proptest::collection::vec(any::<proptest::sample::Index>(), 0..20),
        ) {
            let documents = ["identity_card", "house_registration"];
            let facts: Vec<_> = made.iter().enumerate().map(|(n, (t, practice, document))| {
                let n = n as u8;
                let seen: Vec<u8> = links.iter().filter(|(a, b)| *a == n && b < a).map(|(_, b)| *b).collect();
                fact(n, *t, &seen, ("water_supply", documents[*document]), Practice::ALL[*practice])
            }).collect();
            let first = counter_states(&facts);
            let mut again = facts.clone();
            for index in order {
                let at = index.index(again.len());
                let moved = again.remove(at);
                again.push(moved.clone());
                again.insert(0, moved);
            }
            prop_assert_eq!(&counter_states(&again), &first);
            // Each state flags exactly what stands side by side and differs.
            for state in first.values() {
                prop_assert!(state.standing.iter().any(|f| f.id == state.shown.id));
                let differ = state.standing.iter().any(|f| !f.said.says_the_same(&state.shown.said));
                prop_assert_eq!(state.conflict, differ);
            }
        }
    }
}
