//! Findings of who did it, as an engine could write them: a small one reckoned by hand from a table of weights.

use demarche_case::assessment::attribution::*;
use demarche_case::assessment::evaluation::*;
use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::record::{Catalogue, RecordId};
use demarche_case::released::released;
use demarche_case::{
    AttackerKind, Case, Country, EvidenceId, Forgeability, LikelihoodRatio, PartyId, Probability,
    Tlp,
};

use crate::fixtures::{country, small};

/// The row of an item: what it is, its cluster, what it takes to plant it, how probably it was planted, and what it
/// weighs for each hypothesis.
type Row = (&'static str, Aspect, &'static str, Forgeability, f64, [f64; 9]);

const PRIORS: [f64; 9] = [0.14, 0.05, 0.25, 0.02, 0.06, 0.08, 0.05, 0.03, 0.02];

const ROWS: [Row; 15] = [
    (
        "wiper",
        Aspect::Malware,
        "program",
        Forgeability::PrivateMalware,
        0.15,
        [0.27, 0.06, 0.0, 0.27, -0.09, -0.06, 0.09, -0.12, -0.06],
    ),
    (
        "c2-th",
        Aspect::Infrastructure,
        "hosts",
        Forgeability::PublicTool,
        0.5,
        [0.06, 0.03, 0.0, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0],
    ),
    (
        "c2-pl",
        Aspect::Infrastructure,
        "hosts",
        Forgeability::PublicTool,
        0.5,
        [0.03, 0.03, 0.0, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0],
    ),
    (
        "operators-cn",
        Aspect::Infrastructure,
        "operators",
        Forgeability::OperatorError,
        0.1,
        [0.24, 0.24, 0.0, -0.27, -0.12, -0.12, -0.15, -0.21, -0.12],
    ),
    (
        "intercept",
        Aspect::Infrastructure,
        "signals",
        Forgeability::PrivateInfrastructure,
        0.05,
        [0.66, 0.66, 0.0, -0.57, -0.45, -0.45, -0.48, -0.54, -0.45],
    ),
    (
        "c2-hidden",
        Aspect::Infrastructure,
        "watched",
        Forgeability::PrivateInfrastructure,
        0.05,
        [0.21, 0.12, 0.0, -0.06, -0.03, -0.03, -0.03, -0.03, -0.03],
    ),
    (
        "destover",
        Aspect::Malware,
        "program",
        Forgeability::PrivateMalware,
        0.15,
        [0.42, 0.09, 0.0, 0.36, -0.12, -0.09, -0.12, -0.15, -0.09],
    ),
    (
        "rawdisk",
        Aspect::Malware,
        "driver",
        Forgeability::PublicTool,
        0.5,
        [0.03, 0.0, 0.0, 0.03, 0.03, 0.0, 0.0, 0.0, 0.0],
    ),
    (
        "shared-deletion",
        Aspect::Code,
        "program",
        Forgeability::SharedCode,
        0.1,
        [0.57, 0.18, 0.0, 0.12, -0.06, -0.06, -0.06, -0.09, -0.06],
    ),
    (
        "wipe",
        Aspect::Behaviour,
        "alert",
        Forgeability::Technique,
        0.35,
        [0.18, 0.03, 0.0, 0.15, 0.15, -0.09, 0.12, -0.09, -0.12],
    ),
    (
        "smb",
        Aspect::Behaviour,
        "alert",
        Forgeability::Technique,
        0.35,
        [0.06, 0.0, 0.0, 0.06, 0.06, 0.03, 0.06, 0.03, -0.06],
    ),
    (
        "defacement",
        Aspect::Behaviour,
        "press",
        Forgeability::Technique,
        0.35,
        [0.12, 0.03, 0.0, 0.12, 0.06, -0.03, 0.09, -0.06, -0.09],
    ),
    (
        "korean",
        Aspect::Artefacts,
        "program",
        Forgeability::FileMetadata,
        0.6,
        [0.12, 0.12, 0.0, 0.12, -0.09, -0.09, -0.09, -0.09, -0.06],
    ),
    (
        "film",
        Aspect::Victim,
        "motive",
        Forgeability::Motive,
        0.3,
        [0.24, 0.24, 0.0, 0.09, -0.15, -0.12, -0.15, -0.15, -0.09],
    ),
    (
        "guardians",
        Aspect::Claims,
        "claim",
        Forgeability::Claim,
        0.8,
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03],
    ),
];

