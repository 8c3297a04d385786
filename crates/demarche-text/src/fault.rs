use thiserror::Error;

/// A reason why nothing of a document could be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum Unread {
    /// The document wants a password.
    #[error("the document is encrypted")]
    Encrypted,
    /// The document breaks off or contradicts itself before any text.
    #[error("the document is damaged: {0}")]
    Damaged(Damage),
    /// The kind of document is known and not read, or is not known.
    #[error("no reader for this kind of document")]
    Unsupported,
    /// The document is an image, or has pages that are images.
    #[error("the document has images of text only, {pages} in number")]
    NeedsRecognition {
        /// The number of images or scanned pages, at least 1.
        pages: usize,
    },
    /// The document reaches a limit of size or expansion before any text.
    #[error("the document expands to more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The document is nested deeper than the limit before any text.
    #[error("the document is nested more than {limit} levels deep")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// A reader in a process of its own gave this reason, or none before it was stopped.
    #[error("{reason}")]
    Isolated {
        /// The reason, in words.
        reason: String,
    },
}

/// A way in which a document is damaged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum Damage {
    /// A part that every document of the kind has is missing.
    #[error("it has no {part}")]
    Missing {
        /// The part: a member of a package, a stream, an object.
        part: String,
    },
    /// Its bytes are not those of the kind of document.
    #[error("its bytes are not those of a {kind}")]
    Foreign {
        /// The kind of document.
        kind: &'static str,
    },
    /// It has pages and none of them could be read.
    #[error("none of its pages can be read")]
    Pages,
    /// The reader gave up on it.
    #[error("the reader gave up on it")]
    Reader,
}

/// A part of a document that could not be read, while other parts were.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum Fault {
    /// A reader in a process of its own told this.
    #[error("{reason}")]
    Isolated {
        /// The fault, in words.
        reason: String,
    },
    /// Text after the limit was dropped.
    #[error("the text was cut after {limit} bytes")]
    TextCut {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A part was expanded up to the limit only.
    #[error("`{part}` expands to more than the limit allows and was cut after {bytes} bytes")]
    ExpansionCut {
        /// The part.
        part: String,
        /// The bytes that were expanded.
        bytes: u64,
    },
    /// The reader stopped after the limit of steps.
    #[error("the reader stopped after {limit} steps")]
    StepsSpent {
        /// The limit.
        limit: u64,
    },
    /// Parts nested too deep were left out.
    #[error("parts more than {limit} levels deep were left out")]
    TooDeep {
        /// The limit, in levels.
        limit: usize,
    },
    /// Parts after the limit of parts were left out.
    #[error("parts after the first {limit} were left out")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A part breaks off or contradicts itself; what could be read of it was kept.
    #[error("`{part}` is damaged and was read in part")]
    Part {
        /// The part.
        part: String,
    },
    /// The directory of the package or file is missing or wrong; the parts were found by looking for them.
    #[error("the directory of the file is damaged; its parts were searched for")]
    Directory,
    /// A part is encrypted.
    #[error("`{part}` is encrypted")]
    Encrypted {
        /// The part.
        part: String,
    },
    /// A part is compressed by a method that is not read.
    #[error("`{part}` is compressed by a method that is not read")]
    Method {
        /// The part.
        part: String,
    },
    /// A part declares entities of its own; they were not expanded.
    #[error("`{part}` declares entities, which were not expanded")]
    Entities {
        /// The part.
        part: String,
    },
    /// Characters were drawn with fonts that do not say which characters they are.
    #[error("{characters} characters are drawn in fonts that do not name them")]
    Unmapped {
        /// The number of characters.
        characters: u64,
    },
    /// Pages have images and no text.
    #[error("{pages} pages are images without text")]
    NeedsRecognition {
        /// The number of pages, at least 1.
        pages: usize,
    },
    /// The document holds images, whose text was not recognised.
    #[error("{images} images were not searched for text, {bytes} bytes in all")]
    Images {
        /// The number of images, at least 1.
        images: usize,
        /// Their size, in bytes.
        bytes: u64,
    },
    /// Reading stopped before the end of the document.
    #[error("reading stopped before the end: {reason}")]
    BrokeOff {
        /// The reason.
        reason: Unread,
    },
}
