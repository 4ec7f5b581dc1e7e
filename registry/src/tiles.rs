//! Map tiles of an address that whoever runs the registry names; without one the
//! map shows the shipped polygons alone and no other host is asked.

use std::str::FromStr;

use thiserror::Error;

/// Where the map's tiles come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiles {
    /// Whose they are, shown below the map.
    pub attribution: String,
    /// Their address.
    pub address: TileAddress,
}

/// An address of raster tiles, with `{z}`, `{x}` and `{y}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileAddress {
    address: String,
    origin: String,
}

/// Why an address is none of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("tiles have an address like https://HOST/{{z}}/{{x}}/{{y}}.png")]
pub struct NoTiles;

impl TileAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Its scheme, host and port, as a content security policy names them.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl FromStr for TileAddress {
    type Err = NoTiles;

    fn from_str(text: &str) -> Result<Self, NoTiles> {
        let (scheme, rest) = text.split_once("://").ok_or(NoTiles)?;
        let (host, path) = rest.split_once('/').ok_or(NoTiles)?;
        // What a policy takes literally, and no more.
        let is_host = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
        let whole = ["{z}", "{x}", "{y}"].iter().all(|part| path.contains(part));
        let plain = path.bytes().all(|b| b.is_ascii_graphic());
        if !matches!(scheme, "http" | "https")
            || host.is_empty()
            || !host.bytes().all(is_host)
            || !whole
            || !plain
        {
            return Err(NoTiles);
        }
        Ok(Self {
            address: text.to_owned(),
            origin: format!("{scheme}://{host}"),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn an_address_is_taken_where_a_policy_can_name_its_origin() {
        let tiles: TileAddress = "https://t.example.org:8443/m/{z}/{x}/{y}.png?k=1"
            .parse()
            .unwrap();
        assert_eq!(tiles.origin(), "https://t.example.org:8443");
        for wrong in [
            "t.example.org/{z}/{x}/{y}.png",
            "ftp://t.example.org/{z}/{x}/{y}.png",
            "https://t.example.org/{z}/{x}.png",
            "https:///{z}/{x}/{y}.png",
            "https://a; script-src *//{z}/{x}/{y}.png",
            "https://u:p@t.example.org/{z}/{x}/{y}.png",
            "https://t.example.org/{z}/{x}/ {y}.png",
        ] {
            assert_eq!(wrong.parse::<TileAddress>(), Err(NoTiles), "{wrong}");
        }
    }
}
