//! Which counters are near, by a grid of cells, and what that shows of a pin.
//!
//! These findings hang on other counters, so they are made when they are looked
//! at and never stored: the order of arrival cannot change them.

use std::collections::{HashMap, HashSet};

use pakmut_domain::finding::{Finding, FindingCode};
use pakmut_domain::place::{Limits, Neighbour, Subject, Surroundings, check_placement};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::Pin;
use uuid::Uuid;

use crate::store::{CounterRow, Read, StoreError};

/// The side of a cell, degrees: about 220 m, ten times what is looked for
/// round a pin, so that most look-ups touch one or two cells.
pub const CELL_DEG: f64 = 0.002;

/// Cells in a row of the grid, 360° of them.
pub const COLUMNS: i64 = 180_000;

/// The cell that a position lies in.
pub fn cell(lat: f64, lon: f64) -> i64 {
    let (row, column) = row_and_column(lat, lon);
    row * COLUMNS + column
}

/// Its row, from the south pole, and its column, from 180° west.
pub fn row_and_column(lat: f64, lon: f64) -> (i64, i64) {
    let row = ((lat + 90.0) / CELL_DEG).floor() as i64;
    let column = ((lon + 180.0) / CELL_DEG).floor() as i64;
    (row, column)
}

/// The cell of a pin; none for one whose position is none.
pub fn cell_of(pin: &Pin) -> Option<i64> {
    Position::new(pin.lat, pin.lon)
        .ok()
        .map(|at| cell(at.lat(), at.lon()))
}

/// The cells that a circle of `radius_m` metres, at most a cell's side, round a
/// position may touch.
pub fn cells_around(position: &Position, radius_m: f64) -> Vec<i64> {
    // At least 110.5 km a degree of latitude; 5 % more for the longitude's cosine.
    let lat_deg = radius_m / 110_500.0;
    let lon_deg = 1.05 * lat_deg / position.lat().to_radians().cos().max(0.1);
    let mut cells = Vec::with_capacity(4);
    for lat in [-lat_deg, lat_deg] {
        for lon in [-lon_deg, lon_deg] {
            let found = cell(position.lat() + lat, position.lon() + lon);
            if !cells.contains(&found) {
                cells.push(found);
            }
        }
    }
    cells
}

/// What the shown pins of these counters show beside other counters, and beside
/// the verified pins that they supersede; by counter. `known` are pins whose
/// positions were read before.
///
/// # Errors
/// [`StoreError`].
pub async fn findings(
    read: &mut Read,
    counters: &[CounterRow],
    known: HashMap<Uuid, Subject>,
) -> Result<HashMap<Uuid, Vec<Finding>>, StoreError> {
    let limits = Limits::default();
    let wanted: Vec<Uuid> = counters
        .iter()
        .flat_map(|counter| [counter.state.shown, counter.state.verified])
        .flatten()
        .collect();
    let mut pins = known;
    let unknown: Vec<Uuid> = wanted
        .into_iter()
        .filter(|id| !pins.contains_key(id))
        .collect();
    pins.extend(positions(read, &unknown).await?);
    let cells: HashSet<i64> = counters
        .iter()
        .filter_map(|counter| pins.get(&counter.state.shown?))
        .flat_map(|pin| cells_around(&pin.position, limits.near_counter_m))
        .collect();
    let cells: Vec<i64> = cells.into_iter().collect();
    let near = read.counters_in_cells(&cells).await?;
    let others: Vec<Uuid> = near
        .iter()
        .filter_map(|other| other.state.shown)
        .filter(|id| !pins.contains_key(id))
        .collect();
    pins.extend(positions(read, &others).await?);
    // Each is held against those of its own cells alone: a province has a
    // thousand counters, and of each but a few lie so near.
    let mut by_cell: HashMap<i64, Vec<(Uuid, Neighbour)>> = HashMap::new();
    for other in &near {
        if let (Some(cell), Some(shown)) = (other.cell, other.state.shown)
            && let Some(pin) = pins.get(&shown)
        {
            by_cell.entry(cell).or_default().push((other.id, *pin));
        }
    }
    let mut found = HashMap::new();
    for counter in counters.iter().filter(|counter| counter.is_in_use()) {
        let Some(pin) = counter.state.shown.and_then(|id| pins.get(&id)) else {
            continue;
        };
        let others: Vec<Neighbour> = cells_around(&pin.position, limits.near_counter_m)
            .iter()
            .filter_map(|cell| by_cell.get(cell))
            .flatten()
            .filter(|(other, _)| *other != counter.id)
            .map(|(_, pin)| *pin)
            .collect();
        let superseded = counter
            .state
            .verified
            .filter(|verified| counter.state.shown != Some(*verified))
            .and_then(|verified| pins.get(&verified).copied());
        let around = Surroundings {
            others: &others,
            superseded,
            ..Surroundings::default()
        };
        // The rest was found when the pin arrived.
        let ours: Vec<Finding> = check_placement(pin, &around, &limits)
            .into_iter()
            .filter(|finding| {
                matches!(
                    finding.code,
                    FindingCode::NearOtherCounter | FindingCode::FarFromSuperseded
                )
            })
            .collect();
        if !ours.is_empty() {
            found.insert(counter.id, ours);
        }
    }
    Ok(found)
}

async fn positions(read: &mut Read, pins: &[Uuid]) -> Result<HashMap<Uuid, Subject>, StoreError> {
    Ok(read
        .items_by_id(pins)
        .await?
        .into_iter()
        .filter_map(|fact| {
            let pin: Pin = serde_json::from_slice(&fact.payload).ok()?;
            Some((fact.id, subject(&pin)?))
        })
        .collect())
}

/// A pin as it is held against others; none where its position is none.
pub fn subject(pin: &Pin) -> Option<Subject> {
    Some(Subject {
        position: Position::new(pin.lat, pin.lon).ok()?,
        radius95_m: pin.radius95_m.unwrap_or(0.0),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn whatever_is_within_the_radius_lies_in_one_of_the_cells() {
        for step in 0..400 {
            let at = Position::new(13.0 + f64::from(step) * 0.000_013, 100.5).unwrap();
            let cells = cells_around(&at, 20.0);
            assert!(cells.len() <= 4);
            for (d_lat, d_lon) in [
                (0.000_17, 0.0),
                (-0.000_17, 0.0),
                (0.0, 0.000_18),
                (0.0, -0.000_18),
            ] {
                let near = Position::new(at.lat() + d_lat, at.lon() + d_lon).unwrap();
                assert!(at.distance_m(&near) < 20.0);
                assert!(cells.contains(&cell(near.lat(), near.lon())), "{step}");
            }
        }
    }
}
