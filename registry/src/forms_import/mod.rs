//! `registry import form FILE.xlsx`: reads a form written as an XLSForm.
//!
//! The sheets `survey`, `choices` and `settings` are read as
//! <https://xlsform.org> describes them, with these conventions of ours:
//! - languages are Thai and English: `label::Thai (th)`, `label::English (en)`,
//!   and so for `hint`, `required_message`, `constraint_message`; a column
//!   without a language is in the form's `default_language`; the title's
//!   translations are `form_title::Thai (th)` and `form_title::English (en)`;
//! - the column `score` in `choices` says what a choice counts in a scale;
//! - the appearance `likert` or `faces` shows a single choice as faces;
//! - a list `yes_no` of exactly `yes` and `no` makes a yes/no question;
//! - `select_one_from_file counters.csv` picks one of the LAO's counters;
//! - `style` `pages` in `settings`, or `field-list` on a group, makes pages.
//!
//! What is wrong is refused with sheet, row and column; what is sound but not
//! supported is left out and listed.

mod columns;
mod survey;

#[cfg(test)]
mod tests;

use pakmut_domain::form::{Figures, Form, FormProblem, Program};
use pakmut_domain::words::{self, Figure, Lang};
use std::collections::HashMap;

use crate::sheets::xlsx;

/// The forms that ship, by id, as their XLSX files.
pub const SHIPPED: &[(&str, &[u8])] = &[
    (
        "satisfaction",
        include_bytes!("../../../forms/satisfaction.xlsx"),
    ),
    ("citizen", include_bytes!("../../../forms/citizen.xlsx")),
    ("readiness", include_bytes!("../../../forms/readiness.xlsx")),
];

/// A form that was read and found sound.
#[derive(Debug)]
pub struct Imported {
    /// The form, ready to run.
    pub program: Program,
    /// What the file has that is not supported and was left out.
    pub unsupported: Vec<Unsupported>,
    /// What is not said in Thai or not in English: item names and
    /// `list/choice`.
    pub missing_words: Vec<(Lang, String)>,
}

impl Imported {
    /// The inner form.
    #[must_use]
    pub const fn form(&self) -> &Form {
        self.program.form()
    }
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Where it stands.
    pub place: Place,
    /// What it is: a column's heading, a question's type, a setting.
    pub what: String,
}

/// A place in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The sheet's name; empty for the file as a whole.
    pub sheet: String,
    /// The row as the spreadsheet numbers it, from 1; none for the whole sheet.
    pub row: Option<usize>,
    /// The column's heading; empty for the whole row.
    pub column: String,
}

impl Place {
    /// The place in words; empty for the file as a whole.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let figures = [
            ("sheet", self.sheet.as_str().into()),
            ("row", self.row.unwrap_or(0).into()),
            ("column", self.column.as_str().into()),
        ];
        let id = match (self.sheet.is_empty(), self.row, self.column.is_empty()) {
            (true, ..) => return String::new(),
            (_, Some(_), false) => "import-place",
            (_, Some(_), true) => "import-place-row",
            (_, None, false) => "import-place-column",
            (_, None, true) => "import-place-sheet",
        };
        words::text(lang, id, &figures)
    }
}

impl Unsupported {
    /// Where and what was left out.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let what = [("what", self.what.as_str().into())];
        let what = words::text(lang, "import-unsupported", &what);
        format!("{}: {what}", self.place.say(lang))
    }
}

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{}{}: {code}", place.sheet, place.row.map(|r| format!(" {r}")).unwrap_or_default(),
    if place.column.is_empty() { String::new() } else { format!(" {}", place.column) })]
pub struct ImportProblem {
    /// Where.
    pub place: Place,
    /// The stable code.
    pub code: &'static str,
    /// The figures for its words, `sheet`, `row` and `column` among them.
    pub figures: Figures,
}