fn attack(id: &str) -> RecordId {
    RecordId::new(Catalogue::Attack, id)
}

pub(crate) fn hypotheses() -> Vec<Hypothesis> {
    let actor = |id: &str, name: &str, state: &str| Hypothesis::Actor {
        id: attack(id),
        name: name.to_owned(),
        attacker: AttackerKind::State,
        state: Some(country(state)),
    };
    let flag = |id: &str, name: &str, state: &str| Hypothesis::FalseFlag {
        actor: attack(id),
        name: name.to_owned(),
        attacker: AttackerKind::State,
        state: Some(country(state)),
        imitated: attack("G0032"),
        imitated_name: "Lazarus Group".to_owned(),
    };
    vec![
        actor("G0032", "Lazarus Group", "KP"),
        Hypothesis::Unlisted { attacker: AttackerKind::State, state: Some(country("KP")) },
        Hypothesis::Unlisted { attacker: AttackerKind::Criminal, state: None },
        flag("G0034", "Sandworm Team", "RU"),
        actor("G0034", "Sandworm Team", "RU"),
        actor("G0007", "APT28", "RU"),
        actor("G0003", "Cleaver", "IR"),
        actor("G0016", "APT29", "RU"),
        Hypothesis::Named {
            party: "gop".parse::<PartyId>().unwrap(),
            name: "Guardians of Peace".to_owned(),
            attacker: AttackerKind::Hacktivist,
            state: None,
        },
    ]
}

/// The posterior over all hypotheses, for the rows that count and how much each.
fn posterior(rows: &[(&Row, f64)]) -> Vec<f64> {
    let scores: Vec<f64> = PRIORS
        .iter()
        .enumerate()
        .map(|(place, prior)| {
            prior * rows.iter().map(|(row, share)| share * row.5[place]).sum::<f64>().exp()
        })
        .collect();
    let total: f64 = scores.iter().sum();
    scores.iter().map(|score| 0.97 * score / total).collect()
}

fn judgement(rows: &[(&Row, f64)]) -> Judgement {
    let posterior = posterior(rows);
    let hypotheses = hypotheses();
    let chance = |estimate: f64| Chance {
        estimate: Probability::clamped(estimate),
        low: Probability::clamped(estimate - 0.6 * estimate * (1.0 - estimate)),
        high: Probability::clamped(estimate + 0.5 * estimate * (1.0 - estimate)),
    };
    let aspects = |place: usize| -> Vec<AspectWeight> {
        let order = [
            Aspect::Malware,
            Aspect::Code,
            Aspect::Infrastructure,
            Aspect::Behaviour,
            Aspect::Artefacts,
            Aspect::Victim,
            Aspect::Claims,
        ];
        order
            .into_iter()
            .map(|aspect| AspectWeight {
                aspect,
                weight: LikelihoodRatio::from_nats(
                    rows.iter()
                        .filter(|(row, _)| row.1 == aspect)
                        .map(|(row, share)| share * row.5[place])
                        .sum(),
                ),
            })
            .collect()
    };
    let mut ranking: Vec<Ranked> = posterior
        .iter()
        .enumerate()
        .map(|(place, estimate)| Ranked {
            hypothesis: hypotheses[place].id(),
            probability: Some(chance(*estimate)),
            prior: Prior(Probability::clamped(PRIORS[place])),
            weight: LikelihoodRatio::from_nats(
                aspects(place).iter().map(|one| one.weight.nats()).sum(),
            ),
            aspects: aspects(place),
        })
        .collect();
    ranking.sort_by(|left, right| {
        right.chance().estimate.get().total_cmp(&left.chance().estimate.get())
    });
    let of = |figures: &[f64], state: Country| -> f64 {
        let pairs = figures.iter().zip(&hypotheses);
        pairs.filter(|(_, one)| one.state() == Some(state)).map(|(figure, _)| figure).sum()
    };
    let mut states: Vec<RankedState> = ["KP", "RU", "IR"]
        .map(country)
        .into_iter()
        .map(|state| RankedState {
            state,
            probability: Some(chance(of(&posterior, state))),
            prior: Prior(Probability::clamped(of(&PRIORS, state))),
        })
        .collect();
    states.sort_by(|left, right| {
        right.chance().estimate.get().total_cmp(&left.chance().estimate.get())
    });
    let of_kind = |figures: &[f64], attacker: AttackerKind| -> f64 {
        let pairs = figures.iter().zip(&hypotheses);
        pairs.filter(|(_, one)| one.attacker() == attacker).map(|(figure, _)| figure).sum()
    };
    let mut kinds: Vec<RankedKind> = AttackerKind::ALL
        .into_iter()
        .map(|attacker| RankedKind {
            attacker,
            probability: Some(chance(of_kind(&posterior, attacker))),
            prior: Prior(Probability::clamped(of_kind(&PRIORS, attacker))),
        })
        .collect();
    kinds.sort_by(|left, right| {
        right.chance().estimate.get().total_cmp(&left.chance().estimate.get())
    });
    Judgement { ranking, others: Some(Probability::clamped(0.03)), states, kinds }
}

