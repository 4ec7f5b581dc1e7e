//! The envelope in which each saved item travels and is kept.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::hash::ItemHash;

/// The most bytes of one item's payload.
pub const MAX_PAYLOAD_BYTES: usize = 128 * 1024;

/// The most ids that an item may list as seen.
pub const MAX_SEEN: usize = 64;

/// What an item is. Kinds are open: a registry refuses one that it does not
/// know, a phone can hold any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(String);

impl Kind {
    /// One captured position of one counter ([`super::payload::Pin`]).
    pub const PIN: &str = "pin";
    /// A second person's blind measurement of a counter ([`super::payload::CheckMeasurement`]).
    pub const CHECK_PIN: &str = "check_pin";
    /// A counter proposed, renamed or closed by its LAO's staff ([`super::payload::CounterProposal`]).
    pub const COUNTER: &str = "counter";
    /// An LAO's statement that its list of counters is complete ([`super::payload::RosterStatement`]).
    pub const ROSTER: &str = "roster";
    /// A provincial officer's decision on a pin ([`super::payload::Review`]).
    pub const REVIEW: &str = "review";
    /// Whether an LAO comes to a meeting ([`super::payload::Attendance`]).
    pub const ATTENDANCE: &str = "attendance";
    /// A filled copy of a survey form.
    pub const RESPONSE: &str = "response";
    /// Whether a service still asks for a copy of a document ([`crate::zero_copy::Declaration`]).
    pub const DECLARATION: &str = "declaration";
    /// A service or documents that an LAO adds to the catalogue ([`crate::zero_copy::OwnService`]).
    pub const OWN_SERVICE: &str = "own_service";

    /// A kind from its name, 1 to 32 of `a-z`, `0-9` and `_`.
    ///
    /// # Errors
    /// [`EnvelopeError::Kind`] where the name is of another form.
    pub fn new(name: impl Into<String>) -> Result<Self, EnvelopeError> {
        let name = name.into();
        if is_kind_name(&name) {
            Ok(Self(name))
        } else {
            Err(EnvelopeError::Kind)
        }
    }

    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_kind_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When an item was saved, by every clock that the phone had. Wall clocks lie,
/// and a Thai phone may hand over the year 2569; the registry orders by
/// [`Saved::best_ms`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The phone's wall clock, milliseconds since 1970 UTC, as it stood.
    pub wall: i64,
    /// Milliseconds of the monotonic clock since the boot that `boot` marks.
    pub mono: i64,
    /// A mark of the boot: monotonic times compare only under equal marks.
    pub boot: Uuid,
    /// Registry time minus wall clock in milliseconds, as last known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// Time by the satellites, milliseconds since 1970 UTC, where a fix gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gnss: Option<i64>,
}

impl Saved {
    /// The best guess at the true time, in milliseconds since 1970 UTC: GNSS
    /// time, else the wall clock corrected by the last known offset.
    pub fn best_ms(&self) -> i64 {
        self.gnss
            .unwrap_or_else(|| self.wall.saturating_add(self.offset.unwrap_or(0)))
    }
}

/// One saved item as it travels: who saved what, when, and knowing of which.
///
/// `payload` is raw JSON, carried and stored byte for byte, so that the hash
/// and the signature hold at both ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// UUIDv7, fixed when the item is saved.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// The version of this kind's payload.
    pub version: u16,
    /// The account of the person who saved it.
    pub account: Uuid,
    /// The device on which it was saved.
    pub device: Uuid,
    /// When it was saved.
    pub saved: Saved,
    /// The ids that its author knew of: the pin it supersedes, the review it
    /// answers. This, not time, orders items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Uuid>,
    /// The item itself.
    pub payload: Box<RawValue>,
    /// Ed25519 signature of [`Envelope::signed_bytes`]
    /// ([`super::signature::Signature`]), by the account's key of that device.
    /// Absent in what phones of wire version 1 saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

