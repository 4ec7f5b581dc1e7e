//! The answers of one form as a tree: what expressions see.

use super::expr::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A node of one of the trees that an expression can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRef {
    /// 0: the answers; from 1 on: the choice lists.
    pub tree: u16,
    /// The node within the tree; 0 is the document above the root.
    pub node: u32,
}

impl NodeRef {
    /// The document of the answers.
    pub const DOCUMENT: Self = Self { tree: 0, node: 0 };

    /// A node of the answers.
    #[must_use]
    pub const fn answer(node: u32) -> Self {
        Self { tree: 0, node }
    }
}

/// A node: a question's answer, a group or one repetition of a repeat.
#[derive(Debug, Clone)]
pub struct Node {
    /// The question's or group's name.
    pub name: Arc<str>,
    /// The node above; the document is its own parent.
    pub parent: u32,
    /// The nodes below, in the form's order.
    pub children: Vec<u32>,
    /// The answer; an empty text where there is none.
    pub value: Value,
    /// Whether its own relevance holds.
    pub relevant: bool,
    /// One repetition of a repeat.
    pub repetition: bool,
}

/// A tree of nodes. Nodes are never moved; a removed repetition is unlinked.
#[derive(Debug, Clone)]
pub struct Instance {
    nodes: Vec<Node>,
    by_name: HashMap<Arc<str>, Vec<u32>>,
    /// Some name's nodes were not made in the form's order.
    disordered: bool,
}

impl Instance {
    /// A tree of nothing but the document and the root element `root`.
    #[must_use]
    pub fn new(root: &str) -> Self {
        let mut made = Self {
            nodes: vec![Node {
                name: "".into(),
                parent: 0,
                children: Vec::new(),
                value: Value::empty(),
                relevant: true,
                repetition: false,
            }],
            by_name: HashMap::new(),
            disordered: false,
        };
        made.add(0, root.into(), Value::empty(), false);
        made
    }

    /// The root element.
    pub const ROOT: u32 = 1;

    /// Adds a node as the last child of `parent` and returns it.
    pub fn add(&mut self, parent: u32, name: Arc<str>, value: Value, repetition: bool) -> u32 {
        let position = self.node(parent).children.len();
        self.insert(parent, position, name, value, repetition)
    }

    /// Adds a node as the child of `parent` at `position` and returns it.
    pub fn insert(
        &mut self,
        parent: u32,
        position: usize,
        name: Arc<str>,
        value: Value,
        repetition: bool,
    ) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let named = self.by_name.entry(name.clone()).or_default();
        let before = named.last().copied();
        named.push(index);
        self.nodes.push(Node {
            name,
            parent,
            children: Vec::new(),
            value,
            relevant: true,
            repetition,
        });
        if let Some(above) = self.nodes.get_mut(parent as usize) {
            let position = position.min(above.children.len());
            above.children.insert(position, index);
        }
        if let Some(before) = before
            && repetition
            && !self.disordered
        {
            self.disordered = self.order_key(before) > self.order_key(index);
        }
        index
    }

    /// Unlinks a node with everything below it.
    pub fn remove(&mut self, node: u32) {
        let parent = self.node(node).parent;
        if let Some(above) = self.nodes.get_mut(parent as usize) {
            above.children.retain(|c| *c != node);
        }
        let mut left = vec![node];
        while let Some(next) = left.pop() {
            let name = self.node(next).name.clone();
            if let Some(named) = self.by_name.get_mut(&name) {
                named.retain(|n| *n != next);
            }
            left.extend(self.node(next).children.iter().copied());
        }
    }

    /// The node of this index; the document if there is none.
    #[must_use]
    pub fn node(&self, index: u32) -> &Node {
        self.nodes.get(index as usize).unwrap_or(&self.nodes[0])
    }

    /// How many nodes were ever made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing but document and root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 2
    }

    /// Sets a node's value.
    pub fn set(&mut self, index: u32, value: Value) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.value = value;
        }
    }

    /// Sets whether a node's own relevance holds.
    pub fn set_relevant(&mut self, index: u32, relevant: bool) {
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.relevant = relevant;
        }
    }

    /// Whether the node and all above it are relevant.
    #[must_use]
    pub fn is_relevant(&self, index: u32) -> bool {
        let mut at = index;
        loop {
            let node = self.node(at);
            if !node.relevant {
                return false;
            }
            if at == node.parent {
                return true;
            }
            at = node.parent;
        }
    }

    /// All nodes of this name, in the order they were made.
    #[must_use]
    pub fn named(&self, name: &str) -> &[u32] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether `node` is `above` or lies below it.
    #[must_use]
    pub fn is_within(&self, node: u32, above: u32) -> bool {
        let mut at = node;
        loop {
            if at == above {
                return true;
            }
            let parent = self.node(at).parent;
            if parent == at {
                return false;
            }
            at = parent;
        }
    }

    /// The nodes that `${name}` means in an expression that belongs to
    /// `origin`: within the innermost repetition that both lie in, as pyxform
    /// does; from outside a repeat, those of all repetitions.
    #[must_use]
    pub fn resolve(&self, name: &str, origin: u32) -> Vec<u32> {
        let named = self.named(name);
        if named.len() < 2 {
            return named.to_vec();
        }
        let mut found = None;
        let mut at = origin;
        loop {
            let node = self.node(at);
            if node.repetition {
                let inside: Vec<u32> = named
                    .iter()
                    .copied()
                    .filter(|n| *n != at && self.is_within(*n, at))
                    .collect();
                if !inside.is_empty() {
                    found = Some(inside);
                    break;
                }
            }
            if node.parent == at {
                break;
            }
            at = node.parent;
        }
        let mut nodes = found.unwrap_or_else(|| named.to_vec());
        // Repetitions inserted or removed leave the order of making behind.
        if self.disordered {
            nodes.sort_by_cached_key(|n| self.order_key(*n));
        }
        nodes
    }

    /// A key that sorts nodes in the form's order.
    #[must_use]
    pub fn order_key(&self, index: u32) -> Vec<u32> {
        let mut key = Vec::new();
        let mut at = index;
        loop {
            let parent = self.node(at).parent;
            if parent == at {
                break;
            }
            let position = self.node(parent).children.iter().position(|c| *c == at);
            key.push(position.map_or(u32::MAX, |p| u32::try_from(p).unwrap_or(u32::MAX)));
            at = parent;
        }
        key.reverse();
        key
    }

    /// The 1-based position among the siblings of the same name.
    #[must_use]
    pub fn position(&self, index: u32) -> usize {
        let node = self.node(index);
        let siblings = &self.node(node.parent).children;
        1 + siblings
            .iter()
            .take_while(|c| **c != index)
            .filter(|c| self.node(**c).name == node.name)
            .count()
    }
}
