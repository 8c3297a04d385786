use std::io::{self, Read, Write};

use crate::fields::wide;

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
    /// The bytes that come out whatever the ratio: small archives may well hold a small file of zeros.
    pub free: u64,
    /// The depth to which archives are opened: 1 opens the file itself, 2 also the archives in it.
    pub depth: u32,
}

impl Default for Limits {
    /// 512 MiB for a file, 4 GiB together, 2,000 to one, 100,000 files, three levels: the manual pages of a Debian package lie in its third.
    ///
    /// Malware is sometimes blown up with zeros to hundreds of megabytes to pass scanners by, which a zip makes a
    /// thousandth of.
    fn default() -> Self {
        Self {
            file: 512 << 20,
            total: 4 << 30,
            ratio: 2000,
            files: 100_000,
            free: 1 << 20,
            depth: 3,
        }
    }
}

/// The remainder that the limits still allow.
#[derive(Clone, Debug)]
pub struct Budget {
    file: u64,
    total: u64,
    files: u64,
    /// True if the ratio, rather than the total, is what keeps files out.
    is_by_ratio: bool,
}

/// The reason for which a file was not read to its end.
#[derive(Debug)]
pub enum Stop {
    /// A limit keeps it out.
    Limit(Limit),
    /// The file cannot be decoded.
    Broken(io::Error),
}

/// A limit that keeps a file out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Limit {
    /// The number of files.
    #[error("the archive has more files than the limit")]
    Files,
    /// The size of one file.
    #[error("a file is larger than the limit")]
    File,
    /// The bytes that come out for each byte of the archive.
    #[error("more comes out of the archive for each of its bytes than the limit")]
    Ratio,
    /// The size of all files together.
    #[error("the files of the archive are larger together than the limit")]
    Total,
}

impl Budget {
    /// The limits of an archive with a size in bytes.
    #[must_use]
    pub fn new(limits: &Limits, size: u64) -> Self {
        let by_ratio = size.saturating_mul(limits.ratio).saturating_add(limits.free);
        Self {
            file: limits.file,
            total: limits.total.min(by_ratio),
            files: limits.files,
            is_by_ratio: by_ratio < limits.total,
        }
    }

    /// The most bytes of one file.
    #[must_use]
    pub fn file(&self) -> u64 {
        self.file
    }

    /// The bytes that may still come out.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.total
    }

    /// Counts a file.
    ///
    /// # Errors
    ///
    /// [`Limit::Files`] when there were as many as the limit.
    pub fn count_file(&mut self) -> Result<(), Limit> {
        self.files = self.files.checked_sub(1).ok_or(Limit::Files)?;
        Ok(())
    }

    /// Counts bytes that were decoded elsewhere.
    pub(crate) fn charge(&mut self, count: u64) {
        self.total = self.total.saturating_sub(count);
    }

    /// Reads a file as far as the limits allow. What was read counts, also where it is thrown away.
    ///
    /// # Errors
    ///
    /// [`Stop`] when a limit keeps the file out, or when it cannot be decoded.
    pub fn read(&mut self, reader: &mut dyn Read) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        self.read_into(reader, &mut bytes).map(|()| bytes)
    }

    /// Reads a file behind the bytes of it that are there already; those before an error stay.
    ///
    /// # Errors
    ///
    /// Those of [`Budget::read`].
    pub fn read_into(&mut self, reader: &mut dyn Read, bytes: &mut Vec<u8>) -> Result<(), Stop> {
        let before = wide(bytes.len());
        let limit = self.file.saturating_sub(before).min(self.total);
        let met = reader.take(limit.saturating_add(1)).read_to_end(bytes);
        let count = wide(bytes.len()) - before;
        let exceeded = self.exceeded(before + count, count);
        self.total = self.total.saturating_sub(count);
        met.map_err(Stop::Broken)?;
        exceeded.map_or(Ok(()), |limit| Err(Stop::Limit(limit)))
    }

    /// Reads an entry to its end without keeping it, so that the entries behind it can be reached.
    pub(crate) fn skip(&mut self, reader: &mut dyn Read) -> Result<(), Stop> {
        self.copy(reader, &mut io::sink()).map(|_| ())
    }

    /// Copies a file of any size to a writer, as far as the limit of all files together allows.
    ///
    /// # Errors
    ///
    /// Those of [`Budget::read`]; an error of the writer counts as damage.
    pub fn copy(&mut self, reader: &mut dyn Read, writer: &mut dyn Write) -> Result<u64, Stop> {
        let mut buffer = vec![0; 64 << 10];
        let mut copied = 0;
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => return Ok(copied),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Broken(error)),
            };
            let exceeded = self.exceeded(0, wide(count));
            self.total = self.total.saturating_sub(wide(count));
            if let Some(limit) = exceeded {
                return Err(Stop::Limit(limit));
            }
            writer.write_all(buffer.get(..count).unwrap_or(&[])).map_err(Stop::Broken)?;
            copied += wide(count);
        }
    }

    /// The limit that some bytes of a file of a size exceed.
    fn exceeded(&self, size: u64, count: u64) -> Option<Limit> {
        match count > self.total {
            _ if size > self.file => Some(Limit::File),
            true if self.is_by_ratio => Some(Limit::Ratio),
            true => Some(Limit::Total),
            false => None,
        }
    }

    /// Returns true if nothing more can be read.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.files == 0 || self.total == 0
    }
}
