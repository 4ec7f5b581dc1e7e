//! The survey forms that this phone has.

use std::collections::HashMap;

use pakmut_domain::wire::Kind;
use serde::Deserialize;

use super::Screens;
use super::survey_page::DraftRow;
use crate::store::State;
use crate::surveys::SurveyError;

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
    /// The half-filled ones, the one changed last first.
    pub drafts: Vec<DraftRow>,
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
    /// [`SurveyError::Phone`].
    pub fn survey(&self) -> Result<SurveyScreen, SurveyError> {
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
            .surveys()
            .forms()?
            .into_iter()
            .map(|form| {
                let (saved, sent) = counts.get(&form.form).copied().unwrap_or_default();
                SurveyRow {
                    title: form.title.get(self.style.lang).to_owned(),
                    line: self.style.say(
                        "screen-survey-line",
                        &[("count", saved.into()), ("sent", sent.into())],
                    ),
                    form: form.form,
                    version: form.version,
                }
            })
            .collect();
        rows.sort_by(|a, b| a.form.cmp(&b.form).then_with(|| b.version.cmp(&a.version)));
        let drafts = self.survey_drafts()?;
        Ok(SurveyScreen {
            drafts,
            empty: rows
                .is_empty()
                .then(|| self.style.say("screen-survey-empty", &[])),
            rows,
        })
    }
}
