//! My counters, sorted by what needs doing.

use std::collections::{HashMap, HashSet};

use pakmut_domain::calendar::arabic_digits;
use pakmut_domain::collate::thai_key;
use pakmut_domain::model::{Counter, CounterKind, CounterStatus};
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::envelope::MAX_SEEN;
use pakmut_domain::wire::payload::{CounterProposal, Review};
use pakmut_domain::wire::pull::{ItemRecord, record};
use pakmut_domain::wire::{Kind, Saved};
use pakmut_domain::words::Topic;
use serde::Deserialize;
use uuid::Uuid;

use super::{Screens, reason_words};
use crate::engine::{Phone, PhoneError};
use crate::store::{Item, State};

/// Where a counter stands, in the order of what needs doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The province sent the pin back: pin again.
    SentBack,
    /// The registry refused the pin: mend or discard it.
    Wedged,
    /// No pin yet.
    ToPin,
    /// A pin is saved on this phone, not yet sent.
    Saved,
    /// A pin is at the registry and waits for review.
    Sent,
    /// The pin is approved.
    Approved,
    /// The counter is closed: nothing to do.
    Closed,
}

/// One counter of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// Its id.
    pub counter: Uuid,
    /// Its name.
    pub name: String,
    /// What it is, in words.
    pub kind: String,
    /// Where it is, in words; empty where not known.
    pub address: String,
    /// Where it stands.
    pub standing: Standing,
    /// The same in words.
    pub standing_text: String,
    /// Why it was sent back or refused, and what the officer wrote.
    pub reason: Option<String>,
    /// The pin of this phone that the standing rests on, where it is its own.
    pub item: Option<Uuid>,
    /// That several people pinned it.
    pub conflict: Option<String>,
    /// A sample made for a demonstration, in words.
    pub sample: Option<String>,
    /// Whether it can be pinned.
    pub can_pin: bool,
}

/// My counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountersScreen {
    /// The rows, what needs doing first.
    pub rows: Vec<CounterRow>,
    /// How far: so many of so many pinned.
    pub line: String,
    /// The one quiet line on what waits to be sent.
    pub queue_line: String,
    /// The next thing to do, for the large button: pin this counter.
    pub next: Option<Uuid>,
    /// The button's words.
    pub next_text: Option<String>,
    /// Whether this person keeps the list: may add to it and state it complete.
    pub keeps_list: bool,
    /// What was last stated of the list on this phone.
    pub stated: Option<String>,
    /// Whether that was that it is complete.
    pub complete: bool,
    /// What will be here, where nothing is yet.
    pub empty: Option<String>,
}

/// What of a pin's or a check's payload says whose it is.
#[derive(Deserialize)]
pub(crate) struct Whose {
    /// The counter.
    pub counter: Uuid,
    /// The check that was measured.
    #[serde(default)]
    pub check: Option<Uuid>,
    /// The counter's name, where that was saved with it.
    #[serde(default)]
    pub counter_name: Option<String>,
}

/// The pins of this phone's queue, by counter, the newest last.
fn own_pins(phone: &Phone) -> Result<HashMap<Uuid, Vec<Item>>, PhoneError> {
    let mut pins: HashMap<Uuid, Vec<Item>> = HashMap::new();
    for item in phone.store()?.kept_of_kind(Kind::PIN)? {
        if let Ok(Whose { counter, .. }) = serde_json::from_str(item.envelope.payload.get()) {
            pins.entry(counter).or_default().push(item);
        }
    }
    Ok(pins)
}

/// The counters as the registry has them, with what this phone proposed since.
pub(crate) fn counters(phone: &Phone) -> Result<Vec<Counter>, PhoneError> {
    let mut counters: Vec<Counter> = phone.pulled(record::COUNTER)?;
    for item in phone.store()?.items_of_kind(Kind::COUNTER)? {
        let Ok(said) = serde_json::from_str::<CounterProposal>(item.envelope.payload.get()) else {
            continue;
        };
        match counters.iter_mut().find(|c| c.id == said.counter) {
            Some(counter) if item.state == State::Pending => {
                counter.name = said.name;
                counter.kind = said.kind;
                counter.status = said.status;
                counter.address = said.address;
            }
            Some(_) => {}
            None => counters.push(Counter {
                id: said.counter,
                lao: said.lao,
                name: said.name,
                kind: said.kind,
                status: said.status,
                address: said.address,
                due: true,
                sample: false,
                state: None,
            }),
        }
    }
    Ok(counters)
}

