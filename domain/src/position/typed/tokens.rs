//! From typed text to numbers, marks and letters.

use super::TypedError;
use crate::calendar::arabic_digits;

/// Lower case, one sign for each mark and direction.
pub(super) fn normalise(text: &str) -> String {
    let signs: String = arabic_digits(text)
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .map(|c| match c {
            '\u{2212}' | '\u{2010}'..='\u{2013}' => '-',
            'º' | '˚' => '°',
            '′' | '’' | '‘' | '´' | '`' => '\'',
            '″' | '”' | '“' => '"',
            ';' | '/' | '\n' | '\r' => ',',
            ':' | '=' | '(' | ')' | '[' | ']' => ' ',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    const WORDS: &[(&str, &str)] = &[
        ("''", "\""),
        ("ฟิลิปดา", "\""),
        ("พิลิปดา", "\""),
        ("ลิปดา", "'"),
        ("องศา", "°"),
        ("เหนือ", "n"),
        ("ตะวันออก", "e"),
        ("ใต้", "s"),
        ("ตะวันตก", "w"),
        ("ละติจูด", "φ"),
        ("latitude", "φ"),
        ("lat", "φ"),
        ("ลองจิจูด", "λ"),
        ("ลองติจูด", "λ"),
        ("longitude", "λ"),
        ("long", "λ"),
        ("lon", "λ"),
        ("lng", "λ"),
        ("utm", " "),
        ("zone", " "),
        ("โซน", " "),
    ];
    WORDS
        .iter()
        .fold(signs, |text, (word, sign)| text.replace(word, sign))
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub value: f64,
    /// Whether a minus sign stands before it; −0° 30′ is south all the same.
    pub negative: bool,
    pub decimals: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    Number(Number),
    /// `°`, `'` or `"`.
    Mark(char),
    /// `n`, `s`, `e`, `w`; `φ` and `λ` for the labels of latitude and longitude.
    Axis(char),
    /// A band letter of the grid in Thailand.
    Band,
    Comma,
}

pub(super) fn tokenise(text: &str) -> Result<Vec<Token>, TypedError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '-' | '+' | '0'..='9' => {
                let (number, length) = number(rest).ok_or(TypedError::Unclear)?;
                tokens.push(Token::Number(number));
                length
            }
            _ => {
                tokens.push(match first {
                    '°' | '\'' | '"' => Token::Mark(first),
                    'n' | 's' | 'e' | 'w' | 'φ' | 'λ' => Token::Axis(first),
                    'p' | 'q' => Token::Band,
                    ',' => Token::Comma,
                    // Metres after a grid coordinate.
                    'm' if matches!(tokens.last(), Some(Token::Number(_))) => {
                        rest = rest[1..].trim_start();
                        continue;
                    }
                    _ => return Err(TypedError::Unclear),
                });
                first.len_utf8()
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A number at the beginning of the text, and how long it is.
fn number(text: &str) -> Option<(Number, usize)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let after = &unsigned[whole..];
    let decimals = after.strip_prefix('.').map_or(0, digits);
    let length = whole
        + if after.starts_with('.') {
            1 + decimals
        } else {
            0
        };
    if whole == 0 || whole + decimals > 15 {
        return None;
    }
    let number = Number {
        value: unsigned[..length].parse().ok()?,
        negative: text.starts_with('-'),
        decimals,
    };
    Some((number, length + text.len() - unsigned.len()))
}
