//! The other ways to make a pin of some fixes, for comparison.

use pakmut_core::accuracy::{RADIUS68_PER_SIGMA, RAYLEIGH_95_OVER_68, unstated_accuracy_m};
use pakmut_core::model::{Fix, Position};
use pakmut_core::plane::{LocalPlane, Offset};

/// A pin by some rule: where, and what the rule claims of itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Where.
    pub position: Position,
    /// Claimed 68 % radius, metres.
    pub radius68_m: f64,
    /// Claimed 95 % radius, metres.
    pub radius95_m: f64,
}

fn usable(fixes: &[Fix]) -> Vec<(Position, f64)> {
    fixes
        .iter()
        .filter_map(|fix| {
            let stated = fix.accuracy_m.filter(|a| a.is_finite() && *a > 0.0);
            let accuracy = stated.unwrap_or_else(|| unstated_accuracy_m(fix.hdop));
            Position::new(fix.lat, fix.lon).ok().map(|p| (p, accuracy))
        })
        .collect()
}

fn single((position, accuracy): (Position, f64)) -> Claim {
    Claim {
        position,
        radius68_m: accuracy,
        radius95_m: accuracy * RAYLEIGH_95_OVER_68,
    }
}

/// The first fix, with its stated accuracy.
#[must_use]
pub fn first_fix(fixes: &[Fix]) -> Option<Claim> {
    usable(fixes).first().copied().map(single)
}

/// The fix with the best stated accuracy, the earliest of several (the rule of
/// ODK Collect); its stated accuracy as the radius.
#[must_use]
pub fn best_fix(fixes: &[Fix]) -> Option<Claim> {
    usable(fixes)
        .into_iter()
        .reduce(|best, next| if next.1 < best.1 { next } else { best })
        .map(single)
}

/// The plain mean with the radius of the textbook: scatter over √n.
#[must_use]
pub fn plain_mean(fixes: &[Fix]) -> Option<Claim> {
    let usable = usable(fixes);
    let plane = LocalPlane::at(usable.first()?.0);
    let points: Vec<Offset> = usable.iter().map(|(p, _)| plane.offset(*p)).collect();
    let n = points.len() as f64;
    let at = Offset {
        east: points.iter().map(|p| p.east).sum::<f64>() / n,
        north: points.iter().map(|p| p.north).sum::<f64>() / n,
    };
    let squares: f64 = points.iter().map(|p| p.distance(at).powi(2)).sum();
    let sigma = (squares / 2.0 / (n - 1.0).max(1.0)).sqrt() / n.sqrt();
    Some(Claim {
        position: plane.position(at),
        radius68_m: RADIUS68_PER_SIGMA * sigma,
        radius95_m: RADIUS68_PER_SIGMA * RAYLEIGH_95_OVER_68 * sigma,
    })
}

/// Huber's mean of all fixes alike, without gates and weights; it claims nothing.
#[must_use]
pub fn huber_mean(fixes: &[Fix]) -> Option<Position> {
    let usable = usable(fixes);
    let plane = LocalPlane::at(usable.first()?.0);
    let points: Vec<Offset> = usable.iter().map(|(p, _)| plane.offset(*p)).collect();
    let median = |value: &dyn Fn(&Offset) -> f64| {
        let mut values: Vec<f64> = points.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        if values.len() % 2 == 1 {
            values[middle]
        } else {
            (values[middle - 1] + values[middle]) / 2.0
        }
    };
    let mut at = Offset {
        east: median(&|p| p.east),
        north: median(&|p| p.north),
    };
    for _ in 0..50 {
        let spread = median(&|p| p.distance(at)).max(0.1);
        let knee = 1.345 * spread / 1.1774;
        let (mut total, mut east, mut north) = (0.0, 0.0, 0.0);
        for p in &points {
            let d = p.distance(at);
            let w = if d > knee { knee / d } else { 1.0 };
            total += w;
            east += w * p.east;
            north += w * p.north;
        }
        at = Offset {
            east: east / total,
            north: north / total,
        };
    }
    Some(plane.position(at))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use pakmut_core::model::Monotonic;

    fn fix(lat: f64, accuracy: f64) -> Fix {
        Fix {
            accuracy_m: Some(accuracy),
            ..Fix::bare(Monotonic(0), lat, 100.0)
        }
    }

    #[test]
    fn the_best_is_the_first_of_the_best() {
        let fixes = [fix(13.0, 5.0), fix(13.1, 3.0), fix(13.2, 3.0)];
        assert_eq!(best_fix(&fixes).unwrap().position.lat(), 13.1);
        assert_eq!(first_fix(&fixes).unwrap().position.lat(), 13.0);
        assert!(best_fix(&[]).is_none());
    }

    #[test]
    fn the_textbook_shrinks_with_the_root_of_n() {
        let two: Vec<Fix> = (0..2)
            .map(|i| fix(13.0 + f64::from(i) * 1e-5, 3.0))
            .collect();
        let many: Vec<Fix> = (0..200)
            .map(|i| fix(13.0 + f64::from(i % 2) * 1e-5, 3.0))
            .collect();
        assert!(plain_mean(&many).unwrap().radius95_m < 0.2 * plain_mean(&two).unwrap().radius95_m);
    }

    #[test]
    fn huber_is_not_pulled_by_a_jump() {
        let mut fixes: Vec<Fix> = (0..20)
            .map(|i| fix(13.0 + f64::from(i % 3) * 1e-6, 3.0))
            .collect();
        fixes.push(fix(13.01, 3.0));
        assert!((huber_mean(&fixes).unwrap().lat() - 13.0).abs() < 2e-6);
    }
}
