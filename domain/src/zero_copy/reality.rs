//! Is it true? The survey's answers held against a counter's declarations.
//!
//! The survey asks whether a copy was asked for, and of which documents. An
//! answer *tests* a counter when a declaration that no copy is asked for was in
//! force for the service on that day. It *contradicts* it when a copy was asked
//! for and nothing explains it: every pair that could be meant is declared as
//! stopped. A copy of a document that is still asked for, or of which nothing is
//! declared, or of a proxy where the proxy's case is apart, is explained.
//!
//! Only real answers belong here, never trial ones; and fewer than
//! [`MIN_SHOWN`] are not shown, since they could be told from persons.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, Pair};
use super::code::Code;
use super::day::Day;
use super::declaration::Practice;
use super::standing::PairState;
use crate::statistics::{Share, wilson};

/// The fewest answers from which any figure is shown.
pub const MIN_SHOWN: u32 = 5;

/// The share of answers that may be a slip of who answered: contradicted is
/// said only where the interval's lower end lies above it. A judgement, not a
/// measurement: one in a hundred.
pub const SLIPS: f64 = 0.01;

/// Answers that say the same, as a registry tallies them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CopyAnswers {
    /// The service that was used; absent where the form did not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Code>,
    /// Whether a copy was asked for.
    pub asked: bool,
    /// Of which documents; empty where none was named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub documents: BTreeSet<Code>,
    /// Whether the person came in another's place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proxy: bool,
    /// The day of the visit, in Bangkok.
    pub day: Day,
    /// How many answered so.
    pub count: u32,
}

/// What is known of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Neither declaration nor answers. Never to be read as good.
    Unknown,
    /// Answers, but no declaration.
    Undeclared,
    /// Nothing is due: the counter offers none of the services.
    NothingDue,
    /// Declared, and no copy has been stopped.
    StillAsks,
    /// Stopped copies are declared, and too few answers test it.
    Untested,
    /// Enough answers, and none contradicts.
    Confirmed,
    /// Some contradict, but so few that they may be slips.
    Doubtful,
    /// Contradicted: the lower end of the interval lies above [`SLIPS`].
    Contradicted,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Undeclared,
        Self::NothingDue,
        Self::StillAsks,
        Self::Untested,
        Self::Confirmed,
        Self::Doubtful,
        Self::Contradicted,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Undeclared => "undeclared",
            Self::NothingDue => "nothing_due",
            Self::StillAsks => "still_asks",
            Self::Untested => "untested",
            Self::Confirmed => "confirmed",
            Self::Doubtful => "doubtful",
            Self::Contradicted => "contradicted",
        }
    }
}

/// Answers that test a declaration, and those of them that contradict it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// Answers that test it.
    pub answers: u32,
    /// Those that contradict it.
    pub contradicting: u32,
}

impl Tested {
    /// The share that contradicts, with its interval; absent below
    /// [`MIN_SHOWN`] answers.
    pub fn shown(self) -> Option<Share> {
        (self.answers >= MIN_SHOWN)
            .then(|| wilson(self.contradicting.into(), self.answers.into()))
            .flatten()
    }

    fn verdict(self) -> Verdict {
        match self.shown() {
            None => Verdict::Untested,
            Some(_) if self.contradicting == 0 => Verdict::Confirmed,
            Some(share) if share.low > SLIPS => Verdict::Contradicted,
            Some(_) => Verdict::Doubtful,
        }
    }
}

/// A counter's declarations beside the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reality {
    /// All answers to the survey's question here.
    pub answers: u32,
    /// Those that say that a copy was asked for, explained or not.
    pub asked: u32,
    /// Those that test a declaration, and those that contradict it.
    pub tested: Tested,
    /// Those that name a document that the catalogue does not have for the service.
    pub unlisted: u32,
    /// Testing answers by the service that was used, none where the form did not ask.
    pub services: BTreeMap<Option<Code>, u32>,
    /// The same by pair, for those declared as stopped. A contradicting answer
    /// that names no document counts for the counter alone.
    pub pairs: BTreeMap<Pair, Tested>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Reality {
    /// The figures of one pair, where they may be shown: not when some service
    /// has fewer than [`MIN_SHOWN`] answers, since those could be had by taking
    /// the others' from the counter's.
    pub fn shown_pair(&self, pair: &Pair) -> Option<Tested> {
        let enough = self.services.values().all(|answers| *answers >= MIN_SHOWN);
        let tested = self.pairs.get(pair).filter(|_| enough)?;
        (tested.answers >= MIN_SHOWN).then_some(*tested)
    }

    /// The pairs that answers contradict, beyond slips and with enough answers
    /// each to be shown.
    pub fn contradicted_pairs(&self) -> impl Iterator<Item = (&Pair, &Tested)> {
        self.pairs
            .iter()
            .filter(|(_, tested)| tested.verdict() == Verdict::Contradicted)
    }
}

