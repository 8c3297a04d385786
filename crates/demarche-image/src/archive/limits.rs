use std::io::{self, Read};

use crate::little_endian::wide;

/// Limits on what is taken out of one archive, with everything nested in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of one file. It is held in memory while it is looked at.
    pub file: u64,
    /// The most bytes of all files together.
    pub total: u64,
    /// The most bytes that come out for each byte of the archive, over all files together.
    pub ratio: u64,
    /// The most files.
    pub files: u64,
    /// The depth to which archives are opened: 1 opens the file itself, 2 also the archives in it.
    pub depth: u32,
}

impl Default for Limits {
    /// 512 MiB for a file, 4 GiB together, 2,000 to one, 100,000 files, two levels.
    ///
    /// Malware is sometimes blown up with zeros to hundreds of megabytes to pass scanners by, which a zip makes a
    /// thousandth of.
    fn default() -> Self {
        Self { file: 512 << 20, total: 4 << 30, ratio: 2000, files: 100_000, depth: 2 }
    }
}

/// The remainder that the limits still allow.
#[derive(Debug)]
pub(crate) struct BytesLeft {
    file: u64,
    total: u64,
    files: u64,
    /// True if the ratio, rather than the total, is what keeps files out.
    is_by_ratio: bool,
}

/// The reason for which a file was not read to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A limit keeps it out.
    Limit(Limit),
    /// The file cannot be decoded.
    Broken(io::Error),
}

/// A limit that keeps a file out.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum Limit {
    #[error("the archive has more files than the limit")]
    Files,
    #[error("a file is larger than the limit")]
    File,
    #[error("more comes out of the archive for each of its bytes than the limit")]
    Ratio,
    #[error("the files of the archive are larger together than the limit")]
    Total,
}

impl BytesLeft {
    /// The limits of an archive with a size in bytes.
    pub(crate) fn new(limits: &Limits, size: usize) -> Self {
        // Small archives may well hold a small file of zeros.
        const ALWAYS: u64 = 1 << 20;
        let by_ratio = wide(size).saturating_mul(limits.ratio).saturating_add(ALWAYS);
        Self {
            file: limits.file,
            total: limits.total.min(by_ratio),
            files: limits.files,
            is_by_ratio: by_ratio < limits.total,
        }
    }

    /// Reads a file as far as the limits allow. What was read counts, also where it is thrown away.
    pub(crate) fn read(&mut self, reader: &mut dyn Read) -> Result<Vec<u8>, Stop> {
        if self.files == 0 {
            return Err(Stop::Limit(Limit::Files));
        }
        self.files -= 1;
        let limit = self.file.min(self.total);
        let mut bytes = Vec::new();
        let met = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let count = wide(bytes.len());
        self.total = self.total.saturating_sub(count);
        met.map_err(Stop::Broken)?;
        match count > limit {
            false => Ok(bytes),
            true if count > self.file => Err(Stop::Limit(Limit::File)),
            true if self.is_by_ratio => Err(Stop::Limit(Limit::Ratio)),
            true => Err(Stop::Limit(Limit::Total)),
        }
    }

    /// Returns true if nothing more can be read.
    pub(crate) fn is_used_up(&self) -> bool {
        self.files == 0 || self.total == 0
    }
}
