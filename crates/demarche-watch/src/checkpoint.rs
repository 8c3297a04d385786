//! The state of a watch as bytes, so that it can go on after a crash where it stood.

use demarche_case::assessment::watch::{WatchAlarm, WatchMinute};
use demarche_case::{Asn, Country, Prefix, Sha256};
use serde::{Deserialize, Serialize};

use crate::engine::{FamilyWatch, NO_SENSOR, Options, Quantity, SourceId, State, Watch};
use crate::feed::{Feed, Scope};
use crate::held::Gateway;
use crate::series::Series;
use crate::space::{Fence, Key, Subject};

/// The first bytes; the digits are the version.
const MAGIC: &[u8; 10] = b"DEMWATCH03";

/// The bytes are no state of a watch that this program can go on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The first bytes are others.
    #[error("not the state of a watch, or of another version of the program")]
    Unknown,
    /// The hash does not fit: the file was cut or changed.
    #[error("the state of the watch is damaged")]
    Damaged,
    /// The parts do not fit each other, so that this program cannot have written it.
    #[error("the state of the watch contradicts itself")]
    Unsound,
    /// The state is of another question.
    #[error("the state is of a watch over {found}, not {asked}")]
    OtherQuestion {
        /// The question of the state.
        found: String,
        /// The question asked now.
        asked: String,
    },
}

/// The whole state; alarms and minutes as JSON, in the form in which they are shown.
#[derive(Serialize, Deserialize)]
struct Saved {
    question: String,
    country: Option<Country>,
    origins: Vec<Asn>,
    at_home: Vec<Asn>,
    prefixes: Vec<Prefix>,
    scope: (Vec<Asn>, Vec<Asn>),
    options: (usize, usize),
    tables_at: u32,
    state: State,
    alarms: String,
    minutes: String,
}

impl State {
    /// Returns true if every number in it leads to something.
    fn is_sound(&self, alarms: usize) -> bool {
        let (sensors, gateways) = (self.sensors.len(), self.gateways.len());
        let collectors = self.collectors.len();
        let is_gateway = |gateway: &Gateway| usize::from(*gateway) < gateways;
        let family = |family: &FamilyWatch| {
            let all = family.whole.iter().chain(family.carriers.values());
            let is_quantity = |quantity: &Quantity| match quantity {
                Quantity::Carrier(gateway) => is_gateway(gateway),
                Quantity::Whole | Quantity::Part(_) => true,
            };
            family.held.is_sound(sensors, gateways)
                && all.chain(family.parts.values()).all(Series::is_sound)
                && family.carriers.keys().all(is_gateway)
                && family.open.keys().all(is_quantity)
                && family.open.values().all(|position| (*position as usize) < alarms)
        };
        let is_sensor = |sensor: &u32| *sensor == NO_SENSOR || (*sensor as usize) < sensors;
        gateways >= 2
            && self.families.iter().all(family)
            && self.sensors.iter().all(|sensor| (sensor.collector as usize) < collectors)
            && self.is_numbered()
            && self.collectors.iter().all(|collector| {
                collector.sessions.len() == collector.keys.len()
                    && collector.sessions.iter().all(is_sensor)
            })
    }
}

impl Watch {
    /// The state as bytes, with their hash.
    ///
    /// # Panics
    ///
    /// Never: the state is plain data.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let json = "plain data has a JSON form";
        let saved = Saved {
            question: self.subject.question.clone(),
            country: self.subject.country,
            origins: self.subject.origins.clone(),
            at_home: self.subject.at_home.clone(),
            prefixes: self.subject.prefixes.clone(),
            scope: (self.scope.origins.clone(), self.scope.at_home.clone()),
            options: (self.options.networks, self.options.collectors),
            tables_at: self.tables_at,
            state: self.state.clone(),
            alarms: serde_json::to_string(&self.alarms).expect(json),
            minutes: serde_json::to_string(&self.minutes).expect(json),
        };
        let body = postcard::to_stdvec(&saved).expect("plain data has a binary form");
        let hash = Sha256::of(&body);
        [MAGIC.as_slice(), &hash.0, &body].concat()
    }

    /// Goes on with a state; `question` has to be the one that it was made for.
    ///
    /// # Errors
    ///
    /// The bytes are not whole, of another version, or of another question.
    pub fn resume(bytes: &[u8], question: &str) -> Result<Self, CheckpointError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CheckpointError::Unknown)?;
        let (hash, body) = rest.split_first_chunk::<32>().ok_or(CheckpointError::Damaged)?;
        if Sha256::of(body).0 != *hash {
            return Err(CheckpointError::Damaged);
        }
        let saved: Saved = postcard::from_bytes(body).map_err(|_| CheckpointError::Unknown)?;
        if saved.question != question {
            let (found, asked) = (saved.question, question.to_owned());
            return Err(CheckpointError::OtherQuestion { found, asked });
        }
        let alarms: Vec<WatchAlarm> =
            serde_json::from_str(&saved.alarms).map_err(|_| CheckpointError::Unknown)?;
        let minutes: Vec<WatchMinute> =
            serde_json::from_str(&saved.minutes).map_err(|_| CheckpointError::Unknown)?;
        if !saved.state.is_sound(alarms.len()) {
            return Err(CheckpointError::Unsound);
        }
        let bases: Vec<Key> = saved
            .state
            .families
            .iter()
            .flat_map(|family| family.held.space.bases().map(|(_, key)| key).collect::<Vec<_>>())
            .collect();
        let (origins, at_home) = saved.scope;
        Ok(Self {
            subject: Subject {
                question: saved.question,
                country: saved.country,
                origins: saved.origins,
                at_home: saved.at_home,
                prefixes: saved.prefixes,
            },
            scope: Scope { fence: Fence::new(bases.iter()), origins, at_home },
            options: Options { networks: saved.options.0, collectors: saved.options.1 },
            state: saved.state,
            alarms,
            minutes,
            tables_at: saved.tables_at,
        })
    }

    /// A feed that goes on where a source was applied up to.
    pub(crate) fn feed(&self, source: SourceId) -> Feed {
        match self.state.collectors.get(source.index()) {
            Some(collector) => Feed::numbered(&collector.keys, collector.table),
            None => Feed::default(),
        }
    }
}