/// What makes an envelope unacceptable by itself, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The kind is not 1 to 32 of `a-z`, `0-9` and `_`.
    #[error("kind is not 1 to 32 of a-z, 0-9 and _")]
    Kind,
    /// The id is not a UUIDv7.
    #[error("id is not a UUIDv7")]
    Id,
    /// The payload is not a JSON object.
    #[error("payload is not a JSON object")]
    NotAnObject,
    /// The payload has more than [`MAX_PAYLOAD_BYTES`].
    #[error("payload has {bytes} bytes, the most is {MAX_PAYLOAD_BYTES}")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// The payload has the character U+0000, which PostgreSQL cannot hold in text.
    #[error("payload has the character U+0000")]
    Nul,
    /// More than [`MAX_SEEN`] ids are listed as seen.
    #[error("seen lists {count} ids, the most is {MAX_SEEN}")]
    Seen {
        /// How many it lists.
        count: usize,
    },
}

impl EnvelopeError {
    /// The stable code that goes over the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind => "envelope_kind",
            Self::Id => "envelope_id",
            Self::NotAnObject => "payload_not_an_object",
            Self::TooLarge { .. } => "payload_too_large",
            Self::Nul => "payload_nul",
            Self::Seen { .. } => "envelope_seen",
        }
    }
}

impl Envelope {
    /// Checks what holds for every kind.
    ///
    /// # Errors
    /// The first [`EnvelopeError`] found.
    pub fn check(&self) -> Result<(), EnvelopeError> {
        if !is_kind_name(self.kind.as_str()) {
            return Err(EnvelopeError::Kind);
        }
        if self.id.get_version_num() != 7 {
            return Err(EnvelopeError::Id);
        }
        if self.seen.len() > MAX_SEEN {
            return Err(EnvelopeError::Seen {
                count: self.seen.len(),
            });
        }
        let raw = self.payload.get();
        if raw.len() > MAX_PAYLOAD_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: raw.len() });
        }
        if !raw.starts_with('{') {
            return Err(EnvelopeError::NotAnObject);
        }
        if has_nul(raw) {
            return Err(EnvelopeError::Nul);
        }
        Ok(())
    }

    /// The bytes that the hash and the signature cover: every field but `sig`,
    /// in the order below, after a line that names the format.
    ///
    /// `pakmut-envelope-1\n`, then each of id, kind, version, account, device,
    /// saved.wall, saved.mono, saved.boot, saved.offset, saved.gnss, seen,
    /// payload as a netstring (`LENGTH:BYTES,`, LENGTH in decimal bytes). Ids
    /// are lower-case and hyphenated, numbers decimal, an absent value empty,
    /// `seen` its ids joined by commas in their order, `payload` its bytes as
    /// they are.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let raw = self.payload.get();
        let mut out = Vec::with_capacity(320 + self.seen.len() * 37 + raw.len());
        out.extend_from_slice(b"pakmut-envelope-1\n");
        let mut id = Uuid::encode_buffer();
        netstring(
            &mut out,
            self.id.hyphenated().encode_lower(&mut id).as_bytes(),
        );
        netstring(&mut out, self.kind.as_str().as_bytes());
        netstring(&mut out, self.version.to_string().as_bytes());
        netstring(
            &mut out,
            self.account.hyphenated().encode_lower(&mut id).as_bytes(),
        );
        netstring(
            &mut out,
            self.device.hyphenated().encode_lower(&mut id).as_bytes(),
        );
        netstring(&mut out, self.saved.wall.to_string().as_bytes());
        netstring(&mut out, self.saved.mono.to_string().as_bytes());
        netstring(
            &mut out,
            self.saved
                .boot
                .hyphenated()
                .encode_lower(&mut id)
                .as_bytes(),
        );
        for optional in [self.saved.offset, self.saved.gnss] {
            netstring(
                &mut out,
                optional
                    .map(|v| v.to_string())
                    .unwrap_or_default()
                    .as_bytes(),
            );
        }
        let seen: Vec<String> = self
            .seen
            .iter()
            .map(|s| s.hyphenated().to_string())
            .collect();
        netstring(&mut out, seen.join(",").as_bytes());
        netstring(&mut out, raw.as_bytes());
        out
    }

    /// The hash that a receipt must carry.
    pub fn hash(&self) -> ItemHash {
        ItemHash::of(&self.signed_bytes())
    }
}

