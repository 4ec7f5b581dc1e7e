//! The pins of a province that wait, the most suspicious first.

use std::collections::{BTreeSet, HashMap};

use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::position::Position;
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::suspicion::{self, MANY_LAOS, MOVED_M, ONE_PLACE_COUNTERS, ONE_PLACE_M};
use pakmut_domain::wire::payload::Pin;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::neighbours;
use crate::store::{CounterRow, Of, PinRow, PinnedCounter, Read, StoreError};

/// A pin that waits for its review.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its counter.
    pub counter: CounterRow,
    /// The pin.
    pub pin: PinRow,
    /// Every reason to look at it, the weightiest first.
    pub findings: Vec<Finding>,
    /// [`suspicion::score`] of them.
    pub score: f64,
}

impl Waiting {
    /// Whether it may be approved without a look of its own.
    pub fn is_clean(&self) -> bool {
        suspicion::is_clean(&self.findings)
    }
}

/// The pins that wait, the most suspicious first, of equals the oldest.
///
/// # Errors
/// [`StoreError`].
pub async fn queue(read: &mut Read, of: &Of) -> Result<Vec<Waiting>, StoreError> {
    let all = read.pinned_counters(of).await?;
    rank(read, all).await
}

/// Those of these counters' pins that wait, in that order.
///
/// # Errors
/// [`StoreError`].
pub async fn rank(read: &mut Read, all: Vec<PinnedCounter>) -> Result<Vec<Waiting>, StoreError> {
    let waits: Vec<CounterRow> = all
        .iter()
        .filter(|one| one.counter.state.status == PinStatus::Waiting && one.pin.is_some())
        .map(|one| one.counter.clone())
        .collect();
    let mut reasons = reasons(read, &all, &waits).await?;
    let mut queue: Vec<Waiting> = all
        .into_iter()
        .filter(|one| one.counter.state.status == PinStatus::Waiting)
        .filter_map(|one| {
            let findings = reasons.remove(&one.counter.id).unwrap_or_default();
            Some(Waiting {
                score: suspicion::score(&findings),
                pin: one.pin?,
                counter: one.counter,
                findings,
            })
        })
        .collect();
    queue.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.pin.best_ms.cmp(&b.pin.best_ms))
            .then(a.pin.id.cmp(&b.pin.id))
    });
    Ok(queue)
}

/// Every reason to look at the shown pins of these counters, by counter. `all`
/// are the counters among which phones are compared: their province's.
///
/// # Errors
/// [`StoreError`].
pub async fn reasons(
    read: &mut Read,
    all: &[PinnedCounter],
    counters: &[CounterRow],
) -> Result<HashMap<Uuid, Vec<Finding>>, StoreError> {
    let known = all
        .iter()
        .filter_map(|one| one.pin.as_ref())
        .filter_map(|row| Some((row.id, neighbours::subject(&row.pin)?)))
        .collect();
    let mut beside = neighbours::findings(read, counters, known).await?;
    let mut earlier = earlier_pins(read, all, counters).await?;
    let phones = Phones::of(all);
    let pins: HashMap<Uuid, &PinRow> = all
        .iter()
        .filter_map(|one| Some((one.counter.id, one.pin.as_ref()?)))
        .collect();
    let mut found = HashMap::with_capacity(counters.len());
    for counter in counters {
        let Some(row) = pins.get(&counter.id) else {
            continue;
        };
        let mut findings = row.pin.findings.clone();
        let others = row
            .findings
            .iter()
            .cloned()
            .chain(beside.remove(&counter.id).unwrap_or_default())
            .chain(phones.findings(row, counter))
            .chain(moved(row, earlier.remove(&counter.id).unwrap_or_default()));
        for finding in others {
            if !findings.iter().any(|known| known.code == finding.code) {
                findings.push(finding);
            }
        }
        if counter.state.conflict {
            findings.push(Finding::new(FindingCode::SeveralPins, Severity::Warn));
        }
        findings.sort_by(|a, b| {
            let weight = |f: &Finding| suspicion::score(std::slice::from_ref(f));
            weight(b).total_cmp(&weight(a))
        });
        found.insert(counter.id, findings);
    }
    Ok(found)
}

