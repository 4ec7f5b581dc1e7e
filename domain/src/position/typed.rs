//! Reads a position that a person typed or pasted.

mod tokens;

use thiserror::Error;

use tokens::{Number, Token, normalise, tokenise};

use super::plus_code::{PlusCode, PlusCodeError};
use super::rounding::step_radius95_m;
use super::utm::{Datum, Utm, UtmError, Zone};
use super::{Position, PositionError};

/// The longest text that is read, bytes.
const MAX_BYTES: usize = 300;

/// From how many metres on a number is a grid coordinate and no degrees.
const LEAST_GRID_M: f64 = 10_000.0;

/// How well EPSG:1812 takes Indian 1975 to WGS 84, metres.
const INDIAN_1975_M: f64 = 3.0;

/// What the person was asked beside the text; nothing of it is ever guessed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Asked {
    /// The UTM zone, where the text does not name it.
    pub zone: Option<Zone>,
    /// The datum of UTM coordinates, where the text does not name it.
    pub datum: Option<Datum>,
    /// A place nearby, to complete a short Plus Code: the LAO's area.
    pub near: Option<Position>,
}

/// How a position was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Decimal degrees.
    Degrees,
    /// Degrees and minutes, or degrees, minutes and seconds.
    Sexagesimal,
    /// UTM coordinates.
    Utm(Utm),
    /// A Plus Code, completed where it was short.
    PlusCode(PlusCode),
}

/// A position that was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Where.
    pub position: Position,
    /// How it was written.
    pub form: Form,
    /// What the form leaves open: the place lies with 95 % within this many
    /// metres of the position, if the person wrote down the right one.
    pub resolution_m: f64,
}

/// Why text is no position.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum TypedError {
    /// There is nothing.
    #[error("there is nothing")]
    Empty,
    /// More text than a position has.
    #[error("the text has {bytes} bytes, the most is {MAX_BYTES}")]
    TooLong {
        /// Its size in bytes.
        bytes: usize,
    },
    /// It cannot be read in just one way.
    #[error("the text cannot be read in just one way as a position")]
    Unclear,
    /// Minutes or seconds of 60 or more.
    #[error("{value} minutes or seconds: they end at 60")]
    SixtyOrMore {
        /// The number.
        value: f64,
    },
    /// UTM coordinates without a zone.
    #[error("UTM coordinates need a zone, 47N or 48N")]
    ZoneMissing,
    /// UTM coordinates without a datum.
    #[error("UTM coordinates need a datum, WGS 84 or Indian 1975")]
    DatumMissing,
    /// The zone or datum in the text is not the one that was chosen.
    #[error("the text names another zone or datum than was chosen")]
    Contradiction,
    /// The numbers are no position.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// The UTM coordinates are no position.
    #[error(transparent)]
    Utm(#[from] UtmError),
    /// The Plus Code is none, or needs a place nearby.
    #[error(transparent)]
    PlusCode(#[from] PlusCodeError),
}

impl TypedError {
    /// Every code that [`TypedError::code`] can give.
    pub const CODES: &'static [&'static str] = &[
        "position_text_empty",
        "position_text_too_long",
        "position_text_unclear",
        "sixty_or_more",
        "utm_zone_missing",
        "utm_datum_missing",
        "utm_contradiction",
        "utm_off_grid",
        "plus_code_malformed",
        "plus_code_short",
        "not_finite",
        "out_of_range",
        "zero_zero",
        "swapped_coordinates",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "position_text_empty",
            Self::TooLong { .. } => "position_text_too_long",
            Self::Unclear => "position_text_unclear",
            Self::SixtyOrMore { .. } => "sixty_or_more",
            Self::ZoneMissing => "utm_zone_missing",
            Self::DatumMissing => "utm_datum_missing",
            Self::Contradiction => "utm_contradiction",
            Self::Position(error) => error.code(),
            Self::Utm(error) => error.code(),
            Self::PlusCode(error) => error.code(),
        }
    }
}

/// Reads a position as people write it: decimal degrees (`18.7877, 98.9933`),
/// degrees with minutes and seconds (`18°47'15.7"N 98°59'35.9"E`), UTM
/// (`47N 499294 2077337`) or a Plus Code (`7MCWQXQV+38`). Thai digits and the
/// Thai words for the units and directions are understood. Latitude and easting
/// come first unless letters say otherwise; an exchanged pair is refused, not
/// mended. A comma separates; a decimal comma is refused as unclear.
///
/// # Errors
/// [`TypedError`]: what is missing is named, so that it can be asked.
pub fn read_typed(text: &str, asked: &Asked) -> Result<Typed, TypedError> {
    if text.len() > MAX_BYTES {
        return Err(TypedError::TooLong { bytes: text.len() });
    }
    let plain = normalise(text);
    let plain = plain.trim();
    if plain.is_empty() {
        return Err(TypedError::Empty);
    }
    if let Some(code) = plus_code_in(plain) {
        return read_plus_code(code, asked);
    }
    let (datum, plain) = take_datum(plain);
    let tokens = tokenise(&plain)?;
    let grid = |token: &Token| matches!(token, Token::Number(n) if n.value.abs() >= LEAST_GRID_M);
    if tokens.iter().filter(|token| grid(token)).count() == 2 {
        return read_utm(tokens, datum, asked);
    }
    if datum == Some(Datum::Indian1975) {
        // Degrees on the old datum are not among what is asked for.
        return Err(TypedError::Unclear);
    }
    read_degrees(&tokens)
}

