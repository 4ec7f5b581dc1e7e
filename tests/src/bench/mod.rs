//! Benchmarks, a module each, that put their figures into a report.

pub mod capture;
pub mod declared;
pub mod forms;
pub mod pages;
pub mod pins;
pub mod push;
pub mod recount;
pub mod results;
pub mod store;
