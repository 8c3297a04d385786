//! The client itself: one server, reached under one address, and what it tells of itself.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// What a client shows to say who it is.
#[derive(Clone)]
pub enum Account {
    /// HTTP Basic (RFC 7617).
    Password {
        /// The name of the user, without a colon.
        name: String,
        /// The password.
        password: String,
    },
    /// A bearer token (RFC 6750).
    Token(String),
    /// Nothing.
    Anonymous,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::Token(_) => "Token",
            Self::Anonymous => "Anonymous",
        })
    }
}

/// The authorities whose signature on a server's certificate counts.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those of Mozilla's list, as it stood when the program was built.
    #[default]
    Public,
    /// Those of this text in PEM, and no others.
    Own(Vec<u8>),
}

/// Bounds on what a server may take of the client's time and memory.
#[derive(Clone, Debug)]
pub struct Patience {
    /// The time without progress after which a request has failed.
    pub stall: Duration,
    /// The bytes of an answer that are read, from 1.
    pub answer_bytes: u64,
    /// Attempts at a request that fails for want of a connection, or that the server puts off; from 1.
    pub attempts: u32,
    /// The longest wait between attempts.
    pub wait: Duration,
    /// The time in which added objects have to become complete.
    pub pending: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(60),
            answer_bytes: 256 << 20,
            attempts: 4,
            wait: Duration::from_secs(60),
            pending: Duration::from_secs(300),
        }
    }
}

/// A request that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address cannot be used.
    #[error("not the address of a TAXII server such as https://taxii.example.org/: `{0}`")]
    Address(String),
    /// Credentials and objects would travel in the open (section 8.5.1).
    #[error("`{0}` is neither an https address nor on this machine")]
    Open(String),
    /// A root is on a server that the user did not name.
    #[error("the root `{0}` is on another server")]
    Elsewhere(String),
    /// The authorities cannot be read.
    #[error("there is no certificate in PEM among the authorities")]
    Trust,
    /// The server did not answer.
    #[error("{url}: no answer")]
    Connection {
        /// The address that was asked.
        url: String,
        /// The reason.
        source: Box<ureq::Error>,
    },
    /// The server refuses.
    #[error("{url}: status {status}: {message}")]
    Status {
        /// The address that was asked.
        url: String,
        /// The status of HTTP, from 100 to 599.
        status: u16,
        /// The title and description of the error, cleaned and cut.
        message: String,
    },
    /// The answer is not what the standard demands.
    #[error("{url}: not an answer of TAXII 2.1")]
    Answer {
        /// The address that was asked.
        url: String,
        /// The reason.
        source: serde_json::Error,
    },
    /// The server has no such collection, or the account has no right to see it.
    #[error("the server shows no collection `{0}`")]
    Collection(String),
}

impl ClientError {
    /// Returns the remedy, if there is one.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Open(_) => "use an https address",
            Self::Elsewhere(_) => "name that server itself if it is to have the credentials",
            Self::Trust => "give the authorities' certificates in PEM",
            Self::Status { status: 401, .. } => "check the user name and password, or the token",
            Self::Status { status: 403, .. } => "ask the server's operator for the right",
            Self::Collection(_) => "list the collections; ask the operator for the right to it",
            Self::Address(_)
            | Self::Connection { .. }
            | Self::Status { .. }
            | Self::Answer { .. } => {
                return None;
            }
        })
    }
}

/// What a server tells of itself (section 4.1.1).
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Discovery {
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// Whom to turn to.
    pub contact: Option<String>,
    /// The root that it would have used.
    pub default: Option<String>,
    /// Its roots, as addresses.
    #[serde(default)]
    pub api_roots: Vec<String>,
}

/// A root of a server (section 4.2.1).
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ApiRoot {
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// The media types that it speaks.
    pub versions: Vec<String>,
    /// The bytes of a body that it takes, from 1.
    pub max_content_length: u64,
}

/// A collection as the server shows it to this account (section 5.2.1).
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RemoteCollection {
    /// The address of its root, without scheme and host.
    #[serde(skip)]
    pub root: String,
    /// The UUID by which it is named.
    pub id: String,
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// A second name.
    pub alias: Option<String>,
    /// May objects be got?
    pub can_read: bool,
    /// May objects be added?
    pub can_write: bool,
    /// The media types of its objects.
    #[serde(default)]
    pub media_types: Vec<String>,
}

