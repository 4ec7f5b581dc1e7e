//! The running of a form: a pure state that answers go into and that pages,
//! problems and a response come out of. After each answer the caller stores
//! [`Filling::draft`], so that a crash loses nothing.

mod evaluate;
mod load;
mod page;
mod validate;

#[cfg(test)]
mod tests;

pub use load::Draft;
pub use page::{ChoiceView, ItemView, Moved, PageView, QuestionView, RepeatView};
pub use validate::validate;

use super::answer::{Answer, Point};
use super::check::{Body, Def, Program};
use super::expr::{Now, Value};
use super::instance::Instance;
use super::model::{Kind, REPETITION_LIMIT};
use super::problem::{AnswerCode, AnswerProblem};
use super::response::{Response, Stamp};
use crate::words::Lang;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// The most nodes of a filled form: questions, groups and repetitions.
pub const NODE_LIMIT: usize = 100_000;

/// The longest stay on a page that is counted, in milliseconds: an hour.
const LONGEST_STAY_MS: u64 = 3_600_000;

/// The clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// The clock on the wall and the place's offset.
    pub now: Now,
    /// A clock that only goes forward, in milliseconds; its zero may change
    /// when the app is started again.
    pub monotonic_ms: u64,
}

/// What is decided when a form is opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Whether it is a trial: never changed afterwards.
    pub trial: bool,
    /// The counter it is about.
    pub counter: Option<Uuid>,
    /// The language.
    pub language: Lang,
    /// Where it is opened, if the person agreed to say.
    pub place: Option<Point>,
    /// The seed of the form's own random numbers.
    pub seed: u64,
}

/// A form being filled in.
#[derive(Debug, Clone)]
pub struct Filling {
    program: Arc<Program>,
    instance: Instance,
    /// The item of each node; `usize::MAX` for document and root.
    defs: Vec<usize>,
    /// The positions measured, which an expression's text tells less of.
    points: HashMap<u32, Point>,
    trial: bool,
    counter: Option<Uuid>,
    language: Lang,
    started: Stamp,
    random: Cell<u64>,
    now: Now,
    /// The first node of the page shown; none after the last page.
    page: Option<u32>,
    entered_ms: u64,
    page_ms: BTreeMap<String, u64>,
}

impl Filling {
    /// Opens a form.
    #[must_use]
    pub fn start(program: Arc<Program>, opening: &Opening, tick: Tick) -> Self {
        let mut filling = Self {
            instance: Instance::new("data"),
            defs: vec![usize::MAX; 2],
            points: HashMap::new(),
            trial: opening.trial,
            counter: opening.counter,
            language: opening.language,
            started: Stamp {
                at: tick.now.utc_ms,
                place: opening.place,
            },
            random: Cell::new(opening.seed),
            now: tick.now,
            page: None,
            entered_ms: tick.monotonic_ms,
            page_ms: BTreeMap::new(),
            program: Arc::clone(&program),
        };
        for root in &program.roots {
            filling.grow(Instance::ROOT, *root, Some(1));
        }
        filling.preset_below(Instance::ROOT);
        filling.evaluate_all();
        filling.page = filling.pages().first().map(|p| p.anchor);
        filling
    }

