//! Decides on the items of a group, in the order of their arrival, and writes
//! them with their effects in one transaction.
//!
//! The state of a counter is always computed anew from all its items
//! ([`pakmut_domain::resolve`]), so any order of arrival ends in the same state.
//! An item counts for a counter while both belong to the same LAO: one that
//! came before its counter is attached when that arrives.

mod checks;
mod finish;
mod memory;
mod surveys;
mod zero_copy;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pakmut_domain::finding::Finding;
use pakmut_domain::model::Role;
use pakmut_domain::place::Places;
use pakmut_domain::wire::payload::{Attendance, CounterProposal, Pin, Review, RosterStatement};
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::{ItemHash, Kind};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

pub use memory::Memory;
use memory::{Entry, Standing, View};

use crate::arrival::{Arrival, Effect, Refusal, placement};
use crate::audit::{self, Act};
use crate::clock::now_ms;
use crate::reference::Reference;
use crate::store::{CounterRow, Definition, Fact, NewItem, StoreError, Write};

/// The group while it is decided on.
struct Group<'a> {
    write: &'a mut Write,
    reference: &'a Reference,
    places: Arc<Places>,
    memory: &'a mut Memory,
    /// Counters of which something was read or remembered.
    looked_at: HashSet<Uuid>,
    /// Counters whose state must be computed anew.
    touched: HashSet<Uuid>,
    /// Those of them that are new, or something else than before.
    defined: HashSet<Uuid>,
    statements: HashMap<Uuid, Vec<(Entry, RosterStatement)>>,
    new: Vec<NewItem<'a>>,
    /// What each of the new ones does.
    effects: Vec<&'a Effect>,
    /// What was found about who saved each of them.
    authorship: Vec<&'a [Finding]>,
    /// Stored items that a counter's arrival attaches: LAO and findings.
    attached: HashMap<Uuid, (Option<i64>, Vec<Finding>)>,
    declared: zero_copy::Declared,
    responses: surveys::Responses,
}

