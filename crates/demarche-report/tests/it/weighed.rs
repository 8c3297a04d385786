//! Findings of the weighing of responses, as an engine could write them: sixteen options, one of which is never open.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::response::*;
use demarche_case::options::*;
use demarche_case::{Country, Source};

use crate::fixtures::{country, small};

/// An option in a line: short name, name, at whom, its states, in law, what must hold, how often it is open under either
/// reading, how hard it hits, and how often it comes first, second and so on.
type Row = (
    &'static str,
    &'static str,
    Direction,
    &'static [&'static str],
    LegalClass,
    &'static [(Condition, [f64; 2])],
    [f64; 2],
    f64,
    &'static [f64],
);

use Condition as C;
use Direction as D;
use LegalClass as L;

const ROWS: [Row; 16] = [
    (
        "none",
        "No response",
        D::Home,
        &[],
        L::Nothing,
        &[],
        [1.0, 1.0],
        0.0,
        &[0.131, 0.092, 0.07, 0.06, 0.05, 0.04, 0.04, 0.05, 0.06, 0.08, 0.09, 0.1, 0.137],
    ),
    (
        "cert",
        "Request for assistance between CERTs",
        D::Hosts,
        &["TH", "PL", "IT", "BO", "SG", "CY", "US"],
        L::Cooperation,
        &[(C::Addressee, [1.0, 1.0]), (C::Shareable, [0.97, 0.97])],
        [0.97, 0.97],
        0.2,
        &[0.264, 0.19, 0.14, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.016],
    ),
    (
        "demarche-transit-cn",
        "Démarche to a transit state",
        D::Transit,
        &["CN"],
        L::Retorsion,
        &[(C::Addressee, [1.0, 1.0]), (C::Ongoing, [0.62, 0.62]), (C::Shareable, [0.9, 0.9])],
        [0.56, 0.56],
        1.0,
        &[0.083, 0.1, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.017],
    ),
    (
        "demarche-hosts",
        "Démarche to the states that host the attacker’s machines",
        D::Hosts,
        &["TH", "PL", "IT", "BO", "SG", "CY", "US"],
        L::Retorsion,
        &[(C::Addressee, [1.0, 1.0]), (C::Shareable, [0.9, 0.9])],
        [0.9, 0.9],
        0.8,
        &[0.071, 0.13, 0.15, 0.14, 0.12, 0.1, 0.08, 0.06, 0.049],
    ),
    (
        "call",
        "Call upon the responsible state to cease",
        D::Responsible,
        &["KP"],
        L::Retorsion,
        &[(C::Actor, [0.74, 0.61])],
        [0.74, 0.61],
        1.0,
        &[0.02, 0.05, 0.08, 0.1, 0.12, 0.11, 0.1, 0.08, 0.05, 0.03],
    ),
    (
        "attribute",
        "Public attribution alone",
        D::Responsible,
        &["KP"],
        L::Retorsion,
        &[(C::Actor, [0.74, 0.61]), (C::Shareable, [0.8, 0.8])],
        [0.66, 0.55],
        1.5,
        &[0.041, 0.06, 0.07, 0.07, 0.08, 0.08, 0.07, 0.06, 0.05, 0.04, 0.039],
    ),
    (
        "attribute-with",
        "Public attribution with others",
        D::Partners,
        &["GB", "JP", "KR", "AU", "CA"],
        L::Retorsion,
        &[(C::Actor, [0.74, 0.61]), (C::Shareable, [0.7, 0.7]), (C::Consent, [0.66, 0.66])],
        [0.41, 0.33],
        2.0,
        &[0.038, 0.05, 0.05, 0.05, 0.05, 0.04, 0.04, 0.03, 0.03, 0.02, 0.012],
    ),
    (
        "sanctions",
        "Sanctions on persons and bodies",
        D::Responsible,
        &["KP"],
        L::Domestic,
        &[(C::Basis, [1.0, 1.0]), (C::Actor, [0.74, 0.61])],
        [0.7, 0.58],
        3.5,
        &[0.09, 0.06, 0.06, 0.06, 0.06, 0.06, 0.07, 0.07, 0.06, 0.05, 0.05, 0.01],
    ),
    (
        "indict",
        "Indictment",
        D::Responsible,
        &["KP"],
        L::Domestic,
        &[(C::Persons, [0.22, 0.22]), (C::Basis, [1.0, 1.0])],
        [0.22, 0.22],
        2.5,
        &[0.018, 0.02, 0.02, 0.02, 0.02, 0.03, 0.03, 0.03, 0.02, 0.012],
    ),
    (
        "expel",
        "Expulsion of diplomats",
        D::Responsible,
        &["KP"],
        L::Retorsion,
        &[(C::Actor, [0.74, 0.61]), (C::Addressee, [0.0, 0.0])],
        [0.0, 0.0],
        3.0,
        &[],
    ),
    (
        "takedown-own",
        "Takedown on one’s own territory",
        D::Home,
        &[],
        L::Domestic,
        &[(C::OwnHosts, [1.0, 1.0]), (C::Basis, [1.0, 1.0])],
        [1.0, 1.0],
        0.5,
        &[0.083, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.06, 0.057],
    ),
    (
        "filter",
        "Filtering on one’s own networks",
        D::Home,
        &[],
        L::Domestic,
        &[(C::OwnCarriers, [1.0, 1.0]), (C::Ongoing, [0.62, 0.62])],
        [0.62, 0.62],
        2.0,
        &[0.027, 0.04, 0.05, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.05, 0.033],
    ),
    (
        "harden",
        "Hardening, and support for the victim",
        D::Home,
        &[],
        L::Domestic,
        &[],
        [1.0, 1.0],
        0.0,
        &[0.094, 0.108, 0.11, 0.16, 0.14, 0.12, 0.1, 0.07, 0.05, 0.03, 0.018],
    ),
    (
        "countermeasure",
        "Countermeasure by cyber means",
        D::Responsible,
        &["KP"],
        L::Countermeasure,
        &[
            (C::Actor, [0.74, 0.61]),
            (C::StateLink, [0.46, 0.12]),
            (C::Breach, [0.7, 0.4]),
            (C::Injured, [1.0, 1.0]),
            (C::Called, [0.74, 0.61]),
        ],
        [0.21, 0.04],
        6.0,
        &[0.037, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.02, 0.02, 0.02, 0.013],
    ),
    (
        "necessity",
        "Acting abroad out of necessity",
        D::Hosts,
        &["TH", "PL", "IT", "BO", "SG", "CY", "US"],
        L::Necessity,
        &[(C::Peril, [0.05, 0.01]), (C::OnlyWay, [0.1, 0.05])],
        [0.003, 0.0],
        5.0,
        &[0.003],
    ),
    (
        "self-defence",
        "Self-defence",
        D::Responsible,
        &["KP"],
        L::SelfDefence,
        &[(C::ArmedAttack, [0.0, 0.0])],
        [0.0, 0.0],
        9.0,
        &[],
    ),
];

