use std::collections::BTreeSet;
use std::fmt;

use curve25519_dalek::Scalar;
use rayon::prelude::*;

use super::error::{MessageError, PaddingError, RefusedRequest};
use super::group::{TAG, Tag, blind, multiply, tag};
use super::identity::Identity;
use super::ledger::{AuditLine, Ledger, Policy, Verdict};
use super::message::Request;
use super::message::{MAX_TAGS, Purpose, write_answer};
use super::seed::Seed;
use crate::Indicator;

/// The answerer's list, made ready for one exchange; it can be made before the request comes.
///
/// An answer uses it up, as the secret in it must not serve twice.
pub struct Prepared {
    secret: Scalar,
    /// The hashes of the items and of the padding, ascending.
    tags: Vec<Tag>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("tags", &self.tags.len()).finish_non_exhaustive()
    }
}

impl Prepared {
    /// Prepares a list; equal items count once. A million items take about 35 CPU seconds.
    ///
    /// # Errors
    ///
    /// The items do not fit the bucket, or the bucket is larger than [`MAX_TAGS`].
    pub fn new(items: &[Indicator], bucket: usize, seed: &Seed) -> Result<Self, PaddingError> {
        let items: BTreeSet<&Indicator> = items.iter().collect();
        let items: Vec<Indicator> = items.into_iter().cloned().collect();
        if items.len() > bucket || bucket > MAX_TAGS {
            return Err(PaddingError { items: items.len(), bucket, limit: MAX_TAGS });
        }
        let secret = seed.scalar();
        let mut tags: BTreeSet<Tag> = blind(&items, &secret).par_iter().map(tag).collect();
        // Padding looks like the hash of a point; by chance two are equal, so that the number counts.
        let mut number = 0;
        while tags.len() < bucket {
            let bytes = seed.bytes("tag", number);
            tags.extend(bytes.first_chunk::<TAG>());
            number += 1;
        }
        Ok(Self { secret, tags: tags.into_iter().collect() })
    }

    /// Answers a request, if the policy allows; the ledger is kept, and the line belongs in the audit log.
    ///
    /// `now` is the time by the answerer's clock, in seconds since 1970.
    /// A refused request uses the preparation up too: the caller decides before, with [`Request::read`] and [`Ledger::check`].
    ///
    /// # Errors
    ///
    /// The request cannot be used, is not for this party, or exceeds the policy.
    pub fn answer(
        self,
        request: &[u8],
        from: &Identity,
        policy: &Policy,
        ledger: &mut Ledger,
        now: u64,
    ) -> (Result<Vec<u8>, RefusedRequest>, AuditLine) {
        let read = Request::read(request);
        let checked = match &read {
            Err(error) => Err(error.clone().into()),
            Ok(request) if request.to != from.peer() => Err(MessageError::Party(request.to).into()),
            Ok(request) => ledger.check(request, policy, now),
        };
        let verdict = if checked.is_ok() { Verdict::Answered } else { Verdict::Refused };
        let line = AuditLine::new(now, read.as_ref().ok(), self.tags.len(), verdict);
        ledger.add(&line);
        let answer = checked.and_then(|()| Ok(self.evaluate(&read?, from)));
        (answer, line)
    }

    fn evaluate(&self, request: &Request, from: &Identity) -> Vec<u8> {
        let mut points = multiply(&request.points, &self.secret);
        if request.purpose == Purpose::Count {
            // In ascending order nothing tells which point belongs to which item.
            points.sort_unstable();
        }
        write_answer(request, &points, &self.tags, from)
    }
}
