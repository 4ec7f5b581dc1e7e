//! The gates that a fix passes before it counts, each with its own refusal. Pure.

use serde::{Deserialize, Serialize};

use crate::accuracy::unstated_accuracy_m;
use crate::model::{Fix, Mock, Monotonic, Position, PositionError};
use crate::policy::{CapturePolicy, FUTURE_S};

/// Why a fix was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A coordinate is NaN or infinite.
    NotFinite,
    /// A coordinate is off the map.
    OutOfRange,
    /// Exactly 0, 0.
    ZeroZero,
    /// The phone says that an app made it up.
    Mock,
    /// The stated accuracy is NaN or negative (iOS: the position is invalid).
    AccuracyInvalid,
    /// No accuracy is stated, and the policy wants one.
    AccuracyNotGiven,
    /// The stated accuracy is beyond use.
    Hopeless,
    /// Measured too long before it arrived: a stored one.
    Stale,
    /// Stamped after its own arrival.
    Future,
    /// Not newer than the one before.
    OutOfOrder,
    /// The same fix once more.
    Repeated,
    /// The phone moves.
    Moving,
    /// Further from the others than accuracies and a walk explain.
    Jump,
    /// The first fix of the session, set aside when others came: it is often a stored one.
    First,
    /// From another provider than the one the position rests on: it disagrees, or it is a
    /// network's where there are better ones.
    OtherProvider,
}

impl Refusal {
    /// Every refusal, in the order of their declaration.
    pub const ALL: [Self; 15] = [
        Self::NotFinite,
        Self::OutOfRange,
        Self::ZeroZero,
        Self::Mock,
        Self::AccuracyInvalid,
        Self::AccuracyNotGiven,
        Self::Hopeless,
        Self::Stale,
        Self::Future,
        Self::OutOfOrder,
        Self::Repeated,
        Self::Moving,
        Self::Jump,
        Self::First,
        Self::OtherProvider,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::OutOfRange => "out_of_range",
            Self::ZeroZero => "zero_zero",
            Self::Mock => "mock",
            Self::AccuracyInvalid => "accuracy_invalid",
            Self::AccuracyNotGiven => "accuracy_not_given",
            Self::Hopeless => "hopeless_accuracy",
            Self::Stale => "stale",
            Self::Future => "future",
            Self::OutOfOrder => "out_of_order",
            Self::Repeated => "repeated",
            Self::Moving => "moving",
            Self::Jump => "jump",
            Self::First => "first_fix",
            Self::OtherProvider => "other_provider",
        }
    }
}

/// A fix that passed the gates which need no history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sound {
    pub position: Position,
    /// Stated, or its stand-in; finite and above 0.
    pub accuracy_m: f64,
    pub stated: bool,
}

