//! The end of a group: what came late is attached, states are computed, all is
//! written.

use std::collections::HashMap;

use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::model::CounterStatus;
use pakmut_domain::resolve::{PinFact, ReviewFact, counter_state, state_of_known};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::Pin;
use uuid::Uuid;

use super::Group;
use super::memory::Entry;
use crate::arrival::{Effect, placement};
use crate::neighbours::cell_of;
use crate::reference::LaoRef;
use crate::store::{CounterRow, Definition, Scope, StoreError, day_of};

impl Group<'_> {
    /// An item's place among this group's new ones; none for one stored before.
    fn place_of(&self, entry: &Entry) -> Option<usize> {
        entry
            .new
            .filter(|(group, _)| *group == self.memory.group)
            .map(|(_, place)| place)
    }

    /// A pin among this group's new items.
    fn new_pin(&self, place: usize) -> Option<&Pin> {
        match self.effects.get(place)? {
            Effect::Pin(pin) => Some(pin),
            _ => None,
        }
    }

    /// A counter arrived after its pins: each is checked as if it came now.
    pub(super) async fn attach_pins(
        &mut self,
        counter: Uuid,
        lao: &LaoRef,
    ) -> Result<(), StoreError> {
        let mut pins = std::mem::take(&mut self.view(counter).pins);
        let ids: Vec<Uuid> = pins.iter().map(|pin| pin.id).collect();
        let mut payloads: HashMap<Uuid, Vec<u8>> = self
            .write
            .items_by_id(&ids)
            .await?
            .into_iter()
            .map(|fact| (fact.id, fact.payload))
            .collect();
        for entry in &mut pins {
            let pin = match self.place_of(entry) {
                Some(place) => self.new_pin(place).cloned(),
                None => payloads
                    .remove(&entry.id)
                    .and_then(|payload| serde_json::from_slice(&payload).ok()),
            };
            let Some(pin) = pin else { continue };
            let author = self.write.account(entry.account).await?;
            let scope = author.as_ref().and_then(Scope::of);
            let mut findings = placement(&pin, Some(lao), &self.places);
            if scope.is_some_and(|scope| lao.is_in(&scope)) {
                entry.lao = Some(lao.no);
            } else {
                findings.push(Finding::new(FindingCode::OutOfScope, Severity::Block));
            }
            self.place(entry, findings);
            self.attach_reviews(entry.id, entry.lao).await?;
        }
        self.view(counter).set_pins(pins);
        Ok(())
    }

    /// A pin was attached: so are the reviews that came before it.
    pub(super) async fn attach_reviews(
        &mut self,
        pin: Uuid,
        lao: Option<i64>,
    ) -> Result<(), StoreError> {
        let Some(mut reviews) = self.memory.reviews.remove(&pin) else {
            return Ok(());
        };
        let target = lao.and_then(|no| self.reference.lao(no));
        for (entry, _) in &mut reviews {
            if entry.lao.is_some() && entry.lao == lao {
                continue;
            }
            let author = self.write.account(entry.account).await?;
            let scope = author.as_ref().and_then(Scope::of);
            let within = target
                .zip(scope)
                .is_some_and(|(lao, scope)| lao.is_in(&scope));
            if within {
                entry.lao = lao;
                self.place(entry, Vec::new());
            }
        }
        self.memory.reviews.insert(pin, reviews);
        Ok(())
    }

    /// Notes whose an item is now, and what was found about it.
    pub(super) fn place(&mut self, entry: &Entry, mut findings: Vec<Finding>) {
        match self.place_of(entry) {
            Some(place) => {
                findings.extend_from_slice(self.authorship[place]);
                self.new[place].lao = entry.lao;
                self.new[place].findings = findings;
            }
            None => {
                self.attached.insert(entry.id, (entry.lao, findings));
            }
        }
    }

    /// Writes what was decided.
    pub(super) async fn finish(mut self) -> Result<(), StoreError> {
        self.write.insert_items(&self.new).await?;
        let attached = std::mem::take(&mut self.attached);
        let ids: Vec<Uuid> = attached.keys().copied().collect();
        let mut before = self.write.findings_of(&ids).await?;
        for (id, (lao, mut findings)) in attached {
            let of_author = before.remove(&id).unwrap_or_default();
            findings.extend(of_author.into_iter().filter(|f| f.code.is_authorship()));
            let revision = self.write.next_revision();
            self.write.attach_item(id, lao, &findings, revision).await?;
        }
        let mut changed = Vec::new();
        let mut places_missing = Vec::new();
        let touched = std::mem::take(&mut self.touched);
        for &id in &touched {
            let Some(view) = self.memory.views.get(&id) else {
                continue;
            };
            let Some(mut counter) = view.counter.clone() else {
                continue;
            };
            let lao = Some(counter.definition.lao);
            let shown_before = counter.state.shown;
            counter.state = match view.known_pins(lao) {
                Some(pins) => {
                    state_of_known(&pins, &self.reviews(lao, pins.iter().map(|pin| pin.id)))
                }
                None => {
                    let facts = self.write.facts_about(&[id]).await?;
                    let pins: Vec<PinFact> = facts
                        .into_iter()
                        .filter(|fact| fact.kind == Kind::PIN && fact.lao == lao)
                        .map(|fact| PinFact {
                            id: fact.id,
                            best_ms: fact.best_ms,
                            seen: fact.seen,
                        })
                        .collect();
                    counter_state(&pins, &self.reviews(lao, pins.iter().map(|pin| pin.id)))
                }
            };
            let shown = counter.state.shown;
            if shown != shown_before {
                let view = self.memory.views.get(&id);
                let entry = view.and_then(|v| v.pins.iter().rfind(|pin| Some(pin.id) == shown));
                let place = entry.and_then(|entry| self.place_of(entry));
                counter.cell = place
                    .and_then(|place| self.new_pin(place))
                    .and_then(cell_of);
                counter.day = entry.map(|entry| day_of(entry.best_ms));
                if place.is_none() {
                    places_missing.extend(shown);
                }
            }
            counter.revision = self.write.next_revision();
            changed.push(counter);
        }
        if !places_missing.is_empty() {
            for fact in self.write.items_by_id(&places_missing).await? {
                let pin: Option<Pin> = serde_json::from_slice(&fact.payload).ok();
                if let Some(counter) = changed.iter_mut().find(|c| c.id == fact.subject) {
                    counter.cell = pin.as_ref().and_then(cell_of);
                    counter.day = Some(day_of(fact.best_ms));
                }
            }
        }
        let (defined, moved): (Vec<CounterRow>, Vec<CounterRow>) = changed
            .into_iter()
            .partition(|counter| self.defined.contains(&counter.id));
        self.write.put_counters(&defined).await?;
        self.write.put_states(&moved).await?;
        for counter in defined.into_iter().chain(moved) {
            let id = counter.id;
            self.view(id).counter = Some(counter);
        }
        let looked_at = std::mem::take(&mut self.looked_at);
        self.memory.settle(looked_at.into_iter().chain(touched));
        self.reckon_zero_copy().await?;
        self.count_responses().await
    }

    /// The reviews of these pins that count for this LAO. Those of every pin of
    /// a view are remembered.
    fn reviews(&self, lao: Option<i64>, pins: impl Iterator<Item = Uuid>) -> Vec<ReviewFact> {
        pins.filter_map(|pin| self.memory.reviews.get(&pin))
            .flatten()
            .filter(|(entry, _)| entry.lao == lao)
            .map(|(entry, review)| ReviewFact {
                id: entry.id,
                pin: review.pin,
                decision: review.decision,
                seen: entry.seen.clone(),
            })
            .collect()
    }
}

impl CounterRow {
    /// A counter without pins.
    pub fn new(id: Uuid, definition: Definition) -> Self {
        Self {
            id,
            definition,
            state: counter_state(&[], &[]),
            cell: None,
            day: None,
            revision: 0,
        }
    }

    /// Whether the public is served here.
    pub fn is_in_use(&self) -> bool {
        self.definition.status != CounterStatus::Closed
    }
}
