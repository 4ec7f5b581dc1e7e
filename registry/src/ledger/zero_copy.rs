//! Declarations on copies, and LAOs' additions to the catalogue, as they arrive.

use std::collections::{HashMap, HashSet};

use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::model::Role;
use pakmut_domain::wire::Kind;
use pakmut_domain::zero_copy::{Catalogue, Declaration, OwnService};
use uuid::Uuid;

use super::{Entry, Group, last_word, out_of_scope};
use crate::arrival::{Arrival, Refusal};
use crate::reference::LaoRef;
use crate::store::{Fact, Scope, StoreError};
use crate::zero_copy::standing::reckon;

/// What is known of the counters and LAOs that a group declares about.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Declarations by counter.
    declarations: HashMap<Uuid, Vec<(Entry, Declaration)>>,
    /// Additions by the LAO's id, superseded ones too.
    additions: HashMap<Uuid, Vec<(Entry, OwnService)>>,
    /// Standing additions by the LAO's number, once asked for.
    own: HashMap<i64, Vec<OwnService>>,
    /// Catalogues by LAO and national version, once asked for.
    merged: HashMap<(Option<i64>, u32), Catalogue>,
    /// Counters to be reckoned anew.
    touched: HashSet<Uuid>,
    /// LAOs whose counters are all to be reckoned anew.
    touched_laos: HashSet<i64>,
}

impl Declared {
    /// Takes in an addition that arrived before.
    pub(super) fn take_addition(&mut self, fact: &Fact) {
        if fact.kind == Kind::OWN_SERVICE
            && let Ok(own) = serde_json::from_slice(&fact.payload)
        {
            let of = self.additions.entry(fact.subject).or_default();
            of.push((Entry::of(fact), own));
        }
    }
}

impl<'a> Group<'a> {
    /// Reads the declarations of these counters.
    pub(super) async fn load_declarations(&mut self, counters: &[Uuid]) -> Result<(), StoreError> {
        if counters.is_empty() {
            return Ok(());
        }
        for fact in self.write.declarations(counters).await? {
            if let Ok(declaration) = serde_json::from_slice(&fact.payload) {
                let of = self.declared.declarations.entry(fact.subject).or_default();
                of.push((Entry::of(&fact), declaration));
            }
        }
        Ok(())
    }

    /// Whether the sender may declare for this LAO: its own staff, and a
    /// provincial officer for the provincial office alone.
    fn may_declare(item: &Arrival, lao: &LaoRef) -> bool {
        lao.is_in(&item.who.scope)
            && (item.who.role != Role::Province || item.who.lao == Some(lao.no))
    }

    pub(super) async fn declaration(
        &mut self,
        item: &'a Arrival,
        declaration: &Declaration,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let counter = declaration.counter;
        let known = self
            .view(counter)
            .counter
            .as_ref()
            .map(|counter| counter.definition.lao);
        if let Some(no) = known
            && !self
                .reference
                .lao(no)
                .is_some_and(|lao| Self::may_declare(item, lao))
        {
            return Ok(Err(out_of_scope("the counter")));
        }
        // Its counter has not arrived yet: it waits with its author's LAO.
        let lao = known.or(item.who.lao);
        let current = self.reference.catalogues().current().version;
        self.merge(lao, current).await?;
        self.merge(lao, declaration.catalogue).await?;
        let applying = [current, declaration.catalogue]
            .into_iter()
            .filter_map(|version| self.declared.merged.get(&(lao, version)));
        if let Err(error) = declaration.check_known(applying) {
            return Ok(Err(Refusal::new(error.code(), error.to_string())));
        }
        let others = self.declared.declarations.entry(counter).or_default();
        let others = others
            .iter()
            .filter(|(entry, other)| entry.lao == lao && other.pair() == declaration.pair());
        let id = item.envelope.id;
        let superseded: HashSet<Uuid> = others
            .clone()
            .flat_map(|(entry, _)| entry.seen.iter().copied().filter(|s| *s != entry.id))
            .collect();
        let conflict = !superseded.contains(&id)
            && others.into_iter().any(|(entry, other)| {
                !superseded.contains(&entry.id)
                    && !item.envelope.seen.contains(&entry.id)
                    && !other.says_the_same(declaration)
            });
        let entry = self.keep(item, lao, conflict, Vec::new()).await?;
        let of = self.declared.declarations.entry(counter).or_default();
        of.push((entry, declaration.clone()));
        self.declared.touched.insert(counter);
        Ok(Ok(conflict))
    }

