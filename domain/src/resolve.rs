//! From the items that arrived, in whatever order, to where a counter stands.
//!
//! Items are ordered by what their authors had seen, not by time: a pin
//! supersedes those it lists as seen, a review those reviews it lists. What did
//! not know of each other stands side by side. So any order of arrival ends in
//! the same state, and a late item never replaces an approved one by itself.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::wire::payload::Decision;

/// A pin as far as ordering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinFact {
    /// The pin's id.
    pub id: Uuid,
    /// Milliseconds since 1970 UTC, [`crate::wire::Saved::best_ms`].
    pub best_ms: i64,
    /// What its author had seen.
    pub seen: Vec<Uuid>,
}

/// A pin of which it is known whether another lists it as seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownPin {
    /// The pin's id.
    pub id: Uuid,
    /// Milliseconds since 1970 UTC, [`crate::wire::Saved::best_ms`].
    pub best_ms: i64,
    /// Whether another pin lists it as seen.
    pub superseded: bool,
}

/// A review as far as ordering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFact {
    /// The review's id.
    pub id: Uuid,
    /// The pin that it judges.
    pub pin: Uuid,
    /// The decision.
    pub decision: Decision,
    /// What its author had seen.
    pub seen: Vec<Uuid>,
}

/// Where a pin stands: the same words everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinStatus {
    /// No pin arrived.
    NotPinned,
    /// A pin waits for its review.
    Waiting,
    /// The shown pin is approved.
    Approved,
    /// The shown pin was sent back.
    SentBack,
}

impl PinStatus {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotPinned => "not_pinned",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::SentBack => "sent_back",
        }
    }
}

/// Where a counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterState {
    /// The status of the shown pin.
    pub status: PinStatus,
    /// The pin that stands for the counter now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Uuid>,
    /// Whether pins stand side by side whose authors did not know of each other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conflict: bool,
    /// The review that decided the shown pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Uuid>,
    /// The newest approved pin, though a newer one may wait: what citizens see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Uuid>,
}

/// The state of a counter from all its pins and their reviews, given in any order.
///
/// Superseded is every pin that another pin lists as seen; the rest stand side
/// by side. Of those an approved one is shown before one that waits, that
/// before one sent back, and among equals the greater of (time, id).
pub fn counter_state(pins: &[PinFact], reviews: &[ReviewFact]) -> CounterState {
    let mut superseded = seen_by_others(pins.iter().map(|p| (p.id, p.seen.as_slice())));
    if pins.iter().all(|p| superseded.contains(&p.id)) {
        // Pins that list each other: no honest phone makes these, and none may vanish.
        superseded.clear();
    }
    let known: Vec<KnownPin> = pins
        .iter()
        .map(|p| KnownPin {
            id: p.id,
            best_ms: p.best_ms,
            superseded: superseded.contains(&p.id),
        })
        .collect();
    state_of_known(&known, reviews)
}

/// The same from the pins that matter alone: all that stand and all that were
/// reviewed. Others may be left out, so that a counter with many pins costs no
/// more than one with few. Only where no pin stands, [`counter_state`] must be
/// asked with all of them.
pub fn state_of_known(pins: &[KnownPin], reviews: &[ReviewFact]) -> CounterState {
    let decisions = decisions(reviews);
    let standing = pins.iter().filter(|p| !p.superseded);
    let rank = |pin: &KnownPin| match decisions.get(&pin.id) {
        Some((Decision::Approved, _)) => 2,
        None => 1,
        Some((Decision::SentBack, _)) => 0,
    };
    let mut count = 0;
    let shown = standing
        .inspect(|_| count += 1)
        .max_by_key(|p| (rank(p), p.best_ms, p.id));
    let Some(pin) = shown else {
        return CounterState {
            status: PinStatus::NotPinned,
            shown: None,
            conflict: false,
            review: None,
            verified: None,
        };
    };
    let decision = decisions.get(&pin.id);
    let verified = pins
        .iter()
        .filter(|p| matches!(decisions.get(&p.id), Some((Decision::Approved, _))))
        .max_by_key(|p| (!p.superseded, p.best_ms, p.id));
    CounterState {
        status: match decision {
            Some((Decision::Approved, _)) => PinStatus::Approved,
            Some((Decision::SentBack, _)) => PinStatus::SentBack,
            None => PinStatus::Waiting,
        },
        shown: Some(pin.id),
        conflict: count > 1,
        review: decision.map(|(_, review)| *review),
        verified: verified.map(|p| p.id),
    }
}

/// The decision that holds for each reviewed pin: of reviews that did not know
/// of each other, sent back beats approved, then the greater id.
fn decisions(reviews: &[ReviewFact]) -> HashMap<Uuid, (Decision, Uuid)> {
    let superseded = seen_by_others(reviews.iter().map(|r| (r.id, r.seen.as_slice())));
    let mut held: HashMap<Uuid, (Decision, Uuid)> = HashMap::new();
    for review in reviews.iter().filter(|r| !superseded.contains(&r.id)) {
        let candidate = (review.decision, review.id);
        held.entry(review.pin)
            .and_modify(|best| *best = (*best).max(candidate))
            .or_insert(candidate);
    }
    held
}

