//! Answers: how they are typed, stored, sent, and seen by expressions.

use super::expr::{Value, number_from_text, parse_date, parse_moment, parse_time, write_number};
use super::model::{Kind, TEXT_ANSWER_LIMIT};
use super::problem::AnswerCode;
use crate::calendar::{iso_date, read_date};
use serde::{Deserialize, Serialize};

/// An answer as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Of integer and decimal questions and of calculations.
    Number(f64),
    /// Of most questions: a choice's name, `yes` or `no`, a text, a date
    /// (`2018-05-07`), a time (`09:30`), a counter's id, a photo's SHA-256.
    Text(String),
    /// Of multiple choices: the names, in the order chosen.
    Many(Vec<String>),
    /// Of geopoints.
    Point(Point),
}

/// A measured position.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Latitude in degrees WGS 84, −90 to 90.
    pub lat: f64,
    /// Longitude in degrees WGS 84, −180 to 180.
    pub lon: f64,
    /// Altitude in metres above the ellipsoid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    /// The radius in metres that holds the truth in 95 % of captures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius95_m: Option<f64>,
}

/// Why an answer does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Of another type than the question asks for.
    #[error("the answer has another type than the question")]
    Type,
    /// A number that is not finite, or too large to be exact.
    #[error("the number is out of range")]
    Range,
    /// Longer than [`TEXT_ANSWER_LIMIT`] characters, or with U+0000.
    #[error("the text is too long or has a character that cannot be stored")]
    Text,
    /// Notes and calculations are not answered.
    #[error("this is not answered by a person")]
    NotAsked,
}

impl AnswerError {
    /// The code of the problem that it makes.
    #[must_use]
    pub const fn code(self) -> AnswerCode {
        match self {
            Self::Type => AnswerCode::AnswerType,
            Self::Range => AnswerCode::AnswerRange,
            Self::Text => AnswerCode::AnswerText,
            Self::NotAsked => AnswerCode::AnswerNotAsked,
        }
    }
}

/// The largest whole number that a double holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Answer {
    /// Reads what a person typed or a web form sent. ๐–๙ count as digits;
    /// blanks around are dropped; several choices are separated by blanks.
    /// Nothing typed is no answer.
    ///
    /// # Errors
    /// [`AnswerError`] if it is not of the question's type.
    pub fn typed(kind: &Kind, text: &str) -> Result<Option<Self>, AnswerError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let answer = match kind {
            Kind::Integer | Kind::Decimal => {
                let number = number_from_text(&western_digits(text).replace(',', ""));
                if number.is_nan() {
                    return Err(AnswerError::Type);
                }
                Self::Number(number)
            }
            // As people write it, of either era; else as it is stored, which
            // `fits` judges.
            Kind::Date => {
                Self::Text(read_date(text).map_or_else(|_| western_digits(text), iso_date))
            }
            Kind::Time | Kind::DateTime => Self::Text(western_digits(text)),
            Kind::SelectMultiple { .. } => {
                Self::Many(text.split_whitespace().map(str::to_owned).collect())
            }
            Kind::Geopoint => {
                let numbers: Vec<f64> = western_digits(text)
                    .split_whitespace()
                    .map(number_from_text)
                    .collect();
                let [lat, lon, rest @ ..] = numbers.as_slice() else {
                    return Err(AnswerError::Type);
                };
                Self::Point(Point {
                    lat: *lat,
                    lon: *lon,
                    altitude_m: rest.first().copied(),
                    radius95_m: rest.get(1).copied(),
                })
            }
            _ => Self::Text(text.to_owned()),
        };
        answer.fits(kind)?;
        Ok(Some(answer))
    }

    /// Whether the answer is of the question's type. Whether a choice is one
    /// of the list is judged with the form.
    ///
    /// # Errors
    /// [`AnswerError`] if not.
    pub fn fits(&self, kind: &Kind) -> Result<(), AnswerError> {
        match (kind, self) {
            (Kind::Note | Kind::Calculate, _) => Err(AnswerError::NotAsked),
            (Kind::Integer, Self::Number(n)) => {
                if n.fract() != 0.0 {
                    Err(AnswerError::Type)
                } else if n.abs() <= EXACT {
                    Ok(())
                } else {
                    Err(AnswerError::Range)
                }
            }
            (Kind::Decimal, Self::Number(n)) if n.is_finite() => Ok(()),
            (Kind::Decimal, Self::Number(_)) => Err(AnswerError::Range),
            (Kind::Text, Self::Text(text)) => storable(text),
            (Kind::Date, Self::Text(text)) => known(parse_date(text).is_some()),
            (Kind::Time, Self::Text(text)) => known(parse_time(text).is_some()),
            (Kind::DateTime, Self::Text(text)) => {
                known(text.contains('T') && parse_moment(text, 0).is_some())
            }
            (Kind::YesNo, Self::Text(text)) => known(text == "yes" || text == "no"),
            (Kind::SelectOne { .. }, Self::Text(text)) => {
                known(!text.contains(char::is_whitespace)).and_then(|()| storable(text))
            }
            (Kind::SelectMultiple { .. }, Self::Many(names)) => names.iter().try_for_each(|name| {
                known(!name.is_empty() && !name.contains(char::is_whitespace))
                    .and_then(|()| storable(name))
            }),
            (Kind::Counter, Self::Text(text)) => known(uuid::Uuid::parse_str(text).is_ok()),
            (Kind::Photo, Self::Text(text)) => known(
                (43..=64).contains(&text.len())
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            ),
            (Kind::Geopoint, Self::Point(point)) => {
                let within =
                    (-90.0..=90.0).contains(&point.lat) && (-180.0..=180.0).contains(&point.lon);
                let finite = point.altitude_m.is_none_or(f64::is_finite);
                let radius = point.radius95_m.is_none_or(|r| r.is_finite() && r >= 0.0);
                if within && finite && radius {
                    Ok(())
                } else {
                    Err(AnswerError::Range)
                }
            }
            _ => Err(AnswerError::Type),
        }
    }

    /// The answer as expressions see it.
    #[must_use]
    pub fn to_value(&self, kind: &Kind) -> Value {
        match self {
            Self::Number(n) => Value::Number(*n),
            Self::Text(text) if *kind == Kind::Date => {
                parse_date(text).map_or_else(|| Value::text(text), Value::Date)
            }
            Self::Text(text) => Value::text(text),
            Self::Many(names) => names.join(" ").into(),
            Self::Point(p) => format!(
                "{} {} {} {}",
                write_number(p.lat),
                write_number(p.lon),
                write_number(p.altitude_m.unwrap_or(0.0)),
                write_number(p.radius95_m.unwrap_or(0.0))
            )
            .into(),
        }
    }

    /// The answer that a calculated or preset value makes; `None` for the
    /// empty text and for what the question cannot hold.
    #[must_use]
    pub fn from_value(kind: &Kind, value: &Value) -> Option<Self> {
        if *kind == Kind::Calculate || *kind == Kind::Note {
            return match value {
                Value::Number(n) if n.is_finite() => Some(Self::Number(*n)),
                other => {
                    let text = other.write();
                    let keep = !text.is_empty() && storable(&text).is_ok();
                    keep.then_some(Self::Text(text))
                }
            };
        }
        Self::typed(kind, &value.write()).ok().flatten()
    }
}

