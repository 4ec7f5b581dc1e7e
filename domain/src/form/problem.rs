//! What can be wrong with a form or with an answer. Each has a stable code and
//! figures; the words are `words/{th,en}/forms.ftl`.

use super::answer::AnswerError;
use super::expr::{EvalError, ParseError};
use super::model::{CHOICE_LIMIT, FORMAT, GROUP_DEPTH_LIMIT, ITEM_LIMIT};
use crate::words::{self, Figure, Lang};
use serde::{Deserialize, Serialize};

/// The figures behind a problem by name, for its words.
pub type Figures = Vec<(&'static str, Figure)>;

/// The words of a code: its message is the code with hyphens for underscores.
fn say(lang: Lang, code: &str, figures: &Figures) -> String {
    words::text(lang, &code.replace('_', "-"), figures)
}

/// A column of an XLSForm, as far as a problem can lie in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Column {
    Type,
    Name,
    Label,
    Hint,
    Relevant,
    Required,
    RequiredMessage,
    Constraint,
    ConstraintMessage,
    Calculation,
    Default,
    ChoiceFilter,
    RepeatCount,
}

impl Column {
    /// The heading in an XLSForm.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Name => "name",
            Self::Label => "label",
            Self::Hint => "hint",
            Self::Relevant => "relevant",
            Self::Required => "required",
            Self::RequiredMessage => "required_message",
            Self::Constraint => "constraint",
            Self::ConstraintMessage => "constraint_message",
            Self::Calculation => "calculation",
            Self::Default => "default",
            Self::ChoiceFilter => "choice_filter",
            Self::RepeatCount => "repeat_count",
        }
    }
}

/// Why a form cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FormProblem {
    /// The JSON has a version that this program does not know.
    #[error("form format {found} is not {FORMAT}")]
    Format {
        /// The version found.
        found: u32,
    },
    /// The id is empty or has other characters than letters, digits, `_`, `-`.
    #[error("form id {id:?} cannot be used")]
    Id {
        /// The id found.
        id: String,
    },
    /// No version is given.
    #[error("the form has no version")]
    NoVersion,
    /// Neither a Thai nor an English title.
    #[error("the form has no title")]
    NoTitle,
    /// No question.
    #[error("the form asks nothing")]
    NoQuestions,
    /// More than [`ITEM_LIMIT`] items.
    #[error("{count} items, more than {ITEM_LIMIT}")]
    TooManyItems {
        /// How many.
        count: usize,
    },
    /// More than [`CHOICE_LIMIT`] choices.
    #[error("{count} choices, more than {CHOICE_LIMIT}")]
    TooManyChoices {
        /// How many.
        count: usize,
    },
    /// Groups nested deeper than [`GROUP_DEPTH_LIMIT`].
    #[error("{name} is nested deeper than {GROUP_DEPTH_LIMIT} groups")]
    TooDeep {
        /// The group.
        name: String,
    },
    /// A name that cannot be used in an expression.
    #[error("{name:?} cannot be a name")]
    Name {
        /// The name found.
        name: String,
    },
    /// Two items of one name.
    #[error("{name} is the name of two items")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A visible question without words.
    #[error("{name} has no label")]
    NoLabel {
        /// The question.
        name: String,
    },
    /// A choice question whose list does not exist or is empty.
    #[error("{name} has its choices in {list}, which is not there")]
    NoList {
        /// The question.
        name: String,
        /// The list.
        list: String,
    },
    /// A choice whose name is empty or has blanks.
    #[error("{choice:?} in {list} cannot be the name of a choice")]
    Choice {
        /// The list.
        list: String,
        /// The choice's name.
        choice: String,
    },
    /// Two choices of one name in a list.
    #[error("{choice} is twice in {list}")]
    DuplicateChoice {
        /// The list.
        list: String,
        /// The choice's name.
        choice: String,
    },
    /// An expression that is not one.
    #[error("{name}, {}: {error}", column.heading())]
    Expression {
        /// The question.
        name: String,
        /// The column.
        column: Column,
        /// What is wrong.
        error: ParseError,
    },
    /// An expression that can never have a value.
    #[error("{name}, {}: {error}", column.heading())]
    Call {
        /// The question.
        name: String,
        /// The column.
        column: Column,
        /// What is wrong.
        error: EvalError,
    },
    /// `${x}` where no item is named x.
    #[error("{name}, {}: no question is named {unknown}", column.heading())]
    UnknownName {
        /// The question.
        name: String,
        /// The column.
        column: Column,
        /// The name that is not there.
        unknown: String,
    },
    /// A calculation without a calculation.
    #[error("{name} has nothing to calculate")]
    NoCalculation {
        /// The question.
        name: String,
    },
    /// Relevance and calculations that go in a circle.
    #[error("{} depend on each other in a circle", names.join(", "))]
    Loop {
        /// The items of the circle, in its order.
        names: Vec<String>,
    },
}

