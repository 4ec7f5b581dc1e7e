//! Surveys in the registry: published forms, responses as they arrive, and
//! what they come to.

pub mod counting;
pub mod forms;
pub mod period;
pub mod publish;
pub mod results;

pub use counting::{Answered, count, places_of};
pub use forms::{FormRef, Forms, check};
