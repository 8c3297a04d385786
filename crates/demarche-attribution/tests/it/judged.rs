//! The posterior against its closed form, worked out here by hand.

use demarche_case::assessment::attribution::Hypothesis;

use crate::small::{case, judged, of_actor, pointer, probability, record, technique};

/// ln of ((1 − φ) p + φ) / ((1 − φ) q + φ).
fn contaminated(p: f64, q: f64, planted: f64) -> f64 {
    (((1.0 - planted) * p + planted) / ((1.0 - planted) * q + planted)).ln()
}

#[test]
fn one_pointer_gives_the_posterior_of_the_formula() {
    // A strong pointer to Gamma that is hard to forge: p = 0.6, q = 0.04, φ = 0.1.
    let items = [pointer("trace", "gamma", "strong", "forgeability = \"operator-error\"")];
    let found = judged(&case(&items), &record());
    let weight = contaminated(0.6, 0.04, 0.1);
    // Priors: an insider 0.05; of the rest 0.25 for no state, 0.75 for states. Without incidents a state's share is
    // its authors, listed and not, among all of them and five elsewhere: KP 3, RU 2 of 10; 0.7 of it for those listed.
    let (others, states) = (0.95, 0.75);
    let gamma = others * states * (2.0 / 10.0) * 0.7;
    let alpha = others * states * (3.0 / 10.0) * 0.7 / 2.0;
    // No item is easily forged, so that nobody has a mask to wear and no false flag takes part.
    let total = gamma * weight.exp() + (1.0 - gamma);
    assert!((of_actor(&found, "Gamma") - gamma * weight.exp() / total).abs() < 1e-12);
    assert!((of_actor(&found, "Alpha") - alpha / total).abs() < 1e-12);
    let insider =
        probability(&found, &found.as_reported, |one| matches!(one, Hypothesis::Named { .. }));
    assert!((insider - 0.05 / total).abs() < 1e-12);
    let item = &found.items[0];
    let place = found.hypotheses.iter().position(|one| one.to_string() == "Gamma").unwrap();
    assert!((item.weights[place] - weight).abs() < 1e-12);
    assert!((item.bound - -(0.1_f64.ln())).abs() < 1e-12);
}

#[test]
fn items_of_one_cluster_are_discounted_and_of_two_are_not() {
    let weight = contaminated(0.6, 0.04, 0.1);
    let two = |first: &str, second: &str| {
        let more =
            |cluster: &str| format!("forgeability = \"operator-error\"\ncluster = \"{cluster}\"");
        let items = [
            pointer("one", "gamma", "strong", &more(first)),
            pointer("two", "gamma", "strong", &more(second)),
        ];
        let found = judged(&case(&items), &record());
        let place = found.hypotheses.iter().position(|one| one.to_string() == "Gamma").unwrap();
        found.items.iter().map(|item| item.weights[place]).sum::<f64>()
    };
    assert!((two("a", "b") - 2.0 * weight).abs() < 1e-12);
    assert!((two("a", "a") - 2.0 * weight * 2.0_f64.powf(-0.71)).abs() < 1e-12);
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
        let listed: f64 = judgement.ranking.iter().map(|one| one.probability.estimate).sum();
        assert!((listed + judgement.others - 1.0).abs() < 1e-9);
        for one in &judgement.ranking {
            let chance = one.probability;
            assert!(chance.low <= chance.estimate && chance.estimate <= chance.high);
            let aspects: f64 = one.aspects.iter().map(|aspect| aspect.weight).sum();
            assert!((aspects - one.weight).abs() < 1e-9);
        }
    }
    let unforged = judged(&case(&items[1..2]), &record());
    let planted = found.if_planted.states.iter().find(|one| one.state.code() == "RU").unwrap();
    let alone = unforged.as_reported.states.iter().find(|one| one.state.code() == "RU").unwrap();
    assert!(
        (planted.probability.estimate - alone.probability.estimate).abs() < 0.03,
        "what is easily forged counts for nothing: {planted:?} {alone:?}"
    );
}
