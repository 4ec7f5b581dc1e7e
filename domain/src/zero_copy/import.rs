//! A national catalogue from the rows of a CSV or XLSX file.
//!
//! Two forms are read, told apart by their column heads, mixed as one likes:
//! - pairs: `service`, `document`, one row each; beside them the names
//!   `service_th`, `service_en`, `document_th`, `document_en`, which may be
//!   left empty where another row gives them. A CSV file needs no more.
//! - names: `code`, `name_th`, `name_en`, in sheets called `services` and
//!   `documents`.
//!
//! Every fault is told with its sheet, row and column, up to [`MAX_FAULTS`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::catalogue::{Catalogue, MAX_ENTRIES, MAX_PAIRS, Named, Pair, is_name};
use super::code::Code;

/// The starting set that ships, as CSV: what LAOs usually offer and ask for.
/// No publication of the department, and labelled so.
pub const STARTING_CATALOGUE_CSV: &str = include_str!("../../data/zero_copy_catalogue.csv");

/// The most faults that are listed.
pub const MAX_FAULTS: usize = 100;

/// One sheet of a file, as text; a CSV file is one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name, of a CSV file the file's.
    pub name: String,
    /// The row number that a person sees beside `rows[0]`, from 1.
    pub first_row: usize,
    /// Its rows, the column heads first.
    pub rows: Vec<Vec<String>>,
}

/// Where and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFault {
    /// The sheet.
    pub sheet: String,
    /// The row, from 1, as the spreadsheet shows it.
    pub row: usize,
    /// The head of the column; empty where the whole row is meant.
    pub column: String,
    /// What is wrong.
    pub problem: ImportProblem,
}

/// What is wrong with a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportProblem {
    /// No sheet has the columns of one of the two forms.
    #[error("no sheet has the columns service and document, or code, name_th and name_en")]
    NoTable,
    /// A column head is there twice.
    #[error("column is there twice")]
    DuplicateColumn,
    /// A code is of another form, or missing.
    #[error("'{0}' is no code: 1 to 48 of a-z, 0-9 and _")]
    Code(String),
    /// The prefix of LAOs' own additions.
    #[error("'{0}' begins with own_, which is kept for LAOs' own additions")]
    OwnCode(Code),
    /// A name is too long or has control characters.
    #[error("not a name: 1 to 200 characters, none a control character")]
    Name,
    /// One code has two names.
    #[error("'{code}' is called '{before}' in another row")]
    NameConflict {
        /// The code.
        code: Code,
        /// Its name there.
        before: String,
    },
    /// A code has no name in a language.
    #[error("'{0}' has no name in this language in any row")]
    NameMissing(Code),
    /// A pair is there twice.
    #[error("{service} with {document} is there twice")]
    DuplicatePair {
        /// The service.
        service: Code,
        /// The document.
        document: Code,
    },
    /// More than the most services, documents or pairs.
    #[error("more than {most} services or documents, or {MAX_PAIRS} pairs")]
    TooMany {
        /// The most services, and documents.
        most: usize,
    },
    /// A service asks for no document: nothing could be declared about it.
    #[error("'{0}' asks for no document in any row")]
    ServiceWithoutDocument(Code),
}

impl ImportProblem {
    /// The stable code, for its words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable => "catalogue_no_table",
            Self::DuplicateColumn => "catalogue_duplicate_column",
            Self::Code(_) => "catalogue_code",
            Self::OwnCode(_) => "catalogue_own_code",
            Self::Name => "catalogue_name",
            Self::NameConflict { .. } => "catalogue_name_conflict",
            Self::NameMissing(_) => "catalogue_name_missing",
            Self::DuplicatePair { .. } => "catalogue_duplicate_pair",
            Self::TooMany { .. } => "catalogue_too_large",
            Self::ServiceWithoutDocument(_) => "catalogue_service_without_document",
        }
    }
}

impl fmt::Display for ImportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.sheet, self.row)?;
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// A file that is no catalogue, with each fault and its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue has {} faults, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct NotACatalogue(pub Vec<ImportFault>);

