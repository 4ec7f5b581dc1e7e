//! Steps of paths and their conditions.

use super::EvalError;
use super::ast::{Axis, Expr, NodeTest, Step};
use super::eval::{Evaluator, Focus};
use super::value::Value;
use crate::form::instance::{Instance, NodeRef};
use std::collections::HashSet;

impl Evaluator<'_> {
    /// Follows the steps from all of `nodes`.
    pub(super) fn walk(
        &self,
        mut nodes: Vec<NodeRef>,
        steps: &[Step],
    ) -> Result<Vec<NodeRef>, EvalError> {
        for step in steps {
            let several = nodes.len() > 1;
            let mut next = Vec::new();
            for from in nodes {
                let mut found = self.step(from, step)?;
                if !step.predicates.is_empty() {
                    found = self.filter(found, &step.predicates)?;
                }
                next.extend(found);
            }
            if several || is_backward(step.axis) {
                next = self.in_order(next)?;
            }
            nodes = next;
        }
        Ok(nodes)
    }

    fn step(&self, from: NodeRef, step: &Step) -> Result<Vec<NodeRef>, EvalError> {
        let tree = self.tree(from.tree);
        let mut found = Vec::new();
        collect(tree, from.node, step.axis, &mut found);
        self.count_work(found.len() + 1)?;
        let keeps = |index: u32| {
            let node = tree.node(index);
            let passes = match &step.test {
                NodeTest::Any => index != 0,
                NodeTest::Node => true,
                NodeTest::Text => node.children.is_empty() && !node.value.is_empty(),
                NodeTest::Name(name) => index != 0 && node.name == *name,
                NodeTest::Nothing => false,
            };
            passes && (step.axis != Axis::Child || node.relevant)
        };
        Ok(found
            .into_iter()
            .filter(|index| keeps(*index))
            .map(|node| NodeRef {
                tree: from.tree,
                node,
            })
            .collect())
    }

    /// Keeps the nodes for which all conditions hold; a number is a position.
    pub(super) fn filter(
        &self,
        mut nodes: Vec<NodeRef>,
        predicates: &[Expr],
    ) -> Result<Vec<NodeRef>, EvalError> {
        for predicate in predicates {
            let size = nodes.len();
            self.count_work(size)?;
            let mut kept = Vec::new();
            for (index, node) in nodes.into_iter().enumerate() {
                let focus = Focus {
                    node,
                    place: Some((index + 1, size)),
                };
                let keep = match self.eval(predicate, focus)? {
                    Value::Number(position) => {
                        #[allow(clippy::cast_precision_loss)]
                        let here = (index + 1) as f64;
                        (position - here).abs() < 1e-12
                    }
                    // A path as a condition asks whether there is a node.
                    Value::Nodes(found) => !found.is_empty(),
                    other => self.boolean(&other),
                };
                if keep {
                    kept.push(node);
                }
            }
            nodes = kept;
        }
        Ok(nodes)
    }

    /// The nodes in the form's order, each once.
    pub(super) fn in_order(&self, nodes: Vec<NodeRef>) -> Result<Vec<NodeRef>, EvalError> {
        self.count_work(nodes.len())?;
        let mut seen = HashSet::with_capacity(nodes.len());
        let mut unique: Vec<NodeRef> = nodes.into_iter().filter(|n| seen.insert(*n)).collect();
        // Nodes are made in order, so that comparing indexes mostly suffices.
        if !unique.is_sorted() || unique.iter().any(|n| n.tree == 0) {
            unique.sort_by_cached_key(|n| (n.tree, self.tree(n.tree).order_key(n.node)));
        }
        Ok(unique)
    }
}

const fn is_backward(axis: Axis) -> bool {
    matches!(
        axis,
        Axis::Ancestor | Axis::AncestorOrSelf | Axis::Preceding | Axis::PrecedingSibling
    )
}

/// The nodes along an axis, nearest first.
fn collect(tree: &Instance, from: u32, axis: Axis, found: &mut Vec<u32>) {
    let parent = tree.node(from).parent;
    let siblings = || -> (&[u32], usize) {
        let siblings = &tree.node(parent).children;
        let at = siblings.iter().position(|c| *c == from);
        (siblings, at.unwrap_or(0))
    };
    match axis {
        Axis::Child => found.extend(&tree.node(from).children),
        Axis::Parent => {
            if parent != from {
                found.push(parent);
            }
        }
        Axis::Itself => found.push(from),
        Axis::Descendant => descend(tree, from, found),
        Axis::DescendantOrSelf => {
            found.push(from);
            descend(tree, from, found);
        }
        Axis::Ancestor | Axis::AncestorOrSelf => {
            if axis == Axis::AncestorOrSelf {
                found.push(from);
            }
            let mut at = from;
            while tree.node(at).parent != at {
                at = tree.node(at).parent;
                found.push(at);
            }
        }
        Axis::FollowingSibling if from != 0 => {
            let (siblings, at) = siblings();
            found.extend(siblings.iter().skip(at + 1));
        }
        Axis::PrecedingSibling if from != 0 => {
            let (siblings, at) = siblings();
            found.extend(siblings.iter().take(at).rev());
        }
        Axis::Following | Axis::Preceding => {
            let mut at = from;
            while at != 0 {
                let mut beside = Vec::new();
                let sideways = if axis == Axis::Following {
                    Axis::FollowingSibling
                } else {
                    Axis::PrecedingSibling
                };
                collect(tree, at, sideways, &mut beside);
                for sibling in beside {
                    let start = found.len();
                    found.push(sibling);
                    descend(tree, sibling, found);
                    if axis == Axis::Preceding {
                        found[start..].reverse();
                    }
                }
                at = tree.node(at).parent;
            }
        }
        Axis::FollowingSibling | Axis::PrecedingSibling | Axis::Attribute => {}
    }
}

/// Everything below, in order. A node that is not relevant hides what is
/// below it.
fn descend(tree: &Instance, from: u32, found: &mut Vec<u32>) {
    let mut left: Vec<u32> = tree.node(from).children.iter().rev().copied().collect();
    while let Some(next) = left.pop() {
        let node = tree.node(next);
        if node.relevant {
            found.push(next);
            left.extend(node.children.iter().rev().copied());
        }
    }
}