/// Holds the answers given at one counter against its declarations. The
/// catalogue is the national one with the LAO's own additions.
pub fn hold_against<'a>(
    catalogue: &Catalogue,
    states: &BTreeMap<Pair, PairState<'_>>,
    answers: impl IntoIterator<Item = &'a CopyAnswers>,
) -> Reality {
    let mut reality = Reality {
        answers: 0,
        asked: 0,
        tested: Tested::default(),
        unlisted: 0,
        services: BTreeMap::new(),
        pairs: BTreeMap::new(),
        verdict: Verdict::Unknown,
    };
    for answer in answers {
        reality.take(catalogue, states, answer);
    }
    reality.verdict = verdict(catalogue, states, &reality);
    reality
}

fn verdict(
    catalogue: &Catalogue,
    states: &BTreeMap<Pair, PairState<'_>>,
    reality: &Reality,
) -> Verdict {
    let declared: Vec<Practice> = catalogue
        .pairs
        .iter()
        .filter_map(|pair| states.get(pair).map(PairState::practice))
        .collect();
    let all_not_offered = declared.iter().all(|p| *p == Practice::NotOffered);
    match (declared.is_empty(), reality.answers) {
        (true, 0) => Verdict::Unknown,
        (true, _) => Verdict::Undeclared,
        (false, _) if all_not_offered && declared.len() == catalogue.pairs.len() => {
            Verdict::NothingDue
        }
        (false, 0) if all_not_offered => Verdict::Unknown,
        (false, _) if all_not_offered => Verdict::Undeclared,
        (false, _) if !declared.contains(&Practice::Stopped) => Verdict::StillAsks,
        (false, _) => reality.tested.verdict(),
    }
}

impl Reality {
    fn take(
        &mut self,
        catalogue: &Catalogue,
        states: &BTreeMap<Pair, PairState<'_>>,
        answer: &CopyAnswers,
    ) {
        let count = answer.count;
        self.answers = self.answers.saturating_add(count);
        if answer.asked {
            self.asked = self.asked.saturating_add(count);
        }
        let in_force = |pair: &Pair| {
            states
                .get(pair)
                .is_some_and(|s| s.shown.said.in_force(answer.day, answer.proxy))
        };
        let meant: Vec<(&Pair, bool)> = catalogue
            .pairs
            .iter()
            .filter(|pair| answer.service.as_ref().is_none_or(|s| *s == pair.service))
            .map(|pair| (pair, in_force(pair)))
            .collect();
        // Told whether or not anything is declared: it is about the catalogue.
        let unlisted = |document: &&Code| !meant.iter().any(|(p, _)| p.document == **document);
        if answer.asked && answer.documents.iter().any(|d| unlisted(&d)) {
            self.unlisted = self.unlisted.saturating_add(count);
        }
        if !meant.iter().any(|(_, in_force)| *in_force) {
            return;
        }
        let mut contradicted: BTreeSet<&Pair> = BTreeSet::new();
        let mut contradicts = false;
        if answer.asked && answer.documents.is_empty() {
            contradicts = meant.iter().all(|(_, in_force)| *in_force);
        } else if answer.asked {
            for document in &answer.documents {
                let of_it: Vec<_> = meant
                    .iter()
                    .filter(|(p, _)| p.document == *document)
                    .collect();
                if !of_it.is_empty() && of_it.iter().all(|(_, in_force)| *in_force) {
                    contradicts = true;
                    contradicted.extend(of_it.iter().map(|(p, _)| *p));
                }
            }
        }
        self.tested.add(count, contradicts);
        let of_service = self.services.entry(answer.service.clone()).or_default();
        *of_service = of_service.saturating_add(count);
        for (pair, _) in meant.iter().filter(|(_, in_force)| *in_force) {
            let tested = self.pairs.entry((*pair).clone()).or_default();
            tested.add(count, contradicted.contains(pair));
        }
    }
}

