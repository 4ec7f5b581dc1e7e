//! What a declaration must hold to, on the phone before it is saved and in the
//! registry again.

use super::catalogue::{Catalogue, Pair};
use super::code::Code;
use super::day::Day;
use super::declaration::{
    Basis, Declaration, EARLIEST_SINCE, LegalReason, MAX_LAW_CHARS, MAX_NOTE_CHARS, Practice,
};

/// What makes a declaration unacceptable by itself or against the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationError {
    /// `since` lies after the day it is judged on.
    #[error("since {since} lies after today, {today}")]
    SinceInFuture {
        /// The day given.
        since: Day,
        /// Today in Bangkok.
        today: Day,
    },
    /// `since` has a Buddhist year, as a phone may hand it over.
    #[error("since {since} has a Buddhist year; on the wire it is {year}")]
    SinceBuddhistYear {
        /// The day given.
        since: Day,
        /// The year in the common era that was probably meant.
        year: i32,
    },
    /// `since` lies before [`EARLIEST_SINCE`].
    #[error("since {since} lies before {EARLIEST_SINCE}")]
    SinceTooEarly {
        /// The day given.
        since: Day,
    },
    /// Stopped, after copies had been asked for, without the day.
    #[error("stopped without the day since when")]
    SinceMissing,
    /// A day with something that was not stopped.
    #[error("a day since when, but the practice is not 'stopped'")]
    SinceWithoutStop,
    /// Stopped without what it rests on, before and after.
    #[error("stopped without the basis before and after")]
    BasisMissing,
    /// A basis that goes against the practice.
    #[error("basis '{}' goes against practice '{}'", .basis.as_str(), .practice.as_str())]
    BasisContradicts {
        /// The practice.
        practice: Practice,
        /// The basis.
        basis: Basis,
    },
    /// A legal reason or a law for keeping a copy, where none is kept.
    #[error("a reason for keeping a copy, but none is kept")]
    ReasonWithoutCopy,
    /// The reason `other` without the law, or a law without a reason.
    #[error("the reason 'other' needs the law, and a law needs a reason")]
    LawMissing,
    /// A text is too long or has control characters other than line ends.
    #[error("{field} has {chars} characters, {most} plain ones are the most")]
    Text {
        /// Which.
        field: &'static str,
        /// Its length.
        chars: usize,
        /// The most.
        most: usize,
    },
    /// The service is in no catalogue that applies.
    #[error("service '{0}' is in no catalogue for this counter")]
    UnknownService(Code),
    /// The document is in no catalogue that applies.
    #[error("document '{0}' is in no catalogue for this counter")]
    UnknownDocument(Code),
    /// Both are known, but this service does not ask for this document.
    #[error("service '{}' does not ask for document '{}' in any catalogue for this counter", .0.service, .0.document)]
    UnknownPair(Pair),
}

impl DeclarationError {
    /// The stable code that goes over the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SinceInFuture { .. } => "since_in_future",
            Self::SinceBuddhistYear { .. } => "since_buddhist_year",
            Self::SinceTooEarly { .. } => "since_too_early",
            Self::SinceMissing => "since_missing",
            Self::SinceWithoutStop => "since_without_stop",
            Self::BasisMissing => "basis_missing",
            Self::BasisContradicts { .. } => "basis_contradicts",
            Self::ReasonWithoutCopy => "reason_without_copy",
            Self::LawMissing => "law_missing",
            Self::Text { .. } => "declaration_text",
            Self::UnknownService(_) => "unknown_service",
            Self::UnknownDocument(_) => "unknown_document",
            Self::UnknownPair(_) => "unknown_pair",
        }
    }

    /// Every code, for the check that each has its words.
    pub const CODES: &'static [&'static str] = &[
        "since_in_future",
        "since_buddhist_year",
        "since_too_early",
        "since_missing",
        "since_without_stop",
        "basis_missing",
        "basis_contradicts",
        "reason_without_copy",
        "law_missing",
        "declaration_text",
        "unknown_service",
        "unknown_document",
        "unknown_pair",
    ];
}

