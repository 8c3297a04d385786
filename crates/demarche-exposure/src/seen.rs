//! The digests whose content is in the store or on its way there, shared by all threads.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use demarche_terms::Sha256;

/// Sets that are locked apart, so that threads seldom wait for one another.
const SHARDS: usize = 64;

/// A set of digests. Sixteen bytes of each are kept: no two contents of a dump agree in them by chance.
#[derive(Debug)]
pub(crate) struct Seen {
    shards: Vec<Mutex<HashSet<[u8; 16]>>>,
}

impl Seen {
    pub(crate) fn new(known: impl IntoIterator<Item = Sha256>) -> Self {
        let seen = Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() };
        for digest in known {
            seen.claim(&digest);
        }
        seen
    }

    /// Returns true to the first who asks for a digest, whose it then is to read.
    pub(crate) fn claim(&self, digest: &Sha256) -> bool {
        let Digest { shard, key } = Digest::of(digest);
        let shard = self.shards.get(shard).or_else(|| self.shards.first());
        shard.is_none_or(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).insert(key))
    }
}

struct Digest {
    shard: usize,
    key: [u8; 16],
}

impl Digest {
    fn of(digest: &Sha256) -> Self {
        let (key, rest) = digest.0.split_at(16);
        let shard = rest.first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        Self { shard, key: key.try_into().unwrap_or_default() }
    }
}
