//! The one that writes: batches that wait are stored together in one commit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pakmut_domain::wire::push::{ItemResult, Outcome};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::arrival::Arrival;
use crate::ledger::{self, Memory};
use crate::metrics::Metrics;
use crate::reference::ReferenceCache;
use crate::store::{Store, StoreError};

/// The most items of one commit: enough that its cost hardly counts, few enough
/// that nobody waits a noticeable time for the others.
const GROUP_ITEMS: usize = 1_000;

/// How many batches may wait; above that, phones are asked to come again.
pub const WAITING_BATCHES: usize = 256;

/// After this long without work, SQLite's log is brought into its file.
const IDLE: Duration = Duration::from_secs(1);

/// Gets a result for each item of a batch, in their order.
pub type Answer = oneshot::Sender<Vec<ItemResult>>;

/// A batch that waits, and where its results go.
#[derive(Debug)]
pub struct Job {
    /// The items.
    pub items: Vec<Arrival>,
    /// Where its results go.
    pub answer: Answer,
}

/// Stores batches until all senders are gone.
pub struct Writer {
    /// The storage.
    pub store: Store,
    /// LAOs and areas.
    pub reference: Arc<ReferenceCache>,
    /// Counts.
    pub metrics: Arc<Metrics>,
}

impl Writer {
    /// Runs until the channel is closed and empty: nothing that was taken is
    /// left unanswered.
    pub async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut memory = Memory::default();
        let mut in_log = false;
        // The group that was committed last, while the disk takes it.
        let mut last = None;
        loop {
            let first = if in_log {
                match tokio::time::timeout(IDLE, jobs.recv()).await {
                    Ok(job) => job,
                    Err(_) => {
                        in_log = false;
                        finished(&mut last).await;
                        if let Err(error) = self.store.checkpoint().await {
                            tracing::warn!(%error, "checkpoint failed");
                        }
                        continue;
                    }
                }
            } else {
                jobs.recv().await
            };
            let Some(first) = first else {
                return finished(&mut last).await;
            };
            let mut count = first.items.len();
            let mut group = vec![first];
            while count < GROUP_ITEMS
                && let Ok(job) = jobs.try_recv()
            {
                count += job.items.len();
                group.push(job);
            }
            let stored = self.store_group(group, &mut memory).await;
            finished(&mut last).await;
            last = Some(tokio::spawn(keep(
                self.store.clone(),
                self.metrics.clone(),
                stored,
            )));
            in_log = true;
        }
    }

    async fn store_group(&self, group: Vec<Job>, memory: &mut Memory) -> Stored {
        let started = Instant::now();
        let mut items = Vec::new();
        let mut parts = Vec::with_capacity(group.len());
        for job in group {
            parts.push((job.items.len(), job.answer));
            items.extend(job.items);
        }
        let mut results = self.store_items(&items, memory).await;
        self.metrics.group(items.len(), started.elapsed());
        let answers = parts
            .into_iter()
            .map(|(count, answer)| {
                let rest = results.split_off(count.min(results.len()));
                (answer, std::mem::replace(&mut results, rest))
            })
            .collect();
        Stored { answers }
    }

    /// Stores items together; where the database refuses them together, each
    /// half by itself, so that one poisonous item is left alone in the end.
    async fn store_items(&self, items: &[Arrival], memory: &mut Memory) -> Vec<ItemResult> {
        let mut results = Vec::with_capacity(items.len());
        let mut open = vec![items];
        while let Some(part) = open.pop() {
            match self.transaction(part, memory).await {
                Ok(done) => results.extend(done),
                Err(error) => {
                    memory.forget();
                    tracing::error!(code = error.code(), %error, items = part.len(), "commit failed");
                    if part.len() > 1 && !is_lost(&error) {
                        let (left, right) = part.split_at(part.len() / 2);
                        open.push(right);
                        open.push(left);
                    } else {
                        results.extend(part.iter().map(|item| failed(item.envelope.id)));
                    }
                }
            }
        }
        results
    }

    async fn transaction(
        &self,
        items: &[Arrival],
        memory: &mut Memory,
    ) -> Result<Vec<ItemResult>, StoreError> {
        let mut write = self.store.write().await?;
        let version = write.state().reference;
        let reference = self.reference.get(&self.store, Some(version)).await?;
        let places = reference.places(&self.store).await?;
        let results = ledger::record(&mut write, &reference, places, memory, items).await?;
        let (epoch, revision) = (write.state().epoch, write.last_revision());
        let committing = Instant::now();
        write.commit_unkept().await?;
        memory.committed(epoch, revision);
        self.metrics.commit(committing.elapsed());
        Ok(results)
    }
}

/// A group that was committed and is not answered yet.
struct Stored {
    answers: Vec<(Answer, Vec<ItemResult>)>,
}

/// Answers a group once the disk has it. Meanwhile the next is being stored: its
/// items may see this one's, and are answered after it.
async fn keep(store: Store, metrics: Arc<Metrics>, stored: Stored) {
    let keeping = Instant::now();
    let kept = store.keep().await;
    metrics.commit(keeping.elapsed());
    for (answer, mut results) in stored.answers {
        if kept.is_err() {
            for result in results.iter_mut().filter(|r| r.result.is_stored()) {
                *result = failed(result.id);
            }
        }
        // A phone that hung up meanwhile gets `duplicate` when it comes again.
        let _ = answer.send(results);
    }
}

async fn finished(last: &mut Option<JoinHandle<()>>) {
    if let Some(last) = last.take()
        && let Err(error) = last.await
    {
        tracing::error!(%error, "a group was left without an answer");
    }
}

fn failed(id: Uuid) -> ItemResult {
    ItemResult {
        id,
        result: Outcome::Retry,
        hash: None,
        code: Some("storage_failed".to_owned()),
        detail: None,
    }
}

/// Whether the database is gone or full, so that trying parts of the same is in vain.
fn is_lost(error: &StoreError) -> bool {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) => {
            // SQLite: busy, locked, read-only, I/O, full, cannot open.
            // PostgreSQL: connection, resources, operator intervention.
            let code = error.code().unwrap_or_default();
            let sqlite = code.parse::<u32>().map(|code| code & 0xff);
            code.len() < 5 && matches!(sqlite, Ok(5 | 6 | 8 | 10 | 13 | 14))
                || code.len() == 5 && ["08", "53", "57", "40"].iter().any(|c| code.starts_with(c))
        }
        StoreError::Database(_) => true,
        _ => false,
    }
}
