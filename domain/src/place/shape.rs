//! The shape of an area: its outline in hundred-thousandths of a degree.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::position::{Position, distance};

/// Steps to a degree: 1e-5° is at most 1.1 m, well under what the areas'
/// simplification leaves, and halves the memory of doubles.
pub(super) const STEPS: f64 = 100_000.0;

/// Up to here the plane that touches the ellipsoid is as good as it, metres.
const PLANE_M: f64 = 1_000.0;

/// A vertex, longitude first, in steps of 1e-5 degrees.
pub(super) type Vertex = [i32; 2];

/// The most vertices that one shape may have; the most detailed of Thailand's
/// areas here has under 6,000.
pub(super) const MAX_VERTICES: usize = 1_000_000;

/// One or more polygons, each an outer ring and holes.
///
/// Which points are inside is decided by the even-odd rule over all rings, so a
/// ring that touches or crosses itself (one district's does) has an answer too.
/// On the wire it is a GeoJSON geometry, `Polygon` or `MultiPolygon`, longitude
/// first, five decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// All rings one after the other, none with its closing vertex.
    vertices: Box<[Vertex]>,
    /// For each ring, where it ends among the vertices.
    ring_ends: Box<[u32]>,
    /// For each polygon, where it ends among the rings.
    polygon_ends: Box<[u32]>,
    south_west: Vertex,
    north_east: Vertex,
}

/// Why coordinates are no shape.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ShapeError {
    /// No polygon, or one without a ring that encloses anything.
    #[error("the shape encloses nothing")]
    Empty,
    /// A ring has fewer than four vertices, its closing one included.
    #[error("a ring has {vertices} vertices; it needs at least 4")]
    RingTooShort {
        /// How many it has.
        vertices: usize,
    },
    /// A ring does not end where it begins.
    #[error("a ring does not end where it begins")]
    RingOpen,
    /// A vertex is not within ±180° and ±90°, longitude first.
    #[error("longitude {lon}, latitude {lat} is out of range; longitude comes first")]
    OutOfRange {
        /// Longitude as given, degrees.
        lon: f64,
        /// Latitude as given, degrees.
        lat: f64,
    },
    /// More vertices than a shape may have.
    #[error("the shape has more than {MAX_VERTICES} vertices")]
    TooLarge,
}

impl ShapeError {
    /// Every code that [`ShapeError::code`] can give.
    pub const CODES: &'static [&'static str] = &[
        "shape_empty",
        "ring_too_short",
        "ring_open",
        "vertex_out_of_range",
        "shape_too_large",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "shape_empty",
            Self::RingTooShort { .. } => "ring_too_short",
            Self::RingOpen => "ring_open",
            Self::OutOfRange { .. } => "vertex_out_of_range",
            Self::TooLarge => "shape_too_large",
        }
    }
}