/// A client of one server.
///
/// ```no_run
/// # use std::ops::ControlFlow;
/// # use demarche_server::{Account, Ceiling, Client, Patience, Trust, Wanted};
/// # use demarche_terms::Tlp;
/// let account = Account::Password { name: "analyst".to_owned(), password: "secret".to_owned() };
/// let client = Client::new("https://taxii.example.org/", &account, &Trust::Public, Patience::default())?;
/// let collection = client.collection("critical-indicators")?;
/// let pulled = client.pull(&collection, &Wanted::default(), |page| {
///     // Store the objects, and `page.last_added` with them: a later pull goes on from there.
///     ControlFlow::Continue(())
/// })?;
/// let objects: [&[u8]; 1] = [r#"{"type": "indicator", "id": "indicator--…"}"#.as_bytes()];
/// let pushed = client.push(&collection, &objects, &Ceiling::new(Tlp::Amber), |_| true)?;
/// assert_eq!(pushed.withheld.len(), 1); // without a marking it counts as RED
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Client {
    pub(crate) agent: Agent,
    /// Scheme, host and port, without a slash at the end.
    pub(crate) origin: String,
    /// The path that the user named, with a slash at the end.
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) patience: Patience,
}

impl Client {
    /// Prepares requests to the server at an address: of the server, of its discovery or of a root.
    ///
    /// # Errors
    ///
    /// The address is none, or neither `https` nor on this machine; or the authorities cannot be read.
    pub fn new(
        url: &str,
        account: &Account,
        trust: &Trust,
        patience: Patience,
    ) -> Result<Self, ClientError> {
        let (origin, path) = address(url)?;
        let is_local = origin.starts_with("http://");
        let roots = match trust {
            Trust::Public => RootCerts::WebPki,
            Trust::Own(pem) => RootCerts::from(authorities(pem)?),
        };
        let stall = Some(patience.stall);
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept_encoding("identity")
            .user_agent(concat!("demarche/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(stall)
            .timeout_connect(stall)
            .timeout_send_request(stall)
            .timeout_recv_response(stall)
            .timeout_per_read(stall)
            .tls_config(TlsConfig::builder().root_certs(roots).build());
        if is_local {
            config = config.proxy(None);
        }
        let authorization = match account {
            Account::Password { name, password } => {
                Some(format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
            }
            Account::Token(token) => Some(format!("Bearer {token}")),
            Account::Anonymous => None,
        };
        Ok(Self { agent: config.build().new_agent(), origin, path, authorization, patience })
    }

    /// Asks the server what it is (section 4.1).
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, or speaks another language.
    pub fn discovery(&self) -> Result<Discovery, ClientError> {
        self.resource("/taxii2/")
    }

    /// Lists the paths of the server's roots, the default one first; where the user named a root, that alone.
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, or speaks another language; or a root is elsewhere and none is here.
    pub fn roots(&self) -> Result<Vec<String>, ClientError> {
        if !matches!(self.path.as_str(), "/" | "/taxii2/") {
            return Ok(vec![self.path.clone()]);
        }
        let discovery = self.discovery()?;
        let (mut here, mut elsewhere) = (Vec::new(), None);
        for root in discovery.default.iter().chain(&discovery.api_roots) {
            match self.local(root) {
                Ok(path) if here.contains(&path) => {}
                Ok(path) => here.push(path),
                Err(error) => elsewhere = Some(error),
            }
        }
        match elsewhere {
            Some(error) if here.is_empty() => Err(error),
            _ => Ok(here),
        }
    }

    /// Asks what a root is (section 4.2); the root is a path as [`Client::roots`] gives it.
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, or speaks another language.
    pub fn root(&self, root: &str) -> Result<ApiRoot, ClientError> {
        self.resource(root)
    }

    /// Lists the collections of all roots (section 5.1).
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, or speaks another language.
    pub fn collections(&self) -> Result<Vec<RemoteCollection>, ClientError> {
        #[derive(Deserialize)]
        struct Collections {
            #[serde(default)]
            collections: Vec<RemoteCollection>,
        }
        let mut all = Vec::new();
        for root in self.roots()? {
            let Collections { collections } = self.resource(&format!("{root}collections/"))?;
            let of_root = |collection| RemoteCollection { root: root.clone(), ..collection };
            all.extend(collections.into_iter().map(of_root));
        }
        Ok(all)
    }

    /// Finds a collection by its id or alias in any root.
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, speaks another language, or shows no such collection.
    pub fn collection(&self, name: &str) -> Result<RemoteCollection, ClientError> {
        let is_named = |collection: &RemoteCollection| {
            collection.id.eq_ignore_ascii_case(name) || collection.alias.as_deref() == Some(name)
        };
        let found = self.collections()?.into_iter().find(is_named);
        found.ok_or_else(|| ClientError::Collection(name.chars().take(100).collect()))
    }

    /// The path of an address that a server gave for a root.
    pub(crate) fn local(&self, root: &str) -> Result<String, ClientError> {
        let path = match root.strip_prefix('/') {
            Some(rest) if !rest.starts_with('/') => Some(root.to_owned()),
            _ => address(root)
                .ok()
                .filter(|(origin, _)| *origin == self.origin)
                .map(|(_, path)| path),
        };
        let path = path.filter(|path| !path.contains(['?', '#']));
        path.map(|path| format!("{}/", path.trim_end_matches('/')))
            .ok_or_else(|| ClientError::Elsewhere(root.chars().take(200).collect()))
    }

    pub(crate) fn resource<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let answer = self.get(path)?;
        serde_json::from_slice(&answer.body)
            .map_err(|source| ClientError::Answer { url: answer.url, source })
    }
}

/// The origin and the path of an address.
fn address(url: &str) -> Result<(String, String), ClientError> {
    let error = || ClientError::Address(url.chars().take(200).collect());
    let uri: Uri = url.parse().map_err(|_| error())?;
    let (Some(scheme), Some(authority), None) = (uri.scheme_str(), uri.authority(), uri.query())
    else {
        return Err(error());
    };
    if authority.as_str().contains('@') || url.contains('#') {
        return Err(error());
    }
    let is_local = matches!(authority.host(), "127.0.0.1" | "localhost" | "[::1]");
    match scheme {
        "https" => {}
        "http" if is_local => {}
        "http" => return Err(ClientError::Open(url.chars().take(200).collect())),
        _ => return Err(error()),
    }
    let default = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.as_str().to_ascii_lowercase();
    let authority = authority.strip_suffix(default).unwrap_or(&authority);
    Ok((format!("{scheme}://{authority}"), format!("{}/", uri.path().trim_end_matches('/'))))
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ClientError> {
    let certificate = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    };
    let found: Vec<_> = parse_pem(pem).filter_map(certificate).collect();
    if found.is_empty() { Err(ClientError::Trust) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(url: &str) -> Result<Client, ClientError> {
        Client::new(url, &Account::Anonymous, &Trust::Public, Patience::default())
    }

    #[test]
    fn nothing_travels_in_the_open() {
        assert!(matches!(client("http://example.org/"), Err(ClientError::Open(_))));
        assert!(client("http://127.0.0.1:1/").is_ok());
        assert!(client("https://example.org").is_ok());
        for url in ["", "example.org", "ftp://a/", "https://u:p@a/", "https://a/?b", "https://a/#b"]
        {
            assert!(matches!(client(url), Err(ClientError::Address(_))), "{url}");
        }
    }

    #[test]
    fn a_root_on_another_server_gets_no_credentials() {
        let client = client("https://a.example/").unwrap();
        assert_eq!(client.local("/api/").unwrap(), "/api/");
        assert_eq!(client.local("https://A.example:443/api").unwrap(), "/api/");
        for root in [
            "https://b.example/api/",
            "http://a.example/",
            "//b.example/",
            "api/",
            "/a/?b",
            "https://a.example:444/",
        ] {
            assert!(matches!(client.local(root), Err(ClientError::Elsewhere(_))), "{root}");
        }
    }
}
