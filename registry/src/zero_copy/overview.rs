//! What a person may see of it: progress by level, one counter whole, and the
//! follow-up list of contradictions.

use std::collections::HashMap;

use pakmut_domain::statistics::Share;
use pakmut_domain::zero_copy::progress::{NeedNotBring, Progress, need_not_bring};
use pakmut_domain::zero_copy::reality::{Reality, Tested, Verdict, hold_against};
use pakmut_domain::zero_copy::standing::counter_states;
use pakmut_domain::zero_copy::{Catalogue, Day, Declaration};
use serde::Serialize;
use uuid::Uuid;

use crate::store::{Contradicted, Of, Read, Scope, StoreError, ZeroCopyRow, ZeroCopySums};

use super::Catalogues;
use super::standing::{by_lao, facts_of};

/// Answers that contradict, with their interval; withheld where too few answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shown {
    /// How many answers test a declaration.
    pub answers: u32,
    /// How many of them contradict.
    pub contradicting: u32,
    /// The share, 0 to 1, with its two-sided 95 % interval (Wilson).
    pub share: Share,
}

/// What may be shown of a count of answers.
pub fn shown(tested: Tested) -> Option<Shown> {
    Some(Shown {
        answers: tested.answers,
        contradicting: tested.contradicting,
        share: tested.shown()?,
    })
}

/// An LAO or a province with its progress.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The LAO's id; absent for a province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lao: Option<Uuid>,
    /// The LAO's name; absent for a province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_th: Option<String>,
    /// The province's code.
    pub province: String,
    /// How far it is.
    pub progress: Progress,
    /// The answers at its counters, where enough were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradictions: Option<Shown>,
}

/// The progress of the whole of a scope, and of its LAOs or provinces.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// The version of the national catalogue.
    pub catalogue: u32,
    /// Whether that is the starting set.
    pub starting_set: bool,
    /// All together.
    pub whole: Progress,
    /// The parts.
    pub parts: Vec<Line>,
}

/// How a scope is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By LAO.
    Lao,
    /// By province.
    Province,
}

/// The progress of a scope.
///
/// # Errors
/// [`StoreError`].
pub async fn overview(
    read: &mut Read,
    catalogues: &Catalogues,
    scope: &Scope,
    by: By,
) -> Result<Overview, StoreError> {
    let own = by_lao(read.own_services(scope).await?);
    let national = catalogues.current();
    let due = national.pairs.len() as u64;
    let due_of = |lao: i64| match own.get(&lao) {
        Some(own) => catalogues.with_own(own).pairs.len() as u64,
        None => due,
    };
    let parts: Vec<Line> = if *scope == Scope::Country && by == By::Province {
        let mut provinces = read.zero_copy_provinces().await?;
        let laos: Vec<i64> = own.keys().copied().collect();
        for (lao, province, untouched) in read.zero_copy_untouched(&laos).await? {
            // The additions of an LAO are due at its untouched counters too.
            let more = u64::from(untouched) * due_of(lao).saturating_sub(due);
            if let Some((_, sums)) = provinces.iter_mut().find(|(code, _)| *code == province) {
                sums.progress.due += more;
                sums.progress.undeclared += more;
            }
        }
        provinces
            .into_iter()
            .map(|(province, sums)| line(None, province, &sums, due))
            .collect()
    } else {
        let laos = read.zero_copy_laos(scope).await?;
        laos.into_iter()
            .map(|lao| {
                let due = due_of(lao.no);
                line(Some((lao.id, lao.name_th)), lao.province, &lao.sums, due)
            })
            .collect()
    };
    Ok(Overview {
        catalogue: national.version,
        starting_set: national.starting_set,
        whole: parts.iter().map(|line| line.progress).sum(),
        parts,
    })
}

/// An LAO or a province of whose untouched counters so many pairs are due each.
fn line(lao: Option<(Uuid, String)>, province: String, sums: &ZeroCopySums, due: u64) -> Line {
    let mut progress = sums.progress;
    progress += of_untouched(sums.untouched, due);
    let (lao, name_th) = lao.unzip();
    Line {
        lao,
        name_th,
        province,
        progress,
        contradictions: shown(sums.tested),
    }
}

/// Counters of which nothing is known: all of their pairs are undeclared.
fn of_untouched(counters: u32, pairs: u64) -> Progress {
    let due = u64::from(counters) * pairs;
    Progress {
        counters,
        counters_unknown: counters,
        due,
        undeclared: due,
        ..Progress::default()
    }
}

/// A counter of the follow-up list.
#[derive(Debug, Clone, Serialize)]
pub struct ContradictedCounter {
    /// The counter.
    pub counter: Uuid,
    /// Its name.
    pub counter_name: String,
    /// Its LAO's name.
    pub lao_name: String,
    /// Its province's code.
    pub province: String,
    /// A sample made for a demonstration.
    pub sample: bool,
    /// Contradicted, or doubtful.
    pub verdict: Verdict,
    /// How many answers contradict, of how many, with the interval.
    pub contradictions: Shown,
    /// Pairs declared as stopped, and those of them that are contradicted.
    pub stopped: u64,
    /// Of these, contradicted.
    pub contradicted: u64,
}

