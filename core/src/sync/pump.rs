//! The pump: batch → transport → record, until nothing is due.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use pakmut_domain::wire::pull::PullAnswer;
use pakmut_domain::wire::push::{
    ItemResult, Outcome as ItemOutcome, PushAnswer, PushRequest, ReconcileAnswer, ReconcileRequest,
};
use pakmut_domain::wire::signature::SigningKey;
use pakmut_domain::wire::{Envelope, MAX_PUSH_BYTES, MAX_PUSH_ITEMS};
use uuid::Uuid;

use super::call::{Answered, offline, read};
use super::{Options, Outcome, Progress, Report};
use crate::ports::{Cancel, Clock, Instant, Method, Random, RandomError, Transport};
use crate::retry::{self, ItemFate, RECEIPT_MISMATCH, Verdict};
use crate::sabotage;
use crate::session::{Keeper, Tokens};
use crate::store::lease::RENEW_MS;
use crate::store::meta::{
    Cursor, Epoch, LastSuccess, MustReconcile, Offset, Point, PushLimit, ServerTime, TriesBoot,
    Wait,
};
use crate::store::{Durability, Mark, Queued, Store, StoreError};
use crate::trusted_time::{self, Known};

/// The most items of one reconcile call: 170 kB.
const RECONCILE_ITEMS: usize = 2_000;

/// The most times that one sync starts over because the registry became another.
const MOST_ROUNDS: usize = 4;

/// What a batch's own frame takes beside its items, bytes.
pub(super) const FRAME_BYTES: usize = 240;

/// One sync under way.
pub(super) struct Pump<'a> {
    pub(super) store: &'a Store,
    pub(super) transport: &'a dyn Transport,
    pub(super) clock: &'a dyn Clock,
    pub(super) random: &'a dyn Random,
    pub(super) keeper: Keeper<'a>,
    pub(super) tokens: Tokens,
    pub(super) device: Uuid,
    key: Option<&'a SigningKey>,
    pub(super) cancel: &'a Cancel,
    carrying: bool,
    options: Options,
    started: Instant,
    pub(super) report: Report,
    pub(super) asked_to_wait: Option<u64>,
    pub(super) progress: Progress,
    server: Option<Known>,
    lost: &'a AtomicBool,
}

/// Why a sync stops before its end.
pub(super) enum Halt {
    /// It ends like this.
    Stop(Outcome),
    /// The phone's own file failed.
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RandomError> for Halt {
    fn from(error: RandomError) -> Self {
        Self::Store(StoreError::Database(error.to_string()))
    }
}

/// What a sync works with.
pub struct Parts<'a> {
    /// The queue.
    pub store: &'a Store,
    /// The way to the registry.
    pub transport: &'a dyn Transport,
    /// The phone's clocks.
    pub clock: &'a dyn Clock,
    /// For batch ids and jitter.
    pub random: &'a dyn Random,
    /// Where the session is kept.
    pub keeper: Keeper<'a>,
    /// The session.
    pub tokens: Tokens,
    /// This device.
    pub device: Uuid,
    /// Signs what was saved without a signature.
    pub key: Option<&'a SigningKey>,
    /// Who holds the lease: this process.
    pub holder: Uuid,
    /// Ends it from another thread.
    pub cancel: &'a Cancel,
    /// The queue is another person's, who used this phone: only what they signed
    /// goes up, under their name, and nothing comes down.
    pub carrying: bool,
}

