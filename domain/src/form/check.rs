//! Checks a form and makes it ready to run: expressions parsed, names
//! resolved, the order of evaluation found, loops named.

use super::expr::{EvalError, Expr, Expression, Function, Pattern, Value, is_name};
use super::graph::Graph;
use super::instance::Instance;
use super::model::{
    CHOICE_LIMIT, Choice, FORMAT, Form, GROUP_DEPTH_LIMIT, Group, ITEM_LIMIT, Item, Kind, Label,
    Preset, Question,
};
use super::problem::{Column, FormProblem};
use crate::words::Lang;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A form that was found sound.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) form: Form,
    pub(super) defs: Vec<Def>,
    pub(super) roots: Vec<usize>,
    pub(super) by_name: HashMap<Arc<str>, usize>,
    /// The items in an order in which each comes after what it depends on.
    pub(super) order: Vec<usize>,
    /// The place of each item in `order`.
    pub(super) rank: Vec<usize>,
    /// For each item those whose relevance, value or choices depend on it.
    pub(super) dependents: Vec<Vec<usize>>,
    /// Items that depend on any answer at all.
    pub(super) dependent_on_all: Vec<usize>,
    /// The choice lists as trees for expressions.
    pub(super) lists: Vec<ListTree>,
    /// For each list the node of each choice by name.
    pub(super) choice_nodes: Vec<HashMap<Arc<str>, u32>>,
}

/// An item of the form, ready to run.
#[derive(Debug, Clone)]
pub(super) struct Def {
    pub(super) name: Arc<str>,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// The repeats around it (itself among them if it is one), outermost first.
    pub(super) repeats: Vec<usize>,
    pub(super) body: Body,
    pub(super) label: Label,
    pub(super) relevant: Option<Expression>,
}

#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)]
pub(super) enum Body {
    Group {
        page: bool,
    },
    Repeat {
        page: bool,
        count: Option<Expression>,
    },
    Question {
        question: Question,
        required: Option<Expression>,
        constraint: Option<Expression>,
        calculation: Option<Expression>,
        preset: Option<Expression>,
        filter: Option<Expression>,
        /// The choice list's place in `Program::lists`.
        list: Option<usize>,
    },
}

impl Def {
    pub(super) const fn question(&self) -> Option<&Question> {
        match &self.body {
            Body::Question { question, .. } => Some(question),
            _ => None,
        }
    }

    pub(super) const fn is_repeat(&self) -> bool {
        matches!(self.body, Body::Repeat { .. })
    }
}

