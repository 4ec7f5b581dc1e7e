//! How far Zero Copy is: by counter, and added up by LAO, province and country.

use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, Pair};
use super::code::Code;
use super::day::Day;
use super::declaration::Practice;
use super::reality::{Reality, Verdict};
use super::standing::PairState;

/// Counts that add up over counters. Always `due = asked + stopped + undeclared`,
/// and `contradicted` lies within `stopped`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Counters.
    pub counters: u32,
    /// Those with neither declaration nor answers: unknown, not good.
    pub counters_unknown: u32,
    /// Those of which every pair due is declared.
    pub counters_complete: u32,
    /// Those whose declarations are contradicted by answers.
    pub counters_contradicted: u32,
    /// Service–document pairs on which a declaration is due: those of the
    /// catalogue but for services that the counter does not offer.
    pub due: u64,
    /// Pairs of services that the counter does not offer.
    pub not_offered: u64,
    /// Pairs of which copies are still asked for.
    pub asked: u64,
    /// Pairs of which none are.
    pub stopped: u64,
    /// Pairs of which nothing is declared: unknown, not good.
    pub undeclared: u64,
    /// Stopped pairs that answers contradict.
    pub contradicted: u64,
    /// Pairs of which staff say different things.
    pub conflicts: u64,
    /// Pairs of which a copy is kept without a legal reason given.
    pub kept_without_reason: u64,
}

impl Progress {
    /// The progress of one counter.
    pub fn of_counter(
        catalogue: &Catalogue,
        states: &BTreeMap<Pair, PairState<'_>>,
        reality: &Reality,
    ) -> Self {
        let mut progress = Self {
            counters: 1,
            ..Self::default()
        };
        for pair in &catalogue.pairs {
            let state = states.get(pair);
            match state.map(PairState::practice) {
                Some(Practice::NotOffered) => progress.not_offered += 1,
                Some(Practice::Asked) => progress.asked += 1,
                Some(Practice::Stopped) => progress.stopped += 1,
                None => progress.undeclared += 1,
            }
            let Some(state) = state else { continue };
            let shown = &state.shown.said;
            progress.conflicts += u64::from(state.conflict);
            progress.kept_without_reason += u64::from(shown.keeps_copy() && shown.reason.is_none());
        }
        progress.due = progress.asked + progress.stopped + progress.undeclared;
        let stopped = |pair: &Pair| {
            states
                .get(pair)
                .is_some_and(|s| s.practice() == Practice::Stopped)
        };
        progress.contradicted = reality
            .contradicted_pairs()
            .filter(|(pair, _)| stopped(pair))
            .count() as u64;
        progress.counters_unknown = u32::from(reality.verdict == Verdict::Unknown);
        progress.counters_contradicted = u32::from(reality.verdict == Verdict::Contradicted);
        let something = progress.due + progress.not_offered > 0;
        progress.counters_complete = u32::from(something && progress.undeclared == 0);
        progress
    }

    /// Pairs declared, asked or stopped.
    pub fn declared(&self) -> u64 {
        self.asked + self.stopped
    }

    /// A count as a share of the pairs due, 0 to 1; absent where none is due,
    /// which is neither 0 nor 1.
    pub fn share_of_due(&self, count: u64) -> Option<f64> {
        (self.due > 0).then(|| count as f64 / self.due as f64)
    }

    /// The contradicted pairs as a share of the stopped ones, 0 to 1; absent
    /// where none is stopped.
    pub fn share_contradicted(&self) -> Option<f64> {
        (self.stopped > 0).then(|| self.contradicted as f64 / self.stopped as f64)
    }
}

impl AddAssign for Progress {
    fn add_assign(&mut self, other: Self) {
        self.counters += other.counters;
        self.counters_unknown += other.counters_unknown;
        self.counters_complete += other.counters_complete;
        self.counters_contradicted += other.counters_contradicted;
        self.due += other.due;
        self.not_offered += other.not_offered;
        self.asked += other.asked;
        self.stopped += other.stopped;
        self.undeclared += other.undeclared;
        self.contradicted += other.contradicted;
        self.conflicts += other.conflicts;
        self.kept_without_reason += other.kept_without_reason;
    }
}

impl Sum for Progress {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum += part;
            sum
        })
    }
}

/// What the counter's public page says of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedNotBring {
    /// The service.
    pub service: Code,
    /// Documents of which nobody need bring a copy.
    pub documents: Vec<Code>,
    /// Of these, those of which one who comes in another's place must.
    pub unless_proxy: Vec<Code>,
}

