//! Passwords, tokens, and who a request comes from.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pakmut_domain::model::{Account, Role};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::app::App;
use crate::clock::now_ms;
use crate::problem::Failure;
use crate::sign_in::account_disabled;
use crate::store::{AccountRow, Manager, Scope};

/// How long an access token lasts, seconds.
pub const ACCESS_SECONDS: u32 = 15 * 60;

/// How long a refresh token lasts, seconds: a phone may be offline for a season.
pub const REFRESH_SECONDS: i64 = 90 * 24 * 3600;

/// How many passwords are hashed at once: each takes 46 MiB.
const HASHED_AT_ONCE: usize = 1;

/// How many more may wait for that.
const WAITING_TO_HASH: usize = 400;

/// OWASP's least for argon2id with one pass: 46 MiB.
const MEMORY_KIB: u32 = 46 * 1024;

/// Why a password could not be hashed.
#[derive(Debug, Error)]
#[error("the password could not be hashed: {reason}")]
pub struct HashError {
    reason: String,
}

impl HashError {
    /// From what the machine says.
    pub fn of(error: impl std::fmt::Display) -> Self {
        Self {
            reason: error.to_string(),
        }
    }
}

/// The account of a request, and what it may see.
#[derive(Debug, Clone)]
pub struct Who {
    /// Its id.
    pub account: Uuid,
    /// The device of its session; on the pages, which have none, the session.
    pub device: Uuid,
    /// What it may do.
    pub role: Role,
    /// Its LAO's number.
    pub lao: Option<i64>,
    /// What it may see and change.
    pub scope: Scope,
    /// Of which version that scope is.
    pub scope_version: i64,
    /// Whether it looks after colleagues.
    pub leads: bool,
    /// The session's chain, or the session on the pages.
    pub family: Uuid,
}

impl Who {
    /// Who an account is, in the session of this chain; none where it may no
    /// longer sign in.
    pub fn of(account: &AccountRow, device: Uuid, family: Uuid) -> Option<Self> {
        if account.disabled {
            return None;
        }
        Some(Self {
            account: account.id,
            device,
            role: account.role,
            lao: account.lao,
            scope: Scope::of(account)?,
            scope_version: account.scope_version,
            leads: account.leads,
            family,
        })
    }
}

impl Who {
    /// The same as one who looks after accounts.
    pub fn manager(&self) -> Manager {
        Manager {
            account: Some(self.account),
            role: self.role,
            scope: self.scope.clone(),
            leads: self.leads,
        }
    }
}

impl Scope {
    /// What an account may see; none where it lacks what its role needs.
    pub fn of(account: &AccountRow) -> Option<Self> {
        match account.role {
            Role::Lao | Role::Tester => account.lao.map(Self::Lao),
            Role::Province => account.province.clone().map(Self::Province),
            Role::Department => Some(Self::Country),
        }
    }
}

impl AccountRow {
    /// The account as it goes over the wire.
    pub fn wire(&self) -> Account {
        Account {
            id: self.id,
            username: self.username.clone(),
            role: self.role,
            lao: self.lao_id,
            province: self.province.clone(),
        }
    }
}

/// Looks at passwords, one at a time.
#[derive(Debug)]
pub struct Gate {
    hashing: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Gate {
    /// A gate where nobody waits.
    pub fn new() -> Self {
        Self {
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            waiting: Semaphore::new(HASHED_AT_ONCE + WAITING_TO_HASH),
        }
    }

    /// Whether a password is right. Without an account the same work is done,
    /// so that the time it takes does not tell which usernames there are.
    ///
    /// # Errors
    /// 429 where too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        self.in_turn(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => {
                let _ = hash_password(&password);
                false
            }
        })
        .await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// 429 where too many wait, 503 where the machine has no randomness.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        Ok(self.in_turn(move || hash_password(&password)).await??)
    }

    /// Does what takes 46 MiB when its turn has come.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let busy = || Failure::busy("sign_in_busy", "Too many are signing in");
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let permit = self
            .hashing
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| busy())
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|error| HashError {
        reason: error.to_string(),
    })?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The argon2id hash of a password, with a salt of its own, in PHC form.
///
/// # Errors
/// [`HashError`] where the machine has no randomness or memory for it.
pub fn hash_password(password: &str) -> Result<String, HashError> {
    let reason = |reason: String| HashError { reason };
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| reason(error.to_string()))?;
    let salt = argon2::password_hash::SaltString::encode_b64(&salt)
        .map_err(|error| reason(error.to_string()))?;
    argon2()?
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| reason(error.to_string()))
}

/// Whether a hash was made with less than what is asked today.
pub fn needs_new_hash(hash: &str) -> bool {
    let asked = argon2().ok().map(|argon2| argon2.params().clone());
    PasswordHash::new(hash).is_ok_and(|hash| {
        hash.algorithm != argon2::ARGON2ID_IDENT
            || Params::try_from(&hash)
                .ok()
                .zip(asked)
                .is_none_or(|(was, asked)| {
                    was.m_cost() < asked.m_cost() || was.t_cost() < asked.t_cost()
                })
    })
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok())
    })
}

/// A token of 32 random bytes in base64url, and its SHA-256.
///
/// # Errors
/// [`HashError`] where the machine has no randomness.
pub fn new_token() -> Result<(String, [u8; 32]), HashError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| HashError {
        reason: error.to_string(),
    })?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = token_hash(&token);
    Ok((token, hash))
}

/// The SHA-256 of a token: all that the database knows of it.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 401 with a code.
pub fn unauthorized(code: &str, title: &str) -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, code, title)
}

/// The signed-in account that a request comes from; 401 without.
#[derive(Debug)]
pub struct Caller(pub Arc<Who>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| {
                let (scheme, token) = value.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
            })
            .ok_or_else(|| unauthorized("token_missing", "Sign in first"))?;
        let hash = token_hash(token);
        let now = now_ms();
        // Asked for each call: whoever was disabled is out at the next one.
        let row = app
            .store
            .read()
            .await?
            .access(&hash)
            .await?
            .ok_or_else(|| unauthorized("token_invalid", "This access token is none of ours"))?;
        if row.expires <= now {
            return Err(unauthorized(
                "token_expired",
                "The access token is over: refresh it",
            ));
        }
        let who = Who::of(&row.account, row.device, row.family)
            .map(Arc::new)
            .ok_or_else(account_disabled)?;
        if !row.confirmed {
            let mut write = app.store.write().await?;
            write.confirm_session(row.family).await?;
            write.commit().await?;
        }
        Ok(Self(who))
    }
}
