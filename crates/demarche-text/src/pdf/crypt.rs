//! The standard security handler of PDF files (ISO 32000-2, 7.6), for files that open without a password.
#![warn(clippy::indexing_slicing)]

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use md5::{Digest, Md5};
use sha2::{Sha256, Sha384, Sha512};

use super::lexer::{Dictionary, Object};

/// The bytes that fill up a password, ISO 32000-1, algorithm 2.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

/// A cipher for strings or streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    None,
    Rc4,
    /// AES with a key for each object.
    Aes128,
    /// AES with the key of the file.
    Aes256,
}

/// The key of a file.
#[derive(Clone, Debug)]
pub(crate) struct Crypt {
    key: Vec<u8>,
    texts: Cipher,
    streams: Cipher,
}

impl Crypt {
    /// The key by the dictionary of encryption and the first identifier of the file; `None` where a password is wanted.
    pub(crate) fn open(dictionary: &Dictionary, identifier: &[u8]) -> Option<Self> {
        let number = |key| dictionary.get(key).and_then(Object::number);
        let version = dictionary.get(b"V").and_then(Object::index)?;
        let revision = dictionary.get(b"R").and_then(Object::index)?;
        if !dictionary.has_name(b"Filter", b"Standard") {
            return None;
        }
        let cipher = |key| match version {
            4 | 5 => named_cipher(dictionary, key),
            _ => Cipher::Rc4,
        };
        let key = if revision >= 5 {
            key_of_today(dictionary, revision)?
        } else {
            let length = match version {
                1 => 5,
                4 => 16,
                _ => dictionary
                    .get(b"Length")
                    .and_then(Object::index)
                    .map_or(5, |bits| (bits / 8).clamp(5, 16)),
            };
            key_of_old(dictionary, identifier, revision, length, number(b"P")?)?
        };
        Some(Self { key, texts: cipher(b"StrF"), streams: cipher(b"StmF") })
    }

    pub(crate) fn text(&self, bytes: &[u8], object: u32, generation: u32) -> Vec<u8> {
        self.decrypt(self.texts, bytes, object, generation)
    }

    pub(crate) fn stream(&self, bytes: &[u8], object: u32, generation: u32) -> Vec<u8> {
        self.decrypt(self.streams, bytes, object, generation)
    }

    fn decrypt(&self, cipher: Cipher, bytes: &[u8], object: u32, generation: u32) -> Vec<u8> {
        let object_key = || {
            let mut input = self.key.clone();
            input.extend(object.to_le_bytes().iter().take(3));
            input.extend(generation.to_le_bytes().iter().take(2));
            if cipher == Cipher::Aes128 {
                input.extend(b"sAlT");
            }
            let mut key = Md5::digest(&input).to_vec();
            key.truncate((self.key.len() + 5).min(16));
            key
        };
        match cipher {
            Cipher::None => bytes.to_vec(),
            Cipher::Rc4 => rc4(&object_key(), bytes),
            Cipher::Aes128 => with_padding(Aes128::new_from_slice(&object_key()).ok(), bytes),
            Cipher::Aes256 => with_padding(Aes256::new_from_slice(&self.key).ok(), bytes),
        }
    }
}

/// The cipher of the crypt filter that a key names.
fn named_cipher(dictionary: &Dictionary, key: &[u8]) -> Cipher {
    let filters = dictionary.get(b"CF").and_then(Object::dictionary);
    let filter = dictionary.name(key).and_then(|name| filters?.get(name)?.dictionary());
    match filter.and_then(|filter| filter.name(b"CFM")) {
        Some(b"V2") => Cipher::Rc4,
        Some(b"AESV2") => Cipher::Aes128,
        Some(b"AESV3") => Cipher::Aes256,
        _ => Cipher::None,
    }
}

/// The key for the empty password up to revision 4, algorithms 2, 4 and 5.
fn key_of_old(
    dictionary: &Dictionary,
    identifier: &[u8],
    revision: usize,
    length: usize,
    rights: f64,
) -> Option<Vec<u8>> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rights are written as a signed or an unsigned number of 32 bits"
    )]
    let rights = rights as i64;
    let mut hash = Md5::new();
    hash.update(PADDING);
    hash.update(dictionary.get(b"O")?.text()?.get(..32)?);
    hash.update(rights.to_le_bytes().get(..4)?);
    hash.update(identifier);
    if revision >= 4 && dictionary.get(b"EncryptMetadata") == Some(&Object::Boolean(false)) {
        hash.update([0xff; 4]);
    }
    let mut key = hash.finalize().to_vec();
    key.truncate(length);
    for _ in 0..if revision >= 3 { 50 } else { 0 } {
        key = Md5::digest(&key).to_vec();
        key.truncate(length);
    }
    let known = dictionary.get(b"U")?.text()?;
    let (expected, compared) = if revision >= 3 {
        let mut check = Md5::digest([&PADDING, identifier].concat()).to_vec();
        for round in 0..20_u8 {
            let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
            check = rc4(&key, &check);
        }
        (check, 16)
    } else {
        (rc4(&key, &PADDING), 32)
    };
    (known.get(..compared) == expected.get(..compared)).then_some(key)
}