/// Which copies need not be brought on that day: those that every standing
/// declaration agrees on, so that nobody is sent home for a dispute in the
/// office. In the catalogue's order; services with none are left out.
pub fn need_not_bring(
    catalogue: &Catalogue,
    states: &BTreeMap<Pair, PairState<'_>>,
    today: Day,
) -> Vec<NeedNotBring> {
    let agreed = |pair: &Pair, as_proxy: bool| {
        states
            .get(pair)
            .is_some_and(|state| state.agreed_in_force(today, as_proxy))
    };
    catalogue
        .services
        .iter()
        .map(|service| {
            let pairs: Vec<_> = catalogue
                .pairs_of(&service.code)
                .filter(|pair| agreed(pair, false))
                .collect();
            NeedNotBring {
                service: service.code.clone(),
                documents: pairs.iter().map(|p| p.document.clone()).collect(),
                unless_proxy: pairs
                    .iter()
                    .filter(|pair| !agreed(pair, true))
                    .map(|p| p.document.clone())
                    .collect(),
            }
        })
        .filter(|service| !service.documents.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::super::declaration::Basis;
    use super::super::import::starting_catalogue;
    use super::super::reality::hold_against;
    use super::super::reality::tests::answers;
    use super::super::standing::tests::fact;
    use super::super::standing::{DeclarationFact, counter_states};
    use super::*;

    fn progress(facts: &[DeclarationFact], asked: u32) -> Progress {
        let catalogue = starting_catalogue().unwrap();
        let states = counter_states(facts);
        let given = [answers(
            Some("waste_collection"),
            true,
            &["identity_card"],
            asked,
        )];
        let reality = hold_against(&catalogue, &states, given.iter().filter(|a| a.count > 0));
        Progress::of_counter(&catalogue, &states, &reality)
    }

    #[test]
    fn an_untouched_counter_is_unknown_and_all_of_it_undeclared() {
        let none = progress(&[], 0);
        assert_eq!((none.counters_unknown, none.counters_complete), (1, 0));
        assert_eq!((none.due, none.undeclared), (118, 118));
        assert_eq!(none.share_of_due(none.stopped), Some(0.0));
        assert_eq!(none.share_contradicted(), None);
        assert_eq!(Progress::default().share_of_due(0), None);
    }

    #[test]
    fn a_stopped_pair_that_answers_contradict_is_counted_so() {
        let facts = [fact(
            1,
            1,
            &[],
            ("waste_collection", "identity_card"),
            Practice::Stopped,
        )];
        let one = progress(&facts, 8);
        assert_eq!((one.stopped, one.contradicted), (1, 1));
        assert_eq!(one.counters_contradicted, 1);
        assert_eq!(one.share_contradicted(), Some(1.0));
    }

    #[test]
    fn the_public_page_promises_only_what_all_agree_on() {
        let catalogue = starting_catalogue().unwrap();
        let card = ("waste_collection", "identity_card");
        let mut facts = vec![
            fact(1, 1, &[], card, Practice::Stopped),
            fact(
                2,
                1,
                &[],
                ("waste_collection", "house_registration"),
                Practice::Stopped,
            ),
        ];
        facts[1].said.proxy = Some(Basis::AskedFor);
        let today = "2026-07-01".parse().unwrap();
        let told = need_not_bring(&catalogue, &counter_states(&facts), today);
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].documents.len(), told[0].unless_proxy.len()),
            (2, 1)
        );
        facts.push(fact(3, 0, &[], card, Practice::Asked));
        let told = need_not_bring(&catalogue, &counter_states(&facts), today);
        assert_eq!(told[0].documents.len(), 1);
    }

    proptest! {
        /// The parts are the whole, at each level.
        #[test]
        fn the_parts_add_up(counters in proptest::collection::vec(
            (proptest::collection::vec((0usize..118, 0usize..3, 0i64..3), 0..40), 0u32..12), 1..6)
        ) {
            let catalogue = starting_catalogue().unwrap();
            let pairs: Vec<_> = catalogue.pairs.iter().collect();
            let parts: Vec<Progress> = counters.iter().map(|(made, asked)| {
                let facts: Vec<_> = made.iter().zip(0u8..).map(|((p, practice, t), n)| {
                    let pair = (pairs[*p].service.as_str(), pairs[*p].document.as_str());
                    fact(n, *t, &[], pair, Practice::ALL[*practice])
                }).collect();
                progress(&facts, *asked)
            }).collect();
            let sum: Progress = parts.iter().copied().sum();
            prop_assert_eq!(sum.counters as usize, parts.len());
            for one in parts.iter().chain([&sum]) {
                prop_assert_eq!(one.due, one.asked + one.stopped + one.undeclared);
                prop_assert_eq!(one.due + one.not_offered, 118 * u64::from(one.counters));
                prop_assert!(one.contradicted <= one.stopped);
                prop_assert!(one.counters_unknown + one.counters_contradicted <= one.counters);
            }
        }
    }
}
