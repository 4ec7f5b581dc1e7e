//! Positions in WGS 84 degrees, and the other ways in which people write them.

pub(crate) mod distance;
mod ellipsoid;
mod plus_code;
mod rounding;
mod typed;
mod utm;

pub use plus_code::{PlusCode, PlusCodeError};
pub use rounding::{decimals, rounding_radius95_m, step_radius95_m};
pub use typed::{Asked, Form, Typed, TypedError, read_typed};
pub use utm::{Datum, Utm, UtmError, Zone};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Half the side, in degrees, of the square round 0° N 0° E that is refused:
/// a failed conversion gives exactly 0, 0 or noise round it, and nothing of
/// Thailand is within 10,000 km of it.
const NULL_ISLAND_DEG: f64 = 0.001;

/// A point on the ground in WGS 84 degrees; always finite, in range and not 0, 0.
///
/// On the wire it is `{"lat": …, "lon": …}`, and a pair that breaks these rules
/// is refused while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPosition")]
pub struct Position {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
struct RawPosition {
    lat: f64,
    lon: f64,
}

impl TryFrom<RawPosition> for Position {
    type Error = PositionError;
    fn try_from(raw: RawPosition) -> Result<Self, PositionError> {
        Self::new(raw.lat, raw.lon)
    }
}

/// Why a pair of numbers is not a position.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum PositionError {
    /// Latitude or longitude is NaN or infinite.
    #[error("latitude or longitude is not a finite number")]
    NotFinite,
    /// Latitude beyond ±90 or longitude beyond ±180 degrees.
    #[error("latitude {lat}, longitude {lon} is not on the earth")]
    OutOfRange {
        /// The latitude as given, in degrees.
        lat: f64,
        /// The longitude as given, in degrees.
        lon: f64,
    },
    /// Both are 0 (within 0.001°): the mark of a failed conversion.
    #[error("0, 0 is the mark of a failed conversion, not a position")]
    ZeroZero,
    /// The latitude can only be a longitude of Thailand, and the longitude a latitude.
    #[error("latitude {lat} and longitude {lon} look exchanged")]
    Swapped {
        /// The latitude as given, in degrees.
        lat: f64,
        /// The longitude as given, in degrees.
        lon: f64,
    },
}

impl PositionError {
    /// Every code that [`PositionError::code`] can give.
    pub const CODES: &'static [&'static str] = &[
        "not_finite",
        "out_of_range",
        "zero_zero",
        "swapped_coordinates",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::OutOfRange { .. } => "out_of_range",
            Self::ZeroZero => "zero_zero",
            Self::Swapped { .. } => "swapped_coordinates",
        }
    }
}

impl Position {
    /// A position from degrees, latitude first.
    ///
    /// # Errors
    /// [`PositionError`] when a number is not finite or out of range, when both
    /// are zero, or when the pair makes sense only exchanged.
    pub fn new(lat: f64, lon: f64) -> Result<Self, PositionError> {
        if !lat.is_finite() || !lon.is_finite() {
            return Err(PositionError::NotFinite);
        }
        if swapped(lat, lon) {
            return Err(PositionError::Swapped { lat, lon });
        }
        if lat.abs() > 90.0 || lon.abs() > 180.0 {
            return Err(PositionError::OutOfRange { lat, lon });
        }
        if lat.abs() < NULL_ISLAND_DEG && lon.abs() < NULL_ISLAND_DEG {
            return Err(PositionError::ZeroZero);
        }
        Ok(Self { lat, lon })
    }

    /// Latitude in degrees, north positive, −90 to 90.
    #[must_use]
    pub fn lat(&self) -> f64 {
        self.lat
    }

    /// Longitude in degrees, east positive, −180 to 180.
    #[must_use]
    pub fn lon(&self) -> f64 {
        self.lon
    }

    /// The distance to another position on the WGS 84 ellipsoid, in metres
    /// (Karney 2013, exact to nanometres).
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> f64 {
        distance::geodesic_m(self.lat, self.lon, other.lat, other.lon)
    }
}

