//! Survey forms: what a form is, how its expressions are evaluated, and how
//! it is filled in.
//!
//! A [`Form`] is checked into a [`Program`]; a [`Filling`] runs it: answers
//! in, relevance, calculations, choices, pages and problems out, with no
//! clock, disk or randomness of its own. A filled copy is a [`Response`],
//! which the registry checks with [`validate`].

pub mod answer;
pub mod check;
pub mod expr;
mod graph;
pub mod instance;
pub mod model;
pub mod problem;
pub mod publication;
pub mod response;
pub mod run;
pub mod tally;
pub mod trial;
mod words;

pub use answer::{Answer, AnswerError, Point};
pub use check::Program;
pub use instance::{Instance, Node, NodeRef};
pub use model::{Choice, Form, Group, Item, Kind, Label, Preset, Question, Repeat};
pub use problem::{AnswerCode, AnswerProblem, Column, Figures, FormProblem};
pub use publication::Published;
pub use response::{Response, Stamp};
pub use run::{
    ChoiceView, Draft, Filling, ItemView, Moved, Opening, PageView, QuestionView, RepeatView, Tick,
    validate,
};
pub use tally::Tally;
