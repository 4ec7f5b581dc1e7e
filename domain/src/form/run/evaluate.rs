//! Bringing a form up to date: all of it, or only what an answer touches.

use super::{Filling, has_choices};
use crate::form::answer::Answer;
use crate::form::check::{Body, Def, Program};
use crate::form::expr::{EvalError, Evaluator, Expr, Expression, Scope, Value, Words};
use crate::form::instance::{Instance, NodeRef};
use crate::form::model::{Preset, REPETITION_LIMIT};
use crate::words::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The nodes to look at again, by the rank of their item.
type Queue = BTreeMap<usize, BTreeSet<u32>>;

/// The words of choices in one language.
struct ChoiceWords<'p> {
    program: &'p Program,
    language: Lang,
}

impl Words for ChoiceWords<'_> {
    fn choice(&self, question: &str, value: &str) -> Option<String> {
        let def = self
            .program
            .defs
            .get(*self.program.by_name.get(question)?)?;
        let Body::Question {
            list: Some(list), ..
        } = &def.body
        else {
            return None;
        };
        let mut choices = self.program.choices(*list).iter();
        let found = choices.find(|c| c.name == value)?;
        Some(found.label.get(self.language).to_owned())
    }
}

impl Filling {
    /// The value of an expression that belongs to `origin`, with `.` meaning
    /// `context`.
    fn evaluate<T>(
        &self,
        origin: u32,
        context: NodeRef,
        take: impl FnOnce(&Evaluator<'_>) -> T,
    ) -> T {
        let words = ChoiceWords {
            program: &self.program,
            language: self.language,
        };
        take(&Evaluator::new(Scope {
            answers: &self.instance,
            lists: &self.program.lists,
            origin: NodeRef::answer(origin),
            context,
            now: self.now,
            words: Some(&words),
            thai: self.language == Lang::Th,
            version: &self.program.form.version,
            random: &self.random,
        }))
    }

    /// Whether an expression of this node holds.
    pub(super) fn holds(&self, node: u32, expression: &Expression) -> Result<bool, EvalError> {
        self.evaluate(node, NodeRef::answer(node), |e| {
            e.is_true(expression.root())
        })
    }

    /// The single value of an expression of this node; NaN and infinity are
    /// no answer, as in JavaRosa.
    fn value_of(&self, node: u32, expr: &Expr) -> Value {
        self.evaluate(node, NodeRef::answer(node), |e| match e.evaluate(expr) {
            Ok(Value::Number(n)) if !n.is_finite() => Value::empty(),
            Ok(Value::Nodes(nodes)) => e.single(&Value::Nodes(nodes)),
            Ok(value) => value,
            Err(_) => Value::empty(),
        })
    }

    /// The text of the answers to a name, for labels.
    pub(super) fn text_of(&self, node: u32, name: &str) -> String {
        let variable = Expr::Variable(name.into());
        self.value_of(node, &variable).write()
    }

    /// Looks at every item again, in an order in which each comes after what
    /// it depends on.
    pub(super) fn evaluate_all(&mut self) {
        let program = Arc::clone(&self.program);
        for index in &program.order {
            let def = &program.defs[*index];
            self.settle_count(*index, def);
            for node in self.instance.named(&def.name).to_vec() {
                self.settle(node, def);
            }
        }
    }

    /// Looks again at what depends on this node's answer, and at what depends
    /// on that in turn.
    pub(super) fn propagate(&mut self, changed: u32) {
        let program = Arc::clone(&self.program);
        let mut queue = Queue::new();
        self.enqueue(&program, &mut queue, changed);
        while let Some((rank, nodes)) = queue.pop_first() {
            let Some(index) = program.order.get(rank) else {
                continue;
            };
            let def = &program.defs[*index];
            if self.settle_count(*index, def) {
                // Repetitions came or went: positions and counts changed.
                self.evaluate_all();
                return;
            }
            for node in nodes {
                let (relevance, value) = self.settle(node, def);
                if relevance {
                    let mut below = vec![node];
                    while let Some(next) = below.pop() {
                        self.enqueue(&program, &mut queue, next);
                        below.extend(&self.instance.node(next).children);
                    }
                } else if value {
                    self.enqueue(&program, &mut queue, node);
                }
            }
        }
    }

    /// Queues the nodes that depend on this one: those of the same repetition
    /// where both items lie in one repeat, else all.
    fn enqueue(&self, program: &Program, queue: &mut Queue, changed: u32) {
        let index = self.def_of(changed);
        let Some(source) = program.defs.get(index) else {
            return;
        };
        let direct = &program.dependents[index];
        for dependent in direct.iter().chain(&program.dependent_on_all) {
            let def = &program.defs[*dependent];
            let entry = queue.entry(program.rank[*dependent]).or_default();
            let named = self.instance.named(&def.name);
            match self.common_repetition(source, def, changed) {
                None => entry.extend(named),
                Some(above) => {
                    let within = named.iter().filter(|n| self.instance.is_within(**n, above));
                    entry.extend(within);
                }
            }
        }
    }

    /// The innermost repetition around `changed` of a repeat that both items
    /// lie in.
    fn common_repetition(&self, source: &Def, dependent: &Def, changed: u32) -> Option<u32> {
        let shared = source.repeats.iter().zip(&dependent.repeats);
        let innermost = shared.take_while(|(a, b)| a == b).last().map(|(a, _)| *a)?;
        let mut at = changed;
        while at != Instance::ROOT && at != 0 {
            if self.def_of(at) == innermost {
                return Some(at);
            }
            at = self.instance.node(at).parent;
        }
        None
    }

    /// Brings a node's relevance, value and choices up to date; says whether
    /// its relevance and its value changed.
    fn settle(&mut self, node: u32, def: &Def) -> (bool, bool) {
        let mut relevance_changed = false;
        if let Some(relevant) = &def.relevant {
            // An expression without a value hides nothing.
            let holds = self.holds(node, relevant).unwrap_or(true);
            relevance_changed = self.instance.node(node).relevant != holds;
            self.instance.set_relevant(node, holds);
        }
        let Body::Question {
            question,
            calculation,
            filter,
            ..
        } = &def.body
        else {
            return (relevance_changed, false);
        };
        let mut value_changed = false;
        if let Some(calculation) = calculation
            && self.instance.is_relevant(node)
        {
            let value = self.value_of(node, calculation.root());
            let stored = Answer::from_value(&question.kind, &value)
                .map_or_else(Value::empty, |a| a.to_value(&question.kind));
            if self.instance.node(node).value != stored {
                self.instance.set(node, stored);
                value_changed = true;
            }
        }
        if filter.is_some() && !self.instance.node(node).value.is_empty() {
            value_changed |= self.drop_choices_not_offered(node);
        }
        (relevance_changed, value_changed)
    }

    /// Makes as many repetitions as the repeat's count says; says whether any
    /// came or went.
    fn settle_count(&mut self, index: usize, def: &Def) -> bool {
        let Body::Repeat {
            count: Some(count), ..
        } = &def.body
        else {
            return false;
        };
        let containers = match def.parent {
            None => vec![Instance::ROOT],
            Some(parent) => {
                let name = self.program.defs[parent].name.clone();
                self.instance.named(&name).to_vec()
            }
        };
        let mut changed = false;
        for container in containers {
            let wanted = match self.value_of(container, count.root()) {
                Value::Number(n) => n,
                other => crate::form::expr::number_from_text(&other.write()),
            };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let wanted = (wanted.max(0.0) as usize).min(REPETITION_LIMIT);
            let mut present = self.repetitions(container, index);
            while present.len() > wanted {
                if let Some(last) = present.pop() {
                    self.instance.remove(last);
                    changed = true;
                }
            }
            while present.len() < wanted {
                let Some(added) = self.grow_repetition(container, index, Some(1)) else {
                    break;
                };
                self.preset_below(added);
                present.push(added);
                changed = true;
            }
        }
        changed
    }

    /// Sets what the questions below a node start with.
    pub(super) fn preset_below(&mut self, above: u32) {
        let program = Arc::clone(&self.program);
        let mut left = vec![above];
        while let Some(node) = left.pop() {
            left.extend(self.instance.node(node).children.iter().rev());
            let Some(Body::Question {
                question, preset, ..
            }) = program.defs.get(self.def_of(node)).map(|d| &d.body)
            else {
                continue;
            };
            let value = match (&question.default, preset) {
                (Some(Preset::Value(text)), _) => Value::text(text),
                (Some(Preset::Expression(_)), Some(preset)) => self.value_of(node, preset.root()),
                _ => continue,
            };
            if let Some(answer) = Answer::from_value(&question.kind, &value) {
                let value = answer.to_value(&question.kind);
                self.instance.set(node, value);
            }
        }
    }

    /// Whether each choice of an answer is in the list and passes the filter.
    pub(super) fn is_offered(&self, node: u32, answer: &Answer) -> bool {
        match answer {
            Answer::Text(name) => self.is_choice_offered(node, name),
            Answer::Many(names) => {
                let mut seen = BTreeSet::new();
                names
                    .iter()
                    .all(|name| seen.insert(name) && self.is_choice_offered(node, name))
            }
            _ => true,
        }
    }

    fn is_choice_offered(&self, node: u32, name: &str) -> bool {
        let Some(Body::Question {
            question,
            list,
            filter,
            ..
        }) = self.program.defs.get(self.def_of(node)).map(|d| &d.body)
        else {
            return true;
        };
        let Some(list) = list else {
            return !has_choices(&question.kind);
        };
        let nodes = self.program.choice_nodes.get(*list);
        let Some(item) = nodes.and_then(|n| n.get(name)).copied() else {
            return false;
        };
        filter
            .as_ref()
            .is_none_or(|filter| self.passes(node, *list, item, filter))
    }

    /// Whether a choice passes a question's filter.
    pub(super) fn passes(&self, node: u32, list: usize, item: u32, filter: &Expression) -> bool {
        let Ok(tree) = u16::try_from(list + 1) else {
            return false;
        };
        let context = NodeRef { tree, node: item };
        self.evaluate(node, context, |e| e.is_true(filter.root()))
            .unwrap_or(false)
    }

    fn drop_choices_not_offered(&mut self, node: u32) -> bool {
        let text = self.instance.node(node).value.write();
        let kept: Vec<&str> = text
            .split_whitespace()
            .filter(|name| self.is_choice_offered(node, name))
            .collect();
        if kept.len() == text.split_whitespace().count() {
            return false;
        }
        let value = Value::from(kept.join(" "));
        self.instance.set(node, value);
        true
    }
}
