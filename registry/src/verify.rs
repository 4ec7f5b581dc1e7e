//! Verifying the signatures of a batch together, which takes about a third of
//! the time of one by one where most are by one key.
//!
//! Batch verification by random linear combination: a batch with a signature
//! that is not valid passes with a chance of 2⁻¹²⁸. The rules are those of
//! ZIP 215, under which a batch is valid just where each of its signatures is.

use std::convert::Infallible;

use ed25519_zebra::batch::{Item, Verifier};
use ed25519_zebra::{Signature as Sig, VerificationKeyBytes};
use pakmut_domain::wire::signature::{PublicKey, Signature};
use rand_core::{TryCryptoRng, TryRng};

/// One signature to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// By whose key it is said to be.
    pub key: PublicKey,
    /// The signature.
    pub signature: Signature,
    /// What is signed.
    pub signed: &'a [u8],
}

/// Which of the claims are true, in their order.
#[must_use]
pub fn verify(claims: &[Claim<'_>]) -> Vec<bool> {
    let items: Vec<Item> = claims
        .iter()
        .map(|claim| {
            let key = VerificationKeyBytes::from(*claim.key.as_bytes());
            let signature = Sig::from(*claim.signature.as_bytes());
            Item::from((key, signature, claim.signed))
        })
        .collect();
    if together(&items) {
        return vec![true; items.len()];
    }
    items
        .into_iter()
        .map(|item| item.verify_single().is_ok())
        .collect()
}

fn together(items: &[Item]) -> bool {
    let mut random = vec![0; 16 * items.len()];
    if items.len() < 2 || getrandom::fill(&mut random).is_err() {
        return false;
    }
    let mut verifier = Verifier::new();
    for item in items {
        verifier.queue(item.clone());
    }
    verifier.verify(Drawn { random, at: 0 }).is_ok()
}

/// Random bytes that were drawn before: 16 for each signature.
struct Drawn {
    random: Vec<u8>,
    at: usize,
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            // Never beyond: the verifier takes 16 bytes a signature.
            *byte = self.random.get(self.at).copied().unwrap_or(1);
            self.at += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use pakmut_domain::wire::signature::SigningKey;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Together they are found just as one by one, whatever is wrong where.
        #[test]
        fn a_batch_is_judged_as_its_signatures_are(
            wrong in proptest::collection::vec(0..5_u8, 0..40),
            seed: u8,
        ) {
            let keys = [seed, !seed].map(|seed| SigningKey::from_seed(&[seed; 32]).unwrap());
            let messages: Vec<Vec<u8>> = (0..wrong.len()).map(|n| vec![7; n]).collect();
            let claims: Vec<Claim<'_>> = messages
                .iter()
                .zip(&wrong)
                .enumerate()
                .map(|(n, (message, wrong))| {
                    let key = &keys[n % 2];
                    let mut signature = *key.sign(message).as_bytes();
                    if *wrong == 0 {
                        signature[n % 64] ^= 1;
                    }
                    Claim {
                        key: if *wrong == 1 { keys[(n + 1) % 2].public() } else { key.public() },
                        signature: Signature::from_bytes(signature),
                        signed: message,
                    }
                })
                .collect();
            let expected: Vec<bool> = claims
                .iter()
                .map(|claim| claim.key.verifies(claim.signed, &claim.signature))
                .collect();
            prop_assert_eq!(&expected, &wrong.iter().map(|w| *w > 1).collect::<Vec<_>>());
            prop_assert_eq!(verify(&claims), expected);
        }
    }
}
