//! Judges a coordinate that an office once reported.

use super::area::DEFAULT_TOLERANCE_M;
use super::check::AreaVerdict;
use super::code::{AreaCode, Level};
use super::index::Places;
use crate::position::{Position, decimals, rounding_radius95_m};

/// What became of a reported coordinate.
///
/// First, is there a position at all?
///
/// - `Missing`: latitude or longitude is blank (half a coordinate is none).
/// - `Rubbish`: no position, whatever the area. Not a plain decimal number, out
///   of range, 0/0, latitude and longitude exchanged (as given it is no place
///   in Thailand, even where the exchanged pair would fit), or both in whole
///   degrees (±55 km: wider than a district, it names no place).
///
/// Then, how far is it outside its own area? That is the province for an office
/// that serves the whole of it (its district only says where its seat is), else
/// the district.
///
/// - `Fine`: inside, and rounding reaches no further outside than the tolerance.
/// - `Undecidable`: outside by no more than tolerance and rounding together; or
///   inside, but so coarse that it may be well outside; or its own area is not known.
/// - Else it is wrong, and the widest thing that is wrong is named:
///   `OutsideCountry` when it is as far from every province, `WrongProvince`
///   when it is as far from its own province, otherwise `WrongDistrict`.
///
/// "Tolerance" is the area's (500 m: the areas are simplified, each level apart
/// from the others). "Rounding" is the radius that the number of decimals
/// leaves, [`rounding_radius95_m`]: 7 m for four, 66 m for three, 664 m for two,
/// 6.6 km for one; that of the pair is the longer one's, since zeros at the end
/// are lost in many a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// No coordinate, or half of one.
    Missing,
    /// No position at all.
    Rubbish,
    /// Not in Thailand.
    OutsideCountry,
    /// In another province, or off its own one's coast.
    WrongProvince,
    /// In its province, but not in its district.
    WrongDistrict,
    /// Edge or rounding leave it open.
    Undecidable,
    /// In its area.
    Fine,
}

impl Judgement {
    /// Every judgement, in the order in which they are decided.
    pub const ALL: [Self; 7] = [
        Self::Missing,
        Self::Rubbish,
        Self::OutsideCountry,
        Self::WrongProvince,
        Self::WrongDistrict,
        Self::Undecidable,
        Self::Fine,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Rubbish => "rubbish",
            Self::OutsideCountry => "outside_country",
            Self::WrongProvince => "wrong_province",
            Self::WrongDistrict => "wrong_district",
            Self::Undecidable => "undecidable",
            Self::Fine => "fine",
        }
    }
}

/// Which area is an office's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// Its whole province: a PAO, a provincial office.
    Province,
    /// A part of its district: a municipality, an SAO, Pattaya.
    District,
}

impl Serves {
    /// From the type as the list of LAOs names it.
    #[must_use]
    pub fn from_lao_type(lao_type: &str) -> Self {
        match lao_type {
            "provincial_admin_org" | "provincial_office" => Self::Province,
            _ => Self::District,
        }
    }
}

/// An office and the coordinate that it reported, as the list has them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Office<'a> {
    /// Which area is its own.
    pub serves: Serves,
    /// The code of its province.
    pub province: Option<AreaCode>,
    /// The code of the district where it is.
    pub district: Option<AreaCode>,
    /// Latitude in degrees, as text.
    pub lat: &'a str,
    /// Longitude in degrees, as text.
    pub lon: &'a str,
}

/// A judgement with its figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The judgement.
    pub judgement: Judgement,
    /// How far outside its own area (province or district) the coordinate lies,
    /// metres, 0 inside; none where there is no position or no such area.
    pub distance_m: Option<f64>,
}

/// Judges one office's coordinate; see [`Judgement`] for the rules.
#[must_use]
pub fn judge(office: &Office<'_>, places: &Places) -> Judged {
    let without = |judgement| Judged {
        judgement,
        distance_m: None,
    };
    let (lat, lon) = (office.lat.trim(), office.lon.trim());
    if lat.is_empty() || lon.is_empty() {
        return without(Judgement::Missing);
    }
    let Some((position, written)) = read(lat, lon) else {
        return without(Judgement::Rubbish);
    };
    let rounding_m = rounding_radius95_m(position.lat(), written);
    let verdict = |code: Option<AreaCode>| {
        let area = places.get(code?)?;
        let verdict = AreaVerdict::of(&area.shape, &position, rounding_m, area.tolerance_m);
        Some((verdict, verdict.distance_m().max(0.0)))
    };
    let province = verdict(office.province);
    let own = match office.serves {
        Serves::Province => province,
        Serves::District => verdict(office.district),
    };
    let is_outside = |verdict| matches!(verdict, Some((AreaVerdict::Outside { .. }, _)));
    let judgement = match own.or(province) {
        Some((AreaVerdict::Outside { .. }, _)) => {
            let reach_m = DEFAULT_TOLERANCE_M + rounding_m;
            if !places.is_within(Level::Province, &position, reach_m) {
                Judgement::OutsideCountry
            } else if is_outside(province) {
                Judgement::WrongProvince
            } else {
                Judgement::WrongDistrict
            }
        }
        Some((AreaVerdict::Inside { .. }, _)) if own.is_some() => Judgement::Fine,
        _ => Judgement::Undecidable,
    };
    Judged {
        judgement,
        distance_m: own.or(province).map(|(_, distance_m)| distance_m),
    }
}

/// Two plain decimal numbers as a position, and with how many decimals the
/// longer one is written; nothing for what is no position.
fn read(lat: &str, lon: &str) -> Option<(Position, usize)> {
    let (lat, lat_decimals) = plain_decimal(lat)?;
    let (lon, lon_decimals) = plain_decimal(lon)?;
    let position = Position::new(lat, lon).ok()?;
    let written = lat_decimals.max(lon_decimals);
    (decimals(lat, lon) > 0).then_some((position, written))
}

/// A number written as sign, digits, point, digits: no exponent, no "inf", no
/// thousands separator.
fn plain_decimal(text: &str) -> Option<(f64, usize)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    Some((text.parse().ok()?, fraction.len()))
}
