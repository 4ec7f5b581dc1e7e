//! Signing in: `POST /v1/sessions`, `POST /v1/sessions/refresh`, `DELETE /v1/sessions`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::Account;

/// A username and password, from a device.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
    /// The device's id, made by the phone at its first start.
    pub device: Uuid,
    /// The device's public key for this account, a
    /// [`super::signature::PublicKey`]. Another than the one before takes its
    /// place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
}

/// A refresh token. It is used once: the answer brings the next.
#[derive(Clone, Serialize, Deserialize)]
pub struct Refresh {
    /// The token.
    pub refresh_token: String,
    /// The device.
    pub device: Uuid,
}

/// An open session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// Goes into `Authorization: Bearer …`.
    pub access_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
    /// Brings the next session, once.
    pub refresh_token: String,
    /// Whose session it is.
    pub account: Account,
    /// The registry's clock, milliseconds since 1970 UTC.
    pub server_time: i64,
}
