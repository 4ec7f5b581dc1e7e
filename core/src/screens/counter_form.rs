//! Proposing a counter, or changing one.

use pakmut_domain::model::{CounterKind, CounterStatus};
use uuid::Uuid;

use super::Screens;
use super::counters::{counters, kind_id};
use crate::roster::{CounterEntry, RosterError};

/// A kind of counter with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindChoice {
    /// The kind.
    pub kind: CounterKind,
    /// In words.
    pub text: String,
}

/// A status of a counter with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChoice {
    /// The status.
    pub status: CounterStatus,
    /// In words.
    pub text: String,
}

/// A counter as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterFormScreen {
    /// What a person does here.
    pub title: String,
    /// What is filled in already.
    pub entry: CounterEntry,
    /// What it can be.
    pub kinds: Vec<KindChoice>,
    /// Whether it serves; empty for a new one, which does.
    pub statuses: Vec<StatusChoice>,
}

const KINDS: [CounterKind; 4] = [
    CounterKind::MainOffice,
    CounterKind::Branch,
    CounterKind::OneStop,
    CounterKind::Mobile,
];

const STATUSES: [(CounterStatus, &str); 3] = [
    (CounterStatus::Active, "counter-status-active"),
    (CounterStatus::Moved, "counter-status-moved"),
    (CounterStatus::Closed, "counter-status-closed"),
];

impl Screens<'_> {
    /// The form for a new counter, or for one that is changed.
    ///
    /// # Errors
    /// [`RosterError::NoSuchCounter`], or the phone's.
    pub fn counter_form(&self, counter: Option<Uuid>) -> Result<CounterFormScreen, RosterError> {
        let known = match counter {
            None => None,
            Some(id) => {
                let found = counters(self.phone)?.into_iter().find(|c| c.id == id);
                Some(found.ok_or(RosterError::NoSuchCounter(id))?)
            }
        };
        let title = match known {
            None => "screen-counter-new",
            Some(_) => "screen-counter-change",
        };
        let entry = known.map_or_else(
            || CounterEntry {
                counter: None,
                name: String::new(),
                // An LAO's main office is on its list from the start.
                kind: CounterKind::Branch,
                status: CounterStatus::Active,
                address: String::new(),
                postcode: String::new(),
                phone: String::new(),
                extension: String::new(),
            },
            |counter| CounterEntry {
                counter: Some(counter.id),
                name: counter.name,
                kind: counter.kind,
                status: counter.status,
                address: counter.address.text,
                postcode: counter.address.postcode.unwrap_or_default(),
                phone: counter.address.phone.unwrap_or_default(),
                extension: counter.address.extension.unwrap_or_default(),
            },
        );
        let statuses = STATUSES.iter().map(|(status, id)| StatusChoice {
            status: *status,
            text: self.style.say(id, &[]),
        });
        Ok(CounterFormScreen {
            title: self.style.say(title, &[]),
            statuses: statuses.filter(|_| entry.counter.is_some()).collect(),
            entry,
            kinds: KINDS
                .into_iter()
                .map(|kind| KindChoice {
                    kind,
                    text: self.style.say(kind_id(kind), &[]),
                })
                .collect(),
        })
    }
}
