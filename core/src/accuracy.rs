//! Where a standing phone is, and how far off that may be. Pure.
//!
//! Most of a phone's error is a bias that outlasts the visit: on recordings of
//! standing receivers with known truth, 64–98 % of the squared error is
//! constant, and chips hold the position still when they think they are
//! still. Scatter therefore says little, averaging removes start-up jumps and
//! nothing else, and nothing here is divided by √n. The radius rests on what
//! the receiver states, on a floor for the bias that it does not state, and on the
//! scatter where there is some.
//!
//! ```text
//! bias     = max(mean stated accuracy, FLOOR_M)
//! scatter² = (Σ v·d²/2 + START_UP_SCATTER_M²) / (Σ v + 1)      per axis
//! radius68 = √(bias² + (1.51 · scatter)²)
//! radius95 = TAIL · radius68
//! ```
//!
//! The position is a Huber mean: quadratic near the middle, linear outside it, so
//! that a start-up jump pulls with bounded force.

use crate::plane::Offset;

/// Radius that holds 68 % of a circular normal distribution, in standard
/// deviations per axis: √(−2 ln 0.32) = 1.51.
pub const RADIUS68_PER_SIGMA: f64 = 1.509_6;

/// 95 % radius over 68 % radius of a circular normal distribution:
/// √(ln 0.05 / ln 0.32) = 1.62. Sources that state 95 % are divided by this.
pub const RAYLEIGH_95_OVER_68: f64 = 1.621_5;

/// Least 68 % radius for the bias that no receiver states, metres.
///
/// A single-frequency code receiver in the open has 3–5 m of horizontal error from
/// orbits and clocks (0.6–1 m of range), ionosphere left after the broadcast
/// model (2–4 m), troposphere (0.2–0.5 m) and multipath on a linear antenna
/// (1–3 m), times an HDOP near 1 (Kaplan & Hegarty, Understanding GPS/GNSS,
/// 3rd ed., table 10.4). Measured: phones' RMSE 1.7–4.5 m in the open (Tomaštík et
/// al. 2017, doi:10.3390/ijgi6110350 and later); two phones of one model stood
/// 3 m apart for hours. Chips nevertheless state 3 m, their lower clamp.
pub const FLOOR_M: f64 = 4.4;

/// Stand-in for the 68 % radius of a receiver that states nothing at all, metres.
///
/// Phones in the open: typical error 4.9 m (van Diggelen & Enge 2015, ION
/// GNSS+, as cited by gps.gov for "smartphones under open sky"); taken a little
/// wider because silence also hides a receiver that knows itself to be poor.
pub const UNSTATED_M: f64 = 5.5;

/// 68 % radius per unit of HDOP for a receiver that states only that, metres:
/// recordings fitted 4.5 (a user range error of 3 m per axis times 1.51).
pub const PER_HDOP_M: f64 = 4.5;

/// 95 % radius over 68 % radius of a capture.
///
/// A normal distribution would have 1.62, but the stated accuracy is itself uncertain:
/// with a log-normal spread of it by a factor of 1.85 (68 %) the ratio is 2.5.
/// Recordings show up to 3.4, where the floor already covers the middle.
pub const TAIL: f64 = 2.5;

/// Scatter per axis expected of a receiver before it has shown any, metres. It weighs
/// as one fix: a lone first fix lies off by 4.8 / 8.0 m (50 / 68 %) where the
/// settled mean lies off by 3.4 / 4.6 m, which is 4 m per axis more; after ten fixes its
/// share is small.
pub const START_UP_SCATTER_M: f64 = 4.0;

/// Huber's constant: 1.345 standard deviations cost 5 % of efficiency on
/// clean normal data (Huber 1964, Ann. Math. Statist. 35).
const HUBER: f64 = 1.345;

/// Least scale of the Huber mean, metres: chips that hold a position have no spread
/// of their own, and the last digit would then make outliers. 0.1: receivers and
/// loggers write degrees to six decimals, steps of 0.11 m.
const LEAST_SCALE_M: f64 = 0.1;

