//! Distance on the WGS 84 ellipsoid.

use std::sync::LazyLock;

use geographiclib_rs::{Geodesic, InverseGeodesic};

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The geodesic's length in metres between two points in degrees (C. F. F.
/// Karney, "Algorithms for geodesics", J. Geodesy 87, 2013).
pub(crate) fn geodesic_m(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    WGS84.inverse(lat1, lon1, lat2, lon2)
}

/// Metres to one degree of latitude and one of longitude at a latitude in
/// degrees, from the ellipsoid's two radii of curvature.
pub(crate) fn metres_per_degree(lat: f64) -> (f64, f64) {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_141_316;
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let n = A / w2.sqrt();
    let m = n * (1.0 - E2) / w2;
    (m.to_radians(), (n * cos).to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geodesic_and_radii_agree_over_a_kilometre() {
        for lat in [5.6, 13.75, 20.4] {
            let (per_lat, per_lon) = metres_per_degree(lat);
            let north = geodesic_m(lat - 0.005, 100.0, lat + 0.005, 100.0);
            let east = geodesic_m(lat, 100.0, lat, 100.01);
            assert!((north - per_lat * 0.01).abs() < 0.001, "{north}");
            assert!((east - per_lon * 0.01).abs() < 0.001, "{east}");
        }
    }

    #[test]
    fn a_known_line_has_its_known_length() {
        // GeographicLib's documentation: Wellington to Salamanca.
        let metres = geodesic_m(-41.32, 174.81, 40.96, -5.50);
        assert!((metres - 19_959_679.267_353_82).abs() < 1e-3, "{metres}");
    }
}