impl Tested {
    fn add(&mut self, count: u32, contradicts: bool) {
        self.answers = self.answers.saturating_add(count);
        if contradicts {
            self.contradicting = self.contradicting.saturating_add(count);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::super::declaration::{Basis, RULE_IN_EFFECT};
    use super::super::import::starting_catalogue;
    use super::super::standing::tests::fact;
    use super::super::standing::{DeclarationFact, counter_states};
    use super::*;

    pub(in super::super) fn answers(
        service: Option<&str>,
        asked: bool,
        documents: &[&str],
        count: u32,
    ) -> CopyAnswers {
        CopyAnswers {
            service: service.map(|s| s.parse().unwrap()),
            asked,
            documents: documents.iter().map(|d| d.parse().unwrap()).collect(),
            proxy: false,
            day: "2026-07-01".parse().unwrap(),
            count,
        }
    }

    const WASTE: &str = "waste_collection"; // asks for identity_card and house_registration

    fn waste(card: Practice, house: Option<Practice>) -> Vec<DeclarationFact> {
        let mut facts = vec![fact(1, 1, &[], (WASTE, "identity_card"), card)];
        facts.extend(house.map(|h| fact(2, 1, &[], (WASTE, "house_registration"), h)));
        facts
    }

    fn held(facts: &[DeclarationFact], answers: &[CopyAnswers]) -> Reality {
        hold_against(
            &starting_catalogue().unwrap(),
            &counter_states(facts),
            answers,
        )
    }

    #[test]
    fn nothing_is_unknown_and_not_good() {
        assert_eq!(held(&[], &[]).verdict, Verdict::Unknown);
        let only = held(&[], &[answers(Some(WASTE), false, &[], 50)]);
        assert_eq!(only.verdict, Verdict::Undeclared);
        assert_eq!(only.tested, Tested::default());
    }

    #[test]
    fn a_stopped_copy_asked_for_contradicts_with_number_and_interval() {
        let facts = waste(Practice::Stopped, Some(Practice::Stopped));
        let reality = held(
            &facts,
            &[
                answers(Some(WASTE), true, &["identity_card"], 4),
                answers(Some(WASTE), false, &[], 16),
            ],
        );
        assert_eq!(
            reality.tested,
            Tested {
                answers: 20,
                contradicting: 4
            }
        );
        let share = reality.tested.shown().unwrap();
        assert!((share.low - 0.0807).abs() < 1e-3 && (share.high - 0.4160).abs() < 1e-3);
        assert_eq!(reality.verdict, Verdict::Contradicted);
        let pairs: Vec<_> = reality.contradicted_pairs().collect();
        assert_eq!(pairs.len(), 1);
        assert_eq!(pairs[0].0.document.as_str(), "identity_card");
    }

    #[test]
    fn what_is_still_asked_or_undeclared_explains_the_copy() {
        for house in [None, Some(Practice::Asked)] {
            let facts = waste(Practice::Stopped, house);
            let unnamed = answers(Some(WASTE), true, &[], 10);
            let named = answers(Some(WASTE), true, &["house_registration"], 10);
            let reality = held(&facts, &[unnamed, named]);
            assert_eq!(
                reality.tested,
                Tested {
                    answers: 20,
                    contradicting: 0
                }
            );
            assert_eq!(reality.verdict, Verdict::Confirmed);
        }
        let both = waste(Practice::Stopped, Some(Practice::Stopped));
        let reality = held(&both, &[answers(Some(WASTE), true, &[], 10)]);
        assert_eq!(reality.tested.contradicting, 10);
        assert_eq!(reality.contradicted_pairs().count(), 0);
    }

    #[test]
    fn answers_before_the_stop_and_of_a_proxy_apart_do_not_count() {
        let mut facts = waste(Practice::Stopped, Some(Practice::Stopped));
        let mut before = answers(Some(WASTE), true, &["identity_card"], 9);
        before.day = "2018-11-04".parse().unwrap();
        assert!(before.day < RULE_IN_EFFECT);
        assert_eq!(held(&facts, &[before]).verdict, Verdict::Untested);
        for fact in &mut facts {
            fact.said.proxy = Some(Basis::AskedFor);
        }
        let mut proxy = answers(Some(WASTE), true, &["identity_card"], 9);
        proxy.proxy = true;
        assert_eq!(held(&facts, &[proxy]).verdict, Verdict::Untested);
    }

    #[test]
    fn few_answers_are_not_shown_and_one_in_many_is_a_doubt() {
        let facts = waste(Practice::Stopped, Some(Practice::Stopped));
        let one = answers(Some(WASTE), true, &["identity_card"], 1);
        let few = held(&facts, &[one.clone(), answers(Some(WASTE), false, &[], 3)]);
        assert_eq!((few.verdict, few.tested.shown()), (Verdict::Untested, None));
        assert_eq!(few.contradicted_pairs().count(), 0);
        let many = held(&facts, &[one, answers(Some(WASTE), false, &[], 99)]);
        assert_eq!(many.verdict, Verdict::Doubtful);
    }

    #[test]
    fn a_few_answers_on_one_service_cannot_be_had_by_subtraction() {
        let mut facts = waste(Practice::Stopped, Some(Practice::Stopped));
        facts.push(fact(
            3,
            1,
            &[],
            ("complaint_desk", "identity_card"),
            Practice::Stopped,
        ));
        let pair = Pair {
            service: WASTE.parse().unwrap(),
            document: "identity_card".parse().unwrap(),
        };
        let mut given = vec![answers(Some(WASTE), false, &[], 9)];
        assert!(held(&facts, &given).shown_pair(&pair).is_some());
        given.push(answers(Some("complaint_desk"), true, &["identity_card"], 2));
        let reality = held(&facts, &given);
        assert_eq!(
            (reality.tested.answers, reality.shown_pair(&pair)),
            (11, None)
        );
    }

    #[test]
    fn a_document_beyond_the_catalogue_is_told_apart() {
        let facts = waste(Practice::Stopped, Some(Practice::Stopped));
        let reality = held(&facts, &[answers(Some(WASTE), true, &["bank_book"], 6)]);
        assert_eq!((reality.unlisted, reality.verdict), (6, Verdict::Confirmed));
    }

    #[test]
    fn a_counter_that_offers_nothing_has_nothing_due() {
        let catalogue = starting_catalogue().unwrap();
        let facts: Vec<_> = catalogue
            .pairs
            .iter()
            .zip(0u8..)
            .map(|(p, n)| {
                let pair = (p.service.as_str(), p.document.as_str());
                fact(n, 1, &[], pair, Practice::NotOffered)
            })
            .collect();
        assert_eq!(held(&facts, &[]).verdict, Verdict::NothingDue);
        assert_eq!(held(&facts[1..], &[]).verdict, Verdict::Unknown);
        assert_eq!(
            held(&waste(Practice::Asked, None), &[]).verdict,
            Verdict::StillAsks
        );
    }

    proptest! {
        /// The counts add up, however the answers are split and ordered.
        #[test]
        fn counts_add_up(
            given in proptest::collection::vec((any::<bool>(), 0usize..4, 1u32..5), 0..30),
            card in 0usize..3, house in 0usize..3,
        ) {
            let documents: [&[&str]; 4] = [&[], &["identity_card"], &["house_registration"], &["photo", "identity_card"]];
            let facts = waste(Practice::ALL[card], Some(Practice::ALL[house]));
            let mut list: Vec<_> = given.iter().map(|(asked, d, n)| answers(Some(WASTE), *asked, if *asked { documents[*d] } else { &[] }, *n)).collect();
            let reality = held(&facts, &list);
            let total: u32 = list.iter().map(|a| a.count).sum();
            prop_assert_eq!(reality.answers, total);
            prop_assert!(reality.tested.contradicting <= reality.tested.answers.min(reality.asked));
            prop_assert!(reality.tested.answers <= total && reality.unlisted <= reality.asked);
            for tested in reality.pairs.values() {
                prop_assert!(tested.contradicting <= tested.answers && tested.contradicting <= reality.tested.contradicting);
            }
            list.reverse();
            let split: Vec<_> = list.iter().flat_map(|a| (0..a.count).map(|_| CopyAnswers { count: 1, ..a.clone() })).collect();
            prop_assert_eq!(held(&facts, &split), reality);
        }
    }
}
