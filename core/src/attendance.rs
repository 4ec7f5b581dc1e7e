//! Whether one's LAO comes to an announced meeting: said offline, like a pin.

use std::collections::HashMap;

use pakmut_domain::model::Role;
use pakmut_domain::round::Announcement;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{Attendance, PeopleAtMeeting};
use pakmut_domain::wire::pull::{ItemRecord, record};
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::store::{State, StoreError};

/// Why nothing was said of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttendanceError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Only an LAO's own people say whether it comes.
    #[error("this account answers for no LAO")]
    NoLao,
    /// The meeting is not on this phone.
    #[error("no such meeting")]
    NoMeeting,
    /// Neither yes nor no was chosen.
    #[error("whether somebody comes is not chosen")]
    Unanswered,
    /// It is over.
    #[error("the meeting is over")]
    Over,
    /// How many people.
    #[error(transparent)]
    People(#[from] PeopleAtMeeting),
}

impl AttendanceError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NoLao => "role_not_allowed",
            Self::NoMeeting => "meeting_unknown",
            Self::Unanswered => "meeting_unanswered",
            Self::Over => "meeting_over",
            Self::People(error) => error.code(),
        }
    }
}

impl From<StoreError> for AttendanceError {
    fn from(error: StoreError) -> Self {
        Self::Phone(error.into())
    }
}

/// What was said last of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was said.
    pub said: Attendance,
    /// Whether it waits on this phone: saved, not yet sent.
    pub waits: bool,
}

impl Phone {
    /// Says whether one's LAO comes to a meeting, as chosen, and with how many
    /// people, as typed; that is not looked at where nobody comes.
    ///
    /// # Errors
    /// [`AttendanceError`]; then nothing was saved.
    pub fn answer_meeting(
        &self,
        meeting: &str,
        will: Option<bool>,
        people: &str,
    ) -> Result<Uuid, AttendanceError> {
        let lao = self.answers_for()?.ok_or(AttendanceError::NoLao)?;
        let announced = self
            .record(record::ANNOUNCEMENT, meeting)?
            .and_then(|found| serde_json::from_str::<Announcement>(&found.body).ok())
            .filter(Announcement::is_meeting)
            .ok_or(AttendanceError::NoMeeting)?;
        if !announced.takes_answers(self.now_ms()?) {
            return Err(AttendanceError::Over);
        }
        let will = will.ok_or(AttendanceError::Unanswered)?;
        let said = Attendance::typed(meeting, lao, will, people);
        said.check()?;
        let payload =
            serde_json::to_string(&said).map_err(|e| StoreError::NotJson(e.to_string()))?;
        Ok(self.save(Kind::ATTENDANCE, 1, &payload, &[], None)?)
    }

    /// What was said last of each meeting, by its key, by whoever answers for the
    /// LAO.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn meeting_answers(&self) -> Result<HashMap<String, Answer>, PhoneError> {
        let store = self.store()?;
        let mut all: Vec<(i64, Answer)> = Vec::new();
        for (_, item) in store.pulled::<ItemRecord>(record::ATTENDANCE)? {
            if let Ok(said) = serde_json::from_str(item.payload.get()) {
                all.push((item.best_ms, Answer { said, waits: false }));
            }
        }
        for item in store.items_of_kind(Kind::ATTENDANCE)? {
            if let Ok(said) = serde_json::from_str(item.envelope.payload.get()) {
                let waits = item.state == State::Pending;
                all.push((item.envelope.saved.best_ms(), Answer { said, waits }));
            }
        }
        // The last of equals stands: what is saved here came after what was pulled.
        all.sort_by_key(|(at, answer)| (*at, answer.said.people));
        Ok(all
            .into_iter()
            .map(|(_, answer)| (answer.said.meeting.clone(), answer))
            .collect())
    }

    /// The LAO for which whoever is signed in answers.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`].
    pub fn answers_for(&self) -> Result<Option<Uuid>, PhoneError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?;
        Ok(account.lao.filter(|_| account.role == Role::Lao))
    }
}
