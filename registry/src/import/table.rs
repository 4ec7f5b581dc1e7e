//! Reads the rows of a CSV file, or the properties of a GeoJSON one, and says
//! of each where it stands.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{ImportError, Source};

/// One row: its values by column, NFC and trimmed.
#[derive(Debug, Clone)]
pub(super) struct Row {
    file: String,
    place: String,
    values: HashMap<String, String>,
}

impl Row {
    /// An error at this row.
    pub(super) fn error(&self, code: &'static str, detail: impl Into<String>) -> ImportError {
        ImportError::Row {
            file: self.file.clone(),
            place: self.place.clone(),
            code,
            detail: detail.into(),
        }
    }

    /// A column's value; none where the column or the value is missing.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.values
            .get(column)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A column's value that must be there.
    pub(super) fn need(&self, column: &str) -> Result<&str, ImportError> {
        self.get(column)
            .ok_or_else(|| self.error("value_missing", format!("no {column}")))
    }

    /// A yes or no: `1`, `true`, `yes`, or `0`, `false`, `no`.
    pub(super) fn flag(&self, column: &str, otherwise: bool) -> Result<bool, ImportError> {
        match self.get(column) {
            None => Ok(otherwise),
            Some("1" | "true" | "yes") => Ok(true),
            Some("0" | "false" | "no") => Ok(false),
            Some(other) => Err(self.error(
                "flag_malformed",
                format!("{column} is {other:?}: say 1 or 0"),
            )),
        }
    }

    /// A code of so many digits.
    pub(super) fn digits(&self, column: &str, count: usize) -> Result<&str, ImportError> {
        let text = self.need(column)?;
        if text.len() == count && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(text);
        }
        Err(self.error(
            "code_malformed",
            format!("{column} is {text:?}: {count} digits are needed"),
        ))
    }
}

/// All rows of a file. The name's end tells GeoJSON from CSV.
pub(super) fn read(source: &Source, columns: &[&str]) -> Result<Vec<Row>, ImportError> {
    let name = source.name.to_ascii_lowercase();
    let rows = if name.ends_with(".geojson") || name.ends_with(".json") {
        features(source)?
    } else {
        csv_rows(source, columns)?
    };
    if rows.is_empty() {
        return Err(ImportError::File {
            file: source.name.clone(),
            code: "file_empty",
            detail: "there is no row in it".to_owned(),
        });
    }
    Ok(rows)
}

fn clean(text: &str) -> String {
    text.trim().nfc().collect()
}

fn csv_rows(source: &Source, columns: &[&str]) -> Result<Vec<Row>, ImportError> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let broken = |error: &csv::Error| ImportError::Row {
        file: source.name.clone(),
        place: format!("line {}", error.position().map_or(1, csv::Position::line)),
        code: "csv_malformed",
        detail: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let head: Vec<String> = reader
        .headers()
        .map_err(|error| broken(&error))?
        .iter()
        .map(clean)
        .collect();
    if let Some(missing) = columns
        .iter()
        .find(|column| !head.iter().any(|name| name == *column))
    {
        return Err(ImportError::Row {
            file: source.name.clone(),
            place: "line 1".to_owned(),
            code: "column_missing",
            detail: format!("there is no column {missing}"),
        });
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row {
            file: source.name.clone(),
            place: format!("line {line}"),
            values: head.iter().cloned().zip(record.iter().map(clean)).collect(),
        };
        if row.values.values().any(|value| value.contains('\0')) {
            return Err(row.error("character_nul", "the character U+0000 is in it"));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn features(source: &Source) -> Result<Vec<Row>, ImportError> {
    #[derive(Deserialize)]
    struct Collection {
        features: Vec<Feature>,
    }
    #[derive(Deserialize)]
    struct Feature {
        properties: serde_json::Map<String, Value>,
    }
    let collection: Collection =
        serde_json::from_str(&source.text).map_err(|error| ImportError::Row {
            file: source.name.clone(),
            place: format!("line {}", error.line()),
            code: "geojson_malformed",
            detail: error.to_string(),
        })?;
    let mut rows = Vec::new();
    for (place, feature) in collection.features.into_iter().enumerate() {
        let values: HashMap<String, String> = feature
            .properties
            .into_iter()
            .map(|(name, value)| {
                let text = match value {
                    Value::Null => String::new(),
                    Value::String(text) => clean(&text),
                    other => other.to_string(),
                };
                (name, text)
            })
            .collect();
        let row = Row {
            file: source.name.clone(),
            place: format!("feature {}", place + 1),
            values,
        };
        if row.values.values().any(|value| value.contains('\0')) {
            return Err(row.error("character_nul", "the character U+0000 is in it"));
        }
        rows.push(row);
    }
    Ok(rows)
}
