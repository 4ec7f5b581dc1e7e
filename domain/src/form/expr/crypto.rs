//! `digest`, `base64-decode`, and the random numbers of a form.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use std::fmt::Write;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The digest of a text, as base64 or hex; `None` for an algorithm or an
/// encoding that ODK does not name.
pub(super) fn digest(text: &str, algorithm: &str, encoding: &str) -> Option<String> {
    let bytes: Vec<u8> = match algorithm.to_ascii_uppercase().as_str() {
        "MD5" => {
            use md5::Digest;
            md5::Md5::digest(text.as_bytes()).to_vec()
        }
        "SHA-1" => {
            use sha1::Digest;
            sha1::Sha1::digest(text.as_bytes()).to_vec()
        }
        "SHA-256" => sha2::Sha256::digest(text.as_bytes()).to_vec(),
        "SHA-384" => sha2::Sha384::digest(text.as_bytes()).to_vec(),
        "SHA-512" => sha2::Sha512::digest(text.as_bytes()).to_vec(),
        _ => return None,
    };
    use sha2::Digest;
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => Some(STANDARD.encode(bytes)),
        "hex" => Some(bytes.iter().fold(String::new(), |mut hex, b| {
            let _ = write!(hex, "{b:02x}");
            hex
        })),
        _ => None,
    }
}

/// Decodes base64 into UTF-8 text; what cannot be decoded is replaced or
/// empty, never an error.
pub(super) fn base64_decode(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    LENIENT.decode(bare).map_or_else(
        |_| String::new(),
        |b| String::from_utf8_lossy(&b).into_owned(),
    )
}

/// The message behind a 64-byte Ed25519 signature, both in base64, if the
/// signature is that of the key; else the empty text.
pub(super) fn extract_signed(signed: &str, key: &str) -> String {
    let decode = |text: &str| {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        LENIENT.decode(bare).unwrap_or_default()
    };
    let (signed, key) = (decode(signed), decode(key));
    let Some((signature, message)) = signed.split_at_checked(64) else {
        return String::new();
    };
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key);
    match key.verify(message, signature) {
        Ok(()) => String::from_utf8(message.to_vec()).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// The first 8 bytes of a text's SHA-256 as a number: the seed of
/// `randomize(nodes, 'text')`.
pub(super) fn seed_from_text(text: &str) -> i64 {
    use sha2::Digest;
    if text.is_empty() {
        return 0;
    }
    let hash = sha2::Sha256::digest(text.as_bytes());
    let mut first = [0_u8; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

/// The Park–Miller generator that the XForms specification prescribes for
/// `randomize` with a seed.
pub(super) struct ParkMiller(i64);

impl ParkMiller {
    const MODULUS: i64 = 2_147_483_647;

    pub(super) fn new(seed: i64) -> Self {
        // As a double, because the engines compute so.
        let seed = (seed as f64 % Self::MODULUS as f64) as i64;
        Self(if seed <= 0 {
            seed + Self::MODULUS - 1
        } else {
            seed
        })
    }

    /// From 0 to below 1.
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0 * 16_807 % Self::MODULUS;
        (self.0 - 1) as f64 / (Self::MODULUS - 1) as f64
    }

    /// Fisher–Yates "inside out", so that the order is the one that ODK's
    /// engines give for the same seed.
    pub(super) fn shuffle<T>(&mut self, items: Vec<T>) -> Vec<T> {
        let mut shuffled: Vec<T> = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let j = (self.next() * (i + 1) as f64) as usize;
            shuffled.push(item);
            shuffled.swap(i, j.min(i));
        }
        shuffled
    }
}

/// The next number of a form's own generator (SplitMix64, Steele et al. 2014).
pub(super) fn split_mix(state: u64) -> (u64, u64) {
    let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (state, z ^ (z >> 31))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn digests_are_the_published_ones() {
        assert_eq!(
            digest("abc", "MD5", "hex").unwrap(),
            "900150983cd24fb0d6963f7d28e17f72"
        );
        assert_eq!(
            digest("abc", "sha-1", "hex").unwrap(),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            digest("", "SHA-256", "base64").unwrap(),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(digest("", "SHA-3", "hex"), None);
    }

    #[test]
    fn only_what_the_key_signed_is_extracted() {
        use ring::signature::{Ed25519KeyPair, KeyPair};
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let message = "ข้อความจริง";
        let mut signed = pair.sign(message.as_bytes()).as_ref().to_vec();
        signed.extend(message.as_bytes());
        let key = STANDARD.encode(pair.public_key());
        assert_eq!(extract_signed(&STANDARD.encode(&signed), &key), message);
        signed[70] ^= 1;
        assert_eq!(extract_signed(&STANDARD.encode(&signed), &key), "");
        assert_eq!(extract_signed("", &key), "");
        assert_eq!(extract_signed("aGk=", "bm8="), "");
    }

    #[test]
    fn a_seed_gives_one_order() {
        let items: Vec<u8> = (0..50).collect();
        let shuffled = ParkMiller::new(7).shuffle(items.clone());
        let mut again = ParkMiller::new(7).shuffle(items.clone());
        assert_eq!(shuffled, again);
        assert_ne!(shuffled, items);
        again.sort_unstable();
        assert_eq!(again, items);
    }
}
