//! The posterior against its closed form, worked out here by hand.

use demarche_case::assessment::attribution::{
    AttributionCaveat, AttributionFindings, Hypothesis, ItemReason, Leads, NoProbability,
};
use demarche_case::{AttackerKind, Case, Country, Party, Role};

use crate::small::{case, judged, of_actor, pointer, probability, record, technique};

/// ln of ((1 − φ) p + φ) / ((1 − φ) q + φ).
fn contaminated(p: f64, q: f64, planted: f64) -> f64 {
    (((1.0 - planted) * p + planted) / ((1.0 - planted) * q + planted)).ln()
}

/// The factor on every pointer of a source beyond doubt, and the factors on further items of a source and on further sources.
const SCALE: f64 = 1.7;
const SAME_SOURCE: f64 = 0.47;
const FURTHER_SOURCE: f64 = 0.86;

#[test]
fn three_pointers_give_the_posterior_of_the_formula() {
    // All three are hard to forge, so that nobody is worth imitating and no false flag takes part: φ = 0.1.
    let hard = "forgeability = \"operator-error\"";
    let items = [
        pointer("trace", "gamma", "strong", hard),
        pointer("slip", "alpha", "medium", hard),
        pointer("habit", "korea", "weak", hard),
    ];
    let found = judged(&case(&items), &record());
    let to_gamma = SCALE * contaminated(0.6, 0.026, 0.1);
    let to_alpha = SCALE * contaminated(0.5, 0.075, 0.1);
    let to_korea = SCALE * contaminated(0.4, 0.23, 0.1);
    // Kinds: odds beside a state. States: without incidents, the shares of the world, 14 states and two hundredths even.
    let state = 1.0 / (1.0 + 0.18 + 0.11 + 0.11 + 0.21);
    let world = [
        0.29, 0.23, 0.145, 0.125, 0.05, 0.03, 0.027, 0.015, 0.012, 0.012, 0.011, 0.008, 0.004,
        0.004,
    ];
    let even = 0.02 / 14.0;
    let sum: f64 = world.iter().map(|share| 0.98 * share + even).sum();
    let of_state = |share: f64| state * (0.98 * share + even) / sum;
    let (korea, russia) = (of_state(0.125), of_state(0.23));
    // Inside a state the unlisted have three tenths.
    let weights = (to_alpha + FURTHER_SOURCE * to_korea, to_gamma);
    let total = 1.0 - korea - russia + korea * weights.0.exp() + russia * weights.1.exp();
    let misled = 0.05;
    let posterior =
        |prior: f64, nats: f64| (1.0 - misled) * prior * nats.exp() / total + misled * prior;
    let state_of = |code: &str| {
        let states = found.as_reported.states.iter();
        let mut states = states.filter(|ranked| ranked.state.code() == code);
        states.next().unwrap().chance().estimate.get()
    };
    assert!((state_of("RU") - posterior(russia, weights.1)).abs() < 1e-12);
    assert!((state_of("KP") - posterior(korea, weights.0)).abs() < 1e-12);
    let gamma = 0.7 * to_gamma.exp();
    let of_gamma = gamma / (gamma + 0.3);
    let expected =
        (1.0 - misled) * russia * weights.1.exp() / total * of_gamma + misled * russia * 0.7;
    assert!((of_actor(&found, "Gamma") - expected).abs() < 1e-12);
    let insider =
        probability(&found, &found.as_reported, |one| matches!(one, Hypothesis::Named { .. }));
    let prior = state * 0.11 * 0.3;
    assert!((insider - posterior(prior, 0.0)).abs() < 1e-12);
    let item = &found.items[0];
    let place = column(&found, "Gamma");
    assert!((item.weights[place].nats() - to_gamma).abs() < 1e-12);
    assert!((item.bound.nats() - -SCALE * 0.1_f64.ln()).abs() < 1e-12);
}

#[test]
fn what_a_trace_is_decides_how_much_it_tells_and_a_trace_of_unstated_kind_is_named() {
    let insider = |more: &str| {
        let found = judged(&case(&[pointer("car", "insider", "strong", more)]), &record());
        let weight = found.items[0].weights.iter().map(|weight| weight.nats()).fold(0.0, f64::max);
        let is_asked = found.caveats.iter().any(|caveat| {
            matches!(caveat, AttributionCaveat::UnstatedForgeability { evidence } if evidence.as_str() == "car")
        });
        (weight, is_asked)
    };
    let of = |class: &str| insider(&format!("forgeability = \"{class}\""));
    let classes = ["file-metadata", "operator-error", "internal-document", "admission", "seizure"];
    let weights: Vec<f64> = classes.iter().map(|class| of(class).0).collect();
    assert!(weights.is_sorted() && weights[0] < weights[4] / 3.0, "{weights:?}");
    assert!((of("payment").0 - of("operator-error").0).abs() < 1e-12);
    assert!(classes.iter().all(|class| !of(class).1));
    // Between what is easily planted and what is not, and the reader learns of it.
    let (unstated, is_asked) = insider("");
    assert!(is_asked && weights[0] < unstated && unstated < weights[1], "{unstated}");
}

