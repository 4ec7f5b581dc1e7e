//! The evaluator: ODK's typing over the tree of an expression.

use super::ast::{Axis, Expr, NodeTest, Op, PathStart, Step};
use super::moment::{Moment, parse_moment};
use super::value::{Value, number_from_text};
use super::{EvalError, WORK_LIMIT};
use crate::form::instance::{Instance, NodeRef};
use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::Arc;

/// The clock as the form sees it; injected, so that evaluation is repeatable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub utc_ms: i64,
    /// The place's offset from UTC in minutes; Thailand's is 420.
    pub offset_minutes: i16,
}

impl Now {
    /// This instant at this place.
    #[must_use]
    pub const fn moment(self) -> Moment {
        Moment {
            utc_ms: self.utc_ms,
            offset_minutes: self.offset_minutes,
        }
    }
}

/// Gives the words of choices and translations to expressions.
pub trait Words {
    /// The label of the choice `value` of the question `question`.
    fn choice(&self, question: &str, value: &str) -> Option<String>;
}

/// Everything that an expression can see.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The answers: tree 0.
    pub answers: &'a Instance,
    /// The choice lists by name: trees 1, 2, …
    pub lists: &'a [(Arc<str>, Instance)],
    /// The question that the expression belongs to.
    pub origin: NodeRef,
    /// The node that `.` means; the choice, in a choice filter.
    pub context: NodeRef,
    /// The clock.
    pub now: Now,
    /// The words of choices, if they are known.
    pub words: Option<&'a dyn Words>,
    /// Whether month and day names are Thai; English otherwise.
    pub thai: bool,
    /// The form's version, for `version()`.
    pub version: &'a str,
    /// The state of the form's own random numbers.
    pub random: &'a Cell<u64>,
}

/// Where in a predicate the evaluation stands.
#[derive(Clone, Copy)]
pub(super) struct Focus {
    pub(super) node: NodeRef,
    /// 1-based position and size, inside a predicate only.
    pub(super) place: Option<(usize, usize)>,
}

