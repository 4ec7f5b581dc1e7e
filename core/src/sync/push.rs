//! What is pending goes up, batch by batch.

use std::collections::HashMap;

use pakmut_domain::wire::push::{ItemResult, Outcome as ItemOutcome, PushAnswer, PushRequest};
use pakmut_domain::wire::{Envelope, MAX_PUSH_BYTES, MAX_PUSH_ITEMS};
use uuid::Uuid;

use super::call::{Answered, offline, read};
use super::pump::{Halt, Pump};
use super::{Outcome, Progress};
use crate::ports::Method;
use crate::retry::{self, ItemFate, RECEIPT_MISMATCH, Verdict};
use crate::sabotage;
use crate::store::meta::{Epoch, Point, PushLimit};
use crate::store::{Durability, Mark, Queued};

/// What a batch's own frame takes beside its items, bytes.
const FRAME_BYTES: usize = 240;

impl Pump<'_> {
    /// Pushes all that is due. True where the registry turned out to be another
    /// than the one that everything sent went to.
    pub(super) fn push(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<bool, Halt> {
        let kept = self.store.fact::<PushLimit>()?.map(|limit| limit.0);
        let mut limit = kept.unwrap_or(MAX_PUSH_ITEMS).clamp(1, MAX_PUSH_ITEMS);
        let mut limit_kept = kept.is_some();
        let mut after = 0;
        loop {
            self.check()?;
            let now = self.clock.now();
            let most_bytes = MAX_PUSH_BYTES - FRAME_BYTES;
            let mut batch = self.store.due(after, now.mono_ms, limit, most_bytes)?;
            let Some(last) = batch.last().map(|item| item.seq) else {
                return Ok(false);
            };
            if self.carrying {
                batch.retain(|item| item.envelope.sig.is_some());
                if batch.is_empty() {
                    after = last;
                    continue;
                }
            }
            if sabotage::is(sabotage::NEW_IDS) {
                self.new_ids(&mut batch)?;
            }
            let known = self.store.fact::<Epoch>()?.map(|epoch| epoch.0);
            let size = batch.len();
            if sabotage::is(sabotage::SENT_BEFORE_ANSWER) {
                self.let_go(&batch)?;
            }
            let (batch_id, body) = self.encode(known, &batch)?;
            match self.call(Method::Post, "/v1/push", body)? {
                Answered::Body(response) => {
                    let answer: PushAnswer = read(&response)?;
                    if answer.batch_id != batch_id {
                        return Err(offline("foreign_answer"));
                    }
                    self.note_time(answer.server_time);
                    let marks = self.judge(&batch, &answer)?;
                    let forgot = answer.forgot && !sabotage::is(sabotage::NO_EPOCH_CHECK);
                    // The old point stays until all was asked about.
                    let point = answer.point.filter(|_| !forgot).map(Point);
                    self.record(&marks, answer.server_time, point.as_ref())?;
                    progress(self.progress);
                    if self.meet(known, answer.epoch)? || forgot {
                        return Ok(true);
                    }
                    if let Some(_asked) = self.asked_to_wait {
                        return Err(Halt::Stop(Outcome::Later {
                            code: "asked_to_wait".to_owned(),
                        }));
                    }
                    if limit < MAX_PUSH_ITEMS {
                        limit = (limit * 2).min(MAX_PUSH_ITEMS);
                        if limit_kept && limit == MAX_PUSH_ITEMS {
                            self.store.forget::<PushLimit>()?;
                            limit_kept = false;
                        } else if limit_kept {
                            self.store.set_fact(Durability::Retold, &PushLimit(limit))?;
                        }
                    }
                }
                Answered::Trouble(Verdict::EpochChanged) => return Ok(true),
                Answered::Trouble(verdict) => {
                    let half = (size / 2).max(1);
                    limit = half;
                    let halt = self.trouble(verdict, &batch, half)?;
                    progress(self.progress);
                    if let Some(halt) = halt {
                        return Err(halt);
                    }
                }
            }
        }
    }

    /// Sabotage: other ids for the same items.
    fn new_ids(&self, batch: &mut [Queued]) -> Result<(), Halt> {
        for item in batch {
            let mut bytes = [0; 16];
            self.random.fill(&mut bytes)?;
            item.envelope.id = uuid::Builder::from_random_bytes(bytes).into_uuid();
            item.hash = item.envelope.hash();
        }
        Ok(())
    }

    /// Sabotage: counts items as sent that are only on their way.
    fn let_go(&self, batch: &[Queued]) -> Result<(), Halt> {
        let sent = |item: &Queued| Mark {
            seq: item.seq,
            fate: ItemFate::Sent,
            next_try_mono_ms: 0,
        };
        let marks: Vec<Mark> = batch.iter().map(sent).collect();
        Ok(self.store.record(&marks, self.best_now_ms(), None)?)
    }

    /// Deals with a batch that the registry would not take as a whole: a lone
    /// item is wedged or waits, more are halved. Ends the sync where the
    /// registry itself has trouble.
    fn trouble(
        &mut self,
        verdict: Verdict,
        batch: &[Queued],
        half: usize,
    ) -> Result<Option<Halt>, Halt> {
        let fate = match &verdict {
            Verdict::Halve { code } => ItemFate::Wedged {
                code: code.clone(),
                detail: None,
            },
            Verdict::Unreadable { code, detail } => ItemFate::Wedged {
                code: code.clone(),
                detail: detail.clone(),
            },
            Verdict::Later { code, .. } => ItemFate::Retry { code: code.clone() },
            _ => return Ok(Some(self.halt(verdict, None))),
        };
        if let [lone] = batch {
            let mark = self.mark(lone, fate)?;
            let server_ms = self.best_now_ms();
            self.record(&[mark], server_ms, None)?;
        }
        if matches!(verdict, Verdict::Later { .. }) {
            self.store.set_fact(Durability::Retold, &PushLimit(half))?;
            return Ok(Some(self.halt(verdict, None)));
        }
        Ok(None)
    }

    pub(super) fn encode(
        &self,
        epoch: Option<Uuid>,
        batch: &[Queued],
    ) -> Result<(Uuid, Vec<u8>), Halt> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes)?;
        let request = PushRequest {
            batch_id: uuid::Builder::from_random_bytes(bytes).into_uuid(),
            epoch: epoch.filter(|_| !sabotage::is(sabotage::NO_EPOCH_CHECK)),
            since: self.store.fact::<Point>()?.map(|point| point.0),
            items: batch.iter().map(|item| self.signed(item)).collect(),
        };
        let body = serde_json::to_vec(&request).map_err(|_| offline("request_malformed"))?;
        Ok((request.batch_id, body))
    }

    /// The item as it goes: signed now, where it could not be when it was saved.
    fn signed(&self, item: &Queued) -> Envelope {
        let mut envelope = item.envelope.clone();
        if envelope.sig.is_none()
            && let Some(key) = self.key
        {
            key.sign_envelope(&mut envelope);
        }
        envelope
    }

    /// A mark for every item of the batch, or none at all: an answer without a
    /// result for each does not count.
    fn judge(&mut self, batch: &[Queued], answer: &PushAnswer) -> Result<Vec<Mark>, Halt> {
        let results: HashMap<Uuid, &ItemResult> =
            answer.results.iter().map(|r| (r.id, r)).collect();
        let judged: Option<Vec<(&Queued, &ItemResult)>> = batch
            .iter()
            .map(|item| Some((item, *results.get(&item.envelope.id)?)))
            .collect();
        let judged = judged.ok_or_else(|| offline("foreign_answer"))?;
        let mut marks = Vec::with_capacity(batch.len());
        for (item, result) in judged {
            let fate = retry::judge_item(&item.hash, result);
            if fate == ItemFate::Sent {
                match result.result {
                    ItemOutcome::Duplicate => self.report.duplicates += 1,
                    ItemOutcome::Conflict => self.report.conflicts += 1,
                    _ => {}
                }
            }
            marks.push(self.mark(item, fate)?);
        }
        Ok(marks)
    }

    pub(super) fn mark(&self, item: &Queued, fate: ItemFate) -> Result<Mark, Halt> {
        let next_try_mono_ms = match fate {
            ItemFate::Retry { .. } => {
                // At least a second, so that no item comes twice in one sync.
                let jittered = retry::backoff_ms(item.tries.saturating_add(1), self.random.unit()?);
                let wait = jittered.saturating_add(retry::FIRST_MS);
                self.clock
                    .mono_ms()
                    .saturating_add(i64::try_from(wait).unwrap_or(i64::MAX))
            }
            _ => 0,
        };
        Ok(Mark {
            seq: item.seq,
            fate,
            next_try_mono_ms,
        })
    }

    pub(super) fn record(
        &mut self,
        marks: &[Mark],
        server_ms: i64,
        point: Option<&Point>,
    ) -> Result<(), Halt> {
        self.store.record(marks, server_ms, point)?;
        for mark in marks {
            match &mark.fate {
                ItemFate::Sent => self.report.sent += 1,
                ItemFate::Wedged { .. } => self.report.wedged += 1,
                ItemFate::Retry { code } => {
                    self.report.retried += 1;
                    self.report.mismatched += u64::from(code == RECEIPT_MISMATCH);
                }
            }
        }
        self.progress.sent = self.report.sent;
        self.progress.wedged = self.report.wedged;
        let gone = marks
            .iter()
            .filter(|mark| !matches!(mark.fate, ItemFate::Retry { .. }))
            .count() as u64;
        self.progress.left = self.progress.left.saturating_sub(gone);
        Ok(())
    }
}
