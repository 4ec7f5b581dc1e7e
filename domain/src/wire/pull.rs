//! `GET /v1/pull?cursor=…&point=…`: the changes in a person's scope, a page at a time.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::check_pin::Comparison;

/// The most changes of one page.
pub const PAGE_CHANGES: usize = 500;

/// One page of changes, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PullAnswer {
    /// The registry's epoch.
    pub epoch: Uuid,
    /// The registry's clock, milliseconds since 1970 UTC.
    pub server_time: i64,
    /// Where to go on: opaque to the phone.
    pub cursor: String,
    /// Whether another page waits.
    pub more: bool,
    /// The scope or the epoch changed: what this and the following pages bring
    /// replaces all pulled data. Never the outbox.
    pub reset: bool,
    /// As in [`super::push::PushAnswer::forgot`], for the point that came with the
    /// question.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgot: bool,
    /// The changes.
    pub changes: Vec<Change>,
}

/// One record as it is now, or its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// What it is, a [`record`] name. Open: a phone keeps what it does not know.
    pub record: String,
    /// Its key among its kind.
    pub key: String,
    /// The record; absent when it is gone (a tombstone).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<RawValue>>,
}

/// The names of the records that a pull brings.
pub mod record {
    /// A local administrative organisation ([`crate::model::Lao`]).
    pub const LAO: &str = "lao";
    /// The area of an LAO, a district or a province.
    pub const AREA: &str = "area";
    /// A counter with its state ([`crate::model::Counter`]).
    pub const COUNTER: &str = "counter";
    /// A pin that the registry holds, of one's own scope.
    pub const PIN: &str = "pin";
    /// A decision on a pin.
    pub const REVIEW: &str = "review";
    /// The accuracy policy.
    pub const POLICY: &str = "policy";
    /// The round.
    pub const ROUND: &str = "round";
    /// An announcement of the department, or a reminder of the province.
    pub const ANNOUNCEMENT: &str = "announcement";
    /// A survey form.
    pub const FORM: &str = "form";
    /// The national catalogue of services and documents ([`crate::zero_copy::Catalogue`]).
    pub const CATALOGUE: &str = "catalogue";
    /// An addition to it of an LAO's own scope, superseded ones too ([`super::ItemRecord`]).
    pub const OWN_SERVICE: &str = "own_service";
    /// A declaration of an LAO's own scope, superseded ones too ([`super::ItemRecord`]).
    pub const DECLARATION: &str = "declaration";
    /// What was said of coming to a meeting, of one's own scope, earlier answers
    /// too ([`super::ItemRecord`]).
    pub const ATTENDANCE: &str = "attendance";
    /// A counter to be measured once more ([`super::CheckTask`]), for those who may.
    pub const CHECK: &str = "check";
    /// Guidance documents and contacts.
    pub const GUIDANCE: &str = "guidance";
    /// How far the LAO, or the province, is.
    pub const PROGRESS: &str = "progress";
    /// The person's own account as the registry sees it ([`crate::model::Account`]).
    pub const ACCOUNT: &str = "account";
}

/// The body of a [`record::PIN`], [`record::REVIEW`], [`record::DECLARATION`],
/// [`record::OWN_SERVICE`] or [`record::ATTENDANCE`]: an item that the registry holds, under its id as the
/// key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ItemRecord {
    /// Who saved it.
    pub account: Uuid,
    /// When, [`super::Saved::best_ms`]: milliseconds since 1970 UTC.
    pub best_ms: i64,
    /// What its author had seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Uuid>,
    /// The item's payload, byte for byte.
    pub payload: Box<RawValue>,
    /// What the registry's own checks found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<crate::finding::Finding>,
}

/// The body of a [`record::CHECK`]: a counter whose pin was drawn to be checked, for
/// those who may measure it. Neither the pin nor anything that tells where it lies
/// or why it was drawn comes with it. It ends once somebody measured; only whoever
/// did keeps it, with what it said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckTask {
    /// The counter.
    pub counter: Uuid,
    /// Its name in Thai.
    pub name: String,
    /// Where it is, in words, as far as that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Whose it is.
    pub lao: Uuid,
    /// The name of that LAO in Thai.
    pub lao_name: String,
    /// What one's own measurement said, once it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Comparison>,
    /// Whether somebody else's arrived before one's own, which is kept and does
    /// not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken: bool,
}
