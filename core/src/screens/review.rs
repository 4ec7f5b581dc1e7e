//! Review on the phone: the pins that wait, and the decision on one.

use pakmut_domain::collate::thai_key;
use pakmut_domain::model::{Counter, Lao, Role};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{Decision, Pin, Review};
use pakmut_domain::wire::pull::{ItemRecord, record};
use pakmut_domain::words::{self, Topic};
use uuid::Uuid;

use super::findings::{Choice, position_lines};
use super::{Screens, Spot, reason_words};
use crate::engine::{Phone, PhoneError};
use crate::store::StoreError;

/// The ready reasons for sending a pin back.
const REASONS: &[&str] = &[
    "wrong_place",
    "wrong_counter",
    "too_weak",
    "outside_area",
    "duplicate",
    "moved",
    "photo",
    "other",
];

/// One pin that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// The pin.
    pub pin: Uuid,
    /// The counter.
    pub counter: Uuid,
    /// The counter's name.
    pub name: String,
    /// Whose counter it is.
    pub lao: String,
    /// Where it is.
    pub place: Spot,
    /// The position as people read it.
    pub position: Vec<String>,
    /// Its accuracy, or that it was placed by hand.
    pub headline: String,
    /// When it was saved.
    pub saved: String,
    /// What phone and registry found, in words.
    pub findings: Vec<String>,
    /// Why its author saved it all the same, and the author's note.
    pub reason: Option<String>,
    /// The decision of this officer that is saved here and not yet sent.
    pub decided: Option<String>,
    /// That several people pinned it.
    pub conflict: Option<String>,
}

/// The pins that wait.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewScreen {
    /// The pins, by LAO and name; those decided on this phone last.
    pub rows: Vec<ReviewRow>,
    /// How many wait.
    pub line: String,
    /// The ready reasons for sending one back.
    pub reasons: Vec<Choice>,
    /// What will be here, where nothing is.
    pub empty: Option<String>,
}

/// Why a decision was not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Only an officer decides.
    #[error("only an officer of the province decides")]
    NotAnOfficer,
    /// The pin is not on this phone.
    #[error("no pin {0}")]
    NoSuchPin(Uuid),
    /// A pin is sent back without a reason.
    #[error("a reason is wanted")]
    ReasonMissing,
}

impl ReviewError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NotAnOfficer => "role_not_allowed",
            Self::NoSuchPin(_) => "pin_unknown",
            Self::ReasonMissing => "reason_missing",
        }
    }
}

/// The decisions of this phone, newest last: pin, decision.
fn own_decisions(phone: &Phone) -> Result<Vec<(Uuid, Review, bool)>, PhoneError> {
    let mut decisions = Vec::new();
    for item in phone.store()?.items_of_kind(Kind::REVIEW)? {
        if let Ok(review) = serde_json::from_str::<Review>(item.envelope.payload.get()) {
            let pulled = phone.record(record::REVIEW, &item.envelope.id.to_string())?;
            decisions.push((item.envelope.id, review, pulled.is_some()));
        }
    }
    Ok(decisions)
}

