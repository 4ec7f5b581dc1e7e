//! Survey forms: what a form is, how its expressions are evaluated, and how
//! it is filled in.

pub mod expr;
pub mod instance;

pub use instance::{Instance, Node, NodeRef};