#[test]
fn an_address_that_is_tied_to_somebody_says_nothing_of_the_state_where_it_stands() {
    let address = |more: &str| {
        let item = format!(
            "[[evidence]]\nid = \"login\"\nkind = \"infrastructure\"\ntitle = \"A login\"\nsays = \"A login.\"\n\
             source = \"The victim\"\ngrade = \"A1\"\ntlp = \"CLEAR\"\naddress = \"198.51.100.7\"\nrole = \"administration\"\n{more}\n"
        );
        judged(&case(&[item]), &record())
    };
    let insider = |found: &AttributionFindings| {
        probability(found, &found.as_reported, |one| matches!(one, Hypothesis::Named { .. }))
    };
    let pointed = "points_to = [\"insider\"]\nstrength = \"strong\"";
    let (there, elsewhere) = (address(&format!("country = \"KP\"\n{pointed}")), address(pointed));
    assert!((insider(&there) - insider(&elsewhere)).abs() < 1e-12);
    assert!(insider(&there) > 0.3, "{}", insider(&there));
    // Nobody is said to have it: then its place says a little.
    let hosted = address("country = \"KP\"");
    let country = "KP".parse().unwrap();
    assert_eq!(hosted.items[0].reasons, [ItemReason::HostedIn { country }]);
    assert!(insider(&hosted) < insider(&there) / 2.0);
}

#[test]
fn nobody_is_named_where_nothing_tells_who_it_was() {
    let claim = pointer("one", "gamma", "strong", "").replace("A1", "F6");
    let found = judged(&case(&[claim]), &record());
    assert_eq!(found.withheld, Some(NoProbability::NoEvidence));
    for judgement in [&found.as_reported, &found.if_planted] {
        assert!(judgement.others.is_none());
        assert!(judgement.ranking.iter().all(|one| one.probability.is_none()));
        assert!(judgement.states.iter().all(|one| one.probability.is_none()));
        assert!(judgement.kinds.iter().all(|one| one.probability.is_none()));
        assert!(judgement.ranking.is_sorted_by_key(|one| one.hypothesis.clone()));
    }
    assert!(found.leads.is_none() && found.sensitivity.is_empty() && found.hunt_leads.is_empty());
    assert!(found.balance.speak_for.is_empty() && found.balance.speak_against.is_empty());
}

#[test]
fn one_item_that_is_hard_to_forge_names_an_insider() {
    let hard = "forgeability = \"operator-error\"";
    let items =
        [pointer("home", "insider", "strong", hard), pointer("key", "insider", "strong", hard)];
    let found = judged(&case(&items), &record());
    assert!(found.withheld.is_none());
    let named =
        found.hypotheses.iter().find(|one| matches!(one, Hypothesis::Named { .. })).unwrap();
    assert_eq!(found.leads, Some(Leads::Hypothesis { hypothesis: named.id() }));
}

/// A case with a gang and a state that shelters it, to both of which an item points.
fn sheltered(parties: &str) -> Case {
    let mut case =
        case(&[pointer("locker", "alpha", "strong", "forgeability = \"private-malware\"")]);
    let party = |id: &str, role: Role, country: Option<Country>| Party {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        country,
        roles: [role].into(),
        note: Some("A ransomware gang".to_owned()),
        actors: Vec::new(),
        ..case.parties[0].clone()
    };
    let gang = party("heron", Role::ResponsibleAlleged, None);
    let state = party("shelter", Role::ShelterAlleged, Some("RU".parse().unwrap()));
    case.parties.extend([gang, state]);
    let pointer = case.evidence[0].points_to.as_mut().unwrap();
    pointer.parties = parties.split(' ').map(|id| id.parse().unwrap()).collect();
    case
}