/// Most rounds of reweighting; it converges to centimetres in three to five.
const ROUNDS: usize = 8;

/// A round that moves the centre less than this ends it, metres: half a percent of the floor.
const CLOSE_ENOUGH_M: f64 = 0.02;

/// Most samples that an estimate looks at; more are ignored (the newest count). 64: twice the
/// 30 s that a capture looks back on, at one a second.
pub const MOST_SAMPLES: usize = 64;

/// One reading, on a plane: up to a second of fixes, or a run of repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Where, metres on the capture's plane.
    pub at: Offset,
    /// 68 % radius that the receiver states, or its stand-in ([`unstated_accuracy_m`]), metres, above 0.
    pub accuracy_m: f64,
    /// For how many seconds the receiver said so, at least 1.
    pub seconds: f64,
}

/// A position and how far off it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Where, metres on the plane of the samples.
    pub at: Offset,
    /// At least 68 % of captures lie within this distance of the truth, metres.
    pub radius68_m: f64,
    /// At least 95 % of captures lie within this distance of the truth, metres.
    pub radius95_m: f64,
    /// Scatter per axis of the samples themselves, metres.
    pub scatter_m: f64,
    /// The stated accuracy that the radius rests on, 68 %, metres.
    pub stated_m: f64,
}

/// The stand-in for an accuracy that was not stated, a 68 % radius in metres.
///
/// HDOP describes the geometry only, so it can widen the stand-in but not narrow it.
#[must_use]
pub fn unstated_accuracy_m(hdop: Option<f64>) -> f64 {
    match hdop {
        Some(hdop) if hdop.is_finite() && hdop > 0.0 => (PER_HDOP_M * hdop).max(UNSTATED_M),
        _ => UNSTATED_M,
    }
}

/// The robust centre of `samples` and its honest radii; `None` without samples.
///
/// Samples must be finite and their accuracies above 0; of more than
/// [`MOST_SAMPLES`] the last count.
#[must_use]
pub fn estimate(samples: &[Sample]) -> Option<Estimate> {
    let samples = &samples[samples.len().saturating_sub(MOST_SAMPLES)..];
    if samples.is_empty() {
        return None;
    }
    let best = samples
        .iter()
        .fold(f64::INFINITY, |best, s| best.min(s.accuracy_m))
        .max(FLOOR_M);
    // A receiver that states 20 m while it converges and 5 m later means it;
    // but it is not trusted with the square, since the reported best is not the best.
    let mut weights = [0.0; MOST_SAMPLES];
    for (weight, s) in weights.iter_mut().zip(samples) {
        *weight = s.seconds * (best / s.accuracy_m.max(best));
    }

    let at = huber_mean(samples, &weights);
    let (mut total, mut squares, mut stated) = (0.0, 0.0, 0.0);
    for (s, v) in samples.iter().zip(weights) {
        let (east, north) = (s.at.east - at.east, s.at.north - at.north);
        total += v;
        squares += v * (east * east + north * north) / 2.0;
        stated += v * s.accuracy_m;
    }
    let stated_m = stated / total;
    let bias = stated_m.max(FLOOR_M);
    let scatter2 = (squares + START_UP_SCATTER_M * START_UP_SCATTER_M) / (total + 1.0);
    let radius68_m = (bias * bias + RADIUS68_PER_SIGMA * RADIUS68_PER_SIGMA * scatter2).sqrt();
    Some(Estimate {
        at,
        radius68_m,
        radius95_m: TAIL * radius68_m,
        scatter_m: (squares / total).sqrt(),
        stated_m,
    })
}

