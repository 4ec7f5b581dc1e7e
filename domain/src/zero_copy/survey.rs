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
use crate::form::{Answer, Response};

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

/// What a response says of copies; `day` is the day of the visit in Bangkok.
/// Questions are found by their names, in whatever group. Absent for a trial
/// one, which is never mixed with real ones, and as with [`copy_answer`].
pub fn of_response(response: &Response, day: Day) -> Option<CopyAnswers> {
    if response.trial {
        return None;
    }
    let mut values: Vec<(&str, String)> = Vec::new();
    for (path, answer) in &response.answers {
        let name = path.rsplit('/').next().unwrap_or(path);
        match answer {
            Answer::Text(text) => values.push((name, text.clone())),
            Answer::Many(chosen) => values.push((name, chosen.join(" "))),
            Answer::Number(_) | Answer::Point(_) => {}
        }
    }
    let value = |name: &str| {
        let found = values.iter().find(|(of, _)| *of == name);
        found.map(|(_, value)| value.as_str())
    };
    copy_answer(value, day)
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
    fn a_response_is_read_whatever_its_groups_and_a_trial_one_never() {
        let json = serde_json::json!({
            "form": "citizen", "version": "1", "trial": false,
            "started": {"at": 1}, "ended": {"at": 2},
            "answers": {
                "visit/service": "water_supply", "copies/copy_asked": "yes",
                "copies/copy_documents": ["photo", "identity_card"], "overall": "5",
            },
        });
        let mut response: Response = serde_json::from_value(json).unwrap();
        let day: Day = "2026-07-01".parse().unwrap();
        let read = of_response(&response, day).unwrap();
        assert!(read.asked && !read.proxy && read.documents.len() == 2);
        assert_eq!(read.service.unwrap().as_str(), "water_supply");
        response.trial = true;
        assert_eq!(of_response(&response, day), None);
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
