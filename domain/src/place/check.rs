//! What the placement of a pin shows. Run on the phone with its LAO's area
//! alone, and again by the registry with all of them.

use super::area::{Area, DEFAULT_TOLERANCE_M};
use super::code::{AreaCode, Level};
use super::index::Places;
use super::shape::Shape;
use crate::finding::{Finding, FindingCode, Severity};
use crate::position::{Position, PositionError, THAILAND, decimals, rounding_radius95_m};

/// On which side of an area's edge a position lies, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AreaVerdict {
    /// Inside, and nowhere that it may be is outside by more than the tolerance.
    Inside {
        /// How far inside the edge, metres.
        depth_m: f64,
    },
    /// Wherever it may be is outside by more than the tolerance.
    Outside {
        /// How far outside the edge, metres.
        distance_m: f64,
    },
    /// Neither can be told.
    Undecidable {
        /// How far outside the edge, metres; negative when inside.
        distance_m: f64,
    },
}

impl AreaVerdict {
    /// The verdict for a position whose true place lies within `radius95_m`, and
    /// an area whose true edge lies up to `tolerance_m` outside the shape's.
    ///
    /// The tolerance works outwards only: a counter is expected in its area, so
    /// one shortly inside the edge is nothing to look at, one shortly outside
    /// may still be right. A radius that is not a number decides nothing.
    #[must_use]
    pub fn of(shape: &Shape, position: &Position, radius95_m: f64, tolerance_m: f64) -> Self {
        let distance_m = shape.signed_distance_m(position);
        let radius = not_nan(radius95_m);
        let tolerance = tolerance_m.max(0.0);
        if distance_m <= 0.0 && distance_m + radius <= tolerance {
            Self::Inside {
                depth_m: -distance_m,
            }
        } else if distance_m - radius > tolerance {
            Self::Outside { distance_m }
        } else {
            Self::Undecidable { distance_m }
        }
    }

    /// How far outside the edge, metres; negative when inside.
    #[must_use]
    pub fn distance_m(&self) -> f64 {
        match self {
            Self::Inside { depth_m } => -depth_m,
            Self::Outside { distance_m } | Self::Undecidable { distance_m } => *distance_m,
        }
    }
}

/// From where a placement is looked at twice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Two counters nearer than this are asked about, metres. 20 m: two phones
    /// of one model stood 3 m apart for hours and a good radius is 10–12 m, so
    /// nearer ones cannot be told from one place; counters in one building are
    /// common, hence no more.
    pub near_counter_m: f64,
    /// A pin further than this from the verified one that it supersedes, both
    /// radii allowed for, is asked about, metres. 50 m: about the length of an
    /// office building, so another entrance passes and another building does not.
    pub far_from_superseded_m: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            near_counter_m: 20.0,
            far_from_superseded_m: 50.0,
        }
    }
}

/// A position with its radius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject {
    /// Where.
    pub position: Position,
    /// The radius in metres within which the true place lies with 95 %.
    pub radius95_m: f64,
}

/// Another counter's pin.
pub type Neighbour = Subject;

/// What is known round a pin; a phone knows less than the registry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// The area of the pin's LAO.
    pub area: Option<&'a Area>,
    /// The areas of the whole country. Without them, only a box round Thailand
    /// is known.
    pub country: Option<&'a Places>,
    /// The pins of other counters that are in use, not of the pin's own.
    pub others: &'a [Neighbour],
    /// The verified pin of the same counter that this one supersedes.
    pub superseded: Option<Subject>,
}

/// Fewer decimals than this were not measured: at three, rounding alone leaves
/// 66 m, and a receiver's seven decimals end in four zeros twice only once in
/// 100 million.
const MEASURED_DECIMALS: usize = 4;

/// A radius is taken for at most this where areas are looked for, metres: a
/// wider one reaches some province from anywhere nearby, and nothing is learnt.
const WIDEST_RADIUS_M: f64 = 500_000.0;

impl PositionError {
    /// The finding for a pair that was refused as exchanged.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        match self {
            Self::Swapped { lat, lon } => Some(
                Finding::new(FindingCode::SwappedCoordinates, Severity::Block)
                    .with("lat", *lat)
                    .with("lon", *lon),
            ),
            _ => None,
        }
    }
}

/// What the placement of a pin shows; empty when there is nothing to look at.
#[must_use]
pub fn check_placement(pin: &Subject, around: &Surroundings<'_>, limits: &Limits) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut radius95_m = not_nan(pin.radius95_m);
    let written = decimals(pin.position.lat(), pin.position.lon());
    if written < MEASURED_DECIMALS {
        let rounding_m = rounding_radius95_m(pin.position.lat(), written);
        radius95_m = radius95_m.max(rounding_m);
        findings.push(
            Finding::new(FindingCode::RoundedCoordinates, Severity::Warn)
                .with("decimals", written as f64)
                .with("rounding_m", rounding_m),
        );
    }
    let measured = Subject { radius95_m, ..*pin };
    findings.extend(check_areas(&measured, around.area, around.country));
    findings.extend(check_neighbours(&measured, around.others, limits));
    findings.extend(
        around
            .superseded
            .and_then(|before| check_superseded(&measured, &before, limits)),
    );
    findings
}

