//! Zero Copy of one counter: which copies it still asks for.

use pakmut_domain::words::Lang;
use pakmut_domain::zero_copy::{Basis, Practice, wording};
use uuid::Uuid;

use super::findings::Choice;
use super::{Screens, Style};
use crate::zero_copy::ZeroCopyError;

/// One document of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeroCopyLine {
    /// The document's code.
    pub document: String,
    /// Its name.
    pub name: String,
    /// The code of what is declared; empty where nothing is.
    pub practice: String,
    /// The same in words, with the day where there is one.
    pub standing: String,
    /// How it is done now, in words.
    pub basis: Option<String>,
    /// Whether it waits on this phone.
    pub waits: bool,
    /// That staff declared different things.
    pub conflict: Option<String>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeroCopyService {
    /// Its code.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its documents.
    pub lines: Vec<ZeroCopyLine>,
}

/// A counter's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeroCopyScreen {
    /// So many of so many declared.
    pub line: String,
    /// That the catalogue is the starting set, or its version.
    pub catalogue: String,
    /// The services.
    pub services: Vec<ZeroCopyService>,
    /// What can be declared.
    pub practices: Vec<Choice>,
    /// How it is done now, where no copy is asked for.
    pub bases: Vec<Choice>,
}

impl Screens<'_> {
    /// Zero Copy of one counter.
    ///
    /// # Errors
    /// [`ZeroCopyError::NoCatalogue`] before the first sync, or the disk's.
    pub fn zero_copy(&self, counter: Uuid) -> Result<ZeroCopyScreen, ZeroCopyError> {
        let style = self.style;
        let lang = style.lang;
        let screen = self.phone.zero_copy().screen(counter)?;
        let (declared, all) = screen.declared();
        let mut services: Vec<ZeroCopyService> = Vec::new();
        for line in &screen.lines {
            let code = line.pair.service.as_str();
            if services.last().is_none_or(|last| last.service != code) {
                let named = screen.catalogue.service(&line.pair.service);
                services.push(ZeroCopyService {
                    service: code.to_owned(),
                    name: named.map_or(code, |n| wording::name(lang, n)).to_owned(),
                    lines: Vec::new(),
                });
            }
            let said = line.declaration.as_ref();
            let document = line.pair.document.as_str();
            let named = screen.catalogue.document(&line.pair.document);
            let row = ZeroCopyLine {
                document: document.to_owned(),
                name: named
                    .map_or(document, |n| wording::name(lang, n))
                    .to_owned(),
                practice: said.map_or("", |d| d.practice.as_str()).to_owned(),
                standing: standing(style, said),
                basis: said
                    .and_then(|d| d.after)
                    .map(|basis| wording::basis(lang, basis)),
                waits: line.waits,
                conflict: line.conflict.then(|| wording::label(lang, "conflict")),
            };
            if let Some(service) = services.last_mut() {
                service.lines.push(row);
            }
        }
        let catalogue = if screen.catalogue.starting_set {
            wording::label(lang, "starting-set")
        } else {
            let version = screen.catalogue.version.into();
            style.say("zero-copy-catalogue", &[("version", version)])
        };
        Ok(ZeroCopyScreen {
            line: style.say(
                "screen-zero-copy-line",
                &[("done", declared.into()), ("count", all.into())],
            ),
            catalogue,
            services,
            practices: Practice::ALL
                .into_iter()
                .map(|p| Choice {
                    code: p.as_str().to_owned(),
                    text: wording::practice(lang, Some(p)),
                })
                .collect(),
            bases: bases(lang),
        })
    }
}

fn standing(style: Style, said: Option<&pakmut_domain::zero_copy::Declaration>) -> String {
    let practice = wording::practice(style.lang, said.map(|d| d.practice));
    match said.and_then(|d| d.since) {
        Some(since) => {
            let since = style.write(wording::day(style.lang, since));
            format!(
                "{practice} · {} {since}",
                wording::label(style.lang, "since")
            )
        }
        None => practice,
    }
}

fn bases(lang: Lang) -> Vec<Choice> {
    Basis::ALL
        .into_iter()
        .filter(|basis| *basis != Basis::AskedFor)
        .map(|basis| Choice {
            code: basis.as_str().to_owned(),
            text: wording::basis(lang, basis),
        })
        .collect()
}
