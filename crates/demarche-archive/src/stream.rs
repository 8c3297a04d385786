//! Streams that are compressed whole. A tar in one is the same archive.

use std::io::{BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;

use crate::budget::Budget;
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::fields::is_tar;
use crate::kind::Kind;
use crate::shortfall::ArchiveShortfall;
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
) -> std::io::Result<Box<dyn Read + 'a>> {
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
            Box::new(flate2::bufread::MultiGzDecoder::new(source))
        }
    })
}

/// A stream of nothing but an error that was met before.
struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
