//! The lines of a watch, minute by minute, and the state beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use demarche_case::assessment::watch::WatchMinute;
use demarche_watch::Watch;

use super::folder::Folder;
use crate::cli::watch::WatchArgs;
use crate::output::{self, print};

/// The place of the lines, and how many are still wanted.
pub(crate) struct Record {
    pub(crate) folder: Option<Folder>,
    left: Option<u64>,
    save_every: u64,
    pub(crate) alarms: usize,
    /// The number of lines behind the state that a watch goes on from: they are written again.
    pub(crate) told_again: u32,
    /// The page is kept up to date as well, since a live watch has no end of its own.
    pub(crate) is_live: bool,
    stop: Arc<AtomicBool>,
}

impl Record {
    /// Opens the folder of the watch, where one is named.
    pub(crate) fn new(args: &WatchArgs) -> anyhow::Result<Self> {
        let folder = args.out.as_deref().map(Folder::open).transpose()?;
        let stop = stop_on_signals();
        let (left, save_every) = (args.minutes, args.save_every);
        Ok(Self { folder, left, save_every, alarms: 0, told_again: 0, is_live: false, stop })
    }

    /// Returns true once the user asked for an end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Writes the line of a minute, and from time to time the state; returns false when no more are wanted.
    pub(crate) fn minute(&mut self, watch: &Watch, minute: &WatchMinute) -> anyhow::Result<bool> {
        let mut line = serde_json::to_string(minute).context("cannot write JSON")?;
        line.push('\n');
        let findings = watch.alarms();
        for alarm in findings.iter().skip(self.alarms) {
            output::note(&format!("alarm: {}\n", demarche_report::watch_alarm_text(alarm)));
        }
        self.alarms = findings.len();
        match &mut self.folder {
            None => print(&line)?,
            Some(folder) => {
                folder.line(&line)?;
                let number = watch.last_minute().map_or(0, u64::from);
                if number.is_multiple_of(self.save_every) {
                    folder.save(watch)?;
                    if self.is_live {
                        folder.show(&watch.findings())?;
                    }
                }
            }
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(self.left != Some(0) && !self.is_stopped())
    }
}

/// A flag that SIGINT (Ctrl-C) and SIGTERM set, so that the page is written; the second ends the program at once.
fn stop_on_signals() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let (last, first) = (Arc::clone(&stop), Arc::clone(&stop));
        // Where a signal cannot be taken it ends the program, as before.
        drop(signal_hook::flag::register_conditional_shutdown(signal, 130, last));
        drop(signal_hook::flag::register(signal, first));
    }
    stop
}
