//! The sessions of collectors' peers, and which of them count.
//!
//! A session counts for a family when its peer sends a full table of it, the session is up, its table has been sent, and it was heard of within three minutes.
//! What a session that does not count says is neither in the numerator nor in the denominator of any share.

use std::net::IpAddr;

use demarche_case::Asn;
use demarche_case::assessment::watch::LeftOut;
use serde::{Deserialize, Serialize};

use crate::feed::{Happening, Tally};

/// A session of which nothing was heard for so many minutes does not count.
pub(crate) const SILENT: u32 = 3;

/// A table without an end mark is taken as sent when the session has calmed down, so many minutes after it came up at the earliest.
const SETTLE: u32 = 5;

/// Calm is at most this part of the busiest minute since the session came up.
const CALM: u64 = 10;

/// Behind a gap a session counts again when it has agreed with the others for so many minutes in a row.
const AGREES: u32 = 30;

/// Agreement is a share that differs from the median of the others by at most this.
const NEAR: f64 = 0.1;

/// The standing of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Up,
    Down,
    /// It came up at this minute and sends its table.
    Sending {
        since: u32,
    },
    /// Its collector was silent; it has agreed with the others for so many minutes.
    BehindGap {
        agreed: u32,
    },
}

/// One session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sensor {
    /// The number of the collector.
    pub(crate) collector: u32,
    pub(crate) address: IpAddr,
    pub(crate) asn: Asn,
    /// Prefixes of a full table of IPv4 and of IPv6, as this peer has shown it; 0 for none.
    size: [u64; 2],
    is_full: [bool; 2],
    standing: Standing,
    /// The last minute in which it was heard of.
    pub(crate) heard: u32,
    /// Since it came up: prefixes announced, the busiest minute, and the ends of tables.
    sent: [u64; 2],
    busiest: u64,
    ended: [bool; 2],
    /// Prefixes in this minute.
    now: u64,
}

impl Sensor {
    pub(crate) fn new(collector: u32, address: IpAddr, asn: Asn, heard: u32) -> Self {
        Self {
            collector,
            address,
            asn,
            size: [0; 2],
            is_full: [false; 2],
            // Nothing is known of what it had before.
            standing: Standing::BehindGap { agreed: 0 },
            heard,
            sent: [0; 2],
            busiest: 0,
            ended: [false; 2],
            now: 0,
        }
    }

    /// A peer of a routing table.
    pub(crate) fn of_table(mut self, size: [u64; 2], is_full: [bool; 2]) -> Self {
        self.size = size;
        self.is_full = is_full;
        self.standing = Standing::Up;
        self
    }

    /// Notes that the session changed; returns true if all its routes are gone.
    pub(crate) fn happens(&mut self, happening: &Happening, minute: u32) -> bool {
        self.heard = minute;
        match happening {
            Happening::Down => {
                self.standing = Standing::Down;
                true
            }
            Happening::Up => {
                self.standing = Standing::Sending { since: minute };
                (self.sent, self.busiest, self.ended) = ([0; 2], 0, [false; 2]);
                true
            }
            Happening::EndOfTable { is_v6 } => {
                self.ended[usize::from(*is_v6)] = true;
                false
            }
            Happening::Announced { .. } | Happening::Withdrawn { .. } => false,
        }
    }

    /// Counts what it sent in a minute.
    pub(crate) fn count(&mut self, tally: &Tally, minute: u32) {
        let all = tally.all();
        if all == 0 {
            return;
        }
        self.heard = minute;
        self.sent[0] += tally.announced_v4;
        self.sent[1] += tally.announced_v6;
        self.now += all;
        // A session that says something is up, whether or not its collector told of the change.
        if self.standing == Standing::Down {
            self.standing = Standing::Sending { since: minute };
            (self.sent, self.busiest, self.ended) =
                ([tally.announced_v4, tally.announced_v6], 0, [false; 2]);
        }
    }

    /// Closes a minute: a table may have been sent whole. `usual` are the sizes of a full table.
    pub(crate) fn close(&mut self, minute: u32, usual: [u64; 2]) {
        let now = std::mem::take(&mut self.now);
        self.busiest = self.busiest.max(now);
        let Standing::Sending { since } = self.standing else { return };
        let is_settled = minute >= SETTLE && minute - SETTLE >= since && now <= self.busiest / CALM;
        let is_whole = |family: usize| {
            let expected =
                self.size[family].max(if self.size == [0; 2] { usual[family] } else { 0 });
            expected > 0 && self.sent[family] >= expected - expected / 4
        };
        let whole = [is_whole(0), is_whole(1)];
        let is_done = |family: usize| {
            self.size[family] == 0 && !whole[family]
                || whole[family] && (self.ended[family] || is_settled)
        };
        if is_done(0) && is_done(1) && (whole[0] || whole[1]) {
            self.standing = Standing::Up;
            self.is_full = whole;
            for (size, sent) in self
                .size
                .iter_mut()
                .zip(self.sent)
                .zip(whole)
                .filter_map(|(counts, is_whole)| is_whole.then_some(counts))
            {
                *size = (*size).max(sent);
            }
        }
    }