/// A radius that is not a number, or negative, knows nothing.
fn not_nan(radius_m: f64) -> f64 {
    if radius_m >= 0.0 {
        radius_m
    } else {
        f64::INFINITY
    }
}

/// The area first: a pin inside it is in the country too, and most are.
fn check_areas(pin: &Subject, area: Option<&Area>, country: Option<&Places>) -> Option<Finding> {
    let verdict = area
        .map(|area| AreaVerdict::of(&area.shape, &pin.position, pin.radius95_m, area.tolerance_m));
    let is_inside = verdict.is_some_and(|verdict| verdict.distance_m() <= 0.0);
    let finding = if !is_inside && outside_country(pin, country) {
        Finding::new(FindingCode::OutsideCountry, Severity::Block)
    } else {
        match verdict {
            None => Finding::new(FindingCode::AreaUnknown, Severity::Info),
            Some(AreaVerdict::Inside { .. }) => return None,
            Some(AreaVerdict::Outside { .. }) => {
                Finding::new(FindingCode::OutsideArea, Severity::Warn)
            }
            Some(AreaVerdict::Undecidable { .. }) => {
                Finding::new(FindingCode::AreaUndecidable, Severity::Info)
            }
        }
    };
    // With no area, all that is known is that there is none.
    let figures = verdict
        .zip(area)
        .map(|(verdict, area)| (verdict.distance_m(), area));
    Some(match figures {
        None => finding,
        Some((distance_m, area)) => finding
            .with("distance_m", distance_m)
            .with("radius95_m", pin.radius95_m)
            .with("tolerance_m", area.tolerance_m),
    })
}

fn outside_country(pin: &Subject, country: Option<&Places>) -> bool {
    let Some(places) = country else {
        return !THAILAND.contains(pin.position.lat(), pin.position.lon());
    };
    let reach_m = DEFAULT_TOLERANCE_M + pin.radius95_m.min(WIDEST_RADIUS_M);
    !places.is_within(Level::Province, &pin.position, reach_m)
}

fn check_neighbours(pin: &Subject, others: &[Neighbour], limits: &Limits) -> Option<Finding> {
    // A degree of latitude is at least 110.5 km: most are sieved out cheaply.
    let degrees = limits.near_counter_m / 110_000.0;
    let (mut nearest, mut count) = (f64::INFINITY, 0u32);
    for other in others {
        if (other.position.lat() - pin.position.lat()).abs() > degrees {
            continue;
        }
        let apart = pin.position.distance_m(&other.position);
        if apart <= limits.near_counter_m {
            nearest = nearest.min(apart);
            count += 1;
        }
    }
    (count > 0).then(|| {
        Finding::new(FindingCode::NearOtherCounter, Severity::Warn)
            .with("distance_m", nearest)
            .with("counters", f64::from(count))
    })
}

fn check_superseded(pin: &Subject, before: &Subject, limits: &Limits) -> Option<Finding> {
    let distance_m = pin.position.distance_m(&before.position);
    let radii_m = pin.radius95_m.max(0.0).hypot(before.radius95_m.max(0.0));
    (distance_m > limits.far_from_superseded_m + radii_m).then(|| {
        Finding::new(FindingCode::FarFromSuperseded, Severity::Warn)
            .with("distance_m", distance_m)
            .with("radii_m", radii_m)
    })
}

/// Whether a pin lies in the province and the district that an address's code
/// names. A code that is not in today's list (some addresses carry older ones)
/// is looked up as far as its beginning is known.
#[must_use]
pub fn check_address(pin: &Subject, code: AreaCode, places: &Places) -> Option<Finding> {
    let outside = |code: AreaCode| {
        let area = places.get(code)?;
        match AreaVerdict::of(&area.shape, &pin.position, pin.radius95_m, area.tolerance_m) {
            AreaVerdict::Outside { distance_m } => Some(distance_m),
            _ => None,
        }
    };
    let found = |code, distance_m| {
        Finding::new(code, Severity::Warn)
            .with("distance_m", distance_m)
            .with("radius95_m", pin.radius95_m)
    };
    if let Some(distance_m) = outside(code.province()) {
        return Some(found(FindingCode::WrongProvince, distance_m));
    }
    let distance_m = outside(code.district()?)?;
    Some(found(FindingCode::WrongDistrict, distance_m))
}
