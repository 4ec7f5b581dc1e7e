//! Documents to check with and to send: tables, files for maps, letters.

mod geo;
mod letter;
mod lines;
mod table;
mod zero_copy;

pub use geo::{geojson, kml};
pub use letter::{Letter, letters};
pub use lines::{Line, lines};
pub use table::{call_list, counters_table, verdict_words};
pub use zero_copy::{contradicted_table, progress_table};
