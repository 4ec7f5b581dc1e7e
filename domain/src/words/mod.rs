//! Wording in Thai and English.
//!
//! A message has an id, the same in both languages, and lives in a file per
//! topic, `th/TOPIC.ftl` and `en/TOPIC.ftl` (Fluent, <https://projectfluent.org>),
//! which the program carries in itself. A code's message is `TOPIC-CODE` with
//! hyphens for underscores: `finding-outside-area`.
//!
//! Figures are written without asking the system for a locale: a decimal point,
//! a comma between thousands. The messages call `LENGTH` for metres, `DURATION`
//! for seconds, and `FIXED` for a number with a set count of decimals. Thai
//! numerals are the caller's: `calendar::Digits`.

mod figures;

use std::borrow::Cow;
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::resolver::errors::ReferenceKind;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::finding::Finding;

pub use figures::Figure;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Thai.
    #[default]
    Th,
    /// English.
    En,
}

impl Lang {
    /// Both, Thai first.
    pub const ALL: [Self; 2] = [Self::Th, Self::En];

    /// The language tag, `th` or `en` (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Th => "th",
            Self::En => "en",
        }
    }

    /// From a language tag such as `en-GB`; every other language gets Thai.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") {
            Self::En
        } else {
            Self::Th
        }
    }
}

/// What a code is about; the first part of its message's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What a check found about a pin ([`crate::finding::FindingCode`]).
    Finding,
    /// Why a fix was not used in a capture.
    Refusal,
    /// What to do next in a capture.
    Hint,
    /// Where a capture stands.
    Capture,
    /// How a round of sending ended.
    Sync,
    /// Why a line of a recording could not be read.
    Unread,
    /// Where an item stands on its way.
    Item,
    /// Where a counter's pin stands.
    Pin,
    /// A kind of item.
    Kind,
    /// What became of a reported coordinate.
    Judgement,
    /// Why a pin was sent back: the ready reasons.
    SentBack,
    /// Why a weak pin was saved: the ready reasons.
    Weak,
    /// What went wrong, and what to do.
    Error,
}

impl Topic {
    fn prefix(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Refusal => "refusal",
            Self::Hint => "hint",
            Self::Capture => "capture",
            Self::Sync => "sync",
            Self::Unread => "unread",
            Self::Item => "item",
            Self::Pin => "pin",
            Self::Kind => "kind",
            Self::Judgement => "judgement",
            Self::SentBack => "sent-back",
            Self::Weak => "weak",
            Self::Error => "error",
        }
    }

    /// The id of a code's message.
    #[must_use]
    pub fn id(self, code: &str) -> String {
        format!("{}-{}", self.prefix(), code.replace('_', "-"))
    }
}

/// The messages of a language as the build script packed them: all topics' files,
/// one after the other. The phone carries them, and packed they are a quarter.
fn packed(lang: Lang) -> &'static [u8] {
    match lang {
        Lang::Th => include_bytes!(concat!(env!("OUT_DIR"), "/th.ftl.gz")),
        Lang::En => include_bytes!(concat!(env!("OUT_DIR"), "/en.ftl.gz")),
    }
}

/// The messages of a language, in the order of the files' names.
fn messages(lang: Lang) -> String {
    let mut text = String::new();
    // Packed by this very build: nothing else can be in it.
    let _ = GzDecoder::new(packed(lang)).read_to_string(&mut text);
    text
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> =
    LazyLock::new(|| Lang::ALL.map(bundle));

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    // Only the plural rules hang on this; a test holds that English has its own.
    let language: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // No invisible marks round figures: both languages run from left to right,
    // and the marks would travel into exports and searches.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(figures::plain));
    figures::add_functions(&mut bundle, lang);
    // What cannot be read is left out; a test holds that nothing is.
    let resource = FluentResource::try_new(messages(lang)).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The ids of all messages, in the order of the files.
#[must_use]
pub fn ids() -> Vec<String> {
    messages(Lang::Th)
        .lines()
        .filter_map(|line| {
            let (id, _) = line.split_once(" =")?;
            id.starts_with(|c: char| c.is_ascii_lowercase())
                .then(|| id.to_owned())
        })
        .collect()
}

/// The message of an id with its figures; none when there is no such message.
/// A figure that the message wants and that is not given is shown as a dash.
#[must_use]
pub fn find(lang: Lang, id: &str, figures: &[(&str, Figure)]) -> Option<String> {
    let bundle = match (lang, &*BUNDLES) {
        (Lang::Th, [th, _]) => th,
        (Lang::En, [_, en]) => en,
    };
    let pattern = bundle.get_message(id)?.value()?;
    let mut args = FluentArgs::new();
    for (name, figure) in figures {
        args.set(*name, figure);
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    let missing: Vec<String> = errors.into_iter().filter_map(missing_figure).collect();
    if missing.is_empty() {
        return Some(text.into_owned());
    }
    for name in missing {
        args.set(Cow::Owned(name), FluentValue::from("–"));
    }
    let text = bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
    Some(text.into_owned())
}

fn missing_figure(error: FluentError) -> Option<String> {
    match error {
        FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => {
            Some(id)
        }
        _ => None,
    }
}

/// The message of an id with its figures. An id without a message gives the
/// sentence that this version has no words for it, with the id.
#[must_use]
pub fn text(lang: Lang, id: &str, figures: &[(&str, Figure)]) -> String {
    find(lang, id, figures)
        .or_else(|| find(lang, "unknown-code", &[("code", id.into())]))
        .unwrap_or_else(|| id.to_owned())
}

/// The message of a code with its figures. A code that this version does not
/// know (a newer phone or registry wrote it) is said to be one; an error
/// `http_503` is said with its status.
#[must_use]
pub fn coded(lang: Lang, topic: Topic, code: &str, figures: &[(&str, Figure)]) -> String {
    let by_status = || {
        let status = code
            .strip_prefix("http_")
            .filter(|_| topic == Topic::Error)?;
        find(lang, "error-http", &[("status", status.into())])
    };
    find(lang, &topic.id(code), figures)
        .or_else(by_status)
        .or_else(|| find(lang, "unknown-code", &[("code", code.into())]))
        .unwrap_or_else(|| code.to_owned())
}

/// The words of a finding.
#[must_use]
pub fn finding(lang: Lang, finding: &Finding) -> String {
    let figures: Vec<(&str, Figure)> = finding
        .figures
        .iter()
        .map(|(name, value)| (name.as_str(), Figure::Number(*value)))
        .collect();
    coded(lang, Topic::Finding, finding.code.as_str(), &figures)
}

#[cfg(test)]
mod tests;
