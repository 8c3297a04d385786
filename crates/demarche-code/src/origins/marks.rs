//! Public libraries that a program has inside by the words that they carry, whatever compiler built them.
//!
//! The words tell that a library is there, and not which functions are its. Where two programs have the same library and
//! its functions cannot be told apart, what they share may be the library.

use demarche_image::Image;
use memchr::memmem;

/// The name of a library, as the shipped hashes have it, about the most functions that it has, and a text that stands in its
/// own code: an error message or the like. Names of its functions stand in programs that only call it as well.
///
/// Source: the libraries' own sources; the numbers are rounded up from builds of them.
const MARKS: [(&str, u64, &[u8]); 24] = [
    ("Crypto++", 10_000, b"Cryptographic algorithms are disabled"),
    ("FFmpeg", 30_000, b"Invalid data found when processing input"),
    ("FreeType", 2_500, b"postscript-cmaps"),
    ("HDF5", 8_000, b"***HDF5 library version mismatched error***"),
    ("LLVM", 500_000, b"LLVM ERROR: "),
    ("Lua", 800, b"attempt to compare two %s values"),
    ("OpenBLAS", 10_000, b"OpenBLAS blas_thread_init"),
    ("OpenSSL", 15_000, b"wrong final block length"),
    ("PCRE2", 250, b"recursive call could loop indefinitely"),
    ("SQLite", 3_500, b"malformed database schema"),
    ("bzip2", 50, b"bzip2/libbzip2: internal error number"),
    ("c-ares", 400, b"c-ares library initialization not yet performed"),
    ("curl", 3_000, b"Operation was aborted by an application callback"),
    ("expat", 200, b"reserved prefix (xmlns) must not be undeclared"),
    ("libjpeg-turbo", 800, b"Bogus buffer control mode"),
    ("libpng", 500, b"libpng warning: "),
    ("libtiff", 1_000, b"LIBTIFF, Version"),
    ("libxml2", 4_000, b"xmlParseInternalSubset: error detected in Markup declaration"),
    ("lz4", 150, b"ERROR_frameType_unknown"),
    ("mbed TLS", 2_500, b"SSL - The connection indicated an EOF"),
    ("nghttp2", 600, b"The user callback function failed"),
    ("protobuf", 4_000, b"contains invalid UTF-8 data when"),
    ("zlib", 150, b"incorrect header check"),
    ("zstd", 900, b"Frame requires too much memory for decoding"),
];

/// The libraries whose words the data of an image carry, ascending, each once.
///
/// Time grows with the bytes of data: each mark is looked for in all of them.
pub(crate) fn libraries(image: &Image<'_>) -> Vec<String> {
    let has_data = image.sections.iter().any(|section| !section.is_executable);
    let data = image.sections.iter().filter(|section| !section.is_executable || !has_data);
    let data: Vec<&[u8]> = data.map(|section| section.bytes.as_ref()).collect();
    let is_there = |mark: &[u8]| {
        let finder = memmem::Finder::new(mark);
        data.iter().any(|bytes| finder.find(bytes).is_some())
    };
    let found = MARKS.iter().filter(|(.., mark)| is_there(mark));
    let mut names: Vec<String> = found.map(|(name, ..)| (*name).to_owned()).collect();
    names.dedup();
    names
}

/// About the most functions that a marked library has; 0 for a name that is none.
#[must_use]
pub fn most_functions(library: &str) -> u64 {
    MARKS.iter().find(|(name, ..)| *name == library).map_or(0, |(_, functions, _)| *functions)
}

#[cfg(test)]
mod tests {
    use demarche_image::{Architecture, VirtualAddress, read_raw};

    use super::*;

    #[test]
    fn libraries_are_known_by_their_words_each_once() {
        assert!(MARKS.is_sorted());
        let bytes =
            b"\x90wrong final block length\0incorrect header check\0wrong final block length";
        let found = libraries(&read_raw(bytes, Architecture::X86_64, VirtualAddress(0x1000)));
        assert_eq!(found, ["OpenSSL", "zlib"]);
        let none =
            libraries(&read_raw(b"wrong final block", Architecture::X86_64, VirtualAddress(0)));
        assert_eq!(none, Vec::<String>::new());
    }
}
