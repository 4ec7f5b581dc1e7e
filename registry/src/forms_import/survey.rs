//! From sheets to the inner form.

use super::columns::{Row, Table, parse_language};
use super::{ImportProblem, Place, Places, Unsupported};
use pakmut_domain::form::expr::{Expr, Expression, number_from_text};
use pakmut_domain::form::model::{FORMAT, GROUP_DEPTH_LIMIT};
use pakmut_domain::form::{Choice, Form, Group, Item, Kind, Label, Preset, Question, Repeat};
use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::import::Sheet;
use std::collections::BTreeMap;

/// What was read, sound or not.
pub(super) struct Read {
    pub(super) form: Form,
    pub(super) unsupported: Vec<Unsupported>,
    pub(super) problems: Vec<ImportProblem>,
    pub(super) places: Places,
}

const SURVEY: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "readonly",
    "appearance",
    "choice_filter",
    "repeat_count",
    "disabled",
];

const CHOICES: &[&str] = &["list_name", "name", "label", "score"];

const SETTINGS: &[&str] = &[
    "form_title",
    "form_id",
    "version",
    "default_language",
    "style",
];

/// Types of XLSForm that are sound but not supported here.
const UNSUPPORTED_TYPES: &[&str] = &[
    "acknowledge",
    "audio",
    "background-audio",
    "background-geopoint",
    "barcode",
    "csv-external",
    "file",
    "geoshape",
    "geotrace",
    "range",
    "rank",
    "select_multiple_from_file",
    "trigger",
    "video",
    "xml-external",
];

/// Metadata of the device or the person: never recorded here.
const METADATA: &[&str] = &[
    "audit",
    "deviceid",
    "email",
    "end",
    "phonenumber",
    "simserial",
    "start-geopoint",
    "subscriberid",
    "username",
];

/// Reads the sheets.
pub(super) fn read(sheets: &[Sheet]) -> Read {
    let mut reading = Reading {
        language: Lang::Th,
        lists: BTreeMap::new(),
        places: Places::default(),
        problems: Vec::new(),
        unsupported: Vec::new(),
        open: Vec::new(),
        items: Vec::new(),
        paged: false,
        stopped: false,
    };
    let sheet = |name: &str| sheets.iter().find(|s| s.name == name);
    let mut form = Form {
        format: FORMAT,
        id: String::new(),
        version: String::new(),
        title: Label::default(),
        default_language: Lang::Th,
        items: Vec::new(),
        lists: BTreeMap::new(),
    };
    if let Some(settings) = sheet("settings") {
        reading.settings(settings, &mut form);
    }
    if let Some(choices) = sheet("choices") {
        reading.choices(choices);
    }
    match sheet("survey") {
        Some(survey) => reading.survey(survey),
        None => reading.problems.push(ImportProblem::new(
            Place {
                sheet: "survey".into(),
                ..Place::default()
            },
            "import_no_sheet",
        )),
    }
    for other in sheets {
        let known = ["survey", "choices", "settings"].contains(&other.name.as_str());
        if !known && !other.rows.is_empty() {
            reading.unsupported.push(Unsupported {
                place: Place {
                    sheet: other.name.clone(),
                    ..Place::default()
                },
                what: other.name.clone(),
            });
        }
    }
    form.items = reading.items;
    form.lists = reading.lists;
    Read {
        form,
        unsupported: reading.unsupported,
        problems: reading.problems,
        places: reading.places,
    }
}

struct Reading {
    language: Lang,
    lists: BTreeMap<String, Vec<Choice>>,
    places: Places,
    problems: Vec<ImportProblem>,
    unsupported: Vec<Unsupported>,
    /// The groups begun and not yet ended.
    open: Vec<Open>,
    items: Vec<Item>,
    /// Every top-level group is a page.
    paged: bool,
    /// Groups are nested so deep that nothing further is read.
    stopped: bool,
}

struct Open {
    group: Group,
    repeat: bool,
    count: Option<String>,
    place: Place,
}

impl Reading {
    fn settings(&mut self, sheet: &Sheet, form: &mut Form) {
        let table = Table::new(sheet, SETTINGS, &mut self.problems);
        self.unsupported.extend(table.unsupported());
        let Some(row) = table.rows().next() else {
            return;
        };
        if let Some(language) = row.some("default_language") {
            match parse_language(language) {
                Some(known) => self.language = known,
                None => self.refuse(row, "default_language", "import_language"),
            }
        }
        self.paged = row.get("style").split_whitespace().any(|s| s == "pages");
        form.default_language = self.language;
        form.id = row.get("form_id").to_owned();
        form.version = row.get("version").to_owned();
        form.title = row.label("form_title", self.language);
    }

