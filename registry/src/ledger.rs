//! Decides on the items of a group, in the order of their arrival, and writes
//! them with their effects in one transaction.
//!
//! The state of a counter is always computed anew from all its items
//! ([`pakmut_domain::resolve`]), so any order of arrival ends in the same state.
//! An item counts for a counter while both belong to the same LAO: one that
//! came before its counter is attached when that arrives.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::model::{CounterStatus, Role};
use pakmut_domain::place::Places;
use pakmut_domain::resolve::{PinFact, ReviewFact, counter_state};
use pakmut_domain::wire::payload::{CounterProposal, Pin, Review, RosterStatement};
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::{ItemHash, Kind};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::arrival::{Arrival, Effect, Refusal, placement};
use crate::neighbours::cell_of;
use crate::reference::{LaoRef, Reference};
use crate::store::{CounterRow, Definition, Fact, NewItem, Scope, StoreError, Write};

/// An item about a counter, stored or about to be.
#[derive(Debug, Clone)]
struct Entry {
    id: Uuid,
    best_ms: i64,
    seen: Vec<Uuid>,
    lao: Option<i64>,
    account: Uuid,
    /// Its place among the group's new items; none for one stored before.
    new: Option<usize>,
}

/// All that is known of one counter.
#[derive(Debug, Default)]
struct View {
    counter: Option<CounterRow>,
    pins: Vec<Entry>,
    proposals: Vec<(Entry, CounterProposal)>,
    touched: bool,
}

/// The numbers of devices, by account and device.
pub type Devices = HashMap<(Uuid, Uuid), i64>;

/// The group while it is decided on.
struct Group<'a> {
    write: &'a mut Write,
    reference: &'a Reference,
    places: Arc<Places>,
    devices: &'a mut Devices,
    views: HashMap<Uuid, View>,
    /// Reviews by the pin that they judge.
    reviews: HashMap<Uuid, Vec<(Entry, Review)>>,
    /// The counter of each known pin.
    counter_of: HashMap<Uuid, Uuid>,
    statements: HashMap<Uuid, Vec<(Entry, RosterStatement)>>,
    new: Vec<NewItem>,
    /// Stored items that a counter's arrival attaches: LAO and findings.
    attached: HashMap<Uuid, (Option<i64>, Vec<Finding>)>,
}

/// Stores a group of items with their effects. Nothing is committed yet.
/// `devices` is what earlier groups found; of a group that fails, it must be
/// emptied.
///
/// # Errors
/// [`StoreError`]; then the transaction must be given up.
pub async fn record(
    write: &mut Write,
    reference: &Reference,
    places: Arc<Places>,
    devices: &mut Devices,
    items: &[Arrival],
) -> Result<Vec<ItemResult>, StoreError> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.envelope.id).collect();
    let mut known: HashMap<Uuid, ItemHash> = write
        .stored(&ids)
        .await?
        .into_iter()
        .map(|item| (item.id, item.hash))
        .collect();
    let mut group = Group {
        write,
        reference,
        places,
        devices,
        views: HashMap::new(),
        reviews: HashMap::new(),
        counter_of: HashMap::new(),
        statements: HashMap::new(),
        new: Vec::new(),
        attached: HashMap::new(),
    };
    let fresh: Vec<&Arrival> = items
        .iter()
        .filter(|item| !known.contains_key(&item.envelope.id))
        .collect();
    group.load(&fresh).await?;
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let id = item.envelope.id;
        let result = match known.get(&id) {
            Some(hash) if *hash == item.hash => stored(id, Outcome::Duplicate, *hash),
            Some(_) => Refusal::new("id_reused", "another item has this id").result(id),
            None => match group.decide(item).await? {
                Ok(conflict) => {
                    known.insert(id, item.hash);
                    let outcome = if conflict {
                        Outcome::Conflict
                    } else {
                        Outcome::Accepted
                    };
                    stored(id, outcome, item.hash)
                }
                Err(refusal) => refusal.result(id),
            },
        };
        results.push(result);
    }
    group.finish().await?;
    Ok(results)
}