impl Program {
    /// Checks a form.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the form's order.
    pub fn new(form: Form) -> Result<Self, Vec<FormProblem>> {
        let mut problems = Vec::new();
        check_head(&form, &mut problems);
        let count = count_items(&form.items);
        let choices = form.lists.values().map(Vec::len).sum();
        if count > ITEM_LIMIT {
            problems.push(FormProblem::TooManyItems { count });
        }
        if choices > CHOICE_LIMIT {
            problems.push(FormProblem::TooManyChoices { count: choices });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        check_lists(&form, &mut problems);
        let mut building = Building {
            names: names_of(&form.items),
            form: &form,
            defs: Vec::new(),
            by_name: HashMap::new(),
            problems,
        };
        let roots = building.items(&form.items, None, &[], 0);
        let Building {
            defs,
            by_name,
            mut problems,
            ..
        } = building;
        if !defs
            .iter()
            .any(|d| d.question().is_some_and(|q| q.kind.is_visible()))
        {
            problems.push(FormProblem::NoQuestions);
        }
        let graph = Graph::new(&defs, &by_name);
        problems.extend(graph.loops(&defs));
        if !problems.is_empty() {
            return Err(problems);
        }
        let order = graph.order();
        let mut rank = vec![0; defs.len()];
        for (place, def) in order.iter().enumerate() {
            rank[*def] = place;
        }
        let (lists, choice_nodes) = list_trees(&form);
        Ok(Self {
            defs,
            roots,
            by_name,
            order,
            rank,
            dependents: graph.dependents(),
            dependent_on_all: graph.on_all,
            lists,
            choice_nodes,
            form,
        })
    }

    /// The form.
    #[must_use]
    pub const fn form(&self) -> &Form {
        &self.form
    }

    /// What is not said in this language: names of items and `list/choice`.
    #[must_use]
    pub fn missing_words(&self, language: Lang) -> Vec<String> {
        let lacks = |label: &Label| {
            !label.is_empty()
                && match language {
                    Lang::Th => label.th.is_empty(),
                    Lang::En => label.en.is_empty(),
                }
        };
        let mut missing: Vec<String> = self
            .defs
            .iter()
            .filter(|def| {
                lacks(&def.label)
                    || def.question().is_some_and(|q| {
                        [&q.hint, &q.required_message, &q.constraint_message]
                            .into_iter()
                            .any(lacks)
                    })
            })
            .map(|def| def.name.to_string())
            .collect();
        for (list, choices) in &self.form.lists {
            let lacking = choices.iter().filter(|c| lacks(&c.label));
            missing.extend(lacking.map(|c| format!("{list}/{}", c.name)));
        }
        missing
    }

    /// The choices of a list.
    pub(super) fn choices(&self, list: usize) -> &[Choice] {
        let name = self.lists.get(list).map(|(name, _)| &**name);
        name.and_then(|n| self.form.lists.get(n))
            .map_or(&[], Vec::as_slice)
    }
}

fn check_head(form: &Form, problems: &mut Vec<FormProblem>) {
    if form.format != FORMAT {
        problems.push(FormProblem::Format { found: form.format });
    }
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if form.id.is_empty() || form.id.len() > 100 || !form.id.chars().all(sound) {
        problems.push(FormProblem::Id {
            id: form.id.chars().take(100).collect(),
        });
    }
    if form.version.trim().is_empty() {
        problems.push(FormProblem::NoVersion);
    }
    if form.title.is_empty() {
        problems.push(FormProblem::NoTitle);
    }
}

fn check_lists(form: &Form, problems: &mut Vec<FormProblem>) {
    for (list, choices) in &form.lists {
        let mut seen = HashSet::new();
        for choice in choices {
            let name = &choice.name;
            let score = choice.score.is_none_or(f64::is_finite);
            if name.is_empty() || name.contains(char::is_whitespace) || !score {
                problems.push(FormProblem::Choice {
                    list: list.clone(),
                    choice: name.clone(),
                });
            } else if !seen.insert(name) {
                problems.push(FormProblem::DuplicateChoice {
                    list: list.clone(),
                    choice: name.clone(),
                });
            }
        }
    }
}

fn count_items(items: &[Item]) -> usize {
    let mut count = 0;
    let mut left: Vec<&[Item]> = vec![items];
    while let Some(items) = left.pop() {
        count += items.len();
        for item in items {
            match item {
                Item::Group(group) => left.push(&group.items),
                Item::Repeat(repeat) => left.push(&repeat.group.items),
                Item::Question(_) => {}
            }
        }
    }
    count
}

fn names_of(items: &[Item]) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut left: Vec<&[Item]> = vec![items];
    while let Some(items) = left.pop() {
        for item in items {
            names.insert(item.name().to_owned());
            match item {
                Item::Group(group) => left.push(&group.items),
                Item::Repeat(repeat) => left.push(&repeat.group.items),
                Item::Question(_) => {}
            }
        }
    }
    names
}

/// A choice list by its name.
type ListTree = (Arc<str>, Instance);

/// Each list as `root/item/…`, as `instance('list')` sees it.
fn list_trees(form: &Form) -> (Vec<ListTree>, Vec<HashMap<Arc<str>, u32>>) {
    let mut trees = Vec::new();
    let mut nodes = Vec::new();
    for (name, choices) in &form.lists {
        let mut tree = Instance::new("root");
        let mut by_name = HashMap::new();
        for choice in choices {
            let item = tree.add(Instance::ROOT, "item".into(), Value::empty(), false);
            tree.add(item, "name".into(), Value::text(&choice.name), false);
            let label = choice.label.get(form.default_language);
            tree.add(item, "label".into(), Value::text(label), false);
            for (column, value) in &choice.columns {
                tree.add(item, column.as_str().into(), Value::text(value), false);
            }
            by_name.insert(choice.name.as_str().into(), item);
        }
        trees.push((name.as_str().into(), tree));
        nodes.push(by_name);
    }
    (trees, nodes)
}

struct Building<'f> {
    form: &'f Form,
    names: HashSet<String>,
    defs: Vec<Def>,
    by_name: HashMap<Arc<str>, usize>,
    problems: Vec<FormProblem>,
}

