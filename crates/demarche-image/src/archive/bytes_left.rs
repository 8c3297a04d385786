use std::io::{self, Read};

use super::Limits;

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
    /// A limit keeps it out, by its name.
    Limit(&'static str),
    /// The file cannot be decoded.
    Broken(io::Error),
}

impl BytesLeft {
    /// The limits of an archive with a size in bytes.
    pub(crate) fn new(limits: &Limits, size: usize) -> Self {
        // Small archives may well hold a small file of zeros.
        const ALWAYS: u64 = 1 << 20;
        let by_ratio =
            crate::little_endian::wide(size).saturating_mul(limits.ratio).saturating_add(ALWAYS);
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
            return Err(Stop::Limit("the archive has more files than the limit"));
        }
        self.files = self.files.saturating_sub(1);
        let limit = self.file.min(self.total);
        let mut bytes = Vec::new();
        let met = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let count = crate::little_endian::wide(bytes.len());
        self.total = self.total.saturating_sub(count);
        met.map_err(Stop::Broken)?;
        match count > limit {
            false => Ok(bytes),
            true if count > self.file => Err(Stop::Limit("a file is larger than the limit")),
            true if self.is_by_ratio => Err(Stop::Limit(
                "more comes out of the archive for each of its bytes than the limit",
            )),
            true => Err(Stop::Limit("the files of the archive are larger together than the limit")),
        }
    }

    /// Returns true if nothing more can be read.
    pub(crate) fn is_used_up(&self) -> bool {
        self.files == 0 || self.total == 0
    }
}
