//! The right to ask: that of the holder of the start address, or of a user who logged in; in this browser, from this page.
//!
//! - **Token.** On this machine alone, the start address has a random token. It is exchanged for a cookie that no script
//!   can read and that no other site can have sent (`HttpOnly`, `SameSite=Strict`), and leaves the address at once.
//! - **Users.** Where others reach the workbench as well, each logs in with a name and a password, and gets a cookie of
//!   the same kind. Who guesses passwords has to wait.
//! - **Host.** A request must name the host that is listened at, so that another name that resolves to this machine
//!   (DNS rebinding) reaches nothing.
//! - **Form.** What changes something must come from a page of the workbench: it carries a second text, which only the
//!   pages of this person have, and where the browser tells the origin it must be this one.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use demarche_case::hex;
use demarche_http::{Pace, neighbourhood};
use hyper::HeaderMap;
use hyper::header;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::ask::Asker;

/// The bytes of a secret.
const LENGTH: usize = 32;

/// The name of the cookie.
const COOKIE: &str = "demarche";

/// The time after which a user who asked for nothing has to log in again.
const IDLE: Duration = Duration::from_secs(8 * 60 * 60);

/// Users that are logged in at a time; beyond, the one that asked for nothing for the longest time is logged out.
const SESSIONS: usize = 1_000;

/// Logins from one address, or one /64 of IPv6, that may fail in a minute.
const FAILURES_PER_MINUTE: u32 = 10;

/// The longest name or password that is looked at, in bytes.
const LONGEST: usize = 1_000;

/// The check of a name and a password; an error says why none can be checked.
pub type CheckPassword = dyn Fn(&str, &str) -> Result<bool, String> + Send + Sync;

/// The secrets of a run.
#[derive(Clone)]
pub struct Guard {
    hosts: Vec<String>,
    is_secure: bool,
    way: Way,
}

/// The way to a cookie.
#[derive(Clone)]
enum Way {
    /// The holder of the start address, who has this session.
    Token {
        token: String,
        session: Session,
    },
    Users(Arc<Users>),
}

/// The users, and those of them who are logged in.
struct Users {
    check: Box<CheckPassword>,
    sessions: Mutex<HashMap<String, (Session, Instant)>>,
    failures: Pace<IpAddr>,
}

/// A person in one browser.
#[derive(Clone)]
struct Session {
    cookie: String,
    asker: Asker,
}

impl Session {
    fn new(name: String, is_user: bool) -> Result<Self, getrandom::Error> {
        let cookie = secret()?;
        let form = hex(&Sha256::digest(format!("form {cookie}")));
        Ok(Self { cookie, asker: Asker { name, form, is_user } })
    }
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
            Self::Host => {
                "The address in the request is not the one that is listened at. If it is right, start the program with `--host` and this name."
            }
            Self::Stranger => {
                "This browser does not have the key. Open the address that the program printed when it started, with its token."
            }
            Self::Elsewhere => {
                "The form does not come from a page of this workbench, or from one of an earlier start. Go back, reload the page, and try again."
            }
        }
    }
}

/// The outcome of a login that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoLogin {
    /// Name or password is wrong.
    Wrong,
    /// Too many failed from this address; the seconds to wait.
    Wait(u64),
    /// It could not be checked, for this reason.
    Failed(String),
}

impl NoLogin {
    /// The outcome in a sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Wrong => "Name or password is wrong.".to_owned(),
            Self::Wait(seconds) => {
                format!("Too many logins failed. Try again in {seconds} seconds.")
            }
            Self::Failed(reason) => format!("The password could not be checked: {reason}."),
        }
    }
}

impl Guard {
    /// New secrets for a server that is reached from this machine alone; `name` is that of the person, for the log.
    ///
    /// # Errors
    ///
    /// The system gives no random numbers.
    pub fn local(
        address: SocketAddr,
        is_secure: bool,
        name: &str,
    ) -> Result<Self, getrandom::Error> {
        let session = Session::new(name.to_owned(), false)?;
        let way = Way::Token { token: secret()?, session };
        Ok(Self { hosts: local_hosts(address), is_secure, way })
    }

    /// A guard that lets users in by name and password, under these names of the host besides those of this machine.
    #[must_use]
    pub fn of_users(
        address: SocketAddr,
        is_secure: bool,
        names: &[String],
        check: Box<CheckPassword>,
    ) -> Self {
        let port = address.port();
        let mut hosts = local_hosts(address);
        hosts.push(address.to_string());
        for name in names {
            hosts.push(format!("{name}:{port}"));
            // A browser leaves the usual port out.
            if port == if is_secure { 443 } else { 80 } {
                hosts.push(name.clone());
            }
        }
        let failures = Pace::new(FAILURES_PER_MINUTE);
        let users = Users { check, sessions: Mutex::default(), failures };
        Self { hosts, is_secure, way: Way::Users(Arc::new(users)) }
    }

