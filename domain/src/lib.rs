//! The words and rules that phone and registry share. No I/O.

pub mod finding;
pub mod policy;
