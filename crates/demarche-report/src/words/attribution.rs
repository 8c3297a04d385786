//! The findings of attribution in words.

use demarche_case::assessment::attribution::{
    AttributionCaveat, Cluster, ConfidenceReason, ItemReason, Leads, ParameterName, Tie, Without,
};
use demarche_case::assessment::evaluation::{EvaluationCaveat, ItemSet, Method, Protocol};
use demarche_case::{AttackerKind, Country};

use super::in_text;
use crate::attribution::{aspect, some};
use crate::date::date;
use crate::number::{chance, count, counted};
use crate::text::{NAME, shown};

/// A limit of the findings, in a sentence.
pub(crate) fn caveat(caveat: &AttributionCaveat) -> String {
    match caveat {
        AttributionCaveat::LabelsAreClaims => {
            "The record holds claims by vendors and states about earlier attacks; some of them may be wrong.".to_owned()
        }
        AttributionCaveat::Visibility => {
            "Actors with few published reports are found less often.".to_owned()
        }
        AttributionCaveat::NoIncidents => {
            "The record has no data set of incidents, so the prior counts the known actors of each state. Add DCID or EuRepoC with `demarche library add`.".to_owned()
        }
        AttributionCaveat::StatesDiffer { name, states } => {
            let states: Vec<&str> = states.iter().map(Country::label).collect();
            format!("Catalogues name different states behind {}: {}.", shown(name, NAME), states.join(", "))
        }
        AttributionCaveat::OwnEntries { attacks } => {
            let attacks: Vec<String> =
                attacks.iter().map(|attack| shown(&attack.to_string(), NAME)).collect();
            format!("Entries that may be about this very attack were not used: {}.", attacks.join(", "))
        }
        AttributionCaveat::Until { date: day } => {
            format!("Sources of {} or later were not used, because they may tell of this very attack; `--hindsight` uses them.", date(*day))
        }
        AttributionCaveat::Hindsight => {
            "Sources later than the case were used: some may tell of this very attack, so that the judgement may repeat what others concluded.".to_owned()
        }
        AttributionCaveat::KindFromWords { party, attacker } => {
            match attacker {
                AttackerKind::Unknown => {
                    format!("The words on the party `{party}` do not tell what kind of attacker it is; `kind` in a `[[hypothesis]]` on it does.")
                }
                known => {
                    format!("The party `{party}` is taken for {} by its words; `kind` in a `[[hypothesis]]` on it says otherwise.", some(*known))
                }
            }
        }
        AttributionCaveat::MayActFor { evidence, party, patron } => {
            format!("The item `{evidence}` points to `{party}` and to `{patron}` alike. If `{party}` acts for `{patron}`, write `acts_for = \"{patron}\"` at the party `{party}`: the probability of the state then includes it.")
        }
        AttributionCaveat::UnstatedForgeability { evidence } => {
            format!("The case does not say what it would take to plant `{evidence}`, so that the item counts like an average trace. `forgeability` at the item says it: a file’s metadata is easily planted, and what was seized with a suspect is not.")
        }
        AttributionCaveat::UnknownName { name } => {
            format!("The case leaves out `{}`, but the record has no entry of that name.", shown(name, NAME))
        }
    }
}