/// Whether a pair makes sense only with latitude and longitude exchanged: the
/// exchanged pair lies in the box round Thailand, which no pair given the right
/// way round can do, since Thailand's longitudes are above 90.
#[must_use]
pub fn swapped(lat: f64, lon: f64) -> bool {
    THAILAND.contains(lon, lat)
}

/// A box in degrees, edges included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DegreeBox {
    /// The southern edge.
    pub south: f64,
    /// The northern edge.
    pub north: f64,
    /// The western edge.
    pub west: f64,
    /// The eastern edge.
    pub east: f64,
}

impl DegreeBox {
    /// Whether a point lies in the box; never for NaN.
    #[must_use]
    pub fn contains(&self, lat: f64, lon: f64) -> bool {
        lat >= self.south && lat <= self.north && lon >= self.west && lon <= self.east
    }
}

/// The box round Thailand's land and islands (5.613–20.465° N, 97.343–105.640° E
/// in the 2022 boundaries), widened by about 5 km.
pub const THAILAND: DegreeBox = DegreeBox {
    south: 5.56,
    north: 20.52,
    west: 97.29,
    east: 105.69,
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_position_is_refused_with_its_code() {
        for (lat, lon, code) in [
            (f64::NAN, 100.0, "not_finite"),
            (13.0, f64::INFINITY, "not_finite"),
            (91.0, 10.0, "out_of_range"),
            (-90.1, 10.0, "out_of_range"),
            (13.0, 180.5, "out_of_range"),
            (0.0, -0.0, "zero_zero"),
            (100.5, 13.7, "swapped_coordinates"),
        ] {
            let error = Position::new(lat, lon).unwrap_err();
            assert_eq!(error.code(), code, "{lat} {lon}");
            assert!(PositionError::CODES.contains(&error.code()));
        }
        assert!(Position::new(0.0, 100.0).is_ok());
        assert!(Position::new(90.0, -180.0).is_ok());
    }

    #[test]
    fn the_wire_refuses_what_the_type_refuses() {
        let good: Position = serde_json::from_str(r#"{"lat":18.7877,"lon":98.9933}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&good).unwrap(),
            r#"{"lat":18.7877,"lon":98.9933}"#
        );
        assert!(serde_json::from_str::<Position>(r#"{"lat":0,"lon":0}"#).is_err());
        assert!(serde_json::from_str::<Position>(r#"{"lat":98.9933,"lon":18.7877}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_pair_is_either_a_position_or_refused(lat in any::<f64>(), lon in any::<f64>()) {
            if let Ok(position) = Position::new(lat, lon) {
                prop_assert!(position.lat().abs() <= 90.0 && position.lon().abs() <= 180.0);
            }
        }

        #[test]
        fn swapping_twice_gives_the_pair_back_and_only_one_way_is_thai(
            lat in THAILAND.south..THAILAND.north,
            lon in THAILAND.west..THAILAND.east,
        ) {
            prop_assert!(!swapped(lat, lon));
            prop_assert!(swapped(lon, lat));
            prop_assert!(Position::new(lat, lon).is_ok());
            prop_assert!(Position::new(lon, lat).is_err());
        }

        #[test]
        fn distance_is_symmetric_and_keeps_the_triangle(
            a in (5.0f64..21.0, 97.0f64..106.0),
            b in (5.0f64..21.0, 97.0f64..106.0),
            c in (5.0f64..21.0, 97.0f64..106.0),
        ) {
            let [a, b, c] = [a, b, c].map(|(lat, lon)| Position::new(lat, lon).unwrap());
            prop_assert!((a.distance_m(&b) - b.distance_m(&a)).abs() < 1e-6);
            prop_assert!(a.distance_m(&c) <= a.distance_m(&b) + b.distance_m(&c) + 1e-6);
        }
    }
}