impl ImportProblem {
    fn new(place: Place, code: &'static str) -> Self {
        let figures = vec![
            ("sheet", place.sheet.as_str().into()),
            ("row", place.row.unwrap_or(0).into()),
            ("column", place.column.as_str().into()),
        ];
        Self {
            place,
            code,
            figures,
        }
    }

    fn with(mut self, name: &'static str, figure: impl Into<Figure>) -> Self {
        self.figures.push((name, figure.into()));
        self
    }

    /// Where and what, for the person who wrote the form.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let what = words::text(lang, &self.code.replace('_', "-"), &self.figures);
        match self.place.say(lang) {
            place if place.is_empty() => what,
            place => format!("{place}: {what}"),
        }
    }
}

/// Reads an XLSForm.
///
/// # Errors
/// Everything that is wrong with it, in the file's order.
pub fn import(bytes: &[u8]) -> Result<Imported, Vec<ImportProblem>> {
    let sheets = xlsx::sheets(bytes).map_err(|error| vec![unreadable(error)])?;
    let survey::Read {
        form,
        unsupported,
        mut problems,
        places,
    } = survey::read(&sheets);
    match Program::new(form) {
        Ok(program) if problems.is_empty() => {
            let missing_words = Lang::ALL
                .into_iter()
                .flat_map(|l| program.missing_words(l).into_iter().map(move |w| (l, w)))
                .collect();
            Ok(Imported {
                program,
                unsupported,
                missing_words,
            })
        }
        Ok(_) => Err(problems),
        Err(found) => {
            // That nothing is asked follows from what was refused before.
            let read_all = problems.is_empty();
            let told = found
                .iter()
                .filter(|p| read_all || **p != FormProblem::NoQuestions);
            problems.extend(told.map(|problem| placed(problem, &places)));
            problems.sort_by_key(|p| (sheet_rank(&p.place.sheet), p.place.row));
            Err(problems)
        }
    }
}

/// A file that cannot be read at all.
fn unreadable(error: xlsx::XlsxError) -> ImportProblem {
    let place = Place {
        sheet: error.sheet.unwrap_or_default(),
        ..Place::default()
    };
    let problem = ImportProblem::new(place, error.code);
    match error.limit {
        Some(limit) => problem.with("limit", limit),
        None => problem,
    }
}

/// Where the items and choices of a form stand in its file.
#[derive(Debug, Default)]
struct Places {
    /// The rows of each item by name, in the file's order.
    items: HashMap<String, Vec<usize>>,
    /// The rows of each choice by list and name.
    choices: HashMap<(String, String), Vec<usize>>,
}

fn placed(problem: &FormProblem, places: &Places) -> ImportProblem {
    let place = match problem {
        FormProblem::Choice { list, choice } | FormProblem::DuplicateChoice { list, choice } => {
            let rows = places.choices.get(&(list.clone(), choice.clone()));
            Place {
                sheet: "choices".into(),
                row: rows.and_then(|rows| rows.last().copied()),
                column: "name".into(),
            }
        }
        FormProblem::Id { .. } | FormProblem::NoVersion | FormProblem::NoTitle => Place {
            sheet: "settings".into(),
            row: None,
            column: match problem {
                FormProblem::Id { .. } => "form_id",
                FormProblem::NoVersion => "version",
                _ => "form_title",
            }
            .into(),
        },
        _ => match problem.place() {
            Some((name, column)) => Place {
                sheet: "survey".into(),
                row: places.items.get(name).and_then(|rows| rows.last().copied()),
                column: column.heading().into(),
            },
            None => Place {
                sheet: "survey".into(),
                ..Place::default()
            },
        },
    };
    let mut made = ImportProblem::new(place, problem.code());
    for (name, figure) in problem.figures() {
        if made.figures.iter().all(|(known, _)| *known != name) {
            made.figures.push((name, figure));
        }
    }
    made
}

fn sheet_rank(sheet: &str) -> u8 {
    match sheet {
        "" => 0,
        "settings" => 1,
        "survey" => 2,
        _ => 3,
    }
}
