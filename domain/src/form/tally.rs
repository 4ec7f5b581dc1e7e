//! Counting responses: what results are made of. Nothing of a single response
//! is left in a tally but numbers, and real ones are held back until they are
//! [`SHOWN_FROM`].

use super::answer::Answer;
use super::check::Program;
use super::model::{Form, Item, Kind, Question};
use super::response::Response;
use crate::statistics::{Share, wilson};
use crate::wire::ItemHash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fewer real responses than this are never shown.
pub const SHOWN_FROM: u64 = 5;

/// The name under which the responses themselves are counted: no question has it.
pub const RESPONSES: &str = "";

/// The question whose text is a comment that may be shown, whatever form asks it.
pub const COMMENT: &str = "comment";

/// From this score on a person is satisfied: "much" and "very much" of 1–5.
const SATISFIED_FROM: f64 = 4.0;

/// The largest number that is added up; larger ones count as this.
const LARGEST: f64 = 1e9;

/// Answers of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Responses that answer it.
    #[serde(rename = "n")]
    pub responses: u64,
    /// Answers: more than responses where it is asked in a repeat.
    #[serde(rename = "a", default)]
    pub answers: u64,
    /// How often each choice was chosen.
    #[serde(rename = "c", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<String, u64>,
    /// The sum of numbers, in thousandths.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub sum_milli: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_zero(value: &i64) -> bool {
    *value == 0
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.responses += other.responses;
        self.answers += other.answers;
        for (choice, count) in &other.choices {
            *self.choices.entry(choice.clone()).or_default() += count;
        }
        self.sum_milli = self.sum_milli.saturating_add(other.sum_milli);
    }

    /// The mean of numbers; absent where there are none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.answers > 0).then(|| self.sum_milli as f64 / 1e3 / self.answers as f64)
    }
}

/// Counted responses, by the questions' names; [`RESPONSES`] counts themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally {
    /// The counts.
    pub questions: BTreeMap<String, Count>,
}

/// What the answers on a scale come to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scale {
    /// Answers with a score; "no opinion" has none.
    pub scored: u64,
    /// Their mean score.
    pub mean: f64,
    /// The share with score 4 or 5, with its 95 % interval.
    pub satisfied: Share,
}

impl Tally {
    /// A response that was found sound, as a tally of one.
    #[must_use]
    pub fn of(program: &Program, response: &Response) -> Self {
        let questions: HashMap<&str, &Question> = questions(program.form())
            .into_iter()
            .map(|q| (q.name.as_str(), q))
            .collect();
        let mut tally = Self::default();
        let one = Count {
            responses: 1,
            answers: 1,
            ..Count::default()
        };
        tally.questions.insert(RESPONSES.to_owned(), one);
        for (path, answer) in &response.answers {
            let last = path.rsplit('/').next().unwrap_or(path);
            let name = last.split('[').next().unwrap_or(last);
            let Some(question) = questions.get(name) else {
                continue;
            };
            let count = tally.questions.entry(name.to_owned()).or_default();
            count.responses = 1;
            count.answers += 1;
            let mut choose = |choice: &str| {
                *count.choices.entry(choice.to_owned()).or_default() += 1;
            };
            match (&question.kind, answer) {
                (Kind::SelectOne { .. } | Kind::YesNo, Answer::Text(choice)) => choose(choice),
                (Kind::SelectMultiple { .. }, Answer::Many(chosen)) => {
                    // Once each, however often a hand-made client names it.
                    let chosen: BTreeSet<&String> = chosen.iter().collect();
                    chosen.into_iter().for_each(|choice| choose(choice));
                }
                (Kind::Integer | Kind::Decimal, Answer::Number(number)) => {
                    #[allow(clippy::cast_possible_truncation)]
                    let milli = (number.clamp(-LARGEST, LARGEST) * 1e3).round() as i64;
                    count.sum_milli = count.sum_milli.saturating_add(milli);
                }
                _ => {}
            }
        }
        tally
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        for (name, count) in &other.questions {
            match self.questions.get_mut(name) {
                Some(mine) => mine.add(count),
                None => {
                    self.questions.insert(name.clone(), count.clone());
                }
            }
        }
    }

