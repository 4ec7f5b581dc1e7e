//! The grammar: XPath 1.0's expressions with `${name}`, on the parser library
//! winnow. Bounded in length and in nesting, so that no form can exhaust a
//! phone's stack.

use super::ast::{Axis, Expr, NodeTest, Op, PathStart, References, Step};
use super::function::Function;
use super::pattern::Pattern;
use std::sync::Arc;
use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, cut_err, delimited, dispatch, fail, opt, peek, preceded, repeat};
use winnow::error::{ContextError, ErrMode, StrContext};
use winnow::stream::{LocatingSlice, Location, Stateful};
use winnow::token::{any, one_of, take_till, take_while};
use winnow::{ModalResult, Parser};

/// The longest expression, in bytes.
pub const LENGTH_LIMIT: usize = 64 * 1024;

/// The deepest nesting of brackets, calls and conditions.
pub const DEPTH_LIMIT: u32 = 128;

/// A parsed expression with the text it came from.
#[derive(Debug, Clone)]
pub struct Expression {
    source: Arc<str>,
    root: Arc<Expr>,
    references: Arc<References>,
}

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The grammar does not allow it.
    #[error("not understood from character {at} on")]
    Syntax {
        /// The 1-based character where reading stopped.
        at: usize,
    },
    /// Longer than [`LENGTH_LIMIT`].
    #[error("{bytes} bytes, longer than {limit}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Nested deeper than [`DEPTH_LIMIT`].
    #[error("nested deeper than {limit}")]
    TooDeep {
        /// The limit in levels.
        limit: u32,
    },
}

impl ParseError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "expression_syntax",
            Self::TooLong { .. } => "expression_too_long",
            Self::TooDeep { .. } => "expression_too_deep",
        }
    }
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`ParseError`] if it is not one, or is too long or too deep.
    pub fn parse(source: &str) -> Result<Self, ParseError> {
        if source.len() > LENGTH_LIMIT {
            return Err(ParseError::TooLong {
                bytes: source.len(),
                limit: LENGTH_LIMIT,
            });
        }
        let mut input = Stateful {
            input: LocatingSlice::new(source),
            state: Nesting::default(),
        };
        let parsed = delimited(multispace0, expression, multispace0).parse_next(&mut input);
        let stopped = input.current_token_start();
        match parsed {
            Ok(root) if stopped == source.len() => {
                let references = root.references();
                Ok(Self {
                    source: source.into(),
                    root: Arc::new(root),
                    references: Arc::new(references),
                })
            }
            _ if input.state.exceeded => Err(ParseError::TooDeep { limit: DEPTH_LIMIT }),
            _ => {
                let furthest = stopped.max(input.state.furthest).min(source.len());
                let before = source.get(..furthest).unwrap_or(source);
                Err(ParseError::Syntax {
                    at: before.chars().count() + 1,
                })
            }
        }
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &Expr {
        &self.root
    }

    /// What it refers to.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.references
    }
}

#[derive(Debug, Clone, Default)]
struct Nesting {
    depth: u32,
    exceeded: bool,
    /// The furthest place where an operand was read, for the error.
    furthest: usize,
}

type Input<'s> = Stateful<LocatingSlice<&'s str>, Nesting>;

fn expression(input: &mut Input) -> ModalResult<Expr> {
    if input.state.depth >= DEPTH_LIMIT {
        input.state.exceeded = true;
        return Err(ErrMode::Cut(ContextError::new()));
    }
    input.state.depth += 1;
    let parsed = operation(input);
    input.state.depth -= 1;
    parsed
}

/// Operands joined by operators. They are read as one flat list and grouped by
/// precedence afterwards: a level of brackets then costs little stack.
fn operation(input: &mut Input) -> ModalResult<Expr> {
    let first = unary(input)?;
    let mut rest = Vec::new();
    while let Some(op) = opt(preceded(multispace0, operator)).parse_next(input)? {
        multispace0.parse_next(input)?;
        rest.push((op, cut_err(unary).parse_next(input)?));
    }
    Ok(grouped(first, rest, 0))
}

