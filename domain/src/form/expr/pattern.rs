//! The patterns of `regex()`.

use super::EvalError;
use regex::{Regex, RegexBuilder};
use std::sync::Arc;

/// The most memory that one compiled pattern may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// A compiled pattern. It must match the whole text, as in ODK Collect.
/// The engine runs in linear time and so has neither look-around nor
/// back-references.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<Regex>);

impl Pattern {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// [`EvalError::Pattern`] if it cannot be used.
    pub fn new(pattern: &str) -> Result<Self, EvalError> {
        RegexBuilder::new(&format!(r"\A(?:{})\z", ascii_classes(pattern)))
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .nest_limit(50)
            .build()
            .map(|regex| Self(Arc::new(regex)))
            .map_err(|_| EvalError::Pattern {
                pattern: pattern.chars().take(80).collect(),
            })
    }

    /// Whether the whole of `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Spells out the classes that mean ASCII in ODK's engines but all of Unicode
/// in ours: `\d` there is 0–9 and not ๐–๙.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[ \t\n\r\x0B\x0C]"),
            Some('S') => out.push_str(r"[^ \t\n\r\x0B\x0C]"),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
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
    fn unusable_patterns_are_refused() {
        for bad in ["(", "(?=a)", r"(a)\1", "a{99999}{99999}", "\\"] {
            assert!(Pattern::new(bad).is_err(), "{bad}");
        }
    }
}
