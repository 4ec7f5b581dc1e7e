//! Quick entry: a screen's worth of declarations from one answer.
//!
//! What comes out are drafts, each a payload with what its author had seen; the
//! phone saves each as an item of its own, so that one refused holds up none.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::catalogue::{Catalogue, Pair};
use super::code::Code;
use super::day::Day;
use super::declaration::{Basis, Declaration, LegalReason, Practice};
use super::standing::PairState;
use crate::wire::ItemHash;

/// A declaration to save, with the ids that its author knew of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What to save.
    pub declaration: Declaration,
    /// The envelope's `seen`.
    pub seen: Vec<Uuid>,
}

/// What is said of every pair of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether a copy is asked for.
    pub practice: Practice,
    /// Since when none is.
    pub since: Option<Day>,
    /// How it was.
    pub before: Option<Basis>,
    /// How it is.
    pub after: Option<Basis>,
    /// The proxy's case.
    pub proxy: Option<Basis>,
    /// Why a copy is kept.
    pub reason: Option<LegalReason>,
    /// The law.
    pub law: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// The photo of the posted notice.
    pub photo: Option<ItemHash>,
}

impl Answer {
    /// Copies were asked for, and since that day are not.
    pub fn stopped(since: Day, after: Basis) -> Self {
        Self {
            since: Some(since),
            before: Some(Basis::AskedFor),
            after: Some(after),
            ..Self::plain(Practice::Stopped)
        }
    }

    /// Copies are still asked for.
    pub fn asked() -> Self {
        Self::plain(Practice::Asked)
    }

    /// The counter does not offer the service.
    pub fn not_offered() -> Self {
        Self::plain(Practice::NotOffered)
    }

    fn plain(practice: Practice) -> Self {
        Self {
            practice,
            since: None,
            before: None,
            after: None,
            proxy: None,
            reason: None,
            law: None,
            note: None,
            photo: None,
        }
    }

    fn of(&self, counter: Uuid, pair: &Pair, catalogue: u32) -> Declaration {
        Declaration {
            counter,
            service: pair.service.clone(),
            document: pair.document.clone(),
            catalogue,
            practice: self.practice,
            since: self.since,
            before: self.before,
            after: self.after,
            proxy: self.proxy,
            reason: self.reason,
            law: self.law.clone(),
            note: self.note.clone(),
            photo: self.photo,
        }
    }
}

/// Which pairs of the catalogue an answer is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only these services; all where empty.
    pub services: BTreeSet<Code>,
    /// Only these documents; all where empty.
    pub documents: BTreeSet<Code>,
    /// Only pairs of which nothing is declared yet.
    pub undeclared_only: bool,
}

impl Choice {
    /// Whether it takes in this pair.
    pub fn takes(&self, pair: &Pair) -> bool {
        (self.services.is_empty() || self.services.contains(&pair.service))
            && (self.documents.is_empty() || self.documents.contains(&pair.document))
    }
}

/// One answer for every pair of the choice: all services at once, one document
/// throughout, one service whole. A pair that already stands like this without
/// a conflict gets no draft, nor does a service declared as not offered unless
/// the choice names it.
pub fn declare_all(
    counter: Uuid,
    catalogue: &Catalogue,
    states: &BTreeMap<Pair, PairState<'_>>,
    choice: &Choice,
    answer: &Answer,
) -> Vec<Draft> {
    catalogue
        .pairs
        .iter()
        .filter(|pair| choice.takes(pair))
        .filter(|pair| {
            let state = states.get(*pair);
            let not_offered = state.is_some_and(|s| s.practice() == Practice::NotOffered);
            !(choice.undeclared_only && state.is_some())
                && (!not_offered || choice.services.contains(&pair.service))
        })
        .filter_map(|pair| {
            let declaration = answer.of(counter, pair, catalogue.version);
            draft(declaration, states.get(pair))
        })
        .collect()
}

/// What another counter declares, declared of this one: every pair of the
/// catalogue that stands there without a conflict. Notes and photos stay
/// behind, since they are about the other place. `overwrite` false keeps what
/// this counter has already declared.
pub fn copy_from(
    source: &BTreeMap<Pair, PairState<'_>>,
    counter: Uuid,
    catalogue: &Catalogue,
    states: &BTreeMap<Pair, PairState<'_>>,
    overwrite: bool,
) -> Vec<Draft> {
    source
        .iter()
        .filter(|(pair, from)| catalogue.pairs.contains(*pair) && !from.conflict)
        .filter(|(pair, _)| overwrite || !states.contains_key(*pair))
        .filter_map(|(pair, from)| {
            let declaration = Declaration {
                counter,
                catalogue: catalogue.version,
                note: None,
                photo: None,
                ..from.shown.said.clone()
            };
            draft(declaration, states.get(pair))
        })
        .collect()
}