/// The tightest level of [`tightness`].
const TIGHTEST: u8 = 5;

/// How tightly an operator binds, from 0 (`or`) to [`TIGHTEST`].
const fn tightness(op: Op) -> u8 {
    match op {
        Op::Or => 0,
        Op::And => 1,
        Op::Equal | Op::NotEqual => 2,
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => 3,
        Op::Add | Op::Subtract => 4,
        Op::Multiply | Op::Divide | Op::Modulo => TIGHTEST,
    }
}

fn grouped(first: Expr, rest: Vec<(Op, Expr)>, level: u8) -> Expr {
    if rest.is_empty() || level > TIGHTEST {
        return first;
    }
    type Part = (Expr, Vec<(Op, Expr)>);
    let mut head: Part = (first, Vec::new());
    let mut parts: Vec<(Op, Part)> = Vec::new();
    for (op, operand) in rest {
        if tightness(op) == level {
            parts.push((op, (operand, Vec::new())));
        } else {
            let (_, last) = parts.last_mut().map_or(&mut head, |(_, part)| part);
            last.push((op, operand));
        }
    }
    let first = grouped(head.0, head.1, level + 1);
    if parts.is_empty() {
        return first;
    }
    Expr::Chain {
        first: Box::new(first),
        rest: parts
            .into_iter()
            .map(|(op, (operand, tighter))| (op, grouped(operand, tighter, level + 1)))
            .collect(),
    }
}

fn operator(input: &mut Input) -> ModalResult<Op> {
    alt((
        alt(("!=".value(Op::NotEqual), "=".value(Op::Equal))),
        alt(("<=".value(Op::LessOrEqual), "<".value(Op::Less))),
        alt((">=".value(Op::GreaterOrEqual), ">".value(Op::Greater))),
        alt(("+".value(Op::Add), "-".value(Op::Subtract))),
        "*".value(Op::Multiply),
        word("and").value(Op::And),
        word("or").value(Op::Or),
        word("div").value(Op::Divide),
        word("mod").value(Op::Modulo),
    ))
    .parse_next(input)
}

/// An operator that is a word: not the beginning of a longer one.
fn word<'s>(mut name: &'static str) -> impl Parser<Input<'s>, &'s str, ErrMode<ContextError>> {
    move |input: &mut Input<'s>| {
        let found = name.parse_next(input)?;
        let next: Option<char> = opt(peek(any)).parse_next(input)?;
        if next.is_some_and(|c| c.is_alphabetic() || c == '_') {
            return fail.parse_next(input);
        }
        Ok(found)
    }
}

fn unary(input: &mut Input) -> ModalResult<Expr> {
    let minuses: usize = repeat(0.., ('-', multispace0))
        .fold(|| 0, |n, _| n + 1)
        .parse_next(input)?;
    let operand = if minuses > 0 {
        cut_err(union).parse_next(input)?
    } else {
        union(input)?
    };
    // Two minuses still make a number of the operand.
    Ok(match minuses {
        0 => operand,
        n if n % 2 == 1 => Expr::Negate(Box::new(operand)),
        _ => Expr::Negate(Box::new(Expr::Negate(Box::new(operand)))),
    })
}

fn union(input: &mut Input) -> ModalResult<Expr> {
    let first = path(input)?;
    let mut parts = vec![first];
    while opt((multispace0, '|', multispace0))
        .parse_next(input)?
        .is_some()
    {
        parts.push(cut_err(path).parse_next(input)?);
    }
    input.state.furthest = input.state.furthest.max(input.current_token_start());
    Ok(if parts.len() == 1 {
        parts.remove(0)
    } else {
        Expr::Union(parts)
    })
}