/// What the judges make of a case, without some items.
pub(crate) fn findings(case: &Case) -> AttributionFindings {
    let rows: Vec<&Row> = ROWS
        .iter()
        .filter(|row| case.evidence.iter().any(|item| item.id.as_str() == row.0))
        .collect();
    let all: Vec<(&Row, f64)> = rows.iter().map(|row| (*row, 1.0)).collect();
    let hard: Vec<(&Row, f64)> =
        rows.iter().map(|row| (*row, if row.4 > 0.2 { 0.0 } else { 1.0 })).collect();
    let as_reported = judgement(&all);
    let korea = Leads::State { state: country("KP") };
    let speaking = |row: &&Row, leads: &Leads| SpeakingItem {
        evidence: row.0.parse().unwrap(),
        speaks_for: leads.clone(),
        weight: LikelihoodRatio::from_nats(row.5[0]),
    };
    let mut order = rows.clone();
    order.sort_by(|left, right| right.5[0].total_cmp(&left.5[0]));
    let against = order.last().filter(|row| row.5[0] < 0.0);
    AttributionFindings {
        record: record(),
        hypotheses: hypotheses(),
        if_planted: judgement(&hard),
        withheld: None,
        confidence: Confidence {
            level: ConfidenceLevel::Moderate,
            reasons: vec![
                ConfidenceReason::Evidence {
                    groups: u64::try_from(rows.len()).unwrap(),
                    sources: 10,
                    hard_to_forge: 5,
                },
                ConfidenceReason::Stable { leads: Leads::State { state: country("KP") } },
            ],
        },
        leads: Some(korea.clone()),
        balance: Balance {
            speak_for: order.iter().take(3).map(|row| speaking(row, &korea)).collect(),
            speak_against: against
                .map(|row| speaking(row, &Leads::State { state: country("RU") }))
                .into_iter()
                .collect(),
            overturned_by: None,
            gains_if_planted: None,
        },
        wanted: vec![WantedEvidence {
            forgeability: Forgeability::PrivateInfrastructure,
            information: 0.4,
        }],
        items: rows.iter().map(|row| item(row, case)).collect(),
        sensitivity: sensitivity(&rows),
        overlaps: overlaps(),
        precedents: precedents(case),
        hunt_leads: hunt_leads(),
        parameters: parameters(),
        caveats: vec![
            AttributionCaveat::LabelsAreClaims,
            AttributionCaveat::StatesDiffer {
                name: "Cleaver".to_owned(),
                states: vec![country("IR"), country("RU")],
            },
        ],
        as_reported,
    }
}

fn item(row: &Row, case: &Case) -> WeighedItem {
    let mean = row.5.iter().sum::<f64>() / 9.0;
    let evidence: EvidenceId = row.0.parse().unwrap();
    let title = case.evidence(&evidence).map(|item| item.title.clone()).unwrap_or_default();
    let reason = ItemReason::KnownUsers { actors: 1, listed: vec![title] };
    WeighedItem {
        evidence,
        aspect: row.1,
        cluster: Cluster::Named { id: row.2.parse().unwrap() },
        forgeability: row.3,
        planted: Probability::clamped(row.4),
        bound: LikelihoodRatio::from_nats(-row.4.ln()),
        reliability: 0.8,
        discount: 0.71,
        weights: row.5.map(LikelihoodRatio::from_nats).to_vec(),
        diagnosticity: row.5.iter().map(|weight| (weight - mean).abs()).sum::<f64>() / 9.0,
        reasons: vec![reason],
        sources: vec![novetta()],
    }
}