fn stored(id: Uuid, result: Outcome, hash: ItemHash) -> ItemResult {
    ItemResult {
        id,
        result,
        hash: Some(hash),
        code: None,
        detail: None,
    }
}

/// Whether one arrives that stands beside another: neither knew of the other,
/// and the other is not superseded.
fn stands_beside<'a>(
    id: Uuid,
    seen: &[Uuid],
    others: impl Iterator<Item = &'a Entry> + Clone,
) -> bool {
    let superseded: HashSet<Uuid> = others
        .clone()
        .flat_map(|other| other.seen.iter().copied().filter(|s| *s != other.id))
        .collect();
    !superseded.contains(&id)
        && others
            .into_iter()
            .any(|other| !superseded.contains(&other.id) && !seen.contains(&other.id))
}

/// The newest word among items that may not have known of each other.
fn last_word<T>(items: &[(Entry, T)]) -> Option<&(Entry, T)> {
    let superseded: HashSet<Uuid> = items
        .iter()
        .flat_map(|(item, _)| item.seen.iter().copied().filter(|s| *s != item.id))
        .collect();
    let rank = |item: &Entry| (!superseded.contains(&item.id), item.best_ms, item.id);
    items.iter().max_by_key(|(item, _)| rank(item))
}

impl Entry {
    fn of(fact: &Fact) -> Self {
        Self {
            id: fact.id,
            best_ms: fact.best_ms,
            seen: fact.seen.clone(),
            lao: fact.lao,
            account: fact.account,
            new: None,
        }
    }
}