impl Shape {
    /// A shape from polygons of rings of `[longitude, latitude]` in degrees, as
    /// GeoJSON has them: the first ring of each is the outer one, each ring is
    /// closed. Degrees are rounded to 1e-5; what collapses by that is left out.
    ///
    /// # Errors
    /// [`ShapeError`] on the first thing that is wrong.
    pub fn from_degrees(polygons: &[Vec<Vec<[f64; 2]>>]) -> Result<Self, ShapeError> {
        let mut builder = ShapeBuilder::default();
        for polygon in polygons {
            for ring in polygon {
                if ring.len() < 4 {
                    return Err(ShapeError::RingTooShort {
                        vertices: ring.len(),
                    });
                }
                if ring.first() != ring.last() {
                    return Err(ShapeError::RingOpen);
                }
                for &[lon, lat] in &ring[..ring.len() - 1] {
                    if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
                        return Err(ShapeError::OutOfRange { lon, lat });
                    }
                    // In range, so the rounded value fits.
                    builder.vertex([(lon * STEPS).round() as i32, (lat * STEPS).round() as i32])?;
                }
                builder.end_ring();
            }
            builder.end_polygon();
        }
        builder.finish()
    }

    /// The polygons as GeoJSON has them: rings of `[longitude, latitude]` in
    /// degrees, each closed.
    #[must_use]
    pub fn to_degrees(&self) -> Vec<Vec<Vec<[f64; 2]>>> {
        let degrees = |v: &Vertex| [f64::from(v[0]) / STEPS, f64::from(v[1]) / STEPS];
        let closed = |ring: &[Vertex]| ring.iter().chain(ring.first()).map(degrees).collect();
        self.polygons()
            .map(|rings| rings.map(closed).collect())
            .collect()
    }

    /// How many vertices the shape has.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// The box round the shape: south-western and north-eastern corner, each
    /// longitude first, in degrees.
    #[must_use]
    pub fn bounds(&self) -> ([f64; 2], [f64; 2]) {
        let degrees = |v: Vertex| [f64::from(v[0]) / STEPS, f64::from(v[1]) / STEPS];
        (degrees(self.south_west), degrees(self.north_east))
    }

    /// Whether a position is inside. A position on the very edge may count as
    /// inside or outside; of two areas that share the edge it is inside one.
    #[must_use]
    pub fn contains(&self, position: &Position) -> bool {
        let (x, y) = (position.lon() * STEPS, position.lat() * STEPS);
        if x < f64::from(self.south_west[0])
            || x > f64::from(self.north_east[0])
            || y < f64::from(self.south_west[1])
            || y > f64::from(self.north_east[1])
        {
            return false;
        }
        let mut inside = false;
        for ring in self.rings() {
            for [a, b] in edges(ring) {
                inside ^= crosses(a, b, x, y);
            }
        }
        inside
    }

    /// The distance in metres to the shape's edge: positive outside, negative
    /// inside, so it is at most 0 exactly where the position is in the area.
    ///
    /// Near the shape it is measured on the plane that touches the ellipsoid at
    /// the position; beyond a kilometre the nearest point so found is measured
    /// to along the geodesic.
    #[must_use]
    pub fn signed_distance_m(&self, position: &Position) -> f64 {
        let (inside, mut metres, [px, py]) = self.nearest(position, f64::INFINITY);
        if metres > PLANE_M {
            let (per_lat, per_lon) = distance::metres_per_degree(position.lat());
            metres = distance::geodesic_m(
                position.lat(),
                position.lon(),
                position.lat() + py / per_lat,
                position.lon() + px / per_lon,
            );
        }
        if inside { -metres } else { metres }
    }

    /// Whether a position is in the area or at most so many metres outside: the
    /// same as asking [`Shape::signed_distance_m`], and several times as fast.
    #[must_use]
    pub fn is_within(&self, position: &Position, metres: f64) -> bool {
        if metres > PLANE_M {
            return self.signed_distance_m(position) <= metres;
        }
        let (inside, distance_m, _) = self.nearest(position, metres.max(0.0).next_up());
        inside || distance_m <= metres
    }

    /// Whether a position is inside, how far the nearest point of the edge lies
    /// on the plane, metres, and where, metres east and north. Beyond `reach_m`
    /// the edge is not looked at, and that distance is given.
    fn nearest(&self, position: &Position, reach_m: f64) -> (bool, f64, [f64; 2]) {
        let (x, y) = (position.lon() * STEPS, position.lat() * STEPS);
        let (per_lat, per_lon) = distance::metres_per_degree(position.lat());
        let (scale_x, scale_y) = (per_lon / STEPS, per_lat / STEPS);
        let mut inside = false;
        // The nearest point so far: distance and its square, and where it lies.
        let mut nearest = (reach_m, reach_m * reach_m, 0.0, 0.0);
        for ring in self.rings() {
            for [a, b] in edges(ring) {
                inside ^= crosses(a, b, x, y);
                let (ax, ay) = (
                    (f64::from(a[0]) - x) * scale_x,
                    (f64::from(a[1]) - y) * scale_y,
                );
                let (bx, by) = (
                    (f64::from(b[0]) - x) * scale_x,
                    (f64::from(b[1]) - y) * scale_y,
                );
                // Most edges lie wholly beyond the nearest point on one side.
                let reach = nearest.0;
                if ay.min(by) > reach
                    || ay.max(by) < -reach
                    || ax.min(bx) > reach
                    || ax.max(bx) < -reach
                {
                    continue;
                }
                let (dx, dy) = (bx - ax, by - ay);
                let length2 = dx * dx + dy * dy;
                // Where along the edge the foot of the perpendicular lies.
                let along = if length2 > 0.0 {
                    (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let (px, py) = (ax + along * dx, ay + along * dy);
                let d2 = px * px + py * py;
                if d2 < nearest.1 {
                    nearest = (d2.sqrt(), d2, px, py);
                }
            }
        }
        let (metres, _, px, py) = nearest;
        (inside, metres, [px, py])
    }

    fn rings(&self) -> impl Iterator<Item = &[Vertex]> {
        slices(&self.vertices, &self.ring_ends)
    }

    /// The polygons, each as its rings, none with its closing vertex.
    pub(super) fn polygons(
        &self,
    ) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = &[Vertex]>> {
        (0..self.polygon_ends.len()).map(|polygon| {
            let start = polygon
                .checked_sub(1)
                .map_or(0, |before| self.polygon_ends[before]);
            (start..self.polygon_ends[polygon]).map(|ring| {
                let ring = ring as usize;
                let start = ring
                    .checked_sub(1)
                    .map_or(0, |before| self.ring_ends[before]);
                &self.vertices[start as usize..self.ring_ends[ring] as usize]
            })
        })
    }
}

/// Slices of `items` that end where `ends` says.
fn slices<'a, T>(items: &'a [T], ends: &'a [u32]) -> impl Iterator<Item = &'a [T]> {
    let mut start = 0;
    ends.iter().map(move |&end| {
        let slice = &items[start..end as usize];
        start = end as usize;
        slice
    })
}

/// The edges of a ring without its closing vertex, the closing edge included.
fn edges(ring: &[Vertex]) -> impl Iterator<Item = [Vertex; 2]> {
    let last = ring.last().copied().unwrap_or_default();
    ring.iter().scan(last, |before, &vertex| {
        Some([std::mem::replace(before, vertex), vertex])
    })
}

/// Whether the edge crosses the ray that runs east from the point. Half-open in
/// latitude, so a ray through a vertex is counted once.
fn crosses(a: Vertex, b: Vertex, x: f64, y: f64) -> bool {
    let (ax, ay, bx, by) = (
        f64::from(a[0]),
        f64::from(a[1]),
        f64::from(b[0]),
        f64::from(b[1]),
    );
    if (ay > y) == (by > y) {
        return false;
    }
    // The sign of the cross product says on which side the point lies. Taken
    // from the southern end, so that both areas along an edge agree bit by bit.
    let side = if ay < by {
        (bx - ax) * (y - ay) - (x - ax) * (by - ay)
    } else {
        (ax - bx) * (y - by) - (x - bx) * (ay - by)
    };
    side > 0.0
}

/// Gathers vertices into rings and rings into polygons.
#[derive(Default)]
pub(super) struct ShapeBuilder {
    vertices: Vec<Vertex>,
    ring_ends: Vec<u32>,
    polygon_ends: Vec<u32>,
}

impl ShapeBuilder {
    /// Adds a vertex to the ring under way, unless it repeats the one before.
    pub(super) fn vertex(&mut self, vertex: Vertex) -> Result<(), ShapeError> {
        if self.vertices.len() >= MAX_VERTICES {
            return Err(ShapeError::TooLarge);
        }
        if self.vertices.len() == self.ring_start() || self.vertices.last() != Some(&vertex) {
            self.vertices.push(vertex);
        }
        Ok(())
    }

    fn ring_start(&self) -> usize {
        self.ring_ends.last().map_or(0, |&end| end as usize)
    }

    /// Ends the ring; one that rounding left with fewer than three vertices goes.
    pub(super) fn end_ring(&mut self) {
        let start = self.ring_start();
        while self.vertices.len() > start + 1 && self.vertices.last() == Some(&self.vertices[start])
        {
            self.vertices.pop();
        }
        if self.vertices.len() - start < 3 {
            self.vertices.truncate(start);
        } else {
            self.ring_ends.push(self.vertices.len() as u32);
        }
    }

    /// Ends the polygon; one without a ring goes.
    pub(super) fn end_polygon(&mut self) {
        let rings = self.ring_ends.len() as u32;
        if rings > self.polygon_ends.last().copied().unwrap_or(0) {
            self.polygon_ends.push(rings);
        }
    }

    /// The shape.
    pub(super) fn finish(self) -> Result<Shape, ShapeError> {
        if self.polygon_ends.is_empty() {
            return Err(ShapeError::Empty);
        }
        let mut south_west = [i32::MAX; 2];
        let mut north_east = [i32::MIN; 2];
        for vertex in &self.vertices {
            for axis in 0..2 {
                south_west[axis] = south_west[axis].min(vertex[axis]);
                north_east[axis] = north_east[axis].max(vertex[axis]);
            }
        }
        Ok(Shape {
            vertices: self.vertices.into(),
            ring_ends: self.ring_ends.into(),
            polygon_ends: self.polygon_ends.into(),
            south_west,
            north_east,
        })
    }
}

/// A GeoJSON geometry as it is written.
#[derive(Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum GeometryOut {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// A GeoJSON position as it is read; a height after the two is passed over.
struct LonLat([f64; 2]);

impl<'de> Deserialize<'de> for LonLat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = LonLat;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a longitude and a latitude")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<LonLat, A::Error> {
                let mut number = |index| {
                    seq.next_element::<f64>()?
                        .ok_or_else(|| de::Error::invalid_length(index, &self))
                };
                let pair = [number(0)?, number(1)?];
                while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(LonLat(pair))
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum GeometryIn {
    Polygon(Vec<Vec<LonLat>>),
    MultiPolygon(Vec<Vec<Vec<LonLat>>>),
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut polygons = self.to_degrees();
        let geometry = match (polygons.pop(), polygons.is_empty()) {
            (Some(only), true) => GeometryOut::Polygon(only),
            (last, _) => {
                polygons.extend(last);
                GeometryOut::MultiPolygon(polygons)
            }
        };
        geometry.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let polygons = match GeometryIn::deserialize(deserializer)? {
            GeometryIn::Polygon(rings) => vec![rings],
            GeometryIn::MultiPolygon(polygons) => polygons,
        };
        let plain = |ring: Vec<LonLat>| ring.into_iter().map(|lon_lat| lon_lat.0).collect();
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = polygons
            .into_iter()
            .map(|rings| rings.into_iter().map(plain).collect())
            .collect();
        Self::from_degrees(&polygons).map_err(de::Error::custom)
    }
}
