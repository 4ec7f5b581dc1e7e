//! How figures are written in messages.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;

use super::Lang;

/// A figure in a message: a number, or a text such as a name or a date.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// A number; its unit is the message's.
    Number(f64),
    /// A text, put in as it is.
    Text(String),
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<u32> for Figure {
    fn from(value: u32) -> Self {
        Self::Number(f64::from(value))
    }
}

impl From<usize> for Figure {
    fn from(value: usize) -> Self {
        Self::Number(value as f64)
    }
}

impl From<&str> for Figure {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Figure {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Figure> for FluentValue<'a> {
    fn from(figure: &'a Figure) -> Self {
        match figure {
            Figure::Number(value) => FluentValue::from(*value),
            Figure::Text(text) => FluentValue::from(text.as_str()),
        }
    }
}

/// What stands for a figure that is missing or no number.
const DASH: &str = "–";

/// Numbers as they stand in messages outside the functions: whole ones whole,
/// small ones with one decimal.
pub(super) fn plain(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    match value {
        FluentValue::Number(FluentNumber { value, .. }) => {
            let is_whole = value.fract() == 0.0 || value.abs() >= 10.0;
            Some(fixed(*value, usize::from(!is_whole)))
        }
        _ => None,
    }
}

/// The functions that messages call.
pub(super) fn add_functions(bundle: &mut FluentBundle<FluentResource>, lang: Lang) {
    // A name is refused only when it is taken, and these three are not.
    let _ = bundle.add_function("LENGTH", move |values, _| {
        written(values, |metres| length(metres, lang))
    });
    let _ = bundle.add_function("DURATION", move |values, _| {
        written(values, |seconds| duration(seconds, lang))
    });
    let _ = bundle.add_function("FIXED", |values, options: &FluentArgs| {
        let decimals = match options.get("decimals") {
            Some(FluentValue::Number(number)) => number.value.clamp(0.0, 9.0) as usize,
            _ => 0,
        };
        written(values, |value| fixed(value, decimals))
    });
}

fn written<'a>(values: &[FluentValue<'a>], write: impl Fn(f64) -> String) -> FluentValue<'a> {
    match values.first() {
        Some(FluentValue::Number(number)) => FluentValue::from(write(number.value)),
        _ => FluentValue::from(DASH),
    }
}

/// Metres, from a kilometre on kilometres; no more digits than mean something.
fn length(metres: f64, lang: Lang) -> String {
    let (m, km) = match lang {
        Lang::Th => ("ม.", "กม."),
        Lang::En => ("m", "km"),
    };
    let metres = metres.abs();
    if metres.round() < 1.0 && metres > 0.0 {
        format!("{} {m}", fixed(metres, 1))
    } else if metres.round() < 1_000.0 {
        format!("{} {m}", fixed(metres, 0))
    } else {
        let kilometres = metres / 1_000.0;
        format!(
            "{} {km}",
            fixed(kilometres, usize::from(kilometres < 99.95))
        )
    }
}

/// Seconds, in the largest unit that there are at least two of.
fn duration(seconds: f64, lang: Lang) -> String {
    let seconds = seconds.abs().round();
    let (count, th, en) = match seconds {
        s if s < 120.0 => (s, "วินาที", "second"),
        s if s < 7_200.0 => (s / 60.0, "นาที", "minute"),
        s if s < 172_800.0 => (s / 3_600.0, "ชั่วโมง", "hour"),
        s => (s / 86_400.0, "วัน", "day"),
    };
    let count = count.floor();
    match lang {
        Lang::Th => format!("{} {th}", fixed(count, 0)),
        Lang::En if count == 1.0 => format!("1 {en}"),
        Lang::En => format!("{} {en}s", fixed(count, 0)),
    }
}

/// A number with so many decimals and commas between thousands.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut written = String::with_capacity(text.len() + text.len() / 3 + 1);
    // Minus only where a digit other than 0 is left of the number.
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        written.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push('.');
        written.push_str(fraction);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_points_and_commas_whatever_the_phone_says() {
        for (value, decimals, expected) in [
            (0.0, 0, "0"),
            (-0.04, 1, "0.0"),
            (-0.06, 1, "-0.1"),
            (999.5, 0, "1,000"),
            (1_234_567.891, 2, "1,234,567.89"),
            (-12_345.0, 0, "-12,345"),
            (f64::NAN, 0, "–"),
            (f64::NEG_INFINITY, 3, "–"),
        ] {
            assert_eq!(fixed(value, decimals), expected);
        }
    }

    #[test]
    fn lengths_and_durations_read_as_people_say_them() {
        for (metres, th, en) in [
            (0.0, "0 ม.", "0 m"),
            (0.3, "0.3 ม.", "0.3 m"),
            (13.6, "14 ม.", "14 m"),
            (-730.2, "730 ม.", "730 m"),
            (999.6, "1.0 กม.", "1.0 km"),
            (12_345.0, "12.3 กม.", "12.3 km"),
            (1_457_956.0, "1,458 กม.", "1,458 km"),
        ] {
            assert_eq!(length(metres, Lang::Th), th);
            assert_eq!(length(metres, Lang::En), en);
        }
        for (seconds, th, en) in [
            (1.0, "1 วินาที", "1 second"),
            (90.0, "90 วินาที", "90 seconds"),
            (150.0, "2 นาที", "2 minutes"),
            (-7_300.0, "2 ชั่วโมง", "2 hours"),
            (200_000.0, "2 วัน", "2 days"),
        ] {
            assert_eq!(duration(seconds, Lang::Th), th);
            assert_eq!(duration(seconds, Lang::En), en);
        }
    }
}
