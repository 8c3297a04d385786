//! Progress on standard error, when somebody is watching.

use std::fmt::Display;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use demarche_assess::Stage;
use demarche_case::number;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{clean, is_verbose, is_watched, note};

/// A bar that appears only on a terminal, with rate and remaining time.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// The stage that runs, and since when, where the user wants to know.
    running: Mutex<Option<(String, Instant)>>,
}

impl Progress {
    /// Makes a bar that is empty until the first step.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, target());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, running: Mutex::new(None) }
    }

    /// Shows that `done` of `total` steps of a stage are done; a stage without steps shows no bar.
    pub(crate) fn show(&self, stage: &dyn Display, done: u64, total: u64) {
        if total == 0 {
            return;
        }
        self.begin(stage, "{msg}{prefix}  {wide_bar} {pos}/{len}  {per_sec}, {eta} left");
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// The callback of the routes engine; it never cancels.
    pub(crate) fn callback(&self) -> impl FnMut(&str, usize, usize) -> ControlFlow<()> + '_ {
        |stage, done, total| {
            self.show(&stage, done as u64, total as u64);
            ControlFlow::Continue(())
        }
    }

    /// Begins a stage without steps: where the user wants to know, its time is told when the next begins.
    pub(crate) fn stage(&self, stage: &dyn Display) {
        self.tell(Some(&clean(&stage.to_string())));
    }

    /// Tells of the stage that ended when another begins.
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    fn tell(&self, next: Option<&str>) {
        let Ok(mut running) = self.running.lock() else { return };
        let is_same = running.as_ref().map(|(stage, _)| stage.as_str()) == next;
        if is_same || !is_verbose() {
            return;
        }
        if let Some((stage, since)) = running.take() {
            self.bar
                .suspend(|| note(&format!("{stage}: {:.2} s\n", since.elapsed().as_secs_f64())));
        }
        *running = next.map(|stage| (stage.to_owned(), Instant::now()));
    }

    /// Begins a stage, unless it is the one that is shown.
    fn begin(&self, stage: &dyn Display, template: &str) {
        let stage = clean(&stage.to_string());
        if self.bar.message() != stage {
            self.bar.reset();
            self.bar.set_style(style(template));
            self.bar.set_message(stage);
        }
    }
}

impl demarche_assess::Progress for Progress {
    fn step(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()> {
        self.tell(Some(&stage.to_string()));
        if stage == Stage::Tables && total > 0 {
            self.begin(
                &stage,
                "{msg}  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left",
            );
        }
        self.show(&stage, done, total);
        ControlFlow::Continue(())
    }

    fn functions(&self, found: usize) {
        let seconds = self.bar.elapsed().as_secs_f64();
        if found == 0 || seconds < 0.5 {
            return;
        }
        let rate = number::float(found) / seconds;
        self.bar.set_prefix(format!(", {found} functions, {rate:.0}/s"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.tell(None);
    }
}

/// Shows how much of a dump has been scanned.
#[derive(Debug)]
pub(crate) struct Scanning {
    bar: ProgressBar,
}

impl Scanning {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, target());
        bar.set_style(style(
            "scanning  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left",
        ));
        Self { bar }
    }

    /// So many bytes of so many are read.
    pub(crate) fn show(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}

impl Drop for Scanning {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how much of a file has been read.
#[derive(Debug)]
pub(crate) struct Reading<R> {
    inner: R,
    bar: ProgressBar,
}

impl<R: Read> Reading<R> {
    /// `bytes` is the size of the file.
    pub(crate) fn new(inner: R, name: &str, bytes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bytes), target());
        bar.set_style(style(
            "reading {msg}  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left",
        ));
        bar.set_message(clean(name));
        Self { inner, bar }
    }

    /// The reader, when it is read to its end or given up.
    pub(crate) fn finish(self) -> R {
        self.bar.finish_and_clear();
        self.inner
    }
}

impl<R: Read> Read for Reading<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

/// Shows how much of a file has arrived from the network.
#[derive(Debug)]
pub(crate) struct Arriving {
    bar: ProgressBar,
}

impl Arriving {
    /// `name` is what the file is called here.
    pub(crate) fn new(name: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, target());
        bar.set_style(style("{msg}  {bytes}, {bytes_per_sec}"));
        bar.set_message(clean(name));
        Self { bar }
    }

    /// So many bytes are here, of so many where the server tells.
    pub(crate) fn show(&self, here: u64, of: Option<u64>) {
        if self.bar.length() != of
            && let Some(of) = of
        {
            self.bar.set_length(of);
            self.bar.set_style(style(
                "{msg}  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left",
            ));
            // Rate and remaining time are of what arrives now, not of what an earlier attempt left.
            self.bar.set_position(here);
            self.bar.reset_eta();
        }
        self.bar.set_position(here);
    }

    /// Says something above the bar, or where the bar would be.
    pub(crate) fn say(&self, text: &str) {
        if is_watched() {
            self.bar.println(text);
        } else {
            note(&format!("{text}\n"));
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn target() -> ProgressDrawTarget {
    if is_watched() { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_without_steps_shows_no_bar() {
        let progress = Progress::new();
        progress.show(&"routes", 0, 0);
        assert_eq!((progress.bar.length(), progress.bar.message()), (None, String::new()));
        progress.show(&"routes", 1, 2);
        assert_eq!(progress.bar.length(), Some(2));
    }
}
