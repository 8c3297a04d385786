//! Passwords, tokens and random numbers.

use std::fmt;

use argon2::Argon2;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The system gave no random bytes, or a password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The operating system has no random numbers.
    #[error("the operating system gives no random numbers")]
    Random(#[source] getrandom::Error),
    /// Argon2 refuses, for want of memory.
    #[error("the password cannot be hashed: {0}")]
    Hash(argon2::Error),
}

/// Fills an array with random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
    Ok(bytes)
}

/// A random identifier of TAXII: a UUID of version 4 (RFC 4122, section 4.4).
pub(crate) fn uuid() -> Result<String, SecretError> {
    let mut number = u128::from_be_bytes(random()?);
    number = number & !(0xF << 76) | 0x4 << 76;
    number = number & !(0x3 << 62) | 0x2 << 62;
    let digits = format!("{number:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("");
    Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

/// A bearer token: 32 random bytes; the store has only its hash, so it is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(crate) fn random() -> Result<Self, SecretError> {
        Ok(Self(format!("dmt_{}", URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    /// The text that a client sends behind `Bearer`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The hash under which a token is stored.
///
/// SHA-256 is enough: nobody guesses 32 random bytes, and a slow hash would be paid at each request.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A password as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredPassword {
    pub(crate) salt: [u8; 16],
    pub(crate) hash: [u8; 32],
}

impl StoredPassword {
    /// Stands in for the password of a user who does not exist, so that the answer takes as long.
    pub(crate) const NOBODY: Self = Self { salt: [0; 16], hash: [0; 32] };

    pub(crate) fn new(password: &str) -> Result<Self, SecretError> {
        let salt = random()?;
        Ok(Self { salt, hash: argon2id(password, &salt)? })
    }

    /// Does this password give the hash? Takes 19 MiB and some 20 ms.
    pub(crate) fn is(&self, password: &str) -> Result<bool, SecretError> {
        Ok(is_same(&argon2id(password, &self.salt)?, &self.hash))
    }
}

/// Argon2id with 19 MiB, two passes and one lane, the default of the crate.
///
/// Source: OWASP, "Password Storage Cheat Sheet".
fn argon2id(password: &str, salt: &[u8; 16]) -> Result<[u8; 32], SecretError> {
    let mut hash = [0; 32];
    Argon2::default()
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .map_err(SecretError::Hash)?;
    Ok(hash)
}

/// Compares without stopping at the first difference.
pub(crate) fn is_same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_version_4_and_the_variant_of_the_rfc() {
        let uuid = uuid().unwrap();
        assert!(crate::envelope::is_uuid(&uuid), "{uuid}");
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{uuid}");
    }

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let stored = StoredPassword::new("secret").unwrap();
        assert!(stored.is("secret").unwrap());
        assert!(!stored.is("Secret").unwrap());
        assert!(!StoredPassword::NOBODY.is("").unwrap());
    }
}
