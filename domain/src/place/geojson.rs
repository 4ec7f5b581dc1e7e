//! Reads areas from a GeoJSON file (RFC 7946).

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::area::{Area, DEFAULT_TOLERANCE_M};
use super::code::{AreaCode, AreaCodeError};
use super::shape::{Shape, ShapeError};

/// The most features that one file may have; Thailand has 7,500 subdistricts.
const MAX_FEATURES: usize = 50_000;

/// Why a file of areas was refused, and where.
#[derive(Debug, Error)]
#[error("line {line}{}: {reason}", .feature.map(|f| format!(", feature {f}")).unwrap_or_default())]
pub struct AreaFileError {
    /// The line in the file, from 1. A file on one line has everything on line 1.
    pub line: usize,
    /// The feature's number in the file, from 1; none when the file as a whole is wrong.
    pub feature: Option<usize>,
    /// What is wrong there.
    pub reason: AreaFileReason,
}

/// What is wrong in a file of areas.
#[derive(Debug, Error)]
pub enum AreaFileReason {
    /// Not JSON, or not a GeoJSON FeatureCollection of areas.
    #[error("not a GeoJSON collection of areas: {detail}")]
    Malformed {
        /// What the JSON reader says.
        detail: String,
    },
    /// A code is not an area's.
    #[error("{code:?}: {source}")]
    Code {
        /// The code as given.
        code: String,
        /// What is wrong with it.
        source: AreaCodeError,
    },
    /// The `parent` is not what the code begins with.
    #[error("area {code} cannot have the parent {parent:?}")]
    Parent {
        /// The area's code.
        code: AreaCode,
        /// The parent as given.
        parent: String,
    },
    /// The area has no Thai name.
    #[error("area {code} has no Thai name")]
    NoName {
        /// The area's code.
        code: AreaCode,
    },
    /// The coordinates are no shape.
    #[error("area {code}: {source}")]
    Shape {
        /// The area's code.
        code: AreaCode,
        /// What is wrong with them.
        source: ShapeError,
    },
    /// Two features have one code.
    #[error("area {code} is in the file twice, first as feature {first}")]
    Duplicate {
        /// The area's code.
        code: AreaCode,
        /// The feature that had it first, from 1.
        first: usize,
    },
    /// More features than a file may have.
    #[error("the file has more than {MAX_FEATURES} features")]
    TooMany,
}

impl AreaFileError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.reason {
            AreaFileReason::Malformed { .. } => "area_file_malformed",
            AreaFileReason::Code { source, .. } => source.code(),
            AreaFileReason::Parent { .. } => "area_parent_wrong",
            AreaFileReason::NoName { .. } => "area_name_missing",
            AreaFileReason::Shape { source, .. } => source.code(),
            AreaFileReason::Duplicate { .. } => "area_duplicate",
            AreaFileReason::TooMany => "area_file_too_large",
        }
    }
}

#[derive(Deserialize)]
enum CollectionType {
    FeatureCollection,
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    _type: CollectionType,
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Feature<'a> {
    properties: Properties,
    #[serde(borrow)]
    geometry: &'a RawValue,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
    th: String,
    #[serde(default)]
    en: Option<String>,
    #[serde(default)]
    parent: Option<String>,
    #[serde(default)]
    tolerance_m: Option<f64>,
}

/// Reads a GeoJSON FeatureCollection of areas: `Polygon` or `MultiPolygon`
/// geometries in WGS 84, longitude first; properties `code`, `th` and where
/// there are, `en`, `parent` and `tolerance_m`; others are passed over.
///
/// # Errors
/// [`AreaFileError`] with line and feature of the first thing that is wrong.
pub fn read_areas(text: &str) -> Result<Vec<Area>, AreaFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let collection: Collection<'_> = serde_json::from_str(text).map_err(|error| AreaFileError {
        line: error.line().max(1),
        feature: None,
        reason: malformed(&error),
    })?;
    if collection.features.len() > MAX_FEATURES {
        return Err(AreaFileError {
            line: 1,
            feature: None,
            reason: AreaFileReason::TooMany,
        });
    }
    let mut areas: Vec<Area> = Vec::with_capacity(collection.features.len());
    let mut seen = std::collections::HashMap::new();
    let (mut line, mut counted) = (1, 0);
    for (index, raw) in collection.features.iter().enumerate() {
        let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        line += newlines(&text[counted..offset]);
        counted = offset;
        let at = |(lines_down, reason)| AreaFileError {
            line: line + lines_down,
            feature: Some(index + 1),
            reason,
        };
        let area = read_feature(raw.get()).map_err(at)?;
        if let Some(first) = seen.insert(area.code, index + 1) {
            return Err(at((
                0,
                AreaFileReason::Duplicate {
                    code: area.code,
                    first,
                },
            )));
        }
        areas.push(area);
    }
    Ok(areas)
}

