//! What can be told of an item by itself, before anything is locked: whether
//! its envelope and its payload are what they must be, its hash, and where a
//! pin lies. Runs for many batches at once.

use std::sync::Arc;

use pakmut_domain::finding::Finding;
use pakmut_domain::form::{Response, Tally};
use pakmut_domain::place::{self, Limits, Places, Surroundings};
use pakmut_domain::position::{Position, PositionError};
use pakmut_domain::wire::payload::{
    Attendance, CheckMeasurement, CounterProposal, Method, Pin, Review, RosterStatement,
};
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::signature::Signature;
use pakmut_domain::wire::{Envelope, ItemHash, Kind};
use pakmut_domain::zero_copy::{Day, Declaration, OwnService};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use thiserror::Error;
use uuid::Uuid;

use crate::audit::Origin;
use crate::auth::Who;
use crate::clock::now_ms;
use crate::reference::{LaoRef, Reference};

/// The payload version that this registry reads, of every kind.
const PAYLOAD_VERSION: u16 = 1;

/// Why an item is refused for good.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct Refusal {
    /// The stable code.
    pub code: &'static str,
    /// What was wrong, in English.
    pub detail: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    /// The result that its sender gets.
    pub fn result(self, id: Uuid) -> ItemResult {
        ItemResult {
            id,
            result: Outcome::Refused,
            hash: None,
            code: Some(self.code.to_owned()),
            detail: Some(self.detail),
        }
    }
}

/// What an item does.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A pin of a counter.
    Pin(Box<Pin>),
    /// A counter is proposed or changed.
    Counter(CounterProposal),
    /// An LAO's list of counters is complete, or no longer.
    Roster(RosterStatement),
    /// A pin is approved or sent back.
    Review(Review),
    /// A counter is measured once more, to check its pin.
    Check(Box<CheckMeasurement>),
    /// An LAO comes to a meeting, or does not.
    Attendance(Attendance),
    /// Whether a copy is still asked for.
    Declaration(Box<Declaration>),
    /// An LAO's addition to the catalogue.
    OwnService(Box<OwnService>),
    /// A filled survey form.
    Response(Box<Filled>),
}

/// A filled survey form, and whether it fits its form, once that was checked.
#[derive(Debug, Clone)]
pub struct Filled {
    /// What was filled in.
    pub response: Response,
    /// It counted, or why it is refused.
    pub checked: Option<Result<Tally, Refusal>>,
}

impl Effect {
    /// What the item is about.
    pub fn subject(&self) -> Uuid {
        match self {
            Self::Pin(pin) => pin.counter,
            Self::Counter(proposal) => proposal.counter,
            Self::Roster(statement) => statement.lao,
            Self::Review(review) => review.pin,
            Self::Check(measured) => measured.check,
            Self::Attendance(said) => said.lao,
            Self::Declaration(declaration) => declaration.counter,
            Self::OwnService(own) => own.lao,
            // Of a response about no counter, nothing else is ever asked for.
            Self::Response(filled) => filled.response.counter.unwrap_or_default(),
        }
    }
}

/// An item that is what it must be, before it is known who saved it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The envelope.
    pub envelope: Envelope,
    /// The bytes that hash and signature cover.
    pub signed: Vec<u8>,
    /// Its signature.
    pub sig: Option<Signature>,
    /// Whether it is that of its author's current key; not known yet where not.
    pub verified: bool,
    effect: Effect,
}

impl Draft {
    /// The item, saved by this account, and what was found about that.
    pub fn of(self, who: Arc<Who>, authorship: Vec<Finding>, origin: Origin) -> Arrival {
        Arrival {
            hash: ItemHash::of(&self.signed),
            envelope: self.envelope,
            sig: self.sig,
            effect: self.effect,
            who,
            origin,
            authorship,
            placement: None,
        }
    }
}

/// An item that may be stored.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The envelope.
    pub envelope: Envelope,
    /// Its hash.
    pub hash: ItemHash,
    /// Its signature.
    pub sig: Option<Signature>,
    /// What it does.
    pub effect: Effect,
    /// The account that saved it, whoever's session brought it.
    pub who: Arc<Who>,
    /// From where it was brought.
    pub origin: Origin,
    /// What was found about who saved it.
    pub authorship: Vec<Finding>,
    /// What was found about where a pin lies, and the LAO whose area it was
    /// held against.
    pub placement: Option<(i64, Vec<Finding>)>,
}

/// Reads one item of a batch.
///
/// # Errors
/// The result for its sender where it is refused; `Err(None)` where not even an
/// id can be read.
pub fn read(raw: &RawValue) -> Result<Draft, Option<ItemResult>> {
    let envelope: Envelope = serde_json::from_str(raw.get()).map_err(|error| {
        #[derive(Deserialize)]
        struct Named {
            id: Uuid,
        }
        let Named { id } = serde_json::from_str(raw.get()).ok()?;
        Some(Refusal::new("envelope_malformed", error.to_string()).result(id))
    })?;
    let id = envelope.id;
    understand(envelope).map_err(|refusal| Some(refusal.result(id)))
}

/// An item that a page made for a signed-in visitor: nothing is signed, since the
/// page's session says who it is.
///
/// # Errors
/// [`Refusal`] where it is not what it must be.
pub fn made_here(envelope: Envelope, who: &Arc<Who>, origin: Origin) -> Result<Arrival, Refusal> {
    Ok(understand(envelope)?.of(who.clone(), Vec::new(), origin))
}