fn sensitivity(rows: &[&Row]) -> Vec<Sensitivity> {
    let lead = |left: &[(&Row, f64)], without: Without, items: Vec<EvidenceId>| {
        let judged = judgement(left);
        let korea = judged.states.iter().find(|one| one.state == country("KP"));
        Sensitivity {
            without,
            items,
            leading: korea.map(|one| one.chance().estimate),
            leads: Some(Leads::State { state: judged.states[0].state }),
        }
    };
    let drop = |is: &dyn Fn(&Row) -> bool| -> (Vec<(&Row, f64)>, Vec<EvidenceId>) {
        let kept = rows.iter().filter(|row| !is(row)).map(|row| (*row, 1.0)).collect();
        let gone = rows.iter().filter(|row| is(row)).map(|row| row.0.parse().unwrap()).collect();
        (kept, gone)
    };
    let mut parts = Vec::new();
    for row in rows {
        let (kept, gone) = drop(&|other| other.0 == row.0);
        parts.push(lead(&kept, Without::Item(gone[0].clone()), gone));
    }
    for cluster in ["program", "hosts", "alert"] {
        let (kept, gone) = drop(&|other| other.2 == cluster);
        parts.push(lead(
            &kept,
            Without::Cluster(Cluster::Named { id: cluster.parse().unwrap() }),
            gone,
        ));
    }
    for aspect in [Aspect::Malware, Aspect::Code, Aspect::Infrastructure, Aspect::Behaviour] {
        let (kept, gone) = drop(&|other| other.1 == aspect);
        parts.push(lead(&kept, Without::Aspect(aspect), gone));
    }
    let (kept, gone) = drop(&|other| ["wipe", "smb", "rawdisk", "wiper"].contains(&other.0));
    let source = "US-CERT, alert TA14-353A, 19 December 2014".to_owned();
    parts.push(lead(&kept, Without::Source(source), gone));
    parts.retain(|part| !part.items.is_empty());
    parts.sort_by(|left, right| {
        left.leading.unwrap().get().total_cmp(&right.leading.unwrap().get())
    });
    parts
}

fn novetta() -> CitedSource {
    CitedSource {
        text: "A research company. (2016, February 24). Operation Blockbuster: Unraveling the Long Thread of the Sony Attack.".to_owned(),
        url: Some("https://research.example/blockbuster.pdf".to_owned()),
        date: Some("2016-02-24".parse().unwrap()),
    }
}

fn record() -> RecordUsed {
    RecordUsed {
        editions: vec![
            EditionUsed {
                name: "attack-enterprise-18.1".to_owned(),
                catalogue: Catalogue::Attack,
                date: Some("2025-11-13".parse().unwrap()),
                licence: "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.".to_owned(),
                tlp: Tlp::Clear,
            },
            EditionUsed {
                name: "misp-threat-actor-349".to_owned(),
                catalogue: Catalogue::MispThreatActor,
                date: Some("2026-08-06".parse().unwrap()),
                licence: "CC0 1.0 or BSD-2-Clause".to_owned(),
                tlp: Tlp::Clear,
            },
        ],
        actors: 187,
        attacks: 429,
        uses: 20_048,
    }
}

fn overlaps() -> Vec<Overlap> {
    let techniques = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
    vec![
        Overlap {
            actor: attack("G0032"),
            name: "Lazarus Group".to_owned(),
            techniques: techniques(&["T1021.002", "T1491.001", "T1561.002"]),
            techniques_known: 93,
            software: vec!["Destover".to_owned(), "RawDisk".to_owned()],
            software_known: 25,
        },
        Overlap {
            actor: attack("G0034"),
            name: "Sandworm Team".to_owned(),
            techniques: techniques(&["T1021.002", "T1561.002"]),
            techniques_known: 79,
            software: Vec::new(),
            software_known: 26,
        },
    ]
}

