//! Memory for bodies, shared among users so that no user can take it all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// KiB of memory, and the part of them that one user may hold at a time.
pub(crate) struct Shares {
    all: Arc<Semaphore>,
    each: usize,
    users: Mutex<HashMap<i64, Arc<Semaphore>>>,
}

/// Memory that is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    own: OwnedSemaphorePermit,
    all: OwnedSemaphorePermit,
}

/// Bytes in KiB, at least one.
pub(crate) fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX)
}

impl Shares {
    /// Shares out so many bytes; each user has a part of them, at least 1 KiB.
    pub(crate) fn new(bytes: u64, parts: u64) -> Self {
        let permits = |bytes: u64| {
            let kibibytes = usize::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(usize::MAX);
            kibibytes.min(Semaphore::MAX_PERMITS)
        };
        let each = permits(bytes.div_euclid(parts.max(1)));
        Self { all: Arc::new(Semaphore::new(permits(bytes))), each, users: Mutex::default() }
    }

    /// Takes memory for a user, and waits for it if need be; `None` where it does not come in time.
    ///
    /// The user's own part comes first, so that somebody who waits for it keeps nobody else waiting.
    pub(crate) async fn take(&self, user: i64, bytes: usize, patience: Duration) -> Option<Share> {
        let count = kibibytes(bytes);
        let own = {
            let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(users.entry(user).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        let all = Arc::clone(&self.all);
        let taken = timeout(patience, async move {
            let own = own.acquire_many_owned(count).await.ok()?;
            Some(Share { own, all: all.acquire_many_owned(count).await.ok()? })
        });
        taken.await.ok().flatten()
    }
}

impl Share {
    /// Gives back what a body of so many bytes does not need.
    pub(crate) fn keep(&mut self, bytes: usize) {
        let count = usize::try_from(kibibytes(bytes)).unwrap_or(usize::MAX);
        for permit in [&mut self.own, &mut self.all] {
            let rest = permit.num_permits().saturating_sub(count);
            drop(permit.split(rest));
        }
    }

    /// The bytes that are held.
    pub(crate) fn bytes(&self) -> usize {
        self.all.num_permits().saturating_mul(1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_user_can_take_what_is_there_for_others() {
        let shares = Shares::new(4 << 10, 2);
        let soon = Duration::from_millis(20);
        let mut first = shares.take(1, 2_048, soon).await.unwrap();
        assert!(shares.take(1, 1, soon).await.is_none(), "the part of this user is used up");
        let second = shares.take(2, 2_048, soon).await.unwrap();
        assert!(shares.take(3, 1, soon).await.is_none(), "all is used up");
        first.keep(1_000);
        assert_eq!(first.bytes(), 1_024);
        assert!(shares.take(3, 1_024, soon).await.is_some());
        drop((first, second));
        assert!(shares.take(1, 2_048, soon).await.is_some());
    }
}
