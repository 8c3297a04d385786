//! The key of digests that leave a store: without it nobody can try values until a digest fits.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The bytes of a digest that are kept: two of a thousand million things are equal by chance in one of 10²⁰ cases.
const KEPT: usize = 16;

/// A key that digests are made with.
///
/// A digest of a short number protects it only from those who do not have the key: with it, all card numbers are tried in
/// hours and all dates of birth at once.
#[derive(Clone, PartialEq, Eq)]
pub struct DigestKey([u8; 32]);

impl fmt::Debug for DigestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DigestKey")
    }
}

/// The error of a text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 64 hexadecimal digits")]
pub struct DigestKeyError;

impl FromStr for DigestKey {
    type Err = DigestKeyError;

    fn from_str(text: &str) -> Result<Self, DigestKeyError> {
        let digits: demarche_terms::Sha256 = text.trim().parse().map_err(|_| DigestKeyError)?;
        Ok(Self(digits.0))
    }
}

impl DigestKey {
    /// A key that nobody can guess; `None` where the system has no source of chance.
    #[must_use]
    pub fn random() -> Option<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).ok().map(|()| Self(key))
    }

    /// The key as 64 hexadecimal digits, for the file that keeps it.
    #[must_use]
    pub fn secret(&self) -> String {
        demarche_terms::hex(&self.0)
    }

    /// Digits by which equal keys are told, and from which no key follows.
    #[must_use]
    pub fn check(&self) -> String {
        self.digest("key", &[])
    }

    /// The digest of parts as 32 hexadecimal digits; `nature` tells apart things of another nature with an equal text.
    pub(crate) fn digest(&self, nature: &str, parts: &[&[u8]]) -> String {
        let mut text = nature.as_bytes().to_vec();
        for part in parts {
            // The length before each part keeps two parts from being read as one.
            text.extend((part.len() as u64).to_be_bytes());
            text.extend_from_slice(part);
        }
        let digest = self.authentic(&text);
        demarche_terms::hex(digest.get(..KEPT).unwrap_or(&digest))
    }

    /// The code of a text under the key.
    ///
    /// Source: RFC 2104, with SHA-256.
    fn authentic(&self, text: &[u8]) -> [u8; 32] {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key may have any length");
        code.update(text);
        code.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 4231, section 4.2: the key of 20 bytes is one of 32 that ends with zeros.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(demarche_terms::hex(&DigestKey(key).authentic(b"Hi There")), expected);
    }

    #[test]
    fn a_key_is_read_as_it_was_written_and_parts_are_told_apart() {
        let key = DigestKey::random().unwrap();
        assert_eq!(key.secret().parse(), Ok(key.clone()));
        assert_ne!(key.digest("a", &[b"bc", b"d"]), key.digest("a", &[b"b", b"cd"]));
        assert_ne!(key.check(), DigestKey::random().unwrap().check());
        assert_eq!("word".parse::<DigestKey>(), Err(DigestKeyError));
    }
}