/// The counters of a scope that answers contradict, the worst first.
///
/// # Errors
/// [`StoreError`].
pub async fn contradictions(
    read: &mut Read,
    scope: &Scope,
    offset: i64,
    limit: i64,
) -> Result<Vec<ContradictedCounter>, StoreError> {
    let found = read.contradicted(scope, offset, limit).await?;
    Ok(found.into_iter().filter_map(listed).collect())
}

fn listed(found: Contradicted) -> Option<ContradictedCounter> {
    Some(ContradictedCounter {
        counter: found.row.counter,
        counter_name: found.counter_name,
        lao_name: found.lao_name,
        province: found.province,
        sample: found.sample,
        verdict: found.row.verdict,
        contradictions: shown(found.row.tested)?,
        stopped: found.row.progress.stopped,
        contradicted: found.row.progress.contradicted,
    })
}

/// A counter of an LAO with its progress.
#[derive(Debug, Clone)]
pub struct CounterLine {
    /// The counter.
    pub counter: Uuid,
    /// Its name.
    pub name: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// How far it is.
    pub progress: Progress,
    /// The answers at it, where enough were given.
    pub contradictions: Option<Shown>,
}

/// The counters in use of an LAO.
///
/// # Errors
/// [`StoreError`].
pub async fn of_lao(
    read: &mut Read,
    catalogues: &Catalogues,
    lao: i64,
) -> Result<Vec<CounterLine>, StoreError> {
    let own = by_lao(read.own_services(&Scope::Lao(lao)).await?);
    let catalogue = catalogues.with_own(own.get(&lao).map_or(&[][..], Vec::as_slice));
    let due = catalogue.pairs.len() as u64;
    let mut rows: HashMap<Uuid, ZeroCopyRow> = read
        .zero_copy_of(&Of::Lao(lao))
        .await?
        .into_iter()
        .map(|row| (row.counter, row))
        .collect();
    let names = read.counters_in_use(lao).await?;
    Ok(names
        .into_iter()
        .map(|(counter, name)| match rows.remove(&counter) {
            Some(row) => CounterLine {
                counter,
                name,
                verdict: row.verdict,
                progress: row.progress,
                contradictions: shown(row.tested),
            },
            None => CounterLine {
                counter,
                name,
                verdict: Verdict::Unknown,
                progress: of_untouched(1, due),
                contradictions: None,
            },
        })
        .collect())
}

/// One service's one document at a counter.
#[derive(Debug, Clone, Serialize)]
pub struct PairLine {
    /// The service's code.
    pub service: String,
    /// The document's code.
    pub document: String,
    /// What stands; absent where nothing is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declaration: Option<Declaration>,
    /// The item's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Uuid>,
    /// When it was saved, milliseconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_ms: Option<i64>,
    /// Whether declarations stand side by side that say different things.
    pub conflict: bool,
    /// How many there were in all, superseded ones too.
    pub declarations: usize,
    /// The answers that test it, where enough were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradictions: Option<Shown>,
}

/// A counter whole.
#[derive(Debug, Clone, Serialize)]
pub struct CounterView {
    /// The counter.
    pub counter: Uuid,
    /// The catalogue with the LAO's own additions.
    pub catalogue: Catalogue,
    /// What it comes to.
    pub verdict: Verdict,
    /// Its pairs, in the catalogue's order.
    pub pairs: Vec<PairLine>,
    /// Its counts.
    pub progress: Progress,
    /// All answers together, where enough were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradictions: Option<Shown>,
    /// Which copies need not be brought.
    pub need_not_bring: Vec<NeedNotBring>,
}

/// Reads a counter whole; `today` is the day in Bangkok.
///
/// # Errors
/// [`StoreError`].
pub async fn counter_view(
    read: &mut Read,
    catalogues: &Catalogues,
    counter: Uuid,
    lao: i64,
    today: Day,
) -> Result<CounterView, StoreError> {
    let own = by_lao(read.own_services(&Scope::Lao(lao)).await?);
    let catalogue = catalogues.with_own(own.get(&lao).map_or(&[][..], Vec::as_slice));
    let facts = facts_of(&read.declarations(&[counter]).await?, counter, lao);
    let answers = read.copy_answers(&[counter]).await?;
    let states = counter_states(&facts);
    let given = answers.get(&counter).map_or(&[][..], Vec::as_slice);
    let reality: Reality = hold_against(&catalogue, &states, given);
    let mut pairs = Vec::with_capacity(catalogue.pairs.len());
    for service in &catalogue.services {
        for pair in catalogue.pairs_of(&service.code) {
            let state = states.get(pair);
            let of_pair =
                |d: &Declaration| d.service == pair.service && d.document == pair.document;
            pairs.push(PairLine {
                service: pair.service.to_string(),
                document: pair.document.to_string(),
                declaration: state.map(|s| s.shown.said.clone()),
                item: state.map(|s| s.shown.id),
                saved_ms: state.map(|s| s.shown.best_ms),
                conflict: state.is_some_and(|s| s.conflict),
                declarations: facts.iter().filter(|f| of_pair(&f.said)).count(),
                contradictions: reality.shown_pair(pair).and_then(shown),
            });
        }
    }
    Ok(CounterView {
        counter,
        verdict: reality.verdict,
        progress: Progress::of_counter(&catalogue, &states, &reality),
        contradictions: shown(reality.tested),
        need_not_bring: need_not_bring(&catalogue, &states, today),
        catalogue,
        pairs,
    })
}
