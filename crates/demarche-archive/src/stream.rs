//! Streams that are compressed whole. A tar in one is the same archive.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;

use flate2::bufread::GzDecoder;

use crate::budget::Budget;
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::fields::is_tar;
use crate::kind::Kind;
use crate::shortfall::{ArchiveShortfall, StreamFault};
use crate::tar;

/// The most memory of an xz decoder, in KiB: the strongest preset takes 65 MiB.
const XZ_MEMORY: u32 = 256 << 10;

/// The largest window of zstd, as a power of two: 128 MiB, which `--ultra -22` uses.
const ZSTD_WINDOW: u32 = 27;

pub(crate) fn walk(
    request: &Request<'_>,
    source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let mut plain = match decoder(request.kind, source) {
        Ok(plain) => plain,
        Err(error) => return vec![ArchiveShortfall::Stream(error)],
    };
    let mut head = Vec::new();
    let met = (&mut plain).take(crate::fields::wide(Kind::HEAD)).read_to_end(&mut head);
    let is_tar = met.is_ok() && is_tar(&head);
    let mut plain = Cursor::new(head).chain(Failing(met.err())).chain(plain);
    if is_tar {
        return tar::walk(&mut plain, budget, visit);
    }
    if budget.count_file().is_err() {
        return vec![ArchiveShortfall::UsedUp];
    }
    let name = entry_name(&Kind::inner_name(request.name));
    // Nothing comes behind the only entry, whether the visitor breaks off or not.
    let _: ControlFlow<()> =
        visit(Entry { name, size: None, body: Body::Open(&mut plain) }, budget);
    Vec::new()
}

/// The plain bytes of a file that is compressed whole.
pub(crate) fn decoder<'a>(
    kind: Kind,
    source: &'a mut dyn Source,
) -> io::Result<Box<dyn Read + 'a>> {
    let mut source = BufReader::with_capacity(64 << 10, source);
    source.fill_buf()?;
    Ok(match kind {
        Kind::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(source)),
        Kind::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(source, true, XZ_MEMORY)),
        Kind::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?;
            decoder.window_log_max(ZSTD_WINDOW)?;
            Box::new(decoder)
        }
        Kind::Gzip | Kind::Zip | Kind::Seven | Kind::Tar | Kind::Ar => {
            Box::new(Members { current: Some(GzDecoder::new(source)) })
        }
    })
}

/// The streams of gzip that stand behind each other in a file.
struct Members<R> {
    /// The stream that is read; `None` behind the last one.
    current: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(current) = &mut self.current {
            let count = current.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut source) = self.current.take().map(GzDecoder::into_inner) else { break };
            if !has_more(&mut source)? {
                break;
            }
            self.current = Some(GzDecoder::new(source));
        }
        Ok(0)
    }
}

/// Returns true if another stream follows. Zeros fill up the blocks of a tape.
fn has_more(source: &mut dyn BufRead) -> io::Result<bool> {
    loop {
        let bytes = source.fill_buf()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let rest = bytes.get(zeros..).unwrap_or(&[]);
        match rest {
            // A mark of two bytes that the end of the buffer parts is taken for one; the decoder tells.
            [0x1f] | [0x1f, 0x8b, ..] => {
                source.consume(zeros);
                return Ok(true);
            }
            [] => source.consume(zeros),
            _ => return Err(io::Error::other(StreamFault::Behind)),
        }
    }
}

/// A stream of nothing but an error that was met before.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
