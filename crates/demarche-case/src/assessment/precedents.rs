//! What happened after earlier attacks that are like the one asked about.
//!
//! Everything here is counted in catalogues of attacks, and each count names its edition. Only [`ActShare::share`] is a
//! forecast; every other number is what the catalogue has. Counts say what was public and coded, not what was done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Country;
use crate::record::RecordId;

/// Which attacks are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrecedentQuestion {
    /// The state that would respond.
    pub responding: Country,
    /// The state held responsible.
    pub initiator: Country,
    /// The year of the attack: only attacks of earlier years count, for later ones are unknown to whoever must decide.
    /// `None` counts all, also those of an unknown year.
    pub year: Option<i16>,
    /// Severity on DCID's scale, 0 to 10.
    pub severity: Option<u8>,
    /// EuRepoC's weighted intensity, 0 to 15.
    pub intensity: Option<u8>,
    /// What the attack was for, as DCID codes it.
    pub objective: Option<Objective>,
}

/// What happened after earlier attacks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecedentFindings {
    /// What was asked.
    pub question: PrecedentQuestion,
    /// What DCID has on pairs of states; `None` where it is not in the record or has nothing before the year.
    pub dyads: Option<DyadFindings>,
    /// What EuRepoC has, the dashboard's extracts before the release; the two hold the same incidents and are counted
    /// apart.
    pub repository: Vec<RepositoryFindings>,
    /// The limits of the numbers.
    pub caveats: Vec<PrecedentCaveat>,
}

/// A limit of what is counted of earlier attacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum PrecedentCaveat {
    /// Confidential steps are not counted.
    PublicOnly,
    /// Attacks of this year and later do not count.
    Before {
        /// The year.
        year: i16,
    },
    /// The record has nothing of DCID before the year.
    NoDyads,
    /// The record has nothing of EuRepoC before the year.
    NoRepository,
    /// EuRepoC's release and its dashboard hold the same incidents.
    TwoCopies,
    /// DCID holds attacks between rivals alone.
    RivalsOnly,
    /// DCID's sheet of campaigns, which has the acts of states, is missing.
    NoActs,
    /// Acts within a month were not caused by the attack alone.
    ActsNotCaused,
    /// DCID's sheet of incidents, which has concessions, is missing.
    NoConcessions,
    /// Coders agreed poorly on concessions.
    ConcessionsDoubtful,
    /// Few earlier attacks between the two states.
    FewBetween {
        /// The state that attacked.
        initiator: Country,
        /// The state that was attacked.
        responding: Country,
        /// The number of earlier attacks.
        attacks: u64,
    },
    /// Incidents of which no response was coded.
    Uncoded {
        /// The copy of EuRepoC.
        copy: EurepocCopy,
        /// The number of such incidents.
        uncoded: u64,
        /// The number of all incidents.
        incidents: u64,
    },
    /// No coded year lies before the year asked about.
    NoCodedYear {
        /// The copy of EuRepoC.
        copy: EurepocCopy,
    },
    /// The expectation is a base rate.
    BaseRateOnly {
        /// The copy of EuRepoC.
        copy: EurepocCopy,
    },
}

/// How often something was so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// How often.
    pub hits: u64,
    /// Of how many.
    pub all: u64,
    /// The 95 % interval of the share, from 0 to 1. `None` of nothing.
    ///
    /// Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference", with z = 1.96.
    pub interval: Option<[f64; 2]>,
}

impl Rate {
    /// The share, from 0 to 1; `None` of nothing.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let number = |count: u64| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
        (self.all > 0).then(|| number(self.hits) / number(self.all))
    }
}

/// Something that states do after an attack, as DCID's sheet of campaigns codes it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Deny or reject.
    Reject,
    /// Threaten or demand.
    Threaten,
    /// Embargo, boycott or sanctions.
    Sanction,
    /// A hostile military act: a threat, a display, or force.
    Military,
    /// The use of force alone.
    Force,
    /// A cyber operation in return.
    CyberReply,
    /// A cyber operation in return that escalates, as the coders judged it.
    CyberEscalation,
    /// Negotiate or agree.
    Negotiate,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Reject,
        Self::Threaten,
        Self::Sanction,
        Self::Military,
        Self::Force,
        Self::CyberReply,
        Self::CyberEscalation,
        Self::Negotiate,
    ];
}

/// Which attacks a share was counted in, the widest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Circle {
    /// All of them.
    All,
    /// Those on the responding state.
    OnResponding,
    /// Those by the initiator.
    ByInitiator,
    /// Those by the initiator on the responding state.
    Between,
}

impl Circle {
    /// All of them, the widest first.
    pub const ALL: [Self; 4] = [Self::All, Self::OnResponding, Self::ByInitiator, Self::Between];
}

/// What an attack was for, as DCID codes it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// To disrupt.
    Disruption,
    /// To steal for use at once.
    ShortTermEspionage,
    /// To steal for use later on.
    LongTermEspionage,
    /// To degrade or destroy.
    Degrade,
}

