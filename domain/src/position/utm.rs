//! UTM coordinates in the two zones and the two datums in use in Thailand.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ellipsoid::{Ellipsoid, Shift};
use super::{Position, PositionError};

/// The scale on the central meridian.
const SCALE: f64 = 0.9996;

/// Metres east that the central meridian has.
const FALSE_EASTING_M: f64 = 500_000.0;

/// A zone of the Universal Transverse Mercator grid, northern hemisphere.
/// Thailand lies in two; their border is 102° E, and maps of the border
/// provinces use either beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Zone {
    /// Zone 47N, 96° to 102° E.
    #[serde(rename = "47N")]
    N47,
    /// Zone 48N, 102° to 108° E.
    #[serde(rename = "48N")]
    N48,
}

impl Zone {
    /// The zone that a position lies in, for writing it; never for reading
    /// coordinates, whose zone is asked. None outside both.
    #[must_use]
    pub fn of(position: &Position) -> Option<Self> {
        match position.lon() {
            lon if (96.0..102.0).contains(&lon) => Some(Self::N47),
            lon if (102.0..108.0).contains(&lon) => Some(Self::N48),
            _ => None,
        }
    }

    /// The zone's number, 47 or 48.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::N47 => 47,
            Self::N48 => 48,
        }
    }

    /// The central meridian, degrees.
    fn meridian(self) -> f64 {
        6.0 * f64::from(self.number()) - 183.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}N", self.number())
    }
}

/// The datum that coordinates rest on. The two lie 620 to 700 m apart, and
/// nothing in the numbers tells which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// WGS 84: satellite receivers, and maps since series L7018.
    Wgs84,
    /// Indian 1975: the older maps, series L7017. Taken to WGS 84 by EPSG:1812
    /// (Royal Thai Survey Department 2003, 3 m).
    #[serde(rename = "indian_1975")]
    Indian1975,
}

impl Datum {
    /// The name as maps print it; the same in both languages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS 84",
            Self::Indian1975 => "Indian 1975",
        }
    }

    fn ellipsoid(self) -> Ellipsoid {
        match self {
            Self::Wgs84 => Ellipsoid::WGS84,
            Self::Indian1975 => Ellipsoid::EVEREST_1937,
        }
    }
}

/// Coordinates on the UTM grid.
///
/// Written for people as `47N 499294 E 2077337 N (WGS 84)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Utm {
    /// The zone.
    pub zone: Zone,
    /// The datum.
    pub datum: Datum,
    /// Metres east, the central meridian being 500,000.
    pub easting_m: f64,
    /// Metres north of the equator.
    pub northing_m: f64,
}

/// Why UTM coordinates are no position, or a position has none.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum UtmError {
    /// Easting outside 100,000–900,000 m or northing outside 0–10,000,000 m:
    /// beyond what the grid is used for.
    #[error("easting {easting_m} m, northing {northing_m} m is off the grid")]
    OffGrid {
        /// Metres east.
        easting_m: f64,
        /// Metres north.
        northing_m: f64,
    },
    /// The projection gave no position.
    #[error(transparent)]
    Position(#[from] PositionError),
}

impl UtmError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OffGrid { .. } => "utm_off_grid",
            Self::Position(error) => error.code(),
        }
    }
}

impl Utm {
    /// The grid coordinates of a position.
    ///
    /// # Errors
    /// [`UtmError::OffGrid`] where the position is too far from the zone.
    pub fn from_position(position: &Position, zone: Zone, datum: Datum) -> Result<Self, UtmError> {
        let off = UtmError::OffGrid {
            easting_m: f64::NAN,
            northing_m: f64::NAN,
        };
        // Half the globe away the projection folds over: nearby is enough.
        if (position.lon() - zone.meridian()).abs() > 10.0 {
            return Err(off);
        }
        let mut point = [position.lat().to_radians(), position.lon().to_radians()];
        if datum == Datum::Indian1975 {
            let there = Shift::INDIAN_1975.undo(Ellipsoid::WGS84.to_space(point));
            point = datum.ellipsoid().of_space(there);
        }
        let [east, north] = datum
            .ellipsoid()
            .to_plane(point[0], point[1] - zone.meridian().to_radians());
        Self::on_grid(zone, datum, FALSE_EASTING_M + SCALE * east, SCALE * north)
    }