impl FormProblem {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "form_format",
            Self::Id { .. } => "form_id",
            Self::NoVersion => "form_no_version",
            Self::NoTitle => "form_no_title",
            Self::NoQuestions => "form_no_questions",
            Self::TooManyItems { .. } => "form_too_many_items",
            Self::TooManyChoices { .. } => "form_too_many_choices",
            Self::TooDeep { .. } => "form_too_deep",
            Self::Name { .. } => "form_name",
            Self::DuplicateName { .. } => "form_duplicate_name",
            Self::NoLabel { .. } => "form_no_label",
            Self::NoList { .. } => "form_no_list",
            Self::Choice { .. } => "form_choice",
            Self::DuplicateChoice { .. } => "form_duplicate_choice",
            Self::Expression { error, .. } => error.code(),
            Self::Call { error, .. } => error.code(),
            Self::UnknownName { .. } => "form_unknown_name",
            Self::NoCalculation { .. } => "form_no_calculation",
            Self::Loop { .. } => "form_loop",
        }
    }

    /// The item that the problem lies in, and its column.
    #[must_use]
    pub fn place(&self) -> Option<(&str, Column)> {
        match self {
            Self::TooDeep { name } => Some((name, Column::Type)),
            Self::Name { name } | Self::DuplicateName { name } => Some((name, Column::Name)),
            Self::NoLabel { name } => Some((name, Column::Label)),
            Self::NoList { name, .. } => Some((name, Column::Type)),
            Self::Expression { name, column, .. }
            | Self::Call { name, column, .. }
            | Self::UnknownName { name, column, .. } => Some((name, *column)),
            Self::NoCalculation { name } => Some((name, Column::Calculation)),
            Self::Loop { names } => names.first().map(|n| (n.as_str(), Column::Name)),
            _ => None,
        }
    }

    /// What is said to the person who wrote the form.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        say(lang, self.code(), &self.figures())
    }

    /// The figures for the words.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::new();
        if let Some((name, column)) = self.place() {
            figures.push(("question", name.into()));
            figures.push(("column", column.heading().into()));
        }
        let mut add = |name: &'static str, figure: Figure| figures.push((name, figure));
        match self {
            Self::Format { found } => {
                add("found", (*found as usize).into());
                add("known", (FORMAT as usize).into());
            }
            Self::Id { id } => {
                add("id", id.as_str().into());
            }
            Self::TooManyItems { count } => {
                add("count", (*count).into());
                add("limit", ITEM_LIMIT.into());
            }
            Self::TooManyChoices { count } => {
                add("count", (*count).into());
                add("limit", CHOICE_LIMIT.into());
            }
            Self::TooDeep { .. } => {
                add("limit", GROUP_DEPTH_LIMIT.into());
            }
            Self::NoList { list, .. } => {
                add("list", list.as_str().into());
            }
            Self::Choice { list, choice } | Self::DuplicateChoice { list, choice } => {
                add("list", list.as_str().into());
                add("choice", choice.as_str().into());
            }
            Self::Expression { error, .. } => match error {
                ParseError::Syntax { at } => {
                    add("at", (*at).into());
                }
                ParseError::TooLong { bytes, limit } => {
                    add("bytes", (*bytes).into());
                    add("limit", (*limit).into());
                }
                ParseError::TooDeep { limit } => {
                    add("limit", (*limit as usize).into());
                }
            },
            Self::Call { error, .. } => match error {
                EvalError::UnknownFunction { name } | EvalError::NotNodes { name } => {
                    add("function", name.as_str().into());
                }
                EvalError::Arguments { name, given } => {
                    add("function", name.as_str().into());
                    add("given", (*given).into());
                }
                EvalError::Pattern { pattern } => {
                    add("pattern", pattern.as_str().into());
                }
                EvalError::Argument { name, value } => {
                    add("function", name.as_str().into());
                    add("value", value.as_str().into());
                }
                EvalError::TooLong { .. } | EvalError::TooMuchWork { .. } => {}
            },
            Self::UnknownName { unknown, .. } => {
                add("unknown", unknown.as_str().into());
            }
            Self::Loop { names } => {
                add("names", names.join(", ").as_str().into());
            }
            _ => {}
        }
        figures
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerCode {
    /// It must be answered and is not.
    AnswerRequired,
    /// It does not satisfy the question's constraint.
    AnswerConstraint,
    /// It is of another type than the question.
    AnswerType,
    /// A number out of range.
    AnswerRange,
    /// A text too long or with a character that cannot be stored.
    AnswerText,
    /// Not one of the choices offered.
    AnswerChoice,
    /// The form has no such question.
    AnswerUnknown,
    /// The question is not asked after these answers.
    AnswerNotRelevant,
    /// Notes and calculations are not answered.
    AnswerNotAsked,
    /// The form's expression has no value for these answers.
    AnswerExpression,
    /// More repetitions than there can be.
    AnswerRepetitions,
    /// The response names another form or version.
    AnswerForm,
}

