//! Words of a form with answers in them: "สวัสดี ${name}".

/// A part of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Words as they are.
    Words(&'t str),
    /// The name of the question whose answer is shown.
    Name(&'t str),
}

/// Splits a label into words and names. A `${` that is never closed is words.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        if start > 0 {
            found.push(Part::Words(&rest[..start]));
        }
        found.push(Part::Name(rest[start + 2..start + length].trim()));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        found.push(Part::Words(rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        assert_eq!(
            parts("ก ${a}/${ b } ${"),
            [
                Part::Words("ก "),
                Part::Name("a"),
                Part::Words("/"),
                Part::Name("b"),
                Part::Words(" ${"),
            ]
        );
        assert_eq!(parts("${}"), [Part::Name("")]);
        assert!(parts("").is_empty());
    }
}
