//! Plus Codes (Open Location Code), after Google's specification.
//!
//! Written here, in whole numbers as the specification has it since 2025: the
//! crates to be had are from 2017 (with a `geo` of that age) or bring a command
//! line's parser along, and both count in floating point, which is off by a
//! cell on the edges. Checked against the specification's own test data.

use std::fmt;

use thiserror::Error;

use super::{Position, PositionError};

const DIGITS: &[u8; 20] = b"23456789CFGHJMPQRVWX";
/// Digits before the plus sign in a full code.
const BEFORE_PLUS: usize = 8;
/// Digits that come in pairs, latitude and longitude; those after are a grid's.
const PAIRED: usize = 10;
/// The most digits that say anything: 15 is 4 by 3 millimetres.
const MOST: usize = 15;
/// Units to a degree of latitude: 8000 cells of ten digits, five times split in five.
const LAT_UNITS: i64 = 8_000 * 3_125;
/// Units to a degree of longitude: 8000 cells, five times split in four.
const LON_UNITS: i64 = 8_000 * 1_024;
/// Units of a cell's height by how many digits it has, less one.
const GRID_ROWS: i64 = 5;
const GRID_COLUMNS: i64 = 4;

/// A full Plus Code of 2 to 15 digits, such as `7MCWQXQV+38`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlusCode(String);

/// Why text is no Plus Code, or none that says where.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum PlusCodeError {
    /// Not a Plus Code.
    #[error("not a Plus Code")]
    Malformed,
    /// A short code, which says where only together with a place nearby.
    #[error("a short Plus Code needs a place nearby")]
    Short,
    /// The cell's middle is no position.
    #[error(transparent)]
    Position(#[from] PositionError),
}

impl PlusCodeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "plus_code_malformed",
            Self::Short => "plus_code_short",
            Self::Position(error) => error.code(),
        }
    }
}

/// A cell in units, its south-western corner and its size.
struct Cell {
    south: i64,
    west: i64,
    height: i64,
    width: i64,
}

impl PlusCode {
    /// The code of the cell round a position: 10 digits are 14 m, 11 are 3 m.
    /// The number of digits is brought to 2 to 15, and to an even one below 10.
    #[must_use]
    pub fn of(position: &Position, digits: usize) -> Self {
        let to_units = |degrees: f64, most: i64, units: i64| {
            ((degrees * units as f64).floor() as i64 + most * units).clamp(0, 2 * most * units - 1)
        };
        let lon = if position.lon() >= 180.0 {
            -180.0
        } else {
            position.lon()
        };
        let lat_units = to_units(position.lat(), 90, LAT_UNITS);
        let lon_units = to_units(lon, 180, LON_UNITS);
        Self::encode(lat_units, lon_units, digits)
    }

    fn encode(mut lat: i64, mut lon: i64, digits: usize) -> Self {
        let digits = match digits.clamp(2, MOST) {
            odd if odd < PAIRED && odd % 2 == 1 => odd + 1,
            even => even,
        };
        let digit = |index: i64| DIGITS[index as usize] as char;
        let mut reversed = Vec::with_capacity(MOST + 1);
        for _ in PAIRED..MOST {
            reversed.push(digit(lat % GRID_ROWS * GRID_COLUMNS + lon % GRID_COLUMNS));
            lat /= GRID_ROWS;
            lon /= GRID_COLUMNS;
        }
        for _ in 0..PAIRED / 2 {
            reversed.push(digit(lon % 20));
            reversed.push(digit(lat % 20));
            lat /= 20;
            lon /= 20;
        }
        let mut code: String = reversed.into_iter().rev().take(digits).collect();
        while code.len() < BEFORE_PLUS {
            code.push('0');
        }
        code.insert(BEFORE_PLUS, '+');
        Self(code)
    }

