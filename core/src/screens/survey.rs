//! The survey forms that this phone has.

use std::collections::HashMap;

use pakmut_domain::form::Form;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::record;
use serde::Deserialize;

use super::Screens;
use crate::engine::PhoneError;
use crate::store::State;

/// One form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRow {
    /// The form's id.
    pub form: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// How many copies were filled on this phone, and how many of them arrived.
    pub line: String,
}

/// The survey forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyScreen {
    /// The forms.
    pub rows: Vec<SurveyRow>,
    /// What will be here, where nothing is yet.
    pub empty: Option<String>,
}

/// What of a response says which form it fills.
#[derive(Deserialize)]
struct Filled {
    form: String,
}

impl Screens<'_> {
    /// The survey forms, each in the version that is in use.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn survey(&self) -> Result<SurveyScreen, PhoneError> {
        let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
        for item in self.phone.store()?.items_of_kind(Kind::RESPONSE)? {
            if let Ok(filled) = serde_json::from_str::<Filled>(item.envelope.payload.get()) {
                let (saved, sent) = counts.entry(filled.form).or_default();
                *saved += 1;
                *sent += u32::from(item.state == State::Sent);
            }
        }
        let mut rows: Vec<SurveyRow> = self
            .phone
            .pulled::<Form>(record::FORM)?
            .into_iter()
            .map(|form| {
                let (saved, sent) = counts.get(&form.id).copied().unwrap_or_default();
                SurveyRow {
                    title: form.title.get(self.style.lang).to_owned(),
                    line: self.style.say(
                        "screen-survey-line",
                        &[("count", saved.into()), ("sent", sent.into())],
                    ),
                    form: form.id,
                    version: form.version,
                }
            })
            .collect();
        rows.sort_by(|a, b| a.form.cmp(&b.form).then_with(|| b.version.cmp(&a.version)));
        Ok(SurveyScreen {
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-survey-empty", &[])),
            rows,
        })
    }
}
