//! The server: settings, the loop that takes connections, and an orderly stop.

mod answer;
mod audit;
mod information;
mod login;
mod negotiate;
mod offer;
mod query;
mod respond;
mod route;
mod service;
mod share;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use demarche_http::{Bounds, Handler, HttpAnswer, ListenError, Listener, Pace, Stop, Transport};
use hyper::Request;
use hyper::body::Incoming;
use tokio::sync::Semaphore;

pub(crate) use answer::MEDIA_TYPE;
pub use service::{Refused, Respond, Service};

use self::audit::Audit;
use self::login::{Logins, Origin};
use self::service::Running;
use self::share::Shares;
use crate::secret::SecretError;
use crate::store::{PAGE_BYTES, Store};

/// Threads that answer; more than a machine has cores, because some wait for the disk while they read.
const READERS: usize = 8;

/// Threads that hash a password, write, or answer for a service; one at a time does each.
const WRITERS: usize = 3;

/// What a server tells of itself (TAXII 2.1, section 4.1.1).
#[derive(Clone, Debug)]
pub struct About {
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// Whom to turn to.
    pub contact: Option<String>,
    /// The `https` address under which clients reach the server; without one, roots are told as relative addresses.
    pub public_url: Option<String>,
}

impl Default for About {
    fn default() -> Self {
        let title = "TAXII server of demarche".to_owned();
        Self { title, description: None, contact: None, public_url: None }
    }
}

/// Bounds on what clients may take of the machine.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a body, from 1; told to clients as `max_content_length` (TAXII 2.1, section 4.2.1).
    pub max_content_length: u64,
    /// Objects that are added at once, from 1.
    pub max_objects: usize,
    /// Objects of a page for a client that names no number, from 1.
    pub page: usize,
    /// Objects of a page at most, from 1.
    pub max_page: usize,
    /// Bytes of answers in memory at a time; a user has a quarter of them, and at least one answer.
    pub answer_bytes: u64,
    /// Connections at a time; beyond, the one that waits longest for a request gives way to a new one.
    pub connections: usize,
    /// Connections at a time from one address, or one /64 of IPv6; behind a proxy there is no such bound.
    /// Beyond, the address loses its own connection that waits longest.
    pub connections_per_address: usize,
    /// Requests of one user in a minute.
    pub requests_per_minute: u32,
    /// Logins from one address, or one /64 of IPv6, that may fail in a minute; behind a proxy, those to one user.
    pub failures_per_minute: u32,
    /// The time for a handshake of TLS, and for the head of a request; idle connections are closed after it.
    pub head_timeout: Duration,
    /// The time for a whole body.
    pub body_timeout: Duration,
    /// The time in which a body has to go on, and a client has to take a part of an answer.
    pub stall_timeout: Duration,
    /// The time for requests under way when the server stops.
    pub stop_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_content_length: 10 << 20,
            max_objects: 10_000,
            page: 1_000,
            max_page: 10_000,
            answer_bytes: 64 << 20,
            connections: 2_048,
            connections_per_address: 1_024,
            requests_per_minute: 6_000,
            failures_per_minute: 20,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(120),
            stall_timeout: Duration::from_secs(15),
            stop_timeout: Duration::from_secs(10),
        }
    }
}

/// A server that cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address cannot be listened at, or objects would travel in the open.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The public address is not one that the standard allows (section 4.1.1).
    #[error("`{0}` is not an https address without a query")]
    PublicUrl(String),
    /// The operating system gives no threads, sockets or signals.
    #[error("cannot start")]
    Start(#[source] io::Error),
    /// No random numbers.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl ServerError {
    /// Returns the remedy, if there is one.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen(error) => Some(error.hint()),
            Self::PublicUrl(_) | Self::Start(_) | Self::Secret(_) => None,
        }
    }
}

/// A server that listens, and answers once it runs.
///
/// ```no_run
/// # use demarche_http::{Stop, Transport};
/// # use demarche_server::{About, Clock, Limits, Server, Store};
/// let store = Store::open("store.db".as_ref(), Clock::of_the_machine())?;
/// let server = Server::bind("127.0.0.1:8080".parse()?, Transport::Loopback, store)?;
/// server.about(About::default()).limits(Limits::default()).run(&Stop::on_signals())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    listener: Listener,
    store: Store,
    about: About,
    limits: Limits,
    audit: Box<dyn io::Write + Send>,
    service: Option<Service>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// A server while it runs.
