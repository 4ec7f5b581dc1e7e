//! Rounding and the arithmetic functions.

use super::function::Function;

/// Rounds half up (towards +∞, so −0.5 becomes −0) to `places` decimals, by
/// the decimal digits that are written and not by the binary value: 2.675 to
/// 2 places is 2.68. More than 30 places either way give NaN, as in JavaRosa.
pub(super) fn round(number: f64, places: i64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    if !(-30..=30).contains(&places) {
        return f64::NAN;
    }
    let written = format!("{:e}", number.abs());
    let Some((mantissa, exponent)) = written.split_once('e') else {
        return number;
    };
    let digits: Vec<u8> = mantissa
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|b| b - b'0')
        .collect();
    let exponent: i64 = exponent.parse().unwrap_or(0);
    // The digit at index i stands for 10^(exponent - i); keep those down to
    // 10^-places.
    let keep = exponent + places + 1;
    let sign = if number.is_sign_negative() { -1.0 } else { 1.0 };
    let Ok(length) = i64::try_from(digits.len()) else {
        return number;
    };
    if keep >= length {
        return number;
    }
    if keep < 0 {
        return 0.0 * sign;
    }
    let keep_at = usize::try_from(keep).unwrap_or(0);
    let half = digits[keep_at].cmp(&5);
    let beyond = digits[keep_at + 1..].iter().any(|d| *d != 0);
    let up = match half {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => beyond || sign > 0.0,
    };
    let mut kept = digits[..keep_at].to_vec();
    if up {
        let mut at = keep_at;
        loop {
            if at == 0 {
                kept.insert(0, 1);
                break;
            }
            at -= 1;
            if kept[at] == 9 {
                kept[at] = 0;
            } else {
                kept[at] += 1;
                break;
            }
        }
    }
    let text: String = kept.iter().map(|d| char::from(b'0' + d)).collect();
    if text.is_empty() {
        return 0.0 * sign;
    }
    let rounded: f64 = format!("{text}e{}", -places).parse().unwrap_or(number);
    rounded * sign
}

/// The functions of one number.
pub(super) fn of_one(function: Function, x: f64) -> f64 {
    match function {
        Function::Int => x.trunc(),
        Function::Floor => x.floor(),
        Function::Ceiling => x.ceil(),
        Function::Abs => x.abs(),
        Function::Sqrt => x.sqrt(),
        Function::Exp => x.exp(),
        Function::Exp10 => 10_f64.powf(x),
        Function::Log => x.ln(),
        Function::Log10 => x.log10(),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tan => x.tan(),
        Function::Asin => x.asin(),
        Function::Acos => x.acos(),
        Function::Atan => x.atan(),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_by_the_written_digits() {
        for (number, places, expected) in [
            (14.5, 0, 15.0),
            (-0.5, 0, 0.0),
            (-1.5, 0, -1.0),
            (12345.15, 1, 12345.2),
            (-12345.15, 1, -12345.1),
            (2.675, 2, 2.68),
            (12345.12345, -1, 12350.0),
            (626.3, -3, 1000.0),
            (-50.55, -2, -100.0),
            (23.7825, -2, 0.0),
            (99.99, 1, 100.0),
            (0.001, 0, 0.0),
            (1e300, -2, 1e300),
        ] {
            assert_eq!(round(number, places), expected, "{number} {places}");
        }
        assert!(round(1.0, 31).is_nan());
    }
}
