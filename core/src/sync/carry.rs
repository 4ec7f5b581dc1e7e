//! Carrying what a colleague signed and left in the queue of this phone: it goes
//! out under the colleague's name, whoever is signed in by now. Pushes and does
//! nothing else: what is the owner's to decide waits for the owner.

use std::sync::atomic::AtomicBool;

use pakmut_domain::wire::push::PushAnswer;
use pakmut_domain::wire::{MAX_PUSH_BYTES, MAX_PUSH_ITEMS};

use super::call::{Answered, read};
use super::pump::{FRAME_BYTES, Halt, Parts, Pump};
use super::{Options, Outcome, Report};
use crate::ports::Method;
use crate::retry::{self, ItemFate};
use crate::store::StoreError;
use crate::store::meta::Epoch;

/// Refusals that say nothing of the item itself: its owner's own session may
/// bring it.
const OWNERS: [&str; 4] = [
    "account_mismatch",
    "device_mismatch",
    "sig_missing",
    "sig_wrong",
];

impl Parts<'_> {
    /// Pushes the signed items of this queue, which is another account's than
    /// the session's; how many the registry took.
    ///
    /// # Errors
    /// Where the queue's file fails.
    pub fn carry(self, options: Options) -> Result<u64, StoreError> {
        let now = self.clock.now();
        if !self.store.take_lease(self.holder, &now)? {
            return Ok(0);
        }
        let (store, holder) = (self.store, self.holder);
        let lost = AtomicBool::new(false);
        let report = Report::new(Outcome::Done);
        let carried = self.pump(options, now, report, &lost).carry();
        store.end_lease(holder)?;
        carried
    }
}

impl Pump<'_> {
    fn carry(mut self) -> Result<u64, StoreError> {
        match self.carry_all() {
            Ok(()) | Err(Halt::Stop(_)) => Ok(self.report.sent),
            Err(Halt::Store(error)) => Err(error),
        }
    }

    fn carry_all(&mut self) -> Result<(), Halt> {
        let most_bytes = MAX_PUSH_BYTES - FRAME_BYTES;
        loop {
            self.check()?;
            let now = self.clock.now();
            let batch = self
                .store
                .due_signed(now.mono_ms, MAX_PUSH_ITEMS, most_bytes)?;
            if batch.is_empty() {
                return Ok(());
            }
            let known = self.store.fact::<Epoch>()?.map(|epoch| epoch.0);
            let (batch_id, body) = self.encode(known, &batch)?;
            let Answered::Body(response) = self.call(Method::Post, "/v1/push", body)? else {
                return Ok(());
            };
            let answer: PushAnswer = read(&response)?;
            // Of another epoch than the owner's last, the owner reconciles first.
            if answer.batch_id != batch_id || known.is_some_and(|known| known != answer.epoch) {
                return Ok(());
            }
            let mut marks = Vec::with_capacity(batch.len());
            for item in &batch {
                let result = answer.results.iter().find(|r| r.id == item.envelope.id);
                let Some(result) = result else {
                    return Ok(());
                };
                let fate = match retry::judge_item(&item.hash, result) {
                    ItemFate::Wedged { code, .. } if OWNERS.contains(&code.as_str()) => {
                        ItemFate::Retry { code }
                    }
                    fate => fate,
                };
                marks.push(self.mark(item, fate)?);
            }
            self.record(&marks, answer.server_time)?;
        }
    }
}
