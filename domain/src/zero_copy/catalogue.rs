//! The catalogue: which services there are and of which documents each asks a copy.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::Code;

/// The most services, and the most documents, of a catalogue.
pub const MAX_ENTRIES: usize = 500;

/// The most pairs of a catalogue.
pub const MAX_PAIRS: usize = 5_000;

/// The most characters of a name.
pub const MAX_NAME_CHARS: usize = 200;

/// A name in both languages, 1 to [`MAX_NAME_CHARS`] characters each, in NFC,
/// without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its code.
    pub code: Code,
    /// Its name in Thai.
    pub name_th: String,
    /// Its name in English.
    pub name_en: String,
}

/// One service with one document that it asks a copy of, or once did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The service's code.
    pub service: Code,
    /// The document's code.
    pub document: Code,
}

/// Services, documents and which asks for which. The order of services and
/// documents is the publisher's; pairs are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The version, counted up with each publication; 0 before the first.
    pub version: u32,
    /// The starting set that ships, not yet a publication of the department;
    /// labelled as such wherever it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub starting_set: bool,
    /// The services.
    pub services: Vec<Named>,
    /// The documents.
    pub documents: Vec<Named>,
    /// Which service asks for which document.
    pub pairs: BTreeSet<Pair>,
}

impl Catalogue {
    /// The service of this code.
    pub fn service(&self, code: &Code) -> Option<&Named> {
        self.services.iter().find(|s| &s.code == code)
    }

    /// The document of this code.
    pub fn document(&self, code: &Code) -> Option<&Named> {
        self.documents.iter().find(|d| &d.code == code)
    }

    /// The pairs of one service, in the order of the documents' codes.
    pub fn pairs_of<'a>(&'a self, service: &'a Code) -> impl Iterator<Item = &'a Pair> {
        self.pairs.iter().filter(move |p| &p.service == service)
    }

    /// The catalogue with an LAO's own additions, each standing and not
    /// withdrawn. Nothing national is changed by them, and their order does
    /// not matter.
    #[must_use]
    pub fn with_own(&self, own: &[OwnService]) -> Self {
        let mut merged = self.clone();
        let mut additions: Vec<_> = own.iter().filter(|o| !o.withdrawn).collect();
        additions.sort_by(|a, b| a.service.code.cmp(&b.service.code));
        for addition in additions {
            if addition.service.code.is_own() && merged.service(&addition.service.code).is_none() {
                merged.services.push(addition.service.clone());
            }
            for document in addition.documents.iter().filter(|d| d.code.is_own()) {
                if merged.document(&document.code).is_none() {
                    merged.documents.push(document.clone());
                }
            }
            for document in &addition.asks {
                merged.pairs.insert(Pair {
                    service: addition.service.code.clone(),
                    document: document.clone(),
                });
            }
        }
        // A document or service that a later national version dropped leaves no dangling pair.
        let services: BTreeSet<_> = merged.services.iter().map(|s| s.code.clone()).collect();
        let documents: BTreeSet<_> = merged.documents.iter().map(|d| d.code.clone()).collect();
        merged
            .pairs
            .retain(|p| services.contains(&p.service) && documents.contains(&p.document));
        merged
    }

    /// What publishing `next` in place of this one changes.
    pub fn changes(&self, next: &Self) -> CatalogueChanges {
        let services = name_changes(&self.services, &next.services);
        let documents = name_changes(&self.documents, &next.documents);
        CatalogueChanges {
            services,
            documents,
            pairs_added: next.pairs.difference(&self.pairs).cloned().collect(),
            pairs_removed: self.pairs.difference(&next.pairs).cloned().collect(),
        }
    }
}

