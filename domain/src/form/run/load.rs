//! Drafts: a filling as plain data, stored after each answer.

use super::{Filling, LONGEST_STAY_MS, Tick, split_position};
use crate::form::answer::Answer;
use crate::form::check::Program;
use crate::form::instance::Instance;
use crate::form::model::REPETITION_LIMIT;
use crate::form::response::{Response, Stamp};
use crate::words::Lang;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// A form half filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The form's id.
    pub form: String,
    /// The form's version.
    pub version: String,
    /// Whether it is a trial.
    pub trial: bool,
    /// The counter it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Uuid>,
    /// The language.
    #[serde(default)]
    pub language: Lang,
    /// When and where it was started.
    pub started: Stamp,
    /// The answers by path, those of questions not relevant at present too.
    pub answers: BTreeMap<String, Answer>,
    /// How many repetitions each repeat has, by the repeat's path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repetitions: BTreeMap<String, usize>,
    /// The path of the page shown; absent after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Milliseconds spent on each page.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_ms: BTreeMap<String, u64>,
    /// The state of the form's own random numbers.
    #[serde(default)]
    pub random: u64,
}

impl Draft {
    /// A finished response as a draft again, to be changed before it is sent.
    #[must_use]
    pub fn reopened(response: &Response) -> Self {
        let mut repetitions = BTreeMap::new();
        for path in response.answers.keys() {
            for (at, _) in path.match_indices('[') {
                let part = path[..at].rsplit('/').next().map_or(0, str::len);
                let start = at - part;
                let end = path[at..].find(']').map_or(path.len(), |e| at + e + 1);
                if let Some((_, position)) = split_position(&path[start..end]) {
                    let count = repetitions.entry(path[..at].to_owned()).or_insert(0);
                    *count = position.min(REPETITION_LIMIT + 1).max(*count);
                }
            }
        }
        Self {
            form: response.form.clone(),
            version: response.version.clone(),
            trial: response.trial,
            counter: response.counter,
            language: response.language,
            started: response.started,
            answers: response.answers.clone(),
            repetitions,
            page: None,
            page_ms: response.page_ms.clone(),
            random: 0,
        }
    }
}

impl Filling {
    /// Takes up a draft of this form. Answers that the form has no place for
    /// are left out.
    #[must_use]
    pub fn resume(program: Arc<Program>, draft: &Draft, tick: Tick) -> Self {
        let mut filling = Self {
            instance: Instance::new("data"),
            defs: vec![usize::MAX; 2],
            points: HashMap::new(),
            trial: draft.trial,
            counter: draft.counter,
            language: draft.language,
            started: draft.started,
            random: Cell::new(draft.random),
            now: tick.now,
            page: None,
            entered_ms: tick.monotonic_ms,
            page_ms: draft.page_ms.clone(),
            program: Arc::clone(&program),
        };
        for root in &program.roots {
            filling.grow(Instance::ROOT, *root, None);
        }
        // Outer repeats come before inner ones: their paths are shorter.
        let mut repetitions: Vec<(&String, &usize)> = draft.repetitions.iter().collect();
        repetitions.sort_by_key(|(path, _)| path.matches('/').count());
        for (path, count) in repetitions {
            let Some((container, def)) = filling.find_repeat(path) else {
                continue;
            };
            let present = filling.repetitions(container, def).len();
            for _ in present..*count {
                if filling.grow_repetition(container, def, None).is_none() {
                    break;
                }
            }
        }
        for (path, answer) in &draft.answers {
            filling.place(path, answer);
        }
        filling.evaluate_all();
        filling.page = draft.page.as_ref().and_then(|path| filling.find(path));
        filling
    }

    /// Puts an answer where it belongs, if it fits there.
    fn place(&mut self, path: &str, answer: &Answer) {
        let Some(node) = self.find(path) else {
            return;
        };
        let def = self.program.defs.get(self.def_of(node));
        let Some(question) = def.and_then(|d| d.question()) else {
            return;
        };
        let calculated = !question.kind.is_visible();
        if calculated || answer.fits(&question.kind).is_ok() {
            let value = answer.to_value(&question.kind);
            self.instance.set(node, value);
            if let Answer::Point(point) = answer {
                self.points.insert(node, *point);
            }
        }
    }

    /// This filling as plain data.
    #[must_use]
    pub fn draft(&self, tick: Tick) -> Draft {
        let mut answers = BTreeMap::new();
        let mut repetitions = BTreeMap::new();
        let mut containers = vec![Instance::ROOT];
        for node in self.nodes_in_order() {
            if let Some(answer) = self.stored(node) {
                answers.insert(self.path_of(node), answer);
            }
            containers.push(node);
        }
        for container in containers {
            let children = match self.program.defs.get(self.def_of(container)) {
                Some(def) => &def.children,
                None => &self.program.roots,
            };
            for child in children
                .iter()
                .filter(|c| self.program.defs[**c].is_repeat())
            {
                let mut path = self.path_of(container);
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(&self.program.defs[*child].name);
                repetitions.insert(path, self.repetitions(container, *child).len());
            }
        }
        let mut page_ms = self.page_ms.clone();
        if let Some(page) = self.page {
            let stay = tick.monotonic_ms.saturating_sub(self.entered_ms);
            *page_ms.entry(self.path_of(page)).or_default() += stay.min(LONGEST_STAY_MS);
        }
        Draft {
            form: self.program.form.id.clone(),
            version: self.program.form.version.clone(),
            trial: self.trial,
            counter: self.counter,
            language: self.language,
            started: self.started,
            answers,
            repetitions,
            page: self.page.map(|page| self.path_of(page)),
            page_ms,
            random: self.random.get(),
        }
    }
}
