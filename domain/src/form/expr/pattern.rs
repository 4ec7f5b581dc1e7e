//! The patterns of `regex()`.

use super::EvalError;
use regex_lite::{Regex, RegexBuilder};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use unicode_normalization::char::is_combining_mark;

/// The most memory that one compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// A compiled pattern. It must match the whole text, as in ODK Collect.
/// The engine runs in linear time and so has neither look-around nor
/// back-references; classes within classes are not known either. `\d`, `\w` and
/// `\s` mean ASCII, as in ODK's engines; of Unicode's properties there are
/// `\p{L}`, `\p{M}`, `\p{N}` and `\p{Thai}`, and a pattern with another one
/// cannot be used, as is said before its form is published.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<Regex>);

impl Pattern {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// [`EvalError::Pattern`] if it cannot be used.
    pub fn new(pattern: &str) -> Result<Self, EvalError> {
        let spelled = spell_properties(pattern).and_then(|spelled| {
            RegexBuilder::new(&format!(r"\A(?:{spelled})\z"))
                .size_limit(SIZE_LIMIT)
                .nest_limit(50)
                .build()
                .ok()
        });
        spelled
            .map(|regex| Self(Arc::new(regex)))
            .ok_or_else(|| EvalError::Pattern {
                pattern: pattern.chars().take(80).collect(),
            })
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Spells out the properties, which the engine does not know.
fn spell_properties(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let escaped = rest
            .strip_prefix('\\')
            .and_then(|after| after.chars().next());
        match (c, escaped) {
            ('\\', Some(p @ ('p' | 'P'))) => {
                let name = &rest[2..];
                let (name, after) = match name.strip_prefix('{') {
                    Some(name) => name.split_once('}')?,
                    None => name.split_at_checked(1)?,
                };
                let ranges = property(name)?;
                match (in_class, p) {
                    (true, 'p') => out.push_str(ranges),
                    (true, _) => return None,
                    (false, 'p') => write!(out, "[{ranges}]").ok()?,
                    (false, _) => write!(out, "[^{ranges}]").ok()?,
                }
                rest = after;
                continue;
            }
            ('\\', Some(escaped)) => {
                out.push(c);
                out.push(escaped);
                rest = &rest[1 + escaped.len_utf8()..];
                continue;
            }
            ('[', _) => in_class = true,
            (']', _) => in_class = false,
            _ => {}
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    Some(out)
}

/// The characters of a property, as a class has them.
fn property(name: &str) -> Option<&'static str> {
    static LETTERS: LazyLock<String> = LazyLock::new(|| ranges(is_letter));
    static MARKS: LazyLock<String> = LazyLock::new(|| ranges(is_combining_mark));
    static NUMBERS: LazyLock<String> = LazyLock::new(|| ranges(char::is_numeric));
    match name {
        "L" | "Letter" => Some(&LETTERS),
        "M" | "Mark" => Some(&MARKS),
        "N" | "Number" => Some(&NUMBERS),
        // ฿ is of all scripts.
        "Thai" | "IsThai" => Some("\u{e01}-\u{e3a}\u{e40}-\u{e5b}"),
        _ => None,
    }
}

/// What is alphabetic beside letters are marks, Roman numerals and the like, and
/// letters in circles and squares.
fn is_letter(c: char) -> bool {
    let enclosed = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    c.is_alphabetic() && !is_combining_mark(c) && !c.is_numeric() && !enclosed
}

fn ranges(is_in: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    let mut open: Option<(char, char)> = None;
    for c in '\0'..=char::MAX {
        if is_in(c) {
            open = Some((open.map_or(c, |(from, _)| from), c));
        } else if let Some((from, to)) = open.take() {
            // Writing into a text does not fail.
            let _ = write!(
                out,
                "\\u{{{:x}}}-\\u{{{:x}}}",
                u32::from(from),
                u32::from(to)
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_text() {
        let digits = Pattern::new("[0-9]{3}").unwrap();
        assert!(digits.matches("123"));
        assert!(!digits.matches("1234"));
    }

    #[test]
    fn digits_are_ascii_digits() {
        let digits = Pattern::new(r"[\d-]+").unwrap();
        assert!(digits.matches("1-2"));
        assert!(!digits.matches("๑-๒"));
    }

    #[test]
    fn letters_marks_and_numbers_are_those_of_unicode() {
        // The two may know different versions of Unicode.
        let unassigned = regex::Regex::new(r"\A\p{Cn}\z").unwrap();
        for name in ["L", "M", "N", "Thai"] {
            let whole = regex::Regex::new(&format!(r"\A\p{{{name}}}\z")).unwrap();
            let ours = Pattern::new(&format!(r"\p{{{name}}}")).unwrap();
            for c in '\0'..=char::MAX {
                let text = c.to_string();
                if !unassigned.is_match(&text) {
                    assert_eq!(ours.matches(&text), whole.is_match(&text), "{name} {c:?}");
                }
            }
        }
    }

    #[test]
    fn properties_stand_in_classes_and_beside_them() {
        let name = Pattern::new(r"[\p{L}\p{M} .-]+").unwrap();
        assert!(name.matches("กำนัน สมชาย O-Neill"));
        assert!(!name.matches("ห้อง 3"));
        assert!(Pattern::new(r"\P{N}*").unwrap().matches("ก้อย"));
        assert!(Pattern::new(r"[^\pN]*").unwrap().matches("ก้อย"));
        assert!(!Pattern::new(r"\P{N}*").unwrap().matches("๓"));
        assert!(
            Pattern::new(r"(?i)[a-z]+@[ก-๙]+")
                .unwrap()
                .matches("Ab@ไทย")
        );
    }

    #[test]
    fn unusable_patterns_are_refused() {
        for bad in [
            "(",
            "(?=a)",
            r"(a)\1",
            "a{99999}{99999}",
            "\\",
            r"\p{Cyrillic}",
            r"[a&&b]",
        ] {
            assert!(Pattern::new(bad).is_err(), "{bad}");
        }
    }
}