impl Declaration {
    /// Checks what a declaration says by itself; `today` is the day in Bangkok
    /// on which it is judged.
    ///
    /// # Errors
    /// The first [`DeclarationError`] found.
    pub fn check(&self, today: Day) -> Result<(), DeclarationError> {
        self.check_texts()?;
        match self.practice {
            Practice::Stopped => self.check_stopped(today)?,
            practice => {
                if self.since.is_some() {
                    return Err(DeclarationError::SinceWithoutStop);
                }
                let fitting =
                    |basis: Basis| practice == Practice::Asked && basis == Basis::AskedFor;
                if let Some(basis) = self.after.filter(|after| !fitting(*after)) {
                    return Err(DeclarationError::BasisContradicts { practice, basis });
                }
                if practice == Practice::NotOffered
                    && let Some(basis) = self.before.or(self.proxy)
                {
                    return Err(DeclarationError::BasisContradicts { practice, basis });
                }
            }
        }
        if (self.reason.is_some() || self.law.is_some()) && !self.keeps_copy() {
            return Err(DeclarationError::ReasonWithoutCopy);
        }
        match (self.reason, &self.law) {
            (Some(LegalReason::Other), None) | (None, Some(_)) => Err(DeclarationError::LawMissing),
            _ => Ok(()),
        }
    }

    fn check_stopped(&self, today: Day) -> Result<(), DeclarationError> {
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return Err(DeclarationError::BasisMissing);
        };
        if after == Basis::AskedFor {
            return Err(DeclarationError::BasisContradicts {
                practice: self.practice,
                basis: after,
            });
        }
        let Some(since) = self.since else {
            return if before == Basis::AskedFor {
                Err(DeclarationError::SinceMissing)
            } else {
                Ok(())
            };
        };
        if since > today {
            let year = since.year() - 543;
            // A day that would be past in the common era was written in the other.
            return Err(if year <= today.year() && year >= 1900 {
                DeclarationError::SinceBuddhistYear { since, year }
            } else {
                DeclarationError::SinceInFuture { since, today }
            });
        }
        if since < EARLIEST_SINCE {
            return Err(DeclarationError::SinceTooEarly { since });
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), DeclarationError> {
        let texts = [
            ("note", &self.note, 0, MAX_NOTE_CHARS),
            ("law", &self.law, 1, MAX_LAW_CHARS),
        ];
        for (field, text, least, most) in texts {
            let Some(text) = text else { continue };
            let chars = text.chars().count();
            let plain = text.chars().all(|c| !c.is_control() || c == '\n');
            if chars > most || text.trim().chars().count() < least || !plain {
                return Err(DeclarationError::Text { field, chars, most });
            }
        }
        Ok(())
    }

