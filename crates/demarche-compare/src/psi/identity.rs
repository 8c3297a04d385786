use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// The domain of signatures, so that none of them fits another protocol.
const DOMAIN: &[u8] = b"demarche-compare v1 signature\0";

/// The length of a signature in bytes (RFC 8032).
pub(crate) const SIGNATURE: usize = 64;

/// The secret key that a party signs its messages with; it can be kept for years.
pub struct Identity(SigningKey);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.peer())
    }
}

impl Identity {
    /// The key of 32 random bytes.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// The public half, which the other party has to know.
    #[must_use]
    pub fn peer(&self) -> Peer {
        Peer(self.0.verifying_key().to_bytes())
    }

    /// Appends the signature of a message to it.
    pub(crate) fn sign(&self, mut message: Vec<u8>) -> Vec<u8> {
        let signature = self.0.sign(&[DOMAIN, &message].concat());
        message.extend(signature.to_bytes());
        message
    }
}

/// A party by its public key, written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub [u8; 32]);

impl Peer {
    /// The signature is that of the party for the message.
    pub(crate) fn has_signed(self, message: &[u8], signature: &[u8; SIGNATURE]) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(&self.0)
            .and_then(|key| key.verify_strict(&[DOMAIN, message].concat(), &signature))
            .is_ok()
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a public key of 64 hexadecimal digits")]
pub struct PeerError;

impl FromStr for Peer {
    type Err = PeerError;

    fn from_str(text: &str) -> Result<Self, PeerError> {
        hexadecimal(text).map(Self).ok_or(PeerError)
    }
}

/// The bytes of exactly `2 * N` hexadecimal digits.
pub(crate) fn hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let nibble =
        |sign: u8| char::from(sign).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}
