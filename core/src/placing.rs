//! From a capture to a pin: what the phone checks by itself, offline, against
//! what it pulled of its scope. The registry checks again.

use pakmut_domain::finding::Finding;
use pakmut_domain::model::Counter;
use pakmut_domain::place::{Area, Limits, Subject, Surroundings, check_placement};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::{Method, Pin};
use pakmut_domain::wire::pull::{ItemRecord, record};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::capture::Captured;
use crate::engine::{Phone, PhoneError};
use crate::model::Provider;

impl Captured {
    /// The pin of this counter that this capture makes, with what the capture
    /// found. A radius that is not known is as wide as can be told.
    #[must_use]
    pub fn pin(&self, counter: Uuid) -> Pin {
        let method = match self.provider {
            Some(Provider::Satellite | Provider::Unknown) => Method::Gnss,
            Some(Provider::Fused | Provider::Network) => Method::Fused,
            None => Method::Hand,
        };
        Pin {
            counter,
            lat: rounded(self.position.lat(), 1e7),
            lon: rounded(self.position.lon(), 1e7),
            radius68_m: self.radius68_m.map(|r| rounded(r, 10.0)),
            radius95_m: self.radius95_m.map(|r| rounded(r, 10.0)),
            method,
            fixes: self.used,
            seconds: rounded(self.duration_s, 10.0),
            findings: self.findings.clone(),
            reason: None,
            note: None,
            photo: None,
        }
    }
}

/// Seven decimals of a degree are a centimetre, one of a metre is enough for a
/// radius; more would only cost bytes.
fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

impl Phone {
    /// What the phone finds about where a pin lies: against the LAO's area, the
    /// pins of the other counters that it pulled, and the verified pin that
    /// this one supersedes.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn placement_findings(&self, pin: &Pin) -> Result<Vec<Finding>, PhoneError> {
        let Ok(position) = Position::new(pin.lat, pin.lon) else {
            return Ok(Vec::new());
        };
        let subject = Subject {
            position,
            radius95_m: pin.radius95_m.unwrap_or(0.0),
        };
        let (mut others, mut superseded) = (Vec::new(), None);
        for counter in self.pulled::<Counter>(record::COUNTER)? {
            let Some(state) = counter.state else { continue };
            let own = counter.id == pin.counter;
            let Some(id) = (if own { state.verified } else { state.shown }) else {
                continue;
            };
            if let Some(subject) = self.pulled_pin(id)? {
                if own {
                    superseded = Some(subject);
                } else {
                    others.push(subject);
                }
            }
        }
        let areas = self.pulled::<Area>(record::AREA)?;
        Ok(check_placement(
            &subject,
            &Surroundings {
                area: areas.first().filter(|_| areas.len() == 1),
                country: None,
                others: &others,
                superseded,
            },
            &Limits::default(),
        ))
    }

    fn pulled_pin(&self, id: Uuid) -> Result<Option<Subject>, PhoneError> {
        let record = self.record(record::PIN, &id.to_string())?;
        Ok(record.and_then(|record| {
            let item: ItemRecord = serde_json::from_str(&record.body).ok()?;
            let pin: Pin = serde_json::from_str(item.payload.get()).ok()?;
            Some(Subject {
                position: Position::new(pin.lat, pin.lon).ok()?,
                radius95_m: pin.radius95_m.unwrap_or(0.0),
            })
        }))
    }

    /// Every pulled record of a kind that this version can read.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn pulled<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, PhoneError> {
        let found = self.store()?.pulled(kind)?;
        Ok(found.into_iter().map(|(_, body)| body).collect())
    }
}