fn name_changes(before: &[Named], after: &[Named]) -> NameChanges {
    let old: BTreeMap<_, _> = before.iter().map(|n| (&n.code, n)).collect();
    let new: BTreeMap<_, _> = after.iter().map(|n| (&n.code, n)).collect();
    NameChanges {
        added: after
            .iter()
            .filter(|n| !old.contains_key(&n.code))
            .cloned()
            .collect(),
        changed: after
            .iter()
            .filter_map(|n| old.get(&n.code).map(|o| ((*o).clone(), n.clone())))
            .filter(|(o, n)| o != n)
            .collect(),
        removed: before
            .iter()
            .filter(|n| !new.contains_key(&n.code))
            .cloned()
            .collect(),
    }
}

/// What changes among the services, or among the documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameChanges {
    /// New ones.
    pub added: Vec<Named>,
    /// Renamed ones, before and after.
    pub changed: Vec<(Named, Named)>,
    /// Those no longer in it. Declarations on them stay in the history.
    pub removed: Vec<Named>,
}

/// The preview of an import: what publishing it would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueChanges {
    /// Among the services.
    pub services: NameChanges,
    /// Among the documents.
    pub documents: NameChanges,
    /// Pairs to declare that were not there: shown as undeclared afterwards.
    pub pairs_added: Vec<Pair>,
    /// Pairs no longer counted.
    pub pairs_removed: Vec<Pair>,
}

impl CatalogueChanges {
    /// Whether publishing would change nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an LAO adds to the national catalogue: a service of its own, or
/// further documents that it asks for in a national service. The same service
/// again, having seen the earlier addition, changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnService {
    /// Whose it is.
    pub lao: Uuid,
    /// The service: its own under an own code with its names, or a national
    /// one, whose names here are not used.
    pub service: Named,
    /// The documents of its own that `asks` names, with their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Named>,
    /// Of which documents a copy is asked, national or own.
    pub asks: BTreeSet<Code>,
    /// No longer offered, or no longer asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// What makes an addition unacceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnServiceError {
    /// The service is neither in the catalogue nor under an own code.
    #[error("service '{0}' is not in the national catalogue, nor an own code")]
    UnknownService(Code),
    /// A document is neither in the catalogue nor defined by the LAO.
    #[error("document '{0}' is not in the catalogue, nor defined here")]
    UnknownDocument(Code),
    /// A document is defined here under a code that is not an own one.
    #[error("document '{0}' is defined under a code that is not an own one")]
    NotOwn(Code),
    /// A name is empty, too long, or has control characters.
    #[error(
        "a name of '{code}' has {chars} characters, 1 to {MAX_NAME_CHARS} plain ones are accepted"
    )]
    Name {
        /// Whose name.
        code: Code,
        /// Its length.
        chars: usize,
    },
    /// No document is asked for: then there is nothing to declare.
    #[error("the addition asks for no document")]
    NothingAsked,
    /// More than [`MAX_ENTRIES`] documents.
    #[error("{count} documents, the most is {MAX_ENTRIES}")]
    TooMany {
        /// How many.
        count: usize,
    },
}

impl OwnServiceError {
    /// The stable code that goes over the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownService(_) => "unknown_service",
            Self::UnknownDocument(_) => "unknown_document",
            Self::NotOwn(_) => "own_document_code",
            Self::Name { .. } => "catalogue_name",
            Self::NothingAsked => "own_service_asks_nothing",
            Self::TooMany { .. } => "own_service_too_large",
        }
    }
}

impl OwnService {
    /// Checks an addition against the catalogue as the LAO has it now.
    ///
    /// # Errors
    /// The first [`OwnServiceError`] found.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), OwnServiceError> {
        let count = self.documents.len().max(self.asks.len());
        if count > MAX_ENTRIES {
            return Err(OwnServiceError::TooMany { count });
        }
        if self.service.code.is_own() {
            check_names(&self.service)?;
        } else if catalogue.service(&self.service.code).is_none() {
            return Err(OwnServiceError::UnknownService(self.service.code.clone()));
        }
        for document in &self.documents {
            if !document.code.is_own() {
                return Err(OwnServiceError::NotOwn(document.code.clone()));
            }
            check_names(document)?;
        }
        if self.asks.is_empty() && !self.withdrawn {
            return Err(OwnServiceError::NothingAsked);
        }
        let known = |code: &Code| {
            catalogue.document(code).is_some() || self.documents.iter().any(|d| &d.code == code)
        };
        match self.asks.iter().find(|code| !known(code)) {
            Some(code) => Err(OwnServiceError::UnknownDocument(code.clone())),
            None => Ok(()),
        }
    }
}

