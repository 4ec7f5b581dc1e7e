//! The inner form: what a survey form is once it was read from its XLSForm.
//!
//! It is JSON, travels as the body of the pulled record `form`, and is kept
//! for ever under its id and version, so that a late response still finds the
//! form it was given to. An example, with every kind of question, is
//! `domain/src/form/snapshots`.
//!
//! Expressions are ODK's ([`super::expr`]), kept as text.

use crate::words::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this shape of JSON.
pub const FORMAT: u32 = 1;

/// The most questions, groups and repeats of a form.
pub const ITEM_LIMIT: usize = 5_000;

/// The deepest nesting of groups and repeats.
pub const GROUP_DEPTH_LIMIT: usize = 16;

/// The most choices of all lists together.
pub const CHOICE_LIMIT: usize = 50_000;

/// The most repetitions of one repeat.
pub const REPETITION_LIMIT: usize = 200;

/// The most characters of a text answer.
pub const TEXT_ANSWER_LIMIT: usize = 10_000;

/// A survey form in one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The version of the JSON: [`FORMAT`].
    pub format: u32,
    /// The form's id, the same in all its versions: letters, digits, `_`, `-`.
    pub id: String,
    /// The version; a published version never changes.
    pub version: String,
    /// The title.
    pub title: Label,
    /// The language that it opens in.
    #[serde(default)]
    pub default_language: Lang,
    /// The questions in their order.
    pub items: Vec<Item>,
    /// The choice lists by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<Choice>>,
}

/// Words in Thai and English. `${name}` in them stands for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Thai; empty where missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub th: String,
    /// English; empty where missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Label {
    /// The words in this language, or in the other one where they are missing.
    #[must_use]
    pub fn get(&self, language: Lang) -> &str {
        let (first, second) = match language {
            Lang::Th => (&self.th, &self.en),
            Lang::En => (&self.en, &self.th),
        };
        if first.is_empty() { second } else { first }
    }

    /// Whether there are no words at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.th.is_empty() && self.en.is_empty()
    }
}

/// A choice of a list. The scale belongs to the form: a choice's score says
/// what it counts in means and shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The value that is stored; without blanks.
    pub name: String,
    /// The words.
    pub label: Label,
    /// What it counts in a scale, 5 the best of 1–5; absent for "no opinion".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Further columns, for choice filters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// A question, a group of items, or a group that is repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    /// A question, a note or a calculation.
    Question(Box<Question>),
    /// A group.
    Group(Group),
    /// A group that is answered several times.
    Repeat(Repeat),
}

impl Item {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Question(q) => &q.name,
            Self::Group(g) => &g.name,
            Self::Repeat(r) => &r.group.name,
        }
    }
}

/// A group of items.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Group {
    /// The name, one of its kind in the form.
    pub name: String,
    /// The heading.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Whether it is asked; an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<String>,
    /// Whether all of it is shown on one page.
    #[serde(default, skip_serializing_if = "is_false")]
    pub page: bool,
    /// The items.
    pub items: Vec<Item>,
}

/// A group that is answered several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repeat {
    /// The group.
    #[serde(flatten)]
    pub group: Group,
    /// How many repetitions there are; an expression. Without it a person adds
    /// and removes them, beginning with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
}

/// A question, a note or a calculation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The name, one of its kind in the form.
    pub name: String,
    /// What is asked and how.
    #[serde(flatten)]
    pub kind: Kind,
    /// The question's words.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// A hint under them.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub hint: Label,
    /// Whether it is asked; an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<String>,
    /// Whether it must be answered; an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<String>,
    /// What is said when it was not.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub required_message: Label,
    /// What an answer must satisfy; an expression, `.` being the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// What is said when it does not.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub constraint_message: Label,
    /// What it is calculated from; an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<String>,
    /// What it starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Preset>,
    /// Whether it is shown but not answered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Hints on how to show it, as in XLSForm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
}

/// What a question starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// A value as it is typed.
    Value(String),
    /// An expression, evaluated once when the form is opened or a repetition
    /// is added.
    Expression(String),
}

/// What is asked and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// Words only.
    Note,
    /// One choice of a list.
    SelectOne {
        /// The list.
        list: String,
        /// Shown as a scale of faces with words.
        #[serde(default, skip_serializing_if = "is_false")]
        faces: bool,
        /// Which choices are offered; an expression on a choice's columns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
    },
    /// Any number of choices of a list.
    SelectMultiple {
        /// The list.
        list: String,
        /// Which choices are offered; an expression on a choice's columns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<String>,
    },
    /// `yes` or `no`.
    YesNo,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A text.
    Text,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time.
    DateTime,
    /// One of the LAO's counters, by its id.
    Counter,
    /// A position, measured by the same capture as a pin.
    Geopoint,
    /// A photo, by the SHA-256 of its bytes.
    Photo,
    /// Calculated, never shown.
    Calculate,
}

