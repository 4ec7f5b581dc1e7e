//! Enrolling with a one-time code, and a new password by one:
//! `POST /v1/enrolments/preview`, `POST /v1/enrolments`, `POST /v1/password-resets`.
//! Both answer with a session ([`super::session::Session`]).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::Role;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It makes an account.
    Enrol,
    /// It gives an account a new password.
    Reset,
}

/// How the person who uses an account is reached, for the officer above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The person's name.
    pub name: String,
    /// The office's telephone, with its extension.
    pub phone: String,
}

/// Whom a code is for, before it is used.
#[derive(Clone, Serialize, Deserialize)]
pub struct CodeQuestion {
    /// The code.
    pub code: String,
}

/// What a code that counts is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeAnswer {
    /// What it does.
    pub purpose: Purpose,
    /// What the account may do.
    pub role: Role,
    /// The Thai name of the LAO or office that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lao: Option<String>,
    /// Its province's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// The username whose password is reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// When it ends, milliseconds since 1970 UTC.
    pub expires: i64,
}

/// A person enrols.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrol {
    /// The code, as printed or typed.
    pub code: String,
    /// The username that they choose.
    pub username: String,
    /// The password that they choose.
    pub password: String,
    /// How they are reached.
    pub contact: Contact,
    /// The device's id.
    pub device: Uuid,
    /// The device's Ed25519 public key for this account, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
}

/// A person who forgot the password sets a new one.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The code.
    pub code: String,
    /// The new password.
    pub password: String,
    /// The device's id.
    pub device: Uuid,
    /// The device's Ed25519 public key for this account, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
}
