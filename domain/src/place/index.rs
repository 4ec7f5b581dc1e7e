//! All areas of the country, found by code or by position.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde::Serialize;
use thiserror::Error;

use super::area::Area;
use super::code::{AreaCode, Level};
use crate::model::Lao;
use crate::position::{Position, distance};

/// An area's box, and which area.
type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Areas of any levels with an R*-tree over their boxes.
///
/// The whole country (8,430 areas, 352,000 vertices) takes about 5 MB.
#[derive(Debug)]
pub struct Places {
    /// Sorted by code.
    areas: Vec<Area>,
    tree: RTree<Entry>,
}

/// Why areas make no index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PlacesError {
    /// Two areas have one code.
    #[error("area {code} is there twice")]
    Duplicate {
        /// The code.
        code: AreaCode,
    },
}

impl PlacesError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "area_duplicate",
        }
    }
}

/// Where a position lies, by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Address {
    /// The province.
    pub province: AreaCode,
    /// The district, where one is known.
    pub district: Option<AreaCode>,
    /// The subdistrict, where one is known.
    pub subdistrict: Option<AreaCode>,
}

impl Places {
    /// An index over areas in any order.
    ///
    /// # Errors
    /// [`PlacesError::Duplicate`] when a code is there twice.
    pub fn new(mut areas: Vec<Area>) -> Result<Self, PlacesError> {
        areas.sort_by_key(|area| area.code);
        if let Some(pair) = areas.windows(2).find(|pair| pair[0].code == pair[1].code) {
            return Err(PlacesError::Duplicate { code: pair[0].code });
        }
        areas.shrink_to_fit();
        let entries = areas
            .iter()
            .zip(0u32..)
            .map(|(area, index)| {
                let (south_west, north_east) = area.shape.bounds();
                Entry::new(Rectangle::from_corners(south_west, north_east), index)
            })
            .collect();
        Ok(Self {
            areas,
            tree: RTree::bulk_load(entries),
        })
    }

    /// All areas, sorted by code: provinces, districts, subdistricts.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The area of a code.
    #[must_use]
    pub fn get(&self, code: AreaCode) -> Option<&Area> {
        self.areas
            .binary_search_by_key(&code, |area| area.code)
            .ok()
            .map(|index| &self.areas[index])
    }

    /// The area of an LAO: its province where it serves the whole of it, else its
    /// district, since no list gives LAOs' own boundaries. None where the code
    /// is not among the areas.
    #[must_use]
    pub fn area_of(&self, lao: &Lao) -> Option<&Area> {
        let code = if lao.lao_type.serves_province() {
            Some(&lao.province)
        } else {
            lao.district.as_ref()
        };
        self.get(code?.parse().ok()?)
    }

    /// The area of a level that a position is in. Where simplified areas
    /// overlap, the one of the lowest code; in a gap between them, none.
    #[must_use]
    pub fn at(&self, level: Level, position: &Position) -> Option<&Area> {
        let point = [position.lon(), position.lat()];
        self.candidates(level, AABB::from_point(point))
            .filter(|area| area.shape.contains(position))
            .min_by_key(|area| area.code)
    }

    /// Whether a position is in an area of a level or at most `metres` outside of one.
    #[must_use]
    pub fn is_within(&self, level: Level, position: &Position, metres: f64) -> bool {
        self.candidates(level, around(position, metres))
            .any(|area| area.shape.is_within(position, metres))
    }

    /// Where a position lies: by its subdistrict, else by its district, else by
    /// its province; none outside all areas.
    #[must_use]
    pub fn address(&self, position: &Position) -> Option<Address> {
        let area = [Level::Subdistrict, Level::District, Level::Province]
            .into_iter()
            .find_map(|level| self.at(level, position))?;
        Some(Address {
            province: area.code.province(),
            district: area.code.district(),
            subdistrict: (area.code.level() == Level::Subdistrict).then_some(area.code),
        })
    }

    fn candidates(&self, level: Level, around: AABB<[f64; 2]>) -> impl Iterator<Item = &Area> {
        self.tree
            .locate_in_envelope_intersecting(around)
            .map(|entry| &self.areas[entry.data as usize])
            .filter(move |area| area.code.level() == level)
    }
}

/// The box round a position in which whatever is at most `metres` away lies.
fn around(position: &Position, metres: f64) -> AABB<[f64; 2]> {
    let (per_lat, per_lon) = distance::metres_per_degree(position.lat());
    // A hundredth more than asked for, since the box is only a first sieve.
    let (d_lat, d_lon) = (1.01 * metres / per_lat, 1.01 * metres / per_lon);
    AABB::from_corners(
        [position.lon() - d_lon, position.lat() - d_lat],
        [position.lon() + d_lon, position.lat() + d_lat],
    )
}
