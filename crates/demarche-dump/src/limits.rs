/// Limits on the work that one unit of a dump may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The deepest nesting of messages, archives and documents in each other.
    pub depth: u32,
    /// The most items of a unit.
    pub items: u32,
    /// The most bytes of one item that are held in memory; larger texts and mailboxes are read in pieces.
    pub item: u64,
    /// The most bytes that come out of one archive, with everything nested in it.
    pub expanded: u64,
    /// The most bytes that come out for each byte of an archive; the first 64 MiB are always free.
    pub ratio: u64,
    /// The most bytes of the header of a message; the rest of a longer one is left out.
    pub header: usize,
    /// The limits of one document.
    pub text: demarche_text::Limits,
}

impl Default for Limits {
    /// 64 levels, a million items, 64 MiB for an item, 16 GiB out of an archive at 200 to one, 1 MiB of header.
    ///
    /// Database dumps, the densest texts met in leaks, shrink to a thirtieth or so; zeros to a thousandth.
    fn default() -> Self {
        Self {
            depth: 64,
            items: 1_000_000,
            item: 64 << 20,
            expanded: 16 << 30,
            ratio: 200,
            header: 1 << 20,
            text: demarche_text::Limits { expanded: 128 << 20, ..demarche_text::Limits::default() },
        }
    }
}