    /// The position of grid coordinates.
    ///
    /// # Errors
    /// [`UtmError`] where the coordinates are off the grid or no position.
    pub fn to_position(&self) -> Result<Position, UtmError> {
        let on_grid = Self::on_grid(self.zone, self.datum, self.easting_m, self.northing_m)?;
        let ellipsoid = self.datum.ellipsoid();
        let [lat, off_centre] = ellipsoid.of_plane(
            (on_grid.easting_m - FALSE_EASTING_M) / SCALE,
            on_grid.northing_m / SCALE,
        );
        let mut point = [lat, off_centre + self.zone.meridian().to_radians()];
        if self.datum == Datum::Indian1975 {
            let there = Shift::INDIAN_1975.apply(ellipsoid.to_space(point));
            point = Ellipsoid::WGS84.of_space(there);
        }
        Ok(Position::new(point[0].to_degrees(), point[1].to_degrees())?)
    }

    fn on_grid(
        zone: Zone,
        datum: Datum,
        easting_m: f64,
        northing_m: f64,
    ) -> Result<Self, UtmError> {
        let on_grid = (100_000.0..=900_000.0).contains(&easting_m)
            && (0.0..=10_000_000.0).contains(&northing_m);
        on_grid
            .then_some(Self {
                zone,
                datum,
                easting_m,
                northing_m,
            })
            .ok_or(UtmError::OffGrid {
                easting_m,
                northing_m,
            })
    }
}

impl fmt::Display for Utm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {:.0} E {:.0} N ({})",
            self.zone,
            self.easting_m,
            self.northing_m,
            self.datum.name()
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    type Row = (f64, f64, Zone, [f64; 2], [f64; 2]);

    /// Latitude, longitude, zone, then easting and northing in WGS 84 and in
    /// Indian 1975, computed with PROJ 9 (EPSG:32647, 32648, 24047, 24048).
    const BY_PROJ: &[Row] = &[
        (
            5.7747,
            101.0688,
            Zone::N47,
            [729_094.271, 638_715.805],
            [729_603.249, 638_366.818],
        ),
        (
            20.433,
            99.876,
            Zone::N47,
            [591_383.725, 2_259_642.165],
            [591_901.020, 2_259_289.172],
        ),
        (
            16.0166,
            98.8637,
            Zone::N47,
            [485_418.242, 1_770_776.362],
            [485_934.190, 1_770_423.818],
        ),
        (
            14.0,
            101.99,
            Zone::N47,
            [823_022.774, 1_549_766.707],
            [823_537.240, 1_549_413.070],
        ),
        (
            14.0,
            101.99,
            Zone::N48,
            [174_814.776, 1_549_794.124],
            [175_411.795, 1_549_426.393],
        ),
        (
            18.3609,
            103.6466,
            Zone::N48,
            [357_009.080, 2_030_646.913],
            [357_605.219, 2_030_274.467],
        ),
        (
            7.8846,
            98.3923,
            Zone::N47,
            [433_012.040, 871_588.972],
            [433_524.526, 871_240.171],
        ),
    ];

    #[test]
    fn both_datums_agree_with_proj_to_a_centimetre() {
        for &(lat, lon, zone, wgs84, indian) in BY_PROJ {
            let position = Position::new(lat, lon).unwrap();
            for (datum, expected) in [(Datum::Wgs84, wgs84), (Datum::Indian1975, indian)] {
                let utm = Utm::from_position(&position, zone, datum).unwrap();
                let off = (utm.easting_m - expected[0]).hypot(utm.northing_m - expected[1]);
                assert!(off < 0.01, "{utm} {off}");
                assert!(utm.to_position().unwrap().distance_m(&position) < 0.01);
            }
        }
    }

    #[test]
    fn off_the_grid_is_refused() {
        for (easting_m, northing_m) in [(0.0, 1.5e6), (5e5, -1.0), (f64::NAN, 1.5e6), (5e5, 1e300)]
        {
            let utm = Utm {
                zone: Zone::N47,
                datum: Datum::Wgs84,
                easting_m,
                northing_m,
            };
            assert_eq!(utm.to_position().unwrap_err().code(), "utm_off_grid");
        }
        let tokyo = Position::new(35.68, 139.77).unwrap();
        assert!(Utm::from_position(&tokyo, Zone::N47, Datum::Wgs84).is_err());
        assert_eq!(Zone::of(&tokyo), None);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lat in 5.5f64..20.6, lon in 97.3f64..105.7, indian: bool) {
            let position = Position::new(lat, lon).unwrap();
            let datum = if indian { Datum::Indian1975 } else { Datum::Wgs84 };
            let utm = Utm::from_position(&position, Zone::of(&position).unwrap(), datum).unwrap();
            prop_assert!(utm.to_position().unwrap().distance_m(&position) < 0.02);
        }

        #[test]
        fn any_coordinates_are_a_position_or_refused(easting_m: f64, northing_m: f64, indian: bool) {
            let datum = if indian { Datum::Indian1975 } else { Datum::Wgs84 };
            let _ = Utm { zone: Zone::N48, datum, easting_m, northing_m }.to_position();
        }
    }
}