/// Huber's mean in the plane, by iterated reweighting from the median.
///
/// The median is weighted too: a chip that jumps for four seconds and then holds one
/// coordinate for twenty gives four samples against one.
fn huber_mean(samples: &[Sample], weights: &[f64; MOST_SAMPLES]) -> Offset {
    let mut buffer = [(0.0, 0.0); MOST_SAMPLES];
    let buffer = &mut buffer[..samples.len()];
    let mut middle = |value: &dyn Fn(&Sample) -> f64| {
        for ((slot, s), weight) in buffer.iter_mut().zip(samples).zip(weights) {
            *slot = (value(s), *weight);
        }
        weighted_median(buffer)
    };
    let mut at = Offset {
        east: middle(&|s| s.at.east),
        north: middle(&|s| s.at.north),
    };
    // Half of a circular normal distribution lies within 1.177 standard deviations.
    let sigma = (middle(&|s| s.at.distance(at)) / 1.177_4).max(LEAST_SCALE_M);
    let knee = HUBER * sigma;
    for _ in 0..ROUNDS {
        let (mut total, mut east, mut north) = (0.0, 0.0, 0.0);
        for (s, weight) in samples.iter().zip(weights) {
            let w = weight * (knee / s.at.distance(at).max(knee));
            total += w;
            east += w * s.at.east;
            north += w * s.at.north;
        }
        let next = Offset {
            east: east / total,
            north: north / total,
        };
        let moved = next.distance(at);
        at = next;
        if moved < CLOSE_ENOUGH_M {
            break;
        }
    }
    at
}

/// The value at which half of the weight is reached, half-way to the next one where
/// it is reached exactly; 0 for none. At most [`MOST_SAMPLES`] values.
fn weighted_median(values: &[(f64, f64)]) -> f64 {
    // Integers sort twice as fast as pairs of floats do, and this is half of an estimate.
    let mut order = [0; MOST_SAMPLES];
    let order = &mut order[..values.len()];
    for ((i, (value, _)), slot) in values.iter().enumerate().zip(order.iter_mut()) {
        *slot = sortable(*value, i);
    }
    order.sort_unstable();
    let at = |slot: u64| values[(slot % MOST_SAMPLES as u64) as usize];
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (i, slot) in order.iter().enumerate() {
        let (value, weight) = at(*slot);
        below += weight;
        if below >= half * (1.0 - 1e-9) {
            return match order.get(i + 1) {
                Some(next) if below <= half * (1.0 + 1e-9) => (value + at(*next).0) / 2.0,
                _ => value,
            };
        }
    }
    0.0
}

