//! Why a download failed, at which address, and what to do about it.

use std::io;
use std::time::Duration;

use demarche_case::Sha256;

use crate::output::clean;

/// A download that failed.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {fault}")]
pub(crate) struct FetchError {
    url: String,
    /// What went wrong; its own cause is already in its text.
    pub(crate) fault: Fault,
}

impl FetchError {
    pub(crate) fn new(url: &str, fault: Fault) -> Self {
        Self { url: clean(url), fault }
    }

    /// What to do about it.
    pub(crate) const fn hint(&self) -> &'static str {
        self.fault.hint()
    }
}

/// What went wrong with a download.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("there is no such file (status {0})")]
    Missing(u16),
    #[error("the server refuses (status {0})")]
    Refused(u16),
    #[error("the server cannot answer now (status {status})")]
    Busy { status: u16, after: Option<Duration> },
    #[error("more than {0} redirects")]
    Redirects(u32),
    #[error("redirected to `{0}`, which is not an https address")]
    Redirect(String),
    #[error("the file has {announced} bytes by the server's word, and the limit is {limit}")]
    Announced { announced: u64, limit: u64 },
    #[error("the file has more than {limit} bytes")]
    TooLong { limit: u64 },
    #[error("the connection ended after {here} of {of} bytes")]
    Short { here: u64, of: u64 },
    #[error("{here} bytes arrived, and the server announced {of}")]
    Excess { here: u64, of: u64 },
    #[error("the file is empty")]
    Empty,
    #[error("a web page came instead of the file")]
    Page,
    #[error("the file came packed as `{0}`, which was not asked for")]
    Packed(String),
    #[error("the server sent another part of the file than was asked for")]
    WrongPart,
    #[error("its SHA-256 is {met}, and {expected} was expected")]
    Hash { expected: Sha256, met: Sha256 },
    #[error("the host is not known")]
    Host,
    #[error("the connection is not secure: {0}")]
    Insecure(String),
    #[error("no connection: {0}")]
    Connection(String),
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("the server's answer is not HTTP: {0}")]
    Garbled(String),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

impl Fault {
    /// Could the next attempt go better?
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::Short { .. }
                | Self::WrongPart
                | Self::Connection(_)
                | Self::Broken(_)
        )
    }

    /// Is what has arrived of no use, so that nothing should be carried on from it?
    pub(crate) const fn spoils(&self) -> bool {
        matches!(
            self,
            Self::Announced { .. } | Self::TooLong { .. } | Self::Excess { .. } | Self::Hash { .. }
        )
    }

    /// The pause that the server asked for.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        if let Self::Busy { after, .. } = self { *after } else { None }
    }

    /// What to do about it.
    const fn hint(&self) -> &'static str {
        match self {
            Self::Missing(_) => {
                "look at the folder of this address in a browser; docs/fetch.md tells which days exist, and --mirror asks elsewhere"
            }
            Self::Refused(_) => {
                "the publisher may want a login, or block this network: --mirror asks elsewhere"
            }
            Self::Busy { .. } | Self::Short { .. } | Self::Connection(_) | Self::Broken(_) => {
                "give the same command again later: what has arrived is kept, and the download goes on from there"
            }
            Self::Redirects(_) | Self::Redirect(_) | Self::Garbled(_) | Self::WrongPart => {
                "something between here and the publisher interferes: try another network, or --mirror"
            }
            Self::Announced { .. } | Self::TooLong { .. } | Self::Excess { .. } => {
                "far more than this file ever had: look at the address in a browser, and add the file by hand if it is right"
            }
            Self::Empty | Self::Page | Self::Packed(_) => {
                "a login page of the network may stand between: open the address in a browser"
            }
            Self::Hash { .. } => {
                "the file was thrown away; ask whoever told you the hash which version it is of"
            }
            Self::Host => {
                "check the network; behind a proxy set HTTPS_PROXY, and --mirror asks elsewhere"
            }
            Self::Insecure(_) => {
                "where your institution's proxy opens connections, name its certificate with --ca FILE"
            }
            Self::Write(_) => "check space and rights of the folder, or choose another with --out",
        }
    }
}

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Self {
        use ureq::Error;
        match error {
            Error::HostNotFound => Self::Host,
            // The standard library has no kind for it, and to wait would not help.
            Error::Io(error) if error.to_string().starts_with("failed to lookup address") => {
                Self::Host
            }
            Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Insecure(clean(&error.to_string()))
            }
            Error::Io(error) => Self::Connection(clean(&error.to_string())),
            Error::Timeout(_) => Self::Connection("nothing arrives any more".to_owned()),
            error @ (Error::ConnectionFailed
            | Error::BodyStalled
            | Error::ConnectProxyFailed(_)) => Self::Connection(clean(&error.to_string())),
            error @ (Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired) => {
                Self::Insecure(clean(&error.to_string()))
            }
            error => Self::Garbled(clean(&error.to_string())),
        }
    }
}