fn known(holds: bool) -> Result<(), AnswerError> {
    if holds {
        Ok(())
    } else {
        Err(AnswerError::Type)
    }
}

fn storable(text: &str) -> Result<(), AnswerError> {
    if text.chars().count() <= TEXT_ANSWER_LIMIT && !text.contains('\0') {
        Ok(())
    } else {
        Err(AnswerError::Text)
    }
}

/// ๐–๙ as 0–9.
fn western_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '๐'..='๙' => char::from(b'0' + (c as u32 - '๐' as u32) as u8),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn thai_digits_are_digits_where_a_person_types() {
        assert_eq!(
            Answer::typed(&Kind::Integer, " ๑,๒๓๔ ").unwrap(),
            Some(Answer::Number(1234.0))
        );
        assert_eq!(
            Answer::typed(&Kind::Date, "๒๐๑๘-๐๕-๐๗").unwrap(),
            Some(Answer::Text("2018-05-07".into()))
        );
        for typed in ["7 พ.ค. 2561", "๗/๕/๒๕๖๑", "2561-05-07", "7 May 2018"] {
            assert_eq!(
                Answer::typed(&Kind::Date, typed).unwrap(),
                Some(Answer::Text("2018-05-07".into())),
                "{typed}"
            );
        }
        assert_eq!(
            Answer::typed(&Kind::Text, "ห้อง ๓").unwrap(),
            Some(Answer::Text("ห้อง ๓".into()))
        );
    }

    #[test]
    fn answers_of_another_type_are_refused() {
        for (kind, text) in [
            (Kind::Integer, "1.5"),
            (Kind::Integer, "one"),
            (Kind::Integer, "99999999999999999999"),
            (Kind::Date, "7/5/61"),
            (Kind::Time, "25:00"),
            (Kind::YesNo, "maybe"),
            (Kind::Geopoint, "95 200"),
            (Kind::Counter, "main office"),
            (Kind::Photo, "../etc"),
            (Kind::Text, "\0"),
            (Kind::Note, "x"),
        ] {
            assert!(Answer::typed(&kind, text).is_err(), "{kind:?} {text}");
        }
    }

    #[test]
    fn an_answer_keeps_its_shape_on_the_wire() {
        for (json, answer) in [
            ("5.0", Answer::Number(5.0)),
            ("\"😀ก่า\u{202e}\"", Answer::Text("😀ก่า\u{202e}".into())),
            ("[\"a\",\"b\"]", Answer::Many(vec!["a".into(), "b".into()])),
        ] {
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
            assert_eq!(serde_json::to_string(&answer).unwrap(), json);
        }
        let point = r#"{"lat":18.79,"lon":98.98,"radius95_m":9.0}"#;
        let read: Answer = serde_json::from_str(point).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), point);
    }
}
