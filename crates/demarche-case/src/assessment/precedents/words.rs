//! What is counted, in words that every view uses.

use super::{Act, DelayOf, EurepocCopy, Method, Objective, RateBy, ResponseKind, TypeOf};

impl Act {
    /// What is done, as a noun: `sanctions`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reject => "denial or rejection",
            Self::Threaten => "threats or demands",
            Self::Sanction => "sanctions",
            Self::Military => "hostile military acts",
            Self::Force => "use of force",
            Self::CyberReply => "cyber operation in return",
            Self::CyberEscalation => "cyber operation that escalates",
            Self::Negotiate => "negotiation or agreement",
        }
    }
}

impl Objective {
    /// What an attack was for: `disruption`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disruption => "disruption",
            Self::ShortTermEspionage => "short-term espionage",
            Self::LongTermEspionage => "long-term espionage",
            Self::Degrade => "degradation",
        }
    }
}

impl Method {
    /// By which means: `denial of service`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vandalism => "vandalism",
            Self::DenialOfService => "denial of service",
            Self::Intrusion => "intrusion",
            Self::Infiltration => "infiltration by malware",
        }
    }
}

impl EurepocCopy {
    /// The copy's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dashboard => "EuRepoC’s dashboard",
            Self::Release => "EuRepoC 1.1",
        }
    }
}

impl ResponseKind {
    /// The kind: `political`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Political => "political",
            Self::Legal => "legal",
            Self::Any => "any",
        }
    }
}

impl RateBy {
    /// What incidents are grouped by: `weighted intensity`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Intensity => "weighted intensity",
            Self::Initiator => "kind of initiator",
            Self::InitiatorAndIntensity => "kind of initiator and weighted intensity",
            Self::Country => "initiator’s country",
            Self::Era => "year",
            Self::GovernmentAttribution => "attribution by the receiver’s government",
        }
    }
}

impl TypeOf {
    /// What is counted by type: `political responses`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Political => "political responses",
            Self::PoliticalSub => "political responses, more finely",
            Self::Legal => "legal responses",
            Self::LegalSub => "legal responses, more finely",
            Self::LegalIndicator => "what the coders thought international law would allow",
            Self::Breach => "what the coders thought was breached of international law",
        }
    }
}

impl DelayOf {
    /// What took its time, from when: `attribution by the receiver's government, after the start`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstAttribution => "first attribution, after the start",
            Self::FirstPolitical => "first political response, after the start",
            Self::FirstLegal => "first legal response, after the start",
            Self::PoliticalAfterAttribution => "political response, after the first attribution",
            Self::LegalAfterAttribution => "legal response, after the first attribution",
            Self::ByIndustry => "attribution by security companies, after the start",
            Self::ByGovernment => "attribution by the receiver’s government, after the start",
            Self::ByAttacker => "the attacker’s own word, after the start",
            Self::ByThirdParty => "attribution by a third party, after the start",
            Self::ByOther => "attribution by others, after the start",
        }
    }
}

/// What a severity of DCID's scale means, 0 to 10; empty for other numbers.
///
/// Source: DCID 2.0 codebook, July 2022, in short.
#[must_use]
pub const fn severity_word(severity: u8) -> &'static str {
    match severity {
        0 => "none",
        1 => "probing",
        2 => "harassment, denial of service",
        3 => "theft from one network",
        4 => "intrusion into many networks",
        5 => "attempted destruction",
        6 => "widespread destruction",
        7 => "deaths",
        8 => "economic disruption of a nation",
        9 => "destruction of critical infrastructure",
        10 => "mass death",
        _ => "",
    }
}
