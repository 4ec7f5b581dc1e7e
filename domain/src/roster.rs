//! The roster's account: every counter of an area in exactly one of five parts.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use crate::model::CounterStatus;
use crate::resolve::PinStatus;

/// In which part of the account a counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Due, without a pin.
    NotPinned,
    /// Due, with a pin that waits for its review.
    Waiting,
    /// Due, with an approved pin.
    Approved,
    /// Due, with a pin that was sent back.
    SentBack,
    /// On the roster, and need not be pinned.
    Exempt,
}

impl Part {
    /// The part of a counter; none where it closed and is no longer on the roster.
    #[must_use]
    pub fn of(due: bool, status: CounterStatus, pin: PinStatus) -> Option<Self> {
        if status == CounterStatus::Closed {
            return None;
        }
        if !due {
            return Some(Self::Exempt);
        }
        Some(match pin {
            PinStatus::NotPinned => Self::NotPinned,
            PinStatus::Waiting => Self::Waiting,
            PinStatus::Approved => Self::Approved,
            PinStatus::SentBack => Self::SentBack,
        })
    }
}

/// How many counters stand in each part. The parts always add up to the roster:
/// there is no other figure for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Due, without a pin.
    pub not_pinned: u64,
    /// Due, with a pin that waits for its review.
    pub waiting: u64,
    /// Due, with an approved pin.
    pub approved: u64,
    /// Due, with a pin that was sent back.
    pub sent_back: u64,
    /// On the roster, and need not be pinned.
    pub exempt: u64,
}

impl Tally {
    /// One more counter of a part.
    pub fn count(&mut self, part: Part) {
        *match part {
            Part::NotPinned => &mut self.not_pinned,
            Part::Waiting => &mut self.waiting,
            Part::Approved => &mut self.approved,
            Part::SentBack => &mut self.sent_back,
            Part::Exempt => &mut self.exempt,
        } += 1;
    }

    /// How many counters must be pinned.
    #[must_use]
    pub fn due(&self) -> u64 {
        self.not_pinned + self.waiting + self.approved + self.sent_back
    }

    /// How many of them have a pin that was not sent back.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.waiting + self.approved
    }

    /// How many of them somebody must still stand at: not pinned, or sent back.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.not_pinned + self.sent_back
    }

    /// How many counters there are that did not close.
    #[must_use]
    pub fn roster(&self) -> u64 {
        self.due() + self.exempt
    }

    /// The share of the due that is done, 0 to 1; none where nothing is due.
    #[must_use]
    pub fn share_done(&self) -> Option<f64> {
        (self.due() > 0).then(|| self.done() as f64 / self.due() as f64)
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            not_pinned: self.not_pinned + other.not_pinned,
            waiting: self.waiting + other.waiting,
            approved: self.approved + other.approved,
            sent_back: self.sent_back + other.sent_back,
            exempt: self.exempt + other.exempt,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl FromIterator<Part> for Tally {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        let mut tally = Self::default();
        for part in parts {
            tally.count(part);
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::resolve::{PinFact, ReviewFact, counter_state};
    use crate::wire::payload::Decision;

    #[derive(Debug, Clone)]
    struct History {
        district: u8,
        due: bool,
        status: CounterStatus,
        pins: Vec<PinFact>,
        reviews: Vec<ReviewFact>,
    }

    fn history() -> impl Strategy<Value = History> {
        let status = prop_oneof![
            4 => Just(CounterStatus::Active),
            1 => Just(CounterStatus::Moved),
            1 => Just(CounterStatus::Closed),
        ];
        let pins = proptest::collection::vec((0i64..4, proptest::option::of(0usize..4)), 0..4);
        let reviews = proptest::collection::vec((0usize..4, any::<bool>()), 0..4);
        (0u8..3, any::<bool>(), status, pins, reviews).prop_map(
            |(district, due, status, pins, reviews)| {
                let id = |n: usize| Uuid::from_u128(n as u128 + 1);
                History {
                    district,
                    due,
                    status,
                    pins: pins
                        .iter()
                        .enumerate()
                        .map(|(n, (best_ms, saw))| PinFact {
                            id: id(n),
                            best_ms: *best_ms,
                            seen: saw.filter(|s| *s < n).map(id).into_iter().collect(),
                        })
                        .collect(),
                    reviews: reviews
                        .iter()
                        .enumerate()
                        .map(|(n, (pin, approved))| ReviewFact {
                            id: id(100 + n),
                            pin: id(*pin),
                            decision: if *approved {
                                Decision::Approved
                            } else {
                                Decision::SentBack
                            },
                            seen: Vec::new(),
                        })
                        .collect(),
                }
            },
        )
    }

    fn part(history: &History) -> Option<Part> {
        let state = counter_state(&history.pins, &history.reviews);
        Part::of(history.due, history.status, state.status)
    }

    proptest! {
        /// Whatever happened, at each level the parts add up to the counters that
        /// did not close, and the levels add up to each other.
        #[test]
        fn the_parts_are_the_roster_at_every_level(all in proptest::collection::vec(history(), 0..40)) {
            let open = all.iter().filter(|h| h.status != CounterStatus::Closed);
            let whole: Tally = all.iter().filter_map(part).collect();
            prop_assert_eq!(whole.roster(), open.count() as u64);
            prop_assert_eq!(whole.due(), whole.done() + whole.missing());
            let districts: Tally = (0..3)
                .map(|d| all.iter().filter(|h| h.district == d).filter_map(part).collect::<Tally>())
                .sum();
            prop_assert_eq!(districts, whole);
        }
    }

    #[test]
    fn nothing_due_has_no_share() {
        let tally: Tally = [Part::Exempt].into_iter().collect();
        assert_eq!((tally.share_done(), tally.roster()), (None, 1));
    }
}
