//! Which counters are near, by a grid of cells.

use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::Pin;

/// The side of a cell, degrees: about 220 m, ten times what is looked for
/// round a pin, so that most look-ups touch one or two cells.
const CELL_DEG: f64 = 0.002;

/// Cells in a row of the grid, 360° of them.
const COLUMNS: i64 = 180_000;

/// The cell that a position lies in.
pub fn cell(lat: f64, lon: f64) -> i64 {
    let row = ((lat + 90.0) / CELL_DEG).floor() as i64;
    let column = ((lon + 180.0) / CELL_DEG).floor() as i64;
    row * COLUMNS + column
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
