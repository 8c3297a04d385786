//! Routers that speak the BGP Monitoring Protocol: each address is a collector of its own.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use demarche_watch::bmp::BmpStream;
use demarche_watch::{Recorder, Stamp};

use super::live::{Arrival, arrival};
use super::ris::{is_timeout, now};
use crate::output;

/// Lines at once, at most.
const LINES: usize = 64;

/// Lines of one address at once, at most: a router that comes back has an old one for a while.
const LINES_OF_ONE: usize = 4;

/// A router that says nothing for so long is let go; statistics alone come more often.
const SILENCE: Duration = Duration::from_secs(600);

/// A line on which no whole message came for so long is of no router.
const FIRST: Duration = Duration::from_secs(30);

/// So many messages of views that do not count, and none of one that does, are told.
const VIEWS: u64 = 100;
const OTHER_VIEWS: &str = "the router sends views that do not count (after the policy, sent, Loc-RIB, VRF) and no routes before the policy: set it to send these";

/// Arrivals that may wait to be read; then the router has to wait.
const WAITING: usize = 256;

/// Listens for routers, whose messages are of after `tables`.
pub(crate) fn listen(address: SocketAddr, tables: Stamp) -> anyhow::Result<Receiver<Arrival>> {
    let listener =
        TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    let bound = listener.local_addr().context("cannot listen")?;
    output::note(&format!("listening for BMP on {bound}\n"));
    let (sender, receiver) = sync_channel(WAITING);
    std::thread::Builder::new()
        .name("bmp".to_owned())
        .spawn(move || accept(&listener, tables, &sender))
        .context("cannot start a thread")?;
    Ok(receiver)
}

/// The lines that are open, by address: how many there are, and the last one that brought records.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<HashMap<IpAddr, OfOne>>>);

#[derive(Clone, Copy, Default)]
struct OfOne {
    open: usize,
    speaker: u64,
}

impl Lines {
    fn with<T>(&self, visit: impl FnOnce(&mut HashMap<IpAddr, OfOne>) -> T) -> T {
        visit(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a line of an address as open; an error is the reason why there is no room for it.
    fn open(&self, address: IpAddr) -> Result<(), String> {
        self.with(|lines| {
            if lines.values().map(|lines| lines.open).sum::<usize>() >= LINES {
                return Err(format!("more than {LINES} lines at once"));
            }
            let open = &mut lines.entry(address).or_default().open;
            if *open >= LINES_OF_ONE {
                return Err(format!("more than {LINES_OF_ONE} lines of one address at once"));
            }
            *open += 1;
            Ok(())
        })
    }

    /// Notes that a line brought records.
    fn speaks(&self, address: IpAddr, line: u64) {
        self.with(|lines| lines.entry(address).or_default().speaker = line);
    }

    /// Ends a line; returns true if it was the last one of its address that brought records.
    fn end(&self, address: IpAddr, line: u64) -> bool {
        self.with(|lines| {
            let Some(of_one) = lines.get_mut(&address) else { return false };
            of_one.open -= of_one.open.min(1);
            let was_speaker = of_one.speaker == line;
            if of_one.open == 0 {
                lines.remove(&address);
            }
            was_speaker
        })
    }
}

fn accept(listener: &TcpListener, tables: Stamp, sender: &SyncSender<Arrival>) {
    let lines = Lines::default();
    let mut told: Option<String> = None;
    for (number, stream) in (1..).zip(listener.incoming()) {
        let Ok(stream) = stream else { continue };
        let Ok(peer) = stream.peer_addr() else { continue };
        // A listener of both families calls an IPv4 router by an IPv6 address.
        let address = peer.ip().to_canonical();
        if let Err(why) = lines.open(address) {
            let said = format!("a line of {address} was turned away: {why}\n");
            if told.as_ref() != Some(&said) {
                output::note(&said);
                told = Some(said);
            }
            if sender.send(Arrival::Refused(address.to_string(), why)).is_err() {
                return;
            }
            continue;
        }
        let line = Line { lines: lines.clone(), address, number, sender: sender.clone() };
        let thread = std::thread::Builder::new().name("router".to_owned());
        if thread.spawn(move || line.follow(stream, BmpStream::since(tables))).is_err() {
            lines.end(address, number);
        }
    }
}

/// The name of a router in file names; that of its routing table where one is given (`bmp-192.0.2.1=FILE`).
fn name(address: IpAddr) -> String {
    format!("bmp-{address}").replace(':', "_")
}

/// A line that is open.
struct Line {
    lines: Lines,
    address: IpAddr,
    number: u64,
    sender: SyncSender<Arrival>,
}

impl Line {
    fn follow(self, stream: TcpStream, mut bmp: BmpStream) {
        let Some(why) = self.messages(stream, &mut bmp) else { return };
        // A line that brought nothing, or an old one beside a new one, loses nothing.
        if self.lines.end(self.address, self.number) {
            drop(self.sender.send(Arrival::Cut(Some(name(self.address)), why)));
        }
    }

    /// Takes messages until the line ends, and returns why; `None` when nobody listens any more.
    fn messages(&self, mut stream: TcpStream, bmp: &mut BmpStream) -> Option<String> {
        let collector = name(self.address);
        let mut recorder = Recorder::default();
        let mut buffer = vec![0; 1 << 16];
        let (first, mut is_told) = (deadline(), false);
        let why = loop {
            let is_router = bmp.counts().messages > 0;
            let patience = if is_router { SILENCE } else { first.left() };
            if patience.is_zero() {
                break "no message of BMP came".to_owned();
            }
            drop(stream.set_read_timeout(Some(patience)));
            let read = match stream.read(&mut buffer) {
                Ok(0) => break "the router closed it".to_owned(),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if is_timeout(&error) && !is_router => continue,
                Err(error) => break error.to_string(),
            };
            let taken = bmp.take(buffer.get(..read).unwrap_or_default(), now(), &mut recorder);
            if let Some(arrival) = arrival(&collector, &mut recorder) {
                self.lines.speaks(self.address, self.number);
                self.sender.send(arrival).ok()?;
            }
            let counts = bmp.counts();
            // A router that sends several views has its routes before the policy among them.
            if !is_told && counts.routes == 0 && counts.other_views >= VIEWS {
                is_told = true;
                self.sender
                    .send(Arrival::Refused(collector.clone(), OTHER_VIEWS.to_owned()))
                    .ok()?;
            }
            if let Err(error) = taken {
                self.sender.send(Arrival::Refused(collector.clone(), error.to_string())).ok()?;
                break error.to_string();
            }
        };
        self.tell(bmp, &collector)?;
        Some(why)
    }

    /// Tells what was passed over; `None` when nobody listens any more.
    fn tell(&self, bmp: &BmpStream, collector: &str) -> Option<()> {
        let counts = *bmp.counts();
        let told = [
            (counts.refused, "BMP messages that are not whole"),
            (counts.off, "BMP messages with a time that cannot be; they count when they came"),
        ];
        for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
            let why = format!("{count} {what}");
            self.sender.send(Arrival::Refused(collector.to_owned(), why)).ok()?;
        }
        Some(())
    }
}

/// The time until a first message has to have come.
struct Deadline(Instant);

impl Deadline {
    fn left(&self) -> Duration {
        FIRST.saturating_sub(self.0.elapsed())
    }
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
fn deadline() -> Deadline {
    Deadline(Instant::now())
}
