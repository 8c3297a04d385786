use std::time::Duration;

/// How long to wait for a server, and how often to ask again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// A connection on which nothing arrives for this long is given up.
    pub(crate) stall: Duration,
    /// Attempts after the first.
    pub(crate) attempts: u32,
    /// The pause before the second attempt; each further one is twice as long.
    pub(crate) pause: Duration,
}

/// The longest pause that a server can ask for.
const LONGEST: Duration = Duration::from_secs(60);

impl Patience {
    /// Pauses of 1, 2, 4, 8 and 16 seconds.
    pub(crate) const fn usual(stall: Duration) -> Self {
        Self { stall, attempts: 5, pause: Duration::from_secs(1) }
    }

    /// The pause after an attempt, the first being 0.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        let ours = self.pause.saturating_mul(1_u32.checked_shl(attempt).unwrap_or(u32::MAX));
        ours.max(asked.unwrap_or_default()).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let patience = Patience::usual(Duration::from_secs(1));
        let seconds = |attempt| patience.pause(attempt, None).as_secs();
        assert_eq!([seconds(0), seconds(1), seconds(4), seconds(40)], [1, 2, 16, 60]);
        assert_eq!(patience.pause(0, Some(Duration::from_secs(5))).as_secs(), 5);
        assert_eq!(patience.pause(0, Some(Duration::MAX)).as_secs(), 60);
    }
}