    /// The token of the start address; `None` where users log in.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match &self.way {
            Way::Token { token, .. } => Some(token),
            Way::Users(_) => None,
        }
    }

    /// True if users log in.
    #[must_use]
    pub const fn has_users(&self) -> bool {
        matches!(self.way, Way::Users(_))
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

    /// The cookie for the token of the start address; `None` for any other text.
    #[must_use]
    pub fn cookie_for(&self, token: &str) -> Option<String> {
        match &self.way {
            Way::Token { token: ours, session } if is_same(token, ours) => {
                Some(self.set_cookie(&session.cookie))
            }
            Way::Token { .. } | Way::Users(_) => None,
        }
    }

    /// Checks a name and a password, which takes some 20 ms, and returns the cookie of a new session.
    ///
    /// # Errors
    ///
    /// They are wrong or cannot be checked, or too many failed from this address.
    pub fn log_in(&self, from: IpAddr, name: &str, password: &str) -> Result<String, NoLogin> {
        let Way::Users(users) = &self.way else { return Err(NoLogin::Wrong) };
        // Each try counts until it turns out right, so that tries at the same time do not pass together.
        let from = neighbourhood(from);
        users.failures.take(&from, Instant::now()).map_err(NoLogin::Wait)?;
        let is_short = name.len() <= LONGEST && password.len() <= LONGEST;
        if !is_short || !(users.check)(name, password).map_err(NoLogin::Failed)? {
            return Err(NoLogin::Wrong);
        }
        users.failures.give_back(&from);
        let session = Session::new(name.to_owned(), true);
        let session = session.map_err(|error| NoLogin::Failed(error.to_string()))?;
        let cookie = self.set_cookie(&session.cookie);
        users.open(session);
        Ok(cookie)
    }

    /// Ends the session of a request; returns the cookie that takes the old one's place.
    pub fn log_out(&self, headers: &HeaderMap) -> String {
        if let Way::Users(users) = &self.way {
            let mut open = users.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            for cookie in cookies(headers) {
                open.remove(&key(cookie));
            }
        }
        format!("{}; Max-Age=0", self.set_cookie(""))
    }

    fn set_cookie(&self, value: &str) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/{secure}")
    }

    /// The person whose cookie a request has.
    ///
    /// # Errors
    ///
    /// [`Refusal::Stranger`].
    pub fn asker(&self, headers: &HeaderMap) -> Result<Asker, Refusal> {
        let known = match &self.way {
            Way::Token { session, .. } => cookies(headers)
                .any(|value| is_same(value, &session.cookie))
                .then(|| session.asker.clone()),
            Way::Users(users) => cookies(headers).find_map(|value| users.known(value)),
        };
        known.ok_or(Refusal::Stranger)
    }

    /// Checks that what changes something comes from a page of this person.
    ///
    /// # Errors
    ///
    /// [`Refusal::Elsewhere`].
    pub fn check_form(&self, headers: &HeaderMap, by: &Asker, form: &str) -> Result<(), Refusal> {
        self.check_origin(headers)?;
        if is_same(form, &by.form) { Ok(()) } else { Err(Refusal::Elsewhere) }
    }

    /// Checks that a form comes from this server, as far as the browser tells.
    ///
    /// # Errors
    ///
    /// [`Refusal::Elsewhere`].
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or(""));
        let scheme = if self.is_secure { "https://" } else { "http://" };
        let is_ours = |origin: &str| {
            let host = origin.strip_prefix(scheme);
            host.is_some_and(|host| self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host)))
        };
        let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or(""));
        let is_same_site = site.is_none_or(|site| ["same-origin", "none"].contains(&site));
        if origin.is_none_or(is_ours) && is_same_site {
            return Ok(());
        }
        Err(Refusal::Elsewhere)
    }
}

impl Users {
    fn open(&self, session: Session) {
        let mut open = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, (_, seen)| seen.elapsed() < IDLE);
        if open.len() >= SESSIONS {
            let quietest = open.iter().min_by_key(|(_, (_, seen))| *seen);
            if let Some(quietest) = quietest.map(|(key, _)| key.clone()) {
                open.remove(&quietest);
            }
        }
        open.insert(key(&session.cookie), (session, Instant::now()));
    }

    fn known(&self, cookie: &str) -> Option<Asker> {
        let mut open = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, seen) = open.get_mut(&key(cookie))?;
        if seen.elapsed() >= IDLE {
            return None;
        }
        *seen = Instant::now();
        Some(session.asker.clone())
    }
}

/// The names of this machine for itself.
fn local_hosts(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")).to_vec()
}

/// The cookies of ours in a request.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

/// The digest under which a session is found, so that the time of a search tells nothing of the cookie.
fn key(cookie: &str) -> String {
    hex(&Sha256::digest(cookie))
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
