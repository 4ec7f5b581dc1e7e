//! Errors as the shells get them.

use pakmut_core::attendance::AttendanceError;
use pakmut_core::engine::PhoneError;
use pakmut_core::http::HttpError;
use pakmut_core::photo::TakeError;
use pakmut_core::review::ReviewError;
use pakmut_core::roster::RosterError;
use pakmut_core::screens::{PinningError, Style};
use pakmut_core::surveys::SurveyError;
use pakmut_core::zero_copy::ZeroCopyError;
use pakmut_domain::calendar::Digits;
use pakmut_domain::words::Lang;

/// What a shell does about an error; the text tells the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ErrorKind {
    /// No registry was reached: go on offline.
    Offline,
    /// The registry said no.
    Refused,
    /// Nobody is signed in: show the sign-in.
    SignedOut,
    /// A sync runs: wait for its end.
    Busy,
    /// The phone's file or its store of secrets.
    Storage,
    /// What the person entered wants mending.
    Input,
    /// The object was ended.
    Closed,
    /// What the shell asked cannot be: a fault of the shell.
    Argument,
}

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PakmutError {
    /// The one way to fail, so that shells read it in one place.
    #[error("{code}: {english}")]
    Failed {
        /// What to do about it.
        kind: ErrorKind,
        /// A stable code.
        code: String,
        /// What went wrong and what to do, in Thai.
        thai: String,
        /// The same in English.
        english: String,
        /// More for an administrator, in English; never shown alone.
        detail: Option<String>,
    },
}

const TH: Style = Style {
    lang: Lang::Th,
    digits: Digits::Arabic,
};
const EN: Style = Style {
    lang: Lang::En,
    digits: Digits::Arabic,
};

impl PakmutError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        let Self::Failed { code, .. } = self;
        code
    }

    pub(crate) fn of_code(kind: ErrorKind, code: &str, detail: Option<String>) -> Self {
        Self::Failed {
            kind,
            code: code.to_owned(),
            thai: TH.error(code),
            english: EN.error(code),
            detail,
        }
    }

    /// The object was ended.
    pub(crate) fn closed() -> Self {
        Self::of_code(ErrorKind::Closed, "closed", None)
    }

    /// An argument that cannot be read.
    pub(crate) fn argument(detail: impl std::fmt::Display) -> Self {
        Self::of_code(ErrorKind::Argument, "argument", Some(detail.to_string()))
    }
}

impl From<PhoneError> for PakmutError {
    fn from(error: PhoneError) -> Self {
        let kind = match &error {
            PhoneError::Store(_) | PhoneError::Secret(_) | PhoneError::Random(_) => {
                ErrorKind::Storage
            }
            PhoneError::SignedOut => ErrorKind::SignedOut,
            PhoneError::Refused { .. } | PhoneError::OtherRegistry => ErrorKind::Refused,
            PhoneError::Offline { .. } => ErrorKind::Offline,
            PhoneError::Busy => ErrorKind::Busy,
        };
        Self::Failed {
            kind,
            code: error.code().to_owned(),
            thai: error.words(TH),
            english: error.words(EN),
            detail: Some(error.to_string()),
        }
    }
}

impl From<HttpError> for PakmutError {
    fn from(error: HttpError) -> Self {
        Self::of_code(ErrorKind::Input, error.code(), Some(error.to_string()))
    }
}

impl From<PinningError> for PakmutError {
    fn from(error: PinningError) -> Self {
        match error {
            PinningError::Phone(error) => error.into(),
            PinningError::Photo(error) => error.into(),
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}

impl From<TakeError> for PakmutError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Phone(error) => error.into(),
            other @ TakeError::Photo(_) => {
                Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string()))
            }
        }
    }
}

impl From<SurveyError> for PakmutError {
    fn from(error: SurveyError) -> Self {
        match error {
            SurveyError::Phone(error) => error.into(),
            // An answer's own words have its figures and its question.
            SurveyError::Answer(problem) => Self::Failed {
                kind: ErrorKind::Input,
                code: problem.code.as_str().to_owned(),
                thai: problem.say(Lang::Th),
                english: problem.say(Lang::En),
                detail: None,
            },
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}

impl From<ReviewError> for PakmutError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::Phone(error) => error.into(),
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}

impl From<RosterError> for PakmutError {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::Phone(error) => error.into(),
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}

impl From<AttendanceError> for PakmutError {
    fn from(error: AttendanceError) -> Self {
        match error {
            AttendanceError::Phone(error) => error.into(),
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}

impl From<ZeroCopyError> for PakmutError {
    fn from(error: ZeroCopyError) -> Self {
        match error {
            ZeroCopyError::Phone(error) => error.into(),
            other => Self::of_code(ErrorKind::Input, other.code(), Some(other.to_string())),
        }
    }
}
