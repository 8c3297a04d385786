//! Routers that speak the BGP Monitoring Protocol: each connection is a collector of its own.

use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::Context;
use demarche_watch::bmp::BmpStream;
use demarche_watch::{Recorder, Stamp};

use super::live::{Arrival, arrival};
use super::ris::now;
use crate::output;

/// Routers at once, at most.
const ROUTERS: usize = 64;

/// A router that says nothing for so long is let go; statistics alone come more often.
const SILENCE: Duration = Duration::from_secs(600);

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

fn accept(listener: &TcpListener, tables: Stamp, sender: &SyncSender<Arrival>) {
    let open = std::sync::Arc::new(());
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let peer = stream.peer_addr();
        let Ok(peer) = peer else { continue };
        if std::sync::Arc::strong_count(&open) > ROUTERS {
            let why = "more than 64 routers at once".to_owned();
            if sender.send(Arrival::Refused(peer.ip().to_string(), why)).is_err() {
                return;
            }
            continue;
        }
        let (sender, held) = (sender.clone(), std::sync::Arc::clone(&open));
        let thread = std::thread::Builder::new().name("router".to_owned());
        drop(thread.spawn(move || {
            let _held = held;
            router(stream, peer, BmpStream::since(tables), &sender);
        }));
    }
}

/// The name of a router in file names.
fn name(peer: SocketAddr) -> String {
    format!("bmp-{}", peer.ip()).replace(':', "_")
}

fn router(
    mut stream: TcpStream,
    peer: SocketAddr,
    mut bmp: BmpStream,
    sender: &SyncSender<Arrival>,
) {
    let collector = name(peer);
    let mut recorder = Recorder::default();
    drop(stream.set_read_timeout(Some(SILENCE)));
    let mut buffer = vec![0; 1 << 16];
    let why = loop {
        let read = match stream.read(&mut buffer) {
            Ok(0) => break "the router closed it".to_owned(),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => break error.to_string(),
        };
        let taken = bmp.take(buffer.get(..read).unwrap_or_default(), now(), &mut recorder);
        if let Some(arrival) = arrival(&collector, &mut recorder)
            && sender.send(arrival).is_err()
        {
            return;
        }
        if let Err(error) = taken {
            drop(sender.send(Arrival::Refused(collector.clone(), error.to_string())));
            break error.to_string();
        }
    };
    let counts = *bmp.counts();
    let told = [
        (counts.refused, "BMP messages that are not whole"),
        (counts.off, "BMP messages with a time that cannot be; they count when they came"),
    ];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        let why = format!("{count} {what}");
        drop(sender.send(Arrival::Refused(collector.clone(), why)));
    }
    drop(sender.send(Arrival::Cut(Some(collector), why)));
}
