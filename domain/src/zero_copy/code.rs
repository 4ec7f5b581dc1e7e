//! The codes by which services and documents are known.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the code of an LAO's own service or document begins with, so that no
/// later national catalogue can collide with it.
pub const OWN_PREFIX: &str = "own_";

/// The most characters of a code.
pub const MAX_CODE: usize = 48;

/// A stable code of a service or a document: 1 to [`MAX_CODE`] of `a-z`, `0-9`
/// and `_`. It never changes its meaning; names may.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// A text that is no [`Code`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a code: 1 to {MAX_CODE} of a-z, 0-9 and _")]
pub struct NotACode;

impl Code {
    /// The code of an LAO's own service or document, made from a fresh id.
    pub fn own(id: Uuid) -> Self {
        Self(format!("{OWN_PREFIX}{}", id.simple()))
    }

    /// Whether it belongs to an LAO's own additions.
    pub fn is_own(&self) -> bool {
        self.0.starts_with(OWN_PREFIX)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Code {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=MAX_CODE).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text))
        } else {
            Err(NotACode)
        }
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn codes_are_plain_and_short() {
        assert!("identity_card".parse::<Code>().is_ok());
        for bad in ["", "Identity", "บัตร", "a b", &"x".repeat(MAX_CODE + 1)] {
            assert_eq!(bad.parse::<Code>(), Err(NotACode), "{bad}");
        }
    }

    #[test]
    fn an_own_code_is_one_and_fits() {
        let code = Code::own(Uuid::from_u128(7));
        assert!(code.is_own());
        assert_eq!(code.as_str().parse::<Code>(), Ok(code));
    }
}