/// A reason for the weight of an item, in a sentence.
pub(crate) fn item_reason(reason: &ItemReason) -> String {
    match reason {
        ItemReason::Repeats { first } => format!("The item repeats `{first}` and counts only there."),
        ItemReason::MayRepeat { first } => {
            format!("The item may repeat `{first}` in other words, and counts little beside it; `repeats` says so, and another source says otherwise.")
        }
        ItemReason::Exposes => {
            "The item supports a false flag that imitates the actor to whom the planted evidence points.".to_owned()
        }
        ItemReason::NoMatch => "The item points to no party and matches nothing in the record.".to_owned(),
        ItemReason::PointsToShelter => {
            "That a state shelters those who did it does not tell who did it, so the item is not held against that state.".to_owned()
        }
        ItemReason::PointerUnused => {
            "The item is compared with the known users, so `points_to` is not used. What points to a party in another way belongs into an item of its own.".to_owned()
        }
        ItemReason::SameFile => "The same file was found in an earlier attack.".to_owned(),
        ItemReason::PublicTool { name } => format!("{} is available to anybody.", shown(name, NAME)),
        ItemReason::UnknownFile => "No earlier attack in the record left this file.".to_owned(),
        ItemReason::SharedPublicCode { name: Some(name) } => {
            format!("The shared code is from {}, which is available to anybody: its diagnosticity is low.", shown(name, NAME))
        }
        ItemReason::SharedPublicCode { name: None } => {
            "The shared code is available to anybody: its diagnosticity is low.".to_owned()
        }
        ItemReason::SameInfrastructure => "An earlier attack used the same infrastructure.".to_owned(),
        ItemReason::UnknownNetwork => "The network of this address is not known.".to_owned(),
        ItemReason::HostedIn { country } => {
            format!("The address is in a network of {}, where anybody can rent or take over machines.", in_text(*country))
        }
        ItemReason::UnknownClaimant { name } => {
            format!("The record has no actor called {}.", shown(name, NAME))
        }
        ItemReason::KnownUsers { actors: 0, .. } => "No actor in the record is known to use it.".to_owned(),
        ItemReason::KnownUsers { actors: number, listed } => {
            let actors = counted(*number, "actor", "actors");
            if listed.is_empty() {
                return format!("{actors} in the record used it, none of them among the hypotheses.");
            }
            let names: Vec<String> = listed.iter().map(|name| shown(name, NAME)).collect();
            let names = super::listed(&names, "and");
            if usize::try_from(*number).is_ok_and(|number| number == listed.len()) {
                format!("{actors} in the record used it: {names}.")
            } else {
                format!("{actors} in the record used it, among them {names}.")
            }
        }
    }
}

/// The statements of the case of who acts for whom.
pub(crate) const LINKS: &str = "what the case says of who acts for whom";

/// A reason for the confidence, in a sentence.
pub(crate) fn confidence_reason(reason: &ConfidenceReason) -> String {
    match reason {
        ConfidenceReason::Evidence { groups: 0, .. } => {
            "It is told by the kind of the attack alone: no item of evidence speaks for it."
                .to_owned()
        }
        ConfidenceReason::Evidence { groups, sources, hard_to_forge } => {
            let speak = if *groups == 1 { "speaks" } else { "speak" };
            let are = if *hard_to_forge == 1 { "is" } else { "are" };
            format!(
                "{} of evidence from {} {speak} for it; {} {are} hard to forge.",
                counted(*groups, "group", "groups"),
                counted(*sources, "source", "sources"),
                count(*hard_to_forge)
            )
        }
        ConfidenceReason::Overturned { leads, without } => {
            format!("Without {}, {} no longer leads.", part(without), leader(leads))
        }
        ConfidenceReason::Stable { leads } => {
            format!(
                "Whichever single part of the evidence is left out, {} still leads.",
                leader(leads)
            )
        }
        ConfidenceReason::DiffersIfPlanted => {
            "The judgement would change if all evidence that is easily forged were planted."
                .to_owned()
        }
        ConfidenceReason::TooImprobable { needed } => {
            format!("The next level takes a probability of {}.", chance(*needed))
        }
        ConfidenceReason::WideInterval => {
            "The elicited parameters leave a wide interval.".to_owned()
        }
    }
}

fn leader(leads: &Leads) -> String {
    match leads {
        Leads::State { state } => in_text(*state),
        Leads::Kind { attacker } => some(*attacker).to_owned(),
        Leads::Hypothesis { .. } => "the leading hypothesis".to_owned(),
    }
}

/// A part of the evidence, for a place after "without".
fn part(without: &Without) -> String {
    match without {
        Without::Item(id) => format!("the item `{id}`"),
        Without::Links => LINKS.to_owned(),
        Without::Cluster(group) => format!("the cluster “{}”", cluster(group)),
        Without::Aspect(of) => format!("all evidence of {}", aspect(*of)),
        Without::Source(source) => format!("the source “{}”", shown(source, NAME)),
    }
}

