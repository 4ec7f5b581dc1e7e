//! The province's work on its officers' phones, offline: how far its LAOs are,
//! which pins wait, decisions that are queued like pins; and the LAO's tasks
//! that come of them. No rule lives here; they are the domain's.

use std::collections::HashMap;

use pakmut_domain::finding::Finding;
use pakmut_domain::model::{Counter, Lao, Role};
use pakmut_domain::resolve::{CounterState, PinFact, PinStatus, ReviewFact, counter_state};
use pakmut_domain::roster::{Part, Tally};
use pakmut_domain::round::{Announcement, Guidance, Round};
use pakmut_domain::suspicion;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::envelope::MAX_SEEN;
use pakmut_domain::wire::payload::{Decision, Pin, Review, SENT_BACK_REASONS};
use pakmut_domain::wire::pull::{ItemRecord, record};
use pakmut_domain::zero_copy::Day;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::store::{Store, StoreError};

/// Why no decision was saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Only an officer decides.
    #[error("only an officer of the province or the department decides")]
    NotAnOfficer,
    /// This phone knows of no such pin.
    #[error("no pin of this id is known here")]
    NoSuchPin,
    /// A pin is sent back for a ready reason.
    #[error("a pin is sent back for one of the ready reasons")]
    ReasonMissing,
}

impl From<StoreError> for ReviewError {
    fn from(error: StoreError) -> Self {
        Self::Phone(error.into())
    }
}

impl ReviewError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NotAnOfficer => "role_not_allowed",
            Self::NoSuchPin => "no_such_pin",
            Self::ReasonMissing => "reason_missing",
        }
    }
}

/// A pin that waits for its review.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingPin {
    /// Its counter.
    pub counter: Counter,
    /// The pin's id.
    pub id: Uuid,
    /// The pin.
    pub pin: Pin,
    /// What phone and registry found.
    pub findings: Vec<Finding>,
    /// When it was saved, milliseconds since 1970 UTC.
    pub saved_ms: i64,
    /// Whether pins stand side by side and one must be chosen.
    pub conflict: bool,
}

/// A pin that was sent back: the counter is to be pinned anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The counter.
    pub counter: Counter,
    /// The pin that was sent back.
    pub pin: Uuid,
    /// Why.
    pub review: Review,
    /// When it was sent back, milliseconds since 1970 UTC; 0 where not known.
    pub at_ms: i64,
    /// What a new pin has seen, so that it answers this one.
    pub seen: Vec<Uuid>,
}

/// How far an LAO is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaoTally {
    /// The LAO.
    pub lao: Lao,
    /// Its counters.
    pub tally: Tally,
}

/// What this phone knows of reviews.
pub struct Reviews<'a> {
    phone: &'a Phone,
}

impl Phone {
    /// Reviews, as whoever is signed in may see them.
    #[must_use]
    pub fn reviews(&self) -> Reviews<'_> {
        Reviews { phone: self }
    }
}

/// An item with its payload.
struct Known<T> {
    id: Uuid,
    best_ms: i64,
    seen: Vec<Uuid>,
    payload: T,
    findings: Vec<Finding>,
    /// Whether only this phone has it: the registry has not told of it yet.
    only_here: bool,
}

/// All counters with their pins and decisions, those of the queue too.
struct Picture {
    counters: Vec<Counter>,
    pins: HashMap<Uuid, Vec<Known<Pin>>>,
    reviews: HashMap<Uuid, Vec<Known<Review>>>,
}

impl Picture {
    fn state(&self, counter: Uuid) -> CounterState {
        let pins = self.pins.get(&counter).map_or(&[][..], Vec::as_slice);
        let facts: Vec<PinFact> = pins
            .iter()
            .map(|pin| PinFact {
                id: pin.id,
                best_ms: pin.best_ms,
                seen: pin.seen.clone(),
            })
            .collect();
        let reviews: Vec<ReviewFact> = pins
            .iter()
            .flat_map(|pin| self.reviews_of(pin.id))
            .map(|review| ReviewFact {
                id: review.id,
                pin: review.payload.pin,
                decision: review.payload.decision,
                seen: review.seen.clone(),
            })
            .collect();
        counter_state(&facts, &reviews)
    }

    fn reviews_of(&self, pin: Uuid) -> &[Known<Review>] {
        self.reviews.get(&pin).map_or(&[][..], Vec::as_slice)
    }

    fn pin(&self, counter: Uuid, id: Uuid) -> Option<&Known<Pin>> {
        self.pins.get(&counter)?.iter().find(|pin| pin.id == id)
    }
}

