//! The two messages as bytes: a header of fixed length, points, hashes, a signature.
//!
//! All numbers are little-endian. The length of a message follows from its header and is checked first,
//! so that memory follows the bytes present. Every point is read before a message is used.
#![warn(clippy::indexing_slicing)]

use std::fmt;

use curve25519_dalek::RistrettoPoint;
use sha2::{Digest as _, Sha256};

use super::error::MessageError;
use super::group::{Point, TAG, Tag, decompress};
use super::identity::SIGNATURE;
use super::identity::{Identity, Peer};

/// The bytes that every message starts with.
const MAGIC: [u8; 7] = *b"DEM-PSI";

/// The version written and read.
const VERSION: u8 = 1;

/// The most points of a message: a request of them has 32 MiB.
pub const MAX_POINTS: usize = 1 << 20;

/// The most hashes of an answer: they have 160 MiB.
pub const MAX_TAGS: usize = 1 << 24;

/// The purpose of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The asker learns the number of common items.
    Count,
    /// The asker learns the common items.
    Items,
}

/// The number of an exchange, made at random by the asker; written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub [u8; 16]);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A request as read: its signature fits, its points are points, none occurs twice.
#[derive(Clone, Debug)]
pub struct Request {
    /// The purpose.
    pub purpose: Purpose,
    /// The number of the exchange.
    pub exchange: ExchangeId,
    /// The party that asks.
    pub from: Peer,
    /// The party that is asked.
    pub to: Peer,
    /// The time it was made at by the asker's clock, in seconds since 1970.
    pub made: u64,
    /// SHA-256 of the message.
    pub(crate) hash: [u8; 32],
    pub(crate) points: Vec<RistrettoPoint>,
}

impl Request {
    /// The number of items, padding included.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.points.len()
    }

    /// Reads a request of any party.
    ///
    /// # Errors
    ///
    /// The bytes are no request, are cut off, are signed by another key, or hold a point that is none.
    pub fn read(bytes: &[u8]) -> Result<Self, MessageError> {
        let mut reader = Reader::new(bytes, 1)?;
        let purpose = reader.purpose()?;
        let exchange = ExchangeId(reader.take()?);
        let (from, to) = (Peer(reader.take()?), Peer(reader.take()?));
        let made = u64::from_le_bytes(reader.take()?);
        let count = reader.count("points", MAX_POINTS)?;
        reader.end(count as u64 * 32)?;
        let points = reader.list(count)?;
        reader.signature(from)?;
        check_order(&points)?;
        let points = decompress(&points).map_err(MessageError::Point)?;
        let hash = Sha256::digest(bytes).into();
        Ok(Self { purpose, exchange, from, to, made, hash, points })
    }
}

/// The header of a request to be written.
pub(crate) struct RequestHeader {
    pub(crate) purpose: Purpose,
    pub(crate) exchange: ExchangeId,
    pub(crate) to: Peer,
    pub(crate) made: u64,
}

/// Writes a request of points in ascending order.
pub(crate) fn write_request(header: &RequestHeader, points: &[Point], from: &Identity) -> Vec<u8> {
    let mut bytes = head(1, header.purpose);
    bytes.extend(header.exchange.0);
    bytes.extend(from.peer().0);
    bytes.extend(header.to.0);
    bytes.extend(header.made.to_le_bytes());
    bytes.extend(length(points.len()));
    bytes.extend(points.as_flattened());
    from.sign(bytes)
}

/// An answer as read: its signature fits, its points are points, its hashes ascend.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The purpose.
    pub purpose: Purpose,
    /// The number of the exchange.
    pub exchange: ExchangeId,
    /// The party that answers.
    pub from: Peer,
    /// SHA-256 of the request.
    pub(crate) request: [u8; 32],
    pub(crate) points: Vec<RistrettoPoint>,
    pub(crate) tags: Vec<Tag>,
}

