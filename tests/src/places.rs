//! The areas of the whole country, from the files of `tests/data/places`.

use std::fs;
use std::path::{Path, PathBuf};

use pakmut_domain::place::{Area, Places, read_areas};

/// The folder of the places' files.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/places")
}

/// Every area of a folder's `provinces.geojson`, `districts.geojson` and
/// `subdistricts.geojson`.
///
/// # Errors
/// Which file could not be read, and where and why.
pub fn areas(folder: &Path) -> Result<Vec<Area>, String> {
    let mut all = Vec::new();
    for name in ["provinces", "districts", "subdistricts"] {
        let path = folder.join(name).with_extension("geojson");
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| said(&error))?;
        all.extend(read_areas(&text).map_err(|error| said(&error))?);
    }
    Ok(all)
}

/// The whole country's index.
///
/// # Errors
/// As [`areas`], or a code that is there twice.
pub fn country(folder: &Path) -> Result<Places, String> {
    Places::new(areas(folder)?).map_err(|error| error.to_string())
}