fn path(input: &mut Input) -> ModalResult<Expr> {
    if let Some(base) = opt(primary).parse_next(input)? {
        let predicates = predicates(input)?;
        let steps = further_steps(input)?;
        return Ok(if predicates.is_empty() && steps.is_empty() {
            base
        } else {
            Expr::Path {
                start: PathStart::Filter {
                    base: Box::new(base),
                    predicates,
                },
                steps,
            }
        });
    }
    if let Some(slashes) = opt(alt(("//", "/"))).parse_next(input)? {
        let mut steps = Vec::new();
        multispace0.parse_next(input)?;
        if slashes == "//" {
            steps.push(anywhere_below());
            steps.push(cut_err(step).parse_next(input)?);
        } else if let Some(first) = opt(step).parse_next(input)? {
            steps.push(first);
        } else {
            return Ok(Expr::Path {
                start: PathStart::Root,
                steps,
            });
        }
        steps.extend(further_steps(input)?);
        return Ok(Expr::Path {
            start: PathStart::Root,
            steps,
        });
    }
    let mut steps = vec![step(input)?];
    steps.extend(further_steps(input)?);
    Ok(Expr::Path {
        start: PathStart::Context,
        steps,
    })
}

fn further_steps(input: &mut Input) -> ModalResult<Vec<Step>> {
    let mut steps = Vec::new();
    while let Some(slashes) =
        opt(delimited(multispace0, alt(("//", "/")), multispace0)).parse_next(input)?
    {
        if slashes == "//" {
            steps.push(anywhere_below());
        }
        steps.push(cut_err(step).parse_next(input)?);
    }
    Ok(steps)
}

fn anywhere_below() -> Step {
    Step {
        axis: Axis::DescendantOrSelf,
        test: NodeTest::Node,
        predicates: Vec::new(),
    }
}

fn step(input: &mut Input) -> ModalResult<Step> {
    let (axis, test) = alt((
        "..".value((Axis::Parent, NodeTest::Node)),
        '.'.value((Axis::Itself, NodeTest::Node)),
        preceded(('@', multispace0), node_test).map(|test| (Axis::Attribute, test)),
        (axis, node_test),
        node_test.map(|test| (Axis::Child, test)),
    ))
    .parse_next(input)?;
    Ok(Step {
        axis,
        test,
        predicates: predicates(input)?,
    })
}

fn axis(input: &mut Input) -> ModalResult<Axis> {
    let found = dispatch! {ncname;
        "child" => multispace0.value(Axis::Child),
        "parent" => multispace0.value(Axis::Parent),
        "self" => multispace0.value(Axis::Itself),
        "descendant" => multispace0.value(Axis::Descendant),
        "descendant-or-self" => multispace0.value(Axis::DescendantOrSelf),
        "ancestor" => multispace0.value(Axis::Ancestor),
        "ancestor-or-self" => multispace0.value(Axis::AncestorOrSelf),
        "following" => multispace0.value(Axis::Following),
        "following-sibling" => multispace0.value(Axis::FollowingSibling),
        "preceding" => multispace0.value(Axis::Preceding),
        "preceding-sibling" => multispace0.value(Axis::PrecedingSibling),
        "attribute" => multispace0.value(Axis::Attribute),
        _ => fail,
    }
    .parse_next(input)?;
    ("::", multispace0).parse_next(input)?;
    Ok(found)
}

fn node_test(input: &mut Input) -> ModalResult<NodeTest> {
    if opt('*').parse_next(input)?.is_some() {
        return Ok(NodeTest::Any);
    }
    let name = ncname(input)?;
    let local = opt(preceded(
        (':', peek(one_of(|c: char| c == '*' || starts_name(c)))),
        alt(("*", ncname)),
    ))
    .parse_next(input)?;
    if let Some(local) = local {
        return Ok(if local == "*" {
            NodeTest::Any
        } else {
            NodeTest::Name(local.into())
        });
    }
    if opt((multispace0, peek('('))).parse_next(input)?.is_some() {
        let test = match name {
            "node" => NodeTest::Node,
            "text" => NodeTest::Text,
            "comment" | "processing-instruction" => NodeTest::Nothing,
            _ => return fail.parse_next(input),
        };
        let argument = delimited(multispace0, opt(quoted), multispace0);
        delimited('(', argument, ')').parse_next(input)?;
        return Ok(test);
    }
    Ok(NodeTest::Name(name.into()))
}

