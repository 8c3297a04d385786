use demarche_archive::Limit;

/// A reason why the content of an item was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Unread {
    /// The item lies deeper in others than the limit.
    #[error("it lies more than {limit} levels deep in other items")]
    TooDeep {
        /// The limit, in levels.
        limit: u32,
    },
    /// The item is larger than the limit.
    #[error("it has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The unit has more items than the limit; the rest of them is left out.
    #[error("more than {limit} items lie in one file; the rest is left out")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// A limit on what comes out of an archive.
    #[error("{0}")]
    Expansion(Limit),
    /// The item is encrypted, and no known password fits.
    #[error("it is encrypted")]
    Encrypted,
    /// The kind of the item is known and not read, or is not known.
    #[error("no reader for this kind of file")]
    Unsupported,
    /// The item breaks off or contradicts itself.
    #[error("it is damaged: {reason}")]
    Damaged {
        /// The finding of the reader.
        reason: String,
    },
    /// The file could not be opened.
    #[error("it cannot be opened: {reason}")]
    Unopened {
        /// The answer of the system.
        reason: String,
    },
    /// A symbolic link, which is not followed.
    #[error("it is a symbolic link, which is not followed")]
    Link,
    /// A device, socket or pipe.
    #[error("it is no ordinary file")]
    NotPlain,
    /// The time that one item may take was over before anything of it could be had.
    #[error("reading it took longer than one item may take")]
    TooLong,
    /// A reason that the reader of documents gives.
    #[error("{0}")]
    Document(#[from] demarche_text::Unread),
}

/// A part of an item that could not be read as it should, while the rest was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A header longer than the limit.
    #[error("the header has {size} bytes; those after {limit} were left out")]
    HeaderCut {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Parts of a message in each other.
    #[error("the parts of the message are nested {levels} levels deep")]
    DeepParts {
        /// The number of levels.
        levels: usize,
    },
    /// Parts of a message beyond the limit.
    #[error("the message has more than {limit} parts; the rest is read as one text")]
    ManyParts {
        /// The limit.
        limit: usize,
    },
    /// A message of several parts whose boundary is not stated or never comes.
    #[error("the boundary between the parts of the message is missing")]
    NoBoundary,
    /// A part of a message that ends without its boundary.
    #[error("the last part of the message has no end")]
    NoEnd,
    /// A part whose base64 has foreign characters, which were passed over.
    #[error("base64 with {count} foreign characters")]
    Base64 {
        /// The number of foreign characters.
        count: u64,
    },
    /// A container in more others than honest ones are.
    #[error("it lies {levels} levels deep in other items")]
    Deep {
        /// The number of levels.
        levels: u32,
    },
    /// Bytes before the first message of a mailbox.
    #[error("{size} bytes of the mailbox belong to no message")]
    Stray {
        /// Their number.
        size: u64,
    },
    /// The name of an entry that would lead out of the folder of its archive.
    #[error("the name leads out of the folder of its archive")]
    NameLeadsOut,
    /// The time that one item may take was over before its end.
    #[error("reading it took longer than one item may take; the rest of it is left out")]
    TooLong,
    /// What is wrong with an archive, told after its entries.
    #[error("{reason}")]
    Archive {
        /// The finding of the reader.
        reason: String,
    },
    /// A part that a reader could not read.
    #[error("{part}: {reason}")]
    Part {
        /// The part.
        part: String,
        /// The finding of the reader.
        reason: String,
    },
    /// What the reader of documents could not read.
    #[error("{0}")]
    Document(#[from] demarche_text::Fault),
}