impl Phone {
    /// The ids that a pin of this counter made now has seen: the pins of it that
    /// this phone holds or pulled, and the decisions on them; the newest first,
    /// as many as an item may list.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn seen_of(&self, counter: Uuid) -> Result<Vec<Uuid>, PhoneError> {
        let store = self.store()?;
        let mut seen: Vec<(i64, Uuid)> = Vec::new();
        let mut pins = HashSet::new();
        for item in own_pins(self)?.remove(&counter).unwrap_or_default() {
            // A refused pin never comes to stand: nothing to supersede.
            if item.state != State::Wedged && pins.insert(item.envelope.id) {
                seen.push((item.envelope.saved.best_ms(), item.envelope.id));
            }
        }
        for (key, pin) in store.pulled::<ItemRecord>(record::PIN)? {
            let whose = serde_json::from_str::<Whose>(pin.payload.get());
            let id = key.parse::<Uuid>();
            if let (Ok(whose), Ok(id)) = (whose, id)
                && whose.counter == counter
                && pins.insert(id)
            {
                seen.push((pin.best_ms, id));
            }
        }
        for (key, review) in store.pulled::<ItemRecord>(record::REVIEW)? {
            let said = serde_json::from_str::<Review>(review.payload.get());
            if let (Ok(said), Ok(id)) = (said, key.parse::<Uuid>())
                && pins.contains(&said.pin)
            {
                seen.push((review.best_ms, id));
            }
        }
        seen.sort_by_key(|(at, id)| std::cmp::Reverse((*at, *id)));
        seen.truncate(MAX_SEEN);
        Ok(seen.into_iter().map(|(_, id)| id).collect())
    }
}

