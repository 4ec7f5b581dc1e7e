//! Places: the areas of Thailand, where a position lies among them, and what
//! the checks of a pin's placement find.
//!
//! The areas are the registry's; a phone is given those of its scope. They are
//! simplified from the Royal Thai Survey Department's boundaries and are not
//! legal ones, hence a tolerance in every check.

mod area;
mod check;
mod code;
mod encoding;
mod geojson;
mod index;
mod judge;
mod shape;

pub use area::{Area, DEFAULT_TOLERANCE_M};
pub use check::{
    AreaVerdict, Limits, Neighbour, Subject, Surroundings, check_address, check_placement,
};
pub use code::{AreaCode, AreaCodeError, Level};
pub use encoding::ShapeDecodeError;
pub use geojson::{AreaFileError, AreaFileReason, read_areas};
pub use index::{Address, Places, PlacesError};
pub use judge::{Judged, Judgement, Office, Serves, judge};
pub use shape::{Shape, ShapeError};

/// Every code that an error of this room can have.
pub const CODES: &[&str] = &[
    "area_code_malformed",
    "area_duplicate",
    "area_file_malformed",
    "area_file_too_large",
    "area_name_missing",
    "area_parent_wrong",
    "ring_open",
    "ring_too_short",
    "shape_damaged",
    "shape_empty",
    "shape_too_large",
    "shape_version_unknown",
    "vertex_out_of_range",
];
