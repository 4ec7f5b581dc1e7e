//! What rounding leaves open.

use super::distance::metres_per_degree;

/// How many decimals a pair of degrees is written with: the longer of the two,
/// since zeros at the end get lost. Counted in the shortest decimal text that
/// gives the same numbers.
#[must_use]
pub fn decimals(lat: f64, lon: f64) -> usize {
    let count = |degrees: f64| {
        let text = degrees.to_string();
        text.find('.').map_or(0, |point| text.len() - point - 1)
    };
    count(lat).max(count(lon))
}

/// The radius in metres within which the place lies with 95 % that was rounded
/// to so many decimals of a degree: 66 km for none, 6.6 km for one, 664 m for
/// two, 66 m for three.
#[must_use]
pub fn rounding_radius95_m(lat: f64, decimals: usize) -> f64 {
    step_radius95_m(lat, 10f64.powi(-(decimals.min(20) as i32)))
}

/// The same for rounding to steps of a size in degrees.
///
/// The true place is anywhere in a square round the rounded one; 95 % of a
/// square lie within 1.2 times half its side of the middle.
#[must_use]
pub fn step_radius95_m(lat: f64, step_deg: f64) -> f64 {
    1.2 * 0.5 * step_deg * metres_per_degree(lat).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_longer_one() {
        assert_eq!(decimals(14.5, 100.25), 2);
        assert_eq!(decimals(14.0, 100.0), 0);
        assert_eq!(decimals(-0.1, 1e-7), 7);
    }

    #[test]
    fn nineteen_of_twenty_places_of_a_square_are_within_the_radius() {
        // The share of a fine grid over the square [-1, 1]² within 1.2.
        let side = 400;
        let at = |index: i32| (f64::from(index) + 0.5) / f64::from(side) * 2.0 - 1.0;
        let within = (0..side)
            .flat_map(|x| (0..side).map(move |y| at(x).hypot(at(y))))
            .filter(|&distance| distance <= 1.2)
            .count();
        let share = within as f64 / f64::from(side * side);
        assert!((share - 0.95).abs() < 0.002, "{share}");
        assert!((rounding_radius95_m(15.0, 2) - 664.0).abs() < 1.0);
    }
}
