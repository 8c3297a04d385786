//! The routes to a target minute by minute, and the alarms over them.
//!
//! All of it is of routes that are *announced*. An announced network may be unreachable: in 2025 and 2026 Iran kept its IPv4 announced while traffic stopped.

use demarche_terms::Prefix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::routes::Family;
use crate::{Asn, Country, EvidenceId, Moment};

/// The statement that every line of a watch makes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WatchMeaning {
    /// The figures are of announced routes; whether traffic flows is not known.
    #[default]
    AnnouncedIsNotConnected,
}

/// One minute of a watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatchMinute {
    /// The start of the minute, by the clocks of the collectors.
    pub minute: Moment,
    /// The statement that every line makes.
    pub means: WatchMeaning,
    /// The IPv4 addresses of the target; `None` where it announces none.
    pub ipv4: Option<FamilyMinute>,
    /// The IPv6 prefixes of the target, likewise.
    pub ipv6: Option<FamilyMinute>,
}

/// One address family in one minute, as it stands at the minute's end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyMinute {
    /// The state of the watch.
    pub state: WatchState,
    /// The share of the target's addresses (IPv4) or prefixes (IPv6) that have a route, from 0 to 1: the mean over the networks that count.
    /// `None` where too few networks count.
    pub visible: Option<f64>,
    /// The median of that share over the last 24 hours, minutes of an alarm left out.
    pub usual: f64,
    /// Peer networks that count in this minute.
    pub networks: u64,
    /// Collectors at which these are.
    pub collectors: u64,
    /// Sessions of full-feed peers that do not count, by reason.
    pub left_out: LeftOut,
    /// Prefixes of the target that fewer than half of the networks that count have a route to.
    pub prefixes_lost: u64,
    /// Announcements of the target's prefixes by any peer in this minute.
    pub announced: u64,
    /// Withdrawals of the target's prefixes by any peer in this minute.
    pub withdrawn: u64,
    /// The networks over which routes enter, strongest first, at most sixteen.
    pub carriers: Vec<CarrierMinute>,
    /// The numbers of the alarms that are open at the end of the minute.
    pub alarms: Vec<u32>,
}

/// The state of a watch over one address family.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WatchState {
    /// No alarm.
    #[default]
    Usual,
    /// At least one alarm is open.
    Alarm,
    /// Too few networks at too few collectors count, so that nothing can be said.
    TooFewSensors,
}

/// Sessions of full-feed peers that do not count in a minute, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// The session is down.
    pub down: u64,
    /// Nothing was heard of it for three minutes.
    pub silent: u64,
    /// It is sending its table.
    pub sending_table: u64,
    /// Its collector was silent as a whole, so that changes may have been missed.
    pub behind_gap: u64,
}

/// A network over which routes to the target enter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CarrierMinute {
    /// The network: the first on the way from the target that is not of its country or its own.
    pub network: Asn,
    /// The share of the target that enters over it, from 0 to 1: the mean over the networks that count.
    pub share: f64,
    /// The median of that share over the last 24 hours.
    pub usual: f64,
}

/// An alarm of a watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatchAlarm {
    /// Its number, from 1 in the order in which alarms were raised.
    pub number: u32,
    /// The address family.
    pub family: Family,
    /// The loss.
    pub kind: AlarmKind,
    /// The first minute in which it held.
    pub since: Moment,
    /// The minute at whose end it was raised.
    pub raised: Moment,
    /// The first minute in which it no longer held; `None` while it is open.
    pub until: Option<Moment>,
    /// The share when it was raised, from 0 to 1.
    pub share: f64,
    /// The least share while it was open.
    pub lowest: f64,
    /// The median of the 24 hours before.
    pub usual: f64,
    /// Peer networks that saw the loss when it was raised.
    pub networks: u64,
    /// The collectors at which these are.
    pub collectors: u64,
    /// The networks that still carried the target when it was raised, strongest first.
    pub still_carried_by: Vec<Asn>,
    /// The networks that carried it before and no longer did.
    pub lost_by: Vec<Asn>,
    /// Who is likely to have lost it.
    pub side: LossSide,
    /// Prefixes that were lost when it was raised, at most a hundred.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<Prefix>,
    /// The number of all of these.
    pub prefix_count: u64,
}