    /// Checks its service and document: the pair must be in one of the
    /// catalogues that apply to the counter. A registry passes the current one
    /// with the LAO's own additions, and the version that the author had, so
    /// that an item made offline is not refused for a catalogue that moved on.
    ///
    /// # Errors
    /// Which of service, document or pair none of them knows.
    pub fn check_known<'a>(
        &self,
        catalogues: impl IntoIterator<Item = &'a Catalogue>,
    ) -> Result<(), DeclarationError> {
        let pair = self.pair();
        let (mut service, mut document) = (false, false);
        for catalogue in catalogues {
            if catalogue.pairs.contains(&pair) {
                return Ok(());
            }
            service |= catalogue.service(&pair.service).is_some();
            document |= catalogue.document(&pair.document).is_some();
        }
        Err(match (service, document) {
            (false, _) => DeclarationError::UnknownService(pair.service),
            (true, false) => DeclarationError::UnknownDocument(pair.document),
            (true, true) => DeclarationError::UnknownPair(pair),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use uuid::Uuid;

    use crate::wire::ItemHash;

    use super::super::declaration::RULE_IN_EFFECT;
    use super::super::import::starting_catalogue;
    use super::*;

    fn today() -> Day {
        "2026-07-01".parse().unwrap()
    }

    fn stopped() -> Declaration {
        Declaration {
            counter: Uuid::from_u128(1),
            service: "elderly_allowance".parse().unwrap(),
            document: "identity_card".parse().unwrap(),
            catalogue: 1,
            practice: Practice::Stopped,
            since: Some(RULE_IN_EFFECT),
            before: Some(Basis::AskedFor),
            after: Some(Basis::CardReader),
            proxy: None,
            reason: None,
            law: None,
            note: None,
            photo: None,
        }
    }

    fn asked() -> Declaration {
        Declaration {
            practice: Practice::Asked,
            since: None,
            before: None,
            after: None,
            ..stopped()
        }
    }

    #[test]
    fn the_wire_form_is_the_documented_one() {
        let mut full = stopped();
        full.proxy = Some(Basis::OfficerCopies);
        full.reason = Some(LegalReason::Act);
        full.law = Some("พ.ร.บ. ผู้สูงอายุ พ.ศ. 2546 มาตรา 11".into());
        full.note = Some("ติดประกาศหน้าเคาน์เตอร์".into());
        full.photo = Some(ItemHash::of(b"photo"));
        assert_eq!(full.check(today()), Ok(()));
        insta::assert_json_snapshot!("declaration_full", full);
        insta::assert_json_snapshot!("declaration_asked", asked());
        let text = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Declaration>(&text).unwrap(), full);
    }

    fn fault(change: impl FnOnce(&mut Declaration), mut of: Declaration) -> &'static str {
        change(&mut of);
        of.check(today()).map_or_else(|e| e.code(), |()| "fine")
    }

    #[test]
    fn each_fault_has_its_error() {
        let since = |text: &str| {
            let day = text.parse().unwrap();
            fault(|d| d.since = Some(day), stopped())
        };
        assert_eq!(since("2026-07-01"), "fine");
        assert_eq!(since("2026-07-02"), "since_in_future");
        assert_eq!(since("2015-01-01"), "fine");
        assert_eq!(since("2014-12-31"), "since_too_early");
        assert_eq!(since("2561-11-05"), "since_buddhist_year");
        assert_eq!(since("1483-01-01"), "since_too_early");
        assert_eq!(fault(|d| d.since = None, stopped()), "since_missing");
        let never = |d: &mut Declaration| {
            d.since = None;
            d.before = Some(Basis::ViewsOriginal);
        };
        assert_eq!(fault(never, stopped()), "fine");
        assert_eq!(fault(|d| d.after = None, stopped()), "basis_missing");
        assert_eq!(
            fault(|d| d.after = Some(Basis::AskedFor), stopped()),
            "basis_contradicts"
        );
        assert_eq!(
            fault(|d| d.since = Some(RULE_IN_EFFECT), asked()),
            "since_without_stop"
        );
        assert_eq!(
            fault(|d| d.after = Some(Basis::CardReader), asked()),
            "basis_contradicts"
        );
        assert_eq!(
            fault(|d| d.reason = Some(LegalReason::Act), stopped()),
            "reason_without_copy"
        );
        assert_eq!(
            fault(|d| d.reason = Some(LegalReason::Other), asked()),
            "law_missing"
        );
        assert_eq!(
            fault(|d| d.note = Some("ก".repeat(MAX_NOTE_CHARS + 1)), asked()),
            "declaration_text"
        );
        let gone = |d: &mut Declaration| {
            d.practice = Practice::NotOffered;
            d.proxy = Some(Basis::AskedFor);
        };
        assert_eq!(fault(gone, asked()), "basis_contradicts");
        assert_eq!(
            fault(|d| d.practice = Practice::NotOffered, asked()),
            "fine"
        );
    }

    #[test]
    fn what_no_catalogue_knows_is_named() {
        let catalogue = starting_catalogue().unwrap();
        let code = |d: Declaration| {
            d.check_known([&catalogue])
                .map_or_else(|e| e.code(), |()| "fine")
        };
        assert_eq!(code(stopped()), "fine");
        let with = |service: &str, document: &str| Declaration {
            service: service.parse().unwrap(),
            document: document.parse().unwrap(),
            ..stopped()
        };
        assert_eq!(code(with("no_such", "identity_card")), "unknown_service");
        assert_eq!(code(with("complaint_desk", "no_such")), "unknown_document");
        assert_eq!(code(with("complaint_desk", "passport")), "unknown_pair");
        assert!(stopped().check_known([]).is_err());
    }

    #[test]
    fn the_proxy_may_still_be_asked() {
        let mut declaration = stopped();
        declaration.proxy = Some(Basis::AskedFor);
        assert!(declaration.in_force(today(), false));
        assert!(!declaration.in_force(today(), true));
        assert!(!declaration.in_force("2018-11-04".parse().unwrap(), false));
        assert!(declaration.keeps_copy());
    }

    proptest! {
        #[test]
        fn decoding_and_checking_rubbish_never_panics(since in "[0-9]{4}-[01][0-9]-[0-3][0-9]", note in ".{0,40}", practice in "asked|stopped|not_offered|x") {
            let json = serde_json::json!({
                "counter": Uuid::nil(), "service": "a", "document": "b", "catalogue": 1,
                "practice": practice, "since": since, "before": "asked_for", "after": "card_reader", "note": note,
            });
            if let Ok(declaration) = serde_json::from_value::<Declaration>(json) {
                let checked = declaration.check(today());
                if let Err(error) = checked {
                    prop_assert!(DeclarationError::CODES.contains(&error.code()));
                }
            }
        }
    }
}
