//! An orderly stop, from another thread or by a signal.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

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

    /// Lets requests under way end, takes no further ones, and ends the server.
    pub fn now(&self) {
        self.sender.send_replace(true);
    }

    /// A receiver that is told of the stop.
    pub(crate) fn told(&self) -> watch::Receiver<bool> {
        self.sender.subscribe()
    }

    /// Ends at SIGINT or SIGTERM, or never when signals are not heeded.
    pub(crate) fn signals(&self) -> io::Result<impl Future<Output = ()> + use<>> {
        let are_heeded = self.heeds_signals;
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
}