    /// Notes that changes may have been missed.
    pub(crate) fn missed(&mut self) {
        if matches!(self.standing, Standing::Up | Standing::BehindGap { .. }) {
            self.standing = Standing::BehindGap { agreed: 0 };
        } else if let Standing::Sending { .. } = self.standing {
            // A part of its table may be missing, which nobody can tell.
            self.standing = Standing::BehindGap { agreed: 0 };
        }
    }

    /// Compares the share of a session behind a gap with the median of those that count, where there are some.
    pub(crate) fn compare(&mut self, own: f64, others: Option<f64>) {
        let Standing::BehindGap { agreed } = &mut self.standing else { return };
        let agrees = others.is_some_and(|others| (own - others).abs() <= NEAR);
        *agreed = if agrees { (*agreed).min(AGREES) + 1 } else { 0 };
        if *agreed >= AGREES {
            self.standing = Standing::Up;
        }
    }

    pub(crate) const fn is_behind_gap(&self) -> bool {
        matches!(self.standing, Standing::BehindGap { .. })
    }

    /// The prefixes of a full table of a family, as it has shown it.
    pub(crate) const fn size(&self, family: usize) -> u64 {
        self.size[family]
    }

    pub(crate) const fn is_full(&self, family: usize) -> bool {
        self.is_full[family]
    }

    /// Returns true if it speaks for a family at the end of a minute.
    pub(crate) fn counts(&self, family: usize, minute: u32) -> bool {
        self.is_full[family] && self.standing == Standing::Up && !self.is_silent(minute)
    }

    const fn is_silent(&self, minute: u32) -> bool {
        minute.saturating_sub(self.heard) >= SILENT
    }

    /// Counts the reason why a full-feed session does not count.
    pub(crate) fn note(&self, left_out: &mut LeftOut, minute: u32) {
        match self.standing {
            Standing::Down => left_out.down += 1,
            Standing::Sending { .. } => left_out.sending_table += 1,
            Standing::BehindGap { .. } => left_out.behind_gap += 1,
            Standing::Up if self.is_silent(minute) => left_out.silent += 1,
            Standing::Up => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(announced: u64) -> Tally {
        Tally { announced_v4: announced, ..Tally::default() }
    }

    fn full() -> Sensor {
        let address = IpAddr::from([192, 0, 2, 1]);
        Sensor::new(0, address, Asn(64_500), 0).of_table([1000, 0], [true, false])
    }

    #[test]
    fn a_reset_counts_again_when_its_table_has_ended_and_is_whole() {
        let mut sensor = full();
        assert!(sensor.counts(0, 2) && !sensor.counts(1, 2) && !sensor.counts(0, 3));
        assert!(sensor.happens(&Happening::Down, 3));
        assert!(!sensor.counts(0, 3));
        sensor.happens(&Happening::Up, 4);
        sensor.count(&tally(500), 4);
        sensor.happens(&Happening::EndOfTable { is_v6: false }, 4);
        sensor.close(4, [0; 2]);
        assert!(!sensor.counts(0, 4), "half a table is not whole, whatever its end mark says");
        sensor.count(&tally(400), 5);
        sensor.close(5, [0; 2]);
        assert!(sensor.counts(0, 5));
    }

    #[test]
    fn a_table_without_an_end_mark_is_sent_when_the_session_is_calm() {
        let mut sensor = full();
        sensor.happens(&Happening::Up, 10);
        sensor.count(&tally(990), 10);
        for minute in 10..15 {
            sensor.count(&tally(2), minute);
            sensor.close(minute, [0; 2]);
            assert!(!sensor.counts(0, minute));
        }
        sensor.count(&tally(2), 15);
        sensor.close(15, [0; 2]);
        assert!(sensor.counts(0, 15));
    }

    #[test]
    fn behind_a_gap_half_an_hour_of_agreement_is_asked_for() {
        let mut sensor = full();
        sensor.missed();
        sensor.heard = 100;
        for _ in 0..29 {
            sensor.compare(0.95, Some(1.0));
        }
        sensor.compare(0.5, Some(1.0));
        assert!(!sensor.counts(0, 100));
        for _ in 0..30 {
            sensor.compare(0.95, Some(1.0));
        }
        assert!(sensor.counts(0, 100));
        sensor.missed();
        (0..90).for_each(|_| sensor.compare(1.0, None));
        assert!(!sensor.counts(0, 100), "nobody is there to agree with");
    }
}
