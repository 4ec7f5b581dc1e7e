//! One service's one document at one counter: is a copy still asked for?

use serde::{Deserialize, Serialize};
use time::macros::date;
use uuid::Uuid;

use super::catalogue::Pair;
use super::code::Code;
use super::day::Day;
use crate::wire::ItemHash;

/// The version of the payload that this build writes.
pub const DECLARATION_VERSION: u16 = 1;

/// The most characters of a note.
pub const MAX_NOTE_CHARS: usize = 1_000;

/// The most characters of the law named as a reason.
pub const MAX_LAW_CHARS: usize = 300;

/// The first day since which a counter can have stopped: 1 January 2558
/// (2015), the year of the Licensing Facilitation Act; nobody stopped before.
pub const EARLIEST_SINCE: Day = Day::of(date!(2015 - 01 - 01));

/// The day on which the rule for agencies took effect, 5 November 2561 (2018):
/// what a screen offers first as the day since which copies are not asked for.
pub const RULE_IN_EFFECT: Day = Day::of(date!(2018 - 11 - 05));

/// Whether copies are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Practice {
    /// A copy is still asked for.
    Asked,
    /// No copy is asked for, since a day or as ever.
    Stopped,
    /// This counter does not offer the service, so nothing is due.
    NotOffered,
}

impl Practice {
    /// Every practice.
    pub const ALL: [Self; 3] = [Self::Asked, Self::Stopped, Self::NotOffered];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Stopped => "stopped",
            Self::NotOffered => "not_offered",
        }
    }
}

/// How a document is dealt with: what the practice rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The citizen is asked to bring a copy.
    AskedFor,
    /// The officer views the original and gives it back.
    ViewsOriginal,
    /// The officer makes the copy, free of charge.
    OfficerCopies,
    /// The officer reads the card with a reader.
    CardReader,
    /// The officer looks it up in a linked database.
    LinkedDatabase,
    /// The document is no longer needed.
    NotNeeded,
}

impl Basis {
    /// Every basis.
    pub const ALL: [Self; 6] = [
        Self::AskedFor,
        Self::ViewsOriginal,
        Self::OfficerCopies,
        Self::CardReader,
        Self::LinkedDatabase,
        Self::NotNeeded,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AskedFor => "asked_for",
            Self::ViewsOriginal => "views_original",
            Self::OfficerCopies => "officer_copies",
            Self::CardReader => "card_reader",
            Self::LinkedDatabase => "linked_database",
            Self::NotNeeded => "not_needed",
        }
    }

    /// Whether a copy ends up in the office's files.
    pub fn keeps_copy(self) -> bool {
        matches!(self, Self::AskedFor | Self::OfficerCopies)
    }
}

/// Why a copy is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalReason {
    /// An act requires the copy.
    Act,
    /// A ministerial regulation, a rule or a local ordinance requires it.
    Regulation,
    /// Evidence of a payment, kept for the audit.
    Disbursement,
    /// Evidence in a dispute or a case.
    Evidence,
    /// Another, told in `law`.
    Other,
}

impl LegalReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Act,
        Self::Regulation,
        Self::Disbursement,
        Self::Evidence,
        Self::Other,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Regulation => "regulation",
            Self::Disbursement => "disbursement",
            Self::Evidence => "evidence",
            Self::Other => "other",
        }
    }
}

/// A text that is none of the names of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no known name")]
pub struct NotAName(String);

macro_rules! from_name {
    ($($kind:ty),+) => {$(
        impl std::str::FromStr for $kind {
            type Err = NotAName;
            fn from_str(text: &str) -> Result<Self, NotAName> {
                Self::ALL
                    .into_iter()
                    .find(|one| one.as_str() == text)
                    .ok_or_else(|| NotAName(text.to_owned()))
            }
        }
    )+};
}
from_name!(Practice, Basis, LegalReason);

/// The payload of an item of kind `declaration`, version 1. Immutable; a later
/// declaration that saw it supersedes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The counter.
    pub counter: Uuid,
    /// The service's code.
    pub service: Code,
    /// The document's code.
    pub document: Code,
    /// The version of the national catalogue that its author had.
    pub catalogue: u32,
    /// Whether a copy is asked for.
    pub practice: Practice,
    /// The day since which none is asked for. Absent with `asked` and
    /// `not_offered`, and where none was ever asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// How it was before; given with `stopped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Basis>,
    /// How it is now; given with `stopped`, and then not `asked_for`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Basis>,
    /// The proxy's case: how it is now when somebody comes in another's place.
    /// Absent where that makes no difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Basis>,
    /// Why a copy is kept, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<LegalReason>,
    /// The law, its name and section, 1 to [`MAX_LAW_CHARS`] characters; given
    /// with the reason `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// A note, at most [`MAX_NOTE_CHARS`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// SHA-256 of the photo of the posted notice, which travels apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<ItemHash>,
}

impl Declaration {
    /// Its service and document.
    pub fn pair(&self) -> Pair {
        Pair {
            service: self.service.clone(),
            document: self.document.clone(),
        }
    }

    /// Whether a copy ends up in the office's files, of the person's own or of
    /// a proxy's.
    pub fn keeps_copy(&self) -> bool {
        match self.practice {
            Practice::Asked => true,
            Practice::NotOffered => false,
            Practice::Stopped => [self.after, self.proxy]
                .into_iter()
                .flatten()
                .any(Basis::keeps_copy),
        }
    }

    /// Whether no copy may be asked of who comes on that day; `as_proxy` for
    /// one who comes in another's place.
    pub fn in_force(&self, on: Day, as_proxy: bool) -> bool {
        self.practice == Practice::Stopped
            && self.since.is_none_or(|since| on >= since)
            && !(as_proxy && self.proxy == Some(Basis::AskedFor))
    }

    /// Whether two declarations say the same of their pair, whatever their
    /// notes and photos.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |d: &Self| (d.practice, d.since, d.before, d.after, d.proxy, d.reason);
        said(self) == said(other)
    }
}
