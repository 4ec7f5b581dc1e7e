//! Values and ODK's conversions between them.

use super::moment::{Moment, write_date};
use crate::form::instance::NodeRef;
use std::sync::Arc;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A double, as all numbers are in XPath.
    Number(f64),
    /// A text; an unanswered question is the empty text.
    Text(Arc<str>),
    /// A day, as days since 1970-01-01 in the calendar of the place.
    Date(i64),
    /// A point in time.
    Moment(Moment),
    /// Nodes of the form or of its choice lists, in order.
    Nodes(Vec<NodeRef>),
}

impl Value {
    /// The empty text: no answer.
    #[must_use]
    pub fn empty() -> Self {
        Self::Text("".into())
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Whether it is the empty text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(t) if t.is_empty())
    }

    /// The text of a single value, written without a locale. Nodes have none
    /// of their own: the evaluator takes that of the first.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Self::Bool(b) => b.to_string(),
            Self::Number(n) => write_number(*n),
            Self::Text(t) => t.to_string(),
            Self::Date(days) => write_date(*days),
            Self::Moment(m) => m.write(),
            Self::Nodes(_) => String::new(),
        }
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Self {
        Self::text(t)
    }
}

impl From<String> for Value {
    fn from(t: String) -> Self {
        Self::Text(t.into())
    }
}

/// A number as XPath writes it: no exponent, no `.0`, `NaN`, `Infinity`.
#[must_use]
pub fn write_number(n: f64) -> String {
    if n.is_nan() {
        "NaN".to_owned()
    } else if n.is_infinite() {
        if n > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if n == 0.0 {
        "0".to_owned()
    } else {
        format!("{n}")
    }
}

/// The number that a text spells: digits with an optional sign and one point
/// (or comma, as in JavaRosa), blanks around it ignored. No exponent, no
/// `Infinity`; anything else is NaN.
#[must_use]
pub fn number_from_text(text: &str) -> f64 {
    let trimmed = text.trim();
    if trimmed.is_empty()
        || !trimmed
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.' | b','))
    {
        return f64::NAN;
    }
    trimmed.replace(',', ".").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_exponent() {
        assert_eq!(write_number(1.23e21), "1230000000000000000000");
        assert_eq!(write_number(-0.0), "0");
        assert_eq!(write_number(0.557_586), "0.557586");
        assert_eq!(write_number(1e-18), "0.000000000000000001");
    }

    #[test]
    fn only_plain_numbers_are_numbers() {
        for bad in [
            "", " ", "1.1e6", "Infinity", "- 17", "3.4.5", "--1", ".", "๑",
        ] {
            assert!(number_from_text(bad).is_nan(), "{bad}");
        }
        assert_eq!(number_from_text(" -12.5 "), -12.5);
        assert_eq!(number_from_text("4,6"), 4.6);
        assert_eq!(number_from_text("0017."), 17.0);
    }
}