/// Reads one feature; the error says how many lines below its start it lies.
fn read_feature(raw: &str) -> Result<Area, (usize, AreaFileReason)> {
    let feature: Feature<'_> = serde_json::from_str(raw)
        .map_err(|error| (error.line().saturating_sub(1), malformed(&error)))?;
    let Properties {
        code,
        th,
        en,
        parent,
        tolerance_m,
    } = feature.properties;
    let code: AreaCode = match code.parse() {
        Ok(parsed) => parsed,
        Err(source) => return Err((0, AreaFileReason::Code { code, source })),
    };
    if let Some(parent) =
        parent.filter(|p| code.parent().map(|own| own.to_string()) != Some(p.clone()))
    {
        return Err((0, AreaFileReason::Parent { code, parent }));
    }
    let th: String = th.trim().nfc().collect();
    if th.is_empty() {
        return Err((0, AreaFileReason::NoName { code }));
    }
    let geometry = feature.geometry.get();
    let shape: Shape = serde_json::from_str(geometry).map_err(|error| {
        let down = newlines(&raw[..geometry.as_ptr() as usize - raw.as_ptr() as usize]);
        (down + error.line().saturating_sub(1), malformed(&error))
    })?;
    Ok(Area {
        code,
        th,
        en: en.map(|en| en.trim().nfc().collect()).unwrap_or_default(),
        tolerance_m: tolerance_m
            .filter(|metres| *metres >= 0.0)
            .unwrap_or(DEFAULT_TOLERANCE_M),
        shape,
    })
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

fn malformed(error: &serde_json::Error) -> AreaFileReason {
    AreaFileReason::Malformed {
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn file(code: &str, parent: &str, ring: &str) -> String {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[\n{{\"type\":\"Feature\",\
             \"properties\":{{\"code\":\"10\",\"th\":\"กรุงเทพมหานคร\"}},\"geometry\":\
             {{\"type\":\"Polygon\",\"coordinates\":[[[100,13],[101,13],[101,14],[100,13]]]}}}},\n\
             {{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"th\":\"ก\",\"parent\":\"{parent}\"}},\
             \"geometry\":\n{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
        )
    }

    const RING: &str = "[[100,13],[101,13],[101,14,7.5],[100,13]]";

    #[test]
    fn areas_are_read_and_heights_passed_over() {
        let areas = read_areas(&file("1001", "10", RING)).unwrap();
        assert_eq!(areas.len(), 2);
        assert_eq!(areas[1].shape.vertex_count(), 3);
        assert_eq!(areas[1].tolerance_m, 500.0);
    }

    #[test]
    fn errors_name_the_line_and_the_feature() {
        for (text, line, feature, code) in [
            (file("10", "10", RING), 3, Some(2), "area_parent_wrong"),
            (file("x", "10", RING), 3, Some(2), "area_code_malformed"),
            (file("1001", "11", RING), 3, Some(2), "area_parent_wrong"),
            (
                file("1001", "10", "[[100,13],[101,13],[101,14]]"),
                4,
                Some(2),
                "area_file_malformed",
            ),
            (
                file("1001", "10", "[[13,100],[13,101],[14,101],[13,100]]"),
                4,
                Some(2),
                "area_file_malformed",
            ),
            (
                file("1001", "10", "[[1e999,1]]"),
                4,
                Some(2),
                "area_file_malformed",
            ),
            (
                "{\"type\":\"FeatureCollection\",\n\"features\":[{]}".into(),
                2,
                None,
                "area_file_malformed",
            ),
            (
                "{\"type\":\"Feature\",\"features\":[]}".into(),
                1,
                None,
                "area_file_malformed",
            ),
            (String::new(), 1, None, "area_file_malformed"),
        ] {
            let error = read_areas(&text).unwrap_err();
            assert_eq!(
                (error.line, error.feature, error.code()),
                (line, feature, code),
                "{error}"
            );
        }
        let twice = file("1001", "10", RING)
            .replace("\"1001\"", "\"10\"")
            .replace(",\"parent\":\"10\"", "");
        assert_eq!(read_areas(&twice).unwrap_err().code(), "area_duplicate");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", ring in "[\\[\\]0-9.,e-]{0,60}") {
            let _ = read_areas(&text);
            let _ = read_areas(&file("1001", "10", &ring));
        }
    }
}