    /// The form.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Whether it is a trial.
    #[must_use]
    pub const fn is_trial(&self) -> bool {
        self.trial
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> Lang {
        self.language
    }

    /// Changes the language.
    pub fn set_language(&mut self, language: Lang) {
        self.language = language;
    }

    /// Answers a question, or clears it with `None`, and brings everything
    /// that depends on it up to date.
    ///
    /// An answer that fails the question's constraint is kept (it is a draft)
    /// and shows up in [`Filling::problems`] and on the page.
    ///
    /// # Errors
    /// [`AnswerProblem`] if the question is not there, not asked, or the
    /// answer is not of its type or not one of its choices; nothing changes.
    pub fn answer(
        &mut self,
        path: &str,
        answer: Option<Answer>,
        now: Now,
    ) -> Result<(), AnswerProblem> {
        self.now = now;
        let refused = |code| problem_without_words(path, code);
        let node = self
            .find(path)
            .ok_or_else(|| refused(AnswerCode::AnswerUnknown))?;
        let program = Arc::clone(&self.program);
        let def = program.defs.get(self.def_of(node));
        let Some(question) = def.and_then(Def::question) else {
            return Err(refused(AnswerCode::AnswerUnknown));
        };
        if !self.instance.is_relevant(node) {
            return Err(refused(AnswerCode::AnswerNotRelevant));
        }
        if question.read_only {
            return Err(refused(AnswerCode::AnswerNotAsked));
        }
        let point = match answer {
            Some(Answer::Point(point)) => Some(point),
            _ => None,
        };
        let value = match answer {
            None => Value::empty(),
            Some(answer) => {
                answer
                    .fits(&question.kind)
                    .map_err(|error| refused(error.code()))?;
                if !self.is_offered(node, &answer) {
                    return Err(refused(AnswerCode::AnswerChoice));
                }
                composed(answer).to_value(&question.kind)
            }
        };
        match point {
            Some(point) => self.points.insert(node, point),
            None => self.points.remove(&node),
        };
        if self.instance.node(node).value != value {
            self.instance.set(node, value);
            self.propagate(node);
        }
        Ok(())
    }

    /// The answer to a question.
    #[must_use]
    pub fn answer_at(&self, path: &str) -> Option<Answer> {
        self.stored(self.find(path)?)
    }

    /// Adds a repetition after the last one of a repeat and returns its path.
    ///
    /// # Errors
    /// [`AnswerProblem`] if there is no such repeat, its number is calculated,
    /// or there are already as many as there can be.
    pub fn add_repetition(&mut self, repeat: &str, now: Now) -> Result<String, AnswerProblem> {
        self.now = now;
        let refused = |code| problem_without_words(repeat, code);
        let (container, def) = self
            .find_repeat(repeat)
            .ok_or_else(|| refused(AnswerCode::AnswerUnknown))?;
        let program = Arc::clone(&self.program);
        if matches!(&program.defs[def].body, Body::Repeat { count: Some(_), .. }) {
            return Err(refused(AnswerCode::AnswerNotAsked));
        }
        let Some(added) = self.grow_repetition(container, def, Some(1)) else {
            return Err(refused(AnswerCode::AnswerRepetitions));
        };
        self.preset_below(added);
        self.evaluate_all();
        Ok(self.path_of(added))
    }

    /// Removes a repetition with its answers.
    ///
    /// # Errors
    /// [`AnswerProblem`] if there is none at this path or its number is
    /// calculated.
    pub fn remove_repetition(&mut self, path: &str, now: Now) -> Result<(), AnswerProblem> {
        self.now = now;
        let refused = |code| problem_without_words(path, code);
        let node = self
            .find(path)
            .ok_or_else(|| refused(AnswerCode::AnswerUnknown))?;
        let program = Arc::clone(&self.program);
        match program.defs.get(self.def_of(node)).map(|d| &d.body) {
            Some(Body::Repeat { count: None, .. }) => {}
            Some(Body::Repeat { .. }) => return Err(refused(AnswerCode::AnswerNotAsked)),
            _ => return Err(refused(AnswerCode::AnswerUnknown)),
        }
        self.instance.remove(node);
        self.evaluate_all();
        Ok(())
    }

    /// Ends the form: the response to send.
    ///
    /// # Errors
    /// Every bad or missing answer, in the form's order.
    pub fn finish(
        &mut self,
        tick: Tick,
        place: Option<Point>,
    ) -> Result<Response, Vec<AnswerProblem>> {
        self.now = tick.now;
        self.count_stay(tick.monotonic_ms);
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let answers = self
            .nodes_in_order()
            .into_iter()
            .filter(|node| self.instance.is_relevant(*node))
            .filter_map(|node| Some((self.path_of(node), self.stored(node)?)))
            .collect();
        let form = &self.program.form;
        Ok(Response {
            form: form.id.clone(),
            version: form.version.clone(),
            trial: self.trial,
            counter: self.counter,
            language: self.language,
            started: self.started,
            ended: Stamp {
                at: tick.now.utc_ms,
                place,
            },
            answers,
            page_ms: self.page_ms.clone(),
        })
    }

    /// The answer that a node holds.
    fn stored(&self, node: u32) -> Option<Answer> {
        let def = self.program.defs.get(self.def_of(node))?;
        let kind = &def.question()?.kind;
        if let Some(point) = self.points.get(&node) {
            return Some(Answer::Point(*point));
        }
        Answer::from_value(kind, &self.instance.node(node).value)
    }

    fn def_of(&self, node: u32) -> usize {
        self.defs.get(node as usize).copied().unwrap_or(usize::MAX)
    }

    /// Adds the nodes of an item below `parent`. Repeats get as many
    /// repetitions as `repetitions` says, none if their number is calculated.
    fn grow(&mut self, parent: u32, def: usize, repetitions: Option<usize>) {
        let program = Arc::clone(&self.program);
        let Some(found) = program.defs.get(def) else {
            return;
        };
        if let Body::Repeat { count, .. } = &found.body {
            let wanted = if count.is_some() { None } else { repetitions };
            for _ in 0..wanted.unwrap_or(0) {
                self.grow_repetition(parent, def, repetitions);
            }
            return;
        }
        if self.instance.len() >= NODE_LIMIT {
            return;
        }
        let node = self
            .instance
            .add(parent, found.name.clone(), Value::empty(), false);
        self.defs.push(def);
        for child in &found.children {
            self.grow(node, *child, repetitions);
        }
    }

    /// Adds one repetition below `parent`; `None` if there is no room.
    fn grow_repetition(&mut self, parent: u32, def: usize, inner: Option<usize>) -> Option<u32> {
        let program = Arc::clone(&self.program);
        let found = program.defs.get(def)?;
        let present = self.repetitions(parent, def);
        if present.len() >= REPETITION_LIMIT
            || self.instance.len() + program.defs.len() >= NODE_LIMIT
        {
            return None;
        }
        // After the last repetition, else before the next item of the form.
        let children = &self.instance.node(parent).children;
        let position = match present.last() {
            Some(last) => children
                .iter()
                .position(|c| c == last)
                .map_or(0, |at| at + 1),
            None => children
                .iter()
                .position(|c| self.def_of(*c) > def)
                .unwrap_or(children.len()),
        };
        let name = found.name.clone();
        let node = self
            .instance
            .insert(parent, position, name, Value::empty(), true);
        self.defs.push(def);
        for child in &found.children {
            self.grow(node, *child, inner);
        }
        Some(node)
    }

    /// The repetitions of a repeat below `parent`.
    fn repetitions(&self, parent: u32, def: usize) -> Vec<u32> {
        let children = &self.instance.node(parent).children;
        let of_def = children.iter().filter(|c| self.def_of(**c) == def);
        of_def.copied().collect()
    }

    /// All nodes of questions and groups, in the form's order.
    fn nodes_in_order(&self) -> Vec<u32> {
        let mut found = Vec::new();
        let root = self.instance.node(Instance::ROOT);
        let mut left: Vec<u32> = root.children.iter().rev().copied().collect();
        while let Some(next) = left.pop() {
            found.push(next);
            left.extend(self.instance.node(next).children.iter().rev());
        }
        found
    }

    /// The path of a node.
    fn path_of(&self, node: u32) -> String {
        let mut parts = Vec::new();
        let mut at = node;
        while at != Instance::ROOT && at != 0 {
            let found = self.instance.node(at);
            parts.push(if found.repetition {
                format!("{}[{}]", found.name, self.instance.position(at))
            } else {
                found.name.to_string()
            });
            at = found.parent;
        }
        parts.reverse();
        parts.join("/")
    }

    /// The node at a path.
    fn find(&self, path: &str) -> Option<u32> {
        let mut at = Instance::ROOT;
        for part in path.split('/') {
            let (name, position) = split_position(part)?;
            let children = self.instance.node(at).children.iter().copied();
            let mut named = children.filter(|c| *self.instance.node(*c).name == *name);
            at = named.nth(position - 1)?;
        }
        Some(at)
    }

    /// The container and the item of a repeat: `household/member`.
    fn find_repeat(&self, path: &str) -> Option<(u32, usize)> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let container = if above.is_empty() {
            Instance::ROOT
        } else {
            self.find(above)?
        };
        let def = *self.program.by_name.get(name)?;
        let found = self.program.defs.get(def)?;
        let parent = self.def_of(container);
        (found.is_repeat() && found.parent.unwrap_or(usize::MAX) == parent)
            .then_some((container, def))
    }

