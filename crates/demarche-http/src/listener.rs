//! The loop that takes connections, and their bounds.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::crowd::{Crowd, Guest};
use crate::stall::Impatient;
use crate::stop::Stop;
use crate::tls::Tls;

/// The bytes of a request's line and headers together.
const HEAD_BYTES: usize = 32 << 10;

/// The time after which a connection that waits for a place looks again for one that gives way.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

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
    /// Connections at a time; beyond, the one that waits longest for a request gives way to a new one.
    pub connections: usize,
    /// Connections at a time from one [neighbourhood]; beyond, its own that waits longest gives way.
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

    /// Returns true if the connections are HTTPS themselves.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        matches!(self.transport, Transport::Tls(_))
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
        allow_descriptors(bounds.connections);
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let places = Arc::new(Semaphore::new(bounds.connections));
        let crowd = Crowd::new();
        let mut stopped = stop.told();
        let mut signals = pin!(stop.signals()?);
        loop {
            let entering = entered(&listener, &crowd, &places, bounds.connections_per_address);
            let (stream, guest, permit) = tokio::select! {
                entered = entering => entered,
                () = &mut signals => break,
                _ = stopped.wait_for(|stopped| *stopped) => break,
            };
            let address = stream.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
            let (handler, transport) = (Arc::clone(&handler), self.transport.clone());
            let peer = Peer { handler, address, bounds };
            let stopped = stop.told();
            tokio::spawn(async move {
                tokio::select! {
                    () = peer.connection(stream, transport, &guest, stopped) => {}
                    () = guest.state.told_to_leave() => {}
                }
                drop((guest, permit));
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

/// Asks the operating system for a file descriptor for each connection and some beside; many systems give 1,024 and
/// more only to those who ask.
///
/// Where it gives fewer, connections beyond wait.
fn allow_descriptors(connections: usize) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(512);
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current.is_some_and(|current| current < wanted) {
            limit.current = Some(limit.maximum.map_or(wanted, |most| wanted.min(most)));
            let _is_granted = setrlimit(Resource::Nofile, limit).is_ok();
        }
    }
}

/// Takes the next connection, and finds a place for it.
///
/// A connection for which there is none waits until a request has been answered.
async fn entered(
    listener: &tokio::net::TcpListener,
    crowd: &Arc<Crowd>,
    places: &Arc<Semaphore>,
    limit: usize,
) -> (TcpStream, Guest, OwnedSemaphorePermit) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            // No file descriptors are left; they come back when connections end.
            crowd.make_room();
            sleep(LOOK_AGAIN).await;
            continue;
        };
        let Some(guest) = crowd.enter(neighbourhood(address.ip()), limit) else { continue };
        if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
            return (stream, guest, permit);
        }
        // The new connection itself is the last that would give way, as it has waited least.
        let turn = guest.state.begin();
        loop {
            crowd.make_room();
            let place = timeout(LOOK_AGAIN, Arc::clone(places).acquire_owned()).await;
            if let Ok(Ok(permit)) = place {
                drop(turn);
                return (stream, guest, permit);
            }
        }
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
        guest: &Guest,
        stopped: watch::Receiver<bool>,
    ) {
        // Without it, the end of an answer may wait for an acknowledgement of its beginning.
        drop(stream.set_nodelay(true));
        let state = Arc::clone(&guest.state);
        let stream = Impatient::new(stream, self.bounds.stall_timeout, state);
        match transport {
            Transport::Loopback | Transport::BehindProxy => self.http(stream, guest, stopped).await,
            Transport::Tls(tls) => {
                let handshake = timeout(self.bounds.head_timeout, tls.0.accept(stream)).await;
                if let Ok(Ok(stream)) = handshake {
                    self.http(stream, guest, stopped).await;
                }
            }
        }
    }

    /// Answers the requests of a connection; what goes wrong with it concerns its client alone.
    async fn http<S>(self, stream: S, guest: &Guest, mut stopped: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { handler, address, bounds } = self;
        let service = service_fn(move |request| {
            let (handler, state) = (Arc::clone(&handler), Arc::clone(&guest.state));
            async move {
                let Some(turn) = state.begin() else { return std::future::pending().await };
                let answer = handler.respond(address, request).await;
                drop(turn);
                Ok::<_, Infallible>(answer)
            }
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