fn predicates(input: &mut Input) -> ModalResult<Vec<Expr>> {
    let mut found = Vec::new();
    while opt((multispace0, '[', multispace0))
        .parse_next(input)?
        .is_some()
    {
        found.push(cut_err(expression).parse_next(input)?);
        cut_err((multispace0, ']')).parse_next(input)?;
    }
    Ok(found)
}

fn primary(input: &mut Input) -> ModalResult<Expr> {
    alt((
        variable,
        quoted.map(|text| Expr::Text(text.into())),
        number,
        delimited(
            ('(', multispace0),
            cut_err(expression),
            cut_err((multispace0, ')')),
        ),
        call,
    ))
    .context(StrContext::Label("value"))
    .parse_next(input)
}

fn variable(input: &mut Input) -> ModalResult<Expr> {
    preceded(
        '$',
        alt((
            delimited('{', cut_err(take_till(1.., '}')), cut_err('}')),
            ncname,
        )),
    )
    .map(|name: &str| Expr::Variable(name.trim().into()))
    .parse_next(input)
}

fn quoted<'s>(input: &mut Input<'s>) -> ModalResult<&'s str> {
    alt((
        delimited('\'', take_till(0.., '\''), cut_err('\'')),
        delimited('"', take_till(0.., '"'), cut_err('"')),
    ))
    .parse_next(input)
}

fn number(input: &mut Input) -> ModalResult<Expr> {
    alt((
        (digit1, opt(('.', opt(digit1))), opt(exponent)).take(),
        ('.', digit1, opt(exponent)).take(),
    ))
    .verify_map(|text: &str| text.parse().ok().map(Expr::Number))
    .parse_next(input)
}

fn exponent<'s>(input: &mut Input<'s>) -> ModalResult<&'s str> {
    (one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1)
        .take()
        .parse_next(input)
}

fn call(input: &mut Input) -> ModalResult<Expr> {
    let name = (ncname, opt((':', ncname))).take().parse_next(input)?;
    if matches!(name, "node" | "text" | "comment" | "processing-instruction") {
        return fail.parse_next(input);
    }
    (multispace0, '(', multispace0).parse_next(input)?;
    let mut args = Vec::new();
    if opt(')').parse_next(input)?.is_none() {
        loop {
            args.push(cut_err(expression).parse_next(input)?);
            let next = cut_err(delimited(
                multispace0,
                one_of([',', ')']),
                multispace0_after,
            ))
            .parse_next(input)?;
            if next == ')' {
                break;
            }
        }
    }
    let function = Function::from_name(name);
    let pattern = match (function, args.get(1)) {
        (Some(Function::Regex), Some(Expr::Text(text))) => Pattern::new(text).ok(),
        _ => None,
    };
    Ok(Expr::Call {
        name: name.into(),
        function,
        args,
        pattern,
    })
}

/// Blanks after a comma; those after a closing bracket are left for whoever
/// comes next, which takes them as well.
fn multispace0_after<'s>(input: &mut Input<'s>) -> ModalResult<&'s str> {
    multispace0.parse_next(input)
}

fn ncname<'s>(input: &mut Input<'s>) -> ModalResult<&'s str> {
    (one_of(starts_name), take_while(0.., continues_name))
        .take()
        .parse_next(input)
}

/// Whether a text can be the name of a question.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    // Thai vowels above and below are marks, which are not alphanumeric.
    c.is_alphanumeric()
        || matches!(c, '_' | '-' | '.' | '\u{0E30}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}' | '\u{0300}'..='\u{036F}')
}
