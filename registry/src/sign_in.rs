//! Whether a username and a password belong together: one rule for phones and pages.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use pakmut_domain::sign_in::fold_username;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::{HashError, needs_new_hash, token_hash, unauthorized};
use crate::clock::now_ms;
use crate::lockout::Counted;
use crate::page::Cookie;
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

/// At what somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A phone, by the id that it made itself.
    Phone(Uuid),
    /// A browser, by the SHA-256 of its cookie.
    Browser([u8; 32]),
    /// A browser that nobody has signed in at.
    NewBrowser,
}

/// Where a sign-in comes from.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    /// From where.
    pub origin: Origin,
    /// At what.
    pub at: At,
}

impl Came {
    /// The same from a phone.
    #[must_use]
    pub fn by_phone(self, device: Uuid) -> Self {
        Self {
            at: At::Phone(device),
            ..self
        }
    }
}

impl FromRequestParts<Arc<App>> for Came {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let origin = Origin::of(&parts.extensions);
        let at = Cookie::Known
            .read(&parts.headers, app.https)
            .map_or(At::NewBrowser, |token| At::Browser(token_hash(token)));
        Ok(Self { origin, at })
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

/// 403: the account may no longer sign in. Told to whoever has its password or
/// its tokens, so that a phone knows what to drop.
pub fn account_disabled() -> Failure {
    Failure::new(
        StatusCode::FORBIDDEN,
        "account_disabled",
        "This account may no longer sign in",
    )
}

/// The account that these credentials belong to.
///
/// # Errors
/// 401 `credentials_wrong` alike for a wrong password and an unknown name; 403
/// `account_disabled` where the password is right; 429 after too many failures
/// and where too many sign in at once.
pub async fn check(app: &App, given: Credentials, came: &Came) -> Result<AccountRow, Failure> {
    let wrong = || unauthorized("credentials_wrong", "Username or password is wrong");
    let Credentials { username, password } = given;
    if username.len() > MAX_FIELD || password.len() > MAX_FIELD || username.contains('\0') {
        return Err(wrong());
    }
    let username = fold_username(&username);
    let mut read = app.store.read().await?;
    let account = read.account_by_name(&username).await?;
    // Asked for a name that nobody has as well: it takes the same time.
    let id = account.as_ref().map_or(Uuid::nil(), |account| account.id);
    let name = token_hash(&username);
    let known = match came.at {
        At::Phone(device) => read
            .knows_device(id, device)
            .await?
            .then(|| token_hash(&device.to_string())),
        At::Browser(hash) => read.knows_browser(id, &hash).await?.then_some(hash),
        At::NewBrowser => None,
    };
    drop(read);
    let counted = match known {
        Some(at) => vec![Counted::Known(name, at)],
        None => {
            let mut counted = vec![Counted::Name(name)];
            if let Origin::Address(address) = came.origin {
                counted.push(Counted::address(address));
            }
            counted
        }
    };
    app.lockout.admit(&counted, now_ms()).map_err(|wait_ms| {
        let seconds = u32::try_from(wait_ms.div_euclid(1000) + 1).unwrap_or(u32::MAX);
        Failure::new(
            StatusCode::TOO_MANY_REQUESTS,
            "sign_in_locked",
            "Too many wrong passwords",
        )
        .retry_after(seconds)
    })?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let who = account.as_ref().map(|account| account.id);
    let right = match app.gate.verify(password.clone(), hash).await {
        Ok(right) => right,
        Err(busy) => {
            app.lockout.undo(&counted, false);
            return Err(busy);
        }
    };
    let Some(account) = account.filter(|_| right) else {
        let act = if app.lockout.is_locked(&counted, now_ms()) {
            Act::SignInLocked
        } else {
            Act::SignInFailed
        };
        let what = serde_json::json!({});
        audit::record_alone(&app.store, who, act, what, came.origin).await?;
        return Err(wrong());
    };
    app.lockout.undo(&counted, true);
    if account.disabled || Scope::of(&account).is_none() {
        return Err(account_disabled());
    }
    if needs_new_hash(&account.password) {
        let hash = app.gate.hash(password).await?;
        let mut write = app.store.write().await?;
        write.set_password(account.id, &hash).await?;
        write.commit().await?;
    }
    Ok(account)
}
