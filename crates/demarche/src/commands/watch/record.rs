//! The lines of a watch, minute by minute, and the state beside them.

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
}

impl Record {
    /// Opens the folder of the watch, where one is named.
    pub(crate) fn new(args: &WatchArgs) -> anyhow::Result<Self> {
        let folder = args.out.as_deref().map(Folder::open).transpose()?;
        Ok(Self { folder, left: args.minutes, save_every: args.save_every, alarms: 0 })
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
                }
            }
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(self.left != Some(0))
    }
}
