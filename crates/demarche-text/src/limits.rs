/// Limits of the work that one document may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most text that is kept, in bytes of UTF-8.
    pub text: usize,
    /// The most that is expanded out of compressed parts, in bytes.
    pub expanded: u64,
    /// The most that a compressed part may expand to, as a multiple of its size, from 1; the first MiB is always free.
    pub ratio: u64,
    /// The most steps that a reader may take: bytes of objects read, operators run, characters drawn.
    pub steps: u64,
    /// The most parts of a package or objects of a file that are looked at.
    pub parts: usize,
    /// The deepest nesting of groups, dictionaries and forms.
    pub depth: usize,
}

impl Default for Limits {
    /// 64 MiB of text, 512 MiB expanded, a thousandfold expansion, 200 million steps, a million parts, 64 levels.
    ///
    /// Deflate expands at most 1,032-fold, and only for bytes of one value.
    fn default() -> Self {
        Self {
            text: 64 << 20,
            expanded: 512 << 20,
            ratio: 1_000,
            steps: 200_000_000,
            parts: 1_000_000,
            depth: 64,
        }
    }
}
