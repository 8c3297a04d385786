//! The server: settings, the loop that takes connections, and an orderly stop.

mod answer;
mod audit;
mod body;
mod information;
mod login;
mod negotiate;
mod pace;
mod query;
mod respond;
mod route;
mod share;
mod stall;
mod tls;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

pub(crate) use answer::MEDIA_TYPE;
pub use tls::{Tls, TlsError};

use self::audit::Audit;
use self::login::{Logins, Origin, neighbourhood};
use self::pace::Pace;
use self::share::Shares;
use self::stall::Impatient;
use crate::secret::SecretError;
use crate::store::{PAGE_BYTES, Store};

/// The bytes of a request's line and headers together.
const HEAD_BYTES: usize = 64 << 10;

/// Threads that answer; more than a machine has cores, because some wait for the disk while they read.
const READERS: usize = 8;

/// Threads that hash a password or write; one at a time does either.
const WRITERS: usize = 2;

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
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address, or one /64 of IPv6; behind a proxy there is no such bound.
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
            connections: 512,
            connections_per_address: 64,
            requests_per_minute: 6_000,
            failures_per_minute: 20,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(120),
            stall_timeout: Duration::from_secs(15),
            stop_timeout: Duration::from_secs(10),
        }
    }
}

/// The way in which a server is reached.
#[derive(Clone, Debug)]
pub enum Transport {
    /// HTTPS, as TAXII 2.1, section 8.2.2, demands.
    Tls(Tls),
    /// HTTP, on a loopback address only.
    Loopback,
    /// HTTP on any address: a proxy in front of the server speaks HTTPS with clients.
    BehindProxy,
}

/// A server that cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Passwords and objects would travel in the open.
    #[error("{0} is no loopback address, and there is no certificate")]
    Open(SocketAddr),
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
            Self::Listen { .. } => Some("choose another port, or stop the program that has it"),
            Self::Open(_) => Some(
                "give a certificate and a key, or listen at 127.0.0.1 behind a proxy that has them",
            ),
            Self::PublicUrl(_) | Self::Start(_) | Self::Secret(_) => None,
        }
    }
}

/// A handle that stops a server from another thread.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: Arc<watch::Sender<bool>>,
    heeds_signals: bool,
}

impl Stop {
    /// A handle for [`Stop::now`] alone.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a stop that nobody holds would be a mistake")]
    pub fn new() -> Self {
        Self { sender: Arc::new(watch::Sender::new(false)), heeds_signals: false }
    }

    /// A handle that heeds the signals SIGINT (Ctrl-C) and SIGTERM as well, from when the server runs.
    #[must_use]
    pub fn on_signals() -> Self {
        Self { heeds_signals: true, ..Self::new() }
    }

    /// Lets requests under way end, takes no further ones, and ends [`Server::run`].
    pub fn now(&self) {
        self.sender.send_replace(true);
    }
}

/// A server that listens, and answers once it runs.
///
/// ```no_run
/// # use demarche_server::{About, Clock, Limits, Server, Stop, Store, Transport};
/// let store = Store::open("store.db".as_ref(), Clock::of_the_machine())?;
/// let server = Server::bind("127.0.0.1:8080".parse()?, Transport::Loopback, store)?;
/// server.about(About::default()).limits(Limits::default()).run(&Stop::on_signals())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    transport: Transport,
    store: Store,
    about: About,
    limits: Limits,
    audit: Box<dyn io::Write + Send>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
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
    /// Passwords that are hashed at a time.
    hashing: Semaphore,
    /// Requests that write at a time.
    writing: Semaphore,
    /// Memory for bodies that are read.
    room: Shares,
    /// Memory for answers.
    answers: Shares,
    /// Connections by address.
    open: Mutex<HashMap<IpAddr, usize>>,
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
        if matches!(transport, Transport::Loopback) && !address.ip().is_loopback() {
            return Err(ServerError::Open(address));
        }
        let error = |source| ServerError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(error)?;
        listener.set_nonblocking(true).map_err(error)?;
        let address = listener.local_addr().map_err(error)?;
        let (about, limits) = (About::default(), Limits::default());
        Ok(Self { listener, address, transport, store, about, limits, audit: Box::new(io::sink()) })
    }

    /// Returns the address at which it listens, with the port that was free.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
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
        let is_proxied = matches!(self.transport, Transport::BehindProxy);
        if is_proxied {
            limits.connections_per_address = limits.connections;
        }
        let patience = limits.stop_timeout;
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
            // Two bodies of one user, and four in all.
            room: Shares::new(limits.max_content_length.saturating_mul(4), 2),
            answers: Shares::new(limits.answer_bytes.max(answer.saturating_mul(4)), 4),
            open: Mutex::default(),
            limits,
        });
        let answer = runtime.block_on(inner.serve(self.listener, self.transport, stop));
        runtime.shutdown_timeout(patience);
        answer.map_err(ServerError::Start)
    }
}

