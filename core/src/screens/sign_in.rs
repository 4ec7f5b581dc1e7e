//! Signing in.

use super::Style;
use crate::engine::{Phone, PhoneError, SessionState};

/// Signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInScreen {
    /// The registry's address.
    pub registry: String,
    /// The username of who was here last, to fill in.
    pub username: String,
    /// Why a person is asked to sign in, and that nothing is lost.
    pub note: String,
    /// Queues of colleagues on this phone that are not all sent: one line.
    pub others: Option<String>,
}

impl SignInScreen {
    /// The screen for this phone.
    ///
    /// # Errors
    /// Where the files or the store of secrets fail.
    pub fn of(phone: &Phone, style: Style) -> Result<Self, PhoneError> {
        let account = phone.account();
        let note = match phone.session()? {
            SessionState::NeedsPassword => style.say("sync-needs-password", &[]),
            SessionState::SignedOut | SessionState::Active => style.say("screen-sign-in-note", &[]),
        };
        Ok(Self {
            registry: phone.registry().to_owned(),
            username: account.as_ref().map_or("", |a| &a.username).to_owned(),
            note,
            others: others_waiting(phone, style)?,
        })
    }
}

/// What colleagues left unsent on this phone, as one line.
pub(super) fn others_waiting(phone: &Phone, style: Style) -> Result<Option<String>, PhoneError> {
    let mine = phone.account().map(|account| account.id);
    let waiting: u64 = phone
        .queues()?
        .into_iter()
        .filter(|(account, _)| Some(*account) != mine)
        .map(|(_, counts)| counts.pending + counts.wedged)
        .sum();
    Ok((waiting > 0).then(|| {
        let count = (waiting as f64).into();
        style.say("screen-others-waiting", &[("count", count)])
    }))
}

/// Why a sign-in did not work, with how long to wait where the registry said so.
pub(crate) fn sign_in_problem(style: Style, error: &PhoneError) -> String {
    let wait = match error {
        PhoneError::Refused { after_ms, .. } => *after_ms,
        _ => None,
    };
    let figures = wait.map(|ms| ("wait_s", super::seconds(ms)));
    style.coded(
        pakmut_domain::words::Topic::Error,
        error.code(),
        figures.as_slice(),
    )
}

impl PhoneError {
    /// What went wrong and what to do, with its figures.
    #[must_use]
    pub fn words(&self, style: Style) -> String {
        sign_in_problem(style, self)
    }
}
