//! The posterior against its closed form, worked out here by hand.

use demarche_case::assessment::attribution::{AttributionFindings, Hypothesis};

use crate::small::{case, judged, of_actor, pointer, probability, record, technique};

/// ln of ((1 − φ) p + φ) / ((1 − φ) q + φ).
fn contaminated(p: f64, q: f64, planted: f64) -> f64 {
    (((1.0 - planted) * p + planted) / ((1.0 - planted) * q + planted)).ln()
}

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
    let to_gamma = contaminated(0.6, 0.04, 0.1).exp();
    let to_alpha = contaminated(0.5, 0.12, 0.1).exp();
    let to_korea = contaminated(0.4, 0.25, 0.1).exp();
    // Priors: an insider 0.05; of the rest 0.25 for no state, 0.75 for states. Without incidents a state's share is
    // its authors, listed and not, among all of them and five elsewhere: KP 3, RU 2 of 10; 0.7 of it for those listed.
    let states = 0.95 * 0.75;
    let (korea, russia) = (states * 3.0 / 10.0, states * 2.0 / 10.0);
    let gamma = russia * 0.7 * to_gamma;
    let alpha = korea * 0.35 * to_alpha * to_korea;
    let rest_of_korea = korea * 0.65 * to_korea;
    let total = gamma + alpha + rest_of_korea + russia * 0.3 + (1.0 - korea - russia);
    assert!((of_actor(&found, "Gamma") - gamma / total).abs() < 1e-12);
    assert!((of_actor(&found, "Alpha") - alpha / total).abs() < 1e-12);
    let insider =
        probability(&found, &found.as_reported, |one| matches!(one, Hypothesis::Named { .. }));
    assert!((insider - 0.05 / total).abs() < 1e-12);
    let item = &found.items[0];
    let place = column(&found, "Gamma");
    assert!((item.weights[place].nats() - to_gamma.ln()).abs() < 1e-12);
    assert!((item.bound.nats() - -(0.1_f64.ln())).abs() < 1e-12);
}

#[test]
fn two_groups_of_evidence_give_no_probability_anywhere() {
    let items = [pointer("one", "gamma", "strong", ""), pointer("two", "alpha", "strong", "")];
    let found = judged(&case(&items), &record());
    assert_eq!(found.withheld.as_ref().map(|one| (one.independent, one.needed)), Some((2, 3)));
    for judgement in [&found.as_reported, &found.if_planted] {
        assert!(judgement.others.is_none());
        assert!(judgement.ranking.iter().all(|one| one.probability.is_none()));
        assert!(judgement.states.iter().all(|one| one.probability.is_none()));
    }
    assert!(
        found.sensitivity.iter().all(|one| one.leading.is_none() && one.leading_state.is_none())
    );
}

/// What two pointers to Gamma weigh for it together.
/// The column of an actor in the weights of items.
fn column(found: &AttributionFindings, called: &str) -> usize {
    let is_actor =
        |one: &Hypothesis| matches!(one, Hypothesis::Actor { name, .. } if name == called);
    found.hypotheses.iter().position(is_actor).unwrap()
}

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
fn items_of_one_cluster_or_source_are_discounted_and_of_two_are_not() {
    let both = 2.0 * contaminated(0.5, 0.12, 0.1);
    let half = 2.0_f64.powf(-0.71);
    assert!((two("medium", ["a", "b"], ["x", "y"]) - both).abs() < 1e-12);
    assert!((two("medium", ["a", "a"], ["x", "y"]) - both * half).abs() < 1e-12);
    assert!((two("medium", ["a", "b"], ["x", "x"]) - both * half).abs() < 1e-12);
}

#[test]
fn many_items_of_one_class_stay_below_twice_the_bound_of_one() {
    let bound = -(0.1_f64.ln());
    let both = 2.0 * contaminated(0.6, 0.04, 0.1);
    let expected = bound + bound * (1.0 - (-(both - bound) / bound).exp());
    assert!((two("strong", ["a", "b"], ["x", "y"]) - expected).abs() < 1e-12);
    let items: Vec<String> = (0..40)
        .map(|place| {
            pointer(
                &format!("item-{place}"),
                "gamma",
                "strong",
                "forgeability = \"operator-error\"",
            )
        })
        .collect();
    let found = judged(&case(&items), &record());
    let place = column(&found, "Gamma");
    let sum: f64 = found.items.iter().map(|item| item.weights[place].nats()).sum();
    assert!(sum < 2.0 * bound, "{sum}");
}

#[test]
fn an_item_that_counts_for_nothing_discounts_no_other() {
    let items = |grade: &str| {
        let more = "cluster = \"both\"";
        let second = pointer("two", "gamma", "strong", more).replace("A1", grade);
        let found = judged(&case(&[pointer("one", "gamma", "strong", more), second]), &record());
        found.items[0].discount
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
