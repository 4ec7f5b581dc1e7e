//! Language, the registry's address, about and privacy.

use pakmut_domain::wire::WIRE_VERSION;

use super::Style;
use super::findings::Choice;
use crate::engine::Phone;

/// Language, address, about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutScreen {
    /// The registry's address.
    pub registry: String,
    /// The app's version and the day it was built.
    pub version: String,
    /// This device's id, to tell an administrator.
    pub device: String,
    /// The languages to choose from.
    pub languages: Vec<Choice>,
    /// What the app keeps and sends, a paragraph each.
    pub privacy: Vec<String>,
    /// What was brought over from a damaged file, where one was.
    pub recovered: Option<String>,
}

impl AboutScreen {
    /// The screen for this phone.
    #[must_use]
    pub fn of(phone: &Phone, style: Style) -> Self {
        Self {
            registry: phone.registry().to_owned(),
            version: style.say(
                "screen-version",
                &[
                    ("version", env!("CARGO_PKG_VERSION").into()),
                    ("wire", u32::from(WIRE_VERSION).into()),
                    ("when", style.moment(crate::http::built_ms()).into()),
                ],
            ),
            device: phone.device().to_string(),
            languages: [("th", "ไทย"), ("en", "English")]
                .into_iter()
                .map(|(code, text)| Choice {
                    code: code.to_owned(),
                    text: text.to_owned(),
                })
                .collect(),
            privacy: [
                "screen-privacy-position",
                "screen-privacy-sent",
                "screen-privacy-kept",
            ]
            .into_iter()
            .map(|id| style.say(id, &[]))
            .collect(),
            recovered: phone.recovered().map(|found| {
                style.say(
                    "screen-recovered",
                    &[("count", (found.items as f64).into())],
                )
            }),
        }
    }
}
