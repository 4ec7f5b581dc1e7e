//! A table as a file: CSV that Excel opens, and XLSX.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing: not known, or withheld.
    Empty,
    /// Text.
    Text(String),
    /// A number; not finite is written as nothing.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Cell {
    // Counts are far below 2^53.
    fn from(count: u64) -> Self {
        Self::Number(count as f64)
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Number(count as f64)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A table with a head.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The file's name without its ending: ASCII letters, digits and hyphens.
    pub name: String,
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<Cell>>,
}

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// RFC 4180, UTF-8 with a byte order mark, by which Excel knows Thai.
    Csv,
    /// Excel's own.
    Xlsx,
}

impl FileKind {
    /// From a file's ending, `csv` or `xlsx`.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// Why a table is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The CSV could not be written.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// The XLSX could not be written.
    #[error("XLSX: {0}")]
    Xlsx(#[from] XlsxError),
}

impl Table {
    /// The file's bytes.
    ///
    /// # Errors
    /// [`ExportError`], as where a table has more rows than a sheet can hold.
    pub fn bytes(&self, kind: FileKind) -> Result<Vec<u8>, ExportError> {
        match kind {
            FileKind::Csv => self.csv(),
            FileKind::Xlsx => self.xlsx(),
        }
    }

    /// The file as an answer that is saved under the table's name.
    ///
    /// # Errors
    /// As [`Table::bytes`].
    pub fn answer(&self, kind: FileKind) -> Result<Response, ExportError> {
        let (media, ending) = match kind {
            FileKind::Csv => ("text/csv; charset=utf-8", "csv"),
            FileKind::Xlsx => (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "xlsx",
            ),
        };
        let mut response = self.bytes(kind)?.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let named = format!("attachment; filename=\"{}.{ending}\"", self.name);
        if let Ok(named) = HeaderValue::from_str(&named) {
            headers.insert(header::CONTENT_DISPOSITION, named);
        }
        Ok(response)
    }

    fn csv(&self) -> Result<Vec<u8>, ExportError> {
        let mut bytes = "\u{feff}".as_bytes().to_vec();
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut bytes);
        writer.write_record(&self.heads)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) => no_formula(text),
                Cell::Number(number) if number.is_finite() => number.to_string(),
                Cell::Number(_) => String::new(),
            }))?;
        }
        writer.flush().map_err(csv::Error::from)?;
        drop(writer);
        Ok(bytes)
    }

    fn xlsx(&self) -> Result<Vec<u8>, ExportError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (column, head) in (0_u16..).zip(&self.heads) {
            sheet.write_string_with_format(0, column, head, &bold)?;
        }
        for (row, cells) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => {
                        sheet.write_string(row, column, text)?;
                    }
                    Cell::Number(number) if number.is_finite() => {
                        sheet.write_number(row, column, *number)?;
                    }
                    Cell::Number(_) => {}
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        Ok(book.save_to_buffer()?)
    }
}

/// Text that a spreadsheet would take as a formula gets an apostrophe before it
/// (OWASP, CSV Injection): what a stranger typed must not run at an officer's desk.
fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use calamine::{Data, Reader, Xlsx};

    fn table() -> Table {
        Table {
            name: "counters".to_owned(),
            heads: vec!["จุดให้บริการ".to_owned(), "n".to_owned()],
            rows: vec![
                vec!["เทศบาล, \"กลาง\"".into(), 3_u64.into()],
                vec!["=HYPERLINK(1)".into(), Cell::Empty],
                vec!["ที่".into(), f64::NAN.into()],
            ],
        }
    }

    #[test]
    fn csv_opens_in_excel_and_runs_nothing() {
        let bytes = table().bytes(FileKind::Csv).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "\u{feff}จุดให้บริการ,n\r\n\"เทศบาล, \"\"กลาง\"\"\",3\r\n'=HYPERLINK(1),\r\nที่,\r\n"
        );
    }

    #[test]
    fn xlsx_holds_text_as_text_and_numbers_as_numbers() {
        let bytes = table().bytes(FileKind::Xlsx).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(sheet.get((1, 1)), Some(&Data::Float(3.0)));
        let formula = Data::String("=HYPERLINK(1)".to_owned());
        assert_eq!(sheet.get((2, 0)), Some(&formula));
        assert_eq!(sheet.get_size(), (4, 2));
    }

    #[test]
    fn a_file_is_named_and_never_cached() {
        let response = table().answer(FileKind::Xlsx).unwrap();
        let said = &response.headers()[header::CONTENT_DISPOSITION];
        assert_eq!(said, "attachment; filename=\"counters.xlsx\"");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}
