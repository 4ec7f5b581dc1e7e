//! The cells of an XLSX file, within bounds.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use pakmut_domain::zero_copy::import::Sheet;
use thiserror::Error;

/// The largest file, in bytes.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;

/// The most bytes that a file may unpack to; a small file can unpack to
/// anything.
pub const UNPACKED_LIMIT: u64 = 64 * 1024 * 1024;

/// The most filled cells of a file.
const CELL_LIMIT: usize = 500_000;

/// The furthest row and column that are read.
const ROW_LIMIT: u32 = 100_000;
const COLUMN_LIMIT: u32 = 500;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}{}", sheet.as_ref().map(|s| format!(" in sheet {s}")).unwrap_or_default())]
pub struct XlsxError {
    /// The stable code.
    pub code: &'static str,
    /// The sheet, where it is one.
    pub sheet: Option<String>,
    /// What there may be at most.
    pub limit: Option<usize>,
}

/// Reads all sheets, each named in lower case; a row ends with its last filled
/// cell.
///
/// # Errors
/// [`XlsxError`] where it is no XLSX file or goes beyond the bounds.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, XlsxError> {
    if bytes.len() > FILE_LIMIT {
        return Err(beyond("import_file_too_large", FILE_LIMIT));
    }
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|_| refused("import_not_xlsx"))?;
    let mut cells = 0;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let unreadable = |_| XlsxError {
            sheet: Some(name.clone()),
            ..refused("import_not_xlsx")
        };
        // What the sheet says of its own extent is not believed.
        let mut reader = book.worksheet_cells_reader(&name).map_err(unreadable)?;
        let mut found = Vec::new();
        while let Some(cell) = reader.next_cell().map_err(unreadable)? {
            let (row, column) = cell.get_position();
            let text = text_of(&Data::from(cell.get_value().clone()));
            if text.is_empty() {
                continue;
            }
            cells += 1;
            if cells > CELL_LIMIT || row >= ROW_LIMIT || column >= COLUMN_LIMIT {
                return Err(beyond("import_too_many_cells", CELL_LIMIT));
            }
            found.push((row, column, text));
        }
        sheets.push(laid_out(&name, found));
    }
    Ok(sheets)
}

/// A cell as a person sees it, without blanks around it.
fn text_of(data: &Data) -> String {
    match data {
        Data::Bool(true) => "true".to_owned(),
        Data::Bool(false) => "false".to_owned(),
        Data::DateTime(date) => {
            // A day as ISO 8601: Excel counts from 1899-12-30.
            let days = date.as_f64().floor();
            #[allow(clippy::cast_possible_truncation)]
            let since_epoch = days as i64 - 25_569;
            pakmut_domain::form::expr::write_date(since_epoch)
        }
        other => other.to_string().trim().to_owned(),
    }
}

fn laid_out(name: &str, found: Vec<(u32, u32, String)>) -> Sheet {
    let first = found.iter().map(|(row, ..)| *row).min().unwrap_or(0);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (row, column, text) in found {
        let (row, column) = ((row - first) as usize, column as usize);
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if rows[row].len() <= column {
            rows[row].resize(column + 1, String::new());
        }
        rows[row][column] = text;
    }
    Sheet {
        name: name.trim().to_lowercase(),
        first_row: first as usize + 1,
        rows,
    }
}

fn check_unpacked(bytes: &[u8]) -> Result<(), XlsxError> {
    let not_xlsx = || refused("import_not_xlsx");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_xlsx())?;
    let mut left = UNPACKED_LIMIT;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| not_xlsx())?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| not_xlsx())?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| beyond("import_unpacks_too_large", UNPACKED_LIMIT as usize))?;
    }
    Ok(())
}

fn refused(code: &'static str) -> XlsxError {
    XlsxError {
        code,
        sheet: None,
        limit: None,
    }
}

fn beyond(code: &'static str, limit: usize) -> XlsxError {
    XlsxError {
        limit: Some(limit),
        ..refused(code)
    }
}