impl Kind {
    /// The choice list and its filter.
    #[must_use]
    pub fn choices(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::SelectOne { list, filter, .. } | Self::SelectMultiple { list, filter } => {
                Some((list, filter.as_deref()))
            }
            _ => None,
        }
    }

    /// Whether a person sees it.
    #[must_use]
    pub const fn is_visible(&self) -> bool {
        !matches!(self, Self::Calculate)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The documented example: every kind of item and question.
    #[test]
    fn the_inner_form_keeps_its_shape() {
        let label = |th: &str, en: &str| Label {
            th: th.to_owned(),
            en: en.to_owned(),
        };
        let yes = || Some("true()".to_owned());
        let question = |name: &str, kind: Kind| Question {
            name: name.to_owned(),
            kind,
            label: label("คำถาม", "Question"),
            hint: Label::default(),
            relevant: None,
            required: None,
            required_message: Label::default(),
            constraint: None,
            constraint_message: Label::default(),
            calculation: None,
            default: None,
            read_only: false,
            appearance: Vec::new(),
        };
        let list = || "scale".to_owned();
        let overall = Question {
            required: yes(),
            required_message: label("กรุณาตอบข้อนี้", "Please answer this"),
            ..question(
                "overall",
                Kind::SelectOne {
                    list: list(),
                    faces: true,
                    filter: None,
                },
            )
        };
        let day = Question {
            hint: label("วันที่มา", "The day you came"),
            constraint: Some(". <= today()".to_owned()),
            constraint_message: label("ต้องไม่เกินวันนี้", "Not in the future"),
            default: Some(Preset::Expression("today()".to_owned())),
            ..question("day", Kind::Date)
        };
        let words = Question {
            relevant: Some("${overall} = '1'".to_owned()),
            default: Some(Preset::Value("-".to_owned())),
            appearance: vec!["multiline".to_owned()],
            ..question("why", Kind::Text)
        };
        let several = question(
            "several",
            Kind::SelectMultiple {
                list: list(),
                filter: Some("group = ${overall}".to_owned()),
            },
        );
        let total = Question {
            label: Label::default(),
            calculation: Some("count(${visit})".to_owned()),
            ..question("total", Kind::Calculate)
        };
        let simple = [
            ("note", Kind::Note),
            ("copy", Kind::YesNo),
            ("count", Kind::Integer),
            ("amount", Kind::Decimal),
            ("at", Kind::Time),
            ("moment", Kind::DateTime),
            ("where", Kind::Counter),
            ("spot", Kind::Geopoint),
            ("photo", Kind::Photo),
        ];
        let items = |questions: Vec<Question>| {
            let boxed = questions.into_iter().map(Box::new);
            boxed.map(Item::Question).collect::<Vec<Item>>()
        };
        let mut all = items(vec![overall, day, words, several, total]);
        all.push(Item::Group(Group {
            name: "details".to_owned(),
            label: label("รายละเอียด", "Details"),
            relevant: Some("${overall} != ''".to_owned()),
            page: true,
            items: items(simple.map(|(n, k)| question(n, k)).to_vec()),
        }));
        all.push(Item::Repeat(Repeat {
            group: Group {
                name: "visit".to_owned(),
                items: items(vec![question("remark", Kind::Text)]),
                ..Group::default()
            },
            count: Some("${count}".to_owned()),
        }));
        let choice = |name: &str, th: &str, en: &str, score: Option<f64>| Choice {
            name: name.to_owned(),
            label: label(th, en),
            score,
            columns: BTreeMap::from([("group".to_owned(), "a".to_owned())]),
        };
        let form = Form {
            format: FORMAT,
            id: "example".to_owned(),
            version: "1".to_owned(),
            title: label("ตัวอย่าง", "Example"),
            default_language: Lang::Th,
            items: all,
            lists: BTreeMap::from([(
                list(),
                vec![
                    choice("5", "มากที่สุด", "Very satisfied", Some(5.0)),
                    choice("no_opinion", "ไม่มีความเห็น", "No opinion", None),
                ],
            )]),
        };
        assert!(crate::form::Program::new(form.clone()).is_ok());
        insta::assert_json_snapshot!("inner_form", form);
        let json = serde_json::to_string(&form).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form);
    }
}
