//! The engines that place tasks: processes of this machine, or Apache Spark.
//!
//! An engine knows a command and lines. It hands each line to the command's standard input, on whatever machine, again after a
//! failure, and gives back the lines that the command printed.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::progress::Progress;
use anyhow::Context;

/// The attempts at a task before the job fails.
const ATTEMPTS: u32 = 4;

/// The bytes of a driver's log that are kept.
const KEPT: usize = 1 << 16;

/// The driver of Apache Spark, which pipes lines to commands on its workers.
const DRIVER: &str = include_str!("spark.py");

/// An engine.
pub(crate) enum Engine {
    /// So many processes at a time, on this machine.
    Local { program: PathBuf, processes: usize },
    /// Apache Spark at an address, through a Python that has pyspark.
    Spark { program: PathBuf, address: String, python: PathBuf, folder: PathBuf },
}

impl Engine {
    /// The engine of a name: `local`, `local:N` or `spark://HOST:PORT`.
    pub(crate) fn named(name: &str, python: &Path, folder: &Path) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if name == "local" {
            return Ok(Self::Local { program, processes: cores });
        }
        if let Some(count) = name.strip_prefix("local:") {
            let processes = count.parse().ok().filter(|count| (1..=4096).contains(count));
            let processes = processes
                .with_context(|| format!("`{name}`: write a number of processes, as in local:4"))?;
            return Ok(Self::Local { program, processes });
        }
        anyhow::ensure!(
            name.starts_with("spark://"),
            "`{name}` is no engine; the engines are local, local:N and spark://HOST:PORT"
        );
        let (address, python, folder) = (name.to_owned(), python.to_owned(), folder.to_owned());
        Ok(Self::Spark { program, address, python, folder })
    }

    /// Hands each line to a command and returns the lines that it printed, in the order of the lines.
    pub(crate) fn run(
        &self,
        stage: &str,
        command: &[String],
        lines: &[String],
    ) -> anyhow::Result<Vec<String>> {
        match self {
            Self::Local { program, processes } => {
                let placed = Local { program, command, stage, total: lines.len() };
                placed.run(lines, *processes)
            }
            Self::Spark { program, address, python, folder } => {
                let placed = Spark { program, address, python, folder };
                placed.run(stage, command, lines)
            }
        }
    }
}

/// Tasks on this machine.
struct Local<'a> {
    program: &'a Path,
    command: &'a [String],
    stage: &'a str,
    total: usize,
}

/// What threads share while they work off tasks.
struct Shared {
    /// The lines that are left, each with its position.
    left: VecDeque<(usize, String)>,
    answers: Vec<(usize, String)>,
    failed: Option<anyhow::Error>,
}

impl Local<'_> {
    fn run(&self, lines: &[String], processes: usize) -> anyhow::Result<Vec<String>> {
        let left = lines.iter().cloned().enumerate().collect();
        let shared = Mutex::new(Shared { left, answers: Vec::new(), failed: None });
        let progress = Progress::new();
        progress.show(&self.stage, 0, self.total as u64);
        // Each process works on one core, for there are as many as cores.
        std::thread::scope(|scope| {
            for _ in 0..processes.min(lines.len()) {
                scope.spawn(|| self.work(&shared, &progress));
            }
        });
        drop(progress);
        let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = shared.failed {
            return Err(error);
        }
        shared.answers.sort();
        Ok(shared.answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Takes tasks until none is left or one has failed for good.
    fn work(&self, shared: &Mutex<Shared>, progress: &Progress) {
        let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let task = {
                let mut shared = lock();
                if shared.failed.is_some() {
                    return;
                }
                shared.left.pop_front()
            };
            let Some((position, line)) = task else { return };
            let answer = self.attempts(&line);
            let mut shared = lock();
            match answer {
                Ok(answer) => shared.answers.push((position, answer)),
                Err(error) => shared.failed = Some(error),
            }
            progress.show(&self.stage, shared.answers.len() as u64, self.total as u64);
        }
    }

    fn attempts(&self, line: &str) -> anyhow::Result<String> {
        let mut failed = anyhow::anyhow!("no attempt was made");
        for _ in 0..ATTEMPTS {
            match self.attempt(line) {
                Ok(answer) => return Ok(answer),
                Err(error) => failed = error,
            }
        }
        Err(failed.context(format!("{line}: failed {ATTEMPTS} times")))
    }

    fn attempt(&self, line: &str) -> anyhow::Result<String> {
        let mut child = Command::new(self.program)
            .args(self.command)
            .env("RAYON_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start a process")?;
        if let Some(mut input) = child.stdin.take() {
            // A process that ends before it reads tells why by its status.
            drop(writeln!(input, "{line}"));
        }
        let output = child.wait_with_output().context("a process was lost")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        // Status 1 tells of gaps, which the answers tell, too.
        let is_answered = matches!(output.status.code(), Some(0 | 1));
        anyhow::ensure!(is_answered, "{}: {}", output.status, errors.trim());
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }
}