fn read_plus_code(code: &str, asked: &Asked) -> Result<Typed, TypedError> {
    let code = match asked.near {
        Some(near) => PlusCode::parse_near(code, &near)?,
        None => PlusCode::parse(code)?,
    };
    Ok(Typed {
        position: code.position()?,
        resolution_m: code.half_diagonal_m(),
        form: Form::PlusCode(code),
    })
}

/// The first word when it is a Plus Code by its plus sign; a place's name may follow it.
fn plus_code_in(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once([' ', ',']).unwrap_or((text, ""));
    let has_plus = word.find('+').is_some_and(|at| at > 0 || word.len() > 3);
    let is_code = has_plus && word.bytes().any(|byte| byte.is_ascii_alphanumeric());
    (is_code && !rest.bytes().any(|byte| byte.is_ascii_digit())).then_some(word)
}

/// The datum that the text names, and the text without it.
fn take_datum(text: &str) -> (Option<Datum>, String) {
    for (name, datum) in [
        ("wgs 84", Datum::Wgs84),
        ("wgs84", Datum::Wgs84),
        ("wgs-84", Datum::Wgs84),
        ("indian 1975", Datum::Indian1975),
        ("indian1975", Datum::Indian1975),
    ] {
        if text.contains(name) {
            return (Some(datum), text.replacen(name, " ", 1));
        }
    }
    (None, text.to_owned())
}

/// One of the two coordinates: its letter, if any, and what else belongs to it.
struct Half {
    axis: Option<char>,
    tokens: Vec<Token>,
}

/// Parts the tokens in two: by letters, else by the comma, else in the middle.
fn halves(tokens: &[Token]) -> Result<[Half; 2], TypedError> {
    let axis = |token: &Token| match token {
        Token::Axis(letter) => Some(*letter),
        _ => None,
    };
    let half = |tokens: &[Token]| Half {
        axis: tokens.iter().find_map(axis),
        tokens: tokens
            .iter()
            .filter(|token| !matches!(token, Token::Axis(_) | Token::Comma))
            .copied()
            .collect(),
    };
    let letters: Vec<usize> = (0..tokens.len())
        .filter(|&i| axis(&tokens[i]).is_some())
        .collect();
    let commas: Vec<usize> = (0..tokens.len())
        .filter(|&i| tokens[i] == Token::Comma)
        .collect();
    let middle = match (letters.as_slice(), commas.as_slice()) {
        // Each letter before its number …
        ([0, second], [] | [_]) => *second,
        // … or after it.
        ([first, last], [] | [_]) if *last == tokens.len() - 1 => first + 1,
        ([], [comma]) => *comma,
        ([], []) => {
            let numbers: Vec<usize> = (0..tokens.len())
                .filter(|&i| matches!(tokens[i], Token::Number(_)))
                .collect();
            if numbers.is_empty() || numbers.len() % 2 == 1 {
                return Err(TypedError::Unclear);
            }
            numbers[numbers.len() / 2]
        }
        _ => return Err(TypedError::Unclear),
    };
    // A comma may stand only where the two part.
    if commas
        .iter()
        .any(|&comma| comma + 1 != middle && comma != middle)
    {
        return Err(TypedError::Unclear);
    }
    let (first, second) = tokens.split_at(middle);
    Ok([half(first), half(second)])
}

fn read_degrees(tokens: &[Token]) -> Result<Typed, TypedError> {
    let [first, second] = halves(tokens)?;
    let north = |axis| matches!(axis, Some('n' | 's' | 'φ'));
    let east = |axis| matches!(axis, Some('e' | 'w' | 'λ'));
    let (lat, lon) = if east(first.axis) && north(second.axis) {
        (second, first)
    } else if first.axis.is_none() && second.axis.is_none()
        || north(first.axis) && east(second.axis)
    {
        (first, second)
    } else {
        return Err(TypedError::Unclear);
    };
    let (lat_deg, lat_step, lat_parts) = angle(&lat)?;
    let (lon_deg, lon_step, lon_parts) = angle(&lon)?;
    let position = Position::new(lat_deg, lon_deg)?;
    Ok(Typed {
        position,
        form: if lat_parts.max(lon_parts) > 1 {
            Form::Sexagesimal
        } else {
            Form::Degrees
        },
        // Zeros at the end get lost, so the finer of the two counts.
        resolution_m: step_radius95_m(lat_deg, lat_step.min(lon_step)),
    })
}