impl Inner {
    /// Takes connections until the stop, and then waits for those that are open.
    async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        transport: Transport,
        stop: &Stop,
    ) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let places = Arc::new(Semaphore::new(self.limits.connections));
        let mut stopped = stop.sender.subscribe();
        let mut signals = pin!(signals(stop.heeds_signals)?);
        loop {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = &mut signals => break,
                _ = stopped.wait_for(|stopped| *stopped) => break,
            };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut signals => break,
                _ = stopped.wait_for(|stopped| *stopped) => break,
            };
            let Ok((stream, address)) = accepted else {
                // No file descriptors are left; they come back when connections end.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let Some(guard) = Open::new(&self, address.ip()) else { continue };
            let (inner, transport, stopped) =
                (Arc::clone(&self), transport.clone(), stop.sender.subscribe());
            tokio::spawn(async move {
                inner.connection(stream, address.ip(), transport, stopped).await;
                drop((guard, place));
            });
        }
        stop.now();
        drop(listener);
        let all = u32::try_from(self.limits.connections).unwrap_or(u32::MAX);
        // Whoever is not done by then is cut off.
        drop(timeout(self.limits.stop_timeout, places.acquire_many(all)).await);
        Ok(())
    }

    async fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        address: IpAddr,
        transport: Transport,
        stopped: watch::Receiver<bool>,
    ) {
        // Without it, the end of an answer may wait for an acknowledgement of its beginning.
        drop(stream.set_nodelay(true));
        let stream = Impatient::new(stream, self.limits.stall_timeout);
        match transport {
            Transport::Loopback | Transport::BehindProxy => {
                self.http(stream, address, stopped).await;
            }
            Transport::Tls(tls) => {
                let handshake = timeout(self.limits.head_timeout, tls.0.accept(stream)).await;
                if let Ok(Ok(stream)) = handshake {
                    self.http(stream, address, stopped).await;
                }
            }
        }
    }

    /// Answers the requests of a connection; what goes wrong with it concerns its client alone.
    async fn http<S>(
        self: Arc<Self>,
        stream: S,
        address: IpAddr,
        mut stopped: watch::Receiver<bool>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let timeout = self.limits.head_timeout;
        let service = service_fn(move |request| {
            let inner = Arc::clone(&self);
            async move { Ok::<_, Infallible>(inner.respond(address, request).await) }
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(timeout)
                .max_buf_size(HEAD_BYTES)
                .serve_connection(TokioIo::new(stream), service)
        );
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stopped.wait_for(|stopped| *stopped) => connection.as_mut().graceful_shutdown(),
        }
        drop(connection.await);
    }
}

/// Ends at SIGINT or SIGTERM, or never when signals are not heeded.
fn signals(are_heeded: bool) -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        are_heeded.then(|| signal(SignalKind::terminate())).transpose()?
    };
    Ok(async move {
        if !are_heeded {
            return std::future::pending().await;
        }
        #[cfg(unix)]
        if let Some(mut terminate) = terminate {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
        drop(tokio::signal::ctrl_c().await);
    })
}

/// A connection that counts for its address as long as it is open.
struct Open {
    inner: Arc<Inner>,
    near: IpAddr,
}

impl Open {
    /// `None` when the address has its fill.
    fn new(inner: &Arc<Inner>, address: IpAddr) -> Option<Self> {
        let near = neighbourhood(address);
        let mut open = inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(near).or_insert(0);
        if *count >= inner.limits.connections_per_address {
            return None;
        }
        *count += 1;
        Some(Self { inner: Arc::clone(inner), near })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.near) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.near);
            }
        }
    }
}
