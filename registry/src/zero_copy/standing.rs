//! Where counters stand: always reckoned anew from all declarations and all
//! tallied answers, so that any order of arrival ends in the same state.

use std::collections::HashMap;

use pakmut_domain::zero_copy::progress::Progress;
use pakmut_domain::zero_copy::reality::{CopyAnswers, Reality, hold_against};
use pakmut_domain::zero_copy::standing::counter_states;
use pakmut_domain::zero_copy::{Catalogue, DeclarationFact, OwnService};
use uuid::Uuid;

use crate::store::{Fact, Scope, StoreError, Write, ZeroCopyRow};

use super::Catalogues;

/// The additions of LAOs, by their numbers.
pub type OwnByLao = HashMap<i64, Vec<OwnService>>;

/// Gathers additions by LAO.
pub fn by_lao(own: Vec<(i64, OwnService)>) -> OwnByLao {
    let mut found = OwnByLao::new();
    for (lao, own) in own {
        found.entry(lao).or_default().push(own);
    }
    found
}

/// A stored declaration; none where its payload cannot be read any more.
fn declaration_fact(fact: &Fact) -> Option<DeclarationFact> {
    Some(DeclarationFact {
        id: fact.id,
        best_ms: fact.best_ms,
        seen: fact.seen.clone(),
        said: serde_json::from_slice(&fact.payload).ok()?,
    })
}

/// The declarations that count for a counter: those of its LAO.
pub fn facts_of(facts: &[Fact], counter: Uuid, lao: i64) -> Vec<DeclarationFact> {
    facts
        .iter()
        .filter(|fact| fact.subject == counter && fact.lao == Some(lao))
        .filter_map(declaration_fact)
        .collect()
}

/// One counter, as it is stored.
pub fn row_of(
    counter: Uuid,
    catalogue: &Catalogue,
    facts: &[DeclarationFact],
    answers: &[CopyAnswers],
) -> ZeroCopyRow {
    let states = counter_states(facts);
    let reality = hold_against(catalogue, &states, answers);
    let progress = Progress::of_counter(catalogue, &states, &reality);
    let Reality {
        answers,
        asked,
        tested,
        unlisted,
        verdict,
        ..
    } = reality;
    ZeroCopyRow {
        counter,
        catalogue: catalogue.version,
        verdict,
        answers,
        asked,
        tested,
        unlisted,
        progress,
    }
}

/// Reckons counters anew, each with its LAO, and stores where they stand.
///
/// # Errors
/// [`StoreError`].
pub async fn reckon(
    write: &mut Write,
    catalogues: &Catalogues,
    counters: &[(Uuid, i64)],
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = counters.iter().map(|(id, _)| *id).collect();
    let facts = write.declarations(&ids).await?;
    let answers = write.copy_answers(&ids).await?;
    let mut merged: HashMap<i64, Catalogue> = HashMap::new();
    let mut rows = Vec::with_capacity(counters.len());
    for (counter, lao) in counters {
        if !merged.contains_key(lao) {
            let own = by_lao(write.own_services(&Scope::Lao(*lao)).await?);
            let own = own.get(lao).map_or(&[][..], Vec::as_slice);
            merged.insert(*lao, catalogues.with_own(own));
        }
        let Some(catalogue) = merged.get(lao) else {
            continue;
        };
        let given = answers.get(counter).map_or(&[][..], Vec::as_slice);
        let facts = facts_of(&facts, *counter, *lao);
        rows.push(row_of(*counter, catalogue, &facts, given));
    }
    write.put_zero_copy(&rows).await
}

/// Tallies what real answers of the survey say of copies, and reckons the
/// counters anew. Trial answers never come here.
///
/// # Errors
/// [`StoreError`].
pub async fn take_answers(
    write: &mut Write,
    catalogues: &Catalogues,
    answers: &[(Uuid, i64, CopyAnswers)],
) -> Result<(), StoreError> {
    let mut counters: HashMap<Uuid, i64> = HashMap::new();
    for (counter, lao, answer) in answers {
        write.add_copy_answers(*counter, answer).await?;
        counters.insert(*counter, *lao);
    }
    let counters: Vec<(Uuid, i64)> = counters.into_iter().collect();
    reckon(write, catalogues, &counters).await
}
