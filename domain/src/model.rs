//! The programme's words: LAOs, counters, accounts, roles.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What kind of local administrative organisation. Told by the list, never
/// derived from a code: two subdistrict municipalities carry a 6, Pattaya a 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaoType {
    /// Provincial administrative organisation (อบจ.).
    Pao,
    /// City municipality (เทศบาลนคร).
    CityMunicipality,
    /// Town municipality (เทศบาลเมือง).
    TownMunicipality,
    /// Subdistrict municipality (เทศบาลตำบล).
    SubdistrictMunicipality,
    /// Subdistrict administrative organisation (อบต.).
    Sao,
    /// Pattaya (เมืองพัทยา).
    Pattaya,
    /// The department's office in a province (สถจ.): no LAO, yet with counters of its own.
    ProvincialOffice,
}

impl LaoType {
    /// Whether it serves its whole province, so that its area is the province's.
    pub fn serves_province(self) -> bool {
        matches!(self, Self::Pao | Self::ProvincialOffice)
    }
}

/// A code that an LAO bears or bore. Codes change over the years: 42 came and
/// 44 went since 2560.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaoCode {
    /// The department's code, as it prints it.
    pub code: String,
    /// First day of its validity, `YYYY-MM-DD` (common era); absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day; absent while valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A local administrative organisation, or a provincial office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lao {
    /// Its own id, whatever its code becomes.
    pub id: Uuid,
    /// Its codes, the current one last.
    pub codes: Vec<LaoCode>,
    /// What it is.
    #[serde(rename = "type")]
    pub lao_type: LaoType,
    /// Its full name in Thai.
    pub name_th: String,
    /// Province code, two digits (TIS 1099).
    pub province: String,
    /// District code, four digits; absent where the LAO serves a province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Those that took over its counters when it was merged, split or dissolved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successor_ids: Vec<Uuid>,
}

/// What kind of place the public is served at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterKind {
    /// The LAO's main office.
    MainOffice,
    /// A branch.
    Branch,
    /// A one-stop service.
    OneStop,
    /// A mobile service.
    Mobile,
}

/// Whether a counter serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterStatus {
    /// It serves.
    Active,
    /// It moved: its pin must be taken anew.
    Moved,
    /// It closed.
    Closed,
}

/// A place where the public is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Its id, made by the import or on the phone that proposed it.
    pub id: Uuid,
    /// Whose it is.
    pub lao: Uuid,
    /// Its name in Thai.
    pub name: String,
    /// What it is.
    pub kind: CounterKind,
    /// Whether it serves.
    pub status: CounterStatus,
    /// Where it is, in words.
    #[serde(default)]
    pub address: Address,
    /// Whether the roster counts it as one that must be pinned.
    pub due: bool,
    /// A sample made for a demonstration, shown as such everywhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// Where it stands. Absent in what a phone proposes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<crate::resolve::CounterState>,
}

/// An address as people write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// House number, village, road.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Subdistrict code, six digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdistrict: Option<String>,
    /// Postcode, five digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
}

/// What a person may do. Each role is confined to its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Staff of one LAO: pins its counters.
    Lao,
    /// A field tester of the survey.
    Tester,
    /// An officer of a province: follows up and reviews.
    Province,
    /// The department: the whole country.
    Department,
}

impl Role {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lao => "lao",
            Self::Tester => "tester",
            Self::Province => "province",
            Self::Department => "department",
        }
    }
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role: lao, tester, province or department")]
pub struct NotARole(String);

impl std::str::FromStr for Role {
    type Err = NotARole;
    fn from_str(text: &str) -> Result<Self, NotARole> {
        [Self::Lao, Self::Tester, Self::Province, Self::Department]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| NotARole(text.to_owned()))
    }
}

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// The name to sign in with.
    pub username: String,
    /// What it may do.
    pub role: Role,
    /// The LAO of staff and testers; for an officer the provincial office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lao: Option<Uuid>,
    /// The province of the LAO or the officer; absent for the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
}
