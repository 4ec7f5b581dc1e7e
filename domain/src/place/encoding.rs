//! The compact form in which a shape is kept in a database column.
//!
//! One byte of version, then unsigned LEB128 numbers: how many polygons; for
//! each, how many rings; for each ring, how many vertices, and for each vertex
//! the step in longitude and latitude (1e-5°) from the vertex before it in the
//! shape, zigzag-coded. About 4 bytes a vertex, a fifth of GeoJSON.

use thiserror::Error;

use super::shape::{Shape, ShapeBuilder, ShapeError};

const VERSION: u8 = 1;

/// Why bytes are no shape.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ShapeDecodeError {
    /// The first byte is a version that this program does not know.
    #[error("shape encoding version {version} is not known here")]
    UnknownVersion {
        /// The version found.
        version: u8,
    },
    /// The bytes end early, go on after the end, or hold a number out of range.
    #[error("the shape's bytes are damaged at byte {at}")]
    Damaged {
        /// How far they could be read.
        at: usize,
    },
    /// They hold no shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

impl ShapeDecodeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownVersion { .. } => "shape_version_unknown",
            Self::Damaged { .. } => "shape_damaged",
            Self::Shape(error) => error.code(),
        }
    }
}

impl Shape {
    /// The compact form, to be kept in a column.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + 5 * self.vertex_count());
        bytes.push(VERSION);
        let polygons = self.polygons();
        put(&mut bytes, polygons.len() as u64);
        let mut before = [0i32; 2];
        for rings in polygons {
            put(&mut bytes, rings.len() as u64);
            for ring in rings {
                put(&mut bytes, ring.len() as u64);
                for &vertex in ring {
                    for axis in 0..2 {
                        let step = i64::from(vertex[axis]) - i64::from(before[axis]);
                        put(&mut bytes, ((step << 1) ^ (step >> 63)) as u64);
                    }
                    before = vertex;
                }
            }
        }
        bytes
    }

    /// A shape from its compact form. Memory stays in proportion to the bytes.
    ///
    /// # Errors
    /// [`ShapeDecodeError`] when the bytes are not what [`Shape::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShapeDecodeError> {
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&version) => return Err(ShapeDecodeError::UnknownVersion { version }),
            None => return Err(ShapeDecodeError::Damaged { at: 0 }),
        }
        let mut reader = Reader { bytes, at: 1 };
        let mut builder = ShapeBuilder::default();
        let mut vertex = [0i64; 2];
        for _ in 0..reader.number()? {
            for _ in 0..reader.number()? {
                for _ in 0..reader.number()? {
                    for (axis, limit) in [(0, 18_000_000), (1, 9_000_000)] {
                        let coded = reader.number()?;
                        let step = (coded >> 1) as i64 ^ -((coded & 1) as i64);
                        vertex[axis] = vertex[axis]
                            .checked_add(step)
                            .filter(|value| (-limit..=limit).contains(value))
                            .ok_or(ShapeDecodeError::Damaged { at: reader.at })?;
                    }
                    builder.vertex([vertex[0] as i32, vertex[1] as i32])?;
                }
                builder.end_ring();
            }
            builder.end_polygon();
        }
        if reader.at != bytes.len() {
            return Err(ShapeDecodeError::Damaged { at: reader.at });
        }
        Ok(builder.finish()?)
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next number; more than 32 bits never occur. A count that promises
    /// more than the bytes hold fails at the first number that is missing.
    fn number(&mut self) -> Result<u64, ShapeDecodeError> {
        let mut number = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = *self
                .bytes
                .get(self.at)
                .ok_or(ShapeDecodeError::Damaged { at: self.at })?;
            self.at += 1;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(ShapeDecodeError::Damaged { at: self.at })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn square(west: f64, south: f64, side: f64) -> Vec<[f64; 2]> {
        let (east, north) = (west + side, south + side);
        vec![
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
        ]
    }

    proptest! {
        #[test]
        fn a_shape_survives_its_bytes_and_its_geojson(
            squares in prop::collection::vec((-170f64..170.0, -80f64..80.0, 0.001f64..5.0), 1..6)
        ) {
            let polygons: Vec<_> = squares
                .iter()
                .map(|&(x, y, side)| vec![square(x, y, side), square(x + side / 4.0, y + side / 4.0, side / 2.0)])
                .collect();
            let shape = Shape::from_degrees(&polygons).unwrap();
            prop_assert_eq!(&Shape::from_bytes(&shape.to_bytes()).unwrap(), &shape);
            let json = serde_json::to_string(&shape).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Shape>(&json).unwrap(), &shape);
        }

        #[test]
        fn any_bytes_are_a_shape_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Shape::from_bytes(&bytes);
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            let _ = Shape::from_bytes(&bytes);
        }
    }

    #[test]
    fn a_count_that_promises_too_much_takes_no_memory_and_no_time() {
        // 2^35 − 1 polygons of nothing: each needs at least its ring count.
        let error = Shape::from_bytes(&[1, 0xff, 0xff, 0xff, 0xff, 0x7f]).unwrap_err();
        assert_eq!(error, ShapeDecodeError::Damaged { at: 6 });
        assert_eq!(
            Shape::from_bytes(&[9]).unwrap_err().code(),
            "shape_version_unknown"
        );
        assert_eq!(
            Shape::from_bytes(&[1, 0]).unwrap_err().code(),
            "shape_empty"
        );
    }
}