/// The name of a group of items that are true or false together.
pub(crate) fn cluster(cluster: &Cluster) -> String {
    match cluster {
        Cluster::Named { id } => id.to_string(),
        Cluster::Implied { aspect: of, source } => {
            format!("{} · {}", aspect(*of), shown(source, NAME))
        }
    }
}

/// A tie to a previous attack, as a phrase.
pub(crate) fn tie(tie: &Tie) -> String {
    match tie {
        Tie::Code => "shared code".to_owned(),
        Tie::File => "the same file".to_owned(),
        Tie::Infrastructure => "the same infrastructure".to_owned(),
        Tie::Software { name } => format!("the same software: {}", shown(name, NAME)),
        Tie::Technique { technique } => format!("the same technique: {technique}"),
    }
}

/// The claims that stayed in a profile under a protocol.
pub(crate) const fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Leaky => "P0 (nothing held out)",
        Protocol::Cite => "P1 (other sources)",
        Protocol::Time => "P2 (earlier sources)",
        Protocol::Release => "P3 (earlier edition)",
    }
}

/// The name of a set of test items.
pub(crate) const fn item_set(set: ItemSet) -> &'static str {
    match set {
        ItemSet::Reports => "reports",
        ItemSet::Campaigns => "campaigns",
    }
}

/// The name of a method under test.
pub(crate) const fn method(method: Method) -> &'static str {
    match method {
        Method::Demarche => "demarche",
        Method::NaiveBayes => "naive Bayes",
        Method::Bm25 => "BM25",
        Method::TfIdf => "TF-IDF",
        Method::Jaccard => "Jaccard",
        Method::Overlap => "overlap",
        Method::PriorAlone => "the prior alone",
        Method::Refitted => "demarche, fitted to these cases",
        Method::LeaveOneActorOut => "demarche, fitted without the author",
        Method::VictimFrequency => "victim-conditional frequency, 3 pseudo-counts",
        Method::OverallFrequency => "frequency of each state’s attacks on any victim",
    }
}

/// A limit of the figures of an evaluation, in a sentence.
pub(crate) const fn evaluation_caveat(caveat: EvaluationCaveat) -> &'static str {
    match caveat {
        EvaluationCaveat::CrossFitted => {
            "The parameters for each attack were fitted without any attack of its actor."
        }
        EvaluationCaveat::FittedHere => {
            "The parameters were fitted to these attacks, so the figures are a little too good; use --cross-fit to avoid that."
        }
        EvaluationCaveat::FittedBefore => {
            "The parameters were fitted to 327 attacks of ATT&CK Enterprise 18.1; figures on these are a little too good without --cross-fit."
        }
        EvaluationCaveat::SiblingReports => {
            "Under P1 the record may keep another report of the same operation; P2 removes most of them."
        }
        EvaluationCaveat::WrittenLater => {
            "A case that was written after its author became known may be too good; few cases leave wide intervals."
        }
        EvaluationCaveat::BestTemperature => {
            "Each baseline has the temperature that suits it best on these attacks."
        }
    }
}