impl AnswerCode {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnswerRequired => "answer_required",
            Self::AnswerConstraint => "answer_constraint",
            Self::AnswerType => "answer_type",
            Self::AnswerRange => "answer_range",
            Self::AnswerText => "answer_text",
            Self::AnswerChoice => "answer_choice",
            Self::AnswerUnknown => "answer_unknown",
            Self::AnswerNotRelevant => "answer_not_relevant",
            Self::AnswerNotAsked => "answer_not_asked",
            Self::AnswerExpression => "answer_expression",
            Self::AnswerRepetitions => "answer_repetitions",
            Self::AnswerForm => "answer_form",
        }
    }
}

/// A bad or missing answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{path}: {}", code.as_str())]
pub struct AnswerProblem {
    /// The question's path.
    pub path: String,
    /// The question's name.
    pub question: String,
    /// What is wrong.
    pub code: AnswerCode,
    /// The form's own message about it, in the language of the response;
    /// empty where the form has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl AnswerProblem {
    /// What is wrong with an answer of this path that is not of its question's
    /// type.
    #[must_use]
    pub fn of(path: &str, error: AnswerError) -> Self {
        let last = path.rsplit('/').next().unwrap_or(path);
        Self {
            path: path.to_owned(),
            question: last.split('[').next().unwrap_or(last).to_owned(),
            code: error.code(),
            message: String::new(),
        }
    }

    /// The figures for the words.
    #[must_use]
    pub fn figures(&self) -> Figures {
        vec![
            ("question", self.question.as_str().into()),
            ("message", self.message.as_str().into()),
        ]
    }

    /// What is said to the person: the form's own message, else ours.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        if self.message.is_empty() {
            say(lang, self.code.as_str(), &self.figures())
        } else {
            self.message.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_in_both_languages() {
        for code in [
            AnswerCode::AnswerRequired,
            AnswerCode::AnswerConstraint,
            AnswerCode::AnswerType,
            AnswerCode::AnswerRange,
            AnswerCode::AnswerText,
            AnswerCode::AnswerChoice,
            AnswerCode::AnswerUnknown,
            AnswerCode::AnswerNotRelevant,
            AnswerCode::AnswerNotAsked,
            AnswerCode::AnswerExpression,
            AnswerCode::AnswerRepetitions,
            AnswerCode::AnswerForm,
        ] {
            let id = code.as_str().replace('_', "-");
            for lang in Lang::ALL {
                assert!(words::find(lang, &id, &[]).is_some(), "{id}");
            }
            let json = serde_json::to_value(code).ok();
            assert_eq!(json, Some(code.as_str().into()));
        }
        for problem in [
            FormProblem::NoVersion,
            FormProblem::Loop {
                names: vec!["a".to_owned()],
            },
            FormProblem::Expression {
                name: "a".to_owned(),
                column: Column::Relevant,
                error: ParseError::Syntax { at: 3 },
            },
            FormProblem::Call {
                name: "a".to_owned(),
                column: Column::Relevant,
                error: EvalError::NotNodes {
                    name: "sum".to_owned(),
                },
            },
        ] {
            let id = problem.code().replace('_', "-");
            assert!(words::find(Lang::En, &id, &[]).is_some(), "{id}");
            assert!(!problem.say(Lang::Th).contains('–'), "{id}");
        }
    }
}
