//! The survey's questions on copies, whatever form asks them.
//!
//! A form that takes part has a question of the name [`COPY_ASKED`]; the others
//! are optional. Their choices are catalogue codes, so that nothing is matched
//! by wording. Values are as XLSForm has them: a choice's name, several
//! separated by spaces.

use std::collections::BTreeSet;

use super::code::Code;
use super::day::Day;
use super::reality::CopyAnswers;

/// "Were you asked for a copy of a document?": `yes` or `no`. What it was not
/// answered with counts as not answered.
pub const COPY_ASKED: &str = "copy_asked";

/// "Of which documents?": codes of documents.
pub const COPY_DOCUMENTS: &str = "copy_documents";

/// "Which service?": the code of a service.
pub const SERVICE: &str = "service";

/// "Did you come in another's place?": `yes` or `no`.
pub const AS_PROXY: &str = "as_proxy";

/// What one filled form says of copies; `value` gives a question's value by
/// its name, `day` is the day of the visit in Bangkok. Absent where the form
/// did not ask or the person did not answer.
///
/// A choice that is no code (`other`, say, is one; free text is not) is left out.
pub fn copy_answer<'v>(value: impl Fn(&str) -> Option<&'v str>, day: Day) -> Option<CopyAnswers> {
    let asked = yes_or_no(value(COPY_ASKED)?)?;
    let documents: BTreeSet<Code> = value(COPY_DOCUMENTS)
        .filter(|_| asked)
        .unwrap_or("")
        .split_ascii_whitespace()
        .filter_map(|code| code.parse().ok())
        .collect();
    Some(CopyAnswers {
        service: value(SERVICE).and_then(|code| code.trim().parse().ok()),
        asked,
        documents,
        proxy: value(AS_PROXY).and_then(yes_or_no).unwrap_or(false),
        day,
        count: 1,
    })
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn read(values: &[(&str, &'static str)]) -> Option<CopyAnswers> {
        let value = |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        copy_answer(value, "2026-07-01".parse().unwrap())
    }

    #[test]
    fn a_form_that_does_not_ask_says_nothing() {
        assert_eq!(read(&[(SERVICE, "water_supply")]), None);
        assert_eq!(read(&[(COPY_ASKED, "no_opinion")]), None);
    }

    #[test]
    fn documents_count_only_where_a_copy_was_asked_for() {
        let yes = read(&[
            (COPY_ASKED, "yes"),
            (COPY_DOCUMENTS, "identity_card  photo"),
            (SERVICE, "water_supply"),
            (AS_PROXY, "yes"),
        ])
        .unwrap();
        assert!(yes.asked && yes.proxy);
        assert_eq!((yes.documents.len(), yes.count), (2, 1));
        let no = read(&[(COPY_ASKED, "no"), (COPY_DOCUMENTS, "photo")]).unwrap();
        assert!(!no.asked && no.documents.is_empty() && no.service.is_none());
    }
}