/// Reads a national catalogue. Its `version` is 0 until the registry publishes it.
///
/// # Errors
/// [`NotACatalogue`] with every fault, up to [`MAX_FAULTS`]; then nothing of
/// the file is taken.
pub fn parse_catalogue(sheets: &[Sheet]) -> Result<Catalogue, NotACatalogue> {
    let mut reader = Reader::default();
    let mut tables = 0;
    for sheet in sheets {
        tables += usize::from(reader.sheet(sheet));
    }
    if tables == 0 {
        let (name, row) = sheets
            .first()
            .map_or(("", 1), |s| (s.name.as_str(), s.first_row));
        reader.fault(name, row, "", ImportProblem::NoTable);
    }
    reader.finish()
}

/// The starting set as a catalogue, version 1.
///
/// # Errors
/// None in a build whose tests pass: they read it.
pub fn starting_catalogue() -> Result<Catalogue, NotACatalogue> {
    let sheet = Sheet {
        name: "zero_copy_catalogue.csv".to_owned(),
        first_row: 1,
        // The file that ships has no quoted field, which its test holds.
        rows: STARTING_CATALOGUE_CSV
            .lines()
            .map(|line| line.split(',').map(str::to_owned).collect())
            .collect(),
    };
    let mut catalogue = parse_catalogue(&[sheet])?;
    catalogue.version = 1;
    catalogue.starting_set = true;
    Ok(catalogue)
}

/// The names of one code, and where it was first met.
struct Entry {
    names: [String; 2],
    met: (String, usize, [String; 2]),
}

/// Services or documents, in the order in which they were first met.
#[derive(Default)]
struct Names {
    order: Vec<Code>,
    entries: BTreeMap<Code, Entry>,
}

#[derive(Default)]
struct Reader {
    services: Names,
    documents: Names,
    pairs: BTreeSet<Pair>,
    faults: Vec<ImportFault>,
}

