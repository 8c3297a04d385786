//! One share over time: of the whole target, over a carrier, or of one prefix, as each network sees it; and the rule of its alarm.
//!
//! An alarm begins when the share is under half of its 24-hour median for two minutes, and at least so many networks at so many collectors see it so.
//! It ends likewise. While it is open, or may be about to begin, the median does not take in new minutes.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Asn;
use serde::{Deserialize, Serialize};

use crate::window::Window;

/// Minutes for which the rule has to hold.
const MINUTES: u32 = 2;

/// The networks and collectors that have to see a loss.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Quorum {
    pub(crate) networks: usize,
    pub(crate) collectors: usize,
}

/// What a network that counts sees in a minute.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub(crate) asn: Asn,
    /// The share, from 0 to 1: the mean over its sessions that count.
    pub(crate) share: f64,
    /// The collectors of these sessions.
    pub(crate) collectors: BTreeSet<u32>,
}

/// The outcome of a minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Turn {
    Nothing,
    /// The alarm is raised: it holds since this minute, and so many networks at so many collectors see it.
    Raised {
        since: u32,
        networks: u64,
        collectors: u64,
    },
    /// The alarm ended in this minute.
    Ended {
        at: u32,
    },
}

/// A share over time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Series {
    window: Window,
    networks: BTreeMap<Asn, Window>,
    /// The minute since which the rule holds, or, in an alarm, no longer holds; and for how many minutes.
    run: Option<(u32, u32)>,
    pub(crate) is_open: bool,
    /// The share of the last minute.
    pub(crate) share: f64,
}

impl Series {
    pub(crate) fn seeded(sights: &[Sight]) -> Self {
        let networks = sights.iter().map(|sight| (sight.asn, Window::seeded(sight.share)));
        let share = mean(sights);
        Self {
            window: Window::seeded(share),
            networks: networks.collect(),
            run: None,
            is_open: false,
            share,
        }
    }

    /// Returns true if all medians are those of their values.
    pub(crate) fn is_sound(&self) -> bool {
        self.window.is_sound() && self.networks.values().all(Window::is_sound)
    }

    pub(crate) fn usual(&self) -> f64 {
        self.window.median()
    }

    /// Takes a minute in, in which enough networks count. `is_held_back` keeps an alarm from beginning.
    pub(crate) fn minute(
        &mut self,
        minute: u32,
        sights: &[Sight],
        quorum: Quorum,
        is_held_back: bool,
    ) -> Turn {
        self.share = mean(sights);
        let low = |sight: &&Sight| {
            let usual = self.networks.get(&sight.asn).map_or(0.0, Window::median);
            usual > 0.0 && sight.share < usual / 2.0
        };
        let seen: Vec<&Sight> = sights.iter().filter(low).collect();
        let at: BTreeSet<u32> = seen.iter().flat_map(|sight| sight.collectors.clone()).collect();
        let is_low = self.share < self.usual() / 2.0
            && seen.len() >= quorum.networks
            && at.len() >= quorum.collectors;
        let is_over = self.share >= self.usual() / 2.0;
        let holds = if self.is_open { is_over } else { is_low && !is_held_back };
        self.run = match self.run {
            _ if !holds => None,
            Some((since, minutes)) => Some((since, minutes.min(MINUTES) + 1)),
            None => Some((minute, 1)),
        };
        let turn = match self.run {
            Some((since, minutes)) if minutes >= MINUTES => {
                self.run = None;
                self.is_open = !self.is_open;
                if self.is_open {
                    let (networks, collectors) = (seen.len() as u64, at.len() as u64);
                    Turn::Raised { since, networks, collectors }
                } else {
                    Turn::Ended { at: since }
                }
            }
            _ => Turn::Nothing,
        };
        if !self.is_open && self.run.is_none() && !is_low {
            self.learn(sights);
        }
        turn
    }

    /// Breaks a run off: in this minute nothing can be said.
    pub(crate) fn cannot_tell(&mut self) {
        self.run = None;
    }

    fn learn(&mut self, sights: &[Sight]) {
        self.window.push(self.share);
        for sight in sights {
            match self.networks.get_mut(&sight.asn) {
                Some(window) => window.push(sight.share),
                None => {
                    self.networks.insert(sight.asn, Window::seeded(sight.share));
                }
            }
        }
    }
}

/// The mean over networks; 0 for none.
#[expect(clippy::cast_precision_loss, reason = "a count of networks")]
pub(crate) fn mean(sights: &[Sight]) -> f64 {
    let sum: f64 = sights.iter().map(|sight| sight.share).sum();
    if sights.is_empty() { 0.0 } else { sum / sights.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUORUM: Quorum = Quorum { networks: 3, collectors: 2 };

    fn sights(shares: &[f64]) -> Vec<Sight> {
        let sight = |(number, share): (u32, &f64)| Sight {
            asn: Asn(number),
            share: *share,
            collectors: BTreeSet::from([number % 2]),
        };
        (0..).zip(shares).map(sight).collect()
    }

    #[test]
    fn two_minutes_raise_an_alarm_and_two_end_it() {
        let mut series = Series::seeded(&sights(&[1.0; 4]));
        let mut step =
            |minute, share: f64| series.minute(minute, &sights(&[share; 4]), QUORUM, false);
        assert_eq!(step(1, 0.4), Turn::Nothing);
        assert_eq!(step(2, 1.0), Turn::Nothing);
        assert_eq!(step(3, 0.0), Turn::Nothing);
        assert_eq!(step(4, 0.4), Turn::Raised { since: 3, networks: 4, collectors: 2 });
        for minute in 5..2000 {
            assert_eq!(step(minute, 0.0), Turn::Nothing, "a long night does not become usual");
        }
        assert_eq!(step(2000, 0.6), Turn::Nothing);
        assert_eq!(step(2001, 0.6), Turn::Ended { at: 2000 });
    }

    #[test]
    fn too_few_networks_or_collectors_raise_none() {
        let mut series = Series::seeded(&sights(&[1.0; 3]));
        for minute in 0..10 {
            let two = sights(&[0.0, 0.0, 0.9]);
            assert_eq!(series.minute(minute, &two, QUORUM, false), Turn::Nothing);
        }
        let mut one = sights(&[0.0; 3]);
        one.iter_mut().for_each(|sight| sight.collectors = BTreeSet::from([7]));
        for minute in 10..20 {
            assert_eq!(series.minute(minute, &one, QUORUM, false), Turn::Nothing);
        }
    }
}
