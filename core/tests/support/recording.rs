//! A real recording, pushed through a capture.

use std::path::PathBuf;

use pakmut_core::model::{Fix, Mock, Monotonic};
use pakmut_core::recording::Recording;
use pakmut_core::screens::{Pinning, Style};

/// A minute of a receiver that lay still, its fixes marked so where that is given;
/// the last monotonic time.
pub fn push_recording(pinning: &mut Pinning, mock: Option<Mock>, style: Style) -> Monotonic {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/receivers/ublox-roof-1.csv");
    let recording = Recording::open(&file).unwrap();
    let mut last = Monotonic(0);
    for recorded in recording.fixes.iter().take(60) {
        last = recorded.arrived;
        let fix = Fix {
            mock: mock.unwrap_or(recorded.fix.mock),
            ..recorded.fix
        };
        pinning.push(&fix, last, style);
    }
    last
}
