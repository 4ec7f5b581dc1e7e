//! Headings of columns, with their languages.

use super::{ImportProblem, Place, Unsupported};
use pakmut_domain::form::Label;
use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::import::Sheet;
use std::collections::HashMap;

/// A sheet with its columns named.
pub(super) struct Table<'s> {
    sheet: &'s Sheet,
    columns: HashMap<(String, Option<Lang>), usize>,
    /// The columns that nobody asked for, by heading.
    others: Vec<(String, usize)>,
}

impl<'s> Table<'s> {
    /// Names the columns of a sheet; `known` are those that are used.
    pub(super) fn new(sheet: &'s Sheet, known: &[&str], problems: &mut Vec<ImportProblem>) -> Self {
        let mut columns = HashMap::new();
        let mut others = Vec::new();
        for (at, heading) in sheet.rows.first().into_iter().flatten().enumerate() {
            if heading.is_empty() {
                continue;
            }
            match parse_heading(heading) {
                Some((name, language)) if known.contains(&name.as_str()) => {
                    if columns.insert((name, language), at).is_some() {
                        let place = Place {
                            sheet: sheet.name.clone(),
                            row: Some(sheet.first_row),
                            column: heading.clone(),
                        };
                        problems.push(ImportProblem::new(place, "import_duplicate_column"));
                    }
                }
                _ => others.push((heading.clone(), at)),
            }
        }
        Self {
            sheet,
            columns,
            others,
        }
    }

    /// Whether there is such a column, in any language.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.keys().any(|(name, _)| name == column)
    }

    /// The rows below the heading that are not blank.
    pub(super) fn rows<'t>(&'t self) -> impl Iterator<Item = Row<'t, 's>> {
        self.sheet
            .rows
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, cells)| cells.iter().any(|c| !c.is_empty()))
            .map(|(at, cells)| Row {
                table: self,
                number: self.sheet.first_row + at,
                cells,
            })
    }

    /// The columns that nobody asked for and that have something in them.
    pub(super) fn unsupported(&self) -> Vec<Unsupported> {
        let filled = |at: usize| {
            self.sheet
                .rows
                .iter()
                .skip(1)
                .any(|row| row.get(at).is_some_and(|c| !c.is_empty()))
        };
        self.others
            .iter()
            .filter(|(_, at)| filled(*at))
            .map(|(heading, _)| Unsupported {
                place: self.place(None, heading),
                what: heading.clone(),
            })
            .collect()
    }

    pub(super) fn place(&self, row: Option<usize>, column: &str) -> Place {
        Place {
            sheet: self.sheet.name.clone(),
            row,
            column: column.to_owned(),
        }
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t, 's> {
    table: &'t Table<'s>,
    /// Its number as the spreadsheet shows it.
    pub(super) number: usize,
    cells: &'t [String],
}

impl<'t> Row<'t, '_> {
    /// The text of a column without a language; empty where there is none.
    pub(super) fn get(&self, column: &str) -> &'t str {
        self.in_language(column, None)
    }

    /// The text of a column, or nothing.
    pub(super) fn some(&self, column: &str) -> Option<&'t str> {
        Some(self.get(column)).filter(|text| !text.is_empty())
    }

    fn in_language(&self, column: &str, language: Option<Lang>) -> &'t str {
        let at = self.table.columns.get(&(column.to_owned(), language));
        at.and_then(|at| self.cells.get(*at))
            .map_or("", String::as_str)
    }

    /// A column's words; without a language they are in `default`.
    pub(super) fn label(&self, column: &str, default: Lang) -> Label {
        let plain = self.in_language(column, None);
        let words = |language| {
            let text = self.in_language(column, Some(language));
            if text.is_empty() && language == default {
                plain.to_owned()
            } else {
                text.to_owned()
            }
        };
        Label {
            th: words(Lang::Th),
            en: words(Lang::En),
        }
    }

    /// The columns that nobody asked for, by heading.
    pub(super) fn others(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let cells = self.cells;
        self.table
            .others
            .iter()
            .filter_map(move |(heading, at)| Some((heading.as_str(), cells.get(*at)?.as_str())))
            .filter(|(_, text)| !text.is_empty())
    }

    /// A place in this row.
    pub(super) fn place(&self, column: &str) -> Place {
        self.table.place(Some(self.number), column)
    }
}

/// `label::Thai (th)` as `label` in Thai; none for a language we do not have.
fn parse_heading(heading: &str) -> Option<(String, Option<Lang>)> {
    let (name, language) = match heading.split_once("::") {
        Some((name, language)) => (name, Some(parse_language(language)?)),
        None => match heading.rsplit_once(':') {
            // The jr: of older forms is no language.
            Some((name, language)) if name != "jr" => (name, Some(parse_language(language)?)),
            _ => (heading, None),
        },
    };
    let name = name.trim().to_lowercase().replace(' ', "_");
    let name = match name.as_str() {
        "relevance" => "relevant",
        "calculate" => "calculation",
        "read_only" => "readonly",
        "repeat_count" | "jr:count" => "repeat_count",
        "value" => "name",
        "id_string" => "form_id",
        "title" => "form_title",
        other => other,
    };
    Some((name.to_owned(), language))
}

/// `Thai (th)`, `th`, `ไทย`: Thai.
pub(super) fn parse_language(text: &str) -> Option<Lang> {
    let text = text.trim().to_lowercase();
    let code = text
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .map_or(text.as_str(), str::trim);
    match code {
        "th" | "tha" | "thai" | "ไทย" | "ภาษาไทย" => Some(Lang::Th),
        "en" | "eng" | "english" | "อังกฤษ" | "ภาษาอังกฤษ" => {
            Some(Lang::En)
        }
        _ => None,
    }
}
