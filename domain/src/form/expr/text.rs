//! The functions on texts. Characters are Unicode scalar values, as XPath
//! says; a Thai vowel sign counts as one.

use super::{EvalError, TEXT_LIMIT};

/// `substr`: from `start` up to but not including `end`, both 0-based and
/// counted from the end when negative.
pub(super) fn substr(text: &str, start: f64, end: Option<f64>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let clamp = |at: f64| -> usize {
        let length = chars.len() as f64;
        let at = if at < 0.0 { length + at } else { at };
        // NaN becomes 0.
        at.clamp(0.0, length) as usize
    };
    let from = clamp(start.trunc());
    let to = end.map_or(chars.len(), |end| clamp(end.trunc()));
    chars
        .get(from..to)
        .map_or_else(String::new, |c| c.iter().collect())
}

/// XPath's `substring`: 1-based, rounded, with a length.
pub(super) fn substring(text: &str, start: f64, length: Option<f64>) -> String {
    let start = (start + 0.5).floor();
    let end = length.map_or(f64::INFINITY, |l| start + (l + 0.5).floor());
    text.chars()
        .enumerate()
        .filter(|(i, _)| {
            let at = *i as f64 + 1.0;
            at >= start && at < end
        })
        .map(|(_, c)| c)
        .collect()
}

/// `translate`: each character of `from` becomes the one at its place in
/// `to`, or nothing.
pub(super) fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    text.chars()
        .filter_map(|c| match from.chars().position(|f| f == c) {
            None => Some(c),
            Some(at) => to.get(at).copied(),
        })
        .collect()
}

/// `normalize-space`.
pub(super) fn normalize_space(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// The words of an answer to a multiple choice.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// Adds to a text unless it would pass [`TEXT_LIMIT`].
pub(super) fn append(to: &mut String, text: &str) -> Result<(), EvalError> {
    if to.len() + text.len() > TEXT_LIMIT {
        return Err(EvalError::TooLong { limit: TEXT_LIMIT });
    }
    to.push_str(text);
    Ok(())
}