fn precedents(case: &Case) -> Vec<Precedent> {
    let known = |ids: &[&str]| -> Vec<EvidenceId> {
        let items = case.evidence.iter().map(|item| item.id.clone());
        items.filter(|id| ids.contains(&id.as_str())).collect()
    };
    vec![
        Precedent {
            attack: RecordId::new(Catalogue::Dcid, "128"),
            name: "DarkSeoul".to_owned(),
            began: Some("2013-03-20".parse().unwrap()),
            actors: vec!["Lazarus Group".to_owned(), "Whois Team".to_owned()],
            states: vec![country("KP")],
            ties: vec![Tie::Code, Tie::Technique { technique: "T1561.002".parse().unwrap() }],
            evidence: known(&["shared-deletion", "wipe"]),
            sources: vec![novetta()],
        },
        Precedent {
            attack: attack("C0022"),
            name: "Operation Troy".to_owned(),
            began: Some("2009".parse().unwrap()),
            actors: vec!["Lazarus Group".to_owned()],
            states: vec![country("KP")],
            ties: vec![Tie::Software { name: "Destover".to_owned() }],
            evidence: known(&["destover"]),
            sources: vec![novetta()],
        },
    ]
}

fn hunt_leads() -> Vec<HuntLead> {
    let lead = |id: &str, name: &str, others: u64| HuntLead {
        technique: id.parse().unwrap(),
        name: name.to_owned(),
        others,
        sources: vec![novetta()],
    };
    vec![
        lead("T1542.003", "Bootkit", 3),
        lead("T1132.001", "Standard Encoding", 17),
        lead("T1070.006", "Timestomp", 21),
    ]
}

fn parameters() -> Vec<Parameter> {
    vec![
        Parameter {
            name: ParameterName::SameSource,
            value: 0.71,
            low: 0.5,
            high: 0.9,
            basis: Basis::Fitted,
        },
        Parameter {
            name: ParameterName::PlantedClaim,
            value: 0.8,
            low: 0.6,
            high: 0.95,
            basis: Basis::Elicited,
        },
        Parameter {
            name: ParameterName::VictimPseudoCount,
            value: 3.0,
            low: 1.0,
            high: 6.0,
            basis: Basis::Sourced,
        },
    ]
}

/// The small assessment with more evidence, its judgement, and the same for what China and Thailand may see.
pub(crate) fn judged() -> Assessment {
    let mut assessment = small();
    let evidence = concat!(
        include_str!("../data/evidence.toml"),
        include_str!("../data/evidence-actors.toml")
    );
    let case = concat!(
        include_str!("../data/case.toml"),
        "\n[[hypothesis]]\nparty = \"gop\"\ntext = \"Insiders did it under this name.\"\n"
    );
    assessment.case = Case::read(case, evidence).unwrap();
    let whole = assessment.case.clone();
    assessment.attribution = Some(findings(&whole));
    for code in ["CN", "JP", "TH"] {
        let mut case = whole.clone();
        case.evidence.retain(|item| item.may_go_to(country(code)).is_ok());
        let findings = findings(&case);
        let without = released(&assessment, country(code).into()).unseen;
        assessment.attribution_shared.push(SharedAttribution { without, findings });
    }
    assessment
}

/// A probability with its interval.
pub(crate) fn chance(estimate: f64, low: f64, high: f64) -> Chance {
    Chance {
        estimate: Probability::clamped(estimate),
        low: Probability::clamped(low),
        high: Probability::clamped(high),
    }
}

/// The same with long names, and where much changes who leads.
pub(crate) fn contested() -> Assessment {
    let mut assessment = judged();
    let findings = assessment.attribution.as_mut().unwrap();
    for one in &mut findings.hypotheses {
        match one {
            Hypothesis::Actor { name, .. } | Hypothesis::Named { name, .. } => {
                name.push_str(" and the Association of Extraordinarily Long Names");
            }
            Hypothesis::FalseFlag { imitated_name, .. } => {
                imitated_name.push_str(" and the Association of Extraordinarily Long Names");
            }
            Hypothesis::Unlisted { .. } => {}
        }
    }
    findings.as_reported.ranking[0].probability = Some(chance(0.41, 0.22, 0.63));
    findings.as_reported.ranking[3].probability = Some(chance(0.38, 0.2, 0.55));
    findings.if_planted.ranking.swap(0, 3);
    let fourth = findings.hypotheses[3].id();
    for (place, one) in findings.sensitivity.iter_mut().enumerate() {
        one.leading =
            Some(Probability::clamped(0.12 + 0.017 * f64::from(u32::try_from(place).unwrap())));
        if place % 3 == 0 {
            one.leads = Some(Leads::Hypothesis { hypothesis: fourth.clone() });
        }
    }
    for item in &mut findings.items {
        for weight in &mut item.weights {
            *weight = LikelihoodRatio::from_nats(weight.nats() * 4.0);
        }
    }
    assessment
}

