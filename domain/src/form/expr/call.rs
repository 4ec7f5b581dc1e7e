//! What each function does.

use super::ast::{Expr, quoted_variable};
use super::eval::{Evaluator, Focus};
use super::function::Function as F;
use super::pattern::Pattern;
use super::text::{append, normalize_space, substr, substring, translate, words};
use super::value::Value;
use super::{EvalError, crypto, geo, number};
use crate::form::instance::NodeRef;

type Outcome = Result<Value, EvalError>;

impl Evaluator<'_> {
    /// Calls a function; the number of arguments has been checked.
    pub(super) fn call(
        &self,
        function: F,
        args: &[Expr],
        pattern: Option<&Pattern>,
        focus: Focus,
    ) -> Outcome {
        let arg = |at: usize| -> Outcome {
            args.get(at).map_or_else(
                || Ok(Value::Nodes(vec![focus.node])),
                |a| self.eval(a, focus),
            )
        };
        let text = |at: usize| Ok::<_, EvalError>(self.text(&arg(at)?));
        let num = |at: usize| Ok::<_, EvalError>(self.number(&arg(at)?));
        match function {
            F::If => {
                let branch = if self.boolean(&arg(0)?) { 1 } else { 2 };
                Ok(self.unpacked(arg(branch)?))
            }
            F::Once => {
                let current = self.node_value(self.scope.origin);
                if current.is_empty() {
                    arg(0)
                } else {
                    Ok(current)
                }
            }
            F::Coalesce => {
                for at in 0..args.len() {
                    let value = self.unpacked(arg(at)?);
                    let missing = match &value {
                        Value::Number(n) => n.is_nan(),
                        other => self.text(other).is_empty(),
                    };
                    if !missing {
                        return Ok(value);
                    }
                }
                Ok(Value::empty())
            }
            F::True => Ok(true.into()),
            F::False => Ok(false.into()),
            F::Boolean => Ok(self.boolean(&arg(0)?).into()),
            F::Not => Ok((!self.boolean(&arg(0)?)).into()),
            F::BooleanFromString => Ok(matches!(text(0)?.as_str(), "true" | "1").into()),
            F::Checklist => self.checklist(args, focus),
            F::WeightedChecklist => self.weighted_checklist(args, focus),
            F::Depend => arg(0),

            F::Selected | F::IsSelected => {
                let wanted = text(1)?;
                let answer = self.selection(&arg(0)?);
                let wanted = wanted.trim();
                let found = if wanted.is_empty() {
                    answer.trim().is_empty()
                } else {
                    words(&answer).any(|w| w == wanted)
                };
                Ok(found.into())
            }
            F::SelectedAt => {
                let answer = self.selection(&arg(0)?);
                let at = num(1)?.trunc();
                let found = words(&answer).enumerate().find(|(i, _)| *i as f64 == at);
                Ok(found.map_or("", |(_, word)| word).into())
            }
            F::CountSelected => Ok((words(&self.selection(&arg(0)?)).count() as f64).into()),
            F::ChoiceName => {
                let question = text(1)?;
                let question =
                    quoted_variable(&question).map_or_else(|| last_name(&question), str::to_owned);
                let value = text(0)?;
                let label = self.scope.words.and_then(|w| w.choice(&question, &value));
                Ok(label.unwrap_or_default().into())
            }
            F::Itext | F::Property | F::NamespaceUri => Ok(Value::empty()),

            F::Position => match (args.is_empty(), focus.place) {
                (true, Some((place, _))) => Ok((place as f64).into()),
                (true, None) => Ok(self.position(focus.node)),
                (false, _) => match self.nodes(function, arg(0)?)?.first() {
                    Some(node) => Ok(self.position(*node)),
                    None => Ok(f64::NAN.into()),
                },
            },
            F::Last => Ok((focus.place.map_or(1, |(_, size)| size) as f64).into()),
            F::Count => Ok((self.nodes(function, arg(0)?)?.len() as f64).into()),
            F::CountNonEmpty => {
                let nodes = self.nodes(function, arg(0)?)?;
                let filled = nodes.iter().filter(|n| !self.node_value(**n).is_empty());
                Ok((filled.count() as f64).into())
            }
            F::Sum => {
                let nodes = self.nodes(function, arg(0)?)?;
                let numbers = nodes.iter().map(|n| self.number(&self.node_value(*n)));
                Ok(numbers.filter(|n| !n.is_nan()).sum::<f64>().into())
            }
            F::Max | F::Min => {
                let values = self.flattened(args, focus)?;
                let numbers = values
                    .iter()
                    .map(|v| self.number(v))
                    .filter(|n| !n.is_nan());
                let found = if function == F::Max {
                    numbers.reduce(f64::max)
                } else {
                    numbers.reduce(f64::min)
                };
                Ok(found.unwrap_or(f64::NAN).into())
            }
            F::IndexedRepeat => self.indexed_repeat(args, focus),
            F::Current => Ok(Value::Nodes(vec![self.scope.origin])),
            F::Instance => {
                let name = text(0)?;
                let at = self.scope.lists.iter().position(|(n, _)| **n == *name);
                let tree = at.and_then(|i| u16::try_from(i + 1).ok());
                Ok(Value::Nodes(
                    tree.map(|tree| NodeRef { tree, node: 0 })
                        .into_iter()
                        .collect(),
                ))
            }
            F::Randomize => self.randomize(args, focus),
            F::Name | F::LocalName => {
                let nodes = self.nodes(function, arg(0)?)?;
                let name = nodes
                    .first()
                    .map(|n| self.tree(n.tree).node(n.node).name.clone());
                Ok(name.map_or_else(Value::empty, Value::Text))
            }

            F::String => Ok(text(0)?.into()),
            F::Concat => {
                let mut joined = String::new();
                for value in self.flattened(args, focus)? {
                    append(&mut joined, &value.write())?;
                }
                Ok(joined.into())
            }
            F::Join => {
                let separator = text(0)?;
                let mut joined = String::new();
                for (at, value) in self.flattened(&args[1..], focus)?.iter().enumerate() {
                    if at > 0 {
                        append(&mut joined, &separator)?;
                    }
                    append(&mut joined, &value.write())?;
                }
                Ok(joined.into())
            }
            F::Contains => Ok(text(0)?.contains(&text(1)?).into()),
            F::StartsWith => Ok(text(0)?.starts_with(&text(1)?).into()),
            F::EndsWith => Ok(text(0)?.ends_with(&text(1)?).into()),
            F::Substr | F::Substring => {
                let last = if args.len() > 2 { Some(num(2)?) } else { None };
                let of = if function == F::Substr {
                    substr
                } else {
                    substring
                };
                Ok(of(&text(0)?, num(1)?, last).into())
            }
            F::SubstringBefore => {
                let (whole, mark) = (text(0)?, text(1)?);
                Ok(whole
                    .split_once(&mark)
                    .map_or("", |(before, _)| before)
                    .into())
            }
            F::SubstringAfter => {
                let (whole, mark) = (text(0)?, text(1)?);
                Ok(whole
                    .split_once(&mark)
                    .map_or("", |(_, after)| after)
                    .into())
            }
            F::StringLength => Ok((text(0)?.chars().count() as f64).into()),
            F::NormalizeSpace => Ok(normalize_space(&text(0)?).into()),
            F::Translate => Ok(translate(&text(0)?, &text(1)?, &text(2)?).into()),
            F::Regex => {
                let subject = text(0)?;
                let matches = match pattern {
                    Some(pattern) => pattern.matches(&subject),
                    None => Pattern::new(&text(1)?)?.matches(&subject),
                };
                Ok(matches.into())
            }
            F::Digest => {
                let algorithm = text(1)?;
                let encoding = if args.len() > 2 {
                    text(2)?
                } else {
                    "base64".to_owned()
                };
                crypto::digest(&text(0)?, &algorithm, &encoding)
                    .map(Value::from)
                    .ok_or_else(|| bad_argument(function, &format!("{algorithm} {encoding}")))
            }
            F::ExtractSigned => Ok(crypto::extract_signed(&text(0)?, &text(1)?).into()),
            F::Base64Decode => Ok(crypto::base64_decode(&text(0)?).into()),

            F::Number => Ok(num(0)?.into()),
            F::Round => {
                let places = if args.len() > 1 { num(1)? } else { 0.0 };
                Ok(number::round(num(0)?, places as i64).into())
            }
            F::Pow => Ok(num(0)?.powf(num(1)?).into()),
            F::Atan2 => Ok(num(0)?.atan2(num(1)?).into()),
            F::Pi => Ok(std::f64::consts::PI.into()),
            F::Random => Ok(self.random().into()),

            F::Today => Ok(Value::Date(self.scope.now.moment().local_date())),
            F::Now => Ok(Value::Moment(self.scope.now.moment())),
            F::Date | F::DateTime => Ok(self.date(&arg(0)?, function == F::DateTime)),
            F::DecimalDateTime => Ok(self.decimal_date_time(&arg(0)?)),
            F::DecimalTime => Ok(self.decimal_time(&arg(0)?)),
            F::FormatDate | F::FormatDateTime => self.format_date(&arg(0)?, &text(1)?),

            F::Area | F::EnclosedArea => Ok(self
                .points(&arg(0)?)
                .map_or(0.0, |p| geo::area_m2(&p))
                .into()),
            F::Distance => {
                let mut points = Vec::new();
                for value in self.flattened(args, focus)? {
                    match geo::line(&value.write()) {
                        Some(more) => points.extend(more),
                        None => return Ok(f64::NAN.into()),
                    }
                }
                Ok(geo::length_m(&points).into())
            }
            F::Geofence => {
                let point = geo::point(&text(0)?);
                let shape = self.points(&arg(1)?);
                let inside = matches!((point, shape), (Some(p), Some(s)) if geo::is_within(p, &s));
                Ok(inside.into())
            }
            F::Intersects => {
                let points = self.points(&arg(0)?);
                Ok(points.is_some_and(|p| geo::intersects(&p)).into())
            }

            F::Uuid => {
                if args.is_empty() {
                    Ok(self.uuid().into())
                } else {
                    let length = num(0)?.clamp(0.0, 1024.0) as usize;
                    Ok(self.random_text(length).into())
                }
            }
            F::Version => Ok(self.scope.version.into()),

            F::Int
            | F::Floor
            | F::Ceiling
            | F::Abs
            | F::Sqrt
            | F::Exp
            | F::Exp10
            | F::Log
            | F::Log10
            | F::Sin
            | F::Cos
            | F::Tan
            | F::Asin
            | F::Acos
            | F::Atan => Ok(number::of_one(function, num(0)?).into()),
        }
    }

    /// One node stands for its value, so that a result is a plain value;
    /// several stay nodes.
    fn unpacked(&self, value: Value) -> Value {
        match &value {
            Value::Nodes(nodes) if nodes.len() <= 1 => self.single(&value),
            _ => value,
        }
    }

    fn nodes(&self, function: F, value: Value) -> Result<Vec<NodeRef>, EvalError> {
        match value {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(EvalError::NotNodes {
                name: function.name().to_owned(),
            }),
        }
    }

    fn flattened(&self, args: &[Expr], focus: Focus) -> Result<Vec<Value>, EvalError> {
        let mut all = Vec::new();
        for arg in args {
            match self.eval(arg, focus)? {
                Value::Nodes(nodes) => all.extend(nodes.iter().map(|n| self.node_value(*n))),
                other => all.push(other),
            }
            self.count_work(all.len())?;
        }
        Ok(all)
    }

    /// The answer to a multiple choice as blank-separated words; several
    /// nodes are taken together.
    fn selection(&self, value: &Value) -> String {
        match value {
            Value::Nodes(nodes) if nodes.len() > 1 => {
                let all: Vec<String> = nodes.iter().map(|n| self.node_value(*n).write()).collect();
                all.join(" ")
            }
            other => self.text(other),
        }
    }

    fn position(&self, node: NodeRef) -> Value {
        (self.tree(node.tree).position(node.node) as f64).into()
    }

    fn checklist(&self, args: &[Expr], focus: Focus) -> Outcome {
        let min = self.number(&self.eval(&args[0], focus)?);
        let max = self.number(&self.eval(&args[1], focus)?);
        let factors = self.flattened(&args[2..], focus)?;
        let held = factors.iter().filter(|f| self.boolean(f)).count() as f64;
        Ok(within(held, min, max).into())
    }

    fn weighted_checklist(&self, args: &[Expr], focus: Focus) -> Outcome {
        let min = self.number(&self.eval(&args[0], focus)?);
        let max = self.number(&self.eval(&args[1], focus)?);
        let mut sum = 0.0;
        for pair in args[2..].chunks_exact(2) {
            let factors = self.singles(&self.eval(&pair[0], focus)?);
            let weights = self.singles(&self.eval(&pair[1], focus)?);
            for (factor, weight) in factors.iter().zip(weights) {
                if self.boolean(factor) {
                    sum += self.number(&weight);
                }
            }
        }
        Ok(within(sum, min, max).into())
    }

    /// `indexed-repeat(x, group, i, …)`: the node of x in the i-th repetition
    /// of each group. An index below 1, as that of a question not answered
    /// yet, means the first, as in JavaRosa.
    fn indexed_repeat(&self, args: &[Expr], focus: Focus) -> Outcome {
        let answers = self.scope.answers;
        let mut nodes = self.everywhere(&args[0], focus)?;
        for pair in args[1..].chunks_exact(2) {
            let groups = self.everywhere(&pair[0], focus)?;
            let index = self.number(&self.eval(&pair[1], focus)?).trunc().max(1.0);
            self.count_work(nodes.len().saturating_mul(groups.len().max(1)))?;
            if groups.is_empty() {
                // Nodes of no group: the i-th of them.
                nodes = nodes.into_iter().skip(index as usize - 1).take(1).collect();
                continue;
            }
            nodes.retain(|n| {
                groups.iter().any(|g| {
                    answers.position(g.node) as f64 == index && answers.is_within(n.node, g.node)
                })
            });
        }
        nodes.truncate(1);
        Ok(self.single(&Value::Nodes(nodes)))
    }

    /// A reference from outside any repetition.
    fn everywhere(&self, expr: &Expr, focus: Focus) -> Result<Vec<NodeRef>, EvalError> {
        if let Expr::Variable(name) = expr {
            let answers = self.scope.answers;
            let all = answers.resolve(name, 0);
            self.count_work(all.len())?;
            return Ok(all
                .into_iter()
                .filter(|n| answers.is_relevant(*n))
                .map(NodeRef::answer)
                .collect());
        }
        let value = self.eval(expr, focus)?;
        self.nodes(F::IndexedRepeat, value)
    }

    fn randomize(&self, args: &[Expr], focus: Focus) -> Outcome {
        let nodes = self.nodes(F::Randomize, self.eval(&args[0], focus)?)?;
        let seed = match args.get(1) {
            None => (self.random() * 2_147_483_646.0) as i64,
            Some(seed) => {
                let value = self.single(&self.eval(seed, focus)?);
                let number = self.number(&value);
                if number.is_nan() {
                    crypto::seed_from_text(&value.write())
                } else {
                    number as i64
                }
            }
        };
        Ok(Value::Nodes(crypto::ParkMiller::new(seed).shuffle(nodes)))
    }

    fn points(&self, value: &Value) -> Option<Vec<geo::Point>> {
        match value {
            Value::Nodes(nodes) if nodes.len() > 1 => nodes
                .iter()
                .map(|n| geo::point(&self.node_value(*n).write()))
                .collect(),
            other => geo::line(&self.text(other)),
        }
    }

    /// A version 4 UUID (RFC 9562) from the form's own random numbers.
    fn uuid(&self) -> String {
        let high = (self.random_bits() & !0xF000) | 0x4000;
        let low = (self.random_bits() & !(0b11 << 62)) | (0b10 << 62);
        uuid::Uuid::from_u64_pair(high, low).to_string()
    }

    fn random_text(&self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        (0..length)
            .map(|_| char::from(LETTERS[(self.random_bits() % LETTERS.len() as u64) as usize]))
            .collect()
    }
}

fn within(value: f64, min: f64, max: f64) -> bool {
    (min == -1.0 || value >= min) && (max == -1.0 || value <= max)
}

fn bad_argument(function: F, value: &str) -> EvalError {
    EvalError::Argument {
        name: function.name().to_owned(),
        value: value.chars().take(40).collect(),
    }
}

/// The question's name at the end of a path.
fn last_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).trim().to_owned()
}
