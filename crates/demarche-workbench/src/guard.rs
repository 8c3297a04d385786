//! The right to ask: that of the holder of the start address, in this browser, from this page.
//!
//! - **Token.** The start address has a random token. It is exchanged for a cookie that no script can read and that no
//!   other site can have sent (`HttpOnly`, `SameSite=Strict`), and leaves the address at once.
//! - **Host.** A request must name the host that is listened at, so that another name that resolves to this machine
//!   (DNS rebinding) reaches nothing.
//! - **Form.** What changes something must come from a page of the workbench: it carries a second random text, which
//!   only these pages have, and where the browser tells the origin it must be this one.

use std::net::SocketAddr;

use demarche_case::hex;
use hyper::HeaderMap;
use hyper::header;
use sha2::{Digest as _, Sha256};

/// The bytes of a secret.
const LENGTH: usize = 32;

/// The name of the cookie.
const COOKIE: &str = "demarche";

/// The secrets of a run.
#[derive(Clone)]
pub struct Guard {
    token: String,
    cookie: String,
    form: String,
    hosts: Vec<String>,
    is_secure: bool,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

/// The reason for which a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It names another host.
    Host,
    /// It has neither token nor cookie.
    Stranger,
    /// It changes something and comes from elsewhere.
    Elsewhere,
}

impl Refusal {
    /// The refusal in a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Host => "The address in the request is not the one that is listened at.",
            Self::Stranger => {
                "This browser does not have the key. Open the address that the program printed when it started, with its token."
            }
            Self::Elsewhere => {
                "The form does not come from a page of this workbench, or from one of an earlier start. Go back, reload the page, and try again."
            }
        }
    }
}

impl Guard {
    /// New secrets, for a server that listens at an address and is reached from this machine alone.
    ///
    /// # Errors
    ///
    /// The system gives no random numbers.
    pub fn new(address: SocketAddr, is_secure: bool) -> Result<Self, getrandom::Error> {
        let port = address.port();
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let hosts = names.map(|name| format!("{name}:{port}")).to_vec();
        let (token, cookie) = (secret()?, secret()?);
        let form = hex(&Sha256::digest(format!("form {cookie}")));
        Ok(Self { token, cookie, form, hosts, is_secure })
    }

    /// The token of the start address.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The text that forms carry.
    #[must_use]
    pub fn form(&self) -> &str {
        &self.form
    }

    /// Checks the host of a request.
    ///
    /// # Errors
    ///
    /// [`Refusal::Host`].
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut named = headers.get_all(header::HOST).iter();
        let host = named.next().and_then(|host| host.to_str().ok()).unwrap_or("");
        let is_ours = self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
        if is_ours && named.next().is_none() { Ok(()) } else { Err(Refusal::Host) }
    }

    /// True if this is the token of the start address.
    #[must_use]
    pub fn is_token(&self, token: &str) -> bool {
        is_same(token, &self.token)
    }

    /// The cookie that stands for the token.
    #[must_use]
    pub fn set_cookie(&self) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/{secure}", self.cookie)
    }

    /// Checks the cookie of a request.
    ///
    /// # Errors
    ///
    /// [`Refusal::Stranger`].
    pub fn check_cookie(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE).then_some(value)
        });
        let is_known = pairs.any(|value| is_same(value, &self.cookie));
        if is_known { Ok(()) } else { Err(Refusal::Stranger) }
    }

    /// Checks that what changes something comes from a page of the workbench.
    ///
    /// # Errors
    ///
    /// [`Refusal::Elsewhere`].
    pub fn check_form(&self, headers: &HeaderMap, form: &str) -> Result<(), Refusal> {
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or(""));
        let scheme = if self.is_secure { "https://" } else { "http://" };
        let is_ours = |origin: &str| {
            let host = origin.strip_prefix(scheme);
            host.is_some_and(|host| self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host)))
        };
        let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or(""));
        let is_same_site = site.is_none_or(|site| ["same-origin", "none"].contains(&site));
        if origin.is_none_or(is_ours) && is_same_site && is_same(form, &self.form) {
            return Ok(());
        }
        Err(Refusal::Elsewhere)
    }
}

fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Compares digests, so that the time tells nothing of where two texts differ.
fn is_same(given: &str, ours: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(ours)
}