fn understand(envelope: Envelope) -> Result<Draft, Refusal> {
    envelope
        .check()
        .map_err(|error| Refusal::new(error.code(), error.to_string()))?;
    let sig = envelope
        .sig
        .as_ref()
        .map(|text| text.parse::<Signature>())
        .transpose()
        .map_err(|error| Refusal::new("sig_malformed", error.to_string()))?;
    let kind = envelope.kind.as_str();
    let known = [
        Kind::PIN,
        Kind::COUNTER,
        Kind::ROSTER,
        Kind::REVIEW,
        Kind::CHECK_PIN,
        Kind::ATTENDANCE,
        Kind::DECLARATION,
        Kind::OWN_SERVICE,
        Kind::RESPONSE,
    ];
    if !known.contains(&kind) {
        return Err(Refusal::new(
            "kind_unknown",
            format!("this registry takes no items of kind {kind}"),
        ));
    }
    if envelope.version != PAYLOAD_VERSION {
        return Err(Refusal::new(
            "payload_version_unknown",
            format!(
                "this registry reads version {PAYLOAD_VERSION} of {kind}, not {}",
                envelope.version
            ),
        ));
    }
    let effect = match kind {
        Kind::PIN => Effect::Pin(Box::new(pin(&envelope)?)),
        Kind::COUNTER => Effect::Counter(proposal(&envelope)?),
        Kind::ROSTER => Effect::Roster(payload(&envelope)?),
        Kind::CHECK_PIN => Effect::Check(Box::new(measurement(&envelope)?)),
        Kind::ATTENDANCE => Effect::Attendance(attendance(&envelope)?),
        Kind::DECLARATION => Effect::Declaration(Box::new(declaration(&envelope)?)),
        Kind::OWN_SERVICE => Effect::OwnService(Box::new(payload(&envelope)?)),
        Kind::RESPONSE => Effect::Response(Box::new(Filled {
            response: payload(&envelope)?,
            checked: None,
        })),
        _ => Effect::Review(payload(&envelope)?),
    };
    Ok(Draft {
        signed: envelope.signed_bytes(),
        sig,
        verified: false,
        effect,
        envelope,
    })
}

fn payload<T: DeserializeOwned>(envelope: &Envelope) -> Result<T, Refusal> {
    serde_json::from_str(envelope.payload.get())
        .map_err(|error| Refusal::new("payload_malformed", error.to_string()))
}

fn pin(envelope: &Envelope) -> Result<Pin, Refusal> {
    let pin: Pin = payload(envelope)?;
    match Position::new(pin.lat, pin.lon) {
        // Kept, with its finding, for the province to judge.
        Ok(_) | Err(PositionError::Swapped { .. }) => {}
        Err(error) => return Err(Refusal::new(error.code(), error.to_string())),
    }
    let sound = match (pin.radius68_m, pin.radius95_m) {
        (Some(r68), Some(r95)) => r95 > 0.0 && r95 <= 1e7 && (0.0..=r95).contains(&r68),
        (None, None) => pin.method == Method::Hand,
        _ => false,
    };
    if !sound {
        return Err(Refusal::new(
            "radius_out_of_range",
            "radius95_m must be above 0 and at most 10,000,000, radius68_m 0 to radius95_m; \
             only a position placed by hand has neither",
        ));
    }
    Ok(pin)
}

fn declaration(envelope: &Envelope) -> Result<Declaration, Refusal> {
    let declaration: Declaration = payload(envelope)?;
    let today = Day::in_bangkok(now_ms())
        .ok_or_else(|| Refusal::new("clock_failed", "the registry's clock names no day"))?;
    declaration
        .check(today)
        .map_err(|error| Refusal::new(error.code(), error.to_string()))?;
    Ok(declaration)
}

fn measurement(envelope: &Envelope) -> Result<CheckMeasurement, Refusal> {
    let measured: CheckMeasurement = payload(envelope)?;
    measured
        .check()
        .map_err(|unfit| Refusal::new(unfit.code(), unfit.to_string()))?;
    Ok(measured)
}

fn attendance(envelope: &Envelope) -> Result<Attendance, Refusal> {
    let said: Attendance = payload(envelope)?;
    said.check()
        .map_err(|error| Refusal::new(error.code(), error.to_string()))?;
    Ok(said)
}

fn proposal(envelope: &Envelope) -> Result<CounterProposal, Refusal> {
    let proposal: CounterProposal = payload(envelope)?;
    proposal
        .check()
        .map_err(|error| Refusal::new(error.code(), error.to_string()))?;
    Ok(proposal)
}

/// What the placement of a pin shows against the area of its LAO. What depends
/// on other counters is found when it is looked at ([`crate::neighbours`]), so
/// that the order of arrival does not matter.
pub fn placement(pin: &Pin, lao: Option<&LaoRef>, places: &Places) -> Vec<Finding> {
    let position = match Position::new(pin.lat, pin.lon) {
        Ok(position) => position,
        Err(error) => return error.finding().into_iter().collect(),
    };
    let around = Surroundings {
        area: lao.and_then(|lao| Reference::area(lao, places)),
        country: (!places.areas().is_empty()).then_some(places),
        ..Surroundings::default()
    };
    let subject = place::Subject {
        position,
        radius95_m: pin.radius95_m.unwrap_or(0.0),
    };
    place::check_placement(&subject, &around, &Limits::default())
}