/// By which means an attack was made, as DCID codes it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Defacement or propaganda.
    Vandalism,
    /// Denial of service.
    DenialOfService,
    /// Intrusion into networks.
    Intrusion,
    /// Infiltration by malware with a payload: wipers, worms, viruses, keystroke loggers.
    Infiltration,
}

/// What DCID has on attacks between states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DyadFindings {
    /// The editions that were counted.
    pub editions: Vec<String>,
    /// How often each act is expected of the responding state within a month; empty without the sheet of campaigns.
    pub acts: Vec<ActShare>,
    /// What was done in each circle of attacks, the widest first.
    pub circles: Vec<ActsIn<Circle>>,
    /// What was done by severity, 0 to 10; severities that no attack has are left out.
    pub by_severity: Vec<ActsIn<u8>>,
    /// The cyber operations in return.
    pub replies: Option<CyberReplies>,
    /// Whether attackers got what they wanted, by severity, objective, method, and in all.
    pub concessions: Vec<ConcessionRow>,
    /// The most similar attacks, the most similar first: a dozen at most.
    pub similar: Vec<SimilarAttack>,
}

/// How often an act of the responding state within a month is to be expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActShare {
    /// What would be done.
    pub act: Act,
    /// The forecast, from 0 to 1: that of all attacks and the one narrowed to the pair of states, weighed.
    pub share: f64,
    /// The range that holds nine times in ten.
    pub range: [f64; 2],
    /// How much the narrowed share counts in it, from 0 (that of all is all there is) to 1.
    pub narrowed: f64,
}

/// What was done after some attacks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActsIn<G> {
    /// Which attacks.
    pub group: G,
    /// How many they are.
    pub attacks: u64,
    /// What the attacked states did within a month, every act in order.
    pub acts: Vec<ActCount>,
    /// The mean score of escalation by conventional acts of the attacked states; `None` of no attack.
    pub escalation: Option<f64>,
    /// The same of the attackers, the attack aside: rivals do such things anyway.
    pub initiators_escalation: Option<f64>,
}

/// How often an act followed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActCount {
    /// What was done.
    pub act: Act,
    /// How often the attacked state did it.
    pub done: Rate,
    /// How often the attacker did it, which the attack does not explain; `None` for cyber operations, for the attack is one.
    pub by_initiator: Option<Rate>,
}

/// The cyber operations in return.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CyberReplies {
    /// How many.
    pub replies: u64,
    /// How many are dated before the attack, so that the dates of the others deserve little trust.
    pub dated_before: u64,
    /// How many are of the same day.
    pub same_day: u64,
    /// The median delay in days of those that are later.
    pub median_days_after: Option<f64>,
    /// The mean of the reply's severity less that of the attack.
    pub severity_difference: Option<f64>,
    /// How many are more severe than the attack.
    pub more_severe: Rate,
}

/// What a row of concessions is of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ConcessionGroup {
    /// Attacks of a severity, 0 to 10.
    Severity(u8),
    /// Attacks for something.
    Objective(Objective),
    /// Attacks by some means.
    Method(Method),
    /// All attacks.
    All,
}

/// Whether the attackers got what they wanted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConcessionRow {
    /// Which attacks.
    pub group: ConcessionGroup,
    /// Whether it is the severity or the objective that was asked about.
    pub is_asked: bool,
    /// How often the attacked state changed its behaviour.
    pub conceded: Rate,
    /// How often the attack did what it was for, technically.
    pub achieved: Rate,
}

/// An earlier attack, and what followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimilarAttack {
    /// Its entry in the record.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The year in which it began.
    pub year: i16,
    /// The state that was attacked.
    pub responding: Country,
    /// The state that attacked.
    pub initiator: Country,
    /// The narrowest circle that holds it.
    pub circle: Circle,
    /// Severity on DCID's scale, 0 to 10.
    pub severity: Option<u8>,
    /// What it was for.
    pub objective: Option<Objective>,
    /// What the attacked state did within a month; `None` where no row of a response was coded.
    pub acts: Option<Vec<Act>>,
    /// Whether the attacked state changed its behaviour, where that was coded.
    pub conceded: Option<bool>,
    /// Whether the attack did what it was for, where that was coded.
    pub achieved: Option<bool>,
}

/// Which copy of EuRepoC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EurepocCopy {
    /// Extracts of the dashboard: more and later incidents, without types of responses.
    Dashboard,
    /// Release 1.1, with types and dates of responses.
    Release,
}

/// What one copy of EuRepoC has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryFindings {
    /// Which copy.
    pub copy: EurepocCopy,
    /// The editions that were counted.
    pub editions: Vec<String>,
    /// How many incidents were counted.
    pub incidents: u64,
    /// How many of them began before responses were coded ([`UNCODED_BEFORE`]) or at an unknown time: that they have no
    /// response means nothing.
    pub uncoded: u64,
    /// What is to be expected, from the years in which responses were coded; empty where there are none.
    pub expected: Vec<ExpectedResponse>,
    /// How often there was a public response, in one table for each way to group the incidents.
    pub tables: Vec<RateTable>,
    /// The responses by type, where the copy has them.
    pub types: Vec<TypeTable>,
    /// How long attributions and responses took.
    pub delays: Vec<Delay>,
    /// How well the copy knows its dates, where it was asked.
    pub dates: Option<DateQuality>,
}

