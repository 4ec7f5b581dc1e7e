//! Which item of a form depends on which: the order of evaluation, and loops.

use super::check::{Body, Def};
use super::expr::References;
use super::problem::FormProblem;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Which item depends on which.
pub(super) struct Graph {
    /// For each item those it depends on.
    needs: Vec<BTreeSet<usize>>,
    /// Items that depend on any answer at all.
    pub(super) on_all: Vec<usize>,
}

impl Graph {
    pub(super) fn new(defs: &[Def], by_name: &HashMap<Arc<str>, usize>) -> Self {
        let mut needs = vec![BTreeSet::new(); defs.len()];
        let mut on_all = Vec::new();
        for (index, def) in defs.iter().enumerate() {
            needs[index].extend(def.parent);
            let mut add = |references: &References, relative: bool| {
                let relative = relative.then_some(&references.relative_steps);
                let names = references.variables.iter().chain(&references.steps);
                for name in names.chain(relative.into_iter().flatten()) {
                    needs[index].extend(by_name.get(name));
                }
                if references.anything && on_all.last() != Some(&index) {
                    on_all.push(index);
                }
            };
            if let Some(relevant) = &def.relevant {
                add(relevant.references(), true);
            }
            match &def.body {
                Body::Group { .. } => {}
                Body::Repeat { count, .. } => {
                    if let Some(count) = count {
                        add(count.references(), true);
                    }
                }
                Body::Question {
                    calculation,
                    filter,
                    ..
                } => {
                    if let Some(calculation) = calculation {
                        add(calculation.references(), true);
                    }
                    // Relative names in a filter are columns of the choice.
                    if let Some(filter) = filter {
                        add(filter.references(), false);
                    }
                }
            }
        }
        Self { needs, on_all }
    }

    pub(super) fn dependents(&self) -> Vec<Vec<usize>> {
        let mut dependents = vec![Vec::new(); self.needs.len()];
        for (index, needs) in self.needs.iter().enumerate() {
            for need in needs {
                dependents[*need].push(index);
            }
        }
        dependents
    }

    /// The items in an order in which each comes after what it needs; ties in
    /// the form's order.
    pub(super) fn order(&self) -> Vec<usize> {
        let dependents = self.dependents();
        let mut waiting: Vec<usize> = self.needs.iter().map(BTreeSet::len).collect();
        let mut ready: BTreeSet<usize> = (0..waiting.len())
            .filter(|index| waiting[*index] == 0)
            .collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(next) = ready.pop_first() {
            order.push(next);
            for dependent in &dependents[next] {
                waiting[*dependent] -= 1;
                if waiting[*dependent] == 0 {
                    ready.insert(*dependent);
                }
            }
        }
        order
    }

    /// One circle for each set of items that depend on each other.
    pub(super) fn loops(&self, defs: &[Def]) -> Vec<FormProblem> {
        let ordered: HashSet<usize> = self.order().into_iter().collect();
        let mut left: BTreeSet<usize> = (0..defs.len())
            .filter(|index| !ordered.contains(index))
            .collect();
        let mut problems = Vec::new();
        // Whoever is left stands in a circle or needs somebody who does:
        // walking along the needs ends in one.
        while let Some(start) = left.first().copied() {
            let mut walked: Vec<usize> = Vec::new();
            let mut place: HashMap<usize, usize> = HashMap::new();
            let mut at = Some(start);
            while let Some(index) = at {
                if let Some(first) = place.get(&index) {
                    let circle = &walked[*first..];
                    let names = circle.iter().map(|i| defs[*i].name.to_string());
                    problems.push(FormProblem::Loop {
                        names: names.collect(),
                    });
                    break;
                }
                place.insert(index, walked.len());
                walked.push(index);
                at = self.needs[index]
                    .iter()
                    .copied()
                    .find(|need| left.contains(need));
            }
            for index in walked {
                left.remove(&index);
            }
        }
        problems
    }
}
