//! Pages: what is shown, and going from one to the next.

use super::{Filling, Tick};
use crate::form::answer::Answer;
use crate::form::check::{Body, Def};
use crate::form::instance::Instance;
use crate::form::model::{Kind, Label};
use crate::form::problem::{AnswerCode, AnswerProblem};
use crate::form::words::{Part, parts};
use serde::Serialize;

/// A page as the tree has it.
pub(super) struct Page {
    /// The node that names the page: its first question, or its group.
    pub(super) anchor: u32,
    /// Its nodes in order: questions, and the groups and repetitions that
    /// begin on it.
    pub(super) nodes: Vec<u32>,
}

/// Where next and back lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// To another page.
    Page,
    /// Past the last page: the form can be finished.
    End,
    /// Nowhere: there is no page before the first.
    Stayed,
}

/// A page to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageView {
    /// The page's path.
    pub path: String,
    /// Its number from 1 on, among the pages as relevant now.
    pub number: usize,
    /// How many there are as relevant now.
    pub count: usize,
    /// The headings of the groups around the page, outermost first.
    pub headings: Vec<String>,
    /// What is on it.
    pub items: Vec<ItemView>,
    /// The repeats that repetitions can be added to here.
    pub repeats: Vec<RepeatView>,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum ItemView {
    /// A group or a repetition begins.
    Heading {
        /// Its path.
        path: String,
        /// Its words; may be empty.
        label: String,
        /// The number of the repetition, from 1 on.
        repetition: Option<usize>,
    },
    /// A question.
    Question(Box<QuestionView>),
}

/// A question to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionView {
    /// Its path, for answering it.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What is asked and how.
    pub kind: Kind,
    /// Its words, with answers filled in.
    pub label: String,
    /// The hint; may be empty.
    pub hint: String,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether it is shown only.
    pub read_only: bool,
    /// Hints on how to show it.
    pub appearance: Vec<String>,
    /// The answer.
    pub answer: Option<Answer>,
    /// The choices offered.
    pub choices: Vec<ChoiceView>,
    /// What is wrong with the answer given; that one is missing is not said
    /// here, but when one goes on.
    pub problem: Option<AnswerProblem>,
}

/// A choice to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceView {
    /// Its name, the value stored.
    pub name: String,
    /// Its words.
    pub label: String,
    /// What it counts in a scale; absent for "no opinion".
    pub score: Option<f64>,
}

/// A repeat that a person adds to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepeatView {
    /// Its path, for adding a repetition.
    pub path: String,
    /// Its words.
    pub label: String,
    /// How many repetitions there are.
    pub count: usize,
}

impl Filling {
    /// The page shown; `None` after the last one.
    #[must_use]
    pub fn view(&self) -> Option<PageView> {
        let pages = self.pages();
        let place = self.place_of(self.page?, &pages)?;
        let page = pages.get(place)?;
        let mut headings = Vec::new();
        let mut at = self.instance.node(page.anchor).parent;
        while at != Instance::ROOT && at != 0 {
            if let Some(def) = self.program.defs.get(self.def_of(at))
                && !def.label.is_empty()
            {
                headings.push(self.words(at, &def.label));
            }
            at = self.instance.node(at).parent;
        }
        headings.reverse();
        let items = page.nodes.iter().filter_map(|node| self.item_view(*node));
        Some(PageView {
            path: self.path_of(page.anchor),
            number: place + 1,
            count: pages.len(),
            headings,
            items: items.collect(),
            repeats: self.repeat_views(page),
        })
    }

    /// Goes to the next page, if nothing on this one is bad or missing.
    ///
    /// # Errors
    /// What is bad or missing on this page.
    pub fn next(&mut self, tick: Tick) -> Result<Moved, Vec<AnswerProblem>> {
        self.now = tick.now;
        let pages = self.pages();
        let Some(place) = self.page.and_then(|page| self.place_of(page, &pages)) else {
            return Ok(Moved::End);
        };
        let problems: Vec<AnswerProblem> = pages[place]
            .nodes
            .iter()
            .filter_map(|node| self.problem_at(*node))
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        self.count_stay(tick.monotonic_ms);
        self.page = pages.get(place + 1).map(|p| p.anchor);
        Ok(if self.page.is_some() {
            Moved::Page
        } else {
            Moved::End
        })
    }

    /// Goes back a page, whatever is on this one.
    pub fn back(&mut self, tick: Tick) -> Moved {
        self.now = tick.now;
        self.count_stay(tick.monotonic_ms);
        let pages = self.pages();
        let place = self
            .page
            .and_then(|page| self.place_of(page, &pages))
            .unwrap_or(pages.len());
        match place.checked_sub(1).and_then(|before| pages.get(before)) {
            Some(before) => {
                self.page = Some(before.anchor);
                Moved::Page
            }
            None => Moved::Stayed,
        }
    }

    /// Goes to the page that a path lies on, as from a list of problems; says
    /// whether there is one.
    pub fn go_to(&mut self, path: &str, tick: Tick) -> bool {
        self.now = tick.now;
        let pages = self.pages();
        let found = self.find(path).and_then(|node| {
            pages
                .iter()
                .find(|page| page.anchor == node || page.nodes.contains(&node))
        });
        let Some(page) = found else {
            return false;
        };
        self.count_stay(tick.monotonic_ms);
        self.page = Some(page.anchor);
        true
    }