    pub(super) async fn own_service(
        &mut self,
        item: &'a Arrival,
        own: &OwnService,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let Some(lao) = self.reference.lao_by_id(own.lao).cloned() else {
            return Ok(Err(Refusal::new("lao_unknown", "no LAO has this id")));
        };
        if !Self::may_declare(item, &lao) {
            return Ok(Err(out_of_scope("the LAO")));
        }
        let current = self.reference.catalogues().current().version;
        self.merge(Some(lao.no), current).await?;
        let catalogue = self.declared.merged.get(&(Some(lao.no), current));
        if let Some(Err(error)) = catalogue.map(|catalogue| own.check(catalogue)) {
            return Ok(Err(Refusal::new(error.code(), error.to_string())));
        }
        let others = self.declared.additions.entry(own.lao).or_default();
        let same: Vec<(Entry, OwnService)> = others
            .iter()
            .filter(|(_, other)| other.service.code == own.service.code)
            .cloned()
            .collect();
        let superseded: HashSet<Uuid> = same.iter().flat_map(|(e, _)| e.seen.clone()).collect();
        let conflict = !superseded.contains(&item.envelope.id)
            && same.iter().any(|(entry, other)| {
                !superseded.contains(&entry.id)
                    && !item.envelope.seen.contains(&entry.id)
                    && other != own
            });
        let entry = self.keep(item, Some(lao.no), conflict, Vec::new()).await?;
        let mut same = same;
        same.push((entry.clone(), own.clone()));
        let of = self.declared.additions.entry(own.lao).or_default();
        of.push((entry, own.clone()));
        if let Some((_, word)) = last_word(&same) {
            let word = word.clone();
            self.write.put_own_service(lao.no, &word, conflict).await?;
            let standing = self.declared.own.entry(lao.no).or_default();
            standing.retain(|other| other.service.code != word.service.code);
            standing.push(word);
        }
        self.declared
            .merged
            .retain(|(no, _), _| *no != Some(lao.no));
        self.declared.touched_laos.insert(lao.no);
        Ok(Ok(conflict))
    }

    /// Has the national catalogue of a version with an LAO's additions at hand.
    async fn merge(&mut self, lao: Option<i64>, version: u32) -> Result<(), StoreError> {
        if self.declared.merged.contains_key(&(lao, version)) {
            return Ok(());
        }
        let Some(national) = self.reference.catalogues().version(version) else {
            return Ok(());
        };
        if let Some(no) = lao
            && !self.declared.own.contains_key(&no)
        {
            let own = self.write.own_services(&Scope::Lao(no)).await?;
            let own = own.into_iter().map(|(_, own)| own).collect();
            self.declared.own.insert(no, own);
        }
        let own = lao.and_then(|no| self.declared.own.get(&no));
        let merged = national.with_own(own.map_or(&[][..], Vec::as_slice));
        self.declared.merged.insert((lao, version), merged);
        Ok(())
    }

    /// A counter arrived after its declarations: those of people who may declare
    /// for it count from now on.
    pub(super) async fn attach_declarations(
        &mut self,
        counter: Uuid,
        lao: &LaoRef,
    ) -> Result<(), StoreError> {
        let Some(mut waiting) = self.declared.declarations.remove(&counter) else {
            return Ok(());
        };
        for (entry, _) in &mut waiting {
            let author = self.write.account(entry.account).await?;
            let scope = author.as_ref().and_then(Scope::of);
            if scope.is_some_and(|scope| lao.is_in(&scope)) {
                entry.lao = Some(lao.no);
                self.place(entry, Vec::new());
            } else {
                let finding = Finding::new(FindingCode::OutOfScope, Severity::Block);
                entry.lao = None;
                self.place(entry, vec![finding]);
            }
        }
        self.declared.declarations.insert(counter, waiting);
        self.declared.touched.insert(counter);
        Ok(())
    }

    /// Reckons anew where the counters stand that were declared about. All items
    /// of the group are stored by now.
    pub(super) async fn reckon_zero_copy(&mut self) -> Result<(), StoreError> {
        let mut counters: HashMap<Uuid, i64> = HashMap::new();
        for counter in &self.declared.touched {
            let known = self
                .memory
                .views
                .get(counter)
                .and_then(|v| v.counter.as_ref());
            if let Some(known) = known {
                counters.insert(*counter, known.definition.lao);
            }
        }
        for lao in &self.declared.touched_laos {
            for counter in self.write.zero_copy_counters_of(*lao).await? {
                counters.insert(counter, *lao);
            }
        }
        if counters.is_empty() {
            return Ok(());
        }
        let counters: Vec<(Uuid, i64)> = counters.into_iter().collect();
        reckon(self.write, self.reference.catalogues(), &counters).await
    }
}