/// Degrees, the step to which they are given, and of how many numbers they are made.
fn angle(half: &Half) -> Result<(f64, f64, usize), TypedError> {
    let mut numbers: Vec<Number> = Vec::new();
    for token in &half.tokens {
        match token {
            Token::Number(number) => numbers.push(*number),
            // The mark belongs to the number before it: degrees, minutes, seconds.
            Token::Mark(mark)
                if "°'\"".find(*mark)
                    == "°'\""
                        .char_indices()
                        .nth(numbers.len().wrapping_sub(1))
                        .map(|(at, _)| at) => {}
            _ => return Err(TypedError::Unclear),
        }
    }
    let Some((last, before)) = numbers.split_last() else {
        return Err(TypedError::Unclear);
    };
    if numbers.len() > 3
        || before.iter().any(|number| number.decimals > 0)
        || numbers[1..].iter().any(|number| number.negative)
    {
        return Err(TypedError::Unclear);
    }
    if let Some(number) = numbers[1..].iter().find(|number| number.value >= 60.0) {
        return Err(TypedError::SixtyOrMore {
            value: number.value,
        });
    }
    let unsigned = numbers
        .iter()
        .zip([1.0, 60.0, 3600.0])
        .map(|(number, part)| number.value / part)
        .sum::<f64>();
    let backward = match (half.axis, numbers[0].negative) {
        (Some('s' | 'w' | 'n' | 'e'), true) => return Err(TypedError::Unclear),
        (Some('s' | 'w'), _) | (_, true) => true,
        _ => false,
    };
    let step = 60f64.powi(1 - numbers.len() as i32) * 10f64.powi(-(last.decimals as i32));
    Ok((
        if backward { -unsigned } else { unsigned },
        step,
        numbers.len(),
    ))
}

fn read_utm(
    mut tokens: Vec<Token>,
    named: Option<Datum>,
    asked: &Asked,
) -> Result<Typed, TypedError> {
    let mut zone = None;
    if let Some(Token::Number(number)) = tokens.first()
        && number.value < LEAST_GRID_M
    {
        zone = match number {
            Number {
                value: 47.0,
                negative: false,
                decimals: 0,
            } => Some(Zone::N47),
            Number {
                value: 48.0,
                negative: false,
                decimals: 0,
            } => Some(Zone::N48),
            _ => return Err(TypedError::Unclear),
        };
        tokens.remove(0);
        // The hemisphere or band letter is the zone's when a number follows; in
        // "47 N 2077337 E 499294" it is the northing's.
        let letters = tokens
            .iter()
            .filter(|token| matches!(token, Token::Axis(_)))
            .count();
        let first = tokens.first().copied();
        if first == Some(Token::Band) || first == Some(Token::Axis('n')) && letters != 2 {
            tokens.remove(0);
        }
        if tokens.first() == Some(&Token::Comma) {
            tokens.remove(0);
        }
    }
    let [first, second] = halves(&tokens)?;
    let metres = |half: &Half| match half.tokens.as_slice() {
        [Token::Number(number)] if !number.negative => Ok(*number),
        _ => Err(TypedError::Unclear),
    };
    let (easting, northing) = match (first.axis, second.axis) {
        (None, None) | (Some('e'), Some('n')) => (metres(&first)?, metres(&second)?),
        (Some('n'), Some('e')) => (metres(&second)?, metres(&first)?),
        _ => return Err(TypedError::Unclear),
    };
    if matches!((zone, asked.zone), (Some(a), Some(b)) if a != b)
        || matches!((named, asked.datum), (Some(a), Some(b)) if a != b)
    {
        return Err(TypedError::Contradiction);
    }
    let utm = Utm {
        zone: zone.or(asked.zone).ok_or(TypedError::ZoneMissing)?,
        datum: named.or(asked.datum).ok_or(TypedError::DatumMissing)?,
        easting_m: easting.value,
        northing_m: northing.value,
    };
    let step_m = 10f64.powi(-(easting.decimals.max(northing.decimals) as i32));
    let datum_m = match utm.datum {
        Datum::Wgs84 => 0.0,
        Datum::Indian1975 => INDIAN_1975_M,
    };
    Ok(Typed {
        position: utm.to_position()?,
        form: Form::Utm(utm),
        resolution_m: (0.6 * step_m).hypot(datum_m),
    })
}

#[cfg(test)]
mod tests;