/// Stores a group of items with their effects. Nothing is committed yet.
/// `memory` is what earlier groups found; it must be told of the commit, or to
/// forget.
///
/// # Errors
/// [`StoreError`]; then the transaction must be given up.
pub async fn record(
    write: &mut Write,
    reference: &Reference,
    places: Arc<Places>,
    memory: &mut Memory,
    items: &[Arrival],
) -> Result<Vec<ItemResult>, StoreError> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.envelope.id).collect();
    let mut known: HashMap<Uuid, ItemHash> = write
        .stored(&ids)
        .await?
        .into_iter()
        .map(|item| (item.id, item.hash))
        .collect();
    memory.begin(write.state());
    let mut group = Group {
        write,
        reference,
        places,
        memory,
        looked_at: HashSet::new(),
        touched: HashSet::new(),
        defined: HashSet::new(),
        statements: HashMap::new(),
        new: Vec::with_capacity(items.len()),
        effects: Vec::with_capacity(items.len()),
        authorship: Vec::with_capacity(items.len()),
        attached: HashMap::new(),
        declared: zero_copy::Declared::default(),
        responses: surveys::Responses::default(),
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

/// Whether one arrives that stands beside one of few others.
fn stands_beside<T>(item: &Arrival, others: &[(Entry, T)]) -> bool {
    let mut standing = Standing::default();
    for (other, _) in others {
        standing.add(other);
    }
    standing.is_beside(item.envelope.id, &item.envelope.seen)
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

impl<'a> Group<'a> {
    /// Reads what the group touches.
    async fn load(&mut self, fresh: &[&Arrival]) -> Result<(), StoreError> {
        let mut counters: HashSet<Uuid> = HashSet::new();
        // Reviews may have come before their pins.
        let mut pins: HashSet<Uuid> = HashSet::new();
        let mut reviewed: HashSet<Uuid> = HashSet::new();
        let mut laos: HashSet<Uuid> = HashSet::new();
        let mut declared: HashSet<Uuid> = HashSet::new();
        for item in fresh {
            match &item.effect {
                Effect::Pin(pin) => {
                    counters.insert(pin.counter);
                    pins.insert(item.envelope.id);
                }
                Effect::Counter(proposal) => {
                    counters.insert(proposal.counter);
                    // Declarations may have come before it.
                    declared.insert(proposal.counter);
                }
                Effect::Roster(statement) => {
                    laos.insert(statement.lao);
                }
                Effect::Review(review) => {
                    reviewed.insert(review.pin);
                }
                Effect::Declaration(declaration) => {
                    counters.insert(declaration.counter);
                    declared.insert(declaration.counter);
                }
                Effect::OwnService(own) => {
                    laos.insert(own.lao);
                }
                Effect::Response(filled) => {
                    counters.extend(filled.response.counter);
                }
                // What was said before is not looked at; a check is looked up by itself.
                Effect::Attendance(_) | Effect::Check(_) => {}
            }
        }
        let unknown: Vec<Uuid> = reviewed
            .into_iter()
            .filter(|pin| !self.memory.counter_of.contains_key(pin))
            .collect();
        let mut settled = self.write.items_by_id(&unknown).await?;
        settled.retain(|fact| fact.kind == Kind::PIN);
        counters.extend(settled.iter().map(|pin| pin.subject));
        self.looked_at.extend(counters.iter().copied());
        counters.retain(|counter| !self.memory.views.contains_key(counter));
        let counters: Vec<Uuid> = counters.into_iter().collect();
        for counter in &counters {
            self.memory.views.entry(*counter).or_default();
        }
        for row in self.write.counters(&counters).await? {
            let id = row.id;
            self.view(id).counter = Some(row);
        }
        let declared: Vec<Uuid> = declared.into_iter().collect();
        self.load_declarations(&declared).await?;
        let mut subjects = counters;
        subjects.extend(laos);
        let mut facts = self.write.facts_about(&subjects).await?;
        let stored: Vec<Uuid> = facts
            .iter()
            .filter(|fact| fact.kind == Kind::PIN)
            .map(|fact| fact.id)
            .collect();
        facts.extend(self.write.facts_about(&stored).await?);
        let pins: Vec<Uuid> = pins.into_iter().collect();
        facts.extend(self.write.reviews_without_pin(&pins).await?);
        for fact in &facts {
            self.learn(fact);
        }
        // Pins that no longer mattered, and are reviewed now.
        for fact in &settled {
            let known = self.memory.counter_of.insert(fact.id, fact.subject);
            if known.is_none() {
                self.view(fact.subject).pins.push(Entry::of(fact));
            }
        }
        Ok(())
    }

    /// Takes in a stored item.
    fn learn(&mut self, fact: &Fact) {
        let entry = Entry::of(fact);
        match fact.kind.as_str() {
            Kind::PIN => {
                self.memory.counter_of.insert(fact.id, fact.subject);
                self.view(fact.subject).add_pin(entry);
            }
            Kind::COUNTER => {
                if let Ok(proposal) = serde_json::from_slice(&fact.payload) {
                    self.view(fact.subject).proposals.push((entry, proposal));
                }
            }
            Kind::REVIEW => {
                let of = self.memory.reviews.entry(fact.subject).or_default();
                if let Ok(review) = serde_json::from_slice(&fact.payload)
                    && !of.iter().any(|(known, _)| known.id == entry.id)
                {
                    of.push((entry, review));
                }
            }
            Kind::ROSTER => {
                if let Ok(statement) = serde_json::from_slice(&fact.payload) {
                    let of = self.statements.entry(fact.subject).or_default();
                    of.push((entry, statement));
                }
            }
            _ => self.declared.take_addition(fact),
        }
    }

    fn view(&mut self, counter: Uuid) -> &mut View {
        self.memory.views.entry(counter).or_default()
    }

    /// One item: true where it stands beside another, or why it is refused.
    async fn decide(&mut self, item: &'a Arrival) -> Result<Result<bool, Refusal>, StoreError> {
        let role = item.who.role;
        let allowed = match &item.effect {
            // Whose checks one may measure goes by the scope.
            Effect::Pin(_) | Effect::Response(_) | Effect::Check(_) => true,
            Effect::Counter(_) | Effect::Roster(_) => role != Role::Tester,
            Effect::Declaration(_) | Effect::OwnService(_) => {
                matches!(role, Role::Lao | Role::Province)
            }
            Effect::Review(_) => matches!(role, Role::Province | Role::Department),
            Effect::Attendance(_) => role == Role::Lao,
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
            Effect::Check(measured) => self.check(item, measured).await,
            Effect::Attendance(said) => self.attendance(item, said).await,
            Effect::Declaration(declaration) => self.declaration(item, declaration).await,
            Effect::OwnService(own) => self.own_service(item, own).await,
            Effect::Response(filled) => self.response(item, filled).await,
        }
    }

    async fn pin(
        &mut self,
        item: &'a Arrival,
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
        let conflict = self
            .view(pin.counter)
            .standing
            .get(&lao)
            .is_some_and(|others| others.is_beside(item.envelope.id, &item.envelope.seen));
        let entry = self.keep(item, lao, conflict, findings).await?;
        let id = entry.id;
        self.view(pin.counter).add_pin(entry);
        self.touched.insert(pin.counter);
        self.memory.counter_of.insert(id, pin.counter);
        if known.is_some() {
            self.attach_reviews(id, lao).await?;
        }
        Ok(Ok(conflict))
    }

    async fn counter(
        &mut self,
        item: &'a Arrival,
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
        let conflict = stands_beside(item, &view.proposals);
        let is_new = view.counter.is_none();
        let entry = self.keep(item, Some(lao.no), conflict, Vec::new()).await?;
        self.touched.insert(proposal.counter);
        self.defined.insert(proposal.counter);
        let view = self.view(proposal.counter);
        view.proposals.push((entry, proposal.clone()));
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
            self.attach_declarations(proposal.counter, &lao).await?;
            self.attach_responses(proposal.counter, &lao).await?;
        }
        Ok(Ok(conflict))
    }

    async fn roster(
        &mut self,
        item: &'a Arrival,
        statement: &RosterStatement,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let lao = match self.lao_of(item, statement.lao) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let entry = self.keep(item, Some(lao), false, Vec::new()).await?;
        let said = self.statements.entry(statement.lao).or_default();
        said.push((entry, statement.clone()));
        if let Some((_, word)) = last_word(said) {
            let complete = word.complete;
            let revision = self.write.next_revision();
            self.write
                .set_roster_complete(lao, complete, revision)
                .await?;
        }
        Ok(Ok(false))
    }

    /// The number of the LAO that an item is about and its author may speak for.
    fn lao_of(&self, item: &Arrival, id: Uuid) -> Result<i64, Refusal> {
        let lao = self.reference.lao_by_id(id);
        let lao = lao.ok_or_else(|| Refusal::new("lao_unknown", "no LAO has this id"))?;
        if lao.is_in(&item.who.scope) {
            Ok(lao.no)
        } else {
            Err(out_of_scope("the LAO"))
        }
    }

    async fn attendance(
        &mut self,
        item: &'a Arrival,
        said: &Attendance,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let lao = match self.lao_of(item, said.lao) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        // When it was saved counts: a phone may have no network until later.
        let at = item.envelope.saved.best_ms().min(now_ms());
        match self.write.announcement(&said.meeting).await? {
            Some(meeting) if meeting.takes_answers(at) => {}
            Some(_) => return Ok(Err(Refusal::new("meeting_over", "the meeting was over"))),
            None => return Ok(Err(Refusal::new("meeting_unknown", "no such meeting"))),
        }
        let entry = self.keep(item, Some(lao), false, Vec::new()).await?;
        self.write
            .say_of_meeting(said, lao, at, entry.account)
            .await?;
        let what = serde_json::json!({
            "meeting": said.meeting, "lao": lao, "will": said.will, "people": said.people,
        });
        let who = Some(entry.account);
        audit::record(self.write, who, Act::MeetingAnswered, what, item.origin).await?;
        Ok(Ok(false))
    }

    async fn review(
        &mut self,
        item: &'a Arrival,
        review: &Review,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let counter = self.memory.counter_of.get(&review.pin).copied();
        let known = counter
            .and_then(|counter| self.memory.views.get(&counter)?.counter.as_ref())
            .map(|counter| counter.definition.lao);
        if let Some(no) = known
            && !self
                .reference
                .lao(no)
                .is_some_and(|lao| lao.is_in(&item.who.scope))
        {
            return Ok(Err(out_of_scope("the pin")));
        }
        let others = self.memory.reviews.entry(review.pin).or_default();
        let conflict = stands_beside(item, others);
        let entry = self.keep(item, known, conflict, Vec::new()).await?;
        let what = serde_json::json!({
            "pin": review.pin, "decision": review.decision, "review": item.envelope.id,
        });
        let who = Some(item.envelope.account);
        audit::record(self.write, who, Act::Reviewed, what, item.origin).await?;
        let others = self.memory.reviews.entry(review.pin).or_default();
        others.push((entry, review.clone()));
        if let Some(counter) = counter {
            self.touched.insert(counter);
        }
        Ok(Ok(conflict))
    }

    /// Puts an item among those to be stored.
    async fn keep(
        &mut self,
        item: &'a Arrival,
        lao: Option<i64>,
        conflict: bool,
        mut findings: Vec<Finding>,
    ) -> Result<Entry, StoreError> {
        findings.extend_from_slice(&item.authorship);
        self.authorship.push(&item.authorship);
        let envelope = &item.envelope;
        let device = match self
            .memory
            .devices
            .get(&(envelope.account, envelope.device))
        {
            Some(no) => *no,
            None => {
                let (account, device) = (envelope.account, envelope.device);
                let no = self.write.device(account, device, None).await?;
                self.memory.devices.insert((account, device), no);
                no
            }
        };
        self.effects.push(&item.effect);
        self.new.push(NewItem {
            revision: self.write.next_revision(),
            envelope,
            device,
            hash: item.hash,
            subject: item.effect.subject(),
            lao,
            conflict,
            findings,
            sig: item.sig.as_ref().map(|sig| sig.as_bytes().as_slice()),
        });
        Ok(Entry {
            id: envelope.id,
            best_ms: envelope.saved.best_ms(),
            seen: envelope.seen.clone(),
            lao,
            account: envelope.account,
            new: Some((self.memory.group, self.new.len() - 1)),
        })
    }
}

fn out_of_scope(what: &str) -> Refusal {
    Refusal::new(
        "out_of_scope",
        format!("{what} is not in the scope of this account"),
    )
}