/// The columns of one code and its two names, as they are headed in a sheet.
type Columns = [(&'static str, Option<usize>); 3];

impl Reader {
    fn fault(&mut self, sheet: &str, row: usize, column: &str, problem: ImportProblem) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(ImportFault {
                sheet: sheet.to_owned(),
                row,
                column: column.to_owned(),
                problem,
            });
        }
    }

    /// Reads one sheet; false where its heads are those of neither form.
    fn sheet(&mut self, sheet: &Sheet) -> bool {
        let Some(heads) = sheet.rows.first() else {
            return false;
        };
        let heads: Vec<String> = heads
            .iter()
            .map(|h| h.trim_start_matches('\u{feff}').trim().to_lowercase())
            .collect();
        let at = |name: &str| heads.iter().position(|h| h == name);
        let columns = |names: [&'static str; 3]| names.map(|n| (n, at(n)));
        let service = columns(["service", "service_th", "service_en"]);
        let document = columns(["document", "document_th", "document_en"]);
        let named = columns(["code", "name_th", "name_en"]);
        let is_pairs = service[0].1.is_some() && document[0].1.is_some();
        let is_names = named.iter().all(|(_, at)| at.is_some());
        let sheet_name = sheet.name.trim().to_lowercase();
        let is_names = is_names && matches!(sheet_name.as_str(), "services" | "documents");
        if !is_pairs && !is_names {
            return false;
        }
        let known = service.iter().chain(&document).chain(&named);
        for (name, _) in known {
            if heads.iter().filter(|h| h == name).count() > 1 {
                self.fault(
                    &sheet.name,
                    sheet.first_row,
                    name,
                    ImportProblem::DuplicateColumn,
                );
            }
        }
        for (offset, row) in sheet.rows.iter().enumerate().skip(1) {
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = sheet.first_row + offset;
            if is_pairs {
                let service = self.entry(true, &sheet.name, line, row, &service);
                let document = self.entry(false, &sheet.name, line, row, &document);
                if let (Some(service), Some(document)) = (service, document) {
                    self.pair(&sheet.name, line, Pair { service, document });
                }
            } else {
                self.entry(sheet_name == "services", &sheet.name, line, row, &named);
            }
        }
        true
    }

    fn pair(&mut self, sheet: &str, line: usize, pair: Pair) {
        if self.pairs.len() >= MAX_PAIRS {
            let problem = ImportProblem::TooMany { most: MAX_ENTRIES };
            self.fault(sheet, line, "", problem);
        } else if self.pairs.contains(&pair) {
            let Pair { service, document } = pair;
            let problem = ImportProblem::DuplicatePair { service, document };
            self.fault(sheet, line, "document", problem);
        } else {
            self.pairs.insert(pair);
        }
    }

    /// Reads a code and its names from a row.
    fn entry(
        &mut self,
        is_service: bool,
        sheet: &str,
        line: usize,
        row: &[String],
        columns: &Columns,
    ) -> Option<Code> {
        let cell = |at: Option<usize>| at.and_then(|a| row.get(a)).map_or("", |c| c.trim());
        let text = cell(columns[0].1);
        let Ok(code) = text.parse::<Code>() else {
            let shown = text.chars().take(60).collect();
            self.fault(sheet, line, columns[0].0, ImportProblem::Code(shown));
            return None;
        };
        if code.is_own() {
            self.fault(sheet, line, columns[0].0, ImportProblem::OwnCode(code));
            return None;
        }
        let mut problems = Vec::new();
        let names = if is_service {
            &mut self.services
        } else {
            &mut self.documents
        };
        if !names.entries.contains_key(&code) {
            if names.order.len() >= MAX_ENTRIES {
                let problem = ImportProblem::TooMany { most: MAX_ENTRIES };
                self.fault(sheet, line, columns[0].0, problem);
                return None;
            }
            names.order.push(code.clone());
        }
        let entry = names.entries.entry(code.clone()).or_insert_with(|| Entry {
            names: Default::default(),
            met: (
                sheet.to_owned(),
                line,
                [columns[1].0.to_owned(), columns[2].0.to_owned()],
            ),
        });
        for (name, (column, at)) in entry.names.iter_mut().zip(&columns[1..]) {
            let text: String = cell(*at).nfc().collect();
            if text.is_empty() {
                continue;
            }
            if !is_name(&text) {
                problems.push((*column, ImportProblem::Name));
            } else if name.is_empty() {
                *name = text;
            } else if *name != text {
                let problem = ImportProblem::NameConflict {
                    code: code.clone(),
                    before: name.clone(),
                };
                problems.push((*column, problem));
            }
        }
        for (column, problem) in problems {
            self.fault(sheet, line, column, problem);
        }
        Some(code)
    }

    fn finish(mut self) -> Result<Catalogue, NotACatalogue> {
        let mut late = Vec::new();
        for names in [&self.services, &self.documents] {
            for code in &names.order {
                let Some(entry) = names.entries.get(code) else {
                    continue;
                };
                let (sheet, line, columns) = &entry.met;
                for (name, column) in entry.names.iter().zip(columns) {
                    if name.is_empty() {
                        let problem = ImportProblem::NameMissing(code.clone());
                        late.push((sheet.clone(), *line, column.clone(), problem));
                    }
                }
            }
        }
        for code in &self.services.order {
            if let Some(entry) = self.services.entries.get(code)
                && !self.pairs.iter().any(|p| &p.service == code)
            {
                let problem = ImportProblem::ServiceWithoutDocument(code.clone());
                late.push((entry.met.0.clone(), entry.met.1, String::new(), problem));
            }
        }
        // Faults in rows also drop pairs: what follows from them is not told again.
        if self.faults.is_empty() {
            for (sheet, line, column, problem) in late {
                self.fault(&sheet, line, &column, problem);
            }
        }
        if self.faults.is_empty() {
            Ok(Catalogue {
                version: 0,
                starting_set: false,
                services: self.services.list(),
                documents: self.documents.list(),
                pairs: self.pairs,
            })
        } else {
            Err(NotACatalogue(self.faults))
        }
    }
}

impl Names {
    fn list(mut self) -> Vec<Named> {
        let entries = &mut self.entries;
        self.order
            .into_iter()
            .filter_map(|code| {
                let [name_th, name_en] = entries.remove(&code)?.names;
                Some(Named {
                    code,
                    name_th,
                    name_en,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn sheet(name: &str, text: &str) -> Sheet {
        Sheet {
            name: name.into(),
            first_row: 1,
            rows: text
                .lines()
                .map(|l| l.split(',').map(str::to_owned).collect())
                .collect(),
        }
    }

    const HEAD: &str = "service,service_th,service_en,document,document_th,document_en\n";

    fn faults(text: &str) -> Vec<(usize, String, &'static str)> {
        parse_catalogue(&[sheet("c.csv", &format!("{HEAD}{text}"))])
            .unwrap_err()
            .0
            .into_iter()
            .map(|f| (f.row, f.column, f.problem.code()))
            .collect()
    }

    #[test]
    fn the_starting_set_is_a_catalogue() {
        assert!(!STARTING_CATALOGUE_CSV.contains('"'));
        let catalogue = starting_catalogue().unwrap();
        assert_eq!(
            (
                catalogue.services.len(),
                catalogue.documents.len(),
                catalogue.pairs.len()
            ),
            (27, 22, 118)
        );
        assert!(catalogue.starting_set);
        let thai = |c: char| ('\u{e00}'..='\u{e7f}').contains(&c);
        for named in catalogue.services.iter().chain(&catalogue.documents) {
            assert!(named.name_th.chars().any(thai), "{}", named.code);
            assert!(!named.name_en.chars().any(thai), "{}", named.code);
        }
    }

    #[test]
    fn names_in_sheets_of_their_own_give_the_same_catalogue() {
        let flat = sheet("c.csv", &format!("{HEAD}tax,ภาษี,Tax,deed,โฉนด,Deed\n"));
        let three = [
            sheet("services", "code,name_th,name_en\ntax,ภาษี,Tax"),
            sheet("documents", "name_en,code,name_th\nDeed,deed,โฉนด"),
            sheet("asks", "service,document\ntax,deed"),
            sheet("หมายเหตุ", "anything"),
        ];
        assert_eq!(parse_catalogue(&[flat]), parse_catalogue(&three));
    }

    #[test]
    fn each_fault_is_told_with_row_and_column() {
        assert_eq!(
            faults("Tax,ภาษี,Tax,deed,โฉนด,Deed\n"),
            [(2, "service".into(), "catalogue_code")]
        );
        assert_eq!(
            faults("tax,ภาษี,Tax,own_deed,โฉนด,Deed\n"),
            [(2, "document".into(), "catalogue_own_code")]
        );
        assert_eq!(
            faults("tax,ภาษี,Tax,deed,โฉนด,Deed\ntax,อากร,,deed,,\n"),
            [
                (3, "service_th".into(), "catalogue_name_conflict"),
                (3, "document".into(), "catalogue_duplicate_pair")
            ]
        );
        assert_eq!(
            faults("tax,ภาษี,,deed,โฉนด,Deed\n"),
            [(2, "service_en".into(), "catalogue_name_missing")]
        );
        assert_eq!(
            faults("tax,ภา\u{7}ษี,Tax,deed,โฉนด,Deed\n"),
            [(2, "service_th".into(), "catalogue_name")]
        );
        let none = parse_catalogue(&[sheet("x", "a,b\n1,2")]).unwrap_err();
        assert_eq!(none.0[0].problem, ImportProblem::NoTable);
        assert!(none.to_string().contains("row 1"));
        let alone = parse_catalogue(&[sheet("services", "code,name_th,name_en\ntax,ภาษี,Tax")]);
        assert_eq!(
            alone.unwrap_err().0[0].problem.code(),
            "catalogue_service_without_document"
        );
    }

    #[test]
    fn a_thousand_bad_rows_do_not_make_a_thousand_faults() {
        let rows = "BAD,,,ALSO BAD,,\n".repeat(1_000);
        assert_eq!(faults(&rows).len(), MAX_FAULTS);
    }

    proptest! {
        #[test]
        fn no_rows_make_it_panic(rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,8}|tax|deed", 0..8), 0..20)) {
            let mut all = vec![HEAD.trim().split(',').map(str::to_owned).collect::<Vec<_>>()];
            all.extend(rows);
            let _ = parse_catalogue(&[Sheet { name: "x".into(), first_row: 1, rows: all }]);
        }
    }
}