/// The key for the empty password, of the user or the owner, from revision 5 on, algorithm 2.A.
fn key_of_today(dictionary: &Dictionary, revision: usize) -> Option<Vec<u8>> {
    let user = dictionary.get(b"U")?.text()?;
    let for_owner = || key_by(dictionary, revision, (b"O", b"OE"), user.get(..48)?);
    key_by(dictionary, revision, (b"U", b"UE"), b"").or_else(for_owner)
}

/// The key by a check value, the wrapped key beside it, and what is hashed with the password.
fn key_by(
    dictionary: &Dictionary,
    revision: usize,
    names: (&[u8], &[u8]),
    user: &[u8],
) -> Option<Vec<u8>> {
    let known = dictionary.get(names.0)?.text()?;
    let (check, salt, key_salt) = (known.get(..32)?, known.get(32..40)?, known.get(40..48)?);
    let hash = |salt: &[u8]| {
        if revision >= 6 {
            hardened(salt, user)
        } else {
            Some(Sha256::digest([salt, user].concat()).to_vec())
        }
    };
    if hash(salt)? != check {
        return None;
    }
    let wrapped = dictionary.get(names.1)?.text()?.get(..32)?;
    Some(unchained(&Aes256::new_from_slice(&hash(key_salt)?).ok()?, &[0; 16], wrapped))
}

/// The hash of an empty password with a salt, algorithm 2.B.
fn hardened(salt: &[u8], user: &[u8]) -> Option<Vec<u8>> {
    let mut key = Sha256::digest([salt, user].concat()).to_vec();
    let mut round = 0_u32;
    loop {
        let mut block = [&key, user].concat().repeat(64);
        chain(
            &Aes128::new_from_slice(key.get(..16)?).ok()?,
            key.get(16..)?.first_chunk()?,
            &mut block,
        );
        // The remainder of a sum of bytes: 256 leaves 1 when divided by 3.
        let remainder = block.get(..16)?.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 3;
        key = match remainder {
            0 => Sha256::digest(&block).to_vec(),
            1 => Sha384::digest(&block).to_vec(),
            _ => Sha512::digest(&block).to_vec(),
        };
        round += 1;
        if round >= 64 && block.last().is_none_or(|last| u32::from(*last) <= round - 32) {
            key.truncate(32);
            return Some(key);
        }
    }
}

/// Encrypts blocks in place, each chained with the one before it.
fn chain(cipher: &Aes128, start: &[u8; 16], bytes: &mut [u8]) {
    let mut before: [u8; 16] = *start;
    for block in bytes.as_chunks_mut::<16>().0 {
        let mut mixed = [0; 16];
        for ((mixed, byte), before) in mixed.iter_mut().zip(block.iter()).zip(before) {
            *mixed = byte ^ before;
        }
        let mut mixed = aes::cipher::Array::from(mixed);
        cipher.encrypt_block(&mut mixed);
        *block = mixed.into();
        before = *block;
    }
}

/// Decrypts chained blocks.
fn unchained<C>(cipher: &C, start: &[u8; 16], bytes: &[u8]) -> Vec<u8>
where
    C: BlockCipherDecrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let mut before = *start;
    let mut output = Vec::with_capacity(bytes.len());
    for block in bytes.as_chunks::<16>().0 {
        let mut plain = aes::cipher::Array::from(*block);
        cipher.decrypt_block(&mut plain);
        output.extend(plain.iter().zip(before).map(|(byte, before)| byte ^ before));
        before = *block;
    }
    output
}

/// Decrypts bytes that begin with the start of their chain and end with padding.
fn with_padding<C>(cipher: Option<C>, bytes: &[u8]) -> Vec<u8>
where
    C: BlockCipherDecrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let (Some(cipher), Some((start, bytes))) = (cipher, bytes.split_first_chunk()) else {
        return Vec::new();
    };
    let mut plain = unchained(&cipher, start, bytes);
    let padding = plain.last().map_or(0, |last| usize::from(*last));
    if (1..=16).contains(&padding) {
        plain.truncate(plain.len() - padding.min(plain.len()));
    }
    plain
}

/// The cipher RC4.
fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|index| u8::try_from(index).unwrap_or(u8::MAX));
    let mut mixed = 0_u8;
    for (index, part) in (0..=u8::MAX).zip(key.iter().cycle()) {
        mixed = mixed.wrapping_add(at(&state, index)).wrapping_add(*part);
        state.swap(usize::from(index), usize::from(mixed));
    }
    let (mut index, mut mixed) = (0_u8, 0_u8);
    let next = |byte: &u8| {
        index = index.wrapping_add(1);
        mixed = mixed.wrapping_add(at(&state, index));
        state.swap(usize::from(index), usize::from(mixed));
        byte ^ at(&state, at(&state, index).wrapping_add(at(&state, mixed)))
    };
    bytes.iter().map(next).collect()
}

fn at(state: &[u8; 256], index: u8) -> u8 {
    state.get(usize::from(index)).copied().expect("the state has an entry for every byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_agrees_with_its_published_example() {
        // Test vector of RFC 6229, section 2: a key of 40 bits.
        let stream = rc4(&[1, 2, 3, 4, 5], &[0; 8]);
        assert_eq!(stream, [0xb2, 0x39, 0x63, 0x05, 0xf0, 0x3d, 0xc0, 0x27]);
    }
}