/// Evaluates expressions in one [`Scope`].
pub struct Evaluator<'a> {
    pub(super) scope: Scope<'a>,
    work: Cell<u64>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator in this scope.
    #[must_use]
    pub const fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            work: Cell::new(0),
        }
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// [`EvalError`] if it has none.
    pub fn evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        self.eval(
            expr,
            Focus {
                node: self.scope.context,
                place: None,
            },
        )
    }

    /// Whether an expression is true, by ODK's conversion.
    ///
    /// # Errors
    /// [`EvalError`] if it has no value.
    pub fn is_true(&self, expr: &Expr) -> Result<bool, EvalError> {
        Ok(self.boolean(&self.evaluate(expr)?))
    }

    pub(super) fn eval(&self, expr: &Expr, focus: Focus) -> Result<Value, EvalError> {
        match expr {
            Expr::Number(n) => Ok(Value::Number(*n)),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Variable(name) => self.variable(name),
            Expr::Negate(inner) => Ok(Value::Number(-self.number(&self.eval(inner, focus)?))),
            Expr::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    match self.eval(part, focus)? {
                        Value::Nodes(nodes) => all.extend(nodes),
                        _ => {
                            return Err(EvalError::NotNodes {
                                name: "|".to_owned(),
                            });
                        }
                    }
                }
                Ok(Value::Nodes(self.in_order(all)?))
            }
            Expr::Chain { first, rest } => self.chain(first, rest, focus),
            Expr::Path { start, steps } => {
                let nodes = match start {
                    PathStart::Root => return self.absolute(steps, focus),
                    PathStart::Context => vec![focus.node],
                    PathStart::Filter { base, predicates } => {
                        let Value::Nodes(nodes) = self.eval(base, focus)? else {
                            return Err(EvalError::NotNodes {
                                name: "/".to_owned(),
                            });
                        };
                        self.filter(nodes, predicates)?
                    }
                };
                Ok(Value::Nodes(self.walk(nodes, steps)?))
            }
            Expr::Call {
                name,
                function,
                args,
                pattern,
            } => {
                let Some(function) = function else {
                    return Err(EvalError::UnknownFunction {
                        name: name.chars().take(80).collect(),
                    });
                };
                if !function.takes(args.len()) {
                    return Err(EvalError::Arguments {
                        name: function.name().to_owned(),
                        given: args.len(),
                    });
                }
                self.call(*function, args, pattern.as_ref(), focus)
            }
        }
    }

    /// An absolute path. `/data/x` and `/form-id/x` mean the same question:
    /// the name of the root element is the tool's that wrote the form.
    fn absolute(&self, steps: &[Step], focus: Focus) -> Result<Value, EvalError> {
        let tree = focus.node.tree;
        let document = NodeRef { tree, node: 0 };
        let nodes = match steps {
            [first, rest @ ..]
                if tree == 0
                    && !rest.is_empty()
                    && first.axis == Axis::Child
                    && matches!(first.test, NodeTest::Name(_)) =>
            {
                let root = self.filter(vec![NodeRef::answer(Instance::ROOT)], &first.predicates)?;
                self.walk(root, rest)?
            }
            all => self.walk(vec![document], all)?,
        };
        Ok(Value::Nodes(nodes))
    }

    fn variable(&self, name: &str) -> Result<Value, EvalError> {
        let answers = self.scope.answers;
        let nodes = answers.resolve(name, self.scope.origin.node);
        self.count_work(nodes.len())?;
        Ok(Value::Nodes(
            nodes
                .into_iter()
                .filter(|n| answers.is_relevant(*n))
                .map(NodeRef::answer)
                .collect(),
        ))
    }

    fn chain(&self, first: &Expr, rest: &[(Op, Expr)], focus: Focus) -> Result<Value, EvalError> {
        let mut left = self.eval(first, focus)?;
        for (op, right) in rest {
            left = match op {
                Op::Or => {
                    Value::Bool(self.boolean(&left) || self.boolean(&self.eval(right, focus)?))
                }
                Op::And => {
                    Value::Bool(self.boolean(&left) && self.boolean(&self.eval(right, focus)?))
                }
                _ => {
                    let right = self.eval(right, focus)?;
                    match op {
                        Op::Add => (self.number(&left) + self.number(&right)).into(),
                        Op::Subtract => (self.number(&left) - self.number(&right)).into(),
                        Op::Multiply => (self.number(&left) * self.number(&right)).into(),
                        Op::Divide => (self.number(&left) / self.number(&right)).into(),
                        Op::Modulo => (self.number(&left) % self.number(&right)).into(),
                        _ => Value::Bool(self.compare(*op, &left, &right)?),
                    }
                }
            };
        }
        Ok(left)
    }

    /// A comparison. Of several nodes one that holds is enough, as in XPath;
    /// no node at all counts as the empty text, as in JavaRosa.
    fn compare(&self, op: Op, left: &Value, right: &Value) -> Result<bool, EvalError> {
        let equality = matches!(op, Op::Equal | Op::NotEqual);
        if equality && (matches!(left, Value::Bool(_)) || matches!(right, Value::Bool(_))) {
            return Ok(self.compare_one(op, left, right));
        }
        let (lefts, rights) = (self.answers(left), self.answers(right));
        self.count_work(lefts.len().saturating_mul(rights.len()))?;
        Ok(lefts
            .iter()
            .any(|l| rights.iter().any(|r| self.compare_one(op, l, r))))
    }

    fn compare_one(&self, op: Op, left: &Value, right: &Value) -> bool {
        match op {
            Op::Equal => self.equal(left, right),
            Op::NotEqual => !self.equal(left, right),
            _ => {
                let ordering = self.number(left).partial_cmp(&self.number(right));
                match op {
                    Op::Less => ordering == Some(Ordering::Less),
                    Op::LessOrEqual => ordering.is_some_and(Ordering::is_le),
                    Op::Greater => ordering == Some(Ordering::Greater),
                    _ => ordering.is_some_and(Ordering::is_ge),
                }
            }
        }
    }

    fn equal(&self, left: &Value, right: &Value) -> bool {
        use Value::{Bool, Date, Moment, Number};
        match (left, right) {
            (Bool(_), _) | (_, Bool(_)) => self.boolean(left) == self.boolean(right),
            (Number(_) | Moment(_), _) | (_, Number(_) | Moment(_)) | (Date(_), Date(_)) => {
                let (l, r) = (self.number(left), self.number(right));
                // The tolerance is JavaRosa's: 6.1 - 7.8 = -1.7.
                #[allow(clippy::float_cmp)]
                let same = l == r || (l - r).abs() < 1e-12;
                same
            }
            _ => left.write() == right.write(),
        }
    }

    /// Single values to compare; an answer that is true or false is, in a form,
    /// the text `true` or `false`.
    fn answers(&self, value: &Value) -> Vec<Value> {
        let mut found = self.singles(value);
        if matches!(value, Value::Nodes(_)) {
            for answer in &mut found {
                if matches!(answer, Value::Bool(_)) {
                    *answer = answer.write().into();
                }
            }
        }
        found
    }

    /// A value as single values: nodes as their values, none as the empty text.
    pub(super) fn singles(&self, value: &Value) -> Vec<Value> {
        match value {
            Value::Nodes(nodes) if nodes.is_empty() => vec![Value::empty()],
            Value::Nodes(nodes) => nodes.iter().map(|n| self.node_value(*n)).collect(),
            other => vec![other.clone()],
        }
    }

    /// The value of a single value: that of the first node, or the empty text.
    #[must_use]
    pub fn single(&self, value: &Value) -> Value {
        match value {
            Value::Nodes(nodes) => nodes
                .first()
                .map_or_else(Value::empty, |n| self.node_value(*n)),
            other => other.clone(),
        }
    }

    /// True or false, by ODK's conversion: nodes count by their values.
    #[must_use]
    pub fn boolean(&self, value: &Value) -> bool {
        match value {
            Value::Bool(b) => *b,
            Value::Number(n) => n.abs() > 1e-12,
            Value::Text(text) => !text.is_empty(),
            Value::Date(_) | Value::Moment(_) => true,
            Value::Nodes(nodes) => nodes.iter().any(|n| self.boolean(&self.node_value(*n))),
        }
    }

    /// A number, by ODK's conversion; a text that spells a date is a date.
    #[allow(clippy::cast_precision_loss)]
    #[must_use]
    pub fn number(&self, value: &Value) -> f64 {
        match value {
            Value::Bool(b) => f64::from(u8::from(*b)),
            Value::Number(n) => *n,
            Value::Text(text) => {
                let number = number_from_text(text);
                if number.is_nan() && looks_like_date(text) {
                    self.day_of(text)
                } else {
                    number
                }
            }
            Value::Date(days) => *days as f64,
            Value::Moment(moment) => moment.local_days(),
            Value::Nodes(_) => self.number(&self.single(value)),
        }
    }

    fn day_of(&self, text: &str) -> f64 {
        parse_moment(text, self.scope.now.offset_minutes).map_or(f64::NAN, Moment::local_days)
    }

    /// A text, by ODK's conversion.
    #[must_use]
    pub fn text(&self, value: &Value) -> String {
        match value {
            Value::Nodes(_) => self.single(value).write(),
            other => other.write(),
        }
    }

    /// The tree that a node lies in.
    pub(super) fn tree(&self, tree: u16) -> &'a Instance {
        match tree.checked_sub(1) {
            None => self.scope.answers,
            Some(list) => self
                .scope
                .lists
                .get(usize::from(list))
                .map_or(self.scope.answers, |(_, items)| items),
        }
    }

    /// A node's value; a group's is that of all below it, one after another.
    pub(super) fn node_value(&self, at: NodeRef) -> Value {
        let tree = self.tree(at.tree);
        let node = tree.node(at.node);
        if node.children.is_empty() {
            return node.value.clone();
        }
        let mut joined = String::new();
        let mut left: Vec<u32> = node.children.iter().rev().copied().collect();
        while let Some(next) = left.pop() {
            let node = tree.node(next);
            let text = node.value.write();
            if super::text::append(&mut joined, &text).is_err() || self.count_work(1).is_err() {
                break;
            }
            left.extend(node.children.iter().rev().copied());
        }
        joined.into()
    }

    /// Counts visited nodes against [`WORK_LIMIT`].
    pub(super) fn count_work(&self, visited: usize) -> Result<(), EvalError> {
        let total = self.work.get().saturating_add(visited as u64);
        self.work.set(total);
        if total > WORK_LIMIT {
            Err(EvalError::TooMuchWork { limit: WORK_LIMIT })
        } else {
            Ok(())
        }
    }

    /// A random number from 0 to below 1.
    pub(super) fn random(&self) -> f64 {
        (self.random_bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// 64 random bits.
    pub(super) fn random_bits(&self) -> u64 {
        let (state, bits) = super::crypto::split_mix(self.scope.random.get());
        self.scope.random.set(state);
        bits
    }
}

/// A quick look before the slower reading of a date: `dddd-…`.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-'
}