/// The same where nobody is to be named.
pub(crate) fn unjudged() -> Assessment {
    let mut assessment = judged();
    let none = NoProbability::NobodyLeads { needed: Probability::clamped(0.25) };
    for findings in assessment
        .attribution
        .iter_mut()
        .chain(assessment.attribution_shared.iter_mut().map(|one| &mut one.findings))
    {
        findings.withheld = Some(none.clone());
        findings.confidence.level = ConfidenceLevel::Low;
        *findings = findings.clone().without_withheld();
    }
    assessment
}

fn estimate(value: f64, half: f64) -> Estimate {
    Estimate { value, low: value - half, high: value + half }
}

fn score(method: Method, top_1: f64, mrr: f64, log_loss: f64) -> MethodScore {
    MethodScore {
        method,
        top_1: estimate(top_1, 0.05),
        top_3: estimate(top_1 + 0.13, 0.05),
        top_5: estimate(top_1 + 0.19, 0.05),
        mrr: estimate(mrr, 0.045),
        brier: estimate(0.6, 0.04),
        log_loss: estimate(log_loss, 0.2),
        ece: estimate(0.051, 0.02),
    }
}

/// What a run of the tests could say.
pub(crate) fn evaluation() -> Evaluation {
    let bin =
        |forecast: f64, observed: f64, count: u64| ReliabilityBin { forecast, observed, count };
    let reliability = vec![
        bin(0.07, 0.05, 1_204),
        bin(0.18, 0.21, 166),
        bin(0.33, 0.29, 81),
        bin(0.52, 0.47, 44),
        bin(0.71, 0.66, 31),
        bin(0.93, 0.96, 58),
    ];
    let row = |planted: u64, truth: f64, impostor: f64| ForgeryRow {
        planted,
        truth: estimate(truth, 0.05),
        impostor: estimate(impostor, 0.04),
    };
    let methods =
        vec![score(Method::Demarche, 0.506, 0.601, 2.79), score(Method::Bm25, 0.478, 0.573, 3.07)];
    Evaluation {
        editions: record().editions,
        seed: 7,
        resamples: 1_000,
        cases: None,
        actors: vec![
            ActorTest {
                set: ItemSet::Reports,
                protocol: Protocol::Cite,
                items: 312,
                unanswerable: 15,
                methods: methods.clone(),
                reliability: reliability.clone(),
                open_set: Some(OpenSet {
                    auroc: estimate(0.76, 0.03),
                    present: 0.37,
                    removed: 0.63,
                    noticed: 0.91,
                }),
                forgery: vec![
                    row(0, 0.5, 0.01),
                    row(1, 0.48, 0.04),
                    row(3, 0.45, 0.16),
                    row(5, 0.36, 0.34),
                    row(10, 0.2, 0.61),
                ],
            },
            ActorTest {
                set: ItemSet::Campaigns,
                protocol: Protocol::Time,
                items: 15,
                unanswerable: 2,
                methods,
                reliability: Vec::new(),
                open_set: None,
                forgery: Vec::new(),
            },
        ],
        states: vec![StateTest {
            data: "DCID 2.0".to_owned(),
            learnt_before: 2016,
            learnt_items: 252,
            asked: [2016, 2017],
            held_out: true,
            items: 73,
            states: 16,
            methods: vec![
                score(Method::Demarche, 0.63, 0.72, 1.21),
                score(Method::OverallFrequency, 0.151, 0.3, 2.06),
            ],
            reliability,
        }],
        parameters: parameters(),
        caveats: vec![EvaluationCaveat::SiblingReports],
    }
}