fn judged(text: &str) -> Source {
    Source { text: text.to_owned(), url: None }
}

fn states(codes: &[&str]) -> Vec<Country> {
    codes.iter().map(|code| country(code)).collect()
}

/// A number from 0 to 1 that follows from two places, so that no two cells are alike.
fn some(option: usize, criterion: usize) -> f64 {
    let mixed = (option * 37 + criterion * 61 + option * criterion * 13) % 97;
    f64::from(u32::try_from(mixed).unwrap()) / 97.0
}

fn cell(option: usize, place: usize, criterion: Criterion) -> Cell {
    let mean = some(option, place) * 0.7 + 0.1;
    let (days, basis) = match (criterion, place % 5) {
        (Criterion::Speed, _) => (90.0, EstimateBasis::Judgement),
        (_, 0) => (1.0, EstimateBasis::Reckoned),
        (_, 1) => (1.0, EstimateBasis::Counted),
        (_, 3) => (1.0, EstimateBasis::Cited),
        _ => (1.0, EstimateBasis::Judgement),
    };
    let is_unknown = (option + place).is_multiple_of(7);
    let range = if is_unknown {
        [0.05 * days, 0.5 * days, 0.95 * days]
    } else {
        [(mean - 0.1) * days, mean * days, (mean + 0.15) * days]
    };
    let estimate = Estimate {
        range: match basis {
            EstimateBasis::Counted => Range::Counted(12, 429),
            _ => Range::Between(range),
        },
        times: (place == 0 && option.is_multiple_of(3)).then_some(Factor::Cut),
        basis,
        source: judged("Duty analyst, from similar cases; no data set counts this"),
    };
    Cell { criterion, range, estimate: (!is_unknown).then_some(estimate) }
}

