use crate::{Image, elf, pe};

/// Why a file is not an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is in no known container.
    #[error("this is no ELF, PE or Mach-O file")]
    Unknown,
    /// The file ends within its headers.
    #[error("the {what} are cut off: the file has {size} bytes")]
    Truncated {
        /// The headers.
        what: &'static str,
        /// The size of the file in bytes.
        size: u64,
    },
    /// The container's headers cannot be read.
    #[error("the headers cannot be read")]
    Headers(#[from] object::read::Error),
    /// A relocatable file: not read yet.
    #[error("relocatable files are not read yet")]
    Relocatable,
    /// The code is for a processor that is not read, by the container's own number for it.
    #[error("code for processor {0:#x} is not read")]
    Machine(u32),
}

/// Reads an executable.
///
/// What of it cannot be read is in [`Image::gaps`], and everything else is kept.
///
/// # Errors
///
/// Where the container's headers cannot be read, or the code is for another processor.
pub fn read(bytes: &[u8]) -> Result<Image<'_>, ImageError> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::read(bytes, false),
        [b'M', b'Z', ..] => pe::read(bytes, false),
        _ => Err(ImageError::Unknown),
    }
}
