//! Who asks: HTTP Basic and bearer tokens.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use demarche_http::neighbourhood;
use hyper::header::{self, HeaderMap};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::secret::{self, SecretError, StoredPassword};
use crate::store::{Store, StoreError, User};

/// The time for which a password that was right needs no second look.
const REMEMBERED: Duration = Duration::from_secs(15 * 60);

/// Passwords remembered at most; beyond, all are forgotten and looked at again.
const MOST_REMEMBERED: usize = 10_000;

/// The longest password that is hashed, in bytes.
const LONGEST: usize = 1_000;

/// What a client shows to say who it is.
#[derive(Clone)]
pub(crate) enum Credentials {
    Password { name: String, password: String },
    Token(String),
}

impl Credentials {
    /// Reads the header `Authorization`; `None` when there is none, or more than one, or one of another form.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
        let text = text.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(Self::Token(text.to_owned()));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        let (name, password) = (name.to_owned(), password.to_owned());
        (password.len() <= LONGEST).then_some(Self::Password { name, password })
    }
}

/// To whom a failed login is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    Address(IpAddr),
    /// Behind a proxy all come from one address, and counting by it would shut everybody out.
    User(String),
}

impl Origin {
    pub(crate) fn of(address: IpAddr, credentials: &Credentials, is_proxied: bool) -> Self {
        match credentials {
            // No user has a longer name.
            Credentials::Password { name, .. } if is_proxied => {
                Self::User(name.chars().take(100).collect())
            }
            _ => Self::Address(neighbourhood(address)),
        }
    }
}

/// How far a login is known.
pub(crate) enum Login {
    Is(User),
    /// A password that has to be hashed; of nobody if there is no such user.
    Unknown(Option<User>, StoredPassword),
    No,
}

/// Passwords that were right a short while ago.
pub(crate) struct Logins {
    key: [u8; 32],
    right: Mutex<HashMap<[u8; 32], Instant>>,
}

impl Logins {
    pub(crate) fn new() -> Result<Self, SecretError> {
        Ok(Self { key: secret::random()?, right: Mutex::default() })
    }

    /// Looks a login up, without hashing a password: that takes 20 ms and is paced elsewhere.
    pub(crate) fn look(
        &self,
        store: &Store,
        credentials: &Credentials,
    ) -> Result<Login, StoreError> {
        match credentials {
            Credentials::Token(token) => {
                let user = store.read(|reader| reader.user_of_token(&secret::token_hash(token)))?;
                Ok(user.map_or(Login::No, Login::Is))
            }
            Credentials::Password { name, password } => {
                let user = store.read(|reader| reader.user(name))?;
                let stored = user.as_ref().and_then(|user| user.password);
                let Some((user, stored)) = user.zip(stored) else {
                    return Ok(Login::Unknown(None, StoredPassword::NOBODY));
                };
                match self.is_remembered(name, password, &stored) {
                    true => Ok(Login::Is(user)),
                    false => Ok(Login::Unknown(Some(user), stored)),
                }
            }
        }
    }

    /// Hashes a password; the user, if it is right.
    pub(crate) fn verify(
        &self,
        credentials: &Credentials,
        user: Option<User>,
        stored: &StoredPassword,
    ) -> Result<Option<User>, SecretError> {
        let Credentials::Password { name, password } = credentials else { return Ok(None) };
        let is_right = stored.is(password)?;
        let user = user.filter(|_| is_right);
        if user.is_some() {
            self.remember(name, password, stored);
        }
        Ok(user)
    }

    /// The stored hash is part of the name, so a password that was changed is not remembered.
    fn digest(&self, name: &str, password: &str, stored: &StoredPassword) -> [u8; 32] {
        let digest = Sha256::new().chain_update(self.key).chain_update(stored.hash);
        digest.chain_update(name).chain_update(b":").chain_update(password).finalize().into()
    }

    fn is_remembered(&self, name: &str, password: &str, stored: &StoredPassword) -> bool {
        let digest = self.digest(name, password, stored);
        let right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.get(&digest).is_some_and(|until| Instant::now() < *until)
    }

    fn remember(&self, name: &str, password: &str, stored: &StoredPassword) {
        let digest = self.digest(name, password, stored);
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        if right.len() >= MOST_REMEMBERED {
            right.clear();
        }
        right.insert(digest, Instant::now() + REMEMBERED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<(String, String)> {
        let headers = std::iter::once((header::AUTHORIZATION, value.parse().unwrap())).collect();
        match Credentials::read(&headers)? {
            Credentials::Password { name, password } => Some((name, password)),
            Credentials::Token(token) => Some((String::new(), token)),
        }
    }

    #[test]
    fn behind_a_proxy_a_failed_login_counts_for_its_user_alone() {
        let proxy = IpAddr::from([127, 0, 0, 1]);
        let credentials =
            |name: &str| Credentials::Password { name: name.to_owned(), password: String::new() };
        let of = |name: &str, is_proxied| Origin::of(proxy, &credentials(name), is_proxied);
        assert_ne!(of("a", true), of("b", true));
        assert_eq!(of("a", false), of("b", false));
        let token = Credentials::Token(String::new());
        assert_ne!(Origin::of(proxy, &token, true), of("a", true));
    }

    #[test]
    fn only_well_formed_credentials_are_read() {
        let pair = |left: &str, right: &str| Some((left.to_owned(), right.to_owned()));
        assert_eq!(read("Basic YTpiOmM="), pair("a", "b:c"));
        assert_eq!(read("basic  YTo="), pair("a", ""));
        assert_eq!(read("BEARER x"), pair("", "x"));
        for value in ["Basic", "Basic !", "Basic YQ==", "Basic /w==", "Digest YTpi", ""] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
