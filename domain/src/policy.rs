//! What the registry may set about captures, each limit with its reason.
//!
//! The registry serves a [`CapturePolicy`] and the phone obeys it. A value
//! that makes no sense is replaced by its default, one by one: a slip in a
//! form at the department must not stop the work of the whole country.

use serde::{Deserialize, Serialize};

/// The limits of a capture.
///
/// Missing fields take their defaults and unknown ones are ignored, so that
/// older and newer sides understand each other. [`CapturePolicy::sane`]
/// replaces what is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CapturePolicy {
    /// A capture is ready at this 95 % radius, metres (5–1000). 15: a good
    /// phone under the sky states 10–12 m and cannot truthfully do better;
    /// 15 leaves it room and still tells one public building from the next.
    pub target_radius95_m: f64,
    /// Up to this 95 % radius, metres (target–10,000), a pin is weak and wants a reason;
    /// beyond, it is too weak and the province judges. 100: phones in
    /// concrete halls state 10–65 m (68 %), so 25–160 m here, and a counter indoors is
    /// the normal case.
    pub weakest_radius95_m: f64,
    /// Seconds (0–120) of fixes before a capture may be ready. 10: recordings
    /// gain nothing after about 10 s, and before that start-up jumps remain.
    pub settle_s: f64,
    /// Seconds (settle–600) after which nobody is asked to wait for a smaller radius.
    /// 30: between 10 s and 60 s recordings show no gain; 30 gives a cold receiver its chance.
    pub longest_s: f64,
    /// Fixes (1–60) that a ready capture rests on at least. 3: the first may be a
    /// stored one, and two cannot outvote a third.
    pub least_fixes: u32,
    /// A fix older than this on arrival, seconds (1–120), is a stored one. 10:
    /// at a walk of 1.4 m/s it would lie 14 m away, which is the whole target.
    pub stale_s: f64,
    /// A fix that states a 68 % radius above this, metres (20–10,000), is of
    /// no use. 200: it would give a 95 % radius of 500 m, which does not tell the
    /// building; a position placed by hand does.
    pub hopeless_accuracy_m: f64,
    /// From this speed on, metres a second (0.3–10), a phone moves. 1.0: people walk at
    /// 1.2–1.5 m/s (Bohannon & Williams Andrews 2011, doi:10.1016/j.physio.2010.12.004),
    /// while phones lying still were recorded to state up to 0.6 m/s.
    pub moving_speed_mps: f64,
    /// Whether fixes without a stated accuracy are taken, on a stated fallback
    /// radius and with a finding. True: some receivers state none.
    pub accept_without_accuracy: bool,
    /// Wall clocks further than this from satellite time, seconds (1–86,400), are
    /// shown. 300: a phone set by hand is minutes off; Buddhist years are centuries.
    pub clock_skew_s: f64,
}

impl Default for CapturePolicy {
    fn default() -> Self {
        Self {
            target_radius95_m: 15.0,
            weakest_radius95_m: 100.0,
            settle_s: 10.0,
            longest_s: 30.0,
            least_fixes: 3,
            stale_s: 10.0,
            hopeless_accuracy_m: 200.0,
            moving_speed_mps: 1.0,
            accept_without_accuracy: true,
            clock_skew_s: 300.0,
        }
    }
}

impl CapturePolicy {
    /// The same policy with every field that is out of its range (or not a
    /// number) at its default, and the names of those fields.
    #[must_use]
    pub fn sane(self) -> (Self, Vec<&'static str>) {
        let default = Self::default();
        let mut replaced = Vec::new();
        let mut within = |name, value: f64, low: f64, high: f64, otherwise: f64| {
            if value >= low && value <= high {
                value
            } else {
                replaced.push(name);
                otherwise.clamp(low, high)
            }
        };
        let target_radius95_m = within(
            "target_radius95_m",
            self.target_radius95_m,
            5.0,
            1000.0,
            default.target_radius95_m,
        );
        let settle_s = within("settle_s", self.settle_s, 0.0, 120.0, default.settle_s);
        let sane = Self {
            target_radius95_m,
            weakest_radius95_m: within(
                "weakest_radius95_m",
                self.weakest_radius95_m,
                target_radius95_m,
                10_000.0,
                default.weakest_radius95_m,
            ),
            settle_s,
            longest_s: within(
                "longest_s",
                self.longest_s,
                settle_s,
                600.0,
                default.longest_s,
            ),
            stale_s: within("stale_s", self.stale_s, 1.0, 120.0, default.stale_s),
            hopeless_accuracy_m: within(
                "hopeless_accuracy_m",
                self.hopeless_accuracy_m,
                20.0,
                10_000.0,
                default.hopeless_accuracy_m,
            ),
            moving_speed_mps: within(
                "moving_speed_mps",
                self.moving_speed_mps,
                0.3,
                10.0,
                default.moving_speed_mps,
            ),
            clock_skew_s: within(
                "clock_skew_s",
                self.clock_skew_s,
                1.0,
                86_400.0,
                default.clock_skew_s,
            ),
            accept_without_accuracy: self.accept_without_accuracy,
            least_fixes: self.least_fixes,
        };
        if (1..=60).contains(&sane.least_fixes) {
            (sane, replaced)
        } else {
            replaced.push("least_fixes");
            (
                Self {
                    least_fixes: default.least_fixes,
                    ..sane
                },
                replaced,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_defaults_are_sane() {
        let (sane, replaced) = CapturePolicy::default().sane();
        assert_eq!(sane, CapturePolicy::default());
        assert!(replaced.is_empty());
    }

    #[test]
    fn missing_fields_take_their_defaults_and_unknown_ones_are_ignored() {
        let policy: CapturePolicy =
            serde_json::from_str(r#"{"target_radius95_m":20,"of_2570":true}"#).unwrap();
        assert_eq!(policy.target_radius95_m, 20.0);
        assert_eq!(policy.settle_s, CapturePolicy::default().settle_s);
    }

    #[test]
    fn rubbish_is_replaced_field_by_field() {
        let (sane, replaced) = CapturePolicy {
            target_radius95_m: f64::NAN,
            weakest_radius95_m: -1.0,
            stale_s: f64::INFINITY,
            least_fixes: 0,
            settle_s: 5.0,
            ..CapturePolicy::default()
        }
        .sane();
        assert_eq!(
            replaced,
            [
                "target_radius95_m",
                "weakest_radius95_m",
                "stale_s",
                "least_fixes"
            ]
        );
        assert_eq!(
            sane,
            CapturePolicy {
                settle_s: 5.0,
                ..CapturePolicy::default()
            }
        );
    }

    #[test]
    fn the_weakest_never_lies_below_the_target() {
        let (sane, _) = CapturePolicy {
            target_radius95_m: 300.0,
            ..CapturePolicy::default()
        }
        .sane();
        assert!(sane.weakest_radius95_m >= sane.target_radius95_m);
    }
}
