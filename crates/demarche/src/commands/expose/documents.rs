//! Documents are read in processes of their own: one that crashes the reader or takes for ever costs one file.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use demarche_text::{Fault, Limits, Media, Section, Shape, Text, Unread, text_of};
use serde::{Deserialize, Serialize};

use crate::output::Outcome;

/// The documents that are read so, each with its number in what is asked.
const KINDS: [(u8, Media); 12] = [
    (0, Media::Pdf),
    (1, Media::Rtf),
    (2, Media::Docx),
    (3, Media::Xlsx),
    (4, Media::Xlsb),
    (5, Media::Pptx),
    (6, Media::Odt),
    (7, Media::Ods),
    (8, Media::Odp),
    (9, Media::Doc),
    (10, Media::Xls),
    (11, Media::Ppt),
];

/// The largest answer that is believed, in bytes.
const ANSWER: u64 = 1 << 30;

/// What a reading process tells of one file.
#[derive(Serialize, Deserialize)]
struct Told {
    /// The sections: name, whether it is a table, text.
    sections: Vec<(Option<String>, bool, String)>,
    faults: Vec<String>,
    unread: Option<ToldUnread>,
}

/// The reason why a file was not read, as far as the scan tells reasons apart.
#[derive(Serialize, Deserialize)]
enum ToldUnread {
    Encrypted,
    Unsupported,
    Other(String),
}

impl From<Unread> for ToldUnread {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Encrypted => Self::Encrypted,
            Unread::Unsupported => Self::Unsupported,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<ToldUnread> for Unread {
    fn from(told: ToldUnread) -> Self {
        match told {
            ToldUnread::Encrypted => Self::Encrypted,
            ToldUnread::Unsupported => Self::Unsupported,
            ToldUnread::Other(reason) => Self::Isolated { reason },
        }
    }
}

/// Reads files from standard input, each behind its length and its kind, and answers in the same way.
pub(crate) fn serve() -> anyhow::Result<Outcome> {
    let mut input = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
    // Standard output alone would write line by line.
    let mut output = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    while let Some(asked) = framed(&mut input, u64::MAX)? {
        let (number, bytes) = asked.split_first().context("nothing is asked")?;
        let kind = KINDS.iter().find(|(known, _)| known == number);
        let (_, media) = kind.context("a kind of document that is not known is asked for")?;
        let limits = match media {
            Media::Pdf => Limits::default(),
            _ => demarche_dump::Limits::default().text,
        };
        let told = match text_of(*media, bytes, &limits) {
            Ok(text) => Told {
                sections: text
                    .sections
                    .into_iter()
                    .map(|section| (section.name, section.shape == Shape::Table, section.text))
                    .collect(),
                faults: text.faults.iter().map(ToString::to_string).collect(),
                unread: None,
            },
            Err(unread) => {
                Told { sections: Vec::new(), faults: Vec::new(), unread: Some(unread.into()) }
            }
        };
        let answer = postcard::to_stdvec(&told).context("cannot answer")?;
        write_framed(&mut output, &[&answer])?;
    }
    Ok(Outcome::Complete)
}

/// The bytes behind the next length; `None` at the end.
fn framed(input: &mut impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    if length > limit {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Memory follows the bytes that come; most answers come at once.
    const AHEAD: u64 = 1 << 16;
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(AHEAD)).unwrap_or(0));
    let count = input.take(length).read_to_end(&mut bytes)?;
    if count as u64 == length { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn write_framed(output: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // The other side wakes once, and not for each part.
    let mut framed = Vec::with_capacity(length + 8);
    framed.extend((length as u64).to_le_bytes());
    parts.iter().for_each(|part| framed.extend_from_slice(part));
    output.write_all(&framed)?;
    output.flush()
}

/// Processes that wait for files; each thread takes one and gives it back.
#[derive(Debug)]
pub(crate) struct DocumentReaders {
    program: std::path::PathBuf,
    /// The time that one file may take.
    time: Duration,
    idle: Mutex<Vec<DocumentReader>>,
}

/// One process, and the thread that listens to it.
#[derive(Debug)]
struct DocumentReader {
    child: Child,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl DocumentReaders {
    pub(crate) fn new(time: Duration) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("cannot find the program itself")?;
        Ok(Self { program, time, idle: Mutex::default() })
    }

    /// The text of a document.
    pub(crate) fn read(&self, media: Media, bytes: &[u8]) -> Result<Text, Unread> {
        let Some((kind, _)) = KINDS.iter().find(|(_, known)| *known == media) else {
            return Err(Unread::Unsupported);
        };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let isolated = |reason: String| Unread::Isolated { reason };
        let mut reader = match idle {
            Some(reader) => reader,
            None => DocumentReader::start(&self.program).map_err(|error| {
                isolated(format!("the reader of documents did not start: {error}"))
            })?,
        };
        match reader.ask(*kind, bytes, self.time) {
            Ok(told) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
                told_text(told)
            }
            Err(reason) => {
                reader.stop();
                Err(isolated(reason))
            }
        }
    }
}

impl Drop for DocumentReaders {
    fn drop(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.drain(..).for_each(DocumentReader::stop);
    }
}

impl DocumentReader {
    fn start(program: &std::path::Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(["expose", "document-reader"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, answers) = sync_channel(1);
        std::thread::spawn(move || {
            while let Some(answer) = framed(&mut output, ANSWER).transpose() {
                let is_over = answer.is_err();
                if sender.send(answer).is_err() || is_over {
                    return;
                }
            }
        });
        Ok(Self { child, answers })
    }

    fn ask(&mut self, kind: u8, bytes: &[u8], time: Duration) -> Result<Told, String> {
        let input = self.child.stdin.as_mut().ok_or("the reader of documents is gone")?;
        write_framed(input, &[&[kind], bytes])
            .map_err(|_| "the reader of documents crashed on it")?;
        match self.answers.recv_timeout(time) {
            Ok(Ok(answer)) => postcard::from_bytes(&answer)
                .map_err(|_| "the reader of documents broke off".to_owned()),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                Err(format!("it took more than {} seconds to read", time.as_secs()))
            }
            Ok(Err(_)) | Err(_) => Err("the reader of documents crashed on it".to_owned()),
        }
    }

    fn stop(mut self) {
        drop(self.child.stdin.take());
        // A process that hangs is killed; one that has ended already cannot be.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn told_text(told: Told) -> Result<Text, Unread> {
    if let Some(unread) = told.unread {
        return Err(unread.into());
    }
    let section = |(name, is_table, text)| {
        let shape = if is_table { Shape::Table } else { Shape::Prose };
        Section { name, shape, text }
    };
    Ok(Text {
        sections: told.sections.into_iter().map(section).collect(),
        faults: told.faults.into_iter().map(|reason| Fault::Isolated { reason }).collect(),
    })
}
