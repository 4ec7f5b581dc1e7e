//! Areas from GeoJSON.

use std::collections::HashMap;

use pakmut_domain::place::{Area, AreaCode, read_areas};

use super::{ImportError, Imported, Source};
use crate::store::Store;

/// Imports provinces, districts and subdistricts.
///
/// # Errors
/// [`ImportError`]; then nothing was imported.
pub async fn import_places(store: &Store, files: &[Source]) -> Result<Imported, ImportError> {
    let mut read: HashMap<AreaCode, Area> = HashMap::new();
    for file in files {
        let areas = read_areas(&file.text).map_err(|error| ImportError::File {
            file: file.name.clone(),
            code: error.code(),
            detail: error.to_string(),
        })?;
        for area in areas {
            if let Some(twice) = read.insert(area.code, area) {
                return Err(ImportError::File {
                    file: file.name.clone(),
                    code: "area_duplicate",
                    detail: format!("area {} was in a file before", twice.code),
                });
            }
        }
    }
    let held: HashMap<AreaCode, Area> = store
        .read()
        .await?
        .all_areas()
        .await?
        .into_iter()
        .map(|area| (area.code, area))
        .collect();
    let mut done = Imported::default();
    let mut put = Vec::new();
    for (code, area) in read {
        match held.get(&code) {
            Some(before) if *before == area => done.same += 1,
            Some(_) => {
                done.changed += 1;
                put.push(area);
            }
            None => {
                done.added += 1;
                put.push(area);
            }
        }
    }
    put.sort_by_key(|area| area.code);
    let mut write = store.write().await?;
    write.put_areas(&put).await?;
    write.touch_reference().await?;
    super::audited(&mut write, "areas", done).await?;
    write.commit().await?;
    Ok(done)
}
