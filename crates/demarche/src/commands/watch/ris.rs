//! RIS Live: the updates of RIPE's collectors over a WebSocket.

use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use demarche_watch::ris_live::{MAX_TEXT, RisMessage, SUBSCRIBE, take};
use demarche_watch::{Recorder, Stamp};
use tungstenite::client::{IntoClientRequest as _, uri_mode};
use tungstenite::error::UrlError;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::stream::{MaybeTlsStream, Mode};
use tungstenite::{HandshakeError, Message, WebSocket, client_tls_with_config};

use super::live::{Arrival, arrival};

/// A line on which nothing comes for so long is asked for a sign of life; after twice that it is given up.
const QUIET: Duration = Duration::from_secs(20);

/// Pauses between attempts, in seconds; the last holds on.
const PAUSES: [u64; 6] = [1, 2, 5, 10, 30, 60];

/// A line that held for so long was a good one.
const HELD: Duration = Duration::from_secs(60);

/// Attempts in a row that may fail, or give a line that does not hold, before the watch ends.
const ATTEMPTS: usize = 30;

/// Arrivals that may wait to be read; then the server has to wait.
const WAITING: usize = 4096;

type Socket = WebSocket<MaybeTlsStream<TcpStream>>;

/// Connects, and follows the messages in a thread of its own. The first attempt has to succeed.
pub(crate) fn connect(url: &str) -> anyhow::Result<Receiver<Arrival>> {
    let socket = open(url).with_context(|| format!("cannot connect to {url}"))?;
    let (sender, receiver) = sync_channel(WAITING);
    let url = url.to_owned();
    std::thread::Builder::new()
        .name("ris-live".to_owned())
        .spawn(move || follow(&url, socket, &sender))
        .context("cannot start a thread")?;
    Ok(receiver)
}

fn open(url: &str) -> Result<Socket, tungstenite::Error> {
    let config =
        WebSocketConfig::default().max_message_size(Some(MAX_TEXT)).max_frame_size(Some(MAX_TEXT));
    let request = url.into_client_request()?;
    let address = request.uri();
    let default = match uri_mode(address)? {
        Mode::Tls => 443,
        Mode::Plain => 80,
    };
    let host = address.host().ok_or(tungstenite::Error::Url(UrlError::NoHostName))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = dial(host, address.port_u16().unwrap_or(default))?;
    let opened = client_tls_with_config(request, stream, Some(config), None);
    let (mut socket, _) = opened.map_err(|error| match error {
        HandshakeError::Failure(error) => error,
        HandshakeError::Interrupted(_) => io::Error::from(io::ErrorKind::TimedOut).into(),
    })?;
    socket.send(Message::text(SUBSCRIBE))?;
    Ok(socket)
}

/// A line to the first address of a host that answers. A server that then says nothing is given up.
fn dial(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, QUIET) {
            Ok(stream) => {
                stream.set_read_timeout(Some(QUIET))?;
                stream.set_write_timeout(Some(QUIET))?;
                return Ok(stream);
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
fn follow(url: &str, mut socket: Socket, sender: &SyncSender<Arrival>) {
    let mut attempt = 0;
    loop {
        let began = Instant::now();
        let Some(why) = listen(&mut socket, sender) else { return };
        // A server that takes a line and closes it at once is no better than one that takes none.
        if began.elapsed() >= HELD {
            attempt = 0;
        }
        let mut failed = why.clone();
        if sender.send(Arrival::Cut(None, why)).is_err() {
            return;
        }
        socket = loop {
            if attempt >= ATTEMPTS {
                drop(sender.send(Arrival::Refused("RIS Live".to_owned(), failed)));
                drop(sender.send(Arrival::End));
                return;
            }
            std::thread::sleep(pause(attempt));
            attempt += 1;
            match open(url) {
                Ok(socket) => break socket,
                Err(error) => failed = error.to_string(),
            }
        };
    }
}

/// The pause before an attempt, from 0.
fn pause(attempt: usize) -> Duration {
    let seconds = PAUSES.get(attempt).or(PAUSES.last()).copied();
    Duration::from_secs(seconds.unwrap_or_default())
}

/// Takes messages until the line is cut, and returns why; `None` when nobody listens any more.
fn listen(socket: &mut Socket, sender: &SyncSender<Arrival>) -> Option<String> {
    let mut recorder = Recorder::default();
    let mut is_asked = false;
    loop {
        let text = match socket.read() {
            Ok(Message::Text(text)) => text,
            Ok(Message::Close(_)) => return Some("the server closed it".to_owned()),
            Ok(_) => {
                is_asked = false;
                continue;
            }
            Err(tungstenite::Error::Io(error)) if is_timeout(&error) && !is_asked => {
                is_asked = true;
                if let Err(error) = socket.send(Message::Ping(Vec::new().into())) {
                    return Some(error.to_string());
                }
                continue;
            }
            Err(error) => return Some(error.to_string()),
        };
        is_asked = false;
        let taken = take(text.as_str(), now().in_an_hour(), |_| &mut recorder);
        let arrival = match taken {
            Ok(RisMessage::Recorded { collector }) => arrival(&collector, &mut recorder),
            Ok(RisMessage::Other) => None,
            Ok(RisMessage::Error(why)) => {
                Some(Arrival::Refused("RIS Live".to_owned(), format!("the server says: {why}")))
            }
            Err(error) => Some(Arrival::Refused("RIS Live".to_owned(), error.to_string())),
        };
        if let Some(arrival) = arrival {
            sender.send(arrival).ok()?;
        }
    }
}

pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The machine's time.
#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
pub(crate) fn now() -> Stamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp {
        seconds: u32::try_from(since.as_secs()).unwrap_or(u32::MAX),
        micros: since.subsec_micros(),
    }
}