impl Group<'_> {
    /// Reads what the group touches.
    async fn load(&mut self, fresh: &[&Arrival]) -> Result<(), StoreError> {
        let mut counters: HashSet<Uuid> = HashSet::new();
        // Reviews may have come before their pins.
        let mut pins: HashSet<Uuid> = HashSet::new();
        let mut reviewed: HashSet<Uuid> = HashSet::new();
        let mut laos: HashSet<Uuid> = HashSet::new();
        for item in fresh {
            match &item.effect {
                Effect::Pin(pin) => {
                    counters.insert(pin.counter);
                    pins.insert(item.envelope.id);
                }
                Effect::Counter(proposal) => {
                    counters.insert(proposal.counter);
                }
                Effect::Roster(statement) => {
                    laos.insert(statement.lao);
                }
                Effect::Review(review) => {
                    reviewed.insert(review.pin);
                }
            }
        }
        let reviewed: Vec<Uuid> = reviewed.into_iter().collect();
        for fact in self.write.items_by_id(&reviewed).await? {
            if fact.kind == Kind::PIN {
                counters.insert(fact.subject);
            }
        }
        let counters: Vec<Uuid> = counters.into_iter().collect();
        for row in self.write.counters(&counters).await? {
            let view = self.views.entry(row.id).or_default();
            view.counter = Some(row);
        }
        let mut subjects = counters;
        subjects.extend(pins);
        subjects.extend(laos);
        let facts = self.write.facts_about(&subjects).await?;
        let stored_pins: Vec<Uuid> = facts
            .iter()
            .filter(|fact| fact.kind == Kind::PIN)
            .map(|fact| fact.id)
            .collect();
        let reviews = self.write.facts_about(&stored_pins).await?;
        for fact in facts.iter().chain(&reviews) {
            let entry = Entry::of(fact);
            match fact.kind.as_str() {
                Kind::PIN => {
                    self.counter_of.insert(fact.id, fact.subject);
                    self.view(fact.subject).pins.push(entry);
                }
                Kind::COUNTER => {
                    if let Ok(proposal) = serde_json::from_slice(&fact.payload) {
                        self.view(fact.subject).proposals.push((entry, proposal));
                    }
                }
                Kind::REVIEW => {
                    if let Ok(review) = serde_json::from_slice(&fact.payload) {
                        let of = self.reviews.entry(fact.subject).or_default();
                        of.push((entry, review));
                    }
                }
                Kind::ROSTER => {
                    if let Ok(statement) = serde_json::from_slice(&fact.payload) {
                        let of = self.statements.entry(fact.subject).or_default();
                        of.push((entry, statement));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn view(&mut self, counter: Uuid) -> &mut View {
        self.views.entry(counter).or_default()
    }

    /// One item: true where it stands beside another, or why it is refused.
    async fn decide(&mut self, item: &Arrival) -> Result<Result<bool, Refusal>, StoreError> {
        let role = item.who.role;
        let allowed = match &item.effect {
            Effect::Pin(_) => true,
            Effect::Counter(_) | Effect::Roster(_) => role != Role::Tester,
            Effect::Review(_) => matches!(role, Role::Province | Role::Department),
        };
        if !allowed {
            return Ok(Err(Refusal::new(
                "role_not_allowed",
                format!(
                    "the role {} may not send items of kind {}",
                    role.as_str(),
                    item.envelope.kind
                ),
            )));
        }
        match &item.effect {
            Effect::Pin(pin) => self.pin(item, pin).await,
            Effect::Counter(proposal) => self.counter(item, proposal).await,
            Effect::Roster(statement) => self.roster(item, statement).await,
            Effect::Review(review) => self.review(item, review).await,
        }
    }

    async fn pin(
        &mut self,
        item: &Arrival,
        pin: &Pin,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let known = self
            .view(pin.counter)
            .counter
            .as_ref()
            .map(|counter| counter.definition.lao);
        let (lao, findings) = match known {
            Some(no) => {
                let lao = self.reference.lao(no);
                if !lao.is_some_and(|lao| lao.is_in(&item.who.scope)) {
                    return Ok(Err(out_of_scope("the counter")));
                }
                let findings = match &item.placement {
                    Some((checked, findings)) if *checked == no => findings.clone(),
                    _ => placement(pin, lao, &self.places),
                };
                (Some(no), findings)
            }
            // Its counter has not arrived yet: it waits with its author's LAO.
            None => (item.who.lao, placement(pin, None, &self.places)),
        };
        let view = self.view(pin.counter);
        let conflict = stands_beside(
            item.envelope.id,
            &item.envelope.seen,
            view.pins.iter().filter(|other| other.lao == lao),
        );
        let entry = self.keep(item, lao, conflict, findings).await?;
        let id = entry.id;
        let view = self.view(pin.counter);
        view.pins.push(entry);
        view.touched = true;
        self.counter_of.insert(id, pin.counter);
        if known.is_some() {
            self.attach_reviews(id, lao).await?;
        }
        Ok(Ok(conflict))
    }

    async fn counter(
        &mut self,
        item: &Arrival,
        proposal: &CounterProposal,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let Some(lao) = self.reference.lao_by_id(proposal.lao).cloned() else {
            return Ok(Err(Refusal::new(
                "lao_unknown",
                "no LAO has the id that the counter names",
            )));
        };
        if !lao.is_in(&item.who.scope) {
            return Ok(Err(out_of_scope("the LAO")));
        }
        let view = self.view(proposal.counter);
        if let Some(counter) = &view.counter
            && counter.definition.lao != lao.no
        {
            return Ok(Err(Refusal::new(
                "counter_of_other_lao",
                "the counter belongs to another LAO",
            )));
        }
        let conflict = stands_beside(
            item.envelope.id,
            &item.envelope.seen,
            view.proposals.iter().map(|(entry, _)| entry),
        );
        let is_new = view.counter.is_none();
        let entry = self.keep(item, Some(lao.no), conflict, Vec::new()).await?;
        let view = self.view(proposal.counter);
        view.proposals.push((entry, proposal.clone()));
        view.touched = true;
        let Some((_, word)) = last_word(&view.proposals) else {
            return Ok(Ok(conflict));
        };
        let word = word.clone();
        let due = view
            .counter
            .as_ref()
            .is_none_or(|counter| counter.definition.due);
        let sample = view
            .counter
            .as_ref()
            .is_some_and(|counter| counter.definition.sample);
        let definition = Definition {
            lao: lao.no,
            name: word.name.trim().nfc().collect(),
            kind: word.kind,
            status: word.status,
            address: word.address,
            due,
            sample,
        };
        match &mut view.counter {
            Some(counter) => counter.definition = definition,
            None => view.counter = Some(CounterRow::new(proposal.counter, definition)),
        }
        if is_new {
            self.attach_pins(proposal.counter, &lao).await?;
        }
        Ok(Ok(conflict))
    }

    async fn roster(
        &mut self,
        item: &Arrival,
        statement: &RosterStatement,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let Some(lao) = self.reference.lao_by_id(statement.lao).cloned() else {
            return Ok(Err(Refusal::new("lao_unknown", "no LAO has this id")));
        };
        if !lao.is_in(&item.who.scope) {
            return Ok(Err(out_of_scope("the LAO")));
        }
        let entry = self.keep(item, Some(lao.no), false, Vec::new()).await?;
        let said = self.statements.entry(statement.lao).or_default();
        said.push((entry, statement.clone()));
        if let Some((_, word)) = last_word(said) {
            let complete = word.complete;
            let revision = self.write.next_revision();
            self.write
                .set_roster_complete(lao.no, complete, revision)
                .await?;
        }
        Ok(Ok(false))
    }

    async fn review(
        &mut self,
        item: &Arrival,
        review: &Review,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let counter = self.counter_of.get(&review.pin).copied();
        let known = counter
            .and_then(|counter| self.views.get(&counter)?.counter.as_ref())
            .map(|counter| counter.definition.lao);
        if let Some(no) = known
            && !self
                .reference
                .lao(no)
                .is_some_and(|lao| lao.is_in(&item.who.scope))
        {
            return Ok(Err(out_of_scope("the pin")));
        }
        let others = self.reviews.entry(review.pin).or_default();
        let conflict = stands_beside(
            item.envelope.id,
            &item.envelope.seen,
            others.iter().map(|(entry, _)| entry),
        );
        let entry = self.keep(item, known, conflict, Vec::new()).await?;
        let others = self.reviews.entry(review.pin).or_default();
        others.push((entry, review.clone()));
        if let Some(counter) = counter {
            self.view(counter).touched = true;
        }
        Ok(Ok(conflict))
    }

    /// Puts an item among those to be stored.
    async fn keep(
        &mut self,
        item: &Arrival,
        lao: Option<i64>,
        conflict: bool,
        findings: Vec<Finding>,
    ) -> Result<Entry, StoreError> {
        let envelope = &item.envelope;
        let device = match self.devices.get(&(envelope.account, envelope.device)) {
            Some(no) => *no,
            None => {
                let (account, device) = (envelope.account, envelope.device);
                let no = self.write.device(account, device, None).await?;
                self.devices.insert((account, device), no);
                no
            }
        };
        self.new.push(NewItem {
            revision: self.write.next_revision(),
            id: envelope.id,
            kind: envelope.kind.as_str().to_owned(),
            version: envelope.version,
            device,
            saved: envelope.saved.clone(),
            seen: envelope.seen.clone(),
            hash: item.hash,
            subject: item.effect.subject(),
            lao,
            conflict,
            payload: envelope.payload.get().as_bytes().to_vec(),
            findings: findings_json(&findings),
            sig: item.sig.clone(),
        });
        Ok(Entry {
            id: envelope.id,
            best_ms: envelope.saved.best_ms(),
            seen: envelope.seen.clone(),
            lao,
            account: envelope.account,
            new: Some(self.new.len() - 1),
        })
    }

    /// A counter arrived after its pins: each is checked as if it came now.
    async fn attach_pins(&mut self, counter: Uuid, lao: &LaoRef) -> Result<(), StoreError> {
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
            let payload = match entry.new {
                Some(place) => self.new[place].payload.clone(),
                None => payloads.remove(&entry.id).unwrap_or_default(),
            };
            let Ok(pin) = serde_json::from_slice::<Pin>(&payload) else {
                continue;
            };
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
        self.view(counter).pins = pins;
        Ok(())
    }

    /// A pin was attached: so are the reviews that came before it.
    async fn attach_reviews(&mut self, pin: Uuid, lao: Option<i64>) -> Result<(), StoreError> {
        let Some(mut reviews) = self.reviews.remove(&pin) else {
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
        self.reviews.insert(pin, reviews);
        Ok(())
    }

    /// Notes whose an item is now, and what was found about it.
    fn place(&mut self, entry: &Entry, findings: Vec<Finding>) {
        match entry.new {
            Some(place) => {
                self.new[place].lao = entry.lao;
                self.new[place].findings = findings_json(&findings);
            }
            None => {
                self.attached.insert(entry.id, (entry.lao, findings));
            }
        }
    }

    /// Writes what was decided.
    async fn finish(mut self) -> Result<(), StoreError> {
        self.write.insert_items(&self.new).await?;
        for (id, (lao, findings)) in std::mem::take(&mut self.attached) {
            let revision = self.write.next_revision();
            self.write
                .attach_item(id, lao, findings_json(&findings), revision)
                .await?;
        }
        let mut changed = Vec::new();
        let mut cells_missing = Vec::new();
        for view in self.views.values_mut().filter(|view| view.touched) {
            let Some(counter) = &mut view.counter else {
                continue;
            };
            let lao = Some(counter.definition.lao);
            let pins: Vec<PinFact> = view
                .pins
                .iter()
                .filter(|pin| pin.lao == lao)
                .map(|pin| PinFact {
                    id: pin.id,
                    best_ms: pin.best_ms,
                    seen: pin.seen.clone(),
                })
                .collect();
            let reviews: Vec<ReviewFact> = pins
                .iter()
                .filter_map(|pin| self.reviews.get(&pin.id))
                .flatten()
                .filter(|(entry, _)| entry.lao == lao)
                .map(|(entry, review)| ReviewFact {
                    id: entry.id,
                    pin: review.pin,
                    decision: review.decision,
                    seen: entry.seen.clone(),
                })
                .collect();
            let shown_before = counter.state.shown;
            counter.state = counter_state(&pins, &reviews);
            let shown = counter.state.shown;
            if shown != shown_before {
                let entry = view.pins.iter().find(|pin| Some(pin.id) == shown);
                counter.cell = entry
                    .and_then(|entry| entry.new)
                    .and_then(|place| serde_json::from_slice(&self.new[place].payload).ok())
                    .and_then(|pin: Pin| cell_of(&pin));
                if let Some(entry) = entry
                    && entry.new.is_none()
                {
                    cells_missing.push(entry.id);
                }
            }
            counter.revision = self.write.next_revision();
            changed.push(counter.clone());
        }
        if !cells_missing.is_empty() {
            for fact in self.write.items_by_id(&cells_missing).await? {
                let pin: Option<Pin> = serde_json::from_slice(&fact.payload).ok();
                if let Some(counter) = changed.iter_mut().find(|c| c.id == fact.subject) {
                    counter.cell = pin.as_ref().and_then(cell_of);
                }
            }
        }
        self.write.put_counters(&changed).await
    }
}

fn out_of_scope(what: &str) -> Refusal {
    Refusal::new(
        "out_of_scope",
        format!("{what} is not in the scope of this account"),
    )
}

fn findings_json(findings: &[Finding]) -> Option<String> {
    (!findings.is_empty())
        .then(|| serde_json::to_string(findings).ok())
        .flatten()
}

impl CounterRow {
    /// A counter without pins.
    pub fn new(id: Uuid, definition: Definition) -> Self {
        Self {
            id,
            definition,
            state: counter_state(&[], &[]),
            cell: None,
            revision: 0,
        }
    }

    /// Whether the public is served here.
    pub fn is_in_use(&self) -> bool {
        self.definition.status != CounterStatus::Closed
    }
}