fn to_review(counter: &Counter, known: &Known<Pin>, conflict: bool) -> WaitingPin {
    WaitingPin {
        counter: counter.clone(),
        id: known.id,
        pin: known.payload.clone(),
        findings: all_findings(known),
        saved_ms: known.best_ms,
        conflict,
    }
}

impl Reviews<'_> {
    /// The pins that wait, the most suspicious first, of equals the oldest.
    /// One that was decided on this phone waits no longer, sent or not.
    ///
    /// # Errors
    /// The disk's.
    pub fn queue(&self) -> Result<Vec<WaitingPin>, ReviewError> {
        let picture = self.picture()?;
        let mut queue: Vec<WaitingPin> = picture
            .counters
            .iter()
            .filter_map(|counter| {
                let state = picture.state(counter.id);
                let known = picture.pin(counter.id, state.shown?)?;
                (state.status == PinStatus::Waiting)
                    .then(|| to_review(counter, known, state.conflict))
            })
            .collect();
        queue.sort_by(|a, b| {
            suspicion::score(&b.findings)
                .total_cmp(&suspicion::score(&a.findings))
                .then(a.saved_ms.cmp(&b.saved_ms))
                .then(a.id.cmp(&b.id))
        });
        Ok(queue)
    }

    /// The pins decided on this phone, each with the newest decision, while the
    /// registry has not told of it: until then it can be changed by another one.
    ///
    /// # Errors
    /// The disk's.
    pub fn decided_here(&self) -> Result<Vec<(WaitingPin, Review)>, ReviewError> {
        let picture = self.picture()?;
        let mut decided = Vec::new();
        for counter in &picture.counters {
            let conflict = picture.state(counter.id).conflict;
            for pin in picture.pins.get(&counter.id).map_or(&[][..], Vec::as_slice) {
                let newest = picture.reviews_of(pin.id).iter().rfind(|r| r.only_here);
                if let Some(review) = newest {
                    decided.push((to_review(counter, pin, conflict), review.payload.clone()));
                }
            }
        }
        decided.sort_by_key(|(pin, _)| (pin.saved_ms, pin.id));
        Ok(decided)
    }

    /// Decides on a pin; the decision is queued like a pin. The id of the item.
    ///
    /// # Errors
    /// [`ReviewError`]; then nothing was saved.
    pub fn decide(
        &self,
        pin: Uuid,
        decision: Decision,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<Uuid, ReviewError> {
        let account = self.phone.account().ok_or(PhoneError::SignedOut)?;
        if !matches!(account.role, Role::Province | Role::Department) {
            return Err(ReviewError::NotAnOfficer);
        }
        let picture = self.picture()?;
        if !picture.pins.values().flatten().any(|known| known.id == pin) {
            return Err(ReviewError::NoSuchPin);
        }
        let sent_back = decision == Decision::SentBack;
        let reason = SENT_BACK_REASONS
            .into_iter()
            .find(|ready| Some(*ready) == reason);
        if sent_back && reason.is_none() {
            return Err(ReviewError::ReasonMissing);
        }
        let review = Review {
            pin,
            decision,
            reason: reason.filter(|_| sent_back).map(str::to_owned),
            note: note
                .map(str::trim)
                .filter(|note| sent_back && !note.is_empty())
                .map(str::to_owned),
        };
        let reviews = picture.reviews_of(pin);
        // The newest, where an item cannot list them all.
        let newest = &reviews[reviews.len().saturating_sub(MAX_SEEN - 1)..];
        let mut seen = vec![pin];
        seen.extend(newest.iter().map(|review| review.id));
        let payload =
            serde_json::to_string(&review).map_err(|e| StoreError::NotJson(e.to_string()))?;
        Ok(self.phone.save(Kind::REVIEW, 1, &payload, &seen, None)?)
    }

    /// The counters whose pin was sent back and not taken anew, oldest first.
    /// A new pin that waits on this phone answers already.
    ///
    /// # Errors
    /// The disk's.
    pub fn tasks(&self) -> Result<Vec<Task>, ReviewError> {
        let picture = self.picture()?;
        let mut tasks: Vec<Task> = picture
            .counters
            .iter()
            .filter_map(|counter| {
                let state = picture.state(counter.id);
                let (pin, review) = (state.shown?, state.review?);
                let known = picture.reviews_of(pin).iter().find(|r| r.id == review)?;
                (state.status == PinStatus::SentBack).then(|| Task {
                    counter: counter.clone(),
                    pin,
                    review: known.payload.clone(),
                    at_ms: known.best_ms,
                    seen: vec![pin, review],
                })
            })
            .collect();
        tasks.sort_by_key(|task| (task.at_ms, task.pin));
        Ok(tasks)
    }

    /// How far each LAO is, by its province, district and name: what is queued
    /// here counted in.
    ///
    /// # Errors
    /// The disk's.
    pub fn progress(&self) -> Result<Vec<LaoTally>, ReviewError> {
        let picture = self.picture()?;
        let mut tallies: HashMap<Uuid, Tally> = HashMap::new();
        for counter in &picture.counters {
            let status = picture.state(counter.id).status;
            if let Some(part) = Part::of(counter.due, counter.status, status) {
                tallies.entry(counter.lao).or_default().count(part);
            }
        }
        let mut all: Vec<LaoTally> = self
            .phone
            .store()?
            .pulled::<Lao>(record::LAO)?
            .into_iter()
            .map(|(_, lao)| LaoTally {
                tally: tallies.remove(&lao.id).unwrap_or_default(),
                lao,
            })
            .collect();
        all.sort_by(|a, b| {
            let key = |one: &LaoTally| {
                (
                    one.lao.province.clone(),
                    one.lao.district.clone(),
                    one.lao.name_th.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        Ok(all)
    }

    /// The round that counts on a day.
    ///
    /// # Errors
    /// The disk's.
    pub fn round(&self, today: Day) -> Result<Option<Round>, ReviewError> {
        let rounds: Vec<Round> = self
            .phone
            .store()?
            .pulled(record::ROUND)?
            .into_iter()
            .map(|(_, round)| round)
            .collect();
        Ok(Round::current(&rounds, today).cloned())
    }

    /// Announcements and reminders with their keys, the newest first.
    ///
    /// # Errors
    /// The disk's.
    pub fn announcements(&self) -> Result<Vec<(String, Announcement)>, ReviewError> {
        let mut all: Vec<(String, Announcement)> =
            self.phone.store()?.pulled(record::ANNOUNCEMENT)?;
        all.sort_by_key(|(_, said)| std::cmp::Reverse(said.published_ms));
        Ok(all)
    }

    /// Guidance and contacts, the newest first.
    ///
    /// # Errors
    /// The disk's.
    pub fn guidance(&self) -> Result<Vec<Guidance>, ReviewError> {
        let mut all: Vec<Guidance> = self
            .phone
            .store()?
            .pulled(record::GUIDANCE)?
            .into_iter()
            .map(|(_, said)| said)
            .collect();
        all.sort_by_key(|said| std::cmp::Reverse(said.published_ms));
        Ok(all)
    }

    fn picture(&self) -> Result<Picture, ReviewError> {
        let store = self.phone.store()?;
        let counters = store.pulled::<Counter>(record::COUNTER)?;
        let mut pins: HashMap<Uuid, Vec<Known<Pin>>> = HashMap::new();
        for pin in known::<Pin>(&store, record::PIN, Kind::PIN)? {
            pins.entry(pin.payload.counter).or_default().push(pin);
        }
        let mut reviews: HashMap<Uuid, Vec<Known<Review>>> = HashMap::new();
        for review in known::<Review>(&store, record::REVIEW, Kind::REVIEW)? {
            reviews.entry(review.payload.pin).or_default().push(review);
        }
        Ok(Picture {
            counters: counters.into_iter().map(|(_, counter)| counter).collect(),
            pins,
            reviews,
        })
    }
}

fn all_findings(known: &Known<Pin>) -> Vec<Finding> {
    let mut all = known.payload.findings.clone();
    for finding in &known.findings {
        if !all.iter().any(|other| other.code == finding.code) {
            all.push(finding.clone());
        }
    }
    all
}

/// All items of a kind: pulled ones, and those of the queue that the registry
/// has not told of yet.
fn known<T: DeserializeOwned>(
    store: &Store,
    record: &str,
    kind: &str,
) -> Result<Vec<Known<T>>, StoreError> {
    let mut all: Vec<Known<T>> = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for (key, item) in store.pulled::<ItemRecord>(record)? {
        if let (Ok(id), Ok(payload)) = (key.parse(), serde_json::from_str(item.payload.get())) {
            ids.insert(id);
            all.push(Known {
                id,
                best_ms: item.best_ms,
                seen: item.seen,
                payload,
                findings: item.findings,
                only_here: false,
            });
        }
    }
    for item in store.items_of_kind(kind)? {
        let envelope = item.envelope;
        if !ids.contains(&envelope.id)
            && let Ok(payload) = serde_json::from_str(envelope.payload.get())
        {
            all.push(Known {
                id: envelope.id,
                best_ms: envelope.saved.best_ms(),
                seen: envelope.seen,
                payload,
                findings: Vec::new(),
                only_here: true,
            });
        }
    }
    Ok(all)
}
