//! Signatures of items: Ed25519 (RFC 8032) over [`Envelope::signed_bytes`], by
//! a key that belongs to one account on one device. The phone keeps the private
//! key; the registry learns the public one when its owner signs in.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::envelope::Envelope;

/// The bytes of a private key's seed.
pub const SEED_BYTES: usize = 32;

/// A signature, 64 bytes; on the wire base64url without padding, 86 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// A text that is no base64url of 64 bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a signature: 86 characters of base64url are 64 bytes")]
pub struct NotASignature;

impl Signature {
    /// A signature from its 64 bytes, as a database keeps them.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl FromStr for Signature {
    type Err = NotASignature;
    fn from_str(text: &str) -> Result<Self, NotASignature> {
        let mut bytes = [0; 64];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(64) => Ok(Self(bytes)),
            _ => Err(NotASignature),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A public key, 32 bytes; on the wire base64url without padding, 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

/// Why bytes or a text are no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// They are not 32 bytes, or not base64url of 32 bytes.
    #[error("not a public key: 43 characters of base64url are 32 bytes")]
    Length,
    /// A point of small order: anybody could make a signature that it accepts.
    #[error("not a public key: a point of small order")]
    SmallOrder,
}

/// The y of the points whose order divides 8, little-endian, in every encoding
/// that decoders take, without the sign of x (RFC 7748, section 7; the list is
/// that of libsodium's `ge25519_has_small_order`).
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

impl PublicKey {
    /// A key from its 32 bytes, as a database keeps them.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, NotAKey> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| NotAKey::Length)?;
        let mut y = bytes;
        y[31] &= 0x7f;
        let hex: String = y.iter().map(|byte| format!("{byte:02x}")).collect();
        if SMALL_ORDER.contains(&hex.as_str()) {
            return Err(NotAKey::SmallOrder);
        }
        Ok(Self(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this key's owner signed these bytes.
    #[must_use]
    pub fn verifies(&self, signed: &[u8], signature: &Signature) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(signed, &signature.0)
            .is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Self::from_slice(&bytes),
            _ => Err(NotAKey::Length),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A private key. It shows nothing of itself.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// The key of a seed of [`SEED_BYTES`] random bytes.
    ///
    /// # Errors
    /// [`NotAKey::Length`] where there are not so many.
    pub fn from_seed(seed: &[u8]) -> Result<Self, NotAKey> {
        Ed25519KeyPair::from_seed_unchecked(seed)
            .map(Self)
            .map_err(|_| NotAKey::Length)
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.0.sign(bytes).as_ref());
        Signature(signature)
    }

    /// Signs an item: `sig` is set, nothing else changes.
    pub fn sign_envelope(&self, envelope: &mut Envelope) {
        envelope.sig = Some(self.sign(&envelope.signed_bytes()).to_string());
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey of {}", self.public())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::envelope::tests::{envelope, vectors};
    use super::*;

    /// RFC 8032, section 7.1, test 1.
    const SEED: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c,
        0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae,
        0x7f, 0x60,
    ];

    #[test]
    fn the_signatures_are_those_of_the_test_vectors() {
        let key = SigningKey::from_seed(&SEED).unwrap();
        let empty = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw";
        assert_eq!(key.sign(b"").to_string(), empty);
        for (name, mut item) in vectors() {
            key.sign_envelope(&mut item);
            let sig = item.sig.unwrap();
            insta::assert_snapshot!(
                format!("{name}_signed"),
                format!("public = {}\nsig = {sig}", key.public())
            );
        }
    }

    #[test]
    fn whatever_is_changed_the_signature_shows_it() {
        let key = SigningKey::from_seed(&SEED).unwrap();
        let mut item = envelope(r#"{"lat":18.7877}"#);
        key.sign_envelope(&mut item);
        let sig: Signature = item.sig.clone().unwrap().parse().unwrap();
        assert!(key.public().verifies(&item.signed_bytes(), &sig));
        let hash = item.hash();
        item.sig = None;
        assert_eq!(item.hash(), hash, "the hash does not cover the signature");
        let mut altered = vec![envelope(r#"{"lat":18.7878}"#)];
        for change in [
            |item: &mut Envelope| item.account = item.device,
            |item: &mut Envelope| item.device = item.account,
            |item: &mut Envelope| item.saved.wall += 1,
            |item: &mut Envelope| item.saved.offset = None,
            |item: &mut Envelope| item.seen = vec![item.id],
            |item: &mut Envelope| item.version = 2,
        ] {
            let mut other = item.clone();
            change(&mut other);
            altered.push(other);
        }
        for other in altered {
            assert!(!key.public().verifies(&other.signed_bytes(), &sig));
        }
        let stranger = SigningKey::from_seed(&[7; 32]).unwrap();
        assert!(!stranger.public().verifies(&item.signed_bytes(), &sig));
    }

    #[test]
    fn a_key_that_accepts_anybody_is_none() {
        for hex in SMALL_ORDER {
            let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
            let mut bytes: [u8; 32] = std::array::from_fn(byte);
            assert_eq!(PublicKey::from_slice(&bytes), Err(NotAKey::SmallOrder));
            bytes[31] |= 0x80;
            assert_eq!(PublicKey::from_slice(&bytes), Err(NotAKey::SmallOrder));
        }
        assert_eq!("abc".parse::<PublicKey>(), Err(NotAKey::Length));
        assert_eq!("abc".parse::<Signature>(), Err(NotASignature));
        let key = SigningKey::from_seed(&SEED).unwrap().public();
        assert_eq!(key.to_string().parse(), Ok(key));
    }
}