impl Screens<'_> {
    /// The pins that wait for a decision in the officer's scope.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn review(&self) -> Result<ReviewScreen, PhoneError> {
        let store = self.phone.store()?;
        let laos: Vec<(String, Lao)> = store.pulled(record::LAO)?;
        let decisions = own_decisions(self.phone)?;
        let mut rows = Vec::new();
        for counter in self.phone.pulled::<Counter>(record::COUNTER)? {
            let Some(state) = counter.state.filter(|s| s.status == PinStatus::Waiting) else {
                continue;
            };
            let Some(id) = state.shown else { continue };
            let Some((pin, item)) = pin_record(self.phone, id)? else {
                continue;
            };
            let lao = laos.iter().find(|(_, lao)| lao.id == counter.lao);
            let decided = decisions.iter().rev().find(|(_, said, _)| said.pin == id);
            rows.push(ReviewRow {
                pin: id,
                counter: counter.id,
                name: counter.name.clone(),
                lao: lao.map_or_else(String::new, |(_, lao)| lao.name_th.clone()),
                place: Spot {
                    lat: pin.lat,
                    lon: pin.lon,
                },
                position: position_lines(pin.lat, pin.lon),
                headline: match pin.radius95_m {
                    Some(radius) => self
                        .style
                        .say("radius-within", &[("radius95_m", radius.into())]),
                    None => self.style.say("capture-placed-by-hand", &[]),
                },
                saved: self.style.moment(item.best_ms),
                findings: pin
                    .findings
                    .iter()
                    .chain(&item.findings)
                    .map(|found| self.style.write(words::finding(self.style.lang, found)))
                    .collect(),
                reason: {
                    let reason = pin.reason.as_deref();
                    let reason = reason.map(|code| reason_words(self.style, Topic::Weak, code));
                    let parts: Vec<String> = reason.into_iter().chain(pin.note.clone()).collect();
                    (!parts.is_empty()).then(|| parts.join(" · "))
                },
                decided: decided.map(|(_, said, _)| {
                    self.style.say(
                        match said.decision {
                            Decision::Approved => "item-approved",
                            Decision::SentBack => "item-sent-back",
                        },
                        &[],
                    )
                }),
                conflict: state.conflict.then(|| self.style.say("pin-conflict", &[])),
            });
        }
        rows.sort_by_cached_key(|row| {
            (
                row.decided.is_some(),
                thai_key(&row.lao),
                thai_key(&row.name),
            )
        });
        let waiting = rows.iter().filter(|row| row.decided.is_none()).count();
        Ok(ReviewScreen {
            line: self
                .style
                .say("screen-review-line", &[("count", waiting.into())]),
            reasons: REASONS
                .iter()
                .map(|code| Choice {
                    code: (*code).to_owned(),
                    text: self.style.coded(Topic::SentBack, code, &[]),
                })
                .collect(),
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-review-empty", &[])),
            rows,
        })
    }
}

fn pin_record(phone: &Phone, id: Uuid) -> Result<Option<(Pin, ItemRecord)>, PhoneError> {
    let found = phone.record(record::PIN, &id.to_string())?;
    Ok(found.and_then(|found| {
        let item: ItemRecord = serde_json::from_str(&found.body).ok()?;
        let pin = serde_json::from_str(item.payload.get()).ok()?;
        Some((pin, item))
    }))
}

impl Phone {
    /// Saves an officer's decision on a pin, having seen the earlier decisions
    /// on it. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`ReviewError`].
    pub fn decide(
        &self,
        pin: Uuid,
        decision: Decision,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<Uuid, ReviewError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?;
        if !matches!(account.role, Role::Province | Role::Department) {
            return Err(ReviewError::NotAnOfficer);
        }
        if pin_record(self, pin)?.is_none() {
            return Err(ReviewError::NoSuchPin(pin));
        }
        let plain = |text: Option<&str>| {
            let text = text.map(str::trim).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let (reason, note) = (plain(reason), plain(note));
        if decision == Decision::SentBack && reason.is_none() {
            return Err(ReviewError::ReasonMissing);
        }
        let store = self.store().map_err(ReviewError::from)?;
        let mut seen: Vec<Uuid> = Vec::new();
        let pulled = store.pulled::<ItemRecord>(record::REVIEW);
        for (key, item) in pulled.map_err(PhoneError::from)? {
            let said = serde_json::from_str::<Review>(item.payload.get());
            if let (Ok(said), Ok(id)) = (said, key.parse())
                && said.pin == pin
            {
                seen.push(id);
            }
        }
        for (id, said, pulled) in own_decisions(self)? {
            if said.pin == pin && !pulled {
                seen.push(id);
            }
        }
        let most = pakmut_domain::wire::envelope::MAX_SEEN;
        let seen = &seen[seen.len().saturating_sub(most)..];
        let review = Review {
            pin,
            decision,
            reason,
            note,
        };
        let payload = serde_json::to_string(&review)
            .map_err(|e| PhoneError::from(StoreError::NotJson(e.to_string())))?;
        Ok(self.save(Kind::REVIEW, 1, &payload, seen, None)?)
    }
}
