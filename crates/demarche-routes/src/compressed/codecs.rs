//! The streaming decoders, driven over byte slices so that nothing decoded before an error is lost.

use flate2::{Decompress, FlushDecompress};
use lzma_rust2::{Action, XzStream};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::fault::{Compression, Fault};
use super::input::{Chunks, Input};

/// Bytes of plain output per chunk.
const CHUNK: usize = 1 << 17;

/// Memory granted to an xz decoder, in MiB: `xz -9` needs 65.
const XZ_MEMORY_MIB: u32 = 256;

/// Memory granted to a zstd window, as a power of two: 128 MiB, the limit of the `zstd` tool.
const ZSTD_WINDOW_LOG: u32 = 27;

/// The outcome of one step of a decoder.
pub(crate) struct Step {
    consumed: usize,
    written: usize,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// Decoding goes on.
    Running,
    /// A member, stream or frame is complete; another may follow.
    Complete,
    /// Decoding cannot go on.
    Failed(Failure),
}

#[derive(Clone, Copy)]
enum Failure {
    Cut,
    Damaged,
    Memory(u32),
}

/// A decoder over slices.
pub(crate) trait Codec {
    /// Decodes some of `input` into `output`; `is_last` when no input follows.
    fn step(&mut self, input: &[u8], is_last: bool, output: &mut [u8]) -> Step;

    /// Prepares for a member that begins with `input`; `false` when none can.
    fn begins(&mut self, input: &[u8]) -> bool;
}

/// A codec on an input.
pub(crate) struct Coded<'a, C> {
    input: Input<'a>,
    codec: C,
    is_between: bool,
}

impl<'a, C: Codec> Coded<'a, C> {
    pub(crate) fn new(input: Input<'a>, codec: C) -> Self {
        Self { input, codec, is_between: true }
    }

    /// Begins the next member; `false` at the end of the input.
    fn begin(&mut self) -> Result<bool, Fault> {
        let start = self.input.peek(8);
        if start.is_empty() {
            return if self.input.is_broken() { Err(self.input.fault_at_end()) } else { Ok(false) };
        }
        if !self.codec.begins(start) {
            return Err(Fault::Trailing);
        }
        self.is_between = false;
        Ok(true)
    }

    fn step(&mut self, chunk: &mut Vec<u8>) -> Result<(), Fault> {
        if self.input.buffered().is_empty() && !self.input.is_at_end() {
            self.input.read_more();
        }
        let is_last = self.input.is_at_end();
        let filled = chunk.len();
        chunk.resize(CHUNK, 0);
        let output = &mut chunk[filled..];
        let step = self.codec.step(self.input.buffered(), is_last, output);
        chunk.truncate(filled + step.written);
        self.input.consume(step.consumed);
        match step.state {
            State::Complete => self.is_between = true,
            // Nothing left to read and nothing came out: the end is missing.
            State::Running if is_last && step.consumed == 0 && step.written == 0 => {
                return Err(self.input.fault_at_end());
            }
            State::Running => {}
            State::Failed(Failure::Cut) => return Err(self.input.fault_at_end()),
            State::Failed(Failure::Damaged) => return Err(Fault::Damaged),
            State::Failed(Failure::Memory(limit_mib)) => return Err(Fault::Memory { limit_mib }),
        }
        Ok(())
    }
}

impl<C: Codec> Chunks for Coded<'_, C> {
    fn fill(&mut self, chunk: &mut Vec<u8>) -> Result<(), (u64, Fault)> {
        while chunk.len() < CHUNK {
            let result = match self.is_between {
                true => match self.begin() {
                    Ok(false) => break,
                    Ok(true) => Ok(()),
                    Err(fault) => Err(fault),
                },
                false => self.step(chunk),
            };
            result.map_err(|fault| (self.input.offset(), fault))?;
        }
        Ok(())
    }

    fn offset(&self) -> u64 {
        self.input.offset()
    }
}

/// Bytes that are not compressed.
pub(crate) struct Raw;