/// The name of a parameter.
pub(crate) const fn parameter(name: ParameterName) -> &'static str {
    use ParameterName as Name;
    match name {
        Name::PlantedClaim => "probability that a claim of responsibility is false",
        Name::PlantedPublicTool => {
            "probability that a public or commercial tool was chosen to mislead"
        }
        Name::PlantedFileMetadata => "probability that metadata of a file was planted",
        Name::PlantedLeakedMalware => "probability that leaked malware was chosen to mislead",
        Name::PlantedTechnique => "probability that a technique was copied to mislead",
        Name::PlantedMotive => "probability that a motive is a cover",
        Name::PlantedPrivateMalware => "probability that private malware was planted",
        Name::PlantedSharedCode => "probability that shared compiled code was planted",
        Name::PlantedOperatorError => "probability that a mistake of the operator was staged",
        Name::PlantedPrivateInfrastructure => {
            "probability that private infrastructure or signals were planted"
        }
        Name::WeakBackground => "share of weak pointers that point to an actor who did not do it",
        Name::MediumBackground => {
            "share of medium pointers that point to an actor who did not do it"
        }
        Name::StrongBackground => {
            "share of strong pointers that point to an actor who did not do it"
        }
        Name::PrivateSoftwareBackground => {
            "share of private programs of others that are also the author’s"
        }
        Name::SharedSoftware => "share of private programs that an author of the same state has",
        Name::PointerScale => "scale of pointers and private programs",
        Name::SameSource => "factor on a further item of one source",
        Name::FurtherSource => "factor on a further source",
        Name::BehaviourScale => "scale of the fitted weights of techniques and public tools",
        Name::BehaviourCeiling => "ceiling of techniques and public tools together",
        Name::SideBehaviour => "scale of that weight for a state or kind",
        Name::UnlistedShare => "share of a side’s attacks by actors that are not in the record",
        Name::NamedShare => "share of a kind for each alternative that the case names",
        Name::BroughtUpShare => {
            "least share of states’ attacks for a state that the case brings up"
        }
        Name::CriminalOdds => "odds of a criminal group beside a state",
        Name::HacktivistOdds => "odds of hacktivists beside a state",
        Name::InsiderOdds => "odds of an insider beside a state",
        Name::UnknownOdds => "odds of somebody of no known kind beside a state",
        Name::AttackKindScale => "scale of the fitted weights of the kind of the attack",
        Name::PrivateProgramOdds => {
            "odds of hacktivists and insiders where a private program was used"
        }
        Name::Misled => "share of cases in which the evidence as a whole misleads",
        Name::FalseFlagShare => "prior of all false flags together",
        Name::PlanterUse => "share of plantable evidence that a planter does plant",
        Name::VictimPseudoCount => "pseudo-counts of the victim-conditional prior",
        Name::PriorFloor => "share of the prior that is spread evenly over states",
        Name::WorldShare => "share of the prior that goes by attacks on any victim",
        Name::ActsFor => "probability that a party acts for the state that the case names",
        Name::PlantedUnstated => "probability that a trace of unstated kind was planted",
        Name::PlantedPayment => "probability that a trace of money was laid to mislead",
        Name::PlantedInternalDocument => "probability that a paper of those who did it was forged",
        Name::PlantedAdmission => "probability that a confession or a finding of a court is false",
        Name::PlantedSeizure => "probability that what was found with a person was planted there",
        Name::DirectBackground => {
            "share of direct pointers that point to an actor who did not do it, though genuine"
        }
        Name::SoftwareEdge => "software: an item the actor is known to use",
        Name::SoftwareSurprise => "software: each nat of its surprise",
        Name::SoftwareSources => "software: the logarithm of its sources",
        Name::SoftwareSize => "software: the logarithm of the repertoire’s size",
        Name::SoftwareCeiling => "software: ceiling of all items",
        Name::TechniqueEdge => "technique: an item the actor is known to use",
        Name::TechniqueSurprise => "technique: each nat of its surprise",
        Name::TechniqueSources => "technique: the logarithm of its sources",
        Name::TechniqueSize => "technique: the logarithm of the repertoire’s size",
        Name::TechniqueCeiling => "technique: ceiling of all items",
        Name::ActorTechniques => "actor: the logarithm of its techniques",
        Name::ActorRecency => "actor: a source of the same time",
        Name::ActorNearest => "actor: likeness to one source",
        Name::ActorCommon => "actor: share of common techniques",
        Name::ActorExplained => "actor: share of surprise explained",
        Name::Temperature => "temperature",
        Name::Floor => "floor",
        Name::UnknownConstant => "unknown actor: constant",
        Name::UnknownDoubt => "unknown actor: entropy of the posterior",
        Name::UnknownSoftware => "unknown actor: share of software explained",
        Name::UnknownExplained => "unknown actor: share of surprise explained",
        Name::UnknownUnseen => "unknown actor: share of items nobody uses",
    }
}

/// The data behind the parameters of the judgement of cases.
const CASES: &str = "Fitted to 21 real cases and 22 campaigns of ATT&CK 18.1 (docs/evaluation.md)";