impl Parts<'_> {
    /// Runs one sync to its end, and says how it ended. `progress` is called
    /// after every batch and page, with no lock held.
    ///
    /// # Errors
    /// Where the phone's own file fails. The queue is whole all the same.
    pub fn run(
        self,
        options: Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, StoreError> {
        let now = self.clock.now();
        let mut report = Report::new(Outcome::Waiting);
        if let Some(wait) = self.store.fact::<Wait>()? {
            let rebased = wait.in_boot(&now);
            if rebased != wait {
                self.store.set_fact(Durability::Full, &rebased)?;
            }
            let left = rebased.left_ms(&now);
            if left > 0 && (wait.asked || !options.urgent) {
                report.next_try_ms = Some(left);
                return Ok(report);
            }
        }
        if !self.store.take_lease(self.holder, &now)? {
            report.outcome = Outcome::Busy;
            return Ok(report);
        }
        let beat = Heartbeat::default();
        let lost = AtomicBool::new(false);
        let (store, clock, holder) = (self.store, self.clock, self.holder);
        let report = std::thread::scope(|scope| {
            scope.spawn(|| beat.run(store, clock, holder, &lost));
            let report = self.pump(options, now, report, &lost).run(progress);
            beat.end();
            report
        });
        store.end_lease(holder)?;
        report
    }

    pub(super) fn pump<'b>(
        self,
        options: Options,
        started: Instant,
        report: Report,
        lost: &'b AtomicBool,
    ) -> Pump<'b>
    where
        Self: 'b,
    {
        Pump {
            store: self.store,
            transport: self.transport,
            clock: self.clock,
            random: self.random,
            keeper: self.keeper,
            tokens: self.tokens,
            device: self.device,
            key: self.key,
            cancel: self.cancel,
            carrying: self.carrying,
            options,
            started,
            report,
            asked_to_wait: None,
            progress: Progress::default(),
            server: None,
            lost,
        }
    }
}

/// Renews the lease while a call waits for its answer.
#[derive(Default)]
struct Heartbeat {
    over: Mutex<bool>,
    bell: Condvar,
}

impl Heartbeat {
    fn run(&self, store: &Store, clock: &dyn Clock, holder: Uuid, lost: &AtomicBool) {
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            over = self
                .bell
                .wait_timeout(over, Duration::from_millis(RENEW_MS))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            if *over {
                return;
            }
            // A disk that fails now may work at the next beat.
            if store.take_lease(holder, &clock.now()) == Ok(false) {
                lost.store(true, Ordering::SeqCst);
            }
        }
    }

    fn end(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }
}

