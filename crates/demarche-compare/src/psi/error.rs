/// A message of the other party cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The first bytes are those of no message.
    #[error("not a message of a comparison")]
    Magic,
    /// The version is another one.
    #[error("version {0} of the message is not known")]
    Version(u8),
    /// The message is of the other kind, or has no such purpose.
    #[error("byte {offset} must not be {met}")]
    Kind {
        /// The offset of the byte.
        offset: usize,
        /// The value met.
        met: u8,
    },
    /// The message is cut off, or something is appended to it.
    #[error("the message has {present} bytes and must have {wanted}")]
    Length {
        /// The length that the header gives, in bytes.
        wanted: u64,
        /// The length met.
        present: u64,
    },
    /// The header announces more than any message may have.
    #[error("{count} {what} are more than {limit}")]
    TooMany {
        /// The thing counted.
        what: &'static str,
        /// The number announced.
        count: u64,
        /// The limit.
        limit: u64,
    },
    /// The signature is not that of the key in the message.
    #[error("the signature does not fit the message")]
    Signature,
    /// The message is signed by another party, or made for another.
    #[error("the message is of or for another party: {0}")]
    Party(super::identity::Peer),
    /// The answer belongs to another request.
    #[error("the answer belongs to another request")]
    OtherRequest,
    /// Some bytes are no point of the group.
    #[error("element {0} is not a point of ristretto255")]
    Point(usize),
    /// The points or hashes are not in ascending order, or one occurs twice.
    #[error("element {0} is out of order or occurs twice")]
    Order(usize),
    /// The answer has another number of points than the request.
    #[error("the answer has {met} points for a request of {wanted}")]
    Count {
        /// The number of points of the request.
        wanted: usize,
        /// The number met.
        met: usize,
    },
}

impl MessageError {
    /// The remedy, where there is one.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Length { .. } => Some("send the file again, in binary mode"),
            Self::Signature | Self::Party(_) => Some("ask the other party for its public key"),
            Self::OtherRequest => Some("use the seed and the list that the request was made of"),
            _ => None,
        }
    }
}

/// A list does not fit its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{items} different items do not fit a bucket of {bucket}, or the bucket is above {limit}")]
pub struct PaddingError {
    /// The number of different items.
    pub items: usize,
    /// The size of the bucket asked for.
    pub bucket: usize,
    /// The largest bucket of a message.
    pub limit: usize,
}

/// A request is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedRequest {
    /// The request cannot be used.
    #[error("the request cannot be used")]
    Message(#[from] MessageError),
    /// One request has more items than the policy allows.
    #[error("{items} items are more than the {limit} allowed in one request")]
    TooLarge {
        /// The number of items, padding included.
        items: u64,
        /// The limit of the policy.
        limit: u64,
    },
    /// The party has asked for too many items in the period.
    #[error("{items} items in the period are more than the {limit} allowed")]
    TooOften {
        /// The number of items in the period, this request included.
        items: u64,
        /// The limit of the policy.
        limit: u64,
    },
    /// The policy allows counts only.
    #[error("items are compared only after both parties agree")]
    ItemsNotAgreed,
    /// The request was answered before.
    #[error("the request was answered before")]
    Replayed,
    /// The request is older or younger than the policy allows.
    #[error("the request was made {seconds} seconds from now")]
    Stale {
        /// The difference of the two clocks, in seconds.
        seconds: u64,
    },
}
