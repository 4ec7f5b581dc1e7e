//! The readings that a capture rests on: the last half minute of accepted fixes,
//! folded to one a second. Pure, and bounded whatever comes in.

use crate::accuracy::{MOST_SAMPLES, Sample};
use crate::model::{Monotonic, Provider};
use crate::plane::Offset;
use crate::policy::{BIN_MS, ENOUGH_WITHOUT_NETWORK, FORGET_S, KEEP_SPARSE, LOOK_BACK_S};

/// What a sample was made of.
#[derive(Debug, Clone, Copy)]
struct Origin {
    provider: Provider,
    last: Monotonic,
    fixes: u32,
    in_bin: u32,
    stated: bool,
}

/// An accepted fix on the capture's plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accepted {
    pub at: Monotonic,
    pub place: Offset,
    pub accuracy_m: f64,
    pub stated: bool,
    pub provider: Provider,
}

/// The window; samples and their origins run in parallel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    samples: Vec<Sample>,
    origins: Vec<Origin>,
}

impl Window {
    /// Takes a fix in: into the sample of its second, into a run of the same
    /// coordinate, or as a new sample.
    pub fn push(&mut self, fix: Accepted) {
        if let (Some(sample), Some(origin)) = (self.samples.last_mut(), self.origins.last_mut())
            && origin.provider == fix.provider
        {
            let same_second = origin.last.0.div_euclid(BIN_MS) == fix.at.0.div_euclid(BIN_MS);
            // A run of one coordinate is one reading, however long; a millimetre
            // is below the last digit that any receiver writes.
            let repeat = sample.at.distance(fix.place) < 0.001;
            if same_second || repeat {
                let share = 1.0
                    / if same_second {
                        f64::from(origin.in_bin + 1)
                    } else {
                        sample.seconds + 1.0
                    };
                if !repeat {
                    sample.at.east += (fix.place.east - sample.at.east) * share;
                    sample.at.north += (fix.place.north - sample.at.north) * share;
                }
                sample.accuracy_m += (fix.accuracy_m - sample.accuracy_m) * share;
                if same_second {
                    origin.in_bin = origin.in_bin.saturating_add(1);
                } else {
                    origin.in_bin = 1;
                    sample.seconds = (sample.seconds + 1.0).min(LOOK_BACK_S);
                }
                origin.last = fix.at;
                origin.fixes = origin.fixes.saturating_add(1);
                origin.stated &= fix.stated;
                self.evict(fix.at);
                return;
            }
        }
        self.samples.push(Sample {
            at: fix.place,
            accuracy_m: fix.accuracy_m,
            seconds: 1.0,
        });
        self.origins.push(Origin {
            provider: fix.provider,
            last: fix.at,
            fixes: 1,
            in_bin: 1,
            stated: fix.stated,
        });
        self.evict(fix.at);
    }

    fn evict(&mut self, newest: Monotonic) {
        let older_than = |seconds: f64| {
            self.origins
                .iter()
                .take_while(|o| newest.since(o.last) > seconds)
                .count()
        };
        let dense = older_than(LOOK_BACK_S).min(self.samples.len().saturating_sub(KEEP_SPARSE));
        let gone = dense
            .max(older_than(FORGET_S))
            .max(self.samples.len().saturating_sub(MOST_SAMPLES));
        if gone == 0 {
            return;
        }
        self.samples.drain(..gone);
        self.origins.drain(..gone);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.samples.clear();
        self.origins.clear();
    }

    /// Drops the oldest sample and says how many fixes it was.
    pub fn drop_first(&mut self) -> u32 {
        if self.samples.is_empty() {
            return 0;
        }
        self.samples.remove(0);
        self.origins.remove(0).fixes
    }

    /// Drops the samples of all providers but one and says how many fixes they were.
    pub fn keep_only(&mut self, provider: Provider) -> u32 {
        self.keep(|_, origin| origin.provider == provider)
    }

    /// The mean stated accuracy of what is not a network's, metres, where that
    /// is enough to rest on without networks.
    pub fn better_than_networks(&self) -> Option<f64> {
        let (mut fixes, mut seconds, mut sum) = (0u32, 0.0, 0.0);
        for (sample, origin) in self.samples.iter().zip(&self.origins) {
            if origin.provider != Provider::Network {
                fixes = fixes.saturating_add(origin.fixes);
                seconds += sample.seconds;
                sum += sample.seconds * sample.accuracy_m;
            }
        }
        (fixes >= ENOUGH_WITHOUT_NETWORK).then(|| sum / seconds)
    }