fn netstring(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes.len().to_string().as_bytes());
    out.push(b':');
    out.extend_from_slice(bytes);
    out.push(b',');
}

/// Whether raw JSON text holds U+0000, written as it must be: the escape
/// `\u0000` after an even number of backslashes.
fn has_nul(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    raw.match_indices("\\u0000").any(|(at, _)| {
        let before = bytes[..at]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        before % 2 == 0
    })
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    pub(in crate::wire) fn envelope(payload: &str) -> Envelope {
        Envelope {
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            kind: Kind::new(Kind::PIN).unwrap(),
            version: 1,
            account: "01890a5d-ac96-774b-bcce-000000000001".parse().unwrap(),
            device: "01890a5d-ac96-774b-bcce-000000000002".parse().unwrap(),
            saved: Saved {
                wall: 1_533_866_400_000,
                mono: 5_000,
                boot: "01890a5d-ac96-774b-bcce-000000000003".parse().unwrap(),
                offset: Some(-250),
                gnss: None,
            },
            seen: vec![],
            payload: RawValue::from_string(payload.to_owned()).unwrap(),
            sig: None,
        }
    }

    /// The items of the test vectors, by name.
    pub(in crate::wire) fn vectors() -> [(&'static str, Envelope); 2] {
        let mut seen = envelope("{\"note\":\"หน้าอาคาร\", \"lat\":18.7877000}");
        seen.seen = vec![seen.account, seen.device];
        seen.saved.gnss = Some(1_533_866_399_000);
        [
            ("envelope_plain", envelope("{}")),
            ("envelope_seen_and_gnss", seen),
        ]
    }

    #[test]
    fn the_hashed_bytes_are_those_of_the_test_vectors() {
        for (name, item) in vectors() {
            let text = String::from_utf8(item.signed_bytes()).unwrap();
            insta::assert_snapshot!(name, format!("{text}\nsha256 = {}", item.hash()));
        }
    }

    #[test]
    fn nul_is_found_only_where_it_is_one() {
        assert!(has_nul(r#"{"a":"\u0000"}"#));
        assert!(has_nul(r#"{"a":"\\\u0000"}"#));
        assert!(!has_nul(r#"{"a":"\\u0000"}"#));
    }

    #[test]
    fn each_fault_of_an_envelope_has_its_error() {
        assert_eq!(envelope("[]").check(), Err(EnvelopeError::NotAnObject));
        assert_eq!(
            envelope(r#"{"a":"\u0000"}"#).check(),
            Err(EnvelopeError::Nul)
        );
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_PAYLOAD_BYTES));
        assert!(matches!(
            envelope(&long).check(),
            Err(EnvelopeError::TooLarge { .. })
        ));
        let mut e = envelope("{}");
        e.id = Uuid::nil();
        assert_eq!(e.check(), Err(EnvelopeError::Id));
        let mut e = envelope("{}");
        e.seen = vec![Uuid::nil(); MAX_SEEN + 1];
        assert_eq!(
            e.check(),
            Err(EnvelopeError::Seen {
                count: MAX_SEEN + 1
            })
        );
        assert_eq!(Kind::new("Pin"), Err(EnvelopeError::Kind));
    }

    proptest! {
        /// Two envelopes that differ in any covered field hash differently, and
        /// a trip over the wire changes nothing.
        #[test]
        fn a_trip_over_the_wire_keeps_the_hash(note in ".*", wall: i64, gnss: Option<i64>) {
            let mut item = envelope(&serde_json::json!({ "note": note }).to_string());
            item.saved.wall = wall;
            item.saved.gnss = gnss;
            let text = serde_json::to_string(&item).unwrap();
            let back: Envelope = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.hash(), item.hash());
            item.saved.mono += 1;
            prop_assert_ne!(back.hash(), item.hash());
        }

        /// Decoding never panics, whatever arrives.
        #[test]
        fn decoding_rubbish_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(item) = serde_json::from_slice::<Envelope>(&bytes) {
                let _ = item.check();
            }
        }
    }
}
