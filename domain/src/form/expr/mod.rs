//! The expressions of a form: XLSForm's, which are ODK's subset of XPath 1.0
//! with ODK's functions and typing.
//!
//! An [`Expression`] is parsed once ([`Expression::parse`]) into a typed tree
//! and evaluated any number of times against an [`Instance`](crate::form::instance::Instance) by an
//! [`Evaluator`]. Parsing never panics and its depth and length are bounded;
//! evaluation is total: it ends with a [`Value`] or an [`EvalError`], never
//! with a panic, and its work is bounded by [`WORK_LIMIT`].
//!
//! Where the ODK engines differ from each other, JavaRosa's behaviour (the
//! engine of ODK Collect) is followed; where JavaRosa only raises an error,
//! the more forgiving answer of the web engines is.
//!
//! Sources: <https://docs.getodk.org/form-operators-functions/>,
//! <https://getodk.github.io/xforms-spec/#xpath-functions>,
//! <https://www.w3.org/TR/xpath-10/>.

mod ast;
mod calendar;
mod call;
mod crypto;
mod eval;
mod function;
mod geo;
mod moment;
mod number;
mod parse;
mod path;
mod pattern;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use ast::{Axis, Expr, NodeTest, Op, PathStart, References, Step};
pub use eval::{Evaluator, Now, Scope, Words};
pub use function::Function;
pub use moment::{Moment, parse_date, parse_moment, parse_time, write_date};
pub use parse::{DEPTH_LIMIT, Expression, LENGTH_LIMIT, ParseError, is_name};
pub use pattern::Pattern;
pub use value::{Value, number_from_text, write_number};

/// The longest text, in bytes, that an expression may make. Calculations that
/// double a text again and again end here instead of in a full memory.
pub const TEXT_LIMIT: usize = 256 * 1024;

/// How many nodes one evaluation may visit before it is given up.
pub const WORK_LIMIT: u64 = 4_000_000;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvalError {
    /// A function that is not in ODK's list.
    #[error("unknown function {name}()")]
    UnknownFunction {
        /// The name as written.
        name: String,
    },
    /// A function was called with too few or too many arguments.
    #[error("{name}() was given {given} arguments")]
    Arguments {
        /// The function's name.
        name: String,
        /// How many arguments it was given.
        given: usize,
    },
    /// A function that counts or adds nodes was given a single value.
    #[error("{name}() needs a question or a group, not a value")]
    NotNodes {
        /// The function's name.
        name: String,
    },
    /// A regular expression that cannot be used (look-around and
    /// back-references are not supported).
    #[error("the pattern {pattern} cannot be used")]
    Pattern {
        /// The pattern as written.
        pattern: String,
    },
    /// An argument outside what the function can take.
    #[error("{name}() cannot use {value}")]
    Argument {
        /// The function's name.
        name: String,
        /// The argument's text, cut to 40 characters.
        value: String,
    },
    /// A text longer than [`TEXT_LIMIT`].
    #[error("the text would be longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// More than [`WORK_LIMIT`] nodes were visited.
    #[error("the expression visits more than {limit} nodes")]
    TooMuchWork {
        /// The limit in nodes.
        limit: u64,
    },
}

impl EvalError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownFunction { .. } => "expression_unknown_function",
            Self::Arguments { .. } => "expression_arguments",
            Self::NotNodes { .. } => "expression_not_nodes",
            Self::Pattern { .. } => "expression_pattern",
            Self::Argument { .. } => "expression_argument",
            Self::TooLong { .. } => "expression_text_too_long",
            Self::TooMuchWork { .. } => "expression_too_much_work",
        }
    }
}