    fn choices(&mut self, sheet: &Sheet) {
        let table = Table::new(sheet, CHOICES, &mut self.problems);
        self.media(&table);
        for row in table.rows() {
            let list = row.get("list_name");
            if list.is_empty() {
                self.refuse(row, "list_name", "import_no_list_name");
                continue;
            }
            let label = row.label("label", self.language);
            if label.is_empty() {
                self.refuse(row, "label", "import_no_label");
            }
            let score = row.some("score").map(number_from_text);
            if score.is_some_and(f64::is_nan) {
                self.refuse(row, "score", "import_score");
            }
            let name = row.get("name").to_owned();
            let key = (list.to_owned(), name.clone());
            self.places.choices.entry(key).or_default().push(row.number);
            let columns = row.others().filter(|(heading, _)| !heading.contains("::"));
            self.lists.entry(list.to_owned()).or_default().push(Choice {
                name,
                label,
                score: score.filter(|s| s.is_finite()),
                columns: columns.map(|(h, t)| (h.to_owned(), t.to_owned())).collect(),
            });
        }
    }

    /// Pictures and other languages of choices; further columns are data.
    fn media(&mut self, table: &Table<'_>) {
        let others = table.unsupported().into_iter();
        self.unsupported
            .extend(others.filter(|u| u.what.contains("::")));
    }

    fn survey(&mut self, sheet: &Sheet) {
        let table = Table::new(sheet, SURVEY, &mut self.problems);
        self.unsupported.extend(table.unsupported());
        for column in ["type", "name"] {
            if !table.has(column) {
                let place = table.place(Some(sheet.first_row), column);
                self.problems
                    .push(ImportProblem::new(place, "import_no_column"));
            }
        }
        if !table.has("type") {
            return;
        }
        for row in table.rows() {
            if self.stopped {
                break;
            }
            if !is_yes(row.get("disabled")) {
                self.row(row);
            }
        }
        while let Some(open) = self.open.pop() {
            if self.stopped {
                self.close(open);
                continue;
            }
            self.problems.push(
                ImportProblem::new(open.place.clone(), "import_not_ended")
                    .with("question", open.group.name.as_str()),
            );
            self.close(open);
        }
    }

    fn row(&mut self, row: Row<'_, '_>) {
        let words: Vec<&str> = row.get("type").split_whitespace().collect();
        let joined = words.join(" ").replace('_', " ").to_lowercase();
        match joined.as_str() {
            "" => self.refuse(row, "type", "import_no_type"),
            "begin group" | "begin repeat" => self.begin(row, joined.ends_with("repeat")),
            "end group" | "end repeat" => self.end(row, joined.ends_with("repeat")),
            _ => self.question(row, &words),
        }
    }

    fn begin(&mut self, row: Row<'_, '_>, repeat: bool) {
        let name = row.get("name").to_owned();
        if self.open.len() >= GROUP_DEPTH_LIMIT {
            self.problems.push(
                ImportProblem::new(row.place("type"), "form_too_deep")
                    .with("question", name.as_str())
                    .with("limit", GROUP_DEPTH_LIMIT),
            );
            self.stopped = true;
            return;
        }
        self.note(row, &name);
        let appearances = row.get("appearance").split_whitespace();
        let field_list = appearances.clone().any(|a| a == "field-list");
        for other in appearances.filter(|a| *a != "field-list") {
            self.leave_out(row, "appearance", other);
        }
        for column in [
            "required",
            "constraint",
            "calculation",
            "choice_filter",
            "default",
        ] {
            if let Some(text) = row.some(column) {
                self.leave_out(row, column, text);
            }
        }
        let group = Group {
            name,
            label: row.label("label", self.language),
            relevant: row.some("relevant").map(straight),
            page: field_list || (self.paged && self.open.is_empty()),
            items: Vec::new(),
        };
        self.open.push(Open {
            group,
            repeat,
            count: row.some("repeat_count").map(straight),
            place: row.place("type"),
        });
    }

    fn end(&mut self, row: Row<'_, '_>, repeat: bool) {
        match self.open.pop() {
            Some(open) if open.repeat == repeat => self.close(open),
            Some(open) => {
                self.refuse(row, "type", "import_wrong_end");
                self.close(open);
            }
            None => self.refuse(row, "type", "import_wrong_end"),
        }
    }

    fn close(&mut self, open: Open) {
        let item = if open.repeat {
            Item::Repeat(Repeat {
                group: open.group,
                count: open.count,
            })
        } else {
            Item::Group(open.group)
        };
        self.add(item);
    }

    fn add(&mut self, item: Item) {
        match self.open.last_mut() {
            Some(open) => open.group.items.push(item),
            None => self.items.push(item),
        }
    }