/// The loss that an alarm is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AlarmKind {
    /// Less than half of what the target usually announces has a route.
    Dark,
    /// A network carries less than half of what it usually carries.
    CarrierLost {
        /// The network.
        network: Asn,
    },
    /// A prefix that is at least a tenth of the target is seen by less than half of those who usually see it.
    PrefixLost {
        /// The prefix.
        #[schemars(with = "String")]
        prefix: Prefix,
    },
}

/// Who is likely to have lost the routes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LossSide {
    /// Several carriers lost it at once: the target withdrew it, or failed.
    Target,
    /// One carrier lost it while others kept it.
    Carrier,
    /// It has one carrier, or the loss is uneven: routes do not tell.
    #[default]
    NotTold,
}

/// The record of a watch that is evidence in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseWatch {
    /// The item that names it.
    pub evidence: EvidenceId,
    /// The record.
    pub findings: WatchFindings,
}

/// The record of a watch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatchFindings {
    /// The question as the user put it.
    pub question: String,
    /// Its country, where it has one.
    pub country: Option<Country>,
    /// The target's networks.
    pub networks: Vec<Asn>,
    /// IPv4 addresses of the target in the routing tables at the start, each counted once.
    pub ipv4_addresses: u64,
    /// IPv6 prefixes of the target, likewise.
    pub ipv6_prefixes: u64,
    /// The statement that every answer makes.
    pub means: WatchMeaning,
    /// The alarms, in the order in which they were raised.
    pub alarms: Vec<WatchAlarm>,
    /// The minutes in order; of a long watch those at which something changed, and one in every so many.
    pub minutes: Vec<WatchMinute>,
    /// The number of minutes that were watched.
    pub watched: u64,
    /// The sources.
    pub sources: Vec<WatchSource>,
    /// The limits of the answer.
    pub caveats: Vec<WatchCaveat>,
}

impl WatchFindings {
    /// Returns true if all its shares are from 0 to 1.
    ///
    /// A record may come from anywhere; what draws it relies on this.
    #[must_use]
    pub fn has_shares(&self) -> bool {
        // A mean of ones may miss one by its last bit.
        let is_share = |share: f64| (0.0..=1.0 + 1e-9).contains(&share);
        let minutes = self.minutes.iter();
        let families = minutes.flat_map(|minute| [&minute.ipv4, &minute.ipv6]).flatten();
        let of_family = |family: &FamilyMinute| {
            let carriers = family.carriers.iter().flat_map(|one| [one.share, one.usual]);
            family.visible.into_iter().chain([family.usual]).chain(carriers).all(is_share)
        };
        let alarms = self.alarms.iter();
        families.into_iter().all(of_family)
            && alarms.flat_map(|alarm| [alarm.share, alarm.lowest, alarm.usual]).all(is_share)
    }
}

/// A source of updates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WatchSource {
    /// The collector.
    pub collector: String,
    /// Whole MRT records.
    pub records: u64,
    /// Prefixes announced.
    pub announcements: u64,
    /// Prefixes withdrawn.
    pub withdrawals: u64,
    /// Changes of a session's state.
    pub state_changes: u64,
    /// Records with a time before the minute that was being watched; they were applied when they came.
    pub late: u64,
    /// Records with a time more than an hour ahead that nothing confirmed; their time was not believed.
    pub ahead: u64,
}

/// A limit of a watch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "id", rename_all = "kebab-case")]
pub enum WatchCaveat {
    /// Announced is not connected.
    Announced,
    /// Too few networks or collectors for any alarm.
    TooFewSensors {
        /// Full-feed networks in the tables.
        networks: u64,
        /// Collectors of these.
        collectors: u64,
    },
    /// In some minutes too few networks counted: a loss in them was not seen.
    Blind {
        /// The number of these minutes, of a family that the target has.
        minutes: u64,
        /// All minutes that were watched.
        of: u64,
    },
    /// The updates start long after the tables.
    Hole {
        /// Minutes between them.
        minutes: u64,
    },
    /// Prefixes that the target began to announce lie outside of what it announced at the start; they are not counted.
    NewSpace {
        /// The number of these prefixes.
        prefixes: u64,
    },
    /// Updates are older than the routing table of their collector, which has what they tell; they were not applied.
    BeforeTables {
        /// The prefixes that they announced and withdrew, and changes of sessions.
        updates: u64,
    },
    /// More sessions were met than are followed.
    TooManySessions {
        /// The prefixes that the further sessions announced and withdrew.
        updates: u64,
    },
    /// More new prefixes of the target than are followed.
    TooManyPrefixes {
        /// The number of those that are not followed.
        prefixes: u64,
    },
}