impl Codec for Raw {
    fn step(&mut self, input: &[u8], is_last: bool, output: &mut [u8]) -> Step {
        let count = input.len().min(output.len());
        if let (Some(from), Some(to)) = (input.get(..count), output.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        let state = if is_last && count == input.len() { State::Complete } else { State::Running };
        Step { consumed: count, written: count, state }
    }

    fn begins(&mut self, _: &[u8]) -> bool {
        true
    }
}

/// gzip, of any number of members.
pub(crate) struct Gzip(Decompress);

impl Default for Gzip {
    fn default() -> Self {
        Self(Decompress::new_gzip(15))
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], _: bool, output: &mut [u8]) -> Step {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let state = match self.0.decompress(input, output, FlushDecompress::None) {
            Ok(flate2::Status::StreamEnd) => State::Complete,
            Ok(flate2::Status::Ok | flate2::Status::BufError) => State::Running,
            Err(_) => State::Failed(Failure::Damaged),
        };
        Step {
            consumed: difference(self.0.total_in(), read),
            written: difference(self.0.total_out(), written),
            state,
        }
    }

    fn begins(&mut self, input: &[u8]) -> bool {
        *self = Self::default();
        input.starts_with(&[0x1f, 0x8b])
    }
}

/// xz, of any number of streams and with padding between them.
pub(crate) struct Xz(XzStream);

impl Default for Xz {
    fn default() -> Self {
        Self(XzStream::new_mem_limit(true, XZ_MEMORY_MIB << 10))
    }
}

impl Codec for Xz {
    fn step(&mut self, input: &[u8], is_last: bool, output: &mut [u8]) -> Step {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let action = if is_last { Action::Finish } else { Action::Run };
        let state = match self.0.process(input, output, action) {
            Ok(result) if result.status == lzma_rust2::Status::StreamEnd => State::Complete,
            Ok(_) => State::Running,
            Err(error) => State::Failed(match error.kind() {
                std::io::ErrorKind::UnexpectedEof => Failure::Cut,
                std::io::ErrorKind::OutOfMemory => Failure::Memory(XZ_MEMORY_MIB),
                _ => Failure::Damaged,
            }),
        };
        Step {
            consumed: difference(self.0.total_in(), read),
            written: difference(self.0.total_out(), written),
            state,
        }
    }

    fn begins(&mut self, input: &[u8]) -> bool {
        input.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0])
    }
}

/// zstd, of any number of frames.
#[derive(Default)]
pub(crate) struct Zstd {
    decoder: Option<Decoder<'static>>,
    /// Bytes the decoder wants next. It gets no more, so that an error can lose nothing of an earlier block.
    wanted: usize,
}

impl Codec for Zstd {
    fn step(&mut self, input: &[u8], _: bool, output: &mut [u8]) -> Step {
        let Some(decoder) = &mut self.decoder else {
            return Step { consumed: 0, written: 0, state: State::Failed(Failure::Damaged) };
        };
        let mut from = InBuffer::around(input.get(..self.wanted).unwrap_or(input));
        let mut to = OutBuffer::around(output);
        let state = match decoder.run(&mut from, &mut to) {
            Ok(0) => State::Complete,
            Ok(wanted) => {
                self.wanted = wanted;
                State::Running
            }
            Err(error) if error.to_string().contains("requires too much memory") => {
                State::Failed(Failure::Memory(1 << (ZSTD_WINDOW_LOG - 20)))
            }
            Err(_) => State::Failed(Failure::Damaged),
        };
        Step { consumed: from.pos(), written: to.pos(), state }
    }

    fn begins(&mut self, input: &[u8]) -> bool {
        self.decoder = Decoder::new().ok().and_then(|mut decoder| {
            let limit = zstd::stream::raw::DParameter::WindowLogMax(ZSTD_WINDOW_LOG);
            decoder.set_parameter(limit).ok().map(|()| decoder)
        });
        self.wanted = 5;
        Compression::of(input) == Compression::Zstd
    }
}

fn difference(after: u64, before: u64) -> usize {
    usize::try_from(after - before).expect("a step stays within its slices")
}
