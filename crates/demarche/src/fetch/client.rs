//! One request, with the redirects that follow from it.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::Context;
use ureq::http::header::LOCATION;
use ureq::http::{HeaderMap, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::fault::Fault;
use super::patience::Patience;

/// Publishers move files once; more is a loop.
const REDIRECTS: u32 = 5;

/// Whose signature on a server's certificate counts.
#[derive(Clone, Debug, Default)]
pub(crate) enum Trust {
    /// The authorities of Mozilla's list, as it stood when the program was built.
    #[default]
    Public,
    /// These alone: those of an institution.
    Own(Vec<Certificate<'static>>),
}

impl Trust {
    /// The certificates of a file in PEM.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let certificate = |item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        };
        let certificates: Vec<_> = parse_pem(&text).filter_map(certificate).collect();
        anyhow::ensure!(!certificates.is_empty(), "no certificate in PEM in {}", path.display());
        Ok(Self::Own(certificates))
    }
}

/// A server that has the publishers' files under the same paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mirror {
    scheme: String,
    authority: String,
    /// The path in front of the publishers' paths, without the last `/`.
    base: String,
}

/// The text is not the address of a mirror.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an address such as https://mirror.example.org/base, without user name, query or fragment: `{0}`"
)]
pub(crate) struct MirrorError(String);

impl FromStr for Mirror {
    type Err = MirrorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || MirrorError(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| error())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"));
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let (Some(scheme), Some(authority), None) = (scheme, authority, uri.query()) else {
            return Err(error());
        };
        if text.contains('#') {
            return Err(error());
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            authority: authority.to_string(),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base)
    }
}

impl Mirror {
    /// A publisher's address with scheme and host replaced.
    pub(crate) fn of(&self, url: &str) -> String {
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        format!("{self}/{}", path.map_or("", |(_, path)| path))
    }

    /// Is what travels from it readable and changeable on the way?
    pub(crate) fn is_open(&self) -> bool {
        self.scheme == "http"
    }

    fn is_loopback(&self) -> bool {
        let host =
            self.authority.rsplit_once(':').map_or(self.authority.as_str(), |(host, _)| host);
        matches!(host, "127.0.0.1" | "localhost" | "[::1]")
    }
}

/// Asks servers; follows redirects to `https` only, or within an `http` mirror that the user named.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    open: Option<String>,
}

impl Client {
    /// Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`), except for a mirror on this machine.
    pub(crate) fn new(patience: &Patience, trust: Trust, mirror: Option<&Mirror>) -> Self {
        let roots = match trust {
            Trust::Public => RootCerts::WebPki,
            Trust::Own(certificates) => RootCerts::from(certificates),
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
            .timeout_recv_response(stall)
            .timeout_per_read(stall)
            .tls_config(TlsConfig::builder().root_certs(roots).build());
        if mirror.is_some_and(Mirror::is_loopback) {
            config = config.proxy(None);
        }
        let open = mirror.filter(|mirror| mirror.is_open());
        Self {
            agent: config.build().new_agent(),
            open: open.map(|mirror| mirror.authority.clone()),
        }
    }

    /// The answer at the end of the redirects, whatever its status.
    pub(crate) fn get(&self, url: &str, headers: &HeaderMap) -> Result<Response<Body>, Fault> {
        let mut url = self.allowed(url)?;
        for _ in 0..=REDIRECTS {
            let mut request = self.agent.get(&url);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let response = request.call()?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = self.allowed(&target(&url, to.unwrap_or("")))?;
        }
        Err(Fault::Redirects(REDIRECTS))
    }

    /// The address, when it may be asked.
    fn allowed(&self, url: &str) -> Result<String, Fault> {
        let refused = || Fault::Redirect(crate::output::clean(url));
        let uri: Uri = url.parse().map_err(|_| refused())?;
        let authority = uri.authority().ok_or_else(refused)?.as_str();
        let is_allowed = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => self.open.as_deref() == Some(authority),
            _ => false,
        };
        if is_allowed && !authority.contains('@') { Ok(url.to_owned()) } else { Err(refused()) }
    }
}

/// The place where a redirect leads, seen from an address (RFC 3986, section 5.2, without `.` and `..`, which servers take care of).
fn target(from: &str, to: &str) -> String {
    let to = to.split('#').next().unwrap_or("");
    let (scheme, rest) = from.split_once("://").unwrap_or(("https", from));
    let host = rest.split('/').next().unwrap_or("");
    if to.contains("://") {
        to.to_owned()
    } else if to.starts_with("//") {
        format!("{scheme}:{to}")
    } else if to.starts_with('/') {
        format!("{scheme}://{host}{to}")
    } else {
        let path = from.split('?').next().unwrap_or("");
        let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        format!("{folder}/{to}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_mirror_replaces_scheme_and_host() {
        let of = |mirror: &str| {
            mirror.parse::<Mirror>().unwrap().of("https://zenodo.org/records/1?download=1")
        };
        assert_eq!(
            of("https://mirror.example.org"),
            "https://mirror.example.org/records/1?download=1"
        );
        assert_eq!(
            of("http://127.0.0.1:8080/base/"),
            "http://127.0.0.1:8080/base/records/1?download=1"
        );
    }

    #[test]
    fn what_is_no_mirror_is_refused() {
        for text in [
            "",
            "mirror",
            "ftp://host",
            "https://user:word@host",
            "https://host/?q",
            "https://host/#f",
            "file:///etc",
        ] {
            assert!(text.parse::<Mirror>().is_err(), "{text}");
        }
    }

    #[test]
    fn redirects_are_read_as_browsers_read_them() {
        let from = "https://a.example/b/c?d";
        for (to, total) in [
            ("https://x.example/y#z", "https://x.example/y"),
            ("//x.example/y", "https://x.example/y"),
            ("/y", "https://a.example/y"),
            ("y", "https://a.example/b/y"),
        ] {
            assert_eq!(target(from, to), total);
        }
    }

    #[test]
    fn only_https_and_the_named_open_mirror_are_asked() {
        let patience = Patience::usual(Duration::from_secs(1));
        let strict = Client::new(&patience, Trust::Public, None);
        assert!(strict.allowed("https://host/").is_ok());
        for url in [
            "http://host/",
            "http://127.0.0.1/",
            "file:///etc/passwd",
            "ftp://host/",
            "https://user@host/",
            "/x",
            "",
        ] {
            assert!(strict.allowed(url).is_err(), "{url}");
        }
        let mirror: Mirror = "http://127.0.0.1:8080".parse().unwrap();
        let open = Client::new(&patience, Trust::Public, Some(&mirror));
        assert!(open.allowed("http://127.0.0.1:8080/x").is_ok());
        assert!(open.allowed("http://127.0.0.1:8081/x").is_err());
        let secure: Mirror = "https://mirror.example.org".parse().unwrap();
        assert!(
            Client::new(&patience, Trust::Public, Some(&secure))
                .allowed("http://mirror.example.org/")
                .is_err()
        );
    }
}