impl Answer {
    /// Reads an answer of any party.
    ///
    /// # Errors
    ///
    /// The bytes are no answer, are cut off, are signed by another key, or hold a point that is none.
    pub fn read(bytes: &[u8]) -> Result<Self, MessageError> {
        let mut reader = Reader::new(bytes, 2)?;
        let purpose = reader.purpose()?;
        let exchange = ExchangeId(reader.take()?);
        let from = Peer(reader.take()?);
        let request = reader.take()?;
        let point_count = reader.count("points", MAX_POINTS)?;
        let tag_count = reader.count("hashes", MAX_TAGS)?;
        reader.end(point_count as u64 * 32 + tag_count as u64 * TAG as u64)?;
        let points: Vec<Point> = reader.list(point_count)?;
        let tags: Vec<Tag> = reader.list(tag_count)?;
        reader.signature(from)?;
        if purpose == Purpose::Count {
            check_order(&points)?;
        }
        check_order(&tags)?;
        let points = decompress(&points).map_err(MessageError::Point)?;
        Ok(Self { purpose, exchange, from, request, points, tags })
    }
}

/// Writes the answer to a request.
pub(crate) fn write_answer(
    request: &Request,
    points: &[Point],
    tags: &[Tag],
    from: &Identity,
) -> Vec<u8> {
    let mut bytes = head(2, request.purpose);
    bytes.extend(request.exchange.0);
    bytes.extend(from.peer().0);
    bytes.extend(request.hash);
    bytes.extend(length(points.len()));
    bytes.extend(length(tags.len()));
    bytes.extend(points.as_flattened());
    bytes.extend(tags.as_flattened());
    from.sign(bytes)
}

fn head(kind: u8, purpose: Purpose) -> Vec<u8> {
    let purpose = match purpose {
        Purpose::Count => 1,
        Purpose::Items => 2,
    };
    [&MAGIC[..], &[VERSION, kind, purpose]].concat()
}

fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).expect("buckets are checked against the limits of messages").to_le_bytes()
}

/// Elements ascend, so that their order tells nothing and none occurs twice.
fn check_order<T: Ord>(elements: &[T]) -> Result<(), MessageError> {
    let wrong = elements.windows(2).position(|pair| matches!(pair, [left, right] if left >= right));
    wrong.map_or(Ok(()), |index| Err(MessageError::Order(index + 1)))
}

/// The bytes of a message that are not read yet.
struct Reader<'a> {
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(whole: &'a [u8], kind: u8) -> Result<Self, MessageError> {
        let rest = whole.strip_prefix(&MAGIC).ok_or(MessageError::Magic)?;
        let mut reader = Self { whole, rest };
        let [version] = reader.take()?;
        if version != VERSION {
            return Err(MessageError::Version(version));
        }
        let [met] = reader.take()?;
        if met == kind { Ok(reader) } else { Err(MessageError::Kind { offset: 8, met }) }
    }

    fn cut(&self, wanted: u64) -> MessageError {
        MessageError::Length { wanted, present: self.whole.len() as u64 }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        let read = self.whole.len() - self.rest.len();
        let (taken, rest) =
            self.rest.split_first_chunk().ok_or_else(|| self.cut((read + N) as u64))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn purpose(&mut self) -> Result<Purpose, MessageError> {
        match self.take()? {
            [1] => Ok(Purpose::Count),
            [2] => Ok(Purpose::Items),
            [met] => Err(MessageError::Kind { offset: 9, met }),
        }
    }

    fn count(&mut self, what: &'static str, limit: usize) -> Result<usize, MessageError> {
        let count = u32::from_le_bytes(self.take()?);
        let fits = usize::try_from(count).ok().filter(|count| *count <= limit);
        let too_many = MessageError::TooMany { what, count: count.into(), limit: limit as u64 };
        fits.ok_or(too_many)
    }

    /// Behind the header come exactly a body of this length and a signature.
    fn end(&self, body: u64) -> Result<(), MessageError> {
        let wanted = (self.whole.len() - self.rest.len()) as u64 + body + SIGNATURE as u64;
        if wanted == self.whole.len() as u64 { Ok(()) } else { Err(self.cut(wanted)) }
    }

    fn list<const N: usize>(&mut self, count: usize) -> Result<Vec<[u8; N]>, MessageError> {
        let split = count.checked_mul(N).and_then(|length| self.rest.split_at_checked(length));
        let (list, rest) = split.ok_or_else(|| self.cut(u64::MAX))?;
        self.rest = rest;
        let (elements, _) = list.as_chunks();
        Ok(elements.to_vec())
    }

    fn signature(&mut self, from: Peer) -> Result<(), MessageError> {
        let (message, _) = self.whole.split_at(self.whole.len() - self.rest.len());
        let signature = self.take()?;
        if from.has_signed(message, &signature) { Ok(()) } else { Err(MessageError::Signature) }
    }
}
