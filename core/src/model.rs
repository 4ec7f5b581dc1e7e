//! The words of a capture: positions, fixes, clocks.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use pakmut_domain::position::{Position, PositionError};

/// Milliseconds of the phone's monotonic clock, counted from its boot (Android
/// `elapsedRealtime`, iOS `mach_continuous_time`). Nobody can set it, and it
/// runs on while the phone sleeps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Monotonic(pub i64);

impl Monotonic {
    /// From seconds; saturates, and NaN becomes 0.
    #[must_use]
    pub fn from_secs(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as i64)
    }

    /// Seconds since `earlier`; negative where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1000.0
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z, of whichever clock the field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

/// Marks one boot of the phone: monotonic times compare only within it
/// (Android `BOOT_COUNT`, iOS the boot time).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootMark(pub String);

/// All that the phone's clocks say at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The clock to count by.
    pub monotonic: Monotonic,
    /// The boot that it counts from.
    pub boot: BootMark,
    /// The wall clock; may be years off, or in Buddhist years.
    pub wall: Option<UnixMillis>,
    /// Registry time minus wall clock as last seen, milliseconds.
    pub registry_offset_ms: Option<i64>,
}

/// Which part of the phone made a fix.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The satellite receiver itself (Android `gps`, an NMEA receiver).
    Satellite,
    /// A mixture made by the phone (Android `fused`, iOS).
    Fused,
    /// Cells and wireless networks (Android `network`).
    Network,
    /// Not said.
    #[default]
    Unknown,
}

impl Provider {
    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Satellite => "satellite",
            Self::Fused => "fused",
            Self::Network => "network",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether an app made a position up. Missing is not "no": fake-location apps
/// were recorded to leave the field empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mock {
    /// The phone says that it is made up.
    Yes,
    /// The phone says that it is not. (A spoofed one was recorded to say so too.)
    No,
    /// The phone does not say.
    #[default]
    Unknown,
}

/// One reading of the phone's receiver, as it came: nothing in it is trusted yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// When the position was measured, by the monotonic clock.
    pub at: Monotonic,
    /// Degrees WGS 84, as given.
    pub lat: f64,
    /// Degrees WGS 84, as given.
    pub lon: f64,
    /// Stated horizontal accuracy, metres, a radius of 68 %; `None` where
    /// none was stated (never 0 for that). Sources that state another
    /// percentage are converted where they are read.
    pub accuracy_m: Option<f64>,
    /// Horizontal dilution of precision, where the receiver gives it.
    pub hdop: Option<f64>,
    /// Speed over ground, metres a second, where given.
    pub speed_mps: Option<f64>,
    /// Who measured it.
    pub provider: Provider,
    /// Whether it is made up.
    pub mock: Mock,
    /// Time of the satellites, where given.
    pub gnss: Option<UnixMillis>,
    /// The phone's wall clock at arrival, where given.
    pub wall: Option<UnixMillis>,
}

impl Fix {
    /// A fix with a time and a place and nothing else known.
    #[must_use]
    pub fn bare(at: Monotonic, lat: f64, lon: f64) -> Self {
        Self {
            at,
            lat,
            lon,
            accuracy_m: None,
            hdop: None,
            speed_mps: None,
            provider: Provider::Unknown,
            mock: Mock::Unknown,
            gnss: None,
            wall: None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn monotonic_time_never_overflows() {
        assert!(Monotonic(i64::MIN).since(Monotonic(i64::MAX)) < 0.0);
        assert_eq!(Monotonic::from_secs(f64::NAN), Monotonic(0));
        assert_eq!(Monotonic::from_secs(f64::INFINITY), Monotonic(i64::MAX));
    }
}
