//! Zero Copy (การยกเลิกสำเนา): which copies of official documents each counter
//! has stopped asking for, and whether the citizens' answers bear it out.
//!
//! - [`catalogue`]: services and documents, national and an LAO's own;
//! - [`declaration`]: what staff say of one service's one document;
//! - [`rules`]: what a declaration must hold to;
//! - [`standing`]: which declarations stand, in whatever order they arrived;
//! - [`entry`]: many declarations at once;
//! - [`survey`]: the questions on copies;
//! - [`reality`]: the survey's answers held against them;
//! - [`progress`]: shares by counter, LAO, province and country.

pub mod catalogue;
pub mod code;
pub mod day;
pub mod declaration;
pub mod entry;
pub mod import;
pub mod progress;
pub mod reality;
pub mod rules;
pub mod standing;
pub mod survey;
pub mod wording;

pub use catalogue::{Catalogue, Named, OwnService, Pair};
pub use code::Code;
pub use day::Day;
pub use declaration::{Basis, Declaration, LegalReason, Practice};
pub use import::starting_catalogue;
pub use rules::DeclarationError;
pub use standing::{DeclarationFact, PairState};
