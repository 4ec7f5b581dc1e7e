//! The words and rules that phone and registry share. No I/O.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod check_pin;
pub mod collate;
pub mod finding;
pub mod form;
pub mod model;
pub mod one_time_code;
pub mod photo;
pub mod place;
pub mod policy;
pub mod position;
pub mod resolve;
pub mod roster;
pub mod round;
pub mod sign_in;
pub mod statistics;
pub mod suspicion;
pub mod wire;
pub mod words;
pub mod zero_copy;
