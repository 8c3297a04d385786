//! Connections of HTTP/1.1 within bounds: how many there are, how large their requests, how long each may take.
//!
//! It knows nothing of what is served. A [`Handler`] answers each request; [`Listener::serve`] takes connections, over
//! TLS or not, until a [`Stop`], and then lets requests under way end.
//! [`read_body`] takes a body off a connection within bounds.
//! Where there are too many connections, the one that waits longest for a request gives way to a new one.
//!
//! It is built on hyper rather than on a framework, since bounds on time and size belong to the connection.

#![warn(clippy::indexing_slicing)]

mod body;
mod crowd;
mod listener;
mod pace;
mod stall;
mod stop;
mod tls;

pub use body::{BodyBounds, BodyError, discard, read_body};
pub use listener::{Bounds, Handler, HttpAnswer, ListenError, Listener, Transport, neighbourhood};
pub use pace::Pace;
pub use stop::Stop;
pub use tls::{Tls, TlsError};