    fn question(&mut self, row: Row<'_, '_>, words: &[&str]) {
        let name = row.get("name").to_owned();
        let mut appearance: Vec<String> = row
            .get("appearance")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let filter = row.some("choice_filter").map(straight);
        let mut preset = None;
        let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let kind = match (lower.as_slice(), words) {
            (["note"], _) => Kind::Note,
            (["integer" | "int"], _) => Kind::Integer,
            (["decimal"], _) => Kind::Decimal,
            (["text" | "string"], _) => Kind::Text,
            (["date"], _) => Kind::Date,
            (["time"], _) => Kind::Time,
            (["datetime"], _) => Kind::DateTime,
            (["geopoint" | "location"], _) => Kind::Geopoint,
            (["image" | "photo"], _) => Kind::Photo,
            (["calculate" | "hidden"], _) => Kind::Calculate,
            (["today"], _) => {
                preset = Some(Preset::Expression("today()".into()));
                Kind::Calculate
            }
            (["start"], _) => {
                preset = Some(Preset::Expression("now()".into()));
                Kind::Calculate
            }
            (["select_one_from_file", "counters.csv"], _) => Kind::Counter,
            (["select_one" | "select1", _], [_, list]) | (["select", "one", _], [_, _, list]) => {
                let before = appearance.len();
                appearance.retain(|a| a != "likert" && a != "faces");
                if *list == "yes_no" && self.is_yes_no(list) && filter.is_none() {
                    Kind::YesNo
                } else {
                    Kind::SelectOne {
                        list: (*list).to_owned(),
                        faces: appearance.len() < before,
                        filter: filter.clone(),
                    }
                }
            }
            (["select_multiple", _], [_, list]) | (["select", "multiple", _], [_, _, list]) => {
                Kind::SelectMultiple {
                    list: (*list).to_owned(),
                    filter: filter.clone(),
                }
            }
            ([kind], _) if METADATA.contains(kind) => {
                self.leave_out(row, "type", kind);
                return;
            }
            ([kind, ..], _) => {
                let known = UNSUPPORTED_TYPES.contains(kind)
                    || kind.starts_with("select_one")
                    || kind.starts_with("select_multiple");
                let code = if known {
                    "import_unsupported_type"
                } else {
                    "import_unknown_type"
                };
                self.problems.push(
                    ImportProblem::new(row.place("type"), code)
                        .with("type", words.join(" ").as_str()),
                );
                return;
            }
            ([], _) => return,
        };
        self.note(row, &name);
        if let Some(count) = row.some("repeat_count") {
            self.leave_out(row, "repeat_count", count);
        }
        if preset.is_none() {
            preset = row.some("default").map(|text| preset_of(&kind, text));
        }
        self.add(Item::Question(Box::new(Question {
            label: row.label("label", self.language),
            hint: row.label("hint", self.language),
            relevant: row.some("relevant").map(straight),
            required: required(row.get("required")),
            required_message: row.label("required_message", self.language),
            constraint: row.some("constraint").map(straight),
            constraint_message: row.label("constraint_message", self.language),
            calculation: row.some("calculation").map(straight),
            default: preset,
            read_only: is_yes(row.get("readonly")),
            appearance,
            name,
            kind,
        })));
    }

    fn is_yes_no(&self, list: &str) -> bool {
        let choices = self.lists.get(list).map(Vec::as_slice);
        matches!(choices, Some([a, b]) if
            (a.name == "yes" && b.name == "no") || (a.name == "no" && b.name == "yes"))
    }

    fn note(&mut self, row: Row<'_, '_>, name: &str) {
        let rows = self.places.items.entry(name.to_owned()).or_default();
        rows.push(row.number);
    }

    fn refuse(&mut self, row: Row<'_, '_>, column: &str, code: &'static str) {
        let value: String = row.get(column).chars().take(100).collect();
        self.problems
            .push(ImportProblem::new(row.place(column), code).with("value", value.as_str()));
    }

    fn leave_out(&mut self, row: Row<'_, '_>, column: &str, what: &str) {
        self.unsupported.push(Unsupported {
            place: row.place(column),
            what: what.chars().take(100).collect(),
        });
    }
}

/// Straightens the quotes that word processors bend.
fn straight(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{00A0}' => ' ',
            other => other,
        })
        .collect()
}

fn is_yes(text: &str) -> bool {
    matches!(
        text.trim().to_lowercase().as_str(),
        "yes" | "true" | "true()" | "1"
    )
}

fn required(text: &str) -> Option<String> {
    if is_yes(text) {
        return Some("true()".to_owned());
    }
    match text.trim().to_lowercase().as_str() {
        "" | "no" | "false" | "false()" | "0" => None,
        _ => Some(straight(text)),
    }
}

/// A default is an expression if it calls a function or refers to a question;
/// else it is a value: `2018-05-07` is a day and no subtraction.
fn preset_of(kind: &Kind, text: &str) -> Preset {
    let straightened = straight(text);
    let mut dynamic = straightened.contains("${");
    if let Ok(parsed) = Expression::parse(&straightened) {
        parsed.root().walk(&mut |part| {
            dynamic |= matches!(
                part,
                Expr::Call {
                    function: Some(_),
                    ..
                } | Expr::Variable(_)
            );
        });
    }
    if dynamic && *kind != Kind::Note {
        Preset::Expression(straightened)
    } else {
        Preset::Value(text.to_owned())
    }
}
