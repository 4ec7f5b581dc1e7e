//! Counters measured once more, to check their pins: begun here, and from then on
//! measured and saved like a pin.

use pakmut_core::screens::{CaptureScreen, CheckRow, ChecksScreen};
use uuid::Uuid;

use crate::pakmut::{Pakmut, Said};

/// One counter to be measured once more, or measured.
#[uniffi::remote(Record)]
pub struct CheckRow {
    pub check: Uuid,
    pub name: String,
    pub lao: String,
    pub address: String,
    pub standing: String,
    pub detail: Option<String>,
    pub can_measure: bool,
}

/// The counters to be measured once more.
#[uniffi::remote(Record)]
pub struct ChecksScreen {
    pub line: String,
    pub how: String,
    pub rows: Vec<CheckRow>,
    pub empty: Option<String>,
}

#[uniffi::export]
impl Pakmut {
    /// The counters to be measured once more, and what those said that were.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn checks(&self) -> Said<ChecksScreen> {
        Ok(self.open()?.screens(self.style()).checks()?)
    }

    /// Begins to measure a counter once more, in place of whichever was being
    /// pinned, which is let go even where this fails: fixes, findings and saving are
    /// as of a pin.
    ///
    /// # Errors
    /// Kinds `Input` where it is not to be measured by this person, `SignedOut`,
    /// `Storage`.
    pub fn begin_check(&self, check: Uuid) -> Said<CaptureScreen> {
        self.begin(|screens| screens.measure_check(check))
    }
}