impl Pump<'_> {
    fn run(mut self, progress: &mut dyn FnMut(Progress)) -> Result<Report, StoreError> {
        let ended = self.rounds(progress);
        self.report.outcome = match ended {
            Ok(()) => Outcome::Done,
            Err(Halt::Stop(outcome)) => outcome,
            // Another process recovers, or the app pauses: no fault of the queue.
            Err(Halt::Store(StoreError::Paused)) => Outcome::Cancelled,
            Err(Halt::Store(error)) => return Err(error),
        };
        match self.finish() {
            Ok(()) | Err(StoreError::Paused) => Ok(self.report),
            Err(error) => Err(error),
        }
    }

    fn rounds(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Halt> {
        let boot = TriesBoot(self.started.boot);
        if self.store.fact::<TriesBoot>()? != Some(boot.clone()) {
            self.store.forget_next_tries()?;
            self.store.set_fact(Durability::Full, &boot)?;
        }
        self.progress.left = self.store.counts()?.pending;
        if self.carrying {
            // A registry that is another by now is for the owner to deal with.
            if !self.push(progress)? {
                self.upload(progress)?;
            }
            return Ok(());
        }
        let mut must_reconcile = self.store.fact::<MustReconcile>()?.is_some_and(|m| m.0);
        for _ in 0..MOST_ROUNDS {
            if must_reconcile {
                self.reconcile()?;
            }
            // What can still be taken back goes once the registry was reached.
            must_reconcile = self.push(progress)?
                || self.pull(progress)?
                || (self.store.release_held()? && self.push(progress)?);
            if !must_reconcile {
                self.upload(progress)?;
                if let Some(server) = self.server {
                    self.store.clear_old(server.time_ms)?;
                    self.store.tidy_photos(server.time_ms)?;
                }
                return Ok(());
            }
        }
        Err(Halt::Stop(Outcome::Later {
            code: "epoch_unsteady".to_owned(),
        }))
    }

    /// Pushes all that is due. True where the registry turned out to be another
    /// than the one that everything sent went to.
    fn push(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<bool, Halt> {
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

    /// Compares the epochs. True where the registry is another one than that to
    /// which sent items went.
    fn meet(&self, known: Option<Uuid>, met: Uuid) -> Result<bool, Halt> {
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
    fn reconcile(&mut self) -> Result<(), Halt> {
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

    /// Pulls to the end. True where the registry turned out to be another one,
    /// or to have forgotten something.
    fn pull(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<bool, Halt> {
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

    /// Ends the sync where it was cancelled, its time is over, or another
    /// process took its place.
    pub(super) fn check(&self) -> Result<(), Halt> {
        if self.cancel.is_cancelled() {
            return Err(Halt::Stop(Outcome::Cancelled));
        }
        if self.lost.load(Ordering::SeqCst) {
            return Err(Halt::Stop(Outcome::Busy));
        }
        if self.time_left().is_zero() {
            return Err(Halt::Stop(Outcome::OutOfTime));
        }
        Ok(())
    }

    pub(super) fn time_left(&self) -> Duration {
        let since = self.clock.mono_ms().saturating_sub(self.started.mono_ms);
        self.options
            .deadline
            .saturating_sub(Duration::from_millis(u64::try_from(since).unwrap_or(0)))
    }

    /// The best guess at the true time, milliseconds since 1970 UTC.
    pub(super) fn best_now_ms(&self) -> i64 {
        trusted_time::best_ms(
            &self.clock.now(),
            self.server.as_ref(),
            crate::http::built_ms(),
        )
    }

    pub(super) fn note_time(&mut self, server_ms: i64) {
        let at = self.clock.now();
        let known = Known {
            time_ms: server_ms,
            at,
        };
        self.server = Some(known);
        self.report.skew_ms = Some(server_ms.saturating_sub(at.wall_ms));
        self.transport.trust_time(Some(known));
    }

    /// Writes down when the next try may be, and what was learnt of the time.
    fn finish(&mut self) -> Result<(), StoreError> {
        if let Some(server) = self.server {
            let offset = Offset(server.time_ms.saturating_sub(server.at.wall_ms));
            self.store.set_fact(Durability::Retold, &offset)?;
            let time = ServerTime {
                time_ms: server.time_ms,
                wall_ms: server.at.wall_ms,
                mono_ms: server.at.mono_ms,
                boot: server.at.boot,
            };
            self.store.set_fact(Durability::Retold, &time)?;
        }
        let wait = self.store.fact::<Wait>()?;
        match &self.report.outcome {
            Outcome::Done => {
                if wait.is_some() {
                    self.store.forget::<Wait>()?;
                }
                let at = LastSuccess(self.best_now_ms());
                self.store.set_fact(Durability::Retold, &at)?;
                if self.report.retried + self.report.photos_retried + self.progress.left > 0 {
                    let now = self.clock.mono_ms();
                    self.report.next_try_ms = self
                        .store
                        .earliest_try()?
                        .map(|at| u64::try_from(at.saturating_sub(now)).unwrap_or(0));
                }
                Ok(())
            }
            Outcome::Offline { .. }
            | Outcome::Later { .. }
            | Outcome::Forbidden { .. }
            | Outcome::UpgradeNeeded { .. } => {
                let failures = wait.map_or(0, |w| w.failures).saturating_add(1);
                let jitter = self.random.unit().unwrap_or(0.5);
                let delay = retry::wait_ms(failures, self.asked_to_wait, jitter);
                let asked = self.asked_to_wait.is_some();
                let next = Wait::from_now(failures, delay, asked, &self.clock.now());
                self.store.set_fact(Durability::Full, &next)?;
                self.report.next_try_ms = Some(delay);
                Ok(())
            }
            _ => Ok(()),
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
