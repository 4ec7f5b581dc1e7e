//! The pump: up (`push`, `attachments`) and down (`pull`), until nothing is due.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use pakmut_domain::wire::signature::SigningKey;
use uuid::Uuid;

use super::{Options, Outcome, Progress, Report};
use crate::ports::{Cancel, Clock, Instant, Random, RandomError, Transport};
use crate::retry;
use crate::session::{Keeper, Tokens};
use crate::store::lease::RENEW_MS;
use crate::store::meta::{LastSuccess, MustReconcile, Offset, ServerTime, TriesBoot, Wait};
use crate::store::{Durability, Store, StoreError};
use crate::trusted_time::{self, Known};

/// The most times that one sync starts over because the registry became another.
const MOST_ROUNDS: usize = 4;

/// One sync under way.
pub(super) struct Pump<'a> {
    pub(super) store: &'a Store,
    pub(super) transport: &'a dyn Transport,
    pub(super) clock: &'a dyn Clock,
    pub(super) random: &'a dyn Random,
    pub(super) keeper: Keeper<'a>,
    pub(super) tokens: Tokens,
    pub(super) device: Uuid,
    pub(super) key: Option<&'a SigningKey>,
    pub(super) cancel: &'a Cancel,
    pub(super) carrying: bool,
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