    /// Responses counted.
    #[must_use]
    pub fn responses(&self) -> u64 {
        self.questions.get(RESPONSES).map_or(0, |c| c.responses)
    }

    /// The answers of one question.
    #[must_use]
    pub fn question(&self, name: &str) -> Option<&Count> {
        self.questions.get(name)
    }

    /// Takes one real response to those held back of the same form and place,
    /// and gives what may be shown from now on: question by question, as soon
    /// as [`SHOWN_FROM`] of them have answered it.
    ///
    /// Whatever is shown is therefore a sum of batches of at least
    /// [`SHOWN_FROM`] responses of one place, and so is the difference of any
    /// two views: of places, of versions, of periods and of points in time.
    #[must_use]
    pub fn hold(&mut self, one: &Self) -> Self {
        self.add(one);
        let (ripe, held) = std::mem::take(&mut self.questions)
            .into_iter()
            .partition(|(_, count)| count.responses >= SHOWN_FROM);
        self.questions = held;
        Self { questions: ripe }
    }

    /// What the answers of a scale come to; absent where the question is none
    /// or nobody has an opinion.
    #[must_use]
    pub fn scale(&self, form: &Form, question: &Question) -> Option<Scale> {
        let count = self.question(&question.name)?;
        let (list, _) = question.kind.choices()?;
        let scores = form.lists.get(list)?;
        let (mut scored, mut sum, mut satisfied) = (0, 0.0, 0);
        for choice in scores {
            let (Some(score), Some(chosen)) = (choice.score, count.choices.get(&choice.name))
            else {
                continue;
            };
            scored += chosen;
            sum += score * *chosen as f64;
            satisfied += if score >= SATISFIED_FROM { *chosen } else { 0 };
        }
        Some(Scale {
            scored,
            mean: sum / scored as f64,
            satisfied: wilson(satisfied, scored)?,
        })
    }
}

/// The questions of a form in its order, those in groups and repeats too;
/// notes and calculations are none.
#[must_use]
pub fn questions(form: &Form) -> Vec<&Question> {
    fn walk<'f>(items: &'f [Item], found: &mut Vec<&'f Question>) {
        for item in items {
            match item {
                Item::Question(q) if matches!(q.kind, Kind::Note | Kind::Calculate) => {}
                Item::Question(question) => found.push(question),
                Item::Group(group) => walk(&group.items, found),
                Item::Repeat(repeat) => walk(&repeat.group.items, found),
            }
        }
    }
    let mut found = Vec::new();
    walk(&form.items, &mut found);
    found
}

/// Whether a single choice is a scale: at least two of its choices have scores.
#[must_use]
pub fn is_scale(form: &Form, question: &Question) -> bool {
    let Kind::SelectOne { list, .. } = &question.kind else {
        return false;
    };
    let choices = form.lists.get(list).map_or(&[][..], Vec::as_slice);
    choices.iter().filter(|c| c.score.is_some()).count() >= 2
}

/// The comment of a response, without blanks around; absent where there is none.
#[must_use]
pub fn comment_of(response: &Response) -> Option<&str> {
    response.answers.iter().find_map(|(path, answer)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        match answer {
            Answer::Text(text) if name == COMMENT && !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        }
    })
}

