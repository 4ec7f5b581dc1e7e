//! Codes of provinces, districts and subdistricts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// The three levels of areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// จังหวัด: 77, a code of two digits.
    Province,
    /// อำเภอ, in Bangkok เขต: a code of four digits.
    District,
    /// ตำบล, in Bangkok แขวง: a code of six digits.
    Subdistrict,
}

/// An area's code as the Department of Provincial Administration gives it: two,
/// four or six digits, of which the first is never 0. The code of the area
/// above is its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(u32);

/// The text is not two, four or six ASCII digits beginning with 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an area code has 2, 4 or 6 digits and does not begin with 0")]
pub struct AreaCodeError;

impl AreaCodeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "area_code_malformed"
    }
}

impl AreaCode {
    /// The area's level.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.0 {
            0..=99 => Level::Province,
            100..=9_999 => Level::District,
            _ => Level::Subdistrict,
        }
    }

    /// The code of the province that the area is or lies in.
    #[must_use]
    pub fn province(&self) -> Self {
        match self.level() {
            Level::Province => *self,
            Level::District => Self(self.0 / 100),
            Level::Subdistrict => Self(self.0 / 10_000),
        }
    }

    /// The code of the district that the area is or lies in; none for a province.
    #[must_use]
    pub fn district(&self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::District => Some(*self),
            Level::Subdistrict => Some(Self(self.0 / 100)),
        }
    }

    /// The code of the area right above; none for a province.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::District | Level::Subdistrict => Some(Self(self.0 / 100)),
        }
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;

    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        let bytes = text.as_bytes();
        if !matches!(bytes.len(), 2 | 4 | 6) || bytes[0] == b'0' {
            return Err(AreaCodeError);
        }
        bytes
            .iter()
            .try_fold(0u32, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + u32::from(byte - b'0'))
            })
            .map(Self)
            .ok_or(AreaCodeError)
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AreaCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AreaCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_knows_its_level_and_what_is_above() {
        let code: AreaCode = "500105".parse().unwrap();
        assert_eq!(code.level(), Level::Subdistrict);
        assert_eq!(code.parent().unwrap().to_string(), "5001");
        assert_eq!(code.district().unwrap().to_string(), "5001");
        assert_eq!(code.province().to_string(), "50");
        assert_eq!(code.province().parent(), None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_code_that_prints_as_it_came_or_refused(text in "\\PC{0,8}|[0-9]{0,8}") {
            if let Ok(code) = text.parse::<AreaCode>() {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
