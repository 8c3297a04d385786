//! A server of one test: it gives the answers of a list, one a connection, and remembers what was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with one connection.
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Raw(Vec<u8>),
    /// Sends these bytes, and nothing more for a while.
    Stall(Vec<u8>, Duration),
}

impl Reply {
    /// An answer with a body and its length.
    pub(crate) fn new(status: &str, headers: &str, body: &[u8]) -> Self {
        Self::claiming(status, headers, body, &body.len().to_string())
    }

    /// An answer that announces some other length than it has.
    pub(crate) fn claiming(status: &str, headers: &str, body: &[u8], length: &str) -> Self {
        let mut raw = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
        )
        .into_bytes();
        raw.extend(body);
        Self::Raw(raw)
    }
}

/// A server on this machine.
pub(crate) struct Server {
    /// Its address, without a path.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts; after the last answer of the list there are none.
    pub(crate) fn new(replies: Vec<Reply>) -> Self {
        let mut replies = replies.into_iter();
        Self::answering(move |_| replies.next())
    }

    /// Starts with answers that depend on what is asked.
    pub(crate) fn answering(
        mut answer: impl FnMut(&str) -> Option<Reply> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let asked_here = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let question = question(&stream);
                let reply = answer(&question);
                asked_here.lock().unwrap().push(question);
                match reply {
                    Some(reply) => give(stream, reply),
                    None => return,
                }
            }
        });
        Self { url, asked }
    }

    /// What was asked so far: request line and headers.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn question(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut question = String::new();
    while reader.read_line(&mut question).is_ok_and(|count| count > 2) {}
    question
}

fn give(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Raw(bytes) => drop(stream.write_all(&bytes)),
        Reply::Stall(bytes, pause) => {
            drop(stream.write_all(&bytes));
            // The next connection must not wait for this one.
            thread::spawn(move || {
                thread::sleep(pause);
                drop(stream);
            });
        }
    }
}