/// The gates that need no history: is it a position, is it real, is it fresh, is it of use?
pub(crate) fn sound(fix: &Fix, now: Monotonic, policy: &CapturePolicy) -> Result<Sound, Refusal> {
    let position = Position::new(fix.lat, fix.lon).map_err(|error| match error {
        PositionError::NotFinite => Refusal::NotFinite,
        // Exchanged, one of the two is beyond its range.
        PositionError::OutOfRange { .. } | PositionError::Swapped { .. } => Refusal::OutOfRange,
        PositionError::ZeroZero => Refusal::ZeroZero,
    })?;
    if fix.mock == Mock::Yes {
        return Err(Refusal::Mock);
    }
    let age = now.since(fix.at);
    if age > policy.stale_s {
        return Err(Refusal::Stale);
    }
    if age < -FUTURE_S {
        return Err(Refusal::Future);
    }
    let (accuracy_m, stated) = match fix.accuracy_m {
        Some(stated) if !stated.is_finite() || stated < 0.0 => {
            return Err(Refusal::AccuracyInvalid);
        }
        // Android and many files write 0 for "not given".
        Some(0.0) | None if !policy.accept_without_accuracy => {
            return Err(Refusal::AccuracyNotGiven);
        }
        Some(0.0) | None => (unstated_accuracy_m(fix.hdop), false),
        Some(stated) => (stated, true),
    };
    if accuracy_m > policy.hopeless_accuracy_m {
        return Err(Refusal::Hopeless);
    }
    Ok(Sound {
        position,
        accuracy_m,
        stated,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn fix() -> Fix {
        Fix {
            accuracy_m: Some(4.0),
            mock: Mock::No,
            ..Fix::bare(Monotonic(100_000), 13.75, 100.5)
        }
    }

    fn refusal(fix: Fix, now_ms: i64) -> Refusal {
        sound(&fix, Monotonic(now_ms), &CapturePolicy::default()).unwrap_err()
    }

    #[test]
    fn a_good_fix_passes() {
        let s = sound(&fix(), Monotonic(100_200), &CapturePolicy::default()).unwrap();
        assert!(s.stated && s.accuracy_m == 4.0);
    }

    #[test]
    fn each_gate_has_its_own_refusal() {
        let now = 100_000;
        let cases = [
            (
                Fix {
                    lat: f64::NAN,
                    ..fix()
                },
                Refusal::NotFinite,
            ),
            (
                Fix {
                    lon: f64::INFINITY,
                    ..fix()
                },
                Refusal::NotFinite,
            ),
            (
                Fix {
                    lat: 100.5,
                    lon: 13.75,
                    ..fix()
                },
                Refusal::OutOfRange,
            ),
            (
                Fix {
                    lat: 0.0,
                    lon: 0.0,
                    ..fix()
                },
                Refusal::ZeroZero,
            ),
            (
                Fix {
                    mock: Mock::Yes,
                    ..fix()
                },
                Refusal::Mock,
            ),
            (
                Fix {
                    accuracy_m: Some(-1.0),
                    ..fix()
                },
                Refusal::AccuracyInvalid,
            ),
            (
                Fix {
                    accuracy_m: Some(f64::NAN),
                    ..fix()
                },
                Refusal::AccuracyInvalid,
            ),
            (
                Fix {
                    accuracy_m: Some(1000.0),
                    ..fix()
                },
                Refusal::Hopeless,
            ),
            (
                Fix {
                    accuracy_m: None,
                    hdop: Some(99.9),
                    ..fix()
                },
                Refusal::Hopeless,
            ),
        ];
        for (fix, expected) in cases {
            assert_eq!(refusal(fix, now), expected);
        }
        assert_eq!(refusal(fix(), 111_000), Refusal::Stale);
        assert_eq!(refusal(fix(), 90_000), Refusal::Future);
    }

    #[test]
    fn a_week_old_fix_is_stale() {
        assert_eq!(refusal(fix(), 100_000 + 7 * 86_400_000), Refusal::Stale);
    }

    #[test]
    fn zero_accuracy_is_not_given_and_never_perfect() {
        let s = sound(
            &Fix {
                accuracy_m: Some(0.0),
                ..fix()
            },
            Monotonic(100_000),
            &CapturePolicy::default(),
        )
        .unwrap();
        assert!(!s.stated && s.accuracy_m > 4.0);
        let strict = CapturePolicy {
            accept_without_accuracy: false,
            ..CapturePolicy::default()
        };
        let none = Fix {
            accuracy_m: None,
            ..fix()
        };
        assert_eq!(
            sound(&none, Monotonic(100_000), &strict),
            Err(Refusal::AccuracyNotGiven)
        );
    }

    #[test]
    fn a_missing_mock_field_passes_the_gate_for_it_is_a_finding() {
        let unknown = Fix {
            mock: Mock::Unknown,
            ..fix()
        };
        assert!(sound(&unknown, Monotonic(100_000), &CapturePolicy::default()).is_ok());
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<_> = Refusal::ALL.iter().map(|r| r.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::ALL.len());
    }
}
