//! Whether a username and a password belong together: one rule for phones and pages.

use std::fmt;

use axum::http::StatusCode;
use unicode_normalization::UnicodeNormalization;

use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::{HashError, unauthorized};
use crate::problem::Failure;
use crate::store::{AccountRow, Scope};

/// The most bytes of a username or a password.
const MAX_FIELD: usize = 1024;

/// What a person gave.
pub struct Credentials {
    /// The name, as typed.
    pub username: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        tracing::error!(%error, "no randomness");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "randomness_missing",
            "The registry has no randomness",
        )
    }
}

/// The account that these credentials belong to.
///
/// # Errors
/// 401 `credentials_wrong` alike for a wrong password, an unknown name and a
/// disabled account; 429 where too many sign in at once.
pub async fn check(app: &App, given: Credentials, origin: Origin) -> Result<AccountRow, Failure> {
    let wrong = || unauthorized("credentials_wrong", "Username or password is wrong");
    let Credentials { username, password } = given;
    if username.len() > MAX_FIELD || password.len() > MAX_FIELD || username.contains('\0') {
        return Err(wrong());
    }
    let username: String = username.trim().nfc().collect();
    let account = app.store.read().await?.account_by_name(&username).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let right = app.gate.verify(password, hash).await?;
    let known = account.as_ref().map(|account| account.id);
    let account =
        account.filter(|account| right && !account.disabled && Scope::of(account).is_some());
    if account.is_none() {
        let what = serde_json::json!({});
        audit::record_alone(&app.store, known, Act::SignInFailed, what, origin).await?;
    }
    account.ok_or_else(wrong)
}