    /// Drops network samples where better ones are enough, and says how many fixes they were.
    pub fn set_networks_aside(&mut self) -> u32 {
        if !self.origins.iter().any(|o| o.provider == Provider::Network) {
            return 0;
        }
        let Some(better) = self.better_than_networks() else {
            return 0;
        };
        self.keep(|sample, origin| {
            origin.provider != Provider::Network || sample.accuracy_m <= better
        })
    }

    fn keep(&mut self, wanted: impl Fn(&Sample, &Origin) -> bool) -> u32 {
        let mut dropped = 0u32;
        let origins = std::mem::take(&mut self.origins);
        let samples = std::mem::take(&mut self.samples);
        for (sample, origin) in samples.into_iter().zip(origins) {
            if wanted(&sample, &origin) {
                self.samples.push(sample);
                self.origins.push(origin);
            } else {
                dropped = dropped.saturating_add(origin.fixes);
            }
        }
        dropped
    }

    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    pub fn first(&self) -> Option<&Sample> {
        self.samples.first()
    }

    /// When the newest fix was measured.
    pub fn last_fix(&self) -> Option<Monotonic> {
        self.origins.iter().map(|o| o.last).max()
    }

    /// Fixes in the window.
    pub fn fixes(&self) -> u32 {
        self.origins
            .iter()
            .fold(0, |sum, o| sum.saturating_add(o.fixes))
    }

    /// Readings in the window.
    pub fn distinct(&self) -> u32 {
        u32::try_from(self.samples.len()).unwrap_or(u32::MAX)
    }

    /// Whether any of it came without a stated accuracy, and whether any came with one.
    pub fn stated(&self) -> (bool, bool) {
        (
            self.origins.iter().any(|o| !o.stated),
            self.origins.iter().any(|o| o.stated),
        )
    }

    /// Who measured most of it: the provider with the most seconds.
    pub fn provider(&self) -> Option<Provider> {
        let mut seconds = [0.0; 4];
        for (sample, origin) in self.samples.iter().zip(&self.origins) {
            seconds[index(origin.provider)] += sample.seconds / sample.accuracy_m.max(1.0);
        }
        PROVIDERS
            .into_iter()
            .filter(|p| seconds[index(*p)] > 0.0)
            .max_by(|a, b| seconds[index(*a)].total_cmp(&seconds[index(*b)]))
    }
}

/// Providers by falling trust where two disagree: satellites are measured, a
/// mixture may hold anything, a network's position is a data base's.
pub(crate) const PROVIDERS: [Provider; 4] = [
    Provider::Satellite,
    Provider::Fused,
    Provider::Unknown,
    Provider::Network,
];

/// The place of a provider in [`PROVIDERS`].
pub(crate) fn index(provider: Provider) -> usize {
    match provider {
        Provider::Satellite => 0,
        Provider::Fused => 1,
        Provider::Unknown => 2,
        Provider::Network => 3,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn accepted(seconds: f64, east: f64) -> Accepted {
        Accepted {
            at: Monotonic::from_secs(seconds),
            place: Offset { east, north: 0.0 },
            accuracy_m: 4.0,
            stated: true,
            provider: Provider::Satellite,
        }
    }

    #[test]
    fn a_run_of_one_coordinate_is_one_reading_of_many_seconds() {
        let mut window = Window::default();
        for i in 0..20 {
            window.push(accepted(f64::from(i), 0.0));
        }
        assert_eq!((window.distinct(), window.fixes()), (1, 20));
        assert_eq!(window.samples()[0].seconds, 20.0);
    }

    #[test]
    fn ten_fixes_a_second_weigh_as_one() {
        let mut window = Window::default();
        for i in 0..10 {
            window.push(accepted(f64::from(i) * 0.1, f64::from(i)));
        }
        window.push(accepted(1.0, 4.5));
        assert_eq!((window.distinct(), window.fixes()), (1, 11));
        assert!((window.samples()[0].at.east - 4.5).abs() < 1e-9);
    }

    #[test]
    fn the_window_is_bounded_in_time_and_in_number() {
        let mut window = Window::default();
        for i in 0..100_000 {
            window.push(accepted(f64::from(i) * 0.1, f64::from(i % 1000)));
        }
        assert!(window.samples().len() <= MOST_SAMPLES);
        window.push(accepted(1e6, 0.0));
        assert_eq!(window.distinct(), 1);
    }
}