impl Building<'_> {
    fn items(
        &mut self,
        items: &[Item],
        parent: Option<usize>,
        repeats: &[usize],
        depth: usize,
    ) -> Vec<usize> {
        items
            .iter()
            .map(|item| self.item(item, parent, repeats, depth))
            .collect()
    }

    fn item(
        &mut self,
        item: &Item,
        parent: Option<usize>,
        around: &[usize],
        depth: usize,
    ) -> usize {
        let name = item.name().to_owned();
        let index = self.defs.len();
        if name.len() > 100 || !is_name(&name) {
            let name = name.chars().take(100).collect();
            self.problems.push(FormProblem::Name { name });
        } else if self.by_name.insert(name.as_str().into(), index).is_some() {
            self.problems
                .push(FormProblem::DuplicateName { name: name.clone() });
        }
        let (label, relevant, group) = match item {
            Item::Question(q) => (&q.label, &q.relevant, None),
            Item::Group(g) => (&g.label, &g.relevant, Some(g)),
            Item::Repeat(r) => (&r.group.label, &r.group.relevant, Some(&r.group)),
        };
        self.words(&name, Column::Label, label);
        let relevant = self.expression(&name, Column::Relevant, relevant.as_ref());
        let body = match item {
            Item::Question(q) => self.question(q),
            Item::Group(g) => Body::Group { page: g.page },
            Item::Repeat(r) => Body::Repeat {
                page: r.group.page,
                count: self.expression(&name, Column::RepeatCount, r.count.as_ref()),
            },
        };
        let mut repeats = around.to_vec();
        if matches!(body, Body::Repeat { .. }) {
            repeats.push(index);
        }
        self.defs.push(Def {
            name: name.as_str().into(),
            parent,
            children: Vec::new(),
            repeats: repeats.clone(),
            body,
            label: label.clone(),
            relevant,
        });
        if let Some(group) = group {
            self.defs[index].children = self.group(group, index, &repeats, depth);
        }
        index
    }

    fn group(
        &mut self,
        group: &Group,
        index: usize,
        repeats: &[usize],
        depth: usize,
    ) -> Vec<usize> {
        if depth >= GROUP_DEPTH_LIMIT {
            self.problems.push(FormProblem::TooDeep {
                name: group.name.clone(),
            });
            return Vec::new();
        }
        self.items(&group.items, Some(index), repeats, depth + 1)
    }

    fn question(&mut self, q: &Question) -> Body {
        let name = &q.name;
        let shown = q.kind.is_visible();
        if shown && q.label.is_empty() && q.hint.is_empty() {
            self.problems
                .push(FormProblem::NoLabel { name: name.clone() });
        }
        if q.kind == Kind::Calculate && q.calculation.is_none() && q.default.is_none() {
            self.problems
                .push(FormProblem::NoCalculation { name: name.clone() });
        }
        self.words(name, Column::Hint, &q.hint);
        self.words(name, Column::RequiredMessage, &q.required_message);
        self.words(name, Column::ConstraintMessage, &q.constraint_message);
        let mut list = None;
        let mut filter = None;
        if let Some((list_name, filter_source)) = q.kind.choices() {
            list = self.form.lists.keys().position(|known| known == list_name);
            let empty = self.form.lists.get(list_name).is_none_or(Vec::is_empty);
            if empty {
                self.problems.push(FormProblem::NoList {
                    name: name.clone(),
                    list: list_name.to_owned(),
                });
            }
            let source = filter_source.map(str::to_owned);
            filter = self.expression(name, Column::ChoiceFilter, source.as_ref());
        }
        let preset = match &q.default {
            Some(Preset::Expression(source)) => {
                self.expression(name, Column::Default, Some(source))
            }
            _ => None,
        };
        Body::Question {
            required: self.expression(name, Column::Required, q.required.as_ref()),
            constraint: self.expression(name, Column::Constraint, q.constraint.as_ref()),
            calculation: self.expression(name, Column::Calculation, q.calculation.as_ref()),
            preset,
            filter,
            list,
            question: q.clone(),
        }
    }

    fn expression(
        &mut self,
        name: &str,
        column: Column,
        source: Option<&String>,
    ) -> Option<Expression> {
        let parsed = match Expression::parse(source?) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.problems.push(FormProblem::Expression {
                    name: name.to_owned(),
                    column,
                    error,
                });
                return None;
            }
        };
        let references = parsed.references();
        for unknown in references.variables.iter().chain(&references.steps) {
            self.known(name, column, unknown);
        }
        let mut errors = Vec::new();
        parsed
            .root()
            .walk(&mut |part| errors.extend(call_error(part)));
        for error in errors {
            self.problems.push(FormProblem::Call {
                name: name.to_owned(),
                column,
                error,
            });
        }
        Some(parsed)
    }

    fn known(&mut self, name: &str, column: Column, unknown: &str) {
        if !self.names.contains(unknown) {
            self.problems.push(FormProblem::UnknownName {
                name: name.to_owned(),
                column,
                unknown: unknown.chars().take(100).collect(),
            });
        }
    }

    /// The names in `${…}` of a label must be there.
    fn words(&mut self, name: &str, column: Column, label: &Label) {
        for text in [&label.th, &label.en] {
            for part in super::words::parts(text) {
                if let super::words::Part::Name(unknown) = part {
                    self.known(name, column, unknown);
                }
            }
        }
    }
}

/// What makes a call impossible whatever the answers are.
fn call_error(part: &Expr) -> Option<EvalError> {
    let Expr::Call {
        name,
        function,
        args,
        ..
    } = part
    else {
        return None;
    };
    let Some(function) = function else {
        return Some(EvalError::UnknownFunction {
            name: name.chars().take(80).collect(),
        });
    };
    if !function.takes(args.len()) {
        return Some(EvalError::Arguments {
            name: function.name().to_owned(),
            given: args.len(),
        });
    }
    match (function, args.get(1)) {
        (Function::Regex, Some(Expr::Text(pattern))) => Pattern::new(pattern).err(),
        _ => None,
    }
}