fn option(place: usize, row: &Row) -> OptionFound {
    let (id, name, to, to_whom, law, gates, open, gravity, _) = row;
    let cells = Criterion::ALL.into_iter().enumerate();
    let mut cells: Vec<Cell> = cells.map(|(one, criterion)| cell(place, one, criterion)).collect();
    if *id == "filter" {
        cells[0] = cell(3, 0, Criterion::Ongoing);
    }
    let (effect, harm) = (some(place, 3) * 0.6, some(place, 7) * some(place, 7) * 0.5);
    let covariance = match place % 4 {
        0 => [0.0, 0.0, 0.0],
        1 => [0.02, 0.0, 0.0],
        2 => [0.01, 0.006, -0.004],
        _ => [0.012, 0.003, 0.003],
    };
    OptionFound {
        id: (*id).to_owned(),
        name: (*name).to_owned(),
        to: *to,
        addressees: states(to_whom),
        law: *law,
        is_baseline: *law == LegalClass::Nothing || *id == "harden",
        basis: (*law == LegalClass::Domestic).then(|| LegalBasis {
            countries: states(&["US"]),
            since: "2015-01-02".parse().unwrap(),
            cite: "us-eo-13687".to_owned(),
        }),
        articles: match law {
            LegalClass::Countermeasure => {
                ["ilc-22", "ilc-49", "ilc-51", "ilc-52"].map(str::to_owned).to_vec()
            }
            LegalClass::Retorsion => {
                vec!["ungge-2015-13c".to_owned(), "Custom on unfriendly acts".to_owned()]
            }
            _ => Vec::new(),
        },
        strict: Some("Only the injured state may act, and only after notice.".to_owned()),
        permissive: Some("Notice may be left out in haste.".to_owned()),
        cooperation: "Of the state that is asked, and of its operators".to_owned(),
        reversible: "At once, by lifting it".to_owned(),
        exposes: "That the traffic was seen there".to_owned(),
        third_parties: "Customers of the same operators".to_owned(),
        after: if *law == LegalClass::Countermeasure {
            vec!["call".to_owned()]
        } else {
            Vec::new()
        },
        gates: gates.iter().map(gate).collect(),
        open: *open,
        gravity: [(gravity - 1.0).max(0.0), *gravity, (gravity + 1.0).min(10.0)],
        proportional: if *gravity > 5.0 { 0.43 } else { 1.0 },
        cells,
        spread: Spread { mean: [effect, harm], covariance },
    }
}

fn gate((condition, holds): &(Condition, [f64; 2])) -> Gate {
    Gate {
        condition: *condition,
        holds: *holds,
        is_strict_only: *condition == Condition::Called,
        reason: Some(Reason::Basis),
    }
}