/// The reason or the data behind the value of a parameter.
pub(crate) const fn parameter_source(name: ParameterName) -> &'static str {
    use ParameterName as Name;
    match name {
        Name::PlantedClaim => "Claims cost nothing, and fronts are common",
        Name::PlantedPublicTool => "Anybody can have such a tool",
        Name::PlantedFileMetadata => {
            "Anybody can write build times, languages and Rich headers; the Rich header of Olympic Destroyer was planted"
        }
        Name::PlantedLeakedMalware => "Anybody who found leaked malware can use it",
        Name::PlantedTechnique => {
            "Techniques are public and copied at no cost, but an operation has its own needs"
        }
        Name::PlantedMotive => "A known quarrel is a good cover",
        Name::PlantedPrivateMalware => "Private malware must first be captured and made to work",
        Name::PlantedSharedCode => "Planting needs the source code, or work on machine code",
        Name::PlantedOperatorError => "A staged mistake must fit all other evidence",
        Name::PlantedPrivateInfrastructure => "Planting needs control of the other side’s property",
        Name::WeakBackground => "An analyst’s `weak`: true of many actors",
        Name::MediumBackground => "An analyst’s `medium`: true of few actors",
        Name::StrongBackground => "An analyst’s `strong`: true of hardly any other actor",
        Name::PrivateSoftwareBackground
        | Name::PointerScale
        | Name::SameSource
        | Name::FurtherSource
        | Name::BehaviourScale
        | Name::SideBehaviour
        | Name::CriminalOdds
        | Name::HacktivistOdds
        | Name::InsiderOdds
        | Name::UnknownOdds
        | Name::AttackKindScale
        | Name::PrivateProgramOdds => CASES,
        Name::SharedSoftware => "Groups of one state share programs, and seldom with others",
        Name::BehaviourCeiling => "Anybody can use public techniques and tools",
        Name::UnlistedShare => "28 of the 52 campaigns of ATT&CK 18.1 are attributed to no group",
        Name::NamedShare => "A case names insiders and the like where evidence supports them",
        Name::BroughtUpShare => "Counts know nothing of a state that was never caught",
        Name::Misled => "One of the 21 real cases misled as a whole",
        Name::WorldShare => "Data sets of rivals say little of victims outside of rivalries",
        Name::ActsFor => "Services mostly know whom a front serves, and sometimes err",
        Name::PlantedUnstated => {
            "The mean over what a trace can be; `forgeability` at the item says what it is"
        }
        Name::PlantedPayment => "Accounts and wallets can be opened in another’s name, at a cost",
        Name::PlantedInternalDocument => {
            "Forged papers are made to be leaked, but seldom fit what the victim alone knows"
        }
        Name::PlantedAdmission => "Some confess what they did not do, and courts err",
        Name::DirectBackground => "An analyst’s `direct`: it shows by itself who did it",
        Name::PlantedSeizure => {
            "Planting needs access to a person’s rooms, and an authority that errs"
        }
        Name::FalseFlagShare => {
            "Rare among attributed attacks (Rid and Buchanan, 2015; Bartholomew and Guerrero-Saade, 2016)"
        }
        Name::PlanterUse => "Olympic Destroyer planted a part of what could have been planted",
        Name::VictimPseudoCount => {
            "EuRepoC 1.1, chosen on 2020 and 2021; DCID 2.0, chosen on 2016 and 2017"
        }
        Name::PriorFloor => "As the pseudo-counts: states attack new victims",
        Name::SoftwareEdge
        | Name::SoftwareSurprise
        | Name::SoftwareSources
        | Name::SoftwareSize
        | Name::SoftwareCeiling
        | Name::TechniqueEdge
        | Name::TechniqueSurprise
        | Name::TechniqueSources
        | Name::TechniqueSize
        | Name::TechniqueCeiling
        | Name::ActorTechniques
        | Name::ActorRecency
        | Name::ActorNearest
        | Name::ActorCommon
        | Name::ActorExplained
        | Name::Temperature
        | Name::Floor
        | Name::UnknownConstant
        | Name::UnknownDoubt
        | Name::UnknownSoftware
        | Name::UnknownExplained
        | Name::UnknownUnseen => {
            "reports and campaigns of the development lists, held out of the record"
        }
    }
}