/// A number that sorts as `value` does, with `index` in place of the last bits of its
/// mantissa: metres on the earth differ by nanometres there.
fn sortable(value: f64, index: usize) -> u64 {
    let bits = value.to_bits();
    let ordered = if value.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    };
    ordered / MOST_SAMPLES as u64 * MOST_SAMPLES as u64 + index as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn sample(east: f64, north: f64, accuracy_m: f64) -> Sample {
        Sample {
            at: Offset { east, north },
            accuracy_m,
            seconds: 1.0,
        }
    }

    #[test]
    fn nothing_in_nothing_out() {
        assert!(estimate(&[]).is_none());
    }

    #[test]
    fn a_held_position_does_not_pretend_to_be_exact() {
        let held = vec![sample(0.0, 0.0, 3.0); 30];
        let e = estimate(&held).unwrap();
        assert!(e.radius95_m >= TAIL * FLOOR_M);
        assert!(e.radius95_m <= 12.0, "{}", e.radius95_m);
    }

    #[test]
    fn thousands_of_fixes_narrow_nothing_below_the_floor() {
        let e = estimate(&vec![sample(0.0, 0.0, 1.0); 10_000]).unwrap();
        assert!(e.radius68_m >= FLOOR_M);
    }

    #[test]
    fn a_lone_fix_is_worth_less_than_ten() {
        let one = estimate(&[sample(0.0, 0.0, 4.0)]).unwrap();
        let ten = estimate(&[sample(0.0, 0.0, 4.0); 10]).unwrap();
        assert!(one.radius95_m > 15.0 && ten.radius95_m < 12.5);
    }

    #[test]
    fn a_start_up_jump_pulls_little() {
        let mut samples = vec![sample(60.0, 0.0, 4.0); 3];
        samples.extend((0..9).map(|i| sample(f64::from(i % 3) * 0.4, 0.0, 4.0)));
        let e = estimate(&samples).unwrap();
        assert!(e.at.east < 2.0, "{}", e.at.east);
    }

    #[test]
    fn a_held_position_outweighs_a_start_up_jump_of_more_samples() {
        let mut samples: Vec<Sample> = (0..4)
            .map(|i| sample(15.0, f64::from(i) * 0.3, 4.0))
            .collect();
        samples.push(Sample {
            seconds: 26.0,
            ..sample(0.0, 0.0, 4.0)
        });
        let e = estimate(&samples).unwrap();
        assert!(e.at.distance(Offset::default()) < 0.5, "{:?}", e.at);
    }

    #[test]
    fn the_median_goes_by_weight_and_halves_a_tie() {
        let median = weighted_median;
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)]), 2.0);
        assert_eq!(
            median(&[(4.0, 1.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0)]),
            2.5
        );
        assert_eq!(median(&[(0.0, 5.0), (1.0, 1.0), (2.0, 1.0)]), 0.0);
        assert_eq!(median(&[(1.0, 1.0), (-2.0, 1.0), (-1.0, 1.0)]), -1.0);
    }

    #[test]
    fn what_the_receiver_states_is_believed_when_it_is_poor() {
        let e = estimate(&[sample(0.0, 0.0, 40.0); 20]).unwrap();
        assert!(e.radius68_m >= 40.0 && e.radius95_m >= 100.0);
    }

    #[test]
    fn converging_fixes_lean_on_the_settled_ones() {
        let samples = [
            sample(40.0, 0.0, 65.0),
            sample(35.0, 0.0, 65.0),
            sample(10.0, 0.0, 30.0),
            sample(0.0, 0.0, 10.0),
            sample(0.0, 1.0, 10.0),
        ];
        let e = estimate(&samples).unwrap();
        assert!(e.at.distance(Offset::default()) < 8.0, "{:?}", e.at);
        assert!(e.stated_m < 25.0);
    }

    #[test]
    fn constants_are_those_of_the_distributions_they_name() {
        assert!((RADIUS68_PER_SIGMA - (-2.0 * 0.32f64.ln()).sqrt()).abs() < 1e-3);
        assert!((RAYLEIGH_95_OVER_68 - (0.05f64.ln() / 0.32f64.ln()).sqrt()).abs() < 1e-3);
    }

    #[test]
    fn hdop_widens_the_stand_in_and_never_narrows_it() {
        assert_eq!(unstated_accuracy_m(None), UNSTATED_M);
        assert_eq!(unstated_accuracy_m(Some(0.4)), UNSTATED_M);
        assert_eq!(unstated_accuracy_m(Some(f64::NAN)), UNSTATED_M);
        assert_eq!(unstated_accuracy_m(Some(4.0)), 18.0);
    }

    proptest! {
        #[test]
        fn radii_are_ordered_finite_and_above_the_floor(
            points in prop::collection::vec((-1e4..1e4f64, -1e4..1e4f64, 0.1..500.0f64, 1.0..60.0f64), 1..150)
        ) {
            let samples: Vec<Sample> = points.iter().map(|&(east, north, accuracy_m, seconds)| Sample {
                at: Offset { east, north }, accuracy_m, seconds,
            }).collect();
            let e = estimate(&samples).unwrap();
            prop_assert!(e.at.east.is_finite() && e.at.north.is_finite());
            prop_assert!(e.radius68_m >= FLOOR_M && e.radius95_m > e.radius68_m && e.radius95_m.is_finite());
        }

        #[test]
        fn moving_everything_moves_the_result_alike(
            points in prop::collection::vec((-50.0..50.0f64, -50.0..50.0f64, 3.0..50.0f64), 1..40),
            east in -1000.0..1000.0f64,
        ) {
            let here: Vec<Sample> = points.iter().map(|&(e, n, a)| sample(e, n, a)).collect();
            let there: Vec<Sample> = points.iter().map(|&(e, n, a)| sample(e + east, n, a)).collect();
            let (a, b) = (estimate(&here).unwrap(), estimate(&there).unwrap());
            prop_assert!((a.at.east + east - b.at.east).abs() < 0.1);
            prop_assert!((a.radius95_m - b.radius95_m).abs() < 0.1);
        }
    }
}
