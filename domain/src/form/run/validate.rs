//! What is wrong with the answers: on the phone before sending, and again by
//! the registry on what arrives, however it was made.

use super::{Draft, Filling, NODE_LIMIT, Tick, problem_without_words};
use crate::form::check::{Body, Program};
use crate::form::expr::Now;
use crate::form::model::Kind;
use crate::form::problem::{AnswerCode, AnswerProblem};
use crate::form::response::Response;
use std::collections::HashSet;
use std::sync::Arc;

/// Thailand's offset from UTC in minutes.
const THAILAND_MINUTES: i16 = 420;

/// Everything that is wrong with a response, each with the question's name;
/// nothing if it can be counted. Dates are judged at the time that the
/// response says it was finished, on Thailand's clock.
#[must_use]
pub fn validate(program: &Arc<Program>, response: &Response) -> Vec<AnswerProblem> {
    let form = program.form();
    if response.form != form.id || response.version != form.version {
        return vec![problem_without_words("", AnswerCode::AnswerForm)];
    }
    if response.answers.len() > NODE_LIMIT {
        return vec![problem_without_words("", AnswerCode::AnswerRepetitions)];
    }
    let tick = Tick {
        now: Now {
            utc_ms: response.ended.at,
            offset_minutes: THAILAND_MINUTES,
        },
        monotonic_ms: 0,
    };
    let filling = Filling::resume(Arc::clone(program), &Draft::reopened(response), tick);
    let mut problems = Vec::new();
    for (path, answer) in &response.answers {
        let refused = |code| Some(problem_without_words(path, code));
        let problem = match filling.find(path) {
            None => refused(filling.code_of_missing(path)),
            Some(node) => {
                let def = program.defs.get(filling.def_of(node));
                match def.and_then(|d| d.question()) {
                    None => refused(AnswerCode::AnswerUnknown),
                    Some(q) if q.kind == Kind::Calculate => None,
                    Some(q) => match answer.fits(&q.kind) {
                        Err(error) => refused(error.code()),
                        Ok(()) if !filling.instance.is_relevant(node) => {
                            refused(AnswerCode::AnswerNotRelevant)
                        }
                        // A filter has already dropped what it does not offer.
                        Ok(()) if !filling.is_offered(node, answer) => {
                            refused(AnswerCode::AnswerChoice)
                        }
                        Ok(()) => None,
                    },
                }
            }
        };
        problems.extend(problem);
    }
    let named: HashSet<String> = problems.iter().map(|p| p.path.clone()).collect();
    let found = filling.problems().into_iter();
    problems.extend(found.filter(|p| !named.contains(&p.path)));
    problems
}

impl Filling {
    /// Every bad or missing answer, in the form's order.
    #[must_use]
    pub fn problems(&self) -> Vec<AnswerProblem> {
        let nodes = self.nodes_in_order().into_iter();
        nodes.filter_map(|node| self.problem_at(node)).collect()
    }

    /// What is wrong with the answer of one node.
    pub(super) fn problem_at(&self, node: u32) -> Option<AnswerProblem> {
        let def = self.program.defs.get(self.def_of(node))?;
        let Body::Question {
            question,
            required,
            constraint,
            ..
        } = &def.body
        else {
            return None;
        };
        if matches!(question.kind, Kind::Note | Kind::Calculate) || !self.instance.is_relevant(node)
        {
            return None;
        }
        let problem = |code, message| {
            Some(AnswerProblem {
                path: self.path_of(node),
                question: question.name.clone(),
                code,
                message,
            })
        };
        if self.instance.node(node).value.is_empty() {
            return match required.as_ref().map(|r| self.holds(node, r)) {
                Some(Ok(true)) => problem(
                    AnswerCode::AnswerRequired,
                    self.words(node, &question.required_message),
                ),
                _ => None,
            };
        }
        if let Some(answer) = self.stored(node)
            && !self.is_offered(node, &answer)
        {
            return problem(AnswerCode::AnswerChoice, String::new());
        }
        match constraint.as_ref().map(|c| self.holds(node, c)) {
            Some(Ok(false)) => problem(
                AnswerCode::AnswerConstraint,
                self.words(node, &question.constraint_message),
            ),
            Some(Err(_)) => problem(AnswerCode::AnswerExpression, String::new()),
            _ => None,
        }
    }

    /// Why there is no node at a path: no such question, or no such
    /// repetition.
    fn code_of_missing(&self, path: &str) -> AnswerCode {
        let known = path.split('/').all(|part| {
            let name = part.split('[').next().unwrap_or(part);
            self.program.by_name.contains_key(name)
        });
        if known && path.contains('[') {
            AnswerCode::AnswerRepetitions
        } else {
            AnswerCode::AnswerUnknown
        }
    }
}