    fn count_stay(&mut self, monotonic_ms: u64) {
        let stay = monotonic_ms
            .saturating_sub(self.entered_ms)
            .min(LONGEST_STAY_MS);
        self.entered_ms = monotonic_ms;
        if let Some(page) = self.page {
            let path = self.path_of(page);
            *self.page_ms.entry(path).or_default() += stay;
        }
    }
}

/// `member[2]` as name and 1-based position; without brackets the first.
fn split_position(part: &str) -> Option<(&str, usize)> {
    match part.split_once('[') {
        None => Some((part, 1)),
        Some((name, rest)) => {
            let position = rest.strip_suffix(']')?.parse().ok()?;
            (position > 0).then_some((name, position))
        }
    }
}

/// A problem with the question's name only: the last of its path.
fn problem_without_words(path: &str, code: AnswerCode) -> AnswerProblem {
    let cut: String = path.chars().take(200).collect();
    let last = cut.rsplit('/').next().unwrap_or(&cut);
    AnswerProblem {
        question: last.split('[').next().unwrap_or(last).to_owned(),
        path: cut,
        code,
        message: String::new(),
    }
}

/// Texts are kept in NFC.
fn composed(answer: Answer) -> Answer {
    match answer {
        Answer::Text(text) => Answer::Text(text.nfc().collect()),
        other => other,
    }
}

/// The kinds whose answers a list limits.
const fn has_choices(kind: &Kind) -> bool {
    matches!(kind, Kind::SelectOne { .. } | Kind::SelectMultiple { .. })
}