    /// The pages as relevant now.
    pub(super) fn pages(&self) -> Vec<Page> {
        let mut pages = Vec::new();
        self.lay_out(Instance::ROOT, &mut pages);
        pages
    }

    fn lay_out(&self, above: u32, pages: &mut Vec<Page>) {
        for node in &self.instance.node(above).children {
            let Some(def) = self.shown(*node) else {
                continue;
            };
            match &def.body {
                Body::Group { page: true } | Body::Repeat { page: true, .. } => {
                    let mut nodes = Vec::new();
                    self.gather(*node, &mut nodes);
                    let asks = |n: &u32| self.shown(*n).is_some_and(|d| d.question().is_some());
                    if nodes.iter().any(asks) {
                        pages.push(Page {
                            anchor: *node,
                            nodes,
                        });
                    }
                }
                Body::Group { .. } | Body::Repeat { .. } => self.lay_out(*node, pages),
                Body::Question { .. } => pages.push(Page {
                    anchor: *node,
                    nodes: vec![*node],
                }),
            }
        }
    }

    fn gather(&self, node: u32, nodes: &mut Vec<u32>) {
        if self.shown(node).is_some() {
            nodes.push(node);
            for child in &self.instance.node(node).children {
                self.gather(*child, nodes);
            }
        }
    }

    /// The item of a node that is shown, its groups being so.
    fn shown(&self, node: u32) -> Option<&Def> {
        let def = self.program.defs.get(self.def_of(node))?;
        let visible = def.question().is_none_or(|q| q.kind.is_visible());
        (visible && self.instance.node(node).relevant).then_some(def)
    }

    /// The place of the page with this anchor; if it is no longer shown, of
    /// the first page after it.
    fn place_of(&self, anchor: u32, pages: &[Page]) -> Option<usize> {
        if let Some(place) = pages.iter().position(|page| page.anchor == anchor) {
            return Some(place);
        }
        let key = self.instance.order_key(anchor);
        pages
            .iter()
            .position(|page| self.instance.order_key(page.anchor) > key)
    }

    fn item_view(&self, node: u32) -> Option<ItemView> {
        let def = self.program.defs.get(self.def_of(node))?;
        let Body::Question {
            question,
            required,
            filter,
            list,
            ..
        } = &def.body
        else {
            let found = self.instance.node(node);
            return Some(ItemView::Heading {
                path: self.path_of(node),
                label: self.words(node, &def.label),
                repetition: found.repetition.then(|| self.instance.position(node)),
            });
        };
        let required = required
            .as_ref()
            .is_some_and(|r| self.holds(node, r).unwrap_or(false));
        let problem = self
            .problem_at(node)
            .filter(|p| p.code != AnswerCode::AnswerRequired);
        let mut choices = Vec::new();
        if let Some(list) = list {
            for choice in self.program.choices(*list) {
                let item = self.program.choice_nodes[*list].get(choice.name.as_str());
                let offered = match (filter, item) {
                    (Some(filter), Some(item)) => self.passes(node, *list, *item, filter),
                    _ => true,
                };
                if offered {
                    choices.push(ChoiceView {
                        name: choice.name.clone(),
                        label: self.words(node, &choice.label),
                        score: choice.score,
                    });
                }
            }
        }
        Some(ItemView::Question(Box::new(QuestionView {
            path: self.path_of(node),
            name: question.name.clone(),
            kind: question.kind.clone(),
            label: self.words(node, &question.label),
            hint: self.words(node, &question.hint),
            required,
            read_only: question.read_only,
            appearance: question.appearance.clone(),
            answer: self.stored(node),
            choices,
            problem,
        })))
    }

    /// The repeats that a person adds to and whose last repetition ends on
    /// this page, or that begin inside it.
    fn repeat_views(&self, page: &Page) -> Vec<RepeatView> {
        let mut views = Vec::new();
        for (index, def) in self.program.defs.iter().enumerate() {
            if !matches!(&def.body, Body::Repeat { count: None, .. }) {
                continue;
            }
            let containers = match def.parent {
                None => vec![Instance::ROOT],
                Some(parent) => {
                    let name = &self.program.defs[parent].name;
                    self.instance.named(name).to_vec()
                }
            };
            for container in containers {
                if !self.instance.is_relevant(container) {
                    continue;
                }
                let present = self.repetitions(container, index);
                let here = match present.last() {
                    Some(last) => page
                        .nodes
                        .iter()
                        .any(|n| self.instance.is_within(*n, *last)),
                    None => page.nodes.contains(&container) || container == Instance::ROOT,
                };
                if here {
                    let mut path = self.path_of(container);
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(&def.name);
                    views.push(RepeatView {
                        path,
                        label: self.words(container, &def.label),
                        count: present.len(),
                    });
                }
            }
        }
        views
    }

    /// Words in the language of the filling, with answers filled in.
    pub(super) fn words(&self, node: u32, label: &Label) -> String {
        let text = label.get(self.language);
        if !text.contains("${") {
            return text.to_owned();
        }
        let filled = parts(text).into_iter().map(|part| match part {
            Part::Words(words) => words.to_owned(),
            Part::Name(name) => self.text_of(node, name),
        });
        filled.collect()
    }
}
