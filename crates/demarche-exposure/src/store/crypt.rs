//! The store as it lies encrypted on the disk: one message of `XChaCha20-Poly1305`, whose key `Argon2id` makes of the passphrase.
//!
//! The file begins with a mark and the salt (16 bytes) and the nonce (24 bytes); the rest is the encrypted database.

use std::io::Write;
use std::path::Path;

use argon2::Argon2;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rusqlite::Connection;

use crate::ExposureError;

/// The first bytes of an encrypted store; they are authenticated with it.
const MARK: &[u8; 22] = b"demarche encrypted v1\n";

const SALT: usize = 16;
const NONCE: usize = 24;

/// The bytes that an encrypted store has beside the database: the mark, salt, nonce, and the 16 of the authentication.
pub(crate) const OVERHEAD: u64 = 22 + 16 + 24 + 16;

/// The key of a store, and the salt by which a passphrase gives it.
pub(crate) struct Key {
    key: [u8; 32],
    salt: [u8; SALT],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key")
    }
}

impl Key {
    fn of(passphrase: &str, salt: [u8; SALT]) -> Option<Self> {
        let mut key = [0; 32];
        let made = Argon2::default().hash_password_into(passphrase.as_bytes(), &salt, &mut key);
        made.ok().map(|()| Self { key, salt })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }
}

/// Returns true for the first bytes of an encrypted store.
pub(crate) fn is_encrypted(head: &[u8]) -> bool {
    head.starts_with(MARK)
}

/// Opens an encrypted store in memory, or makes an empty one where there is no file, or an empty one.
pub(crate) fn open(
    path: &Path,
    passphrase: &str,
) -> Result<(Connection, Option<Key>), ExposureError> {
    let wrong = || ExposureError::Passphrase { path: path.to_owned() };
    let file = |error| ExposureError::File { path: path.to_owned(), error };
    let mut connection = Connection::open_in_memory()?;
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        read => read.map_err(file)?,
    };
    if bytes.is_empty() {
        let key = Key::of(passphrase, random(path)?).ok_or_else(wrong)?;
        return Ok((connection, Some(key)));
    }
    let body = bytes.strip_prefix(MARK).ok_or_else(wrong)?;
    let (salt, body) = body.split_first_chunk::<SALT>().ok_or_else(wrong)?;
    let (nonce, body) = body.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
    let key = Key::of(passphrase, *salt).ok_or_else(wrong)?;
    let sealed = Payload { msg: body, aad: MARK };
    let plain = key.cipher().decrypt(&XNonce::from(*nonce), sealed).map_err(|_| wrong())?;
    drop(bytes);
    let size = plain.len();
    connection.deserialize_read_exact("main", plain.as_slice(), size, false)?;
    Ok((connection, Some(key)))
}

/// Encrypts a store under a new nonce and puts it in the place of the file.
pub(crate) fn save(
    connection: &mut Connection,
    path: &Path,
    key: &Key,
) -> Result<(), ExposureError> {
    let file = |error| ExposureError::File { path: path.to_owned(), error };
    let plain = connection.serialize("main")?;
    let nonce: [u8; NONCE] = random(path)?;
    let body = Payload { msg: &plain, aad: MARK };
    let sealed = key
        .cipher()
        .encrypt(&XNonce::from(nonce), body)
        .map_err(|_| ExposureError::Passphrase { path: path.to_owned() })?;
    let mut partial = path.as_os_str().to_owned();
    partial.push(".demarche-partial");
    let write = || {
        // What a killed run left, or a link in its place, which could lead anywhere.
        match std::fs::remove_file(&partial) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(&partial)?;
        for part in [MARK.as_slice(), &key.salt, &nonce, &sealed] {
            out.write_all(part)?;
        }
        out.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(file)
}

/// Bytes that nobody can guess.
fn random<const N: usize>(path: &Path) -> Result<[u8; N], ExposureError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| ExposureError::File {
        path: path.to_owned(),
        error: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}