/// A draft, unless the pair already stands like this: nothing new would be said.
fn draft(declaration: Declaration, state: Option<&PairState<'_>>) -> Option<Draft> {
    let Some(state) = state else {
        return Some(Draft {
            declaration,
            seen: Vec::new(),
        });
    };
    let shown = &state.shown.said;
    let new_words = |new: bool, same: bool| new && !same;
    let says_more = new_words(declaration.note.is_some(), declaration.note == shown.note)
        || new_words(
            declaration.photo.is_some(),
            declaration.photo == shown.photo,
        )
        || declaration.law != shown.law;
    let nothing_new = !state.conflict && declaration.says_the_same(shown) && !says_more;
    (!nothing_new).then(|| Draft {
        declaration,
        seen: state.seen(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::declaration::RULE_IN_EFFECT;
    use super::super::import::starting_catalogue;
    use super::super::standing::tests::fact;
    use super::super::standing::{DeclarationFact, counter_states};
    use super::*;

    fn saved(drafts: &[Draft], first: u8) -> Vec<DeclarationFact> {
        drafts
            .iter()
            .enumerate()
            .map(|(n, draft)| DeclarationFact {
                id: Uuid::from_u128(1_000 * u128::from(first) + n as u128),
                best_ms: i64::from(first),
                seen: draft.seen.clone(),
                said: draft.declaration.clone(),
            })
            .collect()
    }

    fn stopped() -> Answer {
        Answer::stopped(RULE_IN_EFFECT, Basis::CardReader)
    }

    #[test]
    fn all_services_at_once_declare_every_pair_and_a_second_time_nothing() {
        let catalogue = starting_catalogue().unwrap();
        let here = Uuid::from_u128(1);
        let none = BTreeMap::new();
        let drafts = declare_all(here, &catalogue, &none, &Choice::default(), &stopped());
        assert_eq!(drafts.len(), catalogue.pairs.len());
        let today = "2026-07-01".parse().unwrap();
        for draft in &drafts {
            draft.declaration.check(today).unwrap();
            draft.declaration.check_known([&catalogue]).unwrap();
        }
        let facts = saved(&drafts, 1);
        let states = counter_states(&facts);
        let again = declare_all(here, &catalogue, &states, &Choice::default(), &stopped());
        assert_eq!(again, []);
        let still = declare_all(
            here,
            &catalogue,
            &states,
            &Choice::default(),
            &Answer::asked(),
        );
        assert!(still.iter().all(|d| d.seen.len() == 1));
    }

    #[test]
    fn one_document_throughout_leaves_alone_what_is_not_offered() {
        let catalogue = starting_catalogue().unwrap();
        let pair = ("birth_registration", "identity_card");
        let facts = [fact(1, 1, &[], pair, Practice::NotOffered)];
        let choice = Choice {
            documents: BTreeSet::from(["identity_card".parse().unwrap()]),
            ..Choice::default()
        };
        let states = counter_states(&facts);
        let drafts = declare_all(Uuid::nil(), &catalogue, &states, &choice, &stopped());
        let asks_it = |p: &&Pair| p.document.as_str() == "identity_card";
        assert_eq!(
            drafts.len(),
            catalogue.pairs.iter().filter(asks_it).count() - 1
        );
    }

    #[test]
    fn a_copy_from_another_counter_leaves_notes_and_photos_there() {
        let catalogue = starting_catalogue().unwrap();
        let mut answer = stopped();
        answer.note = Some("ติดประกาศไว้หน้าห้อง".into());
        answer.photo = Some(ItemHash::of(b"notice"));
        let there = saved(
            &declare_all(
                Uuid::nil(),
                &catalogue,
                &BTreeMap::new(),
                &Choice::default(),
                &answer,
            ),
            1,
        );
        let here_before = [fact(
            7,
            1,
            &[],
            ("water_supply", "identity_card"),
            Practice::Asked,
        )];
        let source = counter_states(&there);
        let states = counter_states(&here_before);
        let here = Uuid::from_u128(99);
        let kept = copy_from(&source, here, &catalogue, &states, false);
        assert_eq!(kept.len(), catalogue.pairs.len() - 1);
        let all = copy_from(&source, here, &catalogue, &states, true);
        assert_eq!(all.len(), catalogue.pairs.len());
        assert!(all.iter().all(|d| {
            d.declaration.counter == here
                && d.declaration.note.is_none()
                && d.declaration.photo.is_none()
        }));
        assert_eq!(all.iter().filter(|d| !d.seen.is_empty()).count(), 1);
    }

    #[test]
    fn a_conflict_is_settled_by_saying_it_again_and_never_copied() {
        let catalogue = starting_catalogue().unwrap();
        let pair = ("complaint_desk", "identity_card");
        let facts = [
            fact(1, 1, &[], pair, Practice::Asked),
            fact(2, 2, &[], pair, Practice::Stopped),
        ];
        let states = counter_states(&facts);
        let choice = Choice {
            services: BTreeSet::from(["complaint_desk".parse().unwrap()]),
            ..Choice::default()
        };
        let drafts = declare_all(Uuid::nil(), &catalogue, &states, &choice, &stopped());
        assert_eq!(drafts[0].seen.len(), 2);
        let copied = copy_from(&states, Uuid::nil(), &catalogue, &BTreeMap::new(), true);
        assert_eq!(copied, []);
    }
}
