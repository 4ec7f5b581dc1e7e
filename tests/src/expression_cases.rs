//! Cases of the expression language: a JSON list of
//! `{"expression", "values": {name: value}, "expect"}`.
//!
//! `expect` is a string, a number, true, false or "NaN"; null means that the
//! expression must be refused. A value may be a string, a number, true or
//! false, a list (one node for each item), an object (a group) or a list of
//! objects (the repetitions of a repeat). A name may be a path
//! (`/data/group/x`). The name `.` is the question that the expression
//! belongs to. An item may fix the clock with "now" (ISO 8601) and "offset"
//! (minutes); otherwise it is 2018-05-07T09:00Z, offset 0.

use pakmut_domain::form::expr::{Evaluator, Expression, Now, Scope, Value, parse_moment};
use pakmut_domain::form::{Instance, NodeRef};
use serde::Deserialize;
use serde_json::Value as Json;
use std::cell::Cell;

/// One expression with what it should give.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// The expression.
    pub expression: String,
    /// The answers by name.
    #[serde(default)]
    pub values: serde_json::Map<String, Json>,
    /// What it should give.
    #[serde(default)]
    pub expect: Json,
    /// The clock.
    pub now: Option<String>,
    /// The place's offset from UTC in minutes.
    #[serde(default)]
    pub offset: i16,
}

/// 2018-05-07T09:00Z, the first day of the first round.
const FIRST_ROUND_MS: i64 = 1_525_683_600_000;

/// What came out, if it is not what was expected.
#[must_use]
pub fn differs(case: &Case) -> Option<String> {
    let mut answers = Instance::new("data");
    let mut context = Instance::ROOT;
    for (name, value) in &case.values {
        let mut at = Instance::ROOT;
        let mut parts: Vec<&str> = name.split('/').filter(|p| !p.is_empty()).collect();
        if name.starts_with('/') && parts.len() > 1 {
            parts.remove(0);
        }
        let last = parts.pop().unwrap_or(".");
        for part in parts {
            let known = answers.node(at).children.iter().copied();
            let mut known = known.filter(|c| &*answers.node(*c).name == part);
            at = match known.next() {
                Some(group) => group,
                None => answers.add(at, part.into(), Value::empty(), false),
            };
        }
        let made = plant(&mut answers, at, last, value, false);
        if name == "." {
            context = made;
        }
    }
    let utc_ms = match &case.now {
        None => FIRST_ROUND_MS,
        Some(text) => parse_moment(text, case.offset)?.utc_ms,
    };
    let random = Cell::new(1);
    let evaluator = Evaluator::new(Scope {
        answers: &answers,
        lists: &[],
        origin: NodeRef::answer(context),
        context: NodeRef::answer(context),
        now: Now {
            utc_ms,
            offset_minutes: case.offset,
        },
        words: None,
        thai: false,
        version: "1",
        random: &random,
    });
    let refused = matches!(case.expect, Json::Null | Json::Object(_) | Json::Array(_));
    let outcome = Expression::parse(&case.expression)
        .map_err(|e| e.to_string())
        .and_then(|parsed| evaluator.evaluate(parsed.root()).map_err(|e| e.to_string()));
    let value = match outcome {
        Err(_) if refused => return None,
        Err(why) => return Some(format!("refused: {why}")),
        Ok(value) => value,
    };
    let agrees = match &case.expect {
        Json::Bool(expected) => evaluator.boolean(&value) == *expected,
        Json::Number(expected) => {
            let expected = expected.as_f64()?;
            let got = evaluator.number(&value);
            (got - expected).abs() <= 1e-9 * expected.abs().max(1.0)
        }
        Json::String(expected) => {
            let nan = expected == "NaN" && evaluator.number(&value).is_nan();
            nan || evaluator.text(&value) == *expected
        }
        _ => false,
    };
    if agrees {
        None
    } else {
        Some(format!("{:?} ({value:?})", evaluator.text(&value)))
    }
}

/// Adds a value under a name and returns its (first) node.
fn plant(answers: &mut Instance, at: u32, name: &str, value: &Json, repeated: bool) -> u32 {
    match value {
        Json::Array(items) => {
            let made: Vec<u32> = items
                .iter()
                .map(|item| plant(answers, at, name, item, item.is_object()))
                .collect();
            made.first().copied().unwrap_or(at)
        }
        Json::Object(members) => {
            let group = answers.add(at, name.into(), Value::empty(), repeated);
            for (name, member) in members {
                plant(answers, group, name, member, false);
            }
            group
        }
        Json::String(text) => answers.add(at, name.into(), Value::text(text), false),
        Json::Bool(b) => answers.add(at, name.into(), Value::Bool(*b), false),
        Json::Number(n) => {
            let number = n.as_f64().unwrap_or(f64::NAN);
            answers.add(at, name.into(), Value::Number(number), false)
        }
        Json::Null => answers.add(at, name.into(), Value::empty(), false),
    }
}
