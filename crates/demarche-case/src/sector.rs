use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a victim or of another party; coarse, so that every catalogue's own list can be read into it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Ministries, parliaments, courts, parties, intelligence.
    Government,
    /// Armed forces.
    Military,
    /// Energy, water, transport, health, finance, telecommunications and what else a state depends on.
    CriticalInfrastructure,
    /// Companies that are none of the others.
    Company,
    /// Press, broadcasters, film.
    Media,
    /// Universities and research.
    Research,
    /// Associations, activists, churches.
    CivilSociety,
    /// International and supranational organisations.
    International,
    /// Single persons.
    People,
    /// Anything else.
    Other,
}
