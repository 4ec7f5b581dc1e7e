//! What time is it really? By this the registry's certificate is judged, on a
//! phone whose clock may say 1970 or 2569. Pure.

use crate::ports::Instant;

/// 543 mean Gregorian years in milliseconds: a clock set to the Buddhist year
/// is ahead by this, to within a day or two.
const BUDDHIST_MS: i64 = 543 * 31_556_952_000;

/// How long after its build a program is thought to be in use, milliseconds:
/// a wall clock further ahead is not believed.
const IN_USE_MS: i64 = 12 * 31_556_952_000;

/// A true time at a reading of the clocks: the registry's answer, or a fix's
/// GNSS time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The true time, milliseconds since 1970 UTC.
    pub time_ms: i64,
    /// The clocks as they stood then.
    pub at: Instant,
}

impl Known {
    /// The true time now by the monotonic clock, or, after a reboot, the least
    /// that it can be.
    fn at(&self, now: &Instant) -> Result<i64, i64> {
        if self.at.boot == now.boot && now.mono_ms >= self.at.mono_ms {
            Ok(self
                .time_ms
                .saturating_add(now.mono_ms.saturating_sub(self.at.mono_ms)))
        } else {
            Err(self.time_ms)
        }
    }
}

/// The best guess at the true time, milliseconds since 1970 UTC: by the last
/// known time and the monotonic clock; after a reboot by the wall clock, where
/// it is plausible as it stands or as a Buddhist year; else the latest time
/// that is known to be past.
#[must_use]
pub fn best_ms(now: &Instant, known: Option<&Known>, built_ms: i64) -> i64 {
    let floor = match known.map(|k| k.at(now)) {
        Some(Ok(time)) if time >= built_ms => return time,
        Some(Ok(time) | Err(time)) => time.max(built_ms),
        None => built_ms,
    };
    let ceiling = floor.saturating_add(IN_USE_MS);
    [now.wall_ms, now.wall_ms.saturating_sub(BUDDHIST_MS)]
        .into_iter()
        .find(|wall| (floor..ceiling).contains(wall))
        .unwrap_or(floor)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use uuid::Uuid;

    const BUILT: i64 = 1_790_000_000_000;
    const TRUE: i64 = BUILT + 30 * 86_400_000;

    fn at(wall_ms: i64, mono_ms: i64, boot: u128) -> Instant {
        Instant {
            wall_ms,
            mono_ms,
            boot: Uuid::from_u128(boot),
        }
    }

    #[test]
    fn a_known_time_runs_on_with_the_monotonic_clock_whatever_the_wall_says() {
        let known = Known {
            time_ms: TRUE,
            at: at(0, 1_000, 1),
        };
        for wall in [0, TRUE, i64::MAX, i64::MIN] {
            assert_eq!(
                best_ms(&at(wall, 61_000, 1), Some(&known), BUILT),
                TRUE + 60_000
            );
        }
    }

    #[test]
    fn without_a_known_time_a_plausible_wall_clock_counts() {
        assert_eq!(best_ms(&at(TRUE, 0, 1), None, BUILT), TRUE);
        assert_eq!(best_ms(&at(0, 0, 1), None, BUILT), BUILT);
        assert_eq!(best_ms(&at(i64::MAX, 0, 1), None, BUILT), BUILT);
    }

    #[test]
    fn a_clock_in_buddhist_years_is_understood() {
        let wall = TRUE + BUDDHIST_MS;
        assert_eq!(best_ms(&at(wall, 0, 1), None, BUILT), TRUE);
    }

    #[test]
    fn after_a_reboot_the_last_known_time_is_the_least() {
        let known = Known {
            time_ms: TRUE,
            at: at(0, 1_000, 1),
        };
        assert_eq!(best_ms(&at(0, 5, 2), Some(&known), BUILT), TRUE);
        assert_eq!(
            best_ms(&at(TRUE + 99, 5, 2), Some(&known), BUILT),
            TRUE + 99
        );
    }
}
