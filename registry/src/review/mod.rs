//! The review of pins: which wait, in which order they are looked at, and a
//! decision that an officer makes on a page.

mod case;
mod decide;
mod queue;

pub use case::{Case, PinStory, case};
pub use decide::{Decided, decide, decide_all};
pub use queue::{SAMPLE_OF, Waiting, is_drawn, queue, rank, reasons};
