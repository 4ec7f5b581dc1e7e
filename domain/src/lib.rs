//! The words and rules that phone and registry share. No I/O.

#![forbid(unsafe_code)]

pub mod finding;
pub mod model;
pub mod place;
pub mod position;
pub mod resolve;
pub mod statistics;
pub mod wire;
pub mod zero_copy;
