//! The functions on places: ODK's formulas, so that a form gives the same
//! figures here as in ODK Collect. (Pins use the placement rules instead.)

/// The radius ODK takes for the Earth, in metres.
const RADIUS_M: f64 = 6_378_100.0;

/// A point in degrees WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

/// Reads `lat lon [altitude [accuracy]]`.
pub(super) fn point(text: &str) -> Option<Point> {
    let numbers: Vec<f64> = text
        .split_whitespace()
        .map(super::value::number_from_text)
        .collect();
    let [latitude, longitude, rest @ ..] = numbers.as_slice() else {
        return None;
    };
    let good = (-90.0..=90.0).contains(latitude)
        && (-180.0..=180.0).contains(longitude)
        && rest.len() <= 2
        && rest.iter().all(|n| n.is_finite());
    good.then_some(Point {
        latitude: *latitude,
        longitude: *longitude,
    })
}

/// Reads `point; point; …`; `None` if any of them is no point.
pub(super) fn line(text: &str) -> Option<Vec<Point>> {
    let mut parts: Vec<&str> = text.split(';').collect();
    if parts.len() > 1 && parts.last().is_some_and(|p| p.trim().is_empty()) {
        parts.pop();
    }
    parts.into_iter().map(point).collect()
}

/// The length along the points, in metres rounded to centimetres.
pub(super) fn length_m(points: &[Point]) -> f64 {
    let total: f64 = points
        .windows(2)
        .map(|pair| match pair {
            [a, b] => between_m(*a, *b),
            _ => 0.0,
        })
        .sum();
    super::number::round(total, 2)
}

fn between_m(a: Point, b: Point) -> f64 {
    if a == b {
        return 0.0;
    }
    let (la, lb) = (a.latitude.to_radians(), b.latitude.to_radians());
    let turn = (b.longitude - a.longitude).to_radians();
    let cosine = la.sin() * lb.sin() + la.cos() * lb.cos() * turn.cos();
    RADIUS_M * cosine.clamp(-1.0, 1.0).acos()
}

/// The area within the points, in square metres rounded to two decimals: each
/// point flattened onto the plane through the first.
pub(super) fn area_m2(points: &[Point]) -> f64 {
    let Some((reference, others)) = points.split_first() else {
        return 0.0;
    };
    if points.len() < 3 {
        return 0.0;
    }
    let metres_per_degree = std::f64::consts::TAU * RADIUS_M / 360.0;
    let flat: Vec<(f64, f64)> = others
        .iter()
        .map(|p| {
            let x = (p.longitude - reference.longitude)
                * metres_per_degree
                * p.latitude.to_radians().cos();
            (x, (p.latitude - reference.latitude) * metres_per_degree)
        })
        .collect();
    let doubled: f64 = flat
        .windows(2)
        .map(|pair| match pair {
            [a, b] => a.1 * b.0 - a.0 * b.1,
            _ => 0.0,
        })
        .sum();
    super::number::round((doubled / 2.0).abs(), 2)
}

/// Whether the point lies within the closed shape (ray casting).
pub(super) fn is_within(p: Point, shape: &[Point]) -> bool {
    if shape.len() < 4 || shape.first() != shape.last() {
        return false;
    }
    let mut inside = false;
    for pair in shape.windows(2) {
        let [a, b] = pair else { continue };
        if (a.latitude > p.latitude) != (b.latitude > p.latitude) {
            let crossing = (a.longitude - b.longitude) * (p.latitude - b.latitude)
                / (a.latitude - b.latitude)
                + b.longitude;
            if p.longitude < crossing {
                inside = !inside;
            }
        }
    }
    inside
}

/// The most segments that [`intersects`] compares pair by pair.
const SEGMENT_LIMIT: usize = 2_000;

/// Whether two segments that are not neighbours cross or touch. A line of
/// more than 2,000 segments is not judged (false).
pub(super) fn intersects(points: &[Point]) -> bool {
    let segments: Vec<(Point, Point)> = points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a != b => Some((*a, *b)),
            _ => None,
        })
        .collect();
    if segments.len() > SEGMENT_LIMIT {
        return false;
    }
    let closed = points.len() > 2 && points.first() == points.last();
    for (i, a) in segments.iter().enumerate() {
        for (j, b) in segments.iter().enumerate().skip(i + 1) {
            let neighbours = j == i + 1 || (closed && i == 0 && j == segments.len() - 1);
            if neighbours {
                // Neighbours share a point; they overlap only if one turns
                // straight back.
                let (apex, from, to) = if j == i + 1 {
                    (a.1, a.0, b.1)
                } else {
                    (a.0, a.1, b.0)
                };
                if turn(from, apex, to) == 0.0 && towards(apex, from, to) {
                    return true;
                }
            } else if cross(*a, *b) {
                return true;
            }
        }
    }
    false
}

/// Twice the signed area of a triangle: its sign is the direction of the turn.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.longitude - a.longitude) * (c.latitude - a.latitude)
        - (b.latitude - a.latitude) * (c.longitude - a.longitude)
}

fn towards(apex: Point, a: Point, b: Point) -> bool {
    (a.longitude - apex.longitude) * (b.longitude - apex.longitude)
        + (a.latitude - apex.latitude) * (b.latitude - apex.latitude)
        > 0.0
}

fn cross(a: (Point, Point), b: (Point, Point)) -> bool {
    let on = |p: Point, s: (Point, Point)| {
        turn(s.0, s.1, p) == 0.0
            && p.longitude >= s.0.longitude.min(s.1.longitude)
            && p.longitude <= s.0.longitude.max(s.1.longitude)
            && p.latitude >= s.0.latitude.min(s.1.latitude)
            && p.latitude <= s.0.latitude.max(s.1.latitude)
    };
    let split = |s: (Point, Point), t: (Point, Point)| {
        (turn(s.0, s.1, t.0) > 0.0) != (turn(s.0, s.1, t.1) > 0.0)
            && turn(s.0, s.1, t.0) != 0.0
            && turn(s.0, s.1, t.1) != 0.0
    };
    (split(a, b) && split(b, a)) || on(a.0, b) || on(a.1, b) || on(b.0, a) || on(b.1, a)
}
