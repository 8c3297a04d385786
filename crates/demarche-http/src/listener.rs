//! The loop that takes connections, and their bounds.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::stall::Impatient;
use crate::stop::Stop;
use crate::tls::Tls;

/// The bytes of a request's line and headers together.
const HEAD_BYTES: usize = 64 << 10;

/// An answer to a request.
pub type HttpAnswer = Response<Full<Bytes>>;

/// Something that answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers a request that came from an address.
    fn respond(
        self: Arc<Self>,
        address: IpAddr,
        request: Request<Incoming>,
    ) -> impl Future<Output = HttpAnswer> + Send;
}

/// The way in which a server is reached.
#[derive(Clone, Debug)]
pub enum Transport {
    /// HTTPS.
    Tls(Tls),
    /// HTTP, on a loopback address only.
    Loopback,
    /// HTTP on any address: a proxy in front of the server speaks HTTPS with clients.
    BehindProxy,
}

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one [neighbourhood].
    pub connections_per_address: usize,
    /// The time for a handshake of TLS, and for the head of a request; idle connections are closed after it.
    pub head_timeout: Duration,
    /// The time in which a client has to take a part of an answer.
    pub stall_timeout: Duration,
    /// The time for requests under way when the server stops.
    pub stop_timeout: Duration,
}

/// A server that cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Passwords and contents would travel in the open.
    #[error("{0} is no loopback address, and there is no certificate")]
    Open(SocketAddr),
}

impl ListenError {
    /// Returns the remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "choose another port, or stop the program that has it",
            Self::Open(_) => {
                "give a certificate and a key, or listen at 127.0.0.1 behind a proxy that has them"
            }
        }
    }
}

/// An address that is listened at.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    address: SocketAddr,
    transport: Transport,
}

/// The connections that are open, by address.
#[derive(Debug, Default)]
struct Counts(Mutex<HashMap<IpAddr, usize>>);

impl Listener {
    /// Listens at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The address is taken, or contents would travel in the open.
    pub fn bind(address: SocketAddr, transport: Transport) -> Result<Self, ListenError> {
        if matches!(transport, Transport::Loopback) && !address.ip().is_loopback() {
            return Err(ListenError::Open(address));
        }
        let error = |source| ListenError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(error)?;
        listener.set_nonblocking(true).map_err(error)?;
        let address = listener.local_addr().map_err(error)?;
        Ok(Self { listener, address, transport })
    }

    /// Returns the address, with the port that was free.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns true if all connections come from a proxy, so that their address tells nothing.
    #[must_use]
    pub const fn is_proxied(&self) -> bool {
        matches!(self.transport, Transport::BehindProxy)
    }

    /// Takes connections until the stop, and then waits for those that are open.
    ///
    /// # Errors
    ///
    /// The operating system gives no socket or signals.
    pub async fn serve<H: Handler>(
        self,
        handler: Arc<H>,
        bounds: Bounds,
        stop: &Stop,
    ) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let places = Arc::new(Semaphore::new(bounds.connections));
        let counts = Arc::new(Counts::default());
        let mut stopped = stop.told();
        let mut signals = pin!(stop.signals()?);
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&places).acquire_owned() => permit,
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
            let limit = bounds.connections_per_address;
            let Some(guard) = Open::new(&counts, address.ip(), limit) else { continue };
            let (handler, transport) = (Arc::clone(&handler), self.transport.clone());
            let peer = Peer { handler, address: address.ip(), bounds };
            let stopped = stop.told();
            tokio::spawn(async move {
                peer.connection(stream, transport, stopped).await;
                drop((guard, permit));
            });
        }
        stop.now();
        drop(listener);
        let all = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
        // Whoever is not done by then is cut off.
        drop(timeout(bounds.stop_timeout, places.acquire_many(all)).await);
        Ok(())
    }
}

/// The other side of a connection.
struct Peer<H> {
    handler: Arc<H>,
    address: IpAddr,
    bounds: Bounds,
}

impl<H: Handler> Peer<H> {
    async fn connection(
        self,
        stream: TcpStream,
        transport: Transport,
        stopped: watch::Receiver<bool>,
    ) {
        // Without it, the end of an answer may wait for an acknowledgement of its beginning.
        drop(stream.set_nodelay(true));
        let stream = Impatient::new(stream, self.bounds.stall_timeout);
        match transport {
            Transport::Loopback | Transport::BehindProxy => self.http(stream, stopped).await,
            Transport::Tls(tls) => {
                let handshake = timeout(self.bounds.head_timeout, tls.0.accept(stream)).await;
                if let Ok(Ok(stream)) = handshake {
                    self.http(stream, stopped).await;
                }
            }
        }
    }

    /// Answers the requests of a connection; what goes wrong with it concerns its client alone.
    async fn http<S>(self, stream: S, mut stopped: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { handler, address, bounds } = self;
        let service = service_fn(move |request| {
            let handler = Arc::clone(&handler);
            async move { Ok::<_, Infallible>(handler.respond(address, request).await) }
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(bounds.head_timeout)
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

/// A connection that counts for its address as long as it is open.
struct Open {
    counts: Arc<Counts>,
    near: IpAddr,
}

impl Open {
    /// `None` when the address has its fill.
    fn new(counts: &Arc<Counts>, address: IpAddr, limit: usize) -> Option<Self> {
        let near = neighbourhood(address);
        let mut open = counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(near).or_insert(0);
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(Self { counts: Arc::clone(counts), near })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.near) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.near);
            }
        }
    }
}

/// The addresses that count as one: an address of IPv4, or a /64 of IPv6, which one customer has.
#[must_use]
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        },
    }
}
