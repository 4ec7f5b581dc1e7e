//! What changed at the registry comes down, and what it lost goes up again.

use std::collections::HashSet;

use pakmut_domain::wire::pull::PullAnswer;
use pakmut_domain::wire::push::{ReconcileAnswer, ReconcileRequest};
use uuid::Uuid;

use super::call::offline;
use super::pump::{Halt, Pump};
use super::{Outcome, Progress};
use crate::ports::Method;
use crate::retry::Verdict;
use crate::sabotage;
use crate::store::Durability;
use crate::store::meta::{Cursor, Epoch, MustReconcile, Point};

/// The most items of one reconcile call: 170 kB.
const RECONCILE_ITEMS: usize = 2_000;

impl Pump<'_> {
    /// Pulls to the end. True where the registry turned out to be another one,
    /// or to have forgotten something.
    pub(super) fn pull(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<bool, Halt> {
        let mut forgot = false;
        loop {
            self.check()?;
            let cursor = self.store.fact::<Cursor>()?.map(|cursor| cursor.0);
            let mut asked = Vec::new();
            if let Some(cursor) = &cursor {
                asked.push(format!("cursor={}", encode_query(cursor)));
            }
            if let Some(point) = self.store.fact::<Point>()? {
                asked.push(format!("point={}", encode_query(&point.0)));
            }
            // The province follows up what does not arrive.
            if let Some(saved) = self.store.oldest_unsent()? {
                asked.push(format!("unsent={}", saved.best_ms()));
            }
            let path = match asked.as_slice() {
                [] => "/v1/pull".to_owned(),
                asked => format!("/v1/pull?{}", asked.join("&")),
            };
            let page: PullAnswer = match self.call_json(Method::Get, &path, None::<&()>)? {
                Ok(page) => page,
                Err(Verdict::EpochChanged) => return Ok(true),
                Err(verdict) => return Err(self.halt(verdict, None)),
            };
            self.note_time(page.server_time);
            let known = self.store.fact::<Epoch>()?.map(|epoch| epoch.0);
            if self.meet(known, page.epoch)? {
                return Ok(true);
            }
            let unlooked = sabotage::is(sabotage::NO_EPOCH_CHECK);
            let is_another = page.forgot || (page.reset && cursor.is_some());
            if is_another && !forgot && !unlooked {
                // Another scope, or a disk that was rolled back unnoticed: then
                // items that it once confirmed may be gone.
                forgot = true;
                self.store
                    .set_fact(Durability::Full, &MustReconcile(true))?;
            }
            let stuck = page.more && Some(&page.cursor) == cursor.as_ref();
            self.store.take_page(&page)?;
            self.report.pulled += page.changes.len() as u64;
            self.progress.pulled = self.report.pulled;
            progress(self.progress);
            if stuck {
                return Err(offline("foreign_answer"));
            }
            if !page.more {
                return Ok(forgot);
            }
        }
    }

    /// Compares the epochs. True where the registry is another one than that to
    /// which sent items went.
    pub(super) fn meet(&self, known: Option<Uuid>, met: Uuid) -> Result<bool, Halt> {
        if sabotage::is(sabotage::NO_EPOCH_CHECK) {
            return Ok(false);
        }
        match known {
            Some(known) => Ok(known != met),
            None => {
                // First contact, or a file brought over from a damaged one:
                // what counts as sent beyond this flight is asked about.
                if self.store.counts()?.sent > self.report.sent {
                    return Ok(true);
                }
                self.store.set_fact(Durability::Full, &Epoch(met))?;
                Ok(false)
            }
        }
    }

    /// Asks which of the sent items the registry does not have, and queues
    /// those again. Only once all were asked about is its epoch the known one.
    pub(super) fn reconcile(&mut self) -> Result<(), Halt> {
        let mut after = 0;
        let mut epoch = self.reconcile_photos()?;
        let mut point = None;
        loop {
            let sent = self.store.sent_after(after, RECONCILE_ITEMS)?;
            let request = ReconcileRequest {
                items: sent.iter().map(|(_, id, hash)| (*id, *hash)).collect(),
                attachments: Vec::new(),
            };
            let answer: ReconcileAnswer =
                match self.call_json(Method::Post, "/v1/reconcile", Some(&request))? {
                    Ok(answer) => answer,
                    Err(verdict) => return Err(self.halt(verdict, None)),
                };
            if *epoch.get_or_insert(answer.epoch) != answer.epoch {
                return Err(Halt::Stop(Outcome::Later {
                    code: "epoch_unsteady".to_owned(),
                }));
            }
            // The first: a disk rolled back between two answers does not know it.
            let point = point.get_or_insert(answer.point.map(Point));
            let missing: HashSet<Uuid> = answer.missing_items.into_iter().collect();
            let places: Vec<i64> = sent
                .iter()
                .filter(|(_, id, _)| missing.contains(id))
                .map(|(place, _, _)| *place)
                .collect();
            let again = self.store.push_again(&places)?;
            self.report.pushed_again += again;
            self.progress.left += again;
            match sent.last() {
                Some((seq, _, _)) if sent.len() == RECONCILE_ITEMS => after = *seq,
                _ => {
                    self.store.reconciled(answer.epoch, point.as_ref())?;
                    return Ok(());
                }
            }
        }
    }
}

/// A cursor is opaque: whatever it holds goes through (RFC 3986, section 2.3).
fn encode_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