    /// Reads a full code, in capitals or not.
    ///
    /// # Errors
    /// [`PlusCodeError::Short`] for a short code, else [`PlusCodeError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, PlusCodeError> {
        let code = valid(text).ok_or(PlusCodeError::Malformed)?;
        if code.find('+') != Some(BEFORE_PLUS) {
            return Err(PlusCodeError::Short);
        }
        // The first digits reach beyond the poles and round the globe.
        if value(code.as_bytes()[0]) > Some(8) || value(code.as_bytes()[1]) > Some(17) {
            return Err(PlusCodeError::Malformed);
        }
        Ok(Self(code))
    }

    /// Reads a full code, or completes a short one to the nearest match to a
    /// place nearby.
    ///
    /// # Errors
    /// [`PlusCodeError`] when it is neither.
    pub fn parse_near(text: &str, near: &Position) -> Result<Self, PlusCodeError> {
        match Self::parse(text) {
            Err(PlusCodeError::Short) => {}
            other => return other,
        }
        let code = valid(text).ok_or(PlusCodeError::Malformed)?;
        let missing = BEFORE_PLUS - code.find('+').unwrap_or(0);
        let area = 20f64.powi(2 - missing as i32 / 2);
        let full = Self::parse(&format!("{}{code}", &Self::of(near, PAIRED).0[..missing]))?;
        let (mut lat, mut lon) = full.middle();
        // The match in the neighbouring area may be nearer.
        let half = area / 2.0;
        if near.lat() + half < lat && lat - area >= -90.0 {
            lat -= area;
        } else if near.lat() - half > lat && lat + area <= 90.0 {
            lat += area;
        }
        if near.lon() + half < lon {
            lon -= area;
        } else if near.lon() - half > lon {
            lon += area;
        }
        let lon = (lon + 540.0).rem_euclid(360.0) - 180.0;
        Ok(Self::of(&Position::new(lat, lon)?, full.digits()))
    }

    /// The middle of the cell.
    ///
    /// # Errors
    /// [`PlusCodeError::Position`] for the cell round 0, 0.
    pub fn position(&self) -> Result<Position, PlusCodeError> {
        let (lat, lon) = self.middle();
        Ok(Position::new(lat, lon)?)
    }

    /// From the middle of the cell to its corner, metres: what the code leaves open.
    #[must_use]
    pub fn half_diagonal_m(&self) -> f64 {
        let cell = self.cell();
        let (lat, _) = self.middle();
        let (per_lat, per_lon) = super::distance::metres_per_degree(lat);
        let height_m = cell.height as f64 / LAT_UNITS as f64 * per_lat;
        let width_m = cell.width as f64 / LON_UNITS as f64 * per_lon;
        height_m.hypot(width_m) / 2.0
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> usize {
        self.0.bytes().filter_map(value).count().min(MOST)
    }

    fn middle(&self) -> (f64, f64) {
        let cell = self.cell();
        let middle =
            |corner: i64, size: i64, units: i64| (2 * corner + size) as f64 / (2 * units) as f64;
        (
            middle(cell.south, cell.height, LAT_UNITS),
            middle(cell.west, cell.width, LON_UNITS),
        )
    }

    fn cell(&self) -> Cell {
        let mut cell = Cell {
            south: -90 * LAT_UNITS,
            west: -180 * LON_UNITS,
            height: 400 * LAT_UNITS,
            width: 400 * LON_UNITS,
        };
        for (index, value) in self.0.bytes().filter_map(value).take(MOST).enumerate() {
            if index >= PAIRED {
                cell.height /= GRID_ROWS;
                cell.width /= GRID_COLUMNS;
                cell.south += cell.height * (value / GRID_COLUMNS);
                cell.west += cell.width * (value % GRID_COLUMNS);
            } else if index % 2 == 0 {
                cell.height /= 20;
                cell.south += cell.height * value;
            } else {
                cell.width /= 20;
                cell.west += cell.width * value;
            }
        }
        cell
    }
}

impl fmt::Display for PlusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A digit's value; none for the plus sign and the padding.
fn value(byte: u8) -> Option<i64> {
    DIGITS.iter().position(|&d| d == byte).map(|at| at as i64)
}

