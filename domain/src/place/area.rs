//! An area with its names.

use serde::{Deserialize, Serialize};

use super::code::AreaCode;
use super::shape::Shape;

/// How far outside an area's shape a position may lie and still not be called
/// outside, in metres, where nothing else is stated: what simplification moved
/// the boundaries by near edges and coasts.
pub const DEFAULT_TOLERANCE_M: f64 = 500.0;

fn default_tolerance() -> f64 {
    DEFAULT_TOLERANCE_M
}

/// A province, district or subdistrict; the area of an LAO is the one that it
/// serves or lies in.
///
/// On the wire: `code`, `th`, `en`, `tolerance_m` and a GeoJSON `geometry`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its code; says the level too.
    pub code: AreaCode,
    /// The Thai name, without จังหวัด, อำเภอ or ตำบล.
    pub th: String,
    /// The English name; may be empty.
    #[serde(default)]
    pub en: String,
    /// How far outside the shape a position may lie and still not be called
    /// outside, metres.
    #[serde(default = "default_tolerance")]
    pub tolerance_m: f64,
    /// Its shape.
    #[serde(rename = "geometry")]
    pub shape: Shape,
}
