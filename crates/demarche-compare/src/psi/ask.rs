use std::collections::BTreeSet;
use std::fmt;

use curve25519_dalek::Scalar;
use sha2::{Digest as _, Sha256};

use super::error::{MessageError, PaddingError};
use super::group::{Point, blind, multiply, tag};
use super::identity::{Identity, Peer};
use super::message::{Answer, ExchangeId, MAX_POINTS, Purpose, RequestHeader, write_request};
use super::seed::Seed;
use crate::Indicator;

/// The terms of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The purpose; a request for items follows an agreement of both parties on the count.
    pub purpose: Purpose,
    /// The number of points sent, at least that of the items; see [`bucket`](super::bucket).
    pub bucket: usize,
    /// The party that is asked.
    pub to: Peer,
    /// The time by the asker's clock, in seconds since 1970.
    pub made: u64,
}

/// The result of an exchange, for the asker alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The number of common items.
    Count(usize),
    /// The common items, in canonical order.
    Items(Vec<Indicator>),
}

/// The asker's side of one exchange, which waits for the answer.
///
/// The same list, terms, identity and seed make the same exchange again, so that nothing else has to be kept.
pub struct Asker {
    ask: Ask,
    exchange: ExchangeId,
    request: [u8; 32],
    secret: Scalar,
    /// The item of every point sent, in order; `None` for padding.
    items: Vec<Option<Indicator>>,
}

impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asker")
            .field("ask", &self.ask)
            .field("exchange", &self.exchange)
            .finish_non_exhaustive()
    }
}

impl Asker {
    /// Makes the request of a list; equal items count once.
    ///
    /// # Errors
    ///
    /// The items do not fit the bucket, or the bucket is larger than [`MAX_POINTS`].
    pub fn new(
        items: &[Indicator],
        ask: Ask,
        from: &Identity,
        seed: &Seed,
    ) -> Result<(Self, Vec<u8>), PaddingError> {
        let items: BTreeSet<&Indicator> = items.iter().collect();
        let items: Vec<Indicator> = items.into_iter().cloned().collect();
        if items.len() > ask.bucket || ask.bucket > MAX_POINTS {
            let (bucket, limit) = (ask.bucket, MAX_POINTS);
            return Err(PaddingError { items: items.len(), bucket, limit });
        }
        let secret = seed.scalar();
        let padding = (0_u64..).take(ask.bucket - items.len());
        let padding = padding.map(|number| (seed.point(number).compress().to_bytes(), None));
        let blinded = blind(&items, &secret).into_iter().zip(items.into_iter().map(Some));
        let mut sent: Vec<(Point, Option<Indicator>)> = blinded.chain(padding).collect();
        // The order of random points is random.
        sent.sort_by_key(|(point, _)| *point);
        let (points, items): (Vec<Point>, Vec<_>) = sent.into_iter().unzip();
        let exchange = ExchangeId(seed.exchange());
        let header = RequestHeader { purpose: ask.purpose, exchange, to: ask.to, made: ask.made };
        let message = write_request(&header, &points, from);
        let request = Sha256::digest(&message).into();
        Ok((Self { ask, exchange, request, secret, items }, message))
    }

    /// The number of the exchange.
    #[must_use]
    pub const fn exchange(&self) -> ExchangeId {
        self.exchange
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// The bytes are no answer, or not the one of the party asked to this request.
    pub fn read(&self, answer: &[u8]) -> Result<Outcome, MessageError> {
        let answer = Answer::read(answer)?;
        if answer.from != self.ask.to {
            return Err(MessageError::Party(answer.from));
        }
        let is_same = answer.exchange == self.exchange && answer.purpose == self.ask.purpose;
        if !is_same || answer.request != self.request {
            return Err(MessageError::OtherRequest);
        }
        if answer.points.len() != self.items.len() {
            let (wanted, met) = (self.items.len(), answer.points.len());
            return Err(MessageError::Count { wanted, met });
        }
        let unblinded = multiply(&answer.points, &self.secret.invert());
        let is_common = |point: &Point| answer.tags.binary_search(&tag(point)).is_ok();
        Ok(match self.ask.purpose {
            Purpose::Count => {
                Outcome::Count(unblinded.iter().filter(|point| is_common(point)).count())
            }
            Purpose::Items => {
                let pairs = unblinded.iter().zip(&self.items).filter(|(point, _)| is_common(point));
                let items: BTreeSet<&Indicator> =
                    pairs.filter_map(|(_, item)| item.as_ref()).collect();
                Outcome::Items(items.into_iter().cloned().collect())
            }
        })
    }
}