/// The pins that the shown ones supersede and that were never verified: those
/// are [`neighbours`]' to compare.
async fn earlier_pins(
    read: &mut Read,
    all: &[PinnedCounter],
    counters: &[CounterRow],
) -> Result<HashMap<Uuid, Vec<Pin>>, StoreError> {
    let asked: HashMap<Uuid, &CounterRow> = counters.iter().map(|c| (c.id, c)).collect();
    let mut of: HashMap<Uuid, Uuid> = HashMap::new();
    for one in all {
        let (Some(counter), Some(pin)) = (asked.get(&one.counter.id), &one.pin) else {
            continue;
        };
        for seen in pin
            .seen
            .iter()
            .filter(|id| counter.state.verified != Some(**id))
        {
            of.insert(*seen, counter.id);
        }
    }
    let ids: Vec<Uuid> = of.keys().copied().collect();
    let mut found: HashMap<Uuid, Vec<Pin>> = HashMap::new();
    for fact in read.items_by_id(&ids).await? {
        if let (Some(counter), Ok(pin)) = (
            of.get(&fact.id),
            serde_json::from_slice::<Pin>(&fact.payload),
        ) {
            // A review that it saw is no pin, and is not read as one.
            if pin.counter == *counter {
                found.entry(*counter).or_default().push(pin);
            }
        }
    }
    Ok(found)
}

fn position(pin: &Pin) -> Option<Position> {
    Position::new(pin.lat, pin.lon).ok()
}

fn moved(row: &PinRow, earlier: Vec<Pin>) -> Option<Finding> {
    let here = position(&row.pin)?;
    let radius = |pin: &Pin| pin.radius95_m.unwrap_or(0.0);
    earlier
        .iter()
        .filter_map(|pin| {
            let distance = here.distance_m(&position(pin)?);
            (distance - radius(pin) - radius(&row.pin) > MOVED_M).then_some(distance)
        })
        .max_by(f64::total_cmp)
        .map(|distance| {
            Finding::new(FindingCode::FarFromEarlier, Severity::Warn).with("distance_m", distance)
        })
}

/// Further north or south than [`ONE_PLACE_M`], degrees: a degree of latitude is
/// at least 110.5 km. A distance on the ellipsoid costs a thousand times this.
const ONE_PLACE_DEG: f64 = ONE_PLACE_M / 110_500.0;

/// What each phone pinned, as shown now.
struct Phones {
    laos: HashMap<i64, BTreeSet<i64>>,
    places: HashMap<i64, Vec<(Uuid, Position)>>,
}

impl Phones {
    fn of(all: &[PinnedCounter]) -> Self {
        let mut phones = Self {
            laos: HashMap::new(),
            places: HashMap::new(),
        };
        for one in all {
            let Some(row) = &one.pin else { continue };
            phones
                .laos
                .entry(row.device)
                .or_default()
                .insert(one.counter.definition.lao);
            if let Some(at) = position(&row.pin) {
                phones
                    .places
                    .entry(row.device)
                    .or_default()
                    .push((one.counter.id, at));
            }
        }
        phones
    }

    fn findings(&self, row: &PinRow, counter: &CounterRow) -> Vec<Finding> {
        let mut found = Vec::new();
        let laos = self.laos.get(&row.device).map_or(0, BTreeSet::len) as u64;
        if laos >= MANY_LAOS {
            found.push(
                Finding::new(FindingCode::DeviceOfManyLaos, Severity::Warn)
                    .with("laos", laos as f64),
            );
        }
        if let (Some(here), Some(places)) = (position(&row.pin), self.places.get(&row.device)) {
            let near = places
                .iter()
                .filter(|(other, at)| {
                    *other == counter.id
                        || (here.lat() - at.lat()).abs() <= ONE_PLACE_DEG
                            && here.distance_m(at) <= ONE_PLACE_M
                })
                .count() as u64;
            if near >= ONE_PLACE_COUNTERS {
                found.push(
                    Finding::new(FindingCode::ManyInOnePlace, Severity::Warn)
                        .with("counters", near as f64)
                        .with("within_m", ONE_PLACE_M),
                );
            }
        }
        found
    }
}

/// Of so many clean pins one, on the average, is looked at by itself before the
/// others may be approved together.
pub const SAMPLE_OF: u64 = 10;

/// Whether a clean pin is drawn to be looked at by itself. A pin is drawn or not
/// once and for all, so that nobody draws again until the sample suits; by the
/// registry's id too, so that no phone can choose ids that are never drawn in
/// any registry.
pub fn is_drawn(pin: Uuid, registry: Uuid) -> bool {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(registry.as_bytes())
        .chain_update(pin.as_bytes())
        .finalize()
        .into();
    let first = hash
        .iter()
        .take(8)
        .fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
    first.is_multiple_of(SAMPLE_OF)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn about_a_tenth_is_drawn_and_another_registry_draws_others() {
        let registry = Uuid::from_u128(7);
        let drawn = |registry| {
            (0..10_000)
                .map(Uuid::from_u128)
                .filter(|pin| is_drawn(*pin, registry))
                .collect::<Vec<_>>()
        };
        let first = drawn(registry);
        assert!((900..1_100).contains(&first.len()), "{}", first.len());
        assert_eq!(drawn(registry), first);
        assert_ne!(drawn(Uuid::from_u128(8)), first);
    }
}