/// The photos of a response to this form, in the order of their paths.
#[must_use]
pub fn photos_of(form: &Form, response: &Response) -> Vec<ItemHash> {
    let asked: Vec<&str> = questions(form)
        .into_iter()
        .filter(|question| question.kind == Kind::Photo)
        .map(|question| question.name.as_str())
        .collect();
    response
        .answers
        .iter()
        .filter_map(|(path, answer)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            match answer {
                Answer::Text(hash) if asked.contains(&name) => hash.parse().ok(),
                _ => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn program() -> Program {
        let form = serde_json::json!({
            "format": 1, "id": "f", "version": "1", "title": {"th": "ฟ"},
            "items": [
                {"item": "group", "name": "g", "items": [
                    {"item": "question", "name": "overall", "type": "select_one", "list": "scale",
                     "label": {"th": "โดยรวม"}},
                    {"item": "question", "name": "several", "type": "select_multiple",
                     "list": "scale", "label": {"th": "หลายข้อ"}},
                ]},
                {"item": "repeat", "name": "visit", "items": [
                    {"item": "question", "name": "minutes", "type": "integer",
                     "label": {"th": "นาที"}},
                ]},
                {"item": "question", "name": "comment", "type": "text", "label": {"th": "อื่น ๆ"}},
            ],
            "lists": {"scale": [
                {"name": "5", "label": {"th": "มากที่สุด"}, "score": 5.0},
                {"name": "1", "label": {"th": "น้อยที่สุด"}, "score": 1.0},
                {"name": "none", "label": {"th": "ไม่มีความเห็น"}},
            ]},
        });
        Program::new(serde_json::from_value(form).unwrap()).unwrap()
    }

    fn response(answers: serde_json::Value) -> Response {
        let json = serde_json::json!({
            "form": "f", "version": "1", "trial": false, "started": {"at": 1}, "ended": {"at": 2},
            "answers": answers,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn answers_are_counted_by_question_and_a_repeat_as_one_response() {
        let program = program();
        let one = response(serde_json::json!({
            "g/overall": "5", "g/several": ["1", "none", "1"],
            "visit[1]/minutes": 10.0, "visit[2]/minutes": 5.0, "comment": " ดี ",
        }));
        let tally = Tally::of(&program, &one);
        assert_eq!(tally.responses(), 1);
        let minutes = tally.question("minutes").unwrap();
        assert_eq!((minutes.responses, minutes.answers), (1, 2));
        assert_eq!(minutes.mean(), Some(7.5));
        assert_eq!(tally.question("several").unwrap().choices["1"], 1);
        assert!(tally.question("comment").unwrap().choices.is_empty());
        assert_eq!(comment_of(&one), Some("ดี"));
        let json = serde_json::to_string(&tally).unwrap();
        assert_eq!(serde_json::from_str::<Tally>(&json).unwrap(), tally);
    }

    #[test]
    fn no_opinion_counts_in_no_mean_and_no_share() {
        let program = program();
        let mut all = Tally::default();
        for answer in ["5", "5", "1", "none"] {
            all.add(&Tally::of(
                &program,
                &response(serde_json::json!({"g/overall": answer})),
            ));
        }
        let form = program.form();
        let question = questions(form)[0];
        assert!(is_scale(form, question));
        let scale = all.scale(form, question).unwrap();
        assert_eq!(scale.scored, 3);
        assert!((scale.mean - 11.0 / 3.0).abs() < 1e-12);
        assert!((scale.satisfied.share - 2.0 / 3.0).abs() < 1e-12);
        assert!(Tally::default().scale(form, question).is_none());
    }

    proptest! {
        /// Nothing is lost, nothing is shown of fewer than five, and no question
        /// is ever shown with more answers than responses are.
        #[test]
        fn what_is_shown_comes_in_batches_of_five(answered in proptest::collection::vec(any::<(bool, bool)>(), 0..60)) {
            let program = program();
            let (mut all, mut held, mut shown) = (Tally::default(), Tally::default(), Tally::default());
            for (overall, minutes) in answered {
                let mut answers = serde_json::Map::new();
                if overall {
                    answers.insert("g/overall".into(), "5".into());
                }
                if minutes {
                    answers.insert("visit[1]/minutes".into(), 3.0.into());
                }
                let one = Tally::of(&program, &response(answers.into()));
                all.add(&one);
                let ripe = held.hold(&one);
                for count in ripe.questions.values() {
                    prop_assert!(count.responses >= SHOWN_FROM);
                }
                shown.add(&ripe);
                for count in shown.questions.values() {
                    prop_assert!(count.responses <= shown.responses());
                }
                for count in held.questions.values() {
                    prop_assert!(count.responses < SHOWN_FROM);
                }
            }
            shown.add(&held);
            prop_assert_eq!(shown, all);
        }
    }
}