struct Inner {
    store: Store,
    about: About,
    limits: Limits,
    audit: Audit,
    logins: Logins,
    /// Requests by the number of their user.
    pace: Pace<i64>,
    /// Failed logins by address, or by user behind a proxy.
    failures: Pace<Origin>,
    /// All connections come from a proxy.
    is_proxied: bool,
    /// All connections are HTTPS.
    is_tls: bool,
    /// Passwords that are hashed at a time.
    hashing: Semaphore,
    /// Requests that write at a time.
    writing: Semaphore,
    /// Memory for bodies that are read.
    room: Shares,
    /// Memory for answers.
    answers: Shares,
    /// A service beside TAXII.
    service: Option<Arc<Running>>,
}

impl Server {
    /// Listens at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The address is taken, or objects would travel in the open.
    pub fn bind(
        address: SocketAddr,
        transport: Transport,
        store: Store,
    ) -> Result<Self, ServerError> {
        let listener = Listener::bind(address, transport)?;
        let (about, limits) = (About::default(), Limits::default());
        Ok(Self { listener, store, about, limits, audit: Box::new(io::sink()), service: None })
    }

    /// Returns the address at which it listens, with the port that was free.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Sets what it tells of itself.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about, ..self }
    }

    /// Sets the bounds on what clients may take.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets where the audit log goes: one line of JSON for each request, with time, address, user, method, path,
    /// status, objects and bytes. Without it there is none.
    #[must_use]
    pub fn audit(self, sink: impl io::Write + Send + 'static) -> Self {
        Self { audit: Box::new(sink), ..self }
    }

    /// Sets a service that it has beside TAXII.
    #[must_use]
    pub fn service(self, service: Service) -> Self {
        Self { service: Some(service), ..self }
    }

    /// Answers until it is told to stop.
    ///
    /// # Errors
    ///
    /// The public address is not allowed, or the operating system gives no threads, sockets or signals.
    pub fn run(self, stop: &Stop) -> Result<(), ServerError> {
        let is_allowed = |url: &String| url.starts_with("https://") && !url.contains(['?', '#']);
        if let Some(url) = self.about.public_url.as_ref().filter(|url| !is_allowed(url)) {
            return Err(ServerError::PublicUrl(url.clone()));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(READERS)
            .max_blocking_threads(WRITERS)
            .enable_all()
            .build()
            .map_err(ServerError::Start)?;
        let mut limits = self.limits.clone();
        let (is_proxied, is_tls) = (self.listener.is_proxied(), self.listener.is_tls());
        if is_proxied {
            limits.connections_per_address = limits.connections;
        }
        let patience = limits.stop_timeout;
        let bounds = limits.of_connections();
        // The last object of a page may go beyond its end.
        let answer =
            u64::try_from(PAGE_BYTES).unwrap_or(u64::MAX).saturating_add(limits.max_content_length);
        let inner = Arc::new(Inner {
            store: self.store,
            about: self.about,
            audit: Audit::new(self.audit),
            logins: Logins::new()?,
            pace: Pace::new(limits.requests_per_minute),
            failures: Pace::new(limits.failures_per_minute),
            hashing: Semaphore::new(1),
            writing: Semaphore::new(1),
            is_proxied,
            is_tls,
            // Two bodies of one user, and four in all.
            room: Shares::new(limits.max_content_length.saturating_mul(4), 2),
            answers: Shares::new(limits.answer_bytes.max(answer.saturating_mul(4)), 4),
            service: self.service.map(|service| Arc::new(Running::new(service))),
            limits,
        });
        let answer = runtime.block_on(self.listener.serve(inner, bounds, stop));
        runtime.shutdown_timeout(patience);
        answer.map_err(ServerError::Start)
    }
}

impl Limits {
    const fn of_connections(&self) -> Bounds {
        Bounds {
            connections: self.connections,
            connections_per_address: self.connections_per_address,
            head_timeout: self.head_timeout,
            stall_timeout: self.stall_timeout,
            stop_timeout: self.stop_timeout,
        }
    }
}

impl Handler for Inner {
    async fn respond(self: Arc<Self>, address: IpAddr, request: Request<Incoming>) -> HttpAnswer {
        self.answered(address, request).await
    }
}