fn check_names(named: &Named) -> Result<(), OwnServiceError> {
    for name in [&named.name_th, &named.name_en] {
        if !is_name(name) {
            return Err(OwnServiceError::Name {
                code: named.code.clone(),
                chars: name.chars().count(),
            });
        }
    }
    Ok(())
}

/// Whether a text will do as a name: 1 to [`MAX_NAME_CHARS`] characters, not
/// all white, none a control character.
pub fn is_name(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MAX_NAME_CHARS
        && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::import::starting_catalogue;
    use super::*;

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    fn named(text: &str) -> Named {
        Named {
            code: code(text),
            name_th: "ชื่อ".into(),
            name_en: "name".into(),
        }
    }

    fn own(service: &str, documents: &[&str], asks: &[&str]) -> OwnService {
        OwnService {
            lao: Uuid::nil(),
            service: named(service),
            documents: documents.iter().map(|d| named(d)).collect(),
            asks: asks.iter().map(|a| code(a)).collect(),
            withdrawn: false,
        }
    }

    #[test]
    fn an_addition_joins_the_catalogue_and_a_withdrawn_one_leaves_it() {
        let national = starting_catalogue().unwrap();
        let mut pier = own("own_pier", &["own_boat"], &["own_boat", "identity_card"]);
        assert_eq!(pier.check(&national), Ok(()));
        let merged = national.with_own(std::slice::from_ref(&pier));
        assert_eq!(merged.pairs.len(), national.pairs.len() + 2);
        assert!(merged.service(&code("own_pier")).is_some());
        pier.withdrawn = true;
        assert_eq!(national.with_own(&[pier]), national);
    }

    #[test]
    fn a_national_service_keeps_its_names_and_gains_the_document() {
        let national = starting_catalogue().unwrap();
        let merged = national.with_own(&[own("complaint_desk", &[], &["photo"])]);
        assert_eq!(merged.services, national.services);
        assert_eq!(merged.pairs_of(&code("complaint_desk")).count(), 2);
    }

    #[test]
    fn each_fault_of_an_addition_has_its_error() {
        let national = starting_catalogue().unwrap();
        for (addition, expected) in [
            (own("no_such", &[], &["photo"]), "unknown_service"),
            (own("own_pier", &[], &["own_boat"]), "unknown_document"),
            (own("own_pier", &["boat"], &["photo"]), "own_document_code"),
            (own("own_pier", &[], &[]), "own_service_asks_nothing"),
        ] {
            assert_eq!(addition.check(&national).unwrap_err().code(), expected);
        }
        let mut nameless = own("own_pier", &[], &["photo"]);
        nameless.service.name_en = " ".into();
        assert_eq!(
            nameless.check(&national).unwrap_err().code(),
            "catalogue_name"
        );
    }

    #[test]
    fn the_preview_tells_added_changed_and_removed() {
        let old = starting_catalogue().unwrap();
        let mut new = old.clone();
        new.services[0].name_th = "แจ้งการเกิด".into();
        let gone = new.documents.pop().unwrap();
        new.pairs.retain(|p| p.document != gone.code);
        new.documents.push(named("vaccination_record"));
        new.pairs.insert(Pair {
            service: code("child_centre"),
            document: code("vaccination_record"),
        });
        let changes = old.changes(&new);
        assert_eq!(changes.services.changed.len(), 1);
        assert_eq!(changes.documents.added.len(), 1);
        assert_eq!(changes.documents.removed, vec![gone]);
        assert_eq!(changes.pairs_added.len(), 1);
        assert_eq!(
            changes.pairs_removed.len(),
            old.pairs.len() + 1 - new.pairs.len()
        );
        assert!(old.changes(&old).is_empty());
    }
}
