//! Metres around a place: a local tangent plane on the WGS 84 ellipsoid.
//!
//! The radii of curvature are those of the ellipsoid at the origin (Torge &
//! Müller, Geodesy, 4th ed., eq. 4.12 and 4.14). Within 10 km of the origin,
//! which is all that a capture needs, the error is below 0.1 %; further out
//! it only has to be large.

use crate::model::Position;

/// Semi-major axis of WGS 84, metres (NGA.STND.0036).
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS 84 (NGA.STND.0036).
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141e-3;

/// A plane that touches the earth at its origin; metres to the east and north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalPlane {
    origin: Position,
    metres_per_degree_east: f64,
    metres_per_degree_north: f64,
}

/// A point on a [`LocalPlane`], metres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Offset {
    /// Metres to the east of the origin.
    pub east: f64,
    /// Metres to the north of the origin.
    pub north: f64,
}

impl Offset {
    /// Distance to another point of the same plane, metres.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        // Not hypot: its care for overflow costs more than all else here,
        // and metres on the earth do not overflow.
        let (east, north) = (self.east - other.east, self.north - other.north);
        (east * east + north * north).sqrt()
    }
}

impl LocalPlane {
    /// The plane that touches the earth at `origin`.
    #[must_use]
    pub fn at(origin: Position) -> Self {
        let (sin, cos) = origin.lat().to_radians().sin_cos();
        let w2 = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
        let prime_vertical = SEMI_MAJOR_M / w2.sqrt();
        let meridian = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (w2 * w2.sqrt());
        Self {
            origin,
            // A pole has no east; a small divisor keeps everything finite there.
            metres_per_degree_east: (prime_vertical * cos).max(1.0).to_radians(),
            metres_per_degree_north: meridian.to_radians(),
        }
    }

    /// Where `position` lies on this plane.
    #[must_use]
    pub fn offset(&self, position: Position) -> Offset {
        let mut lon = position.lon() - self.origin.lon();
        if lon > 180.0 {
            lon -= 360.0;
        } else if lon < -180.0 {
            lon += 360.0;
        }
        Offset {
            east: lon * self.metres_per_degree_east,
            north: (position.lat() - self.origin.lat()) * self.metres_per_degree_north,
        }
    }

    /// The position of a point of this plane; points off the map are clamped to it.
    #[must_use]
    pub fn position(&self, offset: Offset) -> Position {
        let lat =
            (self.origin.lat() + offset.north / self.metres_per_degree_north).clamp(-90.0, 90.0);
        let mut lon = self.origin.lon() + offset.east / self.metres_per_degree_east;
        if lon > 180.0 {
            lon -= 360.0;
        } else if lon < -180.0 {
            lon += 360.0;
        }
        Position::new(lat, lon.clamp(-180.0, 180.0)).unwrap_or(self.origin)
    }
}

/// Distance over the ground, metres: on the plane half-way between the two
/// where they are near, on the sphere of the earth's mean radius where not.
#[must_use]
pub fn distance_m(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let half_lon = (b.lon() - a.lon()).to_radians() / 2.0;
    let h =
        ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    let sphere = 2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin();
    if sphere > 100_000.0 {
        return sphere;
    }
    let middle = Position::new((a.lat() + b.lat()) / 2.0, a.lon()).unwrap_or(a);
    let plane = LocalPlane::at(middle);
    plane.offset(a).distance(plane.offset(b))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn degrees_are_as_long_as_the_ellipsoid_says() {
        // Lengths of a degree at 15° N: 110,649 m of latitude and 107,550 m
        // of longitude (NGA's published tables of WGS 84).
        assert!((distance_m(at(14.75, 100.0), at(15.25, 100.0)) - 55_324.5).abs() < 10.0);
        assert!((distance_m(at(15.0, 100.0), at(15.0, 100.5)) - 53_775.0).abs() < 10.0);
    }

    #[test]
    fn across_the_date_line_is_near() {
        assert!(distance_m(at(10.0, 179.9999), at(10.0, -179.9999)) < 30.0);
    }

    proptest! {
        #[test]
        fn there_and_back_again(
            lat in -85.0..85.0f64, lon in -180.0..180.0f64,
            east in -5000.0..5000.0f64, north in -5000.0..5000.0f64,
        ) {
            let Ok(origin) = Position::new(lat, lon) else { return Ok(()) };
            let plane = LocalPlane::at(origin);
            let there = Offset { east, north };
            let back = plane.offset(plane.position(there));
            prop_assert!(back.distance(there) < 1e-3);
        }

        #[test]
        fn always_finite(a in -90.0..=90.0f64, b in -180.0..=180.0f64, c in -90.0..=90.0f64, d in -180.0..=180.0f64) {
            if let (Ok(p), Ok(q)) = (Position::new(a, b), Position::new(c, d)) {
                prop_assert!(distance_m(p, q).is_finite());
                let plane = LocalPlane::at(p);
                let o = plane.offset(q);
                prop_assert!(o.east.is_finite() && o.north.is_finite());
                let _ = plane.position(o);
            }
        }
    }
}
