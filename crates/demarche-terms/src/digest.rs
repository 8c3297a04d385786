use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Digest as _;

/// A cryptographic hash of `N` bytes, written as lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest<const N: usize>(pub [u8; N]);

/// The hash that evidence is identified and sealed by (FIPS 180-4).
///
/// ```
/// # use demarche_terms::Sha256;
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(Sha256::of(b"").to_string(), empty);
/// ```
pub type Sha256 = Digest<32>;

/// A hash for look-ups in other people's lists only: SHA-1 no longer identifies a file.
pub type Sha1 = Digest<20>;

/// A hash for look-ups in other people's lists only: MD5 no longer identifies a file.
pub type Md5 = Digest<16>;

impl<const N: usize> Default for Digest<N> {
    /// All zeros, which stands where there is nothing to hash.
    fn default() -> Self {
        Self([0; N])
    }
}

impl Sha256 {
    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The hash of everything that can be read, and its size in bytes; memory stays at one small buffer.
    ///
    /// # Errors
    ///
    /// The reader's own.
    pub fn of_reader(reader: &mut impl Read) -> io::Result<(Self, u64)> {
        let mut hash = sha2::Sha256::new();
        let mut buffer = vec![0; 128 * 1024];
        let mut size = 0_u64;
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => return Ok((Self(hash.finalize().into()), size)),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hash.update(&buffer[..count]);
            size += count as u64;
        }
    }
}

impl<const N: usize> fmt::Display for Digest<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Bytes as lower-case hexadecimal digits, two for each byte.
///
/// ```
/// assert_eq!(demarche_terms::hex(&[0x0a, 0xff]), "0aff");
/// assert_eq!(demarche_terms::hex(&[]), "");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<const N: usize> fmt::Debug for Digest<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The text is not a hash of the expected length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {wanted} hexadecimal digits but {met} characters: `{text}`")]
pub struct DigestError {
    text: String,
    /// The number of digits that the hash has.
    wanted: usize,
    met: usize,
}

impl<const N: usize> FromStr for Digest<N> {
    type Err = DigestError;

    /// Reads hexadecimal digits of either case.
    fn from_str(text: &str) -> Result<Self, DigestError> {
        let error =
            || DigestError { text: text.to_owned(), wanted: 2 * N, met: text.chars().count() };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != N || !rest.is_empty() {
            return Err(error());
        }
        let mut bytes = [0; N];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)
                .zip(nibble(*low))
                .map(|(high, low)| high << 4 | low)
                .ok_or_else(error)?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(sign: u8) -> Option<u8> {
    char::from(sign).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl<const N: usize> Serialize for Digest<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Digest<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl<const N: usize> JsonSchema for Digest<N> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Digest{}", 8 * N).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": format!("^[0-9a-f]{{{}}}$", 2 * N) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_example_hashes_as_published() {
        // FIPS 180-4 examples, message "abc".
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(b"abc"), published.parse().unwrap());
        assert_eq!(Sha256::of_reader(&mut &b"abc"[..]).unwrap(), (Sha256::of(b"abc"), 3));
    }

    #[test]
    fn wrong_lengths_and_signs_are_errors() {
        for text in ["", "ab", "é", &"g".repeat(32), &"a".repeat(31), &"a".repeat(33)] {
            assert!(text.parse::<Md5>().is_err(), "{text}");
        }
        assert_eq!("AB".repeat(16).parse::<Md5>().unwrap().to_string(), "ab".repeat(16));
    }
}
