//! The one-time codes that a province hands out to its LAOs, on a list or a
//! letter: fifteen random characters and a check character, in groups of four.
//!
//! The alphabet is Crockford's base 32 (<https://www.crockford.com/base32.html>):
//! no I, L, O, U. What a person types is forgiving: either case, any spaces and
//! hyphens, I and L for 1, O for 0, Thai numerals. A slip of the finger is told
//! before anything is sent.

use std::fmt;

/// The characters of a code, its values in order.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many random characters a code has: 75 bits.
const RANDOM: usize = 15;

/// A code that is whole and whose check character is right. Whether it counts
/// is the registry's to say.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode([u8; RANDOM + 1]);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// A character that no code has.
    #[error("'{0}' is in no code")]
    Character(char),
    /// Too few or too many characters.
    #[error("a code has 16 characters, not {0}")]
    Length(usize),
    /// The check character is another: a slip of the finger.
    #[error("a character is wrong or two have changed places")]
    Check,
}

impl CodeError {
    /// All stable codes.
    pub const CODES: &'static [&'static str] = &["code_character", "code_length", "code_check"];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Character(_) => "code_character",
            Self::Length(_) => "code_length",
            Self::Check => "code_check",
        }
    }
}

impl OneTimeCode {
    /// The code of these random bytes; the lower five bits of each count.
    #[must_use]
    pub fn from_random(bytes: [u8; RANDOM]) -> Self {
        let mut values = [0; RANDOM + 1];
        for (value, byte) in values.iter_mut().zip(bytes) {
            *value = byte & 31;
        }
        values[RANDOM] = check(&values[..RANDOM]);
        Self(values)
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`CodeError`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut values = Vec::with_capacity(RANDOM + 1);
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{200b}') {
                continue;
            }
            values.push(value(c).ok_or(CodeError::Character(c))?);
        }
        let values: [u8; RANDOM + 1] = values
            .try_into()
            .map_err(|values: Vec<u8>| CodeError::Length(values.len()))?;
        if check(&values[..RANDOM]) != values[RANDOM] {
            return Err(CodeError::Check);
        }
        Ok(Self(values))
    }
}

/// The code in groups of four, as it is printed, hashed and sent.
impl fmt::Display for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.0.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(ALPHABET[usize::from(*value)]))?;
        }
        Ok(())
    }
}

/// A code is a secret: it is shown on purpose alone.
impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode")
    }
}

fn value(c: char) -> Option<u8> {
    let c = match c {
        '๐'..='๙' => char::from_digit(u32::from(c) - u32::from('๐'), 10)?,
        c => c.to_ascii_uppercase(),
    };
    let c = match c {
        'I' | 'L' => '1',
        'O' => '0',
        c => c,
    };
    ALPHABET
        .iter()
        .position(|known| char::from(*known) == c)
        .and_then(|place| u8::try_from(place).ok())
}

/// The check character over the others: each times an odd weight of its place,
/// modulo 32. An odd weight has an inverse, so one wrong character always shows;
/// neighbours' weights differ by 2, so two that changed places show unless their
/// values are 16 apart.
fn check(values: &[u8]) -> u8 {
    let sum: usize = values
        .iter()
        .enumerate()
        .map(|(place, value)| usize::from(*value) * (2 * place + 3))
        .sum();
    (sum % 32) as u8
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sample(seed: u8) -> OneTimeCode {
        let mut bytes = [0; RANDOM];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = seed
                .wrapping_mul(37)
                .wrapping_add((place * place * 11) as u8);
        }
        OneTimeCode::from_random(bytes)
    }

    #[test]
    fn what_is_printed_is_read_however_it_is_typed() {
        let code = sample(5);
        let printed = code.to_string();
        assert_eq!(printed.len(), 19);
        assert_eq!(OneTimeCode::parse(&printed).unwrap(), code);
        let typed = format!("  {}  ", printed.to_lowercase().replace('-', " – "));
        assert_eq!(OneTimeCode::parse(&typed).unwrap(), code);
        let zero = OneTimeCode::from_random([0; RANDOM]);
        assert_eq!(zero.to_string(), "0000-0000-0000-0000");
        assert_eq!(OneTimeCode::parse("OoOo 0000 ๐๐๐๐ 0000").unwrap(), zero);
        assert_eq!(format!("{code:?}"), "OneTimeCode");
    }

    #[test]
    fn one_wrong_character_always_shows_and_most_changed_places_do() {
        let (mut swaps, mut shown) = (0, 0);
        for seed in 0..40 {
            let code = sample(seed);
            for place in 0..=RANDOM {
                for other in 0..32 {
                    let mut wrong = code.clone();
                    wrong.0[place] = other;
                    let is_same = wrong == code;
                    assert_eq!(OneTimeCode::parse(&wrong.to_string()).is_ok(), is_same);
                }
                if place > 0 && code.0[place] != code.0[place - 1] {
                    let mut wrong = code.clone();
                    wrong.0.swap(place, place - 1);
                    swaps += 1;
                    let read = OneTimeCode::parse(&wrong.to_string());
                    shown += usize::from(read == Err(CodeError::Check));
                }
            }
        }
        assert!(shown * 100 > swaps * 90, "{shown} of {swaps}");
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        assert_eq!(OneTimeCode::parse("1234"), Err(CodeError::Length(4)));
        assert_eq!(OneTimeCode::parse(""), Err(CodeError::Length(0)));
        let text = sample(1).to_string();
        assert_eq!(
            OneTimeCode::parse(&format!("{text}0")),
            Err(CodeError::Length(17))
        );
        assert_eq!(OneTimeCode::parse("U"), Err(CodeError::Character('U')));
        assert_eq!(OneTimeCode::parse("ก"), Err(CodeError::Character('ก')));
    }
}
