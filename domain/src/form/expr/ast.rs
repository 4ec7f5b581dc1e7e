//! The typed tree of an expression.

use super::function::Function;
use super::pattern::Pattern;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A part of an expression. A chain of operators of one precedence is one
/// flat node, so that a sum of 300 terms is no deeper than one of two.
#[derive(Debug, Clone)]
pub enum Expr {
    /// A number as written.
    Number(f64),
    /// A text between quotes.
    Text(Arc<str>),
    /// `${name}` (or XPath's `$name`).
    Variable(Arc<str>),
    /// A path of steps.
    Path {
        /// Where the path starts.
        start: PathStart,
        /// Its steps, left to right.
        steps: Vec<Step>,
    },
    /// A call; `function` is `None` for a name that ODK does not know.
    Call {
        /// The name as written.
        name: Arc<str>,
        /// The function, if it is known.
        function: Option<Function>,
        /// The arguments.
        args: Vec<Expr>,
        /// The pattern of `regex()`, made ready once when it is a literal.
        pattern: Option<Pattern>,
    },
    /// `-x`.
    Negate(Box<Expr>),
    /// `a | b | …`.
    Union(Vec<Expr>),
    /// Operators of one precedence, applied left to right.
    Chain {
        /// The leftmost operand.
        first: Box<Expr>,
        /// Each further operator with its right operand.
        rest: Vec<(Op, Expr)>,
    },
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Op {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Where a path starts.
#[derive(Debug, Clone)]
pub enum PathStart {
    /// `/…`: the document.
    Root,
    /// A relative path: the context node.
    Context,
    /// An expression that gives nodes, filtered: `(…)[…]`, `${x}[…]`,
    /// `instance('x')`.
    Filter {
        /// What gives the nodes.
        base: Box<Expr>,
        /// The conditions on them.
        predicates: Vec<Expr>,
    },
}

/// One step of a path.
#[derive(Debug, Clone)]
pub struct Step {
    /// The direction.
    pub axis: Axis,
    /// Which nodes in that direction.
    pub test: NodeTest,
    /// The conditions on them.
    pub predicates: Vec<Expr>,
}

/// The direction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Axis {
    Child,
    Parent,
    Itself,
    Descendant,
    DescendantOrSelf,
    Ancestor,
    AncestorOrSelf,
    Following,
    FollowingSibling,
    Preceding,
    PrecedingSibling,
    /// Forms have no attributes: the step finds nothing.
    Attribute,
}

/// Which nodes a step takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeTest {
    /// `*`.
    Any,
    /// `node()`.
    Node,
    /// `text()`: answered questions, since only they hold text.
    Text,
    /// A name; a prefix is ignored.
    Name(Arc<str>),
    /// A comment or an instruction: a form has none.
    Nothing,
}

/// What an expression refers to, for the order of evaluation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// The names in `${…}`, also inside `jr:choice-name(…, '${…}')`.
    pub variables: BTreeSet<Arc<str>>,
    /// The names in steps of paths from the root, without the root element's.
    pub steps: BTreeSet<Arc<str>>,
    /// The names in steps of relative paths.
    pub relative_steps: BTreeSet<Arc<str>>,
    /// A path goes where its names do not say (`*`, `node()`): any answer may
    /// change the value.
    pub anything: bool,
    /// `.` or `current()`: the question's own value is used.
    pub itself: bool,
    /// `position(…)` or `count(…)`: adding or removing a repeat matters.
    pub structure: bool,
    /// `today()`, `now()`, `random()`, `uuid()`: differs from time to time.
    pub volatile: bool,
}

impl Expr {
    /// What this expression refers to.
    #[must_use]
    pub fn references(&self) -> References {
        let mut found = References::default();
        self.collect(&mut found);
        found
    }

    /// Calls `visit` for this part and each part within it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match self {
            Self::Number(_) | Self::Text(_) | Self::Variable(_) => {}
            Self::Path { start, steps } => {
                if let PathStart::Filter { base, predicates } = start {
                    base.walk(visit);
                    predicates.iter().for_each(|p| p.walk(visit));
                }
                for step in steps {
                    step.predicates.iter().for_each(|p| p.walk(visit));
                }
            }
            Self::Call { args, .. } => args.iter().for_each(|a| a.walk(visit)),
            Self::Negate(inner) => inner.walk(visit),
            Self::Union(parts) => parts.iter().for_each(|p| p.walk(visit)),
            Self::Chain { first, rest } => {
                first.walk(visit);
                rest.iter().for_each(|(_, e)| e.walk(visit));
            }
        }
    }

    fn collect(&self, found: &mut References) {
        self.walk(&mut |part| match part {
            Self::Variable(name) => {
                found.variables.insert(name.clone());
            }
            Self::Path { start, steps } => collect_path(start, steps, found),
            Self::Call {
                function: Some(function),
                args,
                ..
            } => {
                found.structure |= matches!(function, Function::Position | Function::Count);
                found.volatile |= function.is_volatile();
                found.itself |= matches!(function, Function::Once | Function::Current)
                    || (args.is_empty() && function.takes_context());
                if *function == Function::ChoiceName
                    && let Some(Self::Text(quoted)) = args.get(1)
                    && let Some(name) = quoted_variable(quoted)
                {
                    found.variables.insert(name.into());
                }
            }
            _ => {}
        });
    }
}

fn collect_path(start: &PathStart, steps: &[Step], found: &mut References) {
    // Below instance('…') the names are those of a choice list.
    let in_list = matches!(start, PathStart::Filter { base, .. }
        if matches!(&**base, Expr::Call { function: Some(Function::Instance), .. }));
    if steps.is_empty() {
        return;
    }
    if matches!(start, PathStart::Context)
        && steps.len() == 1
        && steps[0].axis == Axis::Itself
        && steps[0].test == NodeTest::Node
    {
        found.itself = true;
        return;
    }
    let mut named = false;
    for (at, step) in steps.iter().enumerate() {
        if let NodeTest::Name(name) = &step.test
            && !in_list
        {
            match start {
                PathStart::Root if at == 0 && steps.len() > 1 => {}
                PathStart::Root => {
                    found.steps.insert(name.clone());
                }
                _ => {
                    found.relative_steps.insert(name.clone());
                }
            }
            named = true;
        }
    }
    let upwards = steps
        .iter()
        .all(|s| matches!(s.axis, Axis::Parent | Axis::Itself | Axis::Ancestor));
    if !named && !upwards && !in_list {
        found.anything = true;
    }
    if upwards {
        found.structure = true;
    }
}

/// The name in a text that is nothing but `${name}`.
pub(crate) fn quoted_variable(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    Some(inner.trim())
}
