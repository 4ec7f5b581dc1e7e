//! Figures with their uncertainty.

use serde::{Deserialize, Serialize};

/// The 97.5th percentile of the standard normal distribution: two-sided 95 %.
const Z95: f64 = 1.959_963_984_540_054;

/// A share with its two-sided 95 % interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share counted.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The share `count` of `of` with its Wilson score interval (E. B. Wilson 1927,
/// JASA 22), which holds for few answers and for shares near 0 or 1; absent
/// where `of` is 0 or `count` exceeds it.
pub fn wilson(count: u64, of: u64) -> Option<Share> {
    if of == 0 || count > of {
        return None;
    }
    let n = of as f64;
    let share = count as f64 / n;
    let z2 = Z95 * Z95;
    let middle = share + z2 / (2.0 * n);
    let half = Z95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At the ends the exact value is 0 or 1; rounding must not leave them.
    let low = if count == 0 {
        0.0
    } else {
        (middle - half) / scale
    };
    let high = if count == of {
        1.0
    } else {
        (middle + half) / scale
    };
    Some(Share { share, low, high })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_intervals_come_out() {
        // Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score).
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let share = wilson(count, of).unwrap();
            assert!((share.low - low).abs() < 5e-5, "{share:?}");
            assert!((share.high - high).abs() < 5e-5, "{share:?}");
        }
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(2, 1), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_share_and_lies_between_0_and_1(of in 1u64..10_000_000, part in 0.0f64..=1.0) {
            let count = (part * of as f64) as u64;
            let share = wilson(count, of).unwrap();
            prop_assert!(0.0 <= share.low && share.low <= share.share);
            prop_assert!(share.share <= share.high && share.high <= 1.0);
        }
    }
}