/// Every id that another item of the same sort lists as seen.
fn seen_by_others<'a>(items: impl Iterator<Item = (Uuid, &'a [Uuid])>) -> HashSet<Uuid> {
    items
        .flat_map(|(id, seen)| seen.iter().copied().filter(move |s| *s != id))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn id(n: u8) -> Uuid {
        Uuid::from_u128(u128::from(n) + 1)
    }

    fn pin(n: u8, best_ms: i64, seen: &[u8]) -> PinFact {
        PinFact {
            id: id(n),
            best_ms,
            seen: seen.iter().map(|s| id(*s)).collect(),
        }
    }

    fn review(n: u8, of: u8, decision: Decision, seen: &[u8]) -> ReviewFact {
        ReviewFact {
            id: id(n),
            pin: id(of),
            decision,
            seen: seen.iter().map(|s| id(*s)).collect(),
        }
    }

    #[test]
    fn a_pin_that_saw_the_earlier_one_supersedes_it_whatever_the_clocks_say() {
        let state = counter_state(&[pin(1, 9_000, &[]), pin(2, 10, &[1])], &[]);
        assert_eq!(state.shown, Some(id(2)));
        assert!(!state.conflict);
    }

    #[test]
    fn two_pins_made_offline_stand_side_by_side_and_an_approved_one_is_not_replaced() {
        let pins = [pin(1, 10, &[]), pin(2, 9_000, &[])];
        assert_eq!(counter_state(&pins, &[]).shown, Some(id(2)));
        let state = counter_state(&pins, &[review(9, 1, Decision::Approved, &[])]);
        assert_eq!(
            (state.shown, state.status),
            (Some(id(1)), PinStatus::Approved)
        );
        assert!(state.conflict);
    }

    #[test]
    fn sent_back_beats_an_approval_that_did_not_know_of_it_and_a_later_decision_beats_both() {
        let pins = [pin(1, 10, &[])];
        let both = vec![
            review(8, 1, Decision::Approved, &[]),
            review(7, 1, Decision::SentBack, &[]),
        ];
        assert_eq!(counter_state(&pins, &both).status, PinStatus::SentBack);
        let mut settled = both;
        settled.push(review(9, 1, Decision::Approved, &[7, 8]));
        assert_eq!(counter_state(&pins, &settled).status, PinStatus::Approved);
    }

    #[test]
    fn a_new_pin_answers_the_one_sent_back() {
        let state = counter_state(
            &[pin(1, 10, &[]), pin(2, 20, &[1])],
            &[review(3, 1, Decision::SentBack, &[])],
        );
        assert_eq!(
            (state.shown, state.status),
            (Some(id(2)), PinStatus::Waiting)
        );
    }

    #[test]
    fn the_verified_pin_stays_until_its_successor_is_approved() {
        let pins = [pin(1, 10, &[]), pin(2, 20, &[1])];
        let approved = review(8, 1, Decision::Approved, &[]);
        let state = counter_state(&pins, std::slice::from_ref(&approved));
        assert_eq!((state.shown, state.verified), (Some(id(2)), Some(id(1))));
        let state = counter_state(&pins, &[approved, review(9, 2, Decision::Approved, &[])]);
        assert_eq!(state.verified, Some(id(2)));
    }

    #[test]
    fn pins_that_list_each_other_do_not_vanish() {
        let state = counter_state(&[pin(1, 10, &[2]), pin(2, 20, &[1])], &[]);
        assert_eq!(state.shown, Some(id(2)));
        assert!(state.conflict);
    }

    proptest! {
        /// Any order of arrival, and any repetition, ends in the same state.
        #[test]
        fn order_of_arrival_does_not_matter(
            times in proptest::collection::vec(0i64..5, 1..8),
            links in proptest::collection::vec((0u8..8, 0u8..8), 0..8),
            verdicts in proptest::collection::vec((0u8..8, any::<bool>(), proptest::option::of(0u8..6)), 0..6),
            seed in any::<u64>(),
        ) {
            let mut pins: Vec<_> = times.iter().enumerate().map(|(n, t)| {
                let n = n as u8;
                let seen: Vec<u8> = links.iter().filter(|(a, b)| *a == n && b < a).map(|(_, b)| *b).collect();
                pin(n, *t, &seen)
            }).collect();
            let mut reviews: Vec<_> = verdicts.iter().enumerate().map(|(n, (of, ok, saw))| {
                let n = n as u8;
                let decision = if *ok { Decision::Approved } else { Decision::SentBack };
                let seen: Vec<u8> = saw.iter().filter(|s| **s < n).map(|s| 100 + s).collect();
                review(100 + n, *of, decision, &seen)
            }).collect();
            let first = counter_state(&pins, &reviews);
            let turn = (seed as usize) % pins.len();
            pins.rotate_left(turn);
            pins.reverse();
            reviews.reverse();
            prop_assert_eq!(counter_state(&pins, &reviews), first);
            // Exactly one status for each counter, so that the parts always add up to the roster.
            prop_assert_eq!(first.shown.is_some(), !pins.is_empty());
        }
    }
}
