//! Blocks of compressed bytes.

use std::io::Read as _;

use super::UpxShortfall;
use super::nrv::{self, Form};
use crate::fields::{size, wide};

/// The way in which a block is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Nrv(Form, usize),
    Lzma,
    Deflate,
}

impl Method {
    /// The way with a number; `None` where there is none that is read.
    pub(crate) fn of(number: u8) -> Option<Self> {
        let width = |first: u8| match number - first {
            0 => 4,
            1 => 1,
            _ => 2,
        };
        Some(match number {
            2..=4 => Self::Nrv(Form::B, width(2)),
            5..=7 => Self::Nrv(Form::D, width(5)),
            8..=10 => Self::Nrv(Form::E, width(8)),
            14 => Self::Lzma,
            15 => Self::Deflate,
            _ => return None,
        })
    }

    /// Decodes a block to exactly `wanted` bytes.
    pub(crate) fn decode(self, packed: &[u8], wanted: u64) -> Result<Vec<u8>, UpxShortfall> {
        let decoded = match self {
            Self::Nrv(form, width) => nrv::decode(packed, form, width, size(wanted)),
            Self::Lzma => lzma(packed, wanted),
            Self::Deflate => {
                let mut output = Vec::new();
                let reader = flate2::read::DeflateDecoder::new(packed);
                reader.take(wanted + 1).read_to_end(&mut output).ok().map(|_| output)
            }
        };
        decoded.filter(|output| wide(output.len()) == wanted).ok_or(UpxShortfall::Block)
    }
}

/// LZMA without a header: two bytes say how many bits are used for what.
fn lzma(packed: &[u8], wanted: u64) -> Option<Vec<u8>> {
    /// The largest window, in bytes: more than the blocks that are unpacked.
    const WINDOW: u64 = 256 << 20;
    let [first, second, stream @ ..] = packed else { return None };
    let (pb, lp, lc) = (first & 7, second >> 4, second & 15);
    if pb > 4 || lp > 4 || lc > 8 || first >> 3 != lp + lc {
        return None;
    }
    // A window is as large as what comes out, so that a small block takes little memory.
    let window = u32::try_from(wanted.clamp(4096, WINDOW)).ok()?;
    let (lc, lp, pb) = (lc.into(), lp.into(), pb.into());
    let reader = lzma_rust2::LzmaReader::new(stream, wanted, lc, lp, pb, window, None).ok()?;
    let mut output = Vec::new();
    reader.take(wanted + 1).read_to_end(&mut output).ok()?;
    Some(output)
}