/// Weights that lean towards some criteria, one in sum.
fn central(place: usize) -> Vec<f64> {
    let lean = |one: usize| if (one + place).is_multiple_of(4) { 1.7 } else { 0.8 };
    let raw: Vec<f64> = Criterion::ALL
        .into_iter()
        .enumerate()
        .map(|(one, criterion)| lean(one) * if criterion.is_benefit() { 0.125 } else { 1.0 / 12.0 })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

fn ranked(place: usize, row: &Row) -> RankedOption {
    let ranks = row.8;
    let first = ranks.first().copied().unwrap_or_default();
    RankedOption {
        option: row.0.to_owned(),
        available: ranks.iter().sum(),
        ranks: ranks.to_vec(),
        holistic: (first * 2.0 + row.6[0] * 0.4).min(1.0),
        central: (first > 0.0).then(|| central(place)),
        confidence: (first * 1.8).min(1.0),
        regret: 0.3 - first * 0.6,
        regret_high: 0.5 - first * 0.6,
    }
}

/// The id of the option in a row.
fn id(row: usize) -> String {
    ROWS[row].0.to_owned()
}

fn leader(row: usize, sets: u64) -> Leader {
    Leader { option: id(row), sets }
}

fn assumption(weights: Weights, reading: Reading, planted: bool, must_act: bool) -> Assumed {
    Assumed { weights, reading, planted, must_act }
}

fn degree(scale: Scale, range: [f64; 3], most: f64) -> Degree {
    Degree { range, most, scale, steps: vec![DegreeStep::Destruction, DegreeStep::BeyondRule] }
}

fn injury() -> Injury {
    Injury {
        dcid: degree(Scale::Dcid, [4.0, 5.0, 6.0], 10.0),
        eurepoc: degree(Scale::Eurepoc, [6.0, 7.0, 9.0], 15.0),
        schema: degree(Scale::Schema, [3.0, 3.0, 4.0], 5.0),
    }
}

fn questions() -> Vec<LegalQuestion> {
    vec![
        LegalQuestion {
            issue: LegalIssue::StateLink,
            reason: Some(Reason::Said {
                source: judged(
                    "That an actor comes from a state does not make its acts those of the state",
                ),
            }),
            chance: Some([[0.3, 0.46, 0.6], [0.05, 0.12, 0.3]]),
            norms: vec!["ilc-4".to_owned(), "ilc-8".to_owned()],
        },
        LegalQuestion {
            issue: LegalIssue::Breach,
            reason: Some(Reason::Interference),
            chance: Some([[0.5, 0.7, 0.85], [0.2, 0.4, 0.6]]),
            norms: vec!["tallinn-4".to_owned(), "ungge-2015-13f".to_owned()],
        },
        LegalQuestion {
            issue: LegalIssue::ArmedAttack,
            reason: Some(Reason::NeverArmedAttack),
            chance: None,
            norms: vec!["un-charter-51".to_owned()],
        },
    ]
}

fn facts() -> Vec<Fact> {
    let fact = |condition, permissive, strict, basis, text| Fact {
        condition,
        permissive,
        strict,
        basis,
        reason: Reason::Said { source: judged(text) },
    };
    vec![
        fact(
            C::Actor,
            [0.58, 0.74, 0.83],
            [0.45, 0.61, 0.7],
            EstimateBasis::Reckoned,
            "the judgement of who did it",
        ),
        fact(
            C::StateLink,
            [0.3, 0.46, 0.6],
            [0.05, 0.12, 0.3],
            EstimateBasis::Judgement,
            "Duty analyst, 20 December 2014",
        ),
        fact(
            C::Ongoing,
            [0.4, 0.62, 0.8],
            [0.4, 0.62, 0.8],
            EstimateBasis::Cited,
            "FBI, 19 December 2014",
        ),
        fact(
            C::Persons,
            [0.0, 0.5, 1.0],
            [0.0, 0.5, 1.0],
            EstimateBasis::Unknown,
            "nothing is known of it",
        ),
    ]
}

fn asking() -> Vec<AskingUsed> {
    vec![
        AskingUsed {
            state: country("CN"),
            of: D::Transit,
            own: [0.5, 4.0],
            anybody: [3.0, 10.0],
            chance: [0.04, 0.21, 0.44],
            basis: EstimateBasis::Judgement,
            sources: vec![
                judged("Duty analyst; no data set counts this"),
                judged("the same of anybody"),
            ],
        },
        AskingUsed {
            state: country("TH"),
            of: D::Hosts,
            own: [0.0, 0.0],
            anybody: [12.0, 20.0],
            chance: [0.3, 0.6, 0.86],
            basis: EstimateBasis::Counted,
            sources: vec![judged("requests of the CERT since 2010")],
        },
    ]
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for weights in [Weights::TwoGroups, Weights::ThreeGroups, Weights::Flat] {
        for reading in [Reading::Permissive, Reading::Strict] {
            for planted in [false, true] {
                let turn = variants.len();
                let first: Vec<f64> = ROWS
                    .iter()
                    .enumerate()
                    .map(|(place, row)| {
                        let first = row.8.first().copied().unwrap_or_default();
                        let lean = if place == 0 {
                            0.05 * f64::from(u32::try_from(turn).unwrap())
                        } else {
                            0.0
                        };
                        first * 0.8 + lean
                    })
                    .collect();
                variants
                    .push(Variant { assumed: assumption(weights, reading, planted, false), first });
            }
        }
    }
    let mut first: Vec<f64> =
        ROWS.iter().map(|row| row.8.first().copied().unwrap_or_default() * 1.15).collect();
    first[0] = 0.0;
    let assumed = assumption(Weights::TwoGroups, Reading::Permissive, false, true);
    variants.push(Variant { assumed, first });
    variants
}

/// The findings: a tie between a request of CERTs and doing nothing, with a package of three.
pub(crate) fn responses() -> ResponseFindings {
    let options = ROWS.iter().enumerate().map(|(place, row)| option(place, row)).collect();
    let open = ROWS.iter().enumerate().filter(|(_, row)| row.6[0] > 0.0);
    let ranked: Vec<RankedOption> = open.map(|(place, row)| ranked(place, row)).collect();
    let better = vec![vec![0.5; ranked.len()]; ranked.len()];
    let package = |options: &[usize], first: f64| Package {
        options: options.iter().map(|option| id(*option)).collect(),
        available: 0.5 + first,
        first,
        holistic: 0.6 + first,
        regret: 0.2 - first / 2.0,
    };
    ResponseFindings {
        sender: Some(country("US")),
        responsible: Some(country("KP")),
        injury: injury(),
        questions: questions(),
        facts: facts(),
        asking: asking(),
        options,
        weighing: Weighing {
            assumed: assumption(Weights::TwoGroups, Reading::Permissive, false, false),
            usual: [[0.125; 4].as_slice(), [1.0 / 12.0; 6].as_slice()].concat(),
            ranked,
            better,
            error: 0.003,
        },
        variants: variants(),
        packages: vec![
            package(&[12, 1, 3], 0.21),
            package(&[12, 1], 0.17),
            package(&[4, 13], 0.02),
            package(&[0], 0.11),
        ],
        statement: Statement { leaders: vec![leader(1, 5), leader(0, 3)], tried: 8, robust: None },
        usual: UsualCase {
            severity: [2.0, 3.0, 4.0],
            facts: facts()
                .into_iter()
                .map(|fact| match fact.condition {
                    C::Actor => Fact { strict: [0.2, 0.4, 0.8], ..fact },
                    _ => fact,
                })
                .collect(),
            first: ROWS
                .iter()
                .enumerate()
                .map(|(place, row)| {
                    let first = row.8.first().copied().unwrap_or_default();
                    if place == 1 { first + 0.1 } else { first * 0.5 }
                })
                .collect(),
        },
        information: vec![
            Information { of: Unknown::Condition(C::Ongoing), value: 0.021, best: [2, 1].map(id) },
            Information {
                of: Unknown::Agreement(country("CN")),
                value: 0.012,
                best: [2, 12].map(id),
            },
            Information {
                of: Unknown::Condition(C::StateLink),
                value: 0.000_2,
                best: [1, 1].map(id),
            },
        ],
        precedents: None,
        importance: Vec::new(),
        weights: Vec::new(),
        draws: 100_000,
        seed: 2014,
        caveats: vec![ResponseCaveat::DemarchesConfidential, ResponseCaveat::SenderAlleged],
    }
}

/// The small assessment with them.
pub(crate) fn weighed() -> Assessment {
    Assessment { response: Some(responses()), ..small() }
}

/// What an engine could find where there is next to nothing: no option, one option, none open, nobody responsible.
pub(crate) fn bare() -> Vec<(&'static str, ResponseFindings)> {
    let all = responses();
    let mut nothing = all.clone();
    nothing.options.clear();
    nothing.weighing.ranked.clear();
    nothing.weighing.better.clear();
    nothing.statement = Statement { leaders: Vec::new(), tried: 0, robust: None };
    nothing.questions.clear();
    nothing.facts.clear();
    nothing.asking.clear();
    nothing.variants.clear();
    nothing.packages.clear();
    nothing.information.clear();
    nothing.usual.first.clear();
    nothing.caveats.clear();
    let mut one = nothing.clone();
    one.options = vec![all.options[0].clone()];
    let mut alone = all.weighing.ranked[0].clone();
    (alone.ranks, alone.available, alone.central) = (vec![1.0], 1.0, Some(central(3)));
    one.weighing.ranked = vec![alone];
    one.statement = Statement { leaders: vec![leader(0, 8)], tried: 8, robust: Some(id(0)) };
    one.responsible = None;
    let mut shut = nothing.clone();
    shut.options = vec![all.options[9].clone(), all.options[15].clone()];
    let mut nobody = all;
    nobody.responsible = None;
    nobody.options.retain(|option| option.to != D::Responsible);
    let left: Vec<String> = nobody.options.iter().map(|option| option.id.clone()).collect();
    nobody.weighing.ranked.retain(|ranked| left.contains(&ranked.option));
    vec![("nothing", nothing), ("one", one), ("shut", shut), ("nobody", nobody)]
}

/// The findings with numbers that no engine writes but a file may hold.
pub(crate) fn without_numbers() -> ResponseFindings {
    let mut all = responses();
    let odd = [f64::NAN, f64::INFINITY, -3.0, 1e300, f64::NEG_INFINITY];
    let mut next = odd.into_iter().cycle();
    let mut odd = || next.next().unwrap();
    all.injury.dcid = Degree { range: [odd(), odd(), odd()], most: 0.0, ..all.injury.dcid };
    all.injury.schema.most = f64::NAN;
    for option in &mut all.options {
        option.open = [odd(), odd()];
        option.gravity = [odd(), odd(), odd()];
        option.proportional = odd();
        option.spread = Spread { mean: [odd(), odd()], covariance: [odd(), odd(), odd()] };
        option.cells.iter_mut().for_each(|cell| cell.range = [odd(), odd(), odd()]);
        option.gates.iter_mut().for_each(|gate| gate.holds = [odd(), odd()]);
    }
    for one in &mut all.weighing.ranked {
        one.ranks.iter_mut().for_each(|rank| *rank = odd());
        one.central = Some(vec![odd(), odd()]);
        (one.available, one.confidence, one.regret) = (odd(), odd(), odd());
    }
    all.weighing.ranked[0].option = "nonesuch".to_owned();
    all.packages[0].options = vec!["nonesuch".to_owned(), id(1)];
    all.information[0].best = ["nonesuch".to_owned(), id(0)];
    all.information[1].value = f64::NAN;
    all.statement.leaders.push(Leader { option: "nonesuch".to_owned(), sets: u64::MAX });
    all.variants.iter_mut().for_each(|one| one.first = vec![odd(), odd()]);
    all.weighing.error = f64::NAN;
    all
}

/// More options than a drawing has room for, with long names, all at one place.
pub(crate) fn crowded() -> ResponseFindings {
    let mut all = responses();
    let (options, ranked) = (all.options.clone(), all.weighing.ranked.clone());
    for turn in 1..4 {
        for one in &ranked {
            let mut copy = options.iter().find(|option| option.id == one.option).unwrap().clone();
            copy.id = format!("{}-{turn}", copy.id);
            copy.name =
                format!("{} once more, in a way that takes many words to tell, {turn}", copy.name);
            copy.spread = Spread { mean: [0.0, 0.0], covariance: [0.0, 0.0, 0.0] };
            all.weighing.ranked.push(RankedOption { option: copy.id.clone(), ..one.clone() });
            all.options.push(copy);
        }
    }
    all.variants.iter_mut().for_each(|one| one.first.resize(all.options.len(), 0.01));
    all
}