/// The code in capitals when it is a valid one, full or short.
fn valid(text: &str) -> Option<String> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let code = text.to_ascii_uppercase();
    let (before, after) = code.split_once('+')?;
    if before.len() % 2 == 1 || before.len() > BEFORE_PLUS || after.len() == 1 {
        return None;
    }
    let all_digits = |part: &str| part.bytes().all(|byte| value(byte).is_some());
    let digits = before.trim_end_matches('0');
    let padding = before.len() - digits.len();
    let padding_fits = padding == 0
        || (before.len() == BEFORE_PLUS
            && after.is_empty()
            && !digits.is_empty()
            && padding.is_multiple_of(2));
    (padding_fits
        && all_digits(digits)
        && all_digits(after)
        && !(digits.is_empty() && after.is_empty()))
    .then(|| code.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
        let lines = text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.split(',').collect())
    }

    #[test]
    fn encodes_as_published() {
        let mut count = 0;
        for row in rows(include_str!("../../../tests/data/plus_codes/encoding.csv")) {
            let [lat, lon] = [row[0], row[1]].map(|text| text.parse::<f64>().unwrap());
            let [lat_units, lon_units] = [row[2], row[3]].map(|text| text.parse::<i64>().unwrap());
            let digits: usize = row[4].parse().unwrap();
            let code = PlusCode::encode(lat_units, lon_units, digits);
            assert_eq!(code.as_str(), row[5], "{row:?}");
            if lat.abs() <= 90.0 && lon.abs() <= 180.0 && lat.abs() + lon.abs() > 0.1 {
                let of = PlusCode::of(&Position { lat, lon }, digits);
                // The file's own note: degrees as doubles may be one unit off.
                let near = (-1..=1).any(|d| {
                    (-1..=1).any(|e| {
                        let (lat, lon) = ((lat_units + d).max(0), (lon_units + e).max(0));
                        PlusCode::encode(lat, lon, digits) == of
                    })
                });
                assert!(near, "{row:?} {of}");
            }
            count += 1;
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn decodes_as_published() {
        let mut count = 0;
        for row in rows(include_str!("../../../tests/data/plus_codes/decoding.csv")) {
            let code = PlusCode::parse(row[0]).unwrap();
            let cell = code.cell();
            let degrees: Vec<f64> = row[2..6].iter().map(|text| text.parse().unwrap()).collect();
            for (units, per_degree, expected) in [
                (cell.south, LAT_UNITS, degrees[0]),
                (cell.west, LON_UNITS, degrees[1]),
                (cell.south + cell.height, LAT_UNITS, degrees[2]),
                (cell.west + cell.width, LON_UNITS, degrees[3]),
            ] {
                let found = units as f64 / per_degree as f64;
                assert!(
                    (found - expected).abs() < 1e-9,
                    "{row:?} {found} {expected}"
                );
            }
            assert_eq!(code.digits(), row[1].parse::<usize>().unwrap());
            count += 1;
        }
        assert!(count > 400, "{count}");
    }

    #[test]
    fn tells_codes_from_what_is_none_as_published() {
        let mut count = 0;
        for row in rows(include_str!(
            "../../../tests/data/plus_codes/validityTests.csv"
        )) {
            let is = |column: usize| row[column] == "true";
            assert_eq!(valid(row[0]).is_some(), is(1), "{row:?}");
            assert_eq!(
                PlusCode::parse(row[0]) == Err(PlusCodeError::Short),
                is(2),
                "{row:?}"
            );
            assert_eq!(PlusCode::parse(row[0]).is_ok(), is(3), "{row:?}");
            count += 1;
        }
        assert!(count > 20, "{count}");
    }

    #[test]
    fn completes_short_codes_as_published() {
        let mut count = 0;
        for row in rows(include_str!(
            "../../../tests/data/plus_codes/shortCodeTests.csv"
        )) {
            if row[4] == "S" {
                continue;
            }
            let near = Position::new(row[1].parse().unwrap(), row[2].parse().unwrap()).unwrap();
            let code = PlusCode::parse_near(row[3], &near).unwrap();
            assert_eq!(code.as_str(), row[0], "{row:?}");
            count += 1;
        }
        assert!(count > 15, "{count}");
    }

    proptest! {
        #[test]
        fn the_cell_lies_round_its_position(lat in 5.0f64..21.0, lon in 97.0f64..106.0, digits in 2usize..=15) {
            let position = Position::new(lat, lon).unwrap();
            let code = PlusCode::of(&position, digits);
            let middle = code.position().unwrap();
            prop_assert!(middle.distance_m(&position) <= code.half_diagonal_m() * 1.2 + 0.01);
            prop_assert_eq!(&PlusCode::parse(code.as_str()).unwrap(), &code);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}|[23456789CFGHJMPQRVWX0+]{0,20}") {
            let near = Position::new(18.7877, 98.9933).unwrap();
            if let Ok(code) = PlusCode::parse_near(&text, &near) {
                let _ = code.position();
            }
        }
    }
}
