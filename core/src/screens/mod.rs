//! The state behind each screen of the phone, as plain data: the shells show it
//! and decide nothing. Every text comes from the domain's words, in the
//! language and digits that the person chose.

mod about;
mod capture;
mod checks;
mod counter_form;
mod counters;
mod enrol;
mod findings;
mod follow_up;
mod hand;
mod home;
mod photo;
mod pinning;
mod queue;
mod review;
mod review_photo;
mod sign_in;
mod survey;
mod survey_page;
mod sync;
mod zero_copy;

use pakmut_domain::calendar::{DateStyle, Digits, moment_text};
use pakmut_domain::words::{self, Figure, Lang, Topic};

use crate::engine::Phone;

pub use about::AboutScreen;
pub use capture::CaptureScreen;
pub use checks::{CheckRow, ChecksScreen};
pub use counter_form::{CounterFormScreen, KindChoice, StatusChoice};
pub use counters::{CounterRow, CountersScreen, Standing};
pub(crate) use counters::{Whose, counters as all_counters};
pub use enrol::CodeScreen;
pub use findings::{Choice, FindingRow, FindingsScreen};
pub use follow_up::{FollowUpRow, FollowUpScreen, MeetingRow, NewsRow};
pub use hand::{HandScreen, read_hand};
pub use home::{HomeScreen, Tab, TabKind};
pub use photo::{PhotoScreen, StuckPhoto, photo_screen};
pub use pinning::{Pinning, PinningError};
pub use queue::{QueueRow, QueueScreen};
pub use review::{ReviewRow, ReviewScreen};
pub use review_photo::ReviewPhoto;
pub use sign_in::SignInScreen;
pub use survey::{SurveyRow, SurveyScreen};
pub use survey_page::{AnswerInput, DraftRow, SurveyChoice, SurveyItem, SurveyPage};
pub use sync::{SyncScreen, sync_ended, sync_running};
pub use zero_copy::{ZeroCopyLine, ZeroCopyScreen, ZeroCopyService};

/// How a person wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// The digits of Thai text; English always has 0–9.
    pub digits: Digits,
}

impl Style {
    /// A message of the words with its figures.
    #[must_use]
    pub fn say(self, id: &str, figures: &[(&str, Figure)]) -> String {
        self.write(words::text(self.lang, id, figures))
    }

    /// The message of a code.
    #[must_use]
    pub fn coded(self, topic: Topic, code: &str, figures: &[(&str, Figure)]) -> String {
        self.write(words::coded(self.lang, topic, code, figures))
    }

    /// The words of an error.
    #[must_use]
    pub fn error(self, code: &str) -> String {
        self.coded(Topic::Error, code, &[])
    }

    /// A moment, milliseconds since 1970 UTC, as Bangkok's date and time.
    #[must_use]
    pub fn moment(self, unix_ms: i64) -> String {
        self.write(moment_text(unix_ms, self.lang, DateStyle::Short))
    }

    fn write(self, text: String) -> String {
        match (self.lang, self.digits) {
            (Lang::Th, Digits::Thai) => Digits::Thai.write(&text),
            _ => text,
        }
    }
}

/// A place, degrees WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Latitude, north positive.
    pub lat: f64,
    /// Longitude, east positive.
    pub lon: f64,
}

/// Milliseconds as seconds, for a figure.
fn seconds(ms: u64) -> Figure {
    Figure::Number(ms as f64 / 1_000.0)
}

/// The words of a reason: a ready reason's code, or what the person wrote.
fn reason_words(style: Style, topic: Topic, reason: &str) -> String {
    if words::find(style.lang, &topic.id(reason), &[]).is_some() {
        style.coded(topic, reason, &[])
    } else {
        reason.to_owned()
    }
}

/// The screens of whoever is signed in at a phone.
pub struct Screens<'a> {
    phone: &'a Phone,
    style: Style,
}

impl Phone {
    /// The screens of whoever is signed in.
    #[must_use]
    pub fn screens(&self, style: Style) -> Screens<'_> {
        Screens { phone: self, style }
    }
}