/// The year before which EuRepoC coded hardly any response: that an incident before it has none means "not coded".
pub const UNCODED_BEFORE: i16 = 2021;

/// A kind of public response, as EuRepoC divides them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseKind {
    /// Statements, and preventive, cooperative, legislative or executive measures.
    Political,
    /// Law enforcement, sanctions and other measures with a legal ground.
    Legal,
    /// Either.
    Any,
}

/// How often a public response is to be expected: the base rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedResponse {
    /// Which response.
    pub response: ResponseKind,
    /// How often there was one; its share is the forecast.
    pub rate: Rate,
    /// The first year that counts.
    pub from: i16,
    /// Whether this is the base rate of all incidents, because narrowing it to intensity or states foretold no better.
    pub is_base_rate: bool,
}

/// By what incidents are grouped.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RateBy {
    /// Weighted intensity: 0 to 1, 2, 3, 4, 5 and more.
    Intensity,
    /// What kind of initiator it is.
    Initiator,
    /// Kind of initiator and weighted intensity.
    InitiatorAndIntensity,
    /// The state of the initiator; the nine that are met most, and the one that was asked about.
    Country,
    /// Groups of years.
    Era,
    /// Whether the receiver's government said who did it.
    GovernmentAttribution,
}

/// How often there was a public response, by one grouping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateTable {
    /// By what incidents are grouped.
    pub by: RateBy,
    /// The first year that counts; `None` counts all, also those in which no response was coded.
    pub from: Option<i16>,
    /// The groups that have incidents, in order.
    pub rows: Vec<RateRow>,
}

/// How often there was a public response in one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateRow {
    /// The group, in one word for each thing it is by.
    pub group: Vec<String>,
    /// Whether the attack that is asked about falls into it.
    pub is_asked: bool,
    /// How many of the incidents began before responses were coded, or at an unknown time.
    pub uncoded: u64,
    /// A political response.
    pub political: Rate,
    /// A legal response.
    pub legal: Rate,
    /// Either.
    pub any: Rate,
}

/// What is counted by type.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TypeOf {
    /// Political responses.
    Political,
    /// Political responses, more finely.
    PoliticalSub,
    /// Legal responses.
    Legal,
    /// Legal responses, more finely.
    LegalSub,
    /// What international law would have allowed, as the coders judged it.
    LegalIndicator,
    /// Which part of international law was breached, as the coders judged it.
    Breach,
}

/// Responses by type, the most frequent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TypeTable {
    /// What is counted.
    pub of: TypeOf,
    /// Each type by the catalogue's own words.
    pub types: Vec<TypeCount>,
}

/// How often a type was coded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TypeCount {
    /// The type.
    pub name: String,
    /// How often: an incident may have several.
    pub count: u64,
}

/// What took its time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DelayOf {
    /// The first attribution by anybody, after the start.
    FirstAttribution,
    /// The first political response, after the start.
    FirstPolitical,
    /// The first legal response, after the start.
    FirstLegal,
    /// The first political response, after the first attribution.
    PoliticalAfterAttribution,
    /// The first legal response, after the first attribution.
    LegalAfterAttribution,
    /// Attribution by companies that look after security, after the start.
    ByIndustry,
    /// Attribution by the receiver's government, after the start.
    ByGovernment,
    /// The attacker's own word, after the start.
    ByAttacker,
    /// Attribution by a third party, after the start.
    ByThirdParty,
    /// Attribution by others, after the start.
    ByOther,
}

/// How long something took.
///
/// Dates of the first of January stand for a year and are left out; so are delays below zero, but for those between
/// attribution and response.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delay {
    /// What.
    pub of: DelayOf,
    /// How many have both dates.
    pub dated: u64,
    /// How many would have happened before what they follow.
    pub negative: u64,
    /// How many are counted.
    pub counted: u64,
    /// Days after which a quarter, half, three quarters and nine tenths of them had happened; `None` of nothing.
    pub days: Option<[f64; 4]>,
    /// How many took 30 days at most.
    pub within_a_month: Rate,
    /// How many took 365 days at most.
    pub within_a_year: Rate,
}

/// How well a copy knows its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DateQuality {
    /// Incidents with a start.
    pub started: u64,
    /// Those that start on the first of January, which stands for a year.
    pub year_only: u64,
    /// Those that start on the first of a month.
    pub first_of_month: u64,
    /// Those that end before they start.
    pub end_before_start: u64,
    /// Those that end on the first of January.
    pub end_year_only: u64,
    /// Those that were attributed, with no date but a first of January.
    pub attribution_year_only: u64,
}

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
