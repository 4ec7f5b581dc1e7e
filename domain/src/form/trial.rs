//! The trial checklist: what testers of a form at a counter have shown, and
//! what is still to be tried before real responses are taken.

use super::model::{Form, Kind};
use super::response::Response;
use super::tally::questions;
use crate::words::Lang;
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};

/// How many trial responses a counter should have where the round names no
/// other number: enough that two testers both try it several times.
pub const TRIAL_RESPONSES: u64 = 10;

/// Where a response stands on its way to the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnItsWay {
    /// It waits on the phone.
    Queued,
    /// The registry has it.
    Arrived,
    /// The registry refused it: a person must look at it.
    Refused,
}

/// What is to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// As many responses as the round wants.
    EnoughResponses,
    /// Every question was answered at least once.
    EveryQuestion,
    /// Every choice of the single-choice questions was chosen at least once.
    EveryChoice,
    /// It was filled in in Thai and in English.
    BothLanguages,
    /// Everything has arrived at the registry.
    AllArrived,
    /// Nothing was refused.
    NoneRefused,
}

impl Check {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 6] = [
        Self::EnoughResponses,
        Self::EveryQuestion,
        Self::EveryChoice,
        Self::BothLanguages,
        Self::AllArrived,
        Self::NoneRefused,
    ];

    /// The stable code; its words are `trial-CODE`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnoughResponses => "enough_responses",
            Self::EveryQuestion => "every_question",
            Self::EveryChoice => "every_choice",
            Self::BothLanguages => "both_languages",
            Self::AllArrived => "all_arrived",
            Self::NoneRefused => "none_refused",
        }
    }
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What is to be tried.
    pub check: Check,
    /// How much of it is done.
    pub done: u64,
    /// How much there is to do.
    pub of: u64,
    /// What is missing: names of questions, or `question/choice`.
    pub missing: Vec<String>,
}

impl Line {
    /// Whether it is done.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.done >= self.of
    }
}

/// The checklist of a form at one counter. `wanted` is how many trial responses
/// the round wants; of the responses only trial ones of this form's version
/// count.
#[must_use]
pub fn checklist(form: &Form, wanted: u64, responses: &[(Response, OnItsWay)]) -> Vec<Line> {
    let mine: Vec<&(Response, OnItsWay)> = responses
        .iter()
        .filter(|(r, _)| r.trial && r.form == form.id && r.version == form.version)
        .collect();
    let mut answered: HashSet<&str> = HashSet::new();
    let mut chosen: HashSet<(&str, &str)> = HashSet::new();
    let mut languages: BTreeSet<&str> = BTreeSet::new();
    for (response, _) in &mine {
        languages.insert(response.language.tag());
        for (path, answer) in &response.answers {
            let last = path.rsplit('/').next().unwrap_or(path);
            let name = last.split('[').next().unwrap_or(last);
            answered.insert(name);
            if let super::answer::Answer::Text(choice) = answer {
                chosen.insert((name, choice));
            }
        }
    }
    let all = questions(form);
    let unanswered = all.iter().filter(|q| !answered.contains(q.name.as_str()));
    let unanswered: Vec<String> = unanswered.map(|q| q.name.clone()).collect();
    let choices: Vec<(&str, &str)> = all
        .iter()
        .filter_map(|q| match &q.kind {
            // A scale: all of it must work. A long list of services is no scale.
            Kind::SelectOne { list, .. } if super::tally::is_scale(form, q) => {
                Some((q.name.as_str(), form.lists.get(list)?))
            }
            _ => None,
        })
        .flat_map(|(name, list)| list.iter().map(move |c| (name, c.name.as_str())))
        .collect();
    let unchosen: Vec<String> = choices
        .iter()
        .filter(|pair| !chosen.contains(*pair))
        .map(|(question, choice)| format!("{question}/{choice}"))
        .collect();
    let count = |way: OnItsWay| mine.iter().filter(|(_, w)| *w == way).count() as u64;
    let refused = count(OnItsWay::Refused);
    let total = mine.len() as u64;
    let line = |check, done, of, missing| Line {
        check,
        done,
        of,
        missing,
    };
    vec![
        line(Check::EnoughResponses, total, wanted, Vec::new()),
        line(
            Check::EveryQuestion,
            (all.len() - unanswered.len()) as u64,
            all.len() as u64,
            unanswered,
        ),
        line(
            Check::EveryChoice,
            (choices.len() - unchosen.len()) as u64,
            choices.len() as u64,
            unchosen,
        ),
        line(
            Check::BothLanguages,
            languages.len() as u64,
            Lang::ALL.len() as u64,
            Lang::ALL
                .iter()
                .filter(|l| !languages.contains(l.tag()))
                .map(|l| l.tag().to_owned())
                .collect(),
        ),
        line(
            Check::AllArrived,
            count(OnItsWay::Arrived),
            total - refused,
            Vec::new(),
        ),
        line(Check::NoneRefused, total - refused, total, Vec::new()),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::words::{self};

    fn form() -> Form {
        serde_json::from_value(serde_json::json!({
            "format": 1, "id": "f", "version": "1", "title": {"th": "ฟ"},
            "items": [
                {"item": "question", "name": "overall", "type": "select_one", "list": "scale",
                 "label": {"th": "โดยรวม"}},
                {"item": "question", "name": "why", "type": "text", "label": {"th": "เหตุใด"}},
            ],
            "lists": {"scale": [
                {"name": "5", "label": {"th": "มาก"}, "score": 5.0},
                {"name": "1", "label": {"th": "น้อย"}, "score": 1.0},
            ]},
        }))
        .unwrap()
    }

    fn response(language: &str, trial: bool, answers: serde_json::Value) -> Response {
        serde_json::from_value(serde_json::json!({
            "form": "f", "version": "1", "trial": trial, "language": language,
            "started": {"at": 1}, "ended": {"at": 2}, "answers": answers,
        }))
        .unwrap()
    }

    #[test]
    fn the_list_says_what_is_still_to_be_tried() {
        let first = response("th", true, serde_json::json!({"overall": "5"}));
        let real = response("en", false, serde_json::json!({"overall": "1", "why": "x"}));
        let lines = checklist(
            &form(),
            2,
            &[(first.clone(), OnItsWay::Queued), (real, OnItsWay::Arrived)],
        );
        let of = |check: Check, lines: &[Line]| {
            lines.iter().find(|l| l.check == check).cloned().unwrap()
        };
        assert_eq!(of(Check::EveryQuestion, &lines).missing, ["why"]);
        assert_eq!(of(Check::EveryChoice, &lines).missing, ["overall/1"]);
        assert_eq!(of(Check::BothLanguages, &lines).missing, ["en"]);
        let open = lines.iter().filter(|l| !l.is_done()).count();
        assert_eq!(open, 5, "{lines:?}");
        let second = response("en", true, serde_json::json!({"overall": "1", "why": "ช้า"}));
        let done = [(first, OnItsWay::Arrived), (second, OnItsWay::Arrived)];
        assert!(checklist(&form(), 2, &done).iter().all(Line::is_done));
        let [one, two] = done;
        let refused = [one, (two.0, OnItsWay::Refused)];
        let lines = checklist(&form(), 2, &refused);
        assert!(!of(Check::NoneRefused, &lines).is_done());
        assert!(of(Check::AllArrived, &lines).is_done());
    }

    #[test]
    fn every_check_has_words_in_both_languages() {
        for check in Check::ALL {
            let id = format!("trial-{}", check.code().replace('_', "-"));
            for lang in Lang::ALL {
                assert!(words::find(lang, &id, &[]).is_some(), "{id}");
            }
        }
    }
}