#[test]
fn a_gang_that_the_case_alleges_is_weighed_without_a_hypothesis() {
    let found = judged(&sheltered("heron"), &record());
    let gang = found.hypotheses.iter().find(|one| one.id().as_str() == "named-heron").unwrap();
    assert_eq!(gang.attacker(), AttackerKind::Criminal);
    assert_eq!(found.leads, Some(Leads::Hypothesis { hypothesis: gang.id() }));
    let place = found.column(&gang.id()).unwrap();
    assert!(found.items[0].weights[place].nats() > 1.0);
    assert!(found.caveats.iter().any(|one| matches!(one, AttributionCaveat::KindFromWords { .. })));
}

#[test]
fn a_state_that_shelters_a_gang_is_not_made_its_author() {
    let (alone, both) =
        (judged(&sheltered("heron"), &record()), judged(&sheltered("heron shelter"), &record()));
    assert_eq!(alone.as_reported, both.as_reported);
    let shelter = judged(&sheltered("shelter"), &record());
    assert_eq!(shelter.items[0].reasons, [ItemReason::PointsToShelter]);
    assert!(shelter.items[0].weights.iter().all(|weight| weight.nats().abs() < 1e-12));
}

/// The column of an actor in the weights of items.
fn column(found: &AttributionFindings, called: &str) -> usize {
    let is_actor =
        |one: &Hypothesis| matches!(one, Hypothesis::Actor { name, .. } if name == called);
    found.hypotheses.iter().position(is_actor).unwrap()
}

/// What two pointers to Gamma weigh for it together.
fn two(strength: &str, clusters: [&str; 2], sources: [&str; 2]) -> f64 {
    let item = |id: &str, place: usize| {
        let more = format!("forgeability = \"operator-error\"\ncluster = \"{}\"", clusters[place]);
        let source = format!("source = \"{}\"", sources[place]);
        pointer(id, "gamma", strength, &more).replace(&format!("source = \"{id}\""), &source)
    };
    let found = judged(&case(&[item("one", 0), item("two", 1)]), &record());
    let place = column(&found, "Gamma");
    found.items.iter().map(|item| item.weights[place].nats()).sum()
}

#[test]
fn the_strongest_item_counts_whole_and_the_rest_adds_less() {
    let one = SCALE * contaminated(0.5, 0.075, 0.1);
    let (same, further) = (one * (1.0 + SAME_SOURCE), one * (1.0 + FURTHER_SOURCE));
    assert!((two("medium", ["a", "b"], ["x", "y"]) - further).abs() < 1e-12);
    assert!((two("medium", ["a", "a"], ["x", "y"]) - same).abs() < 1e-12);
    assert!((two("medium", ["a", "b"], ["x", "x"]) - same).abs() < 1e-12);
}

#[test]
fn forty_items_of_forty_sources_stay_below_what_the_first_weighs_seven_times() {
    let hard = "forgeability = \"operator-error\"";
    let items: Vec<String> =
        (0..40).map(|place| pointer(&format!("item-{place}"), "gamma", "strong", hard)).collect();
    let found = judged(&case(&items), &record());
    let place = column(&found, "Gamma");
    let sum: f64 = found.items.iter().map(|item| item.weights[place].nats()).sum();
    let one = SCALE * contaminated(0.6, 0.026, 0.1);
    assert!(sum > one && sum < one / (1.0 - FURTHER_SOURCE), "{sum}");
}

#[test]
fn an_item_that_counts_for_nothing_discounts_no_other() {
    let items = |grade: &str| {
        let more = "cluster = \"both\"\nforgeability = \"operator-error\"";
        let second = pointer("two", "gamma", "strong", more).replace("A1", grade);
        let found = judged(&case(&[pointer("one", "gamma", "strong", more), second]), &record());
        found.items[1].discount
    };
    assert!((items("B6") - 1.0).abs() < 1e-12);
    assert!(items("B2") < 1.0);
}

#[test]
fn probabilities_of_all_hypotheses_add_up_to_one() {
    let items = [
        pointer("one", "alpha", "strong", ""),
        pointer("two", "gamma", "strong", "forgeability = \"private-infrastructure\""),
        technique("three", "T1001"),
        technique("four", "T1003"),
    ];
    let found = judged(&case(&items), &record());
    for judgement in [&found.as_reported, &found.if_planted] {
        let listed: f64 = judgement.ranking.iter().map(|one| one.chance().estimate.get()).sum();
        assert!((listed + judgement.others.unwrap().get() - 1.0).abs() < 1e-9);
        for one in &judgement.ranking {
            let chance = one.chance();
            assert!(chance.low <= chance.estimate && chance.estimate <= chance.high);
            let aspects: f64 = one.aspects.iter().map(|aspect| aspect.weight.nats()).sum();
            assert!((aspects - one.weight.nats()).abs() < 1e-9);
        }
    }
}
