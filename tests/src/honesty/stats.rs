//! Quantiles and bootstrap, as the honesty report needs them.

/// A weighted quantile: the least value at or below which `q` of the weight lies; NaN for none.
#[must_use]
pub fn quantile(values: &[(f64, f64)], q: f64) -> f64 {
    let mut sorted: Vec<(f64, f64)> = values
        .iter()
        .copied()
        .filter(|(value, weight)| value.is_finite() && *weight > 0.0)
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    for (value, weight) in &sorted {
        below += weight;
        if below >= q * total - 1e-12 {
            return *value;
        }
    }
    sorted.last().map_or(f64::NAN, |(value, _)| *value)
}

/// A quantile of values that weigh the same; NaN for none.
#[must_use]
pub fn plain_quantile(values: &[f64], q: f64) -> f64 {
    let weighted: Vec<(f64, f64)> = values.iter().map(|v| (*v, 1.0)).collect();
    quantile(&weighted, q)
}

/// The mean; NaN for none.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The 95 % percentile-bootstrap interval of the mean over `values` (one a log),
/// from 10,000 resamples with a fixed seed (Efron & Tibshirani 1993, ch. 13).
#[must_use]
pub fn bootstrap_mean(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let mut state = 0x2561_0810u64;
    let mut next = || {
        // SplitMix64 (Steele, Lea & Flood 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let means: Vec<f64> = (0..10_000)
        .map(|_| {
            let sum: f64 = (0..values.len())
                .map(|_| values[(next() % values.len() as u64) as usize])
                .sum();
            sum / values.len() as f64
        })
        .collect();
    (plain_quantile(&means, 0.025), plain_quantile(&means, 0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_known_lists() {
        let values = [3.0, 1.0, 2.0, 4.0];
        assert_eq!(plain_quantile(&values, 0.5), 2.0);
        assert_eq!(plain_quantile(&values, 0.95), 4.0);
        assert!(plain_quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[(1.0, 9.0), (100.0, 1.0)], 0.9), 1.0);
    }

    #[test]
    fn the_interval_holds_the_mean_and_is_the_same_every_time() {
        let values = [0.9, 1.0, 0.95, 0.8, 1.0];
        let (low, high) = bootstrap_mean(&values);
        assert!(low < mean(&values) && mean(&values) < high);
        assert_eq!(bootstrap_mean(&values), (low, high));
        assert_eq!(bootstrap_mean(&[1.0; 5]), (1.0, 1.0));
    }
}