/// Tasks on Apache Spark.
struct Spark<'a> {
    program: &'a Path,
    address: &'a str,
    python: &'a Path,
    folder: &'a Path,
}

impl Spark<'_> {
    /// Writes the driver and the lines into the job's folder, and runs it.
    fn run(
        &self,
        stage: &str,
        command: &[String],
        lines: &[String],
    ) -> anyhow::Result<Vec<String>> {
        let driver = self.folder.join("spark.py");
        crate::output::write(&driver, DRIVER)?;
        let tasks = self.folder.join("tasks.txt");
        let mut text = lines.join("\n");
        text.push('\n');
        crate::output::write(&tasks, &text)?;
        let mut child = Command::new(self.python)
            .arg(&driver)
            .args(["--on", self.address, "--attempts", &ATTEMPTS.to_string(), "--tasks"])
            .arg(&tasks)
            .arg("--")
            .arg(self.program)
            .args(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.python.display()))?;
        // Its words are read beside its answers: a pipe that nobody empties would hold it up.
        let errors = child.stderr.take();
        let reader = std::thread::spawn(move || errors.map_or_else(Vec::new, last_bytes));
        let answers = followed(&mut child, stage, lines.len());
        let errors = last_words(&reader.join().unwrap_or_else(|_| Vec::new()));
        let status = child.wait().context("the driver of Spark was lost")?;
        anyhow::ensure!(status.success(), "Spark at {}: {status}: {}", self.address, errors.trim());
        let mut answers = answers.context("cannot read from the driver of Spark")?;
        answers.sort();
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }
}

/// The answers of the driver, a position, a tab and a line each, while they come.
fn followed(child: &mut Child, stage: &str, total: usize) -> io::Result<Vec<(usize, String)>> {
    let mut answers = Vec::new();
    let progress = Progress::new();
    progress.show(&stage, 0, total as u64);
    let Some(output) = child.stdout.take() else { return Ok(answers) };
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some((position, answer)) = line.split_once('\t') {
            answers.extend(position.parse().ok().map(|position| (position, answer.to_owned())));
            progress.show(&stage, answers.len() as u64, total as u64);
        }
    }
    Ok(answers)
}

/// The last bytes of what is read to its end, at least [`KEPT`] where there are so many.
fn last_bytes(mut input: impl Read) -> Vec<u8> {
    let (mut kept, mut part) = (Vec::new(), vec![0; KEPT]);
    while let Ok(length @ 1..) = input.read(&mut part) {
        kept.extend_from_slice(&part[..length]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept
}

/// The last words of a driver: its log can be long, and the reason stands at its end.
fn last_words(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    // The places within Java and Python say nothing to those who wait for an answer.
    let is_reason = |line: &&str| !line.trim_start().starts_with("at ") && !line.starts_with("  ");
    let last: Vec<&str> = text.lines().filter(is_reason).rev().take(6).collect();
    last.into_iter().rev().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_log_the_end_is_kept() {
        let log = [vec![b'x'; 5 * KEPT], b"\nTraceback\n  File 1\nno worker".to_vec()].concat();
        let kept = last_bytes(log.as_slice());
        assert!((KEPT..=2 * KEPT).contains(&kept.len()) && log.ends_with(&kept));
        assert!(last_words(&kept).ends_with("\nTraceback\nno worker"));
        assert_eq!(last_bytes(&b"short"[..]), b"short");
    }

    /// A pipe holds some 64 KiB, and whoever writes more waits until it is read.
    #[cfg(unix)]
    #[test]
    fn a_driver_that_complains_at_length_answers_all_the_same() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("python");
        let script = "#!/bin/sh\nhead -c 300000 /dev/zero >&2\nprintf '0\\tanswer\\n'\n";
        std::fs::write(&python, script).unwrap();
        std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o700)).unwrap();
        let engine = Engine::named("spark://nowhere:1", &python, folder.path()).unwrap();
        assert_eq!(engine.run("test", &[], &["line".to_owned()]).unwrap(), ["answer"]);
    }
}
