//! What was saved on this phone, and where it is.

use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::pull::{CheckTask, record};
use pakmut_domain::wire::{ItemHash, Kind};
use pakmut_domain::words::Topic;
use serde::Deserialize;
use uuid::Uuid;

use super::Screens;
use super::counters::counters;
use super::photo::{self, StuckPhoto};
use super::sign_in::others_waiting;
use crate::engine::{PhoneError, QueueState};
use crate::store::{Item, PhotoState, State, Store};

/// One item of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Its id.
    pub item: Uuid,
    /// Its place in the order of saving, to go on from.
    pub seq: i64,
    /// What it is, in words.
    pub kind: String,
    /// What it is about: the counter's name; empty where it is about none.
    pub about: String,
    /// When it was saved.
    pub saved: String,
    /// Where it stands: one of the four words, or that it cannot be sent.
    pub standing: String,
    /// Whether it cannot be sent and waits for a person.
    pub wedged: bool,
    /// Whether it is at the registry.
    pub sent: bool,
    /// Why it cannot be sent and what to do, or why it was tried in vain.
    pub reason: Option<String>,
    /// The counter to pin again in order to mend it.
    pub counter: Option<Uuid>,
    /// Whether it has a photo that its LAO can still take back at the registry.
    pub photo_removable: bool,
}

/// The queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueScreen {
    /// The one quiet line: how many wait and since when, or that all is sent.
    pub line: String,
    /// How many cannot be sent, where any.
    pub wedged_line: Option<String>,
    /// The items: wedged ones first, then those that wait, then sent ones, each
    /// the newest first; at most [`ROWS`] of each.
    pub rows: Vec<QueueRow>,
    /// How many photos wait, where any: each goes after what names it.
    pub photos_line: Option<String>,
    /// The photos that cannot be sent.
    pub stuck_photos: Vec<StuckPhoto>,
    /// What colleagues left unsent on this phone.
    pub others: Option<String>,
    /// What will be here, where nothing is yet.
    pub empty: Option<String>,
}

/// The most rows of one state on the screen.
pub const ROWS: usize = 100;

/// What of a payload says which counter it is about.
#[derive(Deserialize)]
struct About {
    #[serde(default)]
    counter: Option<Uuid>,
    #[serde(default)]
    photo: Option<ItemHash>,
    #[serde(default)]
    check: Option<Uuid>,
    #[serde(default)]
    counter_name: Option<String>,
}

impl Screens<'_> {
    /// The queue.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn queue(&self) -> Result<QueueScreen, PhoneError> {
        let queue = self.phone.queue()?;
        let counters = counters(self.phone)?;
        let store = self.phone.store()?;
        let mut rows = Vec::new();
        for state in [State::Wedged, State::Pending, State::Sent] {
            for item in store.newest(state, ROWS)? {
                rows.push(self.queue_row(&store, &item, &counters)?);
            }
        }
        let wedged = queue.counts.wedged;
        Ok(QueueScreen {
            line: self.queue_line(&queue)?,
            wedged_line: (wedged > 0).then(|| {
                let count = (wedged as f64).into();
                self.style.say("items-wedged", &[("count", count)])
            }),
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-queue-empty", &[])),
            rows,
            photos_line: (queue.photos.waiting > 0).then(|| {
                let count = (queue.photos.waiting as f64).into();
                self.style.say("screen-queue-photos", &[("count", count)])
            }),
            stuck_photos: store
                .wedged_photos()?
                .iter()
                .map(|one| photo::stuck(one, self.style))
                .collect(),
            others: others_waiting(self.phone, self.style)?,
        })
    }

    fn queue_row(
        &self,
        store: &Store,
        item: &Item,
        counters: &[pakmut_domain::model::Counter],
    ) -> Result<QueueRow, PhoneError> {
        let envelope = &item.envelope;
        let kind = envelope.kind.as_str();
        let about = serde_json::from_str::<About>(envelope.payload.get()).ok();
        let counter = about.as_ref().and_then(|about| about.counter);
        let known = counter.and_then(|id| counters.iter().find(|c| c.id == id));
        let decided = known.and_then(|c| c.state).filter(|state| {
            kind == Kind::PIN && item.state == State::Sent && state.shown == Some(envelope.id)
        });
        let standing = match (item.state, decided.map(|state| state.status)) {
            (State::Wedged, _) => "item-wedged",
            (State::Sent, Some(PinStatus::Approved)) => "item-approved",
            (State::Sent, Some(PinStatus::SentBack)) => "item-sent-back",
            (State::Sent, _) => "item-sent",
            (State::Pending | State::Discarded, _) => "item-saved",
        };
        let wedged = item.state == State::Wedged;
        let reason = item.reason.as_deref().filter(|_| item.state != State::Sent);
        let reason = reason.map(|code| {
            let words = self.style.error(code);
            if wedged {
                let figures = [("reason", words.into())];
                self.style.say("item-wedged-sentence", &figures)
            } else {
                words
            }
        });
        let waits = decided.is_some_and(|state| state.status == PinStatus::Waiting);
        let photo = match about
            .as_ref()
            .and_then(|about| about.photo)
            .filter(|_| waits)
        {
            Some(hash) => store.photo(&hash)?,
            None => None,
        };
        Ok(QueueRow {
            photo_removable: photo.is_some_and(|photo| photo.state != PhotoState::Dropped),
            item: envelope.id,
            seq: item.seq,
            kind: self.style.coded(Topic::Kind, kind, &[]),
            about: match known {
                Some(counter) => counter.name.clone(),
                None => self.check_name(about.as_ref())?,
            },
            saved: self.saved_text(&envelope.saved),
            standing: self.style.say(standing, &[]),
            wedged,
            sent: item.state == State::Sent,
            reason,
            counter: known.filter(|_| kind == Kind::PIN).map(|c| c.id),
        })
    }

    /// The name of a counter that was measured for another LAO: saved with what was
    /// measured, before that told with its check alone; empty where it is not known.
    fn check_name(&self, about: Option<&About>) -> Result<String, PhoneError> {
        if let Some(name) = about.and_then(|about| about.counter_name.as_ref()) {
            return Ok(name.clone());
        }
        let Some(check) = about.and_then(|about| about.check) else {
            return Ok(String::new());
        };
        let told = self.phone.record(record::CHECK, &check.to_string())?;
        let task = told.and_then(|told| serde_json::from_str::<CheckTask>(&told.body).ok());
        Ok(task.map_or_else(String::new, |task| task.name))
    }

    /// How many items wait and since when, or that all is sent.
    pub(super) fn queue_line(&self, queue: &QueueState) -> Result<String, PhoneError> {
        let waiting = queue.counts.pending + queue.counts.wedged;
        let Some(age_ms) = queue.oldest_unsent_ms.filter(|_| waiting > 0) else {
            return Ok(match queue.last_success_ms {
                Some(_) => self.style.say("items-all-sent", &[]),
                None => self.style.say("screen-nothing-to-send", &[]),
            });
        };
        let age = i64::try_from(age_ms).unwrap_or(i64::MAX);
        let since = self.phone.now_ms()?.saturating_sub(age);
        Ok(self.style.say(
            "items-waiting",
            &[
                ("count", (waiting as f64).into()),
                ("since", self.style.moment(since).into()),
            ],
        ))
    }
}