impl Screens<'_> {
    /// My counters.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn counters(&self) -> Result<CountersScreen, PhoneError> {
        let mut own = own_pins(self.phone)?;
        let mine = self.phone.account().and_then(|account| account.lao);
        let mut rows = Vec::new();
        let (mut due, mut done) = (0_u32, 0_u32);
        for counter in counters(self.phone)? {
            // An officer pulls the whole province; these are the office's own.
            if mine.is_some_and(|lao| lao != counter.lao) {
                continue;
            }
            let pins = own.remove(&counter.id).unwrap_or_default();
            let row = self.row(&counter, &pins)?;
            if counter.due && counter.status != CounterStatus::Closed {
                due += 1;
                let pinned = [Standing::Saved, Standing::Sent, Standing::Approved];
                done += u32::from(pinned.contains(&row.standing));
            }
            let key = (
                row.standing,
                counter.kind != CounterKind::MainOffice,
                thai_key(&arabic_digits(&row.name)),
            );
            rows.push((key, row));
        }
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        let rows: Vec<CounterRow> = rows.into_iter().map(|(_, row)| row).collect();
        let next = rows.iter().find(|row| {
            row.can_pin && matches!(row.standing, Standing::SentBack | Standing::ToPin)
        });
        let queue = self.phone.queue()?;
        let never_synced = queue.last_success_ms.is_none();
        let empty = rows.is_empty().then(|| {
            let id = if never_synced {
                "screen-counters-not-fetched"
            } else {
                "screen-counters-none"
            };
            self.style.say(id, &[])
        });
        let stated = self.phone.stated_roster()?;
        let complete = stated.as_ref().is_some_and(|one| one.statement.complete);
        let stated = stated.map(|stated| {
            let id = match (stated.statement.complete, stated.sent) {
                (true, true) => "screen-list-complete",
                (true, false) => "screen-list-complete-saved",
                (false, _) => "screen-list-open",
            };
            self.style.say(
                id,
                &[
                    ("count", stated.statement.counters.into()),
                    ("when", self.style.moment(stated.at_ms).into()),
                ],
            )
        });
        Ok(CountersScreen {
            keeps_list: self.phone.keeps_list(),
            stated,
            complete,
            line: self.style.say(
                "screen-counters-line",
                &[("done", done.into()), ("count", due.into())],
            ),
            queue_line: self.queue_line(&queue)?,
            next: next.map(|row| row.counter),
            next_text: next.map(|row| {
                let id = match row.standing {
                    Standing::SentBack => "screen-pin-again",
                    _ => "screen-pin-counter",
                };
                self.style.say(id, &[("name", row.name.as_str().into())])
            }),
            rows,
            empty,
        })
    }

    fn row(&self, counter: &Counter, pins: &[Item]) -> Result<CounterRow, PhoneError> {
        let mut reason = None;
        let newest = pins.last();
        let local = match newest {
            Some(item) if item.state == State::Wedged => {
                reason = item.reason.as_deref().map(|code| self.style.error(code));
                Some((Standing::Wedged, item.envelope.id))
            }
            Some(item) if item.state == State::Pending => Some((Standing::Saved, item.envelope.id)),
            // Sent, and the registry's word on it was not pulled yet.
            Some(item) if !self.is_pulled(item.envelope.id)? => {
                Some((Standing::Sent, item.envelope.id))
            }
            _ => None,
        };
        let state = counter.state;
        let standing = match (counter.status, local, state.map(|s| s.status)) {
            (CounterStatus::Closed, ..) => Standing::Closed,
            (_, Some((standing, _)), _) => standing,
            (_, None, Some(PinStatus::Waiting)) => Standing::Sent,
            (_, None, Some(PinStatus::Approved)) if counter.status == CounterStatus::Moved => {
                Standing::ToPin
            }
            (_, None, Some(PinStatus::Approved)) => Standing::Approved,
            (_, None, Some(PinStatus::SentBack)) => Standing::SentBack,
            (_, None, Some(PinStatus::NotPinned) | None) => Standing::ToPin,
        };
        if standing == Standing::SentBack
            && let Some(review) = state.and_then(|s| s.review)
        {
            reason = self.review_words(review)?;
        }
        let standing_text = self.style.say(
            match standing {
                Standing::SentBack => "item-sent-back",
                Standing::Wedged => "item-wedged",
                Standing::ToPin => "pin-not-pinned",
                Standing::Saved => "item-saved",
                Standing::Sent => "item-sent",
                Standing::Approved => "item-approved",
                Standing::Closed => "screen-counter-closed",
            },
            &[],
        );
        let conflict = state.is_some_and(|s| s.conflict && s.status != PinStatus::Approved);
        Ok(CounterRow {
            counter: counter.id,
            name: counter.name.clone(),
            kind: self.style.say(kind_id(counter.kind), &[]),
            address: counter.address.text.clone(),
            standing,
            standing_text,
            reason,
            item: local.map(|(_, id)| id),
            conflict: conflict.then(|| self.style.say("pin-conflict", &[])),
            sample: counter
                .sample
                .then(|| self.style.say("screen-counter-sample", &[])),
            can_pin: counter.status != CounterStatus::Closed,
        })
    }

    fn is_pulled(&self, pin: Uuid) -> Result<bool, PhoneError> {
        Ok(self.phone.record(record::PIN, &pin.to_string())?.is_some())
    }

    /// Why a pin was sent back, and what the officer wrote.
    fn review_words(&self, review: Uuid) -> Result<Option<String>, PhoneError> {
        let found = self.phone.record(record::REVIEW, &review.to_string())?;
        let said = found.and_then(|found| {
            let item: ItemRecord = serde_json::from_str(&found.body).ok()?;
            serde_json::from_str::<Review>(item.payload.get()).ok()
        });
        Ok(said.and_then(|said| {
            let reason = said
                .reason
                .map(|code| reason_words(self.style, Topic::SentBack, &code));
            let parts: Vec<String> = reason.into_iter().chain(said.note).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        }))
    }

    /// When an item was saved, as well as can be told.
    pub(super) fn saved_text(&self, saved: &Saved) -> String {
        self.style.moment(saved.best_ms())
    }
}

pub(super) fn kind_id(kind: CounterKind) -> &'static str {
    match kind {
        CounterKind::MainOffice => "counter-kind-main-office",
        CounterKind::Branch => "counter-kind-branch",
        CounterKind::OneStop => "counter-kind-one-stop",
        CounterKind::Mobile => "counter-kind-mobile",
    }
}
