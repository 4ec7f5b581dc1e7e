//! Rows of text from a file that a person made: CSV, or XLSX with its sheets.
//!
//! Bounded, whatever a file says of itself.

pub mod xlsx;

use pakmut_domain::zero_copy::import::Sheet;
use thiserror::Error;

use xlsx::XlsxError;

/// The most bytes of a file.
pub const MAX_FILE_BYTES: usize = xlsx::FILE_LIMIT;

/// The most cells, and the most lines, of a CSV file.
pub const MAX_CELLS: usize = 1_000_000;

/// What a file may be refused for.
#[derive(Debug, Error)]
pub enum SheetError {
    /// Too large, packed.
    #[error("the file has {bytes} bytes, the most is {MAX_FILE_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Too many cells.
    #[error("the file has more than {MAX_CELLS} cells")]
    TooManyCells,
    /// No CSV: told with the line.
    #[error("line {line}: not readable as CSV in UTF-8: {reason}")]
    Csv {
        /// The line, from 1.
        line: u64,
        /// What the reader said.
        reason: String,
    },
    /// No XLSX file, or one beyond the bounds.
    #[error("not readable as XLSX: {0}")]
    Xlsx(#[from] XlsxError),
}

impl SheetError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "file_too_large",
            Self::TooManyCells => "file_too_many_cells",
            Self::Csv { .. } => "file_not_csv",
            Self::Xlsx(problem) => problem.code,
        }
    }
}

/// Reads a file's sheets; `name` is the name of a CSV file's one sheet. XLSX is
/// told by its first bytes, not by its name. An empty file has one empty sheet.
///
/// # Errors
/// [`SheetError`] where it is neither, or too large.
pub fn read_sheets(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SheetError::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        Ok(xlsx::sheets(bytes)?)
    } else {
        Ok(vec![csv(name, bytes)?])
    }
}

fn csv(name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cells = 0;
    for record in reader.records() {
        let record = record.map_err(|error| SheetError::Csv {
            line: error.position().map_or(0, csv::Position::line),
            reason: error.to_string(),
        })?;
        let line = record.position().map_or(0, |start| line_of(bytes, start));
        if line > MAX_CELLS {
            return Err(SheetError::TooManyCells);
        }
        while !rows.is_empty() && rows.len() + 1 < line {
            rows.push(Vec::new());
        }
        cells += record.len();
        if cells > MAX_CELLS {
            return Err(SheetError::TooManyCells);
        }
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(Sheet {
        name: name.to_owned(),
        first_row: 1,
        rows,
    })
}

/// The line of a record, from 1: the reader counts blank lines before it as its own.
fn line_of(bytes: &[u8], start: &csv::Position) -> usize {
    let at = usize::try_from(start.byte()).unwrap_or(usize::MAX);
    let blank = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .filter(|b| **b == b'\n')
        .count();
    usize::try_from(start.line())
        .unwrap_or(usize::MAX)
        .saturating_add(blank)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use pakmut_domain::zero_copy::import::{
        STARTING_CATALOGUE_CSV, parse_catalogue, starting_catalogue,
    };
    use proptest::prelude::*;
    use rust_xlsxwriter::Workbook;

    use super::*;

    #[test]
    fn the_starting_set_reads_the_same_as_csv_and_as_xlsx() {
        let mut wanted = starting_catalogue().unwrap();
        (wanted.version, wanted.starting_set) = (0, false);
        let csv = read_sheets("c.csv", STARTING_CATALOGUE_CSV.as_bytes()).unwrap();
        assert_eq!(parse_catalogue(&csv).unwrap(), wanted);
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, line) in (2u32..).zip(&csv[0].rows) {
            for (column, cell) in (1u16..).zip(line) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let sheets = read_sheets("c.xlsx", &bytes).unwrap();
        assert_eq!(sheets[0].first_row, 3);
        assert_eq!(parse_catalogue(&sheets).unwrap(), wanted);
    }

    #[test]
    fn a_fault_after_blank_lines_keeps_its_line_and_a_bom_is_no_fault() {
        let text = "\u{feff}service,service_th,service_en,document,document_th,document_en\n\n\ntax,ภาษี,Tax,Deed,โฉนด,Deed\n";
        let sheets = read_sheets("c.csv", text.as_bytes()).unwrap();
        let faults = parse_catalogue(&sheets).unwrap_err();
        assert_eq!(
            (faults.0[0].row, faults.0[0].column.as_str()),
            (4, "document")
        );
    }

    #[test]
    fn what_is_no_file_of_ours_is_refused_with_its_reason() {
        let code = |bytes: &[u8]| read_sheets("x", bytes).map_or_else(|e| e.code(), |_| "read");
        assert_eq!(code(b"PK\x03\x04 rubbish"), "import_not_xlsx");
        assert_eq!(code(b"a,b\n\xff\xfe,1\n"), "file_not_csv");
        assert_eq!(code(&vec![b'a'; MAX_FILE_BYTES + 1]), "file_too_large");
        assert_eq!(code(&vec![b','; MAX_CELLS + 1]), "file_too_many_cells");
        assert_eq!(code(b""), "read");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), packed: bool) {
            let mut all = if packed { b"PK\x03\x04".to_vec() } else { Vec::new() };
            all.extend(bytes);
            let _ = read_sheets("x", &all);
        }
    }
}
